package filestore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/stretchr/testify/require"

	"laketop/engine/bench"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/merge/mergetest"
)

const mergeBenchRows = 2_000_000

// mergeBenchTable makes records of a table of 8 columns beside the key, two for
// each key, and the table's rule.
func mergeBenchTable(tb testing.TB, s *Store, options map[string]string, rows int) *merge.Rule {
	tb.Helper()
	c := mergetest.Case{
		Columns: []string{"id BIGINT NOT NULL", "a INT", "b BIGINT", "c DOUBLE", "d STRING", "e DECIMAL(12, 2)", "f TIMESTAMP(3)", "g STRING", "h INT"},
		Options: options,
	}
	require.NoError(tb, s.conn.Exec(context.Background(), fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE lt_bench AS SELECT
		(hash(i) %% %d)::BIGINT AS id, CASE WHEN i %% 3 = 0 THEN i::INTEGER END AS a, CASE WHEN i %% 3 = 1 THEN i END AS b, CASE WHEN i %% 2 = 0 THEN i / 7 END AS c,
		CASE WHEN i %% 2 = 1 THEN 'text ' || i %% 1000 END AS d, (i %% 10000 / 100)::DECIMAL(12, 2) AS e, (TIMESTAMP '2026-01-01' + to_milliseconds(i))::TIMESTAMP_MS AS f,
		'level-' || i %% 50 AS g, (i %% 100)::INTEGER AS h, i AS _SEQUENCE_NUMBER, 0::TINYINT AS _VALUE_KIND FROM range(%d) t(i)`, rows/2, rows)))
	return c.Rule(tb)
}

// BenchmarkMerge reports records a second of both ways.
func BenchmarkMerge(b *testing.B) {
	ctx := context.Background()
	for _, engine := range []struct {
		name    string
		options map[string]string
	}{
		{"deduplicate", map[string]string{}},
		{"partial", map[string]string{"merge-engine": "partial-update"}},
		{"groups", map[string]string{"merge-engine": "partial-update", "fields.f.sequence-group": "a,b,c,d", "fields.h.sequence-group": "e,g"}},
		{"aggregation", map[string]string{"merge-engine": "aggregation", "fields.a.aggregate-function": "sum", "fields.b.aggregate-function": "max", "fields.e.aggregate-function": "sum"}},
	} {
		s := bucketStore(b)
		rule := mergeBenchTable(b, s, engine.options, mergeBenchRows)
		b.Run(engine.name+"/sort", func(b *testing.B) {
			turns(b, func() {
				require.NoError(b, s.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE lt_out AS SELECT * FROM temp.lt_bench ORDER BY id, _SEQUENCE_NUMBER"))
			})
		})
		text := mergeSQL(rule, "temp.lt_bench", false)
		if text == "" { // SQL has no words for it
			text = "temp.lt_bench"
		}
		b.Run(engine.name+"/sql", func(b *testing.B) {
			turns(b, func() {
				require.NoError(b, s.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE lt_out AS SELECT * FROM "+text))
			})
		})
		b.Run(engine.name+"/columns", func(b *testing.B) {
			batches, sch := sorted(b, s)
			turns(b, func() {
				f := &folding{rule: rule}
				f.start(sch)
				for _, batch := range batches {
					require.NoError(b, f.batch(batch))
				}
				require.NoError(b, f.end())
				f.release()
			})
		})
		b.Run(engine.name+"/fold", func(b *testing.B) {
			turns(b, func() {
				_, err := s.mergeFold(ctx, rule, "temp.lt_bench")
				require.NoError(b, err)
				for _, name := range s.scratch {
					require.NoError(b, s.conn.Exec(ctx, "DROP TABLE IF EXISTS temp."+name))
				}
				s.scratch = nil
			})
		})
	}
}

// turns runs one for each turn of b and reports records a second, by the clock
// and by the processors.
func turns(b *testing.B, one func()) {
	b.Helper()
	var cpu time.Duration
	for b.Loop() {
		cpu += bench.Spend(b, one).CPU
	}
	rows := mergeBenchRows * float64(b.N) / 1e6
	b.ReportMetric(rows/b.Elapsed().Seconds(), "Mrows/s")
	b.ReportMetric(rows/cpu.Seconds(), "Mrows/cpu-s")
}

// sorted are the records as the fold meets them.
func sorted(b *testing.B, s *Store) ([]arrow.RecordBatch, *arrow.Schema) {
	b.Helper()
	var out []arrow.RecordBatch
	var schema *arrow.Schema
	require.NoError(b, s.conn.Query(context.Background(), "SELECT * FROM temp.lt_bench ORDER BY id, _SEQUENCE_NUMBER", func(got *arrow.Schema, batch arrow.RecordBatch) error {
		batch.Retain()
		out, schema = append(out, batch), got
		return nil
	}))
	return out, schema
}
