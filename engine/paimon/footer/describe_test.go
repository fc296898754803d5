package footer_test

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/footer"
)

func decimal(unscaled string, scale int) binaryrow.Decimal {
	x, _ := new(big.Int).SetString(unscaled, 10)
	return binaryrow.Decimal{Unscaled: x, Scale: scale}
}

func micros(s int64, us int32) binaryrow.Timestamp {
	return binaryrow.Timestamp{Millis: s * 1000, NanoOfMilli: us * 1000}
}

// TestDescribe holds the statistics of one column, written by COPY where that
// may be, and by WriteSpecial, to what the values are.
func TestDescribe(t *testing.T) {
	l := newLake(t)
	long := strings.Repeat("省", 20)
	for name, tc := range map[string]struct {
		typ      string
		values   []string
		min, max any
		nulls    any // nil = unknown
	}{
		"boolean":               {"BOOLEAN", []string{"true", "false", "NULL"}, false, true, 1},
		"tinyint":               {"TINYINT", []string{"-128", "127"}, int8(-128), int8(127), 0},
		"smallint":              {"SMALLINT", []string{"-2", "NULL", "5"}, int16(-2), int16(5), 1},
		"int":                   {"INT", []string{"-2", "NULL", "5"}, int32(-2), int32(5), 1},
		"bigint":                {"BIGINT", []string{"-2", "9223372036854775807"}, int64(-2), int64(9223372036854775807), 0},
		"all null":              {"BIGINT", []string{"NULL", "NULL"}, nil, nil, 2},
		"no rows":               {"BIGINT", nil, nil, nil, 0},
		"float":                 {"FLOAT", []string{"-1.5", "2"}, float32(-1.5), float32(2), 0},
		"float with NaN":        {"FLOAT", []string{"-1.5", "'NaN'::FLOAT", "2"}, nil, nil, 0},
		"double":                {"DOUBLE", []string{"-1.5", "NULL", "2"}, -1.5, 2.0, 1},
		"double NaN":            {"DOUBLE", []string{"'NaN'::DOUBLE", "NULL"}, nil, nil, 1},
		"short decimal":         {"DECIMAL(9, 2)", []string{"-1.5", "2"}, decimal("-150", 2), decimal("200", 2), 0},
		"middle decimal":        {"DECIMAL(18, 2)", []string{"-1.5", "2"}, decimal("-150", 2), decimal("200", 2), 0},
		"long decimal":          {"DECIMAL(38, 2)", []string{"-1.5", "2", "-12345678901234567890.12"}, decimal("-1234567890123456789012", 2), decimal("200", 2), 0},
		"text":                  {"STRING", []string{"'b'", "''", "'Z'", "NULL"}, "", "b", 1},
		"long text":             {"STRING", []string{"'" + long + "'", "'" + strings.Repeat("a", 20) + "'"}, strings.Repeat("a", 16), strings.Repeat("省", 15) + "眂", 0},
		"text of 16":            {"STRING", []string{"'0123456789abcdef'"}, "0123456789abcdef", "0123456789abcdef", 0},
		"last of all":           {"STRING", []string{"'" + strings.Repeat("\U0010ffff", 17) + "'"}, nil, nil, 0},
		"before the surrogates": {"STRING", []string{"'" + strings.Repeat("\ud7ff", 17) + "'"}, strings.Repeat("\ud7ff", 16), strings.Repeat("\ud7ff", 15) + "\ue000", 0},
		"bytes":                 {"BYTES", []string{"'a'::BLOB", "NULL"}, nil, nil, 1},
		"date":                  {"DATE", []string{"DATE '1969-12-31'", "DATE '1970-01-02'"}, binaryrow.Date(-1), binaryrow.Date(1), 0},
		"time":                  {"TIME(3)", []string{"TIME '00:00:01'", "TIME '00:00:02.5'", "NULL"}, binaryrow.Time(1000), binaryrow.Time(2500), 1},
		"seconds":               {"TIMESTAMP(0)", []string{"TIMESTAMP '1970-01-01 00:00:01'"}, micros(1, 0), micros(1, 0), 0},
		"millis":                {"TIMESTAMP(3)", []string{"TIMESTAMP '1969-12-31 23:59:59.999'", "NULL"}, binaryrow.Timestamp{Millis: -1}, binaryrow.Timestamp{Millis: -1}, 1},
		"micros":                {"TIMESTAMP(6)", []string{"TIMESTAMP '1970-01-01 00:00:01.000001'", "TIMESTAMP '1970-01-01 00:00:01.000002'"}, micros(1, 1), micros(1, 2), 0},
		"nanos":                 {"TIMESTAMP(9)", []string{"TIMESTAMP_NS '1970-01-01 00:00:01'", "NULL"}, nil, nil, 1},
		"instant millis":        {"TIMESTAMP_LTZ(3)", []string{"TIMESTAMPTZ '1970-01-01 08:00:01+08'"}, micros(1, 0), micros(1, 0), 0},
		"instant":               {"TIMESTAMP_LTZ(6)", []string{"TIMESTAMPTZ '1970-01-01 08:00:01.000001+08'"}, micros(1, 1), micros(1, 1), 0},
		"instant nanos":         {"TIMESTAMP_LTZ(9)", []string{"TIMESTAMPTZ '1970-01-01 08:00:01+08'"}, nil, nil, 0},
		"list":                  {"ARRAY<INT>", []string{"[1, NULL]", "NULL"}, nil, nil, nil},
		"row":                   {"ROW<c INT>", []string{"{'c': 1}", "NULL"}, nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := numbered(fieldOf(t, "c", tc.typ, 0))
			query := "SELECT c FROM (VALUES (NULL)) v(c) WHERE false"
			if tc.values != nil {
				query = sampleQuery(t, f, tc.values)
			}
			base := strings.ReplaceAll(name, " ", "_")
			query = fmt.Sprintf("SELECT CAST(c AS %s) AS c FROM (%s)", mustDuck(t, f.Type), query)
			files := []string{base + ".special.parquet"}
			l.special(files[0], query, []datatype.Field{f})
			if w := footer.WriteExpr(f.Type); w != nil {
				files = append(files, base+".copy.parquet")
				l.copy(files[1], "SELECT "+w("c")+" AS c FROM ("+query+")", []datatype.Field{f})
			}
			for _, file := range files {
				d, err := footer.Describe(t.Context(), l.fio, file, []datatype.Field{f}, footer.Modes{})
				require.NoError(t, err)
				require.Equal(t, int64(len(tc.values)), d.RowCount)
				info, err := os.Stat(l.path(file))
				require.NoError(t, err)
				require.Equal(t, info.Size(), d.SizeBytes)
				require.Nil(t, d.StatsColumns)
				least, most := bounds(t, d.Stats, f)
				if strings.HasSuffix(file, "special.parquet") && (f.Type.Kind == datatype.Float || f.Type.Kind == datatype.Double || f.Type.Precision == 38) {
					require.Equal(t, []any{nil, nil}, []any{least[0], most[0]}, "the library's bounds are not certain")
				} else {
					require.Equal(t, []any{tc.min}, least, file)
					require.Equal(t, []any{tc.max}, most, file)
				}
				if tc.nulls == nil {
					require.Equal(t, []*int64{nil}, d.Stats.Nulls)
				} else {
					require.NotNil(t, d.Stats.Nulls[0], file)
					require.EqualValues(t, tc.nulls, *d.Stats.Nulls[0], file)
				}
			}
		})
	}
}

func bounds(t testing.TB, s binaryrow.Stats, fields ...datatype.Field) (least, most []any) {
	t.Helper()
	types := make([]datatype.Type, len(fields))
	for i, f := range fields {
		types[i] = f.Type.Nullable()
	}
	least, err := binaryrow.Decode(types, s.Min)
	require.NoError(t, err)
	most, err = binaryrow.Decode(types, s.Max)
	require.NoError(t, err)
	return least, most
}

func TestZeroesOfBothSignsAreWithinTheBounds(t *testing.T) {
	l := newLake(t)
	f := fieldOf(t, "c", "DOUBLE", 0)
	l.copy("z.parquet", "SELECT * FROM (VALUES (0.0::DOUBLE), ('-0'::DOUBLE)) v(c)", []datatype.Field{f})
	d, err := footer.Describe(t.Context(), l.fio, "z.parquet", []datatype.Field{f}, footer.Modes{})
	require.NoError(t, err)
	least, most := bounds(t, d.Stats, f)
	for _, zero := range []float64{0, negativeZero()} {
		c, err := binaryrow.Compare(least[0], zero)
		require.NoError(t, err)
		require.LessOrEqual(t, c, 0)
		c, err = binaryrow.Compare(most[0], zero)
		require.NoError(t, err)
		require.GreaterOrEqual(t, c, 0)
	}
}

func negativeZero() float64 { z := 0.0; return -1 * z }

func TestManyRowGroupsGiveOneRange(t *testing.T) {
	l := newLake(t)
	f := fieldOf(t, "c", "BIGINT", 0)
	_, err := l.conn.Copy(t.Context(), "SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE i END AS c FROM range(10000) r(i)", l.path("g.parquet"), "ROW_GROUP_SIZE 2048")
	require.NoError(t, err)
	d, err := footer.Describe(t.Context(), l.fio, "g.parquet", []datatype.Field{f}, footer.Modes{})
	require.NoError(t, err)
	least, most := bounds(t, d.Stats, f)
	require.Equal(t, []any{int64(1), int64(9999), int64(1000), int64(10000)}, []any{least[0], most[0], *d.Stats.Nulls[0], d.RowCount})
}

func TestUnknownWhereTheFileIsOfAnotherType(t *testing.T) {
	l := newLake(t)
	written := fieldOf(t, "c", "BIGINT", 0)
	l.copy("b.parquet", "SELECT 7::BIGINT AS c", []datatype.Field{written})
	for _, typ := range []string{"INT", "STRING", "DECIMAL(18, 0)", "TIMESTAMP(6)", "ARRAY<BIGINT>", "DOUBLE"} {
		f := fieldOf(t, "c", typ, 0)
		d, err := footer.Describe(t.Context(), l.fio, "b.parquet", []datatype.Field{f}, footer.Modes{})
		require.NoError(t, err)
		least, most := bounds(t, d.Stats, f)
		require.Equal(t, []any{nil, nil}, []any{least[0], most[0]}, typ)
	}
	missing := fieldOf(t, "d", "BIGINT", 1)
	d, err := footer.Describe(t.Context(), l.fio, "b.parquet", []datatype.Field{missing, written}, footer.Modes{})
	require.NoError(t, err)
	require.Nil(t, d.Stats.Nulls[0])
	least, _ := bounds(t, d.Stats, missing, written)
	require.Equal(t, []any{nil, int64(7)}, least)
}

func TestModes(t *testing.T) {
	l := newLake(t)
	fields := []datatype.Field{fieldOf(t, "a", "STRING", 0), fieldOf(t, "b", "INT", 1), fieldOf(t, "c", "INT", 2)}
	l.copy("m.parquet", "SELECT 'abcdefgh' AS a, 1 AS b, 2 AS c", fields)
	describe := func(options map[string]string) ([]string, []any) {
		modes, err := footer.ModesOf(options)
		require.NoError(t, err)
		d, err := footer.Describe(t.Context(), l.fio, "m.parquet", fields, modes)
		require.NoError(t, err)
		kept := fields
		if d.StatsColumns != nil {
			kept = nil
			for _, f := range fields {
				for _, c := range d.StatsColumns {
					if f.Name == c {
						kept = append(kept, f)
					}
				}
			}
		}
		least, _ := bounds(t, d.Stats, kept...)
		return d.StatsColumns, least
	}
	for name, tc := range map[string]struct {
		options map[string]string
		columns []string
		least   []any
	}{
		"all by default":        {nil, nil, []any{"abcdefgh", int32(1), int32(2)}},
		"none leaves no column": {map[string]string{"metadata.stats-mode": "none"}, []string{}, []any{}},
		"one column left out":   {map[string]string{"fields.b.stats-mode": "none"}, []string{"a", "c"}, []any{"abcdefgh", int32(2)}},
		"counts have no bounds": {map[string]string{"fields.b.stats-mode": "counts"}, nil, []any{"abcdefgh", nil, int32(2)}},
		"shorter text":          {map[string]string{"metadata.stats-mode": "TRUNCATE(3)"}, nil, []any{"abc", int32(1), int32(2)}},
		"the first two":         {map[string]string{"metadata.stats-keep-first-n-columns": "2"}, []string{"a", "b"}, []any{"abcdefgh", int32(1)}},
		"sparse keeps places":   {map[string]string{"fields.b.stats-mode": "none", "metadata.stats-dense-store": "false"}, nil, []any{"abcdefgh", nil, int32(2)}},
		"full":                  {map[string]string{"metadata.stats-mode": "full"}, nil, []any{"abcdefgh", int32(1), int32(2)}},
	} {
		t.Run(name, func(t *testing.T) {
			columns, least := describe(tc.options)
			require.Equal(t, tc.columns, columns)
			require.Equal(t, tc.least, least)
		})
	}
	for _, bad := range []string{"truncate", "truncate(0)", "some", ""} {
		_, err := footer.ModesOf(map[string]string{"metadata.stats-mode": bad})
		require.Error(t, err)
	}
}

func TestBrokenFilesAreErrors(t *testing.T) {
	l := newLake(t)
	f := fieldOf(t, "c", "STRING", 0)
	l.special("whole.parquet", "SELECT i::VARCHAR AS c FROM range(1000) r(i)", []datatype.Field{f})
	whole, err := os.ReadFile(l.path("whole.parquet"))
	require.NoError(t, err)
	for name, data := range map[string][]byte{
		"empty": {}, "cut off": whole[:len(whole)-3], "only the end": whole[len(whole)-20:], "text": []byte("hello, this is no parquet file"),
		"a footer longer than the file": append(bytes.Clone(whole[:len(whole)-8]), 0xff, 0xff, 0xff, 0x7f, 'P', 'A', 'R', '1'),
	} {
		fio := mem.New()
		require.NoError(t, fio.Create(t.Context(), "x", data))
		_, err := footer.Describe(t.Context(), fio, "x", []datatype.Field{f}, footer.Modes{})
		require.ErrorIs(t, err, footer.ErrParquet, name)
		_, err = footer.Open(t.Context(), fio, "x", []datatype.Field{f})
		require.ErrorIs(t, err, footer.ErrParquet, name)
	}
}

func FuzzDescribe(f *testing.F) {
	l := newLake(f)
	fields := []datatype.Field{fieldOf(f, "a", "STRING", 0), fieldOf(f, "b", "ARRAY<INT>", 1), fieldOf(f, "c", "DECIMAL(20, 2)", 2)}
	l.special("a.parquet", "SELECT 'x' AS a, [1, 2] AS b, 1.5::DECIMAL(20,2) AS c", fields)
	l.copy("b.parquet", "SELECT 'x' AS a, [1, 2] AS b, 1.5::DECIMAL(20,2) AS c", fields)
	for _, name := range []string{"a.parquet", "b.parquet"} {
		data, err := os.ReadFile(l.path(name))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fio := mem.New()
		require.NoError(t, fio.Create(t.Context(), "x", data))
		d, err := footer.Describe(t.Context(), fio, "x", fields, footer.Modes{})
		if err == nil && (d.RowCount < 0 || len(d.Stats.Nulls) != len(fields)) {
			t.Fatalf("%+v", d)
		}
	})
}
