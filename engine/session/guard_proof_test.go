package session_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// probes are texts that would reach beyond the lake; %s is a file outside of
// the workspace. None of them may give rows, in any dialect.
var probes = []string{
	// files by DuckDB's own functions
	"SELECT * FROM read_csv('%s')", "SELECT * FROM read_csv_auto('%s')", "SELECT * FROM read_text('%s')", "SELECT * FROM read_blob('%s')",
	"SELECT * FROM read_parquet('%s')", "SELECT * FROM parquet_scan('%s')", "SELECT * FROM read_json('%s')", "SELECT * FROM read_ndjson_objects('%s')",
	"SELECT * FROM glob('/etc/*')", "SELECT * FROM sniff_csv('%s')", "SELECT * FROM parquet_metadata('%s')", "SELECT * FROM parquet_schema('%s')",
	"SELECT * FROM read_text('/proc/self/environ')", "SELECT * FROM read_csv('/dev/stdin')", "SELECT * FROM read_text('file://%s')",
	"SELECT * FROM read_text('http://127.0.0.1:1/x')", "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
	"SELECT 1 AS a WHERE EXISTS (SELECT 1 FROM read_text('%s'))", "WITH x AS (SELECT * FROM read_text('%s')) SELECT * FROM x",
	"SELECT (SELECT max(content) FROM read_text('%s')) AS a", "SELECT 1 AS a UNION ALL SELECT size FROM read_text('%s')",
	"SELECT * FROM (SELECT 1 AS a) t JOIN read_text('%s') u ON true", "SELECT 1 IN (SELECT size FROM read_text('%s'))",
	"SELECT * FROM query('SELECT * FROM read_text(''%s'')')", "SELECT * FROM query_table('%s')", "SELECT * FROM read_duckdb('%s')",
	// files as tables
	"SELECT * FROM '%s'", "SELECT * FROM \"%s\"", "SELECT * FROM `%s`", "FROM '%s'", "SELECT * FROM parquet.`%s`", "SELECT * FROM csv.`%s`",
	"SELECT * FROM json.`/etc/passwd`", "SELECT * FROM csv.`/etc/passwd`", "SELECT * FROM paimon.`/etc`", "SELECT * FROM csv.`link.csv`", "SELECT * FROM csv.`../secret.csv`",
	"SELECT * FROM files('/etc/*')", "SELECT * FROM files('%s')", "SELECT * FROM files('../*')", "SELECT * FROM files('*.csv')", "SELECT * FROM files('{link,x}.csv')", "SELECT * FROM paimon.`%s`",
	// what the engine itself knows
	"SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_functions()", "SELECT * FROM duckdb_tables()", "SELECT * FROM duckdb_secrets()",
	"SELECT * FROM duckdb_logs()", "SELECT * FROM duckdb_memory()", "SELECT * FROM duckdb_temporary_files()", "SELECT * FROM pragma_database_list()",
	"SELECT * FROM pragma_storage_info('x')", "SELECT * FROM which_secret('s3://x', 's3')", "SELECT * FROM duckdb_tables", "SELECT * FROM information_schema.tables", "SELECT * FROM sqlite_master",
	"SELECT * FROM pg_catalog.pg_tables", "SELECT * FROM main.sqlite_master", "SELECT * FROM system.information_schema.columns", "SELECT * FROM test_all_types()",
	// results of other sessions, scratch tables of this one
	"SELECT * FROM lt_results.r1", "SELECT * FROM memory.lt_results.r1", "SELECT * FROM temp.lt_write_rows", "SELECT * FROM lt_write_rows", "SELECT * FROM lt_stream",
	// functions that do more than compute
	"SELECT getenv('HOME')", "SELECT write_log('x')", "SELECT json_execute_serialized_sql('{}')", "SELECT nextval('s')", "SELECT * FROM json_execute_serialized_sql('{}')",
	// statements
	"COPY (SELECT 1) TO '%s.out'", "COPY x FROM '%s'", "ATTACH '%s.db'", "ATTACH ':memory:' AS m", "DETACH memory", "INSTALL httpfs", "LOAD httpfs", "LOAD parquet",
	"PRAGMA enable_profiling", "PRAGMA database_list", "PRAGMA memory_limit='100GB'", "CALL enable_logging()", "CALL pragma_version()", "CHECKPOINT", "FORCE CHECKPOINT", "VACUUM",
	"EXPORT DATABASE '%s.d'", "IMPORT DATABASE '%s.d'", "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')", "CREATE MACRO m() AS 1", "CREATE FUNCTION m() AS 1",
	"CREATE SEQUENCE s", "CREATE TYPE t AS INTEGER", "CREATE INDEX i ON x (a)", "SET VARIABLE v = 1", "BEGIN TRANSACTION", "COMMIT", "PREPARE p AS SELECT 1", "EXECUTE p",
	"DELETE FROM lt_results.r1", "UPDATE lt_results.r1 SET a = 1", "DROP SCHEMA lt_results CASCADE", "DROP TABLE lt_results.r1", "INSERT INTO lt_results.r1 VALUES (1)", "ALTER TABLE lt_results.r1 ADD COLUMN x INT",
	"EXPLAIN COPY (SELECT 1) TO '%s.out'", "EXPLAIN ANALYZE COPY (SELECT 1) TO '%s.out'", "COMMENT ON TABLE x IS 'y'", "SELECT 1; COPY (SELECT 1) TO '%s.out'", "SELECT 1 /* ; */ ; ATTACH '%s.db'",
	"SELECT * FROM x.y.z.w", "INSERT INTO secret SELECT * FROM read_text('%s')", "CREATE TABLE stolen AS SELECT * FROM read_text('%s')", "CREATE VIEW stolen AS SELECT * FROM read_text('%s')",
}

var dialects = []string{"spark", "flink", "starrocks", "duckdb"}

// TestNothingReachesBeyondTheLake runs every probe in every dialect.
func TestNothingReachesBeyondTheLake(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret.csv")
	require.NoError(t, os.WriteFile(secret, []byte("a\nhush\n"), 0o600))
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{})
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "link.csv")))
	before := l.settings(t)
	for _, d := range dialects {
		t.Run(d, func(t *testing.T) {
			s := l.session(t)
			for _, probe := range probes {
				if strings.Contains(probe, "%s") {
					probe = fmt.Sprintf(probe, secret)
				}
				out, err := s.Run(context.Background(), session.Request{Dialect: d, Text: probe}, nil)
				p, ok := problem.As(err)
				require.True(t, ok, "%s: %v", probe, err)
				require.NotEqual(t, "session.internal", p.Code, "%s: %s", probe, p.Report("en"))
				require.NotContains(t, p.Report("en"), "hush", probe)
				require.Nil(t, out[len(out)-1].Result, probe)
			}
			l.run(t, s, d, "SELECT 1 AS one", nil)
		})
	}
	require.Equal(t, before, l.settings(t), "a probe changed DuckDB")
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Len(t, entries, 1, "a probe wrote a file")
}

// settings are DuckDB's own.
func (l *lake) settings(tb testing.TB) []string {
	tb.Helper()
	conn, err := l.db.Conn(context.Background(), duck.Settings{TimeZone: zone})
	require.NoError(tb, err)
	defer func() { require.NoError(tb, conn.Close()) }()
	rows, _, err := conn.Rows(context.Background(), "SELECT name || '=' || coalesce(value, '') FROM duckdb_settings() UNION ALL SELECT database_name FROM duckdb_databases() ORDER BY 1")
	require.NoError(tb, err)
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(r[0]))
	}
	return out
}

// TestSettingsStayTheSessions sets what DuckDB would understand: it stays a
// word of the session's, and DuckDB's own settings do not move.
func TestSettingsStayTheSessions(t *testing.T) {
	l := lakeAt(t, t.TempDir(), duck.Options{})
	s := l.session(t)
	before := l.settings(t)
	for _, text := range []string{
		"SET memory_limit = '100GB'", "SET enable_external_access = true", "SET allowed_directories = ['/']", "SET lock_configuration = false",
		"SET threads = 64", "RESET memory_limit", "SET allowed_configs = ['memory_limit']", "SET custom_user_agent = 'x'",
	} {
		for _, d := range dialects {
			_, err := s.Run(context.Background(), session.Request{Dialect: d, Text: text}, nil)
			if err != nil {
				_, ok := problem.As(err)
				require.True(t, ok, "%s: %v", text, err)
			}
		}
	}
	require.Equal(t, before, l.settings(t))
}

// TestQuotesStayInsideTheirText puts quotes, semicolons and comments of DuckDB
// where names and values stand.
func TestQuotesStayInsideTheirText(t *testing.T) {
	l := lakeAt(t, t.TempDir(), duck.Options{})
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	evil := `x"; COPY (SELECT 1) TO '/tmp/evil'; --`
	quoted := "`" + evil + "`"
	l.run(t, s, "spark", "CREATE TABLE t ("+quoted+" STRING COMMENT 'it''s') COMMENT 'a''b\"c'", nil)
	l.run(t, s, "spark", "INSERT INTO t VALUES ('${v}'), (\"it's\"), ('\\'; DROP TABLE t; --')", map[string]string{"v": `'); DROP TABLE t; --"`})
	require.ElementsMatch(t, []string{`'); DROP TABLE t; --"`, "it's", "'; DROP TABLE t; --"}, l.lines(t, s, "spark", "SELECT "+quoted+" FROM t"))
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT count(*) FROM t AS "+quoted+" WHERE "+quoted+"."+quoted+" = \"it's\""))
	require.Equal(t, []string{evil}, l.lines(t, s, "spark", "SELECT max(k) FROM (SELECT explode(map_keys(map('"+strings.ReplaceAll(evil, "'", "\\'")+"', 1))) AS k)"))
	for _, name := range []string{"`../../etc`", "`a/b`", "`a\\b`", "`..`", "`" + strings.Repeat("x", 300) + "`", "`a%2fb`", "`C:x`"} {
		out, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "CREATE TABLE " + name + " AS SELECT 1 AS a"}, nil)
		if err == nil {
			require.NotEmpty(t, out[0].Writes, name)
			l.run(t, s, "spark", "DROP TABLE "+name, nil)
			continue
		}
		_, ok := problem.As(err)
		require.True(t, ok, "%s: %v", name, err)
	}
	entries, err := os.ReadDir(l.dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "a name left the warehouse")
	require.NoFileExists(t, "/tmp/evil")
}
