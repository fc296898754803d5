package avrofile

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/twmb/avro"
	"github.com/twmb/avro/ocf"
)

// header is what stands before the first block.
type header struct {
	schema []byte
	codec  string
	sync   []byte
}

// codec decompresses blocks up to a size.
type codec interface {
	ocf.Codec
	ocf.BoundedDecompressor
}

// errShort is a file that ends too early.
var errShort = errors.New("the file ends too early")

// newCodec knows the codecs that Java's `manifest.compression` may name.
func newCodec(name string) (codec, error) {
	switch name {
	case "", "null":
		return plain{}, nil
	case "zstandard":
		c, err := ocf.ZstdCodec([]zstd.EOption{zstd.WithLowerEncoderMem(true)}, []zstd.DOption{zstd.WithDecoderLowmem(true)})
		if err != nil {
			return nil, fmt.Errorf("open zstandard: %w", err)
		}
		return c.(codec), nil
	case "deflate":
		return ocf.DeflateCodec(-1).(codec), nil
	case "snappy":
		return ocf.SnappyCodec().(codec), nil
	}
	return nil, fmt.Errorf("compression %q is not known", name)
}

// plain is no compression.
type plain struct{}

func (plain) Name() string                          { return "null" }
func (plain) Compress(b []byte) ([]byte, error)     { return b, nil }
func (p plain) Decompress(b []byte) ([]byte, error) { return bytes.Clone(b), nil }
func (plain) Close() error                          { return nil }

// DecompressBounded copies, since rows point into the result.
func (plain) DecompressBounded(b []byte, most int64) ([]byte, error) {
	if int64(len(b)) > most {
		return nil, fmt.Errorf("block of %d bytes", len(b))
	}
	return bytes.Clone(b), nil
}

func writeHeader(schema, codec string) []byte {
	out := appendVarint([]byte(magic), 2)
	for _, kv := range [][2]string{{"avro.schema", schema}, {"avro.codec", codec}} {
		for _, s := range kv {
			out = append(appendVarint(out, int64(len(s))), s...)
		}
	}
	return appendVarint(out, 0)
}

// syncOf derives the marker from the header: equal rows give equal files, and
// 16 bytes of a hash do not turn up in a block by chance.
func syncOf(header []byte) []byte {
	sum := sha256.Sum256(header)
	return sum[:syncBytes]
}

// SchemaText is the schema of a container, as its header says it.
func SchemaText(file []byte) (string, error) {
	h, _, err := readHeader(file)
	if err != nil {
		return "", fmt.Errorf("read avro header: %w", err)
	}
	return string(h.schema), nil
}

func readHeader(in []byte) (header, []byte, error) {
	h := header{}
	if !bytes.HasPrefix(in, []byte(magic)) {
		return h, nil, errors.New("it does not begin with Obj1")
	}
	in = in[len(magic):]
	for {
		n, rest, err := varint(in)
		if err != nil {
			return h, nil, err
		}
		in = rest
		if n == 0 {
			break
		}
		if n < 0 { // a negative count is followed by the bytes of the block
			if _, in, err = varint(in); err != nil {
				return h, nil, err
			}
			n = -n
		}
		if in, err = h.readEntries(n, in); err != nil {
			return h, nil, err
		}
	}
	if len(in) < syncBytes {
		return h, nil, errShort
	}
	h.sync = in[:syncBytes]
	return h, in[syncBytes:], nil
}

func (h *header) readEntries(n int64, in []byte) ([]byte, error) {
	if n < 0 || n > int64(len(in)) {
		return nil, errShort
	}
	for range n {
		key, rest, err := lengthBytes(in)
		if err != nil {
			return nil, err
		}
		value, rest, err := lengthBytes(rest)
		if err != nil {
			return nil, err
		}
		switch string(key) {
		case "avro.schema":
			h.schema = value
		case "avro.codec":
			h.codec = string(value)
		}
		in = rest
	}
	return in, nil
}

func lengthBytes(in []byte) (value, rest []byte, err error) {
	n, in, err := varint(in)
	if err != nil {
		return nil, nil, err
	}
	if n < 0 || n > int64(len(in)) {
		return nil, nil, errShort
	}
	return in[:n], in[n:], nil
}

func varint(in []byte) (int64, []byte, error) {
	v, n := binary.Varint(in)
	if n <= 0 {
		return 0, nil, errShort
	}
	return v, in[n:], nil
}

func appendVarint(b []byte, v int64) []byte { return binary.AppendVarint(b, v) }

// node is the fields that a record must have, each with what it must have in
// turn.
type node map[string]node

// requiredOf is the fields of a record schema that have no default.
func requiredOf(s avro.SchemaNode) node {
	if s.Type != "record" {
		return nil
	}
	n := node{}
	for _, f := range s.Fields {
		if !f.HasDefault {
			n[f.Name] = requiredOf(f.Type)
		}
	}
	return n
}

// in tells whether a writer's schema has all of n. A record inside a union
// with null counts, as some Python writers wrote it.
func (n node) in(s avro.SchemaNode) error {
	if s.Type == "union" {
		for _, b := range s.Branches {
			if b.Type == "record" {
				return n.in(b)
			}
		}
	}
	if s.Type != "record" {
		return fmt.Errorf("its rows are of type %s", s.Type)
	}
	have := map[string]avro.SchemaNode{}
	for _, f := range s.Fields {
		have[f.Name] = f.Type
	}
	var missing []string
	for name, inner := range n {
		t, ok := have[name]
		if !ok {
			missing = append(missing, name)
			continue
		}
		if inner != nil {
			if err := inner.in(t); err != nil {
				return fmt.Errorf("field %s: %w", name, err)
			}
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("fields %s are missing", strings.Join(missing, ", "))
	}
	return nil
}
