package raw

// Type is the type of a parameter or a result, by the numbers of DuckDB's C API.
type Type int

// The types, with the Go type that In and Out use for them.
const (
	Boolean     Type = 1  // bool
	TinyInt     Type = 2  // int8
	SmallInt    Type = 3  // int16
	Integer     Type = 4  // int32
	BigInt      Type = 5  // int64
	UBigInt     Type = 9  // uint64, or int64 of the same bits
	Float       Type = 10 // float32
	Double      Type = 11 // float64
	Timestamp   Type = 12 // int64: microseconds since 1970, no zone
	Date        Type = 13 // int32: days since 1970-01-01
	Time        Type = 14 // int64: microseconds since midnight
	HugeInt     Type = 16 // Huge
	Varchar     Type = 17 // string, valid UTF-8
	Blob        Type = 18 // string, any bytes
	Decimal     Type = 19 // the unscaled number as its Stored type
	TimestampS  Type = 20 // int64: seconds since 1970
	TimestampMS Type = 21 // int64: milliseconds
	TimestampNS Type = 22 // int64: nanoseconds
	TimestampTZ Type = 31 // int64: microseconds since 1970-01-01 UTC
	// Any takes what comes: only of Varargs, whose function asks Batch.Type.
	Any Type = 34
)

// Huge is an integer of 128 bits in two's complement.
type Huge struct {
	Low  uint64
	High int64
}

// ValueType is what an argument is.
type ValueType struct {
	Type
	Stored       Type // of a Decimal: SmallInt, Integer, BigInt or HugeInt; else Type
	Width, Scale int  // of a Decimal
}

// listOf marks a list of the type below it (LT_LIST in bridge.c).
const listOf Type = 256

// ListOf is a list of t; t may not be a list.
func ListOf(t Type) Type { return t + listOf }
