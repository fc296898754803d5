// Package datatype holds the lake's logical types and their names in Paimon,
// DuckDB, Spark, StarRocks, Arrow and Parquet.
//
// One Type value is one Paimon type with its nullability. Each other system has
// a file of its own here (duckdb.go, spark.go, arrow.go, ...), a table each, so
// a question "what is TIMESTAMP(3) there" has one answer.
//
// Source: Paimon specification, "Schema" (data types); PAIMON.md 2.4, 5.4, 10.4.
package datatype

// Kind is the family of a type.
type Kind uint8

// The kinds of Paimon. Unknown is not a lake type: the translator uses it where
// a type could not be told.
const (
	Unknown Kind = iota
	Null         // the type of a bare NULL
	Boolean
	TinyInt
	SmallInt
	Int
	BigInt
	Float
	Double
	Decimal
	Char
	VarChar // Length MaxLength: STRING
	Binary
	VarBinary // Length MaxLength: BYTES
	Date
	Time
	Timestamp    // without time zone
	TimestampLTZ // an instant: WITH LOCAL TIME ZONE
	Array
	Map
	Multiset
	Row
	Variant
	Blob
	Vector
	Geometry
	Geography
	Interval // not a lake type: expressions only
)

// MaxLength is the length of STRING and BYTES.
const MaxLength = 1<<31 - 1

// Type is one logical type. Only the fields that its kind uses are set.
type Type struct {
	Kind      Kind
	NotNull   bool
	Precision int     // DECIMAL digits; TIME, TIMESTAMP fraction digits 0..9
	Scale     int     // DECIMAL
	Length    int     // CHAR, VARCHAR, BINARY, VARBINARY; VECTOR length
	Key       *Type   // MAP
	Elem      *Type   // ARRAY, MULTISET, VECTOR element; MAP value
	Fields    []Field // ROW
	Text      string  // GEOMETRY, GEOGRAPHY: the parameters as written
}

// Field is a column of a table or a member of a ROW.
type Field struct {
	ID          int // unique in the table, nested fields included; -1 unset
	Name        string
	Type        Type
	Description string
	Default     *string // SQL text of the default, nil for none
}
