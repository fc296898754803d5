package sampledata

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

func unixText(t *testing.T, s string) time.Time {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	require.NoError(t, err)
	return time.Unix(n, 0)
}

// secondPath is the ETL once more, from the files, in DuckDB's own SQL.
//
// DuckDB 1.5.5 answers row_number() ... ORDER BY d DESC NULLS LAST = 1 through
// arg_max_nulls_last and then picks a wrong row for some users whose first row
// has no date; without that rewrite it is right.
const secondPath = `
SET disabled_optimizers = 'top_n_window_elimination';
CREATE TABLE details AS
  SELECT * FROM (
    SELECT CAST(user_id AS VARCHAR) AS uid, decode(device_type, 'replace') AS device, decode(location, 'replace') AS place,
           TRY_CAST(left(decode(last_login_date, 'replace'), 10) AS DATE) AS login
    FROM read_parquet('%[1]s/user_profile/*.parquet'))
  QUALIFY row_number() OVER (PARTITION BY uid ORDER BY login DESC NULLS LAST) = 1;
CREATE TABLE events AS
  WITH e AS (
    SELECT CAST(user_id AS VARCHAR) AS uid, lower(decode(event_type, 'replace')) AS kind, trim(decode("timestamp", 'replace')) AS ts,
           decode(event_details, 'replace') AS j, decode(location, 'replace') AS own
    FROM read_parquet('%[1]s/user_event/*.parquet')),
  t AS (
    SELECT *, CASE
      WHEN regexp_full_match(ts, '[0-9]{13}') THEN CAST(timezone('%[2]s', to_timestamp(CAST(ts AS BIGINT) // 1000)) AS DATE)
      WHEN regexp_full_match(ts, '[0-9]{10}') THEN CAST(timezone('%[2]s', to_timestamp(CAST(ts AS BIGINT))) AS DATE)
      WHEN regexp_full_match(ts, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}') THEN CAST(try_strptime(ts, '%%Y-%%m-%%d %%H:%%M:%%S') AS DATE)
      END AS dt
    FROM e)
  SELECT uid, dt, CASE WHEN kind = 'purchase' THEN coalesce(TRY_CAST(json_extract_string(CASE WHEN json_valid(j) THEN j END, '$.amount') AS DECIMAL(18, 2)), 0) END AS amount,
         device, coalesce(nullif(own, ''), place) AS place
  FROM t LEFT JOIN details USING (uid) WHERE dt IS NOT NULL;
CREATE TABLE visits AS SELECT DISTINCT uid, dt FROM events;
`

// TestExpectedAgreesWithDuckDB reads the files back and computes every table a
// second way.
func TestExpectedAgreesWithDuckDB(t *testing.T) {
	for name, opt := range map[string]Options{
		"defaults, small":   {Users: 3000, Days: 16},
		"binary ids":        {Users: 800, Days: 10, Seed: 7, BinaryIDs: true},
		"New York, one day": {Users: 500, Days: 1, Seed: 3, TimeZone: "America/New_York", Start: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		"Lord Howe":         {Users: 500, Days: 9, Seed: 9, TimeZone: "Australia/Lord_Howe"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, sum := generate(t, opt)
			want, err := Expect(t.Context(), opt)
			require.NoError(t, err)
			require.Equal(t, sum.Events, want.Totals.EventRows)
			require.Equal(t, sum.Profiles, want.Totals.ProfileRows)

			db, err := sql.Open("duckdb", "")
			require.NoError(t, err)
			t.Cleanup(func() { db.Close() })
			_, err = db.Exec(fmt.Sprintf(secondPath, filepath.ToSlash(dir), want.Options.TimeZone))
			require.NoError(t, err)
			compareTables(t, db, want)
		})
	}
}

// compareTables checks each expected table against rows of text.
func compareTables(t *testing.T, db *sql.DB, want *Expected) {
	t.Helper()
	var retention, purchases, devices, regions, cohorts [][]string
	for _, d := range want.Retention {
		retention = append(retention, []string{d.Date, text(d.DAU), text(d.D1Retained), d.D1Rate.String(), text(d.D7Retained), d.D7Rate.String()})
	}
	for _, d := range want.Purchases {
		arppu := "NULL"
		if d.ARPPU != nil {
			arppu = d.ARPPU.String()
		}
		purchases = append(purchases, []string{d.Date, d.GMV.String(), text(d.PayingUsers), text(d.Orders), arppu})
	}
	for _, d := range want.Devices {
		devices = append(devices, []string{d.Date, d.Device, text(d.Users), d.Share.String()})
	}
	for _, d := range want.Regions {
		regions = append(regions, []string{d.Date, d.Province, d.City, text(d.DAU)})
	}
	for _, c := range want.Cohorts {
		for age, n := range c.Retained {
			if n > 0 {
				cohorts = append(cohorts, []string{c.Date, text(int64(age)), text(n)})
			}
		}
	}
	require.Equal(t, retention, rows(t, db, `
		SELECT a.dt, count(*) AS dau, count(b.uid) AS d1, CAST(round(CAST(count(b.uid) AS DECIMAL(38, 12)) / count(*), 4) AS DECIMAL(18, 4)),
		       count(c.uid) AS d7, CAST(round(CAST(count(c.uid) AS DECIMAL(38, 12)) / count(*), 4) AS DECIMAL(18, 4))
		FROM visits a LEFT JOIN visits b ON b.uid = a.uid AND b.dt = a.dt + 1 LEFT JOIN visits c ON c.uid = a.uid AND c.dt = a.dt + 7
		GROUP BY a.dt ORDER BY a.dt`))
	require.Equal(t, purchases, rows(t, db, `
		SELECT dt, coalesce(sum(amount), 0.00), count(DISTINCT uid) FILTER (amount > 0), count(*) FILTER (amount > 0),
		       CAST(round(sum(amount) / nullif(count(DISTINCT uid) FILTER (amount > 0), 0) + 1e-9, 2) AS DECIMAL(18, 2))
		FROM events GROUP BY dt ORDER BY dt`))
	require.Equal(t, devices, rows(t, db, `
		SELECT dt, coalesce(device, 'Unknown') AS d, count(DISTINCT uid) AS n,
		       CAST(round(count(DISTINCT uid) / sum(count(DISTINCT uid)) OVER (PARTITION BY dt) + 1e-12, 4) AS DECIMAL(18, 4))
		FROM events GROUP BY dt, d ORDER BY dt, d`))
	require.Equal(t, regions, rows(t, db, `
		WITH r AS (SELECT uid, dt, coalesce(place, '') AS p, regexp_extract(coalesce(place, ''), '^(北京市|天津市|上海市|重庆市|[^省市区]+(省|自治区|特别行政区))', 1) AS prov FROM events)
		SELECT dt, CASE WHEN p = '' THEN '未知' WHEN prov = '' THEN '其他' ELSE prov END AS a,
		       CASE WHEN p = '' THEN '未知' WHEN prov = '' THEN p WHEN p = prov THEN '未知' ELSE substr(p, length(prov) + 1) END AS b,
		       count(DISTINCT uid)
		FROM r GROUP BY ALL ORDER BY dt, a, b`))
	require.Equal(t, cohorts, rows(t, db, `
		WITH f AS (SELECT uid, min(dt) AS first FROM visits GROUP BY uid)
		SELECT first, dt - first AS age, count(*) FROM visits JOIN f USING (uid) WHERE dt - first < 15 GROUP BY ALL ORDER BY ALL`))
	require.Equal(t, [][]string{{text(want.Totals.Users), text(want.Totals.Events), text(want.Totals.ActiveUsers), text(want.Totals.PayingUsers), text(want.Totals.Orders), want.Totals.GMV.String(), text(want.Totals.DeviceUnknown)}},
		rows(t, db, `SELECT (SELECT count(*) FROM details), count(*), count(DISTINCT uid), count(DISTINCT uid) FILTER (amount > 0), count(*) FILTER (amount > 0), coalesce(sum(amount), 0.00), count(*) FILTER (device IS NULL) FROM events`))
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

// rows reads a query as text, NULL for a null.
func rows(t *testing.T, db *sql.DB, query string) [][]string {
	t.Helper()
	r, err := db.Query("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (" + query + ")")
	require.NoError(t, err)
	defer r.Close()
	columns, err := r.Columns()
	require.NoError(t, err)
	var all [][]string
	for r.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		require.NoError(t, r.Scan(into...))
		line := make([]string, len(columns))
		for i, c := range cells {
			line[i] = "NULL"
			if c.Valid {
				line[i] = c.String
			}
		}
		all = append(all, line)
	}
	require.NoError(t, r.Err())
	return all
}
