// Package lex cuts SQL text into tokens that remember their place.
//
// One scanner serves every dialect; what differs (what a double quote means,
// whether a backslash escapes, which comments exist) are flags. Blanks and
// comments disappear, every byte of a token is kept by its range:
//
//	SELECT `a b` /* x */ FROM t
//	└Word─┘└Quoted┘      └Word └Word
//
// A placeholder ${name} is filled while scanning. Inside quotes its value
// becomes part of the literal and cannot end it; outside it becomes one number,
// one string or one dotted name, never more SQL than that.
package lex

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"laketop/engine/problem"
)

// Params are the values of ${name} placeholders.
type Params map[string]string

// Scan cuts text into tokens, the last of which is EOF. On the first thing
// that is no token it returns what it has, an EOF there, and a *problem.Error.
func Scan(d Dialect, text string, params Params) ([]Token, error) {
	s := scanner{d: d, f: flagsOf(d), text: text, params: params}
	if at := invalidUTF8(text); at >= 0 {
		s.fail(at, at+1, problem.Say("sql.not_utf8"))
	}
	for s.err == nil {
		s.blanks()
		if s.err != nil || s.pos >= len(text) {
			break
		}
		s.next()
	}
	s.toks = append(s.toks, Token{Kind: EOF, Start: s.pos, End: s.pos})
	if s.err != nil {
		return s.toks, s.err
	}
	return s.toks, nil
}

// invalidUTF8 is where text stops being UTF-8, -1 if nowhere.
func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n < 2 {
				return i
			}
		}
	}
	return -1
}

type scanner struct {
	d      Dialect
	f      flags
	text   string
	params Params
	pos    int
	toks   []Token
	err    *problem.Error
}

func (s *scanner) fail(start, end int, what problem.Phrase) {
	s.err = problem.New("sql.syntax").With("what", what).At(s.text, start, end)
	s.err.Dialect = string(s.d)
}

func (s *scanner) peek(i int) byte {
	if s.pos+i < len(s.text) {
		return s.text[s.pos+i]
	}
	return 0
}

// emit adds the token text[start:pos].
func (s *scanner) emit(t Token, start int) {
	t.Start, t.End, t.Text = start, s.pos, s.text[start:s.pos]
	s.toks = append(s.toks, t)
}

// blanks skips white space and comments.
func (s *scanner) blanks() {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
			s.pos++
		case c == '-' && s.peek(1) == '-', c == '#' && s.f.hash:
			s.line()
		case c == '/' && s.peek(1) == '*' && !(s.f.hints && s.peek(2) == '+'):
			if !s.block() {
				return
			}
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s.text[s.pos:])
			if !unicode.IsSpace(r) && r != '\ufeff' && r != '\u200b' {
				return
			}
			s.pos += n
		default:
			return
		}
	}
}

func (s *scanner) line() {
	if i := strings.IndexByte(s.text[s.pos:], '\n'); i >= 0 {
		s.pos += i + 1
		return
	}
	s.pos = len(s.text)
}

// block skips a bracketed comment; they nest.
func (s *scanner) block() bool {
	start, depth := s.pos, 0
	for s.pos < len(s.text) {
		switch {
		case s.peek(0) == '/' && s.peek(1) == '*':
			depth++
			s.pos += 2
		case s.peek(0) == '*' && s.peek(1) == '/':
			depth--
			s.pos += 2
			if depth == 0 {
				return true
			}
		default:
			s.pos++
		}
	}
	s.fail(start, start+2, problem.Say("sql.open_comment", "mark", "*/"))
	return false
}

func (s *scanner) next() {
	start := s.pos
	c := s.text[s.pos]
	switch {
	case c == '\'':
		s.quotedString(start, '\'', s.f.backslash)
	case c == '"':
		s.doubleQuote(start)
	case c == '`' && s.f.backtick:
		s.quotedName(start, '`')
	case c == '/' && s.peek(1) == '*':
		s.hint(start)
	case c == '$' && s.peek(1) == '{':
		s.param(start)
	case c == '$' && s.f.dollar:
		s.dollar(start)
	case c >= '0' && c <= '9', c == '.' && isDigit(s.peek(1)) && !s.afterName():
		s.number(start)
	case strings.HasPrefix(s.text[s.pos:], "..."):
		s.pos += 3
		s.emit(Token{Kind: Elision, Value: "..."}, start)
	case isWordStart(s.runeAt(s.pos)):
		s.word(start)
	default:
		s.op(start)
	}
}

// afterName says whether the last token ends right here and is part of a
// name, so that ".5" in a.5 is not a number.
func (s *scanner) afterName() bool {
	if len(s.toks) == 0 {
		return false
	}
	t := s.toks[len(s.toks)-1]
	return t.End == s.pos && (t.Kind == Word || t.Kind == Quoted)
}

// runeAt is the character at an offset, utf8.RuneError at the end.
func (s *scanner) runeAt(at int) rune {
	r, _ := utf8.DecodeRuneInString(s.text[min(at, len(s.text)):])
	return r
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordStart(r rune) bool {
	return r == '_' || r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') ||
		r >= utf8.RuneSelf && r != utf8.RuneError && unicode.IsLetter(r)
}

func isWordPart(r rune) bool {
	return isWordStart(r) || r >= '0' && r <= '9' || r >= utf8.RuneSelf && r != utf8.RuneError && (unicode.IsDigit(r) || unicode.IsMark(r))
}

// word scans a name or keyword, or the prefix of a typed string.
func (s *scanner) word(start int) {
	switch c, q := s.text[s.pos]|0x20, s.peek(1); {
	case c == 'x' && q == '\'':
		s.pos++
		s.bytes(start)
		return
	case c == 'r' && s.f.rawPrefix && (q == '\'' || q == '"'):
		s.pos++
		s.quotedString(start, q, false)
		return
	case c == 'e' && s.d == DuckDB && q == '\'':
		s.pos++
		s.quotedString(start, q, true)
		return
	}
	for s.pos < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[s.pos:])
		if !isWordPart(r) && !(r == '$' && s.peek(1) != '{') {
			break
		}
		s.pos += n
	}
	s.emit(Token{Kind: Word, Value: s.text[start:s.pos]}, start)
}

// doubleQuote is a string, a name or a mistake, as the dialect has it.
func (s *scanner) doubleQuote(start int) {
	switch {
	case s.f.dqString:
		s.quotedString(start, '"', s.f.backslash)
	case s.f.dqError:
		end := start + 1
		if i := strings.IndexByte(s.text[start+1:], '"'); i >= 0 {
			end = start + i + 2
		}
		s.fail(start, end, problem.Say("sql.no_double_quotes", "dialect", s.d.Title()))
	default:
		s.quotedName(start, '"')
	}
}

// quotedName scans a name in quotes; the doubled quote stands for one.
func (s *scanner) quotedName(start int, quote byte) {
	s.pos++
	from := s.pos
	for s.pos < len(s.text) {
		if s.text[s.pos] == quote {
			if s.peek(1) != quote {
				break
			}
			s.pos++
		}
		s.pos++
	}
	if s.pos >= len(s.text) {
		s.pos = start
		s.fail(start, start+1, problem.Say("sql.open_name", "quote", string(quote)))
		return
	}
	v := strings.ReplaceAll(s.text[from:s.pos], string(quote)+string(quote), string(quote))
	s.pos++
	v, ok := s.fill(v, start, s.pos)
	if !ok {
		return
	}
	if v == "" {
		s.fail(start, s.pos, problem.Say("sql.empty_name"))
		return
	}
	s.emit(Token{Kind: Quoted, Value: v}, start)
}

// hint scans /*+ ... */.
func (s *scanner) hint(start int) {
	i := strings.Index(s.text[start:], "*/")
	if i < 0 {
		s.fail(start, start+3, problem.Say("sql.open_hint", "mark", "*/"))
		return
	}
	s.pos = start + i + 2
	s.emit(Token{Kind: Hint, Value: s.text[start+3 : s.pos-2]}, start)
}

// number scans digits, fraction, exponent and suffix.
func (s *scanner) number(start int) {
	s.digits()
	if s.peek(0) == '.' && s.peek(1) != '.' && !isWordStart(s.runeAt(s.pos+1)) {
		s.pos++
		s.digits()
	}
	if e := s.peek(0) | 0x20; e == 'e' {
		sign := 0
		if s.peek(1) == '+' || s.peek(1) == '-' {
			sign = 1
		}
		if isDigit(s.peek(1 + sign)) {
			s.pos += 1 + sign
			s.digits()
		}
	}
	t := Token{Kind: Number, Value: strings.ReplaceAll(s.text[start:s.pos], "_", "")}
	word := s.pos
	for word < len(s.text) && isWordPart(s.runeAt(word)) {
		word += utf8.RuneLen(s.runeAt(word))
	}
	if rest := strings.ToUpper(s.text[s.pos:word]); rest != "" {
		if !s.f.suffixes || !slices.Contains([]string{"L", "S", "Y", "D", "F", "BD"}, rest) {
			s.fail(start, word, problem.Say("sql.bad_number", "number", s.text[start:word]))
			return
		}
		t.Suffix, s.pos = rest, word
	}
	s.emit(t, start)
}

func (s *scanner) digits() {
	for isDigit(s.peek(0)) || s.peek(0) == '_' && s.d == DuckDB && isDigit(s.peek(1)) {
		s.pos++
	}
}

// operators, longest first.
var operators = []string{
	"<=>", ">>>", "->>", "<>", "!=", "==", "<=", ">=", "||", "&&", "->", "=>", "::", ":=", "<<", ">>", "!~", "**", "//",
}

func (s *scanner) op(start int) {
	rest := s.text[s.pos:]
	for _, op := range operators {
		if strings.HasPrefix(rest, op) && (s.d == DuckDB || op != "//" && op != "**" && op != "!~" && op != ":=") {
			s.pos += len(op)
			s.emit(Token{Kind: Op, Value: op}, start)
			return
		}
	}
	r, n := utf8.DecodeRuneInString(rest)
	switch {
	case r == '…':
		s.pos += n
		s.emit(Token{Kind: Elision, Value: "…"}, start)
	case r < utf8.RuneSelf && strings.ContainsRune("+-*/%=<>()[]{},.;:?!~^&|@#$", r) && !(r == '#' && s.d != DuckDB):
		s.pos += n
		s.emit(Token{Kind: Op, Value: string(r)}, start)
	case asciiFor(r) != "":
		s.fail(start, start+n, problem.Say("sql.full_width", "mark", string(r), "ascii", asciiFor(r)))
	default:
		s.fail(start, start+n, problem.Say("sql.bad_character", "character", string(r)))
	}
}

// asciiFor is the mark that a Chinese input method's mark stands for.
func asciiFor(r rune) string {
	switch r {
	case '，', '、':
		return ","
	case '（':
		return "("
	case '）':
		return ")"
	case '；':
		return ";"
	case '‘', '’':
		return "'"
	case '“', '”':
		return `"`
	case '：':
		return ":"
	case '＝':
		return "="
	case '。':
		return "."
	}
	return ""
}
