package session_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
)

// What is inserted into tables that readers see only compacted is seen at once,
// and a changelog is told with it.
func TestInsertsAreSeenWhereLevelZeroIsNot(t *testing.T) {
	for name, options := range inShort(map[string]string{
		"vectors": "'deletion-vectors.enabled' = 'true'", "first row": "'merge-engine' = 'first-row', 'ignore-delete' = 'true'",
		"lookup": "'changelog-producer' = 'lookup'", "lookup and vectors": "'changelog-producer' = 'lookup', 'deletion-vectors.enabled' = 'true'",
		"full compaction at each commit": "'changelog-producer' = 'full-compaction', 'full-compaction.delta-commits' = '1'",
	}, "first row", "lookup and vectors") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE k (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2', "+options+")", nil)
			l.run(t, s, "spark", "INSERT INTO k VALUES (1, 'a'), (2, 'b'), (3, 'c')", nil)
			require.Equal(t, "1|a 2|b 3|c", strings.Join(l.lines(t, s, "spark", "SELECT * FROM k ORDER BY id"), " "))
			l.run(t, s, "spark", "INSERT INTO k VALUES (1, 'A'), (4, 'd')", nil)
			want := "1|A 2|b 3|c 4|d"
			if name == "first row" {
				want = "1|a 2|b 3|c 4|d"
			}
			require.Equal(t, want, strings.Join(l.lines(t, s, "spark", "SELECT * FROM k ORDER BY id"), " "))
			require.Equal(t, []string{"APPEND", "COMPACT", "APPEND", "COMPACT"}, l.lines(t, s, "spark", "SELECT commit_kind FROM `k$snapshots` ORDER BY snapshot_id"))
			if strings.Contains(options, "changelog") {
				require.Equal(t, []string{"+I|4|d", "+U|1|A", "-U|1|a"},
					sorted(l.lines(t, s, "spark", "SELECT * FROM `k$audit_log` /*+ OPTIONS('incremental-between'='2,4') */")))
			}
		})
	}
}

func TestCompactIsCalled(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE k (id INT, v STRING, dt STRING) PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '1', 'write-only' = 'true'); "+
		"CREATE TABLE a (id INT, dt STRING) PARTITIONED BY (dt)", nil)
	for range 3 {
		l.run(t, s, "spark", "INSERT INTO k VALUES (1, 'a', 'x'), (2, 'b', 'y'), (3, 'c', 'z'); INSERT INTO a VALUES (1, 'x'), (2, 'y')", nil)
	}
	files := func(table string) string {
		return strings.Join(l.lines(t, s, "spark", "SELECT `partition`, count(*), max(level) FROM `"+table+"$files` GROUP BY 1 ORDER BY 1"), " ")
	}
	before := files("k")
	rows := l.lines(t, s, "spark", "CALL sys.compact(table => 'd.k', where => \"dt = 'x'\", dry_run => true)")
	require.Len(t, rows, 4, "the answer and three files: %v", rows)
	require.Contains(t, rows[1], "|dt=x/bucket-0/data-")
	require.Equal(t, before, files("k"))
	require.Equal(t, []string{"true"}, l.lines(t, s, "spark", "CALL sys.compact(table => 'd.k', where => \"dt = 'x'\")"))
	l.run(t, s, "spark", "CALL sys.compact('d.k', 'dt=y')", nil)
	require.Equal(t, "{x}|1|5 {y}|1|5 {z}|3|0", files("k"))
	l.run(t, s, "spark", "OPTIMIZE d.k WHERE dt > 'a'; OPTIMIZE a WHERE dt = 'x'", nil)
	require.Equal(t, "{x}|1|5 {y}|1|5 {z}|1|5", files("k"))
	require.Equal(t, "{x}|1|0 {y}|3|0", files("a"))
	require.Equal(t, []string{"true"}, l.lines(t, s, "spark", "CALL sys.compact_database(including_tables => 'd.a')"))
	require.Equal(t, "{x}|1|0 {y}|1|0", files("a"))
	require.Equal(t, "1|x 1|x 1|x 2|y 2|y 2|y", strings.Join(l.lines(t, s, "spark", "SELECT id, dt FROM a ORDER BY dt"), " "))
	require.Equal(t, "1|a|x 2|b|y 3|c|z", strings.Join(l.lines(t, s, "spark", "SELECT * FROM k ORDER BY id"), " "))
	rowsBefore := l.lines(t, s, "spark", "SELECT * FROM k ORDER BY id")
	require.NotEqual(t, []string{"1|0"}, l.lines(t, s, "spark", "SELECT count(*), sum(num_deleted_files) FROM `k$manifests`"))
	require.Equal(t, []string{"true"}, l.lines(t, s, "spark", "CALL sys.compact_manifest('d.k')"))
	require.Equal(t, []string{"1|0"}, l.lines(t, s, "spark", "SELECT count(*), sum(num_deleted_files) FROM `k$manifests` WHERE num_added_files > 0"))
	require.Equal(t, rowsBefore, l.lines(t, s, "spark", "SELECT * FROM k ORDER BY id"))
	refuses(t, s, []refusal{
		{"CALL sys.compact(table => 'd.k', where => 'v = 1')", "sql.unknown_column", ""},
		{"CALL sys.compact(table => 'd.k', compact_strategy => 'most')", "sql.argument_type", ""},
		{"CALL sys.compact(table => 'd.k', order_strategy => 'zorder')", "sql.argument_type", ""},
		{"OPTIMIZE d.k WHERE id = 1", "sql.unknown_column", ""},
	})
}

// Small files of append tables become one, without the rows that vectors delete;
// Java reads the same, in a bucket in the same order, and goes on.
func TestAppendTablesAreCompacted(t *testing.T) {
	for name, options := range map[string]string{
		"plain": "", "partitioned": "PARTITIONED BY (dt)",
		"vectors":            "PARTITIONED BY (dt) TBLPROPERTIES ('deletion-vectors.enabled' = 'true')",
		"vectors of 64 bits": "TBLPROPERTIES ('deletion-vectors.enabled' = 'true', 'deletion-vectors.bitmap64' = 'true')",
		"buckets":            "TBLPROPERTIES ('bucket' = '1', 'bucket-key' = 'id')",
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			java := l.javaLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE db; USE db; CREATE TABLE a (id INT, v STRING, dt STRING) "+options, nil)
			for _, rows := range []string{"(1, 'a', 'x'), (2, 'b', 'y')", "(3, NULL, 'x'), (4, 'd', 'x')", "(5, 'e', 'y'), (6, 'f', 'x')", "(7, 'g', 'z')"} {
				l.run(t, s, "spark", "INSERT INTO a VALUES "+rows, nil)
			}
			l.run(t, s, "spark", "DELETE FROM a WHERE id IN (3, 5)", nil)
			before := java.Read(t, "a", judge.Read{})
			files := java.Files(t, "a", 0)
			l.run(t, s, "spark", "OPTIMIZE a", nil)
			after := java.Read(t, "a", judge.Read{})
			if name == "buckets" {
				require.Equal(t, before.Rows, after.Rows, "in their order")
			}
			require.Equal(t, judge.Lines(t, before.Rows), judge.Lines(t, after.Rows))
			require.Equal(t, "1|a|x 2|b|y 4|d|x 6|f|x 7|g|z", strings.Join(l.lines(t, s, "spark", "SELECT * FROM a ORDER BY id"), " "))
			now := java.Files(t, "a", 0)
			require.Less(t, len(now), len(files))
			for _, f := range now {
				require.Empty(t, f.Deleted, f.Name)
			}
			java.Write(t, "a", judge.Write{Rows: judge.Rows(judge.Row{9, "j", "x"}, judge.Row{10, "k", "y"})})
			java.Compact(t, "a", judge.Compact{Full: true})
			l.run(t, s, "spark", "INSERT INTO a VALUES (11, 'l', 'x'); DELETE FROM a WHERE id = 9; OPTIMIZE a", nil)
			require.Equal(t, "1|a|x 2|b|y 4|d|x 6|f|x 7|g|z 10|k|y 11|l|x", strings.Join(l.lines(t, s, "spark", "SELECT * FROM a ORDER BY id"), " "))
			require.Len(t, java.Read(t, "a", judge.Read{}).Rows, 7)
			l.run(t, s, "spark", "OPTIMIZE a", nil)
			kinds := l.lines(t, s, "spark", "SELECT commit_kind FROM `a$snapshots` ORDER BY snapshot_id")
			require.Equal(t, "COMPACT", kinds[len(kinds)-1])
		})
	}
}
