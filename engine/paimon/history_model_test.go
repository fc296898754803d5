package paimon_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/soak"
)

// TestHistoryModel runs random operations over a table with branches and tags
// against a model in memory. After each one every snapshot and tag of every
// branch holds the rows of the model, and every file that is named is there; at
// the end nothing is left that nobody names.
func TestHistoryModel(t *testing.T) {
	for seed := range soak.Seeds(t, soak.Pick(1, 12, 1000)) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			m := newModel(t, seed)
			for n := range 60 {
				m.step(t, n)
			}
			m.p.sweep(t)
			require.Empty(t, m.p.leaks(t, m.p.check(t)), "seed %d", seed)
			require.Equal(t, m.want(), m.p.state(t), "seed %d", seed)
		})
	}
}

// model is what a table with branches should say.
type model struct {
	p        *past
	rng      *rand.Rand
	branches map[string]*modelBranch
	log      []string
}

type modelBranch struct {
	snapshots map[int64][]string
	tags      map[string]modelTag
}

type modelTag struct {
	id   int64
	rows []string
}

func newModel(t testing.TB, seed uint64) *model {
	t.Helper()
	p := newPast(t, mem.New(), map[string]string{"manifest.merge-min-count": "3"})
	return &model{p: p, rng: rand.New(rand.NewPCG(seed, 7)), branches: map[string]*modelBranch{"": newModelBranch()}}
}

func newModelBranch() *modelBranch {
	return &modelBranch{snapshots: map[int64][]string{}, tags: map[string]modelTag{}}
}

func (b *modelBranch) latest() int64 {
	last := int64(0)
	for id := range b.snapshots {
		last = max(last, id)
	}
	return last
}

func (b *modelBranch) earliest() int64 {
	first := b.latest()
	for id := range b.snapshots {
		first = min(first, id)
	}
	return first
}

// want is the state that past.state should give.
func (m *model) want() map[string][]string {
	all := map[string][]string{}
	for name, b := range m.branches {
		for id, rows := range b.snapshots {
			all[fmt.Sprintf("%s@%d", name, id)] = rows
		}
		for tag, x := range b.tags {
			all[name+"#"+tag] = x.rows
		}
	}
	return all
}

func (m *model) pick(names []string) string { return names[m.rng.IntN(len(names))] }

// step runs one random operation on table and model, and compares them.
func (m *model) step(t testing.TB, n int) {
	t.Helper()
	*m.p.clock = m.p.clock.Add(time.Minute)
	name := ""
	if m.rng.IntN(3) == 0 {
		name = m.pick(keysOf(m.branches))
	}
	m.log = append(m.log, m.operate(t, name, n))
	say := strings.Join(m.log, "\n")
	require.Equal(t, m.want(), m.p.state(t), say)
	m.p.check(t, say)
}

// operate runs an operation on a branch and says which.
func (m *model) operate(t testing.TB, name string, n int) string {
	t.Helper()
	b := m.branches[name]
	if b.latest() == 0 {
		return m.append(t, name)
	}
	switch x := m.rng.IntN(20); {
	case x < 5:
		return m.append(t, name)
	case x < 8:
		return m.replace(t, name)
	case x < 9:
		return m.upgrade(t, name)
	case x < 11:
		return m.tag(t, name, n)
	case x < 12 && len(b.tags) > 0:
		return m.untag(t, name)
	case x < 13:
		return m.rollback(t, name)
	case x < 14:
		return m.rollbackAsLatest(t, name)
	case x < 15 && len(m.branches) < 4:
		return m.branch(t, n)
	case x < 16 && len(m.branches) > 1:
		return m.forward(t)
	case x < 17 && len(m.branches) > 1 && m.rng.IntN(2) == 0:
		return m.unbranch(t)
	case x < 18:
		m.p.sweep(t)
		return "orphans"
	}
	return m.expire(t, name)
}

func (m *model) commit(t testing.TB, name string, r commit.Request, rows []string) {
	t.Helper()
	s, err := m.p.table(t, name).Commit(t.Context(), r)
	require.NoError(t, err, m.log)
	slices.Sort(rows)
	m.branches[name].snapshots[s.ID] = rows
}

func (m *model) append(t testing.TB, name string) string {
	t.Helper()
	e := m.p.file(t, m.p.io, m.pick([]string{"a", "b"}))
	b := m.branches[name]
	m.commit(t, name, commit.Request{Added: []manifest.Entry{e}}, append(slices.Clone(b.snapshots[b.latest()]), e.File.FileName))
	return "append " + name
}

func (m *model) replace(t testing.TB, name string) string {
	t.Helper()
	dt := m.pick([]string{"a", "b"})
	plan, err := m.p.table(t, name).Plan(t.Context(), scan.Options{})
	require.NoError(t, err)
	e := m.p.file(t, m.p.io, dt)
	rows := []string{e.File.FileName}
	for _, f := range plan.Files {
		if f.Partition[0] != dt {
			rows = append(rows, f.Entry.File.FileName)
		}
	}
	m.commit(t, name, commit.Request{Added: []manifest.Entry{e}, Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": dt}}}, rows)
	return "replace " + name + " " + dt
}

func (m *model) upgrade(t testing.TB, name string) string {
	t.Helper()
	b := m.branches[name]
	plan, err := m.p.table(t, name).Plan(t.Context(), scan.Options{})
	require.NoError(t, err)
	if len(plan.Files) == 0 {
		return "nothing to upgrade"
	}
	e := *plan.Files[m.rng.IntN(len(plan.Files))].Entry
	up := e
	if up.File.Level++; up.File.Level == 1 { // two files without keys must not share a level
		_, err := fmt.Sscanf(e.File.FileName, "data-%d", &up.File.Level)
		require.NoError(t, err)
		up.File.Level *= 1000
	}
	m.commit(t, name, commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{e}, Added: []manifest.Entry{up}}, slices.Clone(b.snapshots[b.latest()]))
	return "upgrade " + name + " " + e.File.FileName
}

func (m *model) anySnapshot(b *modelBranch) int64 {
	ids := slices.Sorted(maps.Keys(b.snapshots))
	return ids[m.rng.IntN(len(ids))]
}

func (m *model) tag(t testing.TB, name string, n int) string {
	t.Helper()
	b := m.branches[name]
	id, tag := m.anySnapshot(b), fmt.Sprint("t", n)
	_, err := m.p.table(t, name).CreateTag(t.Context(), tag, scan.Options{Snapshot: id}, nil)
	require.NoError(t, err)
	b.tags[tag] = modelTag{id, b.snapshots[id]}
	return fmt.Sprint("tag ", name, " ", tag, " at ", id)
}

func (m *model) untag(t testing.TB, name string) string {
	t.Helper()
	b := m.branches[name]
	tag := m.pick(keysOf(b.tags))
	_, err := m.p.table(t, name).DeleteTags(t.Context(), []string{tag}, false)
	require.NoError(t, err)
	delete(b.tags, tag)
	return "untag " + name + " " + tag
}

func (m *model) rollback(t testing.TB, name string) string {
	t.Helper()
	b := m.branches[name]
	var to scan.Options
	var target int64
	if len(b.tags) > 0 && m.rng.IntN(2) == 0 {
		to.Tag = m.pick(keysOf(b.tags))
		target = b.tags[to.Tag].id
		if target < b.earliest() {
			for id := range b.snapshots { // all go
				delete(b.snapshots, id)
			}
		}
		b.snapshots[target] = b.tags[to.Tag].rows
	} else {
		target = max(m.anySnapshot(b), b.latest()-2)
		to.Snapshot = target
	}
	_, is, err := m.p.table(t, name).Rollback(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, target, is)
	b.after(target)
	return fmt.Sprint("rollback ", name, " to ", to.Tag, target)
}

// after forgets what is newer than a snapshot.
func (b *modelBranch) after(id int64) {
	maps.DeleteFunc(b.snapshots, func(x int64, _ []string) bool { return x > id })
	maps.DeleteFunc(b.tags, func(_ string, x modelTag) bool { return x.id > id })
}

func (m *model) rollbackAsLatest(t testing.TB, name string) string {
	t.Helper()
	b := m.branches[name]
	target := m.anySnapshot(b)
	_, is, err := m.p.table(t, name).RollbackAsLatest(t.Context(), scan.Options{Snapshot: target})
	require.NoError(t, err, m.log)
	b.snapshots[is] = b.snapshots[target]
	return fmt.Sprint("rollback as latest ", name, " to ", target)
}

func (m *model) branch(t testing.TB, n int) string {
	t.Helper()
	main := m.branches[""]
	name, from, b := fmt.Sprint("b", n), scan.Options{}, newModelBranch()
	switch {
	case main.latest() == 0 || m.rng.IntN(4) == 0:
	case len(main.tags) > 0 && m.rng.IntN(2) == 0:
		from.Tag = m.pick(keysOf(main.tags))
		tag := main.tags[from.Tag]
		b.snapshots[tag.id], b.tags[from.Tag] = tag.rows, tag
	default:
		from.Snapshot = m.anySnapshot(main)
		b.snapshots[from.Snapshot] = main.snapshots[from.Snapshot]
	}
	require.NoError(t, m.p.table(t, "").CreateBranch(t.Context(), name, from))
	m.branches[name] = b
	if from.Snapshot != 0 { // under a tag of its own, or one that was there
		tags, err := m.p.table(t, name).Snapshots().Tags(t.Context())
		require.NoError(t, err)
		require.Len(t, tags, 1)
		x := modelTag{from.Snapshot, main.snapshots[from.Snapshot]}
		b.tags[tags[0].Name], main.tags[tags[0].Name] = x, x
	}
	return fmt.Sprintf("branch %s from %+v", name, from)
}

func (m *model) aBranch() string {
	names := slices.DeleteFunc(keysOf(m.branches), func(s string) bool { return s == "" })
	return m.pick(names)
}

func (m *model) forward(t testing.TB) string {
	t.Helper()
	name := m.aBranch()
	b, main := m.branches[name], m.branches[""]
	err := m.p.table(t, "").FastForward(t.Context(), name)
	if b.latest() == 0 {
		require.Equal(t, "table.empty_branch", code(t, err))
		return "nothing to forward to"
	}
	require.NoError(t, err)
	first := b.earliest()
	maps.DeleteFunc(main.snapshots, func(id int64, _ []string) bool { return id >= first })
	maps.DeleteFunc(main.tags, func(_ string, x modelTag) bool { return x.id >= first })
	if _, follows := main.snapshots[first-1]; !follows {
		clear(main.snapshots)
	}
	maps.Copy(main.snapshots, b.snapshots)
	maps.Copy(main.tags, b.tags)
	return "forward to " + name
}

func (m *model) unbranch(t testing.TB) string {
	t.Helper()
	name := m.aBranch()
	_, err := m.p.table(t, "").DeleteBranch(t.Context(), name, false)
	require.NoError(t, err)
	delete(m.branches, name)
	delete(m.branches[""].tags, "branch-"+name)
	return "unbranch " + name
}

func (m *model) expire(t testing.TB, name string) string {
	t.Helper()
	b := m.branches[name]
	least := int64(1 + m.rng.IntN(3))
	r, err := m.p.table(t, name).ExpireSnapshots(t.Context(), keep(least, least))
	require.NoError(t, err)
	last := b.latest()
	maps.DeleteFunc(b.snapshots, func(id int64, _ []string) bool { return id <= last-least })
	return fmt.Sprintf("expire %s but %d: %v", name, least, r.Snapshots)
}
