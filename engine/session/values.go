package session

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/duck"
)

// valuesSQL is a DuckDB query that gives literal rows: the answer of SHOW, of
// DESCRIBE and of a system table. Values are those of package binaryrow, plus
// time.Time for an instant.
func valuesSQL(columns []datatype.Field, rows [][]any) (string, error) {
	items, names := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		t, err := c.Type.DuckDB()
		if err != nil {
			return "", err
		}
		names[i] = fmt.Sprintf("c%d", i)
		from := names[i]
		if len(rows) == 0 {
			from = "NULL"
		}
		items[i] = fmt.Sprintf("CAST(%s AS %s) AS %s", from, t, duck.Ident(c.Name))
	}
	list := "SELECT " + strings.Join(items, ", ")
	if len(rows) == 0 {
		return list + " WHERE false", nil
	}
	var b strings.Builder
	b.WriteString(list + " FROM (VALUES ")
	for r, row := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(")
		for i, v := range row {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(valueLiteral(v, columns[i].Type))
		}
		b.WriteString(")")
	}
	b.WriteString(") t(" + strings.Join(names, ", ") + ")")
	return b.String(), nil
}

// valueLiteral is v as DuckDB text that a CAST to t reads.
func valueLiteral(v any, t datatype.Type) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case bool, int, int8, int16, int32, int64, float32, float64:
		return fmt.Sprint(x)
	case time.Time:
		return duck.Literal(x.UTC().Format("2006-01-02 15:04:05.999999") + "+00")
	case []byte:
		return "from_hex(" + duck.Literal(hex.EncodeToString(x)) + ")"
	case []any:
		if t.Kind == datatype.Row {
			return rowLiteral(x, t)
		}
		elem := datatype.StringType()
		if t.Elem != nil {
			elem = *t.Elem
		}
		list := make([]string, len(x))
		for i, e := range x {
			list[i] = valueLiteral(e, elem)
		}
		return "[" + strings.Join(list, ", ") + "]"
	case fmt.Stringer:
		if t.Kind == datatype.TimestampLTZ {
			return duck.Literal(x.String() + "+00")
		}
		return duck.Literal(x.String())
	}
	return duck.Literal(fmt.Sprint(v))
}

// rowLiteral is a ROW's members under their names.
func rowLiteral(members []any, t datatype.Type) string {
	list := make([]string, len(members))
	for i, m := range members {
		list[i] = duck.Literal(t.Fields[i].Name) + ": " + valueLiteral(m, t.Fields[i].Type)
	}
	return "{" + strings.Join(list, ", ") + "}"
}
