package snapshot

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"laketop/engine/fileio"
)

// IDs lists the snapshots that there are, ascending.
func (m *Manager) IDs(ctx context.Context) ([]int64, error) { return m.snapshots().ids(ctx) }

// Dir is the folder of the table or branch.
func (m *Manager) Dir() string { return m.dir }

// Exists tells whether snapshot id is there.
func (m *Manager) Exists(ctx context.Context, id int64) (bool, error) { return m.exists(ctx, id) }

// Remove removes a snapshot's file; a missing one is no error.
func (m *Manager) Remove(ctx context.Context, id int64) error {
	if err := m.io.Remove(ctx, m.Path(id)); err != nil {
		return fmt.Errorf("remove snapshot %d: %w", id, err)
	}
	return nil
}

// Settle makes removals of snapshots survive a power cut, where the storage needs
// to be told; snapshot id is one that is there.
func (m *Manager) Settle(ctx context.Context, id int64) error { return m.settle(ctx, m.Path(id)) }

// SettleChangelogs is Settle for long-lived changelogs.
func (m *Manager) SettleChangelogs(ctx context.Context) error {
	return m.settle(ctx, fileio.Join(m.changelogFolder(), earliestHint))
}

func (m *Manager) settle(ctx context.Context, path string) error {
	if _, err := m.io.Stat(ctx, path); err != nil {
		return fmt.Errorf("make removals durable: %w", err)
	}
	s, ok := m.io.(interface {
		Sync(ctx context.Context, paths ...string) error
	})
	if !ok {
		return nil
	}
	if err := s.Sync(ctx, path); err != nil {
		return fmt.Errorf("make removals durable: %w", err)
	}
	return nil
}

// Restore writes a snapshot that had expired and that a tag kept; one that is
// there stays.
func (m *Manager) Restore(ctx context.Context, s *Snapshot) error {
	err := m.io.Create(ctx, m.Path(s.ID), Encode(s))
	if err != nil && !errors.Is(err, fileio.ErrExist) {
		return fmt.Errorf("restore snapshot %d: %w", s.ID, err)
	}
	return nil
}

// Replace writes a snapshot over another one of its number.
func (m *Manager) Replace(ctx context.Context, s *Snapshot) error {
	if err := m.io.Overwrite(ctx, m.Path(s.ID), Encode(s)); err != nil {
		return fmt.Errorf("replace snapshot %d: %w", s.ID, err)
	}
	return nil
}

// RefreshEarliest writes EARLIEST. It may fail without harm: whoever finds it
// wrong lists the folder.
func (m *Manager) RefreshEarliest(ctx context.Context, id int64) {
	if there, err := m.exists(ctx, id); err != nil || !there {
		return // the folder of a branch that was deleted must not come back
	}
	_ = m.io.Overwrite(ctx, m.folder(earliestHint), strconv.AppendInt(nil, id, 10))
}

// HasEarliest tells whether the hint EARLIEST is there and names id.
func (m *Manager) HasEarliest(ctx context.Context, id int64) bool {
	return m.hint(ctx, earliestHint) == id
}

// RemoveHint removes LATEST: readers list the folder until it is written again.
func (m *Manager) RemoveHint(ctx context.Context) error {
	if err := m.io.Remove(ctx, m.folder(latestHint)); err != nil {
		return fmt.Errorf("remove the hint of the newest snapshot: %w", err)
	}
	return nil
}
