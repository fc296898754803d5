package coerce_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
)

func parse(t *testing.T, s string) datatype.Type {
	t.Helper()
	typ, err := datatype.ParseSpark(s)
	require.NoError(t, err)
	return typ
}

// The expected types were asked of real Spark 4.0 without ANSI.
func TestDecimalResults(t *testing.T) {
	for _, tc := range []struct{ op, a, b, want string }{
		{"+", "decimal(10,2)", "decimal(1,0)", "decimal(11,2)"},
		{"*", "decimal(20,0)", "decimal(2,1)", "decimal(23,1)"},
		{"/", "decimal(23,1)", "decimal(20,0)", "decimal(38,16)"},
		{"/", "decimal(10,2)", "decimal(1,0)", "decimal(14,6)"},
		{"/", "decimal(38,18)", "decimal(38,18)", "decimal(38,6)"},
		{"%", "decimal(10,2)", "decimal(1,1)", "decimal(2,2)"},
		{"*", "decimal(38,10)", "decimal(38,10)", "decimal(38,6)"},
	} {
		require.Equal(t, tc.want, coerce.DecimalResult(tc.op, parse(t, tc.a), parse(t, tc.b)).Spark(), "%s %s %s", tc.a, tc.op, tc.b)
	}
}

// Flink's times of day meet in the one with more digits.
func TestCommonTime(t *testing.T) {
	time := func(digits int) datatype.Type { return datatype.Type{Kind: datatype.Time, Precision: digits} }
	common, ok := coerce.Common(time(0), time(3))
	require.True(t, ok)
	require.Equal(t, time(3).Nullable().String(), common.String())
}

func TestCommonTypes(t *testing.T) {
	for _, tc := range []struct{ a, b, common, comparison string }{
		{"int", "bigint", "bigint", "bigint"},
		{"int", "string", "string", "int"},
		{"double", "decimal(10,2)", "double", "double"},
		{"int", "decimal(2,1)", "decimal(11,1)", "decimal(11,1)"},
		{"date", "timestamp", "timestamp", "timestamp"},
		{"date", "string", "string", "date"},
		{"timestamp_ntz", "timestamp", "timestamp", "timestamp"},
		{"boolean", "string", "", "boolean"},
		{"decimal(10,2)", "string", "string", "double"},
		{"array<int>", "array<bigint>", "array<bigint>", "array<bigint>"},
		{"array<int>", "int", "", ""},
		{"struct<a:int>", "struct<a:double>", "struct<a:double>", "struct<a:double>"},
		{"void", "date", "date", "date"},
		{"map<string,int>", "map<string,double>", "map<string,double>", "map<string,double>"},
	} {
		for _, pair := range [][2]string{{tc.a, tc.b}, {tc.b, tc.a}} {
			got, ok := coerce.Common(parse(t, pair[0]), parse(t, pair[1]))
			require.Equal(t, tc.common != "", ok, "%v", pair)
			if ok {
				require.Equal(t, tc.common, got.Spark(), "%v", pair)
			}
			got, ok = coerce.Comparison(parse(t, pair[0]), parse(t, pair[1]))
			require.Equal(t, tc.comparison != "", ok, "%v", pair)
			if ok {
				require.Equal(t, tc.comparison, got.Spark(), "%v", pair)
			}
		}
	}
}

func TestCommonOfDoesNotDependOnOrder(t *testing.T) {
	a, ok := coerce.CommonOf(parse(t, "int"), parse(t, "string"), parse(t, "date"))
	require.True(t, ok)
	b, ok := coerce.CommonOf(parse(t, "date"), parse(t, "int"), parse(t, "string"))
	require.True(t, ok)
	require.Equal(t, a, b)
	_, ok = coerce.CommonOf(parse(t, "int"), parse(t, "date"))
	require.False(t, ok)
}

func TestImplicitIsLessThanCast(t *testing.T) {
	for _, tc := range []struct {
		from, to string
		want     bool
	}{
		{"int", "string", true}, {"boolean", "string", true}, {"binary", "string", true}, {"date", "string", true}, {"array<int>", "string", false},
		{"string", "int", true}, {"decimal(10,2)", "int", true}, {"boolean", "int", false}, {"date", "int", false}, {"binary", "int", false},
		{"string", "binary", true}, {"int", "binary", false},
		{"string", "date", true}, {"timestamp", "date", true}, {"date", "timestamp", true}, {"int", "timestamp", false},
		{"string", "boolean", false}, {"int", "boolean", false}, {"boolean", "boolean", true},
		{"array<int>", "array<string>", true}, {"array<boolean>", "array<int>", false}, {"map<string,int>", "map<string,bigint>", true}, {"map<string,int>", "array<int>", false},
	} {
		require.Equal(t, tc.want, coerce.Implicit(parse(t, tc.from), parse(t, tc.to)), "%s to %s", tc.from, tc.to)
	}
}

// The expected types were asked of real Spark 4.0.1 (array_append and
// array_contains, greatest, coalesce).
func TestNarrowerWaysToMeet(t *testing.T) {
	for _, tc := range []struct{ a, b, tightest, wider string }{
		{"int", "bigint", "bigint", "bigint"},
		{"int", "double", "double", "double"},
		{"int", "decimal(3,2)", "", "decimal(12,2)"},
		{"int", "decimal(12,1)", "decimal(12,1)", "decimal(12,1)"},
		{"decimal(3,2)", "decimal(4,1)", "", "decimal(5,2)"},
		{"decimal(3,2)", "double", "", "double"},
		{"int", "string", "", ""},
		{"date", "timestamp", "timestamp", "timestamp"},
		{"array<int>", "array<bigint>", "array<bigint>", "array<bigint>"},
		{"array<int>", "array<string>", "", ""},
		{"void", "int", "int", "int"},
		{"decimal(38,0)", "decimal(2,1)", "", "decimal(38,0)"},
	} {
		for _, pair := range [][2]string{{tc.a, tc.b}, {tc.b, tc.a}} {
			got, ok := coerce.Tightest(parse(t, pair[0]), parse(t, pair[1]))
			require.Equal(t, tc.tightest != "", ok, "%v", pair)
			if ok {
				require.Equal(t, tc.tightest, got.Spark(), "%v", pair)
			}
			got, ok = coerce.Wider(parse(t, pair[0]), parse(t, pair[1]))
			require.Equal(t, tc.wider != "", ok, "%v", pair)
			if ok {
				require.Equal(t, tc.wider, got.Spark(), "%v", pair)
			}
		}
	}
}

func TestOrdered(t *testing.T) {
	for typ, want := range map[string]bool{
		"int": true, "array<string>": true, "struct<a:int>": true, "map<string,int>": false, "array<map<string,int>>": false, "struct<a:map<string,int>>": false,
	} {
		require.Equal(t, want, coerce.Ordered(parse(t, typ)), typ)
	}
}
