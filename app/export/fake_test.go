package export_test

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/dashboard"
)

// lake answers the game dashboard's queries with made-up data of its shape.
type lake struct{ days int }

func (l lake) Chart(_ context.Context, _, sql string, _ map[string]string, _ int) (dashboard.ChartTable, []dashboard.SnapshotRef, error) {
	ref := func(table string, id int64) []dashboard.SnapshotRef {
		return []dashboard.SnapshotRef{{Table: "game_db." + table, Snapshot: id}}
	}
	has := func(s string) bool { return strings.Contains(sql, s) }
	switch {
	case has("first_day"):
		return columns("first_day", "date", []any{l.date(0)}, "last_day", "date", []any{l.date(l.days - 1)}), nil, nil
	case has("p.gmv"):
		return l.daily(), append(ref("ads_purchase_trends_daily", 7), ref("ads_retention_daily", 7)...), nil
	case has("AS d1\n"), has("AS d1,"):
		return l.retention(), ref("ads_retention_daily", 7), nil
	case has("firsts"):
		return l.cohorts(), ref("dwd_user_event", 3), nil
	case has("device_type"):
		return columns("device_type", "text", []any{"Android", "iOS", "小游戏", "PC", nil}, "users", "number", []any{9421.0, 5433.2, 1811.7, 748.5, 88.1}), ref("ads_device_preference_daily", 7), nil
	case has("province"):
		return l.provinces(), ref("ads_region_distribution_daily", 7), nil
	case has("window("):
		return l.hours(), ref("dwd_user_event", 3), nil
	}
	daily := l.daily()
	return columns("dt", "date", daily.Columns[0].Values, "gmv", "number", daily.Columns[4].Values, "paying_users", "number", daily.Columns[5].Values), ref("ads_purchase_trends_daily", 7), nil
}

func (l lake) date(i int) string {
	return time.Date(2026, 10, 22, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i).Format(time.DateOnly)
}

func columns(args ...any) dashboard.ChartTable {
	var t dashboard.ChartTable
	for i := 0; i < len(args); i += 3 {
		values := args[i+2].([]any)
		t.Columns = append(t.Columns, dashboard.ChartColumn{Name: args[i].(string), Kind: args[i+1].(string), Values: values})
		t.Rows = len(values)
	}
	return t
}

func (l lake) daily() dashboard.ChartTable {
	r := rand.New(rand.NewPCG(1, 2))
	var dt, dau, d1, d7, gmv, pay []any
	for i := range l.days {
		week := 1 + 0.12*math.Sin(2*math.Pi*float64(i)/7)
		users := math.Round(16800 * week * (1 + 0.004*float64(i) + 0.02*r.NormFloat64()))
		payers := math.Round(users * 0.031 * (1 + 0.05*r.NormFloat64()))
		dt, dau = append(dt, l.date(i)), append(dau, users)
		d1, d7 = append(d1, upTo(i < l.days-1, math.Round(users*(0.402+0.01*r.NormFloat64()-dip(i))))), append(d7, upTo(i < l.days-7, math.Round(users*(0.181+0.006*r.NormFloat64()-dip(i)/2))))
		gmv, pay = append(gmv, math.Round(payers*(68+4*r.NormFloat64())*100)/100), append(pay, payers)
	}
	return columns("dt", "date", dt, "dau", "number", dau, "d1_retained", "number", d1, "d7_retained", "number", d7, "gmv", "number", gmv, "paying_users", "number", pay)
}

func dip(i int) float64 { return 0.06 * math.Exp(-math.Pow(float64(i-14)/2, 2)) }

func upTo(known bool, v float64) any {
	if !known {
		return nil
	}
	return v
}

func (l lake) retention() dashboard.ChartTable {
	d := l.daily()
	rate := func(c int) []any {
		out := make([]any, l.days)
		for i, v := range d.Columns[c].Values {
			if v != nil {
				out[i] = v.(float64) / d.Columns[1].Values[i].(float64)
			}
		}
		return out
	}
	return columns("dt", "date", d.Columns[0].Values, "d1", "number", rate(2), "d7", "number", rate(3))
}

func (l lake) cohorts() dashboard.ChartTable {
	r := rand.New(rand.NewPCG(3, 4))
	var cohort, day, users []any
	for c := range l.days {
		size := 900 + 300*r.Float64()
		for d := 0; d <= 14 && c+d < l.days; d++ {
			rate := 1.0
			if d > 0 {
				rate = (0.42*math.Pow(float64(d), -0.42) + 0.01) * (1 + 0.03*r.NormFloat64())
			}
			cohort, day, users = append(cohort, l.date(c)), append(day, float64(d)), append(users, math.Round(size*rate))
		}
	}
	return columns("cohort", "date", cohort, "day_no", "number", day, "users", "number", users)
}

func (l lake) provinces() dashboard.ChartTable {
	names := []any{"广东省", "江苏", "山东省", "Zhejiang", "410000", "四川省", "湖北省", "湖南省", "安徽省", "河北省", "福建省", "上海市", "北京市", "江西省", "广西壮族自治区", "陕西省", "辽宁省", "重庆市", "云南省", "贵州省", "山西省", "黑龙江省", "天津市", "吉林省", "内蒙古自治区", "新疆维吾尔自治区", "甘肃省", "海南省", "宁夏回族自治区", "青海省", "西藏自治区", "台湾省", "香港特别行政区", nil, "海外", "Singapore"}
	var dau []any
	for i := range names {
		dau = append(dau, 2040*math.Exp(-float64(i)/9))
	}
	return columns("province", "text", names, "dau", "number", dau)
}

func (l lake) hours() dashboard.ChartTable {
	r := rand.New(rand.NewPCG(5, 6))
	var hour, events, bookings []any
	for h := range 24 {
		load := 0.25 + math.Exp(-math.Pow(float64(h-20)/3.2, 2)) + 0.5*math.Exp(-math.Pow(float64(h-12)/2.4, 2))
		hour = append(hour, l.date(l.days-1)+time.Date(0, 1, 1, h, 0, 0, 0, time.UTC).Format("T15:04:05"))
		events, bookings = append(events, math.Round(1900*load*(1+0.05*r.NormFloat64()))), append(bookings, math.Round(1600*load*(1+0.12*r.NormFloat64())*100)/100)
	}
	return columns("hour", "timestamp", hour, "events", "number", events, "bookings", "number", bookings)
}

func game(t testing.TB, days int) (*dashboard.Document, *dashboard.Data) {
	t.Helper()
	source, err := os.ReadFile("../../notebooks/dashboards/game.yaml")
	require.NoError(t, err)
	doc, err := dashboard.Parse("game", source)
	require.NoError(t, err)
	data, err := doc.Run(t.Context(), lake{days}, nil)
	require.NoError(t, err)
	return doc, data
}
