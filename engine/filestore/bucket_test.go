package filestore

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/schema"
)

func bucketStore(t testing.TB) *Store {
	db, err := duck.Open(context.Background(), duck.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(context.Background(), duck.Settings{TimeZone: "Asia/Shanghai"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return &Store{conn: conn}
}

func bucketOf(t testing.TB, kind string, n int, types ...string) *bucket.Function {
	fields, keys := make([]datatype.Field, len(types)), make([]string, len(types))
	for i, name := range types {
		typ, err := datatype.Parse(name)
		require.NoError(t, err)
		keys[i] = fmt.Sprintf("k%d", i)
		fields[i] = datatype.NewField(keys[i], typ)
	}
	s, err := schema.New(fields, nil, nil, map[string]string{
		"bucket": fmt.Sprint(n), "bucket-key": strings.Join(keys, ","), "bucket-function.type": kind,
	}, "", 0)
	require.NoError(t, err)
	fn, err := bucket.Of(s)
	require.NoError(t, err)
	return fn
}

// bucketValues are DuckDB expressions of the row number i, and the Go values
// that they stand for.
var bucketValues = map[string]struct {
	sql   string
	value func(i int64) any
}{
	"BOOLEAN":  {"i % 2 = 1", func(i int64) any { return i%2 == 1 }},
	"TINYINT":  {"(i % 256 - 128)::TINYINT", func(i int64) any { return int8(i%256 - 128) }},
	"SMALLINT": {"(i * 7 % 65536 - 32768)::SMALLINT", func(i int64) any { return int16(i*7%65536 - 32768) }},
	"INT":      {"(i * 123456 - 2000000000)::INTEGER", func(i int64) any { return int32(i*123456 - 2000000000) }},
	"BIGINT":   {"(i - 2500) * 1234567890123", func(i int64) any { return (i - 2500) * 1234567890123 }},
	"FLOAT":    {"(i / 4)::FLOAT", func(i int64) any { return float32(float64(i) / 4) }},
	"DOUBLE": {"(CASE WHEN i % 7 = 0 THEN 'NaN'::DOUBLE WHEN i % 7 = 1 THEN '-0.0'::DOUBLE ELSE i / -8 END)", func(i int64) any {
		switch i % 7 {
		case 0:
			return math.NaN()
		case 1:
			return math.Copysign(0, -1)
		}
		return float64(i) / -8
	}},
	"DECIMAL(4, 1)":  {"((i % 1000)::DECIMAL(4,1) / 10)", func(i int64) any { return binaryrow.Decimal{Unscaled: big.NewInt(i % 1000), Scale: 1} }},
	"DECIMAL(9, 2)":  {"(i::DECIMAL(9,2) - 300)", func(i int64) any { return binaryrow.Decimal{Unscaled: big.NewInt((i - 300) * 100), Scale: 2} }},
	"DECIMAL(18, 0)": {"(i * 100000000000)::DECIMAL(18,0)", func(i int64) any { return binaryrow.Decimal{Unscaled: big.NewInt(i * 100000000000), Scale: 0} }},
	"DECIMAL(38, 3)": {"((i::HUGEINT - 2000) * 10000000000000000000)::DECIMAL(38,3)", func(i int64) any {
		u := new(big.Int).Mul(big.NewInt(i-2000), new(big.Int).Exp(big.NewInt(10), big.NewInt(22), nil))
		return binaryrow.Decimal{Unscaled: u, Scale: 3}
	}},
	"STRING":                            {"repeat('é', (i % 9)::INTEGER) || i", func(i int64) any { return strings.Repeat("é", int(i%9)) + fmt.Sprint(i) }},
	"BYTES":                             {"encode(repeat('é', (i % 3)::INTEGER))", func(i int64) any { return []byte(strings.Repeat("é", int(i%3))) }},
	"DATE":                              {"DATE '1969-01-01' + i::INTEGER", func(i int64) any { return binaryrow.Date(i - 365) }},
	"TIME(0)":                           {"TIME '00:00:00' + to_milliseconds(i * 16001)", func(i int64) any { return binaryrow.Time(i * 16001) }},
	"TIMESTAMP(0)":                      {"make_timestamp((i - 100) * 86399000000)::TIMESTAMP_S", func(i int64) any { return binaryrow.Timestamp{Millis: (i - 100) * 86399000} }},
	"TIMESTAMP(3)":                      {"make_timestamp((i - 100) * 86399001000)::TIMESTAMP_MS", func(i int64) any { return binaryrow.Timestamp{Millis: (i - 100) * 86399001} }},
	"TIMESTAMP(6)":                      {"make_timestamp((i - 100) * 86399001001)", func(i int64) any { return binaryrow.TimestampOfMicros((i - 100) * 86399001001) }},
	"TIMESTAMP(9)":                      {"make_timestamp_ns((i - 100) * 86399001001007)", func(i int64) any { return binaryrow.TimestampOfTime(time.Unix(0, (i-100)*86399001001007)) }},
	"TIMESTAMP(6) WITH LOCAL TIME ZONE": {"to_timestamp((i - 100) * 86399)", func(i int64) any { return binaryrow.TimestampOfMicros((i - 100) * 86399000000) }},
	"TIMESTAMP(3) WITH LOCAL TIME ZONE": {"to_timestamp((i - 100) * 8639)", func(i int64) any { return binaryrow.Timestamp{Millis: (i - 100) * 8639000} }},
	"TIMESTAMP(9) WITH LOCAL TIME ZONE": {"to_timestamp((i - 100) * 8639)", func(i int64) any { return binaryrow.Timestamp{Millis: (i - 100) * 8639000} }},
}

// The vectorised function gives what bucket.Function gives, which in turn
// gives what Java gives, for every type, with NULLs, over many vectors.
func TestBucketsOfVectors(t *testing.T) {
	s := bucketStore(t)
	rows := 5000
	if testing.Short() {
		rows = 700
	}
	for typ, v := range bucketValues {
		for _, kind := range []string{"default", "hive", "mod"} {
			if kind == "hive" && strings.HasPrefix(typ, "TIMESTAMP") || kind == "mod" && typ != "INT" && typ != "BIGINT" {
				continue
			}
			t.Run(kind+" "+typ, func(t *testing.T) {
				types, columns := []string{typ}, []string{fmt.Sprintf("CASE WHEN i %% 5 > 0 THEN %s END AS k0", v.sql)}
				if kind != "mod" {
					types, columns = append(types, "STRING"), append(columns, "CASE WHEN i % 3 > 0 THEN 'x' || i END AS k1")
				}
				fn := bucketOf(t, kind, 12345, types...)
				expr, err := s.bucketExpr(t.Context(), fn, duck.Ident)
				require.NoError(t, err)
				got, _, err := s.conn.Rows(t.Context(), fmt.Sprintf("SELECT i, %s FROM (SELECT i, %s FROM range(%d) r(i)) ORDER BY i", expr, strings.Join(columns, ", "), rows))
				require.NoError(t, err)
				require.Len(t, got, rows)
				for i, r := range got {
					values := make([]any, len(types))
					if i%5 > 0 {
						values[0] = v.value(int64(i))
					}
					if kind != "mod" && i%3 > 0 {
						values[1] = fmt.Sprintf("x%d", i)
					}
					want, err := fn.Bucket(values)
					require.NoError(t, err)
					require.Equal(t, want, r[1], "row %d: %v", i, values)
				}
			})
		}
	}
}

// One integer without NULLs goes another way.
func TestBucketsOfOneInteger(t *testing.T) {
	s := bucketStore(t)
	for typ, value := range map[string]func(i int64) any{"BIGINT": func(i int64) any { return i * -1234567890123 }, "INT": func(i int64) any { return int32(i * -12345) }} {
		fn := bucketOf(t, "default", 12345, typ)
		expr, err := s.bucketExpr(t.Context(), fn, func(string) string {
			return map[string]string{"BIGINT": "i * -1234567890123", "INT": "(i * -12345)::INTEGER"}[typ]
		})
		require.NoError(t, err)
		got, _, err := s.conn.Rows(t.Context(), "SELECT "+expr+" FROM range(5000) r(i) ORDER BY i")
		require.NoError(t, err)
		for i, r := range got {
			want, err := fn.Bucket([]any{value(int64(i))})
			require.NoError(t, err)
			require.Equal(t, want, r[0], "row %d", i)
		}
	}
}

func TestBucketExpression(t *testing.T) {
	s := bucketStore(t)
	one := func(fn *bucket.Function, value string) any {
		expr, err := s.bucketExpr(t.Context(), fn, func(string) string { return value })
		require.NoError(t, err)
		rows, _, err := s.conn.Rows(t.Context(), "SELECT "+expr)
		require.NoError(t, err)
		return rows[0][0]
	}
	require.EqualValues(t, 2, one(bucketOf(t, "default", 4, "INT"), "1"), "a constant")
	require.EqualValues(t, 2, one(bucketOf(t, "default", 4, "STRING"), "'hello'"))
	require.EqualValues(t, 0, one(bucketOf(t, "default", 16, "INT"), "NULL"))
	require.EqualValues(t, 0, one(bucketOf(t, "default", 1, "INT"), "7"))
	require.EqualValues(t, 6, one(bucketOf(t, "mod", 7, "BIGINT"), "-9223372036854775801"))
	for name, text := range map[string]string{
		"must be a constant": "SELECT lt_bucket('default;4;BIGINT' || i, i) FROM range(9) r(i)",
		"bad rule":           "SELECT lt_bucket('default', 1)",
		"is no BIGINT":       "SELECT lt_bucket('default;4;BIGINT', 1::INTEGER)",
		"is no DECIMAL":      "SELECT lt_bucket('default;4;DECIMAL(20, 1)', 1::DECIMAL(20,2))",
		"for a key of 1":     "SELECT lt_bucket('default;4;BIGINT', 1::BIGINT, 2)",
	} {
		_, _, err := s.conn.Rows(t.Context(), text)
		require.ErrorContains(t, err, name)
	}
}

func BenchmarkBucket(b *testing.B) {
	s := bucketStore(b)
	require.NoError(b, s.conn.Exec(b.Context(), "CREATE TEMP TABLE lt_b AS SELECT i AS k0, 'user-' || i AS s FROM range(2000000) r(i)"))
	for name, tc := range map[string]struct{ typ, column string }{"bigint": {"BIGINT", "k0"}, "string": {"STRING", "s"}} {
		expr, err := s.bucketExpr(b.Context(), bucketOf(b, "default", 16, tc.typ), func(string) string { return tc.column })
		require.NoError(b, err)
		for what, e := range map[string]string{"builtin hash": "hash(" + tc.column + ")", "bucket": expr} {
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					_, _, err := s.conn.Rows(b.Context(), "SELECT max("+e+") FROM lt_b")
					require.NoError(b, err)
				}
			})
		}
	}
}
