package session

import (
	"context"
	"fmt"
	"sort"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
)

// query runs a SELECT and keeps its rows.
func (r *running) query(ctx context.Context, q *ast.Query) error {
	t, err := r.translate(ctx, q)
	if err != nil {
		return err
	}
	return r.keep(ctx, t)
}

// translate turns a query into DuckDB text over planned files and notes which
// snapshots it reads.
func (r *running) translate(ctx context.Context, q *ast.Query) (*dialect.Translation, error) {
	return r.translateInto(ctx, q, nil)
}

// translateInto also casts the query's columns to those it goes into.
func (r *running) translateInto(ctx context.Context, q *ast.Query, into []dialect.Column) (*dialect.Translation, error) {
	opt := r.options()
	opt.Into = into
	t, err := dialect.Translate(ctx, r.dialect, r.stmt, q, r.scope(), opt)
	if err != nil {
		return nil, err
	}
	r.out.DuckSQL = t.SQL
	r.noteReads()
	return t, nil
}

// duckQuery runs a statement of the DuckDB dialect: DuckDB says what it is, the
// guard lets one SELECT over known tables through.
func (r *running) duckQuery(ctx context.Context) error {
	rows, _, err := r.conn.Rows(ctx, dialect.SerializeDuck(r.stmt))
	if err != nil {
		return err
	}
	t, err := dialect.TranslateDuck(ctx, r.stmt, fmt.Sprint(rows[0][0]), r.scope(), r.options())
	if err != nil {
		return err
	}
	r.out.DuckSQL = t.SQL
	r.noteReads()
	return r.keep(ctx, t)
}

// Evaluate implements dialect.Evaluator.
func (sc *scope) Evaluate(ctx context.Context, sql string) (any, error) {
	rows, _, err := sc.conn.Rows(ctx, sql)
	if err != nil {
		return nil, err
	}
	return rows[0][0], nil
}

func (r *running) options() dialect.Options {
	return dialect.Options{TimeZone: r.timeZone, Conf: r.conf, Now: r.now}
}

func (r *running) noteReads() {
	r.out.Reads = nil
	for v := range r.reads {
		r.out.Reads = append(r.out.Reads, v)
	}
	sort.Slice(r.out.Reads, func(i, j int) bool { return r.out.Reads[i].Table < r.out.Reads[j].Table })
}

// keep runs a translation into the result store; what DuckDB finds wrong comes
// back to the user's own place.
func (r *running) keep(ctx context.Context, t *dialect.Translation) error {
	kept, err := r.cfg.DB.Results().Keep(ctx, r.conn, t.SQL, columnsOf(t))
	if err != nil {
		return r.blame(ctx, t, err)
	}
	r.out.Result = &kept
	return nil
}

// columnsOf are a translation's columns; nil where only DuckDB knows them.
func columnsOf(t *dialect.Translation) []datatype.Field {
	if t.Columns == nil {
		return nil
	}
	return fields(t.Columns)
}

// blame maps an error of DuckDB to the user's text; a cancelled context stays
// what it is.
func (r *running) blame(ctx context.Context, t *dialect.Translation, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return t.Map.Error(err)
}

// answer keeps rows that the session made itself.
func (r *running) answer(ctx context.Context, columns []datatype.Field, rows [][]any) error {
	text, err := valuesSQL(columns, rows)
	if err != nil {
		return err
	}
	kept, err := r.cfg.DB.Results().Keep(ctx, r.conn, text, columns)
	if err != nil {
		return fmt.Errorf("keep the answer: %w", err)
	}
	r.out.Result = &kept
	return nil
}

// text is a column of text for answers.
func text(name string) datatype.Field {
	return datatype.Field{ID: -1, Name: name, Type: datatype.StringType()}
}

// explain shows the text and the plan that DuckDB would run, and how many files
// the lake planned.
func (r *running) explain(ctx context.Context, n *ast.Explain) error {
	q, ok := explained(n.Stmt)
	if !ok {
		return r.answer(ctx, []datatype.Field{text("plan")}, [][]any{{"no query is run: the statement changes the catalog"}})
	}
	t, err := r.translate(ctx, q)
	if err != nil {
		return err
	}
	how := "EXPLAIN "
	if n.Mode == "ANALYZE" {
		how = "EXPLAIN ANALYZE "
	}
	rows, _, err := r.conn.Rows(ctx, how+t.SQL)
	if err != nil {
		return r.blame(ctx, t, err)
	}
	out := [][]any{{"== DuckDB text ==\n" + t.SQL}}
	for _, row := range rows {
		out = append(out, []any{fmt.Sprintf("== %v ==\n%v", row[0], row[1])})
	}
	for _, p := range r.plans {
		out = append(out, []any{fmt.Sprintf("== %s@%d ==\n%d files planned, %d skipped", p.table, p.snapshot, p.files, p.skipped)})
	}
	return r.answer(ctx, []datatype.Field{text("plan")}, out)
}

func explained(s ast.Stmt) (*ast.Query, bool) {
	switch n := s.(type) {
	case *ast.Query:
		return n, true
	case *ast.Insert:
		return n.Query, true
	case *ast.CreateTable:
		return n.Query, n.Query != nil
	case *ast.CreateView:
		return n.Query, true
	}
	return nil, false
}
