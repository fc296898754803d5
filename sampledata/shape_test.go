package sampledata

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// players makes every user of a game and hands them to f one by one.
func players(t *testing.T, opt Options, f func(g *game, u *user)) {
	t.Helper()
	g, err := newGame(opt.withDefaults())
	require.NoError(t, err)
	var u user
	for n := range g.opt.Users {
		g.make(&u, n)
		f(g, &u)
	}
}

// mean is the weighted average of a rate over the days that have it complete.
func mean(days []RetentionDay, ahead int, retained func(RetentionDay) int64) float64 {
	var kept, all int64
	for _, d := range days[:len(days)-ahead] {
		kept += retained(d)
		all += d.DAU
	}
	return float64(kept) / float64(all)
}

func TestDefaultLooksLikeAGame(t *testing.T) {
	e, err := Expect(t.Context(), Options{})
	require.NoError(t, err)
	require.InDelta(t, 1_000_000, e.Totals.EventRows, 100_000)

	t.Run("40 % return the next day and 18 % after a week, by days", func(t *testing.T) {
		require.InDelta(t, 0.40, mean(e.Retention, 1, func(d RetentionDay) int64 { return d.D1Retained }), 0.03)
		require.InDelta(t, 0.17, mean(e.Retention, 7, func(d RetentionDay) int64 { return d.D7Retained }), 0.03)
	})
	t.Run("and by cohorts, along a power law", func(t *testing.T) {
		rate := func(age int) float64 {
			var kept, all int64
			for _, c := range e.Cohorts {
				if len(c.Retained) > age {
					kept, all = kept+c.Retained[age], all+c.Retained[0]
				}
			}
			return float64(kept) / float64(all)
		}
		require.InDelta(t, 0.40, rate(1), 0.03)
		require.InDelta(t, 0.18, rate(7), 0.03)
		for age := 2; age < cohortAges; age++ {
			require.Less(t, rate(age), rate(age-1)+0.01)
		}
	})
	t.Run("weekends are fuller, and the bad patch empties the servers", func(t *testing.T) {
		dau := func(i int) float64 { return float64(e.Retention[i].DAU) }
		require.Greater(t, dau(5)+dau(6), 1.1*(dau(1)+dau(2)), "24 and 25 against 20 and 21 October")
		require.Less(t, dau(18), 0.75*dau(17))
		require.Less(t, dau(19), 0.8*dau(12))
	})
	t.Run("a few devices share the players", func(t *testing.T) {
		share := map[string]int64{}
		var all int64
		for _, d := range e.Devices {
			share[d.Device] += d.Users
			all += d.Users
		}
		require.ElementsMatch(t, []string{"Android", "iOS", "HarmonyOS", "Mini-game", "PC", UnknownDevice}, slices.Collect(maps.Keys(share)))
		require.InDelta(t, 0.50, float64(share["Android"])/float64(all), 0.05)
		require.InDelta(t, 0.29, float64(share["iOS"])/float64(all), 0.05)
	})
	t.Run("all 34 divisions are there, and what cannot be told", func(t *testing.T) {
		seen := map[string]int64{}
		for _, r := range e.Regions {
			seen[r.Province] += r.DAU
		}
		require.Len(t, divisions, 34)
		for _, d := range divisions {
			require.Positive(t, seen[d.name], d.name)
		}
		require.Positive(t, seen[UnknownPlace])
		require.Positive(t, seen[OtherPlace])
		require.Len(t, seen, 36)
	})
	t.Run("the shopping day stands out", func(t *testing.T) {
		i := slices.IndexFunc(e.Purchases, func(p PurchaseDay) bool { return p.Date == "2026-11-11" })
		require.Greater(t, e.Purchases[i].Orders, 2*e.Purchases[i-1].Orders)
	})
}

func TestFewPayersPayMost(t *testing.T) {
	var spent []int64
	var all int64
	players(t, Options{}, func(_ *game, u *user) {
		var sum int64
		for _, e := range u.events {
			sum += e.cents
		}
		if sum > 0 {
			spent = append(spent, sum)
			all += sum
		}
	})
	slices.SortFunc(spent, func(a, b int64) int { return int(b - a) })
	var top int64
	for _, s := range spent[:len(spent)/5] {
		top += s
	}
	require.Greater(t, float64(top)/float64(all), 0.70, "share of the top fifth of %d payers", len(spent))
}

func TestDamageIsAsDocumented(t *testing.T) {
	var events, malformed, badJSON, padded, mixed, purchases, without, profiles, unknown int
	players(t, Options{Users: 10_000}, func(_ *game, u *user) {
		if !u.known {
			unknown++
		}
		profiles += len(u.profiles)
		for _, e := range u.events {
			events++
			if e.day == noDay {
				malformed++
			}
			if e.badJSON {
				badJSON++
			}
			if n := len(e.at); n > 0 && (e.at[0] == ' ' || e.at[n-1] == ' ') {
				padded++
			}
			if slices.ContainsFunc(e.kind, func(c byte) bool { return c < 'a' && c != '_' }) {
				mixed++
			}
			if e.purchase {
				purchases++
				if e.cents == 0 && !e.badJSON {
					without++
				}
			}
		}
	})
	rate := func(n, of int) float64 { return float64(n) / float64(of) }
	require.InDelta(t, 0.005, rate(malformed, events), 0.001)
	require.InDelta(t, 0.005, rate(badJSON, events), 0.001)
	require.InDelta(t, 0.03, rate(padded, events), 0.005)
	require.InDelta(t, 0.125, rate(mixed, events), 0.01)
	require.InDelta(t, 0.024, rate(without, purchases), 0.015)
	require.InDelta(t, 0.004, rate(unknown, 10_000), 0.002)
	require.InDelta(t, 1.6, rate(profiles, 10_000), 0.1)
}

// TestNewestProfileIsDecidable: real dates of a user all differ and at most one
// row has none, so that ORDER BY last_login_date DESC NULLS LAST has one first.
func TestNewestProfileIsDecidable(t *testing.T) {
	several := 0
	players(t, Options{Users: 10_000}, func(_ *game, u *user) {
		logins := map[int]bool{}
		for _, p := range u.profiles {
			require.False(t, logins[p.login], "user %d has %d twice", u.id, p.login)
			logins[p.login] = true
		}
		if len(logins) > 1 {
			several++
		}
	})
	require.Greater(t, several, 2000)
}

func TestDaysFollowTheZone(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"} {
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		// 1 November 2026 has 25 hours in New York.
		players(t, Options{Users: 300, TimeZone: zone}, func(g *game, u *user) {
			for _, e := range u.events {
				if at := string(e.at); e.day != noDay && len(at) == 10 {
					require.Equal(t, g.date(e.day), unixText(t, at).In(loc).Format(time.DateOnly))
				}
			}
		})
	}
}
