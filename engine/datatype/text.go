package datatype

import (
	"fmt"
	"strconv"
	"strings"
)

// plain are the kinds whose name is the whole type, as Paimon writes them.
var plain = map[Kind]string{
	Unknown: "UNKNOWN", Null: "NULL", Boolean: "BOOLEAN", TinyInt: "TINYINT", SmallInt: "SMALLINT",
	Int: "INT", BigInt: "BIGINT", Float: "FLOAT", Double: "DOUBLE", Date: "DATE", Variant: "VARIANT",
	Blob: "BLOB", Interval: "INTERVAL",
}

// String is the type as Paimon writes it: "DECIMAL(10, 2) NOT NULL", nested
// types in their SQL form "ARRAY<INT>".
func (t Type) String() string {
	if t.NotNull {
		return t.text() + " NOT NULL"
	}
	return t.text()
}

// text is the type without its nullability.
func (t Type) text() string {
	if name, ok := plain[t.Kind]; ok {
		return name
	}
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	case Char:
		return lengthText("CHAR", t.Length)
	case VarChar:
		if t.Length == MaxLength {
			return "STRING"
		}
		return lengthText("VARCHAR", t.Length)
	case Binary:
		return lengthText("BINARY", t.Length)
	case VarBinary:
		if t.Length == MaxLength {
			return "BYTES"
		}
		return lengthText("VARBINARY", t.Length)
	case Time:
		return lengthText("TIME", t.Precision)
	case Timestamp:
		return lengthText("TIMESTAMP", t.Precision)
	case TimestampLTZ:
		return lengthText("TIMESTAMP", t.Precision) + " WITH LOCAL TIME ZONE"
	case Geometry:
		return parameterText("GEOMETRY", t.Text)
	case Geography:
		return parameterText("GEOGRAPHY", t.Text)
	}
	return t.nestedText()
}

func (t Type) nestedText() string {
	switch t.Kind {
	case Array:
		return "ARRAY<" + part(t.Elem) + ">"
	case Multiset:
		return "MULTISET<" + part(t.Elem) + ">"
	case Map:
		return "MAP<" + part(t.Key) + ", " + part(t.Elem) + ">"
	case Vector:
		return fmt.Sprintf("VECTOR<%s, %d>", part(t.Elem), t.Length)
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.String()
		}
		return "ROW<" + strings.Join(parts, ", ") + ">"
	}
	return "KIND(" + strconv.Itoa(int(t.Kind)) + ")"
}

// String is the field as Paimon writes it inside a ROW:
// "`name` INT COMMENT 'text' DEFAULT 1".
func (f Field) String() string {
	s := quoted(f.Name, '`') + " " + f.Type.String()
	if f.Description != "" {
		s += " COMMENT " + quoted(f.Description, '\'')
	}
	if f.Default != nil {
		s += " DEFAULT " + *f.Default
	}
	return s
}

func part(t *Type) string {
	if t == nil {
		return plain[Unknown]
	}
	return t.String()
}

func lengthText(name string, n int) string { return name + "(" + strconv.Itoa(n) + ")" }

func parameterText(name, parameters string) string {
	if parameters == "" {
		return name
	}
	return name + "(" + parameters + ")"
}

// quoted puts s in quotes, doubling the ones inside.
func quoted(s string, q byte) string {
	return string(q) + strings.ReplaceAll(s, string(q), string([]byte{q, q})) + string(q)
}
