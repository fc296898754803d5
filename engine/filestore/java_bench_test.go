package filestore_test

import (
	"context"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/judge"
	"laketop/engine/paimon/commit"
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
	query   string // reads all columns that Java touches
	columns []string
	rows    int
}

var breadths = []breadth{
	{"wide", wideFields, wideRow, wideQuery, nil, 5_000_000},
	{"narrow", []string{"id BIGINT NOT NULL", "n INT"}, "%s AS id, (hash(i) %% 1000)::INTEGER AS n", narrowQuery, []string{"id", "n"}, 10_000_000},
}

// BenchmarkRatioJavaRead is how often Laketop answers a query over a
// primary-key table, a tenth of it updated in three small runs, while Paimon
// Java's reader goes through the same rows once.
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
			theirs := func(b *testing.B) (time.Duration, time.Duration) {
				return java.TimeRead(b, t.name, judge.TimeRead{Columns: w.columns}).Last()
			}
			b.Run("warm", func(b *testing.B) {
				times(b, 7, func() {}, func() { t.run(b, w.query, w.columns) }, theirs)
			})
			b.Run("first", func(b *testing.B) {
				times(b, 5, func() { t.forget(b) }, func() { t.run(b, w.query, w.columns); t.stop() }, theirs)
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
// takes the rows from parquet files, Java from its memory.
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
			times(b, 5, func() {
				require.NoError(b, os.RemoveAll(filepath.Join(source.dir, "d.db", "ours")))
				java.Create(b, "ours", table)
			}, func() { source.fill(b, "ours", query) }, func(b *testing.B) (time.Duration, time.Duration) {
				return java.TimeWrite(b, "theirs", judge.TimeWrite{From: source.name}).Last()
			})
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

// fill writes the rows of a query to a table with keys and commits them.
func (l *lake) fill(b *testing.B, name, query string) {
	b.Helper()
	ctx := context.Background()
	table := l.table(name)
	s := filestore.New(l.conn, l.shared)
	w, err := s.Writer(table)
	require.NoError(b, err)
	added, _, err := w.WriteChanges(ctx, query, "")
	require.NoError(b, err)
	_, err = table.Commit(ctx, commit.Request{Added: added})
	require.NoError(b, err)
	require.NoError(b, s.Close(ctx))
}

// times runs both sides in turn and reports the median of how often ours goes
// into theirs; the first pair is left out. before runs before each of our turns
// and is not counted. Ours is clocked here, theirs tells what it took by the
// clock and by the processors.
func times(b *testing.B, pairs int, before, ours func(), theirs func(*testing.B) (time.Duration, time.Duration)) {
	b.Helper()
	var factors, cpus, own, others []float64
	for i := range pairs + 1 {
		before()
		begin, used := time.Now(), processorTime(b)
		ours()
		took, busy := time.Since(begin), processorTime(b)-used
		other, otherBusy := theirs(b)
		if i > 0 {
			factors, cpus = append(factors, other.Seconds()/took.Seconds()), append(cpus, otherBusy.Seconds()/busy.Seconds())
			own, others = append(own, took.Seconds()*1000), append(others, other.Seconds()*1000)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(factors), "x-java")
	b.ReportMetric(slices.Min(factors), "x-java-min")
	b.ReportMetric(slices.Max(factors), "x-java-max")
	b.ReportMetric(median(cpus), "cpu-x-java")
	b.ReportMetric(median(own), "ms-laketop")
	b.ReportMetric(median(others), "ms-java")
}

// processorTime is what this process has taken of the processors.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[len(x)/2] + x[(len(x)-1)/2]) / 2
}
