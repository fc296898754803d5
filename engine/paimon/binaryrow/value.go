package binaryrow

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// Decimal is Unscaled / 10^Scale.
type Decimal struct {
	Unscaled *big.Int
	Scale    int
}

// DecimalOf is r at a scale, rounded half up.
func DecimalOf(r *big.Rat, scale int) Decimal {
	unscaled, _ := new(big.Int).SetString(strings.ReplaceAll(r.FloatString(scale), ".", ""), 10)
	return Decimal{Unscaled: unscaled, Scale: scale}
}

// String is the plain decimal text: "-1.50".
func (d Decimal) String() string {
	if d.Unscaled == nil {
		return "0"
	}
	digits := new(big.Int).Abs(d.Unscaled).String()
	if d.Scale > 0 {
		if pad := d.Scale + 1 - len(digits); pad > 0 {
			digits = strings.Repeat("0", pad) + digits
		}
		digits = digits[:len(digits)-d.Scale] + "." + digits[len(digits)-d.Scale:]
	}
	if d.Unscaled.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// Date is days since 1970-01-01.
type Date int32

// String is the ISO date.
func (d Date) String() string {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Format("2006-01-02")
}

// Time is milliseconds since midnight.
type Time int32

// String is the ISO time with the digits that are not zero.
func (t Time) String() string {
	return time.UnixMilli(int64(t)).UTC().Format("15:04:05.999")
}

// Timestamp is a point in time: of the wall clock (TIMESTAMP) or of UTC
// (TIMESTAMP WITH LOCAL TIME ZONE).
type Timestamp struct {
	Millis      int64 // since 1970-01-01, rounded down
	NanoOfMilli int32 // 0..999999
}

// TimestampOfMicros makes a Timestamp of microseconds since 1970-01-01.
func TimestampOfMicros(us int64) Timestamp {
	ms, rest := us/1000, us%1000
	if rest < 0 {
		ms, rest = ms-1, rest+1000
	}
	return Timestamp{Millis: ms, NanoOfMilli: int32(rest) * 1000}
}

// TimestampOfTime makes a Timestamp of the instant t.
func TimestampOfTime(t time.Time) Timestamp {
	return Timestamp{Millis: t.UnixMilli(), NanoOfMilli: int32(t.Nanosecond() % 1e6)}
}

// Micros is microseconds since 1970-01-01, rounded down.
func (t Timestamp) Micros() int64 { return t.Millis*1000 + int64(t.NanoOfMilli)/1000 }

// Time is the point in time as UTC.
func (t Timestamp) Time() time.Time {
	return time.UnixMilli(t.Millis).UTC().Add(time.Duration(t.NanoOfMilli))
}

// String is the ISO date and time with the digits that are not zero.
func (t Timestamp) String() string { return t.Time().Format("2006-01-02T15:04:05.999999999") }

// Pair is one entry of a MAP; of a MULTISET with its count (int32) as Value.
type Pair struct{ Key, Value any }

// Compare orders two values of one type as Java orders keys: numbers by value,
// -0.0 before 0.0 and NaN last, text and bytes by unsigned bytes, false before
// true. It fails when the two are of different or of unordered types.
func Compare(a, b any) (int, error) {
	switch x := a.(type) {
	case bool:
		if y, ok := b.(bool); ok {
			return order(boolInt(x), boolInt(y))
		}
	case int8:
		return compareAs(x, b)
	case int16:
		return compareAs(x, b)
	case int32:
		return compareAs(x, b)
	case int64:
		return compareAs(x, b)
	case Date:
		return compareAs(x, b)
	case Time:
		return compareAs(x, b)
	case string:
		return compareAs(x, b)
	case float32:
		if y, ok := b.(float32); ok {
			return order(javaOrder(float64(x)), javaOrder(float64(y)))
		}
	case float64:
		if y, ok := b.(float64); ok {
			return order(javaOrder(x), javaOrder(y))
		}
	case []byte:
		if y, ok := b.([]byte); ok {
			return bytes.Compare(x, y), nil
		}
	case Decimal:
		if y, ok := b.(Decimal); ok && x.Unscaled != nil && y.Unscaled != nil {
			return compareDecimals(x, y), nil
		}
	case Timestamp:
		if y, ok := b.(Timestamp); ok {
			return cmp.Or(cmp.Compare(x.Millis, y.Millis), cmp.Compare(x.NanoOfMilli, y.NanoOfMilli)), nil
		}
	}
	return 0, fmt.Errorf("%T and %T have no order", a, b)
}

func compareAs[T cmp.Ordered](a T, b any) (int, error) {
	y, ok := b.(T)
	if !ok {
		return 0, fmt.Errorf("%T and %T have no order", a, b)
	}
	return cmp.Compare(a, y), nil
}

func order[T cmp.Ordered](a, b T) (int, error) { return cmp.Compare(a, b), nil }

func boolInt(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

// javaOrder maps doubles to integers in the order of Double.compare.
func javaOrder(f float64) int64 {
	if math.IsNaN(f) {
		return math.MaxInt64
	}
	i := int64(math.Float64bits(f))
	if i < 0 {
		return math.MinInt64 - i - 1
	}
	return i
}

func compareDecimals(a, b Decimal) int {
	if a.Scale == b.Scale {
		return a.Unscaled.Cmp(b.Unscaled)
	}
	scale := max(a.Scale, b.Scale)
	return rescaled(a, scale).Cmp(rescaled(b, scale))
}

// rescaled is the unscaled value of d at a scale not below its own.
func rescaled(d Decimal, scale int) *big.Int {
	if scale == d.Scale {
		return d.Unscaled
	}
	factor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale-d.Scale)), nil)
	return factor.Mul(factor, d.Unscaled)
}
