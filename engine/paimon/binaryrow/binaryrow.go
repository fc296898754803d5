// Package binaryrow is the byte form of small rows in Paimon's metadata:
// partitions, keys, and the smallest and largest values of columns.
//
//	arity                4 bytes, BIG-endian; the rest is little-endian
//	row kind             1 byte, 0 = insert
//	null bits            bit 8+i of the row for field i; with the kind a multiple of 8 bytes
//	slots                8 bytes for each field: the value, or where it is
//	                     (offset << 32 | length, offset from the row kind)
//	variable part        each item padded with zeros to 8 bytes
//
// Text and bytes of up to 7 bytes stand in their slot, with 0x80|length in its
// last byte. A TIMESTAMP of more than 3 digits has its milliseconds in the variable
// part and offset << 32 | nanoseconds-of-the-millisecond in its slot.
//
// A NULL has its bit set and an empty slot, but two types still keep their
// room in the variable part: DECIMAL of more than 18 digits (16 bytes) and
// TIMESTAMP of more than 3 (8 bytes). Java's generated code does so, and hashes of
// keys and bytes of partitions must equal Java's.
//
// The Go values of a field, nil being NULL:
//
//	BOOLEAN bool          TINYINT int8        SMALLINT int16     INT int32
//	BIGINT int64          FLOAT float32       DOUBLE float64     DECIMAL Decimal
//	CHAR, VARCHAR string  BINARY, VARBINARY []byte               DATE Date
//	TIME Time             TIMESTAMP, LTZ Timestamp
//	ARRAY []any           ROW []any           MAP, MULTISET []Pair
//
// Source: Paimon's BinaryRow, BinaryArray, BinaryMap; PAIMON.md 4.1, 4.2.
package binaryrow

import (
	"encoding/binary"
	"fmt"

	"laketop/engine/datatype"
)

const (
	prefixBytes = 4 // the arity
	wordBytes   = 8 // slots, null bits and padding
	headerBits  = 8 // the row kind
	inlineBytes = 7 // text that fits into a slot
	inlineMark  = 0x80
	// compactDigits is the precision up to which a DECIMAL is its slot.
	compactDigits = 18
	// compactFraction is the precision up to which a TIMESTAMP is its slot.
	compactFraction = 3
	// decimalBytes is the room of a longer DECIMAL.
	decimalBytes = 16
)

// Empty is the row without fields: arity 0, then one empty word.
func Empty() []byte { return make([]byte, prefixBytes+wordBytes) }

// Encode writes values as one row of the given types, with its arity in front.
func Encode(types []datatype.Type, values []any) ([]byte, error) {
	row, err := encodeRow(types, values)
	if err != nil {
		return nil, err
	}
	out := make([]byte, prefixBytes, prefixBytes+len(row))
	binary.BigEndian.PutUint32(out, uint32(len(types)))
	return append(out, row...), nil
}

// Decode reads the row that Encode wrote; its arity must be that of types.
func Decode(types []datatype.Type, b []byte) ([]any, error) {
	n, err := Arity(b)
	if err != nil {
		return nil, err
	}
	if n != len(types) {
		return nil, fmt.Errorf("row has %d fields, %d expected", n, len(types))
	}
	return decodeRow(types, b[prefixBytes:])
}

// Arity is the number of fields of an encoded row.
func Arity(b []byte) (int, error) {
	if len(b) < prefixBytes {
		return 0, fmt.Errorf("row of %d bytes", len(b))
	}
	n := binary.BigEndian.Uint32(b)
	if fixed := uint64(nullBytes(int(n))) + uint64(n)*wordBytes; fixed > uint64(len(b)-prefixBytes) {
		return 0, fmt.Errorf("row of %d fields in %d bytes", n, len(b))
	}
	return int(n), nil
}

// nullBytes is the size of the row kind and the null bits.
func nullBytes(arity int) int { return (arity + 63 + headerBits) / 64 * wordBytes }

// padded is n rounded up to whole words.
func padded(n int) int { return (n + wordBytes - 1) / wordBytes * wordBytes }

// Hash is Paimon's hash of an encoded row: murmur3 by words over the row
// without its arity.
func Hash(encoded []byte) int32 {
	if len(encoded) < prefixBytes {
		return 0
	}
	return murmur(encoded[prefixBytes:])
}

// Bucket is the bucket of a bucket key among n, by the default bucket function.
func Bucket(encoded []byte, n int32) int32 {
	if n <= 0 {
		return 0
	}
	b := Hash(encoded) % n
	if b < 0 {
		return -b
	}
	return b
}

// murmurSeed is Java's seed.
const murmurSeed = 42

// murmur is murmur3_32 over whole words of 4 bytes; a row is one of 8.
func murmur(b []byte) int32 {
	h := uint32(murmurSeed)
	for i := 0; i+4 <= len(b); i += 4 {
		k := binary.LittleEndian.Uint32(b[i:]) * 0xcc9e2d51
		k = (k<<15 | k>>17) * 0x1b873593
		h ^= k
		h = (h<<13|h>>19)*5 + 0xe6546b64
	}
	h ^= uint32(len(b))
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return int32(h ^ h>>16)
}
