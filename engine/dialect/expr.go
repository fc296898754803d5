package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

var (
	boolType   = datatype.Of(datatype.Boolean)
	intType    = datatype.Of(datatype.Int)
	bigType    = datatype.Of(datatype.BigInt)
	doubleType = datatype.Of(datatype.Double)
	dateType   = datatype.Of(datatype.Date)
	textType   = datatype.StringType()
	spanType   = datatype.Of(datatype.Interval)
)

func isMoment(t datatype.Type) bool { return coerce.IsMoment(t) }

// maxBindDepth bounds recursion; the parser's own bound lies below it, chains
// of operators may be longer.
const maxBindDepth = 4000

// expr binds and prints one expression.
func (b *binder) expr(x ast.Expr, e *env) (value, error) {
	b.depth++
	defer func() { b.depth-- }()
	if b.depth > maxBindDepth {
		return value{}, b.syntax(x, problem.Say("sql.long_expression"))
	}
	switch n := x.(type) {
	case *ast.Literal:
		return b.literal(n)
	case *ast.Column:
		return b.column(n, e)
	case *ast.Unary:
		return b.unary(n, e)
	case *ast.Binary:
		return b.binary(n, e)
	case *ast.Call:
		return b.call(n, e)
	case *ast.Cast:
		v, err := b.expr(n.X, e)
		if err != nil {
			return value{}, err
		}
		return b.explicitCast(v, n)
	case *ast.Case:
		return b.caseExpr(n, e)
	case *ast.Is:
		return b.is(n, e)
	case *ast.Between:
		return b.between(n, e)
	case *ast.In:
		return b.in(n, e)
	case *ast.Like:
		return b.like(n, e)
	case *ast.Interval:
		return b.interval(n, e)
	case *ast.Extract:
		return b.extract(n, e)
	case *ast.Exists:
		if b.outerJoin {
			return value{}, b.joinQuery(n)
		}
		out, err := b.query(n.Query, e)
		return value{sql: "EXISTS (" + out.sql + ")", typ: boolType}, err
	case *ast.Subquery:
		return b.scalarQuery(n, e)
	case *ast.Index:
		return b.index(n, e)
	case *ast.Field:
		v, err := b.expr(n.X, e)
		if err != nil {
			return value{}, err
		}
		return b.field(v, n.Name)
	case *ast.Array:
		return b.array(n, e)
	case *ast.MapLiteral:
		return b.mapLiteral(n, e)
	case *ast.Tuple:
		return b.tuple(n, e)
	case *ast.Star:
		return value{}, b.syntax(n, problem.Say("sql.star_place"))
	case *ast.Lambda:
		return value{}, b.syntax(n, problem.Say("sql.lambda_place"))
	case *ast.NamedArg:
		return value{}, b.unsupported(n, problem.Say("sql.named_argument"), problem.Say("sql.use_positions"))
	}
	return value{}, b.unsupported(x, problem.Say("sql.this_expression"), problem.Say("sql.use_another_way"))
}

// exprs binds several expressions.
func (b *binder) exprs(list []ast.Expr, e *env) ([]value, error) {
	out := make([]value, len(list))
	for i, x := range list {
		v, err := b.expr(x, e)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (b *binder) unary(n *ast.Unary, e *env) (value, error) {
	if n.Op == "NOT" {
		v, err := b.condition(n.X, e)
		return value{sql: "(NOT " + v.sql + ")", typ: boolType, aggr: v.aggr}, err
	}
	v, err := b.expr(n.X, e)
	if err != nil {
		return value{}, err
	}
	switch {
	case v.typ.IsString() || v.typ.Kind == datatype.Null:
		if v, err = b.cast(v, doubleType, n.X.Pos()); err != nil {
			return value{}, err
		}
	case !v.typ.IsNumeric() && !(v.typ.Kind == datatype.Interval && n.Op != "~") && v.typ.Kind != datatype.Unknown:
		return value{}, b.types(n, problem.Say("sql.takes_a_number", "operator", n.Op, "type", b.show(v.typ)))
	}
	if n.Op == "+" {
		return v, nil
	}
	return value{sql: b.mark(n.Span, "("+n.Op+v.sql+")"), typ: v.typ, aggr: v.aggr}, nil
}

func (b *binder) binary(n *ast.Binary, e *env) (value, error) {
	if n.Op == "AND" || n.Op == "OR" {
		return b.logical(n, e)
	}
	l, err := b.expr(n.L, e)
	if err != nil {
		return value{}, err
	}
	r, err := b.expr(n.R, e)
	if err != nil {
		return value{}, err
	}
	var v value
	switch n.Op {
	case "=", "<>", "<", "<=", ">", ">=", "<=>":
		v, err = b.compare(n, n.Op, l, r)
	case "||":
		v, err = b.concat(n, l, r)
	case "&", "|", "^", "<<", ">>", ">>>":
		v, err = b.bitwise(n, l, r)
	default:
		v, err = b.arithmetic(n, l, r)
	}
	v.aggr = l.aggr || r.aggr
	v.sql = b.mark(n.Span, v.sql)
	return v, err
}

func (b *binder) concat(at ast.Node, l, r value) (value, error) {
	t := textType
	switch {
	case l.typ.Kind == datatype.Array || r.typ.Kind == datatype.Array:
		var ok bool
		if t, ok = coerce.Common(l.typ, r.typ); !ok {
			return value{}, b.types(at, problem.Say("sql.cannot_join", "left", b.show(l.typ), "right", b.show(r.typ)))
		}
	case l.typ.IsBinary() && r.typ.IsBinary():
		t = datatype.BytesType()
	}
	if l.typ.Kind == datatype.Null || r.typ.Kind == datatype.Null { // DuckDB would lose the type
		return b.cast(value{sql: "NULL", typ: datatype.Of(datatype.Null)}, t, at.Pos())
	}
	l, err := b.cast(l, t, at.Pos())
	if err != nil {
		return value{}, err
	}
	r, err = b.cast(r, t, at.Pos())
	return value{sql: "(" + l.sql + " || " + r.sql + ")", typ: t}, err
}

func (b *binder) bitwise(n *ast.Binary, l, r value) (value, error) {
	for _, v := range []value{l, r} {
		if !coerce.IsIntegral(v.typ) && v.typ.Kind != datatype.Null && v.typ.Kind != datatype.Unknown {
			return value{}, b.types(n, problem.Say("sql.takes_integers", "operator", n.Op, "type", b.show(v.typ)))
		}
	}
	t := coerce.Numeric(l.typ, r.typ)
	if !coerce.IsIntegral(t) {
		t = intType
	}
	if n.Op == "<<" || n.Op == ">>" {
		t = l.typ
		if t.Kind < datatype.Int {
			t = intType
		}
	}
	l, err := b.cast(l, t, n.L.Pos())
	if err != nil {
		return value{}, err
	}
	if r, err = b.cast(r, t, n.R.Pos()); err != nil {
		return value{}, err
	}
	if n.Op == ">>>" {
		return value{}, b.unsupported(n.OpSpan, problem.Say("sql.construct", "words", ">>>"), problem.Say("sql.use_signed_shift"))
	}
	if n.Op == "^" {
		return value{sql: "xor(" + l.sql + ", " + r.sql + ")", typ: t}, nil
	}
	return value{sql: "(" + l.sql + " " + n.Op + " " + r.sql + ")", typ: t}, nil
}

func (b *binder) caseExpr(n *ast.Case, e *env) (value, error) {
	var operand value
	var err error
	if n.Operand != nil {
		if operand, err = b.expr(n.Operand, e); err != nil {
			return value{}, err
		}
	}
	conds, results := make([]value, len(n.Whens)), make([]value, 0, len(n.Whens)+1)
	nodes := make([]ast.Expr, 0, len(n.Whens)+1)
	aggr := operand.aggr
	for i, w := range n.Whens {
		if n.Operand == nil {
			conds[i], err = b.condition(w.Cond, e)
		} else if conds[i], err = b.expr(w.Cond, e); err == nil {
			a := conds[i].aggr
			conds[i], err = b.compare(w.Cond, "=", operand, conds[i])
			conds[i].aggr = a
		}
		if err != nil {
			return value{}, err
		}
		v, err := b.expr(w.Then, e)
		if err != nil {
			return value{}, err
		}
		results, nodes = append(results, v), append(nodes, w.Then)
		aggr = aggr || conds[i].aggr || v.aggr
	}
	if n.Else != nil {
		v, err := b.expr(n.Else, e)
		if err != nil {
			return value{}, err
		}
		results, nodes = append(results, v), append(nodes, n.Else)
		aggr = aggr || v.aggr
	}
	t, results, err := b.common(n, nodes, results)
	if err != nil {
		return value{}, err
	}
	var s strings.Builder
	s.WriteString("CASE")
	for i := range n.Whens {
		s.WriteString(" WHEN " + conds[i].sql + " THEN " + results[i].sql)
	}
	if n.Else != nil {
		s.WriteString(" ELSE " + results[len(results)-1].sql)
	}
	s.WriteString(" END")
	return value{sql: b.mark(n.Span, s.String()), typ: t, aggr: aggr}, nil
}

// common casts values to the type they meet in.
func (b *binder) common(at ast.Node, nodes []ast.Expr, values []value) (datatype.Type, []value, error) {
	types := make([]datatype.Type, len(values))
	for i, v := range values {
		types[i] = v.typ
	}
	t, ok := coerce.CommonOf(types...)
	if !ok {
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = b.show(t)
		}
		return t, nil, b.types(at, problem.Say("sql.no_common_type", "types", strings.Join(names, " ")))
	}
	out := make([]value, len(values))
	for i, v := range values {
		c, err := b.cast(v, t, nodes[i].Pos())
		if err != nil {
			return t, nil, err
		}
		out[i] = c
	}
	return t, out, nil
}

func sqls(vs []value) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v.sql
	}
	return strings.Join(out, ", ")
}

// joinQuery refuses a query in the condition of an outer join.
func (b *binder) joinQuery(n ast.Node) error {
	return b.unsupported(n, problem.Say("sql.query_in_join"), problem.Say("sql.use_joined_query"))
}

func (b *binder) scalarQuery(n *ast.Subquery, e *env) (value, error) {
	if b.outerJoin {
		return value{}, b.joinQuery(n)
	}
	out, err := b.query(n.Query, e)
	if err != nil {
		return value{}, err
	}
	if len(out.cols) != 1 {
		return value{}, b.types(n, problem.Say("sql.scalar_query", "columns", strconv.Itoa(len(out.cols))))
	}
	return value{sql: b.mark(n.Span, "("+out.sql+")"), typ: out.cols[0].typ}, nil
}

// index is array[i], counted from 0 in Spark and from 1 elsewhere, or map[k].
func (b *binder) index(n *ast.Index, e *env) (value, error) {
	x, err := b.expr(n.X, e)
	if err != nil {
		return value{}, err
	}
	i, err := b.expr(n.I, e)
	if err != nil {
		return value{}, err
	}
	v := value{aggr: x.aggr || i.aggr}
	switch x.typ.Kind {
	case datatype.Array:
		if !coerce.IsIntegral(i.typ) && i.typ.Kind != datatype.Null && i.typ.Kind != datatype.Unknown {
			return value{}, b.types(n.I, problem.Say("sql.array_index", "type", b.show(i.typ)))
		}
		if i, err = b.cast(i, intType, n.I.Pos()); err != nil {
			return value{}, err
		}
		v.typ = x.typ.Elem.Nullable()
		v.sql = b.element(x.sql, i)
	case datatype.Map:
		if i, err = b.cast(i, *x.typ.Key, n.I.Pos()); err != nil {
			return value{}, err
		}
		v.typ, v.sql = x.typ.Elem.Nullable(), "map_extract_value("+x.sql+", "+i.sql+")"
	case datatype.Row:
		if i.literal != nil && i.typ.IsString() {
			return b.field(x, ast.Ident{Span: n.I.Pos(), Name: *i.literal})
		}
		fallthrough
	default:
		return value{}, b.types(n.X, problem.Say("sql.no_elements", "type", b.show(x.typ)))
	}
	v.sql = b.mark(n.Span, v.sql)
	return v, nil
}

// element prints array[i]; DuckDB counts from 1 and reads a negative index from
// the end, where Spark has NULL.
func (b *binder) element(list string, i value) string {
	if b.d != Spark {
		return list + "[" + i.sql + "]"
	}
	if i.literal != nil {
		if k, err := strconv.Atoi(*i.literal); err == nil {
			if k < 0 {
				return list + "[0]"
			}
			return list + "[" + strconv.Itoa(k+1) + "]"
		}
	}
	return list + "[CASE WHEN " + i.sql + " >= 0 THEN " + i.sql + " + 1 END]"
}

func (b *binder) array(n *ast.Array, e *env) (value, error) {
	vs, err := b.exprs(n.Elems, e)
	if err != nil {
		return value{}, err
	}
	t, vs, err := b.common(n, n.Elems, vs)
	if err != nil {
		return value{}, err
	}
	v := value{sql: "[" + sqls(vs) + "]", typ: datatype.ArrayOf(t)}
	for _, x := range vs {
		v.aggr = v.aggr || x.aggr
	}
	return v, nil
}

func (b *binder) mapLiteral(n *ast.MapLiteral, e *env) (value, error) {
	var keys, vals ast.Array
	for i := 0; i+1 < len(n.Elems); i += 2 {
		keys.Elems, vals.Elems = append(keys.Elems, n.Elems[i]), append(vals.Elems, n.Elems[i+1])
	}
	keys.Span, vals.Span = n.Span, n.Span
	k, err := b.array(&keys, e)
	if err != nil {
		return value{}, err
	}
	v, err := b.array(&vals, e)
	if err != nil {
		return value{}, err
	}
	return value{sql: "map(" + k.sql + ", " + v.sql + ")", typ: datatype.MapOf(*k.typ.Elem, *v.typ.Elem), aggr: k.aggr || v.aggr}, nil
}

// tuple is a struct without names of its own: col1, col2 in Spark, f0, f1 else.
func (b *binder) tuple(n *ast.Tuple, e *env) (value, error) {
	vs, err := b.exprs(n.Elems, e)
	if err != nil {
		return value{}, err
	}
	parts, fields := make([]string, len(vs)), make([]datatype.Field, len(vs))
	v := value{}
	for i, x := range vs {
		name := "f" + strconv.Itoa(i)
		if b.d != Flink {
			name = "col" + strconv.Itoa(i+1)
		}
		if c, ok := n.Elems[i].(*ast.Column); ok && b.d == Spark {
			name = c.Parts[len(c.Parts)-1].Name
		}
		parts[i], fields[i] = ident(name)+" := "+x.sql, datatype.NewField(name, x.typ.Nullable())
		v.aggr = v.aggr || x.aggr
	}
	v.sql, v.typ = "struct_pack("+strings.Join(parts, ", ")+")", datatype.RowOf(fields...)
	return v, nil
}
