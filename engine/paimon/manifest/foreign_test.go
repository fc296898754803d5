package manifest_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/avrofile"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
)

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return b
}

func schemaOf(t *testing.T, file []byte) string {
	t.Helper()
	text, err := avrofile.SchemaText(file)
	require.NoError(t, err)
	return text
}

func TestSchemasAreJavasToTheByte(t *testing.T) {
	ours, err := manifest.Encode(nil)
	require.NoError(t, err)
	require.Equal(t, schemaOf(t, fixture(t, "java-1.4.2/manifest")), schemaOf(t, ours))
	ours, err = manifest.EncodeList(nil)
	require.NoError(t, err)
	require.Equal(t, schemaOf(t, fixture(t, "java-1.4.2/manifest-list")), schemaOf(t, ours))
}

func TestJavasManifest(t *testing.T) {
	entries, err := manifest.Decode(fixture(t, "java-1.4.2/manifest"))
	require.NoError(t, err)
	require.Len(t, entries, 2)
	partition, err := binaryrow.Encode([]datatype.Type{datatype.StringType()}, []any{"20260101"})
	require.NoError(t, err)
	columns := []datatype.Type{datatype.Of(datatype.Int), datatype.StringType(), datatype.StringType()}
	least, err := binaryrow.Encode(columns, []any{int32(1), "20260101", "a text of more t"})
	require.NoError(t, err)
	most, err := binaryrow.Encode(columns, []any{int32(3), "20260101", "x"})
	require.NoError(t, err)
	zero, created := int64(0), int64(1795250795088)
	require.Equal(t, manifest.Entry{
		Version: 2, Kind: manifest.Delete, Partition: partition, TotalBuckets: -1,
		File: manifest.DataFile{
			FileName: "data-db930791-3f8c-428d-9b6d-8ef0f1f1763d-0.parquet", SizeBytes: 832, RowCount: 2, MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(),
			KeyStats: binaryrow.NoStats(), ValueStats: manifest.SimpleStats{Min: least, Max: most, Nulls: []*int64{&zero, &zero, &zero}},
			MaxSequence: 1, ExtraFiles: []string{}, CreationTimeMillis: &created, DeleteRowCount: &zero, Source: ptr(manifest.SourceAppend),
		},
	}, entries[0])
	require.Equal(t, manifest.Add, entries[1].Kind)

	again, err := manifest.Encode(entries)
	require.NoError(t, err)
	back, err := manifest.Decode(again)
	require.NoError(t, err)
	require.Equal(t, entries, back)

	list, err := manifest.DecodeList(fixture(t, "java-1.4.2/manifest-list"))
	require.NoError(t, err)
	ours, err := manifest.Meta(list[0].FileName, list[0].SizeBytes, entries, []datatype.Type{datatype.StringType()})
	require.NoError(t, err)
	require.Equal(t, []manifest.ManifestMeta{ours}, list, "Meta counts as Java does")
}

func TestPythonsManifestHasFieldsOfItsOwn(t *testing.T) {
	entries, err := manifest.Decode(fixture(t, "pypaimon-2.1.0/manifest"))
	require.NoError(t, err)
	require.Len(t, entries, 2)
	require.Equal(t, []string{}, entries[0].File.ValueStatsCols, "it collects no statistics")
	nulls, err := binaryrow.Decode([]datatype.Type{datatype.StringType()}, entries[1].Partition)
	require.NoError(t, err)
	require.Equal(t, []any{nil}, nulls)
	list, err := manifest.DecodeList(fixture(t, "pypaimon-2.1.0/manifest-list"))
	require.NoError(t, err)
	require.Equal(t, int64(2), list[0].AddedFiles)
}
