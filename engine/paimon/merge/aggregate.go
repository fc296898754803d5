package merge

import (
	"fmt"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/problem"
)

// Aggregator folds the values of one column over the records of a key, oldest
// first. acc is what it returned last, nil at first. Values that were handed in
// are not changed.
type Aggregator interface {
	// Reset forgets the key before.
	Reset()
	// Add takes the value of a record of kind +I or +U.
	Add(acc, in any) (any, error)
	// AddLate takes the value of a record that its sequence group puts before
	// those that are in acc.
	AddLate(acc, in any) (any, error)
	// Retract takes back the value of a record of kind -U or -D.
	Retract(acc, in any, kind RowKind) (any, error)
}

// Aggregator is a new aggregator of the column; nil when it has no function.
func (c *Column) Aggregator() Aggregator {
	if c.Function == Plain {
		return nil
	}
	a := &aggregator{column: c}
	switch c.Function {
	case Key:
		a.add, a.retract = replace, func(_, in any) (any, error) { return in, nil }
	case LastValue:
		a.add, a.retract = replace, func(any, any) (any, error) { return nil, nil }
	case LastNonNullValue:
		a.add, a.retract = replaceNonNull, clearNonNull
	case FirstValue, FirstNonNullValue:
		a.add = a.first
	case Sum:
		a.add, a.retract = both(c.sum), c.subtract
	case Product:
		a.add, a.retract = both(c.product), c.divide
	case Max, Min:
		a.add = both(c.extreme)
	case BoolAnd, BoolOr:
		a.add = both(c.boolean)
	case ListAgg:
		a.add = c.listAgg
	case Collect:
		a.add, a.retract, a.sameLate = c.collect, c.uncollect, true
	case MergeMap:
		a.add, a.retract = both(mergeMaps), unmergeMaps
	case MergeMapWithKeyTime:
		a.add = both(c.mergeTimedMaps)
	case NestedUpdate:
		a.add, a.retract = c.nestedUpdate, c.nestedRetract
	case NestedPartialUpdate:
		a.add = c.nestedPartialUpdate
	case Bitmap32, Bitmap64:
		a.add = both(c.bitmaps)
	}
	return a
}

// aggregator is the frame of every function.
type aggregator struct {
	column   *Column
	add      func(acc, in any) (any, error)
	retract  func(acc, in any) (any, error) // nil: it cannot
	sameLate bool                           // late values are taken as others are
	started  bool                           // first_value has its value
}

// Reset implements Aggregator.
func (a *aggregator) Reset() { a.started = false }

// Add implements Aggregator.
func (a *aggregator) Add(acc, in any) (any, error) { return a.add(acc, in) }

// AddLate implements Aggregator: the late value stands before what is there.
func (a *aggregator) AddLate(acc, in any) (any, error) {
	if a.sameLate {
		return a.add(acc, in)
	}
	return a.add(in, acc)
}

// Retract implements Aggregator.
func (a *aggregator) Retract(acc, in any, kind RowKind) (any, error) {
	switch {
	case a.column.IgnoreRetract:
		return acc, nil
	case a.retract == nil:
		return nil, a.column.RetractError(kind)
	}
	return a.retract(acc, in)
}

// RetractError says that the column's function cannot take a value back.
func (c *Column) RetractError(kind RowKind) error {
	return problem.New("merge.retract", "column", c.Name, "function", string(c.Function), "kind", kind.String())
}

// CanRetract tells whether the column takes values back, or lets them pass.
func (c *Column) CanRetract() bool {
	switch c.Function {
	case FirstValue, FirstNonNullValue, Max, Min, BoolAnd, BoolOr, ListAgg, MergeMapWithKeyTime, NestedPartialUpdate, Bitmap32, Bitmap64:
		return c.IgnoreRetract
	}
	return true
}

// both is a function that keeps the one value when the other is NULL.
func both(f func(acc, in any) (any, error)) func(acc, in any) (any, error) {
	return func(acc, in any) (any, error) {
		switch {
		case acc == nil:
			return in, nil
		case in == nil:
			return acc, nil
		}
		return f(acc, in)
	}
}

func replace(_, in any) (any, error) { return in, nil }

func replaceNonNull(acc, in any) (any, error) {
	if in == nil {
		return acc, nil
	}
	return in, nil
}

func clearNonNull(acc, in any) (any, error) {
	if in != nil {
		return nil, nil
	}
	return acc, nil
}

// first is first_value and first_non_null_value. A late value arrives as acc:
// once the function has its value, it becomes the value.
func (a *aggregator) first(acc, in any) (any, error) {
	if a.started || in == nil && a.column.Function == FirstNonNullValue {
		return acc, nil
	}
	a.started = true
	return in, nil
}

func (c *Column) extreme(acc, in any) (any, error) {
	order, err := binaryrow.Compare(acc, in)
	if err != nil {
		return nil, c.valueError(err)
	}
	if (order < 0) == (c.Function == Max) {
		return in, nil
	}
	return acc, nil
}

func (c *Column) boolean(acc, in any) (any, error) {
	x, ok := acc.(bool)
	y, ok2 := in.(bool)
	if !ok || !ok2 {
		return nil, c.valueError(fmt.Errorf("%T and %T", acc, in))
	}
	if c.Function == BoolAnd {
		return x && y, nil
	}
	return x || y, nil
}

func (c *Column) valueError(err error) error {
	return problem.New("merge.value", "column", c.Name, "function", string(c.Function), "why", err.Error()).Because(err)
}
