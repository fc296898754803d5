package filestore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/bench"
	"laketop/engine/filestore"
	"laketop/engine/paimon/scan"
)

// compactBenchRows is how many rows the base of a compaction has.
const compactBenchRows = 5_000_000

// settled makes a table of one bucket whose rows are of the highest level.
func settled(b *testing.B, l *lake, name string, fields []string, row string, primary []string, producer string) *benchTable {
	b.Helper()
	l.made(name, primary, nil, map[string]string{"bucket": "1", "changelog-producer": producer}, fields...)
	t := &benchTable{lake: l, name: name, rows: benchRows(compactBenchRows), row: row}
	t.write(b, 0, t.rows, 1, "i")
	l.compact(name, filestore.CompactOptions{Full: true, Silent: true, Now: time.Now()})
	return t
}

// backTo is what makes the newest snapshot the newest again.
func (t *benchTable) backTo(b *testing.B) func() {
	b.Helper()
	at, err := t.table(t.name).Latest(context.Background())
	require.NoError(b, err)
	return func() {
		_, _, err := t.table(t.name).Rollback(context.Background(), scan.Options{Snapshot: at.ID})
		require.NoError(b, err)
	}
}

// BenchmarkRatioFullCompaction compacts a base of five million wide rows and
// three small runs that change a tenth of it. The baseline is DuckDB's COPY of
// the same files to one; the ratio is to be at most 2.5 without a changelog.
func BenchmarkRatioFullCompaction(b *testing.B) {
	for _, key := range benchKeys {
		for _, producer := range []string{"none", "full-compaction"} {
			b.Run(key.name+"/"+producer, func(b *testing.B) {
				t := settled(b, newLake(b), "k", key.fields, key.row, key.primary, producer)
				for run := range 3 {
					t.write(b, run, t.rows, 30, "i")
				}
				files := t.files(b)
				bench.Ratio(b, 5, t.backTo(b), func() {
					t.compact(t.name, filestore.CompactOptions{Full: true, Now: time.Now()})
				}, func() {
					_, err := t.conn.Copy(context.Background(), "SELECT * FROM "+files, filepath.Join(t.dir, "copy.parquet"), "")
					require.NoError(b, err)
				})
			})
		}
	}
}

// BenchmarkRatioLookupWrite writes half a million changes to a table of five
// million rows with a changelog that is looked up. The baseline is the same write
// without; the ratio is to be at most 2.5.
func BenchmarkRatioLookupWrite(b *testing.B) {
	l := newLake(b)
	sides := map[string]*benchTable{}
	for _, producer := range []string{"none", "lookup"} {
		sides[producer] = settled(b, l, producer, []string{"id BIGINT NOT NULL", "name STRING", "city STRING", "amount DOUBLE", "n INT", "ts TIMESTAMP(6)"},
			"%s AS id, 'name' || (hash(i) %% 100000) AS name, 'city' || (i %% 300) AS city, (hash(i + 1) %% 100000) / 100.0 AS amount, (i %% 1000)::INTEGER AS n, TIMESTAMP '2024-01-01' + to_seconds(i %% 9999999) AS ts",
			[]string{"id"}, producer)
	}
	write := func(t *benchTable) func() {
		query := fmt.Sprintf("SELECT "+t.row+" FROM (SELECT (hash(r) %% %d)::BIGINT AS i FROM range(%d) t(r) GROUP BY 1)", "i", t.rows+t.rows/100, t.rows/10)
		return func() {
			t.put(t.name, query, "")
			t.compact(t.name, filestore.CompactOptions{Now: time.Now()})
		}
	}
	back := []func(){sides["none"].backTo(b), sides["lookup"].backTo(b)}
	bench.Ratio(b, 7, func() { back[0](); back[1]() }, write(sides["lookup"]), write(sides["none"]))
}
