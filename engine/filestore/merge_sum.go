package filestore

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"laketop/engine/paimon/merge"
)

// number are the types that sum adds in place.
type number interface {
	int8 | int16 | int32 | int64 | float32 | float64 | decimal128.Num
}

// sum adds up.
type sum[T number] struct {
	*fixedOutput
	column *merge.Column
	values func(a arrow.Array) []T
	raw    func(v []T) []byte
	add    func(a, b T) (T, bool) // false: the result has no place in the type
	sub    func(a, b T) (T, bool)
	toNull bool // such a result is NULL, and not an error
	text   func(v T) string

	acc   T
	valid bool
	one   [1]T
}

func (s *sum[T]) release() {}

func (s *sum[T]) fold(a arrow.Array, segments []segment, actions []action) error {
	values, valid := s.values(a), validity(a)
	for _, g := range segments {
		if g.begins {
			s.valid = false
		}
		for r := g.from; r < g.to; r++ {
			if err := s.count(actions[r], values[r], valid.at(r)); err != nil {
				return err
			}
		}
		if g.ends && !g.dropped {
			s.emit()
		}
	}
	return nil
}

func (s *sum[T]) count(do action, v T, valid bool) error {
	if do == set || do == setThenBack {
		s.acc, s.valid = v, valid
	}
	switch {
	case do == set || do == pass || !valid:
	case do == add || do == addLate:
		return s.plus(v)
	case !s.column.IgnoreRetract:
		return s.minus(v)
	}
	return nil
}

func (s *sum[T]) plus(v T) error {
	if !s.valid {
		s.acc, s.valid = v, true
		return nil
	}
	sum, ok := s.add(s.acc, v)
	if !ok {
		return s.beyond(s.acc, v)
	}
	s.acc = sum
	return nil
}

// minus takes a value back; what nothing is left of is the negative.
func (s *sum[T]) minus(v T) error {
	var zero T
	if !s.valid {
		s.acc = zero
	}
	rest, ok := s.sub(s.acc, v)
	if !ok {
		return s.beyond(s.acc, v)
	}
	s.acc, s.valid = rest, true
	return nil
}

// beyond is what happens when a sum has no place in its type.
func (s *sum[T]) beyond(left, right T) error {
	if s.toNull {
		s.valid = false
		return nil
	}
	return s.column.NumberError(s.text(left), s.text(right))
}

func (s *sum[T]) emit() {
	var zero T
	s.one[0] = zero
	if s.valid {
		s.one[0] = s.acc
	}
	s.data = append(s.data, s.raw(s.one[:])...)
	s.nulls.append(s.valid)
}

// newSum is the sum of a column; nil when its type has no fast way. The negative
// of a floating zero is kept by subtracting from -0.0.
func newSum(c *merge.Column, t arrow.DataType) folded {
	switch t.ID() {
	case arrow.INT8:
		return wholeSum(c, t, func(a arrow.Array) []int8 { return a.(*array.Int8).Int8Values() }, arrow.Int8Traits.CastToBytes)
	case arrow.INT16:
		return wholeSum(c, t, func(a arrow.Array) []int16 { return a.(*array.Int16).Int16Values() }, arrow.Int16Traits.CastToBytes)
	case arrow.INT32:
		return wholeSum(c, t, func(a arrow.Array) []int32 { return a.(*array.Int32).Int32Values() }, arrow.Int32Traits.CastToBytes)
	case arrow.INT64:
		return wholeSum(c, t, func(a arrow.Array) []int64 { return a.(*array.Int64).Int64Values() }, arrow.Int64Traits.CastToBytes)
	case arrow.FLOAT32:
		return floatSum(c, t, func(a arrow.Array) []float32 { return a.(*array.Float32).Float32Values() }, arrow.Float32Traits.CastToBytes)
	case arrow.FLOAT64:
		return floatSum(c, t, func(a arrow.Array) []float64 { return a.(*array.Float64).Float64Values() }, arrow.Float64Traits.CastToBytes)
	case arrow.DECIMAL128:
		return decimalSum(c, t)
	}
	return nil
}

func newSumOf[T number](c *merge.Column, t arrow.DataType, values func(arrow.Array) []T, raw func([]T) []byte) *sum[T] {
	return &sum[T]{
		fixedOutput: &fixedOutput{kind: t, width: t.(arrow.FixedWidthDataType).BitWidth() / 8}, column: c,
		values: values, raw: raw, text: func(v T) string { return fmt.Sprint(v) },
	}
}

func wholeSum[T int8 | int16 | int32 | int64](c *merge.Column, t arrow.DataType, values func(arrow.Array) []T, raw func([]T) []byte) folded {
	s := newSumOf(c, t, values, raw)
	s.add = func(a, b T) (T, bool) { v := a + b; return v, (v > a) == (b > 0) }
	s.sub = func(a, b T) (T, bool) { v := a - b; return v, (v < a) == (b > 0) }
	return s
}

func floatSum[T float32 | float64](c *merge.Column, t arrow.DataType, values func(arrow.Array) []T, raw func([]T) []byte) folded {
	s := newSumOf(c, t, values, raw)
	s.add = func(a, b T) (T, bool) { return a + b, true }
	s.sub = func(a, b T) (T, bool) { return a - b, true }
	return &signedSum[T]{s}
}

// signedSum is a floating sum: what a retraction alone leaves is the negative,
// of zero too.
type signedSum[T float32 | float64] struct{ *sum[T] }

func (s *signedSum[T]) fold(a arrow.Array, segments []segment, actions []action) error {
	values, valid := s.values(a), validity(a)
	for _, g := range segments {
		if g.begins {
			s.valid = false
		}
		for r := g.from; r < g.to; r++ {
			if do := actions[r]; (do == takeBack || do == takeBackOld) && !s.valid && valid.at(r) && !s.column.IgnoreRetract {
				s.acc, s.valid = -values[r], true
			} else if err := s.count(do, values[r], valid.at(r)); err != nil {
				return err
			}
		}
		if g.ends && !g.dropped {
			s.emit()
		}
	}
	return nil
}

// compactDigits is the precision from which on Java makes a sum beyond its type
// NULL; one of fewer digits is an error here.
const compactDigits = 18

func decimalSum(c *merge.Column, t arrow.DataType) folded {
	s := newSumOf(c, t, func(a arrow.Array) []decimal128.Num { return a.(*array.Decimal128).Values() }, arrow.Decimal128Traits.CastToBytes)
	precision := int32(c.Type.Precision)
	s.toNull = precision > compactDigits
	s.add = func(a, b decimal128.Num) (decimal128.Num, bool) { return fits(a, b, a.Add(b), precision) }
	s.sub = func(a, b decimal128.Num) (decimal128.Num, bool) {
		return fits(a, b.Negate(), a.Sub(b), precision)
	}
	s.text = func(v decimal128.Num) string { return v.ToString(int32(c.Type.Scale)) }
	return s
}

// fits tells whether a sum is within 128 bits and its precision.
func fits(a, b, sum decimal128.Num, precision int32) (decimal128.Num, bool) {
	if a.Sign() == b.Sign() && a.Sign() != 0 && sum.Sign() != a.Sign() {
		return sum, false
	}
	return sum, sum.FitsInPrecision(precision)
}
