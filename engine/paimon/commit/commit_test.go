package commit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/local"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

const tableDir = "db.db/t"

// lake is a table with a column v, partitioned by dt or not. A row is the name
// of the one-row file that holds it: the file is there, so that the check finds
// what a commit names.
type lake struct {
	io    fileio.FileIO
	table commit.Table
}

func newLake(t testing.TB, io fileio.FileIO, partitioned bool) *lake {
	t.Helper()
	var keys []string
	if partitioned {
		keys = []string{"dt"}
	}
	s, err := schema.New([]datatype.Field{
		datatype.NewField("dt", datatype.StringType()), datatype.NewField("v", datatype.Of(datatype.Int)),
	}, keys, nil, nil, "", 0)
	require.NoError(t, err)
	require.NoError(t, schema.NewManager(io, tableDir).Create(t.Context(), s))
	return open(io)
}

// open opens the table as a new process would.
func open(io fileio.FileIO) *lake {
	l := &lake{io: io}
	l.table = commit.Table{
		Name: "db.t", IO: io, Dir: tableDir, Schemas: schema.NewManager(io, tableDir), Snapshots: snapshot.NewManager(io, tableDir),
		Manifests: scan.Direct{IO: io}, Live: l.live,
		Unique: uuid.NewString,
	}
	return l
}

func (l *lake) live(ctx context.Context, s *snapshot.Snapshot, _ func(manifest.ManifestMeta) bool) ([]manifest.Entry, error) {
	var entries []manifest.Entry
	for _, list := range []string{s.BaseManifestList, s.DeltaManifestList} {
		metas, err := manifest.ReadList(ctx, l.io, tableDir+"/manifest/"+list)
		if err != nil {
			return nil, err
		}
		for _, m := range metas {
			more, err := manifest.ReadManifest(ctx, l.io, tableDir+"/manifest/"+m.FileName)
			if err != nil {
				return nil, err
			}
			entries = append(entries, more...)
		}
	}
	live, pending := manifest.Live(entries)
	if len(pending) > 0 {
		return nil, errors.New("a delete without its add")
	}
	return live, nil
}

// file writes a data file of one row and gives its entry. The partition nil
// is NULL in a partitioned table.
func (l *lake) file(t testing.TB, name string, partition any, io fileio.FileIO) manifest.Entry {
	t.Helper()
	types, values := []datatype.Type{}, []any{}
	if s, err := l.table.Schemas.Latest(t.Context()); err == nil && len(s.PartitionKeys) > 0 {
		types, values = s.PartitionTypes(), []any{partition}
	}
	row, err := binaryrow.Encode(types, values)
	require.NoError(t, err)
	require.NoError(t, io.Create(t.Context(), tableDir+"/bucket-0/"+name, []byte(name)))
	return manifest.Entry{Kind: manifest.Add, Partition: row, TotalBuckets: -1, File: manifest.DataFile{
		FileName: name, SizeBytes: int64(len(name)), RowCount: 1, MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(),
		KeyStats: binaryrow.NoStats(), ValueStats: binaryrow.NoStats(), ValueStatsCols: []string{}, ExtraFiles: []string{},
	}}
}

func (l *lake) add(t testing.TB, user string, id int64, names ...string) commit.Request {
	r := commit.Request{User: user, Identifier: id, TimeMillis: 1000}
	for _, n := range names {
		r.Added = append(r.Added, l.file(t, n, nil, l.io))
	}
	return r
}

// rows are the live files' names, sorted.
func (l *lake) rows(t testing.TB) []string {
	t.Helper()
	s, err := l.table.Snapshots.Latest(t.Context())
	require.NoError(t, err)
	if s == nil {
		return nil
	}
	return l.rowsAt(t, s)
}

// rowsAt are the rows of a snapshot.
func (l *lake) rowsAt(t testing.TB, s *snapshot.Snapshot) []string {
	t.Helper()
	live, err := l.live(t.Context(), s, nil)
	require.NoError(t, err)
	deleted := map[string]bool{}
	for _, e := range l.index(t, s) {
		for _, v := range e.Vectors {
			deleted[v.File] = true
		}
	}
	var names []string
	for _, e := range live {
		if !deleted[e.File.FileName] {
			names = append(names, e.File.FileName)
		}
	}
	slices.Sort(names)
	return names
}

// index is the index files of a snapshot.
func (l *lake) index(t testing.TB, s *snapshot.Snapshot) []manifest.IndexEntry {
	t.Helper()
	if s.IndexManifest == "" || s.IndexManifest == "index-manifest-x" {
		return nil
	}
	entries, err := manifest.ReadIndex(t.Context(), l.io, tableDir+"/manifest/"+s.IndexManifest)
	require.NoError(t, err)
	return entries
}

// vector writes an index file that deletes the row of each file.
func (l *lake) vector(t testing.TB, name string, partition []byte, io fileio.FileIO, files ...string) manifest.IndexEntry {
	t.Helper()
	var vectors []deletionvector.Named
	for _, f := range files {
		vectors = append(vectors, deletionvector.Named{File: f, Vector: deletionvector.New(0)})
	}
	ranges, size, err := deletionvector.Write(t.Context(), io, tableDir+"/index/"+name, vectors, false)
	require.NoError(t, err)
	return manifest.IndexEntry{Partition: partition, Type: manifest.IndexVectors, FileName: name, SizeBytes: size, RowCount: int64(len(files)), Vectors: ranges}
}

// check holds what every reader relies on: ids without holes, every named file
// there with its size, counts that add up.
func (l *lake) check(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	all, err := l.table.Snapshots.All(ctx)
	require.NoError(t, err)
	var before int64
	for i, s := range all {
		require.EqualValues(t, i+1, s.ID, "ids without holes")
		if i > 0 {
			require.GreaterOrEqual(t, s.TimeMillis, all[i-1].TimeMillis)
		}
		live, err := l.live(ctx, s, nil)
		require.NoError(t, err)
		for _, e := range live {
			st, err := l.io.Stat(ctx, tableDir+"/bucket-0/"+e.File.FileName)
			require.NoError(t, err, "snapshot %d", s.ID)
			require.Equal(t, e.File.SizeBytes, st.SizeBytes)
		}
		for _, e := range l.index(t, s) {
			st, err := l.io.Stat(ctx, tableDir+"/index/"+e.FileName)
			require.NoError(t, err, "snapshot %d", s.ID)
			require.Equal(t, e.SizeBytes, st.SizeBytes)
		}
		l.checkChangelog(t, s)
		require.EqualValues(t, len(live), s.TotalRecordCount)
		require.Equal(t, s.TotalRecordCount-before, s.DeltaRecordCount)
		before = s.TotalRecordCount
		for list, size := range map[string]*int64{s.BaseManifestList: s.BaseManifestListSize, s.DeltaManifestList: s.DeltaManifestListSize} {
			st, err := l.io.Stat(ctx, tableDir+"/manifest/"+list)
			require.NoError(t, err)
			require.Equal(t, *size, st.SizeBytes)
		}
	}
}

func (l *lake) checkChangelog(t testing.TB, s *snapshot.Snapshot) {
	t.Helper()
	if s.ChangelogManifestList == "" {
		require.Nil(t, s.ChangelogRecordCount)
		return
	}
	metas, err := manifest.ReadList(t.Context(), l.io, tableDir+"/manifest/"+s.ChangelogManifestList)
	require.NoError(t, err)
	rows := int64(0)
	for _, m := range metas {
		entries, err := manifest.ReadManifest(t.Context(), l.io, tableDir+"/manifest/"+m.FileName)
		require.NoError(t, err)
		for _, e := range entries {
			require.Equal(t, manifest.Add, e.Kind)
			rows += e.File.RowCount
		}
	}
	require.Equal(t, rows, *s.ChangelogRecordCount)
}

func TestAppend(t *testing.T) {
	l := newLake(t, mem.New(), false)
	s, err := commit.Commit(t.Context(), l.table, l.add(t, "u", 1, "a", "b"))
	require.NoError(t, err)
	require.EqualValues(t, 1, s.ID)
	require.Equal(t, snapshot.Append, s.CommitKind)
	require.Equal(t, "WRITE", s.Operation)
	s, err = commit.Commit(t.Context(), l.table, l.add(t, "u", 2, "c"))
	require.NoError(t, err)
	require.EqualValues(t, 2, s.ID)
	require.EqualValues(t, 3, s.TotalRecordCount)
	require.Equal(t, []string{"a", "b", "c"}, l.rows(t))
	l.check(t)
}

func TestNothingToCommit(t *testing.T) {
	l := newLake(t, mem.New(), true)
	for name, r := range map[string]commit.Request{
		"no files":                            {User: "u"},
		"a dynamic overwrite without a row":   {User: "u", Overwrite: &commit.Overwrite{Dynamic: true}},
		"the same with a partition specified": {User: "u", Overwrite: &commit.Overwrite{Dynamic: true, Partition: map[string]any{"dt": "x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := commit.Commit(t.Context(), l.table, r)
			require.NoError(t, err)
			require.Nil(t, s)
		})
	}
}

func TestOverwrite(t *testing.T) {
	for name, tc := range map[string]struct {
		overwrite commit.Overwrite
		added     map[string]any // name -> partition
		want      []string
	}{
		"whole table":                     {commit.Overwrite{}, map[string]any{"n": "p"}, []string{"n"}},
		"whole table by nothing":          {commit.Overwrite{}, nil, nil},
		"one partition":                   {commit.Overwrite{Partition: map[string]any{"dt": "p"}}, map[string]any{"n": "p"}, []string{"e", "n", "q", "z"}},
		"one partition by nothing":        {commit.Overwrite{Partition: map[string]any{"dt": "p"}}, nil, []string{"e", "q", "z"}},
		"the null partition":              {commit.Overwrite{Partition: map[string]any{"dt": nil}}, map[string]any{"n": nil}, []string{"e", "n", "p1", "p2", "q"}},
		"the empty one is not the null":   {commit.Overwrite{Partition: map[string]any{"dt": ""}}, nil, []string{"p1", "p2", "q", "z"}},
		"several partitions":              {commit.Overwrite{Partitions: []map[string]any{{"dt": "p"}, {"dt": nil}, {"dt": "r"}}}, nil, []string{"e", "q"}},
		"partitions that are written":     {commit.Overwrite{Dynamic: true}, map[string]any{"n": "p", "m": "new"}, []string{"e", "m", "n", "q", "z"}},
		"a partition that does not exist": {commit.Overwrite{Partition: map[string]any{"dt": "r"}}, map[string]any{"n": "r"}, []string{"e", "n", "p1", "p2", "q", "z"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t, mem.New(), true)
			first := commit.Request{User: "u", Identifier: 1}
			for n, p := range map[string]any{"p1": "p", "p2": "p", "q": "q", "z": nil, "e": ""} {
				first.Added = append(first.Added, l.file(t, n, p, l.io))
			}
			_, err := commit.Commit(t.Context(), l.table, first)
			require.NoError(t, err)
			r := commit.Request{User: "u", Identifier: 2, Overwrite: &tc.overwrite}
			for n, p := range tc.added {
				r.Added = append(r.Added, l.file(t, n, p, l.io))
			}
			s, err := commit.Commit(t.Context(), l.table, r)
			require.NoError(t, err)
			require.Equal(t, snapshot.Overwrite, s.CommitKind)
			require.Equal(t, tc.want, l.rows(t))
			l.check(t)
		})
	}
}

func TestRefusals(t *testing.T) {
	l := newLake(t, mem.New(), true)
	_, err := commit.Commit(t.Context(), l.table, commit.Request{User: "u", Identifier: 1, Added: []manifest.Entry{l.file(t, "a", "p", l.io)}})
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		request commit.Request
		want    string
	}{
		"a file outside of the partition": {commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "q"}},
			Added: []manifest.Entry{l.file(t, "b", "p", l.io)}}, "lies outside"},
		"a key that is none":          {commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"v": 1}}}, "no partition key v"},
		"a value of another type":     {commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": int64(1)}}}, "does not fit column dt"},
		"a delete of what is not":     {commit.Request{Deleted: []manifest.Entry{l.file(t, "c", "p", l.io)}}, "file c is gone"},
		"an add of what is there":     {commit.Request{Deleted: []manifest.Entry{l.file(t, "d", "p", mem.New())}, Added: nil}, "file d is gone"},
		"both overwrite and deletion": {commit.Request{Overwrite: &commit.Overwrite{}, Deleted: []manifest.Entry{{}}}, "cannot both"},
	} {
		t.Run(name, func(t *testing.T) {
			before := l.rows(t)
			_, err := commit.Commit(t.Context(), l.table, tc.request)
			require.ErrorContains(t, err, tc.want)
			require.NotErrorIs(t, err, commit.ErrUnknown)
			require.Equal(t, before, l.rows(t))
		})
	}
}

func TestDeleteAndReplaceFiles(t *testing.T) {
	l := newLake(t, mem.New(), false)
	first := l.add(t, "u", 1, "a", "b")
	_, err := commit.Commit(t.Context(), l.table, first)
	require.NoError(t, err)
	r := l.add(t, "u", 2, "c")
	r.Deleted, r.Operation = first.Added[:1], "DELETE"
	s, err := commit.Commit(t.Context(), l.table, r)
	require.NoError(t, err)
	require.Equal(t, snapshot.Overwrite, s.CommitKind)
	require.Equal(t, "DELETE", s.Operation)
	require.Equal(t, []string{"b", "c"}, l.rows(t))
	r.Added, r.Identifier = nil, 3
	_, err = commit.Commit(t.Context(), l.table, r)
	require.ErrorContains(t, err, "file a is gone")
	l.check(t)
}

func TestWhatIsCarriedOn(t *testing.T) {
	l := newLake(t, mem.New(), false)
	_, err := commit.Commit(t.Context(), l.table, l.add(t, "u", 1, "a"))
	require.NoError(t, err)
	s, err := l.table.Snapshots.Latest(t.Context())
	require.NoError(t, err)
	watermark, next := int64(77), int64(5)
	s.ID, s.IndexManifest, s.Watermark, s.Statistics, s.NextRowID, s.TimeMillis = 2, "index-manifest-x", &watermark, "stat-x", &next, 90_000
	s.DeltaManifestList, s.DeltaManifestListSize, s.DeltaRecordCount = s.BaseManifestList, s.BaseManifestListSize, 0
	require.NoError(t, l.table.Snapshots.Publish(t.Context(), s))
	r := l.add(t, "u", 2, "b")
	r.Properties = map[string]string{"k": "v"}
	got, err := commit.Commit(t.Context(), l.table, r)
	require.NoError(t, err)
	require.Equal(t, "index-manifest-x", got.IndexManifest)
	require.EqualValues(t, 77, *got.Watermark)
	require.EqualValues(t, 5, *got.NextRowID)
	require.Equal(t, "stat-x", got.Statistics)
	require.EqualValues(t, 90_000, got.TimeMillis, "time does not go back")
	require.Equal(t, map[string]string{"k": "v"}, got.Properties)

	sch, err := l.table.Schemas.Latest(t.Context())
	require.NoError(t, err)
	sch = sch.Clone()
	sch.ID = 1
	require.NoError(t, l.table.Schemas.Create(t.Context(), sch))
	got, err = commit.Commit(t.Context(), l.table, l.add(t, "u", 3, "c"))
	require.NoError(t, err)
	require.EqualValues(t, 1, got.SchemaID)
	require.Empty(t, got.Statistics, "they are of the schema before")
}

func TestManifestListHoldsPartitionRanges(t *testing.T) {
	l := newLake(t, mem.New(), true)
	r := commit.Request{User: "u"}
	for n, p := range map[string]any{"a": "m", "b": "b", "c": nil, "d": "x"} {
		r.Added = append(r.Added, l.file(t, n, p, l.io))
	}
	s, err := commit.Commit(t.Context(), l.table, r)
	require.NoError(t, err)
	metas, err := manifest.ReadList(t.Context(), l.io, tableDir+"/manifest/"+s.DeltaManifestList)
	require.NoError(t, err)
	require.Len(t, metas, 1)
	m := metas[0]
	types := []datatype.Type{datatype.StringType()}
	low, err := binaryrow.Decode(types, m.PartitionStats.Min)
	require.NoError(t, err)
	high, err := binaryrow.Decode(types, m.PartitionStats.Max)
	require.NoError(t, err)
	require.Equal(t, []any{"b"}, low)
	require.Equal(t, []any{"x"}, high)
	require.EqualValues(t, 1, *m.PartitionStats.Nulls[0])
	require.EqualValues(t, 4, m.AddedFiles)
	require.EqualValues(t, 0, *m.MinBucket)
	base, err := manifest.ReadList(t.Context(), l.io, tableDir+"/manifest/"+s.BaseManifestList)
	require.NoError(t, err)
	require.Empty(t, base, "the first base list is a legal file without rows")
}

func TestFind(t *testing.T) {
	l := newLake(t, mem.New(), false)
	for i := range int64(3) {
		_, err := commit.Commit(t.Context(), l.table, l.add(t, "job", i, fmt.Sprintf("f%d", i)))
		require.NoError(t, err)
	}
	s, err := commit.Find(t.Context(), l.table.Snapshots, "job", 1)
	require.NoError(t, err)
	require.EqualValues(t, 2, s.ID)
	s, err = commit.Find(t.Context(), l.table.Snapshots, "other", 1)
	require.NoError(t, err)
	require.Nil(t, s)
}

// Two notebooks race for one snapshot id; the other comes in at each effect in
// turn.
func TestTwoWritersRaceAtEveryStep(t *testing.T) {
	for step := 1; ; step++ {
		f, effects := hooked(mem.New())
		l := newLake(t, f, false)
		other := open(f)
		request, late := l.add(t, "a", 1, "mine"), other.add(t, "b", 1, "theirs")
		*effects = 0
		raced := false
		f.Before(func() {
			if *effects == step && !raced {
				raced = true
				f.Before(nil)
				_, err := commit.Commit(t.Context(), other.table, late)
				require.NoError(t, err)
			}
		})
		_, err := commit.Commit(t.Context(), l.table, request)
		require.NoError(t, err, "step %d", step)
		if !raced {
			require.Greater(t, step, 4)
			return
		}
		require.Equal(t, []string{"mine", "theirs"}, l.rows(t), "step %d", step)
		l.check(t)
	}
}

func TestOverwriteAgainstConcurrentAppend(t *testing.T) {
	for name, tc := range map[string]struct {
		overwrite commit.Overwrite
		want      []string
	}{
		"the whole table takes the newcomer too": {commit.Overwrite{}, []string{"new"}},
		"another partition keeps the newcomer":   {commit.Overwrite{Partition: map[string]any{"dt": "p"}}, []string{"new", "theirs"}},
		"all that there were keep the newcomer":  {commit.Overwrite{Partitions: []map[string]any{{"dt": "p"}}}, []string{"new", "theirs"}},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := hooked(mem.New())
			l := newLake(t, f, true)
			other := open(f)
			_, err := commit.Commit(t.Context(), l.table, commit.Request{User: "u", Identifier: 1, Added: []manifest.Entry{l.file(t, "old", "p", f)}})
			require.NoError(t, err)
			r := commit.Request{User: "u", Identifier: 2, Overwrite: &tc.overwrite, Added: []manifest.Entry{l.file(t, "new", "p", f)}}
			late := commit.Request{User: "o", Identifier: 1, Added: []manifest.Entry{l.file(t, "theirs", "q", f)}}
			f.Before(func() {
				if strings.Contains(f.last, "create "+tableDir+"/snapshot/snapshot-2") {
					f.Before(nil)
					_, err := commit.Commit(t.Context(), other.table, late)
					require.NoError(t, err)
				}
			})
			s, err := commit.Commit(t.Context(), l.table, r)
			require.NoError(t, err)
			require.EqualValues(t, 3, s.ID)
			require.Equal(t, tc.want, l.rows(t))
			l.check(t)
		})
	}
}

// A delete of a file that the winner of the race deleted too is a conflict, not
// a second delete.
func TestDeleteAgainstConcurrentDelete(t *testing.T) {
	f, _ := hooked(mem.New())
	l := newLake(t, f, false)
	other := open(f)
	first := l.add(t, "u", 1, "a", "b")
	_, err := commit.Commit(t.Context(), l.table, first)
	require.NoError(t, err)
	f.Before(func() {
		if strings.Contains(f.last, "create "+tableDir+"/snapshot/snapshot-2") {
			f.Before(nil)
			_, err := commit.Commit(t.Context(), other.table, commit.Request{User: "o", Deleted: first.Added[:1]})
			require.NoError(t, err)
		}
	})
	_, err = commit.Commit(t.Context(), l.table, commit.Request{User: "u", Identifier: 2, Deleted: first.Added[:1]})
	require.ErrorContains(t, err, "file a is gone")
	require.Equal(t, []string{"b"}, l.rows(t))
	l.check(t)
}

func TestManyWritersLoseNoRow(t *testing.T) {
	writers, commits := 8, 12
	if testing.Short() {
		writers, commits = 4, 4
	}
	disk, err := local.New(t.TempDir())
	require.NoError(t, err)
	for name, io := range map[string]fileio.FileIO{"memory": mem.New(), "disk": disk} {
		t.Run(name, func(t *testing.T) {
			newLake(t, io, false)
			var wg sync.WaitGroup
			var want []string
			for w := range writers {
				for c := range commits {
					want = append(want, fmt.Sprintf("w%d-c%d", w, c))
				}
				wg.Go(func() {
					l := open(io)
					for c := range commits {
						r := l.add(t, fmt.Sprintf("w%d", w), int64(c), fmt.Sprintf("w%d-c%d", w, c))
						r.Retries = 200
						_, err := commit.Commit(t.Context(), l.table, r)
						if err != nil {
							t.Errorf("writer %d commit %d: %v", w, c, err)
						}
					}
				})
			}
			wg.Wait()
			slices.Sort(want)
			l := open(io)
			require.Equal(t, want, l.rows(t))
			l.check(t)
			requireNoOrphans(t, l)
		})
	}
}

// requireNoOrphans: without faults, lost races leave no manifest behind.
func requireNoOrphans(t *testing.T, l *lake) {
	t.Helper()
	all, err := l.table.Snapshots.All(t.Context())
	require.NoError(t, err)
	named := map[string]bool{}
	for _, s := range all {
		named[s.IndexManifest] = true
		for _, list := range []string{s.BaseManifestList, s.DeltaManifestList, s.ChangelogManifestList} {
			if list == "" {
				continue
			}
			named[list] = true
			metas, err := manifest.ReadList(t.Context(), l.io, tableDir+"/manifest/"+list)
			require.NoError(t, err)
			for _, m := range metas {
				named[m.FileName] = true
			}
		}
	}
	infos, err := l.io.List(t.Context(), tableDir+"/manifest")
	require.NoError(t, err)
	for _, i := range infos {
		require.True(t, named[strings.TrimPrefix(i.Path, tableDir+"/manifest/")], i.Path)
	}
}

func TestRetriesAreBounded(t *testing.T) {
	f, _ := hooked(mem.New())
	l := newLake(t, f, false)
	r := l.add(t, "u", 1, "a")
	r.Retries = 2
	n := 0
	f.Before(func() {
		if strings.HasPrefix(f.last, "create "+tableDir+"/snapshot/") { // someone else is always first
			n++
			s := &snapshot.Snapshot{Version: 3, ID: int64(n), BaseManifestList: "x", DeltaManifestList: "x", CommitUser: "o"}
			require.NoError(t, f.inner.Create(t.Context(), tableDir+f.last[strings.Index(f.last, "/snapshot/"):], snapshot.Encode(s)))
			require.NoError(t, manifestOrNil(manifest.WriteList(t.Context(), f.inner, tableDir+"/manifest/x", nil)))
		}
	})
	_, err := commit.Commit(t.Context(), l.table, r)
	require.ErrorContains(t, err, "other writers were faster")
	require.ErrorIs(t, err, snapshot.ErrConflict)
	require.NotErrorIs(t, err, commit.ErrUnknown)
	require.Equal(t, 3, n)
	infos, err := f.List(t.Context(), tableDir+"/manifest")
	require.NoError(t, err)
	require.Len(t, infos, 1, "only the other's list is left")
}

func manifestOrNil(_ int64, err error) error {
	if errors.Is(err, fileio.ErrExist) {
		return nil
	}
	return err
}
