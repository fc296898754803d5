package datatype

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
)

// atomicArrow are the kinds with one Arrow type. TIME is milliseconds of the
// day whatever its precision: Paimon keeps no more.
var atomicArrow = map[Kind]arrow.DataType{
	Null: arrow.Null, Boolean: arrow.FixedWidthTypes.Boolean, TinyInt: arrow.PrimitiveTypes.Int8, SmallInt: arrow.PrimitiveTypes.Int16,
	Int: arrow.PrimitiveTypes.Int32, BigInt: arrow.PrimitiveTypes.Int64, Float: arrow.PrimitiveTypes.Float32,
	Double: arrow.PrimitiveTypes.Float64, Char: arrow.BinaryTypes.String, VarChar: arrow.BinaryTypes.String,
	Binary: arrow.BinaryTypes.Binary, VarBinary: arrow.BinaryTypes.Binary, Date: arrow.FixedWidthTypes.Date32,
	Time: arrow.FixedWidthTypes.Time32ms,
}

// Arrow is the Arrow type of the lake's values. An instant is a timestamp with
// zone UTC; its unit follows the precision: seconds, milli-, micro-, nanoseconds.
func (t Type) Arrow() (arrow.DataType, error) {
	if a, ok := atomicArrow[t.Kind]; ok {
		return a, nil
	}
	switch t.Kind {
	case Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}, nil
	case Timestamp:
		return &arrow.TimestampType{Unit: arrowUnit(t.Precision)}, nil
	case TimestampLTZ:
		return &arrow.TimestampType{Unit: arrowUnit(t.Precision), TimeZone: "UTC"}, nil
	case Array:
		elem, err := arrowPart("element", t.Elem)
		if err != nil {
			return nil, err
		}
		return arrow.ListOfField(elem), nil
	case Map:
		return arrowMap(t.Key, t.Elem)
	case Multiset:
		count := Of(Int).Required()
		return arrowMap(t.Elem, &count)
	case Row:
		return arrowStruct(t.Fields)
	}
	return nil, unsupported(t)
}

func arrowUnit(precision int) arrow.TimeUnit {
	switch {
	case precision == 0:
		return arrow.Second
	case precision <= 3:
		return arrow.Millisecond
	case precision <= 6:
		return arrow.Microsecond
	}
	return arrow.Nanosecond
}

func arrowPart(name string, t *Type) (arrow.Field, error) {
	if t == nil {
		return arrow.Field{}, errors.New("a nested type lacks its element")
	}
	a, err := t.Arrow()
	return arrow.Field{Name: name, Type: a, Nullable: !t.NotNull}, err
}

func arrowMap(key, value *Type) (arrow.DataType, error) {
	k, err := arrowPart("key", key)
	if err != nil {
		return nil, err
	}
	v, err := arrowPart("value", value)
	if err != nil {
		return nil, err
	}
	k.Nullable = false
	return arrow.MapOfFields(k, v), nil
}

func arrowStruct(fields []Field) (arrow.DataType, error) {
	out, err := arrowFields(fields)
	if err != nil {
		return nil, err
	}
	return arrow.StructOf(out...), nil
}

func arrowFields(fields []Field) ([]arrow.Field, error) {
	out := make([]arrow.Field, len(fields))
	for i, f := range fields {
		a, err := arrowPart(f.Name, &f.Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", f.Name, err)
		}
		out[i] = a
	}
	return out, nil
}

// ArrowSchema is the Arrow schema of a table's columns.
func ArrowSchema(fields []Field) (*arrow.Schema, error) {
	out, err := arrowFields(fields)
	if err != nil {
		return nil, err
	}
	return arrow.NewSchema(out, nil), nil
}

// fromArrow are Arrow's types without parameters; unsigned integers take the
// next wider type.
var fromArrow = map[arrow.Type]Type{
	arrow.NULL: Of(Null), arrow.BOOL: Of(Boolean), arrow.INT8: Of(TinyInt), arrow.INT16: Of(SmallInt), arrow.INT32: Of(Int),
	arrow.INT64: Of(BigInt), arrow.UINT8: Of(SmallInt), arrow.UINT16: Of(Int), arrow.UINT32: Of(BigInt), arrow.UINT64: DecimalOf(20, 0),
	arrow.FLOAT16: Of(Float), arrow.FLOAT32: Of(Float), arrow.FLOAT64: Of(Double), arrow.STRING: StringType(), arrow.LARGE_STRING: StringType(),
	arrow.STRING_VIEW: StringType(), arrow.BINARY: BytesType(), arrow.LARGE_BINARY: BytesType(), arrow.BINARY_VIEW: BytesType(),
	arrow.DATE32: Of(Date), arrow.DATE64: Of(Date), arrow.INTERVAL_MONTHS: Of(Interval), arrow.INTERVAL_DAY_TIME: Of(Interval),
	arrow.INTERVAL_MONTH_DAY_NANO: Of(Interval), arrow.DURATION: Of(Interval),
}

// FromArrow is the lake type of an Arrow type.
func FromArrow(a arrow.DataType) (Type, error) {
	if a == nil {
		return Type{}, errors.New("no arrow type")
	}
	if t, ok := fromArrow[a.ID()]; ok {
		return t, nil
	}
	switch a := a.(type) {
	case arrow.DecimalType:
		return withNumbers(Decimal, []int{int(a.GetPrecision()), int(a.GetScale())})
	case *arrow.FixedSizeBinaryType:
		return BinaryOf(a.ByteWidth), nil
	case *arrow.Time32Type:
		return TimeOf(digitsOf(a.Unit)), nil
	case *arrow.Time64Type:
		return TimeOf(digitsOf(a.Unit)), nil
	case *arrow.TimestampType:
		if a.TimeZone != "" {
			return LTZOf(digitsOf(a.Unit)), nil
		}
		return TimestampOf(digitsOf(a.Unit)), nil
	case *arrow.DictionaryType:
		return FromArrow(a.ValueType)
	case *arrow.MapType:
		return fromArrowMap(a)
	case arrow.ListLikeType:
		elem, err := fromArrowField(a.ElemField())
		return ArrayOf(elem.Type), err
	case *arrow.StructType:
		fields, err := fromArrowFields(a.Fields())
		return RowOf(fields...), err
	}
	return Type{}, fmt.Errorf("arrow type %s has no lake type", a)
}

func digitsOf(u arrow.TimeUnit) int { return int(u) * 3 }

func fromArrowMap(a *arrow.MapType) (Type, error) {
	key, err := fromArrowField(a.KeyField())
	if err != nil {
		return Type{}, err
	}
	value, err := fromArrowField(a.ItemField())
	return MapOf(key.Type, value.Type), err
}

func fromArrowField(f arrow.Field) (Field, error) {
	t, err := FromArrow(f.Type)
	t.NotNull = !f.Nullable
	return NewField(f.Name, t), err
}

func fromArrowFields(in []arrow.Field) ([]Field, error) {
	var out []Field
	for _, f := range in {
		field, err := fromArrowField(f)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		out = append(out, field)
	}
	return out, nil
}
