package commit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
)

// withOptions makes the table's next schema one with these options.
func (l *lake) withOptions(t testing.TB, options map[string]string) {
	t.Helper()
	s, err := l.table.Schemas.Latest(t.Context())
	require.NoError(t, err)
	s = s.Clone()
	s.ID++
	s.Options = options
	require.NoError(t, l.table.Schemas.Create(t.Context(), s))
}

func (l *lake) manifests(t *testing.T) []manifest.ManifestMeta {
	t.Helper()
	s, err := l.table.Snapshots.Latest(t.Context())
	require.NoError(t, err)
	metas, err := manifest.ReadList(t.Context(), l.io, tableDir+"/manifest/"+s.BaseManifestList)
	require.NoError(t, err)
	return metas
}

func TestSmallManifestsAreMerged(t *testing.T) {
	l := newLake(t, mem.New(), true)
	l.withOptions(t, map[string]string{"manifest.merge-min-count": "5"})
	var want []string
	for i := range 23 {
		r := commit.Request{User: "u", Identifier: int64(i), Added: []manifest.Entry{l.file(t, fmt.Sprintf("f%02d", i), fmt.Sprintf("p%d", i%3), l.io)}}
		_, err := commit.Commit(t.Context(), l.table, r)
		require.NoError(t, err)
		want = append(want, fmt.Sprintf("f%02d", i))
		require.LessOrEqual(t, len(l.manifests(t)), 5)
	}
	require.Equal(t, want, l.rows(t))
	l.check(t)
	requireNoOrphans(t, l)
	m := l.manifests(t)[0]
	require.Greater(t, m.AddedFiles, int64(5))
	require.Positive(t, m.SizeBytes)
}

// Overwritten files leave the manifests when these are merged; a delete of what
// a full manifest before the group adds stays.
func TestMergingKeepsDeletesOfEarlierManifests(t *testing.T) {
	for name, options := range map[string]map[string]string{
		"every manifest is full":  {"manifest.target-file-size": "1 b", "manifest.merge-min-count": "2"},
		"pairs fill a manifest":   {"manifest.target-file-size": "4 kb", "manifest.merge-min-count": "3"},
		"all is written anew":     {"manifest.full-compaction-threshold-size": "3kb", "manifest.merge-min-count": "100"},
		"all is written each try": {"manifest.full-compaction-threshold-size": "1", "manifest.target-file-size": "100 gb"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t, mem.New(), true)
			l.withOptions(t, options)
			want := map[string]string{} // file -> partition
			for i := range 30 {
				f, p := fmt.Sprintf("f%02d", i), fmt.Sprintf("p%d", i%4)
				r := commit.Request{User: "u", Identifier: int64(i), Added: []manifest.Entry{l.file(t, f, p, l.io)}}
				if i%3 == 0 {
					r.Overwrite = &commit.Overwrite{Partition: map[string]any{"dt": p}}
					for old, q := range want {
						if q == p {
							delete(want, old)
						}
					}
				}
				want[f] = p
				_, err := commit.Commit(t.Context(), l.table, r)
				require.NoError(t, err)
				var names []string
				for f := range want {
					names = append(names, f)
				}
				slices.Sort(names)
				require.Equal(t, names, l.rows(t), "commit %d", i)
			}
			l.check(t)
			requireNoOrphans(t, l)
		})
	}
}

// A table of many files keeps manifests of the target size: were they smaller,
// every commit would write them all anew.
func TestManifestsOfATableOfManyFiles(t *testing.T) {
	l := newLake(t, mem.New(), false)
	l.withOptions(t, map[string]string{"manifest.target-file-size": "32 kb", "manifest.full-compaction-threshold-size": "64 kb", "manifest.merge-min-count": "10"})
	one := l.file(t, "f", nil, l.io)
	many := func(from, n int) commit.Request {
		r := commit.Request{User: "u", Identifier: int64(from)}
		for i := range n {
			e := one
			e.File.FileName = fmt.Sprintf("data-%016x-%d.parquet", uint64(from+i)*0x9e3779b97f4a7c15, i)
			r.Added = append(r.Added, e)
		}
		return r
	}
	files := 0
	add := func(n int) *snapshot.Snapshot {
		s, err := commit.Commit(t.Context(), l.table, many(files, n))
		require.NoError(t, err)
		files += n
		return s
	}
	add(12_000)
	add(1)
	before := l.manifests(t)
	require.Greater(t, len(before), 3)
	for _, m := range before[:len(before)-1] {
		require.GreaterOrEqual(t, m.SizeBytes, int64(24<<10), "of 32 KiB")
		require.Less(t, m.SizeBytes, int64(64<<10))
	}
	rewritten := 0
	for range 15 {
		add(1)
		after := l.manifests(t)
		if after[0].FileName != before[0].FileName {
			rewritten++
		}
		before = after
	}
	require.Zero(t, rewritten, "small commits leave the full manifests alone")
	require.Less(t, len(before), 20)
	s, err := l.table.Snapshots.Latest(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, files, s.TotalRecordCount)
	requireNoOrphans(t, l)
}
