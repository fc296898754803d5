package session_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/session"
)

// TestVectorsSwitchedOnOverLevelZero is apache/paimon#5874: deletion vectors are
// switched on when several versions of a key lie in level 0. No key is there twice,
// before and after it is compacted.
func TestVectorsSwitchedOnOverLevelZero(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE t (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'write-only' = 'true', 'deletion-vectors.modifiable' = 'true');
		INSERT INTO t VALUES (1, 'a'), (2, 'a'); INSERT INTO t VALUES (1, 'b'), (3, 'b'); DELETE FROM t WHERE id = 2;
		ALTER TABLE t SET TBLPROPERTIES ('deletion-vectors.enabled' = 'true', 'write-only' = 'false'); INSERT INTO t VALUES (3, 'c'), (4, 'c')`, nil)
	want := []string{"1|b", "3|c", "4|c"}
	require.Equal(t, want, l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"))
	l.run(t, s, "spark", "CALL sys.compact(table => 'd.t', compact_strategy => 'minor')", nil)
	require.Equal(t, want, l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"))
	l.run(t, s, "spark", "DELETE FROM t WHERE id = 3; CALL sys.compact(table => 'd.t')", nil)
	require.Equal(t, []string{"1|b", "4|c"}, l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"))
}

// TestValueFiltersStayAboveTheMerge is apache/paimon#4065: a condition on a value
// is asked of the merged row, not of the records that it comes from.
func TestValueFiltersStayAboveTheMerge(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	for name, tc := range map[string]struct{ options, condition, want string }{
		"sums":    {"'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum'", "n = 30", "1|30"},
		"sums2":   {"'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum'", "n = 10", ""},
		"partial": {"'merge-engine' = 'partial-update'", "n = 10", ""},
		"dedup":   {"'sequence.field' = 'n'", "n < 15", ""},
		"first":   {"'merge-engine' = 'first-row'", "n = 20", ""},
	} {
		l.run(t, s, "spark", fmt.Sprintf(`CREATE TABLE %[1]s (id INT, n INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'num-sorted-run.compaction-trigger' = '20', %[2]s);
			INSERT INTO %[1]s VALUES (1, 10), (2, 500); INSERT INTO %[1]s VALUES (1, 20)`, name, tc.options), nil)
		var want []string
		if tc.want != "" {
			want = []string{tc.want}
		}
		require.Equal(t, want, l.lines(t, s, "spark", "SELECT * FROM "+name+" WHERE "+tc.condition), "%s: %s", name, tc.condition)
	}
}

// TestDeletesCastAsTheQueryDoes is apache/paimon#4906: a DELETE whose condition
// casts removes the rows that a query with the condition shows, and no other.
func TestDeletesCastAsTheQueryDoes(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	for i, layout := range []string{"", "TBLPROPERTIES ('deletion-vectors.enabled' = 'true')", "TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1')"} {
		if testing.Short() && i != 1 {
			continue
		}
		for k, condition := range []string{"v = 1", "v > 1", "id = '2'", "cast(v AS INT) = 10", "id = 2.0", "v IN (1, 10)"} {
			name := fmt.Sprintf("t%d_%d", i, k)
			l.run(t, s, "spark", "CREATE TABLE "+name+" (id INT, v STRING) "+layout+"; INSERT INTO "+name+" VALUES (1, '1'), (2, '01'), (3, '10'), (4, '1.0'), (5, NULL), (6, '2')", nil)
			stays := l.lines(t, s, "spark", "SELECT id FROM "+name+" WHERE NOT coalesce("+condition+", false) ORDER BY id")
			l.run(t, s, "spark", "DELETE FROM "+name+" WHERE "+condition, nil)
			require.Equal(t, stays, l.lines(t, s, "spark", "SELECT id FROM "+name+" ORDER BY id"), "%s, DELETE WHERE %s", layout, condition)
			require.Less(t, len(stays), 6, condition)
		}
	}
}

// TestDeletedRowsStayDeletedUnderAStream is apache/paimon#4588: one deletes rows of
// tables with deletion vectors while another writes and compacts; what was deleted
// does not come back.
func TestDeletedRowsStayDeletedUnderAStream(t *testing.T) {
	for name, layout := range inShort(map[string]string{
		"append": "'deletion-vectors.enabled' = 'true', 'compaction.min.file-num' = '2'", "keyed": "'primary-key' = 'id', 'bucket' = '1', 'deletion-vectors.enabled' = 'true'",
	}, "keyed") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			s, stream := l.session(t), l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT, v INT) TBLPROPERTIES ("+layout+"); INSERT INTO t SELECT id, 0 FROM range(20)", nil)
			steps := long(8, 2)
			done := make(chan error, 1)
			go func() {
				var err error
				for i := 0; i < steps && err == nil; i++ {
					text := fmt.Sprintf("INSERT INTO d.t VALUES (%d, 1); CALL sys.compact(table => 'd.t')", 100+i)
					_, err = stream.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
				}
				done <- err
			}()
			var want []string
			for i := range steps {
				l.run(t, s, "spark", fmt.Sprintf("DELETE FROM t WHERE id = %d", i), nil)
			}
			require.NoError(t, <-done)
			for i := steps; i < 20; i++ {
				want = append(want, fmt.Sprint(i))
			}
			for i := range steps {
				want = append(want, fmt.Sprint(100+i))
			}
			require.Equal(t, want, l.lines(t, s, "spark", "SELECT id FROM t ORDER BY id"))
			l.run(t, s, "spark", "CALL sys.compact(table => 'd.t')", nil)
			require.Equal(t, want, l.lines(t, s, "spark", "SELECT id FROM t ORDER BY id"), "compacted")
		})
	}
}
