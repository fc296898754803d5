package fn

import (
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// Some functions of Spark take texts or bytes, but not both in one call, and
// give what they take. In their signatures "string" stands for either.

// alikeParams leaves bytes as they are where nothing but bytes is given.
func alikeParams(sig string) func([]datatype.Type) []datatype.Type {
	words := strings.Fields(sig)
	return func(args []datatype.Type) []datatype.Type {
		out := params(words, args)
		bytes, texts := alike(words, args)
		for i := range args {
			if word(words, i) == "string" && bytes >= 0 && texts < 0 {
				out[i] = tBinary
			}
		}
		return out
	}
}

// alikeRefused refuses texts among bytes.
func alikeRefused(sig string) func([]Arg) (int, problem.Phrase) {
	words := strings.Fields(sig)
	return func(args []Arg) (int, problem.Phrase) {
		if i, takes := refuses(words, types(args)); i >= 0 {
			return i, takes
		}
		if bytes, texts := alike(words, types(args)); bytes >= 0 && texts >= 0 {
			return max(bytes, texts), problem.Say("sql.alike")
		}
		return -1, problem.Phrase{}
	}
}

// alike are the first arguments that are bytes and that are text, -1 for none.
func alike(words []string, args []datatype.Type) (bytes, texts int) {
	bytes, texts = -1, -1
	for i, a := range args {
		switch {
		case word(words, i) != "string" || a.Kind == datatype.Null || a.Kind == datatype.Unknown:
		case a.IsBinary() && bytes < 0:
			bytes = i
		case !a.IsBinary() && texts < 0:
			texts = i
		}
	}
	return bytes, texts
}

func overlay(c Call) (string, error) {
	cut, count := "lt_substring", "length"
	if c.Args[0].Type.IsBinary() {
		cut, count = "lt_substring_bytes", "octet_length"
	}
	size := count + "(" + c.Args[1].SQL + ")"
	if len(c.Args) > 3 {
		size = fill("CASE WHEN $4 < 0 THEN "+count+"($2) ELSE $4 END", c)
	}
	wrapped := func(place string) string { // at 32 bits, as Java adds
		return "CAST(xor(CAST(" + place + " AS BIGINT) & 4294967295, 2147483648) - 2147483648 AS INTEGER)"
	}
	return fill("("+cut+"($1, 1, "+wrapped("CAST($3 AS BIGINT) - 1")+") || $2 || "+cut+"($1, "+wrapped("CAST($3 AS BIGINT) + "+size)+", 2147483647))", c), nil
}

func listAgg(c Call) (string, error) {
	x := c.Args[0].SQL
	if c.Args[0].Type.IsBinary() {
		between := "lt_a || lt_b"
		if len(c.Args) > 1 {
			between = "lt_a || coalesce(" + c.Args[1].SQL + ", ''::BLOB) || lt_b"
		}
		return "list_reduce(" + c.head("list") + x + c.order() + c.tail(x+" IS NOT NULL") + ", lambda lt_a, lt_b: " + between + ")", nil
	}
	separator := "''"
	if len(c.Args) > 1 && !c.Args[1].Null {
		separator = c.Args[1].SQL
	}
	return c.head("string_agg") + x + ", " + separator + c.order() + c.Tail(), nil
}

func concatParams(args []datatype.Type) []datatype.Type {
	words := []string{"string*"}
	binary := len(args) > 0
	for _, a := range args {
		if a.Kind == datatype.Array {
			words = []string{"common*"}
		}
		binary = binary && a.IsBinary()
	}
	if binary {
		words = []string{"any*"}
	}
	return params(words, args)
}

// concatRefused: arrays are joined with arrays of a common type only.
func concatRefused(args []Arg) (int, problem.Phrase) {
	all := types(args)
	for _, a := range all {
		if a.Kind == datatype.Array {
			return refuses([]string{"arrays*"}, all)
		}
	}
	return refuses([]string{"string*"}, all)
}

func concatResult(c Call) (datatype.Type, error) {
	if len(c.Args) == 0 {
		return tString, nil
	}
	switch t := c.Args[0].Type; {
	case t.Kind == datatype.Array, t.IsBinary():
		return t.Nullable(), nil
	}
	return tString, nil
}

func concatPrint(c Call) (string, error) {
	if len(c.Args) == 0 {
		return "''", nil
	}
	if c.Args[0].Type.Kind != datatype.Array {
		return "(" + strings.Join(texts(c.Args), " || ") + ")", nil
	}
	var missing []string // DuckDB passes over a NULL list, Spark does not
	for _, a := range c.Args {
		missing = append(missing, a.SQL+" IS NULL")
	}
	return "CASE WHEN NOT (" + strings.Join(missing, " OR ") + ") THEN list_concat(" + strings.Join(texts(c.Args), ", ") + ") END", nil
}
