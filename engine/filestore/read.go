package filestore

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Read is the DuckDB text, fit for FROM, that reads planned files as the columns
// of the table's schema: one read for each schema that files were written with,
// matched by field id. columns are those that the statement needs; nil is all.
func (s *Store) Read(ctx context.Context, table *paimon.Table, plan *scan.Plan, columns []string) (string, error) {
	local, ok := table.FileIO().(fileio.Local)
	if !ok {
		return "", problem.New("session.remote_lake", "table", table.Identifier().String())
	}
	want := needed(plan.Schema.Fields, columns)
	if len(plan.Files) == 0 {
		return emptyRead(want)
	}
	groups := map[int64][]scan.PlannedFile{}
	var order []int64
	for _, f := range plan.Files {
		id := f.Schema.ID
		if groups[id] == nil {
			order = append(order, id)
		}
		groups[id] = append(groups[id], f)
	}
	var parts []string
	for _, id := range order {
		for _, files := range alike(want, groups[id]) {
			text, err := s.readGroup(ctx, local, want, files)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
	}
	return "(" + strings.Join(parts, " UNION ALL ") + ")", nil
}

// alike cuts files of one schema into those that one read_parquet may take. It
// reads all as the first one's types, and instants finer than microseconds
// come with or without a zone, depending on who wrote them: each of these
// files is read alone.
func alike(want []datatype.Field, files []scan.PlannedFile) [][]scan.PlannedFile {
	same := true
	for _, f := range heldFields(want, files[0].Schema) {
		same = same && f.Type.Walk(func(t datatype.Type) bool { return t.Kind != datatype.TimestampLTZ || t.Precision <= 6 })
	}
	if same {
		return [][]scan.PlannedFile{files}
	}
	out := make([][]scan.PlannedFile, len(files))
	for i := range files {
		out[i] = files[i : i+1]
	}
	return out
}

// needed are the fields in schema order; at least one, so that rows can be
// counted.
func needed(all []datatype.Field, columns []string) []datatype.Field {
	if columns == nil {
		return all
	}
	keep := map[string]bool{}
	for _, c := range columns {
		keep[c] = true
	}
	var out []datatype.Field
	for _, f := range all {
		if keep[f.Name] {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = all[:1]
	}
	return out
}

func emptyRead(want []datatype.Field) (string, error) {
	items := make([]string, len(want))
	for i, f := range want {
		t, err := f.Type.DuckDB()
		if err != nil {
			return "", err
		}
		items[i] = fmt.Sprintf("CAST(NULL AS %s) AS %s", t, duck.Ident(f.Name))
	}
	return "(SELECT " + strings.Join(items, ", ") + " WHERE false)", nil
}

// readGroup reads files of one schema.
func (s *Store) readGroup(ctx context.Context, local fileio.Local, want []datatype.Field, files []scan.PlannedFile) (string, error) {
	if held := heldFields(want, files[0].Schema); footer.NeedsReader(held) {
		return s.readFine(ctx, local, want, held, files)
	}
	paths := make([]string, len(files))
	for i, f := range files {
		p, err := local.LocalPath(f.Path)
		if err != nil {
			return "", err
		}
		paths[i] = duck.Literal(p)
	}
	items := make([]string, len(want))
	for i, f := range want {
		item, err := readItem(f, files[0].Schema, false)
		if err != nil {
			return "", err
		}
		items[i] = item + " AS " + duck.Ident(f.Name)
	}
	return fmt.Sprintf("SELECT %s FROM read_parquet([%s], hive_partitioning=false)", strings.Join(items, ", "), strings.Join(paths, ", ")), nil
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

// readFine reads files with timestamps finer than DuckDB's parquet reader
// gives: through Arrow into a temporary table that ends with the statement.
func (s *Store) readFine(ctx context.Context, local fileio.Local, want, held []datatype.Field, files []scan.PlannedFile) (string, error) {
	table := fmt.Sprintf("lt_fine_%d", len(s.scratch))
	s.scratch = append(s.scratch, table)
	for i, f := range files {
		stream, err := newFileStream(ctx, local, f.Path, held)
		if err != nil {
			return "", err
		}
		err = s.load(ctx, table, i == 0, stream)
		stream.Release()
		if err != nil {
			return "", err
		}
	}
	items := make([]string, len(want))
	for i, f := range want {
		item, err := readItem(f, files[0].Schema, true)
		if err != nil {
			return "", err
		}
		items[i] = item + " AS " + duck.Ident(f.Name)
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM temp." + table, nil
}

// load puts a stream of Arrow batches into a temporary table.
func (s *Store) load(ctx context.Context, table string, first bool, stream array.RecordReader) error {
	const view = "lt_stream"
	release, err := s.conn.View(stream, view)
	if err != nil {
		return err
	}
	defer release()
	text := "INSERT INTO temp." + table + " SELECT * FROM " + view
	if first {
		text = "CREATE OR REPLACE TEMP TABLE " + table + " AS SELECT * FROM " + view
	}
	if err := s.conn.Exec(ctx, text); err != nil {
		return err
	}
	if err := stream.Err(); err != nil {
		return err
	}
	return s.conn.Exec(ctx, "DROP VIEW IF EXISTS "+view)
}

// readItem reads one column of the table from a file of an older or of the same
// schema: by field id, null where the file's schema has none, cast where the
// type has changed.
// restored says that the file's columns have the lake's own types already.
func readItem(f datatype.Field, written *schema.Schema, restored bool) (string, error) {
	t, err := f.Type.DuckDB()
	if err != nil {
		return "", err
	}
	in, ok := written.FieldByID(f.ID)
	if !ok {
		return "CAST(NULL AS " + t + ")", nil
	}
	item := duck.Ident(in.Name)
	if expr := footer.ReadExpr(in.Type); expr != nil && !restored {
		item = expr(item)
	}
	if !datatype.Equal(in.Type.Nullable(), f.Type.Nullable()) {
		item = "CAST(" + item + " AS " + t + ")"
	}
	return item, nil
}
