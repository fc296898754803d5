package filestore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/judge"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/soak"
)

// made makes a table without a judge.
func (l *lake) made(name string, primary, partition []string, options map[string]string, fields ...string) {
	l.t.Helper()
	sch, err := schema.New(judge.Fields(l.t, fields...), partition, primary, options, "", 0)
	require.NoError(l.t, err)
	require.NoError(l.t, schema.NewManager(l.env.IO, "d.db/"+name).Create(context.Background(), sch))
}

// put commits the rows of a query; kind names its column of row kinds.
func (l *lake) put(name, query, kind string) {
	l.t.Helper()
	ctx := context.Background()
	table := l.table(name)
	s := filestore.New(l.conn, l.shared)
	w, err := s.Writer(table)
	require.NoError(l.t, err)
	var names, items []string
	for _, f := range table.Schema().Fields {
		typ, err := f.Type.DuckDB()
		require.NoError(l.t, err)
		names, items = append(names, duck.Ident(f.Name)), append(items, fmt.Sprintf("CAST(%[1]s AS %[2]s) AS %[1]s", duck.Ident(f.Name), typ))
	}
	if kind != "" {
		names, items = append(names, kind), append(items, kind)
	}
	added, changelog, err := w.WriteChanges(ctx, "SELECT "+strings.Join(items, ", ")+" FROM ("+query+") q("+strings.Join(names, ", ")+")", kind)
	require.NoError(l.t, err)
	_, err = table.Commit(ctx, commit.Request{Added: added, Changelog: changelog})
	require.NoError(l.t, err)
	require.NoError(l.t, s.Close(ctx))
}

// plan is how DuckDB would run a query over a table.
func (l *lake) explain(name, text string) string {
	l.t.Helper()
	ctx := context.Background()
	table := l.table(name)
	plan, err := table.Plan(ctx, scan.Options{})
	require.NoError(l.t, err)
	s := filestore.New(l.conn, l.shared)
	from, err := s.Read(ctx, table, plan, nil)
	require.NoError(l.t, err)
	rows, _, err := l.conn.Rows(ctx, "EXPLAIN (FORMAT json) "+fmt.Sprintf(text, from))
	require.NoError(l.t, err)
	require.NoError(l.t, s.Close(ctx))
	return fmt.Sprint(rows[0][1])
}

// A condition on the key reaches the parquet reader in every branch, one on
// another column those whose rows stand as they are; what is read is what is
// asked for, and what the merge needs.
func TestConditionsReachTheFiles(t *testing.T) {
	for engine, cold := range map[string][2]int{"deduplicate": {2, 1}, "partial-update": {3, 1}} {
		t.Run(engine, func(t *testing.T) {
			l := newLake(t)
			l.made("t", []string{"id"}, nil, map[string]string{"bucket": "1", "merge-engine": engine}, "id BIGINT NOT NULL", "v STRING", "n BIGINT")
			l.put("t", "SELECT i, 'v' || i, i FROM range(100) r(i)", "")
			l.put("t", "SELECT 2 * i, 'w' || i, i FROM range(20) r(i)", "")
			l.put("t", "SELECT 3 * i, 'x' || i, i FROM range(10) r(i)", "")
			const query = "SELECT v FROM %s WHERE id = 6 AND n >= 2"
			text := l.explain("t", query)
			require.Equal(t, cold[0], strings.Count(text, "id=6"), text)
			require.Equal(t, cold[1], strings.Count(text, "n>=2"), text)
			require.NoError(t, l.shared.Wait())
			text = l.explain("t", query)
			require.Equal(t, 1, strings.Count(text, `"name": "READ_PARQUET"`), text)
			require.Equal(t, 1, strings.Count(text, "id=6"), text)
			require.Equal(t, 1, strings.Count(text, "n>=2"), text)
			require.Contains(t, text, "lt_alive")
			require.Equal(t, []string{`["6","x2"]`}, l.query("t", scan.Options{}, []string{"v", "id"}, "SELECT * FROM %s WHERE id = 6"))
		})
	}
}

// A bucket that no newer file meets is a plain scan, without test and without
// overlay.
func TestWhatNeedsNoMergeIsPlain(t *testing.T) {
	l := newLake(t)
	l.made("t", []string{"id"}, nil, map[string]string{"bucket": "1"}, "id BIGINT NOT NULL", "v STRING")
	for i := range 3 {
		l.put("t", fmt.Sprintf("SELECT %d + i, 'v' FROM range(100) r(i)", i*1000), "")
	}
	text := l.explain("t", "SELECT * FROM %s")
	require.NotContains(t, text, "lt_alive")
	require.NotContains(t, text, "WINDOW")
	require.Len(t, l.query("t", scan.Options{}, []string{}, "SELECT * FROM %s"), 300, "counted from metadata")
	require.NotContains(t, l.explain("t", "SELECT * FROM %s"), "HASH_JOIN")
}

// Statements that run side by side, commits between them and overlays that are
// built behind them see one moment each, whole.
func TestManyReadersAndAWriter(t *testing.T) {
	l := newLake(t)
	l.made("t", []string{"id"}, nil, map[string]string{"bucket": "2"}, "id BIGINT NOT NULL", "n BIGINT")
	rows, writes := 5000, 12
	if testing.Short() {
		rows, writes = 500, 3
	}
	l.put("t", fmt.Sprintf("SELECT i, 0 FROM range(%d) r(i)", rows), "")
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		conn, err := l.db.Conn(t.Context(), duck.Settings{})
		require.NoError(t, err)
		wg.Go(func() {
			defer func() { _ = conn.Close() }()
			for {
				select {
				case <-stop:
					return
				default:
				}
				table := l.table("t")
				plan, err := table.Plan(context.Background(), scan.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				s := filestore.New(conn, l.shared)
				from, err := s.Read(context.Background(), table, plan, nil)
				if err != nil {
					t.Error(err)
					return
				}
				got, _, err := conn.Rows(context.Background(), "SELECT count(*), min(n), max(n) FROM "+from)
				if err != nil {
					t.Error(err)
					return
				}
				if n := plan.SnapshotID() - 1; got[0][0] != int64(rows) || got[0][1] != n || got[0][2] != n {
					t.Errorf("snapshot %d: %v", plan.SnapshotID(), got[0])
				}
				_ = s.Close(context.Background())
			}
		})
	}
	for i := range writes {
		l.put("t", fmt.Sprintf("SELECT i, %d FROM range(%d) r(i)", i+1, rows), "")
	}
	close(stop)
	wg.Wait()
	require.NoError(t, l.shared.Wait())
}

// The store ends while overlays are being built.
func TestCloseStopsBuilding(t *testing.T) {
	l := newLake(t)
	l.made("t", []string{"id"}, nil, map[string]string{"bucket": "1", "merge-engine": "partial-update"}, "id BIGINT NOT NULL", "v STRING")
	rows := 300_000
	if testing.Short() {
		rows = 50_000
	}
	for range 2 {
		l.put("t", fmt.Sprintf("SELECT i, 'v' || i FROM range(%d) r(i)", rows), "")
	}
	require.Len(t, l.query("t", scan.Options{}, []string{"id", "v"}, "SELECT * FROM %s WHERE id < 2"), 2)
	require.NoError(t, l.shared.Close())
	require.Len(t, l.query("t", scan.Options{}, []string{"id", "v"}, "SELECT * FROM %s WHERE id < 2"), 2, "without overlays")
}

// _LT_FILE and _LT_ROW are the place of every row, whatever files there are.
func TestReadPositions(t *testing.T) {
	l := newLake(t)
	l.made("t", nil, []string{"p"}, map[string]string{}, "p INT", "a BIGINT", "file_index STRING")
	for i := range 4 {
		l.put("t", fmt.Sprintf("SELECT %d, i, 'x' || i FROM range(%d) r(i)", i%2, 10+i), "")
	}
	ctx := context.Background()
	table := l.table("t")
	plan, err := table.Plan(ctx, scan.Options{})
	require.NoError(t, err)
	s := filestore.New(l.conn, l.shared)
	from, err := s.ReadPositions(ctx, table, plan, []string{"p", "a"})
	require.NoError(t, err)
	rows, _, err := l.conn.Rows(ctx, "SELECT p, a, _LT_FILE, _LT_ROW FROM "+from)
	require.NoError(t, err)
	require.Len(t, rows, 10+11+12+13)
	seen := map[string]bool{}
	for _, row := range rows {
		file, at := row[2].(int32), row[3].(int64)
		f := plan.Files[file]
		require.Equal(t, f.Partition[0], row[0])
		require.Equal(t, at, row[1], "rows were written in order")
		require.Less(t, at, f.Entry.File.RowCount)
		seen[fmt.Sprint(file, at)] = true
	}
	require.Len(t, seen, len(rows))
	require.NoError(t, s.Close(ctx))
}

// A table whose keys may move between partitions, and one whose rows wait for
// their buckets.
func TestOtherBucketsAsJava(t *testing.T) {
	l, java := newJudged(t)
	java.Create(t, "moving", judge.Table{Fields: judge.Fields(t, "p INT", "id INT NOT NULL", "v STRING"), Primary: []string{"id"}, Partition: []string{"p"}, Options: map[string]string{"bucket": "-1"}})
	java.Write(t, "moving", judge.Write{Rows: judge.Rows(judge.Row{1, 1, "a"}, judge.Row{1, 2, "b"}, judge.Row{2, 3, "c"}), Buckets: []int{0, 1, 0}})
	java.Write(t, "moving", judge.Write{Rows: judge.Rows(judge.Row{1, 1, "a"}, judge.Row{2, 1, "moved"}, judge.Row{1, 2, "new"}), Kinds: []string{"-D", "+I", "+I"}, Buckets: []int{0, 0, 1}})
	l.same("moving")
	java.Create(t, "waiting", judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING"), Primary: []string{"id"}, Options: map[string]string{"bucket": "-2", "postpone.batch-write-fixed-bucket": "false"}})
	java.Write(t, "waiting", judge.Write{Rows: judge.Rows(judge.Row{1, "a"})})
	l.same("waiting")
}

// Random operations against a map: other buckets and partitions, deletes, several runs of one commit.
func TestReadsAsModel(t *testing.T) {
	for seed := range soak.Seeds(t, soak.Pick(1, 6, 200)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { readsAsModel(t, seed, soak.Pick(5, 10, 10)) })
	}
}

func readsAsModel(t *testing.T, seed uint64, commits int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	l := newLake(t)
	var partition []string
	primary := []string{"id"}
	if r.IntN(2) == 0 {
		partition, primary = []string{"p"}, []string{"p", "id"}
	}
	l.made("t", primary, partition, map[string]string{"bucket": strconv.Itoa(1 + r.IntN(3))}, "p INT NOT NULL", "id BIGINT NOT NULL", "v STRING")
	model := map[string]string{}
	for c := range commits {
		var rows []string
		for range 1 + r.IntN(60) {
			p, id, v, kind := r.IntN(2), r.IntN(80), fmt.Sprintf("%d-%d", c, r.IntN(1000)), []int{0, 0, 2, 3}[r.IntN(4)]
			if partition == nil {
				p = 0
			}
			rows = append(rows, fmt.Sprintf("(%d, %d, '%s', %d)", p, id, v, kind))
			key := fmt.Sprintf("%d/%d", p, id)
			delete(model, key)
			if kind != 3 {
				model[key] = fmt.Sprintf(`["%d","%d","%s"]`, p, id, v)
			}
		}
		l.put("t", "SELECT p, id, v, k::TINYINT FROM (VALUES "+strings.Join(rows, ", ")+") t(p, id, v, k)", "k")
		if r.IntN(3) == 0 {
			continue
		}
		var want []string
		for _, line := range model {
			want = append(want, line)
		}
		require.Equal(t, sorted(want), l.all("t"), "seed %d, commit %d", seed, c)
		if r.IntN(2) == 0 {
			require.NoError(t, l.shared.Wait())
			require.Equal(t, sorted(want), l.all("t"), "seed %d, commit %d, overlays", seed, c)
		}
	}
}

// erase deletes the rows of files that pick names, by deletion vectors.
func (l *lake) erase(name string, pick func(file int, row int64) bool) {
	l.t.Helper()
	ctx := context.Background()
	table := l.table(name)
	plan, err := table.Plan(ctx, scan.Options{})
	require.NoError(l.t, err)
	var request commit.Request
	for i, f := range plan.Files {
		v := deletionvector.New()
		for row := range f.Entry.File.RowCount {
			if pick(i, row) {
				v.Add(uint64(row))
			}
		}
		path, err := table.NewIndexFile()
		require.NoError(l.t, err)
		ranges, size, err := deletionvector.Write(ctx, l.env.IO, path, []deletionvector.Named{{File: f.Entry.File.FileName, Vector: v}}, i%2 == 1)
		require.NoError(l.t, err)
		request.IndexAdded = append(request.IndexAdded, manifest.IndexEntry{
			Partition: f.Entry.Partition, Bucket: f.Entry.Bucket, Type: manifest.IndexVectors, FileName: path[strings.LastIndexByte(path, '/')+1:],
			SizeBytes: size, RowCount: 1, Vectors: ranges,
		})
	}
	_, err = table.Commit(ctx, request)
	require.NoError(l.t, err)
}

// Vectors of append tables, of 32 and of 64 bits: Java reads the same rows, a
// count needs no file, and positions are those of the file.
func TestVectorsOfAppendTables(t *testing.T) {
	l := newLake(t)
	l.made("t", nil, nil, map[string]string{"deletion-vectors.enabled": "true"}, "id INT", "v STRING")
	for i := range 3 {
		l.put("t", fmt.Sprintf("SELECT i, 'f%d' FROM range(1000) r(i)", i), "")
	}
	l.erase("t", func(file int, row int64) bool { return row%int64(file+2) == 0 })
	require.Len(t, l.query("t", scan.Options{}, []string{}, "SELECT * FROM %s"), 500+666+750)
	require.Equal(t, []string{`["0","f9"]`}[:0], l.query("t", scan.Options{}, nil, "SELECT * FROM %s WHERE id = 0"))
	require.Len(t, l.query("t", scan.Options{}, nil, "SELECT * FROM %s WHERE id = 7"), 3)
	ctx := context.Background()
	table := l.table("t")
	plan, err := table.Plan(ctx, scan.Options{})
	require.NoError(t, err)
	s := filestore.New(l.conn, l.shared)
	from, err := s.ReadPositions(ctx, table, plan, []string{"id"})
	require.NoError(t, err)
	rows, _, err := l.conn.Rows(ctx, "SELECT count(*), count(*) FILTER (id = _LT_ROW AND id % (_LT_FILE + 2) <> 0) FROM "+from)
	require.NoError(t, err)
	require.Equal(t, []any{int64(1916), int64(1916)}, rows[0])
	require.NoError(t, s.Close(ctx))
	l.same("t")
}

// A key that a filter names is looked for in its bucket alone.
func TestKeyIsReadFromItsBucket(t *testing.T) {
	l := newLake(t)
	l.made("t", []string{"id", "k"}, nil, map[string]string{"bucket": "8"}, "id INT NOT NULL", "k STRING NOT NULL", "v STRING")
	l.made("a", nil, nil, map[string]string{"bucket": "5", "bucket-key": "id"}, "id INT", "v STRING")
	l.put("t", "SELECT i, 'k' || i, 'v' FROM range(100) r(i)", "")
	l.put("t", "SELECT i * 3, 'k' || (i * 3), 'w' FROM range(30) r(i)", "")
	l.put("a", "SELECT i, 'v' FROM range(100) r(i)", "")
	step := 1
	if testing.Short() {
		step = 9
	}
	for i := 0; i < 100; i += step {
		id := scan.Predicate{Column: "id", Op: scan.Eq, Values: []any{int64(i)}}
		k := scan.Predicate{Column: "k", Op: scan.In, Values: []any{fmt.Sprintf("k%d", i)}}
		plan, err := l.table("t").Plan(t.Context(), scan.Options{}, id, k)
		require.NoError(t, err)
		require.Len(t, plan.Buckets, 1)
		require.Len(t, l.query("t", scan.Options{}, nil, fmt.Sprintf("SELECT * FROM %%s WHERE id = %d", i), id, k), 1)
		plan, err = l.table("a").Plan(t.Context(), scan.Options{}, id)
		require.NoError(t, err)
		require.Len(t, plan.Files, 1)
		require.Len(t, l.query("a", scan.Options{}, nil, fmt.Sprintf("SELECT * FROM %%s WHERE id = %d", i), id), 1)
	}
	plan, err := l.table("t").Plan(t.Context(), scan.Options{}, scan.Predicate{Column: "id", Op: scan.Eq, Values: []any{int64(7)}})
	require.NoError(t, err)
	require.Greater(t, len(plan.Buckets), 1, "half a key lands nowhere")
}
