package commit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// published makes sure that a snapshot that was just created is the newest one
// for those who come after; else it is taken back and the commit tried again.
func (a *attempt) published(ctx context.Context, s *snapshot.Snapshot, d *delta) (*snapshot.Snapshot, error) {
	ctx = context.WithoutCancel(ctx)
	lost, err := a.overtaken(ctx, s, d)
	if err != nil || !lost {
		a.table.Snapshots.RefreshHint(ctx, s.ID)
		return s, nil //nolint:nilerr // the snapshot is there; that nothing speaks against it cannot be asked
	}
	if err := a.table.Snapshots.Remove(ctx, s.ID); err != nil {
		return nil, a.inDoubt(s, d, err)
	}
	if latest, err := a.table.Snapshots.LatestID(ctx); err == nil {
		a.table.Snapshots.RefreshHint(ctx, latest)
	}
	a.lost(ctx, d)
	// While the snapshot was there it looked expired: what only it named may be gone.
	a.discard(ctx, d.files)
	a.added = nil
	if len(a.request.Changelog) > 0 {
		return nil, a.conflict(problem.Say("table.taken_before", "id", strconv.FormatInt(s.ID, 10)))
	}
	return nil, fmt.Errorf("snapshot %d had been taken before: %w", s.ID, snapshot.ErrConflict)
}

// overtaken tells whether a snapshot that was just created took an id that was
// used before: others committed it and more, and it expired, all while this
// commit was slow. Nobody builds on such a snapshot, so its rows would be lost
// (apache/paimon#3805, #8263).
//
// Snapshots expire oldest first. So while the parent is there, the id is new;
// and the newest snapshot never expires, so without a newer one it is new too.
// Else the next snapshot that is there tells: it builds on ours or it does not.
// The first snapshot has no parent, and a parent may be such a one itself, taken
// for the newest while it was there: then the hint knows of newer ones.
func (a *attempt) overtaken(ctx context.Context, s *snapshot.Snapshot, d *delta) (bool, error) {
	if s.ID > 1 {
		there, err := a.table.Snapshots.Exists(ctx, s.ID-1)
		if err != nil || there && a.table.Snapshots.Hint(ctx) <= s.ID {
			return false, err
		}
	}
	for range unknownTries {
		ids, err := a.table.Snapshots.IDs(ctx)
		if err != nil {
			return false, err
		}
		i := slices.IndexFunc(ids, func(id int64) bool { return id > s.ID })
		if i < 0 {
			return false, nil
		}
		next, err := a.table.Snapshots.ByID(ctx, ids[i])
		if err == nil {
			var builds bool
			builds, err = a.buildsOn(ctx, next, d)
			if err == nil {
				return !builds, nil
			}
		}
		if !errors.Is(err, fileio.ErrNotExist) { // else it has expired as well
			return false, err
		}
	}
	return false, nil
}

// buildsOn tells whether a later snapshot names this commit's manifests, or
// knows its files.
func (a *attempt) buildsOn(ctx context.Context, s *snapshot.Snapshot, d *delta) (bool, error) {
	metas, err := a.table.Manifests.List(ctx, a.path(s.BaseManifestList), s.Lists()[0].SizeBytes)
	if err != nil {
		return false, err
	}
	for _, m := range metas {
		if slices.Contains(d.files, m.FileName) {
			return true, nil
		}
	}
	if len(a.request.Added) == 0 {
		return true, nil // merged since; it only took files away
	}
	ours := a.request.Added[0].Key()
	for _, m := range metas {
		entries, err := a.table.Manifests.Manifest(ctx, a.path(m.FileName), m.SizeBytes)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(entries, func(e manifest.Entry) bool { return e.Key() == ours }) {
			return true, nil
		}
	}
	return false, nil
}
