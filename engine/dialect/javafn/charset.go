package javafn

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"laketop/engine/problem"
)

const charsets = "UTF-8, UTF-16, UTF-16BE, UTF-16LE, US-ASCII, ISO-8859-1, GBK, GB18030, Big5, windows-1252"

// replacement is what Java puts where bytes are not text.
const replacement = "\ufffd"

// Decode is decode(bytes, charset): bytes that are not text become U+FFFD as
// Java counts them. An unknown charset is an error.
func Decode(b, charset string) (string, error) {
	if isUTF8(charset) {
		return DecodeUTF8(b), nil
	}
	switch name := strings.ToUpper(charset); name {
	case "US-ASCII", "ASCII":
		return decodeASCII(b), nil
	case "ISO-8859-1", "LATIN1", "ISO8859_1":
		r := make([]rune, len(b))
		for i := range len(b) {
			r[i] = rune(b[i])
		}
		return string(r), nil
	case "UTF-16", "UTF-16BE", "UTF-16LE":
		return decodeUTF16(b, name), nil
	}
	e, err := charsetOf(charset)
	if err != nil {
		return "", err
	}
	if e == simplifiedchinese.GBK {
		b = withoutEuro(b)
	}
	s, err := e.NewDecoder().String(b)
	if err != nil {
		return "", fmt.Errorf("decode as %s: %w", charset, err)
	}
	return s, nil
}

// withoutEuro spoils a byte 0x80 that starts a character: Go reads a euro sign
// there, as Windows does, Java none.
func withoutEuro(b string) string {
	if strings.IndexByte(b, 0x80) < 0 {
		return b
	}
	out := []byte(b)
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == 0x80:
			out[i] = 0xff
		case out[i] > 0x80 && out[i] < 0xff:
			i++
		}
	}
	return string(out)
}

// Encode is encode(s, charset): what the charset lacks becomes ?.
func Encode(s, charset string) (string, error) {
	if isUTF8(charset) {
		return s, nil
	}
	limit := rune(0)
	switch name := strings.ToUpper(charset); name {
	case "US-ASCII", "ASCII":
		limit = 0x80
	case "ISO-8859-1", "LATIN1", "ISO8859_1":
		limit = 0x100
	case "UTF-16", "UTF-16BE", "UTF-16LE":
		return encodeUTF16(s, name), nil
	}
	if limit > 0 {
		b := make([]byte, 0, len(s))
		for _, r := range s {
			if r >= limit {
				r = '?'
			}
			b = append(b, byte(r))
		}
		return string(b), nil
	}
	e, err := charsetOf(charset)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	encoder := e.NewEncoder()
	for _, r := range s {
		one, err := encoder.String(string(r))
		if err != nil {
			one = "?"
		}
		b.WriteString(one)
	}
	return b.String(), nil
}

func isUTF8(charset string) bool {
	return len(charset) == 5 && strings.EqualFold(charset, "UTF-8") || strings.EqualFold(charset, "UTF8")
}

func charsetOf(name string) (encoding.Encoding, error) {
	switch strings.ToUpper(name) {
	case "GBK", "CP936":
		return simplifiedchinese.GBK, nil
	case "GB18030":
		return simplifiedchinese.GB18030, nil
	case "BIG5":
		return traditionalchinese.Big5, nil
	case "WINDOWS-1252", "CP1252":
		return charmap.Windows1252, nil
	}
	return nil, problem.Say("sql.fault_charset", "charset", strconv.Quote(name), "known", charsets).Err()
}

func decodeASCII(b string) string {
	var s strings.Builder
	for i := range len(b) {
		if b[i] < utf8.RuneSelf {
			s.WriteByte(b[i])
		} else {
			s.WriteString(replacement)
		}
	}
	return s.String()
}

func decodeUTF16(b, charset string) string {
	big := charset != "UTF-16LE"
	if charset == "UTF-16" && len(b) >= 2 {
		switch b[:2] {
		case "\xfe\xff":
			b = b[2:]
		case "\xff\xfe":
			b, big = b[2:], false
		}
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		if big {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		} else {
			units = append(units, uint16(b[i+1])<<8|uint16(b[i]))
		}
	}
	s := string(utf16.Decode(units))
	if len(b)%2 == 1 {
		s += replacement
	}
	return s
}

func encodeUTF16(s, charset string) string {
	var b []byte
	if charset == "UTF-16" {
		b = append(b, 0xfe, 0xff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		if charset == "UTF-16LE" {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return string(b)
}

// DecodeUTF8 gives b itself when it is UTF-8, else b with U+FFFD where Java's
// decoder puts one.
func DecodeUTF8(b string) string {
	if utf8.ValidString(b) {
		return b
	}
	var s strings.Builder
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRuneInString(b[i:])
		if r != utf8.RuneError || n > 1 {
			s.WriteString(b[i : i+n])
			i += n
			continue
		}
		s.WriteString(replacement)
		i += malformed(b[i:])
	}
	return s.String()
}

// malformed is how many bytes one U+FFFD stands for at the start of b. Java
// takes the longest start of a sequence that could have been one, and a
// surrogate (three bytes) as a whole.
func malformed(b string) int {
	follows := func(i int) bool { return i < len(b) && b[i]&0xc0 == 0x80 }
	switch c := b[0]; {
	case c >= 0xe0 && c <= 0xef:
		if !follows(1) || c == 0xe0 && b[1] < 0xa0 {
			return 1
		}
		if !follows(2) {
			return 2
		}
		return 3
	case c >= 0xf0 && c <= 0xf4:
		if !follows(1) || c == 0xf0 && b[1] < 0x90 || c == 0xf4 && b[1] > 0x8f {
			return 1
		}
		if !follows(2) {
			return 2
		}
		return 3
	}
	return 1
}
