package dialect

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// Marks stand in the text while it is being built, as bytes that UTF-8 does
// not use; finish takes them out and remembers what they said.
const (
	markStart = "\xff" // number, markText
	markText  = "\xfe"
	markEnd   = "\xfd"
	slotStart = "\xfc" // number, slotEnd: a relation's text, known last
	slotEnd   = "\xfb"
)

// SourceMap leads from DuckDB's text back to the user's.
type SourceMap struct {
	dialect  Dialect
	source   string   // the user's whole text
	whole    ast.Span // the query in it
	out      string   // DuckDB's text
	segments []segment
	raisers  []ast.Span // calls that raise errors of the user's own
}

// segment says that out[start:end] was printed for the bytes of span.
type segment struct {
	start, end int
	span       ast.Span
	copied     bool // byte by byte
}

// mark notes that sql is printed for the bytes of span.
func (b *binder) mark(span ast.Span, sql string) string {
	b.marks = append(b.marks, span)
	return markStart + strconv.Itoa(len(b.marks)-1) + markText + sql + markEnd
}

// finish replaces slots by their relations' text and takes the marks out.
func (b *binder) finish(text string) (string, *SourceMap, error) {
	m := &SourceMap{dialect: b.d, source: b.text, whole: b.whole, raisers: b.raisers}
	var out strings.Builder
	var open []segment
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case markStart[0], slotStart[0]:
			closing := markText
			if c == slotStart[0] {
				closing = slotEnd
			}
			j := i + strings.Index(text[i:], closing)
			id, err := strconv.Atoi(text[i+1 : j])
			if err != nil {
				return "", nil, err
			}
			i = j
			if c == markStart[0] {
				open = append(open, segment{start: out.Len(), span: b.marks[id]})
				continue
			}
			s := b.slots[id]
			sql, err := s.print()
			if err != nil {
				return "", nil, b.placed(err, s.span)
			}
			at := out.Len()
			out.WriteString(sql)
			m.segments = append(m.segments, segment{start: at, end: out.Len(), span: s.span})
		case markEnd[0]:
			s := open[len(open)-1]
			open = open[:len(open)-1]
			s.end = out.Len()
			m.segments = append(m.segments, s)
		default:
			out.WriteByte(c)
		}
	}
	m.out = out.String()
	return m.out, m, nil
}

// plain is sql without marks.
func plain(sql string) string {
	if strings.IndexByte(sql, markStart[0]) < 0 && strings.IndexByte(sql, markEnd[0]) < 0 {
		return sql
	}
	var out strings.Builder
	for i := 0; i < len(sql); i++ {
		switch sql[i] {
		case markStart[0]:
			i += strings.Index(sql[i:], markText)
		case markEnd[0]:
		default:
			out.WriteByte(sql[i])
		}
	}
	return out.String()
}

// Find is the range of the user's text that the byte at offset of DuckDB's
// text was printed for: the innermost one.
func (m *SourceMap) Find(offset int) (ast.Span, bool) {
	best, found := segment{}, false
	for _, s := range m.segments {
		if s.start <= offset && offset < max(s.end, s.start+1) && (!found || s.end-s.start < best.end-best.start) {
			best, found = s, true
		}
	}
	if best.copied {
		at := best.span.Start + offset - best.start
		return ast.Span{Start: at, End: wordEnd(m.source, at)}, found
	}
	return best.span, found
}

// wordEnd is where the word at offset at ends.
func wordEnd(text string, at int) int {
	end := at
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			break
		}
		end += n
	}
	return max(end, min(at+1, len(text)))
}

var (
	lineMark   = regexp.MustCompile(`\n\s*LINE (\d+): (.*)\n( *)\^`)
	quotedName = regexp.MustCompile(`(?:column|function with name|Function with name|name|named|table) "?([\pL_][\pL\pN_.$]*)"?`)
)

// Error turns an error of DuckDB into a problem with a place in the user's
// text: from "LINE n: ... ^" if the message has one, else from a name in it,
// else the whole query.
func (m *SourceMap) Error(err error) *problem.Error {
	if p, ok := problem.As(err); ok {
		return p
	}
	text := err.Error()
	span, found := m.whole, false
	if g := lineMark.FindStringSubmatch(text); g != nil {
		if at, ok := m.offset(g[1], g[2], len(g[3])); ok {
			span, found = m.findOr(at, span)
		}
		text = text[:strings.Index(text, g[0])]
	}
	if !found && len(m.raisers) == 1 {
		span, found = m.raisers[0], true
	}
	if !found {
		if g := quotedName.FindStringSubmatch(text); g != nil {
			span = m.word(g[1], span)
		}
	}
	p := problem.New("sql.execution").With("what", heard(message(text))).At(m.source, span.Start, span.End).Because(err)
	p.Dialect = string(m.dialect)
	return p
}

func (m *SourceMap) findOr(at int, otherwise ast.Span) (ast.Span, bool) {
	if s, ok := m.Find(at); ok {
		return s, true
	}
	return otherwise, false
}

// offset finds the caret of DuckDB's excerpt of a line in the text. A long
// line is shown as a window with ... where it was cut.
func (m *SourceMap) offset(line, excerpt string, pad int) (int, bool) {
	n, err := strconv.Atoi(line)
	lines := strings.SplitAfter(m.out, "\n")
	if err != nil || n < 1 || n > len(lines) {
		return 0, false
	}
	start := len(strings.Join(lines[:n-1], ""))
	caret := pad - len("LINE : ") - len(line)
	cut := strings.TrimSuffix(excerpt, "...")
	if rest, ok := strings.CutPrefix(cut, "..."); ok {
		cut, caret = rest, caret-3
	}
	at := strings.Index(lines[n-1], strings.TrimRight(cut, " "))
	if at < 0 || caret < 0 {
		return 0, false
	}
	// The caret counts cells: characters, wide ones twice.
	cells := 0
	for i, r := range cut {
		if cells >= caret {
			return start + at + i, true
		}
		cells++
		if r >= 0x1100 {
			cells++
		}
	}
	return start + at + len(cut), true
}

// word finds a name in the query's text.
func (m *SourceMap) word(name string, otherwise ast.Span) ast.Span {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) < 2 || name == "with" {
		return otherwise
	}
	re, err := regexp.Compile(`(?i)(?:^|[^\pL\pN_])(` + regexp.QuoteMeta(name) + `)(?:$|[^\pL\pN_])`)
	if err != nil {
		return otherwise
	}
	g := re.FindStringSubmatchIndex(m.source[m.whole.Start:m.whole.End])
	if g == nil {
		return otherwise
	}
	return ast.Span{Start: m.whole.Start + g[2], End: m.whole.Start + g[3]}
}

var errorClass = regexp.MustCompile(`^(?:[a-z ]+: )?[A-Z][A-Za-z -]* Error: `)

// message is DuckDB's message without its class and its advice about DuckDB.
func message(text string) string {
	text = strings.TrimSpace(errorClass.ReplaceAllString(text, ""))
	var keep []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "Did you mean") && !strings.HasPrefix(line, "Either add it") && !strings.HasPrefix(line, "Candidate") {
			keep = append(keep, line)
		}
	}
	return strings.Join(keep, " ")
}
