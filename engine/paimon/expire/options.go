package expire

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// The table options that say what is kept.
const (
	OptionMin             = "snapshot.num-retained.min"
	OptionMax             = "snapshot.num-retained.max"
	OptionTime            = "snapshot.time-retained"
	OptionLimit           = "snapshot.expire.limit"
	OptionChangelogMin    = "changelog.num-retained.min"
	OptionChangelogMax    = "changelog.num-retained.max"
	OptionChangelogTime   = "changelog.time-retained"
	optionProducer        = "changelog-producer"
	optionConsumerChanges = "consumer.changelog-only"
)

const (
	defaultMin   = 10
	defaultMax   = math.MaxInt32
	defaultTime  = time.Hour
	defaultLimit = 50
)

// Retention says which snapshots, or long-lived changelogs, are kept.
type Retention struct {
	Min, Max int64         // of the newest ones
	Time     time.Duration // what is younger is kept, unless Max says otherwise
	Before   time.Time     // in place of Time: what is younger is kept; zero = unset
	Limit    int           // how many go at most; 0 = no limit
	DryRun   bool          // say what would go
	// Decoupled: changelogs outlive their snapshots in the folder changelog/.
	Decoupled bool
	// Producer: the table makes changelog files; else its deltas are the changes.
	Producer        bool
	IgnoreConsumers bool // consumers keep changelogs alone
}

func (r Retention) before(now time.Time) time.Time {
	if !r.Before.IsZero() {
		return r.Before
	}
	return now.Add(-r.Time)
}

// SnapshotRetention is what a table's options say of snapshots.
func SnapshotRetention(s *schema.Schema) (Retention, error) {
	o := options{s: s}
	r := Retention{
		Min: o.number(OptionMin, defaultMin), Max: o.number(OptionMax, defaultMax),
		Time: o.duration(OptionTime, defaultTime), Limit: int(o.number(OptionLimit, defaultLimit)),
		IgnoreConsumers: s.Flag(optionConsumerChanges),
	}
	r.Producer = producer(s)
	c := o.changelogs(r)
	r.Decoupled = c.Max > r.Max || c.Time > r.Time || c.Min > r.Min
	return r, o.err
}

// producer tells whether a table makes changelog files.
func producer(s *schema.Schema) bool {
	p := strings.ToLower(strings.TrimSpace(s.Options[optionProducer]))
	return p != "" && p != "none"
}

// ChangelogRetention is what a table's options say of long-lived changelogs.
func ChangelogRetention(s *schema.Schema) (Retention, error) {
	r, err := SnapshotRetention(s)
	o := options{s: s, err: err}
	return o.changelogs(r), o.err
}

// options reads options and keeps the first error.
type options struct {
	s   *schema.Schema
	err error
}

func (o *options) changelogs(r Retention) Retention {
	r.Min, r.Max = o.number(OptionChangelogMin, r.Min), o.number(OptionChangelogMax, r.Max)
	r.Time = o.duration(OptionChangelogTime, r.Time)
	return r
}

func (o *options) number(option string, otherwise int64) int64 {
	text := strings.TrimSpace(o.s.Options[option])
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		o.fail(option, text, "it is no number from 0 on")
		return otherwise
	}
	return n
}

func (o *options) duration(option string, otherwise time.Duration) time.Duration {
	text := strings.TrimSpace(o.s.Options[option])
	if text == "" {
		return otherwise
	}
	d, err := ParseDuration(text)
	if err != nil {
		o.fail(option, text, err.Error())
		return otherwise
	}
	return d
}

func (o *options) fail(option, text, why string) {
	if o.err == nil {
		o.err = problem.New("table.bad_option", "option", option, "value", text, "why", why)
	}
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
		return 0, fmt.Errorf("%q is no duration such as 1 h or 7 d", text)
	}
	if count > int64(math.MaxInt64/unit) {
		return math.MaxInt64, nil
	}
	return time.Duration(count) * unit, nil
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }
