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
	refuse := func(argument string, want problem.Phrase) error {
		a := c.args[argument]
		return c.at(problem.New("sql.argument_type", "argument", argument, "value", a.text).With("type", want), a.node)
	}
	known := filestore.Strategies()
	switch {
	case by.Strategy == "" || by.Strategy == "none":
		if len(columns) > 0 {
			for i, k := range known {
				known[i] = "'" + k + "'"
			}
			return nil, refuse("order_by", problem.Say("session.with_strategy").With("strategies", choices(known...)))
		}
		return nil, nil
	case !slices.Contains(known, by.Strategy):
		return nil, refuse("order_strategy", choices(strings.Join(known, ", "), "none"))
	case len(s.PrimaryKeys) > 0 || s.Bucket() > 0:
		return nil, refuse("order_strategy", problem.Say("session.sorts_append"))
	case len(columns) == 0:
		return nil, c.at(problem.New("sql.missing_argument", "name", c.name, "argument", "order_by", "known", "order_strategy, order_by"), c.args["order_strategy"].node)
	}
	for _, column := range columns {
		f, ok := findField(s.Fields, column)
		if !ok {
			return nil, c.at(problem.New("sql.unknown_column", "name", column).Suggest(problem.Nearest(column, fieldNames(s.Fields), 3)...), c.args["order_by"].node)
		}
		if slices.Contains(s.PartitionKeys, f.Name) {
			return nil, refuse("order_by", problem.Say("session.other_columns"))
		}
		by.Columns = append(by.Columns, f.Name)
	}
	return by, nil
}

// choices are the values that an argument may have: two or more.
func choices(values ...string) problem.Phrase {
	said := problem.Say("table.either", "one", values[0], "other", values[1])
	for _, v := range values[2:] {
		said = problem.Say("table.either", "other", v).With("one", said)
	}
	return said
}
