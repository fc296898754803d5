package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
)

func TestMetaCoversPartitionsBucketsAndLevels(t *testing.T) {
	types := []datatype.Type{datatype.StringType().Required(), datatype.Of(datatype.Int)}
	row := func(v ...any) []byte {
		b, err := binaryrow.Encode([]datatype.Type{types[0].Nullable(), types[1]}, v)
		require.NoError(t, err)
		return b
	}
	in := entries(4)
	in[0].Partition, in[1].Partition = row("b", int32(5)), row("a", nil)
	in[2].Partition, in[3].Partition = row("a", nil), row("c", int32(-1))
	in[2].Kind, in[2].File.Level, in[2].Bucket, in[3].File.SchemaID = manifest.Delete, 5, 7, 2
	m, err := manifest.Meta("manifest-x", 99, in, types)
	require.NoError(t, err)
	require.Equal(t, manifest.ManifestMeta{
		Version: 2, FileName: "manifest-x", SizeBytes: 99, AddedFiles: 3, DeletedFiles: 1, SchemaID: 2,
		PartitionStats: manifest.SimpleStats{Min: row("a", int32(-1)), Max: row("c", int32(5)), Nulls: []*int64{ptr(int64(0)), ptr(int64(2))}},
		MinBucket:      ptr(int32(0)), MaxBucket: ptr(int32(7)), MinLevel: ptr(int32(0)), MaxLevel: ptr(int32(5)),
	}, m)
	flat, err := manifest.Meta("m", 1, entries(1), nil)
	require.NoError(t, err)
	require.Equal(t, binaryrow.NoStats(), flat.PartitionStats)
	_, err = manifest.Meta("m", 1, entries(1), types)
	require.Error(t, err, "a partition of another arity")
}

func TestCorruptFileIsNamed(t *testing.T) {
	ctx, fio := t.Context(), mem.New()
	var corrupt *manifest.CorruptError
	require.NoError(t, fio.Create(ctx, "bad", []byte("x")))
	_, err := manifest.ReadManifest(ctx, fio, "bad")
	require.ErrorAs(t, err, &corrupt)
	require.Equal(t, "bad", corrupt.Path)
	_, err = manifest.ReadIndex(ctx, fio, "bad")
	require.ErrorAs(t, err, &corrupt)
	_, err = manifest.ReadIndex(ctx, fio, "missing")
	require.ErrorIs(t, err, fileio.ErrNotExist)
}
