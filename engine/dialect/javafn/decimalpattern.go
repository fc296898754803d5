package javafn

import (
	"errors"
	"strconv"
	"strings"

	"laketop/engine/problem"
)

// ErrDecimalPattern is a pattern that java.text.DecimalFormat refuses.
var ErrDecimalPattern = errors.New("number pattern")

// decimalPattern is a parsed pattern of java.text.DecimalFormat in the symbols
// of Locale.US: [prefix]#,##0.00#E0[suffix][;negative pattern].
//
// Source: the documentation of DecimalFormat; the odd cases measured in Spark.
type decimalPattern struct {
	prefix, suffix                 string // of numbers that are not negative
	negativePrefix, negativeSuffix string
	minWhole, maxWhole             int // digits before the point; maxWhole counts with an exponent only
	minFraction, maxFraction       int
	grouping                       int // digits between commas, 0 for none
	exponentDigits                 int // at least so many, 0 for no exponent
	power                          int // the number is multiplied by 10^power: percent and per mille
	point                          bool
}

// unlimitedFraction is what Java prints of a number under an empty pattern.
const unlimitedFraction = 400

// patternScan counts what the digits of a pattern say.
type patternScan struct {
	pattern           string
	left, zero, right int // '#' before the zeros, zeros, '#' after them
	group, point      int // digits since the last comma and before the point, -1 for none
	exponentDigits    int
	prefix, suffix    strings.Builder
	power             int
}

func parseDecimalPattern(pattern string) (*decimalPattern, error) {
	if pattern == "" {
		return &decimalPattern{negativePrefix: "-", maxFraction: unlimitedFraction}, nil
	}
	fail := func(err error) error {
		said := problem.Say("sql.fault_number_pattern", "pattern", strconv.Quote(pattern)).WithError("what", err)
		return said.ErrOf(ErrDecimalPattern)
	}
	positive := &patternScan{pattern: pattern, group: -1, point: -1}
	rest, err := positive.scan(pattern, true)
	if err != nil {
		return nil, fail(err)
	}
	p, err := positive.finish()
	if err != nil {
		return nil, fail(err)
	}
	p.negativePrefix, p.negativeSuffix = "-"+p.prefix, p.suffix
	if rest == "" {
		return p, nil
	}
	negative := &patternScan{pattern: pattern, group: -1, point: -1}
	if _, err := negative.scan(rest, false); err != nil {
		return nil, fail(err)
	}
	if prefix, suffix := negative.prefix.String(), negative.suffix.String(); prefix != p.prefix || suffix != p.suffix {
		p.negativePrefix, p.negativeSuffix = prefix, suffix
	}
	return p, nil
}

// scan reads one pattern up to its end or to the ';' before the negative one.
// The digits of a negative pattern say nothing.
func (s *patternScan) scan(text string, positive bool) (rest string, err error) {
	affix, inDigits, quoted := &s.prefix, false, false
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		ch := runes[i]
		special := !quoted && strings.ContainsRune("#0,.", ch)
		switch {
		case special && positive:
			inDigits = true
			if err := s.digit(ch); err != nil {
				return "", err
			}
		case special:
			inDigits = true
		case inDigits && ch == 'E' && affix == &s.prefix:
			digits := 0
			for i+1 < len(runes) && runes[i+1] == '0' {
				digits++
				i++
			}
			if positive && (s.left+s.zero < 1 || digits < 1) {
				return "", problem.Say("sql.within_exponent").Err()
			}
			s.exponentDigits, affix, inDigits = digits, &s.suffix, false
		default:
			if inDigits {
				affix, inDigits = &s.suffix, false
			}
			if ch == '\'' && i+1 < len(runes) && runes[i+1] == '\'' {
				affix.WriteRune('\'')
				i++
				continue
			}
			if ch == '\'' {
				quoted = !quoted
				continue
			}
			if ch == ';' && !quoted {
				if !positive || affix == &s.prefix {
					return "", problem.Say("sql.within_semicolon").Err()
				}
				return string(runes[i+1:]), nil
			}
			if err := s.affix(affix, ch, quoted); err != nil {
				return "", err
			}
		}
	}
	if quoted {
		return "", problem.Say("sql.within_open_quote").Err()
	}
	return "", nil
}

// digit counts # 0 , and the point.
func (s *patternScan) digit(ch rune) error {
	switch ch {
	case ',':
		s.group = 0
		return nil
	case '.':
		if s.point >= 0 {
			return problem.Say("sql.within_points").Err()
		}
		s.point = s.left + s.zero + s.right
		return nil
	case '#':
		if s.zero > 0 {
			s.right++
		} else {
			s.left++
		}
	default:
		if s.right > 0 {
			return problem.Say("sql.within_zero_after").Err()
		}
		s.zero++
	}
	if s.group >= 0 && s.point < 0 {
		s.group++
	}
	return nil
}

// affix takes a character before or after the digits; % and ‰ multiply.
func (s *patternScan) affix(b *strings.Builder, ch rune, quoted bool) error {
	if !quoted && (ch == '%' || ch == '‰') {
		if s.power != 0 {
			return problem.Say("sql.within_percents").Err()
		}
		s.power = 2
		if ch == '‰' {
			s.power = 3
		}
	}
	b.WriteRune(ch)
	return nil
}

// finish turns the counts into numbers of digits.
func (s *patternScan) finish() (*decimalPattern, error) {
	if s.zero == 0 && s.left > 0 && s.point >= 0 { // ##.## is #0.##, and .## is .0#
		n := max(s.point, 1)
		s.right, s.left, s.zero = s.left-n, n-1, 1
	}
	total := s.left + s.zero + s.right
	if s.point < 0 && s.right > 0 || s.point >= 0 && (s.point < s.left || s.point > s.left+s.zero) || s.group == 0 {
		return nil, problem.Say("sql.within_malformed").Err()
	}
	p := &decimalPattern{
		prefix: s.prefix.String(), suffix: s.suffix.String(), grouping: max(s.group, 0), exponentDigits: s.exponentDigits, power: s.power,
		point: s.point == 0 || s.point == total,
	}
	whole := total
	if s.point >= 0 {
		whole = s.point
		p.maxFraction, p.minFraction = total-s.point, s.left+s.zero-s.point
	}
	p.minWhole = whole - s.left
	p.maxWhole = s.left + p.minWhole
	return p, nil
}
