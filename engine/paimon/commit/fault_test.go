package commit_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/soak"
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
	cases, seeds := 0, slices.Collect(soak.Seeds(t, soak.Pick(0, 3, 60)))
	for k, op := range operations {
		for n := 1; ; n++ {
			reached := false
			names := slices.Sorted(maps.Keys(faults(n)))
			for i, fault := range names {
				if testing.Short() && i != (n+k)%len(names) { // each fault, each operation and each effect, but not each three of them
					continue
				}
				reached = oneFault(t, op, fault, n, 0) || reached
				for _, seed := range seeds {
					oneFault(t, op, fault, n, seed)
				}
				if testing.Short() && n%3 == k%3 {
					oneFault(t, op, fault, n, uint64(1+k))
				}
				cases += 1 + len(seeds)
			}
			if !reached {
				break
			}
		}
	}
	t.Logf("%d cases", cases)
}

// oneFault runs one commit with one fault and checks; it tells whether the fault
// struck. With a seed the machine loses its power as well.
func oneFault(t *testing.T, op operation, fault string, n int, seed uint64) bool {
	t.Helper()
	say := fmt.Sprintf("%s, effect %d, %s, power cut %d", op.name, n, fault, seed)
	m := mem.New()
	f := faultio.New(m)
	l := op.start(t, f, m)
	before := op.rowsBefore()
	require.Equal(t, before, l.rows(t), say)
	request := op.requestOn(t, m)

	struck := false
	rule := faults(n)[fault]
	f.Fail(func(o faultio.Op) *faultio.Fault {
		got := rule(o)
		struck = struck || got != nil
		return got
	})
	_, err := commit.Commit(t.Context(), l.table, request)
	f.Fail(nil)

	disk := m
	if seed > 0 {
		disk = mem.New()
		require.NoError(t, f.PowerCut(t.Context(), disk, rand.New(rand.NewPCG(seed, uint64(n)))), say)
	}
	after := open(disk)
	found, findErr := commit.Find(t.Context(), after.table.Snapshots, "u", 7)
	require.NoError(t, findErr, say)
	want := before
	if found != nil {
		want = op.want
	}
	require.Equal(t, want, after.rows(t), say)
	switch {
	case err == nil:
		require.NotNil(t, found, say)
	case errors.Is(err, commit.ErrUnknown), errors.Is(err, faultio.ErrCrashed):
	default:
		require.Nil(t, found, "%s: a failure that is certain changes nothing: %v", say, err)
	}
	after.check(t)

	_, err = commit.Commit(t.Context(), after.table, op.next(t, after))
	require.NoError(t, err, say)
	require.Contains(t, after.rows(t), "next", say)
	after.check(t)
	return struck
}

// A read that fails fails the commit before anything is visible.
func TestFaultAtEveryRead(t *testing.T) {
	stride := 1
	if testing.Short() {
		stride = 4
	}
	for k, op := range operations {
		for n := 1 + k%stride; ; n += stride {
			m := mem.New()
			f := faultio.New(m)
			l := op.start(t, f, m)
			request := op.requestOn(t, m)
			struck := false
			rule := faultio.NthRead(n, errDisk)
			f.Fail(func(o faultio.Op) *faultio.Fault {
				got := rule(o)
				struck = struck || got != nil
				return got
			})
			_, err := commit.Commit(t.Context(), l.table, request)
			if err != nil {
				require.NotErrorIs(t, err, commit.ErrUnknown)
				require.Equal(t, op.rowsBefore(), open(m).rows(t), "%s read %d", op.name, n)
			} else {
				require.Equal(t, op.want, open(m).rows(t), "%s read %d", op.name, n)
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
