package fn

import (
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
func Nearest(d, name string) []string { return problem.Nearest(name, Names(d), 3) }

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
			Result: func(Call) (datatype.Type, error) {
				return datatype.Type{}, refuse(problem.Say("sql.the_function", "name", name))
			},
			Print: func(Call) (string, error) { return "", refuse(problem.Say("sql.the_function", "name", name)) },
		})
	}
	return fs
}

// refuse names what cannot be done. With("instead", ...) adds what to write.
func refuse(construct problem.Phrase) *problem.Error {
	return problem.New("sql.unsupported", "instead", "").With("construct", construct)
}
