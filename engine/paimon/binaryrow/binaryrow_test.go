package binaryrow_test

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

func parse(t testing.TB, names ...string) []datatype.Type {
	t.Helper()
	out := make([]datatype.Type, len(names))
	for i, n := range names {
		var err error
		out[i], err = datatype.Parse(n)
		require.NoError(t, err)
	}
	return out
}

func decimal(s string, scale int) binaryrow.Decimal {
	x, _ := new(big.Int).SetString(s, 10)
	return binaryrow.Decimal{Unscaled: x, Scale: scale}
}

// TestGoldenVectors holds rows, hashes and buckets to those that Java computed.
func TestGoldenVectors(t *testing.T) {
	ms := int64(1700000000123)
	for name, tc := range map[string]struct {
		types     []string
		values    []any
		row       string
		hash      int32
		of4, of16 int32
	}{
		"int":          {[]string{"INT"}, []any{int32(1)}, "0000000000000000 0100000000000000", 1465514398, 2, 14},
		"bigint":       {[]string{"BIGINT"}, []any{int64(1)}, "0000000000000000 0100000000000000", 1465514398, 2, 14},
		"int 42":       {[]string{"INT"}, []any{int32(42)}, "0000000000000000 2a00000000000000", 907821237, 1, 5},
		"short text":   {[]string{"STRING"}, []any{"hello"}, "0000000000000000 68656c6c6f000085", 243722546, 2, 2},
		"eight bytes":  {[]string{"STRING"}, []any{"20260101"}, "0000000000000000 0800000010000000 3230323630313031", 415413796, 0, 4},
		"empty text":   {[]string{"STRING"}, []any{""}, "0000000000000000 0000000000000080", 302122119, 3, 7},
		"two fields":   {[]string{"INT", "STRING"}, []any{int32(1), "abcdefghij"}, "0000000000000000 0100000000000000 0a00000018000000 6162636465666768 696a000000000000", -1547928938, 2, 10},
		"milliseconds": {[]string{"TIMESTAMP(3)"}, []any{binaryrow.Timestamp{Millis: ms}}, "0000000000000000 7b68e5cf8b010000", -1285420957, 1, 13},
		"microseconds": {[]string{"TIMESTAMP(6)"}, []any{binaryrow.Timestamp{Millis: ms, NanoOfMilli: 456000}}, "0000000000000000 40f5060010000000 7b68e5cf8b010000", 1196670069, 1, 5},
		"long decimal": {[]string{"DECIMAL(20, 0)"}, []any{decimal("12345678901234567890", 0)}, "0000000000000000 0900000010000000 00ab54a98ceb1f0a d200000000000000", 1279091141, 1, 5},
		"null int":     {[]string{"INT"}, []any{nil}, "0001000000000000 0000000000000000", -1748325344, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			types := parse(t, tc.types...)
			got, err := binaryrow.Encode(types, tc.values)
			require.NoError(t, err)
			require.Equal(t, uint32(len(types)), binary.BigEndian.Uint32(got))
			require.Equal(t, strings.ReplaceAll(tc.row, " ", ""), hex.EncodeToString(got[4:]))
			require.Equal(t, tc.hash, binaryrow.Hash(got))
			require.Equal(t, tc.of4, binaryrow.Bucket(got, 4))
			require.Equal(t, tc.of16, binaryrow.Bucket(got, 16))
			back, err := binaryrow.Decode(types, got)
			require.NoError(t, err)
			require.Equal(t, tc.values, back)
		})
	}
}

func TestMurmurOfBytes(t *testing.T) {
	raw := []byte{0, 0, 0, 0, 3, 10, 20, 30, 40, 50, 67, 89, 111, 51, 33, 67, 70, 25, 48, 10}
	require.Equal(t, int32(0x46bdab5b), binaryrow.Hash(raw))
}

func TestNullsKeepTheirRoom(t *testing.T) {
	for typ, want := range map[string]string{
		"DECIMAL(20, 2)":   "0001000000000000 0000000010000000 00000000000000000000000000000000",
		"DECIMAL(18, 2)":   "0001000000000000 0000000000000000",
		"TIMESTAMP(6)":     "0001000000000000 0000000010000000 0000000000000000",
		"TIMESTAMP_LTZ(9)": "0001000000000000 0000000010000000 0000000000000000",
		"TIMESTAMP(3)":     "0001000000000000 0000000000000000",
		"STRING":           "0001000000000000 0000000000000000",
	} {
		got, err := binaryrow.Encode(parse(t, typ), []any{nil})
		require.NoError(t, err)
		require.Equal(t, strings.ReplaceAll(want, " ", ""), hex.EncodeToString(got[4:]), typ)
	}
}

func TestEmpty(t *testing.T) {
	got, err := binaryrow.Encode(nil, nil)
	require.NoError(t, err)
	require.Equal(t, binaryrow.Empty(), got)
}

// every is a value of each type.
func every(t testing.TB) ([]datatype.Type, []any) {
	types := parse(t, "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(9, 2)", "DECIMAL(38, 10)", "DECIMAL(38, 0)",
		"CHAR(3)", "VARCHAR(20)", "STRING", "BINARY(3)", "BYTES", "DATE", "TIME(3)", "TIMESTAMP(0)", "TIMESTAMP(9)", "TIMESTAMP_LTZ(6)",
		"ARRAY<INT>", "ARRAY<STRING>", "ARRAY<BOOLEAN>", "MAP<STRING, BIGINT>", "MULTISET<INT>", "ROW<a INT, b ROW<c STRING, d TIMESTAMP(6)>>", "ARRAY<ARRAY<SMALLINT>>")
	return types, []any{
		true, int8(-1), int16(-2), int32(-3), int64(-4), float32(1.5), math.Inf(-1), decimal("-12345", 2), decimal("-123456789012345678901234567890", 10), decimal("-128", 0),
		"abc", "", "a longer text 省", []byte{1, 2, 3}, []byte("123456789"), binaryrow.Date(-1), binaryrow.Time(86399999),
		binaryrow.Timestamp{Millis: -1000}, binaryrow.Timestamp{Millis: -1, NanoOfMilli: 999999}, binaryrow.Timestamp{Millis: 5, NanoOfMilli: 1000},
		[]any{int32(1), nil, int32(3)}, []any{"x", "a longer text", nil}, []any{true, false, nil}, []binaryrow.Pair{{"k", int64(1)}, {"a longer key", nil}},
		[]binaryrow.Pair{{int32(7), int32(2)}}, []any{int32(1), []any{"c", nil}}, []any{[]any{int16(1)}, []any{}, nil},
	}
}

func TestEveryTypeRoundTrips(t *testing.T) {
	types, values := every(t)
	got, err := binaryrow.Encode(types, values)
	require.NoError(t, err)
	back, err := binaryrow.Decode(types, got)
	require.NoError(t, err)
	require.Equal(t, values, back)
	nulls := make([]any, len(types))
	got, err = binaryrow.Encode(types, nulls)
	require.NoError(t, err)
	back, err = binaryrow.Decode(types, got)
	require.NoError(t, err)
	require.Equal(t, nulls, back)
}

func TestEncodeRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		typ   string
		value any
	}{
		"another Go type":    {"INT", int64(1)},
		"null in NOT NULL":   {"INT NOT NULL", nil},
		"too many digits":    {"DECIMAL(3, 0)", decimal("1000", 0)},
		"too many fractions": {"DECIMAL(9, 1)", decimal("105", 2)},
		"a variant":          {"VARIANT", []byte{1}},
		"text for bytes":     {"BYTES", "x"},
	} {
		_, err := binaryrow.Encode(parse(t, tc.typ), []any{tc.value})
		require.Error(t, err, name)
	}
	_, err := binaryrow.Encode(parse(t, "INT"), nil)
	require.Error(t, err)
}

func TestCompare(t *testing.T) {
	for _, ordered := range [][]any{
		{false, true}, {int8(-1), int8(0)}, {int16(-1), int16(0)}, {int32(-1), int32(0)}, {int64(-1), int64(0)},
		{float32(-1), float32(math.Copysign(0, -1)), float32(0), float32(math.Inf(1)), float32(math.NaN())},
		{math.Inf(-1), -2.0, -1.0, math.Copysign(0, -1), 0.0, 1.0, math.Inf(1), math.NaN()},
		{"", "Z", "a", "é", "省", "\U0001F600"}, {[]byte{1}, []byte{0xff}}, {binaryrow.Date(1), binaryrow.Date(2)},
		{decimal("-5", 1), decimal("49", 2), decimal("5", 1)},
		{binaryrow.Timestamp{Millis: 1, NanoOfMilli: 5}, binaryrow.Timestamp{Millis: 1, NanoOfMilli: 6}, binaryrow.Timestamp{Millis: 2}},
	} {
		for i := range ordered {
			for j := range ordered {
				got, err := binaryrow.Compare(ordered[i], ordered[j])
				require.NoError(t, err)
				require.Equal(t, i < j, got < 0, "%v %v", ordered[i], ordered[j])
				require.Equal(t, i == j, got == 0, "%v %v", ordered[i], ordered[j])
			}
		}
	}
	for _, bad := range [][2]any{{int32(1), int64(1)}, {nil, nil}, {[]any{}, []any{}}, {"a", nil}} {
		_, err := binaryrow.Compare(bad[0], bad[1])
		require.Error(t, err)
	}
}

func TestTexts(t *testing.T) {
	require.Equal(t, "-1.50", decimal("-150", 2).String())
	require.Equal(t, "0.05", decimal("5", 2).String())
	require.Equal(t, "7", decimal("7", 0).String())
	require.Equal(t, "1969-12-31", binaryrow.Date(-1).String())
	require.Equal(t, "23:59:59.999", binaryrow.Time(86399999).String())
	ts := binaryrow.TimestampOfMicros(-1)
	require.Equal(t, binaryrow.Timestamp{Millis: -1, NanoOfMilli: 999000}, ts)
	require.Equal(t, int64(-1), ts.Micros())
	require.Equal(t, "1969-12-31T23:59:59.999999", ts.String())
	require.Equal(t, ts, binaryrow.TimestampOfTime(ts.Time().In(time.FixedZone("x", 3600))))
}

func FuzzDecode(f *testing.F) {
	types, values := every(f)
	good, err := binaryrow.Encode(types, values)
	require.NoError(f, err)
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := binaryrow.Decode(types, b)
		if err != nil {
			return
		}
		again, err := binaryrow.Encode(types, got)
		if err != nil {
			return // more digits than the type holds
		}
		_, err = binaryrow.Decode(types, again)
		require.NoError(t, err)
	})
}
