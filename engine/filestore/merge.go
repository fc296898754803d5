package filestore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/merge"
)

const isRetraction = kindColumn + " IN (1, 3)"

// merge turns records into one row a key. input is FROM text with the rule's
// columns by name, _SEQUENCE_NUMBER BIGINT and _VALUE_KIND TINYINT, of one bucket;
// retracts tells whether records of kind -U and -D may be among them. The answer
// is FROM text with the same columns; what a key came to be deleted by is kept,
// with its kind.
//
// Where a GROUP BY or a window says exactly what Paimon's functions do, and is
// faster, DuckDB does all of it. Else the records are sorted there and folded
// here: sequence fields and groups would need aggregates ordered by structs.
func (s *Store) merge(ctx context.Context, rule *merge.Rule, input string, retracts bool) (string, error) {
	if text := mergeSQL(rule, input, retracts); text != "" {
		return text, nil
	}
	return s.mergeFold(ctx, rule, input)
}

// mergeSQL is the merge as one query; "" when SQL has no words for it.
func mergeSQL(rule *merge.Rule, input string, retracts bool) string {
	q := &mergeQuery{rule: rule, input: input, retracts: retracts}
	switch rule.Engine {
	case merge.Deduplicate, merge.FirstRow:
		return q.pick()
	case merge.PartialUpdate:
		if retracts && (rule.RemoveOnDelete || rule.IgnoreDelete) || len(rule.Groups) > 0 {
			return ""
		}
	case merge.Aggregation:
		if retracts && rule.RemoveOnDelete {
			return ""
		}
	}
	if len(rule.Sequence) > 0 {
		return ""
	}
	return q.group()
}

type mergeQuery struct {
	rule     *merge.Rule
	input    string
	retracts bool
}

// orderTerms are expressions that order a column ascending as Java does: -0.0
// before 0.0. A bare column that DuckDB sorts by comes back from the sort with
// 0.0 for -0.0, so it is none.
func orderTerms(column string, t datatype.Type) []string {
	if t.Kind == datatype.Float || t.Kind == datatype.Double {
		return []string{column + " + 0", "NOT signbit(" + column + ")"}
	}
	return []string{column}
}

// keyTerms order keys and tell them apart, -0.0 from 0.0 too.
func keyTerms(rule *merge.Rule) string {
	var out []string
	for _, k := range rule.Keys {
		out = append(out, orderTerms(duck.Ident(k.Name), k.Type)...)
	}
	return strings.Join(out, ", ")
}

// recordOrder are the ORDER BY terms that put the records of a key oldest first,
// or newest first.
func recordOrder(rule *merge.Rule, newest bool) []string {
	oldest, last := " ASC NULLS FIRST", " DESC NULLS LAST"
	if rule.Descending {
		oldest, last = " DESC NULLS FIRST", " ASC NULLS LAST"
	}
	if newest {
		oldest = last
	}
	var out []string
	for _, name := range rule.Sequence {
		for _, term := range orderTerms(duck.Ident(name), rule.Columns[rule.Index(name)].Type) {
			out = append(out, term+oldest)
		}
	}
	if newest {
		return append(out, sequenceColumn+" DESC")
	}
	return append(out, sequenceColumn+" ASC")
}

// pick keeps one whole record: deduplicate and first-row.
func (q *mergeQuery) pick() string {
	order := recordOrder(q.rule, q.rule.Engine == merge.Deduplicate)
	keep := ""
	if q.retracts {
		switch {
		case q.rule.IgnoreDelete: // a retraction counts only when nothing else does
			order = append([]string{"(" + isRetraction + ")"}, order...)
			keep = fmt.Sprintf(" AND (NOT (%s) OR count(*) OVER (PARTITION BY %s) = 1)", isRetraction, keyTerms(q.rule))
		case q.rule.Engine == merge.FirstRow:
			return ""
		}
	}
	return fmt.Sprintf("(SELECT * FROM %s QUALIFY row_number() OVER (PARTITION BY %s ORDER BY %s) = 1%s)",
		q.input, keyTerms(q.rule), strings.Join(order, ", "), keep)
}

// group is partial-update and aggregation as a GROUP BY.
func (q *mergeQuery) group() string {
	items := make([]string, 0, len(q.rule.Columns)+2)
	for i := range q.rule.Columns {
		c := &q.rule.Columns[i]
		name := duck.Ident(c.Name)
		if slices.ContainsFunc(q.rule.Keys, func(k datatype.Field) bool { return k.Name == c.Name }) {
			if terms := orderTerms(name, c.Type); len(terms) > 1 {
				name = "any_value(" + name + ") AS " + name
			}
			items = append(items, name)
			continue
		}
		text := q.column(c, name)
		if text == "" {
			return ""
		}
		items = append(items, text+" AS "+name)
	}
	refuse := ""
	if q.retracts && q.rule.Engine == merge.PartialUpdate {
		refuse = refusal(isRetraction, q.rule.DeleteError())
	}
	items = append(items, "max("+sequenceColumn+") AS "+sequenceColumn,
		fmt.Sprintf("(CASE WHEN count(*) = 1 THEN any_value(%[1]s) %[2]s ELSE 0 END)::TINYINT AS %[1]s", kindColumn, refuse))
	return fmt.Sprintf("(SELECT %s FROM %s GROUP BY %s)", strings.Join(items, ", "), q.input, keyTerms(q.rule))
}

// column is the aggregate of a column; "" when SQL has none that is exact.
func (q *mergeQuery) column(c *merge.Column, name string) string {
	if c.Type.IsNested() && !c.Type.Walk(func(t datatype.Type) bool { return t.Kind != datatype.Float && t.Kind != datatype.Double }) {
		return "" // arg_max makes -0.0 in them 0.0
	}
	value, narrow := name, ""
	if c.Type.Kind == datatype.Float { // arg_max of a FLOAT too, of a DOUBLE not
		value, narrow = name+"::DOUBLE", "::FLOAT"
	}
	if q.rule.Engine == merge.PartialUpdate && c.Function != merge.Key {
		return fmt.Sprintf("arg_max(%s, %s)%s", value, sequenceColumn, narrow)
	}
	text := q.aggregate(c, name, value)
	if text == "" {
		return ""
	}
	text += narrow
	if !q.retracts {
		return text
	}
	refuse := ""
	if !c.CanRetract() {
		refuse = refusal(kindColumn+" = 1", c.RetractError(merge.UpdateBefore)) + " " + refusal(kindColumn+" = 3", c.RetractError(merge.Delete))
	}
	return fmt.Sprintf("(CASE WHEN count(*) = 1 THEN any_value(%s) %s ELSE %s END)", name, refuse, text)
}

// refusal ends the statement when one of several records of a key is such a one.
func refusal(such string, err error) string {
	return fmt.Sprintf("WHEN bool_or(%s) THEN error(%s)", such, duck.Literal(err.Error()))
}

// aggregate is a function over all records of a key.
func (q *mergeQuery) aggregate(c *merge.Column, name, value string) string {
	only, back := "", q.retracts && !c.IgnoreRetract && c.CanRetract()
	if q.retracts && c.IgnoreRetract {
		only = "NOT (" + isRetraction + ")"
	}
	if back && (c.Function == merge.LastValue || c.Function == merge.LastNonNullValue) {
		value = "CASE WHEN " + isRetraction + " THEN NULL ELSE " + value + " END"
	}
	const order = sequenceColumn
	switch c.Function {
	case merge.Key:
		return fmt.Sprintf("arg_max_null(%s, %s)", value, order)
	case merge.LastValue:
		return fmt.Sprintf("arg_max_null(%s, %s)%s", value, order, filter(only))
	case merge.LastNonNullValue:
		if back {
			return fmt.Sprintf("arg_max_null(%s, %s)%s", value, order, filter(name+" IS NOT NULL"))
		}
		return fmt.Sprintf("arg_max(%s, %s)%s", value, order, filter(only))
	case merge.FirstValue:
		return fmt.Sprintf("arg_min_null(%s, %s)%s", value, order, filter(only))
	case merge.FirstNonNullValue:
		return fmt.Sprintf("arg_min(%s, %s)%s", value, order, filter(only))
	}
	return q.calculated(c, name, only, back)
}

// calculated is a function that no order matters to.
func (q *mergeQuery) calculated(c *merge.Column, name, only string, back bool) string {
	switch c.Function {
	case merge.Max, merge.Min:
		if c.Type.Kind == datatype.Float || c.Type.Kind == datatype.Double { // -0.0 and 0.0 are one there
			return ""
		}
		return fmt.Sprintf("%s(%s)%s", c.Function, name, filter(only))
	case merge.BoolAnd, merge.BoolOr:
		return fmt.Sprintf("%s(%s)%s", c.Function, name, filter(only))
	case merge.Sum:
		if !exactSum(c.Type) {
			return ""
		}
		t, err := c.Type.DuckDB()
		if err != nil {
			return ""
		}
		if back {
			name = fmt.Sprintf("CASE WHEN %s THEN -(%s::%s) ELSE %[2]s END", isRetraction, name, widerType(c.Type))
		}
		return fmt.Sprintf("CAST(sum(%s)%s AS %s)", name, filter(only), t)
	}
	return ""
}

// exactSum tells whether DuckDB's sum is Java's: floating sums depend on an order
// that DuckDB does not keep, and long decimals become NULL on their way in Java.
func exactSum(t datatype.Type) bool {
	return t.Kind >= datatype.TinyInt && t.Kind <= datatype.BigInt || t.Kind == datatype.Decimal && t.Precision <= 18
}

// widerType holds the negative of each value.
func widerType(t datatype.Type) string {
	switch t.Kind {
	case datatype.Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case datatype.BigInt:
		return "HUGEINT"
	}
	return "BIGINT"
}

func filter(condition string) string {
	if condition == "" {
		return ""
	}
	return " FILTER (WHERE " + condition + ")"
}
