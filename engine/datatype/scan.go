package datatype

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDepth bounds nesting, so that garbage cannot exhaust the stack.
const maxDepth = 64

// token is one piece of a type's text.
type token struct {
	kind  tokenKind
	text  string // words and quoted text without quotes
	start int    // byte offset in the source
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	quotedToken  // "name" or `name`
	literalToken // 'text'
	signToken    // one punctuation byte
)

// tokens splits the text of a type; every dialect's types are made of these.
func tokens(s string) ([]token, error) {
	var out []token
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '"' || c == '`' || c == '\'':
			text, next, err := unquote(s, i)
			if err != nil {
				return nil, err
			}
			kind := quotedToken
			if c == '\'' {
				kind = literalToken
			}
			out = append(out, token{kind, text, i})
			i = next
		case wordByte(c):
			j := i
			for j < len(s) && wordByte(s[j]) {
				j++
			}
			out = append(out, token{wordToken, s[i:j], i})
			i = j
		default:
			out = append(out, token{signToken, s[i : i+1], i})
			i++
		}
	}
	return append(out, token{endToken, "", len(s)}), nil
}

// wordByte accepts every non-ASCII byte, so that names may be in any language.
func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// unquote reads the quoted text that starts at s[i]; a doubled quote stands
// for one. It returns the offset after it.
func unquote(s string, i int) (string, int, error) {
	var b strings.Builder
	q := s[i]
	for j := i + 1; j < len(s); j++ {
		if s[j] != q {
			b.WriteByte(s[j])
			continue
		}
		if j+1 < len(s) && s[j+1] == q {
			b.WriteByte(q)
			j++
			continue
		}
		return b.String(), j + 1, nil
	}
	return "", 0, fmt.Errorf("unclosed %c at offset %d", q, i)
}

// reader walks the tokens of one type.
type reader struct {
	source string
	toks   []token
	pos    int
	depth  int
}

func newReader(s string) (*reader, error) {
	toks, err := tokens(s)
	if err != nil {
		return nil, err
	}
	return &reader{source: s, toks: toks}, nil
}

func (r *reader) peek() token { return r.toks[r.pos] }

func (r *reader) next() token {
	t := r.toks[r.pos]
	if t.kind != endToken {
		r.pos++
	}
	return t
}

// word consumes the given words if they all come next, in any case.
func (r *reader) word(words ...string) bool {
	if r.pos+len(words) >= len(r.toks) {
		return false
	}
	for i, w := range words {
		t := r.toks[r.pos+i]
		if t.kind != wordToken || !strings.EqualFold(t.text, w) {
			return false
		}
	}
	r.pos += len(words)
	return true
}

// sign consumes the punctuation byte c if it comes next.
func (r *reader) sign(c string) bool {
	if t := r.peek(); t.kind != signToken || t.text != c {
		return false
	}
	r.pos++
	return true
}

func (r *reader) expect(c string) error {
	if !r.sign(c) {
		return r.unexpected("expected " + c)
	}
	return nil
}

func (r *reader) unexpected(why string) error {
	t := r.peek()
	if t.kind == endToken {
		return fmt.Errorf("%s at the end", why)
	}
	return fmt.Errorf("%s at offset %d, found %q", why, t.start, t.text)
}

// name reads a field's name: a word or a quoted text.
func (r *reader) name() (string, error) {
	t := r.peek()
	if t.kind != wordToken && t.kind != quotedToken {
		return "", r.unexpected("expected a field name")
	}
	return r.next().text, nil
}

// numbers reads "(1, 2)" when it comes next; nil otherwise.
func (r *reader) numbers() ([]int, error) {
	if !r.sign("(") {
		return nil, nil
	}
	var out []int
	for {
		n, err := strconv.Atoi(r.peek().text)
		if err != nil {
			return nil, r.unexpected("expected a number")
		}
		r.next()
		out = append(out, n)
		if r.sign(")") {
			return out, nil
		}
		if err := r.expect(","); err != nil {
			return nil, err
		}
	}
}

// list reads items separated by commas up to the closing sign.
func (r *reader) list(closing string, item func() error) error {
	if r.sign(closing) {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if r.sign(closing) {
			return nil
		}
		if err := r.expect(","); err != nil {
			return err
		}
	}
}

// nested runs read one level deeper.
func (r *reader) nested(read func() (Type, error)) (Type, error) {
	if r.depth++; r.depth > maxDepth {
		return Type{}, fmt.Errorf("types nest deeper than %d", maxDepth)
	}
	t, err := read()
	r.depth--
	return t, err
}

// whole runs read and insists that it used all of the text.
func whole(s, what string, read func(*reader) (Type, error)) (Type, error) {
	r, err := newReader(s)
	if err != nil {
		return Type{}, fmt.Errorf("%s type %q: %w", what, s, err)
	}
	t, err := r.nested(func() (Type, error) { return read(r) })
	if err == nil && r.peek().kind != endToken {
		err = r.unexpected("expected the end of the type")
	}
	if err != nil {
		return Type{}, fmt.Errorf("%s type %q: %w", what, s, err)
	}
	return t, nil
}
