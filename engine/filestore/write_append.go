package filestore

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/google/uuid"

	"laketop/engine/duck"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
)

// targetFileBytes is the default of target-file-size for append tables.
const targetFileBytes = 256 << 20

// files writes the rows of one partition of a table without buckets.
func (w *Writer) files(ctx context.Context, query string, partition []any) ([]manifest.Entry, error) {
	fields := w.table.Schema().Fields
	first, err := w.table.NewDataFile(partition)
	if err != nil {
		return nil, err
	}
	if footer.NeedsWriter(fields) {
		rows, err := w.arrowFile(ctx, query, first, fields)
		if err != nil || rows == 0 {
			return nil, err
		}
		return w.describe(ctx, first, partition, rows)
	}
	dir := hidden(first)
	copied, err := w.copyInto(ctx, dir, query, fmt.Sprintf("FILE_SIZE_BYTES %d, %s", w.target(), footer.FieldIDs(fields)))
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
		e, err := w.appended(ctx, f, target, partition)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e...)
	}
	return entries, w.local.Remove(ctx, dir)
}

// appended gives a written file its name in the table; one without rows is left
// to go with its folder.
func (w *Writer) appended(ctx context.Context, f duck.CopiedFile, target string, partition []any) ([]manifest.Entry, error) {
	if f.Rows == 0 {
		return nil, nil
	}
	if err := w.place(f.Path, target); err != nil {
		return nil, err
	}
	return w.describe(ctx, target, partition, f.Rows)
}

func (w *Writer) describe(ctx context.Context, target string, partition []any, rows int64) ([]manifest.Entry, error) {
	e, err := w.table.DescribeFile(ctx, target, partition)
	if err != nil {
		return nil, err
	}
	w.rows += rows
	return []manifest.Entry{e}, nil
}

// partitions cuts the rows by their partition values in one pass. The values
// are numbered first, so that null, an empty text and a text that looks like a
// folder's name stay apart.
func (w *Writer) partitions(ctx context.Context, query string) ([]manifest.Entry, error) {
	const rows, parts = "lt_write_rows", "lt_write_parts"
	keys := w.table.Schema().PartitionKeys
	quoted := make([]string, len(keys))
	match := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = duck.Ident(k)
		match[i] = fmt.Sprintf("r.%[1]s IS NOT DISTINCT FROM p.%[1]s", quoted[i])
	}
	list := strings.Join(quoted, ", ")
	defer w.drop(ctx, rows, parts)
	for _, text := range []string{
		"CREATE OR REPLACE TEMP TABLE " + rows + " AS " + query,
		"CREATE OR REPLACE TEMP TABLE " + parts + " AS SELECT (row_number() OVER ())::BIGINT AS lt_part, * FROM (SELECT DISTINCT " + list + " FROM temp." + rows + ")",
	} {
		if err := w.conn.Exec(ctx, text); err != nil {
			return nil, err
		}
	}
	values, err := w.partitionValues(ctx, parts, quoted)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	from := fmt.Sprintf("SELECT r.*, p.lt_part FROM temp.%s r JOIN temp.%s p ON %s", rows, parts, strings.Join(match, " AND "))
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
		e, err := w.appended(ctx, f, target, values[number])
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
	rows, _, err := w.conn.Rows(ctx, "SELECT lt_part, "+strings.Join(list, ", ")+" FROM temp."+parts)
	if err != nil {
		return nil, err
	}
	out := map[int64][]any{}
	for _, row := range rows {
		number, ok := row[0].(int64)
		if !ok {
			return nil, fmt.Errorf("partition number is a %T", row[0])
		}
		if out[number], err = lakeValues(row[1:], types); err != nil {
			return nil, err
		}
	}
	return out, nil
}
