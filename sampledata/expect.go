package sampledata

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Where a place cannot be told, the ETL says so instead of leaving NULL: a map
// counts what it could not draw.
const (
	// UnknownPlace stands for a location that is NULL, empty or blank, and for
	// the city of a location that names a division only.
	UnknownPlace = "未知"
	// OtherPlace is the province of a location outside the 34 divisions; its
	// city is the location itself.
	OtherPlace = "其他"
	// UnknownDevice is the device of a user without a profile.
	UnknownDevice = "Unknown"
)

// Expected is what a correct ETL finds in a sample. Days are dates in the
// sample's zone. A decimal is a JSON number with all its digits, rounded half
// up: rates and shares have four, money has two.
//
// Rules, as the article's statements have them:
//
//	an event counts if its timestamp can be read; its day is the date in the zone
//	a user's profile is the row with the latest last_login_date, a row without one last
//	an event's location is its own unless NULL or empty, else the profile's
//	gmv sums amount over purchases, an amount that cannot be read being 0
//	orders are purchases with an amount above 0, payers their users
//	arppu is gmv by payers, null on a day without payers
//	d1 and d7 look one and seven days ahead; a day whose +1 or +7 lies beyond the data has 0
type Expected struct {
	Options   ExpectedOptions  `json:"options"`
	Totals    Totals           `json:"totals"`
	Retention []RetentionDay   `json:"ads_retention_daily"`
	Purchases []PurchaseDay    `json:"ads_purchase_trends_daily"`
	Devices   []DeviceDay      `json:"ads_device_preference_daily"`
	Regions   []RegionDay      `json:"ads_region_distribution_daily"`
	Cohorts   []Cohort         `json:"cohorts"`
	EventDays map[string]int64 `json:"events_by_day"`
}

// ExpectedOptions repeats the Options, defaults filled in.
type ExpectedOptions struct {
	Users     int    `json:"users"`
	Days      int    `json:"days"`
	Seed      int64  `json:"seed"`
	BinaryIDs bool   `json:"binary_ids"`
	TimeZone  string `json:"time_zone"`
	Start     string `json:"start"`
}

// Totals counts rows of the layers and sums the whole window.
type Totals struct {
	ProfileRows   int64       `json:"ods_user_profile"`
	EventRows     int64       `json:"ods_user_event"`
	Users         int64       `json:"dwd_user_details"`
	Events        int64       `json:"dwd_user_event"`
	Malformed     int64       `json:"malformed_timestamps"`
	InvalidJSON   int64       `json:"invalid_json"`
	ActiveUsers   int64       `json:"active_users"`
	PayingUsers   int64       `json:"paying_users"`
	Orders        int64       `json:"orders"`
	GMV           json.Number `json:"gmv"`
	DeviceUnknown int64       `json:"events_without_device"`
}

// RetentionDay is one row of ads_retention_daily.
type RetentionDay struct {
	Date       string      `json:"dt"`
	DAU        int64       `json:"dau"`
	D1Retained int64       `json:"d1_retained"`
	D1Rate     json.Number `json:"d1_retention_rate"`
	D7Retained int64       `json:"d7_retained"`
	D7Rate     json.Number `json:"d7_retention_rate"`
}

// PurchaseDay is one row of ads_purchase_trends_daily.
type PurchaseDay struct {
	Date        string       `json:"dt"`
	GMV         json.Number  `json:"gmv"`
	PayingUsers int64        `json:"paying_users"`
	Orders      int64        `json:"orders"`
	ARPPU       *json.Number `json:"arppu"`
}

// DeviceDay is one row of ads_device_preference_daily.
type DeviceDay struct {
	Date   string      `json:"dt"`
	Device string      `json:"device_type"`
	Users  int64       `json:"users"`
	Share  json.Number `json:"share"`
}

// RegionDay is one row of ads_region_distribution_daily.
type RegionDay struct {
	Date     string `json:"dt"`
	Province string `json:"province"`
	City     string `json:"city"`
	DAU      int64  `json:"dau"`
}

// Cohort is the players whose first event falls on one date, and how many of
// them are there n days later; ages beyond the window are left out.
type Cohort struct {
	Date     string  `json:"cohort"`
	Retained []int64 `json:"retained"`
}

// cohortAges is D0 to D14.
const cohortAges = 15

// Expect plays the game without writing it and returns the answers.
func Expect(ctx context.Context, opt Options) (*Expected, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	g, err := newGame(opt)
	if err != nil {
		return nil, err
	}
	t := newTally(opt.Days)
	var u user
	for n := range opt.Users {
		if n%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		g.make(&u, n)
		t.add(&u)
	}
	return t.expected(g), nil
}

// WriteJSON writes the answers as indented JSON.
func (e *Expected) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("write expected answers: %w", err)
	}
	return nil
}

// tally adds users up. Every figure is a sum over users, so that one pass with
// one user in memory is enough.
type tally struct {
	totals  Totals
	cents   int64
	days    []dayTally
	cohorts [][]int64
	active  []bool // scratch: the days of the user at hand
}

type dayTally struct {
	events, dau, d1, d7   int64
	cents, payers, orders int64
	devices               map[string]int64
	regions               map[place]int64
}

func newTally(days int) *tally {
	t := &tally{days: make([]dayTally, days), cohorts: make([][]int64, days), active: make([]bool, days)}
	for i := range t.days {
		t.days[i].devices, t.days[i].regions = map[string]int64{}, map[place]int64{}
		t.cohorts[i] = make([]int64, min(cohortAges, days-i))
	}
	return t
}

func (t *tally) add(u *user) {
	device, home := u.details()
	if u.known {
		t.totals.Users++
	}
	t.totals.ProfileRows += int64(len(u.profiles))
	t.totals.EventRows += int64(len(u.events))
	clear(t.active)
	seen, paid := map[dayPlace]bool{}, map[int]bool{}
	for i := range u.events {
		e := &u.events[i]
		if e.badJSON {
			t.totals.InvalidJSON++
		}
		if e.day == noDay {
			t.totals.Malformed++
			continue
		}
		t.active[e.day] = true
		t.event(e, paid)
		if !u.known {
			t.totals.DeviceUnknown++
		}
		where := home
		if !e.fallback {
			where = *e.place
		}
		seen[dayPlace{e.day, region(where)}] = true
	}
	for at := range seen {
		t.days[at.day].regions[at.place]++
	}
	if len(paid) > 0 {
		t.totals.PayingUsers++
	}
	t.visits(device)
}

type dayPlace struct {
	day   int
	place place
}

// event adds what one readable event says about its day.
func (t *tally) event(e *event, paid map[int]bool) {
	d := &t.days[e.day]
	d.events++
	t.totals.Events++
	if !e.purchase || e.cents <= 0 {
		return
	}
	d.cents += e.cents
	d.orders++
	t.cents += e.cents
	t.totals.Orders++
	if !paid[e.day] {
		paid[e.day] = true
		d.payers++
	}
}

// visits adds the user's days: presence, return, device, cohort.
func (t *tally) visits(device string) {
	first := slices.Index(t.active, true)
	if first < 0 {
		return
	}
	t.totals.ActiveUsers++
	for day, here := range t.active {
		if !here {
			continue
		}
		d := &t.days[day]
		d.dau++
		d.devices[device]++
		if day+1 < len(t.active) && t.active[day+1] {
			d.d1++
		}
		if day+7 < len(t.active) && t.active[day+7] {
			d.d7++
		}
		if age := day - first; age < cohortAges {
			t.cohorts[first][age]++
		}
	}
}

// details is the user's profile after deduplication.
func (u *user) details() (device string, home place) {
	if !u.known {
		return UnknownDevice, place{}
	}
	newest := slices.MaxFunc(u.profiles, func(a, b profile) int { return cmp.Compare(a.login, b.login) })
	return newest.gear.device, newest.place
}

// region is a place as ads_region_distribution_daily names it.
func region(p place) place {
	switch {
	case p == place{}:
		return place{UnknownPlace, UnknownPlace}
	case p.division == "":
		return place{OtherPlace, p.city}
	case p.city == "":
		return place{p.division, UnknownPlace}
	}
	return p
}

func (t *tally) expected(g *game) *Expected {
	o := g.opt
	e := &Expected{
		Options:   ExpectedOptions{o.Users, o.Days, o.Seed, o.BinaryIDs, o.TimeZone, o.Start.Format("2006-01-02")},
		Totals:    t.totals,
		EventDays: map[string]int64{},
	}
	e.Totals.GMV = decimal(t.cents, 2)
	for i := range t.days {
		d, date := &t.days[i], g.cal.date(i)
		if n := t.cohorts[i]; n[0] > 0 {
			e.Cohorts = append(e.Cohorts, Cohort{date, n})
		}
		if d.events == 0 {
			continue // a day without a readable event has no rows
		}
		e.EventDays[date] = d.events
		e.Retention = append(e.Retention, RetentionDay{date, d.dau, d.d1, ratio(d.d1, d.dau), d.d7, ratio(d.d7, d.dau)})
		p := PurchaseDay{Date: date, GMV: decimal(d.cents, 2), PayingUsers: d.payers, Orders: d.orders}
		if d.payers > 0 {
			n := decimal(divide(d.cents, d.payers), 2)
			p.ARPPU = &n
		}
		e.Purchases = append(e.Purchases, p)
		for device, users := range d.devices {
			e.Devices = append(e.Devices, DeviceDay{date, device, users, ratio(users, d.dau)})
		}
		for at, users := range d.regions {
			e.Regions = append(e.Regions, RegionDay{date, at.division, at.city, users})
		}
	}
	slices.SortFunc(e.Devices, func(a, b DeviceDay) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Device, b.Device))
	})
	slices.SortFunc(e.Regions, func(a, b RegionDay) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Province, b.Province), cmp.Compare(a.City, b.City))
	})
	return e
}

// ratio is a/b with four digits, rounded half up.
func ratio(a, b int64) json.Number {
	return decimal(divide(10_000*a, b), 4)
}

// divide rounds half up; neither number is negative.
func divide(a, b int64) int64 { return (2*a + b) / (2 * b) }

// decimal writes n hundredths, or whatever digits says.
func decimal(n int64, digits int) json.Number {
	s := strconv.FormatInt(n, 10)
	for len(s) <= digits {
		s = "0" + s
	}
	return json.Number(s[:len(s)-digits] + "." + s[len(s)-digits:])
}
