package parse

import (
	"slices"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
)

var intervalUnits = []string{
	"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND",
}

// unitOf is the interval unit that t names, in the singular; "" if none.
func unitOf(t lex.Token) string {
	if t.Kind != lex.Word {
		return ""
	}
	u := strings.ToUpper(t.Value)
	if slices.Contains(intervalUnits, u) {
		return u
	}
	if u = strings.TrimSuffix(u, "S"); slices.Contains(intervalUnits, u) {
		return u
	}
	return ""
}

// intervalAhead tells INTERVAL 3 DAY from a column called interval.
func (p *parser) intervalAhead() bool {
	t := p.ahead(1)
	switch {
	case t.Kind == lex.String, t.Kind == lex.Number, isOp(t, "("), isOp(t, "-"), isOp(t, "+"):
		return true
	case t.Kind == lex.Word || t.Kind == lex.Quoted:
		return unitOf(p.ahead(2)) != ""
	}
	return false
}

// interval parses INTERVAL '1 day', INTERVAL '1-2' YEAR TO MONTH and
// INTERVAL n unit [n unit ...].
func (p *parser) interval() ast.Expr {
	start := p.here()
	p.next()
	iv := &ast.Interval{}
	if p.takeOp("-") {
		iv.Negative = true
	}
	if s := p.tok(); s.Kind == lex.String && (unitOf(p.ahead(1)) == "" || isWord(p.ahead(2), "TO")) {
		p.next()
		iv.Text = s.Value
		if from := unitOf(p.tok()); from != "" {
			p.next()
			p.expect("TO")
			iv.From, iv.To = from, unitOf(p.tok())
			if iv.To == "" {
				p.unexpected(aUnitTo)
			}
			p.next()
		}
		iv.Span = p.from(start)
		return iv
	}
	for p.err == nil {
		v := p.unary()
		unit := unitOf(p.tok())
		if unit == "" {
			p.unexpected(aUnit)
			break
		}
		p.next()
		iv.Parts = append(iv.Parts, ast.IntervalPart{Value: v, Unit: unit})
		more := p.tok().Kind == lex.Number || p.tok().Kind == lex.String
		if !more || unitOf(p.ahead(1)) == "" {
			break
		}
	}
	iv.Span = p.from(start)
	return iv
}
