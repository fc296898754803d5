package session

import (
	"context"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

func (r *running) call(_ context.Context, n *ast.CallProcedure) error {
	return r.at(problem.New("sql.unsupported", "construct", "CALL of a procedure", "instead", "Tags, branches and compaction are run from a real Spark or Flink for now."), n)
}
