package datatype

import (
	"fmt"
	"strings"
)

// starRocksNames are the kinds with one StarRocks name. DATETIME holds
// microseconds and no zone.
var starRocksNames = map[Kind]string{
	Unknown: "null_type", Null: "null_type", Boolean: "boolean", TinyInt: "tinyint", SmallInt: "smallint", Int: "int",
	BigInt: "bigint", Float: "float", Double: "double", Binary: "varbinary", VarBinary: "varbinary", Blob: "varbinary",
	Date: "date", Time: "time", Timestamp: "datetime", TimestampLTZ: "datetime", Variant: "json", Interval: "interval",
	Geometry: "varbinary", Geography: "varbinary",
}

// starRocksMaxString is the length that an external catalog gives to text
// without a limit.
const starRocksMaxString = 1073741824

// StarRocks is the type as a StarRocks catalog over the lake shows it:
// "decimal(27, 4)", "varchar(1073741824)", "array<int>", "struct<a int>".
func (t Type) StarRocks() string {
	if name, ok := starRocksNames[t.Kind]; ok {
		return name
	}
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("decimal(%d, %d)", t.Precision, t.Scale)
	case Char:
		return fmt.Sprintf("char(%d)", t.Length)
	case VarChar:
		return fmt.Sprintf("varchar(%d)", min(t.Length, starRocksMaxString))
	case Array, Vector:
		return "array<" + starRocksPart(t.Elem) + ">"
	case Map:
		return "map<" + starRocksPart(t.Key) + "," + starRocksPart(t.Elem) + ">"
	case Multiset:
		return "map<" + starRocksPart(t.Elem) + ",int>"
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.Name + " " + f.Type.StarRocks()
		}
		return "struct<" + strings.Join(parts, ", ") + ">"
	}
	return "null_type"
}

func starRocksPart(t *Type) string {
	if t == nil {
		return "null_type"
	}
	return t.StarRocks()
}
