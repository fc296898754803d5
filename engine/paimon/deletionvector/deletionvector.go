// Package deletionvector is which rows of a data file are deleted: sets of row
// numbers, counted from 0, several to an index file.
//
//	version    1 byte, 1
//	block      one for each data file, at the offset that the index manifest names
//
//	32 bits    size     int32 BE, of magic and bitmap = the length in the manifest
//	           magic    int32 BE 1581511376
//	           bitmap   roaring, 32-bit form
//	           crc32    int32 BE, of magic and bitmap
//
//	64 bits    size     int32 BE, of magic and bitmap = the length in the manifest - 8
//	           magic    int32 LE 1681511377
//	           bitmap   roaring, 64-bit form, a bitmap for every upper half
//	           crc32    int32 BE, of magic and bitmap
//
// A reader tells the kinds apart by their magic. A checksum that does not fit is
// an error: a vector that is read wrong brings deleted rows back.
//
// Source: Paimon's BitmapDeletionVector, Bitmap64DeletionVector and
// DeletionVectorsIndexFile; PAIMON.md 6.3.
package deletionvector

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"laketop/engine/bitmap"
	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
)

// ErrFormat marks bytes that are not a deletion vector.
var ErrFormat = errors.New("not a deletion vector")

// CorruptError names an index file whose vector could not be understood.
type CorruptError struct {
	Path   string // relative to the warehouse
	Offset int64
	Err    error
}

// Error is the place and what is wrong there.
func (e *CorruptError) Error() string { return fmt.Sprintf("%s at %d: %v", e.Path, e.Offset, e.Err) }

// Unwrap gives the cause, which is ErrFormat.
func (e *CorruptError) Unwrap() error { return e.Err }

// Vector is the deleted rows of one data file.
type Vector struct{ bitmap.Set }

// New is a vector of the rows.
func New(rows ...uint64) *Vector { return &Vector{*bitmap.Of(rows...)} }

// Or adds the rows of another vector.
func (v *Vector) Or(other *Vector) { v.Set.Or(&other.Set) }

// Clone copies the vector, so that the copy can be changed.
func (v *Vector) Clone() *Vector { return &Vector{*v.Set.Clone()} }

const (
	version    = 1
	magic32    = 1581511376
	magic64    = 1681511377
	sizeBytes  = 4
	magicBytes = 4
	crcBytes   = 4
	// maxRow32 is the last row that Java's 32-bit vector takes.
	maxRow32 = math.MaxInt32
)

// Encode is the vector's block, and its length as the index manifest has it.
func Encode(v *Vector, bitmap64 bool) (block []byte, length int, err error) {
	var bits []byte
	var magic [magicBytes]byte
	if bitmap64 {
		binary.LittleEndian.PutUint32(magic[:], magic64)
		bits, err = v.Encode64(true)
	} else {
		if most, ok := v.Max(); ok && most > maxRow32 {
			return nil, 0, fmt.Errorf("row %d does not fit into a deletion vector of 32 bits", most)
		}
		binary.BigEndian.PutUint32(magic[:], magic32)
		bits, err = v.Encode32()
	}
	if err != nil {
		return nil, 0, err
	}
	size := magicBytes + len(bits)
	block = binary.BigEndian.AppendUint32(make([]byte, 0, sizeBytes+size+crcBytes), uint32(size))
	block = append(append(block, magic[:]...), bits...)
	block = binary.BigEndian.AppendUint32(block, crc32.ChecksumIEEE(block[sizeBytes:]))
	if bitmap64 {
		return block, len(block), nil
	}
	return block, size, nil
}

// Decode reads a block that starts b, whose length the index manifest gives.
func Decode(b []byte, length int) (*Vector, error) {
	if len(b) < sizeBytes+magicBytes+crcBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(b))
	}
	size := int64(binary.BigEndian.Uint32(b))
	if size < magicBytes || size > int64(len(b)-sizeBytes-crcBytes) {
		return nil, fmt.Errorf("%w: %d bytes announced, %d there", ErrFormat, size, len(b)-sizeBytes-crcBytes)
	}
	body := b[sizeBytes:][:size]
	sum := binary.BigEndian.Uint32(b[sizeBytes+size:])
	decode, stated := bitmap.Decode32, size
	switch {
	case binary.BigEndian.Uint32(body) == magic32:
	case binary.LittleEndian.Uint32(body) == magic64:
		decode, stated = bitmap.Decode64, size+sizeBytes+crcBytes
	default:
		return nil, fmt.Errorf("%w: magic %x", ErrFormat, body[:magicBytes])
	}
	if stated != int64(length) {
		return nil, fmt.Errorf("%w: its length is %d, the index manifest says %d", ErrFormat, stated, length)
	}
	if crc32.ChecksumIEEE(body) != sum {
		return nil, fmt.Errorf("%w: its checksum does not fit", ErrFormat)
	}
	set, err := decode(body[magicBytes:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return &Vector{*set}, nil
}

// Read reads one vector of an index file, by what the index manifest says of it.
func Read(ctx context.Context, fio fileio.FileIO, path string, offset, length int32) (*Vector, error) {
	f, err := fio.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	defer f.Close()
	if offset < 1 || length < 0 || int64(offset) >= f.Size() {
		return nil, &CorruptError{path, int64(offset), fmt.Errorf("%w: %d bytes from %d of %d", ErrFormat, length, offset, f.Size())}
	}
	// Of the 32-bit kind the length leaves out size and checksum; what else is
	// read behind a block is not looked at.
	b := make([]byte, min(int64(length)+sizeBytes+crcBytes, f.Size()-int64(offset)))
	if _, err := f.ReadAt(b, int64(offset)); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	v, err := Decode(b, int(length))
	if err != nil {
		return nil, &CorruptError{path, int64(offset), err}
	}
	return v, nil
}

// Named is the vector of one data file.
type Named struct {
	File string // its name, without folder
	*Vector
}

// Write creates an index file of vectors at path. It gives where each stands, in
// order, and the size of the file.
func Write(ctx context.Context, fio fileio.FileIO, path string, vectors []Named, bitmap64 bool) ([]manifest.VectorRange, int64, error) {
	out := []byte{version}
	ranges := make([]manifest.VectorRange, len(vectors))
	for i, v := range vectors {
		block, length, err := Encode(v.Vector, bitmap64)
		if err != nil {
			return nil, 0, fmt.Errorf("deletion vector of %s: %w", v.File, err)
		}
		if len(out)+len(block) > math.MaxInt32 {
			return nil, 0, fmt.Errorf("deletion vectors of %s take more than 2 GiB", path)
		}
		n := v.Cardinality()
		ranges[i] = manifest.VectorRange{File: v.File, Offset: int32(len(out)), Length: int32(length), Cardinality: &n}
		out = append(out, block...)
	}
	if err := fio.Create(ctx, path, out); err != nil {
		return nil, 0, fmt.Errorf("write %s: %w", path, err)
	}
	return ranges, int64(len(out)), nil
}
