package session

import (
	"context"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

func (r *running) alter(_ context.Context, n *ast.AlterTable) error {
	return r.at(problem.New("sql.unsupported", "construct", "ALTER TABLE", "instead", "Create the table anew with CREATE TABLE ... AS SELECT."), n)
}
