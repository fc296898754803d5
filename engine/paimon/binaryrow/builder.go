package binaryrow

import (
	"encoding/binary"
	"math/big"
	"math/bits"

	"laketop/engine/datatype"
)

// Builder makes the rows of one list of types without a Go value for each
// field: what hashes the keys of millions of rows. Fields are put in order,
// each once; the results equal Encode's.
type Builder struct {
	types []datatype.Type
	head  int
	row   []byte
}

// NewBuilder is a builder of rows of atomic types.
func NewBuilder(types []datatype.Type) *Builder {
	head := nullBytes(len(types))
	return &Builder{types: types, head: head, row: make([]byte, head+len(types)*wordBytes, 256)}
}

// Reset starts the next row.
func (b *Builder) Reset() {
	b.row = b.row[:b.head+len(b.types)*wordBytes]
	clear(b.row)
}

// PutFixed puts the value of a type that stands in its slot: an integer of that
// many bits, the bits of a FLOAT or DOUBLE, days, milliseconds, the unscaled
// value of a DECIMAL of up to 18 digits.
func (b *Builder) PutFixed(i int, v uint64, bytes int) {
	slot := b.row[b.head+i*wordBytes:][:wordBytes]
	binary.LittleEndian.PutUint64(slot, v<<(64-8*bytes)>>(64-8*bytes))
}

// PutBytes puts text or bytes.
func (b *Builder) PutBytes(i int, s string) {
	if len(s) > inlineBytes {
		b.append(i, uint32(len(s)))
		b.row = append(b.row, s...)
		b.pad(len(s))
		return
	}
	slot := b.row[b.head+i*wordBytes:][:wordBytes]
	copy(slot, s)
	slot[inlineBytes] = inlineMark | byte(len(s))
}

// PutTimestamp puts a TIMESTAMP of more than 3 digits.
func (b *Builder) PutTimestamp(i int, millis int64, nanoOfMilli int32) {
	b.append(i, uint32(nanoOfMilli))
	b.row = binary.LittleEndian.AppendUint64(b.row, uint64(millis))
}

// PutDecimal puts the unscaled value of a DECIMAL of more than 18 digits, in
// two's complement.
func (b *Builder) PutDecimal(i int, high int64, low uint64) {
	var all [decimalBytes]byte
	binary.BigEndian.PutUint64(all[:], uint64(high))
	binary.BigEndian.PutUint64(all[wordBytes:], low)
	sign := uint64(high >> 63) // all ones below zero
	// The shortest form keeps one bit for the sign.
	used := 64 - bits.LeadingZeros64(low^sign)
	if high != int64(sign) {
		used = 128 - bits.LeadingZeros64(uint64(high)^sign)
	}
	n := used/8 + 1
	b.append(i, uint32(n))
	b.row = append(b.row, all[decimalBytes-n:]...)
	b.pad0(decimalBytes - n)
}

// PutNull puts NULL.
func (b *Builder) PutNull(i int) {
	bit := headerBits + i
	b.row[bit/8] |= 1 << (bit % 8)
	switch t := b.types[i]; {
	case t.Kind == datatype.Decimal && t.Precision > compactDigits:
		b.append(i, 0)
		b.pad0(decimalBytes)
	case (t.Kind == datatype.Timestamp || t.Kind == datatype.TimestampLTZ) && t.Precision > compactFraction:
		b.append(i, 0)
		b.pad0(wordBytes)
	}
}

// append points slot i at what comes next in the variable part.
func (b *Builder) append(i int, low uint32) {
	binary.LittleEndian.PutUint64(b.row[b.head+i*wordBytes:], uint64(len(b.row))<<32|uint64(low))
}

func (b *Builder) pad(n int) { b.pad0(padded(n) - n) }

func (b *Builder) pad0(n int) {
	for ; n > 0; n-- {
		b.row = append(b.row, 0)
	}
}

// Bytes is the row with its arity in front, as Encode gives it.
func (b *Builder) Bytes() []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(b.types))), b.row...)
}

// Hash is Paimon's hash of the row.
func (b *Builder) Hash() int32 { return murmur(b.row) }

// firstWords is murmur's state behind a row kind and null bits of zero.
const firstWords = 0x11737b65

// HashOne is the hash of a row of one field that stands in its slot and is not
// NULL: the commonest key by far.
func HashOne(slot uint64) int32 {
	h := uint32(firstWords)
	for _, k := range [2]uint32{uint32(slot), uint32(slot >> 32)} {
		k *= 0xcc9e2d51
		k = (k<<15 | k>>17) * 0x1b873593
		h ^= k
		h = (h<<13|h>>19)*5 + 0xe6546b64
	}
	h ^= 2 * wordBytes
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return int32(h ^ h>>16)
}

// BucketOfHash is the bucket of a hash among n, by the default bucket function.
func BucketOfHash(h, n int32) int32 {
	b := h % n
	if b < 0 {
		return -b
	}
	return b
}

// BigOf is the integer of 128 bits in two's complement.
func BigOf(high int64, low uint64) *big.Int {
	x := new(big.Int).Lsh(big.NewInt(high), 64)
	return x.Or(x, new(big.Int).SetUint64(low))
}
