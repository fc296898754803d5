// Package parse reads the statements of Spark, Flink and StarRocks SQL into
// one tree (engine/dialect/ast).
//
// It is a recursive-descent parser with precedence climbing for operators. One
// grammar serves all dialects: where they differ (what INTERVAL takes, what a
// type name means, which clauses a table may have) the parser asks for the
// dialect, and what a dialect does not have is refused by name. A statement
// that Laketop does not run yet is an error that says so and what to do
// instead, never a guess.
//
// The first error wins: it moves the cursor to the end, so every loop stops.
package parse

import (
	"slices"
	"strconv"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// maxDepth bounds the nesting of parentheses, subqueries and operators, so
// that no text can exhaust the stack.
const maxDepth = 400

// Statement parses the tokens of one statement of text.
func Statement(d lex.Dialect, text string, toks []lex.Token) (ast.Stmt, error) {
	p := newParser(d, text, toks)
	s := p.statement()
	p.end()
	if p.err != nil {
		return nil, p.err
	}
	return s, nil
}

// Expression parses the tokens of one expression of text.
func Expression(d lex.Dialect, text string, toks []lex.Token) (ast.Expr, error) {
	p := newParser(d, text, toks)
	x := p.expr()
	p.end()
	if p.err != nil {
		return nil, p.err
	}
	return x, nil
}

func newParser(d lex.Dialect, text string, toks []lex.Token) *parser {
	if len(toks) == 0 || toks[len(toks)-1].Kind != lex.EOF {
		end := 0
		if len(toks) > 0 {
			end = toks[len(toks)-1].End
		}
		toks = append(slices.Clip(toks), lex.Token{Kind: lex.EOF, Start: end, End: end})
	}
	return &parser{d: d, text: text, toks: toks}
}

type parser struct {
	d     lex.Dialect
	text  string
	toks  []lex.Token
	i     int
	depth int
	words map[int]bool // tokens that were taken as names, for hints about misspelt keywords
	err   *problem.Error
}

// tok is the current token; hints are passed over unless asked for.
func (p *parser) tok() lex.Token { return p.toks[p.i] }

func (p *parser) ahead(n int) lex.Token {
	return p.toks[min(p.i+n, len(p.toks)-1)]
}

func (p *parser) next() lex.Token {
	t := p.tok()
	if p.i < len(p.toks)-1 {
		p.i++
	}
	return t
}

func span(t lex.Token) ast.Span { return ast.Span{Start: t.Start, End: t.End} }

// last is the range of the token before the cursor.
func (p *parser) last() ast.Span {
	if p.i == 0 {
		return span(p.toks[0])
	}
	return span(p.toks[p.i-1])
}

// from is the range from start to the last token taken.
func (p *parser) from(start ast.Span) ast.Span {
	return ast.Span{Start: start.Start, End: max(start.End, p.last().End)}
}

// here is the range of the current token.
func (p *parser) here() ast.Span { return span(p.tok()) }

func isWord(t lex.Token, words ...string) bool {
	if t.Kind != lex.Word {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(t.Value, w) {
			return true
		}
	}
	return false
}

func isOp(t lex.Token, op string) bool { return t.Kind == lex.Op && t.Value == op }

// at tells whether the coming tokens are these keywords, in this order.
func (p *parser) at(words ...string) bool {
	for i, w := range words {
		if !isWord(p.ahead(i), w) {
			return false
		}
	}
	return true
}

func (p *parser) atAny(words ...string) bool { return isWord(p.tok(), words...) }

func (p *parser) atOp(op string) bool { return isOp(p.tok(), op) }

// take accepts the keywords if they come next.
func (p *parser) take(words ...string) bool {
	if !p.at(words...) {
		return false
	}
	for range words {
		p.next()
	}
	return true
}

func (p *parser) takeOp(op string) bool {
	if p.atOp(op) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(words ...string) {
	for _, w := range words {
		if !p.take(w) {
			p.unexpected(keyword(w))
			return
		}
	}
}

func (p *parser) expectOp(op string) {
	if !p.takeOp(op) {
		p.unexpected(keyword(op))
	}
}

// enter counts one level of nesting; use as: defer p.enter()().
func (p *parser) enter() func() {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.here(), problem.Say("sql.too_deep", "most", strconv.Itoa(maxDepth)))
	}
	return func() { p.depth-- }
}

// stop keeps the first error and moves to the end.
func (p *parser) stop(e *problem.Error) {
	if p.err == nil {
		e.Dialect = string(p.d)
		p.err = e
	}
	p.i = len(p.toks) - 1
}

func (p *parser) fail(at ast.Span, what problem.Phrase) {
	p.stop(problem.New("sql.syntax").With("what", what).At(p.text, at.Start, at.End))
}

// unsupported refuses a construct that other engines have.
func (p *parser) unsupported(at ast.Span, construct, instead problem.Phrase) {
	p.stop(problem.New("sql.unsupported").With("construct", construct).With("instead", instead).At(p.text, at.Start, at.End))
}

// clauses are the keywords whose misspelling reads as a name.
var clauses = []string{
	"FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "LEFT", "RIGHT", "INNER", "UNION", "OFFSET", "QUALIFY", "EXCEPT",
	"INTERSECT", "CROSS", "LATERAL", "WINDOW", "ASC", "DESC", "BETWEEN", "LIKE", "RLIKE", "USING", "MATCHED",
}

// unexpected reports the current token where something else is wanted.
func (p *parser) unexpected(want problem.Phrase) {
	t := p.tok()
	switch {
	case t.Kind == lex.Elision:
		p.elided()
	case p.misspelt():
	case t.Kind == lex.EOF:
		p.fail(span(t), problem.Say("sql.expected_at_end").With("want", want))
	default:
		p.fail(span(t), problem.Say("sql.expected").With("want", want).With("found", shown(t)))
	}
}

// elided reports the ... of an article at the cursor.
func (p *parser) elided() {
	t := p.tok()
	p.stop(problem.New("sql.elided").At(p.text, t.Start, t.End))
}

// misspelt reports the word before the cursor if it was taken as a name but
// is nearly a keyword: SELECT a FORM t.
func (p *parser) misspelt() bool {
	for _, i := range []int{p.i - 1, p.i} {
		if i < 0 || i >= len(p.toks) || p.toks[i].Kind != lex.Word || len(p.toks[i].Value) < 3 || i == p.i-1 && !p.words[i] {
			continue
		}
		t := p.toks[i]
		if near := problem.Nearest(t.Value, clauses, 3); len(near) > 0 && !strings.EqualFold(near[0], t.Value) {
			p.stop(problem.New("sql.misspelt", "word", t.Value).At(p.text, t.Start, t.End).Suggest(near...))
			return true
		}
	}
	return false
}

// shown is a token as messages name it.
func shown(t lex.Token) problem.Phrase {
	if t.Kind == lex.Hint {
		return problem.Say("sql.a_hint")
	}
	return keyword(printed(t))
}

// printed is a token's text, cut short.
func printed(t lex.Token) string {
	s := t.Text
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// end wants nothing more.
func (p *parser) end() {
	for p.tok().Kind == lex.Hint {
		p.next()
	}
	if p.err != nil || p.tok().Kind == lex.EOF {
		return
	}
	t := p.tok()
	switch {
	case t.Kind == lex.Elision:
		p.elided()
	case isWord(t, "GROUP", "ORDER", "SORT") && !isWord(p.ahead(1), "BY"):
		p.next()
		p.unexpected(keyword("BY"))
	case p.misspelt():
	case isOp(t, ")"):
		p.fail(span(t), problem.Say("sql.closes_nothing"))
	default:
		p.fail(span(t), problem.Say("sql.after_end").With("found", shown(t)))
	}
}

// name takes one identifier.
func (p *parser) name(what problem.Phrase) ast.Ident {
	t := p.tok()
	switch t.Kind {
	case lex.Quoted, lex.Word:
		if p.words == nil {
			p.words = map[int]bool{}
		}
		p.words[p.i] = t.Kind == lex.Word
		p.next()
		return ast.Ident{Span: span(t), Name: t.Value, Quoted: t.Kind == lex.Quoted}
	}
	p.unexpected(what)
	return ast.Ident{Span: span(t)}
}

// dotted takes name.name.name.
func (p *parser) dotted(what problem.Phrase) ast.Name {
	out := ast.Name{p.name(what)}
	for p.err == nil && p.atOp(".") {
		p.next()
		out = append(out, p.name(aNameAfterDot))
	}
	return out
}

// names takes (a, b, c).
func (p *parser) names() []ast.Ident {
	p.expectOp("(")
	var out []ast.Ident
	for p.err == nil {
		out = append(out, p.name(aColumnName))
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	return out
}

// str takes a string literal; neighbours are joined.
func (p *parser) str(what problem.Phrase) string {
	if p.tok().Kind != lex.String {
		p.unexpected(what)
		return ""
	}
	var v strings.Builder
	for p.tok().Kind == lex.String {
		v.WriteString(p.next().Value)
	}
	return v.String()
}
