package fn

import (
	"strings"

	"laketop/engine/problem"
)

// computedMark stands around SQL among the arguments of a phrase.
const computedMark = "\xfa" // no text holds this byte

// Computed is an argument of a phrase that DuckDB computes: the SQL of a text.
func Computed(sql string) string { return computedMark + sql + computedMark }

// Raise is the DuckDB text that fails with a phrase, whose arguments may be
// Computed. What DuckDB gives back is the English text, by which the source map
// knows the phrase again: those phrases are called sql.raised_….
func Raise(why problem.Phrase) string {
	var parts []string
	for i, part := range strings.Split(why.Text("en"), computedMark) {
		switch {
		case i%2 == 1:
			parts = append(parts, part)
		case part != "":
			parts = append(parts, quote(part))
		}
	}
	return "error(" + strings.Join(parts, " || ") + ")"
}
