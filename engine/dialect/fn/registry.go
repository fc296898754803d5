package fn

import (
	"slices"
	"sort"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// Lookup finds a function of dialect d by its name in any case.
func Lookup(d, name string) (*Function, bool) {
	f, ok := registry[d][strings.ToLower(name)]
	return f, ok
}

// Names lists the functions of dialect d that can be used, in order.
func Names(d string) []string {
	var names []string
	for name, f := range registry[d] {
		if !f.Unsupported {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Nearest gives at most three names of dialect d that resemble name, best first.
func Nearest(d, name string) []string {
	name = strings.ToLower(name)
	type candidate struct {
		name string
		far  int
	}
	var near []candidate
	for _, n := range Names(d) {
		far := distance(name, n)
		if far <= max(1, len(name)/3) || len(name) > 3 && strings.Contains(n, name) {
			near = append(near, candidate{n, far})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return a.far - b.far })
	var names []string
	for _, c := range near[:min(3, len(near))] {
		names = append(names, c.name)
	}
	return names
}

// distance is the number of single edits between two names, underscores not
// counted, a swap of neighbours being one.
func distance(a, b string) int {
	a, b = strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", "")
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// registry holds every entry by dialect and name. It is built once and only read.
var registry = map[string]map[string]*Function{
	Spark:     index(sparkFunctions()),
	Flink:     index(flinkFunctions()),
	StarRocks: index(starrocksFunctions()),
}

func index(functions []Function) map[string]*Function {
	m := make(map[string]*Function, len(functions))
	for i := range functions {
		m[functions[i].Name] = &functions[i]
	}
	return m
}

// unsupported lists names that the dialect has and Laketop has not.
func unsupported(names ...string) []Function {
	var fs []Function
	for _, name := range names {
		fs = append(fs, Function{
			Name: name, Kind: Scalar, Max: Unlimited, Unsupported: true,
			Result: func(Call) (datatype.Type, error) { return datatype.Type{}, refuse("function "+name, "") },
			Print:  func(Call) (string, error) { return "", refuse("function "+name, "") },
		})
	}
	return fs
}

// refuse names what cannot be done and what to write instead.
func refuse(construct, instead string) error {
	return problem.New("sql.unsupported", "construct", construct, "instead", instead)
}
