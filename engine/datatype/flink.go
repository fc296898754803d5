package datatype

import (
	"fmt"
	"strings"
)

// Flink is the type as Flink's DESCRIBE prints it: Paimon's own text, but
// TIMESTAMP_LTZ(6) and without its own nullability, which DESCRIBE
// has a column of its own for.
func (t Type) Flink() string {
	switch t.Kind {
	case TimestampLTZ:
		return fmt.Sprintf("TIMESTAMP_LTZ(%d)", t.Precision)
	case Array:
		return "ARRAY<" + flinkPart(t.Elem) + ">"
	case Vector:
		return "ARRAY<" + flinkPart(t.Elem) + ">"
	case Multiset:
		return "MULTISET<" + flinkPart(t.Elem) + ">"
	case Map:
		return "MAP<" + flinkPart(t.Key) + ", " + flinkPart(t.Elem) + ">"
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = quoted(f.Name, '`') + " " + flinkPart(&f.Type)
		}
		return "ROW<" + strings.Join(parts, ", ") + ">"
	}
	return t.text()
}

func flinkPart(t *Type) string {
	if t == nil {
		return plain[Unknown]
	}
	if t.NotNull {
		return t.Flink() + " NOT NULL"
	}
	return t.Flink()
}
