package filestore

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
)

// deleteRows deletes the rows of an append table that a condition names.
func (w *writing) deleteRows(tb testing.TB, name, where string) int64 {
	tb.Helper()
	ctx := context.Background()
	var rows int64
	w.change(tb, name, func(writer *Writer, table *paimon.Table) commit.Request {
		plan, err := table.Plan(ctx, scan.Options{})
		require.NoError(tb, err)
		from, err := writer.ReadPositions(ctx, table, plan, nil)
		require.NoError(tb, err)
		request, n, err := writer.DeleteRows(ctx, plan, fmt.Sprintf("SELECT _LT_FILE, _LT_ROW FROM %s WHERE %s", from, where))
		require.NoError(tb, err)
		rows = n
		return request
	})
	return rows
}

// TestRowsOfAppendTablesAreDeleted deletes in turns with Java's compaction and
// appends, by vectors and by writing files anew; every reader must see the same.
func TestRowsOfAppendTablesAreDeleted(t *testing.T) {
	w := newWriting(t, duck.Options{})
	for name, options := range map[string]map[string]string{
		"rewritten":          {},
		"vectors":            {"deletion-vectors.enabled": "true", "deletion-vector.index-file.target-size": "30 b"},
		"vectors64":          {"deletion-vectors.enabled": "true", "deletion-vectors.bitmap64": "true"},
		"buckets, rewritten": {"bucket": "3", "bucket-key": "id"},
		"buckets, vectors":   {"bucket": "3", "bucket-key": "id", "deletion-vectors.enabled": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "rewritten" && name != "buckets, vectors" {
				t.Skip("two are enough for the inner loop")
			}
			table := strings.NewReplacer(" ", "", ",", "").Replace(name)
			w.create(t, table, judge.Fields(t, "id INT", "s STRING", "t TIMESTAMP(0)", "p STRING"), nil, []string{"p"}, options)
			for i := range 3 {
				w.write(t, table, fmt.Sprintf("SELECT (%d + i)::INTEGER AS id, CASE WHEN i %% 7 > 0 THEN 's' || i END AS s, TIMESTAMP_MS '2024-01-01 00:00:00' AS t, chr(97 + i::INTEGER %% 2) AS p FROM range(100) t(i)", i*100), "")
			}
			require.EqualValues(t, 30, w.deleteRows(t, table, "id % 10 = 3"))
			require.EqualValues(t, 60, w.deleteRows(t, table, "id % 10 IN (3, 4, 5)"), "rows that are gone do not count again")
			require.EqualValues(t, 0, w.deleteRows(t, table, "id < 0"))
			before := len(w.live(t, table))
			require.EqualValues(t, 40, w.deleteRows(t, table, "p = 'a' AND id < 100"), "whole files")
			if options["deletion-vectors.enabled"] != "" {
				require.Less(t, len(w.live(t, table)), before)
			}
			want := w.alive(t, table, "id", "p")
			require.Len(t, want, 170)
			if testing.Short() {
				return
			}
			java := judge.Java(t).At(w.dir, "d")
			require.Equal(t, want, judge.Lines(t, java.Read(t, table, judge.Read{Columns: []string{"id", "p"}}).Rows))
			java.Write(t, table, judge.Write{Rows: judge.Rows(judge.Row{1000, "x", nil, "a"})})
			require.EqualValues(t, 1, w.deleteRows(t, table, "id = 1000"))
			java.Compact(t, table, judge.Compact{Full: true})
			require.EqualValues(t, 1, w.deleteRows(t, table, "id = 299"))
			require.Equal(t, w.alive(t, table, "id", "p"), judge.Lines(t, java.Read(t, table, judge.Read{Columns: []string{"id", "p"}}).Rows))
			require.Len(t, w.alive(t, table, "id", "p"), 169)
		})
	}
}
