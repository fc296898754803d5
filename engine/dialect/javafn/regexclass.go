package javafn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"laketop/engine/problem"
)

// runeSet is a set of code points: sorted ranges that do not touch.
type runeSet []runeRange

type runeRange struct{ low, high rune }

const maxRune = unicode.MaxRune

func (s runeSet) normal() runeSet {
	slices.SortFunc(s, func(a, b runeRange) int { return int(a.low - b.low) })
	var out runeSet
	for _, r := range s {
		if n := len(out); n > 0 && r.low <= out[n-1].high+1 {
			out[n-1].high = max(out[n-1].high, r.high)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (s runeSet) negate() runeSet {
	out, next := runeSet{}, rune(0)
	for _, r := range s.normal() {
		if r.low > next {
			out = append(out, runeRange{next, r.low - 1})
		}
		next = r.high + 1
	}
	if next <= maxRune {
		out = append(out, runeRange{next, maxRune})
	}
	return out
}

func (s runeSet) intersect(t runeSet) runeSet {
	return append(s.negate(), t.negate()...).negate()
}

// fold adds the other case of ASCII letters, which is all that (?i) means in Java.
func (s runeSet) fold() runeSet {
	out := slices.Clone(s)
	for _, r := range s {
		for c := max(r.low, 'A'); c <= min(r.high, 'z'); c++ {
			if lower := c | 0x20; lower >= 'a' && lower <= 'z' && c&^0x20 <= 'Z' {
				out = append(out, runeRange{c ^ 0x20, c ^ 0x20})
			}
		}
	}
	return out.normal()
}

// folded adds other cases as the flags say: of ASCII, or of all letters.
func (p *regexpParser) folded(s runeSet) runeSet {
	switch {
	case !p.flags.fold:
		return s
	case !p.flags.unicode:
		return s.fold()
	}
	out := slices.Clone(s)
	for _, r := range s {
		for c := r.low; c <= min(r.high, 0x1ffff); c++ { // no case beyond
			for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
				out = append(out, runeRange{f, f})
			}
		}
	}
	return out.normal()
}

func setOf(pairs ...rune) runeSet {
	var s runeSet
	for i := 0; i < len(pairs); i += 2 {
		s = append(s, runeRange{pairs[i], pairs[i+1]})
	}
	return s
}

func tableSet(t *unicode.RangeTable) runeSet {
	var s runeSet
	add := func(low, high, stride rune) {
		if stride == 1 {
			s = append(s, runeRange{low, high})
			return
		}
		for r := low; r <= high; r += stride {
			s = append(s, runeRange{r, r})
		}
	}
	for _, r := range t.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return s.normal()
}

// set writes a class for both engines.
func (p *regexpParser) set(s runeSet) {
	s = s.normal()
	s = p.folded(s)
	if len(s) == 0 {
		p.out.re2.WriteString(`[^\x{0}-\x{10FFFF}]`)
		p.out.back.WriteString(`(?!)`)
		return
	}
	var re2, back strings.Builder
	astral := false
	for _, r := range s {
		fmt.Fprintf(&re2, `\x{%X}-\x{%X}`, r.low, r.high)
		if r.low > 0xffff || r.high > 0xffff && r.high != maxRune {
			astral = true
		}
		fmt.Fprintf(&back, `%s-%s`, backRune(r.low), backRune(r.high))
	}
	p.out.re2.WriteString("[" + re2.String() + "]")
	if astral {
		back.Reset()
		for _, r := range s {
			back.WriteString(escapeRune(r.low) + "-" + escapeRune(r.high))
		}
	}
	p.out.back.WriteString("[" + back.String() + "]")
}

// backRune writes a code point for regexp2, whose \u takes four digits.
func backRune(r rune) string {
	if r > 0xffff {
		return string(r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}

func escapeRune(r rune) string {
	if r < 0x80 {
		return fmt.Sprintf(`\x%02X`, r)
	}
	return string(r)
}

// backClasses rewrites our own constants for regexp2.
func backClasses(s string) string {
	return strings.NewReplacer(`\x{85}`, `\u0085`, `\x{2028}`, `\u2028`, `\x{2029}`, `\u2029`).Replace(s)
}

// class reads [...] with ranges, nested classes and &&.
func (p *regexpParser) class() (runeSet, error) {
	if p.depth++; p.depth > 100 {
		return nil, p.fail(problem.Say("sql.within_classes"))
	}
	defer func() { p.depth-- }()
	p.at++
	negate := strings.HasPrefix(p.text[p.at:], "^")
	if negate {
		p.at++
	}
	var left, set runeSet
	first, both := true, false
	for p.at < len(p.text) {
		rest := p.text[p.at:]
		switch {
		case rest[0] == ']' && !first:
			p.at++
			if both {
				set = left.intersect(set)
			}
			set = p.folded(set.normal())
			if negate {
				set = set.negate()
			}
			return set.normal(), nil
		case strings.HasPrefix(rest, "&&"):
			p.at += 2
			if both {
				set = left.intersect(set)
			}
			left, set, both = set, nil, true
			continue
		case rest[0] == '[':
			inner, err := p.class()
			if err != nil {
				return nil, err
			}
			set = append(set, inner...)
		default:
			part, err := p.member()
			if err != nil {
				return nil, err
			}
			set = append(set, part...)
		}
		first = false
	}
	return nil, p.fail(unclosed("[", "]"))
}

// member reads a code point, an escape or a range.
func (p *regexpParser) member() (runeSet, error) {
	set, low, err := p.point()
	if err != nil || set != nil {
		return set, err
	}
	rest := p.text[p.at:]
	if len(rest) < 2 || rest[0] != '-' || rest[1] == ']' || rest[1] == '[' {
		return setOf(low, low), nil
	}
	p.at++
	set, high, err := p.point()
	if err != nil {
		return nil, err
	}
	if set != nil || high < low {
		return nil, p.fail(problem.Say("sql.within_range"))
	}
	return setOf(low, high), nil
}

func (p *regexpParser) point() (runeSet, rune, error) {
	if p.at >= len(p.text) {
		return nil, 0, p.fail(unclosed("[", "]"))
	}
	if p.text[p.at] == '\\' {
		if p.at+1 >= len(p.text) {
			return nil, 0, p.fail(problem.Say("sql.within_backslash"))
		}
		return p.escaped()
	}
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += n
	return nil, r, nil
}

var shorthand = map[byte]runeSet{
	'd': setOf('0', '9'),
	'w': setOf('0', '9', 'A', 'Z', '_', '_', 'a', 'z'),
	's': setOf('\t', '\r', ' ', ' '),
	'h': setOf('\t', '\t', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000),
	'v': setOf('\n', '\r', 0x85, 0x85, 0x2028, 0x2029),
}

var controls = map[byte]rune{'t': '\t', 'n': '\n', 'r': '\r', 'f': '\f', 'a': 7, 'e': 0x1b}

// escaped reads an escape that means a set or a code point.
func (p *regexpParser) escaped() (runeSet, rune, error) {
	b := p.text[p.at+1]
	p.at += 2
	if set, ok := shorthand[b]; ok {
		return set, 0, nil
	}
	if set, ok := shorthand[b|0x20]; ok {
		return set.negate(), 0, nil
	}
	if r, ok := controls[b]; ok {
		return nil, r, nil
	}
	switch b {
	case 'p', 'P':
		set, err := p.property()
		if err == nil && b == 'P' {
			set = set.negate()
		}
		return set, 0, err
	case 'u':
		r, err := p.hex(4)
		return nil, r, err
	case 'x':
		if strings.HasPrefix(p.text[p.at:], "{") {
			end := strings.IndexByte(p.text[p.at:], '}')
			n, err := strconv.ParseUint(p.text[p.at+1:p.at+max(1, end)], 16, 32)
			if end < 0 || err != nil || n > maxRune {
				return nil, 0, p.fail(problem.Say("sql.within_escape_needs", "escape", `\x{}`).With("what", problem.Say("sql.within_code_point")))
			}
			p.at += end + 1
			return nil, rune(n), nil
		}
		r, err := p.hex(2)
		return nil, r, err
	case '0':
		n, digits := 0, 0
		for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '7' && digits < 3 && n*8 <= 0o377 {
			n, digits = n*8+int(p.text[p.at]-'0'), digits+1
			p.at++
		}
		if digits == 0 {
			return nil, 0, p.fail(problem.Say("sql.within_escape_needs", "escape", `\0`).With("what", problem.Say("sql.within_octal_digits")))
		}
		return nil, rune(n), nil
	case 'c':
		if p.at >= len(p.text) {
			return nil, 0, p.fail(problem.Say("sql.within_escape_needs", "escape", `\c`).With("what", problem.Say("sql.within_letter")))
		}
		p.at++
		return nil, rune(p.text[p.at-1] ^ 64), nil
	}
	if b|0x20 >= 'a' && b|0x20 <= 'z' || isDigit(b) {
		return nil, 0, p.fail(problem.Say("sql.within_escape_nothing", "escape", `\`+string(b)))
	}
	r, n := utf8.DecodeRuneInString(p.text[p.at-1:])
	p.at += n - 1
	return nil, r, nil
}

func (p *regexpParser) hex(digits int) (rune, error) {
	if p.at+digits > len(p.text) {
		return 0, p.fail(problem.Say("sql.within_few_hex"))
	}
	n, err := strconv.ParseUint(p.text[p.at:p.at+digits], 16, 32)
	if err != nil {
		return 0, p.fail(problem.Say("sql.within_not_hex"))
	}
	p.at += digits
	return rune(n), nil
}

// posix are Java's ASCII classes.
var posix = map[string]runeSet{
	"Lower": setOf('a', 'z'), "Upper": setOf('A', 'Z'), "ASCII": setOf(0, 0x7f), "Alpha": setOf('A', 'Z', 'a', 'z'),
	"Digit": setOf('0', '9'), "Alnum": setOf('0', '9', 'A', 'Z', 'a', 'z'), "Punct": setOf('!', '/', ':', '@', '[', '`', '{', '~'),
	"Graph": setOf('!', '~'), "Print": setOf(' ', '~'), "Blank": setOf('\t', '\t', ' ', ' '), "Cntrl": setOf(0, 0x1f, 0x7f, 0x7f),
	"XDigit": setOf('0', '9', 'A', 'F', 'a', 'f'), "Space": setOf('\t', '\r', ' ', ' '),
}

func (p *regexpParser) property() (runeSet, error) {
	if p.at >= len(p.text) {
		return nil, p.fail(problem.Say("sql.within_escape_needs", "escape", `\p`).With("what", problem.Say("sql.within_property_name")))
	}
	name := p.text[p.at : p.at+1]
	if name == "{" {
		end := strings.IndexByte(p.text[p.at:], '}')
		if end < 0 {
			return nil, p.fail(unclosed(`\p{`, "}"))
		}
		name = p.text[p.at+1 : p.at+end]
		p.at += end + 1
	} else {
		p.at++
	}
	if set, ok := posix[name]; ok {
		return set, nil
	}
	plain := name
	for _, prefix := range []string{"Is", "script=", "sc=", "general_category=", "gc="} {
		plain = strings.TrimPrefix(plain, prefix)
	}
	if t, ok := unicode.Categories[plain]; ok {
		return tableSet(t), nil
	}
	if plain != name {
		for script, t := range unicode.Scripts {
			if strings.EqualFold(script, plain) {
				return tableSet(t), nil
			}
		}
		switch strings.ToLower(plain) {
		case "alphabetic":
			return append(tableSet(unicode.Letter), append(tableSet(unicode.Other_Alphabetic), tableSet(unicode.Nl)...)...).normal(), nil
		case "ideographic":
			return tableSet(unicode.Ideographic), nil
		case "letter":
			return tableSet(unicode.Letter), nil
		case "digit":
			return tableSet(unicode.Nd), nil
		case "uppercase":
			return append(tableSet(unicode.Upper), tableSet(unicode.Other_Uppercase)...).normal(), nil
		case "lowercase":
			return append(tableSet(unicode.Lower), tableSet(unicode.Other_Lowercase)...).normal(), nil
		case "punctuation":
			return tableSet(unicode.Punct), nil
		case "white_space", "whitespace":
			return tableSet(unicode.White_Space), nil
		}
	}
	return nil, p.fail(problem.Say("sql.within_unsupported", "escape", `\p{`+name+"}"))
}
