package judge

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
)

// Row is a row of Go values: nil, bool, integers, float32, float64, string,
// []byte, and []any for ARRAY, ROW and MAP. Text passes as it is, so any value
// may be written as the judges do.
type Row = []any

// Rows turns Go values into the judges' text.
func Rows(rows ...Row) [][]any {
	out := make([][]any, len(rows))
	for i, r := range rows {
		out[i] = text(r).([]any)
	}
	return out
}

func text(v any) any {
	switch x := v.(type) {
	case nil, string:
		return x
	case float32:
		return Float(x)
	case float64:
		return Double(x)
	case []byte:
		return base64.StdEncoding.EncodeToString(x)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = text(e)
		}
		return out
	}
	return fmt.Sprint(v)
}

// Float is a FLOAT as the judges write it.
func Float(f float32) string {
	if f != f {
		return "7fc00000"
	}
	return fmt.Sprintf("%08x", math.Float32bits(f))
}

// Double is a DOUBLE as the judges write it.
func Double(f float64) string {
	if f != f {
		return "7ff8000000000000"
	}
	return fmt.Sprintf("%016x", math.Float64bits(f))
}

// Lines are rows as sorted JSON texts, for a comparison without order.
func Lines(tb testing.TB, rows [][]any) []string {
	tb.Helper()
	out := make([]string, len(rows))
	for i, r := range rows {
		b, err := json.Marshal(r)
		require.NoError(tb, err)
		out[i] = string(b)
	}
	sort.Strings(out)
	return out
}

// Fields parses "name TYPE" texts, with ids as a table of them has.
func Fields(tb testing.TB, texts ...string) []datatype.Field {
	tb.Helper()
	out := make([]datatype.Field, len(texts))
	for i, text := range texts {
		name, typ, _ := strings.Cut(text, " ")
		parsed, err := datatype.Parse(typ)
		require.NoError(tb, err)
		out[i] = datatype.NewField(name, parsed)
	}
	next := 0
	number(out, &next)
	return out
}

// number gives the fields ids, those inside types too.
func number(fields []datatype.Field, next *int) {
	for i := range fields {
		fields[i].ID = *next
		*next++
	}
	for i := range fields {
		for p := []*datatype.Type{&fields[i].Type}; len(p) > 0; p = p[1:] {
			number(p[0].Fields, next)
			for _, inner := range []*datatype.Type{p[0].Key, p[0].Elem} {
				if inner != nil {
					p = append(p, inner)
				}
			}
		}
	}
}

// Records are the rows of a batch whose columns are of these types.
func Records(types []datatype.Type, b arrow.RecordBatch) [][]any {
	out := make([][]any, b.NumRows())
	for i := range out {
		out[i] = make([]any, len(types))
		for c, t := range types {
			out[i][c] = Value(t, b.Column(c), i)
		}
	}
	return out
}

// Value is an Arrow value of a column of type typ as the judges write it.
func Value(typ datatype.Type, a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch x := a.(type) {
	case *array.Float32:
		return Float(x.Value(i))
	case *array.Float64:
		return Double(x.Value(i))
	case *array.Binary:
		return text(x.Value(i))
	case *array.Date32:
		return x.Value(i).ToTime().Format(time.DateOnly)
	case *array.Time32:
		return clock(int64(x.Value(i)) * int64(x.DataType().(*arrow.Time32Type).Unit.Multiplier()))
	case *array.Time64:
		return clock(int64(x.Value(i)) * int64(x.DataType().(*arrow.Time64Type).Unit.Multiplier()))
	case *array.Decimal128:
		return x.Value(i).ToString(int32(typ.Scale))
	case *array.Timestamp:
		s := x.Value(i).ToTime(x.DataType().(*arrow.TimestampType).Unit).UTC().Format("2006-01-02T15:04:05.999999999")
		if typ.Kind == datatype.TimestampLTZ {
			s += "Z"
		}
		return s
	case *array.Struct:
		out := make([]any, x.NumField())
		for k := range out {
			out[k] = Value(typ.Fields[k].Type, x.Field(k), i)
		}
		return out
	case *array.Map:
		return mapValue(typ, x, i)
	case *array.List:
		out := []any{}
		from, to := x.ValueOffsets(i)
		for j := from; j < to; j++ {
			out = append(out, Value(*typ.Elem, x.ListValues(), int(j)))
		}
		return out
	}
	return strings.Clone(a.ValueStr(i)) // the batch dies before the row
}

// clock is a time of day without the last zeros of its fraction.
func clock(nanos int64) string {
	return time.Unix(0, nanos).UTC().Format("15:04:05.999999999")
}

func mapValue(typ datatype.Type, x *array.Map, i int) any {
	key, value := typ.Key, *typ.Elem
	if typ.Kind == datatype.Multiset {
		key, value = typ.Elem, datatype.Of(datatype.Int)
	}
	out := []any{}
	from, to := x.ValueOffsets(i)
	for j := from; j < to; j++ {
		out = append(out, []any{Value(*key, x.Keys(), int(j)), Value(value, x.Items(), int(j))})
	}
	sort.Slice(out, func(a, b int) bool { return keyText(out[a]) < keyText(out[b]) })
	return out
}

func keyText(pair any) string {
	b, err := json.Marshal(pair.([]any)[0])
	if err != nil {
		panic(err) // values are text and lists of it
	}
	return string(b)
}
