package merge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/judge"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/merge/mergetest"
	"laketop/engine/soak"
)

const (
	javaKeys    = 40
	javaRecords = 6 // of a key and commit, at most
)

// TestJava gives real Paimon the records of every case in one to three commits
// and compares the rows and kinds it reads with Merger's: a commit's own merge
// first, then that of the commits' results.
func TestJava(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	for seed := range soak.Seeds(t, soak.Pick(0, 1, 5)) {
		lake := judge.Java(t).At(t.TempDir(), "d")
		rng := rand.New(rand.NewPCG(seed, 1))
		for _, c := range mergetest.Cases() {
			if !c.Paimon2 || judge.Paimon2() {
				t.Run(fmt.Sprint(c.Name, " ", seed), func(t *testing.T) { javaCase(t, lake, c, rng) })
			}
		}
	}
}

func javaCase(t *testing.T, lake judge.Lake, c mergetest.Case, rng *rand.Rand) {
	t.Helper()
	s, rule := c.Schema(t), c.Rule(t)
	options := map[string]string{"write-only": "true"}
	for k, v := range s.Options {
		options[k] = v
	}
	lake.Create(t, c.Name, judge.Table{Fields: s.Fields, Primary: s.PrimaryKeys, Options: options})
	var flushed []mergetest.Record
	var next int64
	commits, most := 1+rng.IntN(3), javaRecords
	if rule.Descending && !judge.Paimon2() { // 1.x sorts a commit's own records ascending all the same
		commits, most = 4, 1
	}
	for range commits {
		records := c.Records(t, rng, javaKeys, most)
		var w judge.Write
		for i := range records {
			records[i].Sequence = next
			next++
			w.Rows = append(w.Rows, texts(s.Fields, records[i].Row))
			w.Kinds = append(w.Kinds, records[i].Kind.String())
		}
		lake.Write(t, c.Name, w)
		flushed = append(flushed, mergetest.Merge(t, rule, records)...)
	}
	raw := commits == 1 && !slices.ContainsFunc(flushed, func(r mergetest.Record) bool { return r.Kind.Retracts() })
	want := map[string][]any{}
	for _, r := range mergetest.Merge(t, rule, flushed) {
		if !r.Kind.Retracts() {
			kind := r.Kind
			if raw { // read without a merge, as +I
				kind = merge.Insert
			}
			want[fmt.Sprint(r.Key)] = append([]any{kind.String()}, c.Row(s.Fields, r.Row)...)
		}
	}
	if rule.Engine == merge.FirstRow { // its level 0 is not read
		lake.Compact(t, c.Name, judge.Compact{Full: true})
	}
	answer := lake.Read(t, c.Name, judge.Read{})
	require.Len(t, answer.Rows, len(want))
	for i, row := range answer.Rows {
		got := append([]any{answer.Kinds[i]}, c.Ordered(s.Fields, row)...)
		require.Equal(t, want[fmt.Sprint(row[0])], got, "key %v", row[0])
	}
}

func texts(fields []datatype.Field, row []any) []any {
	out := make([]any, len(row))
	for i, v := range row {
		out[i] = mergetest.Text(fields[i].Type, v)
	}
	return out
}
