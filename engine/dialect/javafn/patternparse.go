package javafn

import (
	"strings"
)

// reading is what a pattern has found in a text; -1: not there.
type reading struct {
	year, month, day, ofYear, hour, half, ampm, minute, second, nano int
	beforeChrist                                                     bool
	offset                                                           *int
	zone                                                             *Zone
}

// Parse is to_timestamp(s, text) in zone. A text that does not match is not ok;
// a pattern that cannot be used is an error.
func (p *Patterns) Parse(z *Zones, s, text, zone string) (micros int64, ok bool, err error) {
	session, err := z.Zone(zone)
	if err != nil {
		return 0, false, err
	}
	r, ok, err := p.read(z, s, text)
	if !ok || err != nil {
		return 0, false, err
	}
	local, fraction, ok := r.moment()
	if !ok {
		return 0, false, nil
	}
	switch {
	case r.offset != nil:
		local -= int64(*r.offset)
	case r.zone != nil:
		local = r.zone.toUTC(local)
	default:
		local = session.toUTC(local)
	}
	return local*microsPerSecond + fraction, true, nil
}

// ParseNTZ is to_timestamp_ntz(s, text): the wall clock time.
func (p *Patterns) ParseNTZ(z *Zones, s, text string) (micros int64, ok bool, err error) {
	r, ok, err := p.read(z, s, text)
	if !ok || err != nil {
		return 0, false, err
	}
	local, fraction, ok := r.moment()
	return local*microsPerSecond + fraction, ok, nil
}

func (p *Patterns) read(z *Zones, s, text string) (*reading, bool, error) {
	compiled, err := p.cache.get(text, compilePattern)
	if err != nil {
		return nil, false, err
	}
	if compiled.noParse != 0 {
		return nil, false, onlyFormats(compiled.noParse, text)
	}
	r := &reading{year: 1970, month: 1, day: 1, ofYear: -1, hour: -1, half: -1, ampm: -1}
	rest, ok := r.items(z, s, compiled.items)
	return r, ok && rest == "", nil
}

func (r *reading) items(z *Zones, s string, items []item) (string, bool) {
	for i := range items {
		it := &items[i]
		if it.letter == '[' {
			try := *r
			if rest, ok := try.items(z, s, it.group); ok {
				*r, s = try, rest
			}
			continue
		}
		rest, ok := r.item(z, s, it)
		if !ok {
			return s, false
		}
		s = rest
	}
	return s, true
}

func (r *reading) item(z *Zones, s string, it *item) (string, bool) {
	switch it.letter {
	case 0:
		if len(s) < len(it.text) || !strings.EqualFold(s[:len(it.text)], it.text) {
			return s, false
		}
		return s[len(it.text):], true
	case 'M', 'L':
		if it.count > 2 {
			return readName(s, it.count, monthNames[:], &r.month)
		}
	case 'G':
		return r.readEra(s, it.count)
	case 'a':
		if len(s) < 2 || s[1]|0x20 != 'm' || s[0]|0x20 != 'a' && s[0]|0x20 != 'p' {
			return s, false
		}
		r.ampm = 0
		if s[0]|0x20 == 'p' {
			r.ampm = 1
		}
		return s[2:], true
	case 'S':
		return r.readFraction(s, it.count)
	case 'V':
		return r.readZone(z, s)
	case 'O', 'X', 'x', 'Z':
		return r.readOffset(s, it)
	}
	return r.number(s, it)
}

// number reads a numeric field the way Java's strict parser does.
func (r *reading) number(s string, it *item) (string, bool) {
	least, most := it.count, 19
	if w := fixedWidth(*it); w > 0 {
		least, most = w, w
	} else if it.letter == 'D' && it.count == 2 {
		most = 3
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') && it.letter == 'y' && it.count != 2 {
		if s[0] == '+' && it.count < 4 {
			return s, false
		}
		sign, s = s[:1], s[1:]
	}
	n := 0
	for n < len(s) && n < most+it.reserved && isDigit(s[n]) {
		n++
	}
	if it.reserved > 0 {
		n = max(least, n-it.reserved)
	}
	if n < least || n > len(s) || n > 9 {
		return s, false
	}
	if it.letter == 'y' && it.count >= 4 { // more digits than letters need a sign, and only then a plus may stand
		if sign == "" && n > it.count || sign == "+" && n <= it.count {
			return s, false
		}
	}
	value := 0
	for _, d := range []byte(s[:n]) {
		if !isDigit(d) {
			return s, false
		}
		value = value*10 + int(d-'0')
	}
	if sign == "-" {
		value = -value
	}
	if it.letter == 'y' && it.count == 2 {
		value += 2000
	}
	return s[n:], r.store(it.letter, value)
}

func (r *reading) store(letter byte, value int) bool {
	field, low, high := &r.year, -999_999_999, 999_999_999
	switch letter {
	case 'M', 'L':
		field, low, high = &r.month, 1, 12
	case 'd':
		field, low, high = &r.day, 1, 31
	case 'D':
		field, low, high = &r.ofYear, 1, 366
	case 'H':
		field, low, high = &r.hour, 0, 23
	case 'k':
		field, low, high = &r.hour, 1, 24
	case 'K':
		field, low, high = &r.half, 0, 11
	case 'h':
		field, low, high = &r.half, 1, 12
	case 'm':
		field, low, high = &r.minute, 0, 59
	case 's':
		field, low, high = &r.second, 0, 59
	}
	if value < low || value > high {
		return false
	}
	switch letter {
	case 'k':
		value %= 24
	case 'h':
		value %= 12
	}
	*field = value
	return true
}

func readName(s string, count int, names []string, field *int) (string, bool) {
	for i, name := range names {
		name = shorten(name, count)
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			*field = i + 1
			return s[len(name):], true
		}
	}
	return s, false
}

func (r *reading) readEra(s string, count int) (string, bool) {
	for _, year := range []int{1, 0} {
		name := era(year, count)
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			r.beforeChrist = year == 0
			return s[len(name):], true
		}
	}
	return s, false
}

// readFraction reads one to count digits after the point.
func (r *reading) readFraction(s string, count int) (string, bool) {
	n, value := 0, 0
	for n < len(s) && n < count && isDigit(s[n]) {
		value = value*10 + int(s[n]-'0')
		n++
	}
	if n == 0 {
		return s, false
	}
	for range 9 - n {
		value *= 10
	}
	r.nano = value
	return s[n:], true
}

// readZone takes the longest prefix that names a zone.
func (r *reading) readZone(z *Zones, s string) (string, bool) {
	n := 0
	for n < len(s) && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || strings.IndexByte("0123456789+-:/_~.", s[n]) >= 0) {
		n++
	}
	for ; n > 0; n-- {
		if _, short := shortNames[s[:n]]; short {
			continue // Java's parser does not know Spark's short names
		}
		if zone, err := z.Zone(s[:n]); err == nil {
			r.zone = zone
			return s[n:], true
		}
	}
	return s, false
}

func (r *reading) readOffset(s string, it *item) (string, bool) {
	if it.letter == 'O' || it.letter == 'Z' && it.count == 4 {
		rest, ok := strings.CutPrefix(s, "GMT")
		if !ok {
			return s, false
		}
		if rest == "" || rest[0] != '+' && rest[0] != '-' {
			r.offset = new(int)
			return rest, true
		}
		s = rest
	} else if zeroIsZ := it.letter == 'X' || it.letter == 'Z' && it.count == 5; zeroIsZ && s != "" && s[0]|0x20 == 'z' {
		r.offset = new(int)
		return s[1:], true
	}
	n := offsetLength(s, it)
	if n == 0 {
		return s, false
	}
	offset, ok := parseOffset(s[:n])
	r.offset = &offset
	return s[n:], ok
}

// offsetLength is how many bytes of s are an offset in the form of it.
func offsetLength(s string, it *item) int {
	digits := func(from, n int) bool {
		for i := from; i < from+n; i++ {
			if i >= len(s) || !isDigit(s[i]) {
				return false
			}
		}
		return true
	}
	if s == "" || s[0] != '+' && s[0] != '-' {
		return 0
	}
	localized := it.letter == 'O' || it.letter == 'Z' && it.count == 4
	colon := localized || it.letter == 'Z' && it.count == 5 || it.letter != 'Z' && (it.count == 3 || it.count == 5)
	optionalMinutes := it.letter != 'Z' && it.count == 1
	switch {
	case localized && it.count == 1 && digits(1, 1) && !digits(2, 1):
		return 2
	case !digits(1, 2):
		return 0
	case colon && len(s) > 3 && s[3] == ':' && digits(4, 2):
		if len(s) > 6 && s[6] == ':' && digits(7, 2) {
			return 9
		}
		return 6
	case !colon && digits(3, 2):
		if digits(5, 2) && (it.letter == 'Z' || it.count >= 4) {
			return 7
		}
		return 5
	case optionalMinutes || localized && it.count == 1:
		return 3
	}
	return 0
}

// moment gives seconds on the wall clock and the microseconds.
func (r *reading) moment() (local, fraction int64, ok bool) {
	year := r.year
	if r.beforeChrist {
		year = 1 - year
	}
	c := civil{year, r.month, r.day}
	if r.ofYear > 0 {
		first := civil{year, 1, 1}.days()
		c = civilOf(first + int64(r.ofYear) - 1)
		if c.year != year {
			return 0, 0, false
		}
	}
	if !c.valid() || year < -maxYear || year > maxYear {
		return 0, 0, false
	}
	hour := r.hour
	switch {
	case hour >= 0:
		if r.ampm >= 0 && hour/12 != r.ampm {
			return 0, 0, false
		}
	case r.half >= 0:
		hour = r.half + 12*max(0, r.ampm)
	case r.ampm == 1:
		hour = 12
	default:
		hour = 0
	}
	return c.days()*secondsPerDay + int64(hour*3600+r.minute*60+r.second), int64(r.nano / 1000), true
}
