package snapshot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/problem"
)

// ErrConflict is returned by Publish when another writer took the id: re-read
// the table, rebuild on the fresh parent, try the next id.
var ErrConflict = errors.New("snapshot id already taken")

const (
	snapshotPrefix = "snapshot-"
	latestHint     = "LATEST"
	earliestHint   = "EARLIEST"
)

// Manager finds and publishes the snapshots below one folder: a table's, or
// that of one of its branches. It keeps no state.
type Manager struct {
	io  fileio.FileIO
	dir string
}

// NewManager is the manager of the table or branch folder dir.
func NewManager(io fileio.FileIO, dir string) *Manager { return &Manager{io: io, dir: dir} }

// Path is where snapshot id lives, relative to the warehouse.
func (m *Manager) Path(id int64) string {
	return m.snapshots().path(id)
}

func (m *Manager) folder(name string) string { return fileio.Join(m.dir, "snapshot", name) }

// Latest is the newest snapshot; nil when the table has none.
func (m *Manager) Latest(ctx context.Context) (*Snapshot, error) {
	for range 3 { // the newest may be rolled back or expire between finding and reading it
		id, err := m.LatestID(ctx)
		if err != nil || id == 0 {
			return nil, err
		}
		s, err := m.snapshots().read(ctx, id)
		if err == nil || !errors.Is(err, fileio.ErrNotExist) {
			return s, err
		}
	}
	return nil, fmt.Errorf("read the newest snapshot of %s: %w", m.dir, fileio.ErrNotExist)
}

// LatestID is the newest id; 0 when the table has no snapshot.
//
// The hint is right only if its snapshot is there and the next one is not;
// otherwise the folder is listed.
func (m *Manager) LatestID(ctx context.Context) (int64, error) {
	hint := m.hint(ctx, latestHint)
	if hint > 0 {
		next, err := m.exists(ctx, hint+1)
		if err != nil {
			return 0, err
		}
		here, err := m.exists(ctx, hint)
		if err != nil {
			return 0, err
		}
		if here && !next {
			return hint, nil
		}
	}
	for range 3 { // a listing is no moment: while snapshots come and expire it may show none
		ids, err := m.snapshots().ids(ctx)
		if err != nil {
			return 0, err
		}
		if len(ids) > 0 {
			return ids[len(ids)-1], nil
		}
		if hint == 0 {
			break
		}
	}
	return 0, nil
}

// Hint is the newest id as the hint LATEST has it: it may be stale; 0 without.
func (m *Manager) Hint(ctx context.Context) int64 { return m.hint(ctx, latestHint) }

// EarliestID is the oldest id that is kept; 0 when the table has no snapshot.
func (m *Manager) EarliestID(ctx context.Context) (int64, error) {
	if hint := m.hint(ctx, earliestHint); hint > 0 {
		here, err := m.exists(ctx, hint)
		if err != nil {
			return 0, err
		}
		before, err := m.exists(ctx, hint-1)
		if err != nil {
			return 0, err
		}
		if here && !before {
			return hint, nil
		}
	}
	ids, err := m.snapshots().ids(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// ByID is snapshot id; a problem that names the ids there are when it is
// missing.
func (m *Manager) ByID(ctx context.Context, id int64) (*Snapshot, error) {
	s, err := m.snapshots().read(ctx, id)
	if !errors.Is(err, fileio.ErrNotExist) {
		return s, err
	}
	ids, listErr := m.snapshots().ids(ctx)
	if listErr != nil {
		return nil, errors.Join(err, listErr)
	}
	if len(ids) == 0 {
		return nil, problem.New("table.no_snapshot_yet", "id", strconv.FormatInt(id, 10)).Because(err)
	}
	return nil, problem.New("table.no_snapshot", "id", strconv.FormatInt(id, 10), "there", span(ids)).Because(err)
}

// span is ids, at least one, as text.
func span(ids []int64) string {
	if len(ids) == 1 {
		return strconv.FormatInt(ids[0], 10)
	}
	return fmt.Sprintf("%d–%d", ids[0], ids[len(ids)-1])
}

// AsOf is the newest snapshot that is not after t, by its commit time; a
// problem when the oldest one is younger.
func (m *Manager) AsOf(ctx context.Context, t time.Time) (*Snapshot, error) {
	ids, err := m.snapshots().ids(ctx)
	if err != nil {
		return nil, err
	}
	var found *Snapshot
	lo, hi := 0, len(ids)
	for lo < hi {
		mid := (lo + hi) / 2
		s, err := m.snapshots().read(ctx, ids[mid])
		if err != nil {
			return nil, err
		}
		if s.TimeMillis > t.UnixMilli() {
			hi = mid
			continue
		}
		found, lo = s, mid+1
	}
	if found == nil {
		return nil, problem.New("table.no_snapshot_then", "time", t.Format("2006-01-02 15:04:05.999 -07:00"))
	}
	return found, nil
}

// All reads every snapshot, oldest first. One that expires meanwhile is left
// out.
func (m *Manager) All(ctx context.Context) ([]*Snapshot, error) { return m.snapshots().all(ctx) }

// Publish makes s the newest snapshot.
//
// ErrConflict means that another writer has the id and nothing was changed.
// After any other error the outcome is unknown: look for the snapshot before
// trying again. The LATEST hint is left to the caller (RefreshHint): a writer so
// slow that its id had come and gone must not lead others to its snapshot.
func (m *Manager) Publish(ctx context.Context, s *Snapshot) error {
	err := m.io.Create(ctx, m.Path(s.ID), Encode(s))
	if errors.Is(err, fileio.ErrExist) {
		return fmt.Errorf("publish snapshot %d: %w", s.ID, ErrConflict)
	}
	if err != nil {
		return fmt.Errorf("publish snapshot %d: %w", s.ID, err)
	}
	return nil
}

// RefreshHint writes LATEST. It may fail without harm and so returns nothing.
func (m *Manager) RefreshHint(ctx context.Context, id int64) {
	_ = m.io.Overwrite(ctx, m.folder(latestHint), strconv.AppendInt(nil, id, 10))
}

// hint reads a hint file; 0 when it is missing, unreadable or not a number.
func (m *Manager) hint(ctx context.Context, name string) int64 {
	b, err := m.io.ReadFile(ctx, m.folder(name))
	if err != nil {
		return 0
	}
	id, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil || id < 1 || id > 1<<62 {
		return 0
	}
	return id
}

func (m *Manager) exists(ctx context.Context, id int64) (bool, error) {
	_, err := m.io.Stat(ctx, m.Path(id))
	if errors.Is(err, fileio.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for snapshot %d: %w", id, err)
	}
	return true, nil
}
