package commit_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/soak"
)

// model is a table whose rows are known: each has a name of its own and lives in
// a file until it is deleted or overwritten.
type model struct {
	t     *testing.T
	lake  *lake
	rng   *rand.Rand
	rows  map[string]string   // of the table: row -> partition
	files map[string][]string // rows of every file ever written
	next  int
}

// view is what a writer saw of a snapshot when it made its plan.
type view struct {
	live    []manifest.Entry
	index   []manifest.IndexEntry
	deleted map[string]*deletionvector.Vector // by file
}

func (m *model) view(s *snapshot.Snapshot) view {
	v := view{deleted: map[string]*deletionvector.Vector{}}
	var err error
	v.live, err = m.lake.live(m.t.Context(), s, nil)
	require.NoError(m.t, err)
	v.index = m.lake.index(m.t, s)
	for _, e := range v.index {
		for _, r := range e.Vectors {
			v.deleted[r.File], err = deletionvector.Read(m.t.Context(), m.lake.io, tableDir+"/index/"+e.FileName, r.Offset, r.Length)
			require.NoError(m.t, err)
		}
	}
	return v
}

// visible is the rows of a file that are not deleted.
func (m *model) visible(v view, file string) []string {
	var out []string
	for i, row := range m.files[file] {
		if d := v.deleted[file]; d == nil || !d.Contains(uint64(i)) {
			out = append(out, row)
		}
	}
	return out
}

// file writes rows as a new file of a partition.
func (m *model) file(partition string, rows []string) manifest.Entry {
	m.next++
	name := fmt.Sprintf("f%d", m.next)
	e := m.lake.file(m.t, name, partition, m.lake.io)
	m.files[name] = rows
	return e
}

// vectors writes an index file of the vectors.
func (m *model) vectors(partition []byte, of map[string]*deletionvector.Vector) manifest.IndexEntry {
	m.next++
	name := fmt.Sprintf("v%d", m.next)
	var named []deletionvector.Named
	for _, f := range slices.Sorted(maps.Keys(of)) {
		named = append(named, deletionvector.Named{File: f, Vector: of[f]})
	}
	ranges, size, err := deletionvector.Write(m.t.Context(), m.lake.io, tableDir+"/index/"+name, named, m.rng.IntN(2) == 0)
	require.NoError(m.t, err)
	return manifest.IndexEntry{Partition: partition, Type: manifest.IndexVectors, FileName: name, SizeBytes: size, RowCount: int64(len(named)), Vectors: ranges}
}

// replaceVectors changes the vectors of files: the index files that hold one of
// them go, with what else they hold made anew. nil takes a vector away.
func (m *model) replaceVectors(r *commit.Request, v view, partition []byte, change map[string]*deletionvector.Vector) {
	kept := map[string]*deletionvector.Vector{}
	for _, e := range v.index {
		if !slices.ContainsFunc(e.Vectors, func(x manifest.VectorRange) bool { _, ok := change[x.File]; return ok }) {
			continue
		}
		r.IndexRemoved = append(r.IndexRemoved, e)
		for _, x := range e.Vectors {
			kept[x.File] = v.deleted[x.File]
		}
	}
	for f, d := range change {
		if kept[f] = d; d == nil {
			delete(kept, f)
		}
	}
	if len(kept) > 0 {
		r.IndexAdded = append(r.IndexAdded, m.vectors(partition, kept))
	}
}

// step makes a random plan from what v shows; done changes the rows when the
// commit went through.
func (m *model) step(v view) (r commit.Request, done func()) {
	partition := []string{"p", "q"}[m.rng.IntN(2)]
	of := m.lake.file(m.t, "none", partition, mem.New()).Partition
	var mine []manifest.Entry
	for _, e := range v.live {
		if string(e.Partition) == string(of) {
			mine = append(mine, e)
		}
	}
	fresh := func() []string {
		m.next++
		return []string{fmt.Sprintf("r%d-a", m.next), fmt.Sprintf("r%d-b", m.next), fmt.Sprintf("r%d-c", m.next)}
	}
	r.User = fmt.Sprintf("u%d", m.next)
	switch op := m.rng.IntN(10); {
	case op < 3 || len(mine) == 0:
		rows := fresh()
		r.Added = []manifest.Entry{m.file(partition, rows)}
		return r, func() {
			for _, x := range rows {
				m.rows[x] = partition
			}
		}
	case op < 6: // delete a row that the plan shows
		e := mine[m.rng.IntN(len(mine))]
		at := m.rng.IntN(len(m.files[e.File.FileName]))
		d := deletionvector.New(uint64(at))
		if old := v.deleted[e.File.FileName]; old != nil {
			d.Or(old)
		}
		m.replaceVectors(&r, v, of, map[string]*deletionvector.Vector{e.File.FileName: d})
		return r, func() { delete(m.rows, m.files[e.File.FileName][at]) }
	case op < 9: // compact some files
		m.rng.Shuffle(len(mine), func(i, k int) { mine[i], mine[k] = mine[k], mine[i] })
		r.Kind, r.Deleted = snapshot.Compact, mine[:1+m.rng.IntN(min(3, len(mine)))]
		var rows []string
		change := map[string]*deletionvector.Vector{}
		for _, e := range r.Deleted {
			rows = append(rows, m.visible(v, e.File.FileName)...)
			change[e.File.FileName] = nil
		}
		if len(rows) > 0 {
			r.Added = []manifest.Entry{m.file(partition, rows)}
		}
		m.replaceVectors(&r, v, of, change)
		return r, func() {}
	}
	rows := fresh()
	r.Overwrite, r.Added = &commit.Overwrite{Partition: map[string]any{"dt": partition}}, []manifest.Entry{m.file(partition, rows)}
	return r, func() {
		maps.DeleteFunc(m.rows, func(_, p string) bool { return p == partition })
		for _, x := range rows {
			m.rows[x] = partition
		}
	}
}

// TestPlansThatAreStale lets random writers commit plans that they made on one
// of the last snapshots. Each either goes through, and then means the same as
// if it had been made now, or is a conflict and changes nothing: no row is lost,
// none comes back.
func TestPlansThatAreStale(t *testing.T) {
	runs := soak.Pick(2, 12, 1000)
	through, conflicts := 0, 0
	for seed := range soak.Seeds(t, runs) {
		m := &model{t: t, rng: rand.New(rand.NewPCG(seed, 99)), rows: map[string]string{}, files: map[string][]string{}}
		m.lake = newLake(t, mem.New(), true)
		m.lake.withOptions(t, map[string]string{"manifest.merge-min-count": "4"})
		seen := []view{{deleted: map[string]*deletionvector.Vector{}}}
		for n := range 60 {
			v := seen[len(seen)-1-m.rng.IntN(min(len(seen), 3))]
			r, done := m.step(v)
			s, err := commit.Commit(t.Context(), m.lake.table, r)
			switch {
			case errors.Is(err, commit.ErrConflict):
				conflicts++
				continue
			case err != nil:
				require.NoError(t, err, "seed %d, step %d", seed, n)
			}
			through++
			done()
			now := m.view(s)
			seen = append(seen, now)
			var rows []string
			for _, e := range now.live {
				rows = append(rows, m.visible(now, e.File.FileName)...)
			}
			slices.Sort(rows)
			require.Equal(t, slices.Sorted(maps.Keys(m.rows)), append([]string(nil), rows...), "seed %d, step %d: %+v", seed, n, r)
		}
		requireNoOrphans(t, m.lake)
	}
	t.Logf("%d commits, %d conflicts", through, conflicts)
	require.Greater(t, through, runs*10)
	require.Greater(t, conflicts, runs*4)
}
