package javafn

import (
	"fmt"
	"strconv"
	"strings"
)

// Paths compiles the path language of get_json_object.
type Paths struct{ cache cache[[]step] }

// step is one element of a path.
type step struct {
	kind  stepKind
	name  string
	index int
}

type stepKind uint8

const (
	stepName stepKind = iota // .name, ['name']
	stepIndex
	stepElements // [*]
	stepAny      // .*, ['*']: matches nothing in an object, as in Spark
)

// ErrPath says that a text is not a path; get_json_object is NULL then.
var ErrPath = fmt.Errorf("JSON path")

func compilePath(path string) ([]step, error) {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil, ErrPath
	}
	var steps []step
	for skipBlanks(rest) != "" {
		s, tail, ok := nextStep(rest)
		if !ok {
			return nil, ErrPath
		}
		steps, rest = append(steps, s), tail
	}
	return steps, nil
}

func skipBlanks(s string) string { return strings.TrimLeft(s, " \t\n\v\f\r") }

// nextStep reads one step. Blanks may stand where Spark's parser looks for a
// word or a number, not before a single sign.
func nextStep(s string) (step, string, bool) {
	for _, all := range []string{".*", "['*']"} {
		if rest, ok := strings.CutPrefix(skipBlanks(s), all); ok {
			return step{kind: stepAny}, rest, true
		}
	}
	if rest, ok := strings.CutPrefix(s, "."); ok {
		rest = skipBlanks(rest)
		n := strings.IndexAny(rest, ".[")
		if n < 0 {
			n = len(rest)
		}
		return step{kind: stepName, name: rest[:n]}, rest[n:], n > 0
	}
	if rest, ok := strings.CutPrefix(skipBlanks(s), "['"); ok {
		rest = skipBlanks(rest)
		n := strings.IndexAny(rest, "'?")
		if n <= 0 || !strings.HasPrefix(skipBlanks(rest[n:]), "']") {
			return step{}, "", false
		}
		return step{kind: stepName, name: rest[:n]}, skipBlanks(rest[n:])[2:], true
	}
	rest, ok := strings.CutPrefix(s, "[")
	end := strings.IndexByte(rest, ']')
	if !ok || end < 0 {
		return step{}, "", false
	}
	if rest[:end] == "*" {
		return step{kind: stepElements}, rest[end+1:], true
	}
	inner := skipBlanks(rest[:end])
	n, err := strconv.Atoi(inner)
	if err != nil || !isDigit(inner[0]) {
		return step{}, "", false
	}
	return step{kind: stepIndex, index: n}, rest[end+1:], true
}

// style is how values are written: the first text bare, texts inside of
// arrays quoted, arrays dissolved into the one around.
type style uint8

const (
	raw style = iota
	quotedStyle
	flat
)

// writer collects values; inside of an array it puts commas between them.
type writer struct {
	b       []byte
	inArray bool
	count   int
}

func (w *writer) separate() {
	if w.inArray && w.count > 0 {
		w.b = append(w.b, ',')
	}
	w.count++
}

// Get is get_json_object(s, path).
func (p *Paths) Get(s, path string) (string, bool) {
	steps, err := p.cache.get(path, compilePath)
	if err != nil {
		return "", false
	}
	j, w := jsonReader{s: s}, writer{}
	found, err := j.evaluate(steps, raw, &w)
	if err != nil || !found {
		return "", false
	}
	return string(w.b), true
}

// evaluate walks the next value by steps and tells whether it wrote anything.
func (j *jsonReader) evaluate(steps []step, how style, w *writer) (bool, error) {
	b := j.peek()
	if len(steps) == 0 {
		return j.emit(b, how, w)
	}
	switch {
	case b == '{' && steps[0].kind == stepName:
		return j.member(steps, how, w)
	case b == '[' && steps[0].kind == stepElements:
		return j.elements(steps, how, w)
	case b == '[' && steps[0].kind == stepIndex:
		return j.element(steps, how, w)
	}
	return false, j.skip()
}

func (j *jsonReader) emit(b byte, how style, w *writer) (wrote bool, err error) {
	switch {
	case how == raw && (b == '"' || b == '\''):
		s, err := j.written()
		w.separate()
		w.b = append(w.b, s...)
		return true, err
	case how == flat && b == '[':
		err := j.members(func(string) error {
			one, err := j.evaluate(nil, how, w)
			wrote = wrote || one
			return err
		})
		return wrote, err
	}
	w.separate()
	w.b, err = j.copy(w.b)
	return true, err
}

// member looks for the first member of that name which yields something; null
// does not.
func (j *jsonReader) member(steps []step, how style, w *writer) (found bool, err error) {
	err = j.members(func(name string) error {
		if found || name != steps[0].name || j.peek() == 'n' {
			return j.skip()
		}
		var err error
		found, err = j.evaluate(steps[1:], how, w)
		return err
	})
	return found, err
}

func (j *jsonReader) element(steps []step, how style, w *writer) (found bool, err error) {
	if len(steps) > 1 && steps[1].kind == stepElements {
		how = quotedStyle
	}
	i := 0
	err = j.members(func(string) (err error) {
		if i++; i-1 != steps[0].index {
			return j.skip()
		}
		found, err = j.evaluate(steps[1:], how, w)
		return err
	})
	return found, err
}

// elements is [*]: an array of what the elements yield. A single result stands
// without the array unless it is inside of another; two [*] in a row make one
// flat array. Both are Hive's ways.
func (j *jsonReader) elements(steps []step, how style, w *writer) (bool, error) {
	next, rest, unwrap := quotedStyle, steps[1:], how != quotedStyle
	switch {
	case len(rest) > 0 && rest[0].kind == stepElements:
		next, rest, unwrap = flat, rest[1:], false
	case how == flat:
		next = flat
	}
	inner, dirty := writer{inArray: true}, 0
	err := j.members(func(string) error {
		one, err := j.evaluate(rest, next, &inner)
		if one {
			dirty++
		}
		return err
	})
	if err != nil {
		return false, err
	}
	if unwrap && dirty == 0 {
		return false, nil
	}
	w.separate()
	if unwrap && dirty == 1 {
		w.b = append(w.b, inner.b...)
	} else {
		w.b = append(append(append(w.b, '['), inner.b...), ']')
	}
	return dirty > 0, nil
}
