package filestore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/paimon/schema"
)

// TestChangedBucketsAreRefusedBeforeTheWrite changes the number of buckets of a
// table. As in Java a partition with rows is refused, before any file is there;
// one without takes the new number; an overwrite is let through. (Java looks at
// the bucket that a row goes to: one without files slips through there, and the
// partition has rows of both counts.)
func TestChangedBucketsAreRefusedBeforeTheWrite(t *testing.T) {
	ctx := context.Background()
	for name, primary := range map[string][]string{"keyed": {"p", "id"}, "append": nil} {
		t.Run(name, func(t *testing.T) {
			w := newWriting(t, duck.Options{})
			w.create(t, "k", judge.Fields(t, "id INT NOT NULL", "p STRING NOT NULL"), primary, []string{"p"}, map[string]string{"bucket": "2", "bucket-key": "id", "write-only": "true"})
			query := func(p string) string { return "SELECT i::INTEGER AS id, '" + p + "' AS p FROM range(20) t(i)" }
			w.write(t, "k", query("a"), "")
			_, err := w.table(t, "k").Alter(ctx, schema.SetOption{Key: "bucket", Value: "4"})
			require.NoError(t, err)
			before := dataFiles(t, w, "k")
			store := New(w.conn, w.shared)
			writer, err := store.Writer(w.table(t, "k"))
			require.NoError(t, err)
			_, _, err = writer.WriteChanges(ctx, query("b")+" UNION ALL "+query("a"), "")
			require.ErrorContains(t, err, "the rows of d.k/p=a are laid out in 2 buckets, and the table's option bucket is 4 now")
			require.Equal(t, before, dataFiles(t, w, "k"))

			w.write(t, "k", query("b"), "")
			counts := map[int32]int{}
			for _, e := range w.live(t, "k") {
				counts[e.TotalBuckets]++
			}
			require.Len(t, counts, 2)
			if !testing.Short() {
				java := judge.Java(t).At(w.dir, "d")
				var many [][]any
				for id := range 20 {
					many = append(many, []any{fmt.Sprint(id), "a"})
				}
				refused := java.Ask(t, "write", "k", judge.Write{Rows: many})
				require.True(t, refused.IsRefused("with a new bucket num 4, but the previous bucket num is 2"), refused.Error)
				java.Write(t, "k", judge.Write{Rows: [][]any{{"99", "b"}, {"1", "c"}}})
				require.Len(t, java.Read(t, "k", judge.Read{}).Rows, 42)
			}
			writer, err = store.Writer(w.table(t, "k"))
			require.NoError(t, err)
			writer.Overwrites()
			added, _, err := writer.WriteChanges(ctx, query("a"), "")
			require.NoError(t, err)
			require.EqualValues(t, 4, added[0].TotalBuckets)
			require.NoError(t, writer.Abort())
			require.NoError(t, store.Close(ctx))
		})
	}
}

// dataFiles are the names of all files in a table's buckets.
func dataFiles(t *testing.T, w *writing, name string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(filepath.Join(w.dir, "d.db", name), func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(p) == ".parquet" {
			out = append(out, p)
		}
		return err
	}))
	return out
}
