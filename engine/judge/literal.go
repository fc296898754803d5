package judge

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"laketop/engine/datatype"
)

// Literal is a value, as the judges write it, as DuckDB text of the lake's type.
func Literal(t datatype.Type, v any) string {
	name, err := t.DuckDB()
	if err != nil {
		panic(err)
	}
	return "CAST(" + literal(t, v) + " AS " + name + ")"
}

func literal(t datatype.Type, v any) string {
	if v == nil {
		return "NULL"
	}
	if list, ok := v.([]any); ok {
		return collection(t, list)
	}
	s := fmt.Sprint(v)
	switch t.Kind {
	case datatype.Float:
		bits, _ := strconv.ParseUint(s, 16, 32)
		return quote(strconv.FormatFloat(float64(math.Float32frombits(uint32(bits))), 'g', -1, 32))
	case datatype.Double:
		bits, _ := strconv.ParseUint(s, 16, 64)
		return quote(strconv.FormatFloat(math.Float64frombits(bits), 'g', -1, 64))
	case datatype.Binary, datatype.VarBinary:
		b, _ := base64.StdEncoding.DecodeString(s)
		return "from_hex('" + hex.EncodeToString(b) + "')"
	case datatype.Timestamp, datatype.TimestampLTZ:
		return quote(strings.Replace(s, "T", " ", 1))
	}
	return quote(s)
}

func collection(t datatype.Type, list []any) string {
	parts := make([]string, len(list))
	switch t.Kind {
	case datatype.Row:
		for i, f := range t.Fields {
			parts[i] = quoteName(f.Name) + ": " + Literal(f.Type, list[i])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case datatype.Map, datatype.Multiset:
		key, value := t.Key, *t.Elem
		if t.Kind == datatype.Multiset {
			key, value = t.Elem, datatype.Of(datatype.Int)
		}
		values := make([]string, len(list))
		for i, p := range list {
			pair, _ := p.([]any)
			parts[i], values[i] = Literal(*key, pair[0]), Literal(value, pair[1])
		}
		return "map([" + strings.Join(parts, ", ") + "], [" + strings.Join(values, ", ") + "])"
	}
	for i, e := range list {
		parts[i] = Literal(*t.Elem, e)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func quote(s string) string     { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Select is a batch as a DuckDB query in its order: the fields' columns and,
// when kind is not empty, one of that name with 0 (+I), 1 (-U), 2 (+U), 3 (-D).
func (b Batch) Select(fields []datatype.Field, kind string) string {
	var rows []string
	for i, row := range b.Rows {
		cells := make([]string, 0, len(row)+1)
		for k, v := range row {
			cells = append(cells, Literal(fields[k].Type, v))
		}
		if kind != "" {
			cells = append(cells, fmt.Sprintf("%d::TINYINT", strings.Index("+I-U+U-D", b.Kinds[i])/2))
		}
		rows = append(rows, "("+strings.Join(cells, ", ")+")")
	}
	names := make([]string, 0, len(fields)+1)
	for _, f := range fields {
		names = append(names, quoteName(f.Name))
	}
	if kind != "" {
		names = append(names, quoteName(kind))
	}
	return fmt.Sprintf("SELECT * FROM (VALUES %s) t(%s)", strings.Join(rows, ", "), strings.Join(names, ", "))
}
