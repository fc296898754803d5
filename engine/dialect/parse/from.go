package parse

import (
	"slices"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// relations parses what follows FROM: a comma is a cross join.
func (p *parser) relations() ast.Relation {
	l := p.joined()
	for p.err == nil {
		switch {
		case p.atOp(","):
			p.next()
			r := p.joined()
			l = &ast.Join{Span: l.Pos().To(r.Pos()), Kind: "CROSS", L: l, R: r}
		case p.at("LATERAL", "VIEW"):
			l = p.lateralView(l)
		case p.atAny("PIVOT", "UNPIVOT") && isOp(p.ahead(1), "("):
			p.unsupported(p.here(), words(strings.ToUpper(p.tok().Value)), problem.Say("sql.use_filtered_aggregates"))
		default:
			return l
		}
	}
	return l
}

// joinKinds are the words before JOIN and the kind that they mean.
var joinKinds = []struct {
	words []string
	kind  string
}{
	{[]string{"JOIN"}, "INNER"}, {[]string{"INNER", "JOIN"}, "INNER"}, {[]string{"CROSS", "JOIN"}, "CROSS"},
	{[]string{"LEFT", "JOIN"}, "LEFT"}, {[]string{"LEFT", "OUTER", "JOIN"}, "LEFT"},
	{[]string{"RIGHT", "JOIN"}, "RIGHT"}, {[]string{"RIGHT", "OUTER", "JOIN"}, "RIGHT"},
	{[]string{"FULL", "JOIN"}, "FULL"}, {[]string{"FULL", "OUTER", "JOIN"}, "FULL"},
	{[]string{"LEFT", "SEMI", "JOIN"}, "SEMI"}, {[]string{"SEMI", "JOIN"}, "SEMI"},
	{[]string{"LEFT", "ANTI", "JOIN"}, "ANTI"}, {[]string{"ANTI", "JOIN"}, "ANTI"},
}

// takeJoin accepts the words of a join.
func (p *parser) takeJoin() (string, bool) {
	for _, j := range joinKinds {
		if p.take(j.words...) {
			return j.kind, true
		}
	}
	return "", false
}

func (p *parser) joined() ast.Relation {
	l := p.primaryRelation()
	for p.err == nil {
		natural := p.at("NATURAL") && isWord(p.ahead(1), "JOIN", "INNER", "LEFT", "RIGHT", "FULL")
		if natural {
			p.next()
		}
		kind, ok := p.takeJoin()
		if !ok {
			break
		}
		for p.tok().Kind == lex.Hint {
			p.next()
		}
		j := &ast.Join{Kind: kind, Natural: natural, L: l, R: p.primaryRelation()}
		switch {
		case p.take("ON"):
			j.On = p.expr()
		case p.at("USING") && isOp(p.ahead(1), "("):
			p.next()
			j.Using = p.names()
		}
		if j.On == nil && j.Using == nil && !natural && kind != "CROSS" && kind != "INNER" && p.err == nil {
			if t, ok := j.R.(*ast.Table); !ok || t.Kind == ast.Named {
				p.unexpected(either("ON", "USING"))
			}
		}
		j.Span = p.from(l.Pos())
		l = j
	}
	return l
}

func (p *parser) primaryRelation() ast.Relation {
	defer p.enter()()
	start := p.here()
	lateral := p.at("LATERAL") && !isWord(p.ahead(1), "VIEW")
	if lateral {
		p.next()
	}
	switch {
	case p.atOp("(") && p.atQuery() && !p.joinInside():
		return p.derived(start, lateral)
	case p.at("VALUES") && (isOp(p.ahead(1), "(") || p.ahead(1).Kind != lex.Word && p.ahead(1).Kind != lex.Quoted):
		v := p.values()
		q := &ast.Query{Span: v.Span, Body: v}
		d := &ast.Derived{Query: q}
		d.Alias, d.Columns = p.relationAlias()
		d.Span = p.from(start)
		return d
	case p.atOp("("):
		p.next()
		r := p.relations()
		p.expectOp(")")
		return r
	case p.at("TABLE") && isOp(p.ahead(1), "("):
		p.next()
		p.next()
		t := p.tableCall(start, lateral)
		p.expectOp(")")
		t.Alias, t.Columns = p.relationAlias()
		t.Span = p.from(start)
		return t
	case p.at("UNNEST") && isOp(p.ahead(1), "("):
		return p.unnest(start, lateral)
	}
	return p.table(start, lateral)
}

// joinInside tells ((SELECT ...) t JOIN u ...), relations in parentheses, from
// ((SELECT ...) UNION ...), a query: by what follows the inner parenthesis.
func (p *parser) joinInside() bool {
	if !isOp(p.ahead(1), "(") {
		return false
	}
	depth := 0
	for n := 1; p.ahead(n).Kind != lex.EOF; n++ {
		switch t := p.ahead(n); {
		case isOp(t, "("):
			depth++
		case isOp(t, ")"):
			if depth--; depth == 0 {
				next := p.ahead(n + 1)
				return !isOp(next, ")") && !isWord(next, "UNION", "EXCEPT", "INTERSECT", "MINUS", "SETMINUS", "ORDER", "SORT", "LIMIT", "OFFSET", "FETCH")
			}
		}
	}
	return false
}

func (p *parser) derived(start ast.Span, lateral bool) ast.Relation {
	p.expectOp("(")
	d := &ast.Derived{Lateral: lateral, Query: p.query()}
	p.expectOp(")")
	d.Sample = p.sample()
	d.Alias, d.Columns = p.relationAlias()
	d.Span = p.from(start)
	return d
}

// pathFormats may stand before a path: parquet.`glob`.
var pathFormats = []string{"parquet", "csv", "json", "orc", "paimon", "text"}

func (p *parser) table(start ast.Span, lateral bool) ast.Relation {
	t := &ast.Table{Lateral: lateral}
	format := strings.ToLower(p.tok().Value)
	path := p.ahead(2)
	switch {
	case p.tok().Kind == lex.Word && slices.Contains(pathFormats, format) && isOp(p.ahead(1), ".") && path.Kind == lex.Quoted && looksLikePath(path):
		p.next()
		p.next()
		p.next()
		t.Kind, t.Format, t.Path, t.PathSpan = ast.OverPath, format, path.Value, span(path)
	default:
		name := p.dotted(aTable)
		if p.atOp("(") {
			call, ok := p.call(name).(*ast.Call)
			if !ok {
				break
			}
			t.Kind, t.Call = ast.OverCall, call
		} else {
			t.Name = name
		}
	}
	p.tableSuffix(t)
	t.Span = p.from(start)
	return t
}

// looksLikePath: parquet.`x` may also be table x of a database called parquet.
func looksLikePath(t lex.Token) bool { return strings.ContainsAny(t.Value, "/*.\\:") }

// tableSuffix parses time travel, hints, sampling and the alias.
func (p *parser) tableSuffix(t *ast.Table) {
	p.hints(t)
	t.AsOf = p.asOf()
	p.hints(t)
	t.Sample = p.sample()
	t.Alias, t.Columns = p.relationAlias()
	p.hints(t)
	if t.AsOf == nil {
		t.AsOf = p.asOf()
	}
	if t.Alias == nil {
		t.Alias, t.Columns = p.relationAlias()
	}
	if t.Sample == nil {
		t.Sample = p.sample()
	}
	if p.at("MATCH_RECOGNIZE") {
		p.unsupported(p.here(), words("MATCH_RECOGNIZE"), problem.Say("sql.use_lag"))
	}
	if p.atAny("PIVOT", "UNPIVOT") && isOp(p.ahead(1), "(") {
		p.unsupported(p.here(), words(strings.ToUpper(p.tok().Value)), problem.Say("sql.use_filtered_aggregates"))
	}
}

func (p *parser) tableCall(start ast.Span, lateral bool) *ast.Table {
	name := p.dotted(aTableFunction)
	t := &ast.Table{Kind: ast.OverCall, Lateral: lateral, Span: start}
	if !p.atOp("(") {
		p.unexpected(keyword("("))
		return t
	}
	if isWord(lex.Token{Kind: lex.Word, Value: name[len(name)-1].Name}, "TUMBLE", "HOP", "CUMULATE", "SESSION") {
		p.unsupported(name.Pos(), problem.Say("sql.window_function", "name", strings.ToUpper(name[len(name)-1].Name)), problem.Say("sql.use_truncated_time"))
		return t
	}
	if c, ok := p.call(name).(*ast.Call); ok {
		t.Call = c
	}
	return t
}

func (p *parser) unnest(start ast.Span, lateral bool) ast.Relation {
	t := &ast.Table{Kind: ast.OverUnnest, Lateral: lateral}
	if c, ok := p.call(ast.Name{p.name(keyword("unnest"))}).(*ast.Call); ok {
		t.Call = c
	}
	t.Ordinality = p.take("WITH", "ORDINALITY")
	t.Alias, t.Columns = p.relationAlias()
	t.Span = p.from(start)
	return t
}

// lateralView parses LATERAL VIEW [OUTER] f(x) alias AS a, b after input.
func (p *parser) lateralView(input ast.Relation) ast.Relation {
	start := p.here()
	p.take("LATERAL", "VIEW")
	t := &ast.Table{Kind: ast.OverView, Lateral: true, Outer: p.take("OUTER")}
	c, ok := p.call(p.dotted(aGenerator)).(*ast.Call)
	if !ok {
		return t
	}
	t.Call = c
	if !p.at("AS") && (p.tok().Kind == lex.Word || p.tok().Kind == lex.Quoted) && !p.stopsAlias() {
		n := p.name(anAlias)
		t.Alias = &n
	}
	if p.take("AS") {
		t.Columns = []ast.Ident{p.name(aColumnName)}
		for p.err == nil && p.takeOp(",") {
			t.Columns = append(t.Columns, p.name(aColumnName))
		}
	}
	t.Span = p.from(start)
	if input == nil {
		return t
	}
	kind := "CROSS"
	if t.Outer {
		kind = "LEFT"
	}
	return &ast.Join{Span: input.Pos().To(t.Span), Kind: kind, L: input, R: t}
}

// relationAlias parses [AS] name [(columns)].
func (p *parser) relationAlias() (*ast.Ident, []ast.Ident) {
	k := p.tok().Kind
	switch {
	case p.take("AS"):
		if p.atOp("(") {
			return nil, p.names()
		}
	case k == lex.Quoted, k == lex.Word && !p.stopsAlias():
	default:
		return nil, nil
	}
	n := p.name(anAlias)
	if p.atOp("(") {
		return &n, p.names()
	}
	return &n, nil
}

// asOf parses [FOR] VERSION AS OF n, [FOR] TIMESTAMP AS OF t and their
// SYSTEM_ forms.
func (p *parser) asOf() *ast.AsOf {
	start := p.here()
	n := 0
	if p.at("FOR") && isWord(p.ahead(1), "VERSION", "TIMESTAMP", "SYSTEM_TIME", "SYSTEM_VERSION") {
		n = 1
	}
	word := p.ahead(n)
	if !isWord(word, "VERSION", "TIMESTAMP", "SYSTEM_TIME", "SYSTEM_VERSION") || !isWord(p.ahead(n+1), "AS") || !isWord(p.ahead(n+2), "OF") {
		return nil
	}
	for range n + 3 {
		p.next()
	}
	x := p.binary(0)
	a := &ast.AsOf{Span: p.from(start)}
	if isWord(word, "VERSION", "SYSTEM_VERSION") {
		a.Version = x
	} else {
		a.Timestamp = x
	}
	return a
}

// sample parses TABLESAMPLE (n PERCENT | n ROWS) [REPEATABLE (seed)].
func (p *parser) sample() *ast.Sample {
	if !p.at("TABLESAMPLE") {
		return nil
	}
	start := p.here()
	p.next()
	s := &ast.Sample{}
	p.expectOp("(")
	s.Size = p.unary()
	switch {
	case p.take("PERCENT"):
		s.Percent = true
	case p.take("ROWS"):
	case p.at("BUCKET"), p.at("OUT"):
		p.unsupported(p.here(), problem.Say("sql.sample_by_buckets"), problem.Say("sql.use_percent_or_rows"))
	default:
		p.unexpected(either("PERCENT", "ROWS"))
	}
	p.expectOp(")")
	if p.take("REPEATABLE") {
		p.expectOp("(")
		s.Seed = p.unary()
		p.expectOp(")")
	}
	s.Span = p.from(start)
	return s
}

// hints reads /*+ OPTIONS('k'='v', ...) */; other hints are for planners of
// other engines and change no result.
func (p *parser) hints(t *ast.Table) {
	for p.tok().Kind == lex.Hint {
		h := p.next()
		if opts := p.hintOptions(h); opts != nil {
			if t.Options == nil {
				t.Options = map[string]string{}
			}
			for k, v := range opts {
				t.Options[k] = v
			}
		}
	}
}

// hintOptions parses the OPTIONS of one hint; its tokens are scanned apart.
func (p *parser) hintOptions(h lex.Token) map[string]string {
	toks, err := lex.Scan(p.d, h.Value, nil)
	if err != nil {
		p.fail(span(h), problem.Say("sql.bad_hint"))
		return nil
	}
	for i := range toks {
		toks[i].Start += h.Start + 3
		toks[i].End += h.Start + 3
	}
	sub := newParser(p.d, p.text, toks)
	if !sub.take("OPTIONS") {
		return nil
	}
	out := map[string]string{}
	for _, o := range sub.options() {
		out[o.Key] = o.Value
	}
	if sub.err != nil {
		p.stop(sub.err)
	}
	return out
}
