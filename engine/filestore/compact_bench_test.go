package filestore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/paimon/commit"
)

// BenchmarkFullCompaction compacts a base of five million wide rows and three
// small runs that change a tenth of it. duck is the time in which DuckDB reads
// and writes the same bytes; the ratio is to be at most 2.5.
func BenchmarkFullCompaction(b *testing.B) {
	for _, key := range []string{"bigint", "string"} {
		b.Run(key, func(b *testing.B) {
			for range b.N {
				fullCompaction(b, key, compactBenchRows)
			}
		})
	}
}

// compactBenchRows is how many rows the base has.
const compactBenchRows = 5_000_000

func fullCompaction(b *testing.B, key string, rows int) {
	b.StopTimer()
	ctx := context.Background()
	w := newWriting(b, duck.Options{MemoryLimitBytes: 4 << 30})
	shared := NewShared(w.db)
	defer func() { require.NoError(b, shared.Close()) }()
	w.create(b, "k", judge.Fields(b, "id "+map[string]string{"bigint": "BIGINT", "string": "STRING"}[key]+" NOT NULL", "name STRING", "city STRING", "amount DOUBLE", "n INT", "at TIMESTAMP(6)", "note STRING", "flag BOOLEAN"),
		[]string{"id"}, nil, map[string]string{"bucket": "1"})
	id := "i"
	if key == "string" {
		id = "'key' || lpad(i::VARCHAR, 12, '0')"
	}
	query := func(from string, version int) string {
		return fmt.Sprintf("SELECT %s AS id, 'name' || (hash(i) %% 100000) AS name, 'city' || (i %% 300) AS city, (hash(i + %d) %% 100000) / 100.0 AS amount, (i %% 1000)::INTEGER AS n, TIMESTAMP '2024-01-01' + to_seconds(i %% 9999999) AS at, 'note ' || (hash(i, 7) %% 1000) AS note, i %% 3 = 0 AS flag FROM %s", id, version, from)
	}
	table := w.table(b, "k")
	writer, err := New(w.conn, shared).Writer(table)
	require.NoError(b, err)
	base, err := writer.writeRun(ctx, "(SELECT *, 0::BIGINT AS _SEQUENCE_NUMBER, 0::TINYINT AS _VALUE_KIND FROM ("+query(fmt.Sprintf("range(%d) t(i)", rows), 0)+"))", nil, 0, 1, 5, false)
	require.NoError(b, err)
	_, err = table.Commit(ctx, commit.Request{Added: base})
	require.NoError(b, err)
	for run := range 3 {
		w.write(b, "k", query(fmt.Sprintf("(SELECT (hash(r, %d) %% %d)::BIGINT AS i FROM range(%d) t(r) GROUP BY 1)", run, rows+rows/100, rows/30), run+1), "")
	}
	var paths []string
	for _, e := range w.live(b, "k") {
		paths = append(paths, duck.Literal(filepath.Join(w.dir, "d.db", "k", "bucket-0", e.File.FileName)))
	}
	read := "read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning=false)"
	_, _, err = w.conn.Rows(ctx, "SELECT count(COLUMNS(*)) FROM "+read)
	require.NoError(b, err)
	began := time.Now()
	_, err = w.conn.Copy(ctx, "SELECT * FROM "+read, filepath.Join(w.dir, "copy.parquet"), "")
	require.NoError(b, err)
	duckTime := time.Since(began)
	b.StartTimer()
	began = time.Now()
	store := New(w.conn, shared)
	out, err := store.Compact(ctx, table, CompactOptions{Full: true, Now: time.Now()})
	require.NoError(b, err)
	require.NoError(b, store.Close(ctx))
	took := time.Since(began)
	b.StopTimer()
	require.NotNil(b, out.Snapshot)
	b.ReportMetric(took.Seconds()/duckTime.Seconds(), "x-duck")
	b.ReportMetric(duckTime.Seconds(), "duck-s")
	b.ReportMetric(float64(len(out.Written)), "files")
}

// BenchmarkLookupWrite writes half a million changes to a table of five million
// rows, with and without a changelog that is looked up; the ratio is to be at
// most 2.5.
func BenchmarkLookupWrite(b *testing.B) {
	for range b.N {
		b.StopTimer()
		var took [2]time.Duration
		for i, producer := range []string{"none", "lookup"} {
			took[i] = lookupWrite(b, producer, 5_000_000, 500_000)
		}
		b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "x-none")
		b.ReportMetric(took[0].Seconds(), "none-s")
		b.StartTimer()
	}
}

func lookupWrite(b *testing.B, producer string, rows, changes int) time.Duration {
	ctx := context.Background()
	w := newWriting(b, duck.Options{MemoryLimitBytes: 4 << 30})
	shared := NewShared(w.db)
	defer func() { require.NoError(b, shared.Close()) }()
	w.create(b, "k", judge.Fields(b, "id BIGINT NOT NULL", "name STRING", "city STRING", "amount DOUBLE", "n INT", "at TIMESTAMP(6)"),
		[]string{"id"}, nil, map[string]string{"bucket": "1", "changelog-producer": producer})
	query := func(from string, version int) string {
		return fmt.Sprintf("SELECT i AS id, 'name' || (hash(i) %% 100000) AS name, 'city' || (i %% 300) AS city, (hash(i + %d) %% 100000) / 100.0 AS amount, (i %% 1000)::INTEGER AS n, TIMESTAMP '2024-01-01' + to_seconds(i %% 9999999) AS at FROM %s", version, from)
	}
	table := w.table(b, "k")
	writer, err := New(w.conn, shared).Writer(table)
	require.NoError(b, err)
	base, err := writer.writeRun(ctx, "(SELECT *, 0::BIGINT AS _SEQUENCE_NUMBER, 0::TINYINT AS _VALUE_KIND FROM ("+query(fmt.Sprintf("range(%d) t(i)", rows), 0)+"))", nil, 0, 1, 5, false)
	require.NoError(b, err)
	_, err = table.Commit(ctx, commit.Request{Added: base})
	require.NoError(b, err)
	began := time.Now()
	w.write(b, "k", query(fmt.Sprintf("(SELECT (hash(r) %% %d)::BIGINT AS i FROM range(%d) t(r) GROUP BY 1)", rows+rows/100, changes), 1), "")
	store := New(w.conn, shared)
	_, err = store.Compact(ctx, table, CompactOptions{Now: time.Now()})
	require.NoError(b, err)
	require.NoError(b, store.Close(ctx))
	return time.Since(began)
}
