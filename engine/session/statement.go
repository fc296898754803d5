package session

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/problem"
)

// statement runs one parsed statement and says what became of it.
func (s *Session) statement(ctx context.Context, d dialect.Dialect, stmt dialect.Statement) StatementResult {
	start := s.cfg.Now()
	run := &running{Session: s, dialect: d, stmt: stmt, now: start, reads: map[TableVersion]bool{}, store: filestore.New(s.conn, s.cfg.Lake)}
	run.out = StatementResult{SQL: stmt.Text, Span: stmt.Span}
	err := s.configure(ctx, d)
	if err == nil {
		err = run.dispatch(ctx)
	}
	err = errors.Join(err, run.store.Close(context.WithoutCancel(ctx)))
	if err != nil && ctx.Err() == nil {
		if p := run.outOfRoom(err); p != nil {
			err = p
		} else if p := run.unreadable(err); p != nil {
			err = p
		}
	}
	run.out.Err = err
	run.out.Elapsed = s.cfg.Now().Sub(start)
	return run.out
}

// running is one statement while it runs.
type running struct {
	*Session
	dialect dialect.Dialect
	stmt    dialect.Statement
	now     time.Time // frozen: current_timestamp of the statement
	reads   map[TableVersion]bool
	plans   []planned
	store   *filestore.Store
	out     StatementResult
}

// dispatch runs the statement by its kind. A defect of ours ends the statement,
// not the program with everything that is open in it.
func (r *running) dispatch(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = problem.New("session.internal", "what", fmt.Sprint(p)).Because(fmt.Errorf("%v\n%s", p, debug.Stack()))
		}
	}()
	switch n := r.stmt.Node.(type) {
	case *ast.Query:
		r.out.Kind = "query"
		return r.query(ctx, n)
	case *ast.Raw:
		r.out.Kind = "query"
		return r.duckQuery(ctx)
	case *ast.Explain:
		r.out.Kind = "explain"
		return r.explain(ctx, n)
	case *ast.CreateDatabase:
		r.out.Kind = "create database"
		return r.createDatabase(ctx, n)
	case *ast.DropDatabase:
		r.out.Kind = "drop database"
		return r.dropDatabase(ctx, n)
	case *ast.CreateTable:
		r.out.Kind = "create table"
		return r.createTable(ctx, n)
	case *ast.DropTable:
		r.out.Kind = "drop table"
		return r.dropTable(ctx, n)
	case *ast.CreateView:
		r.out.Kind = "create view"
		return r.createView(ctx, n)
	case *ast.DropView:
		r.out.Kind = "drop view"
		return r.dropView(ctx, n)
	case *ast.Insert:
		r.out.Kind = "insert"
		return r.insert(ctx, n)
	case *ast.Update:
		r.out.Kind = "update"
		return r.update(ctx, n)
	case *ast.Delete:
		r.out.Kind = "delete"
		return r.delete(ctx, n)
	case *ast.Merge:
		r.out.Kind = "merge"
		return r.merge(ctx, n)
	case *ast.Truncate:
		r.out.Kind = "truncate"
		return r.truncate(ctx, n)
	case *ast.Analyze:
		r.out.Kind = "analyze"
		return r.analyze(ctx, n)
	case *ast.AlterTable:
		r.out.Kind = "alter table"
		return r.alter(ctx, n)
	case *ast.CallProcedure:
		r.out.Kind = "call"
		return r.call(ctx, n)
	case *ast.Optimize:
		r.out.Kind = "optimize"
		return r.optimize(ctx, n)
	case *ast.Vacuum:
		r.out.Kind = "vacuum"
		return r.vacuum(ctx, n)
	case *ast.Set, *ast.Reset:
		r.out.Kind = "set"
		return r.set(ctx, n)
	case *ast.Use:
		r.out.Kind = "use"
		return r.use(ctx, n)
	case *ast.Show:
		r.out.Kind = "show"
		return r.show(ctx, n)
	case *ast.Describe:
		r.out.Kind = "describe"
		return r.describe(ctx, n)
	case *ast.Refresh:
		r.out.Kind = "refresh"
		r.tell(notice.New("lake.fresh"))
		return nil
	}
	return problem.New("session.statement")
}

// at places an error on a node of the statement.
func (r *running) at(p *problem.Error, n ast.Node) *problem.Error {
	span := n.Pos()
	return p.At(r.stmt.Source(), span.Start, span.End)
}

// tell is what the statement says of itself.
func (r *running) tell(said ...notice.Notice) { r.out.Notices = said }

// retell says in the statement's own words what its write said of itself; what
// else there is to know of the write stays.
func (r *running) retell(said notice.Notice) {
	r.out.Notices = append([]notice.Notice{said}, r.out.Notices[min(1, len(r.out.Notices)):]...)
}

// add is what else there is to know.
func (r *running) add(said notice.Notice) { r.out.Notices = append(r.out.Notices, said) }

// writable refuses a write where the session may not.
func (r *running) writable(n ast.Node) error {
	if r.cfg.ReadOnly {
		return r.at(problem.New("session.read_only"), n)
	}
	return nil
}
