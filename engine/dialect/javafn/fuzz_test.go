package javafn_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"laketop/engine/dialect/javafn"
)

func FuzzCasts(f *testing.F) {
	for _, s := range []string{"12.7", " 1e3", "2024-05-06 12:34:56.789+08:00", "true", "+0001-1-1T1:2:3 Europe/London", "-.5e-3", "1d", "NaN"} {
		f.Add(s)
	}
	zones := &javafn.Zones{}
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := javafn.StringToLong(strconv.Quote(s)); ok {
			t.Fatalf("quoted text is a number: %d", n)
		}
		javafn.StringToDouble(s)
		_, _ = javafn.StringToBoolean(s)
		javafn.DecimalText(s)
		javafn.DecimalJavaText(s)
		if d, ok := javafn.StringToDate(s); ok {
			if again, ok := javafn.StringToDate(javafn.DateText(d)); !ok || again != d {
				t.Fatalf("date %q: %d, then %q", s, d, javafn.DateText(d))
			}
		}
		if m, ok := zones.StringToTimestamp(s, "UTC", nil); ok {
			text, _ := zones.TimestampText(m, "UTC")
			if again, ok := zones.StringToTimestamp(text, "UTC", nil); !ok || again != m {
				t.Fatalf("timestamp %q: %d, then %q", s, m, text)
			}
		}
	})
}

func FuzzDoubleText(f *testing.F) {
	f.Add(1e23)
	f.Add(4.9e-324)
	f.Fuzz(func(t *testing.T, v float64) {
		text := javafn.DoubleText(v)
		if back, ok := javafn.StringToDouble(text); !ok || back != v && v == v {
			t.Fatalf("%v is written %q", v, text)
		}
		javafn.RoundHalfUp(v, 2)
		javafn.FormatDouble(v, 3)
	})
}

func FuzzPatterns(f *testing.F) {
	f.Add("2024-05-06 12:34:56", "yyyy-MM-dd HH:mm:ss")
	f.Add("6 May 24 1 PM +08:00", "d MMM yy h a XXX")
	f.Add("x", "[[yyyy]'q']VV")
	java, mysql, zones := &javafn.Patterns{}, &javafn.MySQLPatterns{}, &javafn.Zones{}
	f.Fuzz(func(t *testing.T, text, pattern string) {
		_, _, _ = java.Parse(zones, text, pattern, "Asia/Shanghai")
		_, _ = java.Format(zones, time.Unix(1714999999, 0).UnixMicro(), pattern, "Asia/Shanghai")
		mysql.Parse(text, pattern)
		mysql.Format(1714999999000000, pattern)
	})
}

func FuzzRegexps(f *testing.F) {
	for _, p := range []string{"^[0-9]{13}$", `(?<=a)b+?(c|\d)\1`, "[a-z&&[^b-d]]", `\p{L}\Q.\E(?i:x)`, "a*+|b"} {
		f.Add("abc 123\n", p, "$0-")
	}
	re := &javafn.Regexps{}
	f.Fuzz(func(t *testing.T, text, pattern, replacement string) {
		if len(text) > 50 || len(pattern) > 50 || !utf8.ValidString(text) || !utf8.ValidString(pattern) {
			return
		}
		found, err := re.Like(text, pattern)
		if err != nil {
			return
		}
		n, err := re.Count(text, pattern)
		if err == nil && found != (n > 0) {
			t.Fatalf("%q in %q: found %v, %d times", pattern, text, found, n)
		}
		_, _ = re.Replace(text, pattern, replacement, 1)
		_, _ = re.Split(text, pattern, -1)
	})
}

func FuzzPaths(f *testing.F) {
	f.Add(`{"a":[1,{"b":"x\n"}]}`, "$.a[*].b")
	f.Add(`{'a':1.50}`, "$['a']")
	p := &javafn.Paths{}
	f.Fuzz(func(t *testing.T, doc, path string) {
		p.Get(doc, path)
		javafn.ArrayLength(doc)
		javafn.ObjectKeys(doc)
		javafn.Member(doc, path)
		if !utf8.ValidString(doc) {
			return
		}
		if whole, ok := p.Get(doc, "$"); ok && len(doc) > 0 && (doc[0] == '{' || doc[0] == '[') && !json.Valid([]byte(whole)) {
			t.Fatalf("%q comes back as %q", doc, whole)
		}
	})
}

func FuzzTexts(f *testing.F) {
	f.Add("www.apache.org", ".", int32(2))
	f.Add("中文\xff", "", int32(-3))
	f.Fuzz(func(t *testing.T, s, other string, n int32) {
		if !utf8.ValidString(javafn.DecodeUTF8(s)) {
			t.Fatalf("%x is decoded to broken text", s)
		}
		s, other = javafn.DecodeUTF8(s), javafn.DecodeUTF8(other)
		for _, out := range []string{
			javafn.SubstringIndex(s, other, n%10), javafn.Translate(s, other, s), javafn.InitCap(s), javafn.Upper(s), javafn.Lower(s),
			javafn.LeftPad(s, n%100, other), javafn.RightPad(s, n%100, other), javafn.Substring(s, n, n), javafn.Soundex(s), javafn.Reverse(s), javafn.URLEncode(s),
		} {
			if !utf8.ValidString(out) {
				t.Fatalf("%q, %q, %d gives broken text %q", s, other, n, out)
			}
		}
		javafn.Locate(other, s, n)
		javafn.Levenshtein(javafn.Substring(s, 1, 50), javafn.Substring(other, 1, 50), n)
		javafn.ParseURL(s, "QUERY", other, true)
		javafn.Conv(s, n%40, -n%40)
		javafn.Unhex(s)
		_, _ = javafn.FormatString(s, []*string{nil, &other})
		javafn.FormatNumber(s, n%20)
		_ = javafn.MurmurBytes(s, n)
		javafn.XXBytes(s, int64(n))
	})
}
