package javafn

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// trim cuts what Spark's casts cut: bytes up to space, and DEL.
func trim(s string) string {
	for len(s) > 0 && (s[0] <= ' ' || s[0] == 0x7f) {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] <= ' ' || s[len(s)-1] == 0x7f) {
		s = s[:len(s)-1]
	}
	return s
}

// StringToLong is CAST(s AS BIGINT): decimal digits, a fraction that is cut
// off, nothing else.
func StringToLong(s string) (int64, bool) {
	s = trim(s)
	if s == "" {
		return 0, false
	}
	negative := s[0] == '-'
	if negative || s[0] == '+' {
		if s = s[1:]; s == "" {
			return 0, false
		}
	}
	var n uint64
	i := 0
	for ; i < len(s) && s[i] != '.'; i++ {
		d := uint64(s[i] - '0')
		if d > 9 || n > (math.MaxUint64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	for i++; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return 0, false
		}
	}
	if negative {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n <= math.MaxInt64
}

// StringToInt is CAST(s AS INT).
func StringToInt(s string) (int32, bool) {
	n, ok := StringToLong(s)
	return int32(n), ok && n == int64(int32(n))
}

// StringToDouble is CAST(s AS DOUBLE).
func StringToDouble(s string) (float64, bool) { return parseFloat(s, 64) }

// StringToFloat is CAST(s AS FLOAT).
func StringToFloat(s string) (float32, bool) {
	f, ok := parseFloat(s, 32)
	return float32(f), ok
}

func parseFloat(s string, bits int) (float64, bool) {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	if s == "" {
		return 0, false
	}
	if last := s[len(s)-1]; last > '9' { // nan, infinity, a type suffix or junk
		if f, ok := specialFloat(s); ok {
			return f, true
		}
		if strings.IndexByte("dDfF", last) < 0 {
			return 0, false
		}
		s = s[:len(s)-1]
		if s == "" {
			return 0, false
		}
	}
	body := s
	if s[0] == '-' || s[0] == '+' {
		body = s[1:]
	}
	if body == "" || body[0] != '.' && body[0]-'0' > 9 || strings.IndexByte(s, '_') >= 0 {
		return 0, false
	}
	if len(body) > 1 && body[0] == '0' && body[1]|0x20 == 'x' && !strings.ContainsAny(body, "pP") {
		return 0, false // Java's hexadecimal floats need their exponent
	}
	f, err := strconv.ParseFloat(s, bits)
	if err != nil && !math.IsInf(f, 0) { // too large is Infinity, too small is zero
		return 0, false
	}
	return f, true
}

func specialFloat(s string) (float64, bool) {
	switch strings.ToLower(s) {
	case "nan", "+nan", "-nan":
		// Java itself reads a sign before NaN, Spark's own words have none.
		return math.NaN(), s == "NaN" || s == "+NaN" || s == "-NaN" || len(s) == 3
	case "inf", "+inf", "infinity", "+infinity":
		return math.Inf(1), true
	case "-inf", "-infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// DecimalText makes a decimal's text plain for DuckDB: what Java's BigDecimal
// reads and nothing more; ok is false for anything else.
func DecimalText(s string) (string, bool) {
	s = trim(s)
	mantissa, exponent, hasExponent := s, "", false
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent, hasExponent = s[:i], s[i+1:], true
	}
	digits := strings.TrimLeft(mantissa, "+-")
	if len(mantissa)-len(digits) > 1 || !decimalDigits(digits) {
		return "", false
	}
	if !hasExponent {
		return s, true
	}
	e, err := strconv.Atoi(exponent)
	if err != nil || strings.IndexByte(exponent, '_') >= 0 {
		return "", false
	}
	if e < -1000 {
		return "0", true
	}
	if e > 1000 {
		e = 1000 // beyond every DECIMAL: NULL, unless the digits are zero
	}
	return shiftPoint(mantissa, digits, e), true
}

func decimalDigits(s string) bool {
	points, digits := 0, 0
	for i := range len(s) {
		switch {
		case s[i] == '.':
			points++
		case s[i]-'0' <= 9:
			digits++
		default:
			return false
		}
	}
	return points <= 1 && digits > 0
}

// shiftPoint moves the decimal point of digits by e places.
func shiftPoint(mantissa, digits string, e int) string {
	whole, fraction, _ := strings.Cut(digits, ".")
	all, point := whole+fraction, len(whole)+e
	if point < 0 {
		all, point = strings.Repeat("0", -point)+all, 0
	}
	if point > len(all) {
		all += strings.Repeat("0", point-len(all))
	}
	sign := ""
	if mantissa[0] == '-' {
		sign = "-"
	}
	all = all[:point] + "." + all[point:]
	return sign + "0" + strings.TrimRight(all, ".")
}

// StringToBoolean is CAST(s AS BOOLEAN).
func StringToBoolean(s string) (bool, bool) {
	switch strings.ToLower(trim(s)) {
	case "t", "true", "y", "yes", "1":
		return true, true
	case "f", "false", "n", "no", "0":
		return false, true
	}
	return false, false
}

// DoubleText is Java's Double.toString.
func DoubleText(f float64) string { return string(appendFloat(nil, f, 64)) }

// FloatText is Java's Float.toString.
func FloatText(f float32) string { return string(appendFloat(nil, float64(f), 32)) }

func appendFloat(b []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	case f == 0:
		if math.Signbit(f) {
			b = append(b, '-')
		}
		return append(b, "0.0"...)
	}
	if a := math.Abs(f); a >= 1e-3 && a < 1e7 {
		start := len(b)
		b = strconv.AppendFloat(b, f, 'f', -1, bits)
		if bytes.IndexByte(b[start:], '.') < 0 {
			b = append(b, ".0"...)
		}
		return b
	}
	return appendScientific(b, f, bits)
}

// appendScientific writes 1.0E10: always a fraction, no plus, no leading zeros.
func appendScientific(b []byte, f float64, bits int) []byte {
	s := strconv.FormatFloat(f, 'E', -1, bits)
	mantissa, exponent, _ := strings.Cut(s, "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
		// Of the two-digit decimals that read back as f, Java takes the nearest.
		if two := strconv.FormatFloat(f, 'E', 1, bits); two != s {
			if back, err := strconv.ParseFloat(two, bits); err == nil && back == f {
				mantissa, exponent, _ = strings.Cut(two, "E")
			}
		}
	}
	e, _ := strconv.Atoi(exponent)
	b = append(b, mantissa...)
	b = append(b, 'E')
	return strconv.AppendInt(b, int64(e), 10)
}

// DecimalJavaText turns a plain decimal text into BigDecimal.toString: very
// small ones are written with an exponent.
func DecimalJavaText(s string) string {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, found := strings.Cut(digits, ".")
	if !found {
		return s
	}
	unscaled := strings.TrimLeft(whole+fraction, "0")
	if unscaled == "" {
		unscaled = "0"
	}
	adjusted := len(unscaled) - 1 - len(fraction)
	if adjusted >= -6 {
		if whole == "" {
			return s[:len(s)-len(digits)] + "0" + digits // DuckDB writes .5 for a DECIMAL(1,1)
		}
		return s
	}
	sign := s[:len(s)-len(digits)]
	if len(unscaled) > 1 {
		unscaled = unscaled[:1] + "." + unscaled[1:]
	}
	return sign + unscaled + "E" + strconv.Itoa(adjusted)
}

// RoundHalfUp is round(f, scale) of a double: BigDecimal's HALF_UP on the
// shortest text of f, as Spark does.
func RoundHalfUp(f float64, scale int32) float64 { return roundDouble(f, scale, false) }

// RoundHalfEven is bround(f, scale) of a double.
func RoundHalfEven(f float64, scale int32) float64 { return roundDouble(f, scale, true) }

func roundDouble(f float64, scale int32, even bool) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 {
		return f
	}
	if a := math.Abs(f); scale == 0 && a < 1<<52 { // exact: the fraction of f is
		whole, fraction := math.Modf(a)
		if fraction > 0.5 || fraction == 0.5 && (!even || math.Mod(whole, 2) == 1) {
			whole++
		}
		return math.Copysign(whole, f) + 0
	}
	if r, ok := roundClear(f, scale); ok {
		return r
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	e, _ := strconv.Atoi(exponent)
	sign, mantissa := splitSign(mantissa)
	digits := strings.Replace(mantissa, ".", "", 1)
	keep := e + 1 + int(scale) // how many of the digits stand before the cut
	if keep >= len(digits) {
		return f
	}
	if keep < 0 {
		return 0
	}
	kept := digits[:keep]
	next, rest := digits[keep], strings.TrimRight(digits[keep+1:], "0")
	up := next > '5' || next == '5' && (rest != "" || !even || keep > 0 && (kept[keep-1]-'0')%2 == 1)
	n := new(big.Int)
	if kept != "" {
		n.SetString(kept, 10)
	}
	if up {
		n.Add(n, big.NewInt(1))
	}
	r, err := strconv.ParseFloat(sign+n.String()+"e"+strconv.Itoa(-int(scale)), 64)
	if err != nil {
		return f
	}
	return r + 0 // no negative zero: BigDecimal has none
}

// roundClear rounds where f is far enough from the middle of two results that
// its last digits do not matter. The division is exact to the last bit: both
// numbers are whole and small.
func roundClear(f float64, scale int32) (float64, bool) {
	if scale < 0 || int(scale) >= len(tens) {
		return 0, false
	}
	x := math.Abs(f) * tens[scale]
	whole := math.Floor(x)
	if rest := x - whole; x >= 1<<40 || math.Abs(rest-0.5) < 1e-3 {
		return 0, false
	} else if rest > 0.5 {
		whole++
	}
	return math.Copysign(whole/tens[scale], f) + 0, true
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10}

func splitSign(s string) (sign, rest string) {
	if strings.HasPrefix(s, "-") {
		return "-", s[1:]
	}
	return "", s
}

// DoubleToLong is Java's (long) f: towards zero, clamped, NaN is zero.
func DoubleToLong(f float64) int64 {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// DoubleToInt is Java's (int) f.
func DoubleToInt(f float64) int32 {
	return int32(max(math.MinInt32, min(math.MaxInt32, DoubleToLong(f))))
}

// Wrap cuts a whole number, given as its decimal text, to its low bits as Java
// does when a DECIMAL or a BIGINT becomes a smaller integer.
func Wrap(s string, bits int32) (int64, bool) {
	whole, _, _ := strings.Cut(s, ".")
	if whole == "" || whole == "-" {
		whole += "0"
	}
	n, ok := new(big.Int).SetString(whole, 10)
	if !ok {
		return 0, false
	}
	low := new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	switch bits {
	case 8:
		return int64(int8(low)), true
	case 16:
		return int64(int16(low)), true
	case 32:
		return int64(int32(low)), true
	}
	return int64(low), true
}

// RoundFloat is round(f, scale) of a FLOAT: its text as a double is what counts.
func RoundFloat(f float32, scale int32) float32 {
	if f != f || math.IsInf(float64(f), 0) {
		return f
	}
	d := float64(f) // Spark widens the bits, not the text
	return float32(roundDouble(d, scale, false))
}

// DecimalDivide is a / b for the texts of two decimals, rounded half up at scale
// digits; not ok when b is zero.
func DecimalDivide(a, b string, scale int32) (string, bool) {
	x, ok := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	if !ok || !ok2 || y.Sign() == 0 || scale < 0 || scale > 100 {
		return "", false
	}
	q := x.Quo(x, y)
	sign := ""
	if q.Sign() < 0 {
		sign = "-"
	}
	return sign + halfUp(q.Abs(q), int(scale)), true
}

// Pow is Java's Math.pow.
func Pow(a, b float64) float64 {
	if (a == 1 || a == -1) && (math.IsNaN(b) || a == 1 && math.IsInf(b, 0) || a == -1 && math.IsInf(b, 0)) {
		return math.NaN() // Go and C say 1
	}
	return math.Pow(a, b)
}

// Log is log(base, x): no result outside of what logarithms are defined for.
func Log(base, x float64) (float64, bool) {
	if base <= 0 || x <= 0 {
		return 0, false
	}
	return math.Log(x) / math.Log(base), true
}

// Math is a function of one DOUBLE by name, where DuckDB has none or refuses
// what Java answers with NaN.
func Math(name string, f float64) (float64, bool) {
	g, ok := mathFunctions[name]
	if !ok {
		return 0, false
	}
	return g(f), true
}

var mathFunctions = map[string]func(float64) float64{
	"asin": math.Asin, "acos": math.Acos, "sqrt": math.Sqrt, "acosh": math.Acosh, "atanh": math.Atanh,
	"expm1": math.Expm1, "log1p": math.Log1p, "sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "asinh": math.Asinh,
	"sec": func(f float64) float64 { return 1 / math.Cos(f) },
	"csc": func(f float64) float64 { return 1 / math.Sin(f) },
	"cot": func(f float64) float64 { return 1 / math.Tan(f) },
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "rint": math.RoundToEven,
}

// Shift is shiftleft (<<), shiftright (>>) and shiftrightunsigned (>>>) of Java
// for 32 and 64 bits.
func Shift(op string, v int64, n, bits int32) int64 {
	by := uint(n) & uint(bits-1)
	if bits == 32 {
		switch op {
		case "<<":
			return int64(int32(v) << by)
		case ">>":
			return int64(int32(v) >> by)
		}
		return int64(int32(uint32(v) >> by))
	}
	switch op {
	case "<<":
		return v << by
	case ">>":
		return v >> by
	}
	return int64(uint64(v) >> by)
}
