package paimon_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/paimon/binaryrow"
)

// sample is a value as DuckDB SQL and in the judges' JSON.
type sample struct {
	sql  string
	want any
}

type list = []any

// samplesOf are values of every type that Spark and Flink SQL can create:
// extremes, both sides of 1970, empty ones.
var samplesOf = []struct {
	typ    string
	values []sample
}{
	{"BOOLEAN", []sample{{"true", "true"}, {"false", "false"}}},
	{"TINYINT", []sample{{"-128", "-128"}, {"127", "127"}}},
	{"SMALLINT", []sample{{"-32768", "-32768"}, {"32767", "32767"}}},
	{"INT", []sample{{"-2147483648", "-2147483648"}, {"2147483647", "2147483647"}}},
	{"BIGINT", []sample{{"-9223372036854775808", "-9223372036854775808"}, {"9223372036854775807", "9223372036854775807"}}},
	{"FLOAT", []sample{{"-1.5::FLOAT", "bfc00000"}, {"'NaN'::FLOAT", "7fc00000"}, {"'-Infinity'::FLOAT", "ff800000"}, {"'-0'::FLOAT", "80000000"}}},
	{"DOUBLE", []sample{{"-1.5::DOUBLE", "bff8000000000000"}, {"'NaN'::DOUBLE", "7ff8000000000000"}, {"'Infinity'::DOUBLE", "7ff0000000000000"}}},
	{"DECIMAL(9, 2)", []sample{{"-1234567.89", "-1234567.89"}, {"0.01", "0.01"}}},
	{"DECIMAL(18, 4)", []sample{{"-12345678901234.5678", "-12345678901234.5678"}, {"1", "1.0000"}}},
	{"DECIMAL(38, 10)", []sample{{"-1234567890123456789012345678.0123456789", "-1234567890123456789012345678.0123456789"}, {"1", "1.0000000000"}}},
	{"CHAR(3)", []sample{{"'abc'", "abc"}, {"'z'", "z"}}},
	{"VARCHAR(20)", []sample{{"'广东省深圳市'", "广东省深圳市"}, {"'a'", "a"}}},
	{"STRING", []sample{{"'a text of more than sixteen characters'", "a text of more than sixteen characters"}, {"' '", " "}}},
	{"BINARY(3)", []sample{{"'\\x00\\xFF\\x01'::BLOB", "AP8B"}, {"'abc'::BLOB", "YWJj"}}},
	{"BYTES", []sample{{"'\\x00\\xFF'::BLOB", "AP8="}, {"''::BLOB", ""}}},
	{"DATE", []sample{{"DATE '1969-12-31'", "1969-12-31"}, {"DATE '9999-12-31'", "9999-12-31"}}},
	{"TIME(0)", []sample{{"TIME '00:00:00'", "00:00:00"}, {"TIME '23:59:59'", "23:59:59"}}},
	{"TIME(3)", []sample{{"TIME '00:00:00.001'", "00:00:00.001"}, {"TIME '23:59:59.999'", "23:59:59.999"}}},
	{"TIMESTAMP(0)", []sample{{"TIMESTAMP '1969-12-31 23:59:59'", "1969-12-31T23:59:59"}, {"TIMESTAMP '9999-12-31 23:59:59'", "9999-12-31T23:59:59"}}},
	{"TIMESTAMP(3)", []sample{{"TIMESTAMP '1969-12-31 23:59:59.999'", "1969-12-31T23:59:59.999"}, {"TIMESTAMP '2024-02-29 12:34:56.001'", "2024-02-29T12:34:56.001"}}},
	{"TIMESTAMP(6)", []sample{{"TIMESTAMP '1969-12-31 23:59:59.999999'", "1969-12-31T23:59:59.999999"}, {"TIMESTAMP '2024-02-29 12:34:56.000001'", "2024-02-29T12:34:56.000001"}}},
	{"TIMESTAMP(9)", []sample{{"TIMESTAMP_NS '1969-12-31 23:59:59.999999999'", "1969-12-31T23:59:59.999999999"}, {"TIMESTAMP_NS '2024-02-29 12:34:56.123456789'", "2024-02-29T12:34:56.123456789"}}},
	{"TIMESTAMP_LTZ(3)", []sample{{"TIMESTAMPTZ '1969-12-31 23:59:59.999+00'", "1969-12-31T23:59:59.999Z"}, {"TIMESTAMPTZ '2024-02-29 12:34:56.001+08'", "2024-02-29T04:34:56.001Z"}}},
	{"TIMESTAMP_LTZ(6)", []sample{{"TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'", "1969-12-31T23:59:59.999999Z"}, {"TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "2024-02-29T04:34:56.000001Z"}}},
	{"TIMESTAMP_LTZ(9)", []sample{{"TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'", "1969-12-31T23:59:59.999999Z"}, {"TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "2024-02-29T04:34:56.000001Z"}}},
	{"ARRAY<INT>", []sample{{"[1, NULL, 3]", list{"1", nil, "3"}}, {"[]", list{}}}},
	{"ARRAY<TIME(3)>", []sample{{"[TIME '00:00:00.001', NULL]", list{"00:00:00.001", nil}}, {"[]", list{}}}},
	{"ARRAY<ARRAY<STRING>>", []sample{{"[['a', NULL], [], NULL]", list{list{"a", nil}, list{}, nil}}, {"[[]]", list{list{}}}}},
	{"MAP<STRING, BIGINT>", []sample{{"MAP {'b': NULL, 'a': 1}", list{list{"a", "1"}, list{"b", nil}}}, {"MAP {}", list{}}}},
	{"MAP<INT, ARRAY<DECIMAL(20, 1)>>", []sample{{"MAP {7: [1.5, NULL]}", list{list{"7", list{"1.5", nil}}}}}},
	{"MULTISET<STRING>", []sample{{"MAP {'a': 2}", list{list{"a", "2"}}}, {"MAP {}", list{}}}},
	{"ROW<a INT, `b c` ROW<x STRING, y TIMESTAMP(3)>>", []sample{
		{"{'a': 1, 'b c': {'x': 'q', 'y': TIMESTAMP '2024-02-29 12:34:56.001'}}", list{"1", list{"q", "2024-02-29T12:34:56.001"}}},
		{"{'a': NULL, 'b c': NULL}", list{nil, nil}},
	}},
	{"ARRAY<ROW<m MAP<STRING, ARRAY<INT>>, t TIMESTAMP_LTZ(6)>>", []sample{
		{"[{'m': MAP {'k': [1, 2]}, 't': TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'}, NULL]", list{list{list{list{"k", list{"1", "2"}}}, "2024-02-29T04:34:56.000001Z"}, nil}},
		{"[]", list{}},
	}},
}

// partitionSample is a value of a partition key with its Go value; see package
// binaryrow.
type partitionSample struct {
	sql   string
	want  any
	value any
}

// partitionSamples are partition keys of each atomic type.
var partitionSamples = []struct {
	typ    string
	values []partitionSample
}{
	{"BOOLEAN", []partitionSample{{"true", "true", true}, {"NULL", nil, nil}}},
	{"TINYINT", []partitionSample{{"-1", "-1", int8(-1)}, {"NULL", nil, nil}}},
	{"SMALLINT", []partitionSample{{"-1", "-1", int16(-1)}, {"NULL", nil, nil}}},
	{"INT", []partitionSample{{"-1", "-1", int32(-1)}, {"7", "7", int32(7)}, {"NULL", nil, nil}}},
	{"BIGINT", []partitionSample{{"9223372036854775807", "9223372036854775807", int64(9223372036854775807)}, {"NULL", nil, nil}}},
	{"DECIMAL(9, 2)", []partitionSample{{"-1.5", "-1.50", decimalOf(-150, 2)}, {"NULL", nil, nil}}},
	{"DECIMAL(30, 2)", []partitionSample{{"1.5", "1.50", decimalOf(150, 2)}, {"NULL", nil, nil}}},
	{"STRING", []partitionSample{
		{"'a=b/c:d\"e%f#g'", `a=b/c:d"e%f#g`, `a=b/c:d"e%f#g`}, {"'广东省'", "广东省", "广东省"}, {"''", "", ""}, {"' '", " ", " "}, {"NULL", nil, nil},
	}},
	{"DATE", []partitionSample{{"DATE '2024-02-29'", "2024-02-29", binaryrow.Date(19782)}, {"DATE '1969-12-31'", "1969-12-31", binaryrow.Date(-1)}, {"NULL", nil, nil}}},
	{"TIME(3)", []partitionSample{{"TIME '00:00:01'", "00:00:01", binaryrow.Time(1000)}, {"NULL", nil, nil}}},
	{"TIMESTAMP(0)", []partitionSample{{"TIMESTAMP '2024-02-29 00:00:00'", "2024-02-29T00:00:00", binaryrow.Timestamp{Millis: 1709164800000}}, {"NULL", nil, nil}}},
	{"TIMESTAMP(3)", []partitionSample{
		{"TIMESTAMP '2024-02-29 12:34:56.100'", "2024-02-29T12:34:56.1", binaryrow.Timestamp{Millis: 1709210096100}},
		{"TIMESTAMP '2024-02-29 12:34:00'", "2024-02-29T12:34:00", binaryrow.Timestamp{Millis: 1709210040000}}, {"NULL", nil, nil},
	}},
	{"FLOAT", []partitionSample{{"-1.5::FLOAT", "bfc00000", float32(-1.5)}, {"1e20::FLOAT", "60ad78ec", float32(1e20)}, {"NULL", nil, nil}}},
	{"DOUBLE", []partitionSample{
		{"-1.5::DOUBLE", "bff8000000000000", -1.5}, {"100::DOUBLE", "4059000000000000", 100.0}, {"1e-5::DOUBLE", "3ee4f8b588e368f1", 1e-5}, {"NULL", nil, nil},
	}},
	{"TIMESTAMP_LTZ(6)", []partitionSample{
		{"TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "2024-02-29T04:34:56.000001Z", binaryrow.Timestamp{Millis: 1709181296000, NanoOfMilli: 1000}}, {"NULL", nil, nil},
	}},
	{"TIMESTAMP(6)", []partitionSample{
		{"TIMESTAMP '2024-02-29 12:34:56.000001'", "2024-02-29T12:34:56.000001", binaryrow.Timestamp{Millis: 1709210096000, NanoOfMilli: 1000}}, {"NULL", nil, nil},
	}},
}

func decimalOf(unscaled int64, scale int) binaryrow.Decimal {
	return binaryrow.Decimal{Unscaled: big.NewInt(unscaled), Scale: scale}
}

func dateOf(t testing.TB, day string) binaryrow.Date {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	return binaryrow.Date(at.Unix() / 86400)
}
