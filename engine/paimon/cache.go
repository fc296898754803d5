package paimon

import (
	"container/list"
	"context"
	"errors"
	"sync"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// cacheEntries bounds the cache by the number of rows of its manifests: about
// half a gigabyte would be 1 M files, this is a quarter of it.
const cacheEntries = 250_000

// cache keeps manifests and manifest lists by path, and the live files of a
// snapshot by those of its lists. Their names hold a UUID and their content never
// changes, so nothing is ever out of date. Callers must not
// change what they get.
type cache struct {
	io    fileio.FileIO
	limit int

	mu    sync.Mutex
	rows  int
	byKey map[string]*list.Element
	used  list.List // of cached, the last used first
}

type cached struct {
	key   string
	value any
	rows  int
}

var (
	_ scan.Manifests = (*cache)(nil)
	_ scan.Kept      = (*cache)(nil)
)

func newCache(io fileio.FileIO, limit int) *cache {
	return &cache{io: io, limit: limit, byKey: map[string]*list.Element{}}
}

// Manifest implements scan.Manifests.
func (c *cache) Manifest(ctx context.Context, path string, sizeBytes int64) ([]manifest.Entry, error) {
	return through(ctx, c, path, sizeBytes, manifest.ReadWholeManifest)
}

// List implements scan.Manifests.
func (c *cache) List(ctx context.Context, path string, sizeBytes int64) ([]manifest.ManifestMeta, error) {
	return through(ctx, c, path, sizeBytes, manifest.ReadWholeList)
}

// Index reads an index manifest.
func (c *cache) Index(ctx context.Context, path string) ([]manifest.IndexEntry, error) {
	return through(ctx, c, path, 0, func(ctx context.Context, io fileio.FileIO, path string, _ int64) ([]manifest.IndexEntry, error) {
		return manifest.ReadIndex(ctx, io, path)
	})
}

// Live implements scan.Kept.
func (c *cache) Live(key string) ([]manifest.Entry, bool) {
	entries, ok := c.get(key).([]manifest.Entry)
	return entries, ok
}

// KeepLive implements scan.Kept.
func (c *cache) KeepLive(key string, entries []manifest.Entry) { c.put(key, entries, len(entries)) }

func through[T any](ctx context.Context, c *cache, path string, sizeBytes int64, read func(context.Context, fileio.FileIO, string, int64) ([]T, error)) ([]T, error) {
	if rows, ok := c.get(path).([]T); ok {
		return rows, nil
	}
	rows, err := read(ctx, c.io, path, sizeBytes)
	if err != nil {
		return nil, missingFile(path, err)
	}
	c.put(path, rows, len(rows))
	return rows, nil
}

// missingFile words an error of reading metadata.
func missingFile(path string, err error) error {
	var corrupt *manifest.CorruptError
	switch {
	case errors.Is(err, fileio.ErrNotExist):
		return problem.New("table.missing_file", "path", path).Because(err)
	case errors.As(err, &corrupt):
		return problem.New("table.corrupt", "path", path, "why", corrupt.Err.Error()).Because(err)
	}
	return err
}

func (c *cache) get(key string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return nil
	}
	c.used.MoveToFront(e)
	return e.Value.(cached).value //nolint:forcetypeassert // put alone fills the list
}

func (c *cache) put(key string, value any, rows int) {
	rows++ // an empty list takes room too
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || rows > c.limit {
		return
	}
	c.byKey[key] = c.used.PushFront(cached{key, value, rows})
	c.rows += rows
	for c.rows > c.limit {
		last := c.used.Back()
		old := c.used.Remove(last).(cached) //nolint:forcetypeassert // put alone fills the list
		delete(c.byKey, old.key)
		c.rows -= old.rows
	}
}
