package dialect

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// incrementalOptions are Paimon's table functions in Spark and the option of a
// read that each stands for.
var incrementalOptions = map[string]string{
	"paimon_incremental_query":             "incremental-between",
	"paimon_incremental_between_timestamp": "incremental-between-timestamp",
}

// incremental is paimon_incremental_query('db.t', from, to): what was committed
// between two snapshots, tags or times.
func (b *binder) incremental(n *ast.Table, name, option string, e *env) (string, []*rel, error) {
	if len(n.Call.Args) != 3 {
		return "", nil, b.types(n.Call, problem.Say("sql.incremental_takes", "function", name))
	}
	var args [3]string
	for i, a := range n.Call.Args {
		l, ok := a.(*ast.Literal)
		if !ok || l.Kind != ast.StringLiteral && (i == 0 || l.Kind != ast.NumberLiteral) {
			return "", nil, b.types(a, problem.Say("sql.takes_constants", "function", name))
		}
		args[i] = strings.TrimSpace(l.Value)
	}
	ref := TableRef{Span: n.Call.Args[0].Pos(), Options: map[string]string{option: args[1] + "," + args[2]}}
	for _, part := range strings.Split(args[0], ".") {
		ref.Parts = append(ref.Parts, strings.Trim(part, "`"))
		ref.Quoted = append(ref.Quoted, strings.HasPrefix(part, "`"))
	}
	return b.scoped(n, ref, ref.Parts[len(ref.Parts)-1], e)
}
