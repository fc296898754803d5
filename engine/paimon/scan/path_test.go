package scan_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

func TestPartitionFolder(t *testing.T) {
	at := func(millis int64, nanos int32) binaryrow.Timestamp {
		return binaryrow.Timestamp{Millis: millis, NanoOfMilli: nanos}
	}
	for name, tc := range map[string]struct {
		typ           string
		value         any
		legacy, plain string // plain "" = refused
	}{
		"text":                      {"STRING", "20260101", "20260101", "20260101"},
		"null":                      {"STRING", nil, "__DEFAULT_PARTITION__", "__DEFAULT_PARTITION__"},
		"empty":                     {"STRING", "", "__DEFAULT_PARTITION__", "__DEFAULT_PARTITION__"},
		"blanks":                    {"STRING", " \t", "__DEFAULT_PARTITION__", "__DEFAULT_PARTITION__"},
		"reserved characters":       {"STRING", "a/b=c%d:e\\f*?\x01{}[]^\"'#\x7f", "a%2Fb%3Dc%25d%3Ae%5Cf%2A%3F%01%7B%7D%5B%5D%5E%22%27%23%7F", "a%2Fb%3Dc%25d%3Ae%5Cf%2A%3F%01%7B%7D%5B%5D%5E%22%27%23%7F"},
		"others stay":               {"STRING", "广东 省&+,;@!~", "广东 省&+,;@!~", "广东 省&+,;@!~"},
		"two dots stay inside":      {"STRING", "../../x", "..%2F..%2Fx", "..%2F..%2Fx"},
		"boolean":                   {"BOOLEAN", true, "true", "true"},
		"integers":                  {"BIGINT", int64(-7), "-7", "-7"},
		"a date is its day number":  {"DATE", binaryrow.Date(20454), "20454", "2026-01-01"},
		"a date before 1970":        {"DATE", binaryrow.Date(-1), "-1", "1969-12-31"},
		"time":                      {"TIME(3)", binaryrow.Time(3_723_004), "3723004", "01%3A02%3A03.004"},
		"decimal":                   {"DECIMAL(10, 2)", binaryrow.Decimal{Unscaled: big.NewInt(-5), Scale: 2}, "-0.05", "-0.05"},
		"minutes":                   {"TIMESTAMP(3)", at(1767225600000, 0), "2026-01-01T00%3A00", "2026-01-01 00%3A00%3A00.000"},
		"seconds":                   {"TIMESTAMP(0)", at(1767225601000, 0), "2026-01-01T00%3A00%3A01", "2026-01-01 00%3A00%3A01"},
		"tenth of a second":         {"TIMESTAMP(3)", at(1767225600100, 0), "2026-01-01T00%3A00%3A00.100", "2026-01-01 00%3A00%3A00.100"},
		"microseconds":              {"TIMESTAMP(6)", at(1767225600100, 5000), "2026-01-01T00%3A00%3A00.100005", "2026-01-01 00%3A00%3A00.100005"},
		"nanoseconds":               {"TIMESTAMP(9)", at(1767225600100, 5), "2026-01-01T00%3A00%3A00.100000005", "2026-01-01 00%3A00%3A00.100000005"},
		"an instant":                {"TIMESTAMP(6) WITH LOCAL TIME ZONE", at(1767225600000, 0), "2026-01-01T00%3A00", ""},
		"double":                    {"DOUBLE", 1e10, "1.0E10", "1.0E10"},
		"whole double":              {"DOUBLE", 3.0, "3.0", "3.0"},
		"small double":              {"DOUBLE", 0.00012, "1.2E-4", "1.2E-4"},
		"float":                     {"FLOAT", float32(0.1), "0.1", "0.1"},
		"not a number":              {"DOUBLE", math.NaN(), "NaN", "NaN"},
		"minus infinity":            {"DOUBLE", math.Inf(-1), "-Infinity", "-Infinity"},
		"infinity":                  {"DOUBLE", math.Inf(1), "Infinity", "Infinity"},
		"bytes cannot name folders": {"BYTES", []byte{1}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for legacy, want := range map[string]string{"true": tc.legacy, "false": tc.plain} {
				typ, err := datatype.Parse(tc.typ)
				require.NoError(t, err)
				s, err := schema.New([]datatype.Field{datatype.NewField("k=v", typ), datatype.NewField("x", datatype.Of(datatype.Int))},
					[]string{"k=v"}, nil, map[string]string{"partition.legacy-name": legacy}, "", 0)
				require.NoError(t, err)
				got, err := scan.PartitionFolder(s, []any{tc.value})
				if want == "" {
					require.ErrorContains(t, err, "does not fit")
					continue
				}
				require.NoError(t, err)
				require.Equal(t, "k%3Dv="+want, got)
			}
		})
	}
}

func TestPartitionFolderOptions(t *testing.T) {
	f := []datatype.Field{datatype.NewField("a", datatype.StringType()), datatype.NewField("b", datatype.StringType()), datatype.NewField("c", datatype.StringType())}
	s, err := schema.New(f, []string{"b", "a"}, nil, map[string]string{"partition.default-name": "__HIVE__", "data-file.path-directory": "data/files"}, "", 0)
	require.NoError(t, err)
	got, err := scan.PartitionFolder(s, []any{nil, "x"})
	require.NoError(t, err)
	require.Equal(t, "data/files/b=__HIVE__/a=x", got)
	require.Equal(t, "bucket-3", scan.BucketFolder(3))
	require.Equal(t, "bucket-postpone", scan.BucketFolder(-2))
}
