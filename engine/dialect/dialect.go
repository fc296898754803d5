// Package dialect turns statements of Spark, Flink and StarRocks SQL into
// DuckDB SQL that means the same.
//
//	text ── lex ── parse ──> ast.Stmt ── Translate(Scope) ──> DuckDB text + SourceMap
//
// Parse gives the statements of a text; only queries (and the queries inside
// CREATE TABLE AS, INSERT, CREATE VIEW) are translated, everything else is a
// tree the session acts on. Translate resolves every name, gives every
// expression its type by the dialect's own rules, and prints DuckDB text with
// casts wherever DuckDB's rules differ; so the types of a result are Spark's,
// not DuckDB's. What Laketop does not know is an error with a place in the
// user's text, never text passed through.
//
// This package runs nothing: it knows DuckDB's language, not DuckDB.
package dialect

import (
	"iter"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/dialect/parse"
	"laketop/engine/problem"
)

// Dialect names a SQL dialect.
type Dialect = lex.Dialect

// The dialects.
const (
	Spark     = lex.Spark
	Flink     = lex.Flink
	StarRocks = lex.StarRocks
	DuckDB    = lex.DuckDB
)

// Params are the values of ${name} placeholders.
type Params = lex.Params

// Statement is one statement of a text.
type Statement struct {
	Node ast.Stmt     // *ast.Raw for the DuckDB dialect; its spans point into Source
	Span problem.Span // its range in the whole text, without the semicolon
	Text string       // the statement alone, as written

	source string
}

// Source is the whole text that the spans of the statement's tree point into.
func (s Statement) Source() string { return s.source }

// ByName finds a dialect by its name in any case.
func ByName(name string) (Dialect, error) {
	if d := Dialect(strings.ToLower(name)); d.Valid() {
		return d, nil
	}
	return "", problem.New("sql.unknown_dialect", "name", name).Suggest("spark", "flink", "starrocks", "duckdb")
}

// Statements yields the statements of text in order, each with its own error,
// so that a caller may run those before a broken one, or go on after it. An
// error of the scanner (a string without an end, a parameter without a value)
// comes last and ends the text.
func Statements(d Dialect, text string, params Params) iter.Seq2[Statement, error] {
	return func(yield func(Statement, error) bool) {
		pieces, lexErr := lex.Split(d, text, params)
		for _, piece := range pieces {
			node, err := parseOne(d, text, piece)
			st := Statement{
				Node:   node,
				Span:   problem.SpanOf(text, piece.Start, piece.End),
				Text:   text[piece.Start:piece.End],
				source: text,
			}
			if !yield(st, err) {
				return
			}
		}
		if e, ok := problem.As(lexErr); ok {
			yield(Statement{Span: *e.Span, Text: text[e.Span.Start:e.Span.End], source: text}, lexErr)
		}
	}
}

// Parse gives the statements of text. With an error it returns the statements
// before the broken one, too.
func Parse(d Dialect, text string, params Params) ([]Statement, error) {
	var out []Statement
	for s, err := range Statements(d, text, params) {
		if err != nil {
			return out, err
		}
		out = append(out, s)
	}
	return out, nil
}

// ParseQuery parses a text that is one query, such as a view's.
func ParseQuery(d Dialect, text string) (Statement, *ast.Query, error) {
	list, err := Parse(d, text, nil)
	if err != nil {
		return Statement{}, nil, err
	}
	if len(list) == 1 {
		if q, ok := list[0].Node.(*ast.Query); ok {
			return list[0], q, nil
		}
	}
	return Statement{}, nil, problem.New("sql.syntax").With("what", problem.Say("sql.one_query")).At(text, 0, len(text))
}

func parseOne(d Dialect, text string, piece lex.Piece) (ast.Stmt, error) {
	if d == DuckDB {
		return raw(text, piece), nil
	}
	return parse.Statement(d, text, piece.Tokens)
}

// Check parses text and returns every broken statement's problem, for the
// editor's marks. It resolves no names.
func Check(d Dialect, text string, params Params) []*problem.Error {
	var out []*problem.Error
	for _, err := range Statements(d, text, params) {
		if e, ok := problem.As(err); ok {
			out = append(out, e)
		}
	}
	return out
}
