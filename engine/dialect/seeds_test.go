package dialect_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// seed reads a seed article's statements; the test is left out, by name, where
// the seeds are not beside the checkout.
func seed(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("LAKETOP_SEEDS")
	if dir == "" {
		dir = "../../../shared/seeds/sql"
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("the seeds are not here: %v", err)
	}
	return string(text)
}

// TestSeedGame runs the first article's layers: its statements unchanged, the
// types as Spark has them.
func TestSeedGame(t *testing.T) {
	l := newLake(t)
	l.table(t, "game_db.ods_user_profile", profileTable)
	l.table(t, "game_db.ods_user_event", eventTable)
	for _, file := range []string{"000-2-dwd.spark.sql", "000-3-ads.spark.sql"} {
		l.layer(t, seed(t, file))
	}
	require.Equal(t, "user_id bigint, gender string, os_version string, current_level int, device_type string, last_login_date date, favorite_game_mode string, "+
		"language_preference string, active_time string, registration_date date, total_deaths int, game_hours double, location string, play_frequency string",
		schema(dialect.Spark, l.tables["game_db.dwd_user_details"]))
	require.Equal(t, "user_id bigint, event_ts timestamp, event_date date, event_type string, location string, amount double, gender string, device_type string",
		schema(dialect.Spark, l.tables["game_db.dwd_user_event"]))
	require.Equal(t, "dt date, dau bigint, d1_retained bigint, d1_retention_rate decimal(27,4), d7_retained bigint, d7_retention_rate decimal(27,4)",
		schema(dialect.Spark, l.tables["game_db.ads_retention_daily"]))
	_, rows, err := l.rows(`SELECT * FROM "game_db.ads_retention_daily" ORDER BY dt`)
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"2024-05-06", "3", "2", "0.6667", "0", "0.0000"},
		{"2024-05-07", "2", "0", "0.0000", "0", "0.0000"},
	}, rows)
	_, rows, err = l.rows(`SELECT user_id, event_ts, amount, location, gender FROM "game_db.dwd_user_event" ORDER BY user_id, event_ts`)
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2024-05-06 12:00:00", "9.99", "广东省深圳市", "M2"}, rows[0])
	require.Len(t, rows, 5)
}

// layer runs DROP TABLE and CREATE TABLE AS in the in-memory database.
func (l *lake) layer(t *testing.T, text string) {
	t.Helper()
	list, err := dialect.Parse(dialect.Spark, text, nil)
	require.NoError(t, err)
	for _, s := range list {
		n, ok := s.Node.(*ast.CreateTable)
		if !ok {
			require.IsType(t, &ast.DropTable{}, s.Node)
			continue
		}
		require.Equal(t, "paimon", n.Provider.Name)
		tr, err := dialect.Translate(context.Background(), dialect.Spark, s, n.Query, l, options)
		if err != nil {
			t.Fatal(shown(err))
		}
		types, _, err := l.rows(tr.SQL)
		if err != nil {
			t.Fatal(tr.SQL, "\n", err)
		}
		require.NoError(t, sameTypes(tr.Columns, types))
		name := strings.Join(n.Name.Strings(), ".")
		l.exec(t, `CREATE TABLE "`+name+`" AS `+tr.SQL)
		l.tables[name] = tr.Columns
	}
}

const profileTable = `user_id bigint
gender binary
os_version binary
current_level binary
device_type binary
last_login_date binary
favorite_game_mode binary
language_preference binary
active_time binary
registration_date binary
total_deaths binary
game_hours binary
location binary
play_frequency binary
==
(1, encode('M1'), encode('17'), encode('12'), encode('ios'), encode('2024-05-01'), encode('pvp'), encode('zh'), encode('night'), encode('2023-01-01'), encode('7'), encode('1.5'), encode('广东省广州市'), encode('daily')),
(1, encode('M2'), encode('17'), encode('13'), encode('ios'), encode('2024-05-05'), encode('pvp'), encode('zh'), encode('night'), encode('2023-01-01'), encode('x'), encode('2.5'), encode('广东省深圳市'), encode('daily')),
(2, encode('F'), encode('13'), encode('1'), encode('android'), NULL, encode('pve'), encode('en'), encode('day'), encode('2023-02-30'), encode('9'), encode(''), encode('上海市'), encode('weekly')),
(3, encode('F'), from_hex('FF'), encode('1.9'), encode('android'), encode('2024'), encode('pve'), encode('en'), encode('day'), encode('2023-02-03'), encode('9'), encode('3'), encode('北京市'), encode('weekly'))
`

const eventTable = `user_id bigint
event_type binary
timestamp binary
event_details binary
location binary
==
(1, encode('Purchase'), encode('1714968000000'), encode('{"amount": 9.99}'), encode('')),
(1, encode('login'), encode(' 1715054400 '), encode('{}'), encode('广东省')),
(2, encode('LOGIN'), encode('2024-05-06 23:59:59'), encode('{bad'), encode('上海市')),
(2, encode('login'), encode('garbage'), encode('{}'), encode('上海市')),
(3, encode('login'), encode('2024-05-06T01:00:00+08:00'), NULL, NULL),
(2, encode('purchase'), encode('2024-05-07 00:00:01'), encode('{"amount": "6"}'), NULL)
`

// TestSeedServe resolves the dashboard's four datasets.
func TestSeedServe(t *testing.T) {
	l := newLake(t)
	for _, name := range []string{"ads_retention_daily", "ads_mv_user_retention", "ads_mv_user_geographic_distribution", "ads_mv_user_device_preference", "ads_mv_user_purchase_trends"} {
		l.table(t, "game_db."+name, "dt date\nn bigint\n")
	}
	list, err := dialect.Parse(dialect.StarRocks, seed(t, "000-4-serve.starrocks.sql"), nil)
	require.NoError(t, err)
	require.Len(t, list, 5)
	for _, s := range list {
		tr, err := dialect.Translate(context.Background(), dialect.StarRocks, s, s.Node.(*ast.Query), l, options)
		require.NoError(t, err)
		_, _, err = l.rows(tr.SQL)
		require.NoError(t, err)
	}
}

// TestSeedsOfOthers: the later articles' statements parse, or are refused by
// name with their place.
func TestSeedsOfOthers(t *testing.T) {
	for file, want := range map[string][]string{
		"002-1-ods.flink.sql":           {"create", "create", "create", "create"},
		"002-2-wide.flink.sql":          {"create"},
		"002-3-wide-write.flink.sql":    {"1: CREATE CATALOG", "use", "8: EXECUTE STATEMENT SET", "insert", "insert", "insert", "insert", "23: END of a statement set"},
		"002-4-dict.flink.sql":          {"create", "9: CREATE FUNCTION", "insert", "create"},
		"002-5-uv.spark.sql":            {"set", "insert"},
		"002-6-uv.starrocks.sql":        {"query"},
		"002-7-branch.flink.sql":        {"call", "alter", "insert", "set", "insert"},
		"002-8-branch.starrocks.sql":    {"query"},
		"003-1-kpi.spark.sql":           {"query", "2: OPTIMIZE of a path", "3: VACUUM of a path", "4: VACUUM of a path"},
		"004-1-basic.maxcompute.sql":    {"set", "insert"},
		"004-2-generated.starrocks.sql": {"1: a generated column", "query"},
	} {
		t.Run(file, func(t *testing.T) {
			d := dialect.Dialect(strings.Split(file, ".")[1])
			if !d.Valid() {
				d = dialect.Spark
			}
			var got []string
			for s, err := range dialect.Statements(d, seed(t, file), dialect.Params{"dt": "2024-05-06"}) {
				if err == nil {
					got = append(got, kindOf(s.Node))
					continue
				}
				p, ok := problem.As(err)
				require.True(t, ok)
				require.Equal(t, "sql.unsupported", p.Code, p.Report("en"))
				got = append(got, strings.TrimSpace(strings.Join([]string{itoa(p.Span.Line) + ":", p.Args["construct"]}, " ")))
			}
			require.Equal(t, want, got)
		})
	}
}
