package session_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/session"
	"laketop/sampledata"
)

// etlTables are what the notebook makes, in its order.
var etlTables = []string{
	"ods_user_profile", "ods_user_event", "dwd_user_details", "dwd_user_event",
	"ads_retention_daily", "ads_purchase_trends_daily", "ads_device_preference_daily", "ads_region_distribution_daily",
}

// etlCells are the notebook's cells that make a table, after the one that makes
// the database.
func etlCells(tb testing.TB) []notebookCell {
	tb.Helper()
	var out []notebookCell
	for _, c := range notebookCells(tb) {
		if c.name == "session" || slices.Contains(etlTables, c.name) {
			out = append(out, c)
		}
	}
	require.Len(tb, out, len(etlTables)+1)
	return out
}

func etlParams(source string) map[string]string {
	return map[string]string{"source": source, "catalog": "paimon", "time_zone": zone}
}

// etl runs every cell that makes a table.
func (l *lake) etl(tb testing.TB, s *session.Session, source string) {
	tb.Helper()
	for _, c := range etlCells(tb) {
		l.run(tb, s, "spark", c.text, etlParams(source))
	}
}

// game makes a sample and its answers.
func game(tb testing.TB, opt sampledata.Options) (dir string, want *sampledata.Expected) {
	tb.Helper()
	dir = tb.TempDir()
	_, err := sampledata.Generate(context.Background(), dir, opt, nil)
	require.NoError(tb, err)
	want, err = sampledata.Expect(context.Background(), opt)
	require.NoError(tb, err)
	return dir, want
}

// TestEtlFindsTheExpectedAnswers holds the notebook's tables against the
// answers that Go computed from the model of the game.
func TestEtlFindsTheExpectedAnswers(t *testing.T) {
	sizes := []sampledata.Options{{Users: 300, Days: 3, Seed: 11}, {Users: 2500, Days: 12, Seed: 7}, {Users: 12_000, Days: 30, Seed: 2026}}
	for _, opt := range sizes[:long(len(sizes), 1)] {
		for _, binary := range []bool{true, false}[:long(2, 1)] {
			opt.BinaryIDs = binary
			t.Run(fmt.Sprintf("%d users, %d days, seed %d, binary ids %v", opt.Users, opt.Days, opt.Seed, binary), func(t *testing.T) {
				source, want := game(t, opt)
				l := lakeAt(t, t.TempDir(), duck.Options{}, source)
				s := l.session(t)
				l.etl(t, s, source)
				l.finds(t, s, want)
				l.etl(t, s, source)
				l.finds(t, s, want)
			})
		}
	}
}

// finds compares every figure; money may differ by a millionth.
func (l *lake) finds(tb testing.TB, s *session.Session, want *sampledata.Expected) {
	tb.Helper()
	for table, n := range map[string]int64{
		"ods_user_profile": want.Totals.ProfileRows, "ods_user_event": want.Totals.EventRows,
		"dwd_user_details": want.Totals.Users, "dwd_user_event": want.Totals.Events,
	} {
		require.Equal(tb, []string{strconv.FormatInt(n, 10)}, l.lines(tb, s, "spark", "SELECT count(*) FROM game_db."+table), table)
	}
	var retention, devices, regions, days, cohorts []string
	for _, r := range want.Retention {
		retention = append(retention, fmt.Sprintf("%s|%d|%d|%s|%d|%s", r.Date, r.DAU, r.D1Retained, r.D1Rate, r.D7Retained, r.D7Rate))
	}
	for _, r := range want.Devices {
		devices = append(devices, fmt.Sprintf("%s|%s|%d|%s", r.Date, r.Device, r.Users, r.Share))
	}
	for _, r := range want.Regions {
		regions = append(regions, fmt.Sprintf("%s|%s|%s|%d", r.Date, r.Province, r.City, r.DAU))
	}
	for day, n := range want.EventDays {
		days = append(days, fmt.Sprintf("%s|%d", day, n))
	}
	for _, c := range want.Cohorts {
		for age, n := range c.Retained {
			if n > 0 {
				cohorts = append(cohorts, fmt.Sprintf("%s|%d|%d", c.Date, age, n))
			}
		}
	}
	for _, check := range []struct {
		query string
		want  []string
	}{
		{"SELECT dt, dau, d1_retained, d1_retention_rate, d7_retained, d7_retention_rate FROM game_db.ads_retention_daily", retention},
		{"SELECT dt, device_type, users, share FROM game_db.ads_device_preference_daily", devices},
		{"SELECT dt, province, city, dau FROM game_db.ads_region_distribution_daily", regions},
		{"SELECT event_date, count(*) FROM game_db.dwd_user_event GROUP BY event_date", days},
		{`WITH v AS (SELECT DISTINCT user_id, event_date FROM game_db.dwd_user_event),
			f AS (SELECT user_id, event_date, min(event_date) OVER (PARTITION BY user_id) AS first FROM v)
			SELECT first, datediff(event_date, first), count(*) FROM f WHERE datediff(event_date, first) < 15 GROUP BY 1, 2`, cohorts},
	} {
		got := l.lines(tb, s, "spark", check.query)
		sort.Strings(got)
		sort.Strings(check.want)
		require.Equal(tb, check.want, got, check.query)
	}
	l.findsMoney(tb, s, want)
}

func (l *lake) findsMoney(tb testing.TB, s *session.Session, want *sampledata.Expected) {
	tb.Helper()
	got := l.lines(tb, s, "spark", "SELECT dt, paying_users, orders, gmv, arppu FROM game_db.ads_purchase_trends_daily ORDER BY dt")
	require.Len(tb, got, len(want.Purchases))
	for i, p := range want.Purchases {
		cells := strings.Split(got[i], "|")
		require.Equal(tb, []string{p.Date, strconv.FormatInt(p.PayingUsers, 10), strconv.FormatInt(p.Orders, 10)}, cells[:3])
		money(tb, p.GMV, cells[3])
		if p.ARPPU == nil {
			require.Equal(tb, "NULL", cells[4])
			continue
		}
		money(tb, *p.ARPPU, cells[4])
	}
	totals := l.lines(tb, s, "spark", `SELECT count(DISTINCT user_id), count(DISTINCT CASE WHEN event_type = 'purchase' AND amount > 0 THEN user_id END),
		count(CASE WHEN device_type IS NULL THEN 1 END), CAST(sum(CASE WHEN event_type = 'purchase' THEN amount END) AS DECIMAL(18, 2)) FROM game_db.dwd_user_event`)
	cells := strings.Split(totals[0], "|")
	w := want.Totals
	require.Equal(tb, []string{strconv.FormatInt(w.ActiveUsers, 10), strconv.FormatInt(w.PayingUsers, 10), strconv.FormatInt(w.DeviceUnknown, 10)}, cells[:3])
	if w.Orders > 0 {
		money(tb, w.GMV, cells[3])
	}
}

func money(tb testing.TB, want json.Number, got string) {
	tb.Helper()
	w, err := want.Float64()
	require.NoError(tb, err)
	g, err := strconv.ParseFloat(got, 64)
	require.NoError(tb, err)
	require.LessOrEqual(tb, math.Abs(w-g), 1e-6*math.Max(1, math.Abs(w)), "want %v, got %v", want, got)
}
