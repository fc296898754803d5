package paimon

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// keeper is the table as package expire sees it.
func (t *Table) keeper() expire.Table {
	return expire.Table{Name: t.id.String(), IO: t.env.IO, Dir: t.dir, Branch: t.id.Branch, Manifests: t.env.cache, Now: t.env.Clock}
}

// latest is the newest snapshot of a table that must have one.
func (t *Table) latest(ctx context.Context) (*snapshot.Snapshot, error) {
	s, err := t.Latest(ctx)
	if err == nil && s == nil {
		err = problem.New("table.no_snapshots", "name", t.id.String())
	}
	return s, err
}

// moment is the snapshot that options name, of a table that must have one.
func (t *Table) moment(ctx context.Context, at scan.Options) (*snapshot.Snapshot, error) {
	s, err := t.source.Moment(ctx, at)
	if err == nil && s == nil {
		err = problem.New("table.no_snapshots", "name", t.id.String())
	}
	return s, err
}

// CreateTag names a moment so that expiry keeps it; retained nil keeps it until
// it is deleted.
func (t *Table) CreateTag(ctx context.Context, name string, at scan.Options, retained *time.Duration) (*snapshot.Tag, error) {
	tag, err := t.newTag(ctx, name, at, retained)
	if err != nil {
		return nil, err
	}
	return tag, t.source.Snapshots.CreateTag(ctx, tag)
}

// ReplaceTag lets a tag that is there name another moment. What only the old one
// used is removed by orphan cleaning.
func (t *Table) ReplaceTag(ctx context.Context, name string, at scan.Options, retained *time.Duration) error {
	tag, err := t.newTag(ctx, name, at, retained)
	if err != nil {
		return err
	}
	return t.source.Snapshots.ReplaceTag(ctx, tag)
}

func (t *Table) newTag(ctx context.Context, name string, at scan.Options, retained *time.Duration) (*snapshot.Tag, error) {
	s, err := t.moment(ctx, at)
	if err != nil {
		return nil, err
	}
	tag := &snapshot.Tag{Name: name, Snapshot: s, Retained: retained}
	if retained != nil { // as Java: readers before 0.8 do not know the field
		now := asUTC(t.env.Clock())
		tag.Created = &now
	}
	return tag, nil
}

// RenameTag gives a tag another name.
func (t *Table) RenameTag(ctx context.Context, from, to string) error {
	return t.source.Snapshots.RenameTag(ctx, from, to)
}

// DeleteTags deletes tags and the files that only they used; missing ones are no
// error.
func (t *Table) DeleteTags(ctx context.Context, names []string, dryRun bool) (expire.Result, error) {
	return t.keeper().Tags(ctx, names, dryRun)
}

// ExpireTags deletes the tags whose time has come, and those older than a time
// when one is given.
func (t *Table) ExpireTags(ctx context.Context, older time.Time, dryRun bool) (expire.Result, error) {
	tags, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return expire.Result{}, err
	}
	now := asUTC(t.env.Clock())
	var names []string
	for _, tag := range tags {
		made, err := t.tagMade(ctx, tag, !older.IsZero())
		if err != nil {
			return expire.Result{}, err
		}
		switch {
		case made.IsZero():
		case tag.Retained != nil && tag.Created != nil && now.After(made.Add(*tag.Retained)),
			!older.IsZero() && made.Before(asUTC(older.In(t.env.Clock().Location()))):
			names = append(names, tag.Name)
		}
	}
	if len(names) == 0 {
		return expire.Result{}, nil
	}
	return t.DeleteTags(ctx, names, dryRun)
}

// tagMade is when a tag was made, as a clock on the wall showed it; of its file
// where the tag does not say it and byFile asks for it.
func (t *Table) tagMade(ctx context.Context, tag *snapshot.Tag, byFile bool) (time.Time, error) {
	if tag.Created != nil && tag.Retained != nil {
		return *tag.Created, nil
	}
	if !byFile {
		return time.Time{}, nil
	}
	info, err := t.env.IO.Stat(ctx, t.source.Snapshots.TagPath(tag.Name))
	if err != nil {
		return time.Time{}, fmt.Errorf("look at tag %s: %w", tag.Name, err)
	}
	return asUTC(info.Modified.In(t.env.Clock().Location())), nil
}

// Rollback makes a moment the newest again: snapshots, long-lived changelogs and
// tags after it are removed. The moment may be a tag whose snapshot expired. It
// gives the newest snapshot before and after.
//
// Data files of what was rolled back are left to orphan cleaning: a writer that
// was under way may still name them. What is rolled back need not be readable.
func (t *Table) Rollback(ctx context.Context, to scan.Options) (before, after int64, err error) {
	was, err := t.source.Snapshots.LatestID(ctx)
	if err == nil && was == 0 {
		err = problem.New("table.no_snapshots", "name", t.id.String())
	}
	if err != nil {
		return 0, 0, err
	}
	target, err := t.moment(ctx, to)
	if err != nil {
		return 0, 0, err
	}
	guard, err := t.guard(ctx, target)
	if err != nil {
		return 0, 0, err
	}
	m := t.source.Snapshots
	defer func() { err = errors.Join(err, m.RemoveTag(context.WithoutCancel(ctx), guard)) }()
	// Under its guard the moment keeps its files, whoever expires or deletes it.
	if err := t.bring(ctx, target); err != nil {
		return 0, 0, err
	}
	if err := removeAfter(ctx, m, target.ID); err != nil {
		return 0, 0, err
	}
	if err := m.Restore(ctx, target); err != nil { // it may have expired until it was the newest
		return 0, 0, err
	}
	return was, target.ID, nil
}

// bring makes a moment that only a tag has left a snapshot again: one that expired,
// or whose number another snapshot has since, as after a fast-forward to a branch
// that had its tag.
func (t *Table) bring(ctx context.Context, s *snapshot.Snapshot) error {
	m := t.source.Snapshots
	there, err := m.Exists(ctx, s.ID)
	if err != nil {
		return err
	}
	if !there {
		if err := m.Restore(ctx, s); err != nil {
			return err
		}
		m.RefreshEarliest(ctx, s.ID)
		return nil
	}
	if own, err := m.ByID(ctx, s.ID); err == nil && own.Same(s) {
		return nil
	}
	return m.Replace(ctx, s) // also one that cannot be read
}

// removeAfter removes what is newer than a snapshot, the newest first: at any
// moment the table is one that it was before.
func removeAfter(ctx context.Context, m *snapshot.Manager, id int64) error {
	for { // a writer that was under way may add one more
		ids, err := m.IDs(ctx)
		if err != nil {
			return err
		}
		if len(ids) == 0 || ids[len(ids)-1] <= id {
			break
		}
		m.RefreshHint(ctx, id)
		for i := len(ids) - 1; i >= 0 && ids[i] > id; i-- {
			if err := m.Remove(ctx, ids[i]); err != nil {
				return err
			}
		}
	}
	m.RefreshHint(ctx, id)
	if err := m.Settle(ctx, id); err != nil {
		return err
	}
	changes, err := m.ChangelogIDs(ctx)
	if err != nil {
		return err
	}
	for i := len(changes) - 1; i >= 0 && changes[i] > id; i-- {
		if err := m.RemoveChangelog(ctx, changes[i]); err != nil {
			return err
		}
		if i > 0 {
			m.HintChangelogs(ctx, 0, changes[i-1])
		}
	}
	tags, err := m.Tags(ctx)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		if tag.Snapshot.ID > id {
			if err := m.RemoveTag(ctx, tag.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// returnTries is how often RollbackAsLatest starts again when another writer
// commits in between.
const returnTries = 5

// RollbackAsLatest commits the content of a moment as a new snapshot: readers of
// those in between are not disturbed, and nothing is lost.
func (t *Table) RollbackAsLatest(ctx context.Context, to scan.Options) (before, after int64, err error) {
	target, err := t.moment(ctx, to)
	if err != nil {
		return 0, 0, err
	}
	guard, err := t.guard(ctx, target)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, t.source.Snapshots.RemoveTag(context.WithoutCancel(ctx), guard)) }()
	for try := 1; ; try++ {
		was, err := t.latest(ctx)
		if err != nil {
			return 0, 0, err
		}
		r, err := t.way(ctx, was, target)
		if err != nil {
			return 0, 0, err
		}
		s, err := t.Commit(ctx, r)
		if p, ok := problem.As(err); ok && p.Code == "table.conflict" && try < returnTries {
			continue
		}
		if err != nil {
			return 0, 0, err
		}
		return was.ID, s.ID, nil
	}
}

// guard keeps a moment from expiring while it is made the newest: a tag that
// expires by itself if this program dies.
func (t *Table) guard(ctx context.Context, s *snapshot.Snapshot) (string, error) {
	tag := t.guardTag(s)
	return tag.Name, t.source.Snapshots.CreateTag(ctx, tag)
}

// putGuard is guard for a snapshot of another branch.
func (t *Table) putGuard(ctx context.Context, s *snapshot.Snapshot) (string, error) {
	tag := t.guardTag(s)
	if err := t.env.IO.Create(ctx, t.source.Snapshots.TagPath(tag.Name), snapshot.EncodeTag(tag)); err != nil {
		return "", fmt.Errorf("keep snapshot %d: %w", s.ID, err)
	}
	return tag.Name, nil
}

func (t *Table) guardTag(s *snapshot.Snapshot) *snapshot.Tag {
	retained, now := time.Hour, asUTC(t.env.Clock())
	return &snapshot.Tag{Name: "laketop-guard-" + t.env.Unique(), Snapshot: s, Created: &now, Retained: &retained}
}

// way is the commit that makes the content of one snapshot that of another.
func (t *Table) way(ctx context.Context, from, to *snapshot.Snapshot) (commit.Request, error) {
	r := commit.Request{Kind: snapshot.Overwrite}
	old, err := t.source.Live(ctx, from, nil)
	if err != nil {
		return r, err
	}
	want, err := t.source.Live(ctx, to, nil)
	if err != nil {
		return r, err
	}
	key := (*manifest.Entry).Key
	r.Deleted, r.Added = except(old, want, key), except(want, old, key)
	oldIndex, err := t.indexOf(ctx, from)
	if err != nil {
		return r, err
	}
	wantIndex, err := t.indexOf(ctx, to)
	if err != nil {
		return r, err
	}
	indexKey := (*manifest.IndexEntry).Key
	r.IndexRemoved, r.IndexAdded = except(oldIndex, wantIndex, indexKey), except(wantIndex, oldIndex, indexKey)
	return r, nil
}

func (t *Table) indexOf(ctx context.Context, s *snapshot.Snapshot) ([]manifest.IndexEntry, error) {
	if s.IndexManifest == "" {
		return nil, nil
	}
	return t.env.cache.Index(ctx, scan.ManifestPath(t.dir, s.IndexManifest))
}

// except is the entries of a whose key none of b has.
func except[E any, K comparable](a, b []E, key func(*E) K) []E {
	has := make(map[K]bool, len(b))
	for i := range b {
		has[key(&b[i])] = true
	}
	var out []E
	for i := range a {
		if !has[key(&a[i])] {
			out = append(out, a[i])
		}
	}
	return out
}

// ResetConsumer moves a consumer to its next snapshot, which must be there; next
// 0 forgets the consumer.
func (t *Table) ResetConsumer(ctx context.Context, id string, next int64) error {
	if next == 0 {
		return t.source.Snapshots.RemoveConsumer(ctx, id)
	}
	if _, err := t.source.Snapshots.ByID(ctx, next); err != nil {
		return err
	}
	return t.source.Snapshots.SetConsumer(ctx, snapshot.Consumer{ID: id, Next: next})
}

// ClearConsumers forgets the consumers whose whole name an expression matches
// and another does not; "" matches all in the first place and none in the
// second.
func (t *Table) ClearConsumers(ctx context.Context, including, excluding string) ([]string, error) {
	in, err := wholly(including)
	if err != nil {
		return nil, err
	}
	out, err := wholly(excluding)
	if err != nil {
		return nil, err
	}
	all, err := t.source.Snapshots.Consumers(ctx)
	if err != nil {
		return nil, err
	}
	var gone []string
	for _, c := range all {
		if in != nil && !in.MatchString(c.ID) || out != nil && out.MatchString(c.ID) {
			continue
		}
		if err := t.source.Snapshots.RemoveConsumer(ctx, c.ID); err != nil {
			return gone, err
		}
		gone = append(gone, c.ID)
	}
	return gone, nil
}

func wholly(expression string) (*regexp.Regexp, error) {
	if expression == "" {
		return nil, nil
	}
	re, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return nil, problem.New("table.bad_option", "value", strconv.Quote(expression), "why", err.Error()).
			With("option", problem.Say("table.regular_expression")).Because(err)
	}
	return re, nil
}
