package javafn

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"laketop/engine/problem"
)

// DecimalFormats formats numbers by patterns of java.text.DecimalFormat, as
// format_number(x, pattern) does.
type DecimalFormats struct {
	cache cache[*decimalPattern]
}

// CheckPattern says why a pattern is none.
func (d *DecimalFormats) CheckPattern(pattern string) error {
	_, err := d.cache.get(pattern, parseDecimalPattern)
	return err
}

// Format formats a decimal or an integer given as its plain text.
func (d *DecimalFormats) Format(text, pattern string) (string, error) {
	p, err := d.cache.get(pattern, parseDecimalPattern)
	if err != nil {
		return "", err
	}
	sign, digits := splitSign(text)
	r, ok := new(big.Rat).SetString(digits)
	if !ok || strings.ContainsAny(digits, "eEpP/_") {
		return "", problem.Say("sql.fault_no_number", "text", strconv.Quote(text)).Err()
	}
	return p.format(sign != "", r, math.MaxInt32), nil
}

// FormatDouble formats a DOUBLE: no digits beyond those that tell it from its
// neighbours, but rounded by its exact value.
func (d *DecimalFormats) FormatDouble(f float64, pattern string) (string, error) {
	p, err := d.cache.get(pattern, parseDecimalPattern)
	switch {
	case err != nil:
		return "", err
	case math.IsNaN(f):
		return "NaN", nil
	case math.IsInf(f, 0):
		return p.affixed(f < 0, "∞"), nil
	}
	f *= math.Pow10(p.power)
	unscaled := *p
	unscaled.power = 0
	_, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(f), 'f', -1, 64), ".")
	return unscaled.format(math.Signbit(f), new(big.Rat).SetFloat64(math.Abs(f)), len(fraction)), nil
}

func (p *decimalPattern) affixed(negative bool, number string) string {
	if negative {
		return p.negativePrefix + number + p.negativeSuffix
	}
	return p.prefix + number + p.suffix
}

// format writes r, which is not negative; places are the fraction digits that
// it surely has at most.
func (p *decimalPattern) format(negative bool, r *big.Rat, places int) string {
	if p.power > 0 {
		r = new(big.Rat).Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p.power)), nil)))
	}
	if p.exponentDigits > 0 {
		return p.affixed(negative, p.exponential(r))
	}
	whole, fraction := halfEven(r, min(p.maxFraction, places))
	if fraction = strings.TrimRight(fraction, "0"); len(fraction) < p.minFraction {
		fraction += strings.Repeat("0", p.minFraction-len(fraction))
	}
	if whole == "0" {
		whole = ""
	}
	if len(whole) < p.minWhole {
		whole = strings.Repeat("0", p.minWhole-len(whole)) + whole
	}
	if whole == "" && fraction == "" {
		whole = "0"
	}
	if p.grouping > 0 {
		whole = grouped(whole, p.grouping)
	}
	if fraction != "" || p.point {
		whole += "."
	}
	return p.affixed(negative, whole+fraction)
}

// grouped puts commas between groups of so many digits.
func grouped(s string, size int) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%size == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// exponential writes r with an exponent. Where more digits may stand before the
// point than must, the exponent is a multiple of their number.
func (p *decimalPattern) exponential(r *big.Rat) string {
	digits, at := significant(r, p.maxWhole+p.maxFraction)
	exponent, whole := at, p.minWhole
	if p.maxWhole > 1 && p.maxWhole > p.minWhole {
		if exponent >= 1 {
			exponent = (exponent - 1) / p.maxWhole * p.maxWhole
		} else {
			exponent = (exponent - p.maxWhole) / p.maxWhole * p.maxWhole
		}
		whole = 1
	} else {
		exponent -= p.minWhole
	}
	if digits != "" {
		whole = at - exponent
	} else {
		exponent = 0
	}
	if total := max(p.minWhole+p.minFraction, whole); len(digits) < total {
		digits += strings.Repeat("0", total-len(digits))
	}
	out := digits
	if len(digits) > whole || p.point {
		out = digits[:whole] + "." + digits[whole:]
	}
	sign, size := "", strconv.Itoa(exponent)
	if exponent < 0 {
		sign, size = "-", strconv.Itoa(-exponent)
	}
	return out + "E" + sign + strings.Repeat("0", max(0, p.exponentDigits-len(size))) + size
}

// significant are the digits of r without zeros at their ends, rounded to so
// many (0: all that 400 places hold), and how many of them stand before the
// point. Zero has none.
func significant(r *big.Rat, limit int) (digits string, at int) {
	if r.Sign() == 0 {
		return "", 0
	}
	whole, fraction := halfEven(r, unlimitedFraction)
	all := strings.TrimLeft(whole+fraction, "0")
	at = len(all) - len(fraction)
	if limit > 0 && limit < len(all) {
		// Round once, at the place that the first digit decides.
		places := limit - at
		scaled := new(big.Rat).Mul(r, pow10(places))
		rounded, _ := halfEven(scaled, 0)
		at += len(rounded) - limit
		all = rounded
	}
	return strings.TrimRight(all, "0"), at
}

// pow10 is ten to the power of n.
func pow10(n int) *big.Rat {
	p := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
	if n < 0 {
		p.Inv(p)
	}
	return p
}
