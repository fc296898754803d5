// Package mergetest is a test instrument: tables of every merge engine with
// random records, for whoever merges.
//
//	for _, c := range mergetest.Cases() {
//		rule := c.Rule(t)
//		for key, records := range mergetest.ByKey(c.Records(rng, 50, 4)) { ... }
//	}
//
// The records of a case never make an engine refuse; sequence fields come late,
// repeat and are NULL; every column but the key is NULL at times. The package
// also turns values into the judges' text.
package mergetest

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/bitmap"
	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/schema"
)

// Case is a table and what may be written to it. Its first column is the key,
// an INT.
type Case struct {
	Name    string
	Columns []string // "name TYPE"
	Options map[string]string
	Kinds   []merge.RowKind   // drawn from; none is +I
	Values  map[string]Values // of columns whose values have a meaning
	Bags    []string          // columns whose arrays have no order in Java
	Paimon2 bool              // Paimon 1 has it not, or otherwise
}

// Values draws a value that is not NULL.
type Values func(rng *rand.Rand) any

// Record is a record of some key.
type Record struct {
	Key int32
	merge.KeyValue
}

// Fields are the columns with ids.
func (c Case) Fields(tb testing.TB) []datatype.Field {
	tb.Helper()
	return c.Schema(tb).Fields
}

// Schema is the table's.
func (c Case) Schema(tb testing.TB) *schema.Schema {
	tb.Helper()
	fields := make([]datatype.Field, len(c.Columns))
	for i, text := range c.Columns {
		var name string
		_, err := fmt.Sscan(text, &name)
		require.NoError(tb, err)
		t, err := datatype.Parse(text[len(name)+1:])
		require.NoError(tb, err, text)
		fields[i] = datatype.NewField(name, t)
	}
	options := map[string]string{schema.OptionBucket: "1"}
	for k, v := range c.Options {
		options[k] = v
	}
	s, err := schema.New(fields, nil, []string{fields[0].Name}, options, "", 0)
	require.NoError(tb, err, c.Name)
	return s
}

// Rule is the table's.
func (c Case) Rule(tb testing.TB) *merge.Rule {
	tb.Helper()
	r, err := merge.Of(c.Schema(tb))
	require.NoError(tb, err, c.Name)
	return r
}

// Retracts tells whether records may be -U or -D.
func (c Case) Retracts() bool {
	return slices.ContainsFunc(c.Kinds, merge.RowKind.Retracts)
}

// Records are random records of keys, of each at most most, numbered as they
// come. Keys of one record are among them.
func (c Case) Records(tb testing.TB, rng *rand.Rand, keys, most int) []Record {
	tb.Helper()
	fields := c.Fields(tb)
	var out []Record
	for key := range keys {
		for range 1 + rng.IntN(most) {
			out = append(out, Record{Key: int32(key), KeyValue: merge.KeyValue{Row: c.row(fields, rng, int32(key)), Kind: c.kind(rng)}})
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	for i := range out {
		out[i].Sequence = int64(i)
	}
	return out
}

func (c Case) kind(rng *rand.Rand) merge.RowKind {
	if len(c.Kinds) == 0 {
		return merge.Insert
	}
	return c.Kinds[rng.IntN(len(c.Kinds))]
}

func (c Case) row(fields []datatype.Field, rng *rand.Rand, key int32) []any {
	row := make([]any, len(fields))
	for i, f := range fields {
		switch values := c.Values[f.Name]; {
		case i == 0:
			row[i] = key
		case !f.Type.NotNull && rng.IntN(4) == 0:
		case values != nil:
			row[i] = values(rng)
		default:
			row[i] = Value(f.Type, rng)
		}
	}
	return row
}

// Value draws a small value of a type, so that values repeat.
func Value(t datatype.Type, rng *rand.Rand) any {
	n := rng.IntN(7)
	switch t.Kind {
	case datatype.Boolean:
		return n%2 == 0
	case datatype.TinyInt:
		return int8(n - 3)
	case datatype.SmallInt:
		return int16(n - 3)
	case datatype.Int:
		return int32(n - 3)
	case datatype.BigInt:
		return int64(n-3) * 1_000_000_007
	case datatype.Float:
		return []float32{float32(math.Copysign(0, -1)), 0, 1.5, -2.25, 1e10, 0.1, 3}[n]
	case datatype.Double:
		return []float64{math.Copysign(0, -1), 0, -2.25, 1e300, 0.1, 0.2, 3}[n]
	case datatype.Decimal:
		return binaryrow.Decimal{Unscaled: big.NewInt(int64(n-3) * 1234), Scale: t.Scale}
	case datatype.Char, datatype.VarChar:
		return []string{"a", "b", "广东", "a,b", "zz", "b c", "A"}[n]
	case datatype.Binary, datatype.VarBinary:
		return []byte{byte(n), 0xff, 0}
	case datatype.Date:
		return binaryrow.Date(n + 19000)
	case datatype.Time:
		return binaryrow.Time(n * 1001)
	case datatype.Timestamp, datatype.TimestampLTZ:
		return binaryrow.TimestampOfMicros(int64(n-3) * 1_000_001_000)
	}
	return nested(t, rng)
}

func nested(t datatype.Type, rng *rand.Rand) any {
	maybe := func(t datatype.Type) any {
		if !t.NotNull && rng.IntN(5) == 0 {
			return nil
		}
		return Value(t, rng)
	}
	switch t.Kind {
	case datatype.Array:
		out := []any{}
		for range rng.IntN(4) {
			out = append(out, maybe(*t.Elem))
		}
		return out
	case datatype.Row:
		out := []any{}
		for _, f := range t.Fields {
			out = append(out, maybe(f.Type))
		}
		return out
	case datatype.Map:
		out := []binaryrow.Pair{}
		for range rng.IntN(4) {
			p := binaryrow.Pair{Key: Value(*t.Key, rng), Value: maybe(*t.Elem)}
			if !slices.ContainsFunc(out, func(q binaryrow.Pair) bool { return fmt.Sprint(q.Key) == fmt.Sprint(p.Key) }) {
				out = append(out, p)
			}
		}
		return out
	}
	panic("mergetest draws no " + t.String())
}

// Merge folds records as one reader does, by key. The keys that stay, deletes
// among them, come in order.
func Merge(tb testing.TB, rule *merge.Rule, records []Record) []Record {
	tb.Helper()
	byKey := map[int32][]Record{}
	for _, r := range records {
		byKey[r.Key] = append(byKey[r.Key], r)
	}
	var out []Record
	m := merge.NewMerger(rule)
	for key, of := range byKey {
		slices.SortStableFunc(of, func(a, b Record) int {
			order, err := rule.Compare(a.KeyValue, b.KeyValue)
			require.NoError(tb, err)
			return order
		})
		m.Reset()
		for _, r := range of {
			require.NoError(tb, m.Add(r.KeyValue))
		}
		if kv, ok := m.Result(); ok {
			out = append(out, Record{key, kv})
		}
	}
	slices.SortFunc(out, func(a, b Record) int { return int(a.Key - b.Key) })
	return out
}

// Text is a value as the judges write it.
func Text(t datatype.Type, v any) any {
	switch x := v.(type) {
	case nil:
		return nil
	case binaryrow.Timestamp:
		if t.Kind == datatype.TimestampLTZ {
			return x.String() + "Z"
		}
		return x.String()
	case float32:
		return fmt.Sprintf("%08x", binaryrow.FloatBits(x))
	case float64:
		return fmt.Sprintf("%016x", binaryrow.DoubleBits(x))
	case []byte:
		return base64.StdEncoding.EncodeToString(x)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			if t.Kind == datatype.Row {
				out[i] = Text(t.Fields[i].Type, e)
			} else {
				out[i] = Text(*t.Elem, e)
			}
		}
		return out
	case []binaryrow.Pair:
		out := make([]any, len(x))
		for i, p := range x {
			out[i] = []any{Text(*t.Key, p.Key), Text(*t.Elem, p.Value)}
		}
		return Bag(out)
	}
	return fmt.Sprint(v)
}

// Bag is a list in an order of its own.
func Bag(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b any) int {
		x, y := fmt.Sprintf("%q", a), fmt.Sprintf("%q", b)
		return cmp.Compare(x, y)
	})
	return list
}

// Row is a record's row as the judges write it, bags in order.
func (c Case) Row(fields []datatype.Field, row []any) []any {
	out := make([]any, len(row))
	for i, v := range row {
		out[i] = Text(fields[i].Type, v)
	}
	return c.Ordered(fields, out)
}

// Ordered puts the bags of a row in an order of their own.
func (c Case) Ordered(fields []datatype.Field, row []any) []any {
	out := slices.Clone(row)
	for i, f := range fields {
		if slices.Contains(c.Bags, f.Name) || f.Type.Kind == datatype.Map {
			out[i] = Bag(out[i])
		}
		if f := c.Options["fields."+f.Name+".aggregate-function"]; f == string(merge.Bitmap32) || f == string(merge.Bitmap64) {
			out[i] = members(out[i])
		}
	}
	return out
}

// Bitmap32 draws a serialized bitmap.
func Bitmap32(rng *rand.Rand) any {
	b, err := numbers(rng, 1<<32).Encode32()
	if err != nil {
		panic(err) // all members are below 2^32
	}
	return b
}

func numbers(rng *rand.Rand, below uint64) *bitmap.Set {
	s := bitmap.Of()
	for range 1 + rng.IntN(3) {
		first := rng.Uint64N(below) >> rng.IntN(30)
		s.AddRange(first, min(below, first+1+rng.Uint64N(40)))
	}
	return s
}

// Bitmap64 draws a serialized set.
func Bitmap64(rng *rand.Rand) any { return merge.EncodeBitmap64(numbers(rng, 1<<63)) }

// members is a serialized bitmap as a list of its members: libraries choose
// other blocks for the same set.
func members(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return v
	}
	set, err := bitmap.Decode32(b)
	if err != nil {
		if set, err = merge.DecodeBitmap64(b); err != nil {
			return v
		}
	}
	var out []string
	set.Each(func(x uint64) { out = append(out, strconv.FormatUint(x, 10)) })
	return strings.Join(out, " ")
}
