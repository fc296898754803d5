package snapshot

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"laketop/engine/fileio"
)

const changelogPrefix = "changelog-"

func (m *Manager) changelogFolder() string { return fileio.Join(m.dir, "changelog") }

// ChangelogPath is where the long-lived changelog of snapshot id lives.
func (m *Manager) ChangelogPath(id int64) string { return m.changelogs().path(id) }

// ChangelogIDs lists the long-lived changelogs, ascending: those of expired
// snapshots that live on for streaming readers.
func (m *Manager) ChangelogIDs(ctx context.Context) ([]int64, error) { return m.changelogs().ids(ctx) }

// Changelog reads the long-lived changelog of a snapshot: a snapshot's content
// under another name.
func (m *Manager) Changelog(ctx context.Context, id int64) (*Snapshot, error) {
	return m.changelogs().read(ctx, id)
}

// Changelogs reads all of them, oldest first; one that expires meanwhile is left
// out.
func (m *Manager) Changelogs(ctx context.Context) ([]*Snapshot, error) {
	return m.changelogs().all(ctx)
}

// KeepChangelog writes a snapshot that is about to expire as a long-lived
// changelog; one that is there already stays.
func (m *Manager) KeepChangelog(ctx context.Context, s *Snapshot) error {
	err := m.io.Create(ctx, m.ChangelogPath(s.ID), Encode(s))
	if err != nil && !errors.Is(err, fileio.ErrExist) {
		return fmt.Errorf("keep changelog %d: %w", s.ID, err)
	}
	m.changelogHint(ctx, latestHint, s.ID)
	return nil
}

// RemoveChangelog removes the file of a long-lived changelog.
func (m *Manager) RemoveChangelog(ctx context.Context, id int64) error {
	if err := m.io.Remove(ctx, m.ChangelogPath(id)); err != nil {
		return fmt.Errorf("remove changelog %d: %w", id, err)
	}
	return nil
}

// HintChangelogs notes the oldest and newest long-lived changelog; 0 leaves a
// hint as it is. It may fail without harm.
func (m *Manager) HintChangelogs(ctx context.Context, earliest, latest int64) {
	if earliest != 0 {
		m.changelogHint(ctx, earliestHint, earliest)
	}
	if latest != 0 {
		m.changelogHint(ctx, latestHint, latest)
	}
}

func (m *Manager) changelogHint(ctx context.Context, name string, id int64) {
	_ = m.io.Overwrite(ctx, fileio.Join(m.changelogFolder(), name), strconv.AppendInt(nil, id, 10))
}
