package session_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// feature is one thing that a table has one of several choices for.
type feature struct {
	name    string
	choices []string
}

// features are what the tables of TestInterchangePairs differ in.
var features = []feature{
	{"type", []string{
		"INT", "STRING", "BIGINT", "DECIMAL(38, 10)", "TIMESTAMP(6)", "TIMESTAMP_LTZ(6)", "DATE", "BYTES", "BOOLEAN", "DOUBLE", "TINYINT", "DECIMAL(9, 2)",
		"CHAR(3)", "TIME(3)", "TIMESTAMP(3)", "TIMESTAMP(9)", "ARRAY<INT>", "MAP<STRING, BIGINT>", "ROW<a INT, `b c` ROW<x STRING, y TIMESTAMP(3)>>",
	}},
	{"merge engine", []string{
		keyless, "deduplicate", "deduplicate, sequence field", "partial-update", "partial-update, sequence group", "partial-update, removing", "aggregation", firstRow,
	}},
	{"partitioned by", []string{"nothing", "STRING", "DATE and BIGINT"}},
	{"buckets", []string{unaware, "1", "3"}},
	{"changelog producer", []string{"none", "input", "lookup", "full-compaction"}},
	{"deletion vectors", []string{"off", "32 bits", "64 bits"}},
	{"branch", []string{"main", "another"}},
	{"key", []string{"id", "the type and id"}},
}

const (
	keyless  = "none (append table)"
	firstRow = "first-row"
	unaware  = "none"
)

// unkeyed are the types that no key can have, and BYTES: Paimon Java 1.4.2 casts
// keys of bytes to Comparable when it looks them up (RowCompactedSerializer).
var unkeyed = []string{"DOUBLE", "BYTES", "ARRAY<INT>", "MAP<STRING, BIGINT>", "ROW<a INT, `b c` ROW<x STRING, y TIMESTAMP(3)>>"}

// compatible tells whether a table may have choice x of feature a and y of b;
// what Paimon refuses is tried in TestInterchangeRefusals.
func compatible(a, x, b, y string) bool {
	if a > b {
		a, x, b, y = b, y, a, x
	}
	switch a + ", " + b {
	case "key, type":
		return x == "id" || !slices.Contains(unkeyed, y)
	case "key, merge engine":
		return x == "id" || y != keyless
	case "buckets, merge engine":
		return x != unaware || y == keyless
	case "changelog producer, merge engine":
		return y == keyless && x == "none" || y == firstRow && (x == "none" || x == "lookup") || y != keyless && y != firstRow
	case "buckets, changelog producer":
		return x != unaware || y == "none"
	case "buckets, key":
		return x != unaware || y == "id"
	case "deletion vectors, merge engine":
		return x == "off" || y != firstRow
	case "changelog producer, deletion vectors":
		return y == "off" || x != "full-compaction"
	}
	return true
}

// cover gives combinations, a choice of each feature, that hold every pair of
// choices that go together, the same each time. Each begins with the first pair
// that is open and takes for the other features what closes the most.
func cover(features []feature, compatible func(a, x, b, y string) bool) [][]int {
	type pair struct{ i, a, j, b int }
	fits := func(i, a, j, b int) bool {
		return compatible(features[i].name, features[i].choices[a], features[j].name, features[j].choices[b])
	}
	var order []pair
	open := map[pair]bool{}
	for i := range features {
		for j := i + 1; j < len(features); j++ {
			for a := range features[i].choices {
				for b := range features[j].choices {
					if p := (pair{i, a, j, b}); fits(i, a, j, b) {
						order, open[p] = append(order, p), true
					}
				}
			}
		}
	}
	key := func(i, a, j, b int) pair {
		if i > j {
			i, a, j, b = j, b, i, a
		}
		return pair{i, a, j, b}
	}
	var fill func(row []int, turn int) []int
	fill = func(row []int, turn int) []int {
		i := slices.Index(row, -1)
		if i < 0 {
			return row
		}
		gain := map[int]int{}
		var able []int
		for k := range features[i].choices {
			a, ok := (k+turn)%len(features[i].choices), true // another one first each time, where it closes as much
			for j, b := range row {
				if b >= 0 && ok {
					ok = fits(i, a, j, b)
					if open[key(i, a, j, b)] {
						gain[a]++
					}
				}
			}
			if ok {
				able = append(able, a)
			}
		}
		slices.SortStableFunc(able, func(x, y int) int { return gain[y] - gain[x] })
		for _, a := range able {
			next := slices.Clone(row)
			next[i] = a
			if next = fill(next, turn); next != nil {
				return next
			}
		}
		return nil
	}
	var out [][]int
	for _, p := range order {
		if !open[p] {
			continue
		}
		row := make([]int, len(features))
		for i := range row {
			row[i] = -1
		}
		row[p.i], row[p.j] = p.a, p.b
		if row = fill(row, len(out)); row == nil {
			delete(open, p) // together with no third
			continue
		}
		for i := range row {
			for j := i + 1; j < len(row); j++ {
				delete(open, pair{i, row[i], j, row[j]})
			}
		}
		out = append(out, row)
	}
	return out
}

// Every pair of choices that go together is in a combination, and no
// combination holds two that do not.
func TestPairsAreCovered(t *testing.T) {
	rows := cover(features, compatible)
	require.Equal(t, rows, cover(features, compatible), "the same each time")
	t.Logf("%d combinations", len(rows))
	require.Less(t, len(rows), 220)
	have := map[string]bool{}
	for _, row := range rows {
		for i, a := range row {
			for j, b := range row[:i] {
				x, y := features[j].name+" "+features[j].choices[b], features[i].name+" "+features[i].choices[a]
				require.True(t, compatible(features[j].name, features[j].choices[b], features[i].name, features[i].choices[a]), x, y)
				have[x+"; "+y] = true
			}
		}
	}
	var missing []string
	for i := range features {
		for j := range i {
			for _, x := range features[j].choices {
				for _, y := range features[i].choices {
					if name := features[j].name + " " + x + "; " + features[i].name + " " + y; !have[name] && compatible(features[j].name, x, features[i].name, y) {
						missing = append(missing, name)
					}
				}
			}
		}
	}
	require.Empty(t, strings.Join(missing, "\n"))
}
