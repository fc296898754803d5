package dialect

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

// like prints LIKE, ILIKE and RLIKE, with ANY and ALL as OR and AND.
func (b *binder) like(n *ast.Like, e *env) (value, error) {
	x, err := b.asText(n.X, e)
	if err != nil {
		return value{}, err
	}
	escape := str(`\`)
	if n.Escape != nil {
		v, err := b.asText(n.Escape, e)
		if err != nil {
			return value{}, err
		}
		if v.literal != nil && len([]rune(*v.literal)) != 1 {
			return value{}, b.types(n.Escape, problem.Say("sql.one_escape"))
		}
		escape = v.sql
	}
	out := value{typ: boolType, aggr: x.aggr}
	var terms []string
	for _, p := range n.Patterns {
		v, err := b.asText(p, e)
		if err != nil {
			return value{}, err
		}
		out.aggr = out.aggr || v.aggr
		term := "(" + x.sql + " " + n.Op + " " + v.sql + " ESCAPE " + escape + ")"
		if n.Op == "RLIKE" {
			if term, err = b.rlike(n, x, v); err != nil {
				return value{}, err
			}
		}
		if n.Not {
			term = "(NOT " + term + ")"
		}
		terms = append(terms, term)
	}
	out.sql = terms[0]
	if len(terms) > 1 {
		word := " OR "
		if n.Quantifier == "ALL" {
			word = " AND "
		}
		out.sql = "(" + strings.Join(terms, word) + ")"
	}
	out.sql = b.mark(n.Span, out.sql)
	return out, nil
}

// asText binds an expression as text.
func (b *binder) asText(x ast.Expr, e *env) (value, error) {
	v, err := b.expr(x, e)
	if err != nil {
		return value{}, err
	}
	return b.cast(v, textType, x.Pos())
}

// rlike is the registry's: Java's regular expressions are not DuckDB's.
func (b *binder) rlike(n *ast.Like, x, pattern value) (string, error) {
	f, ok := fn.Lookup(string(Spark), "rlike")
	if !ok {
		return "", b.unsupported(n, problem.Say("sql.construct", "words", "RLIKE"), problem.Say("sql.use_like"))
	}
	c := fn.Call{Name: "rlike", Args: []fn.Arg{arg(x), arg(pattern)}, TimeZone: b.opt.TimeZone, Now: b.opt.Now}
	sql, err := f.Print(c)
	return sql, b.placed(err, n.Span)
}

func arg(v value) fn.Arg { return fn.Arg{SQL: v.sql, Type: v.typ, Literal: v.literal} }
