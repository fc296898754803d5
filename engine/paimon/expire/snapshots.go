package expire

import (
	"context"
	"errors"
	"path"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Snapshots expires the oldest snapshots by the rules of Paimon, with the files
// that only they used. Tags keep their files, consumers the snapshots that they
// have not read.
func (t Table) Snapshots(ctx context.Context, r Retention) (Result, error) {
	if r.Max < r.Min || r.Min < 1 {
		return Result{}, problem.New("table.bad_retention", "max", digits(r.Max), "min", digits(r.Min))
	}
	b, err := t.own(ctx)
	if err != nil {
		return Result{}, err
	}
	ids, end, err := t.expiring(ctx, b, r)
	if err != nil {
		return Result{}, err
	}
	if len(ids) == 0 {
		if end > 0 && !r.DryRun && !b.snapshots.HasEarliest(ctx, end) {
			b.snapshots.RefreshEarliest(ctx, end)
		}
		return Result{}, nil
	}
	return t.expire(ctx, b, ids, end, r)
}

// expiring gives the snapshots that go, ascending, and the first that stays.
func (t Table) expiring(ctx context.Context, b *branch, r Retention) ([]int64, int64, error) {
	ids, err := b.snapshots.IDs(ctx)
	if err != nil || len(ids) == 0 {
		return nil, 0, err
	}
	earliest, latest := ids[0], ids[len(ids)-1]
	end, err := r.bounded(ctx, b, earliest, latest-r.Min+1, !r.IgnoreConsumers)
	if err != nil {
		return nil, 0, err
	}
	older := r.before(t.Now()).UnixMilli()
	for id := max(latest-r.Max+1, earliest); id < end; id++ {
		next, err := b.snapshots.ByID(ctx, id+1)
		if errors.Is(err, fileio.ErrNotExist) {
			continue // another has expired it, or there is a hole
		}
		if err != nil {
			return nil, 0, err
		}
		if older <= next.TimeMillis {
			end = id
		}
	}
	n := 0
	for n < len(ids) && ids[n] < end {
		n++
	}
	if n == len(ids) { // never all of them
		n--
	}
	return ids[:n], ids[n], nil
}

// bounded is end, or less: consumers keep what they have not read, and no more
// than the limit goes from first on.
func (r Retention) bounded(ctx context.Context, b *branch, first, end int64, consumers bool) (int64, error) {
	if consumers {
		all, err := b.snapshots.Consumers(ctx)
		if err != nil {
			return 0, err
		}
		for _, c := range all {
			end = min(end, c.Next)
		}
	}
	if r.Limit > 0 {
		end = min(end, first+int64(r.Limit))
	}
	return end, nil
}

// expire removes snapshots; last is the first that stays.
func (t Table) expire(ctx context.Context, b *branch, ids []int64, last int64, r Retention) (Result, error) {
	var gone []*snapshot.Snapshot
	for _, id := range ids {
		s, err := b.snapshots.ByID(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		if err != nil {
			return Result{}, err
		}
		gone = append(gone, s)
	}
	stays, err := b.snapshots.ByID(ctx, last)
	if err != nil {
		return Result{}, err
	}
	doomed, err := t.doomed(ctx, b, gone, stays, r)
	if err != nil {
		return Result{}, err
	}
	m := newMemo()
	c := t.collector(namesOf(doomed), m)
	c.grown, c.since = b.name, last
	used, err := t.used(ctx, c, going{branch: b.name, before: last})
	if err != nil {
		return Result{}, err
	}
	out := Result{Snapshots: ids, Files: without(doomed, used)}
	if r.DryRun {
		return out, nil
	}
	out.Snapshots = nil
	for _, s := range gone {
		if r.Decoupled {
			if err := b.snapshots.KeepChangelog(ctx, s); err != nil {
				return Result{Snapshots: out.Snapshots}, err
			}
		}
		if err := b.snapshots.Remove(ctx, s.ID); err != nil {
			return Result{Snapshots: out.Snapshots}, err
		}
		out.Snapshots = append(out.Snapshots, s.ID)
	}
	if err := b.snapshots.Settle(ctx, last); err != nil { // of a branch that was deleted meanwhile, too
		return Result{Snapshots: out.Snapshots}, err
	}
	b.snapshots.RefreshEarliest(ctx, last)
	c = t.collector(namesOf(doomed), m)
	c.grown, c.since = b.name, last
	out.Files, err = t.sweep(ctx, c, doomed)
	return out, err
}

// sweep removes the candidates that nothing uses now that what named them is
// gone. Whatever is there counts, also what came back meanwhile.
func (t Table) sweep(ctx context.Context, c *collector, doomed map[string]int64) ([]File, error) {
	used, err := t.used(ctx, c, going{})
	if err != nil {
		return nil, err
	}
	return t.remove(ctx, without(doomed, used))
}

// doomed gives the files that may go with snapshots: what they name of
// metadata, and the data files that were deleted up to the first that stays.
func (t Table) doomed(ctx context.Context, b *branch, gone []*snapshot.Snapshot, stays *snapshot.Snapshot, r Retention) (map[string]int64, error) {
	c := t.collector(map[string]bool{}, nil) // no data files
	data := map[string]int64{}
	for i, s := range gone {
		if err := c.names(ctx, b, s, r); err != nil {
			return nil, err
		}
		if i == 0 {
			continue
		}
		if err := t.deleted(ctx, b, s, r, data); err != nil {
			return nil, err
		}
	}
	if err := t.deleted(ctx, b, stays, r, data); err != nil {
		return nil, err
	}
	if !r.Decoupled {
		for _, s := range gone {
			if err := t.changed(ctx, b, s, data); err != nil {
				return nil, err
			}
		}
	}
	for p, size := range data {
		c.files[p] = size
	}
	return c.files, nil
}

// names gathers the metadata files of a snapshot that goes. What another has
// removed already is left out.
func (c *collector) names(ctx context.Context, b *branch, s *snapshot.Snapshot, r Retention) error {
	var lists []snapshot.ManifestList
	if !r.Decoupled || r.Producer { // else the delta is the changelog
		lists = s.Lists()
	}
	if !r.Decoupled && s.ChangelogManifestList != "" {
		lists = append(lists, s.ChangelogList())
	}
	if err := c.lists(ctx, lists); err != nil {
		return err
	}
	c.meta("statistics", s.Statistics, nil)
	if err := c.indexes(ctx, b, s.IndexManifest); err != nil && !errors.Is(err, fileio.ErrNotExist) {
		return err
	}
	return nil
}

// deleted adds the data files that a snapshot's delta deletes. A file that the
// same delta adds on another level stays.
func (t Table) deleted(ctx context.Context, b *branch, s *snapshot.Snapshot, r Retention, into map[string]int64) error {
	entries, err := t.entries(ctx, s.DeltaList())
	if err != nil {
		return err
	}
	gone := map[string]int64{}
	for i := range entries {
		e := &entries[i]
		if e.Kind == manifest.Delete && r.Decoupled && !r.Producer && isChange(e) {
			continue // it is the changelog
		}
		if err := t.each(b, e, func(p string, size int64) {
			if e.Kind == manifest.Delete {
				gone[p] = size
			} else {
				delete(gone, p)
			}
		}); err != nil {
			return err
		}
	}
	for p, size := range gone {
		into[p] = size
	}
	return nil
}

// changed adds the changelog files of a snapshot.
func (t Table) changed(ctx context.Context, b *branch, s *snapshot.Snapshot, into map[string]int64) error {
	if s.ChangelogManifestList == "" {
		return nil
	}
	entries, err := t.entries(ctx, s.ChangelogList())
	if err != nil {
		return err
	}
	for i := range entries {
		if err := t.each(b, &entries[i], func(p string, size int64) { into[p] = size }); err != nil {
			return err
		}
	}
	return nil
}

// entries reads what a manifest list names; nothing where it or a manifest is
// gone already, by another who expires.
func (t Table) entries(ctx context.Context, list snapshot.ManifestList) ([]manifest.Entry, error) {
	c := t.collector(nil, nil)
	metas, err := c.list(ctx, list)
	var entries []manifest.Entry
	for i := 0; err == nil && i < len(metas); i++ {
		var more []manifest.Entry
		if more, err = c.manifest(ctx, metas[i]); err == nil {
			entries = append(entries, more...)
		}
	}
	if errors.Is(err, fileio.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

// namesOf are the names of files, without their folders.
func namesOf(files map[string]int64) map[string]bool {
	names := make(map[string]bool, len(files))
	for p := range files {
		names[path.Base(p)] = true
	}
	return names
}
