package dialect

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
)

// rewritten binds the functions of Spark that stand for other expressions: they
// compare their arguments as = and <=> do, each pair in a type of its own.
func (b *binder) rewritten(n *ast.Call, name string, e *env) (value, error) {
	vs, err := b.exprs(n.Args, e)
	if err != nil {
		return value{}, err
	}
	digit := "0"
	zero := value{sql: digit, typ: intType, literal: &digit}
	var v value
	switch name {
	case "equal_null":
		v, err = b.compare(n, "<=>", vs[0], vs[1])
	case "nullif":
		v, err = b.nullIf(n, vs[0], vs[1])
	case "nullifzero":
		v, err = b.nullIf(n, vs[0], zero)
	case "zeroifnull":
		v.typ, vs, err = b.common(n, []ast.Expr{n.Args[0], n.Args[0]}, []value{vs[0], zero})
		v.sql = "coalesce(" + sqls(vs) + ")"
	default:
		v, err = b.decode(n, vs)
	}
	for _, a := range vs {
		v.aggr = v.aggr || a.aggr
	}
	v.sql = b.mark(n.Span, v.sql)
	return v, err
}

// nullIf is the first value unless it equals the second.
func (b *binder) nullIf(n *ast.Call, x, y value) (value, error) {
	same, err := b.compare(n, "=", x, y)
	if err != nil {
		return value{}, err
	}
	if t, ok := coerce.Comparison(x.typ, y.typ); ok && coerce.Same(t, x.typ) {
		y, err = b.cast(y, t, n.Args[len(n.Args)-1].Pos())
		return value{sql: "nullif(" + x.sql + ", " + y.sql + ")", typ: x.typ}, err
	}
	return value{sql: "CASE WHEN " + same.sql + " THEN NULL ELSE " + x.sql + " END", typ: x.typ}, nil
}

// decode is decode(x, search, result, ..., default): NULL equals NULL.
func (b *binder) decode(n *ast.Call, vs []value) (value, error) {
	var nodes []ast.Expr
	var conds []string
	var results []value
	for i := 1; i+1 < len(vs); i += 2 {
		same, err := b.compare(n.Args[i], "<=>", vs[0], vs[i])
		if err != nil {
			return value{}, err
		}
		conds = append(conds, same.sql)
		results, nodes = append(results, vs[i+1]), append(nodes, n.Args[i+1])
	}
	if len(vs)%2 == 0 {
		results, nodes = append(results, vs[len(vs)-1]), append(nodes, n.Args[len(vs)-1])
	}
	t, results, err := b.common(n, nodes, results)
	if err != nil {
		return value{}, err
	}
	var s strings.Builder
	s.WriteString("CASE")
	for i, c := range conds {
		s.WriteString(" WHEN " + c + " THEN " + results[i].sql)
	}
	if len(results) > len(conds) {
		s.WriteString(" ELSE " + results[len(conds)].sql)
	}
	s.WriteString(" END")
	return value{sql: s.String(), typ: t}, nil
}
