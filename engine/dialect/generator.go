package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

// tableFunction is files('glob'), range(n) or a generator in FROM.
func (b *binder) tableFunction(n *ast.Table, e *env, outer bool) (string, []*rel, error) {
	name := strings.ToLower(n.Call.Name[len(n.Call.Name)-1].Name)
	switch name {
	case "files":
		l, ok := fnLiteral(n.Call, 0)
		if !ok || len(n.Call.Args) != 1 {
			return "", nil, b.types(n.Call, problem.Say("sql.files_glob"))
		}
		ref := TableRef{Span: n.Call.Args[0].Pos(), Files: "files", Path: l}
		return b.scoped(n, ref, "files", e)
	case "range", "generate_series":
		return b.rangeTable(n, name, e)
	}
	if option := incrementalOptions[name]; option != "" && b.d == Spark {
		return b.incremental(n, name, option, e)
	}
	if f, ok := fn.Lookup(string(b.d), name); ok && f.Kind == fn.Generator {
		return b.lateralView(n, e, outer)
	}
	id := n.Call.Name[len(n.Call.Name)-1]
	return "", nil, b.errorAt(ast.Name(n.Call.Name).Pos(), "sql.unknown_function", "name", id.Name, "dialect", b.d.Title()).
		Suggest(nearestTableFunctions(id.Name)...)
}

func fnLiteral(c *ast.Call, i int) (string, bool) {
	if i >= len(c.Args) {
		return "", false
	}
	l, ok := c.Args[i].(*ast.Literal)
	return strings.TrimSpace(literalText(l)), ok && l.Kind == ast.StringLiteral
}

func literalText(l *ast.Literal) string {
	if l == nil {
		return ""
	}
	return l.Value
}

// rangeTable is range(end) or range(start, end[, step]): one BIGINT column id.
func (b *binder) rangeTable(n *ast.Table, name string, e *env) (string, []*rel, error) {
	if k := len(n.Call.Args); k < 1 || k > 4 {
		return "", nil, b.types(n.Call, problem.Say("sql.takes_one_to_three", "function", name))
	}
	vs, err := b.exprs(n.Call.Args[:min(len(n.Call.Args), 3)], e)
	if err != nil {
		return "", nil, err
	}
	for i := range vs {
		if vs[i], err = b.cast(vs[i], bigType, n.Call.Args[i].Pos()); err != nil {
			return "", nil, err
		}
	}
	want := "range"
	if n.Alias != nil {
		want = n.Alias.Name
	}
	alias := e.alias(want)
	column := "id"
	if b.d == StarRocks {
		column = name
	}
	r := relOf(want, alias, []outcol{{name: column, sqlName: column, typ: bigType}})
	if err := b.renameCols(r, n.Columns); err != nil {
		return "", nil, err
	}
	return b.mark(n.Call.Span, name+"("+sqls(vs)+")") + " AS " + ident(alias) + "(" + ident(column) + ")", []*rel{r}, nil
}

// lateralView is LATERAL VIEW explode(x) t AS a, b.
func (b *binder) lateralView(n *ast.Table, e *env, outer bool) (string, []*rel, error) {
	name := n.Call.Name[len(n.Call.Name)-1]
	f, ok := fn.Lookup(string(b.d), name.Name)
	if !ok {
		return "", nil, b.unknownFunction(n.Call)
	}
	if f.Kind != fn.Generator {
		return "", nil, b.types(n.Call, problem.Say("sql.gives_one_value", "function", name.Name))
	}
	want := "t"
	if n.Alias != nil {
		want = n.Alias.Name
	}
	text, r, err := b.generator(n.Call, f, e, e.alias(want), n.Columns, outer || n.Outer)
	if err != nil {
		return "", nil, err
	}
	if n.Alias != nil {
		r.alias = n.Alias.Name
	}
	return text, []*rel{r}, nil
}

// generator prints LATERAL (one row an element) AS alias. With outer, a row
// without elements gives one row of NULLs.
func (b *binder) generator(n *ast.Call, f *fn.Function, e *env, alias string, names []ast.Ident, outer bool) (string, *rel, error) {
	v, err := b.generated(n, f, e)
	if err != nil {
		return "", nil, err
	}
	fields := v.typ.Fields
	if len(names) > 0 && len(names) != len(fields) {
		return "", nil, b.types(n, problem.Say("sql.gives_columns", "function", f.Name, "columns", strconv.Itoa(len(fields)), "names", strconv.Itoa(len(names))))
	}
	return b.rows(v.sql, fields, names, e, alias, outer || strings.HasSuffix(f.Name, "_outer"))
}

// generated binds the call of a generator: a list of structs.
func (b *binder) generated(n *ast.Call, f *fn.Function, e *env) (value, error) {
	if err := b.arity(n, f); err != nil {
		return value{}, err
	}
	c := fn.Call{Name: n.Name[len(n.Name)-1].Name, TimeZone: b.opt.TimeZone, Now: b.opt.Now}
	v, err := b.arguments(n, f, &c, e)
	if err != nil {
		return value{}, err
	}
	if v.typ, err = f.Result(c); err != nil {
		return value{}, b.placed(err, n.Span)
	}
	if v.sql, err = f.Print(c); err != nil {
		return value{}, b.placed(err, n.Span)
	}
	v.sql = b.mark(n.Span, v.sql)
	return v, nil
}

// rows prints a list of structs as a lateral relation.
func (b *binder) rows(list string, fields []datatype.Field, names []ast.Ident, _ *env, alias string, outer bool) (string, *rel, error) {
	if outer {
		list = "CASE WHEN coalesce(len(" + list + "), 0) = 0 THEN [NULL] ELSE " + list + " END"
	}
	used := map[string]bool{}
	var cols []outcol
	var items []string
	for i, f := range fields {
		name := f.Name
		if i < len(names) {
			name = names[i].Name
		}
		sqlName := uniqueName(name, used)
		items = append(items, "struct_extract(\"r\", "+str(f.Name)+") AS "+ident(sqlName))
		cols = append(cols, outcol{name: name, sqlName: sqlName, typ: f.Type.Nullable()})
	}
	text := "LATERAL (SELECT " + strings.Join(items, ", ") + " FROM (SELECT unnest(" + list + ") AS \"r\") AS \"u\") AS " + ident(alias)
	return text, relOf("", alias, cols), nil
}

// unnest is UNNEST(array) AS t(a, b): a struct gives a column a field.
func (b *binder) unnest(n *ast.Table, e *env, outer bool) (string, []*rel, error) {
	if len(n.Call.Args) != 1 {
		return "", nil, b.types(n.Call, problem.Say("sql.unnest_one"))
	}
	v, err := b.expr(n.Call.Args[0], e)
	if err != nil {
		return "", nil, err
	}
	var fields []datatype.Field
	x := b.variable()
	switch t := v.typ; {
	case t.Kind == datatype.Array && t.Elem.Kind == datatype.Row:
		fields = t.Elem.Fields
	case t.Kind == datatype.Array:
		fields = []datatype.Field{datatype.NewField("EXPR$0", *t.Elem)}
		v.sql = "list_transform(" + v.sql + ", lambda " + x + ": struct_pack(\"EXPR$0\" := " + x + "))"
	case t.Kind == datatype.Map:
		fields = []datatype.Field{datatype.NewField("key", *t.Key), datatype.NewField("value", *t.Elem)}
		v.sql = "map_entries(" + v.sql + ")"
	default:
		return "", nil, b.types(n.Call.Args[0], problem.Say("sql.unnest_type", "type", b.show(t)))
	}
	if n.Ordinality {
		return "", nil, b.unsupported(n, problem.Say("sql.construct", "words", "WITH ORDINALITY"), problem.Say("sql.use_posexplode"))
	}
	want := "t"
	if n.Alias != nil {
		want = n.Alias.Name
	}
	if len(n.Columns) > 0 && len(n.Columns) != len(fields) {
		return "", nil, b.types(n, problem.Say("sql.gives_columns", "function", "UNNEST", "columns", strconv.Itoa(len(fields)), "names", strconv.Itoa(len(n.Columns))))
	}
	text, r, err := b.rows(v.sql, fields, n.Columns, e, e.alias(want), outer)
	if n.Alias != nil {
		r.alias = n.Alias.Name
	}
	return text, []*rel{r}, err
}
