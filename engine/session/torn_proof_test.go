package session_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/fileio/local"
	"laketop/engine/paimon"
	"laketop/engine/paimon/check"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/engine/soak"
)

// keyedFaults are primary-key tables and what is done to them last: the deed that
// a fault strikes.
var keyedFaults = []struct{ name, options, deed string }{
	{"an insert with a changelog", "'changelog-producer' = 'input'", "INSERT INTO t VALUES (3, 'new'), (9, 'new')"},
	{"an insert that is looked up", "'changelog-producer' = 'lookup'", "INSERT INTO t VALUES (3, 'new'), (9, 'new')"},
	{"an insert with vectors", "'deletion-vectors.enabled' = 'true'", "INSERT INTO t VALUES (3, 'new'), (9, 'new')"},
	{"a delete with vectors and changelog", "'deletion-vectors.enabled' = 'true', 'changelog-producer' = 'lookup'", "DELETE FROM t WHERE id IN (1, 4)"},
	{"a compaction", "'write-only' = 'true'", "CALL sys.compact(table => 'd.t')"},
	{"a compaction that tells", "'write-only' = 'true', 'changelog-producer' = 'full-compaction'", "CALL sys.compact(table => 'd.t')"},
	{"an overwrite", "'deletion-vectors.enabled' = 'true'", "INSERT OVERWRITE t VALUES (7, 'alone')"},
}

// struckTable is a table on a disk before and after its deed.
type struckTable struct {
	dir                   string // of the workspace
	table                 string // its folder
	before, after         []string
	filesBefore, filesNow map[string][]byte
}

// strike makes the table t of the database d and does the deed.
func strike(t *testing.T, options, deed string) *struckTable {
	t.Helper()
	dir := t.TempDir()
	x := &struckTable{dir: dir, table: filepath.Join(dir, "warehouse", "d.db", "t")}
	l := lakeAt(t, dir, duck.Options{})
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2', "+options+`);
		INSERT INTO t SELECT id, concat('a', id) FROM range(40); INSERT INTO t SELECT id, concat('b', id) FROM range(5, 20); DELETE FROM t WHERE id = 6`, nil)
	x.before, x.filesBefore = l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"), filesOf(t, x.table)
	l.run(t, s, "spark", deed, nil)
	x.after, x.filesNow = l.lines(t, s, "spark", "SELECT * FROM t ORDER BY id"), filesOf(t, x.table)
	return x
}

// filesOf reads a folder, by paths within it.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		out[strings.TrimPrefix(p, dir+"/")] = data
		return err
	}))
	return out
}

// fresh are the files that the deed made or changed, by name.
func (x *struckTable) fresh() []string {
	var out []string
	for p, data := range x.filesNow {
		if old, ok := x.filesBefore[p]; !ok || string(old) != string(data) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// lay puts files on the disk, and nothing else.
func (x *struckTable) lay(t *testing.T, files map[string][]byte) {
	t.Helper()
	require.NoError(t, os.RemoveAll(x.table))
	for p, data := range files {
		at := filepath.Join(x.table, p)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o700))
		require.NoError(t, os.WriteFile(at, data, 0o600))
	}
}

// torn is what a disk may hold of a file that was never synced.
func torn(r *rand.Rand, data []byte) []byte {
	switch at := r.IntN(len(data)/512+1) * 512; r.IntN(4) {
	case 0:
		return nil // it has no name yet
	case 1:
		return data[:at]
	case 2:
		return append(slices.Clone(data[:at]), make([]byte, len(data)-at)...) // its length is known, its bytes are not
	}
	return data
}

// TestSyncsThatLie: the disk said that the files of a commit to a primary-key table
// were safe, then the power fails and some are lost, cut off or full of zeroes
// (FAULTS.md row 6). Who opens the table again finds the rows of before or after
// the commit or is told which file is broken; the check finds it; orphans that may
// go are none of the files of before; and going back to the snapshot of before
// gives its rows, and the next commit succeeds.
func TestSyncsThatLie(t *testing.T) {
	told := map[string]int{}
	seeds := soak.Pick(1, 7, 100)
	for i, c := range keyedFaults {
		if testing.Short() && i != 3 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			x := strike(t, c.options, c.deed)
			require.Greater(t, len(x.fresh()), 4)
			for seed := range soak.Seeds(t, seeds) {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				files := maps.Clone(x.filesNow)
				var say []string
				for _, p := range x.fresh() {
					data := torn(r, files[p])
					if data == nil && x.filesBefore[p] != nil {
						data = x.filesBefore[p] // a hint
					}
					if delete(files, p); data != nil {
						files[p] = data
					}
					say = append(say, fmt.Sprintf("%s: %d of %d bytes", p, len(data), len(x.filesNow[p])))
				}
				told[x.reopened(t, files, fmt.Sprint("seed ", seed, "\n", strings.Join(say, "\n")))]++
			}
		})
	}
	t.Log(told)
}

// reopened opens the table with these files and gives what it says: before, after,
// or the code of its problem.
func (x *struckTable) reopened(t *testing.T, files map[string][]byte, say string) string {
	t.Helper()
	x.lay(t, files)
	x.orphans(t, say)
	l := lakeAt(t, x.dir, duck.Options{})
	s := l.session(t)
	const all = "SELECT * FROM d.t ORDER BY id"
	out, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: all}, nil)
	if err == nil {
		require.Len(t, out, 1)
		rows := l.lines(t, s, "spark", all)
		if slices.Equal(rows, x.after) {
			return "after"
		}
		require.Equal(t, x.before, rows, say)
		x.mended(t, l, s, say) // which may find what is left of a later snapshot, behind a hole
		return "before"
	}
	p, ok := problem.As(err)
	require.True(t, ok, "%s: %v", say, err)
	require.Contains(t, []string{"table.corrupt", "table.missing_file"}, p.Code, "%s: %s", say, p.Report("en"))
	require.NotEmpty(t, x.found(t), say)
	x.mended(t, l, s, say)
	return p.Code
}

// TestTornDataOfKeyedTables cuts each data and changelog file of a primary-key
// table with deletion vectors at each sector of 512 bytes, or fills it with zeroes
// from there (FAULTS.md row 7): rows and changes are those of before, or who reads
// them is told which file is broken.
func TestTornDataOfKeyedTables(t *testing.T) {
	x := strike(t, keyedFaults[3].options, keyedFaults[3].deed)
	const changes = "SELECT rowkind, id, v FROM d.`t$audit_log` /*+ OPTIONS('incremental-between'='0,8') */ ORDER BY id, v, rowkind"
	asks := []string{"SELECT * FROM d.t ORDER BY id", changes}
	l := lakeAt(t, x.dir, duck.Options{})
	s := l.session(t)
	var want [][]string
	for _, ask := range asks {
		want = append(want, l.lines(t, s, "spark", ask))
	}
	require.Equal(t, x.after, want[0])
	cases, told := 0, 0
	for _, p := range slices.Sorted(maps.Keys(x.filesNow)) {
		data := x.filesNow[p]
		if !strings.HasSuffix(p, ".parquet") {
			continue
		}
		for n := 0; n < len(data); n += 512 {
			if cases++; testing.Short() && cases%17 != 0 {
				continue
			}
			for _, broken := range [][]byte{data[:n], append(slices.Clone(data[:n]), make([]byte, len(data)-n)...)} {
				require.NoError(t, os.WriteFile(filepath.Join(x.table, p), broken, 0o600))
				l := lakeAt(t, x.dir, duck.Options{})
				s := l.session(t)
				for i, ask := range asks {
					out, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: ask}, nil)
					if err != nil {
						told++
						e, ok := problem.As(err)
						require.True(t, ok, "%v", err)
						require.Equal(t, "table.corrupt", e.Code, "%s at %d: %s", p, n, e.Report("en"))
						require.Contains(t, e.Report("en"), filepath.Base(p))
						continue
					}
					require.Len(t, out, 1)
					require.Equal(t, want[i], l.lines(t, s, "spark", ask), "%s at %d", p, n)
				}
			}
		}
		require.NoError(t, os.WriteFile(filepath.Join(x.table, p), data, 0o600))
	}
	t.Logf("%d cases, %d refusals", 2*cases, told)
}

// mended goes back to the snapshot of before, as the check proposes.
func (x *struckTable) mended(t *testing.T, l *lake, s *session.Session, say string) {
	t.Helper()
	last := 0
	for p := range x.filesBefore {
		var id int
		if n, _ := fmt.Sscanf(p, "snapshot/snapshot-%d", &id); n == 1 {
			last = max(last, id)
		}
	}
	l.run(t, s, "spark", fmt.Sprintf("CALL sys.rollback(table => 'd.t', version => '%d'); INSERT INTO d.t VALUES (100, 'next')", last), nil)
	rows := l.lines(t, s, "spark", "SELECT * FROM d.t ORDER BY id")
	want := append(slices.Clone(x.before), "100|next")
	require.Equal(t, want, rows, say)
}

// found is what the check finds.
func (x *struckTable) found(t *testing.T) []check.Finding {
	t.Helper()
	io, err := local.New(filepath.Join(x.dir, "warehouse"))
	require.NoError(t, err)
	_, found, err := check.Table(context.Background(), io, "d.db/t", "d.t", true)
	require.NoError(t, err)
	return found
}

// orphans requires that of what the table held before nothing would be removed;
// that it cannot be told is well too.
func (x *struckTable) orphans(t *testing.T, say string) {
	t.Helper()
	ctx := context.Background()
	io, err := local.New(filepath.Join(x.dir, "warehouse"))
	require.NoError(t, err)
	table, err := paimon.Load(ctx, paimon.NewEnv(io, time.Now), "d.db/t", paimon.Identifier{Database: "d", Table: "t"})
	require.NoError(t, err, say)
	r, err := table.RemoveOrphans(ctx, time.Now(), true)
	if err != nil {
		return
	}
	for _, f := range r.Files {
		require.NotContains(t, x.filesBefore, strings.TrimPrefix(f.Path, "d.db/t/"), say)
	}
}
