package filestore

import (
	"cmp"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
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

// newFolded is the fold of a column; kind tells that of a record in the batch.
func newFolded(c *merge.Column, t arrow.DataType, rule *merge.Rule, kind func(row int) merge.RowKind) folded {
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
		return &extreme{pick: base, column: c, kind: kind, compare: comparer(t, c.Type)}
	case c.Function == merge.Sum:
		if f := newSum(c, t); f != nil {
			return f
		}
	}
	return &boxed{column: c, kind: kind, function: c.Aggregator(), builder: array.NewBuilder(memory.DefaultAllocator, t)}
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
	kind    func(row int) merge.RowKind
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
					return e.column.RetractError(e.kind(r))
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

// boxed is every other function, value by value.
type boxed struct {
	column   *merge.Column
	kind     func(row int) merge.RowKind
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
		b.acc, err = b.function.Retract(in, in, b.kind(r))
	default:
		b.acc, err = b.function.Retract(b.acc, in, b.kind(r))
	}
	return err
}
