package fn_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

func TestSizes(t *testing.T) {
	require.Greater(t, len(fn.Names(fn.Spark)), 300)
	require.Greater(t, len(fn.Names(fn.StarRocks)), 200)
	require.Greater(t, len(fn.Names(fn.Flink)), 150)
}

func TestLookup(t *testing.T) {
	f, ok := fn.Lookup(fn.Spark, "To_Date")
	require.True(t, ok)
	require.Equal(t, "to_date", f.Name)
	_, ok = fn.Lookup(fn.Spark, "str_to_date")
	require.False(t, ok)
	_, ok = fn.Lookup("cobol", "upper")
	require.False(t, ok)
}

func TestNearest(t *testing.T) {
	require.Equal(t, "to_date", fn.Nearest(fn.Spark, "todate")[0])
	require.Equal(t, "get_json_object", fn.Nearest(fn.Spark, "get_json_objct")[0])
	require.NotContains(t, fn.Nearest(fn.Spark, "from_jso"), "from_json", "what is refused is not suggested")
	require.Empty(t, fn.Nearest(fn.Spark, "zzzzzzzzzzzz"))
}

func TestUnsupportedSaysSo(t *testing.T) {
	f, ok := fn.Lookup(fn.StarRocks, "bitmap_union_count")
	require.True(t, ok)
	require.True(t, f.Unsupported)
	_, err := f.Print(fn.Call{})
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "sql.unsupported", p.Code)
	require.Contains(t, p.Error(), "bitmap_union_count")
}

// TestEveryEntryHoldsTogether calls every function with every number of
// arguments it allows, of every kind of type: it may refuse, never panic.
func TestEveryEntryHoldsTogether(t *testing.T) {
	one := "1"
	for _, d := range []string{fn.Spark, fn.Flink, fn.StarRocks} {
		for _, name := range fn.Names(d) {
			f, _ := fn.Lookup(d, name)
			if f.Rewritten {
				continue
			}
			require.NotEqual(t, fn.Unlimited, f.Min, name)
			require.True(t, f.Max == fn.Unlimited || f.Max >= f.Min, name)
			most := f.Max
			if most == fn.Unlimited {
				most = f.Min + 3
			}
			for n := f.Min; n <= most; n++ {
				for _, typ := range someTypes() {
					for _, literal := range []*string{nil, &one} {
						use(t, d, f, n, typ, literal)
					}
				}
			}
		}
	}
}

func someTypes() []datatype.Type {
	text := datatype.StringType()
	return []datatype.Type{
		{}, datatype.Of(datatype.Null), text, datatype.BytesType(), datatype.Of(datatype.Int), datatype.Of(datatype.Double), datatype.DecimalOf(10, 2),
		datatype.Of(datatype.Date), datatype.LTZOf(6), datatype.TimestampOf(6), datatype.ArrayOf(text), datatype.MapOf(text, text),
		datatype.RowOf(datatype.NewField("a", text), datatype.NewField("b", text)), datatype.Of(datatype.Interval),
	}
}

func use(t *testing.T, d string, f *fn.Function, n int, typ datatype.Type, literal *string) {
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("%s %s with %d arguments of %s: %v", d, f.Name, n, typ, p)
		}
	}()
	types := make([]datatype.Type, n)
	for i := range types {
		types[i] = typ
	}
	c := fn.Call{Name: f.Name, TimeZone: "Asia/Shanghai", Now: time.Unix(0, 0)}
	var want []datatype.Type
	if f.Params != nil {
		want = f.Params(types)
		require.True(t, want == nil || len(want) == n, "%s %s has %d parameter types for %d arguments", d, f.Name, len(want), n)
	}
	for i := range types {
		a := fn.Arg{SQL: "x", Type: typ, Literal: literal}
		if want != nil && want[i].Kind != datatype.Unknown {
			a.Type = want[i]
		}
		fold := f.Name == "aggregate" || f.Name == "reduce"
		if f.Lambda != nil && (fold && i >= 2 || !fold && i == n-1) && f.Name != "array_sort" {
			a.Params = []string{"p", "q", "r"}[:len(f.Lambda(c, i, 2))]
		}
		c.Args = append(c.Args, a)
	}
	if _, err := f.Result(c); err != nil {
		return
	}
	text, err := f.Print(c)
	if err == nil {
		require.NotEmpty(t, text, "%s %s", d, f.Name)
	}
}

func TestTail(t *testing.T) {
	require.Empty(t, fn.Call{}.Tail())
	require.Equal(t, " FILTER (WHERE a) OVER (ORDER BY b)", fn.Call{Filter: "a", Over: "OVER (ORDER BY b)"}.Tail())
}
