package filestore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/compact"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// CompactOptions say what of a table is compacted. The zero value is what a
// writer does by itself: of each bucket what its options ask for.
type CompactOptions struct {
	// Full takes everything to the highest level, and of append tables any two
	// small neighbours.
	Full bool
	// Relaxed leaves buckets alone whose runs are many but not yet a hindrance:
	// someone else compacts behind.
	Relaxed bool
	// Keep tells the partitions that are meant; nil is all.
	Keep func(partition []any) bool
	// Buckets are those that are meant; nil is all.
	Buckets map[paimon.BucketKey]bool
	// Now is the time that records expire by.
	Now time.Time
	// User and Identifier of the commit; "" is a batch.
	User       string
	Identifier int64
	// Silent writes no changelog: an overwrite has none.
	Silent bool
	// Tuning has options of compaction in place of the table's; nil is the table's.
	Tuning *schema.Schema
	// Dry plans only.
	Dry bool
}

// Compacted is what a compaction did.
type Compacted struct {
	Snapshot *snapshot.Snapshot // nil: there was nothing to do
	Buckets  int
	Read     []manifest.Entry // files that were taken away, or changed their level
	Upgraded int              // of these, those that only changed their level
	Written  []manifest.Entry
	Changes  int64 // rows of changelog
}

// lostRaces is how often a compaction is planned anew because another writer
// took away what it merged.
const lostRaces = 8

// Compact merges files of a table and commits what came of it as one snapshot
// of kind COMPACT. Where another writer was faster in some buckets these are
// planned anew and the others kept. The error is commit.ErrConflict when that
// never ends; the table is then as it was.
func (s *Store) Compact(ctx context.Context, table *paimon.Table, opt CompactOptions) (Compacted, error) {
	c, err := s.compacting(table, opt)
	if err != nil {
		return Compacted{}, err
	}
	for round := 0; ; round++ {
		out, err := c.round(ctx)
		if errors.Is(err, commit.ErrConflict) && round < lostRaces && ctx.Err() == nil {
			continue
		}
		if err != nil && !errors.Is(err, commit.ErrUnknown) {
			err = errors.Join(err, c.abort())
		}
		return out, err
	}
}

// compacting is a compaction under way.
type compacting struct {
	*Store
	table    *paimon.Table
	schema   *schema.Schema
	rule     *merge.Rule // nil without a primary key
	options  compact.Options
	opt      CompactOptions
	producer string
	expiry   *expiry
	done     map[paimon.BucketKey]*bucketWork // of earlier rounds too
}

func (s *Store) compacting(table *paimon.Table, opt CompactOptions) (*compacting, error) {
	w, err := s.Writer(table)
	if err != nil {
		return nil, err
	}
	if opt.Tuning == nil {
		opt.Tuning = table.Schema()
	}
	c := &compacting{
		Store: s, table: table, schema: table.Schema(), rule: w.rule, options: compact.Of(opt.Tuning), opt: opt,
		producer: w.table.Schema().ChangelogProducer(), done: map[paimon.BucketKey]*bucketWork{},
	}
	if opt.Silent {
		c.producer = "none"
	}
	if c.rule != nil {
		c.expiry, err = expiryOf(c.schema, opt.Now)
	}
	return c, err
}

// round plans on the newest snapshot, does what is not done and commits.
func (c *compacting) round(ctx context.Context) (Compacted, error) {
	plan, err := c.table.Whole(ctx)
	if err != nil {
		return Compacted{}, err
	}
	works := c.plan(plan)
	if err := c.forget(works); err != nil {
		return Compacted{}, err
	}
	for i, b := range works {
		if was := c.done[b.key]; was != nil {
			works[i] = was
			continue
		}
		c.done[b.key] = b
		if c.opt.Dry {
			b.pretend()
			continue
		}
		if err := b.run(ctx); err != nil {
			return Compacted{}, err
		}
	}
	return c.commit(ctx, plan, works)
}

// forget removes what was done for buckets that have changed since.
func (c *compacting) forget(works []*bucketWork) error {
	again := map[paimon.BucketKey]string{}
	for _, b := range works {
		again[b.key] = b.name()
	}
	var errs []error
	for key, b := range c.done {
		if again[key] != b.name() {
			errs = append(errs, b.abort())
			delete(c.done, key)
		}
	}
	return errors.Join(errs...)
}

func (c *compacting) abort() error {
	var errs []error
	for _, b := range c.done {
		errs = append(errs, b.abort())
	}
	return errors.Join(errs...)
}

// commit makes what was done the table's next snapshot.
func (c *compacting) commit(ctx context.Context, plan *scan.Plan, works []*bucketWork) (Compacted, error) {
	var out Compacted
	r := commit.Request{Kind: snapshot.Compact, User: c.opt.User, Identifier: c.opt.Identifier}
	var paths []string
	for _, b := range works {
		r.Deleted, r.Added, r.Changelog = append(r.Deleted, b.deleted...), append(r.Added, b.added...), append(r.Changelog, b.changelog...)
		out.Upgraded += b.upgraded
		if len(b.deleted) > 0 || len(b.marks) > 0 || len(b.changelog) > 0 {
			out.Buckets++
		}
		if b.w != nil {
			paths = append(paths, b.w.paths...)
		}
	}
	out.Read, out.Written = r.Deleted, r.Added
	for i := range r.Changelog {
		out.Changes += r.Changelog[i].File.RowCount
	}
	if c.opt.Dry || out.Buckets == 0 {
		return out, nil
	}
	index, err := c.vectorsAfter(ctx, plan, works)
	if err != nil {
		return out, err
	}
	r.IndexAdded, r.IndexRemoved = index.added, index.removed
	if local := works[0].w.local; len(paths) > 0 {
		if err := local.Sync(ctx, paths...); err != nil {
			return out, errors.Join(err, index.abort(c))
		}
	}
	out.Snapshot, err = c.table.Commit(ctx, r)
	if err != nil && !errors.Is(err, commit.ErrUnknown) {
		err = errors.Join(err, index.abort(c))
	}
	return out, err
}

// plan finds the work in each bucket, in the order of its files.
func (c *compacting) plan(plan *scan.Plan) []*bucketWork {
	at := map[paimon.BucketKey]*bucketWork{}
	var all []*bucketWork
	for i := range plan.Files {
		f := &plan.Files[i]
		key := paimon.BucketKey{Partition: string(f.Entry.Partition), Bucket: f.Entry.Bucket}
		if c.opt.Buckets != nil && !c.opt.Buckets[key] || c.opt.Keep != nil && !c.opt.Keep(f.Partition) {
			continue
		}
		b := at[key]
		if b == nil {
			b = &bucketWork{compacting: c, key: key, partition: f.Partition, bucket: f.Entry.Bucket, total: f.Entry.TotalBuckets}
			at[key] = b
			all = append(all, b)
		}
		b.files = append(b.files, *f)
	}
	return slices.DeleteFunc(all, func(b *bucketWork) bool { return !b.pick() })
}

// bucketWork is the compaction of one bucket.
type bucketWork struct {
	*compacting
	key           paimon.BucketKey
	partition     []any
	bucket, total int32
	files         []scan.PlannedFile   // all that are live
	unit          compact.Unit         // of a primary-key table
	groups        [][]scan.PlannedFile // of an append table
	top           int32                // the highest level

	w         *Writer
	deleted   []manifest.Entry
	added     []manifest.Entry
	changelog []manifest.Entry
	upgraded  int
	rewritten map[string]bool     // names of files that go
	marks     map[string][]uint64 // rows of files that stay, which are dead from now on
	tables    []string            // temporary
}

// name tells works on the same files apart from others.
func (b *bucketWork) name() string {
	var all []string
	for i := range b.files {
		all = append(all, fileName(&b.files[i]))
	}
	for i := range b.unit.Files {
		all = append(all, b.unit.Files[i].Entry.File.FileName)
	}
	for _, g := range b.groups {
		for i := range g {
			all = append(all, g[i].Entry.File.FileName)
		}
	}
	return strings.Join(all, " ")
}

// pick chooses the files; false when there is nothing to do.
func (b *bucketWork) pick() bool {
	if b.rule == nil {
		b.groups = b.options.Append(inOrder(b.files, b.schema), b.opt.Full, func(f scan.PlannedFile) bool { return b.opt.Full && f.Vector != nil })
		return len(b.groups) > 0
	}
	o := b.options
	o.Now = b.opt.Now
	for i := range b.files {
		o.Levels = max(o.Levels, int(b.files[i].Entry.File.Level)+1)
	}
	b.options, b.top = o, int32(o.Levels-1)
	runs := compact.Runs(b.files)
	ok := false
	switch {
	case b.opt.Full:
		b.unit, ok = o.Full(runs, b.stale)
	case b.opt.Relaxed && !o.NeedsLookup && len(runs) < o.StopTrigger:
	default:
		b.unit, ok = o.Pick(runs)
	}
	return ok && (len(b.unit.Files) > 1 || b.unit.Files[0].Entry.File.Level != b.unit.OutputLevel || b.stale(b.unit.Files[0]))
}

// stale tells files that may not stay as they are at the highest level: some of
// their rows are no rows.
func (b *bucketWork) stale(f scan.PlannedFile) bool {
	return f.Vector != nil || retractions(&f) > 0 || b.expiry.expires(&f)
}

// retractions is how many rows of a file take a row back, or at least how many
// they may be.
func retractions(f *scan.PlannedFile) int64 {
	if n := f.Entry.File.DeleteRowCount; n != nil {
		return *n
	}
	return f.Entry.File.RowCount
}

// inOrder are the files of an append table's bucket in the order of their rows.
func inOrder(files []scan.PlannedFile, s *schema.Schema) []scan.PlannedFile {
	if s.Bucket() < 0 {
		return files
	}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(x, y scan.PlannedFile) int {
		return cmp.Compare(x.Entry.File.MinSequence, y.Entry.File.MinSequence)
	})
	return files
}

// run does the work.
func (b *bucketWork) run(ctx context.Context) (err error) {
	if b.w, err = b.Writer(b.table); err != nil {
		return err
	}
	b.rewritten, b.marks = map[string]bool{}, map[string][]uint64{}
	defer func() { b.w.drop(ctx, b.tables...) }()
	if b.rule == nil {
		for _, group := range b.groups {
			if err := b.join(ctx, group); err != nil {
				return err
			}
		}
		return nil
	}
	return b.merges(ctx)
}

// pretend notes what run would take.
func (b *bucketWork) pretend() {
	for i := range b.unit.Files {
		b.deleted = append(b.deleted, *b.unit.Files[i].Entry)
	}
	for _, g := range b.groups {
		for i := range g {
			b.deleted = append(b.deleted, *g[i].Entry)
		}
	}
}

func (b *bucketWork) abort() error {
	if b.w == nil {
		return nil
	}
	return b.w.Abort()
}

// replace notes that files are taken away by others.
func (b *bucketWork) replace(files []scan.PlannedFile, by []manifest.Entry) {
	for i := range files {
		b.deleted = append(b.deleted, *files[i].Entry)
		b.rewritten[files[i].Entry.File.FileName] = true
	}
	b.added = append(b.added, by...)
}

// upgrade lets a file change its level.
func (b *bucketWork) upgrade(f scan.PlannedFile) {
	b.upgraded++
	e := *f.Entry
	b.deleted = append(b.deleted, e)
	e.File.Level = b.unit.OutputLevel
	b.added = append(b.added, e)
}
