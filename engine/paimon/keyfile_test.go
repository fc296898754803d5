package paimon_test

import (
	"bytes"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
)

// keyed makes a primary-key table (dt, k, v) of two buckets, the key (k, dt).
func keyed(t testing.TB, io *mem.FS, options map[string]string) *paimon.Table {
	t.Helper()
	all := map[string]string{"bucket": "2"}
	for k, v := range options {
		all[k] = v
	}
	s, err := schema.New([]datatype.Field{field("dt", "STRING"), field("k", "BIGINT"), field("v", "STRING")}, []string{"dt"}, []string{"k", "dt"}, all, "", 0)
	require.NoError(t, err)
	id := paimon.Identifier{Database: "db", Table: "t"}
	e := env(io)
	require.NoError(t, paimon.Create(t.Context(), e, "db.db/t", id, s))
	table, err := paimon.Load(t.Context(), e, "db.db/t", id)
	require.NoError(t, err)
	return table
}

// keyFile writes a key-value file of rows (k, v) in their order; thin leaves the
// key columns out.
func keyFile(t testing.TB, table *paimon.Table, f paimon.KeyFile, thin bool, keys ...int64) manifest.Entry {
	t.Helper()
	fields := table.Schema().Fields
	if !thin {
		fields = append([]datatype.Field{field("_KEY_k", "BIGINT"), field("_SEQUENCE_NUMBER", "BIGINT"), field("_VALUE_KIND", "TINYINT")}, fields...)
	}
	sch, err := datatype.ArrowSchema(fields)
	require.NoError(t, err)
	b := array.NewRecordBuilder(memory.DefaultAllocator, sch)
	for i, k := range keys {
		at := 0
		if !thin {
			b.Field(0).(*array.Int64Builder).Append(k)
			b.Field(1).(*array.Int64Builder).Append(int64(i))
			b.Field(2).(*array.Int8Builder).Append(0)
			at = 3
		}
		b.Field(at).(*array.StringBuilder).Append("p")
		b.Field(at + 1).(*array.Int64Builder).Append(k)
		b.Field(at + 2).(*array.StringBuilder).Append("a value of many characters")
	}
	var file bytes.Buffer
	w, err := footer.WriteSpecial(&file, fields)
	require.NoError(t, err)
	require.NoError(t, w.Write(b.NewRecordBatch()))
	require.NoError(t, w.Close())
	f.Partition, f.TotalBuckets = []any{"p"}, 2
	if f.Path == "" {
		f.Path, err = table.NewBucketFile(f.Partition, f.Bucket, false)
		require.NoError(t, err)
	}
	f.MinKey, f.MaxKey = []any{keys[0]}, []any{keys[len(keys)-1]}
	require.NoError(t, table.FileIO().Create(t.Context(), f.Path, file.Bytes()))
	e, err := table.DescribeKeyFile(t.Context(), f)
	require.NoError(t, err)
	return e
}

func TestDescribeKeyFile(t *testing.T) {
	for name, thin := range map[string]bool{"with key columns": false, "thin": true} {
		t.Run(name, func(t *testing.T) {
			table := keyed(t, mem.New(), nil)
			e := keyFile(t, table, paimon.KeyFile{Bucket: 1, Level: 5, DeleteRows: 1, MinSequence: 7, MaxSequence: 9, Source: manifest.SourceCompact}, thin, 3, 4, 8)
			one := []datatype.Type{datatype.Of(datatype.BigInt)}
			least, err := binaryrow.Decode(one, e.File.MinKey)
			require.NoError(t, err)
			most, err := binaryrow.Decode(one, e.File.MaxKey)
			require.NoError(t, err)
			require.Equal(t, []any{int64(3)}, least)
			require.Equal(t, []any{int64(8)}, most)
			require.Equal(t, e.File.MinKey, e.File.KeyStats.Min)
			require.Equal(t, e.File.MaxKey, e.File.KeyStats.Max)
			require.EqualValues(t, 0, *e.File.KeyStats.Nulls[0])
			require.EqualValues(t, 1, e.Bucket)
			require.EqualValues(t, 2, e.TotalBuckets)
			require.EqualValues(t, 5, e.File.Level)
			require.EqualValues(t, 1, *e.File.DeleteRowCount)
			require.EqualValues(t, 7, e.File.MinSequence)
			require.EqualValues(t, 9, e.File.MaxSequence)
			require.EqualValues(t, 3, e.File.RowCount)
			require.Equal(t, manifest.SourceCompact, *e.File.Source)
			require.Nil(t, e.File.ValueStatsCols, "every column has statistics")
			values, err := binaryrow.Decode([]datatype.Type{datatype.StringType(), one[0], datatype.StringType()}, e.File.ValueStats.Max)
			require.NoError(t, err)
			require.Equal(t, []any{"p", int64(8), "a value of many!"}, values)
		})
	}
}

func TestNamesOfBucketFiles(t *testing.T) {
	table := keyed(t, mem.New(), map[string]string{"changelog-file.prefix": "cl-"})
	data, err := table.NewBucketFile([]any{"p"}, 1, false)
	require.NoError(t, err)
	require.Regexp(t, `^db\.db/t/dt=p/bucket-1/data-[0-9a-f-]{36}-0\.parquet$`, data)
	changes, err := table.NewBucketFile([]any{"p"}, 0, true)
	require.NoError(t, err)
	require.Regexp(t, `^db\.db/t/dt=p/bucket-0/cl-[0-9a-f-]{36}-1\.parquet$`, changes)
	index, err := table.NewIndexFile()
	require.NoError(t, err)
	require.Regexp(t, `^db\.db/t/index/index-[0-9a-f-]{36}-2$`, index)
	_, err = table.NewDataFile([]any{"p"})
	require.ErrorContains(t, err, "go into buckets")

	_, err = table.DescribeKeyFile(t.Context(), paimon.KeyFile{Path: data, Partition: []any{"p"}, Bucket: 0})
	require.ErrorContains(t, err, "does not lie in")
	_, err = table.DescribeKeyFile(t.Context(), paimon.KeyFile{Path: data, Partition: []any{"p"}, Bucket: 1, SchemaID: 3})
	require.ErrorContains(t, err, "the table has 0")
	_, err = table.DescribeKeyFile(t.Context(), paimon.KeyFile{Path: data, Partition: []any{"p"}, Bucket: 1})
	requireProblem(t, err, "is missing")
}
