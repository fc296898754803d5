package dialect

import (
	"strconv"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// timeWindow is window(ts, '60 minutes'): a struct of start and end, counted
// from 1970-01-01 00:00:00 UTC. Rows without a time are left out.
func (b *binder) timeWindow(n *ast.Call, e *env) (value, error) {
	if len(n.Args) < 2 || len(n.Args) > 4 {
		return value{}, b.types(n, problem.Say("sql.window_takes"))
	}
	ts, err := b.expr(n.Args[0], e)
	if err != nil {
		return value{}, err
	}
	if ts.typ.Kind != datatype.Timestamp {
		if ts, err = b.cast(ts, datatype.LTZOf(6), n.Args[0].Pos()); err != nil {
			return value{}, err
		}
	}
	micros := make([]int64, 3)
	for i, x := range n.Args[1:] {
		if micros[i], err = b.duration(x); err != nil {
			return value{}, err
		}
	}
	if micros[0] <= 0 {
		return value{}, b.types(n.Args[1], problem.Say("sql.window_length"))
	}
	if len(n.Args) > 2 && micros[1] != micros[0] {
		return value{}, b.unsupported(n.Args[2], problem.Say("sql.sliding_window"), problem.Say("sql.use_no_slide"))
	}
	width, start := strconv.FormatInt(micros[0], 10), strconv.FormatInt(micros[2]%micros[0], 10)
	us := "epoch_us(" + ts.sql + ")"
	from := "(" + us + " - ((" + us + " - " + start + ") % " + width + " + " + width + ") % " + width + ")"
	maker := "make_timestamptz("
	t := datatype.LTZOf(6)
	if ts.typ.Kind == datatype.Timestamp {
		maker, t = "make_timestamp(", datatype.TimestampOf(6)
	}
	if !coerce.Same(ts.typ, t) {
		ts.typ = t
	}
	e.where = append(e.where, "("+ts.sql+" IS NOT NULL)")
	return value{
		sql: "struct_pack(\"start\" := " + maker + from + "), \"end\" := " + maker + from + " + " + width + "))",
		typ: datatype.RowOf(datatype.NewField("start", t), datatype.NewField("end", t)), aggr: ts.aggr,
	}, nil
}

// duration reads '60 minutes' or INTERVAL 60 MINUTES in microseconds.
func (b *binder) duration(x ast.Expr) (int64, error) {
	var parts []ast.IntervalPart
	ok := false
	switch n := x.(type) {
	case *ast.Literal:
		parts, ok = intervalText(n.Value, "", "")
	case *ast.Interval:
		if parts, ok = n.Parts, len(n.Parts) > 0; !ok {
			parts, ok = intervalText(n.Text, n.From, n.To)
		}
	}
	total := int64(0)
	for _, p := range parts {
		l, isLit := p.Value.(*ast.Literal)
		unit, fixed := microsOf[p.Unit]
		if !isLit || !fixed {
			return 0, b.types(x, problem.Say("sql.window_units"))
		}
		v, err := strconv.ParseInt(l.Value, 10, 64)
		if err != nil || v > 1<<40 || v < -(1<<40) {
			return 0, b.types(x, problem.Say("sql.bad_duration"))
		}
		total += v * unit
	}
	if !ok {
		return 0, b.types(x, problem.Say("sql.bad_duration_form"))
	}
	return total, nil
}

var microsOf = map[string]int64{
	"WEEK": 7 * 86400e6, "DAY": 86400e6, "HOUR": 3600e6, "MINUTE": 60e6, "SECOND": 1e6, "MILLISECOND": 1000, "MICROSECOND": 1,
}
