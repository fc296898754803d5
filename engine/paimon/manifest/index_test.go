package manifest_test

import (
	"strings"
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

func TestJavasIndexManifest(t *testing.T) {
	b := fixture(t, "java-1.4.2/index-manifest")
	got, err := manifest.DecodeIndex(b)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, manifest.IndexVectors, got[0].Type)
	require.EqualValues(t, 2, got[0].RowCount)
	require.EqualValues(t, 66, got[0].SizeBytes)
	require.Len(t, got[0].Vectors, 2)
	one, eight := int64(1), int64(8)
	for i, want := range []manifest.VectorRange{{Offset: 1, Length: 22, Cardinality: &one}, {Offset: 31, Length: 27, Cardinality: &eight}} {
		want.File = got[0].Vectors[i].File
		require.Regexp(t, `^data-.*\.parquet$`, want.File)
		require.Equal(t, want, got[0].Vectors[i])
	}
	ours, err := manifest.EncodeIndex(got)
	require.NoError(t, err)
	// Paimon 2.0 added one field to what 1.4.2 has.
	added := `,{"name":"_SOURCE_META","type":["null","bytes"],"default":null}`
	require.Equal(t, schemaOf(t, b), strings.Replace(schemaOf(t, ours), added, "", 1))
}
