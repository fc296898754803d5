package session

import (
	"context"
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/footer"
	"laketop/engine/problem"
)

// insert writes a query into a table: INTO adds, OVERWRITE replaces the whole
// table, the named static partition, or with dynamic overwrite the partitions
// that the rows touch.
func (r *running) insert(ctx context.Context, n *ast.Insert) error {
	if err := r.writable(n); err != nil {
		return err
	}
	id, table, err := r.target(ctx, n.Name)
	if err != nil {
		return err
	}
	static, err := r.staticPartition(ctx, table, n.Partition)
	if err != nil {
		return err
	}
	into, err := r.into(ctx, table, n, static)
	if err != nil {
		return err
	}
	t, err := r.translateInto(ctx, n.Query, into)
	if err != nil {
		return err
	}
	query, err := insertQuery(t.SQL, table.Schema().Fields, into, static)
	if err != nil {
		return err
	}
	if done, err := r.committed(ctx, id, table); done || err != nil {
		return err
	}
	w, err := r.store.Writer(table)
	if err != nil {
		return err
	}
	var over *commit.Overwrite
	if n.Overwrite {
		over = r.overwrite(table, n, static)
		w.Overwrites()
	}
	request, err := w.Write(ctx, query)
	if err != nil {
		return r.blame(ctx, t, err)
	}
	request.Overwrite = over
	return r.commit(ctx, id, table, w, request)
}

// target finds the table, or the branch of one, that a statement changes.
func (r *running) target(ctx context.Context, n ast.Name) (name, *paimon.Table, error) {
	id, table, err := r.opened(ctx, n)
	if err == nil && id.System != "" {
		return id, nil, r.at(problem.New("table.system", "name", id.Identifier.String(), "table", id.String()), n)
	}
	return id, table, err
}

// opened finds the table that a statement names.
func (r *running) opened(ctx context.Context, n ast.Name) (name, *paimon.Table, error) {
	id, err := r.tableName(n)
	if err != nil {
		return id, nil, err
	}
	table, err := r.catalogOf(id).Table(ctx, id.Identifier)
	if missing(err) {
		if v, verr := r.view(ctx, id); verr == nil && v != nil {
			return id, nil, r.at(problem.New("view.written", "name", id.String()), n)
		}
		return id, nil, r.at(r.unknownTable(ctx, id), n)
	}
	if err != nil {
		return id, nil, err
	}
	id.Database, id.Table = table.Identifier().Database, table.Identifier().Table
	return id, table, nil
}

// static is one dt='x' of PARTITION (...): its place in the table, its DuckDB
// text and its value in the lake.
type static struct {
	column datatype.Field
	sql    string
	value  any
}

// staticPartition evaluates the constants of PARTITION (...); a name without a
// value is dynamic and comes from the query.
func (r *running) staticPartition(ctx context.Context, table *paimon.Table, values []ast.PartitionValue) (map[string]static, error) {
	out := map[string]static{}
	for _, v := range values {
		f, ok := findField(table.Schema().Fields, v.Column.Name)
		if !ok || !contains(table.Schema().PartitionKeys, f.Name) {
			return nil, r.at(problem.New("write.partition", "column", v.Column.Name, "table", table.Identifier().String()), v)
		}
		if v.Value == nil {
			continue
		}
		text, err := r.constant(ctx, v.Value, f)
		if err != nil {
			return nil, err
		}
		rows, _, err := r.conn.Rows(ctx, "SELECT "+filestore.KeyExpr("("+text+")", f.Type))
		if err != nil {
			return nil, r.at(problem.New("write.partition_value", "column", f.Name, "type", f.Type.String()).Because(err), v)
		}
		value, err := filestore.KeyValue(rows[0][0], f.Type)
		if err != nil {
			return nil, err
		}
		out[f.Name] = static{f, text, value}
	}
	return out, nil
}

// constant is an expression without columns as DuckDB text of a field's type.
func (r *running) constant(ctx context.Context, x ast.Expr, f datatype.Field) (string, error) {
	span := ast.Span{Start: x.Pos().Start, End: x.Pos().End}
	q := &ast.Query{Span: span, Body: &ast.Select{Span: span, Items: []ast.Item{{Span: span, X: x}}}}
	opt := r.options()
	opt.Into = []dialect.Column{{Name: f.Name, Type: f.Type}}
	t, err := dialect.Translate(ctx, r.dialect, r.stmt, q, r.scope(), opt)
	if err != nil {
		return "", err
	}
	return "(" + t.SQL + ")", nil
}

func (r *running) overwrite(table *paimon.Table, n *ast.Insert, statics map[string]static) *commit.Overwrite {
	o := &commit.Overwrite{Partition: map[string]any{}}
	for name, s := range statics {
		o.Partition[name] = s.value
	}
	dynamic := strings.EqualFold(r.conf["spark.sql.sources.partitionOverwriteMode"], "dynamic") ||
		r.dialect == dialect.Flink && n.Options["dynamic-partition-overwrite"] != "false"
	if dynamic && len(table.Schema().PartitionKeys) > 0 && len(statics) < len(table.Schema().PartitionKeys) {
		o.Dynamic = true
	}
	return o
}

// into says which columns of the table the query's columns go into, in the
// query's order: the column list's, by name, or all that PARTITION (...) does
// not fill.
func (r *running) into(ctx context.Context, table *paimon.Table, n *ast.Insert, statics map[string]static) ([]dialect.Column, error) {
	var out []dialect.Column
	if len(n.Columns) == 0 && !n.ByName {
		for _, f := range table.Schema().Fields {
			if _, ok := statics[f.Name]; !ok {
				out = append(out, dialect.Column{Name: f.Name, Type: f.Type})
			}
		}
		return out, nil
	}
	names := make([]string, 0, len(n.Columns))
	for _, c := range n.Columns {
		names = append(names, c.Name)
	}
	if n.ByName {
		t, err := r.translate(ctx, n.Query)
		if err != nil {
			return nil, err
		}
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
	}
	for _, c := range names {
		f, ok := findField(table.Schema().Fields, c)
		if !ok {
			return nil, r.at(problem.New("sql.unknown_column", "name", c).Suggest(problem.Nearest(c, fieldNames(table.Schema().Fields), 3)...), n.Name)
		}
		out = append(out, dialect.Column{Name: f.Name, Type: f.Type})
	}
	return out, nil
}

// insertQuery puts the query's columns into the table's order; a column that
// neither the query nor PARTITION (...) fills is null.
func insertQuery(sql string, fields []datatype.Field, into []dialect.Column, statics map[string]static) (string, error) {
	from, columns := map[string]string{}, make([]string, len(into))
	for i, c := range into {
		columns[i] = fmt.Sprintf("c%d", i)
		from[c.Name] = "q." + columns[i]
	}
	items := make([]string, len(fields))
	for i, f := range fields {
		to, err := f.Type.DuckDB()
		if err != nil {
			return "", err
		}
		expr, ok := from[f.Name]
		if !ok {
			expr = "NULL"
			if s, ok := statics[f.Name]; ok {
				expr = "(" + s.sql + ")"
			}
		}
		if f.Default != nil {
			expr = fmt.Sprintf("coalesce(%s, %s)", expr, defaultExpr(*f.Default, to))
		}
		item := storeExpr(expr, f.Type, to)
		if f.Type.NotNull {
			item = fmt.Sprintf("CASE WHEN %s IS NULL THEN %s ELSE %s END", expr, duck.Raise(problem.Say("session.raised_null", "column", f.Name)), item)
		}
		items[i] = item + " AS " + duck.Ident(f.Name)
	}
	return fmt.Sprintf("SELECT %s FROM (%s) AS q(%s)", strings.Join(items, ", "), sql, strings.Join(columns, ", ")), nil
}

// defaultExpr is a column's default, which takes the place of a null as Java's
// writer has it. The schema keeps the text of the value; quotes around it do not
// belong to it.
func defaultExpr(text, duckType string) string {
	const quotes = 2
	if len(text) >= quotes && text[0] == '\'' && text[len(text)-1] == '\'' {
		text = text[1 : len(text)-1]
	}
	return fmt.Sprintf("CAST(%s AS %s)", duck.Literal(text), duckType)
}

// storeExpr casts one column for a data file. CHAR(n) is padded as Spark pads
// it on writing; blanks at the end that its column has no room for are cut off,
// and a text longer than its column allows fails.
func storeExpr(expr string, to datatype.Type, duckType string) string {
	if to.IsString() && to.Length < datatype.MaxLength {
		long := problem.Say("session.raised_long", "type", to.Nullable().String())
		expr = fmt.Sprintf("CASE WHEN length(%[1]s) > %[2]d AND length(rtrim(%[1]s, ' ')) > %[2]d THEN %[3]s ELSE left(%[1]s, %[2]d) END",
			expr, to.Length, duck.Raise(long))
	}
	cast := fmt.Sprintf("CAST(%s AS %s)", expr, duckType)
	if write := footer.WriteExpr(to); write != nil {
		cast = write(expr)
	}
	if to.Kind == datatype.Char {
		cast = fmt.Sprintf("rpad(%s, %d, ' ')", cast, to.Length)
	}
	return cast
}

func (r *running) truncate(ctx context.Context, n *ast.Truncate) error {
	if err := r.writable(n); err != nil {
		return err
	}
	id, table, err := r.target(ctx, n.Name)
	if err != nil {
		return err
	}
	statics, err := r.staticPartition(ctx, table, n.Partition)
	if err != nil {
		return err
	}
	o := &commit.Overwrite{Partition: map[string]any{}}
	for name, s := range statics {
		o.Partition[name] = s.value
	}
	if done, err := r.committed(ctx, id, table); done || err != nil {
		return err
	}
	if err := r.commit(ctx, id, table, nil, commit.Request{Overwrite: o}); err != nil {
		return err
	}
	if n.Partition == nil {
		r.retell(notice.New("table.emptied", "name", id))
		return nil
	}
	part := partitionSpan(n.Partition).Pos()
	r.retell(notice.New("partition.emptied", "table", id, "partition", r.stmt.Source()[part.Start:part.End]))
	return nil
}

func findField(list []datatype.Field, name string) (datatype.Field, bool) {
	for _, f := range list {
		if f.Name == name {
			return f, true
		}
	}
	for _, f := range list {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return datatype.Field{}, false
}

func fieldNames(list []datatype.Field) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
