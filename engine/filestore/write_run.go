package filestore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
)

// Ids that Paimon gives to the columns of key files that the table has not.
const (
	keyFieldBase    = 1073741823
	sequenceFieldID = 2147483646
	kindFieldID     = 2147483645
	optionThin      = "data-file.thin-mode"
)

// run is rows that become files of one bucket on one level. Of a primary-key table
// they hold each key once, in any order, and become files that are sorted, end
// near target-file-size, and whose key ranges do not overlap.
type run struct {
	from                 string // SELECT of the table's columns, and for keys _SEQUENCE_NUMBER and _VALUE_KIND
	partition            []any
	bucket, total, level int32
	changelog            bool // rows stay in the order of from, and keys may come twice
	source               manifest.FileSource
	first                int64 // append: sequence number of the first row
	estimate             int64 // rows, if known
}

// errTwice marks a run in which a key stands twice.
var errTwice = errors.New("a key stands twice in one run")

func isTwice(err error) bool { return errors.Is(err, errTwice) }

// layout is the columns of a data file and what they are made of.
type layout struct {
	fields []datatype.Field
	items  []string
	keys   []datatype.Field // by their names in the file
}

// layout of the table's data files: of a primary-key table the key columns, the
// number and the kind come before the table's own columns.
func (w *Writer) layout() layout {
	var l layout
	add := func(f datatype.Field, expr string) {
		if cast := footer.WriteExpr(f.Type); cast != nil {
			expr = cast(expr)
		}
		l.fields, l.items = append(l.fields, f), append(l.items, expr+" AS "+duck.Ident(f.Name))
	}
	if w.rule != nil {
		thin := w.table.Schema().Flag(optionThin)
		for _, k := range w.keys {
			name := duck.Ident(k.Name)
			if !thin {
				k.Name, k.ID = paimon.KeyPrefix+k.Name, keyFieldBase+k.ID
				add(k, name)
			}
			l.keys = append(l.keys, k)
		}
		add(datatype.Field{ID: sequenceFieldID, Name: sequenceColumn, Type: datatype.Of(datatype.BigInt).Required()}, sequenceColumn)
		add(datatype.Field{ID: kindFieldID, Name: kindColumn, Type: datatype.Of(datatype.TinyInt).Required()}, kindColumn)
	}
	for _, f := range w.table.Schema().Fields {
		add(f, duck.Ident(f.Name))
	}
	return l
}

// order is what key files are sorted by.
func (w *Writer) order() string {
	out := make([]string, len(w.keys))
	for i, k := range w.keys {
		out[i] = sortExpr(k)
	}
	return strings.Join(out, ", ")
}

// sortExpr orders a key column. Keys that Java takes for equal, -0.0 and 0.0 among
// them, are equal to DuckDB too, and a NaN is last; but a column that is sorted by
// comes out of the sort with its zeros made alike, and it is kept as it was.
func sortExpr(k datatype.Field) string {
	name := duck.Ident(k.Name)
	if k.Type.Kind == datatype.Float || k.Type.Kind == datatype.Double {
		return fmt.Sprintf("CASE WHEN %[1]s = 0 THEN 0 ELSE %[1]s END", name)
	}
	return name
}

// run writes the files of a run.
func (w *Writer) run(ctx context.Context, r run) ([]manifest.Entry, error) {
	l := w.layout()
	sorted := w.rule != nil && !r.changelog
	if sorted {
		r.from = "SELECT * FROM (" + r.from + ") ORDER BY " + w.order()
	}
	special := footer.NeedsWriter(l.fields)
	if !special && (r.changelog || r.estimate > 0 && r.estimate*guessBytes(l.fields) <= 2*w.target()) {
		e, err := w.runFile(ctx, r, l, "SELECT "+strings.Join(l.items, ", ")+" FROM ("+r.from+")")
		return e, err
	}
	defer w.drop(ctx, runTable)
	if err := w.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+runTable+" AS "+r.from); err != nil {
		return nil, err
	}
	return w.roll(ctx, r, l)
}

// roll writes the rows of runTable, which stand in order, file by file.
func (w *Writer) roll(ctx context.Context, r run, l layout) ([]manifest.Entry, error) {
	rows, _, err := w.conn.Rows(ctx, "SELECT count(*)::BIGINT FROM temp."+runTable)
	if err != nil {
		return nil, err
	}
	all, _ := rows[0][0].(int64)
	if all == 0 {
		return nil, nil
	}
	files, err := w.filesFor(ctx, all, l)
	if err != nil {
		return nil, err
	}
	if r.changelog {
		files = 1
	}
	var out []manifest.Entry
	for i := range files {
		low, high := all*i/files, all*(i+1)/files
		text := fmt.Sprintf("SELECT %s FROM temp.%s WHERE rowid >= %d AND rowid < %d", strings.Join(l.items, ", "), runTable, low, high)
		e, err := w.runFile(ctx, r, l, text)
		if err != nil {
			return nil, err
		}
		out = append(out, e...)
		r.first += high - low
	}
	return out, nil
}

// sampleRows is how many rows are written to learn their size: a row group.
const sampleRows = 122_880

// filesFor is how many files of the target size the rows of runTable make, by
// the size that some of them have once written.
func (w *Writer) filesFor(ctx context.Context, rows int64, l layout) (int64, error) {
	if rows <= sampleRows || footer.NeedsWriter(l.fields) {
		return max(1, (rows*guessBytes(l.fields)+w.target()/2)/w.target()), nil
	}
	sample := hidden(w.table.Dir() + "/sample")
	from := (rows - sampleRows) / 2
	copied, err := w.copyInto(ctx, sample, fmt.Sprintf("SELECT %s FROM temp.%s WHERE rowid >= %d AND rowid < %d", strings.Join(l.items, ", "), runTable, from, from+sampleRows), "")
	if err != nil {
		return 0, err
	}
	if err := w.local.Remove(ctx, sample); err != nil {
		return 0, err
	}
	var size int64
	for _, f := range copied {
		size += f.SizeBytes
	}
	return max(1, (size*rows/sampleRows+w.target()/2)/w.target()), nil
}

// target is the option target-file-size.
func (w *Writer) target() int64 {
	if w.rule != nil {
		return w.table.Schema().TargetFileSize(128 << 20)
	}
	return w.table.Schema().TargetFileSize(targetFileBytes)
}

// guessBytes is about what a row takes in a file.
func guessBytes(fields []datatype.Field) int64 {
	var n int64
	for _, f := range fields {
		switch f.Type.Kind {
		case datatype.Boolean, datatype.TinyInt:
			n++
		case datatype.SmallInt, datatype.Int, datatype.Date, datatype.Time, datatype.Float:
			n += 3
		case datatype.BigInt, datatype.Double, datatype.Timestamp, datatype.TimestampLTZ, datatype.Decimal:
			n += 6
		default:
			n += 16
		}
	}
	return n
}

// facts are what a run's file is described by beside its footer.
type facts struct {
	rows, deletes, first, last int64
	min, max                   []any
}

// runFile writes one file of a run: none when there are no rows.
func (w *Writer) runFile(ctx context.Context, r run, l layout, query string) ([]manifest.Entry, error) {
	target, err := w.table.NewBucketFile(r.partition, r.bucket, r.changelog)
	if err != nil {
		return nil, err
	}
	var rows int64
	if footer.NeedsWriter(l.fields) {
		rows, err = w.arrowFile(ctx, query, target, l.fields)
	} else {
		rows, err = w.copyFile(ctx, query, target, r, l)
	}
	if err != nil || rows == 0 {
		return nil, err
	}
	f := facts{rows: rows, first: r.first, last: r.first + rows - 1}
	if w.rule != nil {
		if f, err = w.inspect(ctx, target, rows, query, r, l); err != nil {
			return nil, errors.Join(err, w.discard(ctx, target))
		}
	}
	e, err := w.table.DescribeKeyFile(ctx, paimon.KeyFile{
		Path: target, Partition: r.partition, Bucket: r.bucket, TotalBuckets: r.total, Level: r.level, DeleteRows: f.deletes,
		MinSequence: f.first, MaxSequence: f.last, MinKey: f.min, MaxKey: f.max, Source: r.source, SchemaID: w.table.Schema().ID,
	})
	if err != nil {
		return nil, err
	}
	return []manifest.Entry{e}, nil
}

// shortLived are COPY options of files that are read a few times before they go:
// changelogs, and runs of level 0, which the next compaction takes in. Nothing is
// looked up in them by a column that has few values, and giving up on a dictionary
// early saves an eighth of their writing for files that are 2 % larger.
const shortLived = "WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 4096, "

// copyFile has DuckDB write one file.
func (w *Writer) copyFile(ctx context.Context, query, target string, r run, l layout) (int64, error) {
	tmp, options := hidden(target), footer.FieldIDs(l.fields)
	if r.changelog || w.rule != nil && r.level == 0 {
		options = shortLived + options
	}
	copied, err := w.copyInto(ctx, tmp, query, options)
	if err != nil {
		return 0, err
	}
	if len(copied) != 1 || copied[0].Rows == 0 {
		return 0, w.local.Remove(ctx, tmp)
	}
	return copied[0].Rows, w.place(copied[0].Path, target)
}

// written is a file that was just written, as FROM text with the columns of its
// keys, number and kind, and rows numbered by number.
type written struct {
	from, number string
	rows         int64
	keys         []datatype.Field
}

// inspect reads the keys of a written file: the first and the last, whether
// they ascend and whether one stands twice, and counts retractions. The rows of a
// changelog stand in no order.
func (w *Writer) inspect(ctx context.Context, target string, rows int64, query string, r run, l layout) (facts, error) {
	local, err := w.local.LocalPath(target)
	if err != nil {
		return facts{}, err
	}
	in := written{from: fmt.Sprintf("read_parquet([%s], hive_partitioning=false, file_row_number=true)", duck.Literal(local)), number: "file_row_number", rows: rows, keys: l.keys}
	if footer.NeedsWriter(l.fields) { // what DuckDB reads back is coarser than what was written
		in.from, in.number = fmt.Sprintf("(SELECT *, row_number() OVER () - 1 AS lt_number FROM (%s))", query), "lt_number"
	}
	items, same, descends := kindColumn, "false", "false"
	if !r.changelog {
		items = strings.Join(neighbours(l.keys), ", ") + ", " + kindColumn
		same, descends = comparisons(l.keys)
	}
	found, _, err := w.conn.Rows(ctx, fmt.Sprintf("SELECT (count(*) FILTER (%s))::BIGINT, (count(*) FILTER (%s))::BIGINT, (count(*) FILTER (%s IN (1, 3)))::BIGINT, min(%[4]s), max(%[4]s) FROM (SELECT %s, %[4]s FROM %[6]s)",
		same, descends, kindColumn, sequenceColumn, items, in.from))
	if err != nil {
		return facts{}, err
	}
	f := facts{rows: rows}
	var twice, wrong int64
	for i, to := range []*int64{&twice, &wrong, &f.deletes, &f.first, &f.last} {
		var ok bool
		if *to, ok = found[0][i].(int64); !ok {
			return f, fmt.Errorf("a run's file is counted as %v", found[0])
		}
	}
	if twice > 0 {
		return f, errTwice
	}
	if wrong > 0 {
		return f, fmt.Errorf("%d rows of a run stand out of order", wrong)
	}
	return f, w.ends(ctx, &f, in, !r.changelog)
}

// ends reads the smallest and the largest key; in order these are the first and
// the last.
func (w *Writer) ends(ctx context.Context, f *facts, in written, inOrder bool) error {
	types, items := make([]datatype.Type, len(in.keys)), make([]string, len(in.keys))
	for i, k := range in.keys {
		types[i], items[i] = k.Type, KeyExpr(readBack(k), k.Type)
	}
	list := strings.Join(items, ", ")
	text := fmt.Sprintf("SELECT %s FROM %s WHERE %[3]s IN (0, %[4]d) ORDER BY %[3]s", list, in.from, in.number, in.rows-1)
	if !inOrder {
		up, down := make([]string, len(in.keys)), make([]string, len(in.keys))
		for i, k := range in.keys {
			up[i], down[i] = sortExpr(k), sortExpr(k)+" DESC"
		}
		end := "(SELECT %d AS lt_end, %s FROM %s ORDER BY %s LIMIT 1)"
		text = fmt.Sprintf("SELECT * EXCLUDE (lt_end) FROM ("+end+" UNION ALL "+end+") ORDER BY lt_end",
			0, list, in.from, strings.Join(up, ", "), 1, list, in.from, strings.Join(down, ", "))
	}
	found, _, err := w.conn.Rows(ctx, text)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.New("a run's file has no first row")
	}
	if f.min, err = lakeValues(found[0], types); err != nil {
		return err
	}
	f.max, err = lakeValues(found[len(found)-1], types)
	return err
}

// readBack is a key column of a written file in the type that was written.
func readBack(k datatype.Field) string {
	if t, err := k.Type.DuckDB(); err == nil {
		return "CAST(" + duck.Ident(k.Name) + " AS " + t + ")"
	}
	return duck.Ident(k.Name)
}

// neighbours are each key column and the one of the next row.
func neighbours(keys []datatype.Field) []string {
	out := make([]string, 0, 2*len(keys))
	for i, k := range keys {
		name := duck.Ident(k.Name)
		out = append(out, fmt.Sprintf("%s AS lt_k%d", name, i), fmt.Sprintf("lead(%s) OVER () AS lt_n%d", name, i))
	}
	return out
}

// comparisons of a key with the next row's: equal, and greater. The last row
// has no next one: both are null.
func comparisons(keys []datatype.Field) (same, descends string) {
	var equal, greater []string
	for i := range keys {
		a, b := fmt.Sprintf("lt_k%d", i), fmt.Sprintf("lt_n%d", i)
		e, g := a+" = "+b, a+" > "+b
		greater = append(greater, strings.Join(append(equal[:i:i], g), " AND "))
		equal = append(equal, e)
	}
	return strings.Join(equal, " AND "), "(" + strings.Join(greater, ") OR (") + ")"
}
