package dialect

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// condition binds an expression that must be true or false.
func (b *binder) condition(x ast.Expr, e *env) (value, error) {
	v, err := b.expr(x, e)
	if err != nil {
		return value{}, err
	}
	switch {
	case v.typ.Kind == datatype.Boolean, v.typ.Kind == datatype.Unknown:
		return v, nil
	case v.typ.Kind == datatype.Null, b.d == StarRocks && (v.typ.IsNumeric() || v.typ.IsString()):
		return b.cast(v, boolType, x.Pos())
	}
	return value{}, b.types(x, problem.Say("sql.condition_boolean", "type", b.show(v.typ)))
}

// logical prints a chain of one operator without nested parentheses.
func (b *binder) logical(n *ast.Binary, e *env) (value, error) {
	terms := chain(n, n.Op)
	out := value{typ: boolType}
	parts := make([]string, len(terms))
	for i, t := range terms {
		v, err := b.condition(t, e)
		if err != nil {
			return value{}, err
		}
		parts[i], out.aggr = v.sql, out.aggr || v.aggr
	}
	out.sql = "(" + strings.Join(parts, " "+n.Op+" ") + ")"
	return out, nil
}

// chain flattens a op b op c, left to right.
func chain(x ast.Expr, op string) []ast.Expr {
	var out []ast.Expr
	for {
		n, ok := x.(*ast.Binary)
		if !ok || n.Op != op {
			break
		}
		right := chain(n.R, op)
		for i := len(right) - 1; i >= 0; i-- {
			out = append(out, right[i])
		}
		x = n.L
	}
	out = append(out, x)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// padded gives CHAR columns and the constants and CHAR columns that they are
// compared with the length of the longest, as Spark compares them.
func (b *binder) padded(vs ...value) []value {
	longest, char := 0, false
	for _, v := range vs {
		switch {
		case v.typ.Kind == datatype.Char && v.literal == nil:
			longest, char = max(longest, v.typ.Length), true
		case v.typ.IsString() && v.literal != nil:
			longest = max(longest, utf8.RuneCountInString(*v.literal))
		default:
			return vs
		}
	}
	if b.d != Spark || !char {
		return vs
	}
	out := make([]value, len(vs))
	for i, v := range vs {
		out[i] = value{sql: "rpad(" + v.sql + ", " + strconv.Itoa(longest) + ", ' ')", typ: textType, aggr: v.aggr}
	}
	return out
}

func (b *binder) compare(at ast.Node, op string, l, r value) (value, error) {
	both := b.padded(l, r)
	l, r = both[0], both[1]
	t, ok := coerce.Comparison(l.typ, r.typ)
	if !ok || b.d == Spark && (!coerce.Ordered(t) || isOrder(op) && (isTruth(l.typ, r.typ) || isTruth(r.typ, l.typ))) {
		return value{}, b.types(at, problem.Say("sql.cannot_compare", "left", b.show(l.typ), "right", b.show(r.typ)))
	}
	switch {
	case fits(r, l.typ):
		t = l.typ
	case fits(l, r.typ):
		t = r.typ
	}
	l, err := b.cast(l, t, at.Pos())
	if err != nil {
		return value{}, err
	}
	r, err = b.cast(r, t, at.Pos())
	if err != nil {
		return value{}, err
	}
	if op == "<=>" {
		op = "IS NOT DISTINCT FROM"
	}
	return value{sql: "(" + l.sql + " " + op + " " + r.sql + ")", typ: boolType}, nil
}

func isOrder(op string) bool { return op == "<" || op == "<=" || op == ">" || op == ">=" }

// isTruth tells a boolean beside a number: Spark knows whether they are equal,
// not which is the greater.
func isTruth(a, b datatype.Type) bool { return a.Kind == datatype.Boolean && b.IsNumeric() }

// fits tells whether a whole constant is a value of the other side's type: then
// the constant is cast and not the column, whose files can be judged by it.
func fits(v value, other datatype.Type) bool {
	if v.literal == nil || !coerce.IsIntegral(v.typ) || !coerce.IsIntegral(other) && other.Kind != datatype.Decimal {
		return false
	}
	n, err := strconv.ParseInt(*v.literal, 10, 64)
	if err != nil {
		return false
	}
	if other.Kind == datatype.Decimal {
		return len(strings.TrimLeft(*v.literal, "-")) <= other.Precision-other.Scale
	}
	bits := map[datatype.Kind]uint{datatype.TinyInt: 7, datatype.SmallInt: 15, datatype.Int: 31, datatype.BigInt: 63}[other.Kind]
	return n >= -1<<bits && n <= 1<<bits-1
}

func (b *binder) is(n *ast.Is, e *env) (value, error) {
	not := ""
	if n.Not {
		not = "NOT "
	}
	if n.What == "DISTINCT" {
		l, err := b.expr(n.X, e)
		if err != nil {
			return value{}, err
		}
		r, err := b.expr(n.Y, e)
		if err != nil {
			return value{}, err
		}
		v, err := b.compare(n, "IS "+not+"DISTINCT FROM", l, r)
		v.aggr = l.aggr || r.aggr
		return v, err
	}
	bind, what := b.condition, n.What
	if what == "NULL" {
		bind = b.expr
	}
	if what == "UNKNOWN" {
		what = "NULL"
	}
	v, err := bind(n.X, e)
	return value{sql: "(" + v.sql + " IS " + not + what + ")", typ: boolType, aggr: v.aggr}, err
}

func (b *binder) between(n *ast.Between, e *env) (value, error) {
	vs, err := b.exprs([]ast.Expr{n.X, n.Low, n.High}, e)
	if err != nil {
		return value{}, err
	}
	low, err := b.compare(n, ">=", vs[0], vs[1])
	if err != nil {
		return value{}, err
	}
	high, err := b.compare(n, "<=", vs[0], vs[2])
	if err != nil {
		return value{}, err
	}
	sql := "(" + low.sql + " AND " + high.sql + ")"
	if n.Not {
		sql = "(NOT " + sql + ")"
	}
	return value{sql: b.mark(n.Span, sql), typ: boolType, aggr: vs[0].aggr || vs[1].aggr || vs[2].aggr}, nil
}

func (b *binder) in(n *ast.In, e *env) (value, error) {
	not := ""
	if n.Not {
		not = "NOT "
	}
	if n.Query != nil {
		return b.inQuery(n, not, e)
	}
	nodes := append([]ast.Expr{n.X}, n.List...)
	vs, err := b.exprs(nodes, e)
	if err != nil {
		return value{}, err
	}
	aggr := false
	for _, v := range vs {
		aggr = aggr || v.aggr
	}
	if len(vs) == 2 { // Spark reads one element as a comparison
		v, err := b.compare(n, "=", vs[0], vs[1])
		if n.Not {
			v.sql = "(NOT " + v.sql + ")"
		}
		v.aggr = aggr
		return v, err
	}
	_, vs, err = b.common(n, nodes, b.padded(vs...))
	if err != nil {
		return value{}, err
	}
	return value{sql: b.mark(n.Span, "("+vs[0].sql+" "+not+"IN ("+sqls(vs[1:])+"))"), typ: boolType, aggr: aggr}, nil
}

// inQuery compares with the rows of a query, casting both sides.
func (b *binder) inQuery(n *ast.In, not string, e *env) (value, error) {
	left := []ast.Expr{n.X}
	if t, ok := n.X.(*ast.Tuple); ok {
		left = t.Elems
	}
	vs, err := b.exprs(left, e)
	if err != nil {
		return value{}, err
	}
	out, err := b.query(n.Query, e)
	if err != nil {
		return value{}, err
	}
	if len(out.cols) != len(vs) {
		return value{}, b.types(n.Query, problem.Say("sql.in_columns", "values", strconv.Itoa(len(vs)), "columns", strconv.Itoa(len(out.cols))))
	}
	items := make([]string, len(vs))
	const q = "q"
	for i := range vs {
		t, ok := coerce.Comparison(vs[i].typ, out.cols[i].typ)
		if !ok {
			return value{}, b.types(n, problem.Say("sql.cannot_compare", "left", b.show(vs[i].typ), "right", b.show(out.cols[i].typ)))
		}
		if vs[i], err = b.cast(vs[i], t, left[i].Pos()); err != nil {
			return value{}, err
		}
		c, err := b.cast(value{sql: ident(q) + "." + ident(out.cols[i].sqlName), typ: out.cols[i].typ}, t, n.Query.Span)
		if err != nil {
			return value{}, err
		}
		items[i] = c.sql
	}
	x := sqls(vs)
	if len(vs) > 1 {
		x = "(" + x + ")"
	}
	sql := "(" + x + " " + not + "IN (SELECT " + strings.Join(items, ", ") + " FROM (" + out.sql + ") AS " + ident(q) + "))"
	return value{sql: b.mark(n.Span, sql), typ: boolType, aggr: vs[0].aggr}, nil
}
