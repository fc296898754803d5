package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

func sparkJSON() []Function {
	return join(list(
		scalar("get_json_object", "plain plain", "string", "lt_get_json_object($1, $2)"),
		scalar("json_array_length", "plain", "int", "lt_json_array_length($1)"),
		scalar("json_object_keys", "plain", "strings", "lt_json_object_keys($1)"),
		define("to_json", Scalar, "any", typed("string"), toJSON),
		define("json_tuple", Generator, "plain plain plain*", jsonTupleResult, jsonTuple),
	))
}

func jsonTupleResult(c Call) (datatype.Type, error) {
	var fields []datatype.Field
	for i := range c.Args[1:] {
		fields = append(fields, datatype.NewField(fmt.Sprintf("c%d", i), tString))
	}
	return datatype.RowOf(fields...), nil
}

func jsonTuple(c Call) (string, error) {
	var members []string
	for i, a := range c.Args[1:] {
		members = append(members, fmt.Sprintf(`"c%d" := lt_json_tuple(%s, %s)`, i, c.Args[0].SQL, a.SQL))
	}
	return "[struct_pack(" + strings.Join(members, ", ") + ")]", nil
}

// toJSON writes a value by its type: struct members that are NULL are left out.
func toJSON(c Call) (string, error) {
	a := c.Args[0]
	if !a.Type.IsNested() {
		return "", wrong(c, problem.Say("sql.nested_value"))
	}
	text, err := jsonText(c, a.SQL, a.Type, 0)
	if err != nil {
		return "", err
	}
	return "CASE WHEN " + a.SQL + " IS NOT NULL THEN " + text + " END", nil
}

// jsonText is the JSON of a value that is not NULL.
func jsonText(c Call, sql string, t datatype.Type, depth int) (string, error) {
	switch t.Kind {
	case datatype.Boolean, datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt, datatype.Decimal:
		return textOf(sql, t, c.TimeZone), nil
	case datatype.Double:
		return "CASE WHEN isfinite(" + sql + ") THEN lt_double_text(" + sql + ") ELSE '\"' || lt_double_text(" + sql + ") || '\"' END", nil
	case datatype.Float:
		return "CASE WHEN isfinite(" + sql + ") THEN lt_float_text(" + sql + ") ELSE '\"' || lt_float_text(" + sql + ") || '\"' END", nil
	case datatype.Char, datatype.VarChar:
		return "lt_json_quote(" + sql + ")", nil
	case datatype.Date:
		return "'\"' || lt_date_text(" + sql + ") || '\"'", nil
	case datatype.TimestampLTZ:
		return "'\"' || lt_date_format(" + sql + ", " + quote("yyyy-MM-dd'T'HH:mm:ss.SSSXXX") + ", " + quote(c.TimeZone) + ") || '\"'", nil
	case datatype.Timestamp:
		return "'\"' || lt_date_format_ntz(CAST(" + sql + " AS TIMESTAMP), " + quote("yyyy-MM-dd'T'HH:mm:ss.SSS") + ") || '\"'", nil
	case datatype.Binary, datatype.VarBinary:
		return "'\"' || lt_base64(" + sql + ") || '\"'", nil
	case datatype.Null:
		return "'null'", nil
	case datatype.Array:
		x := fmt.Sprintf("lt_j%d", depth)
		inner, err := jsonText(c, x, *t.Elem, depth+1)
		return "'[' || coalesce(array_to_string(list_transform(" + sql + ", lambda " + x + ": coalesce(" + inner + ", 'null')), ','), '') || ']'", err
	case datatype.Map:
		x := fmt.Sprintf("lt_j%d", depth)
		inner, err := jsonText(c, x+".value", *t.Elem, depth+1)
		key := textOf(x+".key", *t.Key, c.TimeZone)
		return "'{' || coalesce(array_to_string(list_transform(map_entries(" + sql + "), lambda " + x + ": lt_json_quote(" + key + ") || ':' || coalesce(" + inner + ", 'null')), ','), '') || '}'", err
	case datatype.Row:
		var members []string
		for _, f := range t.Fields {
			inner, err := jsonText(c, "("+sql+")."+ident(f.Name), f.Type, depth+1)
			if err != nil {
				return "", err
			}
			if f.Type.Kind == datatype.Null {
				continue
			}
			// A NULL member gives NULL, which concat_ws leaves out.
			members = append(members, "CASE WHEN ("+sql+")."+ident(f.Name)+" IS NOT NULL THEN lt_json_quote("+quote(f.Name)+") || ':' || "+inner+" END")
		}
		return "'{' || concat_ws(',', " + strings.Join(append(members, "NULL"), ", ") + ") || '}'", nil
	}
	return "", mismatch(c)
}
