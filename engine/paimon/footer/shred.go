package footer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"laketop/engine/datatype"
)

var (
	errNotNull = errors.New("NULL in a NOT NULL column")
	errRange   = errors.New("the value does not fit its type")
)

// shredder takes Arrow rows apart into parquet columns.
type shredder struct{ columns [][]parquet.Value }

// put adds value i of a to the columns of s; rep is the repetition level of
// its first part, def the definition level of what it lies in.
func (w *shredder) put(s *shape, a arrow.Array, i, rep, def int) error {
	if a.IsNull(i) {
		if !s.optional {
			return fmt.Errorf("%s: %w", s.name, errNotNull)
		}
		w.nulls(s, rep, def)
		return nil
	}
	if s.optional {
		def++
	}
	switch s.kind {
	case leafShape:
		v, err := leafValue(s.typ, a, i)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		w.columns[s.leaf] = append(w.columns[s.leaf], v.Level(rep, def, s.leaf))
		return nil
	case rowShape:
		return w.putRow(s, a, i, rep, def)
	}
	return w.putItems(s, a, i, rep, def)
}

// nulls adds to every column of s that there is nothing at level def.
func (w *shredder) nulls(s *shape, rep, def int) {
	s.leaves(func(leaf int) {
		w.columns[leaf] = append(w.columns[leaf], parquet.NullValue().Level(rep, def, leaf))
	})
}

func (w *shredder) putRow(s *shape, a arrow.Array, i, rep, def int) error {
	r, ok := a.(*array.Struct)
	if !ok || r.NumField() != len(s.children) {
		return fmt.Errorf("%s: %s is no %s", s.name, a.DataType(), s.typ)
	}
	for k, child := range s.children {
		if err := w.put(child, r.Field(k), i, rep, def); err != nil {
			return fmt.Errorf("%s.%w", s.name, err)
		}
	}
	return nil
}

// putItems adds the items of a list or a map.
func (w *shredder) putItems(s *shape, a arrow.Array, i, rep, def int) error {
	l, ok := a.(array.ListLike)
	if !ok {
		return fmt.Errorf("%s: %s is no %s", s.name, a.DataType(), s.typ)
	}
	items := []arrow.Array{l.ListValues()}
	if m, ok := a.(*array.Map); ok {
		items = []arrow.Array{m.Keys(), m.Items()}
	}
	if len(items) != len(s.children) {
		return fmt.Errorf("%s: %s is no %s", s.name, a.DataType(), s.typ)
	}
	from, to := l.ValueOffsets(i)
	if from == to {
		w.nulls(s, rep, def)
		return nil
	}
	for j := from; j < to; j++ {
		for k, child := range s.children {
			if err := w.put(child, items[k], int(j), rep, def+1); err != nil {
				return fmt.Errorf("%s.%w", s.name, err)
			}
		}
		rep = s.rep
	}
	return nil
}

// leafValue is one atomic value as the file stores it.
func leafValue(t datatype.Type, a arrow.Array, i int) (parquet.Value, error) {
	switch t.Kind {
	case datatype.Boolean:
		if x, ok := a.(*array.Boolean); ok {
			return parquet.BooleanValue(x.Value(i)), nil
		}
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt:
		return integerValue(t, a, i)
	case datatype.Float:
		if x, ok := a.(*array.Float32); ok {
			return parquet.FloatValue(x.Value(i)), nil
		}
	case datatype.Double:
		if x, ok := a.(*array.Float64); ok {
			return parquet.DoubleValue(x.Value(i)), nil
		}
	case datatype.Char, datatype.VarChar, datatype.Binary, datatype.VarBinary:
		if b, ok := bytesAt(a, i); ok {
			return parquet.ByteArrayValue(b), nil
		}
	case datatype.Date:
		if x, ok := a.(*array.Date32); ok {
			return parquet.Int32Value(int32(x.Value(i))), nil
		}
	case datatype.Decimal:
		return decimalValue(t, a, i)
	case datatype.Time:
		return timeValue(a, i)
	case datatype.Timestamp, datatype.TimestampLTZ:
		return timestampValue(t, a, i)
	}
	return parquet.Value{}, fmt.Errorf("%s is no %s", a.DataType(), t)
}

func integerValue(t datatype.Type, a arrow.Array, i int) (parquet.Value, error) {
	var v int64
	switch x := a.(type) {
	case *array.Int8:
		v = int64(x.Value(i))
	case *array.Int16:
		v = int64(x.Value(i))
	case *array.Int32:
		v = int64(x.Value(i))
	case *array.Int64:
		v = x.Value(i)
	default:
		return parquet.Value{}, fmt.Errorf("%s is no %s", a.DataType(), t)
	}
	bits := map[datatype.Kind]int{datatype.TinyInt: 8, datatype.SmallInt: 16, datatype.Int: 32, datatype.BigInt: 64}[t.Kind]
	if shift := 64 - bits; v<<shift>>shift != v {
		return parquet.Value{}, errRange
	}
	if t.Kind == datatype.BigInt {
		return parquet.Int64Value(v), nil
	}
	return parquet.Int32Value(int32(v)), nil
}

func bytesAt(a arrow.Array, i int) ([]byte, bool) {
	switch x := a.(type) {
	case array.StringLike:
		return []byte(x.Value(i)), true
	case *array.Binary:
		return x.Value(i), true
	case *array.LargeBinary:
		return x.Value(i), true
	case *array.BinaryView:
		return x.Value(i), true
	case *array.FixedSizeBinary:
		return x.Value(i), true
	}
	return nil, false
}

func decimalValue(t datatype.Type, a arrow.Array, i int) (parquet.Value, error) {
	x, ok := a.(*array.Decimal128)
	if !ok {
		return parquet.Value{}, fmt.Errorf("%s is no %s", a.DataType(), t)
	}
	if d, ok := a.DataType().(arrow.DecimalType); !ok || int(d.GetScale()) != t.Scale {
		return parquet.Value{}, fmt.Errorf("%s is no %s", a.DataType(), t)
	}
	v := x.Value(i).BigInt()
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision)), nil)
	if v.CmpAbs(limit) >= 0 {
		return parquet.Value{}, errRange
	}
	switch {
	case t.Precision <= 9:
		return parquet.Int32Value(int32(v.Int64())), nil
	case t.Precision <= 18:
		return parquet.Int64Value(v.Int64()), nil
	}
	return parquet.FixedLenByteArrayValue(fixedDecimal(v, decimalBytes(t.Precision))), nil
}

// fixedDecimal is v as n bytes of big-endian two's complement.
func fixedDecimal(v *big.Int, n int) []byte {
	out := make([]byte, n)
	if v.Sign() >= 0 {
		return v.FillBytes(out)
	}
	new(big.Int).Not(v).FillBytes(out)
	for i := range out {
		out[i] = ^out[i]
	}
	return out
}

// timeValue is milliseconds of the day, rounded down.
func timeValue(a arrow.Array, i int) (parquet.Value, error) {
	var v, perMilli int64
	switch x := a.(type) {
	case *array.Time32:
		v = int64(x.Value(i))
		if x.DataType().(*arrow.Time32Type).Unit == arrow.Second {
			v *= 1000
		}
		perMilli = 1
	case *array.Time64:
		v, perMilli = int64(x.Value(i)), 1000
		if x.DataType().(*arrow.Time64Type).Unit == arrow.Nanosecond {
			perMilli = 1e6
		}
	default:
		return parquet.Value{}, fmt.Errorf("%s is no TIME", a.DataType())
	}
	const dayMillis = 24 * 60 * 60 * 1000
	if v /= perMilli; v < 0 || v >= dayMillis {
		return parquet.Value{}, errRange
	}
	return parquet.Int32Value(int32(v)), nil
}

func timestampValue(t datatype.Type, a arrow.Array, i int) (parquet.Value, error) {
	x, ok := a.(*array.Timestamp)
	if !ok {
		return parquet.Value{}, fmt.Errorf("%s is no %s", a.DataType(), t)
	}
	v, perSecond := int64(x.Value(i)), unitsPerSecond(x.DataType().(*arrow.TimestampType).Unit)
	switch {
	case t.Precision <= 3:
		v, ok = rescale(v, perSecond, 1000)
		return parquet.Int64Value(v), rangeError(ok)
	case t.Precision <= 6:
		v, ok = rescale(v, perSecond, 1e6)
		return parquet.Int64Value(v), rangeError(ok)
	}
	return int96Value(v, perSecond)
}

func rangeError(ok bool) error {
	if ok {
		return nil
	}
	return errRange
}

func unitsPerSecond(u arrow.TimeUnit) int64 {
	return [...]int64{1, 1e3, 1e6, 1e9}[u&3]
}

// rescale changes the unit of a time, rounding down.
func rescale(v, from, to int64) (int64, bool) {
	if to >= from {
		f := to / from
		return v * f, v <= math.MaxInt64/f && v >= math.MinInt64/f
	}
	return floorDiv(v, from/to), true
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

const (
	// julianEpoch is the Julian day of 1970-01-01.
	julianEpoch = 2440588
	daySeconds  = 24 * 60 * 60
	dayNanos    = daySeconds * int64(1e9)
)

// int96Value is nanoseconds of the day (8 bytes) and the Julian day (4).
func int96Value(v, perSecond int64) (parquet.Value, error) {
	day := floorDiv(v, perSecond*daySeconds)
	nanos := uint64((v - day*perSecond*daySeconds) * (1e9 / perSecond))
	if day < math.MinInt32 || day > math.MaxInt32-julianEpoch {
		return parquet.Value{}, errRange
	}
	return parquet.Int96Value(deprecated.Int96{uint32(nanos), uint32(nanos >> 32), uint32(int32(day) + julianEpoch)}), nil
}

// int96Nanos is nanoseconds since 1970-01-01. Java writes times before 1970 as
// a day rounded towards it and negative nanoseconds.
func int96Nanos(v deprecated.Int96) (int64, bool) {
	var b [8]byte
	binary.LittleEndian.PutUint32(b[:], v[0])
	binary.LittleEndian.PutUint32(b[4:], v[1])
	nanos, day := int64(binary.LittleEndian.Uint64(b[:])), int64(int32(v[2]))-julianEpoch
	if nanos <= -dayNanos || nanos >= dayNanos || day > math.MaxInt64/dayNanos || day < math.MinInt64/dayNanos {
		return 0, false
	}
	sum := day*dayNanos + nanos
	return sum, (sum < 0) == (day < 0) || day == 0 || sum == 0
}
