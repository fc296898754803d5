package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
)

// expr parses a whole expression. Precedence, loosest first: OR, AND, NOT,
// comparison and predicates, |, ^, &, shifts, + - ||, * / % DIV, unary, postfix.
func (p *parser) expr() ast.Expr {
	defer p.enter()()
	l := p.and()
	for p.err == nil && p.atAny("OR") || p.atOp("||") && p.d == lex.StarRocks {
		op := p.here()
		p.next()
		r := p.and()
		l = &ast.Binary{Span: l.Pos().To(r.Pos()), Op: "OR", OpSpan: op, L: l, R: r}
	}
	return l
}

func (p *parser) and() ast.Expr {
	l := p.not()
	for p.err == nil && (p.atAny("AND") || p.atOp("&&") && p.d == lex.StarRocks) {
		op := p.here()
		p.next()
		r := p.not()
		l = &ast.Binary{Span: l.Pos().To(r.Pos()), Op: "AND", OpSpan: op, L: l, R: r}
	}
	return l
}

func (p *parser) not() ast.Expr {
	start := p.here()
	if p.atAny("NOT") && !isOp(p.ahead(1), ",") || p.atOp("!") {
		defer p.enter()()
		p.next()
		x := p.not()
		return &ast.Unary{Span: start.To(x.Pos()), Op: "NOT", X: x}
	}
	return p.predicate()
}

// comparisons by their one spelling.
var comparisons = map[string]string{
	"=": "=", "==": "=", "<=>": "<=>", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}

func (p *parser) predicate() ast.Expr {
	l := p.binary(0)
	for p.err == nil {
		t := p.tok()
		if op, ok := comparisons[t.Value]; ok && t.Kind == lex.Op {
			p.next()
			r := p.binary(0)
			l = &ast.Binary{Span: l.Pos().To(r.Pos()), Op: op, OpSpan: span(t), L: l, R: r}
			continue
		}
		if p.at("IS") {
			l = p.is(l)
			continue
		}
		not := p.atAny("NOT") && isWord(p.ahead(1), "BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP")
		word := t
		if not {
			word = p.ahead(1)
		}
		if !isWord(word, "BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP") {
			return l
		}
		if not {
			p.next()
		}
		switch strings.ToUpper(p.next().Value) {
		case "BETWEEN":
			l = p.between(l, not)
		case "IN":
			l = p.in(l, not)
		case "LIKE":
			l = p.like(l, not, "LIKE")
		case "ILIKE":
			l = p.like(l, not, "ILIKE")
		default:
			l = p.like(l, not, "RLIKE")
		}
	}
	return l
}

func (p *parser) is(x ast.Expr) ast.Expr {
	p.next()
	is := &ast.Is{X: x, Not: p.take("NOT")}
	switch {
	case p.atAny("NULL", "TRUE", "FALSE", "UNKNOWN"):
		is.What = strings.ToUpper(p.next().Value)
	case p.take("DISTINCT", "FROM"):
		is.What = "DISTINCT"
		is.Y = p.binary(0)
	default:
		p.unexpected(either("NULL, TRUE, FALSE, UNKNOWN", "DISTINCT FROM"))
	}
	is.Span = p.from(x.Pos())
	return is
}

func (p *parser) between(x ast.Expr, not bool) ast.Expr {
	if p.atAny("SYMMETRIC", "ASYMMETRIC") {
		p.next()
	}
	b := &ast.Between{X: x, Not: not, Low: p.binary(0)}
	p.expect("AND")
	b.High = p.binary(0)
	b.Span = p.from(x.Pos())
	return b
}

func (p *parser) in(x ast.Expr, not bool) ast.Expr {
	in := &ast.In{X: x, Not: not}
	p.expectOp("(")
	if p.atQuery() {
		in.Query = p.query()
	} else {
		in.List = p.list()
	}
	p.expectOp(")")
	in.Span = p.from(x.Pos())
	return in
}

func (p *parser) like(x ast.Expr, not bool, op string) ast.Expr {
	l := &ast.Like{Op: op, X: x, Not: not}
	switch {
	case p.atAny("ANY", "SOME", "ALL") && isOp(p.ahead(1), "("):
		l.Quantifier = "ANY"
		if isWord(p.next(), "ALL") {
			l.Quantifier = "ALL"
		}
		p.expectOp("(")
		l.Patterns = p.list()
		p.expectOp(")")
	default:
		l.Patterns = []ast.Expr{p.binary(0)}
	}
	if op != "RLIKE" && p.take("ESCAPE") {
		l.Escape = p.binary(0)
	}
	l.Span = p.from(x.Pos())
	return l
}

// levels of binary operators, loosest first.
var levels = [][]string{{"|"}, {"^"}, {"&"}, {"<<", ">>", ">>>"}, {"+", "-", "||"}, {"*", "/", "%", "DIV"}}

func (p *parser) binary(level int) ast.Expr {
	if level == len(levels) {
		return p.unary()
	}
	l := p.binary(level + 1)
	for p.err == nil {
		t := p.tok()
		op := p.operatorAt(level)
		if op == "" {
			return l
		}
		p.next()
		r := p.binary(level + 1)
		l = &ast.Binary{Span: l.Pos().To(r.Pos()), Op: op, OpSpan: span(t), L: l, R: r}
	}
	return l
}

// operatorAt is the operator of this level at the cursor, "" if none.
func (p *parser) operatorAt(level int) string {
	t := p.tok()
	for _, op := range levels[level] {
		switch {
		case op == "||" && p.d == lex.StarRocks:
		case op == "DIV" && isWord(t, "DIV"), t.Kind == lex.Op && t.Value == op:
			return op
		case op == "%" && isWord(t, "MOD") && p.d == lex.StarRocks && !isOp(p.ahead(1), "("):
			return op
		}
	}
	return ""
}

func (p *parser) unary() ast.Expr {
	start := p.here()
	if p.atOp("-") || p.atOp("+") || p.atOp("~") {
		defer p.enter()()
		op := p.next().Value
		if n := p.tok(); op == "-" && n.Kind == lex.Number && !isOp(p.ahead(1), "[") {
			p.next()
			return p.postfix(&ast.Literal{Span: start.To(span(n)), Kind: ast.NumberLiteral, Value: "-" + n.Value, Suffix: n.Suffix})
		}
		x := p.unary()
		return &ast.Unary{Span: start.To(x.Pos()), Op: op, X: x}
	}
	return p.postfix(p.operand())
}

// postfix takes [i], .name and ::type after an operand.
func (p *parser) postfix(x ast.Expr) ast.Expr {
	for p.err == nil {
		switch {
		case p.atOp("["):
			p.next()
			i := p.expr()
			p.expectOp("]")
			x = &ast.Index{Span: p.from(x.Pos()), X: x, I: i}
		case p.atOp(".") && !isOp(p.ahead(1), "*"):
			p.next()
			n := p.name(aFieldAfterDot)
			x = &ast.Field{Span: p.from(x.Pos()), X: x, Name: n}
		case p.atOp("::"):
			p.next()
			t := p.typeName()
			x = &ast.Cast{Span: p.from(x.Pos()), X: x, Type: t}
		default:
			return x
		}
	}
	return x
}

// list takes one or more expressions with commas between.
func (p *parser) list() []ast.Expr {
	var out []ast.Expr
	for p.err == nil {
		out = append(out, p.expr())
		if !p.takeOp(",") {
			break
		}
	}
	return out
}
