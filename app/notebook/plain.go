package notebook

import (
	"fmt"
	"strings"
)

// maxCell is the widest a value is printed in a text table, in columns.
const maxCell = 80

// PlainTable draws rows as a text table, wide characters counted twice. total
// is how many rows there are in all. A table of one column has nothing to stand
// in line with: its values keep their lines and their length, so that plans and
// CREATE statements can be read.
func PlainTable(header []string, rows [][]*string, total int64) string {
	texts := make([][]string, 0, len(rows)+1)
	texts = append(texts, header)
	for _, r := range rows {
		line := make([]string, len(r))
		for i, v := range r {
			line[i] = "NULL"
			if v != nil {
				line[i] = *v
				if len(header) > 1 {
					line[i] = cut(*v)
				}
			}
		}
		texts = append(texts, line)
	}
	widths := make([]int, len(header))
	for _, t := range texts {
		for i, s := range t {
			widths[i] = max(widths[i], min(width(s), maxCell+width("…")))
		}
	}
	var b strings.Builder
	for i, t := range texts {
		writeLine(&b, t, widths)
		if i == 0 {
			rule(&b, widths)
		}
	}
	if int64(len(rows)) < total {
		fmt.Fprintf(&b, "(%d of %d rows)\n", len(rows), total)
	} else {
		fmt.Fprintf(&b, "(%d %s)\n", total, plural(total))
	}
	return b.String()
}

func plural(n int64) string {
	if n == 1 {
		return "row"
	}
	return "rows"
}

func writeLine(b *strings.Builder, cells []string, widths []int) {
	for i, s := range cells {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(s)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-width(s)))
		}
	}
	b.WriteByte('\n')
}

func rule(b *strings.Builder, widths []int) {
	for i, w := range widths {
		if i > 0 {
			b.WriteString("-+-")
		}
		b.WriteString(strings.Repeat("-", w))
	}
	b.WriteByte('\n')
}

// cut keeps a value on one line and within maxCell.
func cut(s string) string {
	s = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", " ").Replace(s)
	n := 0
	for i, r := range s {
		n += runeWidth(r)
		if n > maxCell {
			return s[:i] + "…"
		}
	}
	return s
}

func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is how many terminal columns a character takes.
func runeWidth(r rune) int {
	switch {
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}
