package session_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon/check"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// TestCursorsAheadOfARollback: a consumer has read to the newest snapshot of a
// primary-key table, then the table goes back (FAULTS.md row 27,
// ClickHouse#117630). Who goes on from the cursor is told so, and does not read
// nothing in silence: Laketop's incremental read, a cursor that is set anew, and
// the check; where Paimon Java's stream waits without a word. A cursor that is
// moved back reads on.
func TestCursorsAheadOfARollback(t *testing.T) {
	for name, options := range inShort(map[string]string{
		"input": "", "lookup": ", 'changelog-producer' = 'lookup'",
		"full": ", 'changelog-producer' = 'full-compaction', 'full-compaction.delta-commits' = '1'", "vectors": ", 'changelog-producer' = 'lookup', 'deletion-vectors.enabled' = 'true'",
	}, "input") {
		t.Run(name, func(t *testing.T) {
			if options == "" {
				options = ", 'changelog-producer' = 'input'"
			}
			l := lakeAt(t, t.TempDir(), duck.Options{})
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE db; USE db; CREATE TABLE t (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1'"+options+")", nil)
			for i := range 4 {
				l.run(t, s, "spark", fmt.Sprintf("INSERT INTO t VALUES (%d, 'a'), (9, 'v%d')", i, i), nil)
			}
			var ids []int
			for _, line := range l.lines(t, s, "spark", "SELECT snapshot_id FROM `t$snapshots` ORDER BY 1") {
				var id int
				_, err := fmt.Sscan(line, &id)
				require.NoError(t, err)
				ids = append(ids, id)
			}
			last, back := ids[len(ids)-1], ids[len(ids)/2-1]
			l.run(t, s, "spark", fmt.Sprintf("CALL sys.reset_consumer(table => 'db.t', consumerId => 'c', nextSnapshotId => %d)", last), nil)
			l.run(t, s, "spark", fmt.Sprintf("CALL sys.rollback(table => 'db.t', version => '%d')", back), nil)

			require.Equal(t, []string{fmt.Sprint("c|", last)}, l.lines(t, s, "spark", "SELECT * FROM `t$consumers`"), "it is not moved behind anyone's back")
			for _, text := range []string{
				fmt.Sprintf("SELECT * FROM `t$audit_log` /*+ OPTIONS('incremental-between'='%d,%d') */", last-1, last),
				fmt.Sprintf("SELECT * FROM t /*+ OPTIONS('incremental-between'='%d,%d') */", back, last),
				fmt.Sprintf("SELECT * FROM t VERSION AS OF %d", last),
				fmt.Sprintf("CALL sys.reset_consumer(table => 'db.t', consumerId => 'c', nextSnapshotId => %d)", last),
			} {
				_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
				p, ok := problem.As(err)
				require.True(t, ok, "%s: %v", text, err)
				require.Contains(t, p.Report("en"), fmt.Sprint(last), text)
			}
			require.Contains(t, checked(t, l, "t"), "consumer c waits for snapshot")
			if !testing.Short() {
				a := l.javaLake(t).Ask(t, "changes", "t", judge.Changes{From: int64(last), To: int64(last)})
				require.Empty(t, a.Rows, "Java's stream waits, or refuses: %s", a.Error)
			}
			l.run(t, s, "spark", fmt.Sprintf("CALL sys.reset_consumer(table => 'db.t', consumerId => 'c', nextSnapshotId => %d); INSERT INTO t VALUES (50, 'on')", back), nil)
			require.NotContains(t, checked(t, l, "t"), "consumer")
			now := l.lines(t, s, "spark", "SELECT max(snapshot_id) FROM `t$snapshots`")[0]
			require.Contains(t, l.lines(t, s, "spark", fmt.Sprintf("SELECT rowkind, id, v FROM `t$audit_log` /*+ OPTIONS('incremental-between'='%d,%s') */", back, now)), "+I|50|on")
		})
	}
}

// checked is what the check finds of a table, a line each.
func checked(t *testing.T, l *lake, name string) string {
	t.Helper()
	io, err := local.New(filepath.Join(l.dir, "warehouse"))
	require.NoError(t, err)
	_, found, err := check.Table(context.Background(), io, "db.db/"+name, "db."+name, true)
	require.NoError(t, err)
	lines := map[string]bool{}
	for _, f := range found {
		lines[f.Where+": "+f.What] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(lines)), "\n")
}
