// Package mem keeps a warehouse in memory: for tests, and for tables that need
// no disk. It behaves as package local does; only a crash forgets everything.
package mem

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"laketop/engine/fileio"
)

// FS is a FileIO in memory, safe for concurrent use. Its clock counts changes
// in milliseconds from 1970, so that two runs look the same.
type FS struct {
	mu      sync.Mutex
	nodes   map[string]node // "" is the root folder
	changes int64
}

type node struct {
	isDir    bool
	data     []byte // never changed in place
	modified time.Time
}

var _ fileio.FileIO = (*FS)(nil)

// New makes an empty FS.
func New() *FS { return &FS{nodes: map[string]node{"": {isDir: true}}} }

// ReadFile implements fileio.FileIO.
func (m *FS) ReadFile(ctx context.Context, p string) ([]byte, error) {
	n, err := m.file(ctx, "read", p)
	return slices.Clone(n.data), err
}

type file struct{ *bytes.Reader }

// Close implements fileio.File.
func (file) Close() error { return nil }

// Open implements fileio.FileIO.
func (m *FS) Open(ctx context.Context, p string) (fileio.File, error) {
	n, err := m.file(ctx, "open", p)
	if err != nil {
		return nil, err
	}
	return file{bytes.NewReader(n.data)}, nil
}

func (m *FS) file(ctx context.Context, op, p string) (node, error) {
	if err := check(ctx, p); err != nil {
		return node{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n, ok := m.nodes[p]
	if !ok {
		return node{}, &fs.PathError{Op: op, Path: p, Err: fileio.ErrNotExist}
	}
	if n.isDir {
		return node{}, &fs.PathError{Op: op, Path: p, Err: errors.New("is a folder")}
	}
	return n, nil
}

// Stat implements fileio.FileIO.
func (m *FS) Stat(ctx context.Context, p string) (fileio.Info, error) {
	if err := check(ctx, p); err != nil {
		return fileio.Info{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n, ok := m.nodes[p]
	if !ok {
		return fileio.Info{}, &fs.PathError{Op: "stat", Path: p, Err: fileio.ErrNotExist}
	}
	return info(p, n), nil
}

// List implements fileio.FileIO.
func (m *FS) List(ctx context.Context, dir string) ([]fileio.Info, error) {
	if err := check(ctx, dir); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if n, ok := m.nodes[dir]; ok && !n.isDir {
		return nil, nil
	}
	var infos []fileio.Info
	for _, p := range slices.Sorted(maps.Keys(m.nodes)) {
		if p != "" && parent(p) == dir {
			infos = append(infos, info(p, m.nodes[p]))
		}
	}
	return infos, nil
}

// Create implements fileio.FileIO.
func (m *FS) Create(ctx context.Context, p string, data []byte) error {
	return m.write(ctx, "create", p, data, func(old node, there bool) error {
		if there {
			return fileio.ErrExist
		}
		return nil
	})
}

// Overwrite implements fileio.FileIO.
func (m *FS) Overwrite(ctx context.Context, p string, data []byte) error {
	return m.write(ctx, "overwrite", p, data, func(old node, there bool) error {
		if there && old.isDir {
			return errors.New("is a folder")
		}
		return nil
	})
}

func (m *FS) write(ctx context.Context, op, p string, data []byte, allow func(node, bool) error) error {
	if err := check(ctx, p); err != nil {
		return err
	}
	if p == "" {
		return &fs.PathError{Op: op, Path: p, Err: fileio.ErrPath}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	old, there := m.nodes[p]
	err := allow(old, there)
	if err == nil {
		err = m.makeDir(parent(p))
	}
	if err != nil {
		return &fs.PathError{Op: op, Path: p, Err: err}
	}
	m.nodes[p] = node{data: slices.Clone(data), modified: m.tick()}
	return nil
}

// makeDir makes dir and its parents; a file in the way is an error.
func (m *FS) makeDir(dir string) error {
	if n, ok := m.nodes[dir]; ok {
		if !n.isDir {
			return errors.New("not a folder")
		}
		return nil
	}
	if err := m.makeDir(parent(dir)); err != nil {
		return err
	}
	m.nodes[dir] = node{isDir: true, modified: m.tick()}
	return nil
}

// Rename implements fileio.FileIO.
func (m *FS) Rename(ctx context.Context, from, to string) error {
	if err := errors.Join(check(ctx, from), fileio.CheckPath(to)); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.nodes[from]; !ok {
		return &fs.PathError{Op: "rename", Path: from, Err: fileio.ErrNotExist}
	}
	if _, ok := m.nodes[to]; ok {
		return &fs.PathError{Op: "rename", Path: to, Err: fileio.ErrExist}
	}
	if from == "" || strings.HasPrefix(to, from+"/") {
		return &fs.PathError{Op: "rename", Path: from, Err: fileio.ErrPath}
	}
	if err := m.makeDir(parent(to)); err != nil {
		return &fs.PathError{Op: "rename", Path: to, Err: err}
	}
	for _, p := range slices.Collect(maps.Keys(m.nodes)) {
		if p == from || strings.HasPrefix(p, from+"/") {
			m.nodes[to+p[len(from):]] = m.nodes[p]
			delete(m.nodes, p)
		}
	}
	m.tick()
	return nil
}

// Remove implements fileio.FileIO.
func (m *FS) Remove(ctx context.Context, p string) error {
	if err := check(ctx, p); err != nil {
		return err
	}
	if p == "" {
		return &fs.PathError{Op: "remove", Path: p, Err: fileio.ErrPath}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.nodes, func(q string, _ node) bool { return q == p || strings.HasPrefix(q, p+"/") })
	m.tick()
	return nil
}

// Paths lists every file, sorted.
func (m *FS) Paths() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var paths []string
	for p, n := range m.nodes {
		if !n.isDir {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return paths
}

func (m *FS) tick() time.Time {
	m.changes++
	return time.UnixMilli(m.changes).UTC()
}

func check(ctx context.Context, p string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fileio.CheckPath(p)
}

func parent(p string) string { return p[:max(0, strings.LastIndexByte(p, '/'))] }

func info(p string, n node) fileio.Info {
	return fileio.Info{Path: p, SizeBytes: int64(len(n.data)), Modified: n.modified, IsDir: n.isDir}
}
