package session_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the baseline's own, unlocked DuckDB
	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/session"
	"laketop/sampledata"
)

// pairs is how often a benchmark runs both sides; the first pair warms up and
// is left out.
const pairs = 6

// ratio runs a and b in turn and reports the median of a's time by b's of the
// same pair, with the extremes.
func ratio(b *testing.B, a, base func()) {
	b.Helper()
	var ratios, as, bases []float64
	for i := range pairs {
		var ta, tb time.Duration
		if i%2 == 0 {
			ta, tb = clock(a), clock(base)
		} else {
			tb, ta = clock(base), clock(a)
		}
		if i == 0 {
			continue
		}
		ratios = append(ratios, ta.Seconds()/tb.Seconds())
		as, bases = append(as, ta.Seconds()), append(bases, tb.Seconds())
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(slices.Min(ratios), "ratio-min")
	b.ReportMetric(slices.Max(ratios), "ratio-max")
	b.ReportMetric(median(as), "s-laketop")
	b.ReportMetric(median(bases), "s-baseline")
}

func clock(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[len(x)/2] + x[(len(x)-1)/2]) / 2
}

// BenchmarkRatioETL is the notebook's ETL against testdata/baseline.sql: the
// same output by hand-written DuckDB text with native functions.
func BenchmarkRatioETL(b *testing.B) {
	source := b.TempDir()
	_, err := sampledata.Generate(context.Background(), source, sampledata.Options{}, nil)
	require.NoError(b, err)
	l := lakeAt(b, b.TempDir(), duck.Options{}, source)
	s := l.session(b)
	base := newBaseline(b, source)
	steps := map[string][2][]float64{}
	note := func(side int, name string, took time.Duration) {
		v := steps[name]
		v[side] = append(v[side], took.Seconds())
		steps[name] = v
	}
	ratio(b, func() {
		for _, c := range etlCells(b) {
			note(0, c.name, clock(func() { l.run(b, s, "spark", c.text, etlParams(source)) }))
		}
	}, func() {
		for _, st := range base.steps {
			note(1, st.name, clock(func() { base.run(b, st.text) }))
		}
	})
	for _, name := range etlTables {
		b.Logf("%-32s laketop %6.3f s  baseline %6.3f s  ratio %.2f", name, median(steps[name][0]), median(steps[name][1]), median(steps[name][0])/median(steps[name][1]))
	}
	sameRows(b, l, s, base)
}

// baseline is the ETL by hand on a DuckDB of its own.
type baseline struct {
	conn  *sql.Conn
	out   string
	steps []notebookCell
}

func newBaseline(tb testing.TB, source string) *baseline {
	tb.Helper()
	db, err := sql.Open("duckdb", "")
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	base := &baseline{out: tb.TempDir()}
	base.conn, err = db.Conn(context.Background())
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, base.conn.Close()) })
	data, err := os.ReadFile("testdata/baseline.sql")
	require.NoError(tb, err)
	text := strings.NewReplacer("${source}", source, "${out}", base.out).Replace(string(data))
	parts := strings.Split(text, "-- step ")
	base.run(tb, "SET memory_limit = '2GiB';"+parts[0])
	for _, p := range parts[1:] {
		name, text, _ := strings.Cut(p, "\n")
		base.steps = append(base.steps, notebookCell{name, text})
	}
	require.Len(tb, base.steps, len(etlTables))
	return base
}

func (base *baseline) run(tb testing.TB, text string) {
	tb.Helper()
	_, err := base.conn.ExecContext(context.Background(), text)
	require.NoError(tb, err)
}

// sameRows requires that both sides of the benchmark did the same work.
func sameRows(tb testing.TB, l *lake, s *session.Session, base *baseline) {
	tb.Helper()
	for _, name := range etlTables {
		files, err := filepath.Glob(filepath.Join(l.dir, "warehouse/game_db.db", name, "bucket-0/*.parquet"))
		require.NoError(tb, err)
		require.NotEmpty(tb, files)
		list := make([]string, len(files))
		for i, f := range files {
			list[i] = duck.Literal(f)
		}
		var differ int64
		query := fmt.Sprintf("SELECT count(*) FROM ((FROM read_parquet([%[1]s]) EXCEPT ALL FROM %[2]s) UNION ALL (FROM %[2]s EXCEPT ALL FROM read_parquet([%[1]s])))",
			strings.Join(list, ", "), duck.Literal(filepath.Join(base.out, name+".parquet")))
		require.NoError(tb, base.conn.QueryRowContext(context.Background(), query).Scan(&differ))
		require.Zero(tb, differ, name)
	}
}
