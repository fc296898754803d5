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

// The tables that MERGE keeps while it runs.
const (
	sourceTable = "lt_source" // the source's rows, numbered
	pairsTable  = "lt_pairs"  // target rows with the number of the source row that they meet
)

// mergeInto is MERGE while it runs: the source is computed once, the join once,
// and each clause is a query over what came out of them.
type mergeInto struct {
	*rowChange
	n       *ast.Merge
	columns []dialect.Column // of the source
}

func (r *running) merge(ctx context.Context, n *ast.Merge) error {
	return r.change(ctx, n, n.Target, n.Alias, mergeRows, func(ctx context.Context, c *rowChange) error {
		return (&mergeInto{rowChange: c, n: n}).run(ctx)
	})
}

func (m *mergeInto) run(ctx context.Context) error {
	if err := m.refuse(); err != nil {
		return err
	}
	if err := m.readSource(ctx); err != nil {
		return err
	}
	if len(m.n.NotMatchedBySource) > 0 { // rows that no condition of the join chooses
		plan, err := m.moment.Plan(ctx, nil)
		if err != nil {
			return err
		}
		m.plan = plan
	}
	if err := m.pair(ctx); err != nil {
		return err
	}
	if err := m.checkPairs(ctx); err != nil {
		return err
	}
	last, err := m.clauses(ctx)
	if err != nil || last == nil {
		return err
	}
	if !m.keyed() {
		return m.commitCollected(ctx, last)
	}
	if err := m.checkKeys(ctx); err != nil {
		return err
	}
	if err := m.countChanges(ctx); err != nil {
		return err
	}
	return m.writeKeyed(ctx, last, "SELECT * FROM temp."+changesTable)
}

// refuse names what the table or the statement cannot have, before anything is
// read.
func (m *mergeInto) refuse() error {
	if _, ok := m.n.Source.(*ast.Join); ok {
		return m.at(problem.New("sql.unsupported").With("construct", problem.Say("session.merge_join")).With("instead", problem.Say("session.merge_query")), m.n.Source)
	}
	for _, list := range [][]ast.MergeClause{m.n.Matched, m.n.NotMatchedBySource} {
		for _, c := range list {
			err := m.refuseUpdates(c)
			if c.Action == ast.MergeDelete {
				err = m.refuseDeletes(c)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// readSource computes the source once: a function that gives another value each
// time, or a table that changes, must not tell the clauses different things.
func (m *mergeInto) readSource(ctx context.Context) error {
	span := m.n.Source.Pos()
	q := &ast.Query{Span: span, Body: &ast.Select{Span: span, Items: []ast.Item{{Span: span, X: &ast.Star{Span: span}}}, From: m.n.Source}}
	t, err := m.translateOver(ctx, q, m.options(), nil)
	if err != nil {
		return err
	}
	m.columns = t.Columns
	names := make([]string, len(t.Columns))
	for i := range names {
		names[i] = duck.Ident(fmt.Sprint(sourceColumn, "_", i))
	}
	text := fmt.Sprintf("SELECT (row_number() OVER ())::BIGINT AS %s, q.* FROM (%s) AS q(%s)", sourceColumn, t.SQL, strings.Join(names, ", "))
	return m.keep(ctx, t, sourceTable, text)
}

// keep makes a temporary table of a query.
func (m *mergeInto) keep(ctx context.Context, t *dialect.Translation, table, text string) error {
	m.temps = append([]string{table}, m.temps...)
	if err := m.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+table+" AS "+text); err != nil {
		return m.blame(ctx, t, err)
	}
	return nil
}

// sourceNode is the source in FROM, under the names that the user may call it by.
func (m *mergeInto) sourceNode() *ast.Table {
	t := &ast.Table{Span: m.n.Source.Pos(), Options: map[string]string{relationKey: sourceRelation}}
	switch s := m.n.Source.(type) {
	case *ast.Table:
		t.Name, t.Alias = s.Name, s.Alias
	case *ast.Derived:
		t.Alias = s.Alias
	}
	if len(t.Name) == 0 {
		t.Name = []ast.Ident{{Span: t.Span, Name: sourceColumn, Quoted: true}}
	}
	return t
}

// sourceRows are the source's rows; unmatched leaves out those that met a row.
func (m *mergeInto) sourceRows(unmatched bool) dialect.Relation {
	var columns []dialect.Column
	items := []string{"s." + sourceColumn}
	for i, c := range m.columns {
		numbered := fmt.Sprint(sourceColumn, "_", i)
		columns = append(columns, c, dialect.Column{Name: numbered, Type: c.Type})
		items = append(items, "s."+duck.Ident(numbered), "s."+duck.Ident(numbered)+" AS "+duck.Ident(c.Name))
	}
	columns = append(columns, bigint(sourceColumn))
	text := "(SELECT " + strings.Join(items, ", ") + " FROM temp." + sourceTable + " AS s"
	if unmatched {
		text += fmt.Sprintf(" ANTI JOIN temp.%s AS p ON s.%s = p.%s", pairsTable, sourceColumn, pairColumn)
	}
	return dialect.Relation{Columns: columns, SQL: func(dialect.Use) (string, error) { return text + ")", nil }}
}

// pair joins target and source once. Without WHEN MATCHED only the numbers of
// the source's rows count, and with WHEN NOT MATCHED BY SOURCE what the target's
// are known by.
func (m *mergeInto) pair(ctx context.Context) error {
	columns := m.identity()
	if len(m.n.Matched) > 0 {
		for i, f := range m.fields() {
			if name := fmt.Sprint(oldColumn, i); !hasColumn(columns, name) {
				columns = append(columns, dialect.Column{Name: name, Type: f.Type})
			}
		}
	}
	var items []ast.Item
	names := make([]string, 0, len(columns)+1)
	for _, c := range columns {
		x := m.column(c.Name)
		items, names = append(items, ast.Item{Span: x.Span, X: x}), append(names, duck.Ident(c.Name))
	}
	x := m.column(sourceColumn)
	items, names = append(items, ast.Item{Span: x.Span, X: x}), append(names, pairColumn)
	on := m.n.On.Pos()
	join := &ast.Join{Span: on, Kind: "INNER", L: m.targetTable(), R: m.sourceNode(), On: m.n.On}
	q := &ast.Query{Span: on, Body: &ast.Select{Span: on, Items: items, From: join}}
	t, err := m.translateOver(ctx, q, m.options(), map[string]dialect.Relation{
		targetRelation: m.targetRows(ctx, len(m.n.NotMatchedBySource) == 0), sourceRelation: m.sourceRows(false),
	})
	if err != nil {
		return err
	}
	return m.keep(ctx, t, pairsTable, fmt.Sprintf("SELECT * FROM (%s) AS q(%s)", t.SQL, strings.Join(names, ", ")))
}

func hasColumn(list []dialect.Column, name string) bool {
	for _, c := range list {
		if c.Name == name {
			return true
		}
	}
	return false
}

// onlyDeletes tells a MERGE that does nothing to the rows it matches but delete
// them all: it does not matter then how many source rows one meets.
func (m *mergeInto) onlyDeletes() bool {
	return len(m.n.Matched) == 1 && m.n.Matched[0].Action == ast.MergeDelete && m.n.Matched[0].Condition == nil
}

// checkPairs refuses a target row that meets several source rows.
func (m *mergeInto) checkPairs(ctx context.Context) error {
	if len(m.n.Matched) == 0 || m.onlyDeletes() {
		return nil
	}
	rows, _, err := m.conn.Rows(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM temp.%s GROUP BY %s HAVING count(*) > 1)", pairsTable, m.identityList("")))
	if err != nil {
		return err
	}
	if n, _ := rows[0][0].(int64); n > 0 {
		return m.at(problem.New("dml.cardinality", "rows", strconv.FormatInt(n, 10), "name", m.id.String()), m.n.On)
	}
	return nil
}

func (m *mergeInto) identityList(prefix string) string {
	var list []string
	for _, c := range m.identity() {
		list = append(list, prefix+duck.Ident(c.Name))
	}
	return strings.Join(list, ", ")
}

// clauses collects what each clause changes; nil when none does anything.
func (m *mergeInto) clauses(ctx context.Context) (last *dialect.Translation, err error) {
	pair := m.column(pairColumn)
	met := &ast.Join{
		Span: m.n.On.Pos(), Kind: "INNER", L: m.targetTable(), R: m.sourceNode(),
		On: &ast.Binary{Span: pair.Span, Op: "=", OpSpan: pair.Span, L: pair, R: m.column(sourceColumn)},
	}
	for _, g := range []struct {
		list []ast.MergeClause
		from ast.Relation
		own  map[string]dialect.Relation
	}{
		{m.n.Matched, met, map[string]dialect.Relation{targetRelation: m.pairedRows(), sourceRelation: m.sourceRows(false)}},
		{m.n.NotMatchedBySource, m.targetTable(), map[string]dialect.Relation{targetRelation: m.unpairedRows(ctx)}},
		{m.n.NotMatched, m.sourceNode(), map[string]dialect.Relation{sourceRelation: m.sourceRows(true)}},
	} {
		var before []ast.Expr
		for _, c := range g.list {
			set, kind, err := m.clause(c)
			if err != nil {
				return nil, err
			}
			t, err := m.translate(ctx, m.rowQuery(c.Span, set, firstOf(before, c.Condition), g.from, kind), set, g.own)
			if err != nil {
				return nil, err
			}
			if err := m.collect(ctx, t); err != nil {
				return nil, err
			}
			last = t
			if c.Condition != nil {
				before = append(before, c.Condition)
			}
		}
	}
	return last, nil
}

// firstOf is the condition of a clause that is reached: none before it holds.
func firstOf(before []ast.Expr, own ast.Expr) ast.Expr {
	cond := own
	for i := len(before) - 1; i >= 0; i-- {
		b := before[i]
		var not ast.Expr = &ast.Is{Span: b.Pos(), X: b, Not: true, What: "TRUE"}
		if cond != nil {
			not = &ast.Binary{Span: b.Pos(), Op: "AND", OpSpan: b.Pos(), L: not, R: cond}
		}
		cond = not
	}
	return cond
}

// pairedRows are the target's rows that met a source row.
func (m *mergeInto) pairedRows() dialect.Relation {
	items := []string{"*"}
	for i, f := range m.fields() {
		items = append(items, duck.Ident(fmt.Sprint(oldColumn, i))+" AS "+duck.Ident(f.Name))
	}
	text := "SELECT " + strings.Join(items, ", ") + " FROM temp." + pairsTable
	if m.onlyDeletes() {
		text = "SELECT DISTINCT ON (" + m.identityList("") + ") " + strings.Join(items, ", ") + " FROM temp." + pairsTable
	}
	return dialect.Relation{Columns: append(m.targetColumns(), bigint(pairColumn)), SQL: func(dialect.Use) (string, error) { return "(" + text + ")", nil }}
}

// unpairedRows are the target's rows that no source row met.
func (m *mergeInto) unpairedRows(ctx context.Context) dialect.Relation {
	return dialect.Relation{Columns: m.targetColumns(), SQL: func(use dialect.Use) (string, error) {
		for _, c := range m.identity() {
			if use.Columns != nil {
				use.Columns = append(use.Columns, c.Name)
			}
		}
		use.Filter = nil
		from, err := m.readTarget(ctx, use)
		if err != nil {
			return "", err
		}
		var same []string
		for _, c := range m.identity() {
			same = append(same, fmt.Sprintf("t.%[1]s = p.%[1]s", duck.Ident(c.Name)))
		}
		return fmt.Sprintf("(SELECT t.* FROM %s AS t ANTI JOIN temp.%s AS p ON %s)", from, pairsTable, strings.Join(same, " AND ")), nil
	}}
}

// clause is what a clause makes of a row: new values and the kind.
func (m *mergeInto) clause(c ast.MergeClause) ([]assignment, int, error) {
	switch {
	case c.Action == ast.MergeDelete:
		return nil, kindDelete, nil
	case c.All:
		set, err := m.fromSource(c)
		return set, map[ast.MergeAction]int{ast.MergeUpdate: kindUpdate, ast.MergeInsert: kindInsert}[c.Action], err
	case c.Action == ast.MergeUpdate:
		set, err := m.assignments(c.Set, true)
		return set, kindUpdate, err
	}
	set, err := m.insertValues(c)
	return set, kindInsert, err
}

// fromSource gives every column the source's value of that name.
func (m *mergeInto) fromSource(c ast.MergeClause) ([]assignment, error) {
	set := make([]assignment, len(m.fields()))
	for i, f := range m.fields() {
		for k, s := range m.columns {
			if strings.EqualFold(s.Name, f.Name) {
				set[i] = assignment{m.column(fmt.Sprint(sourceColumn, "_", k)), c.Span}
			}
		}
		if set[i].x == nil {
			names := make([]string, len(m.columns))
			for k, s := range m.columns {
				names[k] = s.Name
			}
			return nil, m.at(problem.New("dml.no_source_column", "column", f.Name).Suggest(problem.Nearest(f.Name, names, 3)...), c)
		}
	}
	return set, nil
}

// insertValues are the values of INSERT (columns) VALUES (values).
func (m *mergeInto) insertValues(c ast.MergeClause) ([]assignment, error) {
	set := make([]assignment, len(m.fields()))
	for _, a := range c.Set {
		i, members, err := m.assigned(a.Column)
		if err != nil {
			return nil, err
		}
		if len(members) > 0 || set[i].x != nil {
			return nil, m.at(problem.New("sql.syntax").With("what", problem.Say("session.column_or_member_twice", "column", m.fields()[i].Name)), a)
		}
		set[i].x, set[i].span = valueOf(a), a.Span
		if a.X != nil {
			set[i].span = a.X.Pos()
		}
	}
	return set, nil
}

// checkKeys refuses an update that would give a row another key: the old row
// would stay.
func (m *mergeInto) checkKeys(ctx context.Context) error {
	for i, f := range m.fields() {
		if !contains(m.table.Schema().PrimaryKeys, f.Name) {
			continue
		}
		rows, _, err := m.conn.Rows(ctx, fmt.Sprintf("SELECT count(*) FROM temp.%s WHERE %s = %d AND %s IS DISTINCT FROM %s",
			changesTable, kindColumn, kindUpdate, duck.Ident(fmt.Sprint(oldColumn, i)), duck.Ident(fmt.Sprint(newColumn, i))))
		if err != nil {
			return err
		}
		if n, _ := rows[0][0].(int64); n > 0 {
			return m.at(problem.New("dml.key_column", "column", f.Name, "name", m.id.String()), m.n.On)
		}
	}
	return nil
}

func bigint(name string) dialect.Column {
	return dialect.Column{Name: name, Type: datatype.Of(datatype.BigInt)}
}
