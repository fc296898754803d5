package expire

import (
	"math"
	"strconv"
	"time"

	"laketop/engine/paimon/schema"
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
	r.Producer = s.ChangelogProducer() != "none"
	c := o.changelogs(r)
	r.Decoupled = c.Max > r.Max || c.Time > r.Time || c.Min > r.Min
	return r, o.err
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
	n, err := o.s.Number(option, 0, otherwise)
	o.keep(err)
	return n
}

func (o *options) duration(option string, otherwise time.Duration) time.Duration {
	d, err := o.s.Duration(option, otherwise)
	o.keep(err)
	return d
}

func (o *options) keep(err error) {
	if o.err == nil {
		o.err = err
	}
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }
