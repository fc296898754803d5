package sampledata

import (
	"math"
	"strconv"
)

// What is damaged on purpose, and how often:
//
//	timestamps        13 digits 55 %, 10 digits 25 %, text 20 %; 3 % padded with blanks; 0.5 % malformed or NULL
//	event_details     0.5 % invalid JSON; 2 % of the purchases without an amount; a few amounts as JSON text; invalid UTF-8 in 0.1 %
//	event_type        one in eight in another case
//	location          events: 55 % empty, 5 % NULL; profiles: 5 % province only, 3 % abroad, 4 % empty or NULL
//	last_login_date   NULL, empty or no date in some rows, at most one of them a user; real dates of a user all differ
//	users             0.4 % have events but no profile
const (
	lookback = 75 // days before the window in which players have joined
	veterans = 550
)

// game is everything that users share.
type game struct {
	opt    Options
	cal    *calendar
	hazard []int
	pulls  []int // by day + lookback
	sales  []int
	dates  []string // by day + lookback
	atlas  *weighted[place]
	joins  weighted[int] // day of joining within the window
	wealth [1024]int     // Pareto quantiles, per mille of the poorest payer
	kit
}

func newGame(opt Options) (*game, error) {
	cal, err := newCalendar(opt)
	if err != nil {
		return nil, err
	}
	g := &game{opt: opt, cal: cal, hazard: hazards(lookback + opt.Days), atlas: newAtlas(), kit: newKit()}
	for day := -lookback; day < opt.Days; day++ {
		g.pulls = append(g.pulls, cal.pull(day))
		g.dates = append(g.dates, cal.date(day))
		if day >= 0 {
			g.sales = append(g.sales, cal.sale(day))
			g.joins.add(cal.pull(day), day)
		}
	}
	for i := range g.wealth {
		share := (float64(i) + 0.5) / float64(len(g.wealth))
		g.wealth[i] = int(math.Round(1000 * min(math.Pow(1-share, -1/1.15), 300)))
	}
	return g, nil
}

func (g *game) pull(day int) int    { return g.pulls[day+lookback] }
func (g *game) date(day int) string { return g.dates[day+lookback] }

// user is one player with all their rows. Bytes of the rows lie in buf and
// live until the next user is made into the same value.
type user struct {
	id       int64
	rng      random
	joined   int
	visits   []int // days of the window with a session, ascending
	profiles []profile
	events   []event
	known    bool // has profile rows
	home     place
	gear     gear
	clock    int // preferred spelling of timestamps
	payer    bool
	wealth   int
	level    int
	buf      []byte
}

// profile is one row of user_profile. cells are in column order behind
// user_id; nil is NULL. The rest is what the row means.
type profile struct {
	cells [13][]byte
	login int // day number, or noDay
	place place
	gear  gear
}

// noDay stands for a last_login_date that is NULL or no date.
const noDay = math.MinInt

// event is one row of user_event and what it means.
type event struct {
	kind, at, details, location []byte
	day                         int   // wall date in the zone, or noDay for a malformed timestamp
	purchase                    bool  // event_type is purchase, whatever its case
	cents                       int64 // amount in hundredths, 0 when missing
	place                       *place
	fallback                    bool // location is NULL or empty: the profile's counts
	badJSON                     bool
}

// make fills u with player n.
func (g *game) make(u *user, n int) {
	*u = user{rng: streamOf(g.opt.Seed, n), visits: u.visits[:0], profiles: u.profiles[:0], events: u.events[:0], buf: u.buf[:0]}
	r := &u.rng
	u.id = 100_000_000 + int64(n)*7 + int64(r.below(7))
	u.known = !r.permille(4)
	u.home = g.atlas.pick(r)
	u.gear = g.gears.pick(r)
	u.clock = g.clocks.pick(r)
	u.payer = r.permille(75)
	u.wealth = g.wealth[r.below(len(g.wealth))]
	g.visit(u)
	g.profile(u)
	for _, day := range u.visits {
		g.play(u, day)
	}
}

// visit decides when the player joined and on which days they came.
func (g *game) visit(u *user) {
	r := &u.rng
	u.joined = -1 - r.below(lookback)
	if !r.permille(veterans) {
		u.joined = g.joins.pick(r)
		u.visits = append(u.visits, u.joined)
	}
	last := u.joined
	for day := u.joined + 1; day < g.opt.Days; day++ {
		if !r.chance(g.hazard[day-last] * g.pull(day) / 1000) {
			continue
		}
		last = day
		if day >= 0 {
			u.visits = append(u.visits, day)
		}
	}
}

// profile writes the rows that the account service kept: one per stay, in no
// order, the newest last_login_date being the one that counts.
func (g *game) profile(u *user) {
	if !u.known {
		return
	}
	r := &u.rng
	rows := 1
	for rows < 5 && r.permille(380) {
		rows++
	}
	login := u.joined
	if n := len(u.visits); n > 0 {
		login = u.visits[n-1]
	}
	undated := -1 // at most one row without a date: two could not be told apart
	if r.permille(60) {
		undated = r.below(rows)
	}
	u.level = 1 + (login-u.joined)/2 + r.below(12)
	p := profile{login: login, place: g.residence(u), gear: u.gear}
	for i := range rows {
		row := p
		if i == undated {
			row.login = noDay
		}
		g.describe(u, &row, max(1, u.level-3*i))
		u.profiles = append(u.profiles, row)
		p.login -= r.between(1, 12) // the stay before: never the same date
		if r.permille(50) {
			p.gear = g.gears.pick(r)
		}
		if r.permille(50) {
			p.place = g.atlas.pick(r)
		}
	}
	for i := range u.profiles {
		j := i + r.below(len(u.profiles)-i)
		u.profiles[i], u.profiles[j] = u.profiles[j], u.profiles[i]
	}
}

// residence is the place of the profile: home, but sometimes less exact.
func (g *game) residence(u *user) place {
	switch n := u.rng.below(100); {
	case n < 5:
		return place{division: u.home.division}
	case n < 8:
		return place{city: pick(&u.rng, foreign)}
	case n < 12:
		return place{}
	}
	return u.home
}

// describe spells one profile row.
func (g *game) describe(u *user, p *profile, level int) {
	r := &u.rng
	login := u.text(g.dayText(p.login))
	switch {
	case p.login == noDay:
		login = pick(r, [][]byte{nil, nil, {}, []byte("unknown"), []byte("2026-02-30")})
	case r.permille(20):
		login = u.text(g.dayText(p.login), " 08:30:00")
	}
	where := u.text(p.place.text())
	if len(where) == 0 && r.permille(500) {
		where = nil
	}
	p.cells = [13][]byte{
		u.text(g.genders.pick(r)),
		u.text(p.gear.os),
		u.levelText(level),
		u.text(p.gear.device),
		login,
		u.mode(g.modes.pick(r)),
		u.text(g.languages.pick(r)),
		u.text(g.actives.pick(r)),
		u.text(g.dayText(u.joined)),
		u.number(int64(level*r.between(3, 40)), ""),
		u.number(int64(level*r.between(1, 6)), "."+strconv.Itoa(r.below(10))),
		where,
		u.text(g.frequencies.pick(r)),
	}
}

// dayText is a date also for days before the lookback; noDay has no text.
func (g *game) dayText(day int) string {
	switch {
	case day == noDay:
		return ""
	case day < -lookback:
		return g.cal.date(day)
	}
	return g.date(day)
}

// levelText is the level, now and then with a fraction, a blank or a prefix.
func (u *user) levelText(level int) []byte {
	switch n := u.rng.below(500); {
	case n == 0:
		return u.text("LV", strconv.Itoa(level))
	case n == 1:
		return u.number(int64(level), ".5")
	case n < 6:
		return u.text(" ", strconv.Itoa(level), " ")
	case n == 6:
		return nil
	}
	return u.number(int64(level), "")
}

// mode is the favourite mode; two rows in a thousand hold a byte that is no
// UTF-8, which a lenient decoder shows as a replacement character.
func (u *user) mode(name string) []byte {
	if u.rng.permille(2) {
		return u.text(name, "\xff")
	}
	return u.text(name)
}

// text copies strings into the user's buffer and returns the piece.
func (u *user) text(parts ...string) []byte {
	from := len(u.buf)
	for _, p := range parts {
		u.buf = append(u.buf, p...)
	}
	return u.buf[from:len(u.buf):len(u.buf)]
}

// number writes n and a suffix into the user's buffer.
func (u *user) number(n int64, suffix string) []byte {
	from := len(u.buf)
	u.buf = strconv.AppendInt(u.buf, n, 10)
	u.buf = append(u.buf, suffix...)
	return u.buf[from:len(u.buf):len(u.buf)]
}
