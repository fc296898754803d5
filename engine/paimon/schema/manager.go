package schema

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"laketop/engine/fileio"
	"laketop/engine/problem"
)

// ErrConflict is returned by Create when another writer took the id.
var ErrConflict = errors.New("schema id already taken")

const prefix = "schema-"

// Manager finds and creates the schemas below one table or branch folder. It
// remembers those it has read, because they never change; make a new one when
// the table may have been dropped and made again.
type Manager struct {
	io  fileio.FileIO
	dir string

	mu   sync.Mutex
	byID map[int64]*Schema
}

// NewManager is the manager of the table or branch folder dir.
func NewManager(io fileio.FileIO, dir string) *Manager {
	return &Manager{io: io, dir: dir, byID: map[int64]*Schema{}}
}

// Path is where schema id lives, relative to the warehouse.
func (m *Manager) Path(id int64) string {
	return fileio.Join(m.dir, "schema", prefix+strconv.FormatInt(id, 10))
}

// Latest is the newest schema; nil when the folder is no table.
func (m *Manager) Latest(ctx context.Context) (*Schema, error) {
	ids, err := m.list(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return m.ByID(ctx, ids[len(ids)-1])
}

// LatestID is the newest id; -1 when the folder is no table.
func (m *Manager) LatestID(ctx context.Context) (int64, error) {
	ids, err := m.list(ctx)
	if err != nil || len(ids) == 0 {
		return -1, err
	}
	return ids[len(ids)-1], nil
}

// ByID is schema id.
func (m *Manager) ByID(ctx context.Context, id int64) (*Schema, error) {
	m.mu.Lock()
	known := m.byID[id]
	m.mu.Unlock()
	if known != nil {
		return known, nil
	}
	p := m.Path(id)
	b, err := m.io.ReadFile(ctx, p)
	if errors.Is(err, fileio.ErrNotExist) {
		return nil, problem.New("table.missing_file", "path", p).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("read schema %d: %w", id, err)
	}
	s, err := Decode(p, b)
	if err != nil {
		return nil, err
	}
	if s.ID != id {
		return nil, corrupt(p, fmt.Errorf("it says id %d", s.ID))
	}
	m.mu.Lock()
	m.byID[id] = s
	m.mu.Unlock()
	return s, nil
}

// All reads every schema, oldest first.
func (m *Manager) All(ctx context.Context) ([]*Schema, error) {
	ids, err := m.list(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]*Schema, len(ids))
	for i, id := range ids {
		if all[i], err = m.ByID(ctx, id); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Create writes schema s.ID; ErrConflict when it is there already.
func (m *Manager) Create(ctx context.Context, s *Schema) error {
	b, err := Encode(s)
	if err != nil {
		return err
	}
	err = m.io.Create(ctx, m.Path(s.ID), b)
	if errors.Is(err, fileio.ErrExist) {
		return fmt.Errorf("create schema %d: %w", s.ID, ErrConflict)
	}
	if err != nil {
		return fmt.Errorf("create schema %d: %w", s.ID, err)
	}
	return nil
}

func (m *Manager) list(ctx context.Context) ([]int64, error) {
	ids, err := fileio.Numbered(ctx, m.io, fileio.Join(m.dir, "schema"), prefix)
	if err != nil {
		return nil, fmt.Errorf("list schemas: %w", err)
	}
	return ids, nil
}
