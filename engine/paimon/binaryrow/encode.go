package binaryrow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"

	"laketop/engine/datatype"
)

var errNotNull = errors.New("the type is NOT NULL")

// section is a row or an array under construction: a fixed part that is there
// from the start and a variable part that grows behind it.
type section struct {
	b     []byte
	nulls int // byte offset of the null bits
	bit0  int // the bit of field 0
	slots int // byte offset of slot 0
	width int // bytes of a slot
}

func encodeRow(types []datatype.Type, values []any) ([]byte, error) {
	if len(values) != len(types) {
		return nil, fmt.Errorf("%d values for %d fields", len(values), len(types))
	}
	head := nullBytes(len(types))
	s := &section{b: make([]byte, head+len(types)*wordBytes), bit0: headerBits, slots: head, width: wordBytes}
	for i, t := range types {
		if err := s.put(i, t, values[i]); err != nil {
			return nil, fmt.Errorf("field %d (%s): %w", i, t, err)
		}
	}
	return s.b, nil
}

// arrayNullBytes is the size of an array's count and null bits.
func arrayNullBytes(n int) int { return 4 + (n+31)/32*4 }

func encodeArray(elem datatype.Type, values []any) ([]byte, error) {
	head, width := arrayNullBytes(len(values)), elementBytes(elem)
	s := &section{b: make([]byte, padded(head+len(values)*width)), nulls: 4, slots: head, width: width}
	binary.LittleEndian.PutUint32(s.b, uint32(len(values)))
	for i, v := range values {
		if err := s.put(i, elem, v); err != nil {
			return nil, fmt.Errorf("element %d (%s): %w", i, elem, err)
		}
	}
	return s.b, nil
}

// elementBytes is the width of an array's slots.
func elementBytes(t datatype.Type) int {
	switch t.Kind {
	case datatype.Boolean, datatype.TinyInt:
		return 1
	case datatype.SmallInt:
		return 2
	case datatype.Int, datatype.Float, datatype.Date, datatype.Time:
		return 4
	}
	return wordBytes
}

func encodeMap(key, value datatype.Type, pairs []Pair) ([]byte, error) {
	keys, values := make([]any, len(pairs)), make([]any, len(pairs))
	for i, p := range pairs {
		keys[i], values[i] = p.Key, p.Value
	}
	k, err := encodeArray(key, keys)
	if err != nil {
		return nil, err
	}
	v, err := encodeArray(value, values)
	if err != nil {
		return nil, err
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(k)))
	return append(append(out, k...), v...), nil
}

// put writes the value of field i.
func (s *section) put(i int, t datatype.Type, v any) error {
	if v == nil {
		return s.putNull(i, t)
	}
	slot := s.b[s.slots+i*s.width:][:s.width]
	if fixed, err := putFixed(slot, t, v); fixed || err != nil {
		return err
	}
	switch t.Kind {
	case datatype.Char, datatype.VarChar:
		text, ok := v.(string)
		return s.putBytes(i, []byte(text), mismatch(ok, v))
	case datatype.Binary, datatype.VarBinary:
		b, ok := v.([]byte)
		return s.putBytes(i, b, mismatch(ok, v))
	case datatype.Decimal:
		return s.putDecimal(i, t, v)
	case datatype.Timestamp, datatype.TimestampLTZ:
		return s.putTimestamp(i, t, v)
	}
	b, err := encodeNested(t, v)
	if err != nil {
		return err
	}
	s.append(i, b, uint32(len(b)))
	return nil
}

func mismatch(ok bool, v any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("a %T is no such value", v)
}

// putFixed writes the values that always stand in their slot.
func putFixed(slot []byte, t datatype.Type, v any) (bool, error) {
	var ok bool
	switch t.Kind {
	case datatype.Boolean:
		var x bool
		x, ok = v.(bool)
		slot[0] = byte(boolInt(x))
	case datatype.TinyInt:
		var x int8
		x, ok = v.(int8)
		slot[0] = byte(x)
	case datatype.SmallInt:
		var x int16
		x, ok = v.(int16)
		binary.LittleEndian.PutUint16(slot, uint16(x))
	case datatype.Int:
		var x int32
		x, ok = v.(int32)
		binary.LittleEndian.PutUint32(slot, uint32(x))
	case datatype.Date:
		var x Date
		x, ok = v.(Date)
		binary.LittleEndian.PutUint32(slot, uint32(x))
	case datatype.Time:
		var x Time
		x, ok = v.(Time)
		binary.LittleEndian.PutUint32(slot, uint32(x))
	case datatype.Float:
		var x float32
		x, ok = v.(float32)
		binary.LittleEndian.PutUint32(slot, FloatBits(x))
	case datatype.BigInt:
		var x int64
		x, ok = v.(int64)
		binary.LittleEndian.PutUint64(slot, uint64(x))
	case datatype.Double:
		var x float64
		x, ok = v.(float64)
		binary.LittleEndian.PutUint64(slot, DoubleBits(x))
	default:
		return false, nil
	}
	return true, mismatch(ok, v)
}

// FloatBits is the IEEE form of a FLOAT with Java's one NaN.
func FloatBits(x float32) uint32 {
	if x != x {
		return 0x7fc00000
	}
	return math.Float32bits(x)
}

// DoubleBits is the IEEE form of a DOUBLE with Java's one NaN.
func DoubleBits(x float64) uint64 {
	if x != x {
		return 0x7ff8000000000000
	}
	return math.Float64bits(x)
}

// putNull marks field i as NULL and reserves the room that Java reserves.
func (s *section) putNull(i int, t datatype.Type) error {
	if t.NotNull {
		return errNotNull
	}
	bit := s.bit0 + i
	s.b[s.nulls+bit/8] |= 1 << (bit % 8)
	switch {
	case t.Kind == datatype.Decimal && t.Precision > compactDigits:
		s.append(i, make([]byte, decimalBytes), 0)
	case (t.Kind == datatype.Timestamp || t.Kind == datatype.TimestampLTZ) && t.Precision > compactFraction:
		s.append(i, make([]byte, wordBytes), 0)
	}
	return nil
}

// putBytes writes text or bytes, short ones in the slot.
func (s *section) putBytes(i int, b []byte, err error) error {
	if err != nil {
		return err
	}
	if len(b) > inlineBytes {
		s.append(i, b, uint32(len(b)))
		return nil
	}
	slot := s.b[s.slots+i*s.width:][:wordBytes]
	copy(slot, b)
	slot[inlineBytes] = inlineMark | byte(len(b))
	return nil
}

// append puts b into the variable part and its place into slot i; low is the
// lower half of the slot: a length, or the nanoseconds of a timestamp.
func (s *section) append(i int, b []byte, low uint32) {
	at := len(s.b)
	s.b = append(s.b, b...)
	s.b = append(s.b, make([]byte, padded(len(b))-len(b))...)
	binary.LittleEndian.PutUint64(s.b[s.slots+i*s.width:], uint64(at)<<32|uint64(low))
}

func (s *section) putDecimal(i int, t datatype.Type, v any) error {
	d, ok := v.(Decimal)
	if !ok || d.Unscaled == nil {
		return mismatch(false, v)
	}
	if d.Scale > t.Scale {
		return fmt.Errorf("%s has more than %d digits behind the point", d, t.Scale)
	}
	unscaled := rescaled(d, t.Scale)
	if len(new(big.Int).Abs(unscaled).String()) > t.Precision {
		return fmt.Errorf("%s has more than %d digits", d, t.Precision)
	}
	if t.Precision <= compactDigits {
		binary.LittleEndian.PutUint64(s.b[s.slots+i*s.width:], uint64(unscaled.Int64()))
		return nil
	}
	b := twosComplement(unscaled)
	s.append(i, append(b, make([]byte, decimalBytes-len(b))...), uint32(len(b)))
	return nil
}

// twosComplement is the shortest big-endian form, as Java's
// BigInteger.toByteArray.
func twosComplement(x *big.Int) []byte {
	if x.Sign() >= 0 {
		b := x.Bytes()
		if len(b) == 0 || b[0]&0x80 != 0 {
			b = append([]byte{0}, b...)
		}
		return b
	}
	// -x-1 has the inverted bits of x.
	b := new(big.Int).Not(x).Bytes()
	for i := range b {
		b[i] = ^b[i]
	}
	if len(b) == 0 || b[0]&0x80 == 0 {
		b = append([]byte{0xff}, b...)
	}
	return b
}

func (s *section) putTimestamp(i int, t datatype.Type, v any) error {
	ts, ok := v.(Timestamp)
	if !ok || ts.NanoOfMilli < 0 || ts.NanoOfMilli >= 1e6 {
		return mismatch(false, v)
	}
	millis := binary.LittleEndian.AppendUint64(nil, uint64(ts.Millis))
	if t.Precision <= compactFraction {
		copy(s.b[s.slots+i*s.width:], millis)
		return nil
	}
	s.append(i, millis, uint32(ts.NanoOfMilli))
	return nil
}

func encodeNested(t datatype.Type, v any) ([]byte, error) {
	switch t.Kind {
	case datatype.Array:
		if x, ok := v.([]any); ok && t.Elem != nil {
			return encodeArray(*t.Elem, x)
		}
	case datatype.Row:
		if x, ok := v.([]any); ok {
			return encodeRow(fieldTypes(t.Fields), x)
		}
	case datatype.Map:
		if x, ok := v.([]Pair); ok && t.Key != nil && t.Elem != nil {
			return encodeMap(*t.Key, *t.Elem, x)
		}
	case datatype.Multiset:
		if x, ok := v.([]Pair); ok && t.Elem != nil {
			return encodeMap(*t.Elem, countType(), x)
		}
	default:
		return nil, fmt.Errorf("type %s has no row form here", t)
	}
	return nil, mismatch(false, v)
}

// countType is the type of a MULTISET's counts.
func countType() datatype.Type { return datatype.Of(datatype.Int).Required() }

func fieldTypes(fields []datatype.Field) []datatype.Type {
	out := make([]datatype.Type, len(fields))
	for i, f := range fields {
		out[i] = f.Type
	}
	return out
}
