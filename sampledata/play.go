package sampledata

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// gear is a device with its system. DeviceType is what the dashboards group by.
type gear struct{ device, os string }

// Spellings of a timestamp.
const (
	clockMillis = iota
	clockSeconds
	clockText
)

// kit holds the tables that rows are drawn from.
type kit struct {
	gears       weighted[gear]
	clocks      weighted[int]
	genders     weighted[string]
	modes       weighted[string]
	languages   weighted[string]
	actives     weighted[string]
	frequencies weighted[string]
	hours       weighted[int]
}

func newKit() kit {
	var k kit
	for _, g := range []struct {
		weight     int
		device, os string
	}{
		{190, "Android", "Android 16"}, {165, "Android", "Android 15"}, {95, "Android", "Android 14"}, {45, "Android", "Android 12"},
		{140, "iOS", "iOS 19.1"}, {105, "iOS", "iOS 18.6"}, {45, "iOS", "iOS 17.7"},
		{60, "HarmonyOS", "HarmonyOS 5.1"}, {25, "HarmonyOS", "HarmonyOS 4.2"},
		{60, "Mini-game", "Android 15"}, {27, "Mini-game", "iOS 18.6"}, {35, "PC", "Windows 11"}, {8, "PC", "Windows 10"},
	} {
		k.gears.add(g.weight, gear{g.device, g.os})
	}
	k.clocks.add(55, clockMillis)
	k.clocks.add(25, clockSeconds)
	k.clocks.add(20, clockText)
	addAll(&k.genders, map[string]int{"male": 56, "female": 39, "": 5})
	addAll(&k.modes, map[string]int{"ranked": 38, "casual": 27, "arena": 16, "story": 12, "co-op": 7})
	addAll(&k.languages, map[string]int{"zh-CN": 88, "zh-TW": 5, "en-US": 5, "ja-JP": 2})
	addAll(&k.actives, map[string]int{"evening": 46, "night": 22, "noon": 16, "afternoon": 11, "morning": 5})
	addAll(&k.frequencies, map[string]int{"daily": 34, "weekly": 41, "monthly": 25})
	for hour, weight := range []int{28, 16, 9, 6, 5, 7, 12, 24, 34, 36, 38, 46, 68, 60, 42, 40, 42, 48, 58, 76, 96, 98, 80, 50} {
		k.hours.add(weight, hour)
	}
	return k
}

// addAll adds a table in the order of its keys, because a map has none.
func addAll(w *weighted[string], table map[string]int) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		w.add(table[key], key)
	}
}

// play adds the events of one day: a session or more, each with a login,
// matches, perhaps a purchase, and mostly a logout.
func (g *game) play(u *user, day int) {
	r := &u.rng
	for range 1 + r.below(3)*r.below(2) {
		sec := g.hours.pick(r)*3600 + r.below(3600)
		sec = g.emit(u, day, sec, "login", u.text(`{"channel":"`, pick(r, channels), `","version":"`, pick(r, versions), `"}`))
		for range r.between(1, 4) {
			mode := pick(r, modes)
			sec = g.emit(u, day, sec, "match_start", u.text(`{"mode":"`, mode, `"}`))
			sec = g.emit(u, day, sec, "match_end", u.text(`{"mode":"`, mode, `","result":"`, pick(r, results), `","kills":`, strconv.Itoa(r.below(15)), `}`))
		}
		if r.permille(300) {
			u.level++
			sec = g.emit(u, day, sec, "level_up", u.text(`{"level":`, strconv.Itoa(u.level), `}`))
		}
		if r.permille(200) {
			sec = g.emit(u, day, sec, "chat", u.text(`{"room":"`, pick(r, rooms), `"}`))
		}
		if u.payer && r.below(1000_000) < min(700, 150+u.wealth/25)*g.sales[day] {
			sec = g.buy(u, day, sec)
		}
		if r.permille(700) {
			g.emit(u, day, sec, "logout", nil)
		}
	}
}

var (
	channels = []string{"appstore", "huawei", "xiaomi", "taptap", "official"}
	versions = []string{"3.2.0", "3.2.1", "3.3.0"}
	modes    = []string{"ranked", "casual", "arena", "co-op"}
	results  = []string{"win", "win", "lose", "lose", "draw"}
	rooms    = []string{"world", "guild", "team"}
	tiers    = []int64{100, 600, 1200, 1800, 3000, 4500, 6800, 9800, 12800, 19800, 32800, 64800}
	items    = []string{"first_pack", "coin_6", "coin_12", "pass_lite", "month_card", "coin_45", "battle_pass", "skin", "coin_128", "skin_gold", "coin_328", "coin_648"}
)

// buy adds a purchase, and once in a while its refund, which is an event of
// its own and no purchase.
func (g *game) buy(u *user, day, sec int) int {
	r := &u.rng
	want := int64(u.wealth) * int64(r.between(300, 1500)) / 1000 // hundredths
	tier := 0
	for tier+1 < len(tiers) && tiers[tier+1] <= want {
		tier++
	}
	cents := tiers[tier]
	if r.permille(150) {
		cents = cents * 9 / 10
	}
	amount := strconv.FormatInt(cents/100, 10) + "." + strconv.FormatInt(cents%100/10, 10) + strconv.FormatInt(cents%10, 10)
	if cents%100 == 0 && r.permille(500) {
		amount = strconv.FormatInt(cents/100, 10)
	}
	if r.permille(10) {
		amount = `"` + amount + `"`
	}
	details := u.text(`{"item":"`, items[tier], `","amount":`, amount, `,"currency":"CNY"}`)
	switch n := r.below(1000); {
	case n < 15:
		details, cents = u.text(`{"item":"`, items[tier], `","currency":"CNY"}`), 0
	case n < 20:
		details, cents = u.text(`{"item":"`, items[tier], `","amount":null}`), 0
	case n < 24:
		details, cents = u.text(`{"item":"trial","amount":0}`), 0
	}
	sec = g.emit(u, day, sec, "purchase", details)
	paid := &u.events[len(u.events)-1]
	paid.purchase = true
	if !paid.badJSON {
		paid.cents = cents
	}
	if cents > 0 && r.permille(12) {
		sec = g.emit(u, day, sec, "refund", u.text(`{"item":"`, items[tier], `","amount":-`, strconv.FormatInt(cents/100, 10), `}`))
	}
	return sec
}

// emit adds one event and returns the second at which the next may happen. A
// session never runs past midnight.
func (g *game) emit(u *user, day, sec int, kind string, details []byte) int {
	r := &u.rng
	length := int(g.cal.from[day+1] - g.cal.from[day])
	sec = min(sec, length-1)
	e := event{kind: u.kindText(kind), details: details, day: day}
	e.at = g.clockText(u, g.cal.from[day]+int64(sec), &e.day)
	g.locate(u, &e)
	switch n := r.below(1000); {
	case n < 5:
		e.details, e.badJSON = g.brokenJSON(u, details), true
	case n == 5 && kind == "chat":
		e.details = u.text(`{"room":"wor`, "\xc3", `ld"}`)
	}
	u.events = append(u.events, e)
	return sec + r.between(15, 500)
}

// brokenJSON spoils the details so that no reader can find a field in them.
func (g *game) brokenJSON(u *user, details []byte) []byte {
	if n := len(details); n > 4 && u.rng.permille(600) {
		return u.text(string(details[:2+u.rng.below(6)]))
	}
	return pick(&u.rng, [][]byte{{}, []byte("timeout"), []byte("{item:}"), []byte("\xfe\xff{"), []byte("<null>")})
}

// kindText is the event type, one in eight in another case.
func (u *user) kindText(kind string) []byte {
	from := len(u.buf)
	u.text(kind)
	b := u.buf[from:len(u.buf):len(u.buf)]
	switch n := u.rng.below(24); {
	case n == 0:
		b[0] -= 'a' - 'A'
	case n < 3:
		for i, c := range b {
			if c >= 'a' {
				b[i] = c - ('a' - 'A')
			}
		}
	}
	return b
}

// clockText spells a moment; a malformed one loses its day.
func (g *game) clockText(u *user, unix int64, day *int) []byte {
	r := &u.rng
	if r.permille(5) {
		*day = noDay
		return pick(r, [][]byte{nil, {}, []byte("N/A"), []byte("2026/10/21 09:15:00"), []byte("2026-13-45 25:61:00"), []byte("17924830"), []byte("17924830001234"), []byte("--"), []byte("2026-10-2\xff 10:00:00")})
	}
	clock := u.clock
	if r.permille(40) {
		clock = g.clocks.pick(r)
	}
	from := len(u.buf)
	pad := r.below(100)
	if pad < 2 {
		u.text("  "[:1+pad])
	}
	switch clock {
	case clockMillis:
		u.number(unix*1000+int64(r.below(1000)), "")
	case clockSeconds:
		u.number(unix, "")
	default:
		u.buf = time.Unix(unix, 0).In(g.cal.zone).AppendFormat(u.buf, time.DateTime)
	}
	if pad == 2 || pad == 1 {
		u.text(" ")
	}
	return u.buf[from:len(u.buf):len(u.buf)]
}

// locate writes the event's own location: mostly empty, sometimes NULL, else
// home or, for one in ten of those, a journey.
func (g *game) locate(u *user, e *event) {
	r := &u.rng
	switch n := r.below(100); {
	case n < 55:
		e.location, e.fallback = []byte{}, true
	case n < 60:
		e.fallback = true
	case n < 96:
		e.place = &u.home
		e.location = u.text(u.home.text())
	case n < 99:
		away := g.atlas.pick(r)
		e.place, e.location = &away, u.text(away.text())
	default:
		away := place{city: pick(r, foreign)}
		e.place, e.location = &away, u.text(away.text())
	}
}
