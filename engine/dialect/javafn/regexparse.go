package javafn

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"laketop/engine/problem"
)

// ErrRegexp is under every complaint about a regular expression.
var ErrRegexp = errors.New("regular expression")

// Line terminators of Java: . does not match them, $ stands before the last.
const (
	notTerminator = `[^\n\r\x{85}\x{2028}\x{2029}]`
	anyTerminator = `(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])`
	endOfLine     = `(?:\z)` // $ for a text without a final terminator
)

// translated is a Java pattern in the words of two engines: RE2 (also DuckDB's)
// and a backtracking one (regexp2) that knows lookaround and back references.
type translated struct {
	re2, back  strings.Builder
	needsBack  bool // not expressible in RE2
	dollar     bool // $ or \Z: RE2 is right only for texts without a final line terminator
	dollarEnds bool // every $ ends an alternative of the whole pattern
	boundary   bool // \b: RE2 is right only for ASCII texts
	canBeEmpty bool
	groups     int
}

type regexpFlags struct{ fold, unicode, multi, dotAll, comments, unixLines bool }

// regexpParser walks a Java pattern once and writes both forms.
type regexpParser struct {
	text  string
	at    int
	flags regexpFlags
	out   *translated
	depth int
}

func translateRegexp(pattern string) (*translated, error) {
	p := &regexpParser{text: pattern, out: &translated{dollarEnds: true}}
	empty, err := p.alternatives()
	if err == nil && p.at < len(p.text) {
		err = p.fail(problem.Say("sql.within_unmatched"))
	}
	if err != nil {
		return nil, err
	}
	p.out.canBeEmpty = empty
	return p.out, nil
}

func (p *regexpParser) fail(what problem.Phrase) error {
	said := problem.Say("sql.fault_regexp", "pattern", strconv.Quote(p.text), "at", strconv.Itoa(p.at)).With("what", what)
	return said.ErrOf(ErrRegexp)
}

// unclosed is a bracket without its other half.
func unclosed(bracket, other string) problem.Phrase {
	return problem.Say("sql.within_unclosed", "bracket", bracket, "other", other)
}

func (p *regexpParser) both(s string) {
	p.out.re2.WriteString(s)
	p.out.back.WriteString(s)
}

// onlyBack writes what RE2 cannot say.
func (p *regexpParser) onlyBack(s string) {
	p.out.needsBack = true
	p.out.back.WriteString(s)
}

// alternatives reads up to the end or to ) and tells whether it can match "".
func (p *regexpParser) alternatives() (bool, error) {
	if p.depth++; p.depth > 100 {
		return false, p.fail(problem.Say("sql.within_groups"))
	}
	defer func() { p.depth-- }()
	empty := false
	for {
		e, err := p.sequence()
		if err != nil {
			return false, err
		}
		empty = empty || e
		if p.at >= len(p.text) || p.text[p.at] == ')' {
			return empty, nil
		}
		p.at++ // |
		p.both("|")
	}
}

func (p *regexpParser) sequence() (bool, error) {
	empty := true
	for p.at < len(p.text) && p.text[p.at] != '|' && p.text[p.at] != ')' {
		if p.flags.comments && p.skipComment() {
			continue
		}
		re2, back := p.out.re2.Len(), p.out.back.Len()
		e, atom, err := p.element()
		if err != nil {
			return false, err
		}
		if atom {
			if e, err = p.quantifier(e, re2, back); err != nil {
				return false, err
			}
		}
		empty = empty && e
	}
	return empty, nil
}

func (p *regexpParser) skipComment() bool {
	switch b := p.text[p.at]; {
	case b == ' ' || b >= '\t' && b <= '\r':
		p.at++
		return true
	case b == '#':
		for p.at < len(p.text) && p.text[p.at] != '\n' {
			p.at++
		}
		return true
	}
	return false
}

// element reads one thing; atom tells whether a quantifier may follow.
func (p *regexpParser) element() (empty, atom bool, err error) {
	switch b := p.text[p.at]; b {
	case '(':
		return p.group()
	case '[':
		set, err := p.class()
		if err != nil {
			return false, false, err
		}
		p.set(set)
		return false, true, nil
	case '.':
		p.at++
		switch {
		case p.flags.dotAll:
			p.out.re2.WriteString(`(?s:.)`)
			p.out.back.WriteString(`[\s\S]`)
		case p.flags.unixLines:
			p.both(`[^\n]`)
		default:
			p.out.re2.WriteString(notTerminator)
			p.out.back.WriteString(backClasses(notTerminator))
		}
		return false, true, nil
	case '^':
		p.at++
		if p.flags.multi {
			p.onlyBack(`(?:\A|(?<=[\n\u0085\u2028\u2029]|\r(?!\n))(?!\z))`)
		} else {
			p.both(`\A`)
		}
		return true, false, nil
	case '$':
		p.at++
		p.dollar()
		return true, false, nil
	case '\\':
		return p.escape()
	case '*', '+', '?':
		return false, false, p.fail(problem.Say("sql.within_repeat"))
	default:
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		p.at += n
		p.literal(r)
		return false, true, nil
	}
}

func (p *regexpParser) dollar() {
	if p.flags.multi {
		p.onlyBack(`(?=[\n\u0085\u2028\u2029]|\z|\r)(?<!\r(?=\n))`)
		return
	}
	if p.depth > 1 || p.at < len(p.text) && p.text[p.at] != '|' {
		p.out.dollarEnds = false
	}
	p.out.dollar = true
	p.out.re2.WriteString(endOfLine)
	p.out.back.WriteString(`(?=` + backClasses(anyTerminator) + `?\z)`)
}

func (p *regexpParser) literal(r rune) {
	if p.flags.fold && p.flags.unicode && unicode.SimpleFold(r) != r {
		p.set(setOf(r, r))
		return
	}
	if p.flags.fold && r < 0x80 && unicode.IsLetter(r) {
		p.both(fmt.Sprintf("[%c%c]", unicode.ToUpper(r), unicode.ToLower(r)))
		return
	}
	if r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		p.both(fmt.Sprintf(`\x%02X`, r))
		return
	}
	p.both(string(r))
}

// quantifier reads * + ? {n,m} with ? or +, and wraps what was just written
// where a possessive one needs a group.
func (p *regexpParser) quantifier(empty bool, re2, back int) (bool, error) {
	for p.at < len(p.text) {
		start := p.at
		least, most := 0, -1
		switch p.text[p.at] {
		case '*':
			p.at++
		case '+':
			least = 1
			p.at++
		case '?':
			most = 1
			p.at++
		case '{':
			var err error
			if least, most, err = p.bounds(); err != nil {
				return false, err
			}
		default:
			return empty, nil
		}
		text := p.text[start:p.at]
		if least > 1000 || most > 1000 {
			p.out.needsBack = true
		}
		empty = empty || least == 0
		if p.at < len(p.text) && p.text[p.at] == '+' {
			p.at++
			atom := p.out.back.String()
			p.out.back.Reset()
			p.out.back.WriteString(atom[:back] + "(?>" + atom[back:])
			p.onlyBack(text + ")")
			continue
		}
		if p.at < len(p.text) && p.text[p.at] == '?' {
			p.at++
			text += "?"
		}
		p.both(text)
		if p.at < len(p.text) && strings.IndexByte("*+?{", p.text[p.at]) >= 0 {
			// a quantifier on a quantifier: put the first into a group
			for _, b := range []struct {
				s    *strings.Builder
				from int
			}{{&p.out.re2, re2}, {&p.out.back, back}} {
				whole := b.s.String()
				b.s.Reset()
				b.s.WriteString(whole[:b.from] + "(?:" + whole[b.from:] + ")")
			}
		}
	}
	return empty, nil
}

func (p *regexpParser) bounds() (least, most int, err error) {
	end := strings.IndexByte(p.text[p.at:], '}')
	if end < 0 {
		return 0, 0, p.fail(unclosed("{", "}"))
	}
	body := p.text[p.at+1 : p.at+end]
	low, high, isRange := strings.Cut(body, ",")
	if least, err = strconv.Atoi(low); err != nil || low[0] == '+' || least < 0 {
		return 0, 0, p.fail(problem.Say("sql.within_count"))
	}
	most = least
	if isRange {
		most = -1
		if high != "" {
			if most, err = strconv.Atoi(high); err != nil || most < least {
				return 0, 0, p.fail(problem.Say("sql.within_counts"))
			}
		}
	}
	p.at += end + 1
	return least, most, nil
}

// group reads everything that starts with a parenthesis.
func (p *regexpParser) group() (empty, atom bool, err error) {
	p.at++
	outer := p.flags
	open, invisible := "(", false
	rest := p.text[p.at:]
	switch {
	case !strings.HasPrefix(rest, "?"):
		p.out.groups++
		p.both("(")
	case strings.HasPrefix(rest, "?:"):
		p.at += 2
		p.both("(?:")
	case strings.HasPrefix(rest, "?="), strings.HasPrefix(rest, "?!"), strings.HasPrefix(rest, "?>"):
		p.at += 2
		p.onlyBack(open + rest[:2])
		invisible = rest[1] != '>'
	case strings.HasPrefix(rest, "?<="), strings.HasPrefix(rest, "?<!"):
		p.at += 3
		p.onlyBack(open + rest[:3])
		invisible = true
	case strings.HasPrefix(rest, "?<"):
		end := strings.IndexByte(rest, '>')
		if end < 0 || !groupName(rest[2:end]) {
			return false, false, p.fail(problem.Say("sql.within_group_name"))
		}
		p.at += end + 1
		p.out.groups++
		// Unnamed in both engines keeps the numbers equal to Java's.
		p.both("(")
		if strings.Contains(p.text, `\k<`) || strings.Contains(p.text, "${") {
			return false, false, p.fail(problem.Say("sql.within_named_group"))
		}
	default:
		return p.flagGroup(outer)
	}
	if empty, err = p.body(outer); err != nil {
		return false, false, err
	}
	return empty || invisible, true, nil
}

func (p *regexpParser) body(outer regexpFlags) (bool, error) {
	empty, err := p.alternatives()
	if err != nil {
		return false, err
	}
	if p.at >= len(p.text) {
		return false, p.fail(unclosed("(", ")"))
	}
	p.at++
	p.flags = outer
	p.both(")")
	return empty, nil
}

func groupName(s string) bool {
	for i, r := range s {
		if r > 0x7f || !(unicode.IsLetter(r) || i > 0 && unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// flagGroup reads (?i), (?i-s) and (?i:...).
func (p *regexpParser) flagGroup(outer regexpFlags) (empty, atom bool, err error) {
	on := true
	for p.at++; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '-':
			on = false
		case 'i':
			p.flags.fold = on
		case 'u':
			p.flags.unicode = on
		case 'm':
			p.flags.multi = on
		case 's':
			p.flags.dotAll = on
		case 'x':
			p.flags.comments = on
		case 'd':
			p.flags.unixLines = on
		case ')':
			p.at++
			return true, false, nil // until the end of the group that holds it
		case ':':
			p.at++
			p.both("(?:")
			empty, err = p.body(outer)
			return empty, true, err
		default:
			return false, false, p.fail(problem.Say("sql.within_flag"))
		}
	}
	return false, false, p.fail(unclosed("(", ")"))
}

// escape reads what follows a backslash outside of a class.
func (p *regexpParser) escape() (empty, atom bool, err error) {
	if p.at+1 >= len(p.text) {
		return false, false, p.fail(problem.Say("sql.within_backslash"))
	}
	b := p.text[p.at+1]
	switch b {
	case 'A':
		p.both(`\A`)
	case 'z':
		p.both(`\z`)
	case 'Z':
		p.at++
		p.at++
		multi := p.flags.multi
		p.flags.multi = false
		p.dollar()
		p.flags.multi = multi
		return true, false, nil
	case 'b', 'B':
		p.out.boundary = true
		p.both(`\` + string(b))
	case 'G', 'X', 'N', 'k':
		return false, false, p.fail(problem.Say("sql.within_unsupported", "escape", `\`+string(b)))
	case 'Q':
		return p.verbatim()
	case 'R':
		p.at += 2
		p.out.re2.WriteString(`(?:\r\n|[\n\x{b}\f\r\x{85}\x{2028}\x{2029}])`)
		p.out.back.WriteString(`(?:\r\n|[\n\u000b\f\r\u0085\u2028\u2029])`)
		return false, true, nil
	}
	if strings.IndexByte("AzbB", b) >= 0 {
		p.at += 2
		return true, false, nil
	}
	if b >= '1' && b <= '9' {
		return p.reference()
	}
	set, r, err := p.escaped()
	if err != nil {
		return false, false, err
	}
	if set != nil {
		p.set(set)
	} else {
		p.literal(r)
	}
	return false, true, nil
}

func (p *regexpParser) verbatim() (empty, atom bool, err error) {
	p.at += 2
	text := p.text[p.at:]
	end := strings.Index(text, `\E`)
	if end < 0 {
		p.at = len(p.text)
	} else {
		p.at += end + 2
		text = text[:end]
	}
	p.both("(?:")
	for _, r := range text {
		p.literal(r)
	}
	p.both(")")
	return text == "", true, nil
}

// reference reads \1: more digits belong to it while so many groups are open.
func (p *regexpParser) reference() (empty, atom bool, err error) {
	p.at++
	n := int(p.text[p.at] - '0')
	p.at++
	for p.at < len(p.text) && isDigit(p.text[p.at]) && n*10+int(p.text[p.at]-'0') <= p.out.groups {
		n = n*10 + int(p.text[p.at]-'0')
		p.at++
	}
	if n > p.out.groups {
		p.onlyBack("(?!)") // a group that does not exist never matches
		return true, true, nil
	}
	fold := ""
	if p.flags.fold {
		fold = "i"
	}
	p.onlyBack(fmt.Sprintf("(?%s:\\%d)", fold, n))
	return true, true, nil
}
