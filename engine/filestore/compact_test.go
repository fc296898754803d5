package filestore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
)

// A compaction writes as many files as the target size asks for, whatever the
// keys are made of, and loses no row at the cuts.
func TestCompactionRollsByKeyRange(t *testing.T) {
	for name, c := range map[string]struct{ fields, keys, columns string }{
		"bigint":  {"id BIGINT NOT NULL|v STRING", "id", "(i * 7919 % ROWS)::BIGINT, md5(i::VARCHAR)"},
		"string":  {"id STRING NOT NULL|v STRING", "id", "'k''' || (i * 7919 % ROWS), md5(i::VARCHAR)"},
		"decimal": {"id DECIMAL(12, 2) NOT NULL|v STRING", "id", "((i * 7919 % ROWS) / 100.0 - 900)::DECIMAL(12, 2), md5(i::VARCHAR)"},
		"date, two columns": {"d DATE NOT NULL|id INT NOT NULL|v STRING", "d,id",
			"DATE '1969-12-30' + (i % 5)::INTEGER, (i * 7919 % ROWS)::INTEGER, md5(i::VARCHAR)"},
		"timestamp": {"id TIMESTAMP(6) NOT NULL|v STRING", "id", "TIMESTAMP '2024-01-01' + to_microseconds(i * 7919 % ROWS), md5(i::VARCHAR)"},
		"bytes":     {"id BYTES NOT NULL|v STRING", "id", "unhex(md5((i % ROWS)::VARCHAR)), md5(i::VARCHAR)"},
		"double":    {"id DOUBLE NOT NULL|v STRING", "id", "(i * 7919 % ROWS)::DOUBLE - 1000, md5(i::VARCHAR)"},
	} {
		for _, engine := range []string{"deduplicate", "partial-update"} {
			t.Run(name+" "+engine, func(t *testing.T) {
				rows, target := 200_003, 1024
				if testing.Short() {
					if name != "bigint" {
						t.Skip("one type of keys is enough for the inner loop")
					}
					rows, target = 40_009, 200
				}
				selected := func(step int) string {
					columns := strings.ReplaceAll(c.columns, "ROWS", strconv.Itoa(rows))
					return fmt.Sprintf("SELECT * FROM (SELECT %s FROM range(0, %d, %d) t(i)) q(%s,v)", columns, rows, step, c.keys)
				}
				ctx := context.Background()
				w := newWriting(t, duck.Options{})
				shared := NewShared(w.db)
				defer func() { require.NoError(t, shared.Close()) }()
				w.create(t, "k", judge.Fields(t, strings.Split(c.fields, "|")...), strings.Split(c.keys, ","), nil,
					map[string]string{"bucket": "1", "target-file-size": fmt.Sprint(target, " kb"), "merge-engine": engine})
				w.write(t, "k", selected(1), "")
				w.write(t, "k", selected(3), "")
				store := New(w.conn, shared)
				out, err := store.Compact(ctx, w.table(t, "k"), CompactOptions{Full: true, Now: time.Now()})
				require.NoError(t, err)
				require.NoError(t, store.Close(ctx))
				require.Greater(t, len(out.Written), 3)
				var written int64
				for _, f := range out.Written {
					written += f.File.RowCount
					require.EqualValues(t, 5, f.File.Level)
					require.Less(t, f.File.SizeBytes, int64(2*target<<10))
				}
				require.EqualValues(t, rows, written)
				// Each key is the second write's where there is one.
				got, _, err := w.conn.Rows(ctx, "SELECT count(*), count(*) FILTER (_SEQUENCE_NUMBER >= "+strconv.Itoa(rows)+") FROM read_parquet("+livePaths(t, w, "k")+")")
				require.NoError(t, err)
				require.Equal(t, []any{int64(rows), int64((rows + 2) / 3)}, got[0])
			})
		}
	}
}

func livePaths(t *testing.T, w *writing, name string) string {
	t.Helper()
	var out []string
	for _, e := range w.live(t, name) {
		out = append(out, duck.Literal(w.dir+"/d.db/"+name+"/bucket-0/"+e.File.FileName))
	}
	return "[" + strings.Join(out, ", ") + "]"
}
