package session

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/duck"
	"laketop/engine/problem"
)

// Columns that a statement's own queries have beside the table's. Those of the
// target stand there twice: by their name, for the user's expressions, and by
// their number, for ours, which nothing can be mistaken for.
const (
	fileColumn   = "_LT_FILE"   // place of the row's file in the plan
	rowColumn    = "_LT_ROW"    // place in the file
	kindColumn   = "_LT_KIND"   // what becomes of the row
	oldColumn    = "_LT_OLD_"   // + number: a column of the target
	newColumn    = "_LT_NEW_"   // + number: its new value
	sourceColumn = "_LT_SOURCE" // number of the source's row in MERGE
	pairColumn   = "_LT_PAIR"   // the same, of the source that a target row meets

	changesTable = "lt_changes"
)

// relationKey marks a relation of ours in the options of its node: no hint that
// a user writes can have it.
const relationKey = "\x00relation"

// The relations of ours.
const (
	targetRelation = "target"
	sourceRelation = "source"
)

// changeScope knows the relations of one change beside those of the lake.
type changeScope struct {
	*scope
	own map[string]dialect.Relation
}

// Relation implements dialect.Scope.
func (s *changeScope) Relation(ctx context.Context, ref dialect.TableRef) (dialect.Relation, error) {
	if key, ok := ref.Options[relationKey]; ok {
		return s.own[key], nil
	}
	return s.scope.Relation(ctx, ref)
}

// translate turns a query of ours into DuckDB text whose columns are those of
// changed rows: places or old keys, kind, new values by the rules of INSERT.
func (c *rowChange) translate(ctx context.Context, q *ast.Query, set []assignment, own map[string]dialect.Relation) (*dialect.Translation, error) {
	opt := c.options()
	opt.Into, opt.IntoAt = c.changeColumns(set)
	return c.translateOver(ctx, q, opt, own)
}

func (c *rowChange) translateOver(ctx context.Context, q *ast.Query, opt dialect.Options, own map[string]dialect.Relation) (*dialect.Translation, error) {
	t, err := dialect.Translate(ctx, c.dialect, c.stmt, q, &changeScope{c.scope(), own}, opt)
	if err != nil {
		return nil, err
	}
	c.out.DuckSQL = t.SQL
	return t, nil
}

// changeColumns are the columns of a query of changed rows.
func (c *rowChange) changeColumns(set []assignment) ([]dialect.Column, []dialect.Target) {
	columns := append(c.identity(), dialect.Column{Name: kindColumn, Type: datatype.Of(datatype.TinyInt)})
	ours := len(columns)
	at := make([]dialect.Target, ours+len(c.fields()))
	for i, f := range c.fields() {
		columns = append(columns, dialect.Column{Name: fmt.Sprint(newColumn, i), Type: f.Type.Nullable()})
		at[ours+i].Name = f.Name
		if i < len(set) {
			at[ours+i].Span = set[i].span
		}
	}
	return columns, at
}

// identity is what a row of the target is known by.
func (c *rowChange) identity() []dialect.Column {
	if !c.keyed() {
		return []dialect.Column{{Name: fileColumn, Type: datatype.Of(datatype.Int)}, {Name: rowColumn, Type: datatype.Of(datatype.BigInt)}}
	}
	var out []dialect.Column
	for i, f := range c.fields() {
		if contains(c.moment.Schema().PrimaryKeys, f.Name) {
			out = append(out, dialect.Column{Name: fmt.Sprint(oldColumn, i), Type: f.Type.Nullable()})
		}
	}
	return out
}

// stored puts changed rows into the table's shape, with their kind behind it:
// padded, checked and with defaults, as INSERT writes them.
func (c *rowChange) stored(rows string) (string, error) {
	into := []dialect.Column{}
	names := []string{}
	for i, f := range c.fields() {
		into = append(into, dialect.Column{Name: f.Name, Type: f.Type})
		names = append(names, duck.Ident(fmt.Sprint(newColumn, i)))
	}
	kind := datatype.NewField(kindColumn, datatype.Of(datatype.TinyInt))
	into = append(into, dialect.Column{Name: kind.Name, Type: kind.Type})
	fields := append(append([]datatype.Field{}, c.table.Schema().Fields...), kind)
	return insertQuery(fmt.Sprintf("SELECT %s, %s FROM (%s)", strings.Join(names, ", "), kindColumn, rows), fields, into, nil)
}

// targetTable is the statement's table in FROM, under the names that the user
// may call it by.
func (c *rowChange) targetTable() *ast.Table {
	return &ast.Table{Span: c.name.Pos(), Name: c.name, Alias: c.alias, Options: map[string]string{relationKey: targetRelation}}
}

// targetRows is the table with its columns by name and by number, and the places of
// its rows. With prune the conditions of the query choose the files.
func (c *rowChange) targetRows(ctx context.Context, prune bool) dialect.Relation {
	rel := dialect.Relation{Columns: c.targetColumns()}
	rel.SQL = func(use dialect.Use) (string, error) {
		if !prune {
			use.Filter = nil
		}
		return c.readTarget(ctx, use)
	}
	return rel
}

// targetColumns are the table's columns by name and by number, and the places
// of its rows.
func (c *rowChange) targetColumns() []dialect.Column {
	var out []dialect.Column
	for _, f := range c.fields() {
		out = append(out, dialect.Column{Name: f.Name, Type: f.Type})
	}
	for i, f := range c.fields() {
		out = append(out, dialect.Column{Name: fmt.Sprint(oldColumn, i), Type: f.Type})
	}
	if !c.keyed() {
		out = append(out, c.identity()...)
	}
	return out
}

// readTarget is the target's rows as DuckDB reads them. The plan of the first
// reading is that of all.
func (c *rowChange) readTarget(ctx context.Context, use dialect.Use) (string, error) {
	if c.plan == nil {
		plan, err := c.moment.Plan(ctx, predicates(use.Filter, c.fields()))
		if err != nil {
			return "", err
		}
		c.plan = plan
		c.plans = append(c.plans, planned{c.id.String(), c.moment.SnapshotID(), len(plan.Files), plan.Skipped})
	}
	names, items := c.usedColumns(use.Columns)
	var from string
	var err error
	if c.keyed() {
		from, err = c.store.Read(ctx, c.table, c.plan, names)
	} else {
		from, err = c.store.ReadPositions(ctx, c.table, c.plan, names)
	}
	if err != nil {
		return "", err
	}
	return "(SELECT " + strings.Join(append([]string{"*"}, items...), ", ") + " FROM " + from + ")", nil
}

// usedColumns are the table's columns behind those that a query uses, and the
// numbered ones to add.
func (c *rowChange) usedColumns(used []string) (names, items []string) {
	wanted := map[string]bool{}
	for _, u := range used {
		wanted[u] = true
	}
	names = []string{}
	for i, f := range c.fields() {
		numbered := fmt.Sprint(oldColumn, i)
		if used == nil || wanted[f.Name] || wanted[numbered] {
			names = append(names, f.Name)
		}
		if used == nil || wanted[numbered] {
			items = append(items, duck.Ident(f.Name)+" AS "+duck.Ident(numbered))
		}
	}
	return names, items
}

// column is a column of ours in a query.
func (c *rowChange) column(name string) *ast.Column {
	return &ast.Column{Span: c.name.Pos(), Parts: []ast.Ident{{Span: c.name.Pos(), Name: name, Quoted: true}}}
}

func (c *rowChange) number(n int) *ast.Literal {
	return &ast.Literal{Span: c.name.Pos(), Kind: ast.NumberLiteral, Value: strconv.Itoa(n)}
}

func (c *rowChange) null() *ast.Literal {
	return &ast.Literal{Span: c.name.Pos(), Kind: ast.NullLiteral, Value: "null"}
}

// rowQuery is the query of the rows that a clause changes. set is nil for
// deleted rows, which keep their values.
func (c *rowChange) rowQuery(span ast.Span, set []assignment, where ast.Expr, from ast.Relation, kind int) *ast.Query {
	var items []ast.Item
	add := func(x ast.Expr) { items = append(items, ast.Item{Span: x.Pos(), X: x}) }
	for _, n := range c.identity() {
		if kind == kindInsert {
			add(c.null())
			continue
		}
		add(c.column(n.Name))
	}
	items = append(items, ast.Item{Span: c.name.Pos(), X: c.number(kind), Alias: &ast.Ident{Span: c.name.Pos(), Name: kindColumn, Quoted: true}})
	for i := range c.fields() {
		switch {
		case set != nil && set[i].x != nil:
			add(set[i].x)
		case kind == kindInsert:
			add(c.null())
		default:
			add(c.column(fmt.Sprint(oldColumn, i)))
		}
	}
	return &ast.Query{Span: span, Body: &ast.Select{Span: span, Items: items, From: from, Where: where}}
}

// assignment is the new value of one column; x nil keeps the old one.
type assignment struct {
	x    ast.Expr
	span ast.Span
}

// assignments are the values of UPDATE SET, one entry for each column of the
// table. keys allows values for primary keys, which are then compared when the
// rows are there.
func (c *rowChange) assignments(list []ast.Assignment, keys bool) ([]assignment, error) {
	set := make([]assignment, len(c.fields()))
	members := map[int][]ast.Assignment{}
	for _, a := range list {
		i, path, err := c.assigned(a.Column)
		if err != nil {
			return nil, err
		}
		f := c.fields()[i]
		if c.keyed() && contains(c.table.Schema().PrimaryKeys, f.Name) && !(keys && sameNamed(a, f)) && !c.itself(a, f) {
			return nil, c.at(problem.New("dml.key_column", "column", f.Name, "name", c.id.String()), a)
		}
		if set[i].x != nil || len(members[i]) > 0 && len(path) == 0 {
			return nil, c.at(problem.New("sql.syntax").With("what", problem.Say("session.column_twice", "column", f.Name)), a)
		}
		if len(path) > 0 {
			a.Column = path
			members[i] = append(members[i], a)
			continue
		}
		set[i] = assignment{valueOf(a), a.Span}
	}
	for i, m := range members {
		x, err := c.withMembers(c.column(fmt.Sprint(oldColumn, i)), c.fields()[i].Type, m)
		if err != nil {
			return nil, err
		}
		set[i] = assignment{x, m[0].Span}
	}
	return set, nil
}

// sameNamed tells t.id = s.id, which may change nothing: it is looked at when
// the rows are there.
func sameNamed(a ast.Assignment, f datatype.Field) bool {
	x, ok := a.X.(*ast.Column)
	return ok && strings.EqualFold(x.Parts[len(x.Parts)-1].Name, f.Name)
}

// itself tells SET id = id.
func (c *rowChange) itself(a ast.Assignment, f datatype.Field) bool {
	x, ok := a.X.(*ast.Column)
	if !ok {
		return false
	}
	i, path, err := c.assigned(ast.Name(x.Parts))
	return err == nil && len(path) == 0 && c.fields()[i].Name == f.Name
}

// valueOf is the value of an assignment; DEFAULT is null, whose place a column's
// default takes when the row is written.
func valueOf(a ast.Assignment) ast.Expr {
	if a.X == nil {
		return &ast.Literal{Span: a.Span, Kind: ast.NullLiteral, Value: "null"}
	}
	return a.X
}

// assigned finds the column that a name means, behind the table's name or
// alias, and the members that it goes into.
func (c *rowChange) assigned(n ast.Name) (column int, members ast.Name, err error) {
	for skip := c.qualified(n); ; skip = 0 {
		for i, f := range c.fields() {
			if strings.EqualFold(f.Name, n[skip].Name) {
				return i, n[skip+1:], nil
			}
		}
		if skip == 0 {
			break
		}
	}
	return 0, nil, c.at(problem.New("sql.unknown_column", "name", strings.Join(n.Strings(), ".")).
		Suggest(problem.Nearest(n[len(n)-1].Name, fieldNames(c.fields()), 3)...), n)
}

// qualified is how many parts of a column's name are the table's.
func (c *rowChange) qualified(n ast.Name) int {
	table := c.name
	if c.alias != nil {
		table = ast.Name{*c.alias}
	}
	for k := min(len(n)-1, len(table)); k > 0; k-- {
		same := true
		for i := range k {
			same = same && strings.EqualFold(n[i].Name, table[len(table)-k+i].Name)
		}
		if same {
			return k
		}
	}
	return 0
}

// withMembers is a struct with some of its members given new values.
func (c *rowChange) withMembers(x ast.Expr, t datatype.Type, list []ast.Assignment) (ast.Expr, error) {
	if t.Kind != datatype.Row {
		return nil, c.at(problem.New("sql.types").With("what", problem.Say("session.members_of", "type", t.Spark())), list[0])
	}
	given := map[string][]ast.Assignment{}
	for _, a := range list {
		f, ok := findField(t.Fields, a.Column[0].Name)
		if !ok {
			return nil, c.at(problem.New("sql.unknown_column", "name", a.Column[0].Name).Suggest(problem.Nearest(a.Column[0].Name, fieldNames(t.Fields), 3)...), a)
		}
		given[f.Name] = append(given[f.Name], a)
	}
	span := list[0].Span
	call := &ast.Call{Span: span, Name: []ast.Ident{{Span: span, Name: "named_struct"}}}
	for _, f := range t.Fields {
		var value ast.Expr = &ast.Field{Span: span, X: x, Name: ast.Ident{Span: span, Name: f.Name, Quoted: true}}
		switch set := given[f.Name]; {
		case len(set) == 1 && len(set[0].Column) == 1:
			value = &ast.Cast{Span: set[0].Span, X: valueOf(set[0]), Type: f.Type.Nullable()}
		case len(set) > 0:
			inner := make([]ast.Assignment, len(set))
			for i, a := range set {
				if len(a.Column) == 1 {
					return nil, c.at(problem.New("sql.syntax").With("what", problem.Say("session.member_twice", "member", f.Name)), a)
				}
				a.Column = a.Column[1:]
				inner[i] = a
			}
			var err error
			if value, err = c.withMembers(value, f.Type, inner); err != nil {
				return nil, err
			}
		}
		call.Args = append(call.Args, &ast.Literal{Span: span, Kind: ast.StringLiteral, Value: f.Name}, value)
	}
	return call, nil
}
