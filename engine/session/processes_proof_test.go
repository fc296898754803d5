package session_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/fileio/local"
	"laketop/engine/paimon/check"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/engine/soak"
)

// sideDir and sideWork say to a child process where it works and at what.
const (
	sideDir  = "LAKETOP_SIDE_DIR"
	sideWork = "LAKETOP_SIDE_WORK" // the number of the process and a name of sides
)

// sides are what a process does to a primary-key table of two buckets, side by side
// with others: its i-th statement. Rows of process n have keys from 1000 n on; all
// who insert write key 0 too.
var sides = map[string]func(n, i int) string{
	"inserts":  func(n, i int) string { return fmt.Sprintf("INSERT INTO t VALUES (%d, 1), (0, 1)", 1000*n+i) },
	"deletes":  func(n, i int) string { return fmt.Sprintf("DELETE FROM t WHERE id = %d", 1000*n+500+i) },
	"updates":  func(n, i int) string { return fmt.Sprintf("UPDATE t SET n = 7 WHERE id = %d", 1000*n+500+i) },
	"merges":   func(n, i int) string { return fmt.Sprintf(merging, 1000*n+500+i) },
	"compacts": func(int, int) string { return "CALL sys.compact(table => 'd.t')" },
	"minor":    func(int, int) string { return "CALL sys.compact(table => 'd.t', compact_strategy => 'minor')" },
	"expires": func(int, int) string {
		return "CALL sys.expire_snapshots(table => 'd.t', retain_max => 4, retain_min => 1)"
	},
	"sweeps": func(int, int) string { return "CALL sys.remove_orphan_files(table => 'd.t')" },
}

const merging = `MERGE INTO t USING (SELECT %[1]d AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, 3)`

const sideSteps = 6

// TestSideChild is the body of a child process; alone it does nothing.
func TestSideChild(t *testing.T) {
	dir, work := os.Getenv(sideDir), strings.SplitN(os.Getenv(sideWork), " ", 2)
	if dir == "" || len(work) != 2 {
		return
	}
	n, err := strconv.Atoi(work[0])
	require.NoError(t, err)
	l := lakeAt(t, dir, duck.Options{Threads: 1})
	s := l.session(t)
	for i := range sideSteps {
		_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "USE d; " + sides[work[1]](n, i)}, nil)
		switch p, ok := problem.As(err); {
		case err == nil:
			fmt.Println("acknowledged", i)
		case ok && p.Code == "table.conflict": // said, and nothing changed
		default:
			require.NoError(t, err)
		}
	}
}

// side runs a child to its end and gives the statements that it was told were
// done.
func side(t *testing.T, dir string, n int, work string) (done []int) {
	exe, err := os.Executable()
	if err != nil {
		t.Error(err)
		return nil
	}
	cmd := exec.Command(exe, "-test.run=^TestSideChild$")
	cmd.Env = append(os.Environ(), sideDir+"="+dir, fmt.Sprintf("%s=%d %s", sideWork, n, work))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("process %d, which %s: %v\n%s", n, work, err, out)
	}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	for lines.Scan() {
		var i int
		if k, _ := fmt.Sscanf(lines.Text(), "acknowledged %d", &i); k == 1 {
			done = append(done, i)
		}
	}
	return done
}

// sideTables are the tables that processes meet on.
var sideTables = map[string]string{
	"vectors": "'deletion-vectors.enabled' = 'true', 'changelog-producer' = 'lookup'",
	"lookup":  "'changelog-producer' = 'lookup', 'num-sorted-run.compaction-trigger' = '3'",
	"input":   "'changelog-producer' = 'input', 'num-sorted-run.compaction-trigger' = '2'",
	"full":    "'changelog-producer' = 'full-compaction', 'full-compaction.delta-commits' = '3'",
}

// meetings are who works side by side, and on which table.
var meetings = []struct {
	table string
	works []string
}{
	{"vectors", []string{"inserts", "inserts"}}, {"vectors", []string{"inserts", "compacts"}}, {"vectors", []string{"deletes", "minor"}},
	{"vectors", []string{"merges", "updates"}}, {"lookup", []string{"inserts", "merges"}}, {"lookup", []string{"compacts", "compacts"}},
	{"input", []string{"deletes", "compacts"}}, {"full", []string{"inserts", "updates"}},
	{"vectors", []string{"inserts", "deletes", "updates", "merges", "compacts", "minor", "expires", "sweeps"}},
	{"input", []string{"inserts", "inserts", "deletes", "expires"}},
}

// TestProcessesMeetOnKeyedTables has two, four and eight processes work on one
// primary-key table (FAULTS.md row 9): every statement that was acknowledged is
// done once, one that lost a race says so and changed nothing, and the table is
// whole: the check, which reads every row, finds nothing.
func TestProcessesMeetOnKeyedTables(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, m := range meetings {
		t.Run(m.table+": "+strings.Join(m.works, ", "), func(t *testing.T) { meeting(t, sideTables[m.table], m.works) })
	}
	if !soak.On() {
		return
	}
	for table, options := range sideTables {
		for _, a := range slices.Sorted(maps.Keys(sides)) {
			for _, b := range slices.Sorted(maps.Keys(sides)) {
				t.Run(table+": "+a+", "+b, func(t *testing.T) { meeting(t, options, []string{a, b}) })
			}
		}
	}
}

// meeting starts a process for each work.
func meeting(t *testing.T, options string, works []string) {
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{Threads: 1})
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE t (id INT, n INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2', `+options+`);
		INSERT INTO t SELECT id * 1000 + 500 + k, 1 FROM range(0, 9) CROSS JOIN (SELECT id AS k FROM range(4))`, nil)
	rows := map[int]int{}
	for n := range 9 {
		for k := range 4 {
			rows[n*1000+500+k] = 1
		}
	}
	done := make([][]int, len(works))
	var wg sync.WaitGroup
	for n, work := range works {
		wg.Go(func() { done[n] = side(t, dir, n, work) })
	}
	wg.Wait()
	for n, work := range works {
		for _, i := range done[n] {
			apply(rows, work, n, i)
		}
	}
	t.Log("acknowledged:", done)
	require.Equal(t, linesOf(rows), sorted(l.lines(t, l.session(t), "spark", "SELECT * FROM d.t")), "%v", done)
	l.run(t, s, "spark", "CALL sys.compact(table => 'd.t'); INSERT INTO t VALUES (99999, 1)", nil)
	rows[99999] = 1
	require.Equal(t, linesOf(rows), sorted(l.lines(t, l.session(t), "spark", "SELECT * FROM d.t")), "compacted: %v", done)
	if !strings.Contains(options, "'input'") && !slices.Contains(works, "expires") {
		l.run(t, s, "spark", "CALL sys.compact(table => 'd.t')", nil)
		last := l.lines(t, s, "spark", "SELECT max(snapshot_id) FROM d.`t$snapshots`")[0]
		told := l.lines(t, s, "spark", "SELECT id, n FROM d.`t$audit_log` /*+ OPTIONS('incremental-between'='0,"+last+`') */
			GROUP BY id, n HAVING sum(CASE WHEN rowkind IN ('+I', '+U') THEN 1 ELSE -1 END) = 1`)
		require.Equal(t, linesOf(rows), sorted(told), "each change is told once")
	}
	io, err := local.New(filepath.Join(dir, "warehouse"))
	require.NoError(t, err)
	_, found, err := check.Table(context.Background(), io, "d.db/t", "d.t", true)
	require.NoError(t, err)
	require.Empty(t, found)
}

// apply does a statement to the rows.
func apply(rows map[int]int, work string, n, i int) {
	key := 1000*n + 500 + i
	_, there := rows[key]
	switch {
	case work == "inserts":
		rows[1000*n+i], rows[0] = 1, 1
	case work == "deletes", work == "merges" && there:
		delete(rows, key)
	case work == "merges":
		rows[key] = 3
	case work == "updates" && there:
		rows[key] = 7
	}
}
