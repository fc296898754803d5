package commit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
)

func names(entries []manifest.IndexEntry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, e.FileName)
	}
	return out
}

func TestIndexManifestIsCombined(t *testing.T) {
	l := newLake(t, mem.New(), true)
	a, b := l.file(t, "a", "p", l.io), l.file(t, "b", "q", l.io)
	l.commit(t, commit.Request{Added: []manifest.Entry{a, b}})

	va := l.vector(t, "va", a.Partition, l.io, "a")
	s := l.commit(t, commit.Request{IndexAdded: []manifest.IndexEntry{va}})
	require.Equal(t, snapshot.Overwrite, s.CommitKind, "rows are taken away")
	require.Equal(t, []string{"b"}, l.rows(t))
	require.EqualValues(t, 2, s.TotalRecordCount, "of physical rows")

	first := s.IndexManifest
	s = l.commit(t, commit.Request{Added: []manifest.Entry{l.file(t, "c", "p", l.io)}})
	require.Equal(t, first, s.IndexManifest, "carried on")

	vb := l.vector(t, "vb", b.Partition, l.io, "b")
	s = l.commit(t, commit.Request{IndexAdded: []manifest.IndexEntry{vb}})
	require.Equal(t, []string{"va", "vb"}, names(l.index(t, s)))

	s = l.commit(t, commit.Request{IndexRemoved: []manifest.IndexEntry{va}})
	require.Equal(t, []string{"vb"}, names(l.index(t, s)))
	require.Equal(t, []string{"a", "c"}, l.rows(t))

	s = l.commit(t, commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "p"}}})
	require.Equal(t, []string{"vb"}, names(l.index(t, s)), "another partition keeps its index")
	s = l.commit(t, commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "q"}}})
	require.Empty(t, s.IndexManifest, "an overwrite takes the index of its files away")
	require.Empty(t, l.rows(t))
	requireNoOrphans(t, l)
}

func TestOverwriteWithVectorsOfItsOwn(t *testing.T) {
	l := newLake(t, mem.New(), true)
	a := l.file(t, "a", "p", l.io)
	l.commit(t, commit.Request{Added: []manifest.Entry{a}})
	l.commit(t, commit.Request{IndexAdded: []manifest.IndexEntry{l.vector(t, "va", a.Partition, l.io, "a")}})
	n, m := l.file(t, "n", "p", l.io), l.file(t, "m", "p", l.io)
	s := l.commit(t, commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{n, m}, IndexAdded: []manifest.IndexEntry{l.vector(t, "vn", n.Partition, l.io, "n")}})
	require.Equal(t, []string{"vn"}, names(l.index(t, s)))
	require.Equal(t, []string{"m"}, l.rows(t))
}

// TestVectorConflicts: a table of the files a and b, where b's row is deleted
// by the index file vb.
func TestVectorConflicts(t *testing.T) {
	for name, tc := range map[string]struct {
		request func(l *lake) commit.Request
		want    string // "" = goes through
		rows    []string
	}{
		"a rewrite of a file whose rows were deleted meanwhile": {func(l *lake) commit.Request {
			return commit.Request{Deleted: []manifest.Entry{l.file(t, "b", nil, mem.New())}, Added: []manifest.Entry{l.file(t, "n", nil, l.io)}}
		}, "rows of file b were deleted", nil},
		"a rewrite that takes the vector along": {func(l *lake) commit.Request {
			b := l.file(t, "b", nil, mem.New())
			return commit.Request{Deleted: []manifest.Entry{b}, IndexRemoved: []manifest.IndexEntry{l.vector(t, "vb", b.Partition, mem.New(), "b")}}
		}, "", []string{"a"}},
		"a vector of a file that is gone": {func(l *lake) commit.Request {
			return commit.Request{IndexAdded: []manifest.IndexEntry{l.vector(t, "vx", l.file(t, "a", nil, mem.New()).Partition, l.io, "x")}}
		}, "file x is gone", nil},
		"a vector of a file that the commit adds": {func(l *lake) commit.Request {
			n := l.file(t, "n", nil, l.io)
			return commit.Request{Added: []manifest.Entry{n}, IndexAdded: []manifest.IndexEntry{l.vector(t, "vn", n.Partition, l.io, "n")}}
		}, "", []string{"a"}},
		"a second vector of one file": {func(l *lake) commit.Request {
			return commit.Request{IndexAdded: []manifest.IndexEntry{l.vector(t, "vb2", l.file(t, "a", nil, mem.New()).Partition, l.io, "b")}}
		}, "rows of file b were deleted", nil},
		"the vector made anew": {func(l *lake) commit.Request {
			p := l.file(t, "a", nil, mem.New()).Partition
			return commit.Request{IndexRemoved: []manifest.IndexEntry{l.vector(t, "vb", p, mem.New(), "b")}, IndexAdded: []manifest.IndexEntry{l.vector(t, "vab", p, l.io, "a", "b")}}
		}, "", nil},
		"an index that is gone": {func(l *lake) commit.Request {
			return commit.Request{IndexRemoved: []manifest.IndexEntry{l.vector(t, "vz", l.file(t, "a", nil, mem.New()).Partition, mem.New(), "b")}}
		}, "index file vz is gone", nil},
		"an index that is there": {func(l *lake) commit.Request {
			return commit.Request{IndexAdded: []manifest.IndexEntry{l.vector(t, "vb", l.file(t, "a", nil, mem.New()).Partition, mem.New(), "a")}}
		}, "index file vb is there already", nil},
		"an index that hides nothing": {func(l *lake) commit.Request {
			return commit.Request{IndexAdded: []manifest.IndexEntry{{Partition: l.file(t, "a", nil, mem.New()).Partition, Type: "btree", FileName: "vb-tree"}}}
		}, "", []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t, mem.New(), false)
			a, b := l.file(t, "a", nil, l.io), l.file(t, "b", nil, l.io)
			l.commit(t, commit.Request{Added: []manifest.Entry{a, b}})
			l.commit(t, commit.Request{IndexAdded: []manifest.IndexEntry{l.vector(t, "vb", b.Partition, l.io, "b")}})
			r := tc.request(l)
			r.User = "x"
			if strings.Contains(name, "hides nothing") {
				require.NoError(t, l.io.Create(t.Context(), tableDir+"/index/vb-tree", nil))
			}
			_, err := commit.Commit(t.Context(), l.table, r)
			if tc.want != "" {
				requireConflict(t, err, tc.want)
				require.Equal(t, []string{"a"}, l.rows(t))
			} else {
				require.NoError(t, err)
				require.Equal(t, tc.rows, l.rows(t))
			}
			l.check(t)
			requireNoOrphans(t, l)
		})
	}
}

// A bucket of a primary-key table has one file of vectors: who replaces it
// names the old one.
func TestOneIndexForABucket(t *testing.T) {
	l := newKeyed(t)
	low, high := l.keys(t, "low", 5, 1, 5), l.keys(t, "high", 5, 7, 9)
	l.commit(t, commit.Request{Added: []manifest.Entry{low, high}})
	vector := func(name string, files ...string) manifest.IndexEntry {
		v := l.vector(t, name, low.Partition, l.io, files...)
		v.Bucket = 1
		return v
	}
	v1 := vector("v1", "low")
	l.commit(t, commit.Request{Kind: snapshot.Compact, IndexAdded: []manifest.IndexEntry{v1}})
	v2 := vector("v2", "low", "high")
	_, err := commit.Commit(t.Context(), l.table, commit.Request{User: "x", Kind: snapshot.Compact, IndexAdded: []manifest.IndexEntry{vector("v3", "high")}})
	requireConflict(t, err, "bucket 1 has another index of type DELETION_VECTORS")
	s := l.commit(t, commit.Request{Kind: snapshot.Compact, IndexAdded: []manifest.IndexEntry{v2}, IndexRemoved: []manifest.IndexEntry{v1}})
	require.Equal(t, snapshot.Compact, s.CommitKind)
	require.Equal(t, []string{"v2"}, names(l.index(t, s)))
}

// Two deletes of rows race: the second must look again, or it would bring rows
// back or take them twice.
func TestDeleteOfRowsAgainstItself(t *testing.T) {
	f, _ := hooked(mem.New())
	l := newLake(t, f, false)
	other := open(f)
	first := l.add(t, "u", 1, "a", "b")
	l.commit(t, first)
	theirs := other.vector(t, "v2", first.Added[0].Partition, f, "a")
	f.Before(func() {
		if strings.Contains(f.last, "create "+tableDir+"/snapshot/snapshot-2") {
			f.Before(nil)
			_, err := commit.Commit(t.Context(), other.table, commit.Request{User: "o", IndexAdded: []manifest.IndexEntry{theirs}})
			require.NoError(t, err)
		}
	})
	_, err := commit.Commit(t.Context(), l.table, commit.Request{User: "u", Identifier: 2, IndexAdded: []manifest.IndexEntry{l.vector(t, "v1", first.Added[0].Partition, f, "a", "b")}})
	requireConflict(t, err, "rows of file a were deleted")
	require.Equal(t, []string{"b"}, l.rows(t))
	l.check(t)
	requireNoOrphans(t, l)
}
