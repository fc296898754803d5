package avrofile_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/avro"
	"github.com/twmb/avro/ocf"

	"laketop/engine/paimon/avrofile"
)

type row struct {
	ID    int64    `avro:"ID"`
	Name  string   `avro:"NAME"`
	Note  *string  `avro:"NOTE"`
	Names []string `avro:"NAMES"`
	At    *int64   `avro:"AT"`
}

const rowSchema = `{"type":"record","name":"record","fields":[{"name":"ID","type":"long"},{"name":"NAME","type":"string"},` +
	`{"name":"NOTE","type":["null","string"],"default":null},{"name":"NAMES","type":["null",{"type":"array","items":"string"}],"default":null},` +
	`{"name":"AT","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null}]}`

func rows(n int) []row {
	out := make([]row, n)
	for i := range out {
		note, at := strings.Repeat("x", i%7), int64(i)
		out[i] = row{ID: int64(i), Name: "name", Note: &note, Names: []string{}, At: &at}
	}
	return out
}

// foreign writes a container by the library, as another program would.
func foreign(t testing.TB, schema string, values []any, options ...ocf.WriterOpt) []byte {
	t.Helper()
	s, err := avro.Parse(schema)
	require.NoError(t, err)
	var b bytes.Buffer
	w, err := ocf.NewWriter(&b, s, options...)
	require.NoError(t, err)
	for _, v := range values {
		require.NoError(t, w.Encode(v))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestRoundTripOverManyBlocks(t *testing.T) {
	f := avrofile.Must[row](rowSchema)
	for _, n := range []int{0, 1, 50_000} {
		data, err := f.Write(rows(n))
		require.NoError(t, err)
		got, err := f.Read(data)
		require.NoError(t, err)
		require.Equal(t, rows(n), got)
		// The library, as any reader, understands the file.
		r, err := ocf.NewReader(bytes.NewReader(data))
		require.NoError(t, err)
		require.Equal(t, rowSchema, string(r.Metadata()["avro.schema"]), "to the byte")
		require.Equal(t, "zstandard", string(r.Metadata()["avro.codec"]))
		var one row
		for range n {
			require.NoError(t, r.Decode(&one))
		}
	}
}

func TestOthersFilesAreReadByName(t *testing.T) {
	f := avrofile.Must[row](rowSchema)
	schema := `{"type":"record","name":"other","fields":[{"name":"NEW","type":"double"},{"name":"NAME","type":"string"},{"name":"ID","type":"int"}]}`
	values := []any{map[string]any{"NEW": 1.5, "NAME": "n", "ID": 7}}
	for name, options := range map[string][]ocf.WriterOpt{
		"null": nil, "deflate": {ocf.WithCodec(ocf.DeflateCodec(6))}, "snappy": {ocf.WithCodec(ocf.SnappyCodec())},
		"zstandard": {ocf.WithCodec(ocf.MustZstdCodec(nil, nil))},
	} {
		got, err := f.Read(foreign(t, schema, values, options...))
		require.NoError(t, err, name)
		require.Equal(t, []row{{ID: 7, Name: "n"}}, got, name)
	}
}

func TestReadRefuses(t *testing.T) {
	f := avrofile.Must[row](rowSchema)
	good, err := f.Write(rows(10))
	require.NoError(t, err)
	lacking := foreign(t, `{"type":"record","name":"r","fields":[{"name":"ID","type":"long"}]}`, []any{map[string]any{"ID": 1}})
	other := foreign(t, `"long"`, []any{int64(1)})
	for name, tc := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":           {nil, "begin with Obj1"},
		"only a mark":       {[]byte("Obj\x01"), "too early"},
		"a missing field":   {lacking, "fields NAME are missing"},
		"no record":         {other, "of type long"},
		"cut in a block":    {good[:len(good)-20], "announced"},
		"trailing bytes":    {append(bytes.Clone(good), 2), "too early"},
		"an unknown codec":  {bytes.Replace(good, []byte("zstandard"), []byte("zstandarx"), 1), "zstandarx"},
		"a damaged block":   {damaged(good), ""},
		"a negative size":   {append(bytes.Clone(good), 2, 1), "announced"},
		"a count of nobody": {append(bytes.Clone(good), hugeBlock(good)...), ""},
	} {
		_, err := f.Read(tc.data)
		require.ErrorIs(t, err, avrofile.ErrFormat, name)
		require.ErrorContains(t, err, tc.says, name)
	}
}

func damaged(good []byte) []byte {
	b := bytes.Clone(good)
	for i := len(b) - 40; i < len(b)-20; i++ {
		b[i] ^= 0x55
	}
	return b
}

// hugeBlock announces 2^40 rows in an empty block.
func hugeBlock(good []byte) []byte {
	b := binary.AppendVarint(nil, 1<<40)
	b = binary.AppendVarint(b, 0)
	return append(b, good[len(good)-16:]...)
}

func TestMustFitTheSchema(t *testing.T) {
	_, err := avrofile.New[row](`{"type":"record","name":"r","fields":[{"name":"OTHER","type":"long"}]}`)
	require.ErrorContains(t, err, "does not fit")
	_, err = avrofile.New[row](`{"type":"recor`)
	require.Error(t, err)
	require.Panics(t, func() { avrofile.Must[row](`7`) })
}

func FuzzRead(f *testing.F) {
	format := avrofile.Must[row](rowSchema)
	good, err := format.Write(rows(3))
	require.NoError(f, err)
	f.Add(good)
	f.Add(foreign(f, `{"type":"record","name":"r","fields":[{"name":"NAME","type":"string"},{"name":"ID","type":"int"},{"name":"X","type":{"type":"map","values":"long"}}]}`,
		[]any{map[string]any{"NAME": "n", "ID": 7, "X": map[string]any{"a": int64(1)}}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := format.Read(data)
		if err != nil {
			return
		}
		again, err := format.Write(got)
		require.NoError(t, err)
		back, err := format.Read(again)
		require.NoError(t, err)
		require.Equal(t, got, back)
	})
}
