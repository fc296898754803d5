package fn

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

func sparkCollection() []Function {
	return join(
		list(
			define("array", Scalar, "common*", arrayResult, arrayPrint),
			define("struct", Scalar, "any*", structResult, structPrint),
			define("named_struct", Scalar, "any*", namedStructResult, namedStructPrint).refusing(namesRefused),
			define("map", Scalar, "any*", mapResult, mapPrint).with(mapParams),
			element(1, coerce.Wider, define("array_contains", Scalar, "array any", typed("boolean"), filled(
				"CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN list_contains($1, $2) THEN true WHEN len($1) <> list_count($1) THEN NULL ELSE false END"))),
			define("array_distinct", Scalar, "array", typed("$1"), filled(distinct("$1"))),
			define("array_union", Scalar, "sets sets", typed("$1"), filled("CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN "+distinct("list_concat($1, $2)")+" END")),
			define("array_intersect", Scalar, "sets sets", typed("$1"), filled("CASE WHEN $2 IS NOT NULL THEN "+distinct("list_filter($1, lambda lt_y: "+holds("$2", "lt_y")+")")+" END")),
			define("array_except", Scalar, "sets sets", typed("$1"), filled("CASE WHEN $2 IS NOT NULL THEN "+distinct("list_filter($1, lambda lt_y: NOT "+holds("$2", "lt_y")+")")+" END")),
			computed("array_join", "strings plain plain?", "string", arrayJoin),
			define("array_max", Scalar, "array", typed("element"), filled("list_max($1)")),
			define("array_min", Scalar, "array", typed("element"), filled("list_min($1)")),
			element(1, coerce.Tightest, define("array_position", Scalar, "array any", typed("bigint"), filled(
				"CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END"))),
			element(1, coerce.Tightest, define("array_remove", Scalar, "array any", typed("$1"), filled(
				"CASE WHEN $2 IS NOT NULL THEN list_filter($1, lambda lt_x: lt_x IS DISTINCT FROM $2) END"))),
			define("array_repeat", Scalar, "any count", typed("list"), filled("CASE WHEN $2 IS NOT NULL THEN list_transform(range(greatest(0, $2)), lambda lt_x: $1) END")),
			element(1, coerce.Tightest, define("array_append", Scalar, "array any", typed("$1"), filled("CASE WHEN $1 IS NOT NULL THEN list_append($1, $2) END"))),
			element(1, coerce.Tightest, define("array_prepend", Scalar, "array any", typed("$1"), filled("CASE WHEN $1 IS NOT NULL THEN list_prepend($2, $1) END"))),
			define("array_compact", Scalar, "array", typed("$1"), filled("list_filter($1, lambda lt_x: lt_x IS NOT NULL)")),
			element(2, coerce.Tightest, define("array_insert", Scalar, "array days any", typed("$1"), arrayInsert)),
			define("arrays_zip", Scalar, "any*", zipResult, arraysZip),
			define("array_size", Scalar, "array", typed("int"), filled("CAST(len($1) AS INTEGER)")),
			define("sort_array", Scalar, "array boolean?", typed("$1"), sortArray).refusing(constantRefused("array boolean", 1)),
			define("array_sort", Scalar, "array any?", typed("$1"), arraySort).withLambda(func(c Call, _, _ int) []datatype.Type {
				return []datatype.Type{elementOf(c, 0), elementOf(c, 0)}
			}),
			define("arrays_overlap", Scalar, "sets sets", typed("boolean"), filled(
				"CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN list_has_any(list_filter($1, lambda lt_x: lt_x IS NOT NULL), $2) THEN true"+
					" WHEN len($1) > 0 AND len($2) > 0 AND (len($1) <> list_count($1) OR len($2) <> list_count($2)) THEN NULL ELSE false END")),
			define("flatten", Scalar, "lists", typed("element"), filled("CASE WHEN len($1) = list_count($1) THEN flatten($1) END")),
			define("slice", Scalar, "array int int", typed("$1"), slice),
			keyed(define("element_at", Scalar, "nested any", elementResult, elementAt)),
			keyed(define("try_element_at", Scalar, "nested any", elementResult, elementAt)),
			define("get", Scalar, "array whole", typed("element"), filled("CASE WHEN $2 >= 0 THEN ($1)[$2 + 1] END")),
			define("sequence", Scalar, "any any any?", typed("list"), sequence).with(sequenceParams).refusing(sequenceRefused),
			define("map_keys", Scalar, "map", func(c Call) (datatype.Type, error) { return datatype.ArrayOf(keyOf(c)), nil }, filled("map_keys($1)")),
			define("map_values", Scalar, "map", func(c Call) (datatype.Type, error) { return datatype.ArrayOf(elementOf(c, 0)), nil }, filled("map_values($1)")),
			define("map_entries", Scalar, "map", func(c Call) (datatype.Type, error) { return datatype.ArrayOf(entryOf(c.Args[0].Type)), nil }, filled("map_entries($1)")),
			define("map_concat", Scalar, "maps maps*", typed("$1"), mapConcat),
			define("map_from_arrays", Scalar, "array array", mapOfArrays, filled("CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN map($1, $2) END")),
			define("map_from_entries", Scalar, "any", mapOfEntries, mapFromEntries),
			keyed(define("map_contains_key", Scalar, "map any", typed("boolean"), filled("CASE WHEN $2 IS NOT NULL THEN list_contains(map_keys($1), $2) END"))),
		),
		names(define("size", Scalar, "nested", typed("int"), sizeOf), "cardinality"),
	)
}

// withLambda adds the types of lambda parameters.
func (f Function) withLambda(l func(c Call, i, params int) []datatype.Type) Function {
	f.Lambda = l
	return f
}

// distinct keeps the first of equal elements, NULL counting as one.
func distinct(list string) string {
	return "list_filter(" + list + ", lambda lt_x, lt_i: lt_x IS NOT NULL AND list_position(" + list + ", lt_x) = lt_i OR lt_x IS NULL" +
		" AND len(list_filter((" + list + ")[1:lt_i], lambda lt_z: lt_z IS NULL)) = 1)"
}

// holds tells whether an array has a value, NULL being one.
func holds(list, value string) string {
	return "CASE WHEN " + value + " IS NULL THEN len(" + list + ") <> list_count(" + list + ") ELSE list_contains(" + list + ", " + value + ") END"
}

func arrayResult(c Call) (datatype.Type, error) {
	t, ok := commonType(c.Args)
	if !ok {
		return t, mismatch(c)
	}
	return datatype.ArrayOf(t), nil
}

func arrayPrint(c Call) (string, error) {
	t, err := arrayResult(c)
	if err != nil {
		return "", err
	}
	return cast("["+strings.Join(texts(c.Args), ", ")+"]", t), nil
}

func memberName(a Arg, i int) string {
	if a.Name != "" {
		return a.Name
	}
	return fmt.Sprintf("col%d", i+1)
}

func structResult(c Call) (datatype.Type, error) {
	var fields []datatype.Field
	for i, a := range c.Args {
		fields = append(fields, datatype.NewField(memberName(a, i), a.Type))
	}
	return datatype.RowOf(fields...), nil
}

func structPrint(c Call) (string, error) {
	var members []string
	for i, a := range c.Args {
		members = append(members, ident(memberName(a, i))+" := "+a.SQL)
	}
	return "struct_pack(" + strings.Join(members, ", ") + ")", nil
}

func namedStructResult(c Call) (datatype.Type, error) {
	var fields []datatype.Field
	for i := 0; i+1 < len(c.Args); i += 2 {
		if c.Args[i].Literal == nil {
			return tUnknown, wrong(c, problem.Say("sql.names_constant"))
		}
		fields = append(fields, datatype.NewField(*c.Args[i].Literal, c.Args[i+1].Type))
	}
	if len(c.Args)%2 == 1 || len(fields) == 0 {
		return tUnknown, wrong(c, problem.Say("sql.name_pairs"))
	}
	seen := map[string]bool{}
	for _, f := range fields {
		if name := strings.ToLower(f.Name); seen[name] {
			return tUnknown, refuse(problem.Say("sql.two_members", "name", f.Name)).With("instead", problem.Say("sql.use_other_names"))
		}
		seen[strings.ToLower(f.Name)] = true
	}
	return datatype.RowOf(fields...), nil
}

func namedStructPrint(c Call) (string, error) {
	if _, err := namedStructResult(c); err != nil {
		return "", err
	}
	var members []string
	for i := 0; i+1 < len(c.Args); i += 2 {
		members = append(members, ident(*c.Args[i].Literal)+" := "+c.Args[i+1].SQL)
	}
	return "struct_pack(" + strings.Join(members, ", ") + ")", nil
}

func alternate(args []Arg, from int) []Arg {
	var out []Arg
	for i := from; i < len(args); i += 2 {
		out = append(out, args[i])
	}
	return out
}

func mapParams(args []datatype.Type) []datatype.Type {
	var keys, values []datatype.Type
	for i, a := range args {
		if i%2 == 0 {
			keys = append(keys, a)
		} else {
			values = append(values, a)
		}
	}
	k, v := params([]string{"common*"}, keys), params([]string{"common*"}, values)
	out := make([]datatype.Type, len(args))
	for i := range args {
		if i%2 == 0 {
			out[i] = k[0]
		} else {
			out[i] = v[0]
		}
	}
	return out
}

func mapResult(c Call) (datatype.Type, error) {
	if len(c.Args)%2 == 1 {
		return tUnknown, wrong(c, problem.Say("sql.key_pairs"))
	}
	k, ok := commonType(alternate(c.Args, 0))
	v, ok2 := commonType(alternate(c.Args, 1))
	if !ok || !ok2 {
		return tUnknown, mismatch(c)
	}
	return datatype.MapOf(k, v), nil
}

func mapPrint(c Call) (string, error) {
	t, err := mapResult(c)
	if err != nil {
		return "", err
	}
	keys, values := texts(alternate(c.Args, 0)), texts(alternate(c.Args, 1))
	if len(keys) == 0 {
		return "MAP {}", nil
	}
	return cast("map(["+strings.Join(keys, ", ")+"], ["+strings.Join(values, ", ")+"])", t), nil
}

func arrayJoin(c Call) (string, error) {
	list, given := "list_filter("+c.Args[0].SQL+", lambda lt_x: lt_x IS NOT NULL)", "$1 IS NOT NULL AND $2 IS NOT NULL"
	if len(c.Args) > 2 {
		list, given = "list_transform("+c.Args[0].SQL+", lambda lt_x: coalesce(lt_x, "+c.Args[2].SQL+"))", given+" AND $3 IS NOT NULL"
	}
	return fill("CASE WHEN "+given+" THEN coalesce("+joined(list, c.Args[1])+", '') END", c), nil
}

// joined puts a separator between texts; NULL for no texts. DuckDB's own function
// takes a constant one only.
func joined(list string, separator Arg) string {
	if separator.Fixed {
		return "array_to_string(" + list + ", " + separator.SQL + ")"
	}
	return let("lt_l", list, "CASE WHEN len(lt_l) > 0 THEN list_reduce(lt_l, lambda lt_a, lt_b: lt_a || "+separator.SQL+" || lt_b) END")
}

func sortArray(c Call) (string, error) {
	if len(c.Args) == 1 {
		return fill("list_sort($1, 'ASC', 'NULLS FIRST')", c), nil
	}
	return fill("CASE WHEN $2 THEN list_sort($1, 'ASC', 'NULLS FIRST') WHEN NOT $2 THEN list_sort($1, 'DESC', 'NULLS LAST') END", c), nil
}

func arraySort(c Call) (string, error) {
	if len(c.Args) > 1 {
		return "", refuse(problem.Say("sql.array_sort_function")).With("instead", problem.Say("sql.use_sort_array"))
	}
	return fill("list_sort($1, 'ASC', 'NULLS LAST')", c), nil
}

func slice(c Call) (string, error) {
	return fill("CASE WHEN $2 = 0 OR $3 < 0 THEN "+Raise(problem.Say("sql.raised_slice"))+
		" WHEN $2 > 0 THEN list_slice($1, $2, $2 + $3 - 1)"+
		" WHEN len($1) + $2 < 0 THEN list_slice($1, 2, 1)"+
		" ELSE list_slice($1, len($1) + $2 + 1, len($1) + $2 + $3) END", c), nil
}

func sizeOf(c Call) (string, error) {
	switch c.Args[0].Type.Kind {
	case datatype.Null:
		return "-1", nil
	case datatype.Map:
		return fill("coalesce(CAST(cardinality($1) AS INTEGER), -1)", c), nil
	}
	return fill("coalesce(CAST(len($1) AS INTEGER), -1)", c), nil
}

func elementResult(c Call) (datatype.Type, error) { return elementOf(c, 0), nil }

func elementAt(c Call) (string, error) {
	if c.Args[0].Type.Kind == datatype.Map {
		return fill("($1)[$2]", c), nil
	}
	return fill("CASE WHEN $2 = 0 THEN "+Raise(problem.Say("sql.raised_place", "function", "element_at"))+" ELSE ($1)[$2] END", c), nil
}

// keyOf is the key type of the map that is argument 1.
func keyOf(c Call) datatype.Type {
	if len(c.Args) > 0 && c.Args[0].Type.Key != nil {
		return c.Args[0].Type.Key.Nullable()
	}
	return tNull
}

func entryOf(m datatype.Type) datatype.Type {
	if m.Key == nil {
		return tUnknown
	}
	return datatype.RowOf(datatype.NewField("key", m.Key.Nullable()), datatype.NewField("value", m.Elem.Nullable()))
}

// mapConcat goes through entries so that a key in two maps is an error, as in Spark.
func mapConcat(c Call) (string, error) {
	var parts, missing []string
	for _, a := range c.Args {
		parts = append(parts, "map_entries("+a.SQL+")")
		missing = append(missing, a.SQL+" IS NULL")
	}
	return "CASE WHEN NOT (" + strings.Join(missing, " OR ") + ") THEN map_from_entries(list_concat(" + strings.Join(parts, ", ") + ")) END", nil
}

func mapOfArrays(c Call) (datatype.Type, error) {
	return datatype.MapOf(elementOf(c, 0), elementOf(c, 1)), nil
}

func mapOfEntries(c Call) (datatype.Type, error) {
	e := elementOf(c, 0)
	if len(e.Fields) != 2 {
		return tUnknown, mismatch(c)
	}
	return datatype.MapOf(e.Fields[0].Type, e.Fields[1].Type), nil
}

func mapFromEntries(c Call) (string, error) {
	if _, err := mapOfEntries(c); err != nil {
		return "", err
	}
	e := elementOf(c, 0)
	return fill("map(list_transform($1, lambda lt_x: lt_x."+ident(e.Fields[0].Name)+"), list_transform($1, lambda lt_x: lt_x."+ident(e.Fields[1].Name)+"))", c), nil
}

// arrayInsert puts a value at a place from one, or from the end where it is
// negative; a gap is filled with NULL.
func arrayInsert(c Call) (string, error) {
	if at, ok := whole(c.Args[1]); ok && at == 0 {
		return "", wrong(c, problem.Say("sql.places_from_one"))
	}
	gap := func(size string) string {
		return cast("list_transform(range(greatest(0, "+size+")), lambda lt_x: NULL)", c.Args[0].Type)
	}
	return fill("CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $2 = 0 THEN "+Raise(problem.Say("sql.raised_place", "function", "array_insert"))+
		" WHEN $2 > 0 THEN list_concat(list_slice($1, 1, $2 - 1), "+gap("$2 - 1 - len($1)")+", [$3], list_slice($1, $2, len($1)))"+
		" WHEN len($1) >= -1 - $2 THEN list_concat(list_slice($1, 1, len($1) + 1 + $2), [$3], list_slice($1, len($1) + 2 + $2, len($1)))"+
		" ELSE list_concat([$3], "+gap("-1 - $2 - len($1)")+", $1) END", c), nil
}

func zipResult(c Call) (datatype.Type, error) {
	var fields []datatype.Field
	for i, a := range c.Args {
		if a.Type.Kind != datatype.Array {
			return tUnknown, mismatch(c)
		}
		name := a.Name
		if name == "" {
			name = strconv.Itoa(i)
		}
		fields = append(fields, datatype.NewField(name, a.Type.Elem.Nullable()))
	}
	return datatype.ArrayOf(datatype.RowOf(fields...)), nil
}

func arraysZip(c Call) (string, error) {
	t, err := zipResult(c)
	if err != nil {
		return "", err
	}
	var lengths, missing, members []string
	for i, a := range c.Args {
		lengths = append(lengths, "len("+a.SQL+")")
		missing = append(missing, a.SQL+" IS NULL")
		members = append(members, ident(t.Elem.Fields[i].Name)+" := ("+a.SQL+")[lt_i + 1]")
	}
	return "CASE WHEN NOT (" + strings.Join(missing, " OR ") + ") THEN list_transform(range(greatest(" + strings.Join(lengths, ", ") +
		")), lambda lt_i: struct_pack(" + strings.Join(members, ", ") + ")) END", nil
}
