package javafn

import (
	"errors"
	"strings"
)

// MySQLPatterns compiles the % patterns of StarRocks and MySQL.
type MySQLPatterns struct{ cache cache[[]item] }

// errMySQLPattern says that a pattern has a letter that is not known.
var errMySQLPattern = errors.New("date pattern")

func compileMySQL(pattern string) ([]item, error) {
	var items []item
	for pattern != "" {
		i := strings.IndexByte(pattern, '%')
		if i < 0 {
			i = len(pattern)
		}
		if i > 0 {
			items, pattern = append(items, item{text: pattern[:i]}), pattern[i:]
			continue
		}
		if len(pattern) == 1 {
			return nil, errMySQLPattern
		}
		letter := pattern[1]
		pattern = pattern[2:]
		switch {
		case letter == 'T':
			items = append(items, item{letter: 'H'}, item{text: ":"}, item{letter: 'i'}, item{text: ":"}, item{letter: 's'})
		case letter == 'r':
			items = append(items, item{letter: 'h'}, item{text: ":"}, item{letter: 'i'}, item{text: ":"}, item{letter: 's'}, item{text: " "}, item{letter: 'p'})
		case strings.IndexByte("abcdefHhIijklMmpSsWwYyDuUvVXx", letter) >= 0:
			items = append(items, item{letter: letter})
		default: // any other letter stands for itself, %% too
			items = append(items, item{text: string(letter)})
		}
	}
	return items, nil
}

// CheckMySQL tells whether a pattern can be used.
func (p *MySQLPatterns) CheckMySQL(pattern string) error {
	_, err := p.cache.get(pattern, compileMySQL)
	return err
}

// Format is date_format of a wall clock time.
func (p *MySQLPatterns) Format(micros int64, pattern string) (string, bool) {
	items, err := p.cache.get(pattern, compileMySQL)
	if err != nil {
		return "", false
	}
	c := wallClock(micros)
	var b []byte
	for _, it := range items {
		if it.letter == 0 {
			b = append(b, it.text...)
			continue
		}
		b = c.appendMySQL(b, it.letter)
	}
	return string(b), true
}

func (c *clock) appendMySQL(b []byte, letter byte) []byte {
	hour, sunday := c.second/3600, (c.weekday+1)%7
	switch letter {
	case 'a':
		return append(b, dayNames[c.weekday][:3]...)
	case 'W':
		return append(b, dayNames[c.weekday]...)
	case 'b':
		return append(b, monthNames[c.month-1][:3]...)
	case 'M':
		return append(b, monthNames[c.month-1]...)
	case 'c':
		return appendPadded(b, c.month, 1)
	case 'm':
		return appendPadded(b, c.month, 2)
	case 'd':
		return appendPadded(b, c.day, 2)
	case 'e':
		return appendPadded(b, c.day, 1)
	case 'D':
		return append(appendPadded(b, c.day, 1), ordinalSuffix(c.day)...)
	case 'f':
		return appendPadded(b, c.micro, 6)
	case 'H':
		return appendPadded(b, hour, 2)
	case 'k':
		return appendPadded(b, hour, 1)
	case 'h', 'I':
		return appendPadded(b, (hour+11)%12+1, 2)
	case 'l':
		return appendPadded(b, (hour+11)%12+1, 1)
	case 'i':
		return appendPadded(b, c.second/60%60, 2)
	case 'S', 's':
		return appendPadded(b, c.second%60, 2)
	case 'j':
		return appendPadded(b, c.ofYear, 3)
	case 'p':
		return append(b, [...]string{"AM", "PM"}[hour/12]...)
	case 'w':
		return appendPadded(b, sunday, 1)
	case 'Y':
		return appendPadded(b, c.year, 4)
	case 'y':
		return appendPadded(b, c.year%100, 2)
	case 'u':
		return appendPadded(b, (c.ofYear+6-c.weekday)/7+firstMonday(c), 2)
	case 'U':
		return appendPadded(b, (c.ofYear+6-sunday)/7, 2)
	}
	year, week := c.isoWeek()
	switch letter {
	case 'v':
		return appendPadded(b, week, 2)
	case 'x':
		return appendPadded(b, year, 4)
	}
	return b
}

// firstMonday is one when week 1 of the year began in the year before, which
// %u (weeks from Monday, week 1 has four days) must count.
func firstMonday(c *clock) int {
	first := (c.weekday - (c.ofYear-1)%7 + 7) % 7 // weekday of 1 January
	if first > 0 && first < 4 {
		return 1
	}
	return 0
}

// isoWeek is the ISO year and week.
func (c *clock) isoWeek() (year, week int) {
	days := c.days()
	thursday := civilOf(days - int64(c.weekday) + 3)
	first := civil{thursday.year, 1, 1}.days()
	return thursday.year, int(thursday.days()-first)/7 + 1
}

func ordinalSuffix(n int) string {
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

// Parse is str_to_date: the wall clock time that s shows by pattern.
func (p *MySQLPatterns) Parse(s, pattern string) (int64, bool) {
	items, err := p.cache.get(pattern, compileMySQL)
	if err != nil {
		return 0, false
	}
	r := &reading{year: 0, month: 1, day: 1, ofYear: -1, hour: -1, half: -1, ampm: -1}
	for _, it := range items {
		s = trimLeftBlanks(s)
		if s == "" {
			break
		}
		rest, ok := r.mysqlItem(s, it)
		if !ok {
			return 0, false
		}
		s = rest
	}
	if r.year == 0 {
		return 0, false
	}
	local, fraction, ok := r.moment()
	return local*microsPerSecond + fraction, ok
}

func trimLeftBlanks(s string) string { return strings.TrimLeft(s, " ") }

func (r *reading) mysqlItem(s string, it item) (string, bool) {
	digits := func(most int, letter byte) (string, bool) {
		n, value := 0, 0
		for n < len(s) && n < most && isDigit(s[n]) {
			value = value*10 + int(s[n]-'0')
			n++
		}
		return s[n:], n > 0 && r.store(letter, value)
	}
	switch it.letter {
	case 0:
		text := trimLeftBlanks(it.text)
		rest, ok := strings.CutPrefix(s, strings.TrimRight(text, " "))
		return rest, ok
	case 'Y':
		return digits(4, 'y')
	case 'y':
		rest, ok := digits(2, 'y')
		if r.year < 70 {
			r.year += 2000
		} else {
			r.year += 1900
		}
		return rest, ok
	case 'm', 'c':
		return digits(2, 'M')
	case 'd', 'e', 'D':
		return digits(2, 'd')
	case 'j':
		return digits(3, 'D')
	case 'H', 'k':
		return digits(2, 'H')
	case 'h', 'I', 'l':
		return digits(2, 'h')
	case 'i':
		return digits(2, 'm')
	case 'S', 's':
		return digits(2, 's')
	case 'f':
		return r.readFraction(s, 6)
	case 'b':
		return readName(s, 3, monthNames[:], &r.month)
	case 'M':
		return readName(s, 4, monthNames[:], &r.month)
	case 'p':
		return r.item(nil, s, &item{letter: 'a'})
	case 'a', 'W':
		ignored := 0
		count := 3
		if it.letter == 'W' {
			count = 4
		}
		return readName(s, count, dayNames[:], &ignored)
	}
	return s, false
}
