package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
)

func indexes() []manifest.IndexEntry {
	three, where := int64(3), "oss://other/index-9"
	return []manifest.IndexEntry{
		{Partition: binaryrow.Empty(), Bucket: 1, Type: manifest.IndexHash, FileName: "index-1", SizeBytes: 8, RowCount: 2},
		{Partition: binaryrow.Empty(), Type: manifest.IndexVectors, FileName: "index-2", SizeBytes: 60, RowCount: 2, Vectors: []manifest.VectorRange{
			{File: "data-1.parquet", Offset: 1, Length: 22, Cardinality: &three}, {File: "data-2.parquet", Offset: 31, Length: 22},
		}},
		{Partition: binaryrow.Empty(), Type: "btree", FileName: "index-9", ExternalPath: &where, Global: &manifest.GlobalIndex{
			RowRangeStart: 1, RowRangeEnd: 100, FieldID: 4, ExtraFieldIDs: []int32{5}, Meta: []byte{1, 2}, SourceMeta: []byte{3},
		}},
		{Partition: binaryrow.Empty(), Bucket: 2, Type: manifest.IndexVectors, FileName: "index-3", Vectors: []manifest.VectorRange{}},
	}
}

func TestIndexManifestRoundTrip(t *testing.T) {
	fio := mem.New()
	size, err := manifest.WriteIndex(t.Context(), fio, "index-manifest-1", indexes())
	require.NoError(t, err)
	info, err := fio.Stat(t.Context(), "index-manifest-1")
	require.NoError(t, err)
	require.Equal(t, info.SizeBytes, size)
	got, err := manifest.ReadIndex(t.Context(), fio, "index-manifest-1")
	require.NoError(t, err)
	require.Equal(t, indexes(), got)
	empty, err := manifest.EncodeIndex(nil)
	require.NoError(t, err)
	none, err := manifest.DecodeIndex(empty)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestEntriesTakenAwayAreNotIndexes(t *testing.T) {
	all := indexes()
	all[1].Kind = manifest.Delete
	b, err := manifest.EncodeIndex(all)
	require.NoError(t, err)
	got, err := manifest.DecodeIndex(b)
	require.NoError(t, err)
	require.Len(t, got, 3)
	all[1].Kind = 7
	b, err = manifest.EncodeIndex(all)
	require.NoError(t, err)
	_, err = manifest.DecodeIndex(b)
	require.ErrorContains(t, err, "entry kind 7")
}

func FuzzDecodeIndex(f *testing.F) {
	b, err := manifest.EncodeIndex(indexes())
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte("Obj\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := manifest.DecodeIndex(b)
		if err != nil {
			return
		}
		b, err = manifest.EncodeIndex(got)
		require.NoError(t, err)
		again, err := manifest.DecodeIndex(b)
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
