package javafn

import (
	"math"
	"strconv"
	"strings"
)

const (
	microsPerSecond = 1_000_000
	secondsPerDay   = 86_400
	maxYear         = 294_246 // the last whole year that microseconds in 64 bits reach
)

// civil is a day of the proleptic Gregorian calendar.
type civil struct{ year, month, day int }

// valid tells whether the day exists.
func (c civil) valid() bool {
	return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= monthDays(c.year, c.month)
}

func monthDays(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// days counts from 1970-01-01, by eras of 400 years that begin in March.
func (c civil) days() int64 {
	y, m := int64(c.year), int64(c.month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	era := floorDiv(y, 400)
	ofEra := y - era*400
	ofYear := (153*(m-3)+2)/5 + int64(c.day) - 1
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}

func civilOf(days int64) civil {
	days += 719468
	era := floorDiv(days, 146097)
	ofEra := days - era*146097
	y := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*y + y/4 - y/100)
	m := (5*ofYear + 2) / 153
	c := civil{year: int(y + era*400), month: int(m) + 3, day: int(ofYear-(153*m+2)/5) + 1}
	if c.month > 12 {
		c.month, c.year = c.month-12, c.year+1
	}
	return c
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// StringToDate is CAST(s AS DATE): yyyy, yyyy-[m]m or yyyy-[m]m-[d]d, the last
// followed by anything after a blank or a T.
func StringToDate(s string) (int32, bool) {
	if d, ok := shortDate(s); ok {
		return d, true
	}
	s = trim(s)
	if s == "" {
		return 0, false
	}
	negative := s[0] == '-'
	if negative || s[0] == '+' {
		s = s[1:]
	}
	part, width, at, i := [3]int{1, 1, 1}, [3]int{}, 0, 0
	part[0] = 0
	for ; i < len(s) && s[i] != ' ' && s[i] != 'T'; i++ {
		if s[i] == '-' && at < 2 {
			if !datePart(at, width[at], 7) {
				return 0, false
			}
			at++
			part[at] = 0
			continue
		}
		if !isDigit(s[i]) || width[at] > 8 {
			return 0, false
		}
		part[at] = part[at]*10 + int(s[i]-'0')
		width[at]++
	}
	if !datePart(at, width[at], 7) || at < 2 && i < len(s) {
		return 0, false
	}
	if negative {
		part[0] = -part[0]
	}
	c := civil{part[0], part[1], part[2]}
	if !c.valid() {
		return 0, false
	}
	d := c.days()
	return int32(d), d == int64(int32(d))
}

// datePart tells whether a part of a date may be width digits wide.
func datePart(part, width, maxYearDigits int) bool {
	if part == 0 {
		return width >= 4 && width <= maxYearDigits
	}
	return width == 1 || width == 2
}

// shortDate reads exactly yyyy-MM-dd, the form that data is full of.
func shortDate(s string) (int32, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y1, ok1 := twoDigits(s, 0)
	y2, ok2 := twoDigits(s, 2)
	m, ok3 := twoDigits(s, 5)
	d, ok4 := twoDigits(s, 8)
	c := civil{y1*100 + y2, m, d}
	if !ok1 || !ok2 || !ok3 || !ok4 || !c.valid() {
		return 0, false
	}
	return int32(c.days()), true
}

func twoDigits(s string, i int) (int, bool) {
	a, b := s[i]-'0', s[i+1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// moment is a wall clock time as read from a text.
type moment struct {
	part     [7]int // year, month, day, hour, minute, second, microsecond
	zone     string
	onlyTime bool
}

// StringToTimestamp is CAST(s AS TIMESTAMP): the text's own zone, else zone. A
// time without a date belongs to the day of now; it is refused where now is nil.
func (z *Zones) StringToTimestamp(s, zone string, now *int64) (int64, bool) {
	session, err := z.Zone(zone)
	if err != nil {
		return 0, false
	}
	if local, ok := shortTimestamp(s); ok {
		return session.toUTC(local) * microsPerSecond, true
	}
	m, ok := parseMoment(s)
	if !ok {
		return 0, false
	}
	if m.zone != "" {
		if session, err = z.Zone(m.zone); err != nil {
			return 0, false
		}
	}
	if m.onlyTime {
		if now == nil {
			return 0, false
		}
		unix := floorDiv(*now, microsPerSecond)
		c := civilOf(floorDiv(unix+session.Offset(unix), secondsPerDay))
		m.part[0], m.part[1], m.part[2] = c.year, c.month, c.day
	}
	local, ok := m.seconds()
	if !ok {
		return 0, false
	}
	return session.toUTC(local)*microsPerSecond + int64(m.part[6]), true
}

// StringToTimestampNTZ is CAST(s AS TIMESTAMP_NTZ): a zone is allowed and ignored.
func (z *Zones) StringToTimestampNTZ(s string) (int64, bool) {
	if local, ok := shortTimestamp(s); ok {
		return local * microsPerSecond, true
	}
	m, ok := parseMoment(s)
	if !ok || m.onlyTime {
		return 0, false
	}
	if m.zone != "" {
		if _, err := z.Zone(m.zone); err != nil {
			return 0, false
		}
	}
	local, ok := m.seconds()
	return local*microsPerSecond + int64(m.part[6]), ok
}

// shortTimestamp reads exactly yyyy-MM-dd HH:mm:ss (or with T) into seconds.
func shortTimestamp(s string) (int64, bool) {
	if len(s) != 19 || s[13] != ':' || s[16] != ':' || s[10] != ' ' && s[10] != 'T' {
		return 0, false
	}
	days, ok := shortDate(s[:10])
	h, ok1 := twoDigits(s, 11)
	m, ok2 := twoDigits(s, 14)
	sec, ok3 := twoDigits(s, 17)
	if !ok || !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	return int64(days)*secondsPerDay + int64(h*3600+m*60+sec), true
}

func (m *moment) seconds() (int64, bool) {
	p := &m.part
	c := civil{p[0], p[1], p[2]}
	if !c.valid() || p[0] < -maxYear || p[0] > maxYear || p[3] > 23 || p[4] > 59 || p[5] > 59 {
		return 0, false
	}
	return c.days()*secondsPerDay + int64(p[3]*3600+p[4]*60+p[5]), true
}

// parseMoment reads
//
//	[+-]yyyy[-[m]m[-[d]d[( |T)[[h]h[:[m]m[:[s]s[.f]]][zone]]]]]   or   [T]h:m[:s[.f]][zone]
//
// A zone may only follow the seconds or their fraction, as in Spark.
func parseMoment(s string) (moment, bool) {
	m := moment{part: [7]int{1, 1, 1}}
	s = trim(s)
	if s == "" {
		return m, false
	}
	sign := 0
	if s[0] == '-' || s[0] == '+' {
		sign = 1
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	at, value, width := 0, 0, 0
	if sign == 0 && s[0] == 'T' {
		m.onlyTime, at, s = true, 3, s[1:]
	}
	done := func(next int) bool {
		if !momentPart(at, width) {
			return false
		}
		m.part[at], at, value, width = value, next, 0, 0
		return true
	}
	for i := range len(s) {
		b := s[i]
		if isDigit(b) {
			if at != 6 || width < 6 {
				value = value*10 + int(b-'0')
			}
			if width++; at < 6 && width > 6 {
				return m, false
			}
			continue
		}
		switch {
		case at < 2 && b == '-', at == 2 && (b == ' ' || b == 'T'), (at == 3 || at == 4) && b == ':', at == 5 && b == '.':
			if !done(at + 1) {
				return m, false
			}
		case at == 0 && b == ':' && sign == 0:
			m.onlyTime, at = true, 3
			if !done(4) {
				return m, false
			}
		case at == 5 || at == 6:
			m.zone = trim(s[i:])
			return m, m.zone != "" && m.finish(at, value, width, sign)
		default:
			return m, false
		}
	}
	return m, m.finish(at, value, width, sign)
}

func (m *moment) finish(at, value, width, sign int) bool {
	if !momentPart(at, width) {
		return false
	}
	m.part[at] = value
	if at == 6 {
		for ; width < 6; width++ {
			m.part[6] *= 10
		}
	}
	if sign < 0 {
		m.part[0] = -m.part[0]
	}
	return true
}

func momentPart(part, width int) bool {
	switch part {
	case 0:
		return width >= 4 && width <= 6
	case 6:
		return true
	}
	return width == 1 || width == 2
}

// DateText is CAST(date AS STRING).
func DateText(days int32) string { return string(appendDate(nil, civilOf(int64(days)))) }

func appendDate(b []byte, c civil) []byte {
	b = appendYear(b, c.year)
	b = append(b, '-')
	b = appendPadded(b, c.month, 2)
	b = append(b, '-')
	return appendPadded(b, c.day, 2)
}

func appendYear(b []byte, year int) []byte {
	switch {
	case year > 9999:
		b = append(b, '+')
	case year < 0:
		b, year = append(b, '-'), -year
	}
	return appendPadded(b, year, 4)
}

func appendPadded(b []byte, n, width int) []byte {
	switch {
	case n < 0:
		b, n = append(b, '-'), -n
	case width == 2 && n < 100:
		return append(b, byte('0'+n/10), byte('0'+n%10))
	case width == 4 && n < 10000:
		return append(b, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	}
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], int64(n), 10)
	for i := len(text); i < width; i++ {
		b = append(b, '0')
	}
	return append(b, text...)
}

// TimestampText is CAST(timestamp AS STRING) in zone: no trailing zeros.
func (z *Zones) TimestampText(micros int64, zone string) (string, bool) {
	session, err := z.Zone(zone)
	if err != nil {
		return "", false
	}
	unix := floorDiv(micros, microsPerSecond)
	return TimestampNTZText(micros + session.Offset(unix)*microsPerSecond), true
}

// TimestampNTZText is CAST(timestamp_ntz AS STRING).
func TimestampNTZText(micros int64) string {
	var buffer [32]byte
	unix := floorDiv(micros, microsPerSecond)
	fraction := int(micros - unix*microsPerSecond)
	day := floorDiv(unix, secondsPerDay)
	second := int(unix - day*secondsPerDay)
	b := append(appendDate(buffer[:0], civilOf(day)), ' ')
	b = appendPadded(b, second/3600, 2)
	b = append(b, ':')
	b = appendPadded(b, second/60%60, 2)
	b = append(b, ':')
	b = appendPadded(b, second%60, 2)
	if fraction > 0 {
		b = append(b, '.')
		b = appendPadded(b, fraction, 6)
		for b[len(b)-1] == '0' {
			b = b[:len(b)-1]
		}
	}
	return string(b)
}

// MonthsBetween is months_between of two wall clock times, rounded to eight
// digits if round is set.
func MonthsBetween(a, b int64, round bool) float64 {
	const day = secondsPerDay * microsPerSecond
	da, db := floorDiv(a, day), floorDiv(b, day)
	ca, cb := civilOf(da), civilOf(db)
	months := float64((ca.year-cb.year)*12 + ca.month - cb.month)
	lastA, lastB := ca.day == monthDays(ca.year, ca.month), cb.day == monthDays(cb.year, cb.month)
	if ca.day == cb.day || lastA && lastB {
		return months
	}
	secondsA, secondsB := (a-da*day)/microsPerSecond, (b-db*day)/microsPerSecond
	seconds := int64(ca.day-cb.day)*secondsPerDay + secondsA - secondsB
	diff := months + float64(seconds)/(31*secondsPerDay)
	if round {
		return math.Round(diff*1e8) / 1e8
	}
	return diff
}

// NextDay is the first day after days that is the named day of the week.
func NextDay(days int32, name string) (int32, bool) {
	want, ok := weekdays[strings.ToLower(name)]
	if !ok {
		return 0, false
	}
	today := (int64(days)%7 + 7 + 3) % 7 // 1970-01-01 was a Thursday; 0 is Monday
	ahead := (int64(want) - today + 7) % 7
	if ahead == 0 {
		ahead = 7
	}
	return days + int32(ahead), true
}

var weekdays = map[string]int{
	"mo": 0, "mon": 0, "monday": 0, "tu": 1, "tue": 1, "tuesday": 1, "we": 2, "wed": 2, "wednesday": 2,
	"th": 3, "thu": 3, "thursday": 3, "fr": 4, "fri": 4, "friday": 4, "sa": 5, "sat": 5, "saturday": 5,
	"su": 6, "sun": 6, "sunday": 6,
}

// FromUTC is from_utc_timestamp: the wall clock that a moment shows in session,
// taken as UTC, shown in zone, taken as a clock of session again.
func (z *Zones) FromUTC(micros int64, zone, session string) (int64, bool) {
	return z.shift(micros, session, "UTC", zone)
}

// ToUTC is to_utc_timestamp.
func (z *Zones) ToUTC(micros int64, zone, session string) (int64, bool) {
	return z.shift(micros, session, zone, "UTC")
}

func (z *Zones) shift(micros int64, session, from, to string) (int64, bool) {
	local, ok := z.Local(micros, session)
	if !ok {
		return 0, false
	}
	if local, ok = z.Convert(from, to, local); !ok {
		return 0, false
	}
	return z.Instant(local, session)
}

// Convert is convert_timezone(from, to, wall clock time).
func (z *Zones) Convert(from, to string, local int64) (int64, bool) {
	micros, ok := z.Instant(local, from)
	if !ok {
		return 0, false
	}
	return z.Local(micros, to)
}

// Local is the wall clock of zone at a moment.
func (z *Zones) Local(micros int64, zone string) (int64, bool) {
	session, err := z.Zone(zone)
	if err != nil {
		return 0, false
	}
	return micros + session.Offset(floorDiv(micros, microsPerSecond))*microsPerSecond, true
}

// Instant is the moment at which the clock of zone shows local.
func (z *Zones) Instant(local int64, zone string) (int64, bool) {
	session, err := z.Zone(zone)
	if err != nil {
		return 0, false
	}
	unix := floorDiv(local, microsPerSecond)
	return session.toUTC(unix)*microsPerSecond + local - unix*microsPerSecond, true
}

// FromUnixtime is from_unixtime(seconds) in zone, in the form
// yyyy-MM-dd HH:mm:ss.
func (z *Zones) FromUnixtime(seconds int64, zone string) (string, bool) {
	if seconds > math.MaxInt64/microsPerSecond || seconds < math.MinInt64/microsPerSecond {
		return "", false
	}
	return z.TimestampText(seconds*microsPerSecond, zone)
}
