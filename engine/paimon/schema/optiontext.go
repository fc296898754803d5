package schema

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"laketop/engine/problem"
)

// Text is an option without the blanks around it; otherwise where it is not set.
func (s *Schema) Text(option, otherwise string) string {
	if v := strings.TrimSpace(s.Options[option]); v != "" {
		return v
	}
	return otherwise
}

// Word is Text in lower case, for the options that take one of a few words.
func (s *Schema) Word(option, otherwise string) string {
	return strings.ToLower(s.Text(option, otherwise))
}

// Flag tells whether a boolean option is set to true.
func (s *Schema) Flag(option string) bool { return s.flag(option, false) }

func (s *Schema) flag(option string, otherwise bool) bool {
	switch s.Word(option, "") {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// Number is an option that is a whole number, not below least; otherwise where
// it is not set, and beside an error: problem table.bad_option.
func (s *Schema) Number(option string, least, otherwise int64) (int64, error) {
	text := s.Text(option, "")
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least {
		return otherwise, BadOption(option, text, problem.Say("table.no_number_from", "least", strconv.FormatInt(least, 10)))
	}
	return n, nil
}

// Int is Number where a value that cannot be counts as not set: validate refuses
// it when the option is set, and what others wrote is to be read.
func (s *Schema) Int(option string, least, otherwise int) int {
	n, err := s.Number(option, int64(least), int64(otherwise))
	if err != nil || n > math.MaxInt32 {
		return otherwise
	}
	return int(n)
}

// Bytes is an option that is a size such as "8 MB" or "1024", and otherwise where
// it is not set or none: validate refuses that when the option is set.
func (s *Schema) Bytes(option string, otherwise int64) int64 {
	n, err := ParseBytes(s.Text(option, ""))
	if err != nil || n <= 0 {
		return otherwise
	}
	return n
}

// sizeUnits are those of Paimon's sizes, as powers of two.
var sizeUnits = map[string]int{
	"": 0, "b": 0, "bytes": 0, "k": 10, "kb": 10, "kibibytes": 10, "m": 20, "mb": 20, "mebibytes": 20,
	"g": 30, "gb": 30, "gibibytes": 30, "t": 40, "tb": 40, "tebibytes": 40,
}

// ParseBytes reads Paimon's sizes in bytes: "1024", "128 mb", "1 GB".
func ParseBytes(text string) (int64, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz ")
	n, err := strconv.ParseInt(digits, 10, 64)
	shift, ok := sizeUnits[strings.TrimSpace(text[len(digits):])]
	if err != nil || !ok || n < 0 || n > math.MaxInt64>>shift {
		return 0, errors.New(noSize(text).Text("en"))
	}
	return n << shift, nil
}

func noSize(text string) problem.Phrase {
	return problem.Say("table.no_size", "text", strconv.Quote(strings.ToLower(strings.TrimSpace(text))))
}

// Duration is an option such as "1 h"; otherwise where it is not set, and beside
// an error: problem table.bad_option.
func (s *Schema) Duration(option string, otherwise time.Duration) (time.Duration, error) {
	text := s.Text(option, "")
	if text == "" {
		return otherwise, nil
	}
	d, err := ParseDuration(text)
	if err != nil {
		return otherwise, BadOption(option, text, noDuration(text))
	}
	return d, nil
}

// units are those of Paimon's durations.
var units = map[string]time.Duration{
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour, "h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute, "s": time.Second, "sec": time.Second,
	"secs": time.Second, "second": time.Second, "seconds": time.Second, "": time.Millisecond, "ms": time.Millisecond,
	"milli": time.Millisecond, "millis": time.Millisecond, "millisecond": time.Millisecond, "milliseconds": time.Millisecond,
	"µs": time.Microsecond, "micro": time.Microsecond, "micros": time.Microsecond, "microsecond": time.Microsecond,
	"microseconds": time.Microsecond, "ns": time.Nanosecond, "nano": time.Nanosecond, "nanos": time.Nanosecond,
	"nanosecond": time.Nanosecond, "nanoseconds": time.Nanosecond,
}

// ParseDuration reads Paimon's durations: "1 h", "36h", "7 days", "500" (of
// milliseconds).
func ParseDuration(text string) (time.Duration, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	count, err := strconv.ParseInt(text[:n], 10, 64)
	unit, ok := units[strings.TrimSpace(text[n:])]
	if err != nil || !ok {
		return 0, errors.New(noDuration(text).Text("en"))
	}
	if count > int64(math.MaxInt64/unit) {
		return math.MaxInt64, nil
	}
	return time.Duration(count) * unit, nil
}

func noDuration(text string) problem.Phrase {
	return problem.Say("table.no_duration", "text", strconv.Quote(strings.ToLower(strings.TrimSpace(text))))
}
