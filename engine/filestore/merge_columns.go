package filestore

import (
	"cmp"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/merge"
)

// action is what a record does to the columns of one stream.
type action uint8

const (
	pass        action = iota // nothing
	set                       // the record's value is the column's, whatever the function
	add                       // an insert takes part
	addLate                   // an insert that its group puts before others
	takeBack                  // a retraction takes part
	takeBackOld               // a retraction that its group puts before others
	setThenBack               // set, and then takeBack of the same record
)

// segment is the rows of one key in a batch. A key may begin in a batch before
// and end in one behind.
type segment struct {
	from, to int
	begins   bool
	ends     bool
	dropped  bool // the key has no result
}

// folded is one column of the result while records go by.
type folded interface {
	// fold takes the rows of a batch and appends the values of keys that end.
	fold(a arrow.Array, segments []segment, actions []action) error
	// bytes is about how much there is since finish.
	bytes() int
	// finish is what was appended as one array.
	finish() arrow.Array
	// release gives up what is kept for a key that goes on.
	release()
}

// newFolded is the fold of a column.
func newFolded(c *merge.Column, t arrow.DataType, rule *merge.Rule) folded {
	base := pick{output: newOutput(t)}
	switch {
	case rule.Engine == merge.Deduplicate || rule.Engine == merge.FirstRow:
		return &base
	case c.Leads:
		return &latest{pick: base, back: follow}
	case c.Function == merge.Key:
		return &latest{pick: base, back: follow, backOld: follow}
	case c.Function == merge.LastValue && c.IgnoreRetract:
		return &latest{pick: base}
	case c.Function == merge.LastValue:
		return &latest{pick: base, back: wipe, backOld: wipe}
	case c.Function == merge.Plain && c.Group >= 0:
		return &latest{pick: base, back: wipe}
	case c.Function == merge.Plain || c.Function == merge.LastNonNullValue && len(rule.Groups) == 0 && rule.Engine == merge.PartialUpdate:
		return &nonNull{pick: base, column: c, strict: c.Type.NotNull && len(rule.Groups) == 0}
	case c.Function == merge.LastNonNullValue:
		return &nonNull{pick: base, column: c, aggregates: true}
	case c.Function == merge.Max || c.Function == merge.Min:
		return &extreme{pick: base, column: c, compare: comparer(t, c.Type)}
	case c.Function == merge.Sum:
		if f := newSum(c, t); f != nil {
			return f
		}
	}
	return &boxed{column: c, function: c.Aggregator(), builder: array.NewBuilder(memory.DefaultAllocator, t)}
}

// pick chooses one of the records' values and is the frame of all that do.
type pick struct {
	output
	at     int32 // row of the batch, nullRow or heldRow
	held   arrow.Array
	heldAt int
	ended  []int32
}

func (p *pick) fold(a arrow.Array, segments []segment, actions []action) error {
	return p.run(a, segments, func(s segment) error {
		for r := s.from; r < s.to; r++ {
			if actions[r] == set {
				p.at = int32(r)
			}
		}
		return nil
	})
}

// run calls each for every segment, with p.at the state of its key so far.
func (p *pick) run(a arrow.Array, segments []segment, each func(s segment) error) error {
	p.ended = p.ended[:0]
	for _, s := range segments {
		if s.begins {
			p.at = nullRow
		}
		if err := each(s); err != nil {
			return err
		}
		if s.ends && !s.dropped {
			p.ended = append(p.ended, p.at)
		}
	}
	p.take(a, p.ended, p.held, p.heldAt)
	p.hold(a, segments[len(segments)-1])
	return nil
}

// hold keeps the value of a key that goes on in the next batch.
func (p *pick) hold(a arrow.Array, last segment) {
	if p.at == heldRow && !last.ends {
		return
	}
	p.release()
	if !last.ends && p.at >= 0 {
		a.Retain()
		p.held, p.heldAt, p.at = a, int(p.at), heldRow
	}
}

func (p *pick) release() {
	if p.held != nil {
		p.held.Release()
		p.held = nil
	}
}

// value is where the chosen value stands; nil for NULL.
func (p *pick) value(a arrow.Array) (arrow.Array, int) {
	switch {
	case p.at >= 0:
		return a, int(p.at)
	case p.at == heldRow:
		return p.held, p.heldAt
	}
	return nil, 0
}

// latest is the last value that counts, NULL or not: last_value, keys, and what
// a sequence group moves.
type latest struct {
	pick
	back, backOld effect // of retractions
}

// effect is what a retraction does to latest.
type effect uint8

const (
	leave  effect = iota
	wipe          // the value becomes NULL
	follow        // the value becomes the retraction's
)

func (l *latest) fold(a arrow.Array, segments []segment, actions []action) error {
	return l.run(a, segments, func(s segment) error {
		for r := s.from; r < s.to; r++ {
			switch actions[r] {
			case set, add:
				l.at = int32(r)
			case takeBack:
				l.retract(l.back, r)
			case takeBackOld:
				l.retract(l.backOld, r)
			case setThenBack:
				l.at = int32(r)
				l.retract(l.back, r)
			}
		}
		return nil
	})
}

func (l *latest) retract(e effect, r int) {
	switch e {
	case wipe:
		l.at = nullRow
	case follow:
		l.at = int32(r)
	}
}

// nonNull is the last value that is not NULL: partial-update's plain columns and
// last_non_null_value.
type nonNull struct {
	pick
	column     *merge.Column
	aggregates bool // it is the function
	strict     bool // NULL is an error
}

func (n *nonNull) fold(a arrow.Array, segments []segment, actions []action) error {
	valid := validity(a)
	return n.run(a, segments, func(s segment) error {
		for r := s.from; r < s.to; r++ {
			switch actions[r] {
			case add:
				if valid.at(r) {
					n.at = int32(r)
				} else if n.strict {
					return n.column.NullError()
				}
			case set:
				n.at = int32(r)
			case addLate:
				if n.aggregates && n.isNull(a) {
					n.at = int32(r)
				}
			case setThenBack:
				if n.at = int32(r); n.aggregates && !n.column.IgnoreRetract {
					n.at = nullRow
				}
			case takeBack, takeBackOld:
				if n.aggregates && !n.column.IgnoreRetract && valid.at(r) {
					n.at = nullRow
				}
			}
		}
		return nil
	})
}

func (n *nonNull) isNull(a arrow.Array) bool {
	from, at := n.value(a)
	return from == nil || from.IsNull(at)
}

// valids are the validity bits of an array.
type valids struct {
	bits []byte // nil: every row has a value
	base int
}

func validity(a arrow.Array) valids {
	if a.NullN() == 0 {
		return valids{}
	}
	return valids{a.NullBitmapBytes(), a.Data().Offset()}
}

func (v valids) at(i int) bool {
	i += v.base
	return v.bits == nil || v.bits[i>>3]&(1<<(i&7)) != 0
}

// extreme is max and min.
type extreme struct {
	pick
	column  *merge.Column
	compare func(a arrow.Array, i int, b arrow.Array, j int) int
}

func (e *extreme) fold(a arrow.Array, segments []segment, actions []action) error {
	valid := validity(a)
	return e.run(a, segments, func(s segment) error {
		for r := s.from; r < s.to; r++ {
			switch actions[r] {
			case set:
				e.at = int32(r)
			case add, addLate:
				if !valid.at(r) {
					continue
				}
				have, at := e.value(a)
				if have == nil || have.IsNull(at) || (e.compare(have, at, a, r) < 0) == (e.column.Function == merge.Max) {
					e.at = int32(r)
				}
			default:
				if actions[r] == setThenBack {
					e.at = int32(r)
				}
				if actions[r] != pass && !e.column.IgnoreRetract {
					return e.column.RetractError(merge.Delete)
				}
			}
		}
		return nil
	})
}

// comparer orders values of a column as Java does; nil for types without a fast
// way.
func comparer(t arrow.DataType, of datatype.Type) func(a arrow.Array, i int, b arrow.Array, j int) int {
	switch t.ID() {
	case arrow.INT8:
		return compareBy(func(a arrow.Array, i int) int8 { return a.(*array.Int8).Value(i) })
	case arrow.INT16:
		return compareBy(func(a arrow.Array, i int) int16 { return a.(*array.Int16).Value(i) })
	case arrow.INT32:
		return compareBy(func(a arrow.Array, i int) int32 { return a.(*array.Int32).Value(i) })
	case arrow.INT64:
		return compareBy(func(a arrow.Array, i int) int64 { return a.(*array.Int64).Value(i) })
	case arrow.DATE32:
		return compareBy(func(a arrow.Array, i int) arrow.Date32 { return a.(*array.Date32).Value(i) })
	case arrow.TIMESTAMP:
		return compareBy(func(a arrow.Array, i int) arrow.Timestamp { return a.(*array.Timestamp).Value(i) })
	case arrow.TIME64:
		return compareBy(func(a arrow.Array, i int) arrow.Time64 { return a.(*array.Time64).Value(i) })
	case arrow.STRING, arrow.BINARY:
		return func(a arrow.Array, i int, b arrow.Array, j int) int {
			return cmp.Compare(textOf(a, i), textOf(b, j))
		}
	case arrow.DECIMAL128:
		return func(a arrow.Array, i int, b arrow.Array, j int) int {
			return a.(*array.Decimal128).Value(i).Cmp(b.(*array.Decimal128).Value(j))
		}
	}
	return func(a arrow.Array, i int, b arrow.Array, j int) int {
		x, _ := arrowValue(of, a, i)
		y, _ := arrowValue(of, b, j)
		order, _ := binaryrow.Compare(x, y) // the options allow types with an order only
		return order
	}
}

func compareBy[T cmp.Ordered](value func(a arrow.Array, i int) T) func(a arrow.Array, i int, b arrow.Array, j int) int {
	return func(a arrow.Array, i int, b arrow.Array, j int) int { return cmp.Compare(value(a, i), value(b, j)) }
}

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
	var zero T
	ok := true
	if do == setThenBack {
		s.acc, s.valid = v, valid
	}
	switch {
	case do == set:
		s.acc, s.valid = v, valid
	case do == pass || !valid:
	case do == add || do == addLate:
		if !s.valid {
			s.acc, s.valid = v, true
			return nil
		}
		before := s.acc
		if s.acc, ok = s.add(s.acc, v); !ok {
			return s.beyond(before, v)
		}
	case s.column.IgnoreRetract:
	default:
		before := s.acc
		if !s.valid {
			before = zero
		}
		if s.acc, ok = s.sub(before, v); !ok {
			return s.beyond(before, v)
		}
		s.valid = true
	}
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

// boxed is every other function, value by value.
type boxed struct {
	column   *merge.Column
	function merge.Aggregator
	builder  array.Builder
	acc      any
	size     int
}

func (b *boxed) release() {}

func (b *boxed) bytes() int { return b.size }

func (b *boxed) finish() arrow.Array {
	b.size = 0
	return b.builder.NewArray()
}

func (b *boxed) fold(a arrow.Array, segments []segment, actions []action) error {
	for _, s := range segments {
		if s.begins {
			b.acc = nil
			b.function.Reset()
		}
		for r := s.from; r < s.to; r++ {
			if err := b.take(a, r, actions[r]); err != nil {
				return err
			}
		}
		if s.ends && !s.dropped {
			b.size += 64
			if err := appendValue(b.builder, b.acc); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *boxed) take(a arrow.Array, r int, do action) error {
	if do == pass {
		return nil
	}
	in, err := arrowValue(b.column.Type, a, r)
	if err != nil {
		return err
	}
	switch do {
	case set:
		b.acc = in
	case add:
		b.acc, err = b.function.Add(b.acc, in)
	case addLate:
		b.acc, err = b.function.AddLate(b.acc, in)
	case setThenBack:
		b.acc, err = b.function.Retract(in, in, merge.Delete)
	default:
		b.acc, err = b.function.Retract(b.acc, in, merge.Delete)
	}
	return err
}
