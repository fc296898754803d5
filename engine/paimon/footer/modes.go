package footer

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Modes says which statistics a table collects; the zero value is Paimon's
// default: truncate(16) for every column, columns without any left out.
type Modes struct {
	table   *mode
	columns map[string]mode
	first   int  // only so many columns; 0 = all
	sparse  bool // keep a place for columns without statistics
}

type modeKind uint8

const (
	modeTruncate modeKind = iota
	modeNone
	modeCounts
	modeFull
)

// mode is how much of a column's statistics is kept.
type mode struct {
	kind  modeKind
	chars int // modeTruncate
}

// defaultChars is the length of `metadata.stats-mode` = truncate(16).
const defaultChars = 16

// ModesOf reads the table options `metadata.stats-mode`,
// `fields.<column>.stats-mode`, `metadata.stats-keep-first-n-columns` and
// `metadata.stats-dense-store`; one that cannot be is problem table.bad_option.
func ModesOf(options map[string]string) (Modes, error) {
	m := Modes{columns: map[string]mode{}}
	for key, value := range options {
		column, isColumn := strings.CutPrefix(key, "fields.")
		column, hasMode := strings.CutSuffix(column, ".stats-mode")
		var err error
		switch {
		case key == "metadata.stats-mode":
			var one mode
			one, err = parseMode(key, value)
			m.table = &one
		case isColumn && hasMode:
			m.columns[column], err = parseMode(key, value)
		case key == "metadata.stats-keep-first-n-columns":
			n, failed := strconv.Atoi(value)
			if failed != nil {
				err = schema.BadOption(key, value, problem.Say("table.number_from", "least", "0"))
			}
			m.first = max(n, 0)
		case key == "metadata.stats-dense-store":
			dense, failed := strconv.ParseBool(value)
			if failed != nil {
				err = schema.BadOption(key, value, schema.EitherOr("true", "false"))
			}
			m.sparse = !dense
		}
		if err != nil {
			return Modes{}, err
		}
	}
	return m, nil
}

func parseMode(option, value string) (mode, error) {
	s := strings.ToLower(strings.TrimSpace(value))
	switch s {
	case "none":
		return mode{kind: modeNone}, nil
	case "counts":
		return mode{kind: modeCounts}, nil
	case "full":
		return mode{kind: modeFull}, nil
	}
	inner, ok := strings.CutPrefix(s, "truncate(")
	inner, closed := strings.CutSuffix(inner, ")")
	n, err := strconv.Atoi(strings.TrimSpace(inner))
	if !ok || !closed || err != nil || n < 1 || n > math.MaxInt32 {
		return mode{}, schema.BadOption(option, value, schema.OneOf("none", "counts", "full", "truncate(n)"))
	}
	return mode{kind: modeTruncate, chars: n}, nil
}

// of is the mode of column i.
func (m Modes) of(i int, name string) mode {
	if c, ok := m.columns[name]; ok {
		return c
	}
	if m.first > 0 && i >= m.first {
		return mode{kind: modeNone}
	}
	if m.table != nil {
		return *m.table
	}
	return mode{kind: modeTruncate, chars: defaultChars}
}

// apply keeps what the mode keeps.
func (m mode) apply(c columnStats) columnStats {
	switch m.kind {
	case modeCounts:
		return columnStats{nulls: c.nulls}
	case modeTruncate:
		if s, ok := c.min.(string); ok {
			c.min = cutMin(s, m.chars)
		}
		if s, ok := c.max.(string); ok {
			if c.max = cutMax(s, m.chars); c.max == nil {
				c.min = nil // Java reads one bound without the other as none
			}
		}
	}
	return c
}

// cutMin is the first n characters of s: not above s.
func cutMin(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// cutMax is the first n characters of s with the last one raised: not below
// s; nil when no character can be raised.
func cutMax(s string, n int) any {
	cut := cutMin(s, n)
	if len(cut) == len(s) {
		return s
	}
	for len(cut) > 0 {
		r, size := utf8.DecodeLastRuneInString(cut)
		cut = cut[:len(cut)-size]
		if next, ok := raised(r); ok {
			return cut + string(next)
		}
	}
	return nil
}

// raised is the next character in the order of UTF-8 bytes.
func raised(r rune) (rune, bool) {
	const firstSurrogate, lastSurrogate = 0xd800, 0xdfff
	if r >= utf8.MaxRune {
		return 0, false
	}
	if r+1 >= firstSurrogate && r+1 <= lastSurrogate {
		return lastSurrogate + 1, true
	}
	return r + 1, true
}
