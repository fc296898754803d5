package session_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/session"
)

func TestWritesAndReads(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	l.steps(t, s, []step{
		{"a table is empty at first", "CREATE TABLE a (x INT, s STRING NOT NULL COMMENT 'text') COMMENT 'first'", "SELECT * FROM a", ""},
		{"insert adds", "INSERT INTO a VALUES (1, 'one'), (2, 'two'); INSERT INTO a SELECT 3, 'three'", "SELECT x, s FROM a ORDER BY x", "1|one 2|two 3|three"},
		{"a column list fills the rest with null", "INSERT INTO a (s) VALUES ('only s')", "SELECT x, s FROM a WHERE x IS NULL", "NULL|only s"},
		{"overwrite replaces", "INSERT OVERWRITE a VALUES (9, 'nine')", "SELECT * FROM a", "9|nine"},
		{"the earlier snapshot is still there", "SELECT 1", "SELECT x FROM a VERSION AS OF 1 ORDER BY x", "1 2"},
		{"truncate empties", "TRUNCATE TABLE a", "SELECT * FROM a", ""},
		{"a table as a query", "CREATE TABLE b USING paimon AS SELECT x, s FROM a VERSION AS OF 2", "SELECT * FROM b ORDER BY x", "1|one 2|two 3|three"},
		{"or replace", "CREATE OR REPLACE TABLE b AS SELECT 7 AS seven", "SELECT * FROM b", "7"},
		{"if not exists keeps what is there", "CREATE TABLE IF NOT EXISTS b AS SELECT 8 AS eight", "SELECT * FROM b", "7"},
		{"names without regard to case", "SELECT 1", "SELECT SEVEN FROM D.B", "7"},
		{"alias of the catalog before the name", "SELECT 1", "SELECT * FROM paimon_catalog.d.b", "7"},
		{"a quoted name with a dot", "SELECT 1", "SELECT * FROM `d.b`", "7"},
		{"partitions, null and empty ones", `CREATE TABLE p (v INT, dt STRING, n INT) PARTITIONED BY (dt, n);
			INSERT INTO p VALUES (1, 'x', 1), (2, NULL, 1), (3, '', NULL), (4, 'x', 1), (5, '__DEFAULT_PARTITION__', 2)`, "SELECT v, dt, n FROM p ORDER BY v", "1|x|1 2|NULL|1 3||NULL 4|x|1 5|__DEFAULT_PARTITION__|2"},
		{"overwrite of a static partition", "INSERT OVERWRITE p PARTITION (dt = 'x', n = 1) VALUES (40)", "SELECT v FROM p ORDER BY v", "2 3 5 40"},
		{"overwrite of the touched partitions", "SET spark.sql.sources.partitionOverwriteMode = dynamic; INSERT OVERWRITE p VALUES (41, 'x', 1), (6, 'new', 1)", "SELECT v FROM p ORDER BY v", "2 3 5 6 41"},
		{"truncate of a partition", "TRUNCATE TABLE p PARTITION (dt = 'new')", "SELECT v FROM p ORDER BY v", "2 3 5 41"},
		{"a view", "CREATE VIEW w AS SELECT v + 1 AS next FROM p WHERE dt = 'x'", "SELECT next FROM w", "42"},
		{"a view over a view with its own names", "CREATE OR REPLACE VIEW w2 (a) AS SELECT next FROM w", "SELECT a FROM W2", "42"},
		{"views show", "SELECT 1", "SHOW VIEWS", "d|w|false d|w2|false"},
		{"tables show", "SELECT 1", "SHOW TABLES LIKE 'a*|p'", "d|a|false d|p|false"},
		{"columns", "SELECT 1", "DESCRIBE a", "x|int|NULL s|string|text"},
		{"partition columns", "SELECT 1", "SHOW PARTITIONS p", "dt=/n=null dt=__DEFAULT_PARTITION__/n=2 dt=null/n=1 dt=x/n=1"},
		{"snapshots as a system table", "SELECT 1", "SELECT snapshot_id, commit_kind FROM `a$snapshots` ORDER BY snapshot_id", "1|APPEND 2|APPEND 3|APPEND 4|OVERWRITE 5|OVERWRITE"},
		{"schemas and options", "SELECT 1", "SELECT schema_id FROM `p$schemas`", "0"},
		{"files", "SELECT 1", "SELECT sum(record_count) FROM `p$files`", "4"},
	})
}

func TestEveryTypeComesBack(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "flink", `CREATE DATABASE d; USE d;
		CREATE TABLE t (b BOOLEAN, t1 TINYINT, s2 SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, dec DECIMAL(23,5), c CHAR(4), v VARCHAR(9), s STRING,
		by BYTES, bi BINARY(3), dt DATE, tm TIME(0), t0 TIMESTAMP(0), t3 TIMESTAMP(3), t6 TIMESTAMP(6), t9 TIMESTAMP(9), z3 TIMESTAMP_LTZ(3), z6 TIMESTAMP_LTZ(6),
		arr ARRAY<INT>, m MAP<STRING, BIGINT>, r ROW<x INT, y STRING>)`, nil)
	l.run(t, s, "flink", `INSERT INTO t SELECT TRUE, CAST(1 AS TINYINT), CAST(2 AS SMALLINT), 3, CAST(4 AS BIGINT), CAST(1.5 AS FLOAT), CAST(2.5 AS DOUBLE), CAST(3.14159 AS DECIMAL(23,5)), 'ab', 'varchar', '广东省',
		CAST('bytes' AS BYTES), CAST('bin' AS BYTES), DATE '2026-11-21', TIME '10:20:30', TIMESTAMP '2026-11-21 10:20:30', TIMESTAMP '2026-11-21 10:20:30.123', TIMESTAMP '2026-11-21 10:20:30.123456', TIMESTAMP '2026-11-21 10:20:30.123456',
		CAST(TIMESTAMP '2026-11-21 10:20:30.123' AS TIMESTAMP_LTZ(3)), CAST(TIMESTAMP '2026-11-21 10:20:30.123456' AS TIMESTAMP_LTZ(6)), ARRAY[1, 2], MAP['k', CAST(7 AS BIGINT)], ROW(1, 'y')`, nil)
	l.run(t, s, "flink", "INSERT INTO t (i) VALUES (99)", nil)
	lines := l.lines(t, s, "flink", "SELECT * FROM t WHERE i = 3")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "广东省")
	require.Contains(t, lines[0], "2026-11-21 10:20:30.123456")
	require.Contains(t, lines[0], "10:20:30")
}

func TestNamedResultsAndFiles(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	require.NoError(t, os.WriteFile(filepath.Join(l.dir, "x.csv"), []byte("a,b\n1,x\n2,\n"), 0o600))
	_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "SELECT 1 AS a UNION ALL SELECT 2", Name: "cell_one"}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"3"}, l.lines(t, s, "spark", "SELECT sum(a) FROM cell_one"))
	require.Equal(t, []string{"1|x", "2|NULL"}, l.lines(t, s, "spark", "SELECT * FROM csv.`x.csv` ORDER BY a"))
	require.Equal(t, []string{"11"}, l.lines(t, s, "spark", "SELECT bytes FROM files('*.csv')"))
}

func TestErrorsSayWhereAndWhatNext(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE events (user_id BIGINT, dt DATE); INSERT INTO events VALUES (1, DATE '2026-01-01')", nil)
	for name, tc := range map[string]struct{ text, code, at, suggestion string }{
		"an unknown table":             {"SELECT *\nFROM d.evnts", "sql.unknown_table", "2:6", "d.events"},
		"an unknown database":          {"SELECT * FROM dd.events", "sql.unknown_database", "1:15", "d"},
		"an unknown catalog":           {"SELECT * FROM paimn.d.events", "sql.unknown_catalog", "1:15", "paimon"},
		"an unknown column":            {"SELECT\n  user_i FROM events", "sql.unknown_column", "2:3", "user_id"},
		"a table that is there":        {"CREATE TABLE events (x INT)", "table.exists", "1:14", ""},
		"no such column to insert":     {"INSERT INTO events (user_idd) VALUES (1)", "sql.unknown_column", "1:13", "user_id"},
		"a text into a number":         {"INSERT INTO events VALUES ('x', DATE '2026-01-01')", "sql.execution", "1:20", ""},
		"not a partition":              {"INSERT INTO events PARTITION (dt = '2026-01-01') VALUES (1)", "write.partition", "1:31", ""},
		"a glob without files":         {"SELECT * FROM parquet.`none/*.parquet`", "source.empty", "1:23", ""},
		"a broken parquet file":        {"SELECT * FROM parquet.`broken.parquet`", "source.unreadable", "1:23", ""},
		"a primary key, for now":       {"CREATE TABLE k (id INT) TBLPROPERTIES ('primary-key' = 'id'); INSERT INTO k VALUES (1)", "table.bucket_mode_write", "", ""},
		"no database to drop":          {"DROP DATABASE nothing", "table.unknown_database", "", ""},
		"a void column":                {"CREATE TABLE v AS SELECT NULL AS n", "table.column_type", "", ""},
		"an error while rows are read": {"SELECT\n raise_error('ouch') FROM events", "sql.execution", "2:2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(filepath.Join(l.dir, "broken.parquet"), []byte("PAR1 cut off"), 0o600))
			p := refused(t, s, tc.text)
			require.Equal(t, tc.code, p.Code, p.Report("en"))
			require.Equal(t, "cell", p.Source)
			require.NotNil(t, p.Span)
			if tc.at != "" {
				require.Contains(t, p.Report("en"), "cell: "+tc.at+": ")
			}
			if tc.suggestion != "" {
				require.Contains(t, p.Suggestions, tc.suggestion)
			}
		})
	}
	require.Equal(t, []string{"1|2026-01-01"}, l.lines(t, s, "spark", "SELECT * FROM events"), "nothing was half written")
}

func TestStopsAtTheFirstErrorUnlessToldToKeepGoing(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	text := "SELECT 1; SELECT nothing; SELECT 3"
	out, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
	require.Error(t, err)
	require.Len(t, out, 2)
	out, err = s.Run(context.Background(), session.Request{Dialect: "spark", Text: text, KeepGoing: true}, nil)
	require.Error(t, err)
	require.Len(t, out, 3)
	require.NoError(t, out[2].Err)
}

func TestReadOnlySessionsWriteNothing(t *testing.T) {
	l := newLake(t)
	l.run(t, l.session(t), "spark", "CREATE DATABASE d; CREATE TABLE d.t AS SELECT 1 AS x", nil)
	l.cfg.ReadOnly = true
	s := l.session(t)
	for _, text := range []string{"CREATE DATABASE e", "DROP TABLE d.t", "INSERT INTO d.t VALUES (2)", "CREATE VIEW d.v AS SELECT 1", "TRUNCATE TABLE d.t", "DROP DATABASE d CASCADE", "CREATE TABLE d.u AS SELECT 1 AS x"} {
		require.Equal(t, "session.read_only", refused(t, s, text).Code, text)
	}
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT * FROM d.t"))
}

func TestReadsNameTheirSnapshots(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	out := l.run(t, s, "spark", "CREATE DATABASE d; CREATE TABLE d.t AS SELECT 1 AS x; INSERT INTO d.t VALUES (2); SELECT * FROM d.t a JOIN d.t VERSION AS OF 1 b ON a.x = b.x", nil)
	require.Equal(t, []session.TableVersion{{Table: "d.t", Snapshot: 1}}, out[1].Writes)
	require.EqualValues(t, 1, out[1].Affected)
	require.ElementsMatch(t, []session.TableVersion{{Table: "d.t", Snapshot: 1}, {Table: "d.t", Snapshot: 2}}, out[3].Reads)
	require.Contains(t, out[3].DuckSQL, "read_parquet")
}

func TestViewsDoNotChangeTheSessionTheyAreReadFrom(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE a; CREATE DATABASE b; CREATE TABLE a.t AS SELECT 1 AS x; CREATE TABLE b.t AS SELECT 2 AS x;
		USE a; CREATE VIEW v AS SELECT x FROM t; USE b; CREATE TEMPORARY VIEW tv AS SELECT x FROM t; CREATE TEMPORARY VIEW tv2 AS SELECT x + 10 AS y FROM tv`, nil)
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT x FROM a.v"), "a view keeps its own database")
	require.Equal(t, []string{"2"}, l.lines(t, s, "spark", "SELECT x FROM t"), "and leaves the session's")
	require.Equal(t, []string{"12"}, l.lines(t, s, "spark", "SELECT y FROM tv2"))
	_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "SELECT x FROM a.v", Name: "later"}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT x FROM later"))
}
