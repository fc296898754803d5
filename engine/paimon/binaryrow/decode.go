package binaryrow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"

	"laketop/engine/datatype"
)

var errOutside = errors.New("the value lies outside its row")

// view is a row or an array that is read.
type view struct {
	b     []byte
	nulls int
	bit0  int
	slots int
	width int
}

func decodeRow(types []datatype.Type, b []byte) ([]any, error) {
	head := nullBytes(len(types))
	if head+len(types)*wordBytes > len(b) {
		return nil, fmt.Errorf("row of %d fields in %d bytes", len(types), len(b))
	}
	return view{b: b, bit0: headerBits, slots: head, width: wordBytes}.values(len(types), func(i int) datatype.Type { return types[i] })
}

func decodeArray(elem datatype.Type, b []byte) ([]any, error) {
	if len(b) < 4 {
		return nil, fmt.Errorf("array of %d bytes", len(b))
	}
	n, width := int64(binary.LittleEndian.Uint32(b)), elementBytes(elem)
	if n > int64(len(b))*8 || int64(arrayNullBytes(int(n)))+n*int64(width) > int64(len(b)) {
		return nil, fmt.Errorf("array of %d elements in %d bytes", n, len(b))
	}
	return view{b: b, nulls: 4, slots: arrayNullBytes(int(n)), width: width}.values(int(n), func(int) datatype.Type { return elem })
}

func decodeMap(key, value datatype.Type, b []byte) ([]Pair, error) {
	if len(b) < 4 {
		return nil, fmt.Errorf("map of %d bytes", len(b))
	}
	size := int64(binary.LittleEndian.Uint32(b))
	if size > int64(len(b)-4) {
		return nil, fmt.Errorf("map with keys of %d bytes in %d", size, len(b))
	}
	keys, err := decodeArray(key, b[4:4+size])
	if err != nil {
		return nil, err
	}
	values, err := decodeArray(value, b[4+size:])
	if err != nil {
		return nil, err
	}
	if len(keys) != len(values) {
		return nil, fmt.Errorf("map of %d keys and %d values", len(keys), len(values))
	}
	out := make([]Pair, len(keys))
	for i := range keys {
		out[i] = Pair{keys[i], values[i]}
	}
	return out, nil
}

func (v view) values(n int, typeOf func(int) datatype.Type) ([]any, error) {
	out := make([]any, n)
	for i := range out {
		bit := v.bit0 + i
		if v.b[v.nulls+bit/8]&(1<<(bit%8)) != 0 {
			continue
		}
		var err error
		if out[i], err = v.value(i, typeOf(i)); err != nil {
			return nil, fmt.Errorf("field %d (%s): %w", i, typeOf(i), err)
		}
	}
	return out, nil
}

func (v view) value(i int, t datatype.Type) (any, error) {
	slot := v.b[v.slots+i*v.width:][:v.width]
	if x := fixedValue(slot, t); x != nil {
		return x, nil
	}
	switch t.Kind {
	case datatype.Char, datatype.VarChar:
		b, err := v.bytes(slot)
		return string(b), err
	case datatype.Binary, datatype.VarBinary:
		b, err := v.bytes(slot)
		return append([]byte{}, b...), err
	case datatype.Decimal:
		return v.decimal(slot, t)
	case datatype.Timestamp, datatype.TimestampLTZ:
		return v.timestamp(slot, t)
	}
	low := binary.LittleEndian.Uint32(slot)
	b, err := v.part(slot, int64(low))
	if err != nil {
		return nil, err
	}
	return decodeNested(t, b)
}

// fixedValue is a value that always stands in its slot; nil for other types.
func fixedValue(slot []byte, t datatype.Type) any {
	switch t.Kind {
	case datatype.Boolean:
		return slot[0] != 0
	case datatype.TinyInt:
		return int8(slot[0])
	case datatype.SmallInt:
		return int16(binary.LittleEndian.Uint16(slot))
	case datatype.Int:
		return int32(binary.LittleEndian.Uint32(slot))
	case datatype.Date:
		return Date(binary.LittleEndian.Uint32(slot))
	case datatype.Time:
		return Time(binary.LittleEndian.Uint32(slot))
	case datatype.Float:
		return math.Float32frombits(binary.LittleEndian.Uint32(slot))
	case datatype.BigInt:
		return int64(binary.LittleEndian.Uint64(slot))
	case datatype.Double:
		return math.Float64frombits(binary.LittleEndian.Uint64(slot))
	}
	return nil
}

// part is the n bytes that a slot points to.
func (v view) part(slot []byte, n int64) ([]byte, error) {
	at := int64(binary.LittleEndian.Uint64(slot) >> 32)
	if at < int64(v.slots) || n > int64(len(v.b))-at {
		return nil, errOutside
	}
	return v.b[at : at+n], nil
}

func (v view) bytes(slot []byte) ([]byte, error) {
	if mark := slot[inlineBytes]; mark&inlineMark != 0 {
		n := int(mark &^ inlineMark)
		if n > inlineBytes {
			return nil, errOutside
		}
		return slot[:n], nil
	}
	return v.part(slot, int64(binary.LittleEndian.Uint32(slot)))
}

func (v view) decimal(slot []byte, t datatype.Type) (any, error) {
	if t.Precision <= compactDigits {
		return Decimal{big.NewInt(int64(binary.LittleEndian.Uint64(slot))), t.Scale}, nil
	}
	n := int64(binary.LittleEndian.Uint32(slot))
	if n > decimalBytes {
		return nil, fmt.Errorf("decimal of %d bytes", n)
	}
	b, err := v.part(slot, n)
	if err != nil {
		return nil, err
	}
	return Decimal{FromTwosComplement(b), t.Scale}, nil
}

// FromTwosComplement is the number that big-endian two's complement bytes
// hold, as decimals stand in rows and parquet files.
func FromTwosComplement(b []byte) *big.Int {
	x := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(len(b)*8)))
	}
	return x
}

func (v view) timestamp(slot []byte, t datatype.Type) (any, error) {
	if t.Precision <= compactFraction {
		return Timestamp{Millis: int64(binary.LittleEndian.Uint64(slot))}, nil
	}
	nanos := int32(binary.LittleEndian.Uint32(slot))
	if nanos < 0 || nanos >= 1e6 {
		return nil, fmt.Errorf("timestamp with %d ns in its millisecond", nanos)
	}
	b, err := v.part(slot, wordBytes)
	if err != nil {
		return nil, err
	}
	return Timestamp{Millis: int64(binary.LittleEndian.Uint64(b)), NanoOfMilli: nanos}, nil
}

func decodeNested(t datatype.Type, b []byte) (any, error) {
	switch {
	case t.Kind == datatype.Array && t.Elem != nil:
		return decodeArray(*t.Elem, b)
	case t.Kind == datatype.Row:
		return decodeRow(fieldTypes(t.Fields), b)
	case t.Kind == datatype.Map && t.Key != nil && t.Elem != nil:
		return decodeMap(*t.Key, *t.Elem, b)
	case t.Kind == datatype.Multiset && t.Elem != nil:
		return decodeMap(*t.Elem, countType(), b)
	}
	return nil, fmt.Errorf("type %s has no row form here", t)
}
