package merge_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/merge/mergetest"
	"laketop/engine/soak"
)

// TestNarrow holds that a reader of some columns gets what a reader of all gets.
func TestNarrow(t *testing.T) {
	rng := soak.Rand(t)
	for range soak.Pick(1, 1, 200) {
		for _, c := range mergetest.Cases() {
			t.Run(c.Name, func(t *testing.T) { narrows(t, c, rng) })
		}
	}
}

func narrows(t *testing.T, c mergetest.Case, rng *rand.Rand) {
	t.Helper()
	fields, rule := c.Fields(t), c.Rule(t)
	var names []string
	for _, f := range fields {
		if rng.IntN(3) == 0 {
			names = append(names, f.Name)
		}
	}
	narrow := rule.Narrow(names)
	at := make([]int, len(narrow.Columns))
	for i, col := range narrow.Columns {
		at[i] = rule.Index(col.Name)
	}
	project := func(row []any) []any {
		out := make([]any, len(at))
		for i, from := range at {
			out[i] = row[from]
		}
		return out
	}
	records := c.Records(t, rng, 60, 6)
	want := mergetest.Merge(t, rule, records)
	for i := range records {
		records[i].Row = project(records[i].Row)
	}
	got := mergetest.Merge(t, narrow, records)
	require.Len(t, got, len(want))
	for i := range want {
		texts := project(c.Row(fields, want[i].Row)) // NaN is not equal to itself
		for col, f := range narrow.Columns {
			require.Equal(t, texts[col], c.Ordered([]datatype.Field{f.Field}, []any{mergetest.Text(f.Type, got[i].Row[col])})[0], "columns %v", names)
		}
		require.Equal(t, [2]int64{want[i].Sequence, int64(want[i].Kind)}, [2]int64{got[i].Sequence, int64(got[i].Kind)})
	}
	for _, name := range names {
		require.GreaterOrEqual(t, narrow.Index(name), 0)
	}
}
