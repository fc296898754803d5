package javafn

import (
	"math/big"
	"strings"
)

// DecimalRound rounds the text of a decimal to scale digits (negative: left of
// the point), half up or half even.
func DecimalRound(s string, scale int32, even bool) (string, bool) {
	if scale > 100 || scale < -100 {
		return "", false
	}
	return stepDecimal(s, scale, func(q, twice, unit *big.Int) bool {
		c := twice.Cmp(unit)
		return c > 0 || c == 0 && (!even || q.Bit(0) == 1)
	}, nil)
}

// DecimalStep is ceil or floor of the text of a decimal to scale digits.
func DecimalStep(s string, scale int32, way string) (string, bool) {
	negative := strings.HasPrefix(s, "-")
	return stepDecimal(s, scale, nil, func(rest *big.Int) bool {
		return rest.Sign() != 0 && (way == "ceil") != negative
	})
}

// stepDecimal cuts s to scale digits and adds a unit away from zero where half
// (of twice the rest against the unit) or rest says so.
func stepDecimal(s string, scale int32, half func(q, twice, unit *big.Int) bool, rest func(*big.Int) bool) (string, bool) {
	sign, digits := splitSign(s)
	whole, fraction, _ := strings.Cut(digits, ".")
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return "", false
	}
	drop := len(fraction) - int(scale)
	if drop <= 0 {
		return s, true
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(drop)), nil)
	q, r := new(big.Int).QuoRem(n, unit, new(big.Int))
	if half != nil && half(q, new(big.Int).Lsh(r, 1), unit) || rest != nil && rest(r) {
		q.Add(q, big.NewInt(1))
	}
	if q.Sign() == 0 {
		sign = ""
	}
	if scale < 0 {
		q.Mul(q, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-scale)), nil))
		return sign + q.String(), true
	}
	return sign + pointed(q.String(), int(scale)), true
}

// pointed puts the point before the last scale digits.
func pointed(digits string, scale int) string {
	if scale == 0 {
		return digits
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	return digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
