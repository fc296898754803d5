package filestore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/bench"
	"laketop/engine/duck"
	"laketop/engine/judge"
)

// BenchmarkRatioWrite writes five million wide rows, which stand in a parquet
// file in no order, to a primary-key table of four buckets. The baseline is
// DuckDB's COPY ... ORDER BY key of the same rows to one file.
func BenchmarkRatioWrite(b *testing.B) {
	for key, expr := range map[string]string{
		"bigint": "(hash(i) >> 1)::BIGINT AS id", "string": "'key' || lpad((i * 7919 % 5000011)::VARCHAR, 12, '0') AS id", "two": "(i * 7919 % 5000011)::BIGINT AS id",
	} {
		b.Run(key, func(b *testing.B) {
			fields, primary, order := []string{"id BIGINT NOT NULL"}, []string{"id"}, "id"
			switch key {
			case "string":
				fields = []string{"id STRING NOT NULL"}
			case "two":
				primary, order = []string{"k2", "id"}, "k2, id"
			}
			fields = append(fields, "k2 STRING NOT NULL", "a INT", "x DOUBLE", "y DOUBLE", "n BIGINT", "d DATE", "ts TIMESTAMP(6)", "city STRING", "amount DECIMAL(12, 2)")
			ctx := context.Background()
			w := newWriting(b, duck.Options{MemoryLimitBytes: 4 << 30})
			source := filepath.Join(w.dir, "source.parquet")
			_, err := w.conn.Copy(ctx, fmt.Sprintf("SELECT %s, 'user-' || (hash(i, 3) %% 1000) AS k2, (i %% 1000)::INTEGER AS a, random() AS x, random() AS y, (i * 31 %% 100000)::BIGINT AS n, "+
				"DATE '2024-01-01' + (i %% 365)::INTEGER AS d, TIMESTAMP '2024-01-01' + to_microseconds(i * 1000) AS ts, 'city ' || (i %% 97) AS city, (i * 3 %% 10007)::DECIMAL(12, 2) AS amount FROM range(%d) t(i)", expr, writeBenchRows()), source, "")
			require.NoError(b, err)
			query := "SELECT * FROM read_parquet(" + duck.Literal(source) + ")"
			round, name := 0, "k0"
			bench.Ratio(b, 5, func() {
				require.NoError(b, os.RemoveAll(filepath.Join(w.dir, "d.db", name)))
				round++
				name = fmt.Sprintf("k%d", round)
				w.create(b, name, judge.Fields(b, fields...), primary, nil, map[string]string{"bucket": "4"})
			}, func() {
				writer, err := New(w.conn, w.shared).Writer(w.table(b, name))
				require.NoError(b, err)
				_, _, err = writer.WriteChanges(ctx, query, "")
				require.NoError(b, err)
			}, func() {
				_, err := w.conn.Copy(ctx, query+" ORDER BY "+order, filepath.Join(w.dir, "copy.parquet"), "")
				require.NoError(b, err)
			})
		})
	}
}

func writeBenchRows() int {
	if n, err := strconv.Atoi(os.Getenv("LAKETOP_BENCH_ROWS")); err == nil {
		return n
	}
	return 5_000_000
}
