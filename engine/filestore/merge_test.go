package filestore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/merge/mergetest"
	"laketop/engine/soak"
)

// loadRecords makes a temporary table of records.
func loadRecords(t testing.TB, s *Store, name string, fields []datatype.Field, records []mergetest.Record) {
	ctx := context.Background()
	types := make([]string, 0, len(fields)+2)
	for _, f := range fields {
		text, err := f.Type.DuckDB()
		require.NoError(t, err)
		types = append(types, duck.Ident(f.Name)+" "+text)
	}
	types = append(types, sequenceColumn+" BIGINT", kindColumn+" TINYINT")
	require.NoError(t, s.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+name+" ("+strings.Join(types, ", ")+")"))
	var schema *arrow.Schema
	require.NoError(t, s.conn.Query(ctx, "SELECT * FROM "+name, func(got *arrow.Schema, _ arrow.RecordBatch) error {
		schema = got
		return nil
	}))
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for _, r := range records {
		for i, v := range append(append([]any{}, r.Row...), r.Sequence, int8(r.Kind)) {
			require.NoError(t, appendValue(b.Field(i), v))
		}
	}
	batch := b.NewRecordBatch()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	require.NoError(t, err)
	release, err := s.conn.View(reader, "lt_test_records")
	require.NoError(t, err)
	require.NoError(t, s.conn.Exec(ctx, "INSERT INTO "+name+" SELECT * FROM lt_test_records"))
	release()
	require.NoError(t, s.conn.Exec(ctx, "DROP VIEW IF EXISTS lt_test_records"))
}

// readRecords are the rows of FROM text by key: sequence, kind and the row as
// text.
func readRecords(t testing.TB, s *Store, c mergetest.Case, fields []datatype.Field, from string) map[string][]any {
	out := map[string][]any{}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = duck.Ident(f.Name)
	}
	query := fmt.Sprintf("SELECT %s, %s, %s FROM %s", strings.Join(names, ", "), sequenceColumn, kindColumn, from)
	require.NoError(t, s.conn.Query(context.Background(), query, func(_ *arrow.Schema, b arrow.RecordBatch) error {
		for r := 0; b != nil && r < int(b.NumRows()); r++ {
			row := make([]any, len(fields))
			for i, f := range fields {
				v, err := arrowValue(f.Type, b.Column(i), r)
				require.NoError(t, err)
				row[i] = v
			}
			text := c.Row(fields, row)
			key := fmt.Sprint(text[0])
			require.NotContains(t, out, key, "one row a key")
			out[key] = append([]any{b.Column(len(fields)).(*array.Int64).Value(r), b.Column(len(fields) + 1).(*array.Int8).Value(r)}, text...)
		}
		return nil
	}), query)
	return out
}

// TestMergeAgreesWithMerger holds the SQL and the columnar fold to package
// merge, over random records of every engine and function; a key of 5,000
// records crosses batches.
func TestMergeAgreesWithMerger(t *testing.T) {
	rng := soak.Rand(t)
	s := bucketStore(t)
	for range soak.Pick(1, 1, 20) {
		for i, c := range mergetest.Cases() {
			t.Run(c.Name, func(t *testing.T) {
				if testing.Short() && i%16 != 0 {
					t.Skip("a sample is enough for the inner loop")
				}
				mergeAgrees(t, s, c, rng)
			})
		}
	}
	require.NoError(t, s.Close(context.Background()))
}

func mergeAgrees(t *testing.T, s *Store, c mergetest.Case, rng *rand.Rand) {
	t.Helper()
	fields, rule := c.Fields(t), c.Rule(t)
	keys, most := 500, 6
	if testing.Short() {
		keys = 100
	}
	if !strings.Contains(c.Name, "product") && !strings.Contains(c.Name, "TINYINT") && rng.IntN(3) == 0 {
		keys, most = 3, 30
	}
	records := c.Records(t, rng, keys, most)
	want := map[string][]any{}
	for _, r := range mergetest.Merge(t, rule, records) {
		row := c.Row(fields, r.Row)
		want[fmt.Sprint(row[0])] = append([]any{r.Sequence, int8(r.Kind)}, row...)
	}
	loadRecords(t, s, "lt_records", fields, records)
	for _, retracts := range []bool{c.Retracts(), true} {
		if text := mergeSQL(rule, "temp.lt_records", retracts); text != "" {
			requireRecords(t, want, readRecords(t, s, c, fields, text), "SQL: "+text)
		}
	}
	for _, chunk := range []int{foldChunkRows, 1 + rng.IntN(200)} {
		text, err := s.mergeFoldBy(context.Background(), rule, "temp.lt_records", chunk)
		require.NoError(t, err)
		requireRecords(t, want, readRecords(t, s, c, fields, text), fmt.Sprintf("fold by %d", chunk))
	}
}

func TestMergeOfNothing(t *testing.T) {
	ctx := context.Background()
	s := bucketStore(t)
	for i, c := range mergetest.Cases() {
		if testing.Short() && i%8 != 0 {
			continue
		}
		fields := c.Fields(t)
		loadRecords(t, s, "lt_records", fields, nil)
		text, err := s.merge(ctx, c.Rule(t), "temp.lt_records", c.Retracts())
		require.NoError(t, err, c.Name)
		require.Empty(t, readRecords(t, s, c, fields, text), c.Name)
	}
}

func requireRecords(t *testing.T, want, got map[string][]any, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for key, row := range want {
		require.Equal(t, row, got[key], "key %s, %s", key, what)
	}
}

// TestMergeRefusals holds that what an engine or a function cannot take back is
// an error, by SQL and by fold, and that a single record of a key never is.
func TestMergeRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		mergetest.Case
		want string
	}{
		"partial-update": {mergetest.Case{Options: map[string]string{"merge-engine": "partial-update"}}, "does not take deleted rows"},
		"max":            {mergetest.Case{Options: map[string]string{"merge-engine": "aggregation", "fields.a.aggregate-function": "max"}}, "cannot take a value back"},
		"first-row":      {mergetest.Case{Options: map[string]string{"merge-engine": "first-row"}}, "does not take deleted rows"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s := bucketStore(t)
			c.Columns = []string{"id INT NOT NULL", "a INT"}
			record := func(key int32, sequence int64, kind merge.RowKind) mergetest.Record {
				return mergetest.Record{Key: key, KeyValue: merge.KeyValue{Sequence: sequence, Kind: kind, Row: []any{key, int32(7)}}}
			}
			fields, rule := c.Fields(t), c.Rule(t)
			loadRecords(t, s, "lt_records", fields, []mergetest.Record{record(1, 0, merge.Delete), record(2, 1, merge.UpdateBefore), record(3, 2, merge.UpdateAfter)})
			text, err := s.merge(ctx, rule, "temp.lt_records", true)
			require.NoError(t, err)
			want := map[string][]any{"1": {int64(0), int8(3), "1", "7"}, "2": {int64(1), int8(1), "2", "7"}, "3": {int64(2), int8(2), "3", "7"}}
			require.Equal(t, want, readRecords(t, s, c.Case, fields, text))
			loadRecords(t, s, "lt_records", fields, []mergetest.Record{record(1, 0, merge.Insert), record(1, 1, merge.Delete)})
			_, err = s.mergeFold(ctx, rule, "temp.lt_records")
			require.ErrorContains(t, err, c.want)
			if text := mergeSQL(rule, "temp.lt_records", true); text != "" {
				require.ErrorContains(t, s.conn.Exec(ctx, "CREATE TEMP TABLE lt_out AS SELECT * FROM "+text), c.want)
			}
			require.NoError(t, s.Close(ctx))
		})
	}
}

// TestRefusedRetractionsAreNamed holds that a refusal says which kind of record
// it is about, by SQL and by fold.
func TestRefusedRetractionsAreNamed(t *testing.T) {
	ctx := context.Background()
	s := bucketStore(t)
	for function, sql := range map[string]bool{"max": true, "listagg": false} {
		for kind, want := range map[merge.RowKind]string{merge.UpdateBefore: "kind -U", merge.Delete: "kind -D"} {
			c := mergetest.Case{Columns: []string{"id INT NOT NULL", "a STRING"}, Options: map[string]string{"merge-engine": "aggregation", "fields.a.aggregate-function": function}}
			rule := c.Rule(t)
			loadRecords(t, s, "lt_records", c.Fields(t), []mergetest.Record{
				{Key: 1, KeyValue: merge.KeyValue{Sequence: 0, Row: []any{int32(1), "x"}}},
				{Key: 1, KeyValue: merge.KeyValue{Sequence: 1, Kind: kind, Row: []any{int32(1), "x"}}},
			})
			_, err := s.mergeFold(ctx, rule, "temp.lt_records")
			require.ErrorContains(t, err, want, function)
			text := mergeSQL(rule, "temp.lt_records", true)
			require.Equal(t, sql, text != "", function)
			if sql {
				require.ErrorContains(t, s.conn.Exec(ctx, "CREATE TEMP TABLE lt_out AS SELECT * FROM "+text), want)
			}
		}
	}
	require.NoError(t, s.Close(ctx))
}

// TestDeletionsMayNotHoldNull holds that a deletion whose values become the row
// is refused for NULL in a column that has none, as package merge does; alone
// with its key it stands as it is.
func TestDeletionsMayNotHoldNull(t *testing.T) {
	ctx := context.Background()
	s := bucketStore(t)
	for name, options := range map[string]map[string]string{
		"partial-update": {"merge-engine": "partial-update", "partial-update.remove-record-on-delete": "true"},
		"groups":         {"merge-engine": "partial-update", "fields.b.sequence-group": "a"},
		"aggregation":    {"merge-engine": "aggregation", "aggregation.remove-record-on-delete": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			c := mergetest.Case{Columns: []string{"id INT NOT NULL", "a INT NOT NULL", "b INT"}, Options: options}
			fields, rule := c.Fields(t), c.Rule(t)
			insert := merge.KeyValue{Sequence: 5, Row: []any{int32(1), int32(7), int32(1)}}
			deletion := merge.KeyValue{Sequence: 4, Kind: merge.Delete, Row: []any{int32(1), nil, int32(1)}}
			if name == "aggregation" || name == "partial-update" {
				deletion.Sequence = 6
			}
			var records []mergetest.Record
			merger := merge.NewMerger(rule)
			merger.Reset()
			var refused error
			for _, kv := range inSequence(insert, deletion) {
				refused = errors.Join(refused, merger.Add(kv))
				records = append(records, mergetest.Record{Key: 1, KeyValue: kv})
			}
			require.ErrorContains(t, refused, "column a is NOT NULL")
			loadRecords(t, s, "lt_records", fields, records)
			_, err := s.merge(ctx, rule, "temp.lt_records", true)
			require.ErrorContains(t, err, "column a is NOT NULL")

			loadRecords(t, s, "lt_records", fields, []mergetest.Record{{Key: 1, KeyValue: deletion}})
			text, err := s.merge(ctx, rule, "temp.lt_records", true)
			require.NoError(t, err)
			require.Len(t, readRecords(t, s, c, fields, text), 1)
		})
	}
	require.NoError(t, s.Close(ctx))
}

// inSequence are records in the order of their numbers.
func inSequence(records ...merge.KeyValue) []merge.KeyValue {
	slices.SortFunc(records, func(x, y merge.KeyValue) int { return cmp.Compare(x.Sequence, y.Sequence) })
	return records
}

// TestMergeKeys covers keys of every type.
func TestMergeKeys(t *testing.T) {
	rng := soak.Rand(t)
	s := bucketStore(t)
	for _, typ := range []string{"BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL(5, 1)", "DECIMAL(30, 2)", "STRING", "BYTES", "DATE", "TIME(3)",
		"TIMESTAMP(0)", "TIMESTAMP(3)", "TIMESTAMP(6)", "TIMESTAMP(6) WITH LOCAL TIME ZONE", "FLOAT", "DOUBLE"} {
		for range soak.Pick(1, 1, 100) {
			t.Run(typ, func(t *testing.T) { mergeKeys(t, s, typ, rng) })
		}
	}
}

func mergeKeys(t *testing.T, s *Store, typ string, rng *rand.Rand) {
	t.Helper()
	c := mergetest.Case{Columns: []string{"k " + typ + " NOT NULL", "s INT", "a INT"},
		Options: map[string]string{"merge-engine": "partial-update", "fields.s.sequence-group": "a"}}
	fields, rule := c.Fields(t), c.Rule(t)
	m := map[string][]merge.KeyValue{}
	var records []mergetest.Record
	for i := range 40 {
		kv := merge.KeyValue{Sequence: int64(i), Row: []any{mergetest.Value(fields[0].Type, rng), int32(rng.IntN(9)), int32(i)}}
		if ts, ok := kv.Row[0].(binaryrow.Timestamp); ok && fields[0].Type.Precision == 0 {
			kv.Row[0] = binaryrow.Timestamp{Millis: ts.Millis / 1000 * 1000}
		}
		records = append(records, mergetest.Record{KeyValue: kv})
		key := fmt.Sprint(c.Row(fields, kv.Row)[0])
		m[key] = append(m[key], kv)
	}
	want := map[string][]any{}
	merger := merge.NewMerger(rule)
	for key, of := range m {
		merger.Reset()
		for _, kv := range of {
			require.NoError(t, merger.Add(kv))
		}
		kv, _ := merger.Result()
		want[key] = append([]any{kv.Sequence, int8(kv.Kind)}, c.Row(fields, kv.Row)...)
	}
	loadRecords(t, s, "lt_records", fields, records)
	text, err := s.mergeFold(context.Background(), rule, "temp.lt_records")
	require.NoError(t, err)
	requireRecords(t, want, readRecords(t, s, c, fields, text), text)
	c.Options = map[string]string{"merge-engine": "partial-update"}
	group := mergeSQL(c.Rule(t), "temp.lt_records", false)
	require.Len(t, readRecords(t, s, c, fields, group), len(want))
	for engine, rows := range map[string]map[string][]any{"deduplicate": newest(c, fields, m, true), "first-row": newest(c, fields, m, false)} {
		c.Options = map[string]string{"merge-engine": engine}
		text := mergeSQL(c.Rule(t), "temp.lt_records", false)
		requireRecords(t, rows, readRecords(t, s, c, fields, text), text)
	}
}

// newest are the last records of keys, or the first.
func newest(c mergetest.Case, fields []datatype.Field, m map[string][]merge.KeyValue, last bool) map[string][]any {
	out := map[string][]any{}
	for key, of := range m {
		kv := of[0]
		if last {
			kv = of[len(of)-1]
		}
		out[key] = append([]any{kv.Sequence, int8(kv.Kind)}, c.Row(fields, kv.Row)...)
	}
	return out
}

// TestMergeOfManyRows holds fold and SQL to each other where DuckDB scans and
// sorts with several threads.
func TestMergeOfManyRows(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	ctx := context.Background()
	s := bucketStore(t)
	const rows = 600_000
	rule := mergeBenchTable(t, s, map[string]string{"merge-engine": "partial-update"}, rows)
	folded, err := s.mergeFoldBy(ctx, rule, "temp.lt_bench", rows/3)
	require.NoError(t, err)
	require.NoError(t, s.conn.Exec(ctx, "CREATE TEMP TABLE lt_sql AS SELECT * FROM "+mergeSQL(rule, "temp.lt_bench", false)))
	for _, sides := range [][2]string{{folded, "temp.lt_sql"}, {"temp.lt_sql", folded}} {
		got, _, err := s.conn.Rows(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT * FROM %s EXCEPT ALL SELECT * FROM %s)", sides[0], sides[1]))
		require.NoError(t, err)
		require.EqualValues(t, 0, got[0][0])
	}
	got, _, err := s.conn.Rows(ctx, "SELECT count(*), count(DISTINCT id) FROM "+folded)
	require.NoError(t, err)
	require.EqualValues(t, got[0][1], got[0][0])
	require.NoError(t, s.Close(ctx))
}
