package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
)

// special parses the functions with a syntax of their own; nil when word is
// none of them, or when it is written as a plain call.
func (p *parser) special(word string) ast.Expr {
	start := p.here()
	switch word {
	case "CAST", "TRY_CAST", "SAFE_CAST":
		return p.cast(start, word != "CAST")
	case "EXTRACT":
		return p.extract(start)
	case "TRIM":
		return p.trim(start)
	case "POSITION":
		return p.position(start)
	case "SUBSTRING", "SUBSTR":
		return p.infixArgs(start, "FROM", "FOR")
	case "OVERLAY":
		return p.infixArgs(start, "PLACING", "FROM", "FOR")
	case "CEIL", "FLOOR", "CEILING":
		return p.infixArgs(start, "TO")
	case "ROW":
		p.next()
		p.next()
		var list []ast.Expr
		if !p.atOp(")") {
			list = p.list()
		}
		p.expectOp(")")
		return &ast.Tuple{Span: p.from(start), Elems: list}
	}
	return nil
}

func (p *parser) cast(start ast.Span, try bool) ast.Expr {
	p.next()
	p.expectOp("(")
	x := p.expr()
	if p.takeOp(",") {
		p.unexpected(asType)
	}
	p.expect("AS")
	t := p.typeName()
	p.expectOp(")")
	return &ast.Cast{Span: p.from(start), X: x, Type: t, Try: try}
}

func (p *parser) extract(start ast.Span) ast.Expr {
	p.next()
	p.expectOp("(")
	field := p.name(aTimeField)
	p.expect("FROM")
	x := p.expr()
	p.expectOp(")")
	return &ast.Extract{Span: p.from(start), Field: strings.ToUpper(field.Name), X: x}
}

// trim reads TRIM([BOTH|LEADING|TRAILING] [chars] FROM s) as trim_both(s, chars)
// and its like.
func (p *parser) trim(start ast.Span) ast.Expr {
	side := p.ahead(2)
	if !isWord(side, "BOTH", "LEADING", "TRAILING") || isOp(p.ahead(3), ")") || isOp(p.ahead(3), ",") {
		return p.infixArgsReversed(start)
	}
	name := p.name(keyword("trim"))
	p.next()
	p.next()
	name.Name = map[string]string{"BOTH": "trim_both", "LEADING": "trim_leading", "TRAILING": "trim_trailing"}[strings.ToUpper(side.Value)]
	c := &ast.Call{Name: []ast.Ident{name}}
	var chars ast.Expr
	if !p.at("FROM") {
		chars = p.expr()
	}
	p.expect("FROM")
	c.Args = []ast.Expr{p.expr()}
	if chars != nil {
		c.Args = append(c.Args, chars)
	}
	p.expectOp(")")
	c.Span = p.from(start)
	return p.afterCall(c)
}

// infixArgsReversed reads TRIM(chars FROM s), or a plain call.
func (p *parser) infixArgsReversed(start ast.Span) ast.Expr {
	name := p.name(keyword("trim"))
	p.next()
	c := &ast.Call{Name: []ast.Ident{name}, Args: p.args()}
	if p.take("FROM") && len(c.Args) == 1 {
		c.Name[0].Name = "trim_both"
		c.Args = []ast.Expr{p.expr(), c.Args[0]}
	}
	p.expectOp(")")
	c.Span = p.from(start)
	return p.afterCall(c)
}

// position reads POSITION(a IN b) as position(a, b).
func (p *parser) position(start ast.Span) ast.Expr {
	name := p.name(keyword("position"))
	p.next()
	c := &ast.Call{Name: []ast.Ident{name}, Args: []ast.Expr{p.binary(0)}}
	for p.err == nil && (p.takeOp(",") || p.take("IN")) {
		c.Args = append(c.Args, p.binary(0))
	}
	p.expectOp(")")
	c.Span = p.from(start)
	return p.afterCall(c)
}

// infixArgs reads f(a WORD b WORD c) as f(a, b, c); commas do as well.
func (p *parser) infixArgs(start ast.Span, words ...string) ast.Expr {
	name := p.name(aFunction)
	p.next()
	c := &ast.Call{Name: []ast.Ident{name}, Args: []ast.Expr{p.expr()}}
	for _, w := range words {
		if p.takeOp(",") || p.take(w) {
			if w == "TO" && p.tok().Kind == lex.Word {
				t := p.next()
				c.Args = append(c.Args, &ast.Literal{Span: span(t), Kind: ast.StringLiteral, Value: t.Value})
				continue
			}
			c.Args = append(c.Args, p.expr())
		}
	}
	p.expectOp(")")
	c.Span = p.from(start)
	return p.afterCall(c)
}

// unitFirst are the functions whose first argument may be a bare unit.
var unitFirst = []string{"TIMESTAMPDIFF", "TIMESTAMPADD", "DATEDIFF", "DATEADD", "DATE_ADD", "DATE_DIFF", "DATE_TRUNC", "DATE_PART"}

var units = []string{
	"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DAYOFYEAR",
}

// call parses (args) and what may follow it.
func (p *parser) call(name ast.Name) ast.Expr {
	defer p.enter()()
	c := &ast.Call{Name: name}
	p.expectOp("(")
	last := name[len(name)-1].Name
	switch {
	case p.atOp(")"):
	case p.atOp("*") && isOp(p.ahead(1), ")"):
		p.next()
		c.Star = true
	default:
		if p.take("DISTINCT") {
			c.Distinct = true
		} else if p.at("ALL") && !isOp(p.ahead(1), ",") && !isOp(p.ahead(1), ")") && !isOp(p.ahead(1), ".") {
			p.next()
		}
		if p.tok().Kind == lex.Word && isOp(p.ahead(1), ",") && isWordIn(last, unitFirst) && isWord(p.tok(), units...) {
			t := p.next()
			c.Args = append(c.Args, &ast.Literal{Span: span(t), Kind: ast.StringLiteral, Value: strings.ToLower(t.Value)})
			p.next()
		}
		c.Args = append(c.Args, p.args()...)
	}
	p.insideCall(c)
	p.expectOp(")")
	c.Span = p.from(name.Pos())
	return p.afterCall(c)
}

func isWordIn(s string, words []string) bool {
	for _, w := range words {
		if strings.EqualFold(s, w) {
			return true
		}
	}
	return false
}

// args are the arguments up to the closing parenthesis.
func (p *parser) args() []ast.Expr {
	var out []ast.Expr
	for p.err == nil {
		start := p.here()
		switch {
		case (p.tok().Kind == lex.Word || p.tok().Kind == lex.Quoted) && isOp(p.ahead(1), "=>"):
			n := p.name(anArgument)
			p.next()
			v := p.expr()
			out = append(out, &ast.NamedArg{Span: p.from(start), Name: n, Value: v})
		case p.atOp("*"):
			p.next()
			out = append(out, p.star(start, nil))
		default:
			x := p.expr()
			if p.take("AS") { // struct(1 AS a)
				n := p.name(aName)
				x = &ast.NamedArg{Span: p.from(start), Name: n, Value: x}
			}
			out = append(out, x)
		}
		if !p.takeOp(",") {
			break
		}
	}
	return out
}

// insideCall takes ORDER BY, SEPARATOR and IGNORE NULLS before the parenthesis.
func (p *parser) insideCall(c *ast.Call) {
	if p.at("ORDER", "BY") {
		p.take("ORDER", "BY")
		c.OrderBy = p.orders()
	}
	if p.take("SEPARATOR") {
		c.Args = append(c.Args, p.expr())
	}
	p.nullsOption(c)
}

func (p *parser) nullsOption(c *ast.Call) {
	switch {
	case p.take("IGNORE", "NULLS"):
		c.IgnoreNulls = true
	case p.take("RESPECT", "NULLS"):
	}
}

// afterCall takes WITHIN GROUP, FILTER, IGNORE NULLS and OVER.
func (p *parser) afterCall(c *ast.Call) ast.Expr {
	p.nullsOption(c)
	if p.at("WITHIN", "GROUP") {
		p.take("WITHIN", "GROUP")
		p.expectOp("(")
		p.expect("ORDER", "BY")
		c.OrderBy = p.orders()
		p.expectOp(")")
	}
	if p.at("FILTER") && isOp(p.ahead(1), "(") {
		p.next()
		p.next()
		p.expect("WHERE")
		c.Filter = p.expr()
		p.expectOp(")")
	}
	p.nullsOption(c)
	if p.at("OVER") && (isOp(p.ahead(1), "(") || p.ahead(1).Kind == lex.Word || p.ahead(1).Kind == lex.Quoted) {
		p.next()
		c.Over = p.over()
	}
	c.Span = p.from(c.Span)
	return c
}

func (p *parser) over() *ast.Window {
	if p.atOp("(") {
		return p.window()
	}
	n := p.name(aWindow)
	return &ast.Window{Span: n.Span, Base: &n}
}

// window parses (base PARTITION BY ... ORDER BY ... frame).
func (p *parser) window() *ast.Window {
	start := p.here()
	w := &ast.Window{}
	p.expectOp("(")
	if (p.tok().Kind == lex.Word || p.tok().Kind == lex.Quoted) && !p.atAny("PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS", "DISTRIBUTE", "CLUSTER", "SORT") {
		n := p.name(aWindow)
		w.Base = &n
	}
	if p.take("PARTITION", "BY") || p.take("DISTRIBUTE", "BY") {
		w.Partition = p.list()
	}
	if p.take("ORDER", "BY") || p.take("SORT", "BY") {
		w.Order = p.orders()
	}
	if p.atAny("ROWS", "RANGE", "GROUPS") {
		w.Frame = p.frame()
	}
	p.expectOp(")")
	w.Span = p.from(start)
	return w
}

func (p *parser) frame() *ast.Frame {
	start := p.here()
	f := &ast.Frame{Unit: strings.ToUpper(p.next().Value)}
	if p.take("BETWEEN") {
		f.Start = p.bound()
		p.expect("AND")
		f.End = p.bound()
	} else {
		f.Start = p.bound()
		f.End = ast.Bound{Kind: "CURRENT ROW"}
	}
	f.Span = p.from(start)
	return f
}

func (p *parser) bound() ast.Bound {
	switch {
	case p.take("UNBOUNDED", "PRECEDING"):
		return ast.Bound{Kind: "UNBOUNDED PRECEDING"}
	case p.take("UNBOUNDED", "FOLLOWING"):
		return ast.Bound{Kind: "UNBOUNDED FOLLOWING"}
	case p.take("CURRENT", "ROW"):
		return ast.Bound{Kind: "CURRENT ROW"}
	}
	x := p.binary(0)
	switch {
	case p.take("PRECEDING"):
		return ast.Bound{Kind: "PRECEDING", Value: x}
	case p.take("FOLLOWING"):
		return ast.Bound{Kind: "FOLLOWING", Value: x}
	}
	p.unexpected(either("PRECEDING", "FOLLOWING"))
	return ast.Bound{}
}

// orders are sort keys with commas between.
func (p *parser) orders() []ast.Order {
	var out []ast.Order
	for p.err == nil {
		x := p.expr()
		o := ast.Order{X: x}
		switch {
		case p.take("DESC"):
			o.Desc = true
		case p.take("ASC"):
		}
		if p.take("NULLS") {
			switch {
			case p.take("FIRST"):
				o.Nulls = "FIRST"
			case p.take("LAST"):
				o.Nulls = "LAST"
			default:
				p.unexpected(either("FIRST", "LAST"))
			}
		}
		o.Span = p.from(x.Pos())
		out = append(out, o)
		if !p.takeOp(",") {
			break
		}
	}
	return out
}
