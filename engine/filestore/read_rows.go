package filestore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// The columns that key-value files hold beside those of the table, and those
// that reading adds.
const (
	sequenceColumn = "_SEQUENCE_NUMBER"
	kindColumn     = "_VALUE_KIND"
	fileColumn     = "_FILE_INDEX"
	rowColumn      = "_ROW"
)

// visible is the condition for a record that is a row and takes none back.
const visible = kindColumn + " IN (0, 2)"

var (
	sequenceField = datatype.Field{ID: -1, Name: sequenceColumn, Type: datatype.Of(datatype.BigInt)}
	kindField     = datatype.Field{ID: -1, Name: kindColumn, Type: datatype.Of(datatype.TinyInt)}
)

// source is one file that rows are read from.
type source struct {
	path      string // on this machine
	remote    string // relative to the warehouse; "" for a part of an overlay
	rows      int64
	written   *schema.Schema // the columns it has
	partition []any          // nil: read the partition's columns from the file
	dead      []uint64       // rows that are passed over, a bit each
	number    int            // what fileColumn calls it
	hasKinds  bool           // sequence number and kind are in the file
	level     int32
}

// rows reads sources as the columns of one schema.
type rows struct {
	*Store
	local     fileio.Local
	schema    *schema.Schema
	want      []datatype.Field
	kinds     bool      // also sequenceColumn and kindColumn
	positions bool      // also fileColumn INTEGER and rowColumn BIGINT
	names     [2]string // other names for these two
	levels    bool      // also levelColumn INTEGER
	where     string    // on columns of key-value files; "" all rows
	among     *keySet   // rows that may have one of these keys; nil all
}

// text is a query over the sources: one read for each schema that they were
// written with, as matching goes by field id.
func (r *rows) text(ctx context.Context, sources []source) (string, error) {
	if len(sources) == 0 {
		return r.empty()
	}
	var parts []string
	for _, group := range r.groups(sources) {
		text, err := r.group(ctx, group)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " UNION ALL "), nil
}

// groups are sources that one read_parquet may take, in order of their first.
func (r *rows) groups(sources []source) [][]source {
	at := map[string]int{}
	var out [][]source
	for i, src := range sources {
		key := strconv.FormatInt(src.written.ID, 10)
		if src.remote == "" {
			key += " part" // DuckDB wrote it, with its own types
			if r.plainTypes() {
				key = strconv.FormatInt(src.written.ID, 10)
			}
		}
		if src.partition != nil {
			key += " of " + fmt.Sprint(src.partition)
		}
		if r.alone(src.written) {
			key += " " + strconv.Itoa(i)
		}
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], src)
	}
	return out
}

// plainTypes tells whether every wanted column is in a file as DuckDB has it.
func (r *rows) plainTypes() bool {
	for _, f := range r.want {
		if expr := footer.ReadExpr(f.Type); expr == nil || expr("x") != "x" {
			return false
		}
	}
	return true
}

// alone tells files that one read_parquet may not take together: it reads all as
// the first one's types, and instants finer than microseconds come with or
// without a zone, depending on who wrote them.
func (r *rows) alone(written *schema.Schema) bool {
	for _, f := range heldFields(r.want, written) {
		if !f.Type.Walk(func(t datatype.Type) bool { return t.Kind != datatype.TimestampLTZ || t.Precision <= 6 }) {
			return true
		}
	}
	return false
}

// group reads sources of one schema.
func (r *rows) group(ctx context.Context, sources []source) (string, error) {
	written := sources[0].written
	held := heldFields(r.want, written)
	fine := footer.NeedsReader(held) && sources[0].remote != ""
	// A column of that name hides DuckDB's own.
	fine = fine || r.hidden(written) && (r.positions || anyDead(sources))
	from := parquetList(sources)
	if fine {
		var err error
		if from, err = r.fineRows(ctx, held, sources); err != nil {
			return "", err
		}
	}
	items, err := r.items(sources[0], fine)
	if err != nil {
		return "", err
	}
	if r.positions {
		items = append(items, fileNumbers(sources)+" AS "+r.names[0], "file_row_number AS "+r.names[1])
	}
	if r.levels {
		items = append(items, fileLevels(sources)+" AS "+levelColumn)
	}
	text := "SELECT " + strings.Join(items, ", ") + " FROM " + from
	var conds []string
	if cond := r.alive(sources); cond != "" {
		conds = append(conds, cond)
	}
	if r.where != "" && sources[0].hasKinds {
		conds = append(conds, r.where)
	}
	if r.among != nil {
		cond, err := r.among.may(sources[0], fine)
		if err != nil {
			return "", err
		}
		conds = append(conds, cond)
	}
	if len(conds) > 0 {
		text += " WHERE " + strings.Join(conds, " AND ")
	}
	return text, nil
}

func parquetList(sources []source) string {
	paths := make([]string, len(sources))
	for i, src := range sources {
		paths[i] = duck.Literal(src.path)
	}
	return "read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning=false)"
}

func (r *rows) hidden(written *schema.Schema) bool {
	for _, f := range written.Fields {
		if strings.EqualFold(f.Name, "file_index") || strings.EqualFold(f.Name, "file_row_number") {
			return true
		}
	}
	return false
}

func anyDead(sources []source) bool {
	for _, src := range sources {
		if src.dead != nil {
			return true
		}
	}
	return false
}

// alive is the condition that passes over the sources' dead rows; "" when there
// are none.
func (s *Store) alive(sources []source) string {
	if !anyDead(sources) {
		return ""
	}
	words := make([][]uint64, len(sources))
	for i, src := range sources {
		words[i] = src.dead
	}
	id, release := s.shared.db.Vectors().Keep(words)
	s.release = append(s.release, release)
	return fmt.Sprintf("%s(%d, file_index, file_row_number)", duck.Alive, id)
}

// fileNumbers turns file_index, the place in this list, into the sources' numbers.
func fileNumbers(sources []source) string {
	shift, even := sources[0].number, true
	list := make([]string, len(sources))
	for i, src := range sources {
		even = even && src.number == i+shift
		list[i] = strconv.Itoa(src.number)
	}
	switch {
	case even && shift == 0:
		return "file_index::INTEGER"
	case even:
		return fmt.Sprintf("(file_index::INTEGER + %d)", shift)
	}
	return "([" + strings.Join(list, ", ") + "]::INTEGER[])[file_index::INTEGER + 1]"
}

// items are the select list. restored says that the columns have the lake's own
// types already.
func (r *rows) items(src source, restored bool) ([]string, error) {
	items := make([]string, 0, len(r.want)+4)
	for _, f := range r.want {
		item, err := readItem(f, src, restored)
		if err != nil {
			return nil, err
		}
		if item != duck.Ident(f.Name) {
			item += " AS " + duck.Ident(f.Name)
		}
		items = append(items, item)
	}
	if r.kinds {
		if src.hasKinds {
			items = append(items, sequenceColumn, kindColumn)
		} else {
			items = append(items, "0::BIGINT AS "+sequenceColumn, "0::TINYINT AS "+kindColumn)
		}
	}
	return items, nil
}

func (r *rows) empty() (string, error) {
	fields := r.want
	if r.kinds {
		fields = append(append([]datatype.Field{}, fields...), sequenceField, kindField)
	}
	items := make([]string, len(fields))
	for i, f := range fields {
		t, err := f.Type.DuckDB()
		if err != nil {
			return "", err
		}
		items[i] = fmt.Sprintf("CAST(NULL AS %s) AS %s", t, duck.Ident(f.Name))
	}
	text := "SELECT " + strings.Join(items, ", ")
	if r.positions {
		text += ", 0 AS " + r.names[0] + ", 0::BIGINT AS " + r.names[1]
	}
	if r.levels {
		text += ", 0 AS " + levelColumn
	}
	return text + " WHERE false", nil
}

// heldFields are the columns of the files that the wanted ones come from.
func heldFields(want []datatype.Field, written *schema.Schema) []datatype.Field {
	var held []datatype.Field
	for _, f := range want {
		if in, ok := written.FieldByID(f.ID); ok {
			held = append(held, in)
		}
	}
	return held
}

// fineRows are the rows of files with timestamps finer than DuckDB's parquet
// reader gives: through Arrow into temporary tables that end with the
// statement. They have file_index and file_row_number as read_parquet does.
func (r *rows) fineRows(ctx context.Context, held []datatype.Field, sources []source) (string, error) {
	if r.kinds || r.where != "" {
		held = append(append([]datatype.Field{}, held...), sequenceField, kindField)
	}
	if len(held) == 0 {
		held = sources[0].written.Fields[:1]
	}
	var parts []string
	for i, src := range sources {
		table := fmt.Sprintf("lt_fine_%d", len(r.scratch))
		r.scratch = append(r.scratch, table)
		stream, err := newFileStream(ctx, r.local, src.remote, held)
		if err != nil {
			return "", err
		}
		err = r.load(ctx, table, stream)
		stream.Release()
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("SELECT *, %d::UBIGINT AS file_index, rowid AS file_row_number FROM temp.%s", i, table))
	}
	return "(" + strings.Join(parts, " UNION ALL ") + ")", nil
}

// load puts a stream of Arrow batches into a new temporary table.
func (s *Store) load(ctx context.Context, table string, stream array.RecordReader) error {
	view := s.shared.streamName() // views are seen by every connection
	release, err := s.conn.View(stream, view)
	if err != nil {
		return err
	}
	defer release()
	if err := s.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+table+" AS SELECT * FROM "+view); err != nil {
		return err
	}
	if err := stream.Err(); err != nil {
		return err
	}
	return s.conn.Exec(ctx, "DROP VIEW IF EXISTS "+view)
}

// readItem reads one column of the table from a file of an older or of the same
// schema: by field id, null where the file's schema has none, cast where the
// type has changed; a column of the partition from the manifest's values where
// the source gives them.
func readItem(f datatype.Field, src source, restored bool) (string, error) {
	t, err := f.Type.DuckDB()
	if err != nil {
		return "", err
	}
	if src.partition != nil {
		for i, k := range src.written.PartitionKeys {
			if in, ok := src.written.Field(k); ok && in.ID == f.ID {
				return partitionLiteral(src.partition[i], t), nil
			}
		}
	}
	in, ok := src.written.FieldByID(f.ID)
	if !ok {
		return "CAST(NULL AS " + t + ")", nil
	}
	item := duck.Ident(in.Name)
	if src.remote == "" {
		return item, nil
	}
	if expr := footer.ReadExpr(in.Type); expr != nil && !restored {
		item = expr(item)
	}
	return castColumn(item, in.Type, f.Type)
}

// partitionLiteral is a value of a partition key as DuckDB text of type t.
func partitionLiteral(v any, t string) string {
	switch x := v.(type) {
	case nil:
		return "CAST(NULL AS " + t + ")"
	case binaryrow.Timestamp:
		micros := x.Millis*1000 + int64(x.NanoOfMilli)/1000
		if t == "TIMESTAMPTZ" || t == "TIMESTAMP WITH TIME ZONE" {
			return fmt.Sprintf("(make_timestamp(%d) AT TIME ZONE 'UTC')", micros)
		}
		return fmt.Sprintf("CAST(make_timestamp(%d) AS %s)", micros, t)
	case binaryrow.Time:
		return fmt.Sprintf("CAST(TIME '00:00:00' + to_milliseconds(%d) AS %s)", int64(x), t)
	}
	return fmt.Sprintf("CAST(%s AS %s)", duck.Literal(fmt.Sprint(v)), t)
}

// sourceOf is a planned file as a source.
func sourceOf(local fileio.Local, f *scan.PlannedFile, table *schema.Schema) (source, error) {
	p, err := local.LocalPath(f.Path)
	if err != nil {
		return source{}, err
	}
	src := source{path: p, remote: f.Path, rows: f.Entry.File.RowCount, written: f.Schema, hasKinds: len(table.PrimaryKeys) > 0, level: f.Entry.File.Level}
	if len(table.PartitionKeys) > 0 && !strings.HasPrefix(f.Entry.File.FileName, table.DataPrefix()) {
		src.partition = f.Partition // taken over from another system: its files may lack these columns
	}
	return src, nil
}
