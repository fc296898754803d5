package manifest

import (
	"context"
	"errors"
	"fmt"

	"laketop/engine/fileio"
	"laketop/engine/paimon/avrofile"
)

// ErrVersion marks a manifest of a layout that this package does not know.
var ErrVersion = errors.New("unknown manifest version")

// CorruptError names a manifest that could not be understood.
type CorruptError struct {
	Path string // relative to the warehouse
	Err  error
}

// Error is the path and what is wrong with the file.
func (e *CorruptError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }

// Unwrap gives the cause: avrofile.ErrFormat, ErrVersion.
func (e *CorruptError) Unwrap() error { return e.Err }

// Encode is the bytes of a manifest.
func Encode(entries []Entry) ([]byte, error) {
	rows := make([]Entry, len(entries))
	for i, e := range entries {
		e.Version = Version
		if e.File.ExtraFiles == nil {
			e.File.ExtraFiles = []string{}
		}
		rows[i] = e
	}
	return manifestFormat.Write(rows)
}

// Decode reads the bytes of a manifest.
func Decode(data []byte) ([]Entry, error) {
	rows, err := manifestFormat.Read(data)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Version != Version {
			return nil, fmt.Errorf("%w: %d", ErrVersion, rows[i].Version)
		}
		if rows[i].Kind != Add && rows[i].Kind != Delete {
			return nil, fmt.Errorf("%w: entry kind %d", avrofile.ErrFormat, rows[i].Kind)
		}
	}
	return rows, nil
}

// EncodeList is the bytes of a manifest list; one without manifests is legal.
func EncodeList(metas []ManifestMeta) ([]byte, error) {
	rows := make([]ManifestMeta, len(metas))
	for i, m := range metas {
		m.Version = Version
		rows[i] = m
	}
	return listFormat.Write(rows)
}

// DecodeList reads the bytes of a manifest list.
func DecodeList(data []byte) ([]ManifestMeta, error) {
	rows, err := listFormat.Read(data)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Version != Version {
			return nil, fmt.Errorf("%w: %d", ErrVersion, rows[i].Version)
		}
	}
	return rows, nil
}

// ReadManifest reads the manifest at path.
func ReadManifest(ctx context.Context, fio fileio.FileIO, path string) ([]Entry, error) {
	return read(ctx, fio, path, 0, Decode)
}

// ReadList reads the manifest list at path.
func ReadList(ctx context.Context, fio fileio.FileIO, path string) ([]ManifestMeta, error) {
	return read(ctx, fio, path, 0, DecodeList)
}

// ReadWholeManifest is ReadManifest of a file that has sizeBytes or more: of less
// it is cut off, which does not show in a file that ends with one of its blocks.
func ReadWholeManifest(ctx context.Context, fio fileio.FileIO, path string, sizeBytes int64) ([]Entry, error) {
	return read(ctx, fio, path, sizeBytes, Decode)
}

// ReadWholeList is ReadList of a file that has sizeBytes or more.
func ReadWholeList(ctx context.Context, fio fileio.FileIO, path string, sizeBytes int64) ([]ManifestMeta, error) {
	return read(ctx, fio, path, sizeBytes, DecodeList)
}

// WriteManifest creates the manifest at path and returns its size.
func WriteManifest(ctx context.Context, fio fileio.FileIO, path string, entries []Entry) (int64, error) {
	return write(ctx, fio, path, entries, Encode)
}

// WriteList creates the manifest list at path and returns its size.
func WriteList(ctx context.Context, fio fileio.FileIO, path string, metas []ManifestMeta) (int64, error) {
	return write(ctx, fio, path, metas, EncodeList)
}

func read[T any](ctx context.Context, fio fileio.FileIO, path string, atLeast int64, decode func([]byte) ([]T, error)) ([]T, error) {
	data, err := fio.ReadFile(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if int64(len(data)) < atLeast {
		return nil, &CorruptError{Path: path, Err: fmt.Errorf("the file is cut off: %d of %d bytes", len(data), atLeast)}
	}
	rows, err := decode(data)
	if err != nil {
		return nil, &CorruptError{Path: path, Err: err}
	}
	return rows, nil
}

func write[T any](ctx context.Context, fio fileio.FileIO, path string, rows []T, encode func([]T) ([]byte, error)) (int64, error) {
	data, err := encode(rows)
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	if err := fio.Create(ctx, path, data); err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	return int64(len(data)), nil
}
