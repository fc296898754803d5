package paimon_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/scan"
)

// javas is a table of Java's that Laketop looks after.
type javas struct {
	dir  string
	java judge.Lake
}

func newJavas(t *testing.T, options map[string]string) javas {
	t.Helper()
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	j := javas{dir: t.TempDir()}
	j.java = judge.Java(t).At(j.dir, "d")
	all := map[string]string{"bucket": "1", "snapshot.num-retained.min": "1000", "snapshot.num-retained.max": "1000"}
	for k, v := range options {
		all[k] = v
	}
	j.java.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING"), Primary: []string{"id"}, Options: all})
	return j
}

// write commits n records of few keys.
func (j javas) write(t testing.TB, table string, n int) {
	t.Helper()
	var rows []judge.Row
	for i := range 3 {
		rows = append(rows, judge.Row{(n*3 + i) % 7, fmt.Sprintf("%s-%d-%d", table, n, i)})
	}
	j.java.Write(t, table, judge.Write{Rows: judge.Rows(rows...)})
}

func (j javas) read(t testing.TB, table string, options map[string]string) []string {
	t.Helper()
	return judge.Lines(t, j.java.Read(t, table, judge.Read{Options: options}).Rows)
}

// ours opens the table, or a branch of it.
func (j javas) ours(t testing.TB, branch string) *paimon.Table {
	t.Helper()
	disk, err := local.New(j.dir)
	require.NoError(t, err)
	zone, err := time.LoadLocation("America/New_York") // the judge's
	require.NoError(t, err)
	env := paimon.NewEnv(disk, func() time.Time { return time.Now().In(zone) })
	table, err := paimon.Load(t.Context(), env, "d.db/t", paimon.Identifier{Database: "d", Table: "t", Branch: branch})
	require.NoError(t, err)
	return table
}

// listing is every file below the table's folder but for hints.
func listing(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".") && d.Name() != "LATEST" && d.Name() != "EARLIEST" {
			rel, relErr := filepath.Rel(dir, path)
			require.NoError(t, relErr)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	}))
	slices.Sort(out)
	return out
}

// Laketop's expiry leaves of Java's primary-key tables the very files that
// Java's own leaves of a copy, tags or not, and Java reads every moment and
// writes on.
func TestExpiryLeavesWhatJavasLeaves(t *testing.T) {
	for name, options := range map[string]map[string]string{
		"plain":           {"num-sorted-run.compaction-trigger": "3"},
		"write only":      {"write-only": "true"},
		"lookup":          {"changelog-producer": "lookup"},
		"input":           {"changelog-producer": "input", "num-sorted-run.compaction-trigger": "3"},
		"full compaction": {"changelog-producer": "full-compaction", "full-compaction.delta-commits": "2"},
		"vectors":         {"deletion-vectors.enabled": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJavas(t, options)
			for n := range 5 {
				j.write(t, "t", n)
			}
			j.java.Tag(t, "t", "early", 3)
			for n := range 5 {
				j.write(t, "t", n+5)
			}
			j.java.Tag(t, "t", "late", 7)
			early, late, now := j.read(t, "t", map[string]string{"scan.tag-name": "early"}), j.read(t, "t", map[string]string{"scan.tag-name": "late"}), j.read(t, "t", nil)

			table := filepath.Join(j.dir, "d.db", "t")
			require.NoError(t, os.CopyFS(filepath.Join(j.dir, "d.db", "copy"), os.DirFS(table)))
			one, none := 1, int64(0)
			two := 2
			count := j.java.Expire(t, "copy", judge.Expire{RetainMax: &two, RetainMin: &one, RetainMillis: &none}).Count
			r, err := j.ours(t, "").ExpireSnapshots(t.Context(), expire.Retention{Min: 1, Max: 2, Before: time.Now()})
			require.NoError(t, err)
			require.Len(t, r.Snapshots, count)
			require.Equal(t, listing(t, filepath.Join(j.dir, "d.db", "copy")), listing(t, table))

			require.Equal(t, early, j.read(t, "t", map[string]string{"scan.tag-name": "early"}))
			require.Equal(t, late, j.read(t, "t", map[string]string{"scan.tag-name": "late"}))
			require.Equal(t, now, j.read(t, "t", nil))
			for _, tag := range []string{"early", "late"} {
				j.java.DeleteTag(t, "copy", tag)
				_, err := j.ours(t, "").DeleteTags(t.Context(), []string{tag}, false)
				require.NoError(t, err)
				require.Equal(t, listing(t, filepath.Join(j.dir, "d.db", "copy")), listing(t, table), "after tag %s", tag)
			}
			j.write(t, "t", 50)
			j.java.Compact(t, "t", judge.Compact{Full: true})
			j.write(t, "t", 51)
			require.NotEmpty(t, j.read(t, "t", nil))
			o, err := j.ours(t, "").RemoveOrphans(t.Context(), time.Now().Add(-time.Millisecond), true)
			require.NoError(t, err)
			require.Empty(t, o.Files)
		})
	}
}

// Tags, branches and rollbacks that Laketop made are Java's: it reads them,
// writes on, fast-forwards and deletes them.
func TestJavaGoesOnWithOurHistory(t *testing.T) {
	j := newJavas(t, nil)
	for n := range 4 {
		j.write(t, "t", n)
	}
	want2, want3 := j.read(t, "t", map[string]string{"scan.snapshot-id": "2"}), j.read(t, "t", map[string]string{"scan.snapshot-id": "3"})
	day := 36*time.Hour + 1500*time.Millisecond
	_, err := j.ours(t, "").CreateTag(t.Context(), "ours", scan.Options{Snapshot: 2}, &day)
	require.NoError(t, err)
	_, err = j.ours(t, "").CreateTag(t.Context(), "second", scan.Options{Snapshot: 3}, nil)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"ours", "second"}, j.java.Tags(t, "t"))
	require.Equal(t, want2, j.read(t, "t", map[string]string{"scan.tag-name": "ours"}))
	tags := j.java.Read(t, "t$tags", judge.Read{Columns: []string{"tag_name", "snapshot_id", "time_retained"}}).Rows
	require.ElementsMatch(t, [][]any{{"ours", "2", "PT36H1.5S"}, {"second", "3", nil}}, tags)

	require.NoError(t, j.ours(t, "").CreateBranch(t.Context(), "b", scan.Options{Tag: "second"}))
	require.NoError(t, j.ours(t, "").CreateBranch(t.Context(), "e", scan.Options{}))
	require.ElementsMatch(t, []string{"b", "e"}, j.java.Branches(t, "t"))
	require.Equal(t, want3, j.read(t, "t$branch_b", nil))
	require.Empty(t, j.read(t, "t$branch_e", nil))
	j.write(t, "t$branch_b", 60)
	j.write(t, "t$branch_e", 61)
	onB := j.read(t, "t$branch_b", nil)
	require.NotEqual(t, want3, onB)

	was, is, err := j.ours(t, "").Rollback(t.Context(), scan.Options{Tag: "ours"})
	require.NoError(t, err)
	require.EqualValues(t, 2, is)
	require.Greater(t, was, is)
	require.Equal(t, want2, j.read(t, "t", nil))
	require.Equal(t, []string{"ours"}, j.java.Tags(t, "t"), "the later tag went")
	j.write(t, "t", 70)
	require.Equal(t, onB, j.read(t, "t$branch_b", nil))

	require.NoError(t, j.ours(t, "").FastForward(t.Context(), "b"))
	require.Equal(t, onB, j.read(t, "t", nil))
	j.write(t, "t", 71)
	now := j.read(t, "t", nil)
	_, err = j.ours(t, "").DeleteBranch(t.Context(), "e", false)
	require.NoError(t, err)
	_, err = j.ours(t, "").ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	require.Equal(t, now, j.read(t, "t", nil))
	require.Equal(t, onB, j.read(t, "t$branch_b", nil), "main's expiry keeps what the branch uses")
	j.java.DeleteBranch(t, "t", "b")
	j.java.Compact(t, "t", judge.Compact{Full: true})
	require.Equal(t, now, j.read(t, "t", nil))
	_, err = j.ours(t, "").RemoveOrphans(t.Context(), time.Now().Add(-time.Millisecond), false)
	require.NoError(t, err)
	require.Equal(t, now, j.read(t, "t", nil))
}

// What Java tagged and branched, Laketop reads.
func TestWeReadJavasHistory(t *testing.T) {
	j := newJavas(t, nil)
	for n := range 3 {
		j.write(t, "t", n)
	}
	j.java.Tag(t, "t", "v2", 2)
	j.java.Branch(t, "t", "b", "v2")
	j.java.Branch(t, "t", "e", "")
	j.write(t, "t$branch_b", 9)
	names, err := j.ours(t, "").Branches(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"b", "e"}, names)
	for branch, want := range map[string][]int64{"": {1, 2, 3}, "b": {2, 3}, "e": nil} {
		ids, err := j.ours(t, branch).Snapshots().IDs(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, ids, branch)
	}
	tag, err := j.ours(t, "b").Snapshots().Tag(t.Context(), "v2")
	require.NoError(t, err)
	require.EqualValues(t, 2, tag.Snapshot.ID)
	// Java forgets main's tag and snapshots; the branch holds on
	onB := j.read(t, "t$branch_b", nil)
	_, err = j.ours(t, "").DeleteTags(t.Context(), []string{"v2"}, false)
	require.NoError(t, err)
	j.java.Compact(t, "t", judge.Compact{Full: true})
	_, err = j.ours(t, "").ExpireSnapshots(t.Context(), keep(1, 1))
	require.NoError(t, err)
	require.Equal(t, onB, j.read(t, "t$branch_b", nil))
}

// The system tables say what Java's say.
func TestSystemTablesAreJavas(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	j := javas{dir: t.TempDir()}
	j.java = judge.Java(t).At(j.dir, "d")
	j.java.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING", "n BIGINT", "dt STRING NOT NULL", "h INT NOT NULL"),
		Primary: []string{"id", "dt", "h"}, Partition: []string{"dt", "h"},
		Options: map[string]string{"bucket": "2", "merge-engine": "aggregation", "fields.n.aggregate-function": "sum", "fields.v.aggregate-function": "listagg",
			"deletion-vectors.enabled": "true"}})
	for n := range 3 {
		j.java.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{1, "a", n, "x", 1}, judge.Row{n, "b", 2, "y", n}, judge.Row{4, "b", 2, "x", 1})})
	}
	j.java.Tag(t, "t", "v1", 1)
	j.java.Branch(t, "t", "b", "v1")
	for _, name := range []string{"snapshots", "schemas", "options", "tags", "files", "partitions", "buckets", "manifests", "consumers", "statistics", "aggregation_fields", "table_indexes"} {
		t.Run(name, func(t *testing.T) {
			a := j.java.Read(t, "t$"+name, judge.Read{})
			columns, rows, err := j.ours(t, "").System(t.Context(), name)
			require.NoError(t, err)
			var names []string
			for _, c := range columns {
				names = append(names, c.Name)
			}
			require.Equal(t, a.Columns, names[:min(len(a.Columns), len(names))])
			ours := make([]judge.Row, len(rows))
			for i, row := range rows {
				for _, v := range row[:len(a.Columns)] {
					if at, ok := v.(binaryrow.Timestamp); ok {
						v = at.Time().Format("2006-01-02T15:04:05.999999999")
					}
					ours[i] = append(ours[i], v)
				}
			}
			for i, c := range a.Columns {
				for _, row := range a.Rows {
					text, isText := row[i].(string)
					switch {
					case name == "schemas" && c == "options": // in the order of a hash map
						row[i] = nil
					case name == "files" && c == "file_path" && isText:
						row[i] = strings.TrimPrefix(text, "file:")
					}
				}
				for _, row := range ours {
					if name == "schemas" && c == "options" {
						row[i] = nil
					}
				}
			}
			require.Equal(t, judge.Lines(t, a.Rows), judge.Lines(t, judge.Rows(ours...)))
		})
	}
}

// Changelogs that outlive their snapshots: Laketop leaves the files that Java
// leaves, and Java streams from them.
func TestLongLivedChangelogsAsJavas(t *testing.T) {
	for name, producer := range map[string]string{"none": "none", "input": "input", "lookup": "lookup"} {
		t.Run(name, func(t *testing.T) {
			j := newJavas(t, map[string]string{"changelog-producer": producer, "num-sorted-run.compaction-trigger": "3"})
			for n := range 9 {
				j.write(t, "t", n)
			}
			table, twin := filepath.Join(j.dir, "d.db", "t"), filepath.Join(j.dir, "d.db", "copy")
			require.NoError(t, os.CopyFS(twin, os.DirFS(table)))
			common := listing(t, table)
			options := map[string]string{
				"snapshot.num-retained.min": "2", "snapshot.num-retained.max": "2", "snapshot.time-retained": "1 ms",
				"changelog.num-retained.min": "5", "changelog.num-retained.max": "5", "changelog.time-retained": "1 ms",
			}
			rows := judge.Rows(judge.Row{1, "last"}, judge.Row{5, "last"})
			j.java.Write(t, "copy", judge.Write{Rows: rows, Options: options})
			j.java.Write(t, "t", judge.Write{Rows: rows})

			ours := j.ours(t, "")
			s := ours.Schema().Clone()
			for k, v := range options {
				s.Options[k] = v
			}
			r, err := expire.SnapshotRetention(s)
			require.NoError(t, err)
			require.True(t, r.Decoupled)
			_, err = ours.ExpireSnapshots(t.Context(), r)
			require.NoError(t, err)
			c, err := expire.ChangelogRetention(s)
			require.NoError(t, err)
			_, err = ours.ExpireChangelogs(t.Context(), c)
			require.NoError(t, err)

			names := func(dir string) (old, changelogs []string) {
				for _, path := range listing(t, dir) {
					switch {
					case strings.HasPrefix(path, "changelog/"):
						changelogs = append(changelogs, path)
					case slices.Contains(common, path):
						old = append(old, path)
					}
				}
				return old, changelogs
			}
			wantOld, wantChanges := names(twin)
			gotOld, gotChanges := names(table)
			require.Equal(t, wantChanges, gotChanges)
			require.Equal(t, wantOld, gotOld)
			require.NotEmpty(t, gotChanges)
			require.Equal(t, j.read(t, "copy", nil), j.read(t, "t", nil))
			ids, err := ours.Snapshots().ChangelogIDs(t.Context())
			require.NoError(t, err)
			if producer == "none" {
				return
			}
			a, b := j.java.Changes(t, "copy", judge.Changes{From: ids[0], Options: options}), j.java.Changes(t, "t", judge.Changes{From: ids[0], Options: options})
			require.Equal(t, a.Rows, b.Rows)
			require.NotEmpty(t, b.Rows)
		})
	}
}
