package fn

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/javafn"
	"laketop/engine/problem"
)

// numberRefused: the second argument of format_number is a number of digits or
// a pattern.
func numberRefused(args []Arg) (int, problem.Phrase) {
	a := args[1]
	if i, takes := refuses([]string{"dec", "any"}, types(args)); i >= 0 {
		return i, takes
	}
	if a.Type.IsString() || fits("count", a.Type) {
		return -1, problem.Phrase{}
	}
	return 1, problem.Say("sql.digits_or_pattern")
}

func formatNumber(c Call) (string, error) {
	if c.Args[1].Type.IsString() {
		return formatByPattern(c)
	}
	switch t := c.Args[0].Type; t.Kind {
	case datatype.Double:
		return fill("lt_format_double($1, $2)", c), nil
	case datatype.Float:
		return fill("lt_format_double(CAST($1 AS DOUBLE), $2)", c), nil
	}
	return "lt_format_number(" + textOf(c.Args[0].SQL, c.Args[0].Type, c.TimeZone) + ", " + c.Args[1].SQL + ")", nil
}

// formatByPattern is format_number(x, '#,##0.00').
func formatByPattern(c Call) (string, error) {
	if p := c.Args[1].Literal; p != nil {
		if err := (&javafn.DecimalFormats{}).CheckPattern(*p); err != nil {
			return "", badPattern(c, err)
		}
	}
	pattern := "CASE WHEN $2 = '' THEN '#,###,###,###,###,###,##0' ELSE $2 END"
	if t := c.Args[0].Type; t.Kind == datatype.Double || t.Kind == datatype.Float {
		return fill("lt_format_pattern_double(CAST($1 AS DOUBLE), "+pattern+")", c), nil
	}
	return fill("lt_format_pattern(CAST($1 AS VARCHAR), "+pattern+")", c), nil
}

// formatString hands each argument over as a letter of its type and its text.
func formatString(c Call) (string, error) {
	var args []string
	for i, a := range c.Args[1:] {
		if a.Type.Kind == datatype.Null {
			args = append(args, "NULL")
			continue
		}
		if a.Type.IsNested() && !a.Fixed || a.Type.IsBinary() || a.Type.Kind == datatype.Interval {
			return "", refuse(problem.Say("sql.format_of", "name", strings.ToLower(c.Name), "type", a.Type.Spark(), "n", strconv.Itoa(i+2))).
				With("instead", problem.Say("sql.use_text_first"))
		}
		letter, text := held(c, a.SQL, a.Type, 0)
		args = append(args, "'"+letter+"' || "+text)
	}
	return "lt_format_string(" + c.Args[0].SQL + ", CAST([" + strings.Join(args, ", ") + "] AS VARCHAR[]))", nil
}

// held is the letter and the text of a value as Spark holds it: a date in
// days, a timestamp in microseconds, a decimal as text.
func held(c Call, sql string, t datatype.Type, depth int) (letter, text string) {
	part := func(sql string, t datatype.Type) string {
		_, text := held(c, sql, t, depth+1)
		return "coalesce(" + text + ", 'null')"
	}
	x := fmt.Sprintf("lt_f%d", depth)
	each := func(list string, t datatype.Type) string {
		return "'[' || coalesce(array_to_string(list_transform(" + list + ", lambda " + x + ": " + part(x, t) + "), ','), '') || ']'"
	}
	switch t.Kind {
	case datatype.Boolean:
		return "b", "CAST(" + sql + " AS VARCHAR)"
	case datatype.Double, datatype.Float:
		return "f", textOf(sql, t, c.TimeZone)
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt:
		return "i", "CAST(" + sql + " AS VARCHAR)"
	case datatype.Date:
		return "i", "CAST(" + sql + " - DATE '1970-01-01' AS VARCHAR)"
	case datatype.Timestamp, datatype.TimestampLTZ:
		return "i", "CAST(epoch_us(" + sql + ") AS VARCHAR)"
	case datatype.Array:
		return "s", each(sql, *t.Elem)
	case datatype.Map:
		return "s", "'keys: ' || " + each("map_keys("+sql+")", *t.Key) + " || ', values: ' || " + each("map_values("+sql+")", *t.Elem)
	case datatype.Row:
		var parts []string
		for _, f := range t.Fields {
			parts = append(parts, part("("+sql+")."+ident(f.Name), f.Type))
		}
		return "s", "'[' || " + strings.Join(parts, " || ',' || ") + " || ']'"
	}
	return "s", textOf(sql, t, c.TimeZone)
}

// textOf writes CAST(x AS STRING) of simple types.
func textOf(sql string, t datatype.Type, zone string) string {
	switch t.Kind {
	case datatype.Double:
		return "lt_double_text(" + sql + ")"
	case datatype.Float:
		return "lt_float_text(" + sql + ")"
	case datatype.Decimal:
		if t.Scale > 6 || t.Scale == t.Precision {
			return "lt_decimal_text(CAST(" + sql + " AS VARCHAR))"
		}
	case datatype.Date:
		return "lt_date_text(" + sql + ")"
	case datatype.Timestamp:
		return "lt_timestamp_ntz_text(CAST(" + sql + " AS TIMESTAMP))"
	case datatype.TimestampLTZ:
		return "lt_timestamp_text(" + sql + ", " + quote(zone) + ")"
	case datatype.Binary, datatype.VarBinary:
		return "lt_utf8(" + sql + ")"
	case datatype.Char, datatype.VarChar:
		return sql
	}
	return "CAST(" + sql + " AS VARCHAR)"
}
