package dialect

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// raw is a statement of the DuckDB dialect with its parameters filled in:
// inside quotes as text, outside as one literal or name.
func raw(text string, piece lex.Piece) *ast.Raw {
	r := &ast.Raw{Span: ast.Span{Start: piece.Start, End: piece.End}}
	var out strings.Builder
	at := piece.Start
	copyTo := func(end int) {
		if end > at {
			r.Parts = append(r.Parts, ast.RawPart{Start: out.Len(), End: out.Len() + end - at, Source: ast.Span{Start: at, End: end}})
			out.WriteString(text[at:end])
			at = end
		}
	}
	for i := 0; i < len(piece.Tokens); i++ {
		t := piece.Tokens[i]
		if t.Param == "" && !strings.Contains(t.Text, "${") {
			continue
		}
		copyTo(t.Start)
		from := out.Len()
		out.WriteString(quotedAgain(t))
		for i+1 < len(piece.Tokens) && piece.Tokens[i+1].Param != "" && piece.Tokens[i+1].Start == t.Start {
			i++
			out.WriteString(quotedAgain(piece.Tokens[i]))
		}
		r.Parts = append(r.Parts, ast.RawPart{Start: from, End: out.Len(), Source: ast.Span{Start: t.Start, End: t.End}})
		at = t.End
	}
	copyTo(piece.End)
	r.Text = out.String()
	return r
}

// quotedAgain is a token that a parameter made, as DuckDB reads it.
func quotedAgain(t lex.Token) string {
	switch t.Kind {
	case lex.String:
		return str(t.Value)
	case lex.Quoted:
		return ident(t.Value)
	}
	return t.Value
}

// SerializeDuck is the DuckDB query whose one value TranslateDuck takes: what
// DuckDB itself says the statement is.
func SerializeDuck(s Statement) string {
	r, ok := s.Node.(*ast.Raw)
	if !ok {
		return ""
	}
	return "SELECT CAST(json_serialize_sql(" + str(r.Text) + ") AS VARCHAR)"
}

// duckFunctions are the table functions that read nothing but their arguments.
var duckFunctions = []string{"range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree"}

// duckReaders are the table functions that read files; their paths go through
// the Scope.
var duckReaders = map[string]string{
	"read_parquet": "parquet", "parquet_scan": "parquet", "read_csv": "csv", "read_csv_auto": "csv",
	"read_json": "json", "read_json_auto": "json", "read_ndjson": "json", "files": "files",
}

// duckScalars are functions that do more than compute.
var duckScalars = []string{"write_log", "getenv", "nextval", "currval", "json_execute_serialized_sql"}

// TranslateDuck checks a statement of the DuckDB dialect by its tree (the JSON
// that SerializeDuck's query gives) and puts resolved relations in the place
// of its tables. Only one SELECT is let through; its tables must be known to
// the Scope, its table functions be among those allowed. The text is otherwise
// the user's own. Columns of the translation are nil: only DuckDB knows them.
func TranslateDuck(ctx context.Context, s Statement, tree string, scope Scope, opt Options) (*Translation, error) {
	r, ok := s.Node.(*ast.Raw)
	if !ok {
		return nil, problem.New("sql.syntax").With("what", problem.Say("sql.no_duck_statement"))
	}
	b, err := newBinder(ctx, DuckDB, s.source, scope, opt)
	if err != nil {
		return nil, err
	}
	b.whole = r.Span
	g := &guard{binder: b, raw: r}
	var doc struct {
		Error      bool   `json:"error"`
		Message    string `json:"error_message"`
		Type       string `json:"error_type"`
		Position   string `json:"position"`
		Statements []struct {
			Node   any   `json:"node"`
			Params []any `json:"named_param_map"`
		} `json:"statements"`
	}
	dec := json.NewDecoder(strings.NewReader(tree))
	dec.UseNumber() // places "unknown" are 2^64-1
	if err := dec.Decode(&doc); err != nil {
		return nil, problem.New("internal.error", "what", err.Error()).Because(err)
	}
	switch {
	case doc.Error && doc.Type == "parser":
		at, _ := strconv.Atoi(doc.Position)
		return nil, g.fail(at, "sql.syntax", "what", doc.Message)
	case doc.Error:
		return nil, g.fail(0, "sql.duck_statement").With("what", firstWord(r.Text))
	case len(doc.Statements) != 1:
		return nil, g.fail(0, "sql.duck_statement").With("what", problem.Say("sql.several_statements"))
	case len(doc.Statements[0].Params) > 0:
		return nil, g.fail(0, "sql.duck_statement").With("what", problem.Say("sql.prepared_parameters"))
	}
	if g.toks, err = lex.Scan(DuckDB, r.Text, nil); err != nil {
		return nil, g.fail(0, "sql.syntax").With("what", problem.Say("sql.unreadable_text"))
	}
	if err := g.walk(doc.Statements[0].Node, nil); err != nil {
		return nil, err
	}
	return g.print()
}

func firstWord(text string) problem.Phrase {
	f := strings.Fields(text)
	if len(f) == 0 {
		return problem.Say("sql.nothing")
	}
	return problem.Say("sql.word", "word", strings.ToUpper(f[0]))
}
