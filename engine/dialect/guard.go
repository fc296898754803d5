package dialect

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// guard walks DuckDB's tree of a statement.
type guard struct {
	*binder
	raw   *ast.Raw
	toks  []lex.Token
	edits []edit
	names map[string]string // "db.t" of tables without alias: t
	refs  []object          // column references with more than two parts
}

// edit puts a slot's text in the place of raw.Text[start:end].
type edit struct {
	start, end int
	slot       int
	alias      string // "" = the user's text gives one
	text       string // instead of a slot
}

type object = map[string]any

// source is the user's place for an offset of the raw text.
func (g *guard) source(at int) ast.Span {
	for _, p := range g.raw.Parts {
		if at >= p.Start && at < p.End {
			if p.End-p.Start == p.Source.End-p.Source.Start {
				from := p.Source.Start + at - p.Start
				return ast.Span{Start: from, End: wordEnd(g.text, from)}
			}
			return p.Source
		}
	}
	return ast.Span{Start: g.raw.End, End: g.raw.End}
}

func (g *guard) fail(at int, code string, args ...string) *problem.Error {
	return g.errorAt(g.source(at), code, args...)
}

// place is a node's offset in the raw text.
func place(n object) int {
	num, ok := n["query_location"].(json.Number)
	if !ok {
		return 0
	}
	at, err := strconv.Atoi(num.String())
	if err != nil {
		return 0
	}
	return at
}

func text(n object, key string) string {
	s, _ := n[key].(string)
	return s
}

// walk visits every node; ctes are the WITH names in scope.
func (g *guard) walk(x any, ctes []string) error {
	switch n := x.(type) {
	case []any:
		for _, e := range n {
			if err := g.walk(e, ctes); err != nil {
				return err
			}
		}
	case object:
		return g.node(n, ctes)
	}
	return nil
}

func (g *guard) node(n object, ctes []string) error {
	ctes, err := g.with(n, ctes)
	if err != nil {
		return err
	}
	switch text(n, "type") {
	case "BASE_TABLE":
		return g.base(n, ctes)
	case "TABLE_FUNCTION":
		if done, err := g.function(n); done || err != nil {
			return err
		}
	case "SHOW_REF":
		return g.fail(place(n), "sql.duck_statement").With("what", problem.Say("sql.either", "most", "SHOW, DESCRIBE", "last", "SUMMARIZE"))
	case "FUNCTION":
		if name := strings.ToLower(text(n, "function_name")); slices.Contains(duckScalars, name) {
			return g.fail(place(n), "sql.duck_function", "name", name, "allowed", strings.Join(duckFunctions, ", "))
		}
	case "COLUMN_REF":
		if names, ok := n["column_names"].([]any); ok && len(names) > 2 {
			g.refs = append(g.refs, n)
		}
	}
	if text(n, "type") == "RECURSIVE_CTE_NODE" || text(n, "type") == "CTE_NODE" {
		ctes = append(slices.Clip(ctes), strings.ToLower(text(n, "cte_name")))
	}
	keys := make([]string, 0, len(n))
	for k := range n {
		if k != "cte_map" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if err := g.walk(n[k], ctes); err != nil {
			return err
		}
	}
	return nil
}

// with walks the WITH queries of a node, each seeing those before it.
func (g *guard) with(n object, ctes []string) ([]string, error) {
	m, ok := n["cte_map"].(object)
	if !ok {
		return ctes, nil
	}
	list, _ := m["map"].([]any)
	for _, e := range list {
		entry, ok := e.(object)
		if !ok {
			continue
		}
		if err := g.walk(entry["value"], ctes); err != nil {
			return nil, err
		}
		ctes = append(slices.Clip(ctes), strings.ToLower(text(entry, "key")))
	}
	return ctes, nil
}

// base resolves a table.
func (g *guard) base(n object, ctes []string) error {
	parts := []string{}
	for _, k := range []string{"catalog_name", "schema_name", "table_name"} {
		if p := text(n, k); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 1 && slices.Contains(ctes, strings.ToLower(parts[0])) {
		return nil
	}
	at := place(n)
	i := g.tokenAt(at)
	if i < 0 || len(parts) == 0 {
		return g.fail(at, "sql.duck_statement").With("what", problem.Say("sql.unplaced_table"))
	}
	ref := TableRef{Parts: parts, Span: g.source(at), Quoted: make([]bool, len(parts))}
	end := i
	for end+2 < len(g.toks) && isDot(g.toks[end+1]) {
		end += 2
	}
	ref.Span.End = max(ref.Span.End, g.source(g.toks[end].End-1).End)
	if g.toks[i].Kind == lex.String {
		format := extension(parts[len(parts)-1])
		if format == "" {
			return g.fail(at, "source.format", "format", parts[len(parts)-1])
		}
		ref.Files, ref.Path, ref.Parts = format, strings.Join(parts, "."), nil
	}
	if asOf, ok := n["at_clause"].(object); ok {
		var err error
		if ref.AsOf, err = g.moment(asOf, ref.Span); err != nil {
			return err
		}
		end = g.dropMoment(end)
	}
	if text(n, "alias") == "" && len(parts) > 1 {
		if g.names == nil {
			g.names = map[string]string{}
		}
		g.names[strings.ToLower(strings.Join(parts, "."))] = parts[len(parts)-1]
	}
	alias := ""
	if text(n, "alias") == "" {
		alias = parts[len(parts)-1]
	}
	return g.resolve(ref, at, g.toks[end].End, alias)
}

// dropMoment leaves AT (...) out of the text: it stands behind the name or
// behind the alias. It returns the last token of the table.
func (g *guard) dropMoment(end int) int {
	at := end + 1
	for at < len(g.toks)-1 && !(g.toks[at].Kind == lex.Word && strings.EqualFold(g.toks[at].Value, "AT")) {
		at++
	}
	closing := g.closing(at)
	if at == end+1 {
		return closing
	}
	g.edits = append(g.edits, edit{start: g.toks[at].Start, end: g.toks[closing].End, slot: -1})
	return end
}

func isDot(t lex.Token) bool { return t.Kind == lex.Op && t.Value == "." }

// tokenAt is the token that begins at an offset, -1 if none does.
func (g *guard) tokenAt(at int) int {
	for i, t := range g.toks {
		if t.Start == at && t.Kind != lex.EOF {
			return i
		}
	}
	return -1
}

// closing is the token that closes the first parenthesis from token i on.
func (g *guard) closing(i int) int {
	depth := 0
	for ; i < len(g.toks)-1; i++ {
		if g.toks[i].Kind != lex.Op {
			continue
		}
		switch g.toks[i].Value {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return i
}

func extension(path string) string {
	p := strings.ToLower(path)
	for _, ext := range []string{".gz", ".zst"} {
		p = strings.TrimSuffix(p, ext)
	}
	for ext, format := range map[string]string{".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".json": "json", ".ndjson": "json", ".jsonl": "json"} {
		if strings.HasSuffix(p, ext) {
			return format
		}
	}
	return ""
}

// moment reads AT (VERSION => 3) and AT (TIMESTAMP => '...').
func (g *guard) moment(n object, span ast.Span) (*AsOf, error) {
	out := &AsOf{Span: span}
	value, isText, ok := constantOf(n["expr"])
	if !ok {
		return nil, g.types(span, problem.Say("sql.moment_a_constant"))
	}
	if text(n, "unit") == "VERSION" {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil && !isText {
			out.Snapshot = id
		} else {
			out.Tag = value
		}
		return out, nil
	}
	t, _, ok := parseTimestamp(value, g.zone)
	if !ok {
		return nil, g.types(span, problem.Say("sql.bad_timestamp"))
	}
	out.Time = t
	return out, nil
}

// constantOf is the value of a constant, or of a cast of one.
func constantOf(x any) (value string, isText, ok bool) {
	n, ok := x.(object)
	if !ok {
		return "", false, false
	}
	if text(n, "class") == "CAST" {
		return constantOf(n["child"])
	}
	v, ok := n["value"].(object)
	if !ok || text(n, "class") != "CONSTANT" || v["is_null"] == true {
		return "", false, false
	}
	switch x := v["value"].(type) {
	case string:
		return x, true, true
	case json.Number:
		return x.String(), false, true
	}
	return "", false, false
}

// function lets an allowed table function stand and resolves a file reader;
// done says that its arguments need no walk.
func (g *guard) function(n object) (done bool, err error) {
	f, ok := n["function"].(object)
	if !ok {
		return true, g.fail(place(n), "sql.duck_function", "name", "?", "allowed", strings.Join(duckFunctions, ", "))
	}
	name, at := strings.ToLower(text(f, "function_name")), place(f)
	format, reads := duckReaders[name]
	switch {
	case slices.Contains(duckFunctions, name) && text(f, "schema") == "" && text(f, "catalog") == "":
		return false, nil
	case !reads:
		return true, g.fail(at, "sql.duck_function", "name", name, "allowed", strings.Join(duckFunctions, ", "))
	}
	args, _ := f["children"].([]any)
	i := g.tokenAt(at)
	if len(args) != 1 || i < 0 {
		return true, g.unsupported(g.source(at), problem.Say("sql.option_of", "name", name), problem.Say("sql.use_path_alone"))
	}
	path, isText, ok := constantOf(args[0])
	if !ok || !isText {
		return true, g.unsupported(g.source(at), problem.Say("sql.not_one_path", "name", name), problem.Say("sql.use_one_path"))
	}
	alias := ""
	if text(n, "alias") == "" {
		alias = name
	}
	ref := TableRef{Files: format, Path: path, Span: g.source(at)}
	return true, g.resolve(ref, at, g.toks[g.closing(i)].End, alias)
}

// resolve asks the Scope and notes the edit.
func (g *guard) resolve(ref TableRef, start, end int, alias string) error {
	found, err := g.scope.Relation(g.ctx, ref)
	if err != nil {
		return g.placed(err, ref.Span)
	}
	s := &slot{rel: found, span: ref.Span, used: map[string]bool{}, all: true}
	g.slots = append(g.slots, s)
	g.edits = append(g.edits, edit{start: start, end: end, slot: len(g.slots) - 1, alias: alias})
	return nil
}

// columns shortens db.t.c to t.c: the table is called t in the printed text.
func (g *guard) columns() {
	for _, n := range g.refs {
		names, _ := n["column_names"].([]any)
		parts := make([]string, len(names))
		for i, x := range names {
			parts[i], _ = x.(string)
		}
		i := g.tokenAt(place(n))
		for k := min(len(parts)-1, 3); k > 1 && i >= 0; k-- {
			short, ok := g.names[strings.ToLower(strings.Join(parts[:k], "."))]
			if last := i + 2*(k-1); ok && last < len(g.toks) {
				g.edits = append(g.edits, edit{start: g.toks[i].Start, end: g.toks[last].End, slot: -1, text: ident(short)})
				break
			}
		}
	}
}

// print copies the text with its edits.
func (g *guard) print() (*Translation, error) {
	g.columns()
	slices.SortFunc(g.edits, func(a, b edit) int { return a.start - b.start })
	m := &SourceMap{dialect: DuckDB, source: g.text, whole: g.whole}
	var out strings.Builder
	at := 0
	copyTo := func(end int) {
		for _, p := range g.raw.Parts {
			from, to := max(p.Start, at), min(p.End, end)
			if from >= to {
				continue
			}
			seg := segment{start: out.Len() + from - at, end: out.Len() + to - at, span: p.Source}
			if p.End-p.Start == p.Source.End-p.Source.Start {
				seg.copied = true
				seg.span = ast.Span{Start: p.Source.Start + from - p.Start, End: p.Source.Start + to - p.Start}
			}
			m.segments = append(m.segments, seg)
		}
		out.WriteString(g.raw.Text[at:end])
		at = end
	}
	for _, e := range g.edits {
		if e.start < at {
			continue
		}
		copyTo(e.start)
		text := e.text
		if e.slot >= 0 {
			sql, err := g.slots[e.slot].print()
			if err != nil {
				return nil, g.placed(err, g.slots[e.slot].span)
			}
			text = sql
			if e.alias != "" {
				text += " AS " + ident(e.alias)
			}
		}
		m.segments = append(m.segments, segment{start: out.Len(), end: out.Len() + len(text), span: g.source(e.start)})
		out.WriteString(text)
		at = e.end
	}
	copyTo(len(g.raw.Text))
	m.out = out.String()
	return &Translation{SQL: m.out, Map: m}, nil
}
