package bucket_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/schema"
)

func table(t testing.TB, options map[string]string, partition, primary []string, columns ...string) *schema.Schema {
	t.Helper()
	fields := make([]datatype.Field, len(columns)/2)
	for i := range fields {
		typ, err := datatype.Parse(columns[2*i+1])
		require.NoError(t, err)
		fields[i] = datatype.NewField(columns[2*i], typ)
	}
	s, err := schema.New(fields, partition, primary, options, "", 0)
	require.NoError(t, err)
	return s
}

func decimal(text string, scale int) binaryrow.Decimal {
	n, _ := new(big.Int).SetString(text, 10)
	return binaryrow.Decimal{Unscaled: n, Scale: scale}
}

// TestGoldenVectors are bucket ids that Java computed (PAIMON.md 4.2).
func TestGoldenVectors(t *testing.T) {
	for name, tc := range map[string]struct {
		columns     []string
		values      []any
		four, sixty int32
	}{
		"INT 1":         {[]string{"k", "INT"}, []any{int32(1)}, 2, 14},
		"BIGINT 1":      {[]string{"k", "BIGINT"}, []any{int64(1)}, 2, 14},
		"INT 42":        {[]string{"k", "INT"}, []any{int32(42)}, 1, 5},
		"short text":    {[]string{"k", "STRING"}, []any{"hello"}, 2, 2},
		"long text":     {[]string{"k", "STRING"}, []any{"20260101"}, 0, 4},
		"empty text":    {[]string{"k", "STRING"}, []any{""}, 3, 7},
		"two columns":   {[]string{"a", "INT", "b", "STRING"}, []any{int32(1), "abcdefghij"}, 2, 10},
		"TIMESTAMP(3)":  {[]string{"k", "TIMESTAMP(3)"}, []any{binaryrow.Timestamp{Millis: 1700000000123}}, 1, 13},
		"TIMESTAMP(6)":  {[]string{"k", "TIMESTAMP(6)"}, []any{binaryrow.Timestamp{Millis: 1700000000123, NanoOfMilli: 456000}}, 1, 5},
		"DECIMAL(20,0)": {[]string{"k", "DECIMAL(20, 0)"}, []any{decimal("12345678901234567890", 0)}, 1, 5},
		"null":          {[]string{"k", "INT"}, []any{nil}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			key := tc.columns[0]
			if len(tc.columns) > 2 {
				key += ", " + tc.columns[2]
			}
			for n, want := range map[string]int32{"4": tc.four, "16": tc.sixty} {
				f, err := bucket.Of(table(t, map[string]string{"bucket": n, "bucket-key": key}, nil, nil, tc.columns...))
				require.NoError(t, err)
				got, err := f.Bucket(tc.values)
				require.NoError(t, err)
				require.Equal(t, want, got, "of %s", n)
			}
		})
	}
}

func TestKeysInDeclaredOrder(t *testing.T) {
	columns := []string{"a", "INT", "b", "INT", "dt", "STRING"}
	s := table(t, map[string]string{"bucket": "2"}, []string{"dt"}, []string{"b", "dt", "a"}, columns...)
	f, err := bucket.Of(s)
	require.NoError(t, err)
	require.Equal(t, []string{"b", "a"}, bucket.Keys(s))
	require.Equal(t, "b", f.Keys[0].Name)
	require.EqualValues(t, 2, f.Buckets)
	s.Options["bucket-key"] = " a "
	require.Equal(t, []string{"a"}, bucket.Keys(s))
}

func TestModAndHive(t *testing.T) {
	for name, tc := range map[string]struct {
		kind, typ string
		value     any
		want      int32 // of 7
	}{
		"mod":               {"mod", "INT", int32(9), 2},
		"mod of a negative": {"mod", "BIGINT", int64(-1), 6},
		"mod of null":       {"mod", "BIGINT", nil, 0},
		"hive int":          {"hive", "INT", int32(-1), (1<<31 - 1) % 7},
		"hive bigint":       {"hive", "BIGINT", int64(1<<32 + 1), 0},
		"hive text":         {"hive", "STRING", "ab", (97*31 + 98) % 7},
		"hive null":         {"hive", "STRING", nil, 0},
		"hive decimal":      {"hive", "DECIMAL(10, 2)", decimal("1200", 2), (31*12 + 0) % 7},
		"hive decimal tens": {"hive", "DECIMAL(10, 2)", decimal("120000", 2), (31*1200 + 0) % 7},
		"hive fraction":     {"hive", "DECIMAL(10, 2)", decimal("-1250", 2), (-31*125 + 1) & (1<<31 - 1) % 7},
		"hive minus zero":   {"hive", "DOUBLE", math.Copysign(0, -1), 0},
		"hive boolean":      {"hive", "BOOLEAN", true, 1},
		"hive zero":         {"hive", "DECIMAL(10, 2)", decimal("0", 2), 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := table(t, map[string]string{"bucket": "7", "bucket-key": "k", "bucket-function.type": tc.kind}, nil, nil, "k", tc.typ)
			f, err := bucket.Of(s)
			require.NoError(t, err)
			got, err := f.Bucket([]any{tc.value})
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		options map[string]string
		typ     string
		want    string
	}{
		"no buckets":       {map[string]string{}, "INT", "no fixed buckets"},
		"mod of text":      {map[string]string{"bucket": "2", "bucket-key": "k", "bucket-function.type": "mod"}, "STRING", "one INT or BIGINT"},
		"unknown function": {map[string]string{"bucket": "2", "bucket-key": "k", "bucket-function.type": "crc"}, "INT", "expected default, mod or hive"},
		"hive timestamp":   {map[string]string{"bucket": "2", "bucket-key": "k", "bucket-function.type": "hive"}, "TIMESTAMP(3)", "cannot be a bucket key of function hive"},
		"missing column":   {map[string]string{"bucket": "2", "bucket-key": "z"}, "INT", "column z"},
		"too many":         {map[string]string{"bucket": "32769", "bucket-key": "k"}, "INT", "at most 32768"},
	} {
		t.Run(name, func(t *testing.T) {
			s := table(t, nil, nil, nil, "k", tc.typ)
			s.Options = tc.options // as another program may have written it
			_, err := bucket.Of(s)
			require.ErrorContains(t, err, tc.want)
		})
	}
	f, err := bucket.Of(table(t, map[string]string{"bucket": "2", "bucket-key": "k"}, nil, nil, "k", "INT"))
	require.NoError(t, err)
	_, err = f.Bucket([]any{"text"})
	require.ErrorContains(t, err, "bucket key")
}
