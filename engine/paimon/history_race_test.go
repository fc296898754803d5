package paimon_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/local"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// intruders are what another process does in the middle of a deed.
var intruders = map[string]func(t testing.TB, p *past) error{
	"append": func(t testing.TB, p *past) error { p.add(t, "", "a"); return nil },
	"overwrite": func(t testing.TB, p *past) error {
		_, err := p.table(t, "").Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{p.file(t, p.io, "b")}})
		return err
	},
	"replace": func(t testing.TB, p *past) error { p.replace(t, ""); return nil },
	"expire":  deeds["expire"].do, "expire a branch": deeds["expire a branch"].do, "delete tag": deeds["delete tag"].do, "rollback": deeds["rollback"].do,
	"delete branch": deeds["delete branch"].do,
	"tag the first": func(t testing.TB, p *past) error {
		_, err := p.table(t, "").CreateTag(t.Context(), "mid", scan.Options{Snapshot: 3}, nil)
		return err
	},
	"branch of the tag": func(t testing.TB, p *past) error {
		return p.table(t, "").CreateBranch(t.Context(), "mid", scan.Options{Tag: "old"})
	},
}

// TestDeedsUnderIntruders lets another process come in at many operations of
// each deed (FAULTS.md row 10; apache/paimon#7710 among them): whatever is there
// afterwards is whole.
func TestDeedsUnderIntruders(t *testing.T) {
	eachDeed(t, func(t *testing.T, k int, name string, keyed bool) {
		t.Parallel()
		ops := intruded(t, name, keyed, "append", 1<<30)
		for i, intruder := range keysOf(intruders) {
			if testing.Short() { // one place each
				intruded(t, name, keyed, intruder, 1+(k+2*i)%10*ops/10)
				continue
			}
			for n := range 10 {
				intruded(t, name, keyed, intruder, 1+n*ops/10)
			}
		}
	})
}

// intruded runs a deed and an intruder at its n-th operation; it gives how many
// operations there were.
func intruded(t *testing.T, name string, keyed bool, intruder string, n int) int {
	t.Helper()
	say := fmt.Sprintf("%s, keyed %t, and %s at operation %d", name, keyed, intruder, n)
	m := mem.New()
	told := theHistory(keyed)
	for path, data := range told.files {
		require.NoError(t, m.Create(t.Context(), path, data))
	}
	f := faultio.New(m)
	p, other := reopened(t, f, told.past), reopened(t, m, told.past)
	other.names += 100
	var ops atomic.Int64 // manifests are read side by side
	f.Before(func(faultio.Op) {
		if ops.Add(1) == int64(n) {
			requireRefusal(t, daring(t, func(t testing.TB) error { return intruders[intruder](t, other) }), say)
		}
	})
	err := daring(t, func(t testing.TB) error { return deeds[name].do(t, p) })
	f.Before(nil)
	requireRefusal(t, err, say)
	after := reopened(t, m, told.past)
	after.names += 200
	after.holes = strings.HasPrefix(name, "rollback") || strings.HasPrefix(intruder, "rollback") || name == "fast-forward"
	after.check(t, say)
	after.state(t)
	after.add(t, "", "a")
	after.check(t, say)
	return int(ops.Load())
}

// requireRefusal: a deed may be refused by name because of another, but not fail.
func requireRefusal(t testing.TB, err error, say string) {
	t.Helper()
	if err == nil || errors.Is(err, fileio.ErrNotExist) || errors.Is(err, fileio.ErrExist) || errors.Is(err, errBroken) {
		return // errBroken: the table or branch could not be loaded
	}
	_, named := problem.As(err)
	require.True(t, named, "%s: %v", say, err)
}

// TestExpiryAmongReadersAndWriters: for a while, writers, readers, one who tags,
// one who expires and one who sweeps work on one table on a disk. No row is
// lost, no moment that is there misses a file, and in the end nothing is left
// over.
func TestExpiryAmongReadersAndWriters(t *testing.T) {
	disk, err := local.New(t.TempDir())
	require.NoError(t, err)
	first := openPast(disk)
	create(t, first.env, nil, []string{"dt"}, field("dt", "STRING"), field("v", "INT"))
	open := func(n int) *past {
		p := openPast(disk)
		p.env = paimon.NewEnv(disk, time.Now)
		p.names = n * 1000
		return p
	}
	stop := time.Now().Add(4 * time.Second)
	if testing.Short() {
		stop = time.Now().Add(time.Second / 4)
	}
	var wg sync.WaitGroup
	run := func(n int, step func(p *past, i int) error) {
		wg.Go(func() {
			p := open(n)
			for i := 0; time.Now().Before(stop); i++ {
				if err := step(p, i); err != nil {
					t.Errorf("worker %d: %v", n, err)
					return
				}
			}
		})
	}
	var mu sync.Mutex
	var written []string
	for w := range 2 {
		run(w+1, func(p *past, i int) error {
			e := p.file(t, disk, fmt.Sprint("w", w))
			_, err := p.table(t, "").Commit(t.Context(), commit.Request{Added: []manifest.Entry{e}, Retries: 100})
			mu.Lock()
			written = append(written, e.File.FileName)
			mu.Unlock()
			return err
		})
	}
	run(3, func(p *past, _ int) error { // rewrites its own partition all the time
		_, err := p.table(t, "").Commit(t.Context(), commit.Request{
			Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "x"}}, Added: []manifest.Entry{p.file(t, disk, "x")}, Retries: 100,
		})
		return err
	})
	for r := range 2 {
		run(4+r, func(p *past, _ int) error { return readOnce(t, p) })
	}
	run(6, func(p *past, i int) error {
		table := p.table(t, "")
		if s, err := table.Latest(t.Context()); err != nil || s == nil {
			return err
		}
		_, err := table.CreateTag(t.Context(), fmt.Sprint("t", i), scan.Options{}, nil)
		if err == nil && i > 2 {
			_, err = table.DeleteTags(t.Context(), []string{fmt.Sprint("t", i-2)}, false)
		}
		return gone(err)
	})
	run(7, func(p *past, _ int) error {
		_, err := p.table(t, "").ExpireSnapshots(t.Context(), expire.Retention{Min: 1, Max: 2})
		return gone(err)
	})
	run(8, func(p *past, _ int) error { // a killed writer's file of long ago, and the sweep that finds it
		e := p.file(t, disk, "w0")
		at, err := disk.LocalPath(histDir + "/dt=w0/bucket-0/" + e.File.FileName)
		if err != nil {
			return err
		}
		old := time.Now().Add(-48 * time.Hour)
		if err := os.Chtimes(at, old, old); err != nil {
			return err
		}
		r, err := p.table(t, "").RemoveOrphans(t.Context(), time.Time{}, false)
		own := func(f expire.File) bool { return strings.Contains(f.Path, "/data-8") } // those of sweeps that were disturbed, too
		if err == nil && (len(r.Files) == 0 || slices.ContainsFunc(r.Files, func(f expire.File) bool { return !own(f) })) {
			return fmt.Errorf("%d files were swept, not the one: %v", len(r.Files), r.Files)
		}
		return gone(err)
	})
	wg.Wait()
	p := open(9)
	p.check(t)
	rows := p.rows(t, "", scan.Options{})
	rows = slices.DeleteFunc(rows, func(s string) bool { return s >= "data-3000" && s < "data-4000" })
	slices.Sort(written)
	require.Equal(t, written, rows)
	t.Logf("%d appends", len(written))
	tags, err := p.table(t, "").Snapshots().Tags(t.Context())
	require.NoError(t, err)
	for _, tag := range tags {
		_, err := p.table(t, "").DeleteTags(t.Context(), []string{tag.Name}, false)
		require.NoError(t, err)
	}
	_, err = p.table(t, "").ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	_, err = p.table(t, "").RemoveOrphans(t.Context(), time.Now().Add(-time.Millisecond), false)
	require.NoError(t, err)
	require.Empty(t, p.leaks(t, p.check(t)))
}

// readOnce plans the newest snapshot and looks at its files; one may be missing
// only when the snapshot has expired meanwhile.
func readOnce(t testing.TB, p *past) error {
	table := p.table(t, "")
	plan, err := table.Plan(t.Context(), scan.Options{})
	if err != nil || plan.Snapshot == nil {
		return gone(err)
	}
	for _, f := range plan.Files {
		_, err := p.io.Stat(t.Context(), f.Path)
		if !errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		there, err := table.Snapshots().Exists(t.Context(), plan.SnapshotID())
		if there || err != nil {
			return fmt.Errorf("%s is missing and snapshot %d is there: %w", f.Path, plan.SnapshotID(), err)
		}
		return nil
	}
	return nil
}

// gone lets pass that a snapshot went while it was looked at.
func gone(err error) error {
	if errors.Is(err, fileio.ErrNotExist) {
		return nil
	}
	if p, ok := problem.As(err); ok && p.Code == "table.conflict" {
		return nil
	}
	return err
}
