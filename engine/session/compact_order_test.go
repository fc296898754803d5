package session_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/paimon/scan"
)

// A sorting compaction changes no row, and a filter then reads fewer files: of
// the first column after order, of every column after a curve.
func TestSortingCompactions(t *testing.T) {
	rows := long(120_000, 12_000)
	for name, tc := range inShort(map[string]struct {
		options, by, columns string
		most                 [3]int // of twelve files of a partition for a narrow filter on a, on b and on c
	}{
		"order":            {"", "order", "a", [3]int{2, 12, 12}},
		"order by two":     {"", "order", "b, a", [3]int{12, 2, 12}},
		"zorder":           {"", "zorder", "a,b", [3]int{7, 7, 12}},
		"hilbert":          {"", "hilbert", "a,b", [3]int{7, 7, 12}},
		"hilbert of three": {"", "HILBERT", "a,b,c", [3]int{9, 9, 9}},
		"vectors":          {", 'deletion-vectors.enabled' = 'true'", "zorder", "a,b", [3]int{7, 7, 12}},
	}, "vectors") {
		t.Run(name, func(t *testing.T) {
			l := lakeAt(t, t.TempDir(), duck.Options{})
			s := l.session(t)
			size := rows * 44 / 2 / 12 / 1024 // of a file, by what a row is guessed to take
			l.run(t, s, "spark", fmt.Sprintf(`CREATE DATABASE d; USE d; CREATE TABLE t (a BIGINT, b STRING, c DOUBLE, dt STRING) PARTITIONED BY (dt) TBLPROPERTIES ('target-file-size' = '%d kb'%s);
				INSERT INTO t SELECT id * 7919 %% %[3]d, concat('prefix-', lpad(id * 104729 %% %[3]d, 9, '0')), id * 31337 %% %[3]d / 7, concat('p', id %% 2) FROM range(%[3]d);
				INSERT INTO t VALUES (NULL, NULL, NULL, 'p0'), (0, '', -0.0D, 'p0'); DELETE FROM t WHERE a %% 100 = 3`, size, tc.options, rows), nil)
			const sum = "SELECT dt, count(*), count(a), sum(a), count(DISTINCT b), max(c), sum(hash(a, b, c)) FROM t GROUP BY dt ORDER BY dt"
			before := l.lines(t, s, "spark", sum)
			l.run(t, s, "spark", fmt.Sprintf("CALL sys.compact(table => 'd.t', order_strategy => '%s', order_by => '%s', where => \"dt = 'p1'\")", tc.by, tc.columns), nil)
			require.Equal(t, before, l.lines(t, s, "spark", sum))
			require.Equal(t, []string{"COMPACT"}, l.lines(t, s, "spark", "SELECT commit_kind FROM `t$snapshots` ORDER BY snapshot_id DESC LIMIT 1"))
			all := l.planned(t)
			require.InDelta(t, 12, all, 4)
			third := int64(rows / 3)
			text := fmt.Sprintf("prefix-%09d", third)
			for i, p := range []scan.Predicate{
				{Column: "a", Op: scan.Eq, Values: []any{third}}, {Column: "b", Op: scan.Eq, Values: []any{text}}, {Column: "c", Op: scan.Eq, Values: []any{float64(third)}},
			} {
				require.LessOrEqual(t, l.planned(t, p)*12, tc.most[i]*all, "files of %v", p)
			}
			if !testing.Short() {
				got := judge.Java(t).At(l.dir+"/warehouse", "d").Read(t, "t", judge.Read{Filter: &judge.Filter{Column: "a", Cmp: "<", Values: []any{"50"}}, Columns: []string{"a", "b"}})
				require.Len(t, got.Rows, len(l.lines(t, s, "spark", "SELECT a, b FROM t WHERE a < 50")))
			}
			l.run(t, s, "spark", "INSERT INTO t VALUES (1, 'late', 1.0D, 'p1'); OPTIMIZE t", nil)
			require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT count(*) FROM t WHERE b = 'late'"))
		})
	}
}

// planned is how many files of partition p1 a filter reads.
func (l *lake) planned(t *testing.T, filter ...scan.Predicate) int {
	t.Helper()
	table, err := l.catalog.Table(context.Background(), catalog.Identifier{Database: "d", Table: "t"})
	require.NoError(t, err)
	plan, err := table.Plan(context.Background(), scan.Options{}, append(filter, scan.Predicate{Column: "dt", Op: scan.Eq, Values: []any{"p1"}})...)
	require.NoError(t, err)
	return len(plan.Files)
}

func TestSortingIsRefused(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE a (id INT, v STRING, dt STRING) PARTITIONED BY (dt);
		CREATE TABLE k (id INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1'); CREATE TABLE b (id INT) TBLPROPERTIES ('bucket' = '2', 'bucket-key' = 'id')`, nil)
	refuses(t, s, []refusal{
		{"CALL sys.compact(table => 'a', order_strategy => 'snake', order_by => 'id')", "sql.argument_type", "'snake'"},
		{"CALL sys.compact(table => 'a', order_strategy => 'order')", "sql.missing_argument", "'order'"},
		{"CALL sys.compact(table => 'a', order_by => 'id')", "sql.argument_type", "'id'"},
		{"CALL sys.compact(table => 'a', order_strategy => 'zorder', order_by => 'id,idd')", "sql.unknown_column", "'id,idd'"},
		{"CALL sys.compact(table => 'a', order_strategy => 'hilbert', order_by => 'id,dt')", "sql.argument_type", "'id,dt'"},
		{"CALL sys.compact(table => 'k', order_strategy => 'order', order_by => 'id')", "sql.argument_type", "'order'"},
		{"CALL sys.compact(table => 'b', order_strategy => 'order', order_by => 'id')", "sql.argument_type", "'order'"},
	})
}
