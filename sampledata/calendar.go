package sampledata

import (
	"math"
	"time"
)

// calendar turns day numbers of the window (0 is the first day, negative days
// lie before it) into dates, seconds and moods of the players.
type calendar struct {
	zone  *time.Location
	start time.Time // midnight UTC of the first date: date arithmetic only
	days  int
	from  []int64 // unix second at which day i begins in zone; one more than days
	mood  map[int]int
}

func newCalendar(opt Options) (*calendar, error) {
	zone, err := time.LoadLocation(opt.TimeZone)
	if err != nil {
		return nil, err
	}
	y, m, d := opt.Start.Date()
	c := &calendar{zone: zone, start: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), days: opt.Days}
	for i := range opt.Days + 1 {
		c.from = append(c.from, time.Date(y, m, d+i, 0, 0, 0, 0, zone).Unix())
	}
	c.mood = badPatch(opt.Days)
	return c, nil
}

// badPatch tells by how much, per mille, players stay away after a release
// that broke the game three fifths into the window.
func badPatch(days int) map[int]int {
	day := days * 3 / 5
	if days < 10 {
		return nil
	}
	return map[int]int{day: 600, day + 1: 700, day + 2: 820, day + 3: 920}
}

// date is the text of a day, yyyy-MM-dd.
func (c *calendar) date(day int) string { return c.start.AddDate(0, 0, day).Format(time.DateOnly) }

// weekly is the rhythm of the week, per mille, Sunday first: schools and
// offices empty the servers until Friday night.
var weekly = [7]int{1100, 940, 920, 930, 950, 1030, 1130}

// pull is how strongly a day draws players back, per mille of an average day.
func (c *calendar) pull(day int) int {
	p := weekly[c.start.AddDate(0, 0, day).Weekday()]
	if m, ok := c.mood[day]; ok {
		p = p * m / 1000
	}
	return p
}

// sale is how strongly a day makes payers pay, per mille: weekends a little,
// the shopping day of 11 November a lot.
func (c *calendar) sale(day int) int {
	t := c.start.AddDate(0, 0, day)
	switch wd := t.Weekday(); {
	case t.Month() == time.November && t.Day() == 11:
		return 2200
	case wd == time.Saturday || wd == time.Sunday:
		return 1200
	}
	return 1000
}

// hazards is the chance, in units, that a player who was last seen k days ago
// comes today.
//
// Visits are a renewal process whose renewal function is the power law
// u(k) = 0.40 * k^-0.41: 40 % of the players of any day are there the next day
// and 18 % a week later, whether one follows cohorts or whole days. The gap
// distribution f follows from u by f(k) = u(k) - sum f(j) u(k-j), and the
// hazard is f(k) over the chance of no visit before k.
func hazards(days int) []int {
	u := make([]float64, days+1)
	f := make([]float64, days+1)
	h := make([]int, days+1)
	unseen := 1.0
	for k := 1; k <= days; k++ {
		u[k] = 0.40 * math.Pow(float64(k), -0.41)
		f[k] = u[k]
		for j := 1; j < k; j++ {
			f[k] -= f[j] * u[k-j]
		}
		h[k] = int(math.Round(f[k] / unseen * unit))
		unseen -= f[k]
	}
	return h
}
