package fn

import (
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// Spark's lambdas count from zero and take more values than DuckDB's; bodies are
// put into DuckDB lambdas of one parameter, nested where there are several:
//
//	let x = v in body   =>   list_transform([v], lambda x: body)[1]

func sparkLambda() []Function {
	element := func(c Call, _, params int) []datatype.Type {
		return []datatype.Type{elementOf(c, 0), tInt}[:min(params, 2)]
	}
	entry := func(c Call, _, _ int) []datatype.Type { return []datatype.Type{keyOf(c), elementOf(c, 0)} }
	return join(
		list(
			define("transform", Scalar, "array any", func(c Call) (datatype.Type, error) {
				return datatype.ArrayOf(c.Args[1].Type.Nullable()), nil
			}, func(c Call) (string, error) { return overElements(c.Args[0], c.Args[1], c.Args[1].SQL), nil }).withLambda(element),
			define("filter", Scalar, "array any", typed("$1"), filter).withLambda(element),
			define("exists", Scalar, "array any", typed("boolean"), quantified("true", "false")).withLambda(element),
			define("forall", Scalar, "array any", typed("boolean"), quantified("false", "true")).withLambda(element),
			define("zip_with", Scalar, "array array any", func(c Call) (datatype.Type, error) {
				return datatype.ArrayOf(c.Args[2].Type.Nullable()), nil
			}, zipWith).withLambda(func(c Call, _, _ int) []datatype.Type {
				return []datatype.Type{elementOf(c, 0), elementOf(c, 1)}
			}),
			define("transform_keys", Scalar, "map any", func(c Call) (datatype.Type, error) {
				return datatype.MapOf(c.Args[1].Type, elementOf(c, 0)), nil
			}, overEntries("map_from_entries", "struct_pack(key := $body, value := lt_e.value)")).withLambda(entry),
			define("transform_values", Scalar, "map any", func(c Call) (datatype.Type, error) {
				return datatype.MapOf(keyOf(c), c.Args[1].Type), nil
			}, overEntries("map_from_entries", "struct_pack(key := lt_e.key, value := $body)")).withLambda(entry),
			define("map_filter", Scalar, "map any", typed("$1"), mapFilter).withLambda(entry),
			define("map_zip_with", Scalar, "map map any", func(c Call) (datatype.Type, error) {
				return datatype.MapOf(keyOf(c), c.Args[2].Type), nil
			}, mapZipWith).withLambda(func(c Call, _, _ int) []datatype.Type {
				return []datatype.Type{keyOf(c), elementOf(c, 0), elementOf(c, 1)}
			}),
		),
		names(define("aggregate", Scalar, "array any any any?", foldResult, fold).withLambda(func(c Call, i, _ int) []datatype.Type {
			if i == 2 {
				return []datatype.Type{c.Args[1].Type.Nullable(), elementOf(c, 0)}
			}
			return []datatype.Type{c.Args[1].Type.Nullable()}
		}), "reduce"),
	)
}

// let binds a name to a value in a body.
func let(name, value, body string) string {
	return "(list_transform([" + value + "], lambda " + name + ": " + body + "))[1]"
}

// overElements maps a body over an array, with the index if the lambda takes it.
func overElements(array, lambda Arg, body string) string {
	if len(lambda.Params) == 1 {
		return "list_transform(" + array.SQL + ", lambda " + lambda.Params[0] + ": " + body + ")"
	}
	return "CASE WHEN " + array.SQL + " IS NOT NULL THEN list_transform(range(len(" + array.SQL + ")), lambda lt_i: " +
		let(lambda.Params[1], "CAST(lt_i AS INTEGER)", let(lambda.Params[0], "("+array.SQL+")[lt_i + 1]", body)) + ") END"
}

func filter(c Call) (string, error) {
	array, lambda := c.Args[0], c.Args[1]
	if len(lambda.Params) == 1 {
		return "list_filter(" + array.SQL + ", lambda " + lambda.Params[0] + ": coalesce(" + lambda.SQL + ", false))", nil
	}
	keep := let(lambda.Params[1], "CAST(lt_i AS INTEGER)", let(lambda.Params[0], "("+array.SQL+")[lt_i + 1]", lambda.SQL))
	return "CASE WHEN " + array.SQL + " IS NOT NULL THEN list_transform(list_filter(range(len(" + array.SQL + ")), lambda lt_i: coalesce(" + keep +
		", false)), lambda lt_k: (" + array.SQL + ")[lt_k + 1]) END", nil
}

// quantified is exists and forall in three-valued logic: decisive settles it,
// else a NULL makes it NULL.
func quantified(decisive, otherwise string) printFunc {
	return func(c Call) (string, error) {
		answers := overElements(c.Args[0], c.Args[1], c.Args[1].SQL)
		return let("lt_a", answers, "CASE WHEN list_contains(lt_a, "+decisive+") THEN "+decisive+
			" WHEN len(lt_a) <> list_count(lt_a) THEN NULL WHEN lt_a IS NOT NULL THEN "+otherwise+" END"), nil
	}
}

func zipWith(c Call) (string, error) {
	a, b, l := c.Args[0].SQL, c.Args[1].SQL, c.Args[2]
	return "CASE WHEN " + a + " IS NOT NULL AND " + b + " IS NOT NULL THEN list_transform(range(greatest(len(" + a + "), len(" + b + "))), lambda lt_i: " +
		let(l.Params[0], "("+a+")[lt_i + 1]", let(l.Params[1], "("+b+")[lt_i + 1]", l.SQL)) + ") END", nil
}

func overEntries(collect, entry string) printFunc {
	return func(c Call) (string, error) {
		l := c.Args[1]
		body := let(l.Params[0], "lt_e.key", let(l.Params[1], "lt_e.value", l.SQL))
		return collect + "(list_transform(map_entries(" + c.Args[0].SQL + "), lambda lt_e: " + strings.Replace(entry, "$body", body, 1) + "))", nil
	}
}

func mapFilter(c Call) (string, error) {
	l := c.Args[1]
	keep := let(l.Params[0], "lt_e.key", let(l.Params[1], "lt_e.value", l.SQL))
	return "map_from_entries(list_filter(map_entries(" + c.Args[0].SQL + "), lambda lt_e: coalesce(" + keep + ", false)))", nil
}

func mapZipWith(c Call) (string, error) {
	a, b, l := c.Args[0].SQL, c.Args[1].SQL, c.Args[2]
	body := let(l.Params[0], "lt_k", let(l.Params[1], "("+a+")[lt_k]", let(l.Params[2], "("+b+")[lt_k]", l.SQL)))
	keys := "list_concat(map_keys(" + a + "), list_filter(map_keys(" + b + "), lambda lt_y: NOT list_contains(map_keys(" + a + "), lt_y)))"
	return "CASE WHEN " + a + " IS NOT NULL AND " + b + " IS NOT NULL THEN map_from_entries(list_transform(" + keys +
		", lambda lt_k: struct_pack(key := lt_k, value := " + body + "))) END", nil
}

// foldResult: what the merging function gives is of the start's type, to the
// digit of a decimal.
func foldResult(c Call) (datatype.Type, error) {
	if start, merged := c.Args[1].Type, c.Args[2].Type; !coerce.Same(start, merged) && merged.Kind != datatype.Unknown && start.Kind != datatype.Unknown {
		return tUnknown, wrong(c, problem.Say("sql.merged_type", "merged", merged.Spark(), "start", start.Spark()))
	}
	if len(c.Args) > 3 {
		return c.Args[3].Type.Nullable(), nil
	}
	return c.Args[1].Type.Nullable(), nil
}

// folded runs body(so, x) over the elements x of an array, so being what came of
// those before, at first start.
func folded(array, start Arg, so, x, body string) string {
	element := tNull
	if array.Type.Elem != nil {
		element = *array.Type.Elem
	}
	body = cast(body, start.Type)
	if coerce.Same(element, start.Type) {
		return "list_reduce(" + array.SQL + ", lambda " + so + ", " + x + ": " + body + ", " + cast(start.SQL, start.Type) + ")"
	}
	// DuckDB folds values of one type: these are pairs.
	pair := func(so, x string) string { return "struct_pack(so := " + so + ", x := " + x + ")" }
	return "(list_reduce(list_transform(" + array.SQL + ", lambda lt_x: " + pair(cast("NULL", start.Type), "lt_x") + "), lambda lt_s, lt_e: " +
		pair(let(so, "(lt_s).so", let(x, "(lt_e).x", body)), "(lt_e).x") + ", " + pair(cast(start.SQL, start.Type), cast("NULL", element)) + ")).so"
}

func fold(c Call) (string, error) {
	merge := c.Args[2]
	start := Arg{SQL: c.Args[1].SQL, Type: c.Args[1].Type}
	text := folded(c.Args[0], start, merge.Params[0], merge.Params[1], merge.SQL)
	if len(c.Args) > 3 {
		text = let(c.Args[3].Params[0], text, c.Args[3].SQL)
	}
	return text, nil
}
