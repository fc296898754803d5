package javafn

import (
	"errors"
	"strconv"
	"strings"

	"laketop/engine/problem"
)

// Patterns compiles the date patterns of Spark 3 and later: those of Java's
// DateTimeFormatter without the week-based letters, in English.
type Patterns struct{ cache cache[*pattern] }

// ErrPattern is under every complaint about a date pattern.
var ErrPattern = errors.New("date pattern")

// pattern is a compiled date pattern.
type pattern struct {
	items   []item
	noParse byte // a letter that Spark refuses to read, 0 if none
}

// item is one element: a literal text, a field, or an optional group.
type item struct {
	letter byte // 0: literal; '[': group
	count  int
	text   string
	group  []item
	// reserved is how many digits the fields that follow without a gap take,
	// which a field of free width must leave.
	reserved int
}

func onlyFormats(letter byte, pattern string) error {
	return problem.Say("sql.fault_only_formats", "letter", string(letter), "pattern", strconv.Quote(pattern)).ErrOf(ErrPattern)
}

// CheckPattern tells what is wrong with a pattern; parsing says whether it is to
// read texts with it.
func (p *Patterns) CheckPattern(text string, parsing bool) error {
	c, err := p.cache.get(text, compilePattern)
	if err == nil && parsing && c.noParse != 0 {
		err = onlyFormats(c.noParse, text)
	}
	return err
}

func compilePattern(text string) (*pattern, error) {
	p := &pattern{}
	rest, items, err := p.compile(text, text, 0)
	if err == nil && rest != "" {
		err = problem.Say("sql.fault_date_bracket", "pattern", strconv.Quote(text)).ErrOf(ErrPattern)
	}
	if err != nil {
		return nil, err
	}
	p.items = items
	return p, nil
}

// compile reads items up to the end or to the ] that closes depth.
func (p *pattern) compile(text, whole string, depth int) (rest string, items []item, err error) {
	for text != "" {
		b := text[0]
		switch {
		case b == '\'':
			var literal string
			if literal, text, err = quoted(text, whole); err != nil {
				return "", nil, err
			}
			items = append(items, item{text: literal})
		case b == '[':
			var group []item
			if depth > 20 {
				return "", nil, problem.Say("sql.fault_date_brackets", "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
			}
			if text, group, err = p.compile(text[1:], whole, depth+1); err != nil {
				return "", nil, err
			}
			text = strings.TrimPrefix(text, "]")
			items = append(items, item{letter: '[', group: group})
		case b == ']':
			return text, reserve(items), nil
		case b == '{' || b == '}' || b == '#':
			return "", nil, problem.Say("sql.fault_date_reserved", "mark", string(b), "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			n := 1
			for n < len(text) && text[n] == b {
				n++
			}
			if err := p.check(b, n, whole); err != nil {
				return "", nil, err
			}
			items, text = append(items, item{letter: b, count: n}), text[n:]
		default:
			n := strings.IndexFunc(text, func(r rune) bool {
				return r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune("'[]{}#", r))
			})
			if n < 0 {
				n = len(text)
			}
			items, text = append(items, item{text: text[:n]}), text[n:]
		}
	}
	return "", reserve(items), nil
}

// quoted reads 'text' with ” for one quote inside.
func quoted(text, whole string) (literal, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != '\'' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		if i == 1 {
			return "'", text[2:], nil // '' outside of quotes
		}
		return b.String(), text[i+1:], nil
	}
	return "", "", problem.Say("sql.fault_date_quote", "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
}

// longest is how often a letter may be repeated.
var longest = map[byte]int{
	'G': 4, 'y': 10, 'M': 4, 'L': 4, 'd': 2, 'D': 3, 'Q': 4, 'q': 4, 'E': 4, 'F': 1, 'a': 1,
	'H': 2, 'h': 2, 'k': 2, 'K': 2, 'm': 2, 's': 2, 'S': 9, 'V': 2, 'O': 4, 'X': 5, 'x': 5, 'Z': 5,
}

func (p *pattern) check(letter byte, count int, whole string) error {
	most, ok := longest[letter]
	switch {
	case strings.IndexByte("YWwuec", letter) >= 0:
		return problem.Say("sql.fault_date_week", "letter", string(letter), "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
	case letter == 'z' || letter == 'v':
		return problem.Say("sql.fault_date_zone", "letter", string(letter), "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
	case !ok:
		return problem.Say("sql.fault_date_letter", "letter", string(letter), "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
	case count > most, letter == 'V' && count != 2, letter == 'O' && count != 1 && count != 4:
		return problem.Say("sql.fault_date_field", "field", strings.Repeat(string(letter), count), "pattern", strconv.Quote(whole)).ErrOf(ErrPattern)
	}
	if strings.IndexByte("EFqQ", letter) >= 0 {
		p.noParse = letter
	}
	return nil
}

// reserve tells a numeric field of free width how many digits the fields that
// touch it will need: yyyyMMdd reads 2024 0506 so.
func reserve(items []item) []item {
	for i := range items {
		if !freeWidth(items[i]) {
			continue
		}
		for j := i + 1; j < len(items) && fixedWidth(items[j]) > 0; j++ {
			items[i].reserved += fixedWidth(items[j])
		}
	}
	return items
}

func numeric(it item) bool {
	switch it.letter {
	case 'y', 'd', 'D', 'F', 'H', 'h', 'k', 'K', 'm', 's':
		return true
	case 'M', 'L', 'Q', 'q':
		return it.count <= 2
	}
	return false
}

func freeWidth(it item) bool {
	return numeric(it) && fixedWidth(it) == 0
}

// fixedWidth is how many digits the field always has; 0 if that is not fixed.
func fixedWidth(it item) int {
	if numeric(it) && (it.count == 2 || it.letter == 'D' && it.count == 3) && (it.letter != 'D' || it.count == 3) {
		return it.count
	}
	return 0
}

var (
	monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	ordinals   = [...]string{"1st", "2nd", "3rd", "4th"}
)

// clock is a moment taken apart for formatting.
type clock struct {
	civil
	weekday, ofYear, second, micro int // weekday 0 is Monday; second of the day
	offset                         int
	zone                           *Zone
}

func (z *Zone) clock(micros int64) clock {
	unix := floorDiv(micros, microsPerSecond)
	offset := z.Offset(unix)
	c := wallClock(micros + offset*microsPerSecond)
	c.offset, c.zone = int(offset), z
	return c
}

func wallClock(micros int64) clock {
	unix := floorDiv(micros, microsPerSecond)
	day := floorDiv(unix, secondsPerDay)
	c := clock{civil: civilOf(day), second: int(unix - day*secondsPerDay), micro: int(micros - unix*microsPerSecond)}
	c.weekday = int((day%7 + 7 + 3) % 7)
	c.ofYear = int(day-civil{c.year, 1, 1}.days()) + 1
	return c
}

// Format is date_format of a timestamp in zone.
func (p *Patterns) Format(z *Zones, micros int64, text, zone string) (string, error) {
	session, err := z.Zone(zone)
	if err != nil {
		return "", err
	}
	return p.format(session.clock(micros), text)
}

// FormatNTZ is date_format of a wall clock time; fields of a zone are an error.
func (p *Patterns) FormatNTZ(micros int64, text string) (string, error) {
	return p.format(wallClock(micros), text)
}

func (p *Patterns) format(c clock, text string) (string, error) {
	compiled, err := p.cache.get(text, compilePattern)
	if err != nil {
		return "", err
	}
	var buffer [64]byte
	b, err := c.append(buffer[:0], compiled.items)
	return string(b), err
}

func (c *clock) append(b []byte, items []item) ([]byte, error) {
	for i := range items {
		it := &items[i]
		switch it.letter {
		case 0:
			b = append(b, it.text...)
		case '[':
			var err error
			if b, err = c.append(b, it.group); err != nil {
				return nil, err
			}
		case 'V', 'O', 'X', 'x', 'Z':
			if c.zone == nil {
				return nil, problem.Say("sql.fault_date_zoneless", "letter", string(it.letter)).ErrOf(ErrPattern)
			}
			b = c.appendZone(b, it)
		default:
			b = c.appendField(b, it)
		}
	}
	return b, nil
}

func (c *clock) appendField(b []byte, it *item) []byte {
	hour := c.second / 3600
	switch it.letter {
	case 'y':
		return c.appendPatternYear(b, it.count)
	case 'G':
		return append(b, era(c.year, it.count)...)
	case 'M', 'L':
		return appendName(b, c.month, it.count, monthNames[:])
	case 'd':
		return appendPadded(b, c.day, it.count)
	case 'D':
		return appendPadded(b, c.ofYear, it.count)
	case 'F':
		return appendPadded(b, (c.day-1)%7+1, it.count)
	case 'E':
		return append(b, shorten(dayNames[c.weekday], it.count)...)
	case 'Q', 'q':
		return appendQuarter(b, (c.month+2)/3, it.count)
	case 'a':
		return append(b, [...]string{"AM", "PM"}[hour/12]...)
	case 'H':
		return appendPadded(b, hour, it.count)
	case 'h':
		return appendPadded(b, (hour+11)%12+1, it.count)
	case 'k':
		return appendPadded(b, (hour+23)%24+1, it.count)
	case 'K':
		return appendPadded(b, hour%12, it.count)
	case 'm':
		return appendPadded(b, c.second/60%60, it.count)
	case 's':
		return appendPadded(b, c.second%60, it.count)
	case 'S':
		start := len(b)
		b = appendPadded(b, c.micro*1000, 9)
		return b[:start+it.count]
	}
	return b
}

func (c *clock) appendPatternYear(b []byte, count int) []byte {
	switch {
	case count == 2:
		return appendPadded(b, (c.year%100+100)%100, 2)
	case count < 4:
		return appendPadded(b, c.year, count)
	case count == 4:
		return appendYear(b, c.year)
	}
	return appendPadded(b, c.year, count)
}

func era(year, count int) string {
	switch {
	case count == 4 && year > 0:
		return "Anno Domini"
	case count == 4:
		return "Before Christ"
	case year > 0:
		return "AD"
	}
	return "BC"
}

func appendName(b []byte, n, count int, names []string) []byte {
	if count <= 2 {
		return appendPadded(b, n, count)
	}
	return append(b, shorten(names[n-1], count)...)
}

func shorten(name string, count int) string {
	if count < 4 {
		return name[:3]
	}
	return name
}

func appendQuarter(b []byte, quarter, count int) []byte {
	switch count {
	case 1, 2:
		return appendPadded(b, quarter, count)
	case 3:
		return append(b, 'Q', byte('0'+quarter))
	}
	return append(append(b, ordinals[quarter-1]...), " quarter"...)
}

func (c *clock) appendZone(b []byte, it *item) []byte {
	switch {
	case it.letter == 'V':
		return append(b, c.zone.name...)
	case it.letter == 'O' || it.letter == 'Z' && it.count == 4:
		b = append(b, "GMT"...)
		if c.offset == 0 {
			return b
		}
		return appendOffset(b, c.offset, it.letter == 'Z' || it.count == 4, true, it.letter == 'O' && it.count == 1)
	case c.offset == 0 && (it.letter == 'X' || it.letter == 'Z' && it.count == 5):
		return append(b, 'Z')
	case it.letter == 'Z' && it.count < 4:
		return appendOffset(b, c.offset, true, false, false)
	case it.letter == 'Z':
		return appendOffset(b, c.offset, true, true, false)
	}
	return appendOffset(b, c.offset, it.count > 1, it.count == 3 || it.count == 5, false)
}

// appendOffset writes +08, +0800, +08:00, with seconds where there are any.
func appendOffset(b []byte, offset int, minutes, colon, short bool) []byte {
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	b = append(b, sign)
	if short {
		b = appendPadded(b, offset/3600, 1)
	} else {
		b = appendPadded(b, offset/3600, 2)
	}
	for i, part := range []int{offset / 60 % 60, offset % 60} {
		if part == 0 && (i == 1 || !minutes || short) {
			continue
		}
		if colon {
			b = append(b, ':')
		}
		b = appendPadded(b, part, 2)
	}
	return b
}
