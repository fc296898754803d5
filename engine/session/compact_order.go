package session

import (
	"slices"
	"strings"

	"laketop/engine/filestore"
	"laketop/engine/problem"
)

// sorting reads the arguments order_strategy and order_by of sys.compact; nil is
// a compaction that leaves the rows as they stand.
func (c *onTable) sorting() (*filestore.Sorting, error) {
	by := &filestore.Sorting{Strategy: strings.ToLower(c.text("order_strategy"))}
	columns := c.list("order_by")
	s := c.table.Schema()
	refuse := func(argument, want string) error {
		a := c.args[argument]
		return c.at(problem.New("sql.argument_type", "argument", argument, "value", a.text, "type", want), a.node)
	}
	switch known := filestore.Strategies(); {
	case by.Strategy == "" || by.Strategy == "none":
		if len(columns) > 0 {
			return nil, refuse("order_by", "given with order_strategy => '"+strings.Join(known, "' or '")+"'")
		}
		return nil, nil
	case !slices.Contains(known, by.Strategy):
		return nil, refuse("order_strategy", strings.Join(known, ", ")+" or none")
	case len(s.PrimaryKeys) > 0 || s.Bucket() > 0:
		return nil, refuse("order_strategy", "none: only append tables without buckets are sorted")
	case len(columns) == 0:
		return nil, c.at(problem.New("sql.missing_argument", "name", c.name, "argument", "order_by", "known", "order_strategy, order_by"), c.args["order_strategy"].node)
	}
	for _, column := range columns {
		f, ok := findField(s.Fields, column)
		if !ok {
			return nil, c.at(problem.New("sql.unknown_column", "name", column).Suggest(problem.Nearest(column, fieldNames(s.Fields), 3)...), c.args["order_by"].node)
		}
		if slices.Contains(s.PartitionKeys, f.Name) {
			return nil, refuse("order_by", "columns other than those that partition the table")
		}
		by.Columns = append(by.Columns, f.Name)
	}
	return by, nil
}
