package udf_test

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	"laketop/engine/duck/udf"
)

func open(t testing.TB, threads int) *sql.Conn {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(context.Background())
	require.NoError(t, err)
	require.NoError(t, udf.Register(context.Background(), conn))
	require.NoError(t, udf.Register(context.Background(), conn), "a second time does nothing")
	for _, s := range []string{"SET TimeZone='Asia/Shanghai'", fmt.Sprintf("SET threads=%d", threads)} {
		_, err = conn.ExecContext(context.Background(), s)
		require.NoError(t, err)
	}
	return conn
}

// events is a million rows as the game's files hold them.
const events = `CREATE TABLE ev AS SELECT
	i AS user_id,
	CAST(['Login', 'purchase', 'LEVEL_UP', 'match_end'][i % 4 + 1] AS VARCHAR) AS kind,
	CAST(1714000000000 + i * 1234 AS VARCHAR) AS millis,
	strftime(TIMESTAMP '2024-05-01' + to_seconds(i), '%Y-%m-%d %H:%M:%S') AS ts,
	strftime(TIMESTAMP '2024-05-01' + to_seconds(i), '%Y-%m-%d') AS day,
	CAST(i % 120 AS VARCHAR) AS level,
	CAST((i % 99999) / 100 AS VARCHAR) AS hours,
	'{"item":"sword_' || (i % 50) || '","amount":' || ((i % 64800) / 100) || ',"currency":"CNY"}' AS details,
	encode('广东省深圳市' || (i % 100)) AS place,
	encode(CAST(1714000000000 + i * 1234 AS VARCHAR)) AS millis_bytes,
	1714000000 + i AS seconds,
	i * 1.37e3 AS d
FROM range(1000000) r(i)`

// pairs are our expression and the nearest that DuckDB has itself.
var pairs = []struct{ name, ours, native string }{
	{"decode(x,'UTF-8')", "lt_utf8(place)", "decode(place)"},
	{"decode(x,'UTF-8') ascii", "lt_utf8(millis_bytes)", "decode(millis_bytes)"},
	{"lower", "lt_lower(kind)", "lower(kind)"},
	{"to_date", "lt_cast_date(day)", "TRY_CAST(day AS DATE)"},
	{"to_timestamp", "lt_cast_timestamp(ts, 'Asia/Shanghai')", "TRY_CAST(ts AS TIMESTAMPTZ)"},
	{"from_unixtime", "lt_from_unixtime(seconds, 'Asia/Shanghai')", "strftime(to_timestamp(seconds), '%Y-%m-%d %H:%M:%S')"},
	{"cast int", "lt_cast_bigint(level)", "TRY_CAST(level AS BIGINT)"},
	{"cast bigint", "lt_cast_bigint(millis)", "TRY_CAST(millis AS BIGINT)"},
	{"cast double", "lt_cast_double(hours)", "TRY_CAST(hours AS DOUBLE)"},
	{"get_json_object", "lt_get_json_object(details, '$.amount')", "json_extract_string(details, '$.amount')"},
	{"rlike as printed", `regexp_matches(millis, '\A[\x{30}-\x{39}]{13}(?:(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)')`, "regexp_matches(millis, '^[0-9]{13}$')"},
	{"rlike in Go", "lt_rlike(millis, '^[0-9]{13}$')", "regexp_matches(millis, '^[0-9]{13}$')"},
	{"date_format", "lt_date_format(ts2, 'yyyy-MM-dd HH:mm', 'Asia/Shanghai')", "strftime(ts2, '%Y-%m-%d %H:%M')"},
	{"to_timestamp(fmt)", "lt_to_timestamp(ts, 'yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai')", "try_strptime(ts, '%Y-%m-%d %H:%M:%S')"},
	{"double text", "lt_double_text(d)", "CAST(d AS VARCHAR)"},
	{"round", "lt_round(d, 2)", "round(d, 2)"},
	{"hash", "lt_hash_bigint(user_id, 42)", "hash(user_id)"},
	{"substring_index", "lt_substring_index(ts, '-', 2)", "split_part(ts, '-', 2)"},
	{"regexp_extract", "lt_regexp_extract(details, '\"amount\":([0-9.]+)', 1)", "regexp_extract(details, '\"amount\":([0-9.]+)', 1)"},
}

// BenchmarkAgainstNative prints the median ratio of five interleaved rounds over
// a million rows, one thread.
func BenchmarkAgainstNative(b *testing.B) {
	conn := open(b, 1)
	for _, s := range []string{events, "ALTER TABLE ev ADD COLUMN ts2 TIMESTAMPTZ", "UPDATE ev SET ts2 = to_timestamp(seconds)"} {
		_, err := conn.ExecContext(context.Background(), s)
		require.NoError(b, err)
	}
	run := func(expression string) time.Duration {
		start := time.Now()
		var n any
		require.NoError(b, conn.QueryRowContext(context.Background(), "SELECT max("+expression+") FROM ev").Scan(&n), expression)
		return time.Since(start)
	}
	for _, p := range pairs {
		b.Run(p.name, func(b *testing.B) {
			var ours, native, ratios []float64
			for range 5 {
				n, o := run(p.native).Seconds(), run(p.ours).Seconds()
				ours, native, ratios = append(ours, o), append(native, n), append(ratios, o/n)
			}
			sort.Float64s(ours)
			sort.Float64s(native)
			sort.Float64s(ratios)
			b.ReportMetric(ours[2]*1000, "ours-ms")
			b.ReportMetric(native[2]*1000, "native-ms")
			b.ReportMetric(ratios[2], "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}
