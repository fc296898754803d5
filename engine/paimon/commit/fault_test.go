package commit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
)

var errDisk = errors.New("input/output error")

// hookedIO lets a test come in before each operation.
type hookedIO struct {
	*faultio.FS
	inner  *mem.FS
	last   string
	before func()
}

func hooked(inner *mem.FS) (*hookedIO, *int) {
	h, effects := &hookedIO{FS: faultio.New(inner), inner: inner}, new(int)
	h.FS.Before(func(op faultio.Op) {
		if op.Effect {
			*effects++
		}
		h.last = op.String()
		if h.before != nil {
			h.before()
		}
	})
	return h, effects
}

// Before sets the hook; nil ends it.
func (h *hookedIO) Before(hook func()) { h.before = hook }

// operations are the kinds of commit that each fault is tried on; each starts
// from a table with the files a (partition p) and b (q).
func operations(t testing.TB, l *lake, clean fileio.FileIO) map[string]struct {
	request commit.Request
	want    []string
} {
	return map[string]struct {
		request commit.Request
		want    []string
	}{
		"append": {commit.Request{User: "u", Identifier: 7, Added: []manifest.Entry{l.file(t, "n1", "p", clean)}}, []string{"a", "b", "n1"}},
		"overwrite": {commit.Request{User: "u", Identifier: 7, Overwrite: &commit.Overwrite{},
			Added: []manifest.Entry{l.file(t, "n2", "p", clean)}}, []string{"n2"}},
		"overwrite partition": {commit.Request{User: "u", Identifier: 7, Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "p"}},
			Added: []manifest.Entry{l.file(t, "n3", "p", clean)}}, []string{"b", "n3"}},
		"replace file": {commit.Request{User: "u", Identifier: 7, Deleted: []manifest.Entry{l.file(t, "a", "p", mem.New())},
			Added: []manifest.Entry{l.file(t, "n4", "p", clean)}}, []string{"b", "n4"}},
		"append with changes": {commit.Request{User: "u", Identifier: 7, Added: []manifest.Entry{l.file(t, "n5", "p", clean)},
			Changelog: []manifest.Entry{l.file(t, "c5", "p", clean)}}, []string{"a", "b", "n5"}},
		"compact": {commit.Request{User: "u", Identifier: 7, Kind: snapshot.Compact, Deleted: []manifest.Entry{l.file(t, "b", "q", mem.New())},
			Added: []manifest.Entry{l.file(t, "n6", "q", clean)}, Changelog: []manifest.Entry{l.file(t, "c6", "p", clean)}}, []string{"a", "n6"}},
		"delete rows": {commit.Request{User: "u", Identifier: 7, Operation: "DELETE",
			IndexAdded: []manifest.IndexEntry{l.vector(t, "v7", l.file(t, "a", "p", mem.New()).Partition, clean, "a")}}, []string{"b"}},
		"rewrite deleted rows": {commit.Request{User: "u", Identifier: 7,
			Deleted: []manifest.Entry{l.file(t, "b", "q", mem.New())}, Added: []manifest.Entry{l.file(t, "n8", "q", clean)},
			IndexAdded: []manifest.IndexEntry{l.vector(t, "v8", l.file(t, "a", "p", mem.New()).Partition, clean, "a")}}, []string{"n8"}},
	}
}

// kinds are the names of operations, in order.
var kinds = []string{"append", "overwrite", "overwrite partition", "replace file", "append with changes", "compact", "delete rows", "rewrite deleted rows"}

// faults are ways in which the n-th effect can go wrong.
func faults(n int) map[string]faultio.Rule {
	return map[string]faultio.Rule{
		"killed before":        faultio.Crash(n),
		"killed after":         faultio.CrashAfter(n),
		"fails once":           faultio.Nth(n, errDisk),
		"disk full from there": faultio.From(n, errDisk),
		"done, said to fail":   faultio.Lost(n, errDisk),
	}
}

// TestFaultAtEveryEffect is the oracle of FAULTS.md section 2: after a fault at
// each step the table is as before or has the commit whole; a commit that was
// acknowledged is there once; ids have no holes; every named file is there; and
// the next commit succeeds.
func TestFaultAtEveryEffect(t *testing.T) {
	cases, seeds := 0, uint64(3)
	if testing.Short() {
		seeds = 1
	}
	for _, name := range kinds {
		for n := 1; ; n++ {
			reached := false
			for fault := range faults(n) {
				reached = oneFault(t, name, fault, n, nil) || reached
				for seed := range seeds {
					oneFault(t, name, fault, n, rand.New(rand.NewPCG(seed, uint64(n))))
				}
				cases += 1 + int(seeds)
			}
			if !reached {
				break
			}
		}
	}
	t.Logf("%d cases", cases)
}

// oneFault runs one commit with one fault and checks; it tells whether the fault
// struck. With rng the machine loses its power as well.
func oneFault(t *testing.T, name, fault string, n int, rng *rand.Rand) bool {
	t.Helper()
	say := fmt.Sprintf("%s, effect %d, %s, power cut %t", name, n, fault, rng != nil)
	m := mem.New()
	f := faultio.New(m)
	l := newLake(t, f, true)
	before := []string{"a", "b"}
	l.withOptions(t, map[string]string{"manifest.merge-min-count": "2"}) // so that manifests are merged as well
	for i, e := range []manifest.Entry{l.file(t, "a", "p", m), l.file(t, "b", "q", m)} {
		_, err := commit.Commit(t.Context(), l.table, commit.Request{User: "u", Identifier: int64(i), TimeMillis: 5, Added: []manifest.Entry{e}})
		require.NoError(t, err)
	}
	op := operations(t, l, m)[name]

	struck := false
	rule := faults(n)[fault]
	f.Fail(func(o faultio.Op) *faultio.Fault {
		got := rule(o)
		struck = struck || got != nil
		return got
	})
	_, err := commit.Commit(t.Context(), l.table, op.request)
	f.Fail(nil)

	disk := m
	if rng != nil {
		disk = mem.New()
		require.NoError(t, f.PowerCut(t.Context(), disk, rng), say)
	}
	after := open(disk)
	got := after.rows(t)
	switch {
	case err == nil:
		require.Equal(t, op.want, got, say)
	case errors.Is(err, commit.ErrUnknown), errors.Is(err, faultio.ErrCrashed):
		require.True(t, slices.Equal(before, got) || slices.Equal(op.want, got), "%s: %v", say, got)
	default:
		require.Equal(t, before, got, "%s: a failure that is certain changes nothing: %v", say, err)
	}
	after.check(t)
	found, findErr := commit.Find(t.Context(), after.table.Snapshots, "u", 7)
	require.NoError(t, findErr, say)
	require.Equal(t, slices.Equal(op.want, got), found != nil, say)

	_, err = commit.Commit(t.Context(), after.table, after.add(t, "next", 1, "next"))
	require.NoError(t, err, say)
	require.Contains(t, after.rows(t), "next", say)
	after.check(t)
	return struck
}

// A read that fails fails the commit before anything is visible.
func TestFaultAtEveryRead(t *testing.T) {
	for _, name := range kinds {
		for n := 1; ; n++ {
			m := mem.New()
			f := faultio.New(m)
			l := newLake(t, f, true)
			_, err := commit.Commit(t.Context(), l.table, commit.Request{User: "u", Identifier: 1,
				Added: []manifest.Entry{l.file(t, "a", "p", m), l.file(t, "b", "q", m)}})
			require.NoError(t, err)
			op := operations(t, l, m)[name]
			struck := false
			rule := faultio.NthRead(n, errDisk)
			f.Fail(func(o faultio.Op) *faultio.Fault {
				got := rule(o)
				struck = struck || got != nil
				return got
			})
			_, err = commit.Commit(t.Context(), l.table, op.request)
			if err != nil {
				require.NotErrorIs(t, err, commit.ErrUnknown)
				require.Equal(t, []string{"a", "b"}, open(m).rows(t), "%s read %d", name, n)
			} else {
				require.Equal(t, op.want, open(m).rows(t), "%s read %d", name, n)
			}
			open(m).check(t)
			if !struck {
				break
			}
		}
	}
}

// The snapshot arrives although its creation was said to fail, and another
// writer goes on at once: the commit must be found, not made again.
func TestUnknownOutcomeIsFoundUnderOthers(t *testing.T) {
	m := mem.New()
	f := faultio.New(m)
	l := newLake(t, f, false)
	r := l.add(t, "u", 1, "mine")
	rule := faultio.On("create", "/snapshot/snapshot-1", faultio.Lost(1, errDisk))
	blind := false
	f.Fail(func(o faultio.Op) *faultio.Fault {
		if got := rule(o); got != nil {
			blind = true
			return got
		}
		if blind && o.Name == "read" { // the look afterwards fails as well
			blind = false
			other := open(m)
			_, err := commit.Commit(t.Context(), other.table, other.add(t, "o", 1, "theirs"))
			require.NoError(t, err)
			return &faultio.Fault{Err: errDisk}
		}
		return nil
	})
	s, err := commit.Commit(t.Context(), l.table, r)
	require.NoError(t, err)
	require.EqualValues(t, 1, s.ID)
	require.Equal(t, []string{"mine", "theirs"}, open(m).rows(t))
	all, err := l.table.Snapshots.All(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2)
}

// An outcome that stays unknown keeps every file that the snapshot may name.
func TestUnknownOutcomeKeepsFiles(t *testing.T) {
	m := mem.New()
	f := faultio.New(m)
	l := newLake(t, f, false)
	r := l.add(t, "u", 1, "mine")
	f.Fail(func(o faultio.Op) *faultio.Fault {
		switch {
		case o.Name == "create" && o.Path == tableDir+"/snapshot/snapshot-1":
			return &faultio.Fault{Err: errDisk, Done: true}
		case o.Name == "read" && o.Path == tableDir+"/snapshot/snapshot-1", o.Name == "stat":
			return &faultio.Fault{Err: errDisk}
		}
		return nil
	})
	_, err := commit.Commit(t.Context(), l.table, r)
	require.ErrorIs(t, err, commit.ErrUnknown)
	require.ErrorContains(t, err, "it is not known whether the commit to db.t arrived")
	after := open(m)
	require.Equal(t, []string{"mine"}, after.rows(t))
	after.check(t)
}

func TestCancelledCommitChangesNothing(t *testing.T) {
	for n := 1; n < 20; n++ {
		m := mem.New()
		f := faultio.New(m)
		l := newLake(t, f, false)
		r := l.add(t, "u", 1, "a")
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		f.Before(func(o faultio.Op) {
			if seen++; seen == n {
				cancel()
			}
		})
		_, err := commit.Commit(ctx, l.table, r)
		cancel()
		if err == nil {
			require.Equal(t, []string{"a"}, open(m).rows(t))
			continue
		}
		require.ErrorIs(t, err, context.Canceled)
		if !errors.Is(err, commit.ErrUnknown) {
			require.Empty(t, open(m).rows(t), "n=%d: %v", n, err)
		}
	}
}

// TestEffects holds the order of a commit's effects as text.
// Regenerate: go test ./engine/paimon/commit -run TestEffects -rewrite
func TestEffects(t *testing.T) {
	unique := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	datadriven.Walk(t, "testdata/effects", func(t *testing.T, path string) {
		m := mem.New()
		f, _ := hooked(m)
		l := newLake(t, f, true)
		other := open(m)
		id := int64(0)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			id++
			f.Journal()
			r := commit.Request{User: "u", Identifier: id, TimeMillis: 1000}
			if d.HasArg("add") {
				r.Added = []manifest.Entry{l.file(t, fmt.Sprintf("f%d", id), "p", m)}
			}
			if d.Cmd == "overwrite" {
				r.Overwrite = &commit.Overwrite{}
			}
			if d.HasArg("raced") {
				late := other.file(t, fmt.Sprintf("o%d", id), "q", m)
				f.Before(func() {
					if regexp.MustCompile(`create .*/snapshot-\d+$`).MatchString(f.last) {
						f.Before(nil)
						_, err := commit.Commit(t.Context(), other.table, commit.Request{User: "o", Identifier: id, Added: []manifest.Entry{late}})
						require.NoError(t, err)
					}
				})
			}
			_, err := commit.Commit(t.Context(), l.table, r)
			out := unique.ReplaceAllString(f.Journal(), "<uuid>")
			if err != nil {
				out += "error: " + err.Error() + "\n"
			}
			return out
		})
	})
}
