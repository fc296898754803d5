package javafn

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the same zones on a machine that has none

	"laketop/engine/problem"
)

// Zones finds time zones by the names that Java takes.
type Zones struct{ cache cache[*Zone] }

// Zone is a time zone with the offset of its last use at hand.
type Zone struct {
	name     string // as Java's ZoneId prints it
	location *time.Location
	span     atomic.Pointer[span]
}

// span is a time between two changes of the offset, in seconds.
type span struct{ from, to, offset int64 }

// shortNames are Java's ZoneId.SHORT_IDS.
var shortNames = map[string]string{
	"EST": "-05:00", "HST": "-10:00", "MST": "-07:00", "ACT": "Australia/Darwin", "AET": "Australia/Sydney",
	"AGT": "America/Argentina/Buenos_Aires", "ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo",
	"BST": "Asia/Dhaka", "CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
	"EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", //nolint:misspell // Java spells ECT so
	"JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland", "PLT": "Asia/Karachi",
	"PNT": "America/Phoenix", "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal",
	"VST": "Asia/Ho_Chi_Minh",
}

// Zone finds a zone; an unknown name is an error.
func (z *Zones) Zone(name string) (*Zone, error) { return z.cache.get(name, loadZone) }

func loadZone(name string) (*Zone, error) {
	id := padOffset(name)
	if long, ok := shortNames[id]; ok {
		id = long
	}
	if offset, ok := parseOffset(id); ok {
		return fixedZone(offsetName(offset), offset), nil
	}
	for _, prefix := range []string{"UTC", "GMT", "UT"} {
		rest, ok := strings.CutPrefix(id, prefix)
		if ok && rest == "" {
			return fixedZone(prefix, 0), nil
		}
		if offset, isOffset := parseOffset(rest); ok && isOffset && rest[0] != 'Z' {
			if offset == 0 {
				return fixedZone(prefix, 0), nil
			}
			return fixedZone(prefix+offsetName(offset), offset), nil
		}
	}
	if len(id) < 2 || id == "Local" || strings.HasPrefix(id, "posix") || strings.HasPrefix(id, "right") {
		return nil, problem.Say("sql.fault_unknown_zone", "zone", strconv.Quote(name)).Err()
	}
	location, err := time.LoadLocation(id)
	if err != nil {
		return nil, problem.Say("sql.fault_zone_failed", "zone", strconv.Quote(name), "why", err.Error()).ErrOf(err)
	}
	return &Zone{name: id, location: location}, nil
}

func fixedZone(name string, offset int) *Zone {
	return &Zone{name: name, location: time.FixedZone(name, offset)}
}

// padOffset completes +h: and +hh:m to two digits, as Spark does for the forms
// that it took before 3.0.
func padOffset(id string) string {
	i := strings.LastIndexAny(id, "+-")
	if i < 0 {
		return id
	}
	digits := id[i+1:]
	if len(digits) > 1 && isDigit(digits[0]) && digits[1] == ':' {
		digits = "0" + digits
	}
	if len(digits) == 4 && digits[2] == ':' && isDigit(digits[0]) && isDigit(digits[1]) && isDigit(digits[3]) {
		digits = digits[:3] + "0" + digits[3:]
	}
	return id[:i+1] + digits
}

func isDigit(b byte) bool { return b-'0' <= 9 }

// parseOffset reads Z, +h, +hh, +hhmm, +hh:mm, +hhmmss, +hh:mm:ss into seconds.
func parseOffset(s string) (int, bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) < 2 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	text := s[1:]
	if len(text) == 1 {
		text = "0" + text
	}
	switch len(text) {
	case 5, 8: // hh:mm, hh:mm:ss
		if text[2] != ':' || len(text) == 8 && text[5] != ':' {
			return 0, false
		}
		text = strings.ReplaceAll(text, ":", "")
	}
	if len(text) != 2 && len(text) != 4 && len(text) != 6 {
		return 0, false
	}
	var part [3]int
	for i := range len(text) {
		if !isDigit(text[i]) {
			return 0, false
		}
		part[i/2] = part[i/2]*10 + int(text[i]-'0')
	}
	seconds := part[0]*3600 + part[1]*60 + part[2]
	if part[1] > 59 || part[2] > 59 || seconds > 18*3600 {
		return 0, false
	}
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// offsetName writes seconds as Java does: Z, +08:00, +08:00:30.
func offsetName(seconds int) string {
	if seconds == 0 {
		return "Z"
	}
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	s := fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		s += fmt.Sprintf(":%02d", seconds%60)
	}
	return s
}

// Offset is the zone's offset in seconds at a moment in seconds since 1970 UTC.
func (z *Zone) Offset(unix int64) int64 {
	if s := z.span.Load(); s != nil && unix >= s.from && unix < s.to {
		return s.offset
	}
	t := time.Unix(unix, 0).In(z.location)
	_, offset := t.Zone()
	start, end := t.ZoneBounds()
	s := &span{from: -1 << 62, to: 1 << 62, offset: int64(offset)}
	if !start.IsZero() {
		s.from = start.Unix()
	}
	if !end.IsZero() {
		s.to = end.Unix()
	}
	z.span.Store(s)
	return s.offset
}

// toUTC turns seconds of the wall clock into seconds of UTC as Java's
// ZonedDateTime does: of two, the earlier; in a gap, as if the clock had not
// been moved yet.
func (z *Zone) toUTC(local int64) int64 {
	const day = 86400
	if s := z.span.Load(); s != nil && local-s.offset >= s.from+day && local-s.offset < s.to-day {
		return local - s.offset
	}
	before := z.Offset(local - day)
	if z.Offset(local-before) == before {
		return local - before
	}
	if after := z.Offset(local + day); z.Offset(local-after) == after {
		return local - after
	}
	return local - before
}
