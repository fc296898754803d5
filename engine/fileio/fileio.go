// Package fileio is where bytes live: local disk, memory, or object store.
//
// Every engine package reaches the lake's files through FileIO, so a test can
// hand the same code a disk that forgets unsynced writes or fails the n-th
// call. Paths are slash-separated and relative to the root that the FileIO was
// made with (a warehouse); "" is the root. A path that leaves the root ("..",
// an absolute path, a NUL byte) is refused with ErrPath.
//
// To add a place: implement FileIO in a package beside local and mem, and run
// fileiotest against it.
package fileio

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"
)

// What callers branch on. They are the standard library's, so errors.Is works
// with either name.
var (
	ErrExist    = fs.ErrExist    // the file or folder is already there
	ErrNotExist = fs.ErrNotExist // the file or folder is missing
	ErrPath     = errors.New("path leaves the root")
)

// Info describes a file or folder.
type Info struct {
	Path      string // relative to the root
	SizeBytes int64
	Modified  time.Time
	IsDir     bool
}

// FileIO is the storage a warehouse lives on.
type FileIO interface {
	// ReadFile returns the whole file; ErrNotExist when it is missing.
	ReadFile(ctx context.Context, path string) ([]byte, error)
	// Open reads parts of a file (a parquet footer).
	Open(ctx context.Context, path string) (File, error)
	// Stat describes a file or folder.
	Stat(ctx context.Context, path string) (Info, error)
	// List returns the direct children of a folder, sorted by path. A missing
	// folder is an empty list.
	List(ctx context.Context, dir string) ([]Info, error)
	// Create writes a new file in one step and fails with ErrExist if it is
	// there. After nil the bytes survive a power cut. Any other error leaves
	// the outcome unknown: look before trying again. Parents are made.
	Create(ctx context.Context, path string, data []byte) error
	// Overwrite replaces a file; a crash leaves the old or the new bytes.
	Overwrite(ctx context.Context, path string, data []byte) error
	// Rename moves a file or folder; ErrExist when the target is there.
	Rename(ctx context.Context, from, to string) error
	// Remove deletes a file or a folder with all it holds; a missing path is
	// no error.
	Remove(ctx context.Context, path string) error
}

// File is an open file.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Local is a FileIO whose files a native reader may open by name: DuckDB reads
// and writes data files there itself.
type Local interface {
	FileIO
	// LocalPath is the absolute path on this machine.
	LocalPath(path string) (string, error)
	// Sync makes files that were written by name survive a power cut: each
	// file, then their folders.
	Sync(ctx context.Context, paths ...string) error
	// MakeDir makes a folder and its parents.
	MakeDir(ctx context.Context, dir string) error
}
