package filestore

import (
	"context"
	"fmt"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Read is the DuckDB text, fit for FROM, that reads planned files as the columns
// of the plan's schema. columns are those that the statement needs; nil is all,
// and none means that it only counts the rows.
func (s *Store) Read(ctx context.Context, table *paimon.Table, plan *scan.Plan, columns []string) (string, error) {
	r, err := s.reader(table, plan.Schema, columns)
	if err != nil {
		return "", err
	}
	counts := columns != nil && len(columns) == 0
	var text string
	if len(plan.Schema.PrimaryKeys) > 0 {
		text, err = r.keyed(ctx, table, plan, counts)
	} else {
		text, err = r.appended(ctx, plan, counts)
	}
	if err != nil {
		return "", err
	}
	return "(" + text + ")", nil
}

// ReadPositions is Read of an append table with two columns more: _LT_FILE
// INTEGER, the place of the row's file in plan.Files, and _LT_ROW BIGINT, its
// place in that file.
func (s *Store) ReadPositions(ctx context.Context, table *paimon.Table, plan *scan.Plan, columns []string) (string, error) {
	if len(plan.Schema.PrimaryKeys) > 0 {
		return "", fmt.Errorf("rows of %s are known by their key, not by their place", table.Identifier())
	}
	r, err := s.reader(table, plan.Schema, columns)
	if err != nil {
		return "", err
	}
	r.positions, r.names = true, [2]string{"_LT_FILE", "_LT_ROW"}
	text, err := r.appended(ctx, plan, false)
	return "(" + text + ")", err
}

// keyValues is a query over key-value files as they are: columns of the table's
// schema (nil is all) with _SEQUENCE_NUMBER and _VALUE_KIND, and, when positions
// is set, _FILE_INDEX (the place in files) and _ROW. Rows that a deletion vector
// names are left out.
func (s *Store) keyValues(ctx context.Context, table *paimon.Table, files []scan.PlannedFile, columns []string, positions bool) (string, error) {
	r, err := s.reader(table, table.Schema(), columns)
	if err != nil {
		return "", err
	}
	r.kinds, r.positions = true, positions
	sources, err := r.sources(ctx, files)
	if err != nil {
		return "", err
	}
	text, err := r.text(ctx, sources)
	return "(" + text + ")", err
}

func (s *Store) reader(table *paimon.Table, sch *schema.Schema, columns []string) (*rows, error) {
	local, ok := table.FileIO().(fileio.Local)
	if !ok {
		return nil, problem.New("session.remote_lake", "table", table.Identifier().String())
	}
	return &rows{Store: s, local: local, schema: sch, want: needed(sch.Fields, columns), names: [2]string{fileColumn, rowColumn}}, nil
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

// appended reads the files of an append table.
func (r *rows) appended(ctx context.Context, plan *scan.Plan, counts bool) (string, error) {
	if counts {
		if n, ok := aliveRows(plan.Files); ok {
			return r.count(n)
		}
	}
	sources, err := r.sources(ctx, plan.Files)
	if err != nil {
		return "", err
	}
	return r.text(ctx, sources)
}

// sources are planned files, numbered by their place, with their vectors read.
func (r *rows) sources(ctx context.Context, files []scan.PlannedFile) ([]source, error) {
	out := make([]source, len(files))
	for i := range files {
		src, err := r.source(ctx, &files[i])
		if err != nil {
			return nil, err
		}
		src.number = i
		out[i] = src
	}
	return out, nil
}

func (r *rows) source(ctx context.Context, f *scan.PlannedFile) (source, error) {
	src, err := sourceOf(r.local, f, r.schema)
	if err == nil && f.Vector != nil {
		src.dead, err = r.shared.vector(ctx, r.local, f)
	}
	return src, err
}

// aliveRows is how many rows files have, less those that vectors delete; false
// where a vector does not say.
func aliveRows(files []scan.PlannedFile) (int64, bool) {
	var n int64
	for i := range files {
		n += files[i].Entry.File.RowCount
		if v := files[i].Vector; v != nil {
			if v.Cardinality < 0 {
				return 0, false
			}
			n -= v.Cardinality
		}
	}
	return n, true
}

// count is n rows of which only the number matters.
func (r *rows) count(n int64) (string, error) {
	t, err := r.want[0].Type.DuckDB()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("SELECT CAST(NULL AS %s) AS %s FROM range(%d)", t, duck.Ident(r.want[0].Name), n), nil
}
