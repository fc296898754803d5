package session_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/notice"
	"laketop/engine/problem"
	"laketop/engine/session"
)

func TestInsertsIntoKeyedTables(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	l.steps(t, s, []step{
		{"a row of a key that is there replaces it", "CREATE TABLE k (id BIGINT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2'); INSERT INTO k VALUES (1, 'a'), (2, 'b'), (1, 'c'); INSERT INTO k VALUES (2, 'd'), (3, 'e')",
			"SELECT id, v FROM k ORDER BY id", "1|c 2|d 3|e"},
		{"overwrite replaces all", "INSERT OVERWRITE k VALUES (9, 'z')", "SELECT id, v FROM k", "9|z"},
		{"later rows are newer than the overwritten", "INSERT INTO k VALUES (1, 'new')", "SELECT id, v FROM k ORDER BY id", "1|new 9|z"},
		{"partitions", `CREATE TABLE p (id BIGINT, v STRING, dt STRING) PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '3');
			INSERT INTO p VALUES (1, 'a', 'x'), (1, 'b', 'y'), (2, 'c', ''); INSERT INTO p PARTITION (dt = 'x') VALUES (1, 'a2'), (5, 'five')`, "SELECT id, v, dt FROM p ORDER BY dt, id", "2|c| 1|a2|x 5|five|x 1|b|y"},
		{"overwrite of a partition", "INSERT OVERWRITE p PARTITION (dt = 'x') VALUES (7, 'seven')", "SELECT id, v, dt FROM p ORDER BY dt, id", "2|c| 7|seven|x 1|b|y"},
		{"overwrite of the touched partitions", "SET spark.sql.sources.partitionOverwriteMode = dynamic; INSERT OVERWRITE p VALUES (8, 'eight', 'y'), (9, 'nine', 'z')", "SELECT id, v, dt FROM p ORDER BY dt, id", "2|c| 7|seven|x 8|eight|y 9|nine|z"},
		{"columns that are updated alone", "CREATE TABLE u (id BIGINT, a STRING, b INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'partial-update'); INSERT INTO u (id, a) VALUES (1, 'x'), (2, 'y'); INSERT INTO u (id, b) VALUES (1, 10), (1, 11)",
			"SELECT id, a, b FROM u ORDER BY id", "1|x|11 2|y|NULL"},
		{"sums", "CREATE TABLE g (id BIGINT, n BIGINT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum'); INSERT INTO g VALUES (1, 1), (1, 2); INSERT INTO g VALUES (1, 4)",
			"SELECT id, n FROM g", "1|7"},
		{"append tables with a bucket key", "CREATE TABLE b (id BIGINT, v STRING) TBLPROPERTIES ('bucket' = '4', 'bucket-key' = 'id'); INSERT INTO b VALUES (1, 'a'), (1, 'b'), (2, 'c'); INSERT INTO b VALUES (1, 'd')",
			"SELECT id, v FROM b ORDER BY v", "1|a 1|b 2|c 1|d"},
		{"kinds from a column", "CREATE TABLE r (id BIGINT, op STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'rowkind.field' = 'op'); INSERT INTO r VALUES (1, '+I'), (2, '+I'), (1, '-D')",
			"SELECT id FROM r", "2"},
		{"times", "CREATE TABLE f (id BIGINT, at TIMESTAMP) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1'); INSERT INTO f VALUES (1, TIMESTAMP '2026-01-01 10:00:00')", "SELECT id, at FROM f", "1|2026-01-01 10:00:00"},
	})
}

// An overwrite is one commit: a table whose level 0 is not read must not stand
// empty between it and a compaction. Java reads it and goes on.
func TestOverwriteIsOneCommit(t *testing.T) {
	for name, options := range inShort(map[string]string{
		"none": "'bucket' = '2'", "vectors": "'bucket' = '2', 'deletion-vectors.enabled' = 'true'", "first row": "'bucket' = '1', 'merge-engine' = 'first-row'",
		"lookup": "'bucket' = '1', 'changelog-producer' = 'lookup'", "full": "'bucket' = '1', 'changelog-producer' = 'full-compaction'", "levels": "'bucket' = '1', 'num-levels' = '3'",
	}, "vectors") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', "+options+"); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')", nil)
			last := "SELECT max(snapshot_id) FROM `t$snapshots`"
			before := l.lines(t, s, "spark", last)
			l.run(t, s, "spark", "INSERT OVERWRITE t VALUES (2, 'x'), (9, 'z')", nil)
			require.Equal(t, before, l.lines(t, s, "spark", "SELECT max(snapshot_id) - 1 FROM `t$snapshots`"))
			require.Equal(t, []string{"OVERWRITE"}, l.lines(t, s, "spark", "SELECT commit_kind FROM `t$snapshots` ORDER BY snapshot_id DESC LIMIT 1"))
			require.Equal(t, []string{"2|x", "9|z"}, l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"))
			if testing.Short() {
				return
			}
			java := judge.Java(t).At(filepath.Join(l.dir, "warehouse"), "d")
			require.Equal(t, judge.Lines(t, judge.Rows(judge.Row{"2", "x"}, judge.Row{"9", "z"})), judge.Lines(t, java.Read(t, "t", judge.Read{}).Rows))
			java.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{5, "java"})})
			l.run(t, s, "spark", "INSERT INTO t VALUES (6, 'w')", nil)
			want := []string{"2|x", "5|java", "6|w", "9|z"}
			require.Equal(t, want, l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"))
			require.Len(t, java.Read(t, "t", judge.Read{}).Rows, len(want))
		})
	}
}

// Rows of an overwrite that take one back are merged with what they take back and
// then gone: on the last level nothing is left to take.
func TestOverwriteWithRetractions(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE t (id INT, op STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'rowkind.field' = 'op', 'deletion-vectors.enabled' = 'true');
		INSERT INTO t VALUES (1, '+I'); INSERT OVERWRITE t VALUES (2, '+I'), (7, '-D'), (2, '-D'), (9, '+I'), (9, '-D'), (9, '+U')`, nil)
	require.Equal(t, []string{"OVERWRITE"}, l.lines(t, s, "spark", "SELECT commit_kind FROM `t$snapshots` ORDER BY snapshot_id DESC LIMIT 1"))
	require.Equal(t, []string{"9|+U"}, l.lines(t, s, "spark", "SELECT * FROM t"))
	require.Equal(t, []string{"5|1|0"}, l.lines(t, s, "spark", "SELECT level, record_count, deleteRowCount FROM `t$files`"))
	l.run(t, s, "spark", "INSERT OVERWRITE t VALUES (9, '-D')", nil)
	require.Empty(t, l.lines(t, s, "spark", "SELECT * FROM t"))
}

func TestValuesAreCastToTheirColumns(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE v (id INT, n DECIMAL(5, 2), day DATE, at TIMESTAMP, f FLOAT, b BOOLEAN, c CHAR(3), w VARCHAR(3))", nil)
	l.steps(t, s, []step{
		{"text", "INSERT INTO v VALUES ('7', ' 1.255 ', '2026-01-02', '2026-01-02 03:04:05', '1.5', 'true', 'a', 'b')", "SELECT * FROM v", "7|1.26|2026-01-02|2026-01-02 03:04:05|1.5|true|a  |b"},
		{"numbers", "INSERT OVERWRITE v SELECT 2147483647.9, 1, NULL, NULL, 1e39, NULL, NULL, NULL", "SELECT * FROM v", "2147483647|1.00|NULL|NULL|Infinity|NULL|NULL|NULL"},
		{"blanks beyond the end", "INSERT OVERWRITE v (id, c, w) VALUES (1, 'ab     ', 'ab     ')", "SELECT concat(c, '|', w, '|') FROM v", "ab |ab |"},
		{"CHAR with a constant", "INSERT OVERWRITE v (id, c, w) VALUES (1, 'ab', 'ab'), (2, 'abc', 'abc'), (3, NULL, '')",
			"SELECT id, c = 'ab', c = 'ab    ', 'ab' = c, c IN ('ab', 'x'), c > 'ab', c <=> 'ab', w = 'ab ' FROM v ORDER BY id",
			"1|true|true|true|true|false|true|false 2|false|false|false|false|true|false|false 3|NULL|NULL|NULL|NULL|NULL|false|false"},
		{"CHAR chooses rows", "SELECT 1", "SELECT id FROM v WHERE c = 'ab' OR c BETWEEN 'abb' AND 'abd' ORDER BY id", "1 2"},
		{"CHAR chooses files", "SELECT 1", "SELECT id FROM v WHERE c = 'ab'", "1"},
	})
	for text, says := range map[string]string{
		"(2147483648, 1, NULL)": "2147483648 does not fit into column id int", "(-2147483649L, 1, NULL)": "does not fit into column id", "(1e10D, 1, NULL)": "column id",
		"('x', 1, NULL)": "x does not fit into column id int", "(1, 999.999, NULL)": "999.999 does not fit into column n decimal(5,2)", "(1, 1000, NULL)": "column n",
		"(1, '1e3', NULL)": "column n", "(1, 1, '2026-02-30')": "2026-02-30 does not fit into column day date",
	} {
		p := refused(t, s, "INSERT INTO v (id, n, day) VALUES "+text)
		require.Contains(t, p.Report("en"), says, text)
	}
	p := refused(t, s, "UPDATE v SET n = '12x'")
	require.Contains(t, p.Report("en"), "12x does not fit into column n decimal(5,2)")
	p = refused(t, s, "UPDATE v SET day = 1")
	require.Contains(t, p.Report("en"), "cannot write int into column day date")
}

func TestInsertsThatAreRefused(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	for name, tc := range map[string]struct{ text, code, says string }{
		"a null key":       {"CREATE TABLE a (id BIGINT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1'); INSERT INTO a VALUES (NULL, 'x')", "sql.execution", "id"},
		"an unknown kind":  {"CREATE TABLE b (id BIGINT, op STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'rowkind.field' = 'op'); INSERT INTO b VALUES (1, 'X')", "sql.execution", "column op says the kind"},
		"a delete":         {"CREATE TABLE c (id BIGINT, op STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'first-row', 'rowkind.field' = 'op'); INSERT INTO c VALUES (1, '-D')", "sql.execution", "first-row"},
		"dynamic buckets":  {"CREATE TABLE e (id BIGINT) TBLPROPERTIES ('primary-key' = 'id'); INSERT INTO e VALUES (1)", "table.bucket_mode_write", "dynamic buckets"},
		"keys that travel": {"CREATE TABLE f (id BIGINT, dt STRING) PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'id'); INSERT INTO f VALUES (1, 'x')", "table.bucket_mode_write", "move between partitions"},
	} {
		t.Run(name, func(t *testing.T) {
			p := refused(t, s, tc.text)
			require.Equal(t, tc.code, p.Code, p.Report("en"))
			require.ErrorContains(t, p, tc.says)
			data, err := filepath.Glob(filepath.Join(l.dir, "warehouse", "d.db", "*", "*", "*.parquet"))
			require.NoError(t, err)
			require.Empty(t, data, "nothing is left behind")
		})
	}
}

// TestBatchesOfASeriesArriveOnce sends batches twice, as a loader does that
// does not know whether they arrived.
func TestBatchesOfASeriesArriveOnce(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE a (x INT); CREATE TABLE k (id INT, n INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum')", nil)
	send := func(user string, batch int64, text string) ([]session.StatementResult, error) {
		return s.Run(context.Background(), session.Request{Dialect: "spark", Text: text, As: &session.CommitAs{User: user, Identifier: batch}}, nil)
	}
	const text = "INSERT INTO a VALUES (1); INSERT INTO k VALUES (1, 10)"
	first, err := send("loader", 1, text)
	require.NoError(t, err)
	again, err := send("loader", 1, text)
	require.NoError(t, err)
	require.Equal(t, first[1].Writes, again[1].Writes)
	require.Zero(t, again[1].Affected)
	require.Equal(t, "d.k has batch 1 of loader already, in snapshot 1", notice.Text(again[1].Notices, "en"))
	for _, batch := range []int64{2, 3, 3, 2, 1} { // an old one that comes late has arrived too
		_, err = send("loader", batch, text)
		require.NoError(t, err)
	}
	_, err = send("another", 1, text)
	require.NoError(t, err)
	require.Equal(t, []string{"4"}, l.lines(t, s, "spark", "SELECT count(*) FROM a"))
	require.Equal(t, []string{"40"}, l.lines(t, s, "spark", "SELECT n FROM k"))
	_, err = send("loader", 9, "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "write.twice", p.Code)
}

// TestDefaultsAreJavas writes rows without a value for columns with a default.
func TestDefaultsAreJavas(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	l := lakeAt(t, t.TempDir(), duck.Options{})
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	java := judge.Java(t).At(filepath.Join(l.dir, "warehouse"), "d")
	java.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "s STRING", "n DECIMAL(9, 2)", "b BOOLEAN", "d DATE"), Primary: []string{"id"}, Options: map[string]string{"bucket": "1"}})
	for name, value := range map[string]string{"s": "it's", "n": "1.5", "b": "true", "d": "2024-02-29"} {
		java.Alter(t, "t", judge.Change{Change: "default", Name: name, To: value})
	}
	java.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{1, nil, nil, nil, nil}, judge.Row{2, "x", "2.00", "false", "2020-01-01"})})
	l.run(t, s, "spark", "INSERT INTO t (id) VALUES (3); INSERT INTO t (id, s, n) VALUES (4, NULL, 7)", nil)
	rows := java.Read(t, "t", judge.Read{}).Rows
	require.Equal(t, judge.Lines(t, [][]any{
		{"1", "it's", "1.50", "true", "2024-02-29"}, {"2", "x", "2.00", "false", "2020-01-01"}, {"3", "it's", "1.50", "true", "2024-02-29"}, {"4", "it's", "7.00", "true", "2024-02-29"},
	}), judge.Lines(t, rows))
}

// TestAWriteLargerThanMemory has DuckDB spill while it sorts; a stopped write
// leaves nothing behind.
func TestAWriteLargerThanMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("ten seconds")
	}
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{MemoryLimitBytes: 160 << 20, Threads: 2, SpillDir: filepath.Join(dir, "spill")})
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE k (id BIGINT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2')", nil)
	const insert = "INSERT INTO k SELECT id * 7919 % 3000017, concat('a value of some length ', id, ' ', md5(cast(id AS STRING))) FROM range(3000000)"
	l.run(t, s, "spark", insert, nil)
	require.Equal(t, []string{"3000000|3000000"}, l.lines(t, s, "spark", "SELECT count(*), count(DISTINCT id) FROM k"))
	before := dataFiles(t, l.dir)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := s.Run(ctx, session.Request{Dialect: "spark", Text: insert}, nil)
		done <- err
	}()
	for s.Progress() <= 0 {
		select {
		case err := <-done:
			require.NoError(t, err)
			t.Fatal("it was not stopped")
		default:
		}
	}
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Equal(t, before, dataFiles(t, l.dir))
}

func dataFiles(tb testing.TB, dir string) (files []string) {
	tb.Helper()
	for _, glob := range []string{"*", ".*"} {
		found, err := filepath.Glob(filepath.Join(dir, "warehouse", "d.db", "k", "bucket-*", glob))
		require.NoError(tb, err)
		for _, f := range found {
			if info, err := os.Stat(f); err == nil && !info.IsDir() {
				files = append(files, f)
			}
		}
	}
	return files
}
