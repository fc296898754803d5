package session

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// show answers SHOW in the columns that Spark gives.
func (r *running) show(ctx context.Context, n *ast.Show) error {
	switch n.What {
	case "DATABASES":
		dbs, err := r.cfg.Catalogs[r.catalog].Databases(ctx)
		if err != nil {
			return err
		}
		return r.list(ctx, "namespace", dbs, n.Pattern)
	case "CATALOGS":
		return r.list(ctx, "catalog", r.aliases(), n.Pattern)
	case "TABLES", "VIEWS":
		return r.showTables(ctx, n)
	case "COLUMNS", "CREATE TABLE", "PARTITIONS", "TBLPROPERTIES":
		return r.showTable(ctx, n)
	case "CURRENT DATABASE":
		return r.answer(ctx, []datatype.Field{text("catalog"), text("namespace")}, [][]any{{r.catalog, r.database}})
	}
	return r.at(problem.New("sql.unsupported", "construct", "SHOW "+n.What, "instead", ""), n)
}

// list answers one column of names, those that match a LIKE pattern of SHOW.
func (r *running) list(ctx context.Context, column string, names []string, pattern string) error {
	var rows [][]any
	for _, v := range names {
		if matches(pattern, v) {
			rows = append(rows, []any{v})
		}
	}
	return r.answer(ctx, []datatype.Field{text(column)}, rows)
}

// matches is SHOW's own pattern: * is any text, | separates choices, case aside.
func matches(pattern, s string) bool {
	if pattern == "" {
		return true
	}
	for p := range strings.SplitSeq(strings.ToLower(strings.ReplaceAll(pattern, "%", "*")), "|") {
		if glob(p, strings.ToLower(s)) {
			return true
		}
	}
	return false
}

func glob(p, s string) bool {
	first, rest, star := strings.Cut(p, "*")
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	if !star {
		return s == ""
	}
	for i := 0; i <= len(s); i++ {
		if glob(rest, s[i:]) {
			return true
		}
	}
	return false
}

func (r *running) showTables(ctx context.Context, n *ast.Show) error {
	db, cat := r.database, r.cfg.Catalogs[r.catalog]
	if len(n.Name) > 0 {
		var err error
		if cat, db, err = r.databaseOf(n.Name); err != nil {
			return err
		}
	}
	var names []string
	if n.What == "TABLES" {
		tables, err := cat.Tables(ctx, db)
		if err != nil {
			return err
		}
		names = tables
	}
	if r.cfg.Views != nil {
		views, err := r.cfg.Views.List(ctx, db)
		if err != nil {
			return err
		}
		names = append(names, views...)
	}
	slices.Sort(names)
	var rows [][]any
	for _, v := range names {
		if matches(n.Pattern, v) {
			rows = append(rows, []any{db, v, false})
		}
	}
	kind := "tableName"
	if n.What == "VIEWS" {
		kind = "viewName"
	}
	return r.answer(ctx, []datatype.Field{text("namespace"), text(kind), datatype.NewField("isTemporary", datatype.Of(datatype.Boolean))}, rows)
}

func (r *running) showTable(ctx context.Context, n *ast.Show) error {
	id, table, err := r.opened(ctx, n.Name)
	if err != nil {
		return err
	}
	if id.System != "" {
		return r.at(problem.New("sql.unsupported").With("construct", problem.Say("session.show_system", "what", n.What)).With("instead", problem.Say("session.describe_system")), n.Name)
	}
	s := table.Schema()
	switch n.What {
	case "COLUMNS":
		return r.list(ctx, "col_name", fieldNames(s.Fields), "")
	case "CREATE TABLE":
		return r.answer(ctx, []datatype.Field{text("createtab_stmt")}, [][]any{{DDL(table)}})
	case "PARTITIONS":
		return r.showPartitions(ctx, table, n.Partition)
	}
	var rows [][]any
	all := properties(s)
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if n.Key == "" || n.Key == k {
			rows = append(rows, []any{k, all[k]})
		}
	}
	return r.answer(ctx, []datatype.Field{text("key"), text("value")}, rows)
}

// showPartitions lists the partitions that have the values given.
func (r *running) showPartitions(ctx context.Context, table *paimon.Table, values []ast.PartitionValue) error {
	var keep func([]any) bool
	if len(values) > 0 {
		if hasDynamic(values) {
			return r.at(problem.New("sql.syntax").With("what", problem.Say("session.partition_shown")), partitionSpan(values))
		}
		o, err := r.partitionOf(ctx, table, values)
		if err != nil {
			return err
		}
		keep = func(p []any) bool { return matchesAny(table.Schema(), []map[string]any{o.Partition}, p) }
	}
	names, err := table.PartitionNames(ctx, keep)
	if err != nil {
		return err
	}
	return r.list(ctx, "partition", names, "")
}

// DDL is the Spark statement that makes a table of the same shape.
func DDL(table *paimon.Table) string {
	s := table.Schema()
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s.%s (\n", columnName(table.Identifier().Database), columnName(table.Identifier().Table))
	for i, f := range s.Fields {
		fmt.Fprintf(&b, "  %s %s", columnName(f.Name), strings.ToUpper(f.Type.Spark()))
		if f.Type.NotNull {
			b.WriteString(" NOT NULL")
		}
		if f.Default != nil {
			b.WriteString(" DEFAULT " + *f.Default)
		}
		if f.Description != "" {
			b.WriteString(" COMMENT " + quote(f.Description))
		}
		if i < len(s.Fields)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString(") USING paimon")
	if len(s.PartitionKeys) > 0 {
		keys := make([]string, len(s.PartitionKeys))
		for i, k := range s.PartitionKeys {
			keys[i] = columnName(k)
		}
		b.WriteString("\nPARTITIONED BY (" + strings.Join(keys, ", ") + ")")
	}
	if s.Comment != "" {
		b.WriteString("\nCOMMENT " + quote(s.Comment))
	}
	if options := optionsText(s); options != "" {
		b.WriteString("\nTBLPROPERTIES (" + options + ")")
	}
	return b.String()
}

func columnName(n string) string {
	for i, c := range n {
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return "`" + strings.ReplaceAll(n, "`", "``") + "`"
		}
	}
	return n
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func optionsText(s *schema.Schema) string {
	var list []string
	if len(s.PrimaryKeys) > 0 {
		list = append(list, "'primary-key' = "+quote(strings.Join(s.PrimaryKeys, ",")))
	}
	for _, k := range slices.Sorted(maps.Keys(s.Options)) {
		list = append(list, quote(k)+" = "+quote(s.Options[k]))
	}
	return strings.Join(list, ", ")
}

// properties are a table's options with its primary key, which Spark counts among
// them.
func properties(s *schema.Schema) map[string]string {
	all := maps.Clone(s.Options)
	if len(s.PrimaryKeys) > 0 {
		all["primary-key"] = strings.Join(s.PrimaryKeys, ",")
	}
	return all
}

// describe answers DESCRIBE of a table, a view, a query or a database.
func (r *running) describe(ctx context.Context, n *ast.Describe) error {
	columns := []datatype.Field{text("col_name"), text("data_type"), text("comment")}
	switch n.What {
	case "QUERY":
		t, err := r.translate(ctx, n.Query)
		if err != nil {
			return err
		}
		return r.answer(ctx, columns, columnRows(fields(t.Columns)))
	case "DATABASE":
		cat, db, err := r.databaseOf(n.Name)
		if err != nil {
			return err
		}
		dbs, err := cat.Databases(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(dbs, func(d string) bool { return strings.EqualFold(d, db) }) {
			return r.at(problem.New("sql.unknown_database", "name", db).Suggest(problem.Nearest(db, dbs, 3)...), n.Name)
		}
		return r.answer(ctx, []datatype.Field{text("info_name"), text("info_value")}, [][]any{{"Namespace Name", db}})
	}
	id, err := r.tableName(n.Name)
	if err != nil {
		return err
	}
	table, err := r.catalogOf(id).Table(ctx, id.Identifier)
	if missing(err) {
		return r.describeView(ctx, id, n, columns)
	}
	if err != nil {
		return err
	}
	if id.System != "" {
		return r.describeSystem(ctx, n, columns)
	}
	s := table.Schema()
	if len(n.Column) > 0 {
		return r.describeColumn(ctx, s, n)
	}
	rows := columnRows(s.Fields)
	if len(s.PartitionKeys) > 0 {
		rows = append(rows, []any{"# Partition Information", "", ""}, []any{"# col_name", "data_type", "comment"})
		for _, k := range s.PartitionKeys {
			f, _ := s.Field(k)
			rows = append(rows, []any{k, f.Type.Spark(), nilIfEmpty(f.Description)})
		}
	}
	if n.Extended {
		options, err := json.Marshal(properties(s))
		if err != nil {
			return err
		}
		rows = append(rows, []any{"", "", ""}, []any{"# Detailed Table Information", "", ""},
			[]any{"Name", id.String(), ""}, []any{"Comment", s.Comment, ""}, []any{"Location", table.Dir(), ""},
			[]any{"Provider", "paimon", ""}, []any{"Table Properties", string(options), ""})
	}
	return r.answer(ctx, columns, rows)
}

// describeColumn answers DESCRIBE of one column, as Spark does.
func (r *running) describeColumn(ctx context.Context, s *schema.Schema, n *ast.Describe) error {
	f, ok := findField(s.Fields, n.Column[len(n.Column)-1].Name)
	if !ok {
		name := n.Column[len(n.Column)-1].Name
		return r.at(problem.New("sql.unknown_column", "name", name).Suggest(problem.Nearest(name, fieldNames(s.Fields), 3)...), n.Column[len(n.Column)-1])
	}
	comment := f.Description
	if comment == "" {
		comment = "NULL"
	}
	rows := [][]any{{"col_name", f.Name}, {"data_type", f.Type.Spark()}, {"comment", comment}}
	if n.Extended && f.Default != nil {
		rows = append(rows, []any{"default", *f.Default})
	}
	return r.answer(ctx, []datatype.Field{text("info_name"), text("info_value")}, rows)
}

// describeSystem shows the columns that a system table is read with.
func (r *running) describeSystem(ctx context.Context, n *ast.Describe, columns []datatype.Field) error {
	rel, err := r.scope().Relation(ctx, dialect.TableRef{Parts: n.Name.Strings(), Span: n.Name.Pos()})
	if err != nil {
		return r.changeError(err, n.Name)
	}
	s := &schema.Schema{Fields: fields(rel.Columns)}
	if len(n.Column) > 0 {
		return r.describeColumn(ctx, s, n)
	}
	return r.answer(ctx, columns, columnRows(s.Fields))
}

func (r *running) describeView(ctx context.Context, id name, n *ast.Describe, columns []datatype.Field) error {
	v, err := r.view(ctx, id)
	if err != nil {
		return err
	}
	if v == nil {
		return r.at(r.unknownTable(ctx, id), n.Name)
	}
	t, err := r.scope().viewQuery(ctx, v)
	if err != nil {
		return err
	}
	return r.answer(ctx, columns, columnRows(fields(t.Columns)))
}

func columnRows(list []datatype.Field) [][]any {
	rows := make([][]any, len(list))
	for i, f := range list {
		rows[i] = []any{f.Name, f.Type.Spark(), nilIfEmpty(f.Description)}
	}
	return rows
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}
