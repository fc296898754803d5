package filestore

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/soak"
)

// TestJavaReadsWhatIsWritten writes the same batches with Laketop and with Java
// and holds the two tables to each other, as Java sees them: rows, buckets, key
// ranges, counts, and the changelog. Then both write into the other's table.
func TestJavaReadsWhatIsWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	w := newWriting(t, duck.Options{})
	java := judge.Java(t).At(w.dir, "d")
	python := judge.Python(t).At(w.dir, "d")
	every := soak.Pick(8, 8, 1)
	for i, c := range judge.Cases() {
		if i%every != 0 {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", i, c.Name), func(t *testing.T) {
			ours, theirs := fmt.Sprintf("ours%d", i), fmt.Sprintf("theirs%d", i)
			table := c.Table(t, map[string]string{"write-only": "true"})
			w.create(t, ours, table.Fields, table.Primary, table.Partition, table.Options)
			java.Create(t, theirs, table)
			for n := range uint64(4) {
				b := c.Batch(uint64(i)*10+n, 40)
				query, rows := b.Select(table.Fields, "kind"), judge.Write{Rows: b.Rows, Kinds: b.Kinds}
				if n < 2 { // each its own
					w.write(t, ours, query, "kind")
					java.Write(t, theirs, rows)
				} else { // the other's
					w.write(t, theirs, query, "kind")
					java.Write(t, ours, rows)
				}
				same(t, java, ours, theirs)
			}
			if c.Engine == "first-row" {
				java.Compact(t, ours, judge.Compact{Full: true, Options: map[string]string{"write-only": "false"}})
				java.Compact(t, theirs, judge.Compact{Full: true, Options: map[string]string{"write-only": "false"}})
				same(t, java, ours, theirs)
			}
			want := judge.Lines(t, java.Read(t, ours, judge.Read{}).Rows)
			require.NotEmpty(t, want)
			if c.Values == "fine" {
				return // pypaimon cuts TIMESTAMP(9) to microseconds
			}
			if got := python.Ask(t, "read", ours, nil); !got.IsRefused("NotImplementedError") { // some options of merge engines
				require.Empty(t, got.Error)
				require.Equal(t, want, judge.Lines(t, got.Rows), "pypaimon")
			}
		})
	}
}

// same holds two tables to each other.
func same(t *testing.T, java judge.Lake, a, b string) {
	t.Helper()
	require.Equal(t, judge.Lines(t, java.Read(t, b, judge.Read{}).Rows), judge.Lines(t, java.Read(t, a, judge.Read{}).Rows), "rows")
	x, y := java.Files(t, a, 0), java.Files(t, b, 0)
	require.Equal(t, shapes(t, y), shapes(t, x), "files")
	changes := judge.Changes{From: 1}
	p, q := java.Changes(t, b, changes), java.Changes(t, a, changes)
	require.Equal(t, changed(t, p), changed(t, q), "changes")
}

// shapes are what two writers of the same rows must agree on.
func shapes(tb testing.TB, files []judge.File) []string {
	tb.Helper()
	rows := make([][]any, len(files))
	for i, f := range files {
		rows[i] = []any{fmt.Sprint(f.Partition), f.Bucket, f.Level, f.Rows, f.MinKey, f.MaxKey, f.Deletes, f.Source}
	}
	return judge.Lines(tb, rows)
}

func changed(tb testing.TB, a judge.Answer) []string {
	tb.Helper()
	rows := make([][]any, len(a.Rows))
	for i := range a.Rows {
		rows[i] = append([]any{a.Kinds[i]}, a.Rows[i]...)
	}
	return judge.Lines(tb, rows)
}
