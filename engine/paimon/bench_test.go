package paimon_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/local"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
)

// manyFiles makes a table of 20 columns with 10,000 files in 100 partitions,
// committed in 50 steps. The files themselves are not there: planning opens
// none.
func manyFiles(b *testing.B) (*local.FS, *paimon.Table) {
	io, err := local.New(b.TempDir())
	require.NoError(b, err)
	fields := []datatype.Field{field("dt", "STRING")}
	for i := range 19 {
		fields = append(fields, field(fmt.Sprintf("c%d", i), []string{"BIGINT", "STRING", "DOUBLE", "TIMESTAMP(6)"}[i%4]))
	}
	table := create(b, env(io), nil, []string{"dt"}, fields...)
	n := 0
	for range 50 {
		var r commit.Request
		for range 200 {
			r.Added = append(r.Added, fakeEntry(b, table, n))
			n++
		}
		_, err := table.Commit(b.Context(), r)
		require.NoError(b, err)
	}
	return io, table
}

func fakeEntry(b *testing.B, table *paimon.Table, n int) manifest.Entry {
	dt := fmt.Sprintf("2026%04d", n%100)
	row, err := binaryrow.Encode(table.Schema().PartitionTypes(), []any{dt})
	require.NoError(b, err)
	values, nulls := []any{dt}, []*int64{new(int64)}
	for i := range 19 {
		values = append(values, []any{int64(n), fmt.Sprintf("user-%010d", n), float64(n), binaryrow.Timestamp{Millis: int64(n)}}[i%4])
		nulls = append(nulls, new(int64))
	}
	st, err := binaryrow.Encode(table.Schema().Types(), values)
	require.NoError(b, err)
	return manifest.Entry{Partition: row, TotalBuckets: -1, File: manifest.DataFile{
		FileName: fmt.Sprintf("data-0b6cfd0c-7f6d-4b5b-b0a4-0e3bd9ae4a40-%d.parquet", n), SizeBytes: 1 << 20, RowCount: 1000,
		MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(), KeyStats: binaryrow.NoStats(),
		ValueStats: manifest.SimpleStats{Min: st, Max: st, Nulls: nulls}, ExtraFiles: []string{},
	}}
}

// BenchmarkPlan10k plans 10,000 files; the aim is under 50 ms warm.
func BenchmarkPlan10k(b *testing.B) {
	io, table := manyFiles(b)
	for name, tc := range map[string]struct {
		want   int
		filter []scan.Predicate
	}{
		"all":       {10_000, nil},
		"partition": {100, []scan.Predicate{{Column: "dt", Op: scan.Eq, Values: []any{"20260007"}}}},
		"column":    {1, []scan.Predicate{{Column: "c0", Op: scan.Eq, Values: []any{int64(77)}}}},
		"three columns": {50, []scan.Predicate{
			{Column: "c0", Op: scan.Lt, Values: []any{int64(100)}}, {Column: "c1", Op: scan.Ge, Values: []any{"user-0000000050"}}, {Column: "c2", Op: scan.NotNull},
		}},
	} {
		b.Run("warm/"+name, func(b *testing.B) {
			for b.Loop() {
				p, err := table.Plan(b.Context(), scan.Options{}, tc.filter...)
				require.NoError(b, err)
				require.Len(b, p.Files, tc.want)
			}
		})
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			fresh, err := paimon.Load(b.Context(), env(io), table.Dir(), table.Identifier())
			require.NoError(b, err)
			p, err := fresh.Plan(b.Context(), scan.Options{})
			require.NoError(b, err)
			require.Len(b, p.Files, 10_000)
		}
	})
	b.Run("load", func(b *testing.B) {
		e := env(io)
		for b.Loop() {
			_, err := paimon.Load(b.Context(), e, table.Dir(), table.Identifier())
			require.NoError(b, err)
		}
	})
	b.Run("commit", func(b *testing.B) {
		e := fakeEntry(b, table, 0)
		for i := 0; b.Loop(); i++ {
			e.File.FileName = fmt.Sprintf("data-x-%d.parquet", i)
			_, err := table.Commit(b.Context(), commit.Request{Added: []manifest.Entry{e}})
			require.NoError(b, err)
		}
	})
}
