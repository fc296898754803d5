package filestore

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

// arrowValue is a value of an Arrow column of a lake type, as binaryrow has it.
func arrowValue(t datatype.Type, a arrow.Array, i int) (any, error) {
	if a.IsNull(i) {
		return nil, nil
	}
	switch x := a.(type) {
	case *array.Boolean:
		return x.Value(i), nil
	case *array.Int8:
		return x.Value(i), nil
	case *array.Int16:
		return x.Value(i), nil
	case *array.Int32:
		return x.Value(i), nil
	case *array.Int64:
		return x.Value(i), nil
	case *array.Float32:
		return x.Value(i), nil
	case *array.Float64:
		return x.Value(i), nil
	case *array.String:
		return strings.Clone(x.Value(i)), nil // the batch dies before the value
	case *array.Binary:
		return append([]byte{}, x.Value(i)...), nil
	case *array.Decimal128:
		return binaryrow.Decimal{Unscaled: x.Value(i).BigInt(), Scale: t.Scale}, nil
	case *array.Date32:
		return binaryrow.Date(x.Value(i)), nil
	case *array.Time64:
		unit := x.DataType().(*arrow.Time64Type).Unit
		return binaryrow.Time(int64(x.Value(i)) * int64(unit.Multiplier()) / 1e6), nil
	case *array.Timestamp:
		return timestampValue(x, i), nil
	}
	return nestedValue(t, a, i)
}

func timestampValue(x *array.Timestamp, i int) binaryrow.Timestamp {
	v := int64(x.Value(i))
	switch x.DataType().(*arrow.TimestampType).Unit {
	case arrow.Second:
		return binaryrow.Timestamp{Millis: v * 1000}
	case arrow.Millisecond:
		return binaryrow.Timestamp{Millis: v}
	case arrow.Microsecond:
		return binaryrow.TimestampOfMicros(v)
	}
	ms, rest := v/1e6, v%1e6
	if rest < 0 {
		ms, rest = ms-1, rest+1e6
	}
	return binaryrow.Timestamp{Millis: ms, NanoOfMilli: int32(rest)}
}

func nestedValue(t datatype.Type, a arrow.Array, i int) (_ any, err error) {
	switch x := a.(type) {
	case *array.Struct:
		out := make([]any, x.NumField())
		for f := range out {
			if out[f], err = arrowValue(t.Fields[f].Type, x.Field(f), i); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *array.Map:
		key, value := mapTypes(t)
		from, to := x.ValueOffsets(i)
		out := make([]binaryrow.Pair, to-from)
		for j := range out {
			if out[j].Key, err = arrowValue(key, x.Keys(), int(from)+j); err == nil {
				out[j].Value, err = arrowValue(value, x.Items(), int(from)+j)
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	case *array.List:
		from, to := x.ValueOffsets(i)
		out := make([]any, to-from)
		for j := range out {
			if out[j], err = arrowValue(*t.Elem, x.ListValues(), int(from)+j); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("%s is no column of %s", a.DataType(), t)
}

func mapTypes(t datatype.Type) (key, value datatype.Type) {
	if t.Kind == datatype.Multiset {
		return *t.Elem, datatype.Of(datatype.Int)
	}
	return *t.Key, *t.Elem
}

// appendValue is the inverse of arrowValue.
func appendValue(b array.Builder, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case *array.StructBuilder:
		b.Append(true)
		for f, member := range v.([]any) {
			if err := appendValue(b.FieldBuilder(f), member); err != nil {
				return err
			}
		}
		return nil
	case *array.MapBuilder:
		b.Append(true)
		for _, p := range v.([]binaryrow.Pair) {
			if err := appendValue(b.KeyBuilder(), p.Key); err != nil {
				return err
			}
			if err := appendValue(b.ItemBuilder(), p.Value); err != nil {
				return err
			}
		}
		return nil
	case *array.ListBuilder:
		b.Append(true)
		for _, e := range v.([]any) {
			if err := appendValue(b.ValueBuilder(), e); err != nil {
				return err
			}
		}
		return nil
	}
	if !appendAtom(b, v) {
		return fmt.Errorf("a %T does not go into %s", v, b.Type())
	}
	return nil
}

// appendAtom appends a value that is not nested; false when the types differ.
func appendAtom(b array.Builder, v any) bool {
	switch x := v.(type) {
	case bool:
		return appendTo(b.(*array.BooleanBuilder), x)
	case int8:
		return appendTo(b.(*array.Int8Builder), x)
	case int16:
		return appendTo(b.(*array.Int16Builder), x)
	case int32:
		return appendTo(b.(*array.Int32Builder), x)
	case int64:
		return appendTo(b.(*array.Int64Builder), x)
	case float32:
		return appendTo(b.(*array.Float32Builder), x)
	case float64:
		return appendTo(b.(*array.Float64Builder), x)
	case string:
		return appendTo(b.(*array.StringBuilder), x)
	case []byte:
		return appendTo(b.(*array.BinaryBuilder), x)
	case binaryrow.Date:
		return appendTo(b.(*array.Date32Builder), arrow.Date32(x))
	case binaryrow.Time:
		unit := b.Type().(*arrow.Time64Type).Unit
		return appendTo(b.(*array.Time64Builder), arrow.Time64(int64(x)*1e6/int64(unit.Multiplier())))
	case binaryrow.Timestamp:
		return appendTo(b.(*array.TimestampBuilder), arrow.Timestamp(timestampTicks(x, b.Type().(*arrow.TimestampType).Unit)))
	case binaryrow.Decimal:
		return appendTo(b.(*array.Decimal128Builder), decimal128.FromBigInt(new(big.Int).Set(x.Unscaled)))
	}
	return false
}

func timestampTicks(t binaryrow.Timestamp, unit arrow.TimeUnit) int64 {
	switch unit {
	case arrow.Second:
		return t.Millis / 1000
	case arrow.Millisecond:
		return t.Millis
	case arrow.Microsecond:
		return t.Micros()
	}
	return t.Millis*1e6 + int64(t.NanoOfMilli)
}

// appendTo appends to a builder of the value's own type.
func appendTo[T any](b interface{ Append(v T) }, v T) bool {
	b.Append(v)
	return true
}
