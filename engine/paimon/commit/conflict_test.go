package commit_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// keys makes the file name of keys from first to last on a level of bucket 1.
func (l *lake) keys(t testing.TB, name string, level, first, last int32) manifest.Entry {
	t.Helper()
	e := l.file(t, name, nil, mem.New())
	require.NoError(t, l.io.Overwrite(t.Context(), tableDir+"/bucket-0/"+name, []byte(name)))
	one := []datatype.Type{datatype.Of(datatype.Int)}
	var err error
	e.Bucket, e.TotalBuckets, e.File.Level = 1, 2, level
	e.File.MinKey, err = binaryrow.Encode(one, []any{first})
	require.NoError(t, err)
	e.File.MaxKey, err = binaryrow.Encode(one, []any{last})
	require.NoError(t, err)
	return e
}

func (l *lake) commit(t *testing.T, r commit.Request) *snapshot.Snapshot {
	t.Helper()
	if r.User == "" {
		r.User, r.Identifier = "u", math.MaxInt64
	}
	s, err := commit.Commit(t.Context(), l.table, r)
	require.NoError(t, err)
	l.check(t)
	return s
}

func TestWriteOfTwoSnapshots(t *testing.T) {
	l := newKeyed(t)
	f1, f2 := l.keys(t, "f1", 0, 1, 5), l.keys(t, "f2", 0, 3, 8)
	s := l.commit(t, commit.Request{User: "job", Identifier: 3, Added: []manifest.Entry{f1, f2}})
	require.Equal(t, snapshot.Append, s.CommitKind)
	require.Nil(t, s.ChangelogRecordCount, "none is not zero")
	require.Empty(t, s.ChangelogManifestList)
	r := commit.Request{User: "job", Identifier: 3, Kind: snapshot.Compact, Deleted: []manifest.Entry{f1, f2},
		Added: []manifest.Entry{l.keys(t, "c1", 5, 1, 8)}, Changelog: []manifest.Entry{l.keys(t, "log", 0, 1, 8)}}
	s = l.commit(t, r)
	require.Equal(t, snapshot.Compact, s.CommitKind)
	require.EqualValues(t, 3, s.CommitIdentifier)
	require.EqualValues(t, 1, *s.ChangelogRecordCount)
	require.EqualValues(t, -1, s.DeltaRecordCount)
	require.Empty(t, s.Operation)
	require.Equal(t, []string{"c1"}, l.rows(t))
	for kind, want := range map[snapshot.Kind]int64{snapshot.Append: 1, snapshot.Compact: 2, "": 2} {
		found, err := commit.FindKind(t.Context(), l.table.Snapshots, "job", 3, kind)
		require.NoError(t, err)
		require.Equal(t, want, found.ID, kind)
	}
	none, err := commit.FindKind(t.Context(), l.table.Snapshots, "job", 3, snapshot.Overwrite)
	require.NoError(t, err)
	require.Nil(t, none)
	b, err := l.io.ReadFile(t.Context(), tableDir+"/snapshot/snapshot-1")
	require.NoError(t, err)
	require.NotContains(t, string(b), "hangelog")
	requireNoOrphans(t, l)
}

// An upgrade lifts a file to another level without touching it.
func TestUpgradeKeepsTheFile(t *testing.T) {
	l := newKeyed(t)
	f := l.keys(t, "f", 0, 1, 5)
	l.commit(t, commit.Request{Added: []manifest.Entry{f}})
	up := l.keys(t, "f", 5, 1, 5)
	s := l.commit(t, commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{f}, Added: []manifest.Entry{up}})
	require.Equal(t, []string{"f"}, l.rows(t))
	require.EqualValues(t, 0, s.DeltaRecordCount)
	live, err := l.live(t.Context(), s, nil)
	require.NoError(t, err)
	require.EqualValues(t, 5, live[0].File.Level)
}

// A vector follows its file to another level.
func TestUpgradeKeepsTheVector(t *testing.T) {
	l := newKeyed(t)
	f := l.keys(t, "f", 0, 1, 5)
	l.commit(t, commit.Request{Added: []manifest.Entry{f}})
	v := l.vector(t, "v1", f.Partition, l.io, "f")
	v.Bucket = 1
	l.commit(t, commit.Request{IndexAdded: []manifest.IndexEntry{v}})
	l.commit(t, commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{f}, Added: []manifest.Entry{l.keys(t, "f", 5, 1, 5)}})
	require.Empty(t, l.rows(t))
}

func requireConflict(t *testing.T, err error, want string) {
	t.Helper()
	require.ErrorContains(t, err, want)
	require.ErrorIs(t, err, commit.ErrConflict)
	require.NotErrorIs(t, err, commit.ErrUnknown)
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "table.conflict", p.Code)
}

// TestConflicts holds PAIMON.md 7.4: a table of the files low (keys 1 to 5) and
// high (7 to 9) on level 5, and l0 on level 0.
func TestConflicts(t *testing.T) {
	for name, tc := range map[string]struct {
		request func(l *lake) commit.Request
		want    string // "" = goes through
	}{
		"a new file between the others": {func(l *lake) commit.Request {
			return commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{l.keys(t, "l0", 0, 1, 9)}, Added: []manifest.Entry{l.keys(t, "n", 5, 6, 6)}}
		}, ""},
		"keys that another file holds": {func(l *lake) commit.Request {
			return commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{l.keys(t, "l0", 0, 1, 9)}, Added: []manifest.Entry{l.keys(t, "n", 5, 5, 6)}}
		}, "files low and n of level 5 overlap"},
		"new files that overlap": {func(l *lake) commit.Request {
			return commit.Request{Kind: snapshot.Compact, Added: []manifest.Entry{l.keys(t, "n1", 4, 1, 5), l.keys(t, "n2", 4, 3, 9)}, Deleted: []manifest.Entry{l.keys(t, "l0", 0, 1, 9)}}
		}, "files n1 and n2 of level 4 overlap"},
		"another level": {func(l *lake) commit.Request {
			return commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{l.keys(t, "l0", 0, 1, 9)}, Added: []manifest.Entry{l.keys(t, "n", 4, 1, 9)}}
		}, ""},
		"level 0 may overlap": {func(l *lake) commit.Request {
			return commit.Request{Added: []manifest.Entry{l.keys(t, "n", 0, 1, 9)}}
		}, ""},
		"a file of another level": {func(l *lake) commit.Request {
			return commit.Request{Deleted: []manifest.Entry{l.keys(t, "l0", 1, 1, 9)}}
		}, "file l0 is gone"},
		"a file that is there": {func(l *lake) commit.Request {
			return commit.Request{Deleted: []manifest.Entry{l.keys(t, "l0", 0, 1, 9)}, Added: []manifest.Entry{l.keys(t, "low", 5, 1, 5)}}
		}, "file low is there already"},
		"another number of buckets": {func(l *lake) commit.Request {
			e := l.keys(t, "n", 0, 1, 9)
			e.TotalBuckets = 4
			return commit.Request{Added: []manifest.Entry{e}}
		}, "the partition has 2 buckets, new files count 4"},
		"another number of buckets by overwrite": {func(l *lake) commit.Request {
			e := l.keys(t, "n", 0, 1, 9)
			e.TotalBuckets = 4
			return commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{e}}
		}, ""},
		"an overwrite that overlaps itself": {func(l *lake) commit.Request {
			return commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{l.keys(t, "n1", 5, 1, 5), l.keys(t, "n2", 5, 3, 9)}}
		}, "overlap"},
		"keys that are none": {func(l *lake) commit.Request {
			e := l.keys(t, "n", 5, 6, 6)
			e.File.MinKey = binaryrow.Empty()
			return commit.Request{Kind: snapshot.Compact, Added: []manifest.Entry{e}}
		}, "keys of n"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newKeyed(t)
			l.withOptions(t, map[string]string{"bucket": "4"}) // rescaled: only an overwrite brings it in
			l.commit(t, commit.Request{Added: []manifest.Entry{l.keys(t, "low", 5, 1, 5), l.keys(t, "high", 5, 7, 9), l.keys(t, "l0", 0, 1, 9)}})
			r := tc.request(l)
			r.User = "x"
			before := l.rows(t)
			_, err := commit.Commit(t.Context(), l.table, r)
			switch {
			case tc.want == "":
				require.NoError(t, err)
			case name == "keys that are none":
				require.ErrorContains(t, err, tc.want)
			default:
				requireConflict(t, err, tc.want)
			}
			if tc.want != "" {
				require.Equal(t, before, l.rows(t))
			}
			l.check(t)
			requireNoOrphans(t, l)
		})
	}
}

// Two compactions of one bucket: the second finds its input gone.
func TestCompactionAgainstCompaction(t *testing.T) {
	l := newKeyed(t)
	f1, f2 := l.keys(t, "f1", 0, 1, 5), l.keys(t, "f2", 0, 3, 8)
	l.commit(t, commit.Request{Added: []manifest.Entry{f1, f2}})
	for i, want := range []string{"", "is gone"} {
		_, err := commit.Commit(t.Context(), l.table, commit.Request{User: fmt.Sprint(i), Kind: snapshot.Compact,
			Deleted: []manifest.Entry{f1, f2}, Added: []manifest.Entry{l.keys(t, fmt.Sprintf("c%d", i), 5, 1, 8)}})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		requireConflict(t, err, want)
	}
	require.Equal(t, []string{"c0"}, l.rows(t))
	requireNoOrphans(t, l)
}

// A compaction beside an append keeps what came meanwhile.
func TestCompactionAgainstAppend(t *testing.T) {
	f, _ := hooked(mem.New())
	l := newLake(t, f, false)
	other := open(f)
	first := l.add(t, "u", 1, "a", "b")
	l.commit(t, first)
	late := other.add(t, "o", 1, "late")
	f.Before(func() {
		if strings.Contains(f.last, "create "+tableDir+"/snapshot/snapshot-2") {
			f.Before(nil)
			_, err := commit.Commit(t.Context(), other.table, late)
			require.NoError(t, err)
		}
	})
	s := l.commit(t, commit.Request{User: "u", Identifier: 2, Kind: snapshot.Compact, Deleted: first.Added, Added: l.add(t, "u", 2, "c").Added})
	require.EqualValues(t, 3, s.ID)
	require.Equal(t, []string{"c", "late"}, l.rows(t))
	requireNoOrphans(t, l)
}

// An append that lost to an overwrite builds on what that left.
func TestAppendAgainstConcurrentOverwrite(t *testing.T) {
	f, _ := hooked(mem.New())
	l := newLake(t, f, true)
	other := open(f)
	l.commit(t, commit.Request{User: "u", Added: []manifest.Entry{l.file(t, "old", "p", f)}})
	late := commit.Request{User: "o", Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{l.file(t, "theirs", "q", f)}}
	f.Before(func() {
		if strings.Contains(f.last, "create "+tableDir+"/snapshot/snapshot-2") {
			f.Before(nil)
			_, err := commit.Commit(t.Context(), other.table, late)
			require.NoError(t, err)
		}
	})
	s := l.commit(t, commit.Request{User: "u", Identifier: 2, Added: []manifest.Entry{l.file(t, "mine", "p", f)}})
	require.Equal(t, []string{"mine", "theirs"}, l.rows(t), "what was overwritten does not come back")
	require.EqualValues(t, 2, s.TotalRecordCount)
	requireNoOrphans(t, l)
}

// Two processes run one step of a numbered series: it is there once.
func TestOneStepByTwoProcesses(t *testing.T) {
	f, _ := hooked(mem.New())
	l := newLake(t, f, false)
	other := open(f)
	l.commit(t, l.add(t, "x", 1, "a"))
	twin := other.add(t, "job", 7, "theirs")
	f.Before(func() {
		if strings.Contains(f.last, "create "+tableDir+"/snapshot/snapshot-2") {
			f.Before(nil)
			_, err := commit.Commit(t.Context(), other.table, other.add(t, "x", 2, "b"))
			require.NoError(t, err)
			_, err = commit.Commit(t.Context(), other.table, twin)
			require.NoError(t, err)
		}
	})
	s, err := commit.Commit(t.Context(), l.table, l.add(t, "job", 7, "mine"))
	require.NoError(t, err)
	require.EqualValues(t, 3, s.ID)
	require.Equal(t, []string{"a", "b", "theirs"}, l.rows(t))
	l.check(t)
	requireNoOrphans(t, l)
}

func TestWatermark(t *testing.T) {
	l := newLake(t, mem.New(), false)
	for i, tc := range []struct{ own, want int64 }{{0, 0}, {50, 50}, {40, 50}, {0, 50}, {60, 60}} {
		r := l.add(t, "u", int64(i), fmt.Sprintf("f%d", i))
		if tc.own > 0 {
			r.Watermark = &tc.own
		}
		s := l.commit(t, r)
		if tc.want == 0 {
			require.Nil(t, s.Watermark)
			continue
		}
		require.Equal(t, tc.want, *s.Watermark)
	}
}

func TestContradictions(t *testing.T) {
	l := newLake(t, mem.New(), false)
	a := l.file(t, "a", nil, l.io)
	some, over := []manifest.Entry{a}, &commit.Overwrite{}
	for want, r := range map[string]commit.Request{
		"both overwrite and delete":        {Overwrite: over, Deleted: some},
		"remove named index files":         {Overwrite: over, IndexRemoved: []manifest.IndexEntry{{FileName: "x"}}},
		"an overwrite has no changelog":    {Overwrite: over, Changelog: some},
		"is no APPEND":                     {Kind: snapshot.Append, Deleted: some},
		"a compaction names the files":     {Kind: snapshot.Compact, Overwrite: over},
		"statistics come with a commit of": {Kind: snapshot.Analyze, Added: some},
		"an analysis changes no files":     {Kind: snapshot.Analyze, Statistics: "s", Added: some},
		"commits of kind other are not ma": {Kind: "other", Added: some},
	} {
		_, err := commit.Commit(t.Context(), l.table, r)
		require.ErrorContains(t, err, want)
	}
}
