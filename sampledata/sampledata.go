// Package sampledata makes the sample of Laketop: the raw files of a mobile
// game, and the answers that a correct ETL must find in them.
//
//	<dir>/
//	├── user_profile/part-00000.parquet   several rows per user, one per stay
//	│                 part-00001.parquet   20,000 users a file
//	└── user_event/  part-00000.parquet   the same users, in user and time order
//	                 part-00001.parquet
//
// user_id is BIGINT, or BINARY on demand. Every other column is BINARY without
// a string annotation and holds UTF-8 text, the way raw logs land in a lake.
// Dates, numbers and JSON are text as well, and some of it is damaged on
// purpose: see model.go for what and how often.
//
// Same Options, same bytes: each user has a random stream of their own, and
// nothing depends on today's date, the machine or the number of cores. Expect
// computes the answers from the model of the game, not from the files and not
// by SQL, so that the two can be held against each other.
package sampledata

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// usersPerFile is one block of the stream: about 0.6 million events, so
	// that a million users make 50 files and never meet in memory.
	usersPerFile = 20_000

	// maxDays keeps every simulated day inside the hazard table.
	maxDays = 400
)

// Options says which game to make. The zero value makes the default sample of
// about one million events.
type Options struct {
	Users     int       // 0 = 32,000
	Days      int       // length of the window; 0 = 30, at most 400
	Seed      int64     // 0 is a seed like any other
	BinaryIDs bool      // user_id as BINARY text instead of BIGINT
	TimeZone  string    // zone of the days and of text timestamps; "" = Asia/Shanghai
	Start     time.Time // first day, its date alone counts; zero = 2026-10-19
}

// withDefaults fills the fields left at their zero value.
func (o Options) withDefaults() Options {
	if o.Users == 0 {
		o.Users = 32_000
	}
	if o.Days == 0 {
		o.Days = 30
	}
	if o.TimeZone == "" {
		o.TimeZone = "Asia/Shanghai"
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, time.October, 19, 0, 0, 0, 0, time.UTC)
	}
	return o
}

// ErrOptions marks Options that describe no game.
var ErrOptions = errors.New("sample options out of range")

// Validate says what is wrong with the options; the zero value is right.
func (o Options) Validate() error {
	o = o.withDefaults()
	switch {
	case o.Users < 1 || o.Users > 100_000_000:
		return fmt.Errorf("%w: users %d is not in 1..100000000", ErrOptions, o.Users)
	case o.Days < 1 || o.Days > maxDays:
		return fmt.Errorf("%w: days %d is not in 1..%d", ErrOptions, o.Days, maxDays)
	case o.Start.Year() < 2002 || o.Start.Year() > 2280: // ten-digit seconds
		return fmt.Errorf("%w: start %s is not in 2002..2280", ErrOptions, o.Start.Format(time.DateOnly))
	}
	if _, err := time.LoadLocation(o.TimeZone); err != nil {
		return fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return nil
}

// Summary counts what Generate wrote.
type Summary struct {
	Users    int   `json:"users"`
	Profiles int64 `json:"profile_rows"`
	Events   int64 `json:"event_rows"`
	Bytes    int64 `json:"bytes"`
	Files    int   `json:"files"`
}

// Generate writes the sample below dir and tells progress, when not nil, after
// every thousand users: users done and users in all.
//
// Files appear under their names when they are whole. Parts of an earlier,
// larger sample are removed; a parquet file of another name in one of the two
// folders is an error, because a glob over the folder would mix the two.
func Generate(ctx context.Context, dir string, opt Options, progress func(done, total int)) (Summary, error) {
	if err := opt.Validate(); err != nil {
		return Summary{}, err
	}
	opt = opt.withDefaults()
	g, err := newGame(opt)
	if err != nil {
		return Summary{}, err
	}
	out, err := newOutput(dir, opt.BinaryIDs)
	if err != nil {
		return Summary{}, err
	}
	sum, err := out.write(ctx, g, progress)
	if err != nil {
		return Summary{}, fmt.Errorf("write sample below %s: %w", dir, err)
	}
	return sum, nil
}
