package merge_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/judge"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/merge/mergetest"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// wrong is a table that is refused.
type wrong struct {
	options string // "name=value; name=value"
	code    string
	names   string // what the message names
	java    string // what Java says; "" when it only is stricter here
}

var wrongs = map[string]wrong{
	"unknown engine":                    {"merge-engine=sum", "merge.option", "merge-engine", "merge-engine"},
	"flag that is no flag":              {"ignore-delete=yes", "merge.option", "ignore-delete", "boolean"},
	"sequence field is no column":       {"sequence.field=zz", "merge.column", "zz", "zz"},
	"sequence field twice":              {"sequence.field=s,s", "merge.conflict", "s", "repeatedly"},
	"sequence field has a function":     {"sequence.field=s; fields.s.aggregate-function=sum", "merge.conflict", "fields.s.aggregate-function", "sequence field"},
	"sequence field of a nested type":   {"sequence.field=m", "merge.option", "sequence.field", ""},
	"sort order":                        {"sequence.field=s; sequence.field.sort-order=up", "merge.option", "sequence.field.sort-order", ""},
	"row kind field is no column":       {"rowkind.field=zz", "merge.column", "zz", "zz"},
	"row kind field is no text":         {"rowkind.field=s", "merge.option", "rowkind.field", ""},
	"option of no column":               {"fields.zz.ignore-retract=true", "merge.column", "zz", "zz"},
	"first-row with sequence field":     {"merge-engine=first-row; sequence.field=s", "merge.conflict", "sequence.field", "FIRST_ROW"},
	"first-row with input changelog":    {"merge-engine=first-row; changelog-producer=input", "merge.conflict", "changelog-producer", "FIRST_ROW"},
	"first-row with deletion vectors":   {"merge-engine=first-row; deletion-vectors.enabled=true", "merge.conflict", "deletion-vectors.enabled", "First row"},
	"remove and ignore deletes":         {"merge-engine=partial-update; ignore-delete=true; partial-update.remove-record-on-delete=true", "merge.conflict", "ignore-delete", "conflicting"},
	"remove by group and ignore":        {"merge-engine=partial-update; partial-update.ignore-delete=true; fields.s.sequence-group=a; partial-update.remove-record-on-sequence-group=s", "merge.conflict", "ignore-delete", "conflicting"},
	"remove on delete with groups":      {"merge-engine=partial-update; fields.s.sequence-group=a; partial-update.remove-record-on-delete=true", "merge.conflict", "remove-record-on-delete", "conflicting"},
	"column in two groups":              {"merge-engine=partial-update; fields.s.sequence-group=a; fields.t.sequence-group=a", "merge.conflict", "a", "repeatedly"},
	"sequence field in two groups":      {"merge-engine=partial-update; fields.s.sequence-group=a; fields.s,t.sequence-group=b", "merge.conflict", "s", ""},
	"group guards no column":            {"merge-engine=partial-update; fields.s.sequence-group=zz", "merge.column", "zz", "zz"},
	"key in a group":                    {"merge-engine=partial-update; fields.s.sequence-group=id", "merge.key_in_group", "id", ""},
	"remove by what leads no group":     {"merge-engine=partial-update; fields.s.sequence-group=a; partial-update.remove-record-on-sequence-group=b", "merge.option", "remove-record-on-sequence-group", "sequence groups"},
	"function outside of a group":       {"merge-engine=partial-update; fields.a.aggregate-function=sum", "merge.needs_group", "a", "sequence group"},
	"default function outside a group":  {"merge-engine=partial-update; fields.default-aggregate-function=sum", "merge.needs_group", "a", "sequence group"},
	"unknown function":                  {"merge-engine=aggregation; fields.a.aggregate-function=median", "merge.function", "median", ""},
	"sketch":                            {"merge-engine=aggregation; fields.y.aggregate-function=hll_sketch", "merge.function_refused", "hll_sketch", ""},
	"sum of text":                       {"merge-engine=aggregation; fields.b.aggregate-function=sum", "merge.function_type", "b", ""},
	"listagg of VARCHAR(9)":             {"merge-engine=aggregation; fields.v.aggregate-function=listagg", "merge.function_type", "v", ""},
	"max of a map":                      {"merge-engine=aggregation; fields.m.aggregate-function=max", "merge.function_type", "m", ""},
	"remove and ignore retract":         {"merge-engine=aggregation; aggregation.remove-record-on-delete=true; fields.a.aggregate-function=sum; fields.a.ignore-retract=true", "merge.conflict", "fields.a.ignore-retract", ""},
	"nested key is no member":           {"merge-engine=aggregation; fields.n.aggregate-function=nested_update; fields.n.nested-key=zz", "merge.column", "zz", ""},
	"nested sequence without key":       {"merge-engine=aggregation; fields.n.aggregate-function=nested_update; fields.n.nested-sequence-field=k", "merge.needs_option", "nested-key", ""},
	"nested partial update without key": {"merge-engine=aggregation; fields.n.aggregate-function=nested_partial_update", "merge.needs_option", "nested-key", ""},
	"count limit":                       {"merge-engine=aggregation; fields.n.aggregate-function=nested_update; fields.n.count-limit=many", "merge.option", "count-limit", ""},
	"time field that is no text":        {"merge-engine=aggregation; fields.w.aggregate-function=merge_map_with_keytime", "merge.function_type", "w", ""},
}

var wrongColumns = []string{
	"id INT NOT NULL", "a INT", "b STRING", "s INT", "t INT", "m MAP<INT, INT>", "v VARCHAR(9)", "y BYTES",
	"n ARRAY<ROW<k INT, l INT>>", "w MAP<INT, ROW<at STRING, x INT>>",
}

func parseOptions(text string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		out[name] = value
	}
	return out
}

// TestWrongOptions refuses tables by the option's name, before anything of them
// is written.
func TestWrongOptions(t *testing.T) {
	for name, w := range wrongs {
		t.Run(name, func(t *testing.T) {
			s := mergetest.Case{Columns: wrongColumns}.Schema(t)
			for k, v := range parseOptions(w.options) {
				s.Options[k] = v
			}
			_, err := merge.Of(s)
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, w.code, p.Code)
			require.Contains(t, p.Message("en"), w.names)
			require.NotContains(t, p.Report("zh"), "{", "a name of the text has no value")
			require.NotContains(t, p.Report("en"), "{")
		})
	}
}

// TestJavaRefusesThem asks Java about the same tables.
func TestJavaRefusesThem(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	lake := judge.Java(t).At(t.TempDir(), "d")
	for name, w := range wrongs {
		if w.java == "" {
			continue
		}
		s := mergetest.Case{Columns: wrongColumns}.Schema(t)
		table := judge.Table{Fields: s.Fields, Primary: s.PrimaryKeys, Options: parseOptions(w.options)}
		table.Options["bucket"] = "1"
		answer := lake.Ask(t, "create", "t", table)
		require.NotEmpty(t, answer.Error, "%s: Java takes %s", name, w.options)
		require.Contains(t, answer.Error, w.java, name)
	}
}

func TestCrossPartitionSequence(t *testing.T) {
	id, dt := datatype.NewField("id", datatype.Of(datatype.Int)), datatype.NewField("dt", datatype.StringType())
	s, err := schema.New([]datatype.Field{id, dt, datatype.NewField("v", datatype.Of(datatype.Int))}, []string{"dt"}, []string{"id"}, map[string]string{}, "", 0)
	require.NoError(t, err)
	s.Options["sequence.field"] = "v"
	_, err = merge.Of(s)
	require.ErrorContains(t, err, "sequence.field")
}

func TestRuleOfPartitionedTable(t *testing.T) {
	id, dt := datatype.NewField("id", datatype.Of(datatype.Int)), datatype.NewField("dt", datatype.StringType())
	s, err := schema.New([]datatype.Field{id, dt}, []string{"dt"}, []string{"dt", "id"}, map[string]string{"first-row.ignore-delete": "true", "ignore-update-before": "true"}, "", 0)
	require.NoError(t, err)
	r, err := merge.Of(s)
	require.NoError(t, err)
	require.Len(t, r.Keys, 1)
	require.Equal(t, "id", r.Keys[0].Name)
	require.True(t, r.Drops(merge.Delete))
	require.True(t, r.Drops(merge.UpdateBefore))
	require.False(t, r.Drops(merge.UpdateAfter))
}

// refusals are histories of one key that have no result.
var refusals = map[string]struct {
	columns []string
	options string
	rows    [][]any
	kinds   []merge.RowKind
	code    string
	paimon2 bool // Paimon 1 calculates on
}{
	"delete without an option": {
		[]string{"id INT NOT NULL", "a INT"}, "merge-engine=partial-update",
		[][]any{{int32(1), int32(1)}, {int32(1), int32(1)}}, []merge.RowKind{merge.Insert, merge.Delete}, "merge.delete", false,
	},
	"delete of a first row": {
		[]string{"id INT NOT NULL", "a INT"}, "merge-engine=first-row",
		[][]any{{int32(1), int32(1)}, {int32(1), int32(1)}}, []merge.RowKind{merge.Insert, merge.Delete}, "merge.delete", false,
	},
	"max taken back": {
		[]string{"id INT NOT NULL", "a INT"}, "merge-engine=aggregation; fields.a.aggregate-function=max",
		[][]any{{int32(1), int32(1)}, {int32(1), int32(1)}}, []merge.RowKind{merge.Insert, merge.UpdateBefore}, "merge.retract", false,
	},
	"first_value taken back": {
		[]string{"id INT NOT NULL", "a INT"}, "merge-engine=aggregation; fields.a.aggregate-function=first_value",
		[][]any{{int32(1), int32(1)}, {int32(1), int32(1)}}, []merge.RowKind{merge.Insert, merge.Delete}, "merge.retract", false,
	},
	"sum beyond its type": {
		[]string{"id INT NOT NULL", "a INT"}, "merge-engine=aggregation; fields.a.aggregate-function=sum",
		[][]any{{int32(1), int32(1 << 30)}, {int32(1), int32(1 << 30)}}, []merge.RowKind{merge.Insert, merge.Insert}, "merge.number", true,
	},
	"product beyond its type": {
		[]string{"id INT NOT NULL", "a BIGINT"}, "merge-engine=aggregation; fields.a.aggregate-function=product",
		[][]any{{int32(1), int64(1 << 40)}, {int32(1), int64(1 << 40)}}, []merge.RowKind{merge.Insert, merge.Insert}, "merge.number", true,
	},
	"division by zero": {
		[]string{"id INT NOT NULL", "a INT"}, "merge-engine=aggregation; fields.a.aggregate-function=product",
		[][]any{{int32(1), int32(3)}, {int32(1), int32(0)}}, []merge.RowKind{merge.Insert, merge.Delete}, "merge.number", false,
	},
	"quotient without an end": {
		[]string{"id INT NOT NULL", "a DECIMAL(9, 2)"}, "merge-engine=aggregation; fields.a.aggregate-function=product",
		[][]any{{int32(1), decimal(100)}, {int32(1), decimal(300)}}, []merge.RowKind{merge.Insert, merge.Delete}, "merge.number", false,
	},
	"nested key is NULL": {
		[]string{"id INT NOT NULL", "a ARRAY<ROW<k INT>>"}, "merge-engine=aggregation; fields.a.aggregate-function=nested_update; fields.a.nested-key=k; fields.a.nested-key-null-strategy=error",
		[][]any{{int32(1), []any{}}, {int32(1), []any{[]any{nil}}}}, []merge.RowKind{merge.Insert, merge.Insert}, "merge.value", true,
	},
}

func decimal(unscaled int64) binaryrow.Decimal {
	return binaryrow.Decimal{Unscaled: big.NewInt(unscaled), Scale: 2}
}

// TestRefusals holds that what has no result is an error and not a value, for
// this package and for Java.
func TestRefusals(t *testing.T) {
	for name, r := range refusals {
		t.Run(name, func(t *testing.T) {
			c := mergetest.Case{Columns: r.columns, Options: parseOptions(r.options)}
			m := merge.NewMerger(c.Rule(t))
			m.Reset()
			var err error
			for i, row := range r.rows {
				if err == nil {
					err = m.Add(merge.KeyValue{Sequence: int64(i), Kind: r.kinds[i], Row: row})
				}
			}
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, r.code, p.Code)
			require.NotContains(t, p.Report("zh")+p.Report("en"), "{")
			if testing.Short() || r.paimon2 && !judge.Paimon2() {
				return
			}
			lake, s := judge.Java(t).At(t.TempDir(), "d"), c.Schema(t)
			lake.Create(t, "t", judge.Table{Fields: s.Fields, Primary: s.PrimaryKeys, Options: s.Options})
			var w judge.Write
			for i, row := range r.rows {
				w.Rows = append(w.Rows, texts(s.Fields, row))
				w.Kinds = append(w.Kinds, r.kinds[i].String())
			}
			require.NotEmpty(t, lake.Ask(t, "write", "t", w).Error, "Java takes it")
		})
	}
}
