package filestore

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Columns of the staged rows beside the table's own.
const (
	bucketColumn = "_LT_BUCKET"
	ageColumn    = "_LT_ROW"
)

// Temporary tables of one write.
const (
	stagedTable = "lt_write_rows"   // every row as it came, its row number is its age
	sortedTable = "lt_write_sorted" // the same by partition, bucket and key
	runTable    = "lt_write_run"    // one run, by key
)

// sortFrom is how many buckets a write must touch for its rows to be sorted as
// a whole: each bucket is then a range of rows, where else every bucket looks
// through all of them.
const sortFrom = 8

// share is what a write adds to one bucket of one partition.
type share struct {
	partition []any
	encoded   string // partition as manifests have it
	bucket    int32
	rows      int64
	from      string // SELECT of its rows in no order: columns, sequence number, kind
	age       string // the order in which they came
	first     int64  // sequence number of its first row
	retracts  bool   // some rows are of kind -U or -D
}

// writeBuckets deals a query's rows out to their buckets. The query runs once:
// its rows are staged with their bucket and kind, and their place there is the
// order in which they came.
func (w *Writer) writeBuckets(ctx context.Context, query, kind string) (added, changelog []manifest.Entry, err error) {
	if err := w.refuse(); err != nil {
		return nil, nil, err
	}
	defer w.drop(ctx, stagedTable, sortedTable)
	text, err := w.staging(ctx, query, kind)
	if err != nil {
		return nil, nil, err
	}
	if err := w.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+stagedTable+" AS "+text); err != nil {
		return nil, nil, err
	}
	shares, err := w.deal(ctx)
	if err != nil {
		return nil, nil, err
	}
	for i := range shares {
		s := &shares[i]
		files, changes, err := w.writeShare(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		w.rows += s.rows
		added, changelog = append(added, files...), append(changelog, changes...)
	}
	return added, changelog, nil
}

// refuse names the tables whose changelog is of a kind not known.
func (w *Writer) refuse() error {
	if w.rule == nil {
		return nil
	}
	switch producer := w.table.Schema().ChangelogProducer(); producer {
	case "none", "input", "lookup", "full-compaction": // the last two are the work of compactions
		return nil
	default:
		return problem.New("table.unsupported_option", "name", w.table.Identifier().String(), "option", schema.OptionChangelogProducer, "value", producer)
	}
}

// staging is the query with each row's bucket and kind; rows that the table's
// options drop are left out, and a key that is null ends the statement.
func (w *Writer) staging(ctx context.Context, query, kind string) (string, error) {
	inBucket, err := w.bucketExpr(ctx, w.bucket, func(name string) string { return "q." + duck.Ident(name) })
	if err != nil {
		return "", err
	}
	columns := make([]string, 0, len(w.table.Schema().Fields))
	for _, f := range w.table.Schema().Fields {
		columns = append(columns, "q."+duck.Ident(f.Name))
	}
	if w.rule == nil {
		return fmt.Sprintf("SELECT %s, %s AS %s FROM (%s) AS q", strings.Join(columns, ", "), inBucket, bucketColumn, query), nil
	}
	text := fmt.Sprintf("SELECT %s, %s AS %s, %s AS %s FROM (%s) AS q", strings.Join(columns, ", "), inBucket, bucketColumn, w.kindExpr(kind), kindColumn, query)
	var keep []string
	for _, k := range w.table.Schema().PrimaryKeys {
		keep = append(keep, fmt.Sprintf("CASE WHEN q.%s IS NULL THEN %s ELSE true END", duck.Ident(k),
			duck.Raise(problem.Say("table.raised_null_key", "column", k))))
	}
	text += " WHERE " + strings.Join(keep, " AND ")
	if dropped := w.droppedKinds(); len(dropped) > 0 {
		text = fmt.Sprintf("SELECT * FROM (%s) WHERE %s NOT IN (%s)", text, kindColumn, strings.Join(dropped, ", "))
	}
	return text, nil
}

func (w *Writer) droppedKinds() (kinds []string) {
	for k := merge.Insert; k <= merge.Delete; k++ {
		if w.rule.Drops(k) {
			kinds = append(kinds, strconv.Itoa(int(k)))
		}
	}
	return kinds
}

// kindExpr is a row's kind. Kinds that the table's engine cannot take end the
// statement: a file that held one could not be read.
func (w *Writer) kindExpr(kind string) string {
	var expr string
	switch {
	case kind != "":
		expr = "q." + duck.Ident(kind)
	case w.rule.RowKindField != "":
		column := "q." + duck.Ident(w.rule.RowKindField)
		unknown := problem.Say("table.raised_row_kind", "column", w.rule.RowKindField, "kind", "") // which the row says
		expr = fmt.Sprintf("CASE upper(%[1]s) WHEN '+I' THEN 0 WHEN '-U' THEN 1 WHEN '+U' THEN 2 WHEN '-D' THEN 3 ELSE error(%[2]s || coalesce(%[1]s, 'NULL')) END",
			column, duck.Literal(unknown.Text("en")))
	default:
		return "0::TINYINT"
	}
	if why, refused := w.retractsRefused(); refused {
		expr = fmt.Sprintf("CASE WHEN (%s) IN (1, 3) THEN %s ELSE %[1]s END", expr, duck.Raise(why))
	}
	return "(" + expr + ")::TINYINT"
}

// retractsRefused says why rows of kind -U and -D cannot be written; false when
// they can.
func (w *Writer) retractsRefused() (why problem.Phrase, refused bool) {
	if w.rule.IgnoreDelete {
		return why, false
	}
	switch w.rule.Engine {
	case merge.FirstRow:
		return problem.Say("table.raised_first_row"), true
	case merge.PartialUpdate:
		if !w.rule.RemoveOnDelete && len(w.rule.Groups) == 0 {
			return problem.Say("table.raised_partial_update"), true
		}
	}
	return why, false
}

// deal finds the buckets that the staged rows go to, and the numbers their
// rows continue with.
func (w *Writer) deal(ctx context.Context) ([]share, error) {
	written, err := w.table.Written(ctx)
	if err != nil {
		return nil, err
	}
	table, age := stagedTable, "rowid"
	found, err := w.dealt(ctx, table, age)
	if err != nil {
		return nil, err
	}
	if len(found) >= sortFrom {
		order := append(w.partitionColumns(), bucketColumn)
		for _, k := range w.keys {
			order = append(order, sortExpr(k))
		}
		if err := w.conn.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT rowid AS %s, * FROM temp.%s ORDER BY %s, rowid",
			sortedTable, ageColumn, stagedTable, strings.Join(order, ", "))); err != nil {
			return nil, err
		}
		w.drop(ctx, stagedTable)
		table, age = sortedTable, ageColumn
		if found, err = w.dealt(ctx, table, age); err != nil {
			return nil, err
		}
	}
	shares := make([]share, len(found))
	for i, f := range found {
		if shares[i], err = w.share(f, table, age, written); err != nil {
			return nil, err
		}
	}
	return shares, w.counted(shares, written)
}

// counted refuses rows for a partition whose files count other buckets than the
// table does since its option was changed: only an overwrite lays them out anew.
// A partition without files takes the new count.
func (w *Writer) counted(shares []share, written map[paimon.BucketKey]paimon.Written) error {
	if w.replaces {
		return nil
	}
	there := map[string]int32{}
	for key, of := range written {
		there[key.Partition] = of.TotalBuckets
	}
	for _, s := range shares {
		n, ok := there[s.encoded]
		if !ok || n == w.bucket.Buckets {
			continue
		}
		file, err := w.table.NewBucketFile(s.partition, s.bucket, false)
		if err != nil {
			return err
		}
		where := w.table.Identifier().String() + strings.TrimPrefix(path.Dir(path.Dir(file)), w.table.Dir())
		return problem.New("table.bucket_changed", "where", where, "there", strconv.Itoa(int(n)), "buckets", strconv.Itoa(int(w.bucket.Buckets)))
	}
	return nil
}

func (w *Writer) partitionColumns() []string {
	keys := w.table.Schema().PartitionKeys
	out := make([]string, 0, len(keys)+1)
	for _, k := range keys {
		out = append(out, duck.Ident(k))
	}
	return out
}

// dealt lists the buckets that are met, the oldest row's first: partition
// values as KeyExpr has them, bucket, rows, smallest age, smallest and largest
// row number, rows that take one back.
func (w *Writer) dealt(ctx context.Context, table, age string) ([][]any, error) {
	items := make([]string, 0, len(w.table.Schema().PartitionKeys)+1)
	for i, t := range w.table.Schema().PartitionTypes() {
		items = append(items, KeyExpr(duck.Ident(w.table.Schema().PartitionKeys[i]), t))
	}
	items = append(items, bucketColumn)
	retracts := "0"
	if w.rule != nil {
		retracts = "count(*) FILTER (" + kindColumn + " IN (1, 3))"
	}
	rows, _, err := w.conn.Rows(ctx, fmt.Sprintf("SELECT %s, count(*)::BIGINT, min(%[2]s)::BIGINT, min(rowid)::BIGINT, max(rowid)::BIGINT, (%[5]s)::BIGINT FROM temp.%[3]s GROUP BY %[4]s ORDER BY min(%[2]s)",
		strings.Join(items, ", "), age, table, strings.Join(append(w.partitionColumns(), bucketColumn), ", "), retracts))
	return rows, err
}

// share reads one row of dealt.
func (w *Writer) share(row []any, table, age string, written map[paimon.BucketKey]paimon.Written) (share, error) {
	types := w.table.Schema().PartitionTypes()
	n := len(types)
	number, ok := row[n].(int32)
	ints := make([]int64, 5)
	for i := range ints {
		var isInt bool
		ints[i], isInt = row[n+1+i].(int64)
		ok = ok && isInt
	}
	if !ok {
		return share{}, fmt.Errorf("the buckets of a write are %v", row)
	}
	values, err := lakeValues(row[:n], types)
	if err != nil {
		return share{}, err
	}
	encoded, err := binaryrow.Encode(types, values)
	if err != nil {
		return share{}, err
	}
	next := written[paimon.BucketKey{Partition: string(encoded), Bucket: number}].NextSequence
	s := share{partition: values, encoded: string(encoded), bucket: number, rows: ints[0], age: age, first: next, retracts: ints[4] > 0}
	where := fmt.Sprintf("rowid BETWEEN %d AND %d", ints[2], ints[3])
	if table == stagedTable {
		where = w.whereShare(row[:n], number)
	}
	columns := make([]string, 0, len(w.table.Schema().Fields)+3)
	for _, f := range w.table.Schema().Fields {
		columns = append(columns, duck.Ident(f.Name))
	}
	if w.rule != nil {
		columns = append(columns, fmt.Sprintf("(%s + %d)::BIGINT AS %s", age, next-ints[1], sequenceColumn), kindColumn)
	}
	s.from = fmt.Sprintf("SELECT %s FROM temp.%s WHERE %s", strings.Join(columns, ", "), table, where)
	return s, nil
}

// whereShare finds the staged rows of one bucket.
func (w *Writer) whereShare(partition []any, number int32) string {
	where := []string{fmt.Sprintf("%s = %d", bucketColumn, number)}
	for i, v := range partition {
		f, _ := w.table.Schema().Field(w.table.Schema().PartitionKeys[i])
		where = append(where, KeyExpr(duck.Ident(f.Name), f.Type)+" IS NOT DISTINCT FROM "+keyLiteral(v))
	}
	return strings.Join(where, " AND ")
}

// writeShare writes the files of one bucket.
func (w *Writer) writeShare(ctx context.Context, s *share) (files, changelog []manifest.Entry, err error) {
	if w.rule == nil {
		files, err = w.appendShare(ctx, s)
		return files, nil, err
	}
	files, err = w.keyShare(ctx, s)
	if err != nil || w.replaces || w.table.Schema().ChangelogProducer() != "input" {
		return files, nil, err
	}
	changelog, err = w.run(ctx, run{from: s.from + " ORDER BY " + s.age, partition: s.partition, bucket: s.bucket, total: w.bucket.Buckets, changelog: true, source: manifest.SourceAppend})
	return files, changelog, err
}

// appendShare writes rows of a table without a primary key as they came.
func (w *Writer) appendShare(ctx context.Context, s *share) ([]manifest.Entry, error) {
	// Numbers are not stored in these files: they count rows without a gap.
	return w.run(ctx, run{from: s.from + " ORDER BY " + s.age, partition: s.partition, bucket: s.bucket, total: w.bucket.Buckets, first: s.first, source: manifest.SourceAppend})
}

// keyShare writes rows of a primary-key table: one sorted run in which each key
// stands once. Most writes hold no key twice, so they are written as if, and
// the file, once sorted, tells at the cost of reading its keys whether so; if
// not, the rows are merged as the table does and written again.
func (w *Writer) keyShare(ctx context.Context, s *share) ([]manifest.Entry, error) {
	r := run{from: s.from, partition: s.partition, bucket: s.bucket, total: w.bucket.Buckets, level: w.level(), source: manifest.SourceAppend, estimate: s.rows}
	drops := r.level > 0 && s.retracts // rows that take one back do not stand on the last level
	if !w.merges && !drops {
		files, err := w.run(ctx, r)
		if !isTwice(err) {
			return files, err
		}
		w.merges = true
	}
	merged, err := w.merge(ctx, w.rule, "("+s.from+")", s.retracts)
	if err != nil {
		return nil, err
	}
	r.from = "SELECT * FROM " + merged
	if drops {
		r.from += " WHERE " + visible
	}
	return w.run(ctx, r)
}

// level is where the rows go. What replaces all there is goes where a full
// compaction would leave it: readers that pass over level 0 see it with the commit
// that takes the old rows away, and there is nothing to compact. What a write-only
// table tells of its rows is told by whoever compacts them from level 0.
func (w *Writer) level() int32 {
	if !w.replaces || w.table.Schema().Flag(schema.OptionWriteOnly) {
		return 0
	}
	return int32(w.table.Schema().Levels() - 1)
}
