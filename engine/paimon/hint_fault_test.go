package paimon_test

import (
	"fmt"
	"path"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/check"
	"laketop/engine/paimon/scan"
)

// hints are what may stand in LATEST and EARLIEST of a table of snapshots 3 to 6;
// "-" is no file.
var hints = map[string][2]string{
	"missing": {"-", "-"}, "LATEST missing": {"-", "3"}, "EARLIEST missing": {"6", "-"},
	"stale low": {"4", "1"}, "low and expired": {"1", "2"}, "the last that expired": {"2", "2"},
	"just beyond": {"7", "4"}, "stale high": {"99", "50"}, "crossed": {"3", "6"},
	"garbage": {"soon", "\x00\xff"}, "empty": {"", ""}, "too large": {"99999999999999999999", "9223372036854775807"}, "negative": {"-3", "0"},
}

// hinted puts hints into the folder of main or a branch.
func hinted(t *testing.T, m *mem.FS, folder string, says [2]string) {
	t.Helper()
	for i, name := range []string{"LATEST", "EARLIEST"} {
		p := path.Join(folder, "snapshot", name)
		if says[i] == "-" {
			require.NoError(t, m.Remove(t.Context(), p))
			continue
		}
		require.NoError(t, m.Overwrite(t.Context(), p, []byte(says[i])))
	}
}

// TestHintsOfKeyedTables holds that the hints of a primary-key table change
// nothing, whatever they say, on main and on a branch (FAULTS.md row 11): not what
// is read, not the next upsert and compaction, not expiry, rollback and orphans;
// and that the next commit puts LATEST right.
func TestHintsOfKeyedTables(t *testing.T) {
	x := theHistory(true)
	for i, name := range keysOf(hints) {
		if testing.Short() && i%6 != 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := copied(t, x)
			hinted(t, m, histDir, hints[name])
			hinted(t, m, histDir+"/branch/branch-b", hints[name])
			p := reopened(t, m, x.past)
			require.Equal(t, x.state, p.state(t))
			p.check(t)
			require.EqualValues(t, 7, p.add(t, "", "a").ID)
			p.replace(t, "")
			right(t, m, "8")
			hinted(t, m, histDir, hints[name])
			_, err := p.table(t, "").ExpireSnapshots(t.Context(), keep(2, 2))
			require.NoError(t, err)
			p.sweep(t)
			require.Empty(t, p.leaks(t, p.check(t)))
			hinted(t, m, histDir, hints[name])
			before, after, err := p.table(t, "").Rollback(t.Context(), scan.Options{Snapshot: 7})
			require.NoError(t, err)
			require.Equal(t, []int64{8, 7}, []int64{before, after})
			p.check(t)
			p.add(t, "", "b")
			p.check(t)
			right(t, m, "8")
		})
	}
}

// right requires the hint LATEST of main, of which nothing is found then.
func right(t *testing.T, m *mem.FS, latest string) {
	t.Helper()
	got, err := m.ReadFile(t.Context(), histDir+"/snapshot/LATEST")
	require.NoError(t, err)
	require.Equal(t, latest, string(got))
	_, found, err := check.Table(t.Context(), m, histDir, "db.t", false)
	require.NoError(t, err)
	for _, f := range found {
		require.False(t, f.Where == "db.t" && strings.Contains(f.What, "LATEST"), "%v", f)
	}
}

// The hint is written anew while another reads it: between any two operations of
// a reader a writer upserts, compacts or rolls back. The reader sees one moment
// whole (ClickHouse#107134).
func TestHintIsRewrittenDuringARead(t *testing.T) {
	x := theHistory(true)
	for _, deed := range []string{"upsert", "compact", "roll back", "expire"} {
		for n := 1; ; n++ {
			m := copied(t, x)
			f := faultio.New(m)
			p, other := reopened(t, f, x.past), reopened(t, m, x.past)
			known := map[string]bool{}
			note := func() { known[fmt.Sprint(other.rows(t, "", scan.Options{}))] = true }
			note()
			var ops atomic.Int64 // manifests are read several at once
			f.Before(func(faultio.Op) {
				if ops.Add(1) != int64(n) {
					return
				}
				switch deed {
				case "upsert":
					other.add(t, "", "a")
				case "compact":
					other.replace(t, "")
				case "roll back":
					_, _, err := other.table(t, "").Rollback(t.Context(), scan.Options{Snapshot: 4})
					require.NoError(t, err)
				case "expire":
					other.add(t, "", "a")
					_, err := other.table(t, "").ExpireSnapshots(t.Context(), keep(1, 1))
					require.NoError(t, err)
				}
				note()
			})
			var rows []string
			err := daring(t, func(t testing.TB) error {
				plan, err := p.table(t, "").Plan(t.Context(), scan.Options{})
				if err == nil {
					rows = namesOf(plan)
				}
				return err
			})
			f.Before(nil)
			say := fmt.Sprintf("%s before operation %d", deed, n)
			if err == nil {
				require.True(t, known[fmt.Sprint(rows)], "%s: %v of %v", say, rows, known)
			} else { // its moment went while it was read
				require.Contains(t, []string{"roll back", "expire"}, deed, "%s: %v", say, err)
			}
			if ops.Load() < int64(n) {
				require.Greater(t, n, 5)
				break
			}
		}
	}
}
