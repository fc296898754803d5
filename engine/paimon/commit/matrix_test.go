package commit_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
)

// theirs is the operation as another writer's: its new files have names of their
// own.
func (o operation) theirs(t *testing.T, m *mem.FS) commit.Request {
	t.Helper()
	before := m.Paths()
	r := o.request(t, open(m))
	r.User, r.Identifier = "v", 8
	name := func(folder, name string) string {
		p := tableDir + "/" + folder + "/" + name
		if slices.Contains(before, p) {
			return name // it was there, on another level
		}
		data, err := m.ReadFile(t.Context(), p)
		require.NoError(t, err)
		require.NoError(t, m.Remove(t.Context(), p))
		require.NoError(t, m.Create(t.Context(), p+"-theirs", data))
		return name + "-theirs"
	}
	for _, entries := range [][]manifest.Entry{r.Added, r.Changelog} {
		for i := range entries {
			entries[i].File.FileName = name("bucket-0", entries[i].File.FileName)
		}
	}
	for i := range r.IndexAdded {
		r.IndexAdded[i].FileName = name("index", r.IndexAdded[i].FileName)
	}
	return r
}

// serial are the rows when theirs is done and then the operation.
func (o operation) serial(theirs []string, r commit.Request, added []manifest.Entry) []string {
	out := slices.DeleteFunc(slices.Clone(theirs), func(row string) bool {
		return slices.Contains(o.rowsBefore(), row) && !slices.Contains(o.want, row)
	})
	for i := range added {
		e := &added[i]
		if r.Overwrite != nil && (r.Overwrite.Partition == nil || bytes.Equal(e.Partition, r.Added[0].Partition)) {
			out = slices.DeleteFunc(out, func(row string) bool { return row == e.File.FileName })
		}
	}
	for _, row := range o.want {
		if !slices.Contains(o.rowsBefore(), row) {
			out = append(out, row)
		}
	}
	slices.Sort(out)
	return out
}

// meet plans both operations on one snapshot and commits the second when the first
// is about to make its snapshot, or has not begun: the first then goes on as if it
// had been planned after the other, or is a conflict that changes nothing.
func meet(t *testing.T, first, second operation, late bool) string {
	t.Helper()
	say := fmt.Sprintf("%s, then %s, late %t", second.name, first.name, late)
	m := mem.New()
	f := faultio.New(m)
	l := first.start(t, f, m)
	theirs := second.theirs(t, m)
	mine := first.requestOn(t, m)
	came := false
	f.Before(func(op faultio.Op) {
		if came || late && (op.Name != "create" || !strings.HasSuffix(op.Path, "/snapshot/snapshot-3")) {
			return
		}
		came = true
		_, err := commit.Commit(t.Context(), open(m).table, theirs)
		require.NoError(t, err, say)
	})
	_, err := commit.Commit(t.Context(), l.table, mine)
	f.Before(nil)
	require.True(t, came, say)
	after := open(m)
	after.check(t)
	snapshot, findErr := after.table.Snapshots.ByID(t.Context(), 3)
	require.NoError(t, findErr)
	between := after.rowsAt(t, snapshot)
	outcome := "goes on"
	if errors.Is(err, commit.ErrConflict) {
		outcome = "conflict"
		require.Equal(t, between, after.rows(t), say)
	} else {
		require.NoError(t, err, say)
		require.Equal(t, first.serial(between, mine, theirs.Added), after.rows(t), say)
	}
	_, err = commit.Commit(t.Context(), after.table, first.next(t, after))
	require.NoError(t, err, say)
	after.check(t)
	return outcome
}

// TestEachCommitAgainstEachOther is FAULTS.md row 9's matrix: which commits of
// append tables and of primary-key tables go on when another came between, and
// that they then mean what they say.
// Regenerate: go test ./engine/paimon/commit -run TestEachCommitAgainstEachOther -rewrite
func TestEachCommitAgainstEachOther(t *testing.T) {
	if testing.Short() {
		t.Skip("256 races")
	}
	datadriven.Walk(t, "testdata/against", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			list := appendOperations
			if d.Cmd == "keyed" {
				list = keyedOperations
			}
			var out strings.Builder
			for _, first := range list {
				outcomes := map[string][]string{}
				for _, second := range list {
					got := meet(t, first, second, true)
					require.Equal(t, got, meet(t, first, second, false), "%s, then %s", second.name, first.name)
					outcomes[got] = append(outcomes[got], second.name)
				}
				fmt.Fprintf(&out, "%s\n", first.name)
				for _, o := range []string{"goes on", "conflict"} {
					if len(outcomes[o]) > 0 {
						fmt.Fprintf(&out, "  %s after: %s\n", o, strings.Join(outcomes[o], ", "))
					}
				}
			}
			return out.String()
		})
	})
}
