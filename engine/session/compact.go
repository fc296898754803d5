package session

import (
	"context"

	"laketop/engine/dialect/ast"
	"laketop/engine/paimon"
	"laketop/engine/problem"
)

// compaction is what OPTIMIZE and CALL sys.compact ask for.
type compaction struct {
	id    name
	table *paimon.Table
	full  bool
	where ast.Expr // over partition columns; nil = all
	node  ast.Node // of the statement
}

// compact merges the files of a table.
func (r *running) compact(_ context.Context, c compaction) error {
	return r.at(problem.New("sql.unsupported", "construct", "compaction of "+c.id.String(), "instead", "Small files are compacted from a real Spark or Flink for now."), c.node)
}
