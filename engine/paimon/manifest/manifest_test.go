package manifest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/avro/ocf"

	"laketop/engine/paimon/avrofile"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
)

func ptr[T any](v T) *T { return &v }

// entry is an append table's file with every field that Laketop writes.
func entry(i int) manifest.Entry {
	return manifest.Entry{
		Version: manifest.Version, Partition: binaryrow.Empty(), TotalBuckets: -1,
		File: manifest.DataFile{
			FileName: fmt.Sprintf("data-0b6a7c1e-%d.parquet", i), SizeBytes: 1000 + int64(i), RowCount: 10, MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(),
			KeyStats: binaryrow.NoStats(), ValueStats: manifest.SimpleStats{Min: binaryrow.Empty(), Max: binaryrow.Empty(), Nulls: []*int64{nil, ptr(int64(3))}},
			MaxSequence: 9, ExtraFiles: []string{}, CreationTimeMillis: ptr(int64(1790000000000)), DeleteRowCount: ptr(int64(0)),
			Source: ptr(manifest.SourceAppend), ValueStatsCols: []string{"a", "b"},
		},
	}
}

func entries(n int) []manifest.Entry {
	out := make([]manifest.Entry, n)
	for i := range out {
		out[i] = entry(i)
	}
	return out
}

func TestManifestRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 1000} {
		want := entries(n)
		data, err := manifest.Encode(want)
		require.NoError(t, err)
		got, err := manifest.Decode(data)
		require.NoError(t, err)
		require.Len(t, got, n)
		for i := range got {
			require.Equal(t, want[i], got[i])
		}
		again, err := manifest.Encode(want)
		require.NoError(t, err)
		require.Equal(t, data, again, "equal entries give equal files")
	}
}

func TestNullAndEmptyColumnListsDiffer(t *testing.T) {
	in := entries(2)
	in[0].File.ValueStatsCols, in[1].File.ValueStatsCols = nil, []string{}
	data, err := manifest.Encode(in)
	require.NoError(t, err)
	got, err := manifest.Decode(data)
	require.NoError(t, err)
	require.Nil(t, got[0].File.ValueStatsCols)
	require.NotNil(t, got[1].File.ValueStatsCols)
}

func TestListRoundTrip(t *testing.T) {
	want := []manifest.ManifestMeta{
		{Version: 2, FileName: "manifest-1", SizeBytes: 5, AddedFiles: 2, PartitionStats: binaryrow.NoStats()},
		{Version: 2, FileName: "manifest-2", DeletedFiles: 1, PartitionStats: binaryrow.NoStats(), SchemaID: 3, MinBucket: ptr(int32(0)), MaxRowID: ptr(int64(7))},
	}
	data, err := manifest.EncodeList(want)
	require.NoError(t, err)
	got, err := manifest.DecodeList(data)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestHeaderIsJavas(t *testing.T) {
	data, err := manifest.Encode(nil)
	require.NoError(t, err)
	head := string(data)
	require.Contains(t, head, "avro.codec\x12zstandard")
	require.Contains(t, head, `"_CREATION_TIME","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null`)
	require.Contains(t, head, `{"name":"_FILE","type":{"type":"record","name":"record__FILE"`, "a plain record, not a union")
	order := []string{`"_VERSION"`, `"_KIND"`, `"_PARTITION"`, `"_BUCKET"`, `"_TOTAL_BUCKETS"`, `"_FILE"`}
	for i := 1; i < len(order); i++ {
		require.Less(t, strings.Index(head, order[i-1]), strings.Index(head, order[i]))
	}
}

func TestDecodeRefuses(t *testing.T) {
	good, err := manifest.Encode(entries(3))
	require.NoError(t, err)
	list, err := manifest.EncodeList(nil)
	require.NoError(t, err)
	for name, in := range map[string][]byte{
		"nothing":         nil,
		"text":            []byte("hello"),
		"cut":             good[:len(good)-5],
		"a manifest list": list,
		"a flipped sync":  append(append([]byte{}, good[:len(good)-1]...), good[len(good)-1]^1),
	} {
		_, err := manifest.Decode(in)
		require.ErrorIs(t, err, avrofile.ErrFormat, name)
	}
}

func TestLive(t *testing.T) {
	a, b, up := entry(1), entry(2), entry(2)
	up.File.Level = 5
	live, pending := manifest.Live([]manifest.Entry{a, b, manifest.DeleteOf(a), manifest.DeleteOf(b), up, manifest.DeleteOf(entry(3))})
	require.Equal(t, []manifest.Entry{up}, live)
	require.Equal(t, []manifest.Entry{manifest.DeleteOf(entry(3))}, pending)
	live, pending = manifest.Live([]manifest.Entry{a, manifest.DeleteOf(a), a, b})
	require.Equal(t, []manifest.Entry{a, b}, live, "added again after its end")
	require.Empty(t, pending)
	live, pending = manifest.Live([]manifest.Entry{manifest.DeleteOf(a), a})
	require.Equal(t, []manifest.Entry{a}, live)
	require.Equal(t, []manifest.Entry{manifest.DeleteOf(a)}, pending)
}

func FuzzDecode(f *testing.F) {
	good, err := manifest.Encode(entries(3))
	require.NoError(f, err)
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := manifest.Decode(data)
		if err != nil {
			return
		}
		again, err := manifest.Encode(got)
		require.NoError(t, err)
		back, err := manifest.Decode(again)
		require.NoError(t, err)
		require.Len(t, back, len(got))
	})
}

// BenchmarkLibrary10k is what the Avro library takes for the same file by its
// own container reader: the measure of BenchmarkDecode10k.
func BenchmarkLibrary10k(b *testing.B) {
	data, err := manifest.Encode(entries(10000))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		r, err := ocf.NewReader(bytes.NewReader(data))
		require.NoError(b, err)
		rows := make([]manifest.Entry, 10000)
		for i := range rows {
			if err := r.Decode(&rows[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkLive10k(b *testing.B) {
	in := entries(10001)
	in = append(in, manifest.DeleteOf(in[5]))
	b.ReportAllocs()
	for b.Loop() {
		if live, _ := manifest.Live(in); len(live) != 10000 {
			b.Fatal(len(live))
		}
	}
}

func BenchmarkDecode10k(b *testing.B) {
	data, err := manifest.Encode(entries(10000))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		got, err := manifest.Decode(data)
		if err != nil || len(got) != 10000 {
			b.Fatal(err)
		}
	}
}
