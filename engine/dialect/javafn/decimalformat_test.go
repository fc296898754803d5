package javafn_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect/javafn"
)

// What real Spark says; more stand in fn/testdata/oracle/columns.txt.
func TestDecimalFormat(t *testing.T) {
	d := &javafn.DecimalFormats{}
	for _, tc := range []struct{ text, pattern, want string }{
		{"1234567.891", "#,##0.00", "1,234,567.89"}, {"0.125", "0.##", "0.12"}, {"0.375", "0.##", "0.38"}, {"2.5", "0", "2"}, {"3.5", "0", "4"},
		{"-1", "$#,##0.00;($#,##0.00)", "($1.00)"}, {"-1", "#,##0.00;", "-1.00"}, {"-5", "'#'0", "-#5"}, {"5", "#.", "5."}, {"0.25", ".00", ".25"},
		{"0.25", "#.##%", "25%"}, {"1.5", "0.00‰", "1500.00‰"}, {"10000000000", "#,##", "1,00,00,00,00,00"}, {"7", "000", "007"}, {"7", "a", "a7"},
		{"0", "0.0E0", "0.0E0"}, {"123456", "##0.###E0", "123.456E3"}, {"0.000012345", "##0.###E0", "12.345E-6"}, {"123456789012345678", "0.000E0", "1.235E17"},
		{"10000000000", "##0.##E00", "10E09"}, {"0.25", "##0.##E00", "250E-03"}, {"9.999", "0.0E0", "1.0E1"}, {"12332.123456", "##################.###", "12332.123"},
		{"24", "2024-05-02", "202424-5-2"}, {"1.5", "", "1.5"}, {"5", "it''s 0", "it's 5"},
	} {
		got, err := d.Format(tc.text, tc.pattern)
		require.NoError(t, err, "%+v", tc)
		require.Equal(t, tc.want, got, "%+v", tc)
	}
	for _, pattern := range []string{"0.0.0", "0;0;0", "#0#", "'0", "0E", "0,", "0%%", ";0", "#,.0"} {
		require.ErrorIs(t, d.CheckPattern(pattern), javafn.ErrDecimalPattern, pattern)
	}
}

func TestDecimalFormatOfDoubles(t *testing.T) {
	d := &javafn.DecimalFormats{}
	for _, tc := range []struct {
		f             float64
		pattern, want string
	}{
		{0.135, "0.##", "0.14"}, {1.005, "0.00", "1.00"}, {0.1, "0.00000000000000000000", "0.10000000000000000000"}, {math.Copysign(0, -1), "0.0", "-0.0"},
		{math.NaN(), "0.0", "NaN"}, {math.Inf(-1), "0.0", "-∞"}, {1e10, "00000.0", "10000000000.0"}, {0.25, "0.00E0", "2.50E-1"},
	} {
		got, err := d.FormatDouble(tc.f, tc.pattern)
		require.NoError(t, err, "%+v", tc)
		require.Equal(t, tc.want, got, "%+v", tc)
	}
}

func TestUnbase64ReadsWhatJavaReads(t *testing.T) {
	for s, want := range map[string]string{"YQ==": "a", "YQ": "a", "Y!Q==": "a", "YWJj": "abc", "YWI=": "ab", "": "", "!!": "", "YQ==!": "a"} {
		got, ok := javafn.Unbase64(s)
		require.True(t, ok, s)
		require.Equal(t, want, got, s)
	}
	for _, s := range []string{"Y", "YQ=", "YQ==YQ==", "====", "YQ= ="} {
		_, ok := javafn.Unbase64(s)
		require.False(t, ok, s)
	}
}

func FuzzDecimalFormat(f *testing.F) {
	f.Add("12.5", "#,##0.00;(#)", 1.5)
	f.Add("-0.001", "##0.#E0%", -1e300)
	f.Fuzz(func(t *testing.T, text, pattern string, x float64) {
		if len(text) > 100 || len(pattern) > 100 {
			return
		}
		d := &javafn.DecimalFormats{}
		_, _ = d.Format(text, pattern)
		got, err := d.FormatDouble(x, pattern)
		if known := d.CheckPattern(pattern); (err == nil) != (known == nil) {
			t.Fatalf("%q: %v, but %v and %q", pattern, known, err, got)
		}
	})
}
