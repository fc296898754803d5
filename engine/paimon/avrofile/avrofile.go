// Package avrofile reads and writes Avro object containers, the files that hold
// Paimon's manifests.
//
//	"Obj\x01"                        4 bytes
//	metadata map                     avro.schema (JSON text), avro.codec ("zstandard")
//	sync marker                      16 bytes
//	blocks, up to the end of file:
//	  row count, byte length         zig-zag varints
//	  rows, compressed               byte length bytes
//	  sync marker                    16 bytes
//
// The framing is our own, so that a whole file decodes into one slice whose
// strings point into the decompressed blocks: a manifest is read once and kept.
// The schema text is written byte for byte as given, because Java chooses its
// field readers by what stands there: logicalType and defaults must survive.
//
// A file is read by the names of its own schema. Fields that the file lacks stay
// zero, fields that the Go struct lacks are skipped; but a field without a
// default in our schema must be there, which also means that every row takes
// bytes and garbage cannot ask for endless empty rows.
package avrofile

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
	"github.com/twmb/avro"
	"github.com/twmb/avro/ocf"
)

// ErrFormat marks a file that is not an Avro container or not one of ours.
var ErrFormat = errors.New("not a readable avro file")

// magic opens every container.
const magic = "Obj\x01"

const (
	syncBytes = 16
	// blockBytes is the size of a block before compression; Java starts a new
	// one at about the same size.
	blockBytes = 64 << 10
	// maxBlockBytes bounds one block after decompression. Writers stop at tens
	// of KiB; one row with a large embedded index stays far below.
	maxBlockBytes = 32 << 20
	// compressionLevel is what Java's `manifest.compression` uses.
	compressionLevel = zstd.SpeedFastest
)

// Format reads and writes files whose rows are Ts with one schema.
type Format[T any] struct {
	text     string
	schema   *avro.Schema
	required node
	quick    func() Decoder[T]
}

// Decoder reads one row from the front of a block, which it may point into, and
// gives the rest.
type Decoder[T any] func(block []byte, row *T) ([]byte, error)

// Quick makes Read decode files of exactly this schema with a decoder that
// knows it by heart; start gives one for each file, which may keep state between
// rows. Files of another schema are decoded by their own.
func (f *Format[T]) Quick(start func() Decoder[T]) *Format[T] {
	f.quick = start
	return f
}

// New prepares a format from its exact schema text. T is a struct whose fields
// carry `avro:"NAME"` tags; nullable fields are pointers or slices, and a nil
// slice is null.
func New[T any](schema string) (*Format[T], error) {
	parsed, err := avro.Parse(schema)
	if err != nil {
		return nil, fmt.Errorf("parse avro schema: %w", err)
	}
	var zero T
	if _, err := parsed.Encode(&zero); err != nil {
		return nil, fmt.Errorf("avro schema does not fit %T: %w", zero, err)
	}
	return &Format[T]{text: schema, schema: parsed, required: requiredOf(*parsed.Root())}, nil
}

// Must is New for schemas that stand in the program's text.
func Must[T any](schema string) *Format[T] {
	f, err := New[T](schema)
	if err != nil {
		panic(err)
	}
	return f
}

// Schema is the text that Write puts into a file.
func (f *Format[T]) Schema() string { return f.text }

// Read decodes a whole file. The rows point into memory of their own, not into
// data. Errors wrap ErrFormat.
func (f *Format[T]) Read(data []byte) ([]T, error) {
	h, rest, err := readHeader(data)
	if err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrFormat, err)
	}
	decode, err := f.decoder(h.schema)
	if err != nil {
		return nil, fmt.Errorf("%w: schema: %w", ErrFormat, err)
	}
	codec, err := newCodec(h.codec)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	defer func() { _ = codec.Close() }() // it frees memory, nothing can be lost
	rows := make([]T, 0, rowsIn(rest))
	for n := 0; len(rest) > 0; n++ {
		if rows, rest, err = f.readBlock(rows, rest, decode, codec, h.sync); err != nil {
			return nil, fmt.Errorf("%w: block %d: %w", ErrFormat, n, err)
		}
	}
	return rows, nil
}

// decoder reads the rows of a file by the schema it was written with.
func (f *Format[T]) decoder(text []byte) (Decoder[T], error) {
	if f.quick != nil && string(text) == f.text {
		return f.quick(), nil
	}
	s, err := f.writer(text)
	if err != nil {
		return nil, err
	}
	options := []avro.Opt{avro.SkipUnknown(), avro.AliasInput()}
	return func(block []byte, row *T) ([]byte, error) { return s.Decode(block, row, options...) }, nil
}

// writer is the schema the file was written with, checked to hold what we need.
func (f *Format[T]) writer(text []byte) (*avro.Schema, error) {
	if string(text) == f.text {
		return f.schema, nil
	}
	s, err := avro.Parse(string(text))
	if err != nil {
		return nil, err
	}
	return s, f.required.in(*s.Root().ExpandReferences())
}

func (f *Format[T]) readBlock(rows []T, in []byte, decode Decoder[T], c codec, sync []byte) ([]T, []byte, error) {
	count, in, err := varint(in)
	if err != nil {
		return nil, nil, err
	}
	size, in, err := varint(in)
	if err != nil {
		return nil, nil, err
	}
	if size < 0 || size > int64(len(in)-syncBytes) {
		return nil, nil, fmt.Errorf("%d bytes announced, %d there", size, len(in))
	}
	packed, in := in[:size], in[size:]
	if !bytes.Equal(in[:syncBytes], sync) {
		return nil, nil, errors.New("sync marker differs")
	}
	block, err := c.DecompressBounded(packed, maxBlockBytes)
	if err != nil {
		return nil, nil, err
	}
	if count < 0 || count > int64(len(block)) {
		return nil, nil, fmt.Errorf("%d rows in %d bytes", count, len(block))
	}
	for range count {
		rows = append(rows, *new(T)) // decoded in place: a row is half a KiB
		if block, err = decode(block, &rows[len(rows)-1]); err != nil {
			return nil, nil, err
		}
	}
	if len(block) != 0 {
		return nil, nil, fmt.Errorf("%d bytes behind the last row", len(block))
	}
	return rows, in[syncBytes:], nil
}

// rowsIn adds up what the blocks announce, for one allocation instead of many;
// it believes them only as far as a row takes two bytes, compressed.
func rowsIn(blocks []byte) int {
	const leastRowBytes = 2
	most, sum := int64(len(blocks)/leastRowBytes+1), int64(0)
	for len(blocks) > 0 {
		count, rest, err := varint(blocks)
		if err != nil || count < 0 || count > most {
			break
		}
		size, rest, err := varint(rest)
		if err != nil || size < 0 || size > int64(len(rest)-syncBytes) {
			break
		}
		sum += count
		blocks = rest[size+syncBytes:]
	}
	return int(min(sum, most))
}

// Write encodes rows as one file. A file without rows is a header only.
func (f *Format[T]) Write(rows []T) ([]byte, error) {
	codec, err := ocf.ZstdCodec([]zstd.EOption{zstd.WithEncoderLevel(compressionLevel), zstd.WithLowerEncoderMem(true)}, nil)
	if err != nil {
		return nil, fmt.Errorf("open zstandard: %w", err)
	}
	defer func() { _ = codec.Close() }() // it frees memory, nothing can be lost
	out := writeHeader(f.text, codec.Name())
	sync := syncOf(out)
	out = append(out, sync...)
	var block []byte
	count := 0
	for i := range rows {
		if block, err = f.schema.AppendEncode(block, &rows[i]); err != nil {
			return nil, fmt.Errorf("encode row %d: %w", i, err)
		}
		if count++; len(block) < blockBytes && i+1 < len(rows) {
			continue
		}
		packed, err := codec.Compress(block)
		if err != nil {
			return nil, fmt.Errorf("compress: %w", err)
		}
		out = appendVarint(appendVarint(out, int64(count)), int64(len(packed)))
		out = append(append(out, packed...), sync...)
		block, count = block[:0], 0
	}
	return out, nil
}
