package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/javafn"
	"laketop/engine/duck"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// analyze runs ANALYZE TABLE: it reads the newest snapshot and commits what it
// counted, for the planners of Spark and Flink.
func (r *running) analyze(ctx context.Context, n *ast.Analyze) error {
	if err := r.writable(n); err != nil {
		return err
	}
	id, table, err := r.target(ctx, n.Name)
	if err != nil {
		return err
	}
	fields, err := r.analyzed(table, n)
	if err != nil {
		return err
	}
	at, err := table.At(ctx, scan.Options{})
	if err != nil {
		return err
	}
	if at.Snapshot() == nil {
		r.tell(notice.New("table.blank", "table", id))
		return nil
	}
	rows, columns, bytes, err := r.measure(ctx, table, at, fields)
	if err != nil {
		return err
	}
	snap, err := table.Analyze(ctx, at.Snapshot(), rows, bytes, columns)
	if err != nil {
		return err
	}
	r.reads[TableVersion{Table: id.String(), Snapshot: at.SnapshotID()}] = true
	r.noteReads()
	r.out.Writes = []TableVersion{{Table: id.String(), Snapshot: snap.ID}}
	r.tell(notice.New("table.analyzed", "table", id, "rows", rows, "columns", len(columns)))
	return nil
}

// analyzed are the columns that are asked for, those of nested types aside.
func (r *running) analyzed(table *paimon.Table, n *ast.Analyze) ([]datatype.Field, error) {
	all := table.Schema().Fields
	var out []datatype.Field
	for _, c := range n.Columns {
		f, ok := findField(all, c.Name)
		if !ok {
			return nil, r.at(problem.New("sql.unknown_column", "name", c.Name).Suggest(problem.Nearest(c.Name, fieldNames(all), 3)...), c)
		}
		if f.Type.IsNested() {
			return nil, r.at(problem.New("sql.unsupported").With("construct", problem.Say("session.column_statistics", "type", f.Type.Spark())).With("instead", problem.Say("session.leave_out")), c)
		}
		out = append(out, f)
	}
	if n.All {
		out = slices.DeleteFunc(slices.Clone(all), func(f datatype.Field) bool { return f.Type.IsNested() })
	}
	return out, nil
}

// measure counts the rows of a moment and what is to be known of some columns in
// one pass over them.
func (r *running) measure(ctx context.Context, table *paimon.Table, at *paimon.Moment, fields []datatype.Field) (rows int64, columns map[string]paimon.ColumnStatistics, bytes int64, err error) {
	plan, err := at.Plan(ctx, nil)
	if err != nil {
		return 0, nil, 0, err
	}
	for i := range plan.Files {
		bytes += plan.Files[i].Entry.File.SizeBytes
	}
	names := []string{}
	items := []string{"count(*)::BIGINT"}
	for _, f := range fields {
		names = append(names, f.Name)
		items = append(items, measures(f)...)
	}
	from, err := r.store.Read(ctx, table, plan, names)
	if err != nil {
		return 0, nil, 0, err
	}
	found, _, err := r.conn.Rows(ctx, "SELECT "+strings.Join(items, ", ")+" FROM "+from)
	if err != nil {
		return 0, nil, 0, err
	}
	cells := found[0]
	rows, _ = cells[0].(int64)
	columns = map[string]paimon.ColumnStatistics{}
	for i, f := range fields {
		columns[f.Name] = statisticsOf(f, rows, cells[1+i*measured:][:measured])
	}
	return rows, columns, bytes, nil
}

// measured is how many values measures asks for.
const measured = 6

// measures asks for a column's number of values, of different ones, its least
// and greatest, and the average and the most of its characters or bytes.
func measures(f datatype.Field) []string {
	c := duck.Ident(f.Name)
	length := "NULL"
	switch {
	case f.Type.IsString():
		length = "length(" + c + ")"
	case f.Type.IsBinary():
		length = "octet_length(" + c + ")"
	}
	return []string{
		"count(" + c + ")::BIGINT", "count(DISTINCT " + c + ")::BIGINT", orderedText(f.Type, "min("+c+")"), orderedText(f.Type, "max("+c+")"),
		"CAST(ceil(avg(" + length + ")) AS BIGINT)", "CAST(max(" + length + ") AS BIGINT)",
	}
}

// orderedText is a value as the text that Java's serializer of its type reads;
// NULL for texts, too, which Spark keeps no bounds of. A FLOAT or DOUBLE stays a number.
func orderedText(t datatype.Type, c string) string {
	switch t.Kind {
	case datatype.Date:
		return "CAST(" + c + " - DATE '1970-01-01' AS VARCHAR)"
	case datatype.Time:
		return "CAST(date_part('epoch', " + c + ") * 1000 AS BIGINT)::VARCHAR"
	case datatype.Timestamp:
		return "strftime(CAST(" + c + " AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%f')"
	case datatype.TimestampLTZ:
		return "strftime(timezone('UTC', " + c + "), '%Y-%m-%d %H:%M:%S.%f')"
	case datatype.Float, datatype.Double:
		return c
	}
	if t.IsString() || t.IsBinary() || t.IsNested() {
		return "NULL"
	}
	return "CAST(" + c + " AS VARCHAR)"
}

func statisticsOf(f datatype.Field, rows int64, cells []any) paimon.ColumnStatistics {
	count := func(i int) int64 { n, _ := cells[i].(int64); return n }
	out := paimon.ColumnStatistics{ID: f.ID, Distinct: count(1), Nulls: rows - count(0), AvgLen: count(4), MaxLen: count(5)}
	if size := fixedBytes(f.Type); size > 0 {
		out.AvgLen, out.MaxLen = size, size
	}
	out.Min, out.Max = javaText(cells[2]), javaText(cells[3])
	return out
}

// javaText is a least or greatest value as Java reads it.
func javaText(v any) *string {
	var text string
	switch x := v.(type) {
	case nil:
		return nil
	case float32:
		text = javafn.FloatText(x)
	case float64:
		text = javafn.DoubleText(x)
	default:
		text = fmt.Sprint(x)
	}
	return &text
}

// fixedBytes is the size of a value of a type that has one, as Spark counts it.
func fixedBytes(t datatype.Type) int64 {
	switch t.Kind {
	case datatype.Boolean, datatype.TinyInt:
		return 1
	case datatype.SmallInt:
		return 2
	case datatype.Int, datatype.Date, datatype.Float, datatype.Time:
		return 4
	case datatype.Decimal:
		if t.Precision > 18 {
			return 16
		}
		return 8
	case datatype.BigInt, datatype.Double, datatype.Timestamp, datatype.TimestampLTZ:
		return 8
	}
	return 0
}
