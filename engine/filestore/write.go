package filestore

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/uuid"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/problem"
)

// targetFileBytes is Paimon's target-file-size of append tables.
const targetFileBytes = 256 << 20

// Writer writes the rows of a query as data files of one table. What it wrote
// is to be removed again (Abort) unless it is committed.
type Writer struct {
	*Store
	table *paimon.Table
	local fileio.Local
	paths []string // relative to the warehouse
	rows  int64
}

// Writer starts a write to a table; it refuses by name one whose files DuckDB
// cannot write.
func (s *Store) Writer(table *paimon.Table) (*Writer, error) {
	local, ok := table.FileIO().(fileio.Local)
	if !ok {
		return nil, problem.New("session.remote_lake", "table", table.Identifier().String())
	}
	return &Writer{Store: s, table: table, local: local}, nil
}

// Rows is how many rows were written so far.
func (w *Writer) Rows() int64 { return w.rows }

// Write runs query, whose columns are the table's in order and type, and
// describes the files it became.
func (w *Writer) Write(ctx context.Context, query string) ([]manifest.Entry, error) {
	var entries []manifest.Entry
	var err error
	if len(w.table.Schema().PartitionKeys) == 0 {
		entries, err = w.files(ctx, query, nil)
	} else {
		entries, err = w.partitions(ctx, query)
	}
	if err == nil {
		err = w.local.Sync(ctx, w.paths...)
	}
	if err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return entries, nil
}

// Abort removes what was written; it must not be called after a commit whose
// outcome is unknown.
func (w *Writer) Abort() error {
	var errs []error
	for _, p := range w.paths {
		errs = append(errs, w.local.Remove(context.Background(), p))
	}
	w.paths = nil
	return errors.Join(errs...)
}

// files writes the rows of one partition.
func (w *Writer) files(ctx context.Context, query string, partition []any) ([]manifest.Entry, error) {
	if footer.NeedsWriter(w.table.Schema().Fields) {
		return w.special(ctx, query, partition)
	}
	first, err := w.table.NewDataFile(partition)
	if err != nil {
		return nil, err
	}
	dir := path.Join(path.Dir(first), "."+path.Base(first)+".tmp")
	copied, err := w.copyInto(ctx, dir, query, fmt.Sprintf("FILE_SIZE_BYTES %d, %s", targetFileBytes, footer.FieldIDs(w.table.Schema().Fields)))
	if err != nil {
		return nil, err
	}
	var entries []manifest.Entry
	for i, f := range copied {
		target := first
		if i > 0 {
			if target, err = w.table.NewDataFile(partition); err != nil {
				return nil, err
			}
		}
		e, err := w.place(ctx, f, target, partition)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e...)
	}
	return entries, w.local.Remove(ctx, dir)
}

// copyInto has DuckDB write query into a hidden folder beside the data.
func (w *Writer) copyInto(ctx context.Context, dir, query, extra string) ([]duck.CopiedFile, error) {
	if err := w.local.MakeDir(ctx, path.Dir(dir)); err != nil {
		return nil, fmt.Errorf("make the folder of the data files: %w", err)
	}
	target, err := w.local.LocalPath(dir)
	if err != nil {
		return nil, err
	}
	copied, err := w.conn.Copy(ctx, query, target, extra)
	if err != nil {
		return nil, errors.Join(err, w.local.Remove(context.WithoutCancel(ctx), dir))
	}
	return copied, nil
}

// place gives a written file its name in the table; one without rows is left
// to go with its folder.
func (w *Writer) place(ctx context.Context, f duck.CopiedFile, target string, partition []any) ([]manifest.Entry, error) {
	if f.Rows == 0 {
		return nil, nil
	}
	to, err := w.local.LocalPath(target)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of a data file: %w", err)
	}
	if err := os.Rename(f.Path, to); err != nil {
		return nil, fmt.Errorf("place a data file: %w", err)
	}
	w.paths = append(w.paths, target)
	e, err := w.table.DescribeFile(ctx, target, partition)
	if err != nil {
		return nil, err
	}
	w.rows += f.Rows
	return []manifest.Entry{e}, nil
}

// partitions cuts the rows by their partition values in one pass. The values
// are numbered first, so that null, an empty text and a text that looks like a
// folder's name stay apart.
func (w *Writer) partitions(ctx context.Context, query string) ([]manifest.Entry, error) {
	const rows, parts = "temp.lt_write_rows", "temp.lt_write_parts"
	keys := w.table.Schema().PartitionKeys
	quoted := make([]string, len(keys))
	match := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = duck.Ident(k)
		match[i] = fmt.Sprintf("r.%[1]s IS NOT DISTINCT FROM p.%[1]s", quoted[i])
	}
	list := strings.Join(quoted, ", ")
	defer func() {
		clean := context.WithoutCancel(ctx)
		_ = w.conn.Exec(clean, "DROP TABLE IF EXISTS "+rows) // a temp table goes with the connection
		_ = w.conn.Exec(clean, "DROP TABLE IF EXISTS "+parts)
	}()
	for _, text := range []string{
		"CREATE OR REPLACE TEMP TABLE lt_write_rows AS " + query,
		"CREATE OR REPLACE TEMP TABLE lt_write_parts AS SELECT (row_number() OVER ())::BIGINT AS lt_part, * FROM (SELECT DISTINCT " + list + " FROM " + rows + ")",
	} {
		if err := w.conn.Exec(ctx, text); err != nil {
			return nil, err
		}
	}
	values, err := w.partitionValues(ctx, parts, quoted)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	from := fmt.Sprintf("SELECT r.*, p.lt_part FROM %s r JOIN %s p ON %s", rows, parts, strings.Join(match, " AND "))
	if footer.NeedsWriter(w.table.Schema().Fields) || len(values) == 1 {
		return w.eachPartition(ctx, from, values)
	}
	dir := path.Join(w.table.Dir(), ".write-"+uuid.NewString()+".tmp")
	copied, err := w.copyInto(ctx, dir, from, "PARTITION_BY (lt_part), WRITE_PARTITION_COLUMNS false, "+footer.FieldIDs(w.table.Schema().Fields))
	if err != nil {
		return nil, err
	}
	var entries []manifest.Entry
	for _, f := range copied {
		var number int64
		if _, err := fmt.Sscan(fmt.Sprint(f.Keys["lt_part"]), &number); err != nil {
			return nil, fmt.Errorf("read the partition number of %s: %w", f.Path, err)
		}
		target, err := w.table.NewDataFile(values[number])
		if err != nil {
			return nil, err
		}
		e, err := w.place(ctx, f, target, values[number])
		if err != nil {
			return nil, err
		}
		entries = append(entries, e...)
	}
	return entries, w.local.Remove(ctx, dir)
}

// eachPartition writes partition by partition.
func (w *Writer) eachPartition(ctx context.Context, from string, values map[int64][]any) ([]manifest.Entry, error) {
	var out []manifest.Entry
	for number, partition := range values {
		e, err := w.files(ctx, fmt.Sprintf("SELECT * EXCLUDE (lt_part) FROM (%s) WHERE lt_part = %d", from, number), partition)
		if err != nil {
			return nil, err
		}
		out = append(out, e...)
	}
	return out, nil
}

// partitionValues reads the numbered partitions as the lake's values.
func (w *Writer) partitionValues(ctx context.Context, parts string, quoted []string) (map[int64][]any, error) {
	types := w.table.Schema().PartitionTypes()
	list := make([]string, len(quoted))
	for i, q := range quoted {
		list[i] = KeyExpr(q, types[i])
	}
	rows, _, err := w.conn.Rows(ctx, "SELECT lt_part, "+strings.Join(list, ", ")+" FROM "+parts)
	if err != nil {
		return nil, err
	}
	out := map[int64][]any{}
	for _, row := range rows {
		values := make([]any, len(types))
		for i, t := range types {
			if values[i], err = KeyValue(row[i+1], t); err != nil {
				return nil, err
			}
		}
		number, ok := row[0].(int64)
		if !ok {
			return nil, fmt.Errorf("partition number is a %T", row[0])
		}
		out[number] = values
	}
	return out, nil
}

// KeyExpr reads a column of a key in a shape that KeyValue knows:
// whole numbers for times, so that no zone stands between.
func KeyExpr(column string, t datatype.Type) string {
	switch t.Kind {
	case datatype.Date:
		return "(" + column + " - DATE '1970-01-01')::INTEGER"
	case datatype.Timestamp, datatype.TimestampLTZ:
		return "epoch_us(" + column + ")"
	case datatype.Time:
		return "(epoch_us(" + column + ") // 1000)::INTEGER"
	case datatype.Decimal:
		return column + "::VARCHAR"
	}
	return column
}

// KeyValue turns what KeyExpr gives into the value that manifests keep.
func KeyValue(v any, t datatype.Type) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch t.Kind {
	case datatype.Date:
		if n, ok := v.(int32); ok {
			return binaryrow.Date(n), nil
		}
	case datatype.Time:
		if n, ok := v.(int32); ok {
			return binaryrow.Time(n), nil
		}
	case datatype.Timestamp, datatype.TimestampLTZ:
		if n, ok := v.(int64); ok {
			return binaryrow.TimestampOfMicros(n), nil
		}
	case datatype.Decimal:
		if s, ok := v.(string); ok {
			if r, ok := new(big.Rat).SetString(s); ok {
				return binaryrow.DecimalOf(r, t.Scale), nil
			}
		}
	default:
		return v, nil
	}
	return nil, fmt.Errorf("a %T is no value of %s", v, t)
}

// special writes rows through Arrow: types whose parquet form DuckDB has not
// (TIME in milliseconds, timestamps of other than microseconds).
func (w *Writer) special(ctx context.Context, query string, partition []any) ([]manifest.Entry, error) {
	target, err := w.table.NewDataFile(partition)
	if err != nil {
		return nil, err
	}
	local, err := w.local.LocalPath(target)
	if err != nil {
		return nil, err
	}
	if err := w.local.MakeDir(ctx, path.Dir(target)); err != nil {
		return nil, fmt.Errorf("make the folder of the data files: %w", err)
	}
	rows, err := w.arrowFile(ctx, query, local)
	if err != nil || rows == 0 {
		return nil, errors.Join(err, w.local.Remove(context.WithoutCancel(ctx), target))
	}
	w.paths = append(w.paths, target)
	e, err := w.table.DescribeFile(ctx, target, partition)
	if err != nil {
		return nil, err
	}
	w.rows += rows
	return []manifest.Entry{e}, nil
}

// arrowFile streams a query into one parquet file of the table's shape.
func (w *Writer) arrowFile(ctx context.Context, query, local string) (rows int64, err error) {
	f, err := os.OpenFile(local, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, fmt.Errorf("make a data file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := footer.WriteSpecial(f, w.table.Schema().Fields)
	if err != nil {
		return 0, err
	}
	err = w.conn.Query(ctx, query, func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b == nil {
			return nil
		}
		return out.Write(b)
	})
	if err != nil {
		return 0, err
	}
	return out.Rows(), out.Close()
}
