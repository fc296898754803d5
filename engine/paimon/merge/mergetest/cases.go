package mergetest

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/merge"
)

var (
	changes = []merge.RowKind{merge.Insert, merge.Insert, merge.Insert, merge.UpdateBefore, merge.UpdateAfter, merge.UpdateAfter, merge.Delete}
	upserts = []merge.RowKind{merge.Insert, merge.Insert, merge.UpdateAfter}
)

// plain are columns of every kind that any engine keeps.
var plain = []string{
	"id INT NOT NULL", "a INT", "b STRING", "c DECIMAL(10, 2)", "d DOUBLE", "e TIMESTAMP(3)", "f BOOLEAN", "g BYTES", "h ARRAY<INT>",
	"i ROW<x INT, y STRING>", "j MAP<STRING, INT>", "s INT", "t BIGINT",
}

// small are number columns whose sums and products stay small.
var small = []string{
	"id INT NOT NULL", "a TINYINT", "b SMALLINT", "c INT", "d BIGINT", "e FLOAT", "f DOUBLE", "g DECIMAL(9, 2)", "h DECIMAL(18, 3)", "i DECIMAL(38, 4)", "s INT",
}

// Cases are one table or more for every engine and function.
func Cases() []Case {
	out := []Case{
		{Name: "deduplicate", Columns: plain, Kinds: changes},
		{Name: "deduplicate_sequence", Columns: plain, Kinds: changes, Options: options("sequence.field", "s")},
		{Name: "deduplicate_sequences_descending", Columns: plain, Kinds: changes, Options: options("sequence.field", "s, b", "sequence.field.sort-order", "descending")},
		{Name: "deduplicate_ignore_delete", Columns: plain, Kinds: upserts, Options: options("deduplicate.ignore-delete", "true")},
		{Name: "first_row", Columns: plain, Options: options("merge-engine", "first-row")},
		{Name: "partial", Columns: plain, Kinds: upserts, Options: options("merge-engine", "partial-update")},
		{Name: "partial_sequence", Columns: plain, Kinds: upserts, Options: options("merge-engine", "partial-update", "sequence.field", "s,t")},
		{Name: "partial_descending", Columns: plain, Kinds: upserts, Options: options("merge-engine", "partial-update", "sequence.field", "s", "sequence.field.sort-order", "descending")},
		{Name: "partial_remove", Columns: plain, Kinds: changes, Options: options("merge-engine", "partial-update", "partial-update.remove-record-on-delete", "true")},
		{Name: "partial_groups", Columns: plain, Kinds: upserts, Options: options("merge-engine", "partial-update",
			"fields.s.sequence-group", "a,b", "fields.t,e.sequence-group", "c,d,h,i")},
		{Name: "partial_groups_sequence", Columns: plain, Kinds: upserts, Options: options("merge-engine", "partial-update", "sequence.field", "f",
			"fields.s.sequence-group", "a,b", "fields.t,e.sequence-group", "c,d,h,i")},
		{Name: "partial_groups_retract", Columns: plain, Kinds: changes, Options: options("merge-engine", "partial-update",
			"fields.s.sequence-group", "a,b", "fields.t,e.sequence-group", "c,d,h,i")},
		{Name: "partial_groups_remove", Columns: plain, Kinds: changes, Options: options("merge-engine", "partial-update",
			"fields.s.sequence-group", "a,b", "fields.t,e.sequence-group", "c,d,h,i", "partial-update.remove-record-on-sequence-group", "e")},
		{Name: "partial_default_function", Columns: []string{"id INT NOT NULL", "a INT", "b STRING", "s INT"}, Kinds: changes, Options: options("merge-engine", "partial-update",
			"fields.s.sequence-group", "a,b", "fields.default-aggregate-function", "last_non_null_value")},
		{Name: "aggregation_default", Columns: plain, Kinds: changes, Options: options("merge-engine", "aggregation")},
		{Name: "aggregation_sequence", Columns: plain, Kinds: changes, Options: options("merge-engine", "aggregation", "sequence.field", "s",
			"fields.default-aggregate-function", "last_value")},
		{Name: "aggregation_remove", Columns: small, Kinds: changes, Options: options("merge-engine", "aggregation", "aggregation.remove-record-on-delete", "true",
			"fields.default-aggregate-function", "sum", "sequence.field", "s")},
	}
	return append(append(append(out, functionCases()...), groupCases()...), newCases()...)
}

// newCases are what Paimon 2 added or mended.
func newCases() []Case {
	nested := func(name string, pairs ...string) Case {
		c := Case{Name: name, Paimon2: true, Columns: []string{"id INT NOT NULL", "a ARRAY<ROW<k INT, s INT, v STRING>>"}, Bags: []string{"a"},
			Options: options("merge-engine", "aggregation", "fields.a.aggregate-function", "nested_update", "fields.a.nested-key", "k")}
		for i := 0; i < len(pairs); i += 2 {
			c.Options["fields.a."+pairs[i]] = pairs[i+1]
		}
		return c
	}
	partial := nested("nested_partial_null_keys", "nested-key-null-strategy", "ignore")
	partial.Options["fields.a.aggregate-function"] = "nested_partial_update"
	blank := Case{Name: "listagg_blank", Paimon2: true, Columns: []string{"id INT NOT NULL", "a STRING", "b STRING"}, Kinds: upserts, Values: map[string]Values{},
		Options: options("merge-engine", "aggregation", "fields.default-aggregate-function", "listagg", "fields.b.distinct", "true")}
	for _, c := range []string{"a", "b"} {
		blank.Values[c] = func(rng *rand.Rand) any { return []string{"", " ", "\t\n", "x", "x, ,y", "\u00a0", ","}[rng.IntN(7)] }
	}
	limit := nested("nested_update_limit", "count-limit", "1")
	limit.Kinds = nil
	return []Case{
		nested("nested_update_sequence", "nested-sequence-field", "s"), nested("nested_update_null_keys", "nested-key-null-strategy", "ignore"),
		nested("nested_update_merge_keys", "nested-key-null-strategy", "merge", "nested-sequence-field", "s,v"), limit, partial, blank,
		{Name: "floats_in_order", Paimon2: true, Columns: plain, Kinds: changes, Options: options("sequence.field", "d")},
	}
}

func options(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// function is an aggregate function with columns that it fits.
type function struct {
	name    string
	columns []string
	options []string // of each column, without its name
	kinds   []merge.RowKind
	values  Values
	bag     bool
}

const items = "ARRAY<ROW<k INT, l STRING, v INT> NOT NULL>"

func functionList() []function {
	numbers := []string{"TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(9, 2)", "DECIMAL(18, 3)", "DECIMAL(38, 4)"}
	ordered := append([]string{"STRING", "BYTES", "DATE", "TIMESTAMP(3)", "TIMESTAMP(6)", "TIMESTAMP(6) WITH LOCAL TIME ZONE"}, numbers...)
	all := append([]string{"BOOLEAN", "ARRAY<INT>", "ROW<x INT, y STRING>", "MAP<STRING, INT>"}, ordered...)
	return []function{
		{name: "sum", columns: numbers, kinds: changes},
		{name: "product", columns: []string{"TINYINT", "SMALLINT", "INT", "BIGINT"}, kinds: changes, values: unit},
		{name: "product", columns: []string{"TINYINT", "SMALLINT", "INT", "BIGINT"}, kinds: upserts, values: factor},
		{name: "product", columns: []string{"FLOAT", "DOUBLE"}, kinds: upserts},
		{name: "product", columns: []string{"DECIMAL(18, 3)", "DECIMAL(38, 3)"}, kinds: changes, values: decimalFactor},
		{name: "max", columns: ordered, kinds: upserts},
		{name: "min", columns: ordered, kinds: upserts},
		{name: "max", columns: []string{"INT", "STRING"}, kinds: changes, options: []string{"ignore-retract", "true"}},
		{name: "last_value", columns: all, kinds: changes},
		{name: "last_non_null_value", columns: all, kinds: changes},
		{name: "first_value", columns: all, kinds: upserts},
		{name: "first_non_null_value", columns: all, kinds: upserts},
		{name: "first_not_null_value", columns: []string{"INT", "STRING"}, kinds: changes, options: []string{"ignore-retract", "true"}},
		{name: "listagg", columns: []string{"STRING"}, kinds: upserts},
		{name: "listagg", columns: []string{"STRING"}, kinds: upserts, options: []string{"list-agg-delimiter", "; "}},
		{name: "listagg", columns: []string{"STRING"}, kinds: upserts, options: []string{"distinct", "true"}},
		{name: "bool_and", columns: []string{"BOOLEAN"}, kinds: upserts},
		{name: "bool_or", columns: []string{"BOOLEAN"}, kinds: upserts},
		{name: "collect", columns: []string{"ARRAY<INT>", "ARRAY<STRING>"}, kinds: changes},
		{name: "collect", columns: []string{"ARRAY<INT>", "ARRAY<STRING>", "ARRAY<ROW<x INT, y STRING> NOT NULL>"}, kinds: changes, options: []string{"distinct", "true"}, bag: true},
		{name: "merge_map", columns: []string{"MAP<STRING, INT>", "MAP<INT, STRING>"}, kinds: changes},
		{name: "merge_map_with_keytime", columns: []string{"MAP<INT, ROW<v INT, at STRING>>"}, kinds: upserts},
		{name: "merge_map_with_keytime", columns: []string{"MAP<INT, ROW<at STRING, v INT>>"}, kinds: upserts, options: []string{"ts-field", "at"}},
		{name: "nested_update", columns: []string{items}, kinds: changes},
		{name: "nested_update", columns: []string{items}, kinds: changes, options: []string{"nested-key", "k"}, values: keyedItems, bag: true},
		{name: "nested_update", columns: []string{items}, kinds: upserts, options: []string{"count-limit", "3"}, values: keyedItems},
		{name: "nested_partial_update", columns: []string{items}, kinds: upserts, options: []string{"nested-key", "k,l"}, values: keyedItems, bag: true},
		{name: "rbm32", columns: []string{"BYTES"}, kinds: upserts, values: Bitmap32},
		{name: "rbm64", columns: []string{"BYTES"}, kinds: upserts, values: Bitmap64},
	}
}

// factor stays small in products.
func factor(rng *rand.Rand) any { return []int{1, 1, 1, 1, 1, 1, -1, 0, 2}[rng.IntN(9)] }

// unit has no quotient that is zero.
func unit(rng *rand.Rand) any { return []int{1, 1, -1}[rng.IntN(3)] }

// decimalFactor has quotients with an end.
func decimalFactor(rng *rand.Rand) any {
	return binaryrow.Decimal{Unscaled: big.NewInt([]int64{1000, 2000, -1000, 2500, 1250}[rng.IntN(5)]), Scale: 3}
}

// keyedItems are rows whose keys stand once and are not NULL.
func keyedItems(rng *rand.Rand) any {
	var out []any
	for _, k := range rng.Perm(4)[:rng.IntN(4)] {
		var v any
		if rng.IntN(3) > 0 {
			v = int32(rng.IntN(9))
		}
		out = append(out, []any{int32(k), "l", v})
	}
	if out == nil {
		return []any{}
	}
	return out
}

// functionCases is a table of aggregation for each function.
func functionCases() []Case {
	var out []Case
	for i, f := range functionList() {
		c := Case{Name: fmt.Sprintf("aggregation_%s_%d", f.name, i), Columns: []string{"id INT NOT NULL"}, Kinds: f.kinds, Options: options("merge-engine", "aggregation"), Values: map[string]Values{}}
		c.addFunction(f, "aggregate-function")
		out = append(out, c)
	}
	return out
}

// groupCases is a partial-update table for each function, inside a group of two
// sequence fields.
func groupCases() []Case {
	var out []Case
	for i, f := range functionList() {
		c := Case{Name: fmt.Sprintf("group_%s_%d", f.name, i), Columns: []string{"id INT NOT NULL"}, Kinds: f.kinds, Options: options("merge-engine", "partial-update"), Values: map[string]Values{}}
		guarded := c.addFunction(f, "aggregate-function")
		c.Columns = append(c.Columns, "s INT", "t STRING", "p INT")
		c.Options["fields.s,t.sequence-group"] = guarded + ",p"
		out = append(out, c)
	}
	return out
}

func (c *Case) addFunction(f function, option string) (names string) {
	c.Options = maps.Clone(c.Options)
	for i, t := range f.columns {
		name := fmt.Sprintf("c%d", i)
		c.Columns = append(c.Columns, name+" "+t)
		c.Options["fields."+name+"."+option] = f.name
		for j := 0; j < len(f.options); j += 2 {
			c.Options["fields."+name+"."+f.options[j]] = f.options[j+1]
		}
		if f.values != nil {
			c.Values[name] = typed(t, f.values)
		}
		if f.bag {
			c.Bags = append(c.Bags, name)
		}
		if names != "" {
			names += ","
		}
		names += name
	}
	return names
}

// typed makes an int that values draws one of the column's type.
func typed(t string, values Values) Values {
	return func(rng *rand.Rand) any {
		v := values(rng)
		n, ok := v.(int)
		if !ok {
			return v
		}
		switch t {
		case "TINYINT":
			return int8(n)
		case "SMALLINT":
			return int16(n)
		case "INT":
			return int32(n)
		}
		return int64(n)
	}
}
