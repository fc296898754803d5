package session

import (
	"fmt"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/fileio"
	"laketop/engine/problem"
)

// outOfRoom turns an error that means a full disk or used up memory into one
// that says what to do; nil for any other. DuckDB gives such errors as text.
func (r *running) outOfRoom(err error) *problem.Error {
	text := err.Error()
	switch {
	case fileio.IsFull(err), containsAny(text, "No space left on device", "Disk quota exceeded", "not enough space on the disk"):
		if target := writes(r.stmt.Node); target != nil {
			return r.at(problem.New("table.disk_full", "name", strings.Join(target.Strings(), ".")).Because(err), target)
		}
		return problem.New("session.disk_full", "folder", r.cfg.DB.SpillDir()).Because(err)
	case strings.Contains(text, "max_temp_directory_size"):
		return problem.New("session.spill_full", "folder", r.cfg.DB.SpillDir()).Because(err)
	case strings.Contains(text, "Out of Memory Error"):
		return problem.New("session.memory", "limit", fmt.Sprintf("%.1f GB", float64(r.cfg.DB.MemoryLimitBytes())/(1<<30))).Because(err)
	}
	return nil
}

// writes is the name of the table that a statement writes rows to.
func writes(n ast.Stmt) ast.Name {
	switch n := n.(type) {
	case *ast.CreateTable:
		return n.Name
	case *ast.Insert:
		return n.Name
	case *ast.Truncate:
		return n.Name
	case *ast.Update:
		return n.Name
	case *ast.Delete:
		return n.Name
	case *ast.Merge:
		return n.Target
	case *ast.Optimize:
		return n.Name
	case *ast.AlterTable:
		return n.Name
	}
	return nil
}

func containsAny(text string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
