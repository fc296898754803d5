// Package problem is the one error object that people see: a code, its
// arguments, the place in their own text, and what to do next.
//
// Engine packages return plain wrapped errors for what only programs handle,
// and an *Error for what a person must read. The texts of every code stand in
// one catalogue (catalogue.yaml: English and Chinese), so a message is written
// once and shown the same in the window, the browser and the terminal. A part of
// a sentence that is text itself, such as why an option cannot be so, is a Phrase
// (phrases/*.yaml).
//
// To add a code: add its entry to catalogue.yaml, then call New with it; a
// test fails when a code in use has no entry, an entry is said nowhere or lacks
// a language.
package problem

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Span is a place in a text: byte offsets, half open, and the line and column
// of Start, both counted from one, columns in code points.
type Span struct {
	Start, End   int
	Line, Column int
}

// Error is a failure told to a person.
type Error struct {
	Code        string            // "sql.unknown_table": an entry of the catalogue
	Args        map[string]string // named in the entry's text as {name}
	Dialect     string            // "spark", "flink", "starrocks", "duckdb" or ""
	Source      string            // file or cell the text came from, if known
	Text        string            // the user's text that Span points into
	Span        *Span             // nil when the failure has no place
	Suggestions []string          // nearest names, best first
	Cause       error             // what was beneath, for logs and errors.Is
}

// New makes an Error; args are name, value, name, value.
func New(code string, args ...string) *Error {
	e := &Error{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// At places the error in text and returns it.
func (e *Error) At(text string, start, end int) *Error {
	s := SpanOf(text, start, end)
	e.Text, e.Span = text, &s
	return e
}

// Because keeps what was beneath and returns e.
func (e *Error) Because(err error) *Error { e.Cause = err; return e }

// Suggest keeps the nearest names and returns e.
func (e *Error) Suggest(names ...string) *Error { e.Suggestions = names; return e }

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Error is the English message with its place: one line.
func (e *Error) Error() string {
	m := e.Message("en")
	if e.Span != nil {
		m = fmt.Sprintf("line %d, column %d: %s", e.Span.Line, e.Span.Column, m)
	}
	if e.Source != "" {
		m = e.Source + ": " + m
	}
	return m
}

// Report is the full text for a terminal: place, message, the line of the
// user's text with a caret under the span, and the hint.
func (e *Error) Report(lang string) string {
	var b strings.Builder
	if e.Source != "" {
		b.WriteString(e.Source + ": ")
	}
	if e.Span != nil {
		fmt.Fprintf(&b, "%d:%d: ", e.Span.Line, e.Span.Column)
	}
	b.WriteString(e.Message(lang))
	if c := e.Caret(); c != "" {
		b.WriteString("\n" + c)
	}
	if h := e.Hint(lang); h != "" {
		b.WriteString("\n" + h)
	}
	return b.String()
}

// Caret draws the first line of the span and marks it; "" without a span.
// Wide characters count two cells, so the marks stand under them in a terminal.
func (e *Error) Caret() string {
	if e.Span == nil || e.Span.Start > len(e.Text) {
		return ""
	}
	from := strings.LastIndexByte(e.Text[:e.Span.Start], '\n') + 1
	to := len(e.Text)
	if i := strings.IndexByte(e.Text[from:], '\n'); i >= 0 {
		to = from + i
	}
	end := min(max(e.Span.End, e.Span.Start+1), max(to, e.Span.Start+1))
	line := strings.ReplaceAll(strings.TrimRight(e.Text[from:to], "\r"), "\t", " ")
	marks := 1
	if end <= len(e.Text) {
		marks = max(1, cells(e.Text[e.Span.Start:end]))
	}
	number := fmt.Sprintf("%d | ", e.Span.Line)
	pad := strings.Repeat(" ", len(number)-2) + "| " + strings.Repeat(" ", cells(e.Text[from:e.Span.Start]))
	return number + line + "\n" + pad + strings.Repeat("^", marks)
}

// cells is how many terminal columns s takes: East Asian wide runes take two.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
			r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
			r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd) {
			n++
		}
	}
	return n
}

// SpanOf computes line and column of a byte range of text.
func SpanOf(text string, start, end int) Span {
	start = min(max(start, 0), len(text))
	end = min(max(end, start), len(text))
	before := text[:start]
	line := strings.Count(before, "\n") + 1
	col := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return Span{Start: start, End: end, Line: line, Column: col}
}

// As finds the *Error in err's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
