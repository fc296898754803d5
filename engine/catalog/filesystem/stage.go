package filesystem

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
)

// staged is a table in a hidden folder of its database.
type staged struct {
	catalog *Catalog
	id      catalog.Identifier
	folder  string // holds nothing but the table
	table   *paimon.Table

	mu   sync.Mutex
	done bool
}

// Stage implements catalog.Catalog.
func (c *Catalog) Stage(ctx context.Context, id catalog.Identifier, s *schema.Schema) (catalog.Staged, error) {
	id, err := c.home(ctx, id)
	if err != nil {
		return nil, err
	}
	folder := fileio.Join(id.Database+databaseSuffix, hiddenFolder, stagePrefix+c.env.Unique())
	st := &staged{catalog: c, id: id, folder: folder}
	at := fileio.Join(folder, id.Table)
	err = paimon.Create(ctx, c.env, at, id, s)
	if err == nil {
		st.table, err = paimon.Load(ctx, c.env, at, id)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("stage %s: %w", id, err), st.Abort(context.WithoutCancel(ctx)))
	}
	return st, nil
}

// Table implements catalog.Staged.
func (s *staged) Table() *paimon.Table { return s.table }

// Publish implements catalog.Staged.
func (s *staged) Publish(ctx context.Context) (*paimon.Table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return nil, fmt.Errorf("publish %s: it was published or aborted", s.id)
	}
	// A table that another engine made since Stage, or a folder without one,
	// is in the way of the rename; the rename alone decides.
	if err := s.catalog.io.Rename(ctx, s.table.Dir(), dir(s.id)); err != nil {
		if errors.Is(err, fileio.ErrExist) {
			return nil, exists(s.id)
		}
		if !s.arrived(context.WithoutCancel(ctx)) {
			return nil, fmt.Errorf("publish %s: %w", s.id, err)
		}
	}
	s.done = true
	// The empty hidden folder is litter; Clean would find it too.
	_ = s.catalog.io.Remove(context.WithoutCancel(ctx), s.folder)
	return paimon.Load(ctx, s.catalog.env, dir(s.id), s.id)
}

// arrived tells after a failed rename whether it happened all the same: the
// hidden table is gone and one stands in its place.
func (s *staged) arrived(ctx context.Context) bool {
	_, gone := s.catalog.io.Stat(ctx, s.table.Dir())
	_, there := s.catalog.io.Stat(ctx, dir(s.id))
	return errors.Is(gone, fileio.ErrNotExist) && there == nil
}

// Abort implements catalog.Staged.
func (s *staged) Abort(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return nil
	}
	s.done = true
	if err := s.catalog.io.Remove(ctx, s.folder); err != nil {
		return fmt.Errorf("abort %s: %w", s.id, err)
	}
	return nil
}

// Clean implements catalog.Cleaner. A table that is being built changes often:
// its folders show it.
func (c *Catalog) Clean(ctx context.Context, age time.Duration) ([]string, error) {
	dbs, err := c.Databases(ctx)
	if err != nil {
		return nil, err
	}
	folders := []string{hiddenFolder}
	for _, db := range dbs {
		folders = append(folders, fileio.Join(db+databaseSuffix, hiddenFolder))
	}
	var removed []string
	for _, f := range folders {
		infos, err := c.io.List(ctx, f)
		if err != nil {
			return removed, fmt.Errorf("clean %s: %w", f, err)
		}
		for _, i := range infos {
			name := path.Base(i.Path)
			if !strings.HasPrefix(name, stagePrefix) && !strings.HasPrefix(name, dropPrefix) {
				continue
			}
			newest, err := c.newest(ctx, i)
			if err != nil {
				return removed, fmt.Errorf("clean %s: %w", f, err)
			}
			if c.env.Clock().Sub(newest) < age {
				continue
			}
			if err := c.io.Remove(ctx, i.Path); err != nil {
				return removed, fmt.Errorf("clean %s: %w", f, err)
			}
			removed = append(removed, i.Path)
		}
	}
	return removed, nil
}

// newest is when anything below i changed last.
func (c *Catalog) newest(ctx context.Context, i fileio.Info) (time.Time, error) {
	if !i.IsDir {
		return i.Modified, nil
	}
	infos, err := c.io.List(ctx, i.Path)
	if err != nil {
		return time.Time{}, err
	}
	last := i.Modified
	for _, child := range infos {
		m, err := c.newest(ctx, child)
		if err != nil {
			return time.Time{}, err
		}
		if m.After(last) {
			last = m
		}
	}
	return last, nil
}
