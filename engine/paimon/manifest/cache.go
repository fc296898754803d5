package manifest

import (
	"container/list"
	"context"
	"sync"

	"laketop/engine/fileio"
)

// Cache keeps decoded manifests by path: they are written once, so a path has
// one content for ever. The rows that it returns are shared, read them only. A
// nil Cache reads every time. It is safe for concurrent use.
type Cache struct {
	most int

	mu   sync.Mutex
	rows int        // held in all
	use  *list.List // of *cached, latest use first
	by   map[cacheKey]*list.Element
}

// cacheKey is a file of one storage.
type cacheKey struct {
	fio  fileio.FileIO
	path string
}

type cached struct {
	key   cacheKey
	value any
	rows  int
}

// NewCache holds up to rows entries; one takes about half a KiB.
func NewCache(rows int) *Cache {
	return &Cache{most: rows, use: list.New(), by: map[cacheKey]*list.Element{}}
}

// Manifest is ReadManifest through the cache.
func (c *Cache) Manifest(ctx context.Context, fio fileio.FileIO, path string) ([]Entry, error) {
	return through(ctx, c, fio, path, ReadManifest)
}

// List is ReadList through the cache.
func (c *Cache) List(ctx context.Context, fio fileio.FileIO, path string) ([]ManifestMeta, error) {
	return through(ctx, c, fio, path, ReadList)
}

func through[T any](ctx context.Context, c *Cache, fio fileio.FileIO, path string, read func(context.Context, fileio.FileIO, string) ([]T, error)) ([]T, error) {
	if c == nil {
		return read(ctx, fio, path)
	}
	key := cacheKey{fio, path}
	if rows, ok := c.get(key).([]T); ok {
		return rows, nil
	}
	rows, err := read(ctx, fio, path)
	if err == nil {
		c.put(key, rows, len(rows)+1)
	}
	return rows, err
}

func (c *Cache) get(key cacheKey) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.by[key]
	if !ok {
		return nil
	}
	c.use.MoveToFront(e)
	return e.Value.(*cached).value
}

func (c *Cache) put(key cacheKey, value any, rows int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.by[key]; ok || rows > c.most {
		return
	}
	c.by[key] = c.use.PushFront(&cached{key, value, rows})
	c.rows += rows
	for c.rows > c.most {
		last := c.use.Back()
		old := c.use.Remove(last).(*cached)
		delete(c.by, old.key)
		c.rows -= old.rows
	}
}
