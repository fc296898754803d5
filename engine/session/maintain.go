package session

import (
	"context"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

func (r *running) optimize(_ context.Context, n *ast.Optimize) error {
	return r.at(problem.New("sql.unsupported", "construct", "OPTIMIZE", "instead", "Small files are compacted from a real Spark or Flink for now."), n)
}

func (r *running) vacuum(_ context.Context, n *ast.Vacuum) error {
	return r.at(problem.New("sql.unsupported", "construct", "VACUUM", "instead", "Old snapshots are expired from a real Spark or Flink for now."), n)
}
