package rowtext

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/require"
)

func TestJavaFloat(t *testing.T) {
	for want, v := range map[string]float64{
		"1.0": 1, "0.1": 0.1, "1.0E10": 1e10, "1.0E7": 1e7, "9999999.0": 9999999, "1.0E-4": 1e-4, "0.001": 1e-3, "-2.5E-5": -2.5e-5,
		"NaN": math.NaN(), "Infinity": math.Inf(1), "-0.0": math.Copysign(0, -1), "1.7976931348623157E308": math.MaxFloat64, "123456.789": 123456.789,
	} {
		require.Equal(t, want, JavaFloat(v, 64))
	}
	require.Equal(t, "0.1", JavaFloat(float64(float32(0.1)), 32))
}

func TestEveryTypeInEveryDialect(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "b", Type: arrow.FixedWidthTypes.Boolean}, {Name: "d", Type: arrow.PrimitiveTypes.Float64},
		{Name: "m", Type: &arrow.Decimal128Type{Precision: 9, Scale: 2}},
		{Name: "ts", Type: &arrow.TimestampType{Unit: arrow.Microsecond}}, {Name: "tz", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
		{Name: "l", Type: arrow.ListOf(arrow.BinaryTypes.String)}, {Name: "x", Type: arrow.BinaryTypes.Binary},
		{Name: "s", Type: arrow.StructOf(arrow.Field{Name: "k", Type: arrow.PrimitiveTypes.Int32})},
		{Name: "n", Type: arrow.BinaryTypes.String},
	}, nil)
	rec, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(
		`[{"b":true,"d":1e10,"m":"12.50","ts":"2026-11-21T10:00:00.5","tz":"2026-11-21T16:00:00Z","l":["a",null],"x":"YWI=","s":{"k":1},"n":null}]`))
	require.NoError(t, err)
	var buf bytes.Buffer
	w := ipc.NewWriter(&buf, ipc.WithSchema(schema))
	require.NoError(t, w.Write(rec))
	require.NoError(t, w.Close())
	for dialect, want := range map[string]string{
		"spark":     `true|1.0E10|12.50|2026-11-21 10:00:00.5|2026-11-22 00:00:00|["a",null]|ab|{"k":1}|-`,
		"flink":     `TRUE|1.0E10|12.50|2026-11-21 10:00:00.500000|2026-11-22 00:00:00.000000|[a, NULL]|x'6162'|(1)|-`,
		"starrocks": `1|1e+10|12.50|2026-11-21 10:00:00.500000|2026-11-22 00:00:00|["a",null]|ab|{"k":1}|-`,
		"duckdb":    `true|10000000000.0|12.50|2026-11-21 10:00:00.5|2026-11-22 00:00:00+08|[a, NULL]|ab|{'k': 1}|-`,
	} {
		t.Run(dialect, func(t *testing.T) {
			rows, err := Printer{Dialect: dialect, Zone: shanghai}.Stream(buf.Bytes())
			require.NoError(t, err)
			require.Len(t, rows, 1)
			texts := make([]string, len(rows[0]))
			for i, v := range rows[0] {
				texts[i] = "-"
				if v != nil {
					texts[i] = *v
				}
			}
			require.Equal(t, want, strings.Join(texts, "|"))
		})
	}
}

func TestBrokenTextHasAReplacementForEachByte(t *testing.T) {
	require.Equal(t, "\ufffd\ufffd{", Printer{Dialect: "spark"}.binary([]byte{0xfe, 0xff, '{'}))
}
