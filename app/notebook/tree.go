package notebook

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"laketop/engine/problem"
)

// maxDepth is how deep a notebook's JSON may nest before it is refused.
const maxDepth = 500

// node is one JSON value together with every byte that belongs to it, so that
// what is not changed is written back as it was read: key order, spacing,
// escapes and number spelling included.
type node struct {
	kind  byte   // '{' '[' '"' '0' (number) 'l' (true, false, null)
	text  string // scalars: the bytes as read
	items []item // members of an object, elements of an array
	tail  string // blanks before the closing bracket
}

// item is one member or element.
type item struct {
	lead  string // blanks before it, after the bracket or comma
	key   string // objects: the key as read, quotes included
	colon string // objects: blanks and ":" between key and value
	value *node
	trail string // blanks between it and the comma or bracket
}

// syntaxError is a place where the text is not JSON.
type syntaxError struct {
	offset int
	what   problem.Phrase
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("offset %d: %s", e.offset, e.what.Text("en"))
}

type treeParser struct {
	s string
	i int
}

// parseTree reads one JSON value with the blanks around it.
func parseTree(s string) (lead string, root *node, trail string, err error) {
	p := &treeParser{s: s}
	if strings.HasPrefix(s, "\ufeff") {
		p.i = len("\ufeff")
	}
	p.blanks()
	lead = s[:p.i]
	if root, err = p.value(0); err != nil {
		return "", nil, "", err
	}
	start := p.i
	p.blanks()
	if p.i != len(s) {
		return "", nil, "", p.fail(problem.Say("app.json_after"))
	}
	return lead, root, s[start:], nil
}

func (p *treeParser) fail(what problem.Phrase) error { return &syntaxError{p.i, what} }

func (p *treeParser) blanks() string {
	start := p.i
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
	return p.s[start:p.i]
}

func (p *treeParser) value(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, p.fail(problem.Say("app.json_deep"))
	}
	if p.i >= len(p.s) {
		return nil, p.fail(problem.Say("app.json_ends"))
	}
	switch c := p.s[p.i]; {
	case c == '{' || c == '[':
		return p.container(c, depth)
	case c == '"':
		text, err := p.str()
		return &node{kind: '"', text: text}, err
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	for _, l := range []string{"true", "false", "null"} {
		if strings.HasPrefix(p.s[p.i:], l) {
			p.i += len(l)
			return &node{kind: 'l', text: l}, nil
		}
	}
	return nil, p.fail(problem.Say("app.json_value"))
}

func (p *treeParser) container(open byte, depth int) (*node, error) {
	n := &node{kind: open}
	end := byte('}')
	if open == '[' {
		end = ']'
	}
	p.i++
	blanks := p.blanks()
	if p.i < len(p.s) && p.s[p.i] == end {
		p.i++
		n.tail = blanks
		return n, nil
	}
	for {
		it := item{lead: blanks}
		var err error
		if open == '{' {
			if it.key, err = p.str(); err != nil {
				return nil, err
			}
			if it.colon, err = p.colon(); err != nil {
				return nil, err
			}
		}
		if it.value, err = p.value(depth + 1); err != nil {
			return nil, err
		}
		after := p.blanks()
		if p.i >= len(p.s) {
			return nil, p.fail(problem.Say("app.json_open"))
		}
		switch p.s[p.i] {
		case ',':
			it.trail = after
			n.items = append(n.items, it)
			p.i++
			blanks = p.blanks()
		case end:
			p.i++
			n.tail = after
			n.items = append(n.items, it)
			return n, nil
		default:
			return nil, p.fail(problem.Say("app.json_comma"))
		}
	}
}

func (p *treeParser) colon() (string, error) {
	start := p.i
	p.blanks()
	if p.i >= len(p.s) || p.s[p.i] != ':' {
		return "", p.fail(problem.Say("app.json_colon"))
	}
	p.i++
	p.blanks()
	return p.s[start:p.i], nil
}

func (p *treeParser) str() (string, error) {
	start := p.i
	if p.i >= len(p.s) || p.s[p.i] != '"' {
		return "", p.fail(problem.Say("app.json_string"))
	}
	for p.i++; p.i < len(p.s); {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[start:p.i], nil
		case c < 0x20:
			return "", p.fail(problem.Say("app.json_control"))
		case c == '\\':
			n, ok := escapeLen(p.s[p.i:])
			if !ok {
				return "", p.fail(problem.Say("app.json_escape"))
			}
			p.i += n
		case c < utf8.RuneSelf:
			p.i++
		default:
			r, n := utf8.DecodeRuneInString(p.s[p.i:])
			if r == utf8.RuneError && n == 1 {
				return "", p.fail(problem.Say("app.json_utf8"))
			}
			p.i += n
		}
	}
	return "", p.fail(problem.Say("app.json_unclosed"))
}

func escapeLen(s string) (int, bool) {
	if len(s) < 2 {
		return 0, false
	}
	if s[1] != 'u' {
		return 2, strings.IndexByte(`"\/bfnrt`, s[1]) >= 0
	}
	_, ok := hex4(s)
	return 6, ok
}

func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(s[2:6], 16, 32)
	return rune(v), err == nil
}

func (p *treeParser) number() (*node, error) {
	start := p.i
	for p.i < len(p.s) && strings.IndexByte("+-.0123456789eE", p.s[p.i]) >= 0 {
		p.i++
	}
	text := p.s[start:p.i]
	if !json.Valid([]byte(text)) {
		p.i = start
		return nil, p.fail(problem.Say("app.json_number"))
	}
	return &node{kind: '0', text: text}, nil
}

// print writes the node as it was read, changes included.
func (n *node) print(b *strings.Builder) {
	if n.kind != '{' && n.kind != '[' {
		b.WriteString(n.text)
		return
	}
	b.WriteByte(n.kind)
	for i, it := range n.items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(it.lead)
		b.WriteString(it.key)
		b.WriteString(it.colon)
		it.value.print(b)
		b.WriteString(it.trail)
	}
	b.WriteString(n.tail)
	b.WriteByte(n.kind + 2) // '}' and ']' stand two after their openings
}

// get is a member's value; nil when n is no object or has no such key. Of a
// repeated key the last counts, as everywhere else.
func (n *node) get(key string) *node {
	if n == nil || n.kind != '{' {
		return nil
	}
	for i := len(n.items) - 1; i >= 0; i-- {
		if unquote(n.items[i].key) == key {
			return n.items[i].value
		}
	}
	return nil
}

// at walks keys.
func (n *node) at(keys ...string) *node {
	for _, k := range keys {
		n = n.get(k)
	}
	return n
}

// str is a string value; "" for anything else.
func (n *node) str() string {
	if n == nil || n.kind != '"' {
		return ""
	}
	return unquote(n.text)
}

// isTrue is whether n is the literal true.
func (n *node) isTrue() bool { return n != nil && n.text == "true" }

// integer is a number's value, and whether n is one.
func (n *node) integer() (int, bool) {
	if n == nil || n.kind != '0' {
		return 0, false
	}
	v, err := strconv.Atoi(n.text)
	return v, err == nil
}

// decode reads n into v by encoding/json.
func (n *node) decode(v any) error {
	if n == nil {
		return nil
	}
	var b strings.Builder
	n.print(&b)
	return json.Unmarshal([]byte(b.String()), v)
}

// unquote decodes a JSON string that the parser has accepted. A lone surrogate
// becomes U+FFFD in the value; the bytes kept in the tree stay what they were.
func unquote(s string) string {
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		if s[i+1] != 'u' {
			b.WriteByte(unescape[s[i+1]])
			i += 2
			continue
		}
		r, _ := hex4(s[i:])
		i += 6
		if utf16.IsSurrogate(r) {
			low, ok := hex4(s[i:])
			if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
				r = pair
				i += 6
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

var unescape = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
