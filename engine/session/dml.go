package session

import (
	"context"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

func (r *running) update(_ context.Context, n *ast.Update) error {
	return r.at(problem.New("sql.unsupported", "construct", "UPDATE", "instead", "Use INSERT OVERWRITE with a query that computes the new rows."), n)
}

func (r *running) delete(_ context.Context, n *ast.Delete) error {
	return r.at(problem.New("sql.unsupported", "construct", "DELETE FROM", "instead", "Use INSERT OVERWRITE with a query that keeps the other rows."), n)
}

func (r *running) merge(_ context.Context, n *ast.Merge) error {
	return r.at(problem.New("sql.unsupported", "construct", "MERGE INTO", "instead", "Use INSERT OVERWRITE with a query that joins both tables."), n)
}
