package paimon_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

func code(t testing.TB, err error) string {
	t.Helper()
	p, ok := problem.As(err)
	require.True(t, ok, "%v", err)
	return p.Code
}

func TestTags(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	_, err := table.CreateTag(t.Context(), "a", scan.Options{}, nil)
	require.Equal(t, "table.no_snapshots", code(t, err))
	p.add(t, "", "x")
	p.add(t, "", "x")
	day := 24 * time.Hour
	_, err = table.CreateTag(t.Context(), "one", scan.Options{Snapshot: 1}, &day)
	require.NoError(t, err)
	_, err = table.CreateTag(t.Context(), "one", scan.Options{}, nil)
	require.Equal(t, "table.tag_exists", code(t, err))
	for _, bad := range []string{"", " ", "a/b", "../x", "a\x00", "x ", string(make([]byte, 300))} {
		_, err = table.CreateTag(t.Context(), bad, scan.Options{}, nil)
		require.Equal(t, "table.bad_name", code(t, err), "%q", bad)
	}
	tag, err := table.Snapshots().Tag(t.Context(), "one")
	require.NoError(t, err)
	require.Equal(t, day, *tag.Retained)
	require.Equal(t, *p.clock, *tag.Created)
	require.NoError(t, table.RenameTag(t.Context(), "one", "eins"))
	require.Equal(t, "table.unknown_tag", code(t, table.RenameTag(t.Context(), "one", "x")))
	require.NoError(t, table.ReplaceTag(t.Context(), "eins", scan.Options{Snapshot: 2}, nil))
	require.Len(t, p.rows(t, "", scan.Options{Tag: "eins"}), 2)
	r, err := table.DeleteTags(t.Context(), []string{"eins", "none"}, false)
	require.NoError(t, err)
	require.Equal(t, []string{"eins"}, r.Names)
	p.check(t)
}

func TestExpireTags(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	p.add(t, "", "x")
	table := p.table(t, "")
	hour := time.Hour
	_, err := table.CreateTag(t.Context(), "short", scan.Options{}, &hour)
	require.NoError(t, err)
	_, err = table.CreateTag(t.Context(), "kept", scan.Options{}, nil)
	require.NoError(t, err)
	r, err := table.ExpireTags(t.Context(), time.Time{}, false)
	require.NoError(t, err)
	require.Empty(t, r.Names)
	*p.clock = p.clock.Add(2 * hour)
	r, err = table.ExpireTags(t.Context(), time.Time{}, true)
	require.NoError(t, err)
	require.Equal(t, []string{"short"}, r.Names)
	r, err = table.ExpireTags(t.Context(), time.Time{}, false)
	require.NoError(t, err)
	require.Equal(t, []string{"short"}, r.Names)
	r, err = table.ExpireTags(t.Context(), *p.clock, false)
	require.NoError(t, err)
	require.Equal(t, []string{"kept"}, r.Names, "by the time of its file")
}

// A tag keeps its files when its snapshot expires, and they go with it.
func TestTagKeepsFiles(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	p.add(t, "", "x")
	_, err := table.CreateTag(t.Context(), "v1", scan.Options{}, nil)
	require.NoError(t, err)
	_, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{p.file(t, p.io, "x")}})
	require.NoError(t, err)
	_, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{p.file(t, p.io, "y")}})
	require.NoError(t, err)

	dry := keep(1, 1)
	dry.DryRun = true
	r, err := table.ExpireSnapshots(t.Context(), dry)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2}, r.Snapshots)
	before := p.state(t)
	require.Len(t, before, 4, "a dry run removes nothing")

	wet, err := table.ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	require.Equal(t, r, wet, "the dry run told what went")
	require.Equal(t, map[string][]string{"@3": {"data-0003.parquet"}, "#v1": {"data-0001.parquet"}}, p.state(t))
	require.Empty(t, p.leaks(t, p.check(t)))

	_, err = table.DeleteTags(t.Context(), []string{"v1"}, false)
	require.NoError(t, err)
	require.Empty(t, p.leaks(t, p.check(t)))
	require.Equal(t, map[string][]string{"@3": {"data-0003.parquet"}}, p.state(t))
}

func TestRetention(t *testing.T) {
	for name, tc := range map[string]struct {
		options map[string]string
		ages    time.Duration // between two of twelve snapshots
		next    int64         // of a consumer, 0 = none
		left    int64         // the oldest that stays
	}{
		"ten stay":              {nil, time.Hour, 0, 3},
		"an hour stays":         {map[string]string{"snapshot.num-retained.min": "1"}, 7 * time.Minute, 0, 3},
		"no more than the most": {map[string]string{"snapshot.num-retained.min": "1", "snapshot.num-retained.max": "2"}, time.Minute, 0, 11},
		"a short time":          {map[string]string{"snapshot.num-retained.min": "1", "snapshot.time-retained": "90 s"}, time.Minute, 0, 10},
		"a limit a run":         {map[string]string{"snapshot.num-retained.min": "1", "snapshot.expire.limit": "4"}, time.Hour, 0, 5},
		"a consumer":            {map[string]string{"snapshot.num-retained.min": "1"}, time.Hour, 6, 6},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPast(t, mem.New(), tc.options)
			for range 12 {
				*p.clock = p.clock.Add(tc.ages)
				p.add(t, "", "x")
			}
			table := p.table(t, "")
			if tc.next != 0 {
				require.NoError(t, table.ResetConsumer(t.Context(), "c", tc.next))
			}
			r, err := table.Retention()
			require.NoError(t, err)
			_, err = table.ExpireSnapshots(t.Context(), r)
			require.NoError(t, err)
			left, err := table.Snapshots().EarliestID(t.Context())
			require.NoError(t, err)
			require.Equal(t, tc.left, left)
			require.Empty(t, p.leaks(t, p.check(t)))
		})
	}
}

func TestRetentionRefuses(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	p.add(t, "", "x")
	for _, r := range [][2]int64{{0, 5}, {3, 2}} {
		_, err := p.table(t, "").ExpireSnapshots(t.Context(), keep(r[0], r[1]))
		require.Equal(t, "table.bad_retention", code(t, err))
	}
}

// A file that moves to another level keeps its name: its DELETE is no reason to
// remove it.
func TestExpiryKeepsUpgradedFiles(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	e := p.file(t, p.io, "x")
	_, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{e}})
	require.NoError(t, err)
	up := e
	up.File.Level = 5
	_, err = table.Commit(t.Context(), commit.Request{Kind: snapshot.Compact, Deleted: []manifest.Entry{e}, Added: []manifest.Entry{up}})
	require.NoError(t, err)
	p.add(t, "", "x")
	_, err = table.ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	require.Len(t, p.rows(t, "", scan.Options{}), 2)
	require.Empty(t, p.leaks(t, p.check(t)))
}

func TestRollback(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	for range 5 {
		*p.clock = p.clock.Add(time.Minute)
		p.add(t, "", "x")
	}
	table := p.table(t, "")
	_, err := table.CreateTag(t.Context(), "old", scan.Options{Snapshot: 1}, nil)
	require.NoError(t, err)
	_, err = table.CreateTag(t.Context(), "late", scan.Options{Snapshot: 4}, nil)
	require.NoError(t, err)

	was, is, err := table.Rollback(t.Context(), scan.Options{AsOf: p.clock.Add(-2 * time.Minute)})
	require.NoError(t, err)
	require.Equal(t, [2]int64{5, 3}, [2]int64{was, is})
	require.Equal(t, []string{"#old", "@1", "@2", "@3"}, keysOf(p.state(t)), "newer tags went")
	require.EqualValues(t, 4, p.add(t, "", "x").ID)

	_, err = table.ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	_, is, err = table.Rollback(t.Context(), scan.Options{Tag: "old"})
	require.NoError(t, err)
	require.EqualValues(t, 1, is, "a tag whose snapshot has expired")
	require.Equal(t, []string{"#old", "@1"}, keysOf(p.state(t)))
	require.EqualValues(t, 2, p.add(t, "", "x").ID)
	p.check(t)
	p.sweep(t)
	require.Empty(t, p.leaks(t, p.check(t)))
}

// A fast-forward may bring a tag of a snapshot whose number main has given to
// another one since. Who goes back to the tag has the tag's rows.
func TestRollbackToATagWhoseNumberIsTaken(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	p.add(t, "", "x")
	p.add(t, "", "x")
	require.NoError(t, table.CreateBranch(t.Context(), "b", scan.Options{Snapshot: 2}))
	p.add(t, "b", "x")
	_, err := p.table(t, "b").ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	_, _, err = table.Rollback(t.Context(), scan.Options{Snapshot: 1})
	require.NoError(t, err)
	p.add(t, "", "x")
	require.Equal(t, []string{"data-0001.parquet", "data-0004.parquet"}, p.rows(t, "", scan.Options{Snapshot: 2}), "main's own")
	require.NoError(t, table.FastForward(t.Context(), "b"))
	tagged := []string{"data-0001.parquet", "data-0002.parquet"}
	require.Equal(t, tagged, p.rows(t, "", scan.Options{Tag: "branch-b"}))

	l, err := table.RollbackLosses(t.Context(), scan.Options{Tag: "branch-b"})
	require.NoError(t, err)
	require.Len(t, l.Snapshots, 2, "the branch's third and main's second")
	_, is, err := table.Rollback(t.Context(), scan.Options{Tag: "branch-b"})
	require.NoError(t, err)
	require.EqualValues(t, 2, is)
	require.Equal(t, tagged, p.rows(t, "", scan.Options{}))
	require.EqualValues(t, 3, p.add(t, "", "x").ID)
	p.sweep(t)
	require.Empty(t, p.leaks(t, p.check(t)))
}

// Rolled back as the latest, nothing is lost, and what comes back does not go
// with the snapshots that deleted it.
func TestRollbackAsLatest(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	p.add(t, "", "x")
	p.add(t, "", "y")
	for range 2 {
		_, err := table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}, Added: []manifest.Entry{p.file(t, p.io, "z")}})
		require.NoError(t, err)
	}
	was, is, err := table.RollbackAsLatest(t.Context(), scan.Options{Snapshot: 2})
	require.NoError(t, err)
	require.Equal(t, [2]int64{4, 5}, [2]int64{was, is})
	require.Equal(t, []string{"data-0001.parquet", "data-0002.parquet"}, p.rows(t, "", scan.Options{}))
	require.Equal(t, []string{"@1", "@2", "@3", "@4", "@5"}, keysOf(p.state(t)), "the guard is gone")
	_, err = table.ExpireSnapshots(t.Context(), keep(2, 2))
	require.NoError(t, err)
	require.Equal(t, []string{"data-0001.parquet", "data-0002.parquet"}, p.rows(t, "", scan.Options{}))
	_, err = table.ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	require.Equal(t, []string{"data-0001.parquet", "data-0002.parquet"}, p.rows(t, "", scan.Options{}))
	require.Empty(t, p.leaks(t, p.check(t)))
}

func TestBranches(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	p.add(t, "", "x")
	p.add(t, "", "x")
	require.NoError(t, table.CreateBranch(t.Context(), "empty", scan.Options{}))
	require.NoError(t, table.CreateBranch(t.Context(), "b", scan.Options{Snapshot: 1}))
	require.Equal(t, "table.branch_exists", code(t, table.CreateBranch(t.Context(), "b", scan.Options{})))
	for _, bad := range []string{"main", "12", "", "a/b", "..\\x"} {
		require.Equal(t, "table.bad_name", code(t, table.CreateBranch(t.Context(), bad, scan.Options{})), bad)
	}
	require.Equal(t, "table.unknown_tag", code(t, table.CreateBranch(t.Context(), "c", scan.Options{Tag: "none"})))
	_, err := table.Branch(t.Context(), "bb")
	require.Equal(t, "table.unknown_branch", code(t, err))

	p.add(t, "b", "y")
	p.add(t, "empty", "z")
	require.Equal(t, []string{"data-0001.parquet", "data-0003.parquet"}, p.rows(t, "b", scan.Options{}))
	require.Equal(t, []string{"data-0004.parquet"}, p.rows(t, "empty", scan.Options{}))
	require.Equal(t, []string{"data-0001.parquet", "data-0002.parquet"}, p.rows(t, "", scan.Options{}))

	require.NoError(t, table.RenameBranch(t.Context(), "b", "c"))
	require.Equal(t, "table.branch_exists", code(t, table.RenameBranch(t.Context(), "empty", "c")))
	require.Equal(t, "table.unknown_branch", code(t, table.RenameBranch(t.Context(), "b", "d")))

	// main forgets what the branch still uses
	_, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
	require.NoError(t, err)
	_, err = table.DeleteTags(t.Context(), []string{"branch-b"}, false)
	require.NoError(t, err)
	_, err = table.ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	require.Equal(t, []string{"data-0001.parquet", "data-0003.parquet"}, p.rows(t, "c", scan.Options{}))
	require.Empty(t, p.leaks(t, p.check(t)))

	// and the branch what main uses again
	require.NoError(t, table.FastForward(t.Context(), "c"))
	require.Equal(t, []string{"data-0001.parquet", "data-0003.parquet"}, p.rows(t, "", scan.Options{}))
	branch := p.table(t, "c")
	_, err = branch.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
	require.NoError(t, err)
	_, err = branch.ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	p.check(t)
	require.Equal(t, []string{"data-0001.parquet", "data-0003.parquet"}, p.rows(t, "", scan.Options{}))

	for _, name := range []string{"c", "empty"} {
		_, err = table.DeleteBranch(t.Context(), name, false)
		require.NoError(t, err)
	}
	_, err = table.DeleteBranch(t.Context(), "c", false)
	require.Equal(t, "table.unknown_branch", code(t, err))
	p.sweep(t)
	require.Empty(t, p.leaks(t, p.check(t)))
	require.Equal(t, []string{"data-0001.parquet", "data-0003.parquet"}, p.rows(t, "", scan.Options{}))
}

// A branch that is behind takes main back to where it is.
func TestFastForwardBehind(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	table := p.table(t, "")
	for range 3 {
		p.add(t, "", "x")
	}
	require.NoError(t, table.CreateBranch(t.Context(), "b", scan.Options{Snapshot: 2}))
	for range 4 {
		p.add(t, "", "x")
	}
	_, err := table.CreateTag(t.Context(), "late", scan.Options{}, nil)
	require.NoError(t, err)
	p.add(t, "b", "y")
	require.NoError(t, table.FastForward(t.Context(), "b"))
	require.Equal(t, p.rows(t, "b", scan.Options{}), p.rows(t, "", scan.Options{}))
	require.EqualValues(t, 4, p.add(t, "", "x").ID)
	_, err = table.Snapshots().Tag(t.Context(), "late")
	require.Equal(t, "table.unknown_tag", code(t, err))
	require.Equal(t, "table.empty_branch", func() string {
		require.NoError(t, table.CreateBranch(t.Context(), "e", scan.Options{}))
		return code(t, table.FastForward(t.Context(), "e"))
	}())
	p.check(t)
}

// A hint that was written just after a branch was deleted does not make it one
// again, keeps nobody from expiring, and goes with the orphans.
func TestHintOfADeletedBranch(t *testing.T) {
	p := newPast(t, mem.New(), nil)
	p.add(t, "", "a")
	p.add(t, "", "a")
	at := histDir + "/branch/branch-b/snapshot/EARLIEST"
	require.NoError(t, p.io.Overwrite(t.Context(), at, []byte("3")))
	names, err := p.table(t, "").Branches(t.Context())
	require.NoError(t, err)
	require.Empty(t, names)
	_, err = p.table(t, "").ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	*p.clock = time.Now().Add(time.Hour)
	p.sweep(t)
	_, err = p.io.Stat(t.Context(), at)
	require.ErrorIs(t, err, fileio.ErrNotExist)
}
