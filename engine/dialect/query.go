package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// query binds and prints a query. Names that it does not have itself are
// looked for in outer (nil for none).
func (b *binder) query(q *ast.Query, outer *env) (output, error) {
	b.depth++
	inJoin := b.outerJoin
	b.outerJoin = false
	defer func() { b.depth, b.outerJoin = b.depth-1, inJoin }()
	e := &env{outer: outer, ctes: map[string]*cte{}}
	with, err := b.with(q, e)
	if err != nil {
		return output{}, err
	}
	out, err := b.body(q.Body, q.OrderBy, e)
	if err != nil {
		return output{}, err
	}
	limit, err := b.limits(q, e)
	if err != nil {
		return output{}, err
	}
	out.sql = with + out.sql + limit
	return out, nil
}

// with binds the WITH queries, each seeing those before it.
func (b *binder) with(q *ast.Query, e *env) (string, error) {
	if len(q.With) == 0 {
		return "", nil
	}
	var list []string
	for _, c := range q.With {
		key := strings.ToLower(c.Name.Name)
		if e.ctes[key] != nil {
			return "", b.syntax(c.Name, problem.Say("sql.two_with", "name", c.Name.Name))
		}
		sqlName := c.Name.Name
		if q.Recursive {
			if err := b.anchor(c, sqlName, e); err != nil {
				return "", err
			}
		}
		out, err := b.query(c.Query, e)
		if err != nil {
			return "", err
		}
		cols, err := b.rename(out.cols, c.Columns, c.Name)
		if err != nil {
			return "", err
		}
		e.ctes[key] = &cte{sqlName: sqlName, cols: cols}
		list = append(list, ident(sqlName)+columnList(cols)+" AS (\n"+out.sql+"\n)")
	}
	word := "WITH "
	if q.Recursive {
		word = "WITH RECURSIVE "
	}
	return word + strings.Join(list, ",\n") + "\n", nil
}

// anchor gives a recursive query the columns of its first part.
func (b *binder) anchor(c ast.CTE, sqlName string, e *env) error {
	op, ok := c.Query.Body.(*ast.SetOp)
	if !ok || op.Op != "UNION" {
		return nil
	}
	marks, slots := len(b.marks), len(b.slots)
	out, err := b.body(op.L, nil, &env{outer: e})
	b.marks, b.slots = b.marks[:marks], b.slots[:slots]
	if err != nil {
		return err
	}
	cols, err := b.rename(out.cols, c.Columns, c.Name)
	e.ctes[strings.ToLower(c.Name.Name)] = &cte{sqlName: sqlName, cols: cols}
	return err
}

// rename gives the columns of a query the names of a column list; without one
// it makes the printed names unique.
func (b *binder) rename(cols []outcol, names []ast.Ident, of ast.Ident) ([]outcol, error) {
	if len(names) > 0 && len(names) != len(cols) {
		return nil, b.types(names[0].Span.To(names[len(names)-1].Span),
			problem.Say("sql.lists_columns", "name", of.Name, "listed", strconv.Itoa(len(names)), "given", strconv.Itoa(len(cols))))
	}
	out := make([]outcol, len(cols))
	used := map[string]bool{}
	for i, c := range cols {
		out[i] = c
		if len(names) > 0 {
			out[i].name = names[i].Name
		}
		out[i].sqlName = uniqueName(out[i].name, used)
	}
	return out, nil
}

// uniqueName is name, numbered if another column has it; DuckDB does not tell
// upper from lower case.
func uniqueName(name string, used map[string]bool) string {
	if name == "" { // of the literal '', and no name for DuckDB
		name = "_"
	}
	out := name
	for i := 1; used[strings.ToLower(out)]; i++ {
		out = name + "_" + strconv.Itoa(i)
	}
	used[strings.ToLower(out)] = true
	return out
}

// columnList is ("a", "b").
func columnList(cols []outcol) string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = ident(c.sqlName)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func (b *binder) body(body ast.Body, order []ast.Order, e *env) (output, error) {
	switch n := body.(type) {
	case *ast.Select:
		return b.selection(n, order, e)
	case *ast.SetOp:
		out, err := b.setOp(n, e)
		if err != nil {
			return out, err
		}
		return b.orderOutput(out, order, e)
	case *ast.Values:
		out, err := b.values(n, e)
		if err != nil {
			return out, err
		}
		return b.orderOutput(out, order, e)
	case *ast.Query:
		out, err := b.query(n, e)
		if err != nil {
			return out, err
		}
		if len(order) == 0 && len(n.OrderBy) == 0 && n.Limit == nil && n.Offset == nil && len(n.With) == 0 {
			return out, nil
		}
		out.sql = "SELECT * FROM (" + out.sql + ") AS " + `"q"`
		return b.orderOutput(out, order, e)
	}
	return output{}, b.syntax(body, problem.Say("sql.no_query"))
}

// orderOutput sorts a query that is no plain SELECT by its own columns.
func (b *binder) orderOutput(out output, order []ast.Order, e *env) (output, error) {
	if len(order) == 0 {
		return out, nil
	}
	const alias = "q"
	inner := &env{outer: e, rels: []*rel{relOf("", alias, out.cols)}}
	keys := make([]string, len(order))
	for i, o := range order {
		if k, ok, err := b.ordinal(o.X, len(out.cols)); err != nil {
			return out, err
		} else if ok {
			keys[i] = strconv.Itoa(k) + direction(o)
			continue
		}
		v, err := b.expr(o.X, inner)
		if err != nil {
			return out, err
		}
		keys[i] = v.sql + direction(o)
	}
	out.sql = "SELECT * FROM (" + out.sql + ") AS " + ident(alias) + "\nORDER BY " + strings.Join(keys, ", ")
	return out, nil
}

// relOf is a relation over printed columns.
func relOf(alias, sqlAlias string, cols []outcol) *rel {
	r := &rel{alias: alias}
	for _, c := range cols {
		r.cols = append(r.cols, &col{name: c.name, typ: c.typ, sql: ident(sqlAlias) + "." + ident(c.sqlName), rel: r})
	}
	return r
}

// ordinal reads a whole number as the place of a column.
func (b *binder) ordinal(x ast.Expr, columns int) (int, bool, error) {
	l, ok := x.(*ast.Literal)
	if !ok || l.Kind != ast.NumberLiteral || l.Suffix != "" {
		return 0, false, nil
	}
	k, err := strconv.Atoi(l.Value)
	if err != nil {
		return 0, false, nil //nolint:nilerr // 1.5 is a number like any other, only no place
	}
	if k < 1 || k > columns {
		return 0, false, b.types(x, problem.Say("sql.no_column_number", "n", l.Value, "columns", strconv.Itoa(columns)))
	}
	return k, true, nil
}

func (b *binder) limits(q *ast.Query, e *env) (string, error) {
	var out strings.Builder
	for _, part := range []struct {
		word string
		x    ast.Expr
	}{{"LIMIT", q.Limit}, {"OFFSET", q.Offset}} {
		if part.x == nil {
			continue
		}
		v, err := b.expr(part.x, e)
		if err != nil {
			return "", err
		}
		if !coerce.IsIntegral(v.typ) {
			return "", b.types(part.x, problem.Say("sql.takes_whole", "word", part.word))
		}
		if v.literal != nil && strings.HasPrefix(*v.literal, "-") {
			return "", b.types(part.x, problem.Say("sql.takes_no_negative", "word", part.word))
		}
		out.WriteString("\n" + part.word + " " + v.sql)
	}
	return out.String(), nil
}

// setOp joins two queries; columns meet in a common type, names are the left's.
func (b *binder) setOp(n *ast.SetOp, e *env) (output, error) {
	l, err := b.body(n.L, nil, e)
	if err != nil {
		return output{}, err
	}
	r, err := b.body(n.R, nil, e)
	if err != nil {
		return output{}, err
	}
	if n.ByName {
		if r, err = b.byName(n, l, r); err != nil {
			return output{}, err
		}
	}
	if len(l.cols) != len(r.cols) {
		return output{}, b.types(n.R, problem.Say("sql.sides_columns", "operator", n.Op, "left", strconv.Itoa(len(l.cols)), "right", strconv.Itoa(len(r.cols))))
	}
	types := make([]datatype.Type, len(l.cols))
	for i := range l.cols {
		t, ok := coerce.Common(l.cols[i].typ, r.cols[i].typ)
		if !ok {
			return output{}, b.types(n.R, problem.Say("sql.sides_types", "n", strconv.Itoa(i+1), "left", b.show(l.cols[i].typ), "right", b.show(r.cols[i].typ)))
		}
		types[i] = t
	}
	op := n.Op
	if n.All {
		op += " ALL"
	}
	ls, err := b.side(l, types, n.L)
	if err != nil {
		return output{}, err
	}
	rs, err := b.side(r, types, n.R)
	if err != nil {
		return output{}, err
	}
	out := output{sql: "(" + ls + ")\n" + op + "\n(" + rs + ")"}
	used := map[string]bool{}
	for i, c := range l.cols {
		out.cols = append(out.cols, outcol{name: c.name, sqlName: uniqueName(c.sqlName, used), typ: types[i]})
	}
	return out, nil
}

// side casts one side of a set operation.
func (b *binder) side(o output, types []datatype.Type, at ast.Node) (string, error) {
	same := true
	for i, c := range o.cols {
		same = same && coerce.Same(c.typ, types[i])
	}
	if same {
		return o.sql, nil
	}
	const alias = "q"
	items := make([]string, len(o.cols))
	for i, c := range o.cols {
		v, err := b.cast(value{sql: ident(alias) + "." + ident(c.sqlName), typ: c.typ}, types[i], at.Pos())
		if err != nil {
			return "", err
		}
		items[i] = v.sql + " AS " + ident(c.sqlName)
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM (" + o.sql + ") AS " + ident(alias), nil
}

// byName puts the right side's columns in the order of the left's.
func (b *binder) byName(n *ast.SetOp, l, r output) (output, error) {
	const alias = "q"
	out := output{}
	var items []string
	for _, c := range l.cols {
		found := false
		for _, d := range r.cols {
			if strings.EqualFold(c.name, d.name) {
				items = append(items, ident(alias)+"."+ident(d.sqlName)+" AS "+ident(c.sqlName))
				out.cols = append(out.cols, outcol{name: c.name, sqlName: c.sqlName, typ: d.typ})
				found = true
				break
			}
		}
		if !found {
			return out, b.types(n.R, problem.Say("sql.by_name_missing", "name", c.name))
		}
	}
	if len(r.cols) != len(l.cols) {
		return out, b.types(n.R, problem.Say("sql.by_name_more"))
	}
	out.sql = "SELECT " + strings.Join(items, ", ") + " FROM (" + r.sql + ") AS " + ident(alias)
	return out, nil
}

// values prints VALUES rows as columns col1, col2, ...
func (b *binder) values(n *ast.Values, e *env) (output, error) {
	width := len(n.Rows[0])
	rows := make([][]value, len(n.Rows))
	for i, row := range n.Rows {
		if len(row) != width {
			return output{}, b.types(row[0].Pos().To(row[len(row)-1].Pos()),
				problem.Say("sql.row_width", "values", strconv.Itoa(len(row)), "first", strconv.Itoa(width)))
		}
		vs, err := b.exprs(row, e)
		if err != nil {
			return output{}, err
		}
		rows[i] = vs
	}
	out := output{}
	for c := range width {
		nodes, column := make([]ast.Expr, len(rows)), make([]value, len(rows))
		for i := range rows {
			nodes[i], column[i] = n.Rows[i][c], rows[i][c]
		}
		t, cast, err := b.common(n, nodes, column)
		if err != nil {
			return output{}, err
		}
		for i := range rows {
			rows[i][c] = cast[i]
		}
		name := "col" + strconv.Itoa(c+1)
		if b.d == Flink {
			name = "EXPR$" + strconv.Itoa(c)
		}
		out.cols = append(out.cols, outcol{name: name, sqlName: name, typ: t})
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = "(" + sqls(r) + ")"
	}
	out.sql = "SELECT * FROM (VALUES " + strings.Join(lines, ", ") + ") AS " + `"v"` + columnList(out.cols)
	return out, nil
}
