package filestore

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// output collects the values of one column of the result, taken from arrays of
// the same type.
type output interface {
	// take appends the values at rows, in order; a row below zero is NULL, heldRow
	// is the row that was held.
	take(from arrow.Array, rows []int32, held arrow.Array, heldAt int)
	// bytes is about how much there is since finish.
	bytes() int
	// finish is what was appended as one array.
	finish() arrow.Array
}

// Rows that are none of the batch's.
const (
	nullRow int32 = -1
	heldRow int32 = -2
)

// newOutput is an output of values of a type.
func newOutput(t arrow.DataType) output {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return &builderOutput{builder: array.NewBuilder(memory.DefaultAllocator, t)}
	case *arrow.StringType, *arrow.BinaryType:
		return &textOutput{kind: t, ends: []int32{0}}
	case arrow.FixedWidthDataType:
		if w := t.BitWidth() / 8; w > 0 && t.ID() != arrow.DICTIONARY && t.ID() != arrow.FIXED_SIZE_LIST {
			return &fixedOutput{kind: t, width: w}
		}
	}
	return &builderOutput{builder: array.NewBuilder(memory.DefaultAllocator, t)}
}

// nulls is a validity bitmap under construction.
type nulls struct {
	bits  []byte
	count int
	null  int
}

func (n *nulls) append(valid bool) {
	if n.count%8 == 0 {
		n.bits = append(n.bits, 0)
	}
	if valid {
		n.bits[n.count/8] |= 1 << (n.count % 8)
	} else {
		n.null++
	}
	n.count++
}

// buffer is the bitmap; nil when nothing is NULL.
func (n *nulls) buffer() *memory.Buffer {
	if n.null == 0 {
		return nil
	}
	return memory.NewBufferBytes(n.bits)
}

// fixedOutput is values of a width.
type fixedOutput struct {
	kind  arrow.DataType
	width int
	nulls nulls
	data  []byte
}

func (o *fixedOutput) take(from arrow.Array, rows []int32, held arrow.Array, heldAt int) {
	values, base := fixedBytes(from, o.width)
	values = values[base*o.width:]
	valid := validity(from)
	start := len(o.data)
	o.data = slices.Grow(o.data, len(rows)*o.width)[:start+len(rows)*o.width]
	to := o.data[start:]
	switch o.width {
	case 4:
		gather(arrow.Uint32Traits.CastFromBytes(to), arrow.Uint32Traits.CastFromBytes(values), rows)
	case 8:
		gather(arrow.Uint64Traits.CastFromBytes(to), arrow.Uint64Traits.CastFromBytes(values), rows)
	default:
		for i, r := range rows {
			if r >= 0 {
				copy(to[i*o.width:(i+1)*o.width], values[int(r)*o.width:])
			}
		}
	}
	for i, r := range rows {
		ok := r >= 0 && valid.at(int(r))
		if r == heldRow && held.IsValid(heldAt) {
			v, b := fixedBytes(held, o.width)
			copy(to[i*o.width:], v[(b+heldAt)*o.width:(b+heldAt+1)*o.width])
			ok = true
		}
		o.nulls.append(ok)
	}
}

// gather takes the values at rows; what is none of the batch's is left.
func gather[T uint32 | uint64](to, values []T, rows []int32) {
	for i, r := range rows {
		if r >= 0 {
			to[i] = values[r]
		}
	}
}

// fixedBytes are an array's values and the index of its first.
func fixedBytes(a arrow.Array, width int) (values []byte, base int) {
	d := a.Data()
	if len(d.Buffers()) < 2 || d.Buffers()[1] == nil {
		return make([]byte, width*a.Len()), 0
	}
	return d.Buffers()[1].Bytes(), d.Offset()
}

func (o *fixedOutput) bytes() int { return len(o.data) }

func (o *fixedOutput) finish() arrow.Array {
	d := array.NewData(o.kind, o.nulls.count, []*memory.Buffer{o.nulls.buffer(), memory.NewBufferBytes(o.data)}, nil, o.nulls.null, 0)
	defer d.Release()
	*o = fixedOutput{kind: o.kind, width: o.width}
	return array.MakeFromData(d)
}

// textOutput is text and bytes.
type textOutput struct {
	kind  arrow.DataType
	nulls nulls
	ends  []int32
	data  []byte
}

func (o *textOutput) take(from arrow.Array, rows []int32, held arrow.Array, heldAt int) {
	for _, r := range rows {
		a, at := from, int(r)
		if r == heldRow {
			a, at = held, heldAt
		}
		valid := r != nullRow && a.IsValid(at)
		if valid {
			o.data = append(o.data, textOf(a, at)...)
		}
		o.nulls.append(valid)
		o.ends = append(o.ends, int32(len(o.data)))
	}
}

// textOf is the bytes of a text or a blob, as long as the array lives.
func textOf(a arrow.Array, i int) string {
	switch x := a.(type) {
	case *array.Binary:
		return x.ValueString(i)
	case *array.String:
		return x.Value(i)
	}
	return ""
}

func (o *textOutput) bytes() int { return len(o.data) }

func (o *textOutput) finish() arrow.Array {
	ends := memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(o.ends))
	d := array.NewData(o.kind, o.nulls.count, []*memory.Buffer{o.nulls.buffer(), ends, memory.NewBufferBytes(o.data)}, nil, o.nulls.null, 0)
	defer d.Release()
	*o = textOutput{kind: o.kind, ends: []int32{0}}
	return array.MakeFromData(d)
}

// builderOutput is every other type, value by value.
type builderOutput struct {
	builder array.Builder
	size    int
}

func (o *builderOutput) take(from arrow.Array, rows []int32, held arrow.Array, heldAt int) {
	for _, r := range rows {
		switch {
		case r == heldRow:
			o.size += copyValue(o.builder, held, heldAt)
		case r >= 0:
			o.size += copyValue(o.builder, from, int(r))
		default:
			o.builder.AppendNull()
		}
	}
}

func (o *builderOutput) bytes() int { return o.size }

func (o *builderOutput) finish() arrow.Array {
	o.size = 0
	return o.builder.NewArray()
}

// copyValue appends a value of an array to a builder of its type and says about
// how large it is.
func copyValue(b array.Builder, a arrow.Array, i int) int {
	if a.IsNull(i) {
		b.AppendNull()
		return 1
	}
	size := 0
	switch b := b.(type) {
	case *array.StructBuilder:
		s := a.(*array.Struct)
		b.Append(true)
		for f := range s.NumField() {
			size += copyValue(b.FieldBuilder(f), s.Field(f), i)
		}
	case *array.MapBuilder:
		m := a.(*array.Map)
		b.Append(true)
		from, to := m.ValueOffsets(i)
		for j := int(from); j < int(to); j++ {
			size += copyValue(b.KeyBuilder(), m.Keys(), j) + copyValue(b.ItemBuilder(), m.Items(), j)
		}
	case *array.ListBuilder:
		l := a.(*array.List)
		b.Append(true)
		from, to := l.ValueOffsets(i)
		for j := int(from); j < int(to); j++ {
			size += copyValue(b.ValueBuilder(), l.ListValues(), j)
		}
	case *array.BooleanBuilder:
		b.Append(a.(*array.Boolean).Value(i))
		return 1
	case *array.StringBuilder:
		b.Append(a.(*array.String).Value(i))
		return a.(*array.String).ValueLen(i)
	case *array.BinaryBuilder:
		b.Append(a.(*array.Binary).Value(i))
		return a.(*array.Binary).ValueLen(i)
	default:
		return copyFixed(b, a, i)
	}
	return size + 4
}

// copyFixed is copyValue of a value of fixed width.
func copyFixed(b array.Builder, a arrow.Array, i int) int {
	switch b := b.(type) {
	case *array.Int8Builder:
		b.Append(a.(*array.Int8).Value(i))
	case *array.Int16Builder:
		b.Append(a.(*array.Int16).Value(i))
	case *array.Int32Builder:
		b.Append(a.(*array.Int32).Value(i))
	case *array.Int64Builder:
		b.Append(a.(*array.Int64).Value(i))
	case *array.Float32Builder:
		b.Append(a.(*array.Float32).Value(i))
	case *array.Float64Builder:
		b.Append(a.(*array.Float64).Value(i))
	case *array.Date32Builder:
		b.Append(a.(*array.Date32).Value(i))
	case *array.Time64Builder:
		b.Append(a.(*array.Time64).Value(i))
	case *array.TimestampBuilder:
		b.Append(a.(*array.Timestamp).Value(i))
	case *array.Decimal128Builder:
		b.Append(a.(*array.Decimal128).Value(i))
	default:
		if err := b.AppendValueFromString(a.ValueStr(i)); err != nil { // no type of the lake comes here
			panic(fmt.Sprintf("a value of %s has no copy: %v", a.DataType(), err))
		}
	}
	return 8
}

// sameAsBefore tells, for each row of a key column, whether it has the value of
// the row before; before is the last row of the batch before, nil for none.
// Rows that differ in a column before this one stay different.
func sameAsBefore(a arrow.Array, before arrow.Array, same []bool) {
	if before != nil && same[0] {
		same[0] = equalValues(before, before.Len()-1, a, 0)
	}
	switch x := a.(type) {
	case *array.String, *array.Binary:
		for i := 1; i < len(same); i++ {
			same[i] = same[i] && textOf(x, i-1) == textOf(x, i) && x.IsNull(i-1) == x.IsNull(i)
		}
	case *array.Int64:
		sameNumbers(x.Int64Values(), same)
	case *array.Int32:
		sameNumbers(x.Int32Values(), same)
	default:
		for i := 1; i < len(same); i++ {
			same[i] = same[i] && equalValues(a, i-1, a, i)
		}
	}
}

// sameNumbers is sameAsBefore of a key that is never NULL.
func sameNumbers[T int32 | int64](values []T, same []bool) {
	for i := 1; i < len(same); i++ {
		same[i] = same[i] && values[i-1] == values[i]
	}
}

// equalValues compares two values of one type that may be a key's.
func equalValues(a arrow.Array, i int, b arrow.Array, j int) bool {
	if a.IsNull(i) || b.IsNull(j) {
		return a.IsNull(i) && b.IsNull(j)
	}
	switch x := a.(type) {
	case *array.String, *array.Binary:
		return textOf(a, i) == textOf(b, j)
	case *array.Boolean:
		return x.Value(i) == b.(*array.Boolean).Value(j)
	}
	t, ok := a.DataType().(arrow.FixedWidthDataType)
	if !ok {
		return false
	}
	w := t.BitWidth() / 8
	x, xb := fixedBytes(a, w)
	y, yb := fixedBytes(b, w)
	return string(x[(xb+i)*w:(xb+i+1)*w]) == string(y[(yb+j)*w:(yb+j+1)*w])
}
