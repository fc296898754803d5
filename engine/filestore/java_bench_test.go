package filestore_test

import (
	"context"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/bench"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/judge"
	"laketop/engine/paimon/scan"
)

// javaBuckets is how many buckets the tables have that are measured against
// Java: Java shares out buckets among threads, and one thread alone would be
// measured over one bucket.
const javaBuckets = "4"

// breadth is a kind of rows that is measured against Java.
type breadth struct {
	name    string
	fields  []string
	row     string // of benchTable
	query   string // what Java's timed read does: a sum over each column
	columns []string
	rows    int
}

// touchQuery sums what the judge's timed read does: numbers, bytes of texts,
// milliseconds of moments.
const touchQuery = "SELECT count(*), sum(id), sum(strlen(kind)), sum(epoch_ms(ts)), sum(price), sum(n), sum(strlen(city)), sum(score), count_if(flag), sum(strlen(note)), sum(m) FROM %s"

var breadths = []breadth{
	{"wide", wideFields, wideRow, touchQuery, nil, 5_000_000},
	{"narrow", []string{"id BIGINT NOT NULL", "n INT"}, "%s AS id, (hash(i) %% 1000)::INTEGER AS n", narrowQuery, []string{"id", "n"}, 10_000_000},
}

// BenchmarkRatioJavaRead is how often Laketop answers a query over a
// primary-key table, a tenth of it updated in three small runs, while Paimon
// Java's reader goes through the same rows once and sums the same, with as many
// threads as processors or alone, with one. The floor is read_parquet of the same
// files.
func BenchmarkRatioJavaRead(b *testing.B) {
	for _, w := range breadths {
		b.Run(w.name, func(b *testing.B) {
			t := newBenchTable(b, "t", w.fields, w.row, benchRows(w.rows), []string{"id"}, map[string]string{"bucket": javaBuckets})
			t.write(b, 0, t.rows, 1, "i")
			t.churn(b)
			java := judge.JavaServer(b).At(t.dir, "d")
			warm := java.TimeRead(b, t.name, judge.TimeRead{Columns: w.columns, Warm: true})
			require.EqualValues(b, t.rows, warm.Count)
			require.Equal(b, warm.Sum, t.sum(b, t.name), "both read the same")
			theirs := func(threads int) func() bench.Spent {
				return func() bench.Spent {
					return last(java.TimeRead(b, t.name, judge.TimeRead{Columns: w.columns, Threads: threads}))
				}
			}
			b.Run("warm", func(b *testing.B) {
				times(b, 7, func() {}, func() { t.run(b, w.query, w.columns) }, t.plain(b, w.query), theirs(0))
			})
			b.Run("alone", func(b *testing.B) {
				times(b, 5, func() {}, func() { t.run(b, w.query, w.columns) }, nil, theirs(1))
			})
			b.Run("first", func(b *testing.B) {
				times(b, 5, func() { t.forget(b) }, func() { t.run(b, w.query, w.columns); t.stop() }, nil, theirs(0))
			})
		})
	}
}

// sum is over the BIGINT columns of a table, as Java's reader sums them.
func (l *lake) sum(b *testing.B, name string) int64 {
	b.Helper()
	ctx := context.Background()
	table := l.table(name)
	plan, err := table.Plan(ctx, scan.Options{})
	require.NoError(b, err)
	s := filestore.New(l.conn, l.shared)
	from, err := s.Read(ctx, table, plan, nil)
	require.NoError(b, err)
	var sums []string
	for _, f := range plan.Schema.Fields {
		if f.Type.Kind == datatype.BigInt {
			sums = append(sums, "sum("+f.Name+")")
		}
	}
	// in 128 bits, of which the lower ones are Java's sum
	rows, _, err := l.conn.Rows(ctx, "SELECT CAST("+strings.Join(sums, " + ")+" AS VARCHAR) FROM "+from)
	require.NoError(b, err)
	require.NoError(b, s.Close(ctx))
	whole, ok := new(big.Int).SetString(rows[0][0].(string), 10)
	require.True(b, ok)
	return int64(whole.And(whole, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
}

// BenchmarkRatioJavaWrite is how often Laketop writes and commits rows to an
// empty primary-key table while Paimon Java's writer does it once. Laketop
// takes the rows from parquet files, Java from its memory. The floor is DuckDB's
// COPY ... ORDER BY of the same rows to one file. Java writes with as many threads
// as processors or alone, with one.
func BenchmarkRatioJavaWrite(b *testing.B) {
	for _, w := range breadths {
		b.Run(w.name, func(b *testing.B) {
			source := newBenchTable(b, "source", w.fields, w.row, benchRows(w.rows), nil, map[string]string{"bucket": "-1"})
			source.write(b, 0, source.rows, 1, "(hash(i) >> 1)::BIGINT")
			java := judge.JavaServer(b).At(source.dir, "d")
			table := judge.Table{Fields: judge.Fields(b, w.fields...), Primary: []string{"id"}, Options: map[string]string{"bucket": javaBuckets, "write-only": "true"}}
			java.Create(b, "theirs", table)
			warm := java.TimeWrite(b, "theirs", judge.TimeWrite{From: source.name, Warm: true})
			require.EqualValues(b, source.rows, warm.Count)
			query := "SELECT * FROM " + source.files(b)
			empty := func() {
				require.NoError(b, os.RemoveAll(filepath.Join(source.dir, "d.db", "ours")))
				java.Create(b, "ours", table)
			}
			ours := func() { source.put("ours", query, "") }
			theirs := func(threads int) func() bench.Spent {
				return func() bench.Spent {
					return last(java.TimeWrite(b, "theirs", judge.TimeWrite{From: source.name, Threads: threads}))
				}
			}
			b.Run("all", func(b *testing.B) {
				times(b, 5, empty, ours, func() {
					_, err := source.conn.Copy(context.Background(), query+" ORDER BY id", filepath.Join(source.dir, "copy.parquet"), "")
					require.NoError(b, err)
				}, theirs(0))
			})
			b.Run("alone", func(b *testing.B) { times(b, 3, empty, ours, nil, theirs(1)) })
			require.Equal(b, source.sum(b, "theirs"), source.sum(b, "ours"), "both wrote the same")
		})
	}
}

// files is the relation of a table's files as they are.
func (t *benchTable) files(b *testing.B) string {
	b.Helper()
	plan, err := t.table(t.name).Plan(context.Background(), scan.Options{})
	require.NoError(b, err)
	paths := make([]string, len(plan.Files))
	for i, f := range plan.Files {
		paths[i] = duck.Literal(t.dir + "/" + f.Path)
	}
	return "read_parquet([" + strings.Join(paths, ", ") + "])"
}

// last is a timing's last run.
func last(t judge.Timing) bench.Spent {
	clock, cpu := t.Last()
	return bench.Spent{Clock: clock, CPU: cpu}
}

// times runs the sides in turn and reports the median of how often ours goes
// into theirs, and how often floor does when there is one: what no writer or
// reader over DuckDB can do without. The first round is left out. before runs
// before each of our turns and is not counted.
func times(b *testing.B, rounds int, before, ours, floor func(), theirs func() bench.Spent) {
	b.Helper()
	metrics := map[string][]float64{}
	note := func(name string, x float64) { metrics[name] = append(metrics[name], x) }
	for i := range rounds + 1 {
		before()
		own, other := bench.Spend(b, ours), theirs()
		if i == 0 {
			continue
		}
		note("x-java", other.Clock.Seconds()/own.Clock.Seconds())
		note("cpu-x-java", other.CPU.Seconds()/own.CPU.Seconds())
		note("s-laketop", own.Clock.Seconds())
		note("s-java", other.Clock.Seconds())
		note("cpu-s-laketop", own.CPU.Seconds())
		note("cpu-s-java", other.CPU.Seconds())
		if floor != nil {
			least := bench.Spend(b, floor)
			note("x-floor", other.Clock.Seconds()/least.Clock.Seconds())
			note("cpu-x-floor", other.CPU.Seconds()/least.CPU.Seconds())
		}
	}
	b.ReportMetric(0, "ns/op")
	for name, x := range metrics {
		b.ReportMetric(bench.Median(x), name)
	}
	b.ReportMetric(slices.Min(metrics["x-java"]), "x-java-min")
	b.ReportMetric(slices.Max(metrics["x-java"]), "x-java-max")
}
