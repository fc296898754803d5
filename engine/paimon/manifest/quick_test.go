package manifest

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/avro"

	"laketop/engine/paimon/avrofile"
)

// slow decodes by looking the schema up.
var slow = avrofile.Must[Entry](manifestSchema)

// container wraps blocks of rows as they are.
func container(rows int, block []byte) []byte {
	out := []byte("Obj\x01\x04\x16avro.schema")
	out = append(binary.AppendVarint(out, int64(len(manifestSchema))), manifestSchema...)
	out = append(out, "\x14avro.codec\x08null\x00"...)
	sync := bytes.Repeat([]byte{7}, 16)
	out = append(out, sync...)
	out = binary.AppendVarint(binary.AppendVarint(out, int64(rows)), int64(len(block)))
	return append(append(out, block...), sync...)
}

// rowsOf is the block of entries.
func rowsOf(t testing.TB, entries []Entry) []byte {
	t.Helper()
	schema, err := avro.Parse(manifestSchema)
	require.NoError(t, err)
	var block []byte
	for i := range entries {
		block, err = schema.AppendEncode(block, &entries[i])
		require.NoError(t, err)
	}
	return block
}

func samples() []Entry {
	zero, some, source, path := int64(0), int64(1<<40), SourceCompact, "oss://x/y"
	columns := []string{"a", "b"}
	full := Entry{Version: Version, Kind: Delete, Partition: []byte("part"), Bucket: 3, TotalBuckets: 4, File: DataFile{
		FileName: "data-1.parquet", SizeBytes: 1 << 50, RowCount: 7, MinKey: []byte{1}, MaxKey: []byte{2},
		KeyStats: SimpleStats{Min: []byte{}, Max: []byte{9}, Nulls: []*int64{&zero, nil, &some}}, ValueStats: SimpleStats{Min: []byte{1}, Max: []byte{2}},
		MinSequence: -1, MaxSequence: 9, SchemaID: 2, Level: 5, ExtraFiles: []string{"x.index", ""}, CreationTimeMillis: &some, DeleteRowCount: &zero,
		EmbeddedIndex: []byte{0}, Source: &source, ValueStatsCols: columns, ExternalPath: &path, FirstRowID: &zero, WriteCols: []string{"b"},
	}}
	bare := Entry{Version: Version, Partition: []byte{}, File: DataFile{MinKey: []byte{}, MaxKey: []byte{}, ExtraFiles: []string{}, ValueStatsCols: []string{},
		KeyStats: SimpleStats{Min: []byte{}, Max: []byte{}, Nulls: []*int64{}}, ValueStats: SimpleStats{Min: []byte{}, Max: []byte{}}}}
	again := full
	again.File.ValueStatsCols = []string{"a", "b", "c"}
	return []Entry{full, bare, full, again, again, bare}
}

// The decoder that knows the schema by heart reads what the other reads.
func TestQuickReadsTheSame(t *testing.T) {
	for range 3 {
		b, err := Encode(samples())
		require.NoError(t, err)
		quick, err := manifestFormat.Read(b)
		require.NoError(t, err)
		other, err := slow.Read(b)
		require.NoError(t, err)
		require.Equal(t, samples(), quick)
		require.Equal(t, other, quick)
	}
}

func TestQuickSharesColumnNames(t *testing.T) {
	b, err := Encode(samples())
	require.NoError(t, err)
	rows, err := manifestFormat.Read(b)
	require.NoError(t, err)
	require.Same(t, &rows[3].File.ValueStatsCols[0], &rows[4].File.ValueStatsCols[0])
}

// Whatever the bytes, both decoders read the same or both refuse.
func FuzzQuick(f *testing.F) {
	f.Add(len(samples()), rowsOf(f, samples()))
	f.Add(1, []byte{})
	f.Add(1, bytes.Repeat([]byte{1}, 60))
	f.Fuzz(func(t *testing.T, rows int, block []byte) {
		if rows < 0 || rows > 100 {
			return
		}
		data := container(rows, block)
		quick, err := manifestFormat.Read(data)
		other, otherErr := slow.Read(data)
		if err != nil || otherErr != nil {
			require.Equal(t, otherErr == nil, err == nil, "quick: %v; slow: %v", err, otherErr)
			return
		}
		require.Equal(t, other, quick)
	})
}

func BenchmarkDecode(b *testing.B) {
	var entries []Entry
	for len(entries) < 20_000 {
		entries = append(entries, samples()...)
	}
	data, err := Encode(entries)
	require.NoError(b, err)
	for name, f := range map[string]*avrofile.Format[Entry]{"quick": manifestFormat, "slow": slow} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := f.Read(data)
				require.NoError(b, err)
			}
		})
	}
}
