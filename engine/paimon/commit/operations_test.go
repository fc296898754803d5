package commit_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// operation is one kind of commit that each fault is tried on. Those of append
// tables start from the files a (partition p) and b (q); those of primary-key
// tables from old (keys 1 to 9) and dead (20 to 25, its row deleted by the vector
// v0) on level 5, and from b (3 to 4) and a (1 to 5) on level 0.
type operation struct {
	name    string
	keyed   bool
	request func(t testing.TB, l *lake) commit.Request
	want    []string // rows afterwards
}

// rowsBefore are the rows that each operation finds.
func (o operation) rowsBefore() []string {
	if o.keyed {
		return []string{"a", "b", "old"}
	}
	return []string{"a", "b"}
}

var operations = slices.Concat(appendOperations, keyedOperations)

var appendOperations = []operation{
	{"append", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Added: l.in(t, "p", "n1")}
	}, []string{"a", "b", "n1"}},
	{"overwrite", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Overwrite: &commit.Overwrite{}, Added: l.in(t, "p", "n2")}
	}, []string{"n2"}},
	{"overwrite partition", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "p"}}, Added: l.in(t, "p", "n3")}
	}, []string{"b", "n3"}},
	{"replace file", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Deleted: l.there(t, "a"), Added: l.in(t, "p", "n4")}
	}, []string{"b", "n4"}},
	{"append with changes", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Added: l.in(t, "p", "n5"), Changelog: l.in(t, "p", "c5")}
	}, []string{"a", "b", "n5"}},
	{"compact", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Kind: snapshot.Compact, Deleted: l.there(t, "b"), Added: l.in(t, "q", "n6"), Changelog: l.in(t, "p", "c6")}
	}, []string{"a", "n6"}},
	{"delete rows", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Operation: "DELETE", IndexAdded: l.vectors(t, "v7", "a")}
	}, []string{"b"}},
	{"rewrite deleted rows", false, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Deleted: l.there(t, "b"), Added: l.in(t, "q", "n8"), IndexAdded: l.vectors(t, "v8", "a")}
	}, []string{"n8"}},
}

var keyedOperations = []operation{
	{"upsert", true, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Added: []manifest.Entry{l.keys(t, "k1", 0, 2, 30)}}
	}, []string{"a", "b", "k1", "old"}},
	{"upsert with changes", true, func(t testing.TB, l *lake) commit.Request { // changelog-producer = input
		return commit.Request{Added: []manifest.Entry{l.keys(t, "k2", 0, 2, 30)}, Changelog: []manifest.Entry{l.keys(t, "c2", 0, 2, 30)}}
	}, []string{"a", "b", "k2", "old"}},
	{"compact level 0", true, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Kind: snapshot.Compact, Deleted: l.there(t, "a", "b"), Added: []manifest.Entry{l.keys(t, "k3", 4, 1, 5)}}
	}, []string{"k3", "old"}},
	{"compact whole", true, func(t testing.TB, l *lake) commit.Request { // the vectors go with their file
		return commit.Request{Kind: snapshot.Compact, Deleted: l.there(t, "a", "b", "dead", "old"),
			Added: []manifest.Entry{l.keys(t, "k4", 5, 1, 9)}, IndexRemoved: l.vectorsNow(t)}
	}, []string{"k4"}},
	{"compact with looked up changes", true, func(t testing.TB, l *lake) commit.Request { // changelog-producer = lookup
		return commit.Request{Kind: snapshot.Compact, Deleted: l.there(t, "a", "b"), Added: []manifest.Entry{l.keys(t, "k5", 4, 1, 5)},
			Changelog: []manifest.Entry{l.keys(t, "c5", 0, 1, 5)}}
	}, []string{"k5", "old"}},
	{"compact to vectors", true, func(t testing.TB, l *lake) commit.Request { // deletion-vectors.enabled: old's row is superseded
		return commit.Request{Kind: snapshot.Compact, Deleted: l.there(t, "a", "b"), Added: []manifest.Entry{l.keys(t, "k6", 4, 1, 5)},
			IndexRemoved: l.vectorsNow(t), IndexAdded: l.vectors(t, "v6", "dead", "old")}
	}, []string{"k6"}},
	{"lift a file", true, func(t testing.TB, l *lake) commit.Request {
		return commit.Request{Kind: snapshot.Compact, Deleted: l.there(t, "a"), Added: []manifest.Entry{l.keys(t, "a", 4, 1, 5)}}
	}, []string{"a", "b", "old"}},
	{"overwrite keys", true, func(t testing.TB, l *lake) commit.Request { // the vectors go with their file
		return commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{l.keys(t, "k8", 5, 1, 9)}}
	}, []string{"k8"}},
}

// operationOf finds an operation by its name.
func operationOf(t testing.TB, name string) operation {
	t.Helper()
	i := slices.IndexFunc(operations, func(o operation) bool { return o.name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return operations[i]
}

// start makes the table that the operation finds.
func (o operation) start(t testing.TB, io, clean fileio.FileIO) *lake {
	t.Helper()
	options := map[string]string{"manifest.merge-min-count": "2"} // so that manifests are merged as well
	if !o.keyed {
		l := newLake(t, io, true)
		l.withOptions(t, options)
		for i, e := range slices.Concat(open(clean).in(t, "p", "a"), open(clean).in(t, "q", "b")) {
			l.make(t, commit.Request{User: "u", Identifier: int64(i), TimeMillis: 5, Added: []manifest.Entry{e}})
		}
		return l
	}
	l := newKeyedOn(t, io)
	options["bucket"] = "2"
	l.withOptions(t, options)
	c := open(clean)
	l.make(t, commit.Request{User: "u", Identifier: 0, TimeMillis: 5, Added: []manifest.Entry{
		c.keys(t, "old", 5, 1, 9), c.keys(t, "dead", 5, 20, 25), c.keys(t, "b", 0, 3, 4)}})
	l.make(t, commit.Request{User: "u", Identifier: 1, TimeMillis: 5, Added: []manifest.Entry{c.keys(t, "a", 0, 1, 5)}, IndexAdded: c.vectors(t, "v0", "dead")})
	return l
}

// make commits what must go through.
func (l *lake) make(t testing.TB, r commit.Request) {
	t.Helper()
	_, err := commit.Commit(t.Context(), l.table, r)
	require.NoError(t, err)
}

// request is the operation's, as the commit 7 of the user u; clean writes its
// data files.
func (o operation) requestOn(t testing.TB, clean fileio.FileIO) commit.Request {
	t.Helper()
	r := o.request(t, open(clean))
	r.User, r.Identifier = "u", 7
	return r
}

// next is another commit that goes on after the operation.
func (o operation) next(t testing.TB, l *lake) commit.Request {
	t.Helper()
	if o.keyed {
		return commit.Request{User: "next", Identifier: 1, TimeMillis: 1000, Added: []manifest.Entry{l.keys(t, "next", 0, 1, 1)}}
	}
	return l.add(t, "next", 1, "next")
}

// in makes new files of a partition.
func (l *lake) in(t testing.TB, partition string, names ...string) []manifest.Entry {
	t.Helper()
	out := make([]manifest.Entry, len(names))
	for i, name := range names {
		out[i] = l.file(t, name, partition, l.io)
	}
	return out
}

// there are live files by name.
func (l *lake) there(t testing.TB, names ...string) []manifest.Entry {
	t.Helper()
	s, err := l.table.Snapshots.Latest(t.Context())
	require.NoError(t, err)
	live, err := l.live(t.Context(), s, nil)
	require.NoError(t, err)
	out := slices.DeleteFunc(live, func(e manifest.Entry) bool { return !slices.Contains(names, e.File.FileName) })
	require.Len(t, out, len(names))
	return out
}

// vectors writes an index file that deletes the row of each file, all of one
// bucket.
func (l *lake) vectors(t testing.TB, name string, files ...string) []manifest.IndexEntry {
	t.Helper()
	v := l.vector(t, name, nil, l.io, files...)
	if s, err := l.table.Schemas.Latest(t.Context()); err == nil && len(s.PrimaryKeys) > 0 {
		v.Partition, v.Bucket = l.keys(t, "any", 0, 1, 1).Partition, 1
		return []manifest.IndexEntry{v}
	}
	v.Partition = l.there(t, files[0])[0].Partition
	return []manifest.IndexEntry{v}
}

// vectorsNow are the index files of the newest snapshot.
func (l *lake) vectorsNow(t testing.TB) []manifest.IndexEntry {
	t.Helper()
	s, err := l.table.Snapshots.Latest(t.Context())
	require.NoError(t, err)
	return l.index(t, s)
}

// newKeyed is a primary-key table of two buckets: k, v.
func newKeyed(t testing.TB) *lake {
	t.Helper()
	return newKeyedOn(t, mem.New())
}

func newKeyedOn(t testing.TB, io fileio.FileIO) *lake {
	t.Helper()
	s, err := schema.New([]datatype.Field{
		datatype.NewField("k", datatype.Of(datatype.Int)), datatype.NewField("v", datatype.Of(datatype.Int)),
	}, nil, []string{"k"}, map[string]string{"bucket": "2"}, "", 0)
	require.NoError(t, err)
	require.NoError(t, schema.NewManager(io, tableDir).Create(t.Context(), s))
	return open(io)
}
