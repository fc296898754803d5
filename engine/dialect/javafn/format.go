package javafn

import (
	"encoding/base64"
	"math"
	"math/big"
	"strconv"
	"strings"

	"laketop/engine/problem"
)

// FormatNumber is format_number of a number given as its plain text: commas
// between thousands, places digits, ties to the even digit as Java's
// DecimalFormat does.
func FormatNumber(text string, places int32) (string, bool) {
	if places < 0 || places > 400 {
		return "", false
	}
	switch text {
	case "NaN":
		return "NaN", true
	case "Infinity":
		return "∞", true
	case "-Infinity":
		return "-∞", true
	}
	sign, digits := splitSign(text)
	r, ok := new(big.Rat).SetString(digits)
	if !ok || len(digits) > 400 {
		return "", false
	}
	return formatRat(sign, r, places), true
}

// FormatDouble is format_number of a DOUBLE: its exact value is rounded.
func FormatDouble(f float64, places int32) (string, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) || places < 0 {
		return FormatNumber(DoubleText(f), places)
	}
	sign := ""
	if math.Signbit(f) {
		sign = "-"
	}
	return formatRat(sign, new(big.Rat).SetFloat64(math.Abs(f)), min(places, 400)), true
}

func formatRat(sign string, r *big.Rat, places int32) string {
	whole, fraction := halfEven(r, int(places))
	out := group(whole)
	if places > 0 {
		out += "." + fraction
	}
	return sign + out
}

// halfEven rounds r to places digits, ties to the even digit.
func halfEven(r *big.Rat, places int) (whole, fraction string) {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	n := new(big.Int).Mul(r.Num(), scale)
	q, m := new(big.Int).QuoRem(n, r.Denom(), new(big.Int))
	m.Lsh(m, 1)
	if c := m.Cmp(r.Denom()); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	s := q.String()
	if len(s) <= places {
		s = strings.Repeat("0", places-len(s)+1) + s
	}
	return s[:len(s)-places], s[len(s)-places:]
}

func group(s string) string { return grouped(s, 3) }

// FormatString is format_string: Java's Formatter. An argument comes as a letter
// of its type (i integer, f double, d decimal, s text, b boolean) and its text,
// or as nil for NULL.
func FormatString(format string, args []*string) (string, error) {
	var b strings.Builder
	next := 0
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			b.WriteString(format)
			break
		}
		b.WriteString(format[:i])
		spec, rest, err := parseSpec(format[i+1:])
		if err != nil {
			return "", err
		}
		format = rest
		switch spec.verb {
		case '%':
			b.WriteString(spec.pad("%"))
			continue
		case 'n':
			b.WriteByte('\n')
			continue
		}
		at := spec.index - 1
		if at < 0 {
			at = next
			next++
		}
		if at >= len(args) {
			return "", problem.Say("sql.fault_format_missing", "verb", "%"+string(spec.verb)).Err()
		}
		s, err := spec.format(args[at])
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

type formatSpec struct {
	index, width, precision             int
	minus, zero, comma, plus, space, up bool
	verb                                byte
}

func parseSpec(s string) (formatSpec, string, error) {
	spec := formatSpec{precision: -1}
	i := 0
	number := func() int {
		n := 0
		for i < len(s) && isDigit(s[i]) && n < 1e6 {
			n = n*10 + int(s[i]-'0')
			i++
		}
		return n
	}
	if n := number(); i < len(s) && s[i] == '$' && n > 0 {
		spec.index = n
		i++
	} else {
		i = 0
	}
	for ; i < len(s) && strings.IndexByte("-0,+ ", s[i]) >= 0; i++ {
		switch s[i] {
		case '-':
			spec.minus = true
		case '0':
			spec.zero = true
		case ',':
			spec.comma = true
		case '+':
			spec.plus = true
		case ' ':
			spec.space = true
		}
	}
	spec.width = number()
	if i < len(s) && s[i] == '.' {
		i++
		spec.precision = number()
	}
	if i >= len(s) || strings.IndexByte("bBsScCdxXoeEfgG%n", s[i]) < 0 || spec.width > 1e5 || spec.precision > 1e5 {
		return spec, "", problem.Say("sql.fault_format_verb", "verb", "%"+s).Err()
	}
	spec.verb = s[i]
	if spec.verb >= 'A' && spec.verb <= 'Z' {
		spec.up = true
		spec.verb |= 0x20
	}
	return spec, s[i+1:], nil
}

func (f formatSpec) pad(s string) string {
	if f.up {
		s = strings.ToUpper(s)
	}
	n := len([]rune(s))
	if n >= f.width {
		return s
	}
	if f.minus {
		return s + strings.Repeat(" ", f.width-n)
	}
	return strings.Repeat(" ", f.width-n) + s
}

func (f formatSpec) format(arg *string) (string, error) {
	kind, text := byte('s'), "null"
	if arg != nil {
		kind, text = (*arg)[0], (*arg)[1:]
	}
	wrong := func() (string, error) {
		return "", problem.Say("sql.fault_format_value", "verb", "%"+string(f.verb), "text", strconv.Quote(text)).Err()
	}
	switch f.verb {
	case 'b':
		if kind != 'b' {
			text = strconv.FormatBool(arg != nil)
		}
		return f.cut(text), nil
	case 's':
		return f.cut(text), nil
	case 'c':
		n, err := strconv.Atoi(text)
		if arg != nil && (kind != 'i' || err != nil || n < 0 || n > 0x10ffff) {
			return wrong()
		}
		if arg != nil {
			text = string(rune(n))
		}
		return f.pad(text), nil
	}
	switch {
	case arg == nil:
		return f.pad(f.head(text)), nil
	case strings.IndexByte("dxo", f.verb) >= 0 && kind == 'i':
		return f.integer(text), nil
	case strings.IndexByte("efg", f.verb) >= 0 && (kind == 'f' || kind == 'd'):
		return f.real(text)
	}
	return wrong()
}

func (f formatSpec) cut(s string) string { return f.pad(f.head(s)) }

func (f formatSpec) head(s string) string {
	if f.precision >= 0 {
		return prefix(s, f.precision)
	}
	return s
}

func (f formatSpec) integer(text string) string {
	base := map[byte]int{'d': 10, 'x': 16, 'o': 8}[f.verb]
	n, _ := new(big.Int).SetString(text, 10)
	if base != 10 && n.Sign() < 0 { // two's complement, 32 bits where they are enough
		size := uint(32)
		if !n.IsInt64() || n.Int64() != int64(int32(n.Int64())) {
			size = 64
		}
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), size))
	}
	return f.sign(n.Sign() < 0, new(big.Int).Abs(n).Text(base))
}

// sign adds what stands before a number's digits.
func (f formatSpec) sign(negative bool, digits string) string {
	if f.comma {
		whole, rest, point := strings.Cut(digits, ".")
		digits = group(whole)
		if point {
			digits += "." + rest
		}
	}
	sign := ""
	switch {
	case negative:
		sign = "-"
	case f.plus:
		sign = "+"
	case f.space:
		sign = " "
	}
	if missing := f.width - len(sign) - len(digits); f.zero && missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return f.pad(sign + digits)
}

func (f formatSpec) real(text string) (string, error) {
	places := f.precision
	if places < 0 {
		places = 6
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return "", problem.Say("sql.fault_format_number", "text", strconv.Quote(text)).Err()
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return f.pad(text), nil
	}
	switch f.verb {
	case 'f':
		sign, digits := splitSign(text)
		r, ok := new(big.Rat).SetString(digits)
		if !ok {
			return "", problem.Say("sql.fault_format_number", "text", strconv.Quote(text)).Err()
		}
		return f.sign(sign != "" && v != 0, halfUp(r, places)), nil
	case 'e':
		return f.sign(math.Signbit(v), strconv.FormatFloat(math.Abs(v), 'e', places, 64)), nil
	}
	return "", problem.Say("sql.fault_format_verb", "verb", "%g").Err()
}

// halfUp rounds a positive r to places digits, ties away from zero.
func halfUp(r *big.Rat, places int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	n := new(big.Int).Mul(r.Num(), scale)
	n.Lsh(n, 1).Add(n, r.Denom())
	s := n.Quo(n, new(big.Int).Lsh(r.Denom(), 1)).String()
	if places == 0 {
		return s
	}
	if len(s) <= places {
		s = strings.Repeat("0", places-len(s)+1) + s
	}
	return s[:len(s)-places] + "." + s[len(s)-places:]
}

// Conv is conv(s, from, to): digits read as an unsigned 64-bit number, what is
// no digit ends it; a negative target base writes a sign.
func Conv(s string, from, to int32) (string, bool) {
	s = trimSpaces(s)
	target := to
	if target < 0 {
		target = -target
	}
	if s == "" || from < 2 || from > 36 || target < 2 || target > 36 {
		return "", false
	}
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	n, overflow := uint64(0), false
	for i := range len(s) {
		d := digitValue(s[i])
		if d >= int(from) {
			break
		}
		if n > (math.MaxUint64-uint64(d))/uint64(from) {
			overflow = true
			break
		}
		n = n*uint64(from) + uint64(d)
	}
	if overflow {
		n = math.MaxUint64
	}
	if negative && to > 0 {
		if int64(n) < 0 {
			n = math.MaxUint64
		} else {
			n = -n
		}
	}
	if to < 0 && int64(n) < 0 {
		n, negative = -n, true
	}
	out := strings.ToUpper(strconv.FormatUint(n, int(target)))
	if negative && to < 0 {
		out = "-" + out
	}
	return out, true
}

func digitValue(b byte) int {
	switch {
	case isDigit(b):
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'z':
		return int(b|0x20-'a') + 10
	}
	return 99
}

// Unhex is unhex(s); an odd first digit stands alone.
func Unhex(s string) (string, bool) {
	var b []byte
	if len(s)%2 == 1 {
		s = "0" + s
	}
	for i := 0; i < len(s); i += 2 {
		high, low := digitValue(s[i]), digitValue(s[i+1])
		if high > 15 || low > 15 {
			return "", false
		}
		b = append(b, byte(high<<4|low))
	}
	return string(b), true
}

// Unbase64 is unbase64(s): the MIME form as Java's decoder reads it. Other
// characters are passed over; false where a group is not whole.
func Unbase64(s string) (string, bool) {
	var digits []byte
	i := 0
	for ; i < len(s); i++ {
		if s[i] == '=' {
			break
		}
		if isBase64(s[i]) {
			digits = append(digits, s[i])
		}
	}
	if i < len(s) { // one "=" after three digits, two after two
		switch len(digits) % 4 {
		case 0:
			return "", false
		case 2:
			if i++; i >= len(s) || s[i] != '=' {
				return "", false
			}
		}
		if strings.ContainsFunc(s[i+1:], func(r rune) bool { return r < 0x80 && isBase64(byte(r)) }) {
			return "", false
		}
	}
	b, err := base64.RawStdEncoding.DecodeString(string(digits))
	return string(b), err == nil
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// Base64MIME is base64(bytes) in lines of 76 characters.
func Base64MIME(s string) string {
	const line = 76
	text := Base64(s)
	var b strings.Builder
	for len(text) > line {
		b.WriteString(text[:line] + "\r\n")
		text = text[line:]
	}
	return b.String() + text
}

// Char is chr(n): the code point n modulo 256; nothing for a negative n.
func Char(n int64) string {
	if n < 0 {
		return ""
	}
	return string(rune(n & 0xff))
}

// Base64 is base64(bytes) without line breaks.
func Base64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
