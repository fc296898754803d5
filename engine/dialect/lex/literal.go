package lex

import (
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"laketop/engine/problem"
)

// quotedString scans from the quote at pos (a prefix may stand before it at
// start). A doubled quote is one quote; with escapes, so is \'.
func (s *scanner) quotedString(start int, quote byte, escapes bool) {
	s.pos++
	var b strings.Builder
	for {
		switch c := s.peek(0); {
		case s.pos >= len(s.text):
			s.pos = start
			s.fail(start, start+1, problem.Say("sql.open_string", "quote", string(quote)))
			return
		case c == quote && s.peek(1) == quote && s.d != Spark: // two literals side by side in Spark
			b.WriteByte(quote)
			s.pos += 2
		case c == quote:
			s.pos++
			if v, ok := s.fill(b.String(), start, s.pos); ok {
				s.emit(Token{Kind: String, Value: v}, start)
			}
			return
		case c == '\\' && escapes:
			s.escape(&b)
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
}

// escape decodes one backslash sequence as Spark and MySQL do: \% and \_ keep
// the backslash, because LIKE reads it.
func (s *scanner) escape(b *strings.Builder) {
	s.pos++
	c := s.peek(0)
	switch c {
	case 0:
		if s.pos >= len(s.text) {
			return
		}
	case 'u':
		if v, err := strconv.ParseUint(s.slice(1, 4), 16, 32); err == nil {
			b.WriteRune(surrogate(s, rune(v)))
			s.pos += 5
			return
		}
	case 'U':
		if v, err := strconv.ParseUint(s.slice(1, 8), 16, 32); err == nil && s.d == Spark {
			b.WriteRune(rune(v))
			s.pos += 9
			return
		}
	case '%', '_':
		b.WriteByte('\\')
	case '0', '1', '2', '3':
		if v, err := strconv.ParseUint(s.slice(0, 3), 8, 8); err == nil && v < utf8.RuneSelf && s.d == Spark {
			b.WriteByte(byte(v))
			s.pos += 3
			return
		}
	}
	if r, ok := map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', '0': 0, 'Z': 0x1a}[c]; ok {
		b.WriteByte(r)
		s.pos++
		return
	}
	_, n := utf8.DecodeRuneInString(s.text[s.pos:])
	b.WriteString(s.text[s.pos : s.pos+n])
	s.pos += n
}

// surrogate joins a high half with the \uDC00 that follows it.
func surrogate(s *scanner, hi rune) rune {
	if hi < 0xd800 || hi > 0xdbff || s.slice(5, 2) != `\u` {
		return hi
	}
	lo, err := strconv.ParseUint(s.slice(7, 4), 16, 32)
	if err != nil || lo < 0xdc00 || lo > 0xdfff {
		return hi
	}
	s.pos += 6
	return (hi-0xd800)<<10 + (rune(lo) - 0xdc00) + 0x10000
}

// slice is n bytes from pos+from, fewer at the end of the text.
func (s *scanner) slice(from, n int) string {
	a := min(s.pos+from, len(s.text))
	return s.text[a:min(a+n, len(s.text))]
}

// bytes scans the quoted part of X'1f'.
func (s *scanner) bytes(start int) {
	i := strings.IndexByte(s.text[s.pos+1:], '\'')
	if i < 0 {
		s.pos = start
		s.fail(start, start+2, problem.Say("sql.open_string", "quote", "'"))
		return
	}
	digits := s.text[s.pos+1 : s.pos+1+i]
	s.pos += i + 2
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	v, err := hex.DecodeString(digits)
	if err != nil {
		s.fail(start, s.pos, problem.Say("sql.hex_digits"))
		return
	}
	s.emit(Token{Kind: Bytes, Value: string(v)}, start)
}

// dollar scans DuckDB's $tag$text$tag$, or a lone $1.
func (s *scanner) dollar(start int) {
	i := strings.IndexByte(s.text[start+1:], '$')
	if i < 0 || strings.ContainsFunc(s.text[start+1:start+1+i], func(r rune) bool { return !isWordPart(r) }) {
		s.pos++
		s.emit(Token{Kind: Op, Value: "$"}, start)
		return
	}
	tag := s.text[start : start+i+2]
	j := strings.Index(s.text[start+len(tag):], tag)
	if j < 0 {
		s.fail(start, start+len(tag), problem.Say("sql.open_string", "quote", tag))
		return
	}
	v := s.text[start+len(tag) : start+len(tag)+j]
	s.pos = start + 2*len(tag) + j
	s.emit(Token{Kind: String, Value: v}, start)
}

var (
	placeholder = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_.-]*)\}`)
	dottedName  = regexp.MustCompile(`^[\pL_][\pL\pN_$]*(\.[\pL_][\pL\pN_$]*)*$`)
	plainNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

// fill puts parameters into the decoded value v of a quoted token.
func (s *scanner) fill(v string, start, end int) (string, bool) {
	if !strings.Contains(v, "${") {
		return v, true
	}
	ok := true
	v = placeholder.ReplaceAllStringFunc(v, func(m string) string {
		name := m[2 : len(m)-1]
		value, known := s.params[name]
		value = strings.ToValidUTF8(value, "\ufffd")
		if !known && ok {
			ok = false
			at := start + max(strings.Index(s.text[start:end], m), 0)
			s.unknownParam(name, at, at+len(m))
		}
		return value
	})
	return v, ok
}

// param scans ${name} outside quotes: a number, a dotted name or else a string.
func (s *scanner) param(start int) {
	m := placeholder.FindStringSubmatch(s.text[start:])
	if m == nil || !strings.HasPrefix(s.text[start:], m[0]) {
		s.fail(start, start+2, problem.Say("sql.parameter_form", "form", "${name}"))
		return
	}
	s.pos = start + len(m[0])
	v, ok := s.params[m[1]]
	v = strings.ToValidUTF8(v, "\ufffd")
	switch {
	case !ok:
		s.unknownParam(m[1], start, s.pos)
	case plainNumber.MatchString(strings.TrimPrefix(v, "-")):
		if strings.HasPrefix(v, "-") {
			s.emit(Token{Kind: Op, Value: "-", Param: m[1]}, start)
		}
		s.emit(Token{Kind: Number, Value: strings.TrimPrefix(v, "-"), Param: m[1]}, start)
	case dottedName.MatchString(v):
		for i, part := range strings.Split(v, ".") {
			if i > 0 {
				s.emit(Token{Kind: Op, Value: ".", Param: m[1]}, start)
			}
			kind := Quoted
			if i == 0 && slices.Contains([]string{"TRUE", "FALSE", "NULL"}, strings.ToUpper(v)) {
				kind = Word
			}
			s.emit(Token{Kind: kind, Value: part, Param: m[1]}, start)
		}
	default:
		s.emit(Token{Kind: String, Value: v, Param: m[1]}, start)
	}
}

func (s *scanner) unknownParam(name string, start, end int) {
	var known []string
	for k := range s.params {
		known = append(known, k)
	}
	slices.Sort(known)
	s.err = problem.New("sql.unknown_parameter", "name", name).At(s.text, start, end).Suggest(known...)
	s.err.Dialect = string(s.d)
}
