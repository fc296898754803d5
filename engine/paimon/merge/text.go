package merge

import (
	"fmt"
	"strings"
	"unicode"
)

// listAgg joins texts. Blank ones do not enter.
func (c *Column) listAgg(acc, in any) (any, error) {
	if in == nil {
		return acc, nil
	}
	more, ok := in.(string)
	if !ok {
		return nil, c.valueError(fmt.Errorf("%T", in))
	}
	if blank(more) {
		return acc, nil
	}
	if acc == nil {
		return more, nil
	}
	have, ok := acc.(string)
	switch {
	case !ok:
		return nil, c.valueError(fmt.Errorf("%T", acc))
	case blank(have):
		return more, nil
	case !c.Distinct:
		return have + c.Delimiter + more, nil
	}
	return c.listNew(have, more), nil
}

// listNew appends the parts of more that have does not hold yet.
func (c *Column) listNew(have, more string) string {
	by := c.Delimiter
	if by == "" {
		by = " " // as Java's own splitting does
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(have, by) {
		seen[part] = true
	}
	var out strings.Builder
	out.WriteString(have)
	for part := range strings.SplitSeq(more, by) {
		if !blank(part) && !seen[part] {
			seen[part] = true
			out.WriteString(c.Delimiter + part)
		}
	}
	return out.String()
}

// blank is Java's Character.isWhitespace of every character.
func blank(s string) bool {
	for _, r := range s {
		switch {
		case r >= 0x1c && r <= 0x1f:
		case r == 0x85 || r == 0xa0 || r == 0x2007 || r == 0x202f || !unicode.IsSpace(r):
			return false
		}
	}
	return true
}
