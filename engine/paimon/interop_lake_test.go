package paimon_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// warehouse is one folder that Laketop and the judges share.
type warehouse struct {
	dir  string
	fio  *local.FS
	cat  *filesystem.Catalog
	conn *duck.Conn
	now  atomic.Int64 // two writers ask at once
}

const interopDB = "d"

func newWarehouse(t *testing.T) *warehouse {
	t.Helper()
	w := &warehouse{dir: t.TempDir()}
	w.now.Store(1_790_000_000_000)
	var err error
	w.fio, err = local.New(w.dir)
	require.NoError(t, err)
	w.cat = filesystem.Open(w.fio, func() time.Time { return time.UnixMilli(w.now.Add(1)).UTC() })
	require.NoError(t, w.cat.CreateDatabase(t.Context(), interopDB))
	db, err := duck.Open(t.Context(), duck.Options{Roots: []string{w.dir}, Threads: 1})
	require.NoError(t, err)
	w.conn, err = db.Conn(t.Context(), duck.Settings{TimeZone: "Asia/Shanghai"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, errors.Join(w.conn.Close(), db.Close())) })
	return w
}

func (w *warehouse) create(t testing.TB, name string, fields []datatype.Field, partition []string, options map[string]string) *paimon.Table {
	t.Helper()
	s, err := schema.New(fields, partition, nil, options, "", w.now.Load())
	require.NoError(t, err)
	table, err := w.cat.CreateTable(t.Context(), catalog.Identifier{Database: interopDB, Table: name}, s)
	require.NoError(t, err)
	return table
}

func (w *warehouse) load(t testing.TB, name string) *paimon.Table {
	t.Helper()
	table, err := w.cat.Table(t.Context(), catalog.Identifier{Database: interopDB, Table: name})
	require.NoError(t, err)
	return table
}

// part is one data file to be written: a partition and its rows as SQL.
type part struct {
	values []any // of the partition keys
	sql    []string
}

// query is the rows of a part with the types of the table.
func query(t testing.TB, fields []datatype.Field, rows []string, write bool) string {
	t.Helper()
	names, casts := make([]string, len(fields)), make([]string, len(fields))
	for i, f := range fields {
		names[i] = duck.Ident(f.Name)
		typ, err := f.Type.DuckDB()
		require.NoError(t, err)
		casts[i] = "CAST(" + names[i] + " AS " + typ + ") AS " + names[i]
		if write {
			casts[i] = footer.WriteExpr(f.Type)("CAST("+names[i]+" AS "+typ+")") + " AS " + names[i]
		}
	}
	return "SELECT " + strings.Join(casts, ", ") + " FROM (VALUES (" + strings.Join(rows, "), (") + ")) AS v(" + strings.Join(names, ", ") + ")"
}

// file writes one data file as Laketop does: COPY, or through Arrow.
func (w *warehouse) file(t testing.TB, table *paimon.Table, p part) manifest.Entry {
	t.Helper()
	ctx := t.Context()
	path, err := table.NewDataFile(p.values)
	require.NoError(t, err)
	full := filepath.Join(w.dir, path)
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
	fields := table.Schema().Fields
	if footer.NeedsWriter(fields) {
		f, err := os.Create(full)
		require.NoError(t, err)
		special, err := footer.WriteSpecial(f, fields)
		require.NoError(t, err)
		err = w.conn.Query(ctx, query(t, fields, p.sql, false), func(_ *arrow.Schema, b arrow.RecordBatch) error { return special.Write(b) })
		require.NoError(t, errors.Join(err, special.Close(), f.Close()))
	} else {
		_, err = w.conn.Copy(ctx, query(t, fields, p.sql, true), full, footer.FieldIDs(fields))
		require.NoError(t, err)
	}
	require.NoError(t, w.fio.Sync(ctx, path))
	entry, err := table.DescribeFile(ctx, path, p.values)
	require.NoError(t, err)
	return entry
}

func (w *warehouse) write(t testing.TB, table *paimon.Table, overwrite *commit.Overwrite, parts ...part) {
	t.Helper()
	var added []manifest.Entry
	for _, p := range parts {
		added = append(added, w.file(t, table, p))
	}
	_, err := table.Commit(t.Context(), commit.Request{Identifier: commit.Batch, Added: added, Overwrite: overwrite})
	require.NoError(t, err)
}

// rows reads a table as Laketop does, in the judges' JSON.
func (w *warehouse) rows(t testing.TB, name string, opt scan.Options) [][]any {
	t.Helper()
	plan, err := w.load(t, name).Plan(t.Context(), opt)
	require.NoError(t, err)
	out := [][]any{}
	for _, f := range plan.Files {
		out = append(out, w.fileRows(t, f, plan.Schema.Fields)...)
	}
	return out
}

func (w *warehouse) fileRows(t testing.TB, f scan.PlannedFile, want []datatype.Field) [][]any {
	t.Helper()
	var out [][]any
	types := make([]datatype.Type, len(want))
	for i, f := range want {
		types[i] = f.Type
	}
	each := func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b != nil {
			out = append(out, judge.Records(types, b)...)
		}
		return nil
	}
	if footer.NeedsReader(want) {
		r, err := footer.Open(t.Context(), w.fio, f.Path, want)
		require.NoError(t, err)
		defer func() { require.NoError(t, r.Close()) }()
		for {
			b, err := r.Next(t.Context())
			if errors.Is(err, io.EOF) {
				return out
			}
			require.NoError(t, err)
			require.NoError(t, each(nil, b))
		}
	}
	exprs := make([]string, len(want))
	for i, column := range want {
		typ, err := column.Type.DuckDB()
		require.NoError(t, err)
		exprs[i] = "CAST(NULL AS " + typ + ")"
		if old, ok := f.Schema.FieldByID(column.ID); ok {
			exprs[i] = "CAST(" + footer.ReadExpr(old.Type)(duck.Ident(old.Name)) + " AS " + typ + ")"
		}
		exprs[i] += " AS " + duck.Ident(column.Name)
	}
	err := w.conn.Query(t.Context(), "SELECT "+strings.Join(exprs, ", ")+" FROM read_parquet("+duck.Literal(filepath.Join(w.dir, f.Path))+", hive_partitioning=false)", each)
	require.NoError(t, err)
	return out
}
