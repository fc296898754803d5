package snapshot

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"laketop/engine/fileio"
)

// shelf is a folder of snapshots, a file for each id: that of the snapshots
// themselves, or that of the long-lived changelogs, which have the same content.
type shelf struct {
	io             fileio.FileIO
	folder, prefix string
	what           string // for messages
}

func (m *Manager) snapshots() shelf {
	return shelf{m.io, fileio.Join(m.dir, "snapshot"), snapshotPrefix, "snapshot"}
}

func (m *Manager) changelogs() shelf {
	return shelf{m.io, m.changelogFolder(), changelogPrefix, "changelog"}
}

func (s shelf) path(id int64) string {
	return fileio.Join(s.folder, s.prefix+strconv.FormatInt(id, 10))
}

// ids lists the folder, ascending. Hints and temporary files are not ids, nor is
// 0: ids start at one.
func (s shelf) ids(ctx context.Context) ([]int64, error) {
	ids, err := fileio.Numbered(ctx, s.io, s.folder, s.prefix)
	if err != nil {
		return nil, fmt.Errorf("list %ss: %w", s.what, err)
	}
	if len(ids) > 0 && ids[0] == 0 {
		ids = ids[1:]
	}
	return ids, nil
}

// read reads one file; one that says another id than its name is corrupt.
func (s shelf) read(ctx context.Context, id int64) (*Snapshot, error) {
	p := s.path(id)
	b, err := s.io.ReadFile(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("read %s %d: %w", s.what, id, err)
	}
	snap, err := Decode(p, b)
	if err == nil && snap.ID != id {
		err = corrupt(p, fmt.Errorf("it says id %d", snap.ID))
	}
	return snap, err
}

// all reads every file, the oldest first; one that expires meanwhile is left out.
func (s shelf) all(ctx context.Context) ([]*Snapshot, error) {
	ids, err := s.ids(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]*Snapshot, 0, len(ids))
	for _, id := range ids {
		snap, err := s.read(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, snap)
	}
	return all, nil
}
