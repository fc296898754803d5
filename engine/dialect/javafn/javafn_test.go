package javafn_test

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect/javafn"
)

// Expressions by the hundred are held against Spark's own answers in
// engine/dialect/fn; the tables here are for what no expression reaches and for
// rules that deserve a name.

const shanghai = "Asia/Shanghai"

func micros(t *testing.T, text string) int64 {
	when, err := time.Parse("2006-01-02 15:04:05.999999 -07:00", text)
	require.NoError(t, err)
	return when.UnixMicro()
}

func TestStringToLong(t *testing.T) {
	for in, want := range map[string]any{
		"12": 12, " \t12\n\x7f": 12, "12.9": 12, "-12.9": -12, "+7": 7, ".5": 0, "5.": 5,
		"9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64,
		"": nil, "-": nil, "1e3": nil, "12.a": nil, "1 2": nil, "9223372036854775808": nil, "-9223372036854775809": nil,
		"18446744073709551617": nil, "\u00a012": nil, "１２": nil,
	} {
		got, ok := javafn.StringToLong(in)
		require.Equal(t, want != nil, ok, "%q", in)
		if ok {
			require.EqualValues(t, want, got, "%q", in)
		}
	}
}

func TestDoubleText(t *testing.T) {
	for f, want := range map[float64]string{
		1: "1.0", 0.001: "0.001", 9.999e-4: "9.999E-4", 1e7: "1.0E7", 9999999: "9999999.0", 123456789: "1.23456789E8",
		4.9e-324: "4.9E-324", 2e-323: "2.0E-323", math.MaxFloat64: "1.7976931348623157E308", math.Inf(-1): "-Infinity", 1e23: "1.0E23",
	} {
		require.Equal(t, want, javafn.DoubleText(f))
	}
	require.Equal(t, "-0.0", javafn.DoubleText(math.Copysign(0, -1)))
	require.Equal(t, "NaN", javafn.DoubleText(math.NaN()))
	require.Equal(t, "1.1", javafn.FloatText(1.1))
	require.Equal(t, "1.4E-45", javafn.FloatText(math.SmallestNonzeroFloat32))
}

func TestRounding(t *testing.T) {
	for _, tc := range []struct {
		f     float64
		scale int32
		up    float64
		even  float64
	}{
		{1.005, 2, 1.01, 1}, {2.5, 0, 3, 2}, {-2.5, 0, -3, -2}, {3.5, 0, 4, 4}, {1234.5, -2, 1200, 1200}, {1250, -2, 1300, 1200},
		{0.5, 0, 1, 0}, {0.4, 0, 0, 0}, {1e300, 2, 1e300, 1e300}, {123.456, 10, 123.456, 123.456}, {55, -3, 0, 0}, {0.045, 2, 0.05, 0.04},
		{2.345, 2, 2.35, 2.34}, {1e-20, 5, 0, 0}, {4503599627370497.5, 0, 4503599627370498, 4503599627370498}, {2.12499, 2, 2.12, 2.12},
	} {
		require.Equal(t, tc.up, javafn.RoundHalfUp(tc.f, tc.scale), "%v %d", tc.f, tc.scale)
		require.Equal(t, tc.even, javafn.RoundHalfEven(tc.f, tc.scale), "%v %d", tc.f, tc.scale)
	}
	require.True(t, math.IsNaN(javafn.RoundHalfUp(math.NaN(), 1)))
}

func TestDecimals(t *testing.T) {
	for in, want := range map[string]string{"1.5": "1.5", " 1e2 ": "0100", "1.25e1": "012.5", "-1.25e-3": "-0.00125", "1e-2000": "0"} {
		got, ok := javafn.DecimalText(in)
		require.True(t, ok, in)
		require.Equal(t, want, got)
	}
	for _, in := range []string{"", ".", "1_0", "0x1", "1e", "e1", "--1", "1.2.3", "NaN"} {
		_, ok := javafn.DecimalText(in)
		require.False(t, ok, in)
	}
	q, ok := javafn.DecimalDivide("2", "3", 6)
	require.True(t, ok)
	require.Equal(t, "0.666667", q)
	_, ok = javafn.DecimalDivide("2", "0", 6)
	require.False(t, ok)
	for _, tc := range []struct {
		in    string
		scale int32
		even  bool
		want  string
	}{{"1.25", 1, false, "1.3"}, {"1.25", 1, true, "1.2"}, {"-1.25", 1, false, "-1.3"}, {"1250", -2, false, "1300"}, {"0.04", 1, false, "0.0"}, {"7", 3, false, "7"}} {
		got, ok := javafn.DecimalRound(tc.in, tc.scale, tc.even)
		require.True(t, ok)
		require.Equal(t, tc.want, got, tc.in)
	}
}

func TestTimestampsAtTheEdges(t *testing.T) {
	z := &javafn.Zones{}
	for in, want := range map[string]string{
		"2024-03-10 02:30:00": "2024-03-10 03:30:00 -07:00", // in the gap: later by its length
		"2024-11-03 01:30:00": "2024-11-03 01:30:00 -07:00", // twice: the earlier one
		"2024-11-03 02:30:00": "2024-11-03 02:30:00 -08:00",
	} {
		got, ok := z.StringToTimestamp(in, "America/Los_Angeles", nil)
		require.True(t, ok, in)
		require.Equal(t, micros(t, want), got, in)
	}
	now := micros(t, "2024-05-06 23:30:00 +00:00")
	got, ok := z.StringToTimestamp("12:34:56", shanghai, &now)
	require.True(t, ok)
	require.Equal(t, micros(t, "2024-05-07 12:34:56 +08:00"), got, "today in the session's zone")
	got, ok = z.StringToTimestamp("T12:34", shanghai, &now)
	require.True(t, ok)
	require.Equal(t, micros(t, "2024-05-07 12:34:00 +08:00"), got)
	_, ok = z.StringToTimestamp("12:34:56", shanghai, nil)
	require.False(t, ok)
	_, ok = z.StringToTimestamp("2024-05-06 00:00:00", "No/Where", nil)
	require.False(t, ok)
	text, ok := z.TimestampText(-1, shanghai)
	require.True(t, ok)
	require.Equal(t, "1970-01-01 07:59:59.999999", text)
}

func TestZones(t *testing.T) {
	z := &javafn.Zones{}
	for name, seconds := range map[string]int64{
		"+8": 28800, "+08:00": 28800, "-01:30": -5400, "Z": 0, "UTC+3": 10800, "GMT-1:30": -5400, "UT": 0, "PST": -28800, "+18:00": 64800, "Asia/Kolkata": 19800, "+080030": 28830,
	} {
		zone, err := z.Zone(name)
		require.NoError(t, err, name)
		require.Equal(t, seconds, zone.Offset(1704067200), name)
	}
	for _, name := range []string{"", "Local", "+19:00", "+8:60", "XYZ", "posix/UTC", "../etc/passwd", "asia/shanghai/x"} {
		_, err := z.Zone(name)
		require.Error(t, err, name)
	}
}

func TestPatterns(t *testing.T) {
	p, z := &javafn.Patterns{}, &javafn.Zones{}
	for _, bad := range []string{"YYYY-MM-dd", "yyyy-ww", "e", "z", "MMMMM", "HHH", "aa", "'open", "yyyy]", "{", "A", "nn", "V"} {
		require.ErrorIs(t, p.CheckPattern(bad, false), javafn.ErrPattern, bad)
	}
	require.NoError(t, p.CheckPattern("EEE", false))
	require.ErrorIs(t, p.CheckPattern("EEE", true), javafn.ErrPattern)
	for _, tc := range []struct{ text, pattern, want string }{
		{"2024-05-06 12:00", "yyyy-MM-dd[ HH:mm]", "2024-05-06 12:00:00 +08:00"},
		{"2024-05-06", "yyyy-MM-dd[ HH:mm]", "2024-05-06 00:00:00 +08:00"},
		{"6 may 2024", "d MMM yyyy", "2024-05-06 00:00:00 +08:00"},
		{"12 am", "hh a", "1970-01-01 00:00:00 +08:00"},
		{"2024-05-06 Europe/London", "yyyy-MM-dd VV", "2024-05-06 00:00:00 +01:00"},
		{"2024-05-06 GMT+2", "yyyy-MM-dd O", "2024-05-06 00:00:00 +02:00"},
		{"+12024-01-01", "yyyy-MM-dd", "+"},
		{"12024-01-01", "yyyy-MM-dd", ""},
		{"24-01-01", "yyyy-MM-dd", ""},
		{"2024-5-06", "yyyy-MM-dd", ""},
		{"2024-05-06 13", "yyyy-MM-dd hh", ""},
		{"2024-05-06 13 AM", "yyyy-MM-dd HH a", ""},
		{"2023-366", "yyyy-DDD", ""},
	} {
		got, ok, err := p.Parse(z, tc.text, tc.pattern, shanghai)
		require.NoError(t, err, tc.pattern)
		require.Equal(t, tc.want != "", ok, "%s by %s", tc.text, tc.pattern)
		if len(tc.want) > 1 {
			require.Equal(t, micros(t, tc.want), got, "%s by %s", tc.text, tc.pattern)
		}
	}
	got, err := p.Format(z, micros(t, "2024-05-06 13:02:03.5 +08:00"), "yyyy-MM-dd'T'HH:mm:ss.SSS XXX Z O VV QQQQ G", "+08:30")
	require.NoError(t, err)
	require.Equal(t, "2024-05-06T13:32:03.500 +08:30 +0830 GMT+8:30 +08:30 2nd quarter AD", got)
}

func TestMySQLPatterns(t *testing.T) {
	p := &javafn.MySQLPatterns{}
	when := micros(t, "2024-05-06 13:02:03.000007 +00:00")
	for pattern, want := range map[string]string{
		"%Y-%m-%d %H:%i:%s": "2024-05-06 13:02:03", "%y %c %e %k %l %p %f %j": "24 5 6 13 1 PM 000007 127", "%a %W %b %M %D %w %%": "Mon Monday May May 6th 1 %",
		"%T|%r": "13:02:03|01:02:03 PM", "%x-%v %u %U": "2024-19 19 18", "x": "x",
	} {
		got, ok := p.Format(when, pattern)
		require.True(t, ok)
		require.Equal(t, want, got, pattern)
	}
	for _, tc := range []struct{ text, pattern, want string }{
		{"2024-05-06 13:02:03", "%Y-%m-%d %H:%i:%s", "2024-05-06 13:02:03 +00:00"}, {"6/5/24", "%d/%m/%y", "2024-05-06 00:00:00 +00:00"},
		{"May 6 2024 1 PM", "%b %e %Y %h %p", "2024-05-06 13:00:00 +00:00"}, {"2024-02-30", "%Y-%m-%d", ""}, {"x", "%Y", ""},
	} {
		got, ok := p.Parse(tc.text, tc.pattern)
		require.Equal(t, tc.want != "", ok, tc.text)
		if ok {
			require.Equal(t, micros(t, tc.want), got, tc.text)
		}
	}
	require.Error(t, p.CheckMySQL("%Y%"))
}

func TestDecodeUTF8CountsAsJava(t *testing.T) {
	for in, want := range map[string]int{
		"\xff": 1, "\xc0\xaf": 2, "\xe4\xb8": 1, "\xf0\x9f\x98": 1, "\xed\xa0\x80": 1, "\xe0\x80\x80": 3, "\xf5\x80\x80\x80": 4, "\xf4\x90\x80\x80": 4,
		"\xe4": 1, "\xe4\xe4\xb8\xad": 1, "\xf0\x9f": 1, "\x80": 1,
	} {
		n := 0
		for _, r := range javafn.DecodeUTF8(in) {
			if r == '\ufffd' {
				n++
			}
		}
		require.Equal(t, want, n, "%x", in)
	}
}

func TestRegexps(t *testing.T) {
	re := &javafn.Regexps{}
	for _, tc := range []struct {
		text, pattern string
		want          bool
	}{
		{"abc\n", "c$", true}, {"abc\r\n", "c$", true}, {"abc\n\n", "c$", false}, {"abc\n", `c\z`, false}, {"abc\n", `c\Z`, true},
		{"a\u2028b", "a.b", false}, {"a\nb", "(?s)a.b", true}, {"a\nb", "(?m)^b", true}, {"É", "(?i)é", false}, {"K", "(?i)\u212a", false},
		{"foobar", "foo(?=bar)", true}, {"aba", `(a)b\1`, true}, {"aaa", "a*+a", false}, {"ab", "[a-z&&[^b]]b", true}, {"b", "[a-z&&[^b]]", false},
		{"x.y", `\Qx.y\E`, true}, {"xzy", `\Qx.y\E`, false}, {"-", "[a-]", true}, {"]", "[]a]", true}, {"中", `\p{IsHan}`, true}, {"中", `\p{L}`, true},
		{"a b", "(?x)a\\ b # words", true}, {"\u00e9t\u00e9", `\bt`, false}, {"été", `\bété\b`, true}, {"a\tb", `a\hb`, true}, {"", "^$", true}, {"ab", "a{1,}b{1}", true},
		{"a1", `a\d`, true}, {"aAbB", "(?i)[a-b]+$", true}, {"A", "(?i:a)", true}, {"xA", "x(?-i)a", false},
	} {
		got, err := re.Like(tc.text, tc.pattern)
		require.NoError(t, err, tc.pattern)
		require.Equal(t, tc.want, got, "%q rlike %q", tc.text, tc.pattern)
		if re2, ok := re.SearchRE2(tc.pattern); ok && tc.want {
			require.NotEmpty(t, re2)
		}
	}
	for _, bad := range []string{"(", ")", "[", "a**b{", "*a", "(?<n", `\`, `\y`, "[b-a]", "a{2,1}", `\p{Foo}`, "(?z)a", `(?<n>a)\k<n>`} {
		require.ErrorIs(t, re.CheckRegexp(bad), javafn.ErrRegexp, bad)
	}
	got, err := re.Replace("abxc", "x*", "-", 1)
	require.NoError(t, err)
	require.Equal(t, "-a-b--c-", got, "an empty match may follow a match at once")
	got, err = re.Replace("2024-05", `(\d+)-(\d+)`, `$2\$$1`, 1)
	require.NoError(t, err)
	require.Equal(t, "05$2024", got)
	_, err = re.Replace("a", "a", "$1", 1)
	require.ErrorIs(t, err, javafn.ErrRegexp)
	parts, err := re.Split("aXbxc", "(?i)x", 2)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "bxc"}, parts)
}

func TestPaths(t *testing.T) {
	p := &javafn.Paths{}
	for _, tc := range []struct{ doc, path, want string }{
		{`{"a":12.50}`, "$.a", "12.5"}, {`{"a":-0}`, "$.a", "0"}, {`{"a":0.0001}`, "$.a", "1.0E-4"}, {`{"a":10000000.0}`, "$.a", "1.0E7"},
		{`{"a":[1,[2]]}`, "$.a[1][0]", "2"}, {`{"a":{"b":"q\"\\\u0001"}}`, "$.a", `{"b":"q\"\\\u0001"}`}, {` {"a" : 1}`, "$. a", "1"}, {`{"b":"\ud83d","a":1}`, "$.a", "1"},
	} {
		got, ok := p.Get(tc.doc, tc.path)
		require.True(t, ok, tc.doc)
		require.Equal(t, tc.want, got, tc.doc)
	}
	for _, doc := range []string{`{"a":1`, `{"a":01}`, `{"a":1.}`, `{"a":"\x"}`, `{"a":truex}`, `{"a" 1}`, `{,}`, `[1,]`, ``, `{"a":'}`, `{"a":"\ud83d"}`} {
		_, ok := p.Get(doc, "$.a")
		require.False(t, ok, doc)
	}
	deep := ""
	for range 2000 {
		deep += "["
	}
	_, ok := p.Get(deep, "$[0]")
	require.False(t, ok, "nesting is bounded")
}

func TestCachesForget(t *testing.T) {
	re := &javafn.Regexps{}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 1000 {
				ok, err := re.Like(fmt.Sprint("x", i), fmt.Sprint("^x", i, "$"))
				if !ok || err != nil {
					t.Errorf("pattern %d: %v %v", i, ok, err)
				}
			}
		})
	}
	group.Wait()
}
