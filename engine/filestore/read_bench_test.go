package filestore_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/bench"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// benchRows is how many rows a table of the benchmarks holds: LAKETOP_BENCH_ROWS
// in place of the figure of docs/benchmarks.md.
func benchRows(rows int) int {
	if n, err := strconv.Atoi(os.Getenv("LAKETOP_BENCH_ROWS")); err == nil {
		return n
	}
	return rows
}

// benchTable is a table that is written to be read.
type benchTable struct {
	*lake
	name string
	rows int
	row  string // select list over range(i): one row for each i
}

var wideFields = []string{"id BIGINT NOT NULL", "kind STRING", "ts TIMESTAMP(6)", "price DECIMAL(12, 2)", "n INT", "city STRING", "score DOUBLE", "flag BOOLEAN", "note STRING", "m BIGINT"}

const (
	wideRow = "%s AS id, 'kind-' || (i %% 20) AS kind, TIMESTAMP '2026-01-01' + to_milliseconds(i * 37) AS ts, (i %% 1000000 / 100)::DECIMAL(12, 2) AS price, " +
		"(hash(i) %% 1000)::INTEGER AS n, 'city ' || (hash(i) %% 300) AS city, (hash(i + 1) %% 1000000) / 7.0 AS score, i %% 3 = 0 AS flag, 'note ' || (hash(i) %% 100000) AS note, (hash(i + 2) %% 1000000)::BIGINT AS m"
	wideQuery   = "SELECT count(*), max(kind), max(ts), sum(price), sum(n), max(city), sum(score), count_if(flag), max(note), sum(m), sum(id) FROM %s"
	narrowQuery = "SELECT sum(id), sum(n) FROM %s"
)

// benchKeys are kinds of primary keys for wide rows.
var benchKeys = []struct {
	name    string
	fields  []string
	row     string
	primary []string
}{
	{"bigint", wideFields, wideRow, []string{"id"}},
	{"string", slices.Concat(wideFields, []string{"k STRING NOT NULL"}), wideRow + ", 'key-' || lpad(i::VARCHAR, 10, '0') AS k", []string{"k"}},
	{"two", slices.Concat(wideFields, []string{"k STRING NOT NULL", "j INT NOT NULL"}), wideRow + ", 'key-' || (i %% 1000) AS k, (i // 1000)::INTEGER AS j", []string{"k", "j"}},
}

func newBenchTable(b *testing.B, name string, fields []string, row string, rows int, primary []string, options map[string]string) *benchTable {
	b.Helper()
	t := &benchTable{lake: newLake(b), name: name, rows: rows, row: row}
	var list []datatype.Field
	for _, f := range fields {
		n, typ, _ := strings.Cut(f, " ")
		dt, err := datatype.Parse(typ)
		require.NoError(b, err)
		list = append(list, datatype.NewField(n, dt))
	}
	if options["bucket"] == "" {
		options["bucket"] = "1"
	}
	sch, err := schema.New(list, nil, primary, options, "", 0)
	require.NoError(b, err)
	require.NoError(b, schema.NewManager(t.env.IO, "d.db/"+name).Create(context.Background(), sch))
	return t
}

// write commits rows i of range(from, to, step).
func (t *benchTable) write(b *testing.B, from, to, step int, id string) {
	b.Helper()
	ctx := context.Background()
	table := t.table(t.name)
	s := filestore.New(t.conn, t.shared)
	w, err := s.Writer(table)
	require.NoError(b, err)
	r, err := w.Write(ctx, fmt.Sprintf("SELECT "+t.row+" FROM range(%d, %d, %d) r(i)", id, from, to, step))
	require.NoError(b, err)
	_, err = table.Commit(ctx, commit.Request{Added: r.Added})
	require.NoError(b, err)
	require.NoError(b, s.Close(ctx))
}

// churn updates a tenth of the table in three small runs.
func (t *benchTable) churn(b *testing.B) {
	for k := range 3 {
		t.write(b, k, t.rows, 30, "i")
	}
}

// run answers a query over the table as a session does.
func (t *benchTable) run(b *testing.B, query string, columns []string, filter ...scan.Predicate) {
	b.Helper()
	ctx := context.Background()
	table := t.table(t.name)
	plan, err := table.Plan(ctx, scan.Options{}, filter...)
	require.NoError(b, err)
	s := filestore.New(t.conn, t.shared)
	from, err := s.Read(ctx, table, plan, columns)
	require.NoError(b, err)
	_, _, err = t.conn.Rows(ctx, fmt.Sprintf(query, from))
	require.NoError(b, err)
	require.NoError(b, s.Close(ctx))
}

// plain answers it over the same files without a lake.
func (t *benchTable) plain(b *testing.B, query string) func() {
	b.Helper()
	plan, err := t.table(t.name).Plan(context.Background(), scan.Options{})
	require.NoError(b, err)
	var paths []string
	for _, f := range plan.Files {
		paths = append(paths, duck.Literal(t.dir+"/"+f.Path))
	}
	text := fmt.Sprintf(query, "read_parquet(["+strings.Join(paths, ", ")+"])")
	return func() {
		_, _, err := t.conn.Rows(context.Background(), text)
		require.NoError(b, err)
	}
}

// forget makes the next query cold.
func (t *benchTable) forget(b *testing.B) {
	require.NoError(b, t.shared.Wait())
	t.shared.Forget()
}

// BenchmarkRatioRead is reading primary-key tables against read_parquet of the
// same files: a tenth updated in three small runs, or nothing to merge.
func BenchmarkRatioRead(b *testing.B) {
	const pairs = 9
	narrow := []string{"id", "n"}
	for _, key := range benchKeys {
		b.Run(key.name, func(b *testing.B) {
			t := newBenchTable(b, "t", key.fields, key.row, benchRows(5_000_000), key.primary, map[string]string{})
			t.write(b, 0, t.rows, 1, "i")
			if key.name == "bigint" {
				b.Run("raw", func(b *testing.B) {
					bench.Ratio(b, pairs, nil, func() { t.run(b, wideQuery, nil) }, t.plain(b, wideQuery))
				})
			}
			t.churn(b)
			cold := func(b *testing.B) {
				bench.Ratio(b, 5, func() { t.forget(b) }, func() { t.run(b, wideQuery, nil); t.stop() }, t.plain(b, wideQuery))
			}
			b.Run("first", cold)
			b.Run("build", func(b *testing.B) {
				bench.Ratio(b, 3, func() { t.forget(b) }, func() { t.run(b, narrowQuery, narrow); require.NoError(b, t.shared.Wait()) }, t.plain(b, wideQuery))
			})
			b.Run("wide", func(b *testing.B) {
				bench.Ratio(b, pairs, nil, func() { t.run(b, wideQuery, nil) }, t.plain(b, wideQuery))
			})
			b.Run("narrow", func(b *testing.B) {
				bench.Ratio(b, pairs, nil, func() { t.run(b, narrowQuery, narrow) }, t.plain(b, narrowQuery))
			})
			if key.name == "bigint" {
				point := wideQuery + " WHERE id = " + strconv.Itoa(t.rows/3)
				b.Run("point", func(b *testing.B) {
					bench.Ratio(b, 4*pairs, nil, func() { t.run(b, point, nil) }, t.plain(b, point))
				})
			}
		})
	}
}

// BenchmarkRatioReadMerged is the same for engines that make a new row of
// several.
func BenchmarkRatioReadMerged(b *testing.B) {
	for name, options := range map[string]map[string]string{
		"partial-update": {"merge-engine": "partial-update"},
		"aggregation":    {"merge-engine": "aggregation", "fields.n.aggregate-function": "sum", "fields.m.aggregate-function": "sum", "fields.score.aggregate-function": "max"},
	} {
		b.Run(name, func(b *testing.B) {
			t := newBenchTable(b, "t", wideFields, wideRow, benchRows(5_000_000), []string{"id"}, options)
			t.write(b, 0, t.rows, 1, "i")
			t.churn(b)
			b.Run("first", func(b *testing.B) {
				bench.Ratio(b, 3, func() { t.forget(b) }, func() { t.run(b, wideQuery, nil); t.stop() }, t.plain(b, wideQuery))
			})
			b.Run("build", func(b *testing.B) {
				bench.Ratio(b, 3, func() { t.forget(b) }, func() { t.run(b, narrowQuery, []string{"id", "n"}); require.NoError(b, t.shared.Wait()) }, t.plain(b, wideQuery))
			})
			b.Run("wide", func(b *testing.B) {
				bench.Ratio(b, 9, nil, func() { t.run(b, wideQuery, nil) }, t.plain(b, wideQuery))
			})
		})
	}
}

// stop ends what is built behind a query: the next turn shall not share the
// machine with it.
func (t *benchTable) stop() { t.shared.Stop() }

// BenchmarkRatioReadVectors is an append table with deletion vectors over a
// hundredth of its rows.
func BenchmarkRatioReadVectors(b *testing.B) {
	t := newBenchTable(b, "t", wideFields, wideRow, benchRows(5_000_000), nil, map[string]string{"bucket": "-1", "deletion-vectors.enabled": "true"})
	t.write(b, 0, t.rows, 1, "i")
	t.erase(t.name, func(_ int, row int64) bool { return row%100 == 42 })
	bench.Ratio(b, 9, nil, func() { t.run(b, wideQuery, nil) }, t.plain(b, wideQuery))
}
