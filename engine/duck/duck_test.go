package duck_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/problem"
)

func open(t *testing.T, opt duck.Options) *duck.DB {
	t.Helper()
	db, err := duck.Open(context.Background(), opt)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func connect(t *testing.T, db *duck.DB) *duck.Conn {
	t.Helper()
	c, err := db.Conn(context.Background(), duck.Settings{TimeZone: "Asia/Shanghai", Lenient: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestCancelAnswersAtOnceAndLeavesTheConnectionUsable(t *testing.T) {
	conn := connect(t, open(t, duck.Options{}))
	ctx, cancel := context.WithCancel(context.Background())
	var cancelled time.Time
	go func() {
		time.Sleep(100 * time.Millisecond)
		cancelled = time.Now()
		cancel()
	}()
	err := conn.Exec(ctx, "SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 7")
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(cancelled), 400*time.Millisecond, "the driver's own interrupt answers after 500 ms")
	rows, _, err := conn.Rows(context.Background(), "SELECT 1")
	require.NoError(t, err)
	require.Len(t, rows, 1)
}

func TestSettingsOfASession(t *testing.T) {
	conn := connect(t, open(t, duck.Options{}))
	rows, _, err := conn.Rows(context.Background(), "SELECT strftime(to_timestamp(0), '%H'), 1/0, DATE '2024-01-01' = '2024-01-01'")
	require.NoError(t, err)
	require.Equal(t, []any{"08", nil, true}, rows[0])
}

// TestFirstRowOfAKey holds the optimizer away that answers 'old' here.
func TestFirstRowOfAKey(t *testing.T) {
	conn := connect(t, open(t, duck.Options{}))
	rows, _, err := conn.Rows(context.Background(), `SELECT v FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY d DESC NULLS LAST) AS rn
		FROM (VALUES (1, 'undated', NULL), (1, 'new', 5), (1, 'mid', 4), (1, 'old', 3)) t(k, v, d)) WHERE rn = 1`)
	require.NoError(t, err)
	require.Equal(t, [][]any{{"new"}}, rows)
}

func TestCopySaysWhatItWrote(t *testing.T) {
	dir := t.TempDir()
	conn := connect(t, open(t, duck.Options{Roots: []string{dir}}))
	files, err := conn.Copy(context.Background(), "SELECT range AS a, range % 3 AS p FROM range(10)", filepath.Join(dir, "out"), "PARTITION_BY (p), WRITE_PARTITION_COLUMNS false")
	require.NoError(t, err)
	require.Len(t, files, 3)
	var total int64
	for _, f := range files {
		total += f.Rows
		info, err := os.Stat(f.Path)
		require.NoError(t, err)
		require.Equal(t, info.Size(), f.SizeBytes)
		require.Contains(t, f.Keys, "p")
	}
	require.EqualValues(t, 10, total)
}

func TestMemoryLimitSpillsInsteadOfFailing(t *testing.T) {
	conn := connect(t, open(t, duck.Options{MemoryLimitBytes: 128 << 20, Threads: 2}))
	rows, _, err := conn.Rows(context.Background(), "SELECT count(*) FROM (SELECT a.range % 3000000 AS k, count(*) FROM range(6000000) a GROUP BY k)")
	require.NoError(t, err)
	require.EqualValues(t, 3_000_000, rows[0][0])
}

func pageRows(t *testing.T, page []byte) (names []string, first any, n int64) {
	t.Helper()
	r, err := ipc.NewReader(bytes.NewReader(page))
	require.NoError(t, err)
	defer r.Release()
	for _, f := range r.Schema().Fields() {
		names = append(names, f.Name)
	}
	for r.Next() {
		b := r.RecordBatch()
		if n == 0 && b.NumRows() > 0 {
			first = b.Column(0).GetOneForMarshal(0)
		}
		n += b.NumRows()
	}
	require.NoError(t, r.Err())
	return names, first, n
}

func TestStorePagesSortsAndExports(t *testing.T) {
	ctx := context.Background()
	db := open(t, duck.Options{})
	conn, store := connect(t, db), db.Results()
	r, err := store.Keep(ctx, conn, "SELECT 999 - range AS a, 'x' || range AS s, CASE WHEN range % 2 = 0 THEN '' END AS e FROM range(1000)", nil)
	require.NoError(t, err)
	require.EqualValues(t, 1000, r.Rows)
	require.Equal(t, "BIGINT", r.Columns[0].Type.String())

	for name, tc := range map[string]struct {
		offset int64
		limit  int
		sort   string
		first  any
		n      int64
	}{
		"first page":       {0, 10, "", int64(999), 10},
		"middle":           {500, 10, "", int64(499), 10},
		"past the end":     {995, 10, "", int64(4), 5},
		"beyond":           {2000, 10, "", nil, 0},
		"sorted":           {0, 3, "a", int64(0), 3},
		"sorted, descends": {1, 3, "-a", int64(998), 3},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := store.Page(ctx, r.ID, tc.offset, tc.limit, tc.sort)
			require.NoError(t, err)
			names, first, n := pageRows(t, page)
			require.Equal(t, []string{"a", "s", "e"}, names)
			require.Equal(t, tc.first, first)
			require.Equal(t, tc.n, n)
		})
	}
	var csv bytes.Buffer
	require.NoError(t, store.Export(ctx, r.ID, "csv", &csv))
	require.Equal(t, "a,s,e\n999,x0,\"\"\n998,x1,\n", csv.String()[:len("a,s,e\n999,x0,\"\"\n998,x1,\n")])

	instant, err := store.Keep(ctx, conn, "SELECT to_timestamp(0) AS ts", nil)
	require.NoError(t, err)
	csv.Reset()
	require.NoError(t, store.Export(ctx, instant.ID, "csv", &csv))
	require.Equal(t, "ts\n1970-01-01 08:00:00+08\n", csv.String())

	require.NoError(t, store.Drop(ctx, r.ID))
	_, err = store.Page(ctx, r.ID, 0, 1, "")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "result.gone", p.Code)
}

func TestAPageIsBoundedInBytes(t *testing.T) {
	ctx := context.Background()
	db := open(t, duck.Options{})
	r, err := db.Results().Keep(ctx, connect(t, db), "SELECT repeat('x', 10000) AS s FROM range(5000)", nil)
	require.NoError(t, err)
	page, err := db.Results().Page(ctx, r.ID, 0, 5000, "")
	require.NoError(t, err)
	_, _, n := pageRows(t, page)
	require.Less(t, n, int64(5000))
	require.Positive(t, n)
}

func TestOldResultsMakeRoomForNewOnes(t *testing.T) {
	ctx := context.Background()
	db := open(t, duck.Options{ResultLimitBytes: 1 << 20})
	conn := connect(t, db)
	var ids []string
	for i := range 4 {
		r, err := db.Results().Keep(ctx, conn, fmt.Sprintf("SELECT range + %d AS a FROM range(60000)", i), nil)
		require.NoError(t, err)
		ids = append(ids, r.ID)
	}
	_, err := db.Results().Get(ids[0])
	require.Error(t, err)
	_, err = db.Results().Get(ids[3])
	require.NoError(t, err)
}

func TestProfile(t *testing.T) {
	ctx := context.Background()
	db := open(t, duck.Options{})
	r, err := db.Results().Keep(ctx, connect(t, db), `SELECT CASE WHEN range % 10 = 0 THEN NULL ELSE range END AS n, 'k' || (range % 3) AS t,
		DATE '2026-01-01' + range::INT AS d, [range] AS l, 7 AS one, 'NaN'::DOUBLE AS nan FROM range(100)`, nil)
	require.NoError(t, err)
	profiles, err := db.Results().Profile(ctx, r.ID)
	require.NoError(t, err)
	byName := map[string]duck.Profile{}
	for _, p := range profiles {
		byName[p.Name] = p
	}
	require.EqualValues(t, 10, byName["n"].Nulls)
	require.EqualValues(t, 90, byName["n"].Distinct)
	require.Len(t, byName["n"].Bins, 12)
	require.Len(t, byName["n"].Quantiles, 4)
	require.Equal(t, []duck.Bin{{Label: "k0", Count: 34}, {Label: "k1", Count: 33}, {Label: "k2", Count: 33}}, byName["t"].Bins)
	require.Equal(t, "2026-01-01", *byName["d"].Min)
	require.Len(t, byName["d"].Bins, 12)
	require.Empty(t, byName["l"].Bins)
	require.Equal(t, []duck.Bin{{Label: "7", Count: 100}}, byName["one"].Bins)
}

func TestChartTable(t *testing.T) {
	ctx := context.Background()
	db := open(t, duck.Options{})
	conn := connect(t, db)
	r, err := db.Results().Keep(ctx, conn, "SELECT DATE '2026-11-21' AS d, to_timestamp(0) AS ts, 1.50::DECIMAL(10,2) AS x, 3 AS n, 'inf'::DOUBLE AS i, '广东' AS s", nil)
	require.NoError(t, err)
	table, err := db.Results().ChartTable(ctx, conn, r.ID, duck.ChartRows)
	require.NoError(t, err)
	var values []any
	var kinds []string
	for _, c := range table.Columns {
		values, kinds = append(values, c.Values[0]), append(kinds, c.Kind)
	}
	require.Equal(t, []any{"2026-11-21", "1970-01-01T08:00:00", 1.5, int64(3), nil, "广东"}, values)
	require.Equal(t, []string{"date", "timestamp", "decimal", "integer", "float", "text"}, kinds)
}

func TestErrorOfACallbackEndsTheQuery(t *testing.T) {
	conn := connect(t, open(t, duck.Options{}))
	stop := errors.New("enough")
	err := conn.Query(context.Background(), "SELECT * FROM range(1000000)", func(*arrow.Schema, arrow.RecordBatch) error { return stop })
	require.ErrorIs(t, err, stop)
	require.NoError(t, conn.Exec(context.Background(), "SELECT 1"))
}
