package raw

// Type is the type of a parameter or a result, by the numbers of DuckDB's C API.
type Type int

// The types, with the Go type that In and Out use for them.
const (
	Boolean     Type = 1  // bool
	Integer     Type = 4  // int32
	BigInt      Type = 5  // int64
	UBigInt     Type = 9  // int64, the same bits
	Float       Type = 10 // float32
	Double      Type = 11 // float64
	Timestamp   Type = 12 // int64: microseconds since 1970, no zone
	Date        Type = 13 // int32: days since 1970-01-01
	Varchar     Type = 17 // string, valid UTF-8
	Blob        Type = 18 // string, any bytes
	TimestampTZ Type = 31 // int64: microseconds since 1970-01-01 UTC
)

// listOf marks a list of the type below it (LT_LIST in bridge.c).
const listOf Type = 256

// ListOf is a list of t; t may not be a list.
func ListOf(t Type) Type { return t + listOf }
