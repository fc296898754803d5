package paimon_test

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

const histDir = "db.db/t"

// past is a table with a history whose rows are the names of one-row files.
type past struct {
	io    fileio.FileIO
	env   *paimon.Env
	clock *time.Time
	names int
	keyed bool // a primary-key table with changelogs and deletion vectors
	holes bool // snapshots that a power cut brought back may leave some
}

func newPast(t testing.TB, io fileio.FileIO, options map[string]string) *past {
	t.Helper()
	p := openPast(io)
	create(t, p.env, options, []string{"dt"}, field("dt", "STRING"), field("v", "INT"))
	return p
}

// newKeyedPast is a primary-key table with a lookup changelog and deletion
// vectors, whose readers see level 0.
func newKeyedPast(t testing.TB, io fileio.FileIO) *past {
	t.Helper()
	p := openPast(io)
	p.keyed = true
	s, err := schema.New([]datatype.Field{field("dt", "STRING"), field("k", "INT"), field("v", "INT")}, []string{"dt"}, []string{"dt", "k"}, map[string]string{
		"bucket": "1", "changelog-producer": "lookup", "deletion-vectors.enabled": "true", "deletion-vectors.merge-on-read": "true",
	}, "", 0)
	require.NoError(t, err)
	require.NoError(t, paimon.Create(t.Context(), p.env, histDir, paimon.Identifier{Database: "db", Table: "t"}, s))
	return p
}

// openPast opens the table as a new process would.
func openPast(io fileio.FileIO) *past {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := &past{io: io, clock: &now}
	p.env = paimon.NewEnv(io, func() time.Time { return *p.clock })
	return p
}

func (p *past) table(t testing.TB, branch string) *paimon.Table {
	t.Helper()
	table, err := paimon.Load(t.Context(), p.env, histDir, paimon.Identifier{Database: "db", Table: "t", Branch: branch})
	require.NoError(t, err)
	return table
}

// file makes a one-row file of a partition and gives its entry.
func (p *past) file(t testing.TB, io fileio.FileIO, dt string) manifest.Entry {
	t.Helper()
	p.names++
	row, err := binaryrow.Encode(p.table(t, "").Schema().PartitionTypes(), []any{dt})
	require.NoError(t, err)
	name := fmt.Sprintf("data-%04d.parquet", p.names)
	var none int64
	created := p.clock.UnixMilli()
	source := manifest.SourceAppend
	e := manifest.Entry{
		Partition: row, TotalBuckets: -1,
		File: manifest.DataFile{
			FileName: name, SizeBytes: int64(len(name)), RowCount: 1, MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(),
			KeyStats: binaryrow.NoStats(), ValueStats: binaryrow.NoStats(), ValueStatsCols: []string{}, ExtraFiles: []string{},
			CreationTimeMillis: &created, DeleteRowCount: &none, Source: &source,
		},
	}
	if p.keyed { // each file has a key of its own
		e.TotalBuckets = 1
		e.File.MinKey, err = binaryrow.Encode([]datatype.Type{datatype.Of(datatype.Int)}, []any{int32(p.names)})
		require.NoError(t, err)
		e.File.MaxKey = e.File.MinKey
	}
	require.NoError(t, io.Create(t.Context(), histDir+"/dt="+dt+"/bucket-0/"+name, []byte(name)))
	return e
}

func (p *past) add(t testing.TB, branch, dt string) *snapshot.Snapshot {
	t.Helper()
	r := commit.Request{Added: []manifest.Entry{p.file(t, p.io, dt)}}
	if p.keyed {
		r.Changelog = []manifest.Entry{p.file(t, p.io, dt)}
	}
	s, err := p.table(t, branch).Commit(t.Context(), r)
	require.NoError(t, err)
	return s
}

// replace takes all files of a branch away for one new file; of a primary-key
// table it compacts them: one is written anew, one lifted, and of one the row is
// deleted by a vector.
func (p *past) replace(t testing.TB, branch string) {
	t.Helper()
	table := p.table(t, branch)
	if !p.keyed {
		_, err := table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{p.file(t, p.io, "a")}})
		require.NoError(t, err)
		return
	}
	plan, err := table.Plan(t.Context(), scan.Options{})
	require.NoError(t, err)
	fresh := p.file(t, p.io, "a")
	fresh.File.Level = 5
	r := commit.Request{Kind: snapshot.Compact, Added: []manifest.Entry{fresh}, Changelog: []manifest.Entry{p.file(t, p.io, "a")}}
	for i, f := range plan.Files {
		e := *f.Entry
		if i == 0 && len(plan.Files) > 2 { // it stays, its row does not
			p.supersede(t, table, &r, plan.Snapshot, e)
			continue
		}
		r.Deleted = append(r.Deleted, e)
		if i == len(plan.Files)-1 && e.File.Level == 0 {
			e.File.Level = 5
			r.Added = append(r.Added, e)
		}
	}
	_, err = table.Commit(t.Context(), r)
	require.NoError(t, err)
}

// supersede deletes a file's row by a vector, in the place of those there are.
func (p *past) supersede(t testing.TB, table *paimon.Table, r *commit.Request, at *snapshot.Snapshot, e manifest.Entry) {
	t.Helper()
	p.names++
	name := fmt.Sprintf("index-%04d", p.names)
	v := deletionvector.New(0)
	ranges, size, err := deletionvector.Write(t.Context(), p.io, histDir+"/index/"+name, []deletionvector.Named{{File: e.File.FileName, Vector: v}}, false)
	require.NoError(t, err)
	r.IndexAdded = []manifest.IndexEntry{{Partition: e.Partition, Type: manifest.IndexVectors, FileName: name, SizeBytes: size, RowCount: 1, Vectors: ranges}}
	if at.IndexManifest == "" {
		return
	}
	old, err := manifest.ReadIndex(t.Context(), p.io, histDir+"/manifest/"+at.IndexManifest)
	require.NoError(t, err)
	for _, x := range old {
		if string(x.Partition) == string(e.Partition) {
			r.IndexRemoved = append(r.IndexRemoved, x)
		}
	}
}

// rows are the names of the files of a moment, sorted.
func (p *past) rows(t testing.TB, branch string, at scan.Options) []string {
	t.Helper()
	plan, err := p.table(t, branch).Plan(t.Context(), at)
	require.NoError(t, err)
	return namesOf(plan)
}

// namesOf are the names of a plan's files, sorted.
func namesOf(plan *scan.Plan) []string {
	names := []string{}
	for _, f := range plan.Files {
		name := path.Base(f.Path)
		if f.Vector != nil {
			name += " without " + path.Base(f.Vector.Path)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// state is all that the table says: rows of each snapshot and tag of each
// branch.
func (p *past) state(t testing.TB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	names, err := p.table(t, "").Branches(t.Context())
	require.NoError(t, err)
	for _, b := range append([]string{""}, names...) {
		m := p.table(t, b).Snapshots()
		ids, err := m.IDs(t.Context())
		require.NoError(t, err)
		for _, id := range ids {
			all[fmt.Sprintf("%s@%d", b, id)] = p.rows(t, b, scan.Options{Snapshot: id})
		}
		tags, err := m.Tags(t.Context())
		require.NoError(t, err)
		for _, tag := range tags {
			all[b+"#"+tag.Name] = p.rows(t, b, scan.Options{Tag: tag.Name})
		}
	}
	return all
}

// check is FAULTS.md section 2 d and h: every file that anything names is there
// with its size, and ids have no holes. It reads with code of its own and gives
// the paths of all that is named.
func (p *past) check(t testing.TB, say ...any) map[string]bool {
	t.Helper()
	named := map[string]bool{}
	names, _, err := expire.BranchNames(t.Context(), p.io, histDir)
	require.NoError(t, err)
	for _, b := range append([]string{""}, names...) {
		m := snapshot.NewManager(p.io, expire.BranchDir(histDir, b))
		all, err := m.All(t.Context())
		require.NoError(t, err, say...)
		for i, s := range all {
			require.True(t, p.holes || i == 0 || s.ID == all[i-1].ID+1, "branch %q: a hole before snapshot %d %v", b, s.ID, say)
			p.checkSnapshot(t, s, named, fmt.Sprint("branch ", b, " snapshot ", s.ID, " ", say))
			p.checkChanges(t, s, i == 0, named, fmt.Sprint("branch ", b, " snapshot ", s.ID, " ", say))
		}
		tags, err := m.Tags(t.Context())
		require.NoError(t, err, say...)
		for _, tag := range tags {
			p.checkSnapshot(t, tag.Snapshot, named, fmt.Sprint("branch ", b, " tag ", tag.Name, " ", say))
		}
		changes, err := m.Changelogs(t.Context())
		require.NoError(t, err, say...)
		for _, c := range changes {
			if c.ChangelogManifestList != "" {
				p.checkList(t, c.ChangelogManifestList, named, "changelog")
			}
		}
	}
	return named
}

func (p *past) checkSnapshot(t testing.TB, s *snapshot.Snapshot, named map[string]bool, say string) {
	t.Helper()
	var entries []manifest.Entry
	for _, list := range []string{s.BaseManifestList, s.DeltaManifestList} {
		entries = append(entries, p.checkList(t, list, named, say)...)
	}
	live, _ := manifest.Live(entries)
	for _, e := range live {
		p.checkFile(t, e, named, say)
	}
	if s.Statistics != "" {
		p.checkThere(t, histDir+"/statistics/"+s.Statistics, nil, named, say)
	}
	if s.IndexManifest == "" {
		return
	}
	at := histDir + "/manifest/" + s.IndexManifest
	p.checkThere(t, at, nil, named, say)
	index, err := manifest.ReadIndex(t.Context(), p.io, at)
	require.NoError(t, err, say)
	for _, e := range index {
		p.checkThere(t, histDir+"/index/"+e.FileName, &e.SizeBytes, named, say)
	}
}

// checkChanges looks at the changelog of a snapshot. Tags keep none; so the first
// snapshot of a branch, or after a rollback, may have come from a tag when its
// changelog had expired.
func (p *past) checkChanges(t testing.TB, s *snapshot.Snapshot, first bool, named map[string]bool, say string) {
	t.Helper()
	if s.ChangelogManifestList == "" {
		return
	}
	_, err := p.io.Stat(t.Context(), histDir+"/manifest/"+s.ChangelogManifestList)
	if first && errors.Is(err, fileio.ErrNotExist) {
		return
	}
	for _, e := range p.checkList(t, s.ChangelogManifestList, named, say) {
		p.checkFile(t, e, named, say)
	}
}

// checkThere holds that a file is there, with its size if that is known.
func (p *past) checkThere(t testing.TB, at string, size *int64, named map[string]bool, say string) {
	t.Helper()
	info, err := p.io.Stat(t.Context(), at)
	require.NoError(t, err, say)
	if size != nil {
		require.Equal(t, *size, info.SizeBytes, say)
	}
	named[at] = true
}

func (p *past) checkList(t testing.TB, list string, named map[string]bool, say string) []manifest.Entry {
	t.Helper()
	at := histDir + "/manifest/" + list
	metas, err := manifest.ReadList(t.Context(), p.io, at)
	require.NoError(t, err, say)
	named[at] = true
	var entries []manifest.Entry
	for _, m := range metas {
		at := histDir + "/manifest/" + m.FileName
		more, err := manifest.ReadManifest(t.Context(), p.io, at)
		require.NoError(t, err, say)
		named[at] = true
		entries = append(entries, more...)
	}
	return entries
}

func (p *past) checkFile(t testing.TB, e manifest.Entry, named map[string]bool, say string) {
	t.Helper()
	values, err := binaryrow.Decode(p.table(t, "").Schema().PartitionTypes(), e.Partition)
	require.NoError(t, err)
	p.checkThere(t, fmt.Sprintf("%s/dt=%v/bucket-%d/%s", histDir, values[0], e.Bucket, e.File.FileName), &e.File.SizeBytes, named, say)
}

// leaks are the files that expiry may remove and that nothing names.
func (p *past) leaks(t testing.TB, named map[string]bool) []string {
	t.Helper()
	var out []string
	var walk func(dir string)
	walk = func(dir string) {
		infos, err := p.io.List(t.Context(), dir)
		require.NoError(t, err)
		for _, i := range infos {
			switch {
			case i.IsDir:
				walk(i.Path)
			case !named[i.Path]:
				out = append(out, i.Path)
			}
		}
	}
	walk(histDir + "/manifest")
	walk(histDir + "/index")
	walk(histDir + "/statistics")
	infos, err := p.io.List(t.Context(), histDir)
	require.NoError(t, err)
	for _, i := range infos {
		if strings.Contains(path.Base(i.Path), "=") {
			walk(i.Path)
		}
	}
	return out
}

// sweep removes what nothing names, however young.
func (p *past) sweep(t testing.TB) expire.Result {
	t.Helper()
	r, err := p.table(t, "").RemoveOrphans(t.Context(), p.clock.Add(-time.Second), false)
	require.NoError(t, err)
	return r
}

// keep is a retention by number alone.
func keep(least, most int64) expire.Retention { return expire.Retention{Min: least, Max: most} }

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
