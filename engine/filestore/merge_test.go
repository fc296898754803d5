package filestore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/merge/mergetest"
)

// mergeSeed is LAKETOP_SEED or a new one, which the test prints.
func mergeSeed(t testing.TB) *rand.Rand {
	n, err := strconv.ParseUint(os.Getenv("LAKETOP_SEED"), 10, 64)
	if err != nil {
		n = uint64(time.Now().UnixNano())
	}
	t.Logf("LAKETOP_SEED=%d", n)
	return rand.New(rand.NewPCG(n, 1))
}

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
	rng := mergeSeed(t)
	s := bucketStore(t)
	for _, c := range mergetest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			fields, rule := c.Fields(t), c.Rule(t)
			keys, most := 500, 6
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
			text, err := s.mergeFold(context.Background(), rule, "temp.lt_records")
			require.NoError(t, err)
			requireRecords(t, want, readRecords(t, s, c, fields, text), "fold")
		})
	}
	require.NoError(t, s.conn.Exec(context.Background(), "SELECT 1"))
}

func requireRecords(t *testing.T, want, got map[string][]any, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for key, row := range want {
		require.Equal(t, row, got[key], "key %s, %s", key, what)
	}
}
