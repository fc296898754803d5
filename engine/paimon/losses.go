package paimon

import (
	"context"
	"fmt"
	"slices"

	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Losses are what a table forgets when its past is set back.
type Losses struct {
	Before, After *snapshot.Snapshot   // the newest snapshot now and then
	Snapshots     []*snapshot.Snapshot // that go, the newest first
	Tags          []*snapshot.Tag      // that go, by name
}

// RollbackLosses says what Rollback would remove. Another commit meanwhile is
// removed as well.
func (t *Table) RollbackLosses(ctx context.Context, to scan.Options) (Losses, error) {
	l, err := t.ReturnLosses(ctx, to)
	if err != nil {
		return l, err
	}
	err = t.lose(ctx, &l, func(s *snapshot.Snapshot) bool {
		return s.ID > l.After.ID || s.ID == l.After.ID && !s.Same(l.After)
	}, func(tag *snapshot.Tag) bool { return tag.Snapshot.ID > l.After.ID })
	return l, err
}

// ReturnLosses says what RollbackAsLatest would do: it removes nothing; After is
// the snapshot whose content comes back.
func (t *Table) ReturnLosses(ctx context.Context, to scan.Options) (Losses, error) {
	was, err := t.latest(ctx)
	if err != nil {
		return Losses{}, err
	}
	target, err := t.moment(ctx, to)
	return Losses{Before: was, After: target}, err
}

// ForwardLosses says what of main FastForward would remove or replace: its own
// snapshots since the branch began, those that nothing leads from to the
// branch's first, and the tags that the branch has not or has elsewhere.
func (t *Table) ForwardLosses(ctx context.Context, name string) (Losses, error) {
	b, newest, err := t.forwardable(ctx, name)
	if err != nil {
		return Losses{}, err
	}
	was, err := t.Latest(ctx)
	if err != nil {
		return Losses{}, err
	}
	l := Losses{Before: was, After: newest}
	theirs, err := brought(ctx, b)
	if err != nil {
		return l, fmt.Errorf("read branch %s of %s: %w", name, t.id, err)
	}
	first := newest.ID
	for id := range theirs.snapshots {
		first = min(first, id)
	}
	follows, err := t.source.Snapshots.Exists(ctx, first-1)
	if err != nil {
		return l, err
	}
	err = t.lose(ctx, &l, func(s *snapshot.Snapshot) bool {
		return s.ID < first && !follows || s.ID >= first && theirs.snapshots[s.ID] != s.DeltaManifestList
	}, func(tag *snapshot.Tag) bool {
		list, there := theirs.tags[tag.Name]
		return there && list != tag.Snapshot.DeltaManifestList || !there && tag.Snapshot.ID >= first
	})
	return l, err
}

// lose notes the table's snapshots and tags that go.
func (t *Table) lose(ctx context.Context, l *Losses, snapshotGoes func(*snapshot.Snapshot) bool, tagGoes func(*snapshot.Tag) bool) error {
	all, err := t.source.Snapshots.All(ctx)
	if err != nil {
		return fmt.Errorf("read the snapshots of %s: %w", t.id, err)
	}
	for _, s := range slices.Backward(all) {
		if snapshotGoes(s) {
			l.Snapshots = append(l.Snapshots, s)
		}
	}
	tags, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return fmt.Errorf("read the tags of %s: %w", t.id, err)
	}
	for _, tag := range tags {
		if tagGoes(tag) {
			l.Tags = append(l.Tags, tag)
		}
	}
	return nil
}

// brings is the manifest list of what each snapshot and tag of a branch brought,
// by which a snapshot and its copy are known as one.
type brings struct {
	snapshots map[int64]string
	tags      map[string]string
}

func brought(ctx context.Context, b *Table) (brings, error) {
	is := brings{map[int64]string{}, map[string]string{}}
	all, err := b.source.Snapshots.All(ctx)
	if err != nil {
		return is, err
	}
	for _, s := range all {
		is.snapshots[s.ID] = s.DeltaManifestList
	}
	tags, err := b.source.Snapshots.Tags(ctx)
	for _, tag := range tags {
		is.tags[tag.Name] = tag.Snapshot.DeltaManifestList
	}
	return is, err
}

// forwardable is a branch that main can become, and its newest snapshot.
func (t *Table) forwardable(ctx context.Context, name string) (*Table, *snapshot.Snapshot, error) {
	if t.id.Branch != "" {
		return nil, nil, problem.New("table.not_main", "name", t.id.String())
	}
	b, err := t.Branch(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if b == t {
		return nil, nil, checkBranch(mainBranch)
	}
	newest, err := b.Latest(ctx)
	if err == nil && newest == nil {
		err = problem.New("table.empty_branch", "name", name, "table", t.mainName())
	}
	return b, newest, err
}
