package javafn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Upper is upper(s) with the letters that become two, ß among them.
func Upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

// Lower is lower(s); a final sigma is written as such.
func Lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und).String(s)
}

func trimSpaces(s string) string { return strings.Trim(s, " ") }

// SubstringIndex is what stands before the count-th delim, from the right
// after it when count is negative.
func SubstringIndex(s, delim string, count int32) string {
	if delim == "" || count == 0 {
		return ""
	}
	if count > 0 {
		at := 0
		for ; count > 0; count-- {
			i := strings.Index(s[at:], delim)
			if i < 0 {
				return s
			}
			at += i
			if count > 1 {
				at++ // Spark looks on from the next byte
				for at < len(s) && !utf8.RuneStart(s[at]) {
					at++
				}
			}
		}
		return s[:at]
	}
	end := len(s)
	for ; count < 0; count++ {
		i := strings.LastIndex(s[:end], delim)
		if i < 0 {
			return s
		}
		if count == -1 {
			return s[i+len(delim):]
		}
		end = min(len(s), i+len(delim)-1)
		for end > 0 && end < len(s) && !utf8.RuneStart(s[end]) {
			end--
		}
	}
	return s
}

// Translate replaces each code point of from by the one at its place in to;
// those without a partner are dropped. The first of equal ones counts.
func Translate(s, from, to string) string {
	table := map[rune]rune{}
	target := []rune(to)
	i := 0
	for _, r := range from {
		if _, seen := table[r]; !seen {
			table[r] = -1
			if i < len(target) {
				table[r] = target[i]
			}
		}
		i++
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, s)
}

// InitCap lowers everything and raises what follows a blank; ß is raised to Ss.
func InitCap(s string) string {
	var b strings.Builder
	up := true
	for _, r := range Lower(s) {
		switch {
		case !up:
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteString(cases.Title(language.Und).String(string(r)))
		}
		up = r == ' '
	}
	return b.String()
}

// LeftPad is lpad: cut or filled on the left to n code points.
func LeftPad(s string, n int32, pad string) string { return padded(s, n, pad, true) }

// RightPad is rpad.
func RightPad(s string, n int32, pad string) string { return padded(s, n, pad, false) }

// maxPad bounds what one padded value may take.
const maxPad = 1 << 24

func padded(s string, n int32, pad string, left bool) string {
	width := int(min(max(n, 0), maxPad))
	have := utf8.RuneCountInString(s)
	if have >= width {
		return prefix(s, width)
	}
	per := utf8.RuneCountInString(pad)
	if per == 0 {
		return s
	}
	missing := width - have
	fill := strings.Repeat(pad, missing/per) + prefix(pad, missing%per)
	if left {
		return fill + s
	}
	return s + fill
}

// prefix is the first n code points of s.
func prefix(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// Substring is substring(s, pos, n): positions from one, negative from the end.
func Substring(s string, pos, n int32) string {
	total := int64(utf8.RuneCountInString(s))
	start := int64(pos)
	switch {
	case start > 0:
		start--
	case start < 0:
		start += total
	}
	end := start + int64(n)
	start, end = max(0, start), min(total, end)
	if start >= end {
		return ""
	}
	rest := s[len(prefix(s, int(start))):]
	return prefix(rest, int(end-start))
}

// Locate is locate(sub, s, start): the place of sub at or after start, 0 if none.
func Locate(sub, s string, start int32) int32 {
	if start < 1 {
		return 0
	}
	if sub == "" {
		return 1
	}
	if int(start) > utf8.RuneCountInString(s) {
		return 0
	}
	skipped := prefix(s, int(start)-1)
	i := strings.Index(s[len(skipped):], sub)
	if i < 0 {
		return 0
	}
	return start + int32(utf8.RuneCountInString(s[len(skipped):len(skipped)+i]))
}

// Levenshtein is the edit distance in code points; -1 when it is above limit,
// which counts only if it is not negative.
func Levenshtein(a, b string, limit int32) int32 {
	x, y := []rune(a), []rune(b)
	row := make([]int32, len(y)+1)
	for j := range row {
		row[j] = int32(j)
	}
	for i := range x {
		diagonal := row[0]
		row[0] = int32(i) + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	d := row[len(y)]
	if limit >= 0 && d > limit {
		return -1
	}
	return d
}

// soundexCodes are the codes of A to Z: 0 a vowel, 7 a letter that is passed
// over without ending a run (H, W).
const soundexCodes = "01230127022455012623017202"

// Soundex is the four-character code; a text that does not start with a letter
// comes back as it is.
func Soundex(s string) string {
	if s == "" {
		return ""
	}
	first := s[0] &^ 0x20
	if first < 'A' || first > 'Z' {
		return s
	}
	code := [4]byte{first, '0', '0', '0'}
	n, last := 1, soundexCodes[first-'A']
	for i := 1; i < len(s); i++ {
		b := s[i] &^ 0x20
		if s[i] < 'A' || b < 'A' || b > 'Z' {
			last = '0'
			continue
		}
		c := soundexCodes[b-'A']
		if c == '7' {
			continue
		}
		if c != '0' && c != last {
			code[n] = c
			if n++; n == 4 {
				break
			}
		}
		last = c
	}
	return string(code[:])
}

// FindInSet is the place of s among the parts of list, 0 if it is not there.
func FindInSet(s, list string) int32 {
	if strings.Contains(s, ",") {
		return 0
	}
	for i, part := range strings.Split(list, ",") {
		if part == s {
			return int32(i) + 1
		}
	}
	return 0
}

// Mask is mask(s): letters and digits by X, x and n.
func Mask(s, upper, low, digit, other string) string {
	one := func(mask string, r rune) rune {
		if mask == "" {
			return r
		}
		m, _ := utf8.DecodeRuneInString(mask)
		return m
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsUpper(r):
			return one(upper, r)
		case unicode.IsLower(r):
			return one(low, r)
		case unicode.IsDigit(r):
			return one(digit, r)
		}
		return one(other, r)
	}, s)
}

// Luhn checks the last digit of a number written in digits.
func Luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return s != "" && sum%10 == 0
}

// Repeat is repeat(s, n), bounded.
func Repeat(s string, n int32) (string, bool) {
	if n <= 0 || s == "" {
		return "", true
	}
	if int64(n)*int64(len(s)) > 1<<28 {
		return "", false
	}
	return strings.Repeat(s, int(n)), true
}

// SubstringBytes is substring of a BINARY.
func SubstringBytes(s string, pos, n int32) string {
	start := int64(pos)
	switch {
	case start > 0:
		start--
	case start < 0:
		start += int64(len(s))
	}
	end := min(int64(len(s)), start+int64(n))
	if start = max(0, start); start >= end {
		return ""
	}
	return s[start:end]
}

// Reverse is s with its code points in the other order.
func Reverse(s string) string {
	b := make([]byte, 0, len(s))
	for len(s) > 0 {
		_, n := utf8.DecodeLastRuneInString(s)
		b = append(b, s[len(s)-n:]...)
		s = s[:len(s)-n]
	}
	return string(b)
}
