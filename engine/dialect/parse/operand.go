package parse

import (
	"slices"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// notNames cannot begin an operand: a clause begins, or an expression misses
// its operand.
var notNames = []string{
	"FROM", "WHERE", "HAVING", "UNION", "INTERSECT", "THEN", "WHEN", "ELSE", "AND", "OR", "JOIN", "ON", "AS", "IN", "IS", "LIKE", "BETWEEN",
	"QUALIFY", "SELECT", "WITH",
}

// operand parses what operators stand between.
func (p *parser) operand() ast.Expr {
	t := p.tok()
	switch t.Kind {
	case lex.Number:
		p.next()
		return &ast.Literal{Span: span(t), Kind: ast.NumberLiteral, Value: t.Value, Suffix: t.Suffix}
	case lex.String:
		start := p.here()
		v := p.str(aString)
		return &ast.Literal{Span: p.from(start), Kind: ast.StringLiteral, Value: v}
	case lex.Bytes:
		p.next()
		return &ast.Literal{Span: span(t), Kind: ast.BytesLiteral, Value: t.Value}
	case lex.Quoted:
		return p.column()
	case lex.Word:
		return p.wordOperand()
	}
	switch {
	case p.atOp("("):
		return p.parenthesised()
	case p.atOp("[") && p.d != lex.Spark:
		p.next()
		return p.array(span(t), "]")
	}
	p.unexpected(anExpression)
	return &ast.Literal{Span: span(t)}
}

// wordOperand parses what begins with a keyword or a plain name.
func (p *parser) wordOperand() ast.Expr {
	t := p.tok()
	start, following := span(t), p.ahead(1)
	word := strings.ToUpper(t.Value)
	switch word {
	case "NULL", "TRUE", "FALSE":
		p.next()
		kind := ast.BoolLiteral
		if word == "NULL" {
			kind = ast.NullLiteral
		}
		return &ast.Literal{Span: start, Kind: kind, Value: strings.ToLower(word)}
	case "CASE":
		if !isOp(following, ",") && !isOp(following, ")") && following.Kind != lex.EOF && !isOp(following, ".") {
			return p.caseExpr()
		}
	case "INTERVAL":
		if p.intervalAhead() {
			return p.interval()
		}
	case "EXISTS":
		if isOp(following, "(") && isWord(p.ahead(2), "SELECT", "WITH", "VALUES") {
			p.next()
			p.next()
			q := p.query()
			p.expectOp(")")
			return &ast.Exists{Span: p.from(start), Query: q}
		}
	case "ARRAY", "MAP":
		if isOp(following, "[") {
			p.next()
			p.next()
			if word == "MAP" {
				return p.mapLiteral(start)
			}
			return p.array(start, "]")
		}
	}
	if following.Kind == lex.String {
		if x := p.typedLiteral(word); x != nil {
			return x
		}
	}
	if isOp(following, "->") {
		return p.lambda()
	}
	if isOp(following, "(") {
		if x := p.special(word); x != nil {
			return x
		}
		return p.call(ast.Name{p.name(aFunction)})
	}
	if slices.Contains(notNames, word) && !isOp(following, ".") || isWord(t, "GROUP", "ORDER", "PARTITION") && isWord(following, "BY") {
		p.unexpected(anExpression)
		return &ast.Literal{Span: start}
	}
	return p.column()
}

// typedLiterals are the words before a string that give it a type.
var typedLiterals = map[string]ast.LiteralKind{
	"DATE": ast.DateLiteral, "TIMESTAMP": ast.TimestampLiteral, "DATETIME": ast.TimestampLiteral, "TIMESTAMP_LTZ": ast.TimestampLTZLiteral,
	"TIMESTAMP_NTZ": ast.TimestampNTZLiteral, "TIME": ast.TimeLiteral,
}

func (p *parser) typedLiteral(word string) ast.Expr {
	kind, ok := typedLiterals[word]
	if !ok {
		return nil
	}
	start := p.here()
	p.next()
	v := p.str(aString)
	return &ast.Literal{Span: p.from(start), Kind: kind, Value: v}
}

// column parses a name, or a call when a dotted name stands before (.
func (p *parser) column() ast.Expr {
	start := p.here()
	parts := ast.Name{p.name(aColumn)}
	for p.err == nil && p.atOp(".") && (p.ahead(1).Kind == lex.Word || p.ahead(1).Kind == lex.Quoted) {
		p.next()
		parts = append(parts, p.name(aNameAfterDot))
	}
	if p.atOp(".") && isOp(p.ahead(1), "*") {
		p.next()
		p.next()
		return p.star(start, parts)
	}
	if p.atOp("(") {
		return p.call(parts)
	}
	return &ast.Column{Span: p.from(start), Parts: parts}
}

// star takes what may follow * in a select list.
func (p *parser) star(start ast.Span, qualifier []ast.Ident) *ast.Star {
	s := &ast.Star{Qualifier: qualifier}
	if p.atAny("EXCEPT", "EXCLUDE") && isOp(p.ahead(1), "(") && !isWord(p.ahead(2), "SELECT", "WITH", "VALUES") {
		p.next()
		s.Except = p.names()
	}
	if p.at("REPLACE") && isOp(p.ahead(1), "(") {
		p.next()
		p.next()
		for p.err == nil {
			x := p.expr()
			p.expect("AS")
			n := p.name(aColumnName)
			s.Replace = append(s.Replace, ast.Item{Span: p.from(x.Pos()), X: x, Alias: &n})
			if !p.takeOp(",") {
				break
			}
		}
		p.expectOp(")")
	}
	s.Span = p.from(start)
	return s
}

// parenthesised is (expr), (query), (a, b) or the parameters of a lambda.
func (p *parser) parenthesised() ast.Expr {
	defer p.enter()()
	start := p.here()
	if p.lambdaAhead() {
		return p.lambda()
	}
	p.next()
	if p.atQuery() {
		q := p.query()
		p.expectOp(")")
		return &ast.Subquery{Span: p.from(start), Query: q}
	}
	if p.atOp(")") {
		p.unexpected(anExpression)
	}
	list := p.list()
	p.expectOp(")")
	if len(list) == 1 {
		return list[0]
	}
	return &ast.Tuple{Span: p.from(start), Elems: list}
}

// lambdaAhead looks past (a, b) for an arrow.
func (p *parser) lambdaAhead() bool {
	for n := 1; ; n += 2 {
		if k := p.ahead(n).Kind; k != lex.Word && k != lex.Quoted {
			return false
		}
		if isOp(p.ahead(n+1), ")") {
			return isOp(p.ahead(n+2), "->")
		}
		if !isOp(p.ahead(n+1), ",") {
			return false
		}
	}
}

func (p *parser) lambda() ast.Expr {
	start := p.here()
	l := &ast.Lambda{}
	if p.atOp("(") {
		l.Params = p.names()
	} else {
		l.Params = []ast.Ident{p.name(aParameter)}
	}
	p.expectOp("->")
	l.Body = p.expr()
	l.Span = p.from(start)
	return l
}

func (p *parser) caseExpr() ast.Expr {
	defer p.enter()()
	start := p.here()
	p.next()
	c := &ast.Case{}
	if !p.at("WHEN") {
		c.Operand = p.expr()
	}
	for p.err == nil && p.take("WHEN") {
		w := ast.When{Cond: p.expr()}
		p.expect("THEN")
		w.Then = p.expr()
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		p.unexpected(keyword("WHEN"))
	}
	if p.take("ELSE") {
		c.Else = p.expr()
	}
	p.expect("END")
	c.Span = p.from(start)
	return c
}

func (p *parser) array(start ast.Span, closing string) ast.Expr {
	defer p.enter()()
	a := &ast.Array{}
	if !p.atOp(closing) {
		a.Elems = p.list()
	}
	p.expectOp(closing)
	a.Span = p.from(start)
	return a
}

func (p *parser) mapLiteral(start ast.Span) ast.Expr {
	m := &ast.MapLiteral{}
	if !p.atOp("]") {
		m.Elems = p.list()
	}
	p.expectOp("]")
	m.Span = p.from(start)
	if len(m.Elems)%2 == 1 && p.err == nil {
		p.fail(m.Span, problem.Say("sql.map_pairs"))
	}
	return m
}
