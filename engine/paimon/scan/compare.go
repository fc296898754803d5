package scan

import (
	"bytes"
	"cmp"
	"math"
	"math/big"

	"laketop/engine/paimon/binaryrow"
)

// compare orders two values of a column; false when they cannot be ordered: a
// nil, a NaN, types that do not meet.
func compare(a, b any) (int, bool) {
	if x, ok := asInt(a); ok {
		if y, ok := asInt(b); ok {
			return cmp.Compare(x, y), true
		}
	}
	if x, ok := asFloat(a); ok {
		y, ok := asFloat(b)
		if !ok || math.IsNaN(x) || math.IsNaN(y) {
			return 0, false
		}
		return compareFloat(x, y), true
	}
	if x, ok := asDecimal(a); ok {
		y, ok := asDecimal(b)
		if !ok {
			return 0, false
		}
		return compareDecimal(x, y), true
	}
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return cmp.Compare(x, y), ok
	case []byte:
		y, ok := b.([]byte)
		return bytes.Compare(x, y), ok
	case bool:
		y, ok := b.(bool)
		return compareBool(x, y), ok
	case binaryrow.Date:
		y, ok := b.(binaryrow.Date)
		return cmp.Compare(x, y), ok
	case binaryrow.Time:
		y, ok := b.(binaryrow.Time)
		return cmp.Compare(x, y), ok
	case binaryrow.Timestamp:
		y, ok := b.(binaryrow.Timestamp)
		return cmp.Or(cmp.Compare(x.Millis, y.Millis), cmp.Compare(x.NanoOfMilli, y.NanoOfMilli)), ok
	}
	return 0, false
}

func asInt(v any) (int64, bool) {
	switch x := v.(type) {
	case int8:
		return int64(x), true
	case int16:
		return int64(x), true
	case int32:
		return int64(x), true
	case int64:
		return x, true
	}
	return 0, false
}

func asFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case float32:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// compareFloat takes -0 and 0 as equal, as SQL does.
func compareFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func asDecimal(v any) (binaryrow.Decimal, bool) {
	if d, ok := v.(binaryrow.Decimal); ok && d.Unscaled != nil {
		return d, true
	}
	if i, ok := asInt(v); ok {
		return binaryrow.Decimal{Unscaled: big.NewInt(i)}, true
	}
	return binaryrow.Decimal{}, false
}

func compareDecimal(x, y binaryrow.Decimal) int {
	a, b := x.Unscaled, y.Unscaled
	if d := y.Scale - x.Scale; d > 0 {
		a = new(big.Int).Mul(a, pow10(d))
	} else if d < 0 {
		b = new(big.Int).Mul(b, pow10(-d))
	}
	return a.Cmp(b)
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}
