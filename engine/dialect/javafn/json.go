package javafn

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// errJSON ends the reading of a text that is not JSON as Spark reads it: single
// quotes are allowed, control characters in strings too, what follows the first
// value is not looked at.
var errJSON = errors.New("not JSON")

// maxNesting is Jackson's limit.
const maxNesting = 1000

// jsonReader walks a JSON text once, checking it on the way.
type jsonReader struct {
	s     string
	at    int
	depth int
	half  bool // the last text held half a surrogate pair, which Java reads and cannot write
}

func (j *jsonReader) blank() {
	for j.at < len(j.s) {
		switch j.s[j.at] {
		case ' ', '\t', '\n', '\r':
			j.at++
		default:
			return
		}
	}
}

// peek is the first byte of the next token, 0 at the end.
func (j *jsonReader) peek() byte {
	j.blank()
	if j.at >= len(j.s) {
		return 0
	}
	return j.s[j.at]
}

func (j *jsonReader) enter() error {
	j.at++
	if j.depth++; j.depth > maxNesting {
		return errJSON
	}
	return nil
}

// next moves to the next member of an array or object that ends with end; done
// when it has ended.
func (j *jsonReader) next(end byte, first bool) (done bool, err error) {
	b := j.peek()
	switch {
	case b == end:
		j.at++
		j.depth--
		return true, nil
	case first:
		return b == 0, orJSON(b != 0)
	case b == ',':
		j.at++
		return false, orJSON(j.peek() != end)
	}
	return true, errJSON
}

func orJSON(ok bool) error {
	if ok {
		return nil
	}
	return errJSON
}

// name reads a member's name and its colon.
func (j *jsonReader) name() (string, error) {
	s, err := j.text()
	if err != nil {
		return "", err
	}
	if j.peek() != ':' {
		return "", errJSON
	}
	j.at++
	return s, nil
}

// text reads a string.
func (j *jsonReader) text() (string, error) {
	quote := j.peek()
	if quote != '"' && quote != '\'' {
		return "", errJSON
	}
	j.at++
	start := j.at
	for ; j.at < len(j.s); j.at++ {
		switch j.s[j.at] {
		case quote:
			j.at++
			return j.s[start : j.at-1], nil
		case '\\':
			return j.escapedText(start, quote)
		}
	}
	return "", errJSON
}

var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (j *jsonReader) escapedText(start int, quote byte) (string, error) {
	b := []byte(j.s[start:j.at])
	for j.at < len(j.s) {
		c := j.s[j.at]
		j.at++
		switch {
		case c == quote:
			return string(b), nil
		case c != '\\':
			b = append(b, c)
		case j.at >= len(j.s):
			return "", errJSON
		case j.s[j.at] == 'u':
			r, err := j.unicode()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		default:
			e, ok := jsonEscapes[j.s[j.at]]
			if !ok {
				return "", errJSON
			}
			j.at++
			b = append(b, e)
		}
	}
	return "", errJSON
}

// unicode reads uXXXX and the second half of a surrogate pair.
func (j *jsonReader) unicode() (rune, error) {
	one := func() (rune, bool) {
		if j.at+5 > len(j.s) || j.s[j.at] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(j.s[j.at+1:j.at+5], 16, 16)
		j.at += 5
		return rune(n), err == nil
	}
	r, ok := one()
	if !ok {
		return 0, errJSON
	}
	if utf16.IsSurrogate(r) && strings.HasPrefix(j.s[j.at:], `\u`) {
		back := j.at
		j.at++
		low, ok := one()
		if !ok {
			return 0, errJSON
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, nil
		}
		j.at = back
	}
	if utf16.IsSurrogate(r) {
		j.half = true
	}
	return r, nil
}

// number reads a number; isFloat tells whether it has a point or an exponent.
func (j *jsonReader) number() (text string, isFloat bool, err error) {
	start := j.at
	digits := func() bool {
		from := j.at
		for j.at < len(j.s) && isDigit(j.s[j.at]) {
			j.at++
		}
		return j.at > from
	}
	if j.s[j.at] == '-' {
		j.at++
	}
	whole := j.at
	if !digits() || j.s[whole] == '0' && j.at > whole+1 {
		return "", false, errJSON
	}
	if j.at < len(j.s) && j.s[j.at] == '.' {
		j.at++
		if isFloat = true; !digits() {
			return "", false, errJSON
		}
	}
	if j.at < len(j.s) && j.s[j.at]|0x20 == 'e' {
		j.at++
		if j.at < len(j.s) && (j.s[j.at] == '+' || j.s[j.at] == '-') {
			j.at++
		}
		if isFloat = true; !digits() {
			return "", false, errJSON
		}
	}
	return j.s[start:j.at], isFloat, j.ended()
}

// ended checks that a number or a word stops where it stopped.
func (j *jsonReader) ended() error {
	if j.at < len(j.s) && strings.IndexByte(" \t\r\n,]}:", j.s[j.at]) < 0 {
		return errJSON
	}
	return nil
}

// written is a text that goes into a result.
func (j *jsonReader) written() (string, error) {
	s, err := j.text()
	if j.half {
		return "", errJSON
	}
	return s, err
}

func (j *jsonReader) word() (string, error) {
	for _, w := range []string{"true", "false", "null"} {
		if strings.HasPrefix(j.s[j.at:], w) {
			j.at += len(w)
			return w, j.ended()
		}
	}
	return "", errJSON
}

// numberText writes a number as Jackson does once it has read it.
func numberText(b []byte, text string, isFloat bool) []byte {
	if !isFloat {
		if text == "-0" {
			text = "0"
		}
		return append(b, text...)
	}
	if plain, ok := plainFraction(text); ok {
		return append(b, plain...)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && math.IsInf(f, 0) {
		return append(appendFloat(append(b, '"'), f, 64), '"')
	}
	return appendFloat(b, f, 64)
}

// plainFraction is what reading and writing a short number with a point and no
// exponent comes to: the zeros at its end go.
func plainFraction(text string) (string, bool) {
	digits := strings.TrimPrefix(text, "-")
	point := strings.IndexByte(digits, '.')
	if point < 1 || point > 7 || len(digits) > 16 || digits[0] == '0' && (len(digits) < 3 || digits[2] == '0') {
		return "", false
	}
	for i := range len(digits) {
		if i != point && !isDigit(digits[i]) {
			return "", false
		}
	}
	for text[len(text)-1] == '0' && text[len(text)-2] != '.' {
		text = text[:len(text)-1]
	}
	return text, true
}

func quoteJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case strings.IndexByte("\b\t\n\f\r", c) >= 0:
			b = append(b, '\\', "btn?fr"[c-'\b'])
		default:
			b = append(b, `\u00`...)
			b = append(b, "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return append(b, '"')
}

// skip passes over a value.
func (j *jsonReader) skip() error {
	switch b := j.peek(); {
	case b == '"' || b == '\'':
		_, err := j.text()
		j.half = false
		return err
	case b == '{' || b == '[':
		return j.members(func(string) error { return j.skip() })
	case b == '-' || isDigit(b):
		_, _, err := j.number()
		return err
	}
	_, err := j.word()
	return err
}

// members enters an array or object and calls f at every value in it.
func (j *jsonReader) members(f func(name string) error) error {
	object := j.peek() == '{'
	end := byte(']')
	if object {
		end = '}'
	}
	if err := j.enter(); err != nil {
		return err
	}
	for first := true; ; first = false {
		done, err := j.next(end, first)
		if done || err != nil {
			return err
		}
		name := ""
		if object {
			if name, err = j.name(); err != nil {
				return err
			}
		}
		if err := f(name); err != nil {
			return err
		}
	}
}

// copy writes the next value without blanks.
func (j *jsonReader) copy(b []byte) ([]byte, error) {
	switch c := j.peek(); {
	case c == '"' || c == '\'':
		s, err := j.written()
		return quoteJSON(b, s), err
	case c == '{' || c == '[':
		b = append(b, c)
		first := true
		err := j.members(func(name string) (err error) {
			if !first {
				b = append(b, ',')
			}
			first = false
			if c == '{' {
				b = append(quoteJSON(b, name), ':')
			}
			b, err = j.copy(b)
			return err
		})
		return append(b, c+2), err // } follows { by two, ] follows [ by two
	case c == '-' || isDigit(c):
		text, isFloat, err := j.number()
		return numberText(b, text, isFloat), err
	}
	w, err := j.word()
	return append(b, w...), err
}

// ArrayLength is json_array_length.
func ArrayLength(s string) (int32, bool) {
	j := &jsonReader{s: s}
	if j.peek() != '[' {
		return 0, false
	}
	n := int32(0)
	err := j.members(func(string) error { n++; return j.skip() })
	return n, err == nil
}

// ObjectKeys is json_object_keys.
func ObjectKeys(s string) ([]string, bool) {
	j := &jsonReader{s: s}
	if j.peek() != '{' {
		return nil, false
	}
	var keys []string
	err := j.members(func(name string) error { keys = append(keys, name); return j.skip() })
	return keys, err == nil
}

// Member is one column of json_tuple: the member name of an object, the last
// one of that name.
func Member(s, name string) (string, bool) {
	j := &jsonReader{s: s}
	if j.peek() != '{' {
		return "", false
	}
	value, found := "", false
	err := j.members(func(n string) error {
		if n != name {
			return j.skip()
		}
		switch c := j.peek(); {
		case c == '"' || c == '\'':
			text, err := j.written()
			value, found = text, true
			return err
		case strings.HasPrefix(j.s[j.at:], "null"):
			found = false
			return j.skip()
		case c == '-' || isDigit(c):
			text, isFloat, err := j.number()
			value, found = string(numberText(nil, text, isFloat)), true
			return err
		}
		b, err := j.copy(nil)
		value, found = string(b), true
		return err
	})
	return value, found && err == nil
}

// QuoteJSON is s as a JSON string, as to_json writes it.
func QuoteJSON(s string) string { return string(quoteJSON(make([]byte, 0, len(s)+2), s)) }
