package paimon_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/scan"
	"laketop/engine/soak"
)

var errBroken = errors.New("input/output error")

// deeds are what is done to a history under faults (FAULTS.md rows 1 to 4).
// again tells that doing it once more is refused where it was done already.
var deeds = map[string]struct {
	do    func(t testing.TB, p *past) error
	again string
}{
	"expire": {func(t testing.TB, p *past) error {
		_, err := p.table(t, "").ExpireSnapshots(t.Context(), keep(1, 1))
		return err
	}, ""},
	"expire a branch": {func(t testing.TB, p *past) error {
		_, err := p.table(t, "b").ExpireSnapshots(t.Context(), keep(1, 1))
		return err
	}, ""},
	"tag": {func(t testing.TB, p *past) error {
		_, err := p.table(t, "").CreateTag(t.Context(), "new", scan.Options{Snapshot: 5}, nil)
		return err
	}, "table.tag_exists"},
	"delete tag": {func(t testing.TB, p *past) error {
		_, err := p.table(t, "").DeleteTags(t.Context(), []string{"old"}, false)
		return err
	}, ""},
	"rename tag": {func(t testing.TB, p *past) error {
		return p.table(t, "").RenameTag(t.Context(), "old", "older")
	}, "table.unknown_tag"},
	"rollback": {func(t testing.TB, p *past) error {
		_, _, err := p.table(t, "").Rollback(t.Context(), scan.Options{Snapshot: 4})
		return err
	}, ""},
	"rollback to an expired tag": {func(t testing.TB, p *past) error {
		_, _, err := p.table(t, "").Rollback(t.Context(), scan.Options{Tag: "old"})
		return err
	}, ""},
	"rollback as latest": {func(t testing.TB, p *past) error {
		_, _, err := p.table(t, "").RollbackAsLatest(t.Context(), scan.Options{Snapshot: 4})
		return err
	}, ""},
	"branch": {func(t testing.TB, p *past) error {
		return p.table(t, "").CreateBranch(t.Context(), "n", scan.Options{Snapshot: 5})
	}, "table.branch_exists"},
	"delete branch": {func(t testing.TB, p *past) error {
		_, err := p.table(t, "").DeleteBranch(t.Context(), "b", false)
		return err
	}, "table.unknown_branch"},
	"rename branch": {func(t testing.TB, p *past) error {
		return p.table(t, "").RenameBranch(t.Context(), "b", "c")
	}, "table.unknown_branch"},
	"fast-forward": {func(t testing.TB, p *past) error { return p.table(t, "").FastForward(t.Context(), "b") }, ""},
	"orphans": {func(t testing.TB, p *past) error {
		_, err := p.table(t, "").RemoveOrphans(t.Context(), p.clock.Add(-1), false)
		return err
	}, ""},
}

// history makes the past that deeds are done to: snapshots 3 to 6, a tag of the
// expired first, a branch that went its own way, and two orphans.
func history(t testing.TB, p *past) {
	t.Helper()
	p.add(t, "", "a")
	p.add(t, "", "b")
	table := p.table(t, "")
	_, err := table.CreateTag(t.Context(), "old", scan.Options{Snapshot: 1}, nil)
	require.NoError(t, err)
	p.replace(t, "")
	p.add(t, "", "b")
	require.NoError(t, table.CreateBranch(t.Context(), "b", scan.Options{Snapshot: 3}))
	p.add(t, "b", "a")
	p.replace(t, "b")
	p.add(t, "b", "b")
	p.add(t, "b", "b")
	p.replace(t, "")
	p.add(t, "", "a")
	_, err = table.ExpireSnapshots(t.Context(), keep(4, 4))
	require.NoError(t, err)
	p.file(t, p.io, "a")
	require.NoError(t, p.io.Create(t.Context(), histDir+"/manifest/manifest-lost-0", []byte("lost")))
	require.NoError(t, p.io.Create(t.Context(), histDir+"/snapshot/.snapshot-9.lost.tmp", []byte("lost")))
}

// told is a past with all its files and what they say.
type told struct {
	past  *past
	files map[string][]byte
	state map[string][]string
}

// theHistory is made once, of an append table and of a primary-key table: each
// case starts from a copy.
func theHistory(keyed bool) told {
	if keyed {
		return keyedHistory()
	}
	return appendHistory()
}

var (
	appendHistory = sync.OnceValue(func() told { return tell(newPast(loading{context: context.Background()}, mem.New(), nil)) })
	keyedHistory  = sync.OnceValue(func() told { return tell(newKeyedPast(loading{context: context.Background()}, mem.New())) })
)

func tell(p *past) told {
	t := loading{context: context.Background()}
	x := told{past: p, files: map[string][]byte{}}
	history(t, p)
	x.state = p.state(t)
	m := p.io.(*mem.FS)
	for _, path := range m.Paths() {
		data, err := m.ReadFile(t.Context(), path)
		require.NoError(t, err)
		x.files[path] = data
	}
	return x
}

// ruleOf makes the n-th effect go wrong.
var rulesOf = []struct {
	name string
	make func(n int) faultio.Rule
}{
	{"killed before", faultio.Crash}, {"killed after", faultio.CrashAfter},
	{"fails once", func(n int) faultio.Rule { return faultio.Nth(n, errBroken) }},
	{"disk full from there", func(n int) faultio.Rule { return faultio.From(n, errBroken) }},
	{"done, said to fail", func(n int) faultio.Rule { return faultio.Lost(n, errBroken) }},
}

// eachDeed runs a test of each deed on both kinds of table. In the inner loop it
// runs each deed on one of them.
func eachDeed(t *testing.T, do func(t *testing.T, k int, name string, keyed bool)) {
	t.Helper()
	for k, name := range keysOf(deeds) {
		for i, keyed := range []bool{false, true} {
			if testing.Short() && k%2 != i {
				continue
			}
			t.Run(fmt.Sprintf("%s, keyed %t", name, keyed), func(t *testing.T) { do(t, k, name, keyed) })
		}
	}
}

// points are the operations of a deed at which something happens, of n there are:
// each one, or a few in the inner loop.
func points(n, few int) []int {
	var out []int
	for i := 1; i <= n; i++ {
		out = append(out, i)
	}
	if !testing.Short() || n <= few {
		return out
	}
	some := make([]int, few)
	for i := range some {
		some[i] = out[(2*i+1)*n/(2*few)]
	}
	return some
}

// TestHistoryFaultAtEveryEffect does each deed with a fault at each of its
// effects: killed before or after, failing once, a full disk, done but said to
// fail; each also with a power cut. After each the history that is there is
// whole: every file that anything names is there, every moment has the rows it
// had. Then the deed succeeds, a commit succeeds, and nothing is left over.
func TestHistoryFaultAtEveryEffect(t *testing.T) {
	cases, seeds := 0, slices.Collect(soak.Seeds(t, soak.Pick(0, 1, 10)))
	eachDeed(t, func(t *testing.T, k int, name string, keyed bool) {
		effects := 0
		faultyDeed(t, name, keyed, "no fault", func(o faultio.Op) *faultio.Fault {
			if o.Effect {
				effects++
			}
			return nil
		}, nil)
		for _, n := range points(effects, 3) {
			for i, rule := range rulesOf {
				if testing.Short() && i != (n+k)%len(rulesOf) {
					continue
				}
				say := fmt.Sprintf("effect %d, %s", n, rule.name)
				require.True(t, faultyDeed(t, name, keyed, say, rule.make(n), nil), say)
				cuts := seeds
				if testing.Short() && n%3 == k%3 {
					cuts = []uint64{1}
				}
				for _, seed := range cuts {
					faultyDeed(t, name, keyed, fmt.Sprintf("%s, power cut %d", say, seed), rule.make(n), rand.New(rand.NewPCG(seed, uint64(n))))
				}
				cases += 1 + len(cuts)
			}
		}
	})
	t.Logf("%d cases", cases)
}

// A read that fails ends a deed before anything is harmed: what cannot be read
// is never taken for unused.
func TestHistoryFaultAtEveryRead(t *testing.T) {
	eachDeed(t, func(t *testing.T, _ int, name string, keyed bool) {
		reads := 0
		faultyDeed(t, name, keyed, "no fault", func(o faultio.Op) *faultio.Fault {
			if !o.Effect {
				reads++
			}
			return nil
		}, nil)
		for _, n := range points(reads, 2) {
			faultyDeed(t, name, keyed, fmt.Sprintf("read %d fails", n), faultio.NthRead(n, errBroken), nil)
		}
	})
}

// faultyDeed tells whether the fault struck.
func faultyDeed(t *testing.T, name string, keyed bool, say string, rule faultio.Rule, rng *rand.Rand) bool {
	t.Helper()
	say = fmt.Sprintf("%s, keyed %t: %s", name, keyed, say)
	m := mem.New()
	told := theHistory(keyed)
	for path, data := range told.files {
		require.NoError(t, m.Create(t.Context(), path, data))
	}
	f := faultio.New(m)
	before, deed := told.state, deeds[name]

	struck := false
	p := reopened(t, f, told.past)
	f.Fail(func(o faultio.Op) *faultio.Fault {
		got := rule(o)
		struck = struck || got != nil
		return got
	})
	err := daring(t, func(t testing.TB) error { return deed.do(t, p) })
	f.Fail(nil)

	disk := m
	if rng != nil {
		disk = mem.New()
		require.NoError(t, f.PowerCut(t.Context(), disk, rng), say)
	}
	after := reopened(t, disk, p)
	after.holes = rng != nil || name == "rollback to an expired tag" // which restores one before it removes others
	after.check(t, say)
	got := after.state(t)
	whole(t, name, before, got, say)

	if retry := deed.do(t, after); retry != nil {
		require.NotEmpty(t, deed.again, "%s: %v, then %v", say, err, retry)
		require.Equal(t, deed.again, code(t, retry), say)
	}
	after.add(t, "", "a")
	after.check(t, say)
	after.holes = false
	_, err = after.table(t, "").ExpireSnapshots(t.Context(), keep(2, 2))
	require.NoError(t, err, say)
	after.sweep(t)
	require.Empty(t, after.leaks(t, after.check(t, say)), say)
	return struck
}

// loading is a test whose failures are panics: a table that cannot be loaded
// under a fault ends the deed.
type loading struct {
	testing.TB
	context context.Context
}

// Context implements testing.TB.
func (l loading) Context() context.Context { return l.context }

// Helper implements testing.TB.
func (l loading) Helper() {}

// FailNow implements require.TestingT.
func (l loading) FailNow() { panic(errBroken) }

// Errorf implements require.TestingT.
func (l loading) Errorf(string, ...any) {}

// daring runs what may not even load its table.
func daring(t testing.TB, do func(t testing.TB) error) (err error) {
	defer func() {
		if x, ok := recover().(error); ok {
			err = x
		}
	}()
	return do(loading{TB: t, context: t.Context()})
}

// reopened is the table on a disk as a new process opens it.
func reopened(t testing.TB, disk interface{}, old *past) *past {
	t.Helper()
	var p *past
	switch d := disk.(type) {
	case *mem.FS:
		p = openPast(d)
	case *faultio.FS:
		p = openPast(d)
	}
	*p.clock, p.names, p.keyed = *old.clock, old.names+100, old.keyed
	return p
}

// whole: what a history says after a fault it said before, but for what the deed
// makes itself.
func whole(t testing.TB, name string, before, got map[string][]string, say string) {
	t.Helper()
	var kept [][]string
	for _, rows := range before {
		kept = append(kept, rows)
	}
	for key, rows := range got {
		want, known := before[key]
		moved := slices.ContainsFunc(kept, func(r []string) bool { return slices.Equal(r, rows) })
		switch {
		case known && slices.Equal(want, rows):
		case name == "fast-forward" && !strings.HasPrefix(key, "b@"), strings.HasPrefix(name, "rollback"), strings.HasPrefix(name, "rename"),
			name == "tag", name == "branch":
			require.True(t, moved, "%s: %s has rows that no moment had: %v", say, key, rows)
		default:
			require.Fail(t, "changed", "%s: %s had %v and has %v", say, key, want, rows)
		}
	}
	require.True(t, slices.ContainsFunc(keysOf(got), func(k string) bool { return strings.HasPrefix(k, "@") }), "%s: main is empty", say)
}
