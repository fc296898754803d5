package footer

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
)

// ReadExpr is the DuckDB expression that restores t from a column of
// read_parquet, whoever wrote the file. Measured with DuckDB 1.5.5:
//
//	in the file                     read_parquet gives     so for
//	INT32 TIME(MILLIS, utc)         TIME WITH TIME ZONE    TIME(p): CAST AS TIME, exact
//	INT64 TIMESTAMP(MILLIS)         TIMESTAMP (µs)         TIMESTAMP(0..3): CAST AS TIMESTAMP_MS, exact
//	INT64 TIMESTAMP(MICROS)         TIMESTAMP              TIMESTAMP(4..6): as it is
//	INT64 TIMESTAMP(MILLIS, utc)    TIMESTAMPTZ (µs)       LTZ(0..3): as it is, exact
//	INT64 TIMESTAMP(MICROS, utc)    TIMESTAMPTZ            LTZ(4..6): as it is
//	INT96                           TIMESTAMP (µs, the     TIMESTAMP(7..9): CAST AS TIMESTAMP_NS, but the
//	                                rest is cut off)       last three digits are gone: see NeedsReader
//	INT96                           TIMESTAMP              LTZ(7..9): the UTC instant of its microseconds;
//	                                                       DuckDB has no zoned nanoseconds
//	INT64 TIMESTAMP(NANOS[, utc])   TIMESTAMP_NS (or       what pypaimon writes for 7..9: the same
//	                                TIMESTAMPTZ, µs)       expressions hold
//
// Elements of nested types behave alike. The function takes and gives DuckDB
// text; for most types it gives back what it took. Nil stands for a type that
// DuckDB cannot hold.
func ReadExpr(t datatype.Type) func(col string) string {
	if t.Check() != nil {
		return nil
	}
	return func(col string) string { return readExpr(t, col, 0) }
}

// asStored tells the types that read_parquet gives as they are.
func asStored(t datatype.Type) bool {
	return t.Walk(func(p datatype.Type) bool {
		switch p.Kind {
		case datatype.Time:
			return false
		case datatype.Timestamp:
			return p.Precision > 3 && p.Precision <= 6
		case datatype.TimestampLTZ:
			return p.Precision <= 6
		}
		return true
	})
}

func readExpr(t datatype.Type, col string, depth int) string {
	if asStored(t) {
		return col
	}
	item := fmt.Sprintf("_e%d", depth)
	each := func(list string, elem datatype.Type) string {
		if asStored(elem) {
			return list
		}
		return fmt.Sprintf("list_transform(%s, lambda %s: %s)", list, item, readExpr(elem, item, depth+1))
	}
	switch t.Kind {
	case datatype.Time:
		return "CAST(" + col + " AS TIME)"
	case datatype.Timestamp:
		name, _ := t.DuckDB()
		return "CAST(" + col + " AS " + name + ")"
	case datatype.TimestampLTZ:
		return "(make_timestamp(epoch_us(" + col + ")) AT TIME ZONE 'UTC')"
	case datatype.Array:
		return each(col, *t.Elem)
	case datatype.Map, datatype.Multiset:
		key, value := t.Key, *t.Elem
		if t.Kind == datatype.Multiset {
			key, value = t.Elem, datatype.Of(datatype.Int)
		}
		return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN map(%s, %s) END", col, each("map_keys("+col+")", *key), each("map_values("+col+")", value))
	}
	fields := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		name := ident(f.Name)
		fields[i] = name + " := " + readExpr(f.Type, "("+col+")."+name, depth+1)
	}
	return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN struct_pack(%s) END", col, strings.Join(fields, ", "))
}

// WriteExpr is the DuckDB expression for a column of COPY ... (FORMAT parquet),
// so that the file has the physical type and unit that Paimon reads t by:
// TIMESTAMP_MS for TIMESTAMP(0..3), else the type's own DuckDB name. Nil stands for a
// type that COPY cannot write so; NeedsWriter tells these tables.
func WriteExpr(t datatype.Type) func(col string) string {
	name, err := copyType(t).DuckDB()
	if err != nil || NeedsWriter([]datatype.Field{{Type: t}}) {
		return nil
	}
	return func(col string) string { return "CAST(" + col + " AS " + name + ")" }
}

// copyType is t with milliseconds where it has fewer digits: COPY writes
// TIMESTAMP_S as milliseconds only by accident.
func copyType(t datatype.Type) datatype.Type {
	if t.Kind == datatype.Timestamp && t.Precision < 3 {
		t.Precision = 3
	}
	for _, p := range []**datatype.Type{&t.Key, &t.Elem} {
		if *p != nil {
			inner := copyType(**p)
			*p = &inner
		}
	}
	fields := make([]datatype.Field, len(t.Fields))
	for i, f := range t.Fields {
		f.Type = copyType(f.Type)
		fields[i] = f
	}
	if t.Fields != nil {
		t.Fields = fields
	}
	return t
}

// FieldIDs is COPY's option that gives the columns the ids that Java writes:
// `FIELD_IDS {"a": 0, "b": {__duckdb_field_id: 1, element: 536871936}}`.
func FieldIDs(fields []datatype.Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = ident(f.Name) + ": " + fieldID(f.Type, f.ID, f.ID, 0)
	}
	return "FIELD_IDS {" + strings.Join(parts, ", ") + "}"
}

// fieldID is the id of one column with those inside it; base is the id that
// the elements of a collection are counted from.
func fieldID(t datatype.Type, id, base, depth int) string {
	kind, fields, err := parts(t)
	if err != nil {
		return strconv.Itoa(id)
	}
	inside := []string{fmt.Sprintf("__duckdb_field_id: %d", id)}
	for i, f := range fields {
		var inner string
		switch {
		case kind == rowShape:
			inner = fieldID(f.Type, f.ID, f.ID, 0)
		case kind == pairsShape && i == 0:
			inner = fieldID(f.Type, collectionIDBase-collectionIDStep*base-depth-1, base, depth+1)
		default:
			inner = fieldID(f.Type, collectionIDBase+collectionIDStep*base+depth+1, base, depth+1)
		}
		inside = append(inside, ident(f.Name)+": "+inner)
	}
	return "{" + strings.Join(inside, ", ") + "}"
}

func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
