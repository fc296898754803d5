package session_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the baseline's own, unlocked DuckDB
	"github.com/stretchr/testify/require"

	"laketop/engine/bench"
	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/session"
	"laketop/sampledata"
)

func clock(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
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
	bench.Ratio(b, 7, nil, func() {
		for _, c := range etlCells(b) {
			note(0, c.name, clock(func() { l.run(b, s, "spark", c.text, etlParams(source)) }))
		}
	}, func() {
		for _, st := range base.steps {
			note(1, st.name, clock(func() { base.run(b, st.text) }))
		}
	})
	for _, name := range etlTables {
		b.Logf("%-32s laketop %6.3f s  baseline %6.3f s  ratio %.2f", name, bench.Median(steps[name][0]), bench.Median(steps[name][1]), bench.Median(steps[name][0])/bench.Median(steps[name][1]))
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

// BenchmarkRatioScan is a query over a table of thirty-two million rows against the
// same query over read_parquet of the same files.
func BenchmarkRatioScan(b *testing.B) {
	source := b.TempDir()
	_, err := sampledata.Generate(context.Background(), source, sampledata.Options{}, nil)
	require.NoError(b, err)
	l := lakeAt(b, b.TempDir(), duck.Options{}, source)
	s := l.session(b)
	l.etl(b, s, source)
	l.run(b, s, "spark", "CREATE TABLE game_db.big AS SELECT * FROM game_db.dwd_user_event", nil)
	for range 5 {
		l.run(b, s, "spark", "INSERT INTO game_db.big SELECT * FROM game_db.big", nil)
	}
	const query = "SELECT event_type, device_type, count(*) AS n, sum(amount) AS amount, min(event_ts) AS first, max(event_ts) AS last, min(location) AS a, max(location) AS z, max(gender) AS g FROM %s GROUP BY event_type, device_type"
	files, err := filepath.Glob(filepath.Join(l.dir, "warehouse/game_db.db/big/bucket-0/*.parquet"))
	require.NoError(b, err)
	for i, f := range files {
		files[i] = duck.Literal(f)
	}
	raw, err := l.db.Conn(context.Background(), duck.Settings{TimeZone: zone, Lenient: true})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, raw.Close()) })
	var rows int64
	bench.Ratio(b, 11, nil, func() {
		rows = l.run(b, s, "spark", fmt.Sprintf(query, "game_db.big"), nil)[0].Result.Rows
	}, func() {
		_, err := l.db.Results().Keep(context.Background(), raw, fmt.Sprintf(query, "read_parquet(["+strings.Join(files, ", ")+"])"), nil)
		require.NoError(b, err)
	})
	require.Positive(b, rows)
	b.Logf("%s rows, %d files", l.lines(b, s, "spark", "SELECT count(*) FROM game_db.big")[0], len(files))
}

// seedSteps are the statements that oracle.py bench gives to Spark: two raw
// tables, then the seeds 000-2 and 000-3 as they are.
func seedSteps(tb testing.TB, source string) string {
	tb.Helper()
	text := "CREATE DATABASE IF NOT EXISTS game_db;\n"
	for _, f := range []string{"user_profile", "user_event"} {
		text += fmt.Sprintf("DROP TABLE IF EXISTS game_db.ods_%[1]s;\nCREATE TABLE game_db.ods_%[1]s USING paimon AS SELECT * FROM parquet.`%[2]s/%[1]s/*.parquet`;\n", f, source)
	}
	for _, name := range []string{"000-2-dwd.spark.sql", "000-3-ads.spark.sql"} {
		data, err := os.ReadFile(filepath.Join(seedsDir(), name))
		require.NoError(tb, err)
		text += string(data) + "\n;\n"
	}
	return text
}

// BenchmarkRatioSpark is the time of real Spark with Paimon tables for the
// seeds' ETL by Laketop's, each in a process of its own: with the start of both,
// and warm.
func BenchmarkRatioSpark(b *testing.B) {
	if seedsDir() == "" {
		b.Skip("the seeds are not beside this checkout: set LAKETOP_SEEDS")
	}
	source := b.TempDir()
	_, err := sampledata.Generate(context.Background(), source, sampledata.Options{}, nil)
	require.NoError(b, err)
	sql := filepath.Join(b.TempDir(), "etl.sql")
	require.NoError(b, os.WriteFile(sql, []byte(seedSteps(b, source)), 0o600))
	var with, warm, cold, spark, sparkWarm []float64
	for range 3 {
		whole, runs := sqlChild(b, b.TempDir(), source, sql, 3)
		cold = append(cold, whole-runs[1]-runs[2])
		warm = append(warm, bench.Median(runs[1:]))
		python, connector := judge.SparkPaimon()
		out, err := exec.Command(python, "testdata/oracle.py", "bench", source, "--runs", "3", "--seeds", seedsDir(), "--paimon", connector).Output()
		require.NoError(b, err, "Spark with Paimon is missing: make judges")
		var took struct {
			With float64   `json:"with_startup_s"`
			Warm []float64 `json:"warm_s"`
		}
		require.NoError(b, json.Unmarshal(out, &took))
		spark, sparkWarm = append(spark, took.With), append(sparkWarm, bench.Median(took.Warm))
		with = append(with, took.With/cold[len(cold)-1])
		b.Logf("spark %.1f s with its start, %.1f s warm; laketop %.2f s with its start, %.2f s warm", took.With, bench.Median(took.Warm), cold[len(cold)-1], warm[len(warm)-1])
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(bench.Median(with), "x-with-start")
	b.ReportMetric(bench.Median(sparkWarm)/bench.Median(warm), "x-warm")
	b.ReportMetric(bench.Median(spark), "s-spark")
	b.ReportMetric(bench.Median(cold), "s-laketop")
}

// sqlChild runs a file of statements several times in a process of its own and
// returns the seconds of the whole process and of each run.
func sqlChild(tb testing.TB, dir, source, sql string, runs int) (whole float64, each []float64) {
	tb.Helper()
	exe, err := os.Executable()
	require.NoError(tb, err)
	cmd := exec.Command(exe, "-test.run=^TestSQLChild$")
	cmd.Env = append(os.Environ(), childDir+"="+dir, childSource+"="+source, childSQL+"="+sql, childRuns+"="+strconv.Itoa(runs))
	begin := time.Now()
	out, err := cmd.Output()
	whole = time.Since(begin).Seconds()
	require.NoError(tb, err, "%s", out)
	for _, line := range strings.Split(string(out), "\n") {
		if text, ok := strings.CutPrefix(line, "run_s "); ok {
			s, err := strconv.ParseFloat(text, 64)
			require.NoError(tb, err)
			each = append(each, s)
		}
	}
	require.Len(tb, each, runs)
	return whole, each
}

const (
	childSQL  = "LAKETOP_PROOF_SQL"
	childRuns = "LAKETOP_PROOF_RUNS"
)

// TestSQLChild is the body of a child process; alone it does nothing.
func TestSQLChild(t *testing.T) {
	sql := os.Getenv(childSQL)
	if sql == "" {
		return
	}
	text, err := os.ReadFile(sql)
	require.NoError(t, err)
	runs, err := strconv.Atoi(os.Getenv(childRuns))
	require.NoError(t, err)
	l := lakeAt(t, os.Getenv(childDir), duck.Options{}, os.Getenv(childSource))
	s := l.session(t)
	for range runs {
		fmt.Printf("run_s %.3f\n", clock(func() { l.run(t, s, "spark", string(text), nil) }).Seconds())
	}
}

// BenchmarkRatioPeakMemory is the most memory that a process with the whole ETL
// over a million events holds, by a gigabyte.
func BenchmarkRatioPeakMemory(b *testing.B) {
	source := b.TempDir()
	_, err := sampledata.Generate(context.Background(), source, sampledata.Options{}, nil)
	require.NoError(b, err)
	var peaks []float64
	for range 3 {
		cmd, out := child(b, b.TempDir(), source)
		var kib float64
		for out.Scan() {
			if text, ok := strings.CutPrefix(out.Text(), "peak_kib "); ok {
				kib, err = strconv.ParseFloat(text, 64)
				require.NoError(b, err)
			}
		}
		require.NoError(b, cmd.Wait())
		require.Positive(b, kib)
		peaks = append(peaks, kib*1024/1e9)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(bench.Median(peaks), "ratio")
	b.ReportMetric(slices.Max(peaks), "ratio-max")
}
