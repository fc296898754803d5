package filestore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/duck/udf"
	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// writing is a warehouse of a test and a connection that writes to it.
type writing struct {
	dir     string
	catalog catalog.Catalog
	db      *duck.DB
	conn    *duck.Conn
	shared  *Shared
}

func newWriting(tb testing.TB, opt duck.Options) *writing {
	tb.Helper()
	ctx := context.Background()
	w := &writing{dir: tb.TempDir()}
	opt.Roots = append(opt.Roots, w.dir)
	if opt.Register == nil {
		opt.Register = udf.Register
	}
	db, err := duck.Open(ctx, opt)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	w.db = db
	w.conn, err = db.Conn(ctx, duck.Settings{TimeZone: "Asia/Shanghai", Lenient: true})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, w.conn.Close()) })
	w.shared = NewShared(db)
	tb.Cleanup(func() { require.NoError(tb, w.shared.Close()) })
	fs, err := local.New(w.dir)
	require.NoError(tb, err)
	w.catalog = filesystem.Open(fs, time.Now)
	require.NoError(tb, w.catalog.CreateDatabase(ctx, "d"))
	return w
}

// create makes a table, whose columns are as in "id INT NOT NULL".
func (w *writing) create(tb testing.TB, name string, fields []datatype.Field, primary, partition []string, options map[string]string) {
	tb.Helper()
	s, err := schema.New(fields, partition, primary, options, "", 0)
	require.NoError(tb, err)
	_, err = w.catalog.CreateTable(context.Background(), catalog.Identifier{Database: "d", Table: name}, s)
	require.NoError(tb, err)
}

func (w *writing) table(tb testing.TB, name string) *paimon.Table {
	tb.Helper()
	t, err := w.catalog.Table(context.Background(), catalog.Identifier{Database: "d", Table: name})
	require.NoError(tb, err)
	return t
}

// change commits what a writer made.
func (w *writing) change(tb testing.TB, name string, made func(*Writer, *paimon.Table) commit.Request) *snapshot.Snapshot {
	tb.Helper()
	ctx := context.Background()
	table := w.table(tb, name)
	store := New(w.conn, w.shared)
	writer, err := store.Writer(table)
	require.NoError(tb, err)
	snap, err := table.Commit(ctx, made(writer, table))
	require.NoError(tb, err)
	require.NoError(tb, store.Close(ctx))
	return snap
}

// write commits the rows of a query; kind as in WriteChanges.
func (w *writing) write(tb testing.TB, name, query, kind string, more ...commit.Request) *snapshot.Snapshot {
	tb.Helper()
	return w.change(tb, name, func(writer *Writer, _ *paimon.Table) commit.Request {
		added, changelog, err := writer.WriteChanges(context.Background(), query, kind)
		require.NoError(tb, err)
		var r commit.Request
		if len(more) > 0 {
			r = more[0]
		}
		r.Added, r.Changelog = added, changelog
		return r
	})
}

// alive are the rows of a table as this program reads them.
func (w *writing) alive(tb testing.TB, name string, columns ...string) []string {
	tb.Helper()
	ctx := context.Background()
	table := w.table(tb, name)
	store := New(w.conn, w.shared)
	plan, err := table.Plan(ctx, scan.Options{})
	require.NoError(tb, err)
	from, err := store.Read(ctx, table, plan, columns)
	require.NoError(tb, err)
	rows, _, err := w.conn.Rows(ctx, "SELECT COLUMNS(*)::VARCHAR FROM "+from)
	require.NoError(tb, err)
	require.NoError(tb, store.Close(ctx))
	return judge.Lines(tb, rows)
}

// live are the newest snapshot's files with their paths.
func (w *writing) live(tb testing.TB, name string) []manifest.Entry {
	tb.Helper()
	table := w.table(tb, name)
	latest, err := table.Latest(context.Background())
	require.NoError(tb, err)
	if latest == nil {
		return nil
	}
	files, err := table.Live(context.Background(), latest)
	require.NoError(tb, err)
	return files
}

// lines reads all rows of a table's files as they are, a text each.
func (w *writing) lines(tb testing.TB, columns, name, glob string) []string {
	tb.Helper()
	rows, _, err := w.conn.Rows(context.Background(), fmt.Sprintf("SELECT %s FROM read_parquet(%s, hive_partitioning=false)", columns, duck.Literal(filepath.Join(w.dir, "d.db", name, glob))))
	require.NoError(tb, err)
	out := make([]string, len(rows))
	for i, r := range rows {
		cells := make([]string, len(r))
		for k, c := range r {
			cells[k] = fmt.Sprint(c)
		}
		out[i] = strings.Join(cells, "|")
	}
	return out
}

func TestKeyFilesAreSortedNumberedAndMerged(t *testing.T) {
	w := newWriting(t, duck.Options{})
	w.create(t, "k", judge.Fields(t, "v STRING", "b INT NOT NULL", "a STRING NOT NULL"), []string{"a", "b"}, nil, map[string]string{"bucket": "1"})
	w.write(t, "k", "SELECT * FROM (VALUES ('x', 2::INTEGER, 'q'), ('y', 1, 'q'), ('z', 9, 'p'), ('last', 2, 'q')) t(v, b, a)", "")
	require.Equal(t, []string{"p|9|2|0|z|9|p", "q|1|1|0|y|1|q", "q|2|3|0|last|2|q"}, w.lines(t, "*", "k", "bucket-0/*.parquet"))
	w.write(t, "k", "SELECT 'd' AS v, 1::INTEGER AS b, 'q' AS a, 3::TINYINT AS kind", "kind")
	files := w.live(t, "k")
	require.Len(t, files, 2)
	f := files[1].File
	require.EqualValues(t, 4, f.MinSequence)
	require.EqualValues(t, 4, f.MaxSequence)
	require.EqualValues(t, 1, *f.DeleteRowCount)
	require.EqualValues(t, 0, *f.Source)
	require.Zero(t, f.Level)
	require.EqualValues(t, 1, files[1].TotalBuckets)
}

func TestManyBucketsAreWrittenInOneOrder(t *testing.T) {
	w := newWriting(t, duck.Options{})
	w.create(t, "k", judge.Fields(t, "id BIGINT NOT NULL", "dt DATE NOT NULL", "v STRING"), []string{"dt", "id"}, []string{"dt"}, map[string]string{"bucket": "5"})
	w.write(t, "k", "SELECT (i * 7919 % 10007)::BIGINT AS id, DATE '2024-01-01' + (i % 4)::INTEGER AS dt, 'v' || i AS v FROM range(10007) t(i)", "")
	files := w.live(t, "k")
	require.Len(t, files, 20)
	var rows int64
	for _, f := range files {
		rows += f.File.RowCount
	}
	require.EqualValues(t, 10007, rows)
	got := w.lines(t, "count(*), count(DISTINCT id), count(DISTINCT (dt, _SEQUENCE_NUMBER)) > 1000", "k", "*/*/data-*.parquet")
	require.Equal(t, []string{"10007|10007|true"}, got)
}

func TestRunsRollByKeyRange(t *testing.T) {
	w := newWriting(t, duck.Options{})
	rows, target := 300_007, 1024
	if testing.Short() { // more than a sample is written to learn the size from
		rows, target = sampleRows+5, 512
	}
	w.create(t, "k", judge.Fields(t, "id BIGINT NOT NULL", "v STRING"), []string{"id"}, nil, map[string]string{"bucket": "1", "target-file-size": fmt.Sprint(target, " kb")})
	ctx := context.Background()
	table := w.table(t, "k")
	writer, err := New(w.conn, w.shared).Writer(table)
	require.NoError(t, err)
	files, err := writer.writeRun(ctx, fmt.Sprintf("(SELECT (i * 7919 %% %[1]d)::BIGINT AS id, md5(i::VARCHAR) AS v, i::BIGINT AS _SEQUENCE_NUMBER, 0::TINYINT AS _VALUE_KIND FROM range(%[1]d) t(i))", rows), nil, 0, 1, 5, false)
	require.NoError(t, err)
	require.Greater(t, len(files), 3)
	for i := 1; i < len(files); i++ {
		require.EqualValues(t, 5, files[i].File.Level)
		require.InDelta(t, files[0].File.SizeBytes, files[i].File.SizeBytes, 400_000)
	}
	_, err = table.Commit(ctx, commit.Request{Added: files})
	require.NoError(t, err)
	_, err = writer.writeRun(ctx, "(SELECT 1::BIGINT AS id, 'v' AS v, 1::BIGINT AS _SEQUENCE_NUMBER, 0::TINYINT AS _VALUE_KIND FROM range(2))", nil, 0, 1, 5, false)
	require.ErrorIs(t, err, errTwice)
}

func TestPlainFilesRollAtTheTargetSize(t *testing.T) {
	w := newWriting(t, duck.Options{Threads: 1})
	for target, files := range map[string]int{"256 mb": 1, "700 kb": 3} { // DuckDB asks after each row group
		name := "t" + target[:1]
		w.create(t, name, judge.Fields(t, "id BIGINT"), nil, nil, map[string]string{"target-file-size": target})
		w.write(t, name, "SELECT hash(i)::DECIMAL(20)%9223372036854775807::DECIMAL(20) AS id FROM range(368640) r(i)", "")
		require.Len(t, w.live(t, name), files, target)
		require.Equal(t, []string{"368640"}, w.lines(t, "count(*)", name, "bucket-0/data-*.parquet"))
	}
}

// writeRun writes rows that hold each key once, as a compaction does: from is FROM
// text with the table's columns, _SEQUENCE_NUMBER and _VALUE_KIND.
func (w *Writer) writeRun(ctx context.Context, from string, partition []any, bucket, total, level int32, changelog bool) ([]manifest.Entry, error) {
	return w.run(ctx, run{from: "SELECT * FROM " + from, partition: partition, bucket: bucket, total: total, level: level, changelog: changelog, source: manifest.SourceCompact})
}
