package dialect

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// Evaluator is a Scope that computes: with it the moment of a table is any
// expression without columns.
type Evaluator interface {
	// Evaluate runs a query of DuckDB that gives one value.
	Evaluate(ctx context.Context, sql string) (any, error)
}

// asOf reads the moment of a table.
func (b *binder) asOf(n *ast.AsOf) (*AsOf, error) {
	if n == nil {
		return nil, nil
	}
	out := &AsOf{Span: n.Span}
	x := n.Version
	if x == nil {
		x = n.Timestamp
	}
	v, err := b.expr(x, &env{})
	if err != nil {
		return nil, err
	}
	switch {
	case n.Version != nil:
		return out, b.version(out, v, x)
	case v.literal == nil:
		out.Time, err = b.computedTime(v, x)
		return out, err
	}
	if secs, err := strconv.ParseInt(*v.literal, 10, 64); err == nil && v.typ.IsNumeric() {
		out.Time = time.Unix(secs, 0).UTC()
		return out, nil
	}
	t, _, ok := parseTimestamp(*v.literal, b.zone)
	if !ok {
		return nil, b.types(x, problem.Say("sql.bad_timestamp"))
	}
	out.Time = t
	return out, nil
}

// version reads a snapshot's id or the name of a tag.
func (b *binder) version(out *AsOf, v value, x ast.Expr) error {
	if v.literal == nil {
		computed, err := b.evaluate(v.sql, x)
		if err != nil {
			return err
		}
		constant := fmt.Sprint(computed)
		v.literal = &constant
	}
	text := *v.literal
	if id, err := strconv.ParseInt(text, 10, 64); err == nil && v.typ.IsNumeric() {
		out.Snapshot = id
		return nil
	}
	out.Tag = text
	return nil
}

// computedTime evaluates a moment such as current_timestamp() - INTERVAL 1 DAY;
// a number is seconds, as in Spark.
func (b *binder) computedTime(v value, x ast.Expr) (time.Time, error) {
	if v.typ.IsNumeric() {
		v.sql = "make_timestamptz(CAST(" + v.sql + " AS BIGINT) * 1000000)"
	} else {
		var err error
		if v, err = b.cast(v, datatype.LTZOf(6), x.Pos()); err != nil {
			return time.Time{}, err
		}
	}
	micros, err := b.evaluate("epoch_us("+v.sql+")", x)
	if err != nil {
		return time.Time{}, err
	}
	n, err := strconv.ParseInt(fmt.Sprint(micros), 10, 64)
	if err != nil {
		return time.Time{}, b.types(x, problem.Say("sql.bad_timestamp"))
	}
	return time.UnixMicro(n).UTC(), nil
}

func (b *binder) evaluate(sql string, x ast.Expr) (any, error) {
	scope, ok := b.scope.(Evaluator)
	if !ok {
		return nil, b.types(x, problem.Say("sql.moment_constant"))
	}
	text, _, err := b.finish("SELECT " + sql)
	if err != nil {
		return nil, err
	}
	v, err := scope.Evaluate(b.ctx, text)
	if err != nil {
		return nil, b.types(x, problem.Say("sql.moment_failed", "why", err.Error()))
	}
	if v == nil {
		return nil, b.types(x, problem.Say("sql.moment_null"))
	}
	return v, nil
}

// sessionReads begins the settings of a session that are options of every read,
// as Paimon's connector for Spark has them.
const sessionReads = "spark.paimon."

// readOptions are a table's options: its hint's over the session's. A moment in
// the text is instead of the session's.
func (b *binder) readOptions(n *ast.Table) map[string]string {
	if n.Kind != ast.Named || n.AsOf != nil {
		return n.Options
	}
	out := map[string]string{}
	for key, v := range b.opt.Conf {
		option, ok := strings.CutPrefix(key, sessionReads)
		if ok && (strings.HasPrefix(option, "scan.") || strings.HasPrefix(option, "incremental-")) {
			out[option] = v
		}
	}
	if len(out) == 0 {
		return n.Options
	}
	maps.Copy(out, n.Options)
	return out
}
