package notebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// style is how the document's writer lays out JSON, so that what Laketop adds
// looks like the rest of the file.
type style struct {
	indent  string // one level; "" with pretty false
	newline string
	pretty  bool
	comma   string // blanks after a comma of a one-line document
	colon   string // between key and value
	ascii   bool   // characters beyond ASCII are escaped
}

// styleOf looks at the first members of the root; a document without any gets
// nbformat's own layout.
func styleOf(root *node, text string) style {
	st := style{indent: " ", newline: "\n", pretty: true, colon: ": "}
	st.ascii = strings.Contains(text, `\u`) && isASCII(text)
	if len(root.items) == 0 {
		return st
	}
	first := root.items[0]
	st.colon = first.colon
	if i := strings.LastIndexByte(first.lead, '\n'); i >= 0 {
		st.indent = first.lead[i+1:]
		if strings.Contains(first.lead, "\r\n") {
			st.newline = "\r\n"
		}
		return st
	}
	st.pretty, st.indent, st.newline = false, "", ""
	if len(root.items) > 1 {
		st.comma = root.items[1].lead
	}
	return st
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lead is the blanks before item i of a container at depth.
func (st style) lead(depth, i int) string {
	switch {
	case st.pretty:
		return st.newline + strings.Repeat(st.indent, depth+1)
	case i > 0:
		return st.comma
	}
	return ""
}

// tail is the blanks before the closing bracket of a container at depth.
func (st style) tail(depth int) string {
	if st.pretty {
		return st.newline + strings.Repeat(st.indent, depth)
	}
	return ""
}

// quote is s as a JSON string in the document's manner.
func (st style) quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case shortEscape[r] != "":
			b.WriteString(shortEscape[r])
		case r < 0x20:
			fmt.Fprintf(&b, `\u%04x`, r)
		case r < utf8.RuneSelf || !st.ascii:
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

var shortEscape = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

// pair is one member of an object to be written, in order.
type pair struct {
	key   string
	value any
}

// build makes a node of v at depth: strings, booleans, integers, nil, []any,
// []string, []pair, *node, and anything that encoding/json can write.
func (st style) build(v any, depth int) *node {
	switch x := v.(type) {
	case *node:
		return x
	case string:
		return &node{kind: '"', text: st.quote(x)}
	case bool, nil:
		return &node{kind: 'l', text: literal(x)}
	case int:
		return &node{kind: '0', text: strconv.Itoa(x)}
	case []pair:
		n := &node{kind: '{'}
		for i, p := range x {
			n.items = append(n.items, item{lead: st.lead(depth, i), key: st.quote(p.key), colon: st.colon, value: st.build(p.value, depth+1)})
		}
		return st.closed(n, depth)
	case []string:
		n := &node{kind: '['}
		for i, e := range x {
			n.items = append(n.items, item{lead: st.lead(depth, i), value: st.build(e, depth+1)})
		}
		return st.closed(n, depth)
	case []any:
		n := &node{kind: '['}
		for i, e := range x {
			n.items = append(n.items, item{lead: st.lead(depth, i), value: st.build(e, depth+1)})
		}
		return st.closed(n, depth)
	}
	return st.encoded(v, depth)
}

func literal(v any) string {
	if b, ok := v.(bool); ok {
		return fmt.Sprint(b)
	}
	return "null"
}

func (st style) closed(n *node, depth int) *node {
	if len(n.items) > 0 {
		n.tail = st.tail(depth)
	}
	return n
}

// encoded goes through encoding/json and lays the result out anew.
func (st style) encoded(v any, depth int) *node {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return &node{kind: 'l', text: "null"}
	}
	_, n, _, err := parseTree(b.String())
	if err != nil {
		return &node{kind: 'l', text: "null"}
	}
	return st.relaid(n, depth)
}

func (st style) relaid(n *node, depth int) *node {
	if n.kind == '"' {
		return &node{kind: '"', text: st.quote(unquote(n.text))}
	}
	if n.kind != '{' && n.kind != '[' {
		return n
	}
	out := &node{kind: n.kind}
	for i, it := range n.items {
		it.lead, it.trail = st.lead(depth, i), ""
		if n.kind == '{' {
			it.key, it.colon = st.quote(unquote(it.key)), st.colon
		}
		it.value = st.relaid(it.value, depth+1)
		out.items = append(out.items, it)
	}
	return st.closed(out, depth)
}

// set gives an object's member a value, at the end when it is new. depth is
// the object's own.
func (st style) set(obj *node, depth int, key string, v any) {
	value := st.build(v, depth+1)
	for i := len(obj.items) - 1; i >= 0; i-- {
		if unquote(obj.items[i].key) == key {
			obj.items[i].value = value
			return
		}
	}
	st.insert(obj, depth, len(obj.items), item{key: st.quote(key), colon: st.colon, value: value})
}

// insert puts an item at position i of a container at depth.
func (st style) insert(n *node, depth, i int, it item) {
	if len(n.items) == 0 {
		n.tail = st.tail(depth)
	}
	it.lead = st.lead(depth, i)
	n.items = append(n.items[:i:i], append([]item{it}, n.items[i:]...)...)
	if !st.pretty && i == 0 && len(n.items) > 1 {
		n.items[1].lead = st.comma
	}
}

// remove takes item i out.
func (st style) remove(n *node, i int) item {
	it := n.items[i]
	n.items = append(n.items[:i:i], n.items[i+1:]...)
	switch {
	case len(n.items) == 0:
		n.tail = ""
	case i == 0 && !st.pretty:
		n.items[0].lead = it.lead
	}
	return it
}

// unset removes a member; a missing one is no error.
func (st style) unset(obj *node, key string) {
	if obj == nil {
		return
	}
	for i := len(obj.items) - 1; i >= 0; i-- {
		if obj.kind == '{' && unquote(obj.items[i].key) == key {
			st.remove(obj, i)
		}
	}
}

// object is the member object under key, made when missing or not an object.
func (st style) object(parent *node, depth int, key string) *node {
	if n := parent.get(key); n != nil && n.kind == '{' {
		return n
	}
	st.set(parent, depth, key, []pair{})
	return parent.get(key)
}
