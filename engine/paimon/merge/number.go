package merge

import (
	"fmt"
	"math"
	"math/big"
	"strconv"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/problem"
)

// compactDigits is the precision up to which Java keeps a DECIMAL in a long. A
// result beyond a longer precision is NULL in Java, and here; one beyond a
// shorter precision Java writes although it does not fit, here it is an error.
const compactDigits = 18

type operation byte

const (
	plus   operation = '+'
	minus  operation = '-'
	times  operation = '*'
	divide operation = '/'
)

func (c *Column) sum(acc, in any) (any, error)     { return c.calculate(plus, acc, in) }
func (c *Column) product(acc, in any) (any, error) { return c.calculate(times, acc, in) }

// subtract is sum's retraction: without a value yet it is the negative.
func (c *Column) subtract(acc, in any) (any, error) {
	switch {
	case in == nil:
		return acc, nil
	case acc == nil:
		return c.negative(in)
	}
	return c.calculate(minus, acc, in)
}

func (c *Column) negative(in any) (any, error) {
	switch x := in.(type) {
	case float32:
		return -x, nil // 0 - x would lose the sign of zero
	case float64:
		return -x, nil
	case binaryrow.Decimal:
		return binaryrow.Decimal{Unscaled: new(big.Int).Neg(x.Unscaled), Scale: x.Scale}, nil
	case int8:
		return c.calculate(minus, int8(0), in)
	case int16:
		return c.calculate(minus, int16(0), in)
	case int32:
		return c.calculate(minus, int32(0), in)
	}
	return c.calculate(minus, int64(0), in)
}

// divide is product's retraction: without a value yet there is nothing to do.
func (c *Column) divide(acc, in any) (any, error) {
	if acc == nil || in == nil {
		return acc, nil
	}
	return c.calculate(divide, acc, in)
}

func (c *Column) calculate(op operation, acc, in any) (any, error) {
	switch x := acc.(type) {
	case int8:
		if y, ok := in.(int8); ok {
			v, err := c.whole(op, int64(x), int64(y), math.MinInt8, math.MaxInt8)
			return int8(v), err
		}
	case int16:
		if y, ok := in.(int16); ok {
			v, err := c.whole(op, int64(x), int64(y), math.MinInt16, math.MaxInt16)
			return int16(v), err
		}
	case int32:
		if y, ok := in.(int32); ok {
			v, err := c.whole(op, int64(x), int64(y), math.MinInt32, math.MaxInt32)
			return int32(v), err
		}
	case int64:
		if y, ok := in.(int64); ok {
			return c.whole(op, x, y, math.MinInt64, math.MaxInt64)
		}
	case float32:
		if y, ok := in.(float32); ok {
			return floating(op, x, y), nil
		}
	case float64:
		if y, ok := in.(float64); ok {
			return floating(op, x, y), nil
		}
	case binaryrow.Decimal:
		if y, ok := in.(binaryrow.Decimal); ok && x.Unscaled != nil && y.Unscaled != nil {
			return c.decimal(op, x, y)
		}
	}
	return nil, c.valueError(fmt.Errorf("%T and %T", acc, in))
}

func floating[T float32 | float64](op operation, x, y T) T {
	switch op {
	case plus:
		return x + y
	case minus:
		return x - y
	case times:
		return x * y
	}
	return x / y
}

// whole calculates with integers and refuses a result outside [low, high].
func (c *Column) whole(op operation, x, y, low, high int64) (int64, error) {
	v, ok := wholeNumber(op, x, y)
	if !ok || v < low || v > high {
		return 0, c.NumberError(strconv.FormatInt(x, 10), strconv.FormatInt(y, 10))
	}
	return v, nil
}

// wholeNumber tells in ok whether the result fits 64 bits.
func wholeNumber(op operation, x, y int64) (v int64, ok bool) {
	switch op {
	case plus:
		v = x + y
		return v, (v > x) == (y > 0)
	case minus:
		v = x - y
		return v, (v < x) == (y > 0)
	case times:
		if x == 0 || y == 0 {
			return 0, true
		}
		v = x * y
		return v, v/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64)
	}
	if y == 0 || y == -1 && x == math.MinInt64 {
		return 0, false
	}
	return x / y, true
}

func (c *Column) decimal(op operation, x, y binaryrow.Decimal) (any, error) {
	r := new(big.Rat)
	a, b := rat(x), rat(y)
	switch op {
	case plus:
		r.Add(a, b)
	case minus:
		r.Sub(a, b)
	case times:
		r.Mul(a, b)
	case divide:
		if b.Sign() == 0 || !finite(r.Quo(a, b)) {
			return nil, c.NumberError(x.String(), y.String()) // Java wants the exact quotient
		}
	}
	out := binaryrow.DecimalOf(r, c.Type.Scale)
	if new(big.Int).Abs(out.Unscaled).Cmp(pow10(c.Type.Precision)) < 0 {
		return out, nil
	}
	if c.Type.Precision > compactDigits {
		return nil, nil
	}
	return nil, c.NumberError(x.String(), y.String())
}

func rat(d binaryrow.Decimal) *big.Rat { return new(big.Rat).SetFrac(d.Unscaled, pow10(d.Scale)) }

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// finite tells whether r has finitely many decimal digits.
func finite(r *big.Rat) bool {
	rest, zero := new(big.Int).Set(r.Denom()), new(big.Int)
	for _, p := range []*big.Int{big.NewInt(2), big.NewInt(5)} {
		for q, m := new(big.Int).QuoRem(rest, p, zero); m.Sign() == 0; q, m = new(big.Int).QuoRem(rest, p, zero) {
			rest = q
		}
	}
	return rest.IsInt64() && rest.Int64() == 1
}

// NumberError says that a calculation has no result in the column's type.
func (c *Column) NumberError(left, right string) error {
	return problem.New("merge.number", "column", c.Name, "function", string(c.Function), "left", left, "right", right, "type", c.Type.Nullable().String())
}
