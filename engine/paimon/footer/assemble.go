package footer

import (
	"fmt"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

// absent marks a leaf that the file does not have.
const absent = -1

// fit lays the columns of a file under a field of the table.
func fit(f datatype.Field, c *parquet.Column) (*shape, error) {
	s := &shape{name: f.Name, typ: f.Type, leaf: absent}
	if c == nil {
		return s, nil
	}
	s.optional, s.def = c.Optional(), c.MaxDefinitionLevel()
	if !f.Type.IsNested() {
		if !c.Leaf() || c.Repeated() {
			return nil, misfit(f, c)
		}
		s.leaf, s.physical, s.unit = c.Index(), c.Type().Kind(), unitOf(c.Type().LogicalType())
		return s, nil
	}
	kind, fields, err := parts(f.Type)
	if err != nil {
		return nil, err
	}
	s.kind = kind
	inner, err := itemColumns(kind, f, c)
	if err != nil {
		return nil, err
	}
	if kind != rowShape {
		s.rep = inner.MaxRepetitionLevel()
	}
	for i, part := range fields {
		at := inner.Column(part.Name)
		if kind != rowShape { // by place: writers differ in the names
			at = inner.Columns()[i]
		}
		child, err := fit(part, at)
		if err != nil {
			return nil, err
		}
		s.children = append(s.children, child)
	}
	s.leaves(func(leaf int) {
		if s.leaf == absent {
			s.leaf = leaf
		}
	})
	return s, nil
}

// itemColumns is the group that holds the parts: the ROW's own, or the
// repeated one of a collection.
func itemColumns(kind shapeKind, f datatype.Field, c *parquet.Column) (*parquet.Column, error) {
	want := map[shapeKind]int{listShape: 1, pairsShape: 2}[kind]
	switch {
	case c.Leaf():
		return nil, misfit(f, c)
	case kind == rowShape:
		return c, nil
	case len(c.Columns()) != 1 || !c.Columns()[0].Repeated() || c.Columns()[0].Leaf() || len(c.Columns()[0].Columns()) != want:
		return nil, misfit(f, c)
	}
	return c.Columns()[0], nil
}

func misfit(f datatype.Field, c *parquet.Column) error {
	return fmt.Errorf("the file's column %s is no %s", c, f.Type)
}

// unitOf is the unit of a time's logical type; 0 for others.
func unitOf(l *format.LogicalType) int64 {
	if l == nil {
		return 0
	}
	var unit format.TimeUnitValue
	switch v := l.Value.(type) {
	case *format.TimeType:
		unit = v.Unit.Value
	case *format.TimestampType:
		unit = v.Unit.Value
	}
	switch unit.(type) {
	case *format.MilliSeconds:
		return unitMillis
	case *format.MicroSeconds:
		return unitMicros
	case *format.NanoSeconds:
		return unitNanos
	}
	return 0
}

// peek is the next value of the first column in s.
func (r *Reader) peek(s *shape) (parquet.Value, bool) {
	if s.leaf == absent || r.at[s.leaf] >= len(r.leaves[s.leaf]) {
		return parquet.Value{}, false
	}
	return r.leaves[s.leaf][r.at[s.leaf]], true
}

// read assembles the next value of s into b.
func (r *Reader) read(s *shape, b array.Builder) error {
	if s.leaf == absent {
		b.AppendNull()
		return nil
	}
	v, ok := r.peek(s)
	if !ok {
		return fmt.Errorf("%w: a row ends too early", ErrParquet)
	}
	if v.DefinitionLevel() < s.def {
		r.pass(s)
		b.AppendNull()
		return nil
	}
	switch s.kind {
	case leafShape:
		r.at[s.leaf]++
		return appendLeaf(s, b, v)
	case rowShape:
		row := b.(*array.StructBuilder)
		row.Append(true)
		for i, child := range s.children {
			if err := r.read(child, row.FieldBuilder(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return r.readItems(s, b, v)
}

// readItems assembles a list or a map; v is the first value inside.
func (r *Reader) readItems(s *shape, b array.Builder, v parquet.Value) error {
	var items []array.Builder
	switch l := b.(type) {
	case *array.ListBuilder:
		l.Append(true)
		items = []array.Builder{l.ValueBuilder()}
	case *array.MapBuilder:
		l.Append(true)
		items = []array.Builder{l.KeyBuilder(), l.ItemBuilder()}
	default:
		return fmt.Errorf("no builder for %s", s.typ)
	}
	if v.DefinitionLevel() == s.def { // there, and empty
		r.pass(s)
		return nil
	}
	for {
		for k, child := range s.children {
			if err := r.read(child, items[k]); err != nil {
				return err
			}
		}
		if next, ok := r.peek(s); !ok || next.RepetitionLevel() != s.rep {
			return nil
		}
	}
}

// pass skips one value of every column in s.
func (r *Reader) pass(s *shape) {
	s.leaves(func(leaf int) {
		if leaf != absent {
			r.at[leaf]++
		}
	})
}

// appendLeaf converts one stored value to the lake type's Arrow value.
func appendLeaf(s *shape, b array.Builder, v parquet.Value) error {
	if v.Kind() != s.physical { // the bytes of a number are no address of a text
		return fmt.Errorf("%w: a value of %s among those of %s", ErrParquet, v.Kind(), s.physical)
	}
	var ok bool
	switch b := b.(type) {
	case *array.BooleanBuilder:
		ok = s.physical == parquet.Boolean
		b.Append(v.Boolean())
	case *array.Int8Builder:
		ok = s.physical == parquet.Int32
		b.Append(int8(v.Int32()))
	case *array.Int16Builder:
		ok = s.physical == parquet.Int32
		b.Append(int16(v.Int32()))
	case *array.Int32Builder:
		ok = s.physical == parquet.Int32
		b.Append(v.Int32())
	case *array.Date32Builder:
		ok = s.physical == parquet.Int32
		b.Append(arrow.Date32(v.Int32()))
	case *array.Int64Builder:
		ok = s.physical == parquet.Int64
		b.Append(v.Int64())
	case *array.Float32Builder:
		ok = s.physical == parquet.Float
		b.Append(v.Float())
	case *array.Float64Builder:
		ok = s.physical == parquet.Double
		b.Append(v.Double())
	case *array.StringBuilder:
		if ok = s.physical == parquet.ByteArray; ok {
			b.Append(string(v.ByteArray()))
		}
	case *array.BinaryBuilder:
		if ok = s.physical == parquet.ByteArray; ok {
			b.Append(v.ByteArray())
		}
	case *array.Decimal128Builder:
		return appendDecimal(s, b, v)
	case *array.Time32Builder:
		return appendTime(s, b, v)
	case *array.TimestampBuilder:
		return appendTimestamp(s, b, v)
	}
	if !ok {
		return fmt.Errorf("%w: the file stores %s as %s", ErrParquet, s.typ, s.physical)
	}
	return nil
}

func appendDecimal(s *shape, b *array.Decimal128Builder, v parquet.Value) error {
	var x *big.Int
	switch s.physical {
	case parquet.Int32:
		x = big.NewInt(int64(v.Int32()))
	case parquet.Int64:
		x = big.NewInt(v.Int64())
	case parquet.ByteArray, parquet.FixedLenByteArray:
		x = binaryrow.FromTwosComplement(v.ByteArray())
	default:
		return fmt.Errorf("%w: the file stores %s as %s", ErrParquet, s.typ, s.physical)
	}
	if x.BitLen() > 127 {
		return errRange
	}
	b.Append(decimal128.FromBigInt(x))
	return nil
}

func appendTime(s *shape, b *array.Time32Builder, v parquet.Value) error {
	switch {
	case s.physical == parquet.Int32:
		b.Append(arrow.Time32(v.Int32()))
	case s.physical == parquet.Int64 && s.unit == unitMicros:
		b.Append(arrow.Time32(v.Int64() / 1000))
	default:
		return fmt.Errorf("%w: the file stores %s as %s", ErrParquet, s.typ, s.physical)
	}
	return nil
}

func appendTimestamp(s *shape, b *array.TimestampBuilder, v parquet.Value) error {
	from := map[int64]int64{unitMillis: 1e3, unitMicros: 1e6, unitNanos: 1e9}[s.unit]
	var x int64
	switch {
	case s.physical == parquet.Int64 && from > 0:
		x = v.Int64()
	case s.physical == parquet.Int96:
		nanos, ok := int96Nanos(v.Int96())
		if !ok {
			return fmt.Errorf("%w: nanoseconds reach from 1677-09-21 to 2262-04-11", errRange)
		}
		x, from = nanos, 1e9
	default:
		return fmt.Errorf("%w: the file stores %s as %s", ErrParquet, s.typ, s.physical)
	}
	to := unitsPerSecond(b.Type().(*arrow.TimestampType).Unit)
	x, ok := rescale(x, from, to)
	if !ok {
		return errRange
	}
	b.Append(arrow.Timestamp(x))
	return nil
}
