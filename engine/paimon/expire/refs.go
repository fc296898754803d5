package expire

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"laketop/engine/fileio"
	"laketop/engine/paimon/snapshot"
)

// Tags deletes tags by name, and the files that only they used. A missing tag is
// no error, as in Paimon.
func (t Table) Tags(ctx context.Context, names []string, dryRun bool) (Result, error) {
	b, err := t.own(ctx)
	if err != nil {
		return Result{}, err
	}
	doomed := t.collector(nil, nil)
	leaving := going{branch: b.name, tags: map[string]bool{}}
	out := Result{}
	for _, name := range names {
		if err := snapshot.CheckTag(name); err != nil {
			return Result{}, err
		}
		tag, err := b.snapshots.Tag(ctx, name)
		if errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		if err != nil {
			return Result{}, err
		}
		leaving.tags[name] = true
		out.Names = append(out.Names, name)
		there, err := b.snapshots.Exists(ctx, tag.Snapshot.ID)
		if err != nil {
			return Result{}, err
		}
		if there {
			continue // expiry sees to its files
		}
		err = doomed.snapshot(ctx, b, withoutChanges(tag.Snapshot), false)
		if err != nil && !errors.Is(err, fileio.ErrNotExist) { // a broken tag may go as well
			return Result{}, err
		}
	}
	m := newMemo()
	if len(doomed.files) > 0 {
		used, err := t.used(ctx, t.collector(namesOf(doomed.files), m), leaving)
		if err != nil {
			return Result{}, err
		}
		out.Files = without(doomed.files, used)
	}
	if dryRun {
		return out, nil
	}
	for _, name := range out.Names {
		if err := b.snapshots.RemoveTag(ctx, name); err != nil {
			return Result{}, err
		}
	}
	if len(out.Files) > 0 {
		out.Files, err = t.sweep(ctx, t.collector(namesOf(doomed.files), m), doomed.files)
	}
	return out, err
}

// dropped is the hidden name of a branch that is being deleted.
const dropped = ".drop-"

// DropBranch deletes a branch and the files that only it used. It disappears in
// one step.
func (t Table) DropBranch(ctx context.Context, name, unique string, dryRun bool) (Result, error) {
	b, err := t.open(ctx, name)
	if err != nil {
		return Result{}, err
	}
	doomed := t.collector(nil, nil)
	err = doomed.branch(ctx, b, going{})
	if err != nil && !errors.Is(err, fileio.ErrNotExist) {
		return Result{}, err
	}
	leaving, m := going{branch: name, whole: true}, newMemo()
	used, err := t.used(ctx, t.collector(namesOf(doomed.files), m), leaving)
	if err != nil {
		return Result{}, err
	}
	out := Result{Names: []string{name}, Files: without(doomed.files, used)}
	if dryRun {
		return out, nil
	}
	grave := fileio.Join(t.Dir, "branch", dropped+unique)
	if err := t.IO.Rename(ctx, b.dir, grave); err != nil {
		return Result{}, fmt.Errorf("delete branch %s: %w", name, err)
	}
	if err := t.IO.Remove(ctx, grave); err != nil {
		return Result{Names: out.Names}, fmt.Errorf("delete branch %s: %w", name, err)
	}
	out.Files, err = t.sweep(ctx, t.collector(namesOf(doomed.files), m), doomed.files)
	return out, err
}

// Changelogs expires the oldest long-lived changelogs with the files that only
// they used.
func (t Table) Changelogs(ctx context.Context, r Retention) (Result, error) {
	b, err := t.own(ctx)
	if err != nil {
		return Result{}, err
	}
	ids, end, err := t.oldChangelogs(ctx, b, r)
	if err != nil || len(ids) == 0 {
		return Result{}, err
	}
	doomed := t.collector(nil, nil)
	for _, id := range ids {
		s, err := b.snapshots.Changelog(ctx, id)
		if err == nil {
			err = t.oldChanges(ctx, doomed, b, s)
		}
		if err != nil && !errors.Is(err, fileio.ErrNotExist) {
			return Result{}, err
		}
	}
	leaving, m := going{branch: b.name, changelog: end}, newMemo()
	used, err := t.used(ctx, t.collector(namesOf(doomed.files), m), leaving)
	if err != nil {
		return Result{}, err
	}
	out := Result{Snapshots: ids, Files: without(doomed.files, used)}
	if r.DryRun {
		return out, nil
	}
	for _, id := range ids {
		if err := b.snapshots.RemoveChangelog(ctx, id); err != nil {
			return Result{}, err
		}
	}
	b.snapshots.HintChangelogs(ctx, end, 0)
	if err := b.snapshots.SettleChangelogs(ctx); err != nil {
		return Result{Snapshots: ids}, err
	}
	out.Files, err = t.sweep(ctx, t.collector(namesOf(doomed.files), m), doomed.files)
	return out, err
}

// oldChanges gathers what goes with a long-lived changelog: its changelog files,
// or its lists and what its delta deletes.
func (t Table) oldChanges(ctx context.Context, c *collector, b *branch, s *snapshot.Snapshot) error {
	if s.ChangelogManifestList != "" || b.schema.ChangelogProducer() != "none" {
		return c.changelog(ctx, b, s)
	}
	if err := c.lists(ctx, s.Lists()); err != nil {
		return err
	}
	return t.deleted(ctx, b, s, Retention{}, c.files)
}

// oldChangelogs gives the changelogs that go and the first that stays.
func (t Table) oldChangelogs(ctx context.Context, b *branch, r Retention) ([]int64, int64, error) {
	ids, err := b.snapshots.ChangelogIDs(ctx)
	if err != nil || len(ids) == 0 {
		return nil, 0, err
	}
	latest, err := b.snapshots.LatestID(ctx)
	if err != nil {
		return nil, 0, err
	}
	end, err := r.bounded(ctx, b, ids[0], latest-r.Min+1, true)
	if err != nil {
		return nil, 0, err
	}
	older := r.before(t.Now()).UnixMilli()
	for _, id := range ids {
		if id < latest-r.Max+1 || id >= end {
			continue
		}
		s, err := b.snapshots.Changelog(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if older <= s.TimeMillis {
			end = id
		}
	}
	n := slices.IndexFunc(ids, func(id int64) bool { return id >= end })
	if n < 0 {
		n, end = len(ids), ids[len(ids)-1]+1
	} else {
		end = ids[n]
	}
	return ids[:n], end, nil
}
