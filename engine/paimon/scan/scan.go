// Package scan says which data files answer a question about one moment of a
// table.
//
//	moment      latest | snapshot id | tag | time      -> one snapshot
//	manifests   base list, then delta list             -> passed over by partition range
//	entries     ADD and DELETE in order                -> live files
//	files       partition value, min, max, null count  -> pruned
//	buckets     key ranges of a primary-key table      -> sections, runs (bucket.go)
//
// A file is left out only when no row of it can match; where anything is
// unknown (no statistics, a changed type, a NaN that statistics do not show)
// the file stays. The rows are read by whoever called: this package opens no
// data file.
//
// To prune by one more operator: add it to Op and to Predicate.mayMatch.
package scan

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// ErrTwoMoments marks options that name more than one moment.
var ErrTwoMoments = errors.New("more than one moment is named")

// Options says which moment of a table to read. The zero value is the latest
// snapshot; at most one moment may be named.
type Options struct {
	Snapshot  int64     // exact id; 0 = unset
	Tag       string    // a tag's name; "" = unset
	AsOf      time.Time // the newest snapshot not after it; zero = unset
	Watermark *int64    // the first snapshot whose watermark is not below it
	Version   string    // a tag's name, "watermark-<n>" or an id, in this order

	// Since is the first snapshot that is not before it. Where that is the oldest
	// one there is, or none, it is the files of the newest that were made since, a
	// wall clock's time in its own zone (scan.creation-time-millis).
	Since time.Time
	// FilesSince is the newest snapshot without the files that were made before.
	FilesSince time.Time
	// Compacted is the newest snapshot of a compaction; the newest without one.
	Compacted bool

	pinned *snapshot.Snapshot // what Since found

	// Optimized reads only what needs no merge: of a primary-key table the files
	// of its highest level, as t$ro does.
	Optimized bool
}

// Validate refuses a contradiction.
func (o Options) Validate() error {
	n := 0
	for _, set := range []bool{o.Snapshot != 0, o.Tag != "", !o.AsOf.IsZero(), o.Watermark != nil, o.Version != "",
		!o.Since.IsZero(), !o.FilesSince.IsZero(), o.Compacted} {
		if set {
			n++
		}
	}
	if n > 1 {
		return ErrTwoMoments
	}
	return nil
}

// Plan is the answer: the files to read.
type Plan struct {
	Snapshot *snapshot.Snapshot // nil: the table has none yet, so no rows
	Schema   *schema.Schema     // the columns to give; the snapshot's own when travelling
	Files    []PlannedFile      // in the order in which they were committed
	Buckets  []Bucket           // of a primary-key table: how its files are to be merged
	Skipped  int                // live files that were pruned
	Rows     int64              // physical rows of Files
}

// SnapshotID is the snapshot's id; 0 without one.
func (p *Plan) SnapshotID() int64 {
	if p.Snapshot == nil {
		return 0
	}
	return p.Snapshot.ID
}

// PlannedFile is one data file to read.
type PlannedFile struct {
	Path      string          // relative to the warehouse
	Entry     *manifest.Entry // shared with other plans: not to be changed
	Partition []any           // values of the partition keys; the file need not hold them
	Schema    *schema.Schema  // the one it was written with: match columns by field id
	Vector    *VectorRef      // its rows that are deleted; nil for none

	// Of a primary-key table.
	MinKey, MaxKey []any // of the schema's KeyFields
	NoKey          bool  // no key in it meets the filter: leave it out of everything
	NoMatch        bool  // no row meets the filter as it stands; merged with others it may
}

// VectorRef is where a file's deletion vector is.
type VectorRef struct {
	Path           string // relative to the warehouse
	Offset, Length int32
	Cardinality    int64 // how many rows; negative: not known
}

// Manifests reads manifests; names in a table's manifest folder are given as
// paths relative to the warehouse, with the bytes that they have as far as that is
// known (else 0). A cache implements it.
type Manifests interface {
	Manifest(ctx context.Context, path string, sizeBytes int64) ([]manifest.Entry, error)
	List(ctx context.Context, path string, sizeBytes int64) ([]manifest.ManifestMeta, error)
	Index(ctx context.Context, path string) ([]manifest.IndexEntry, error)
}

// Direct reads manifests past any cache.
type Direct struct{ IO fileio.FileIO }

// Manifest implements Manifests.
func (d Direct) Manifest(ctx context.Context, path string, sizeBytes int64) ([]manifest.Entry, error) {
	return manifest.ReadWholeManifest(ctx, d.IO, path, sizeBytes)
}

// List implements Manifests.
func (d Direct) List(ctx context.Context, path string, sizeBytes int64) ([]manifest.ManifestMeta, error) {
	return manifest.ReadWholeList(ctx, d.IO, path, sizeBytes)
}

// Index implements Manifests.
func (d Direct) Index(ctx context.Context, path string) ([]manifest.IndexEntry, error) {
	return manifest.ReadIndex(ctx, d.IO, path)
}

// Kept remembers live files by the manifest lists that they come from, whose
// content never changes. What it gives is not to be changed.
type Kept interface {
	Live(key string) ([]manifest.Entry, bool)
	KeepLive(key string, entries []manifest.Entry)
}

// Source is a table as a scan sees it.
type Source struct {
	Name      string // for messages
	Dir       string // the table's folder: data and manifests, also of its branches
	Schemas   *schema.Manager
	Snapshots *snapshot.Manager
	Manifests Manifests
	Kept      Kept // nil: every plan reads the manifests
}

// Moment finds the snapshot that the options name; nil when the table has none
// and the options name none.
func (s Source) Moment(ctx context.Context, opt Options) (*snapshot.Snapshot, error) {
	switch err := opt.Validate(); {
	case err != nil:
		return nil, err
	case opt.pinned != nil:
		return opt.pinned, nil
	case opt.Snapshot != 0:
		return s.Snapshots.ByID(ctx, opt.Snapshot)
	case opt.Tag != "":
		t, err := s.Snapshots.Tag(ctx, opt.Tag)
		if err != nil {
			return nil, err
		}
		return t.Snapshot, nil
	case !opt.AsOf.IsZero():
		return s.Snapshots.AsOf(ctx, opt.AsOf)
	case opt.Watermark != nil:
		return s.reached(ctx, *opt.Watermark)
	case opt.Version != "":
		return s.version(ctx, opt.Version)
	case !opt.Since.IsZero():
		opt, err := s.settle(ctx, opt)
		if err != nil || opt.pinned != nil {
			return opt.pinned, err
		}
	case opt.Compacted:
		found, err := s.compacted(ctx)
		if found != nil || err != nil {
			return found, err
		}
	}
	return s.Snapshots.Latest(ctx)
}

// Travels tells that the options name a moment whose columns a reader sees.
func (o Options) Travels() bool {
	return o.Snapshot != 0 || o.Tag != "" || !o.AsOf.IsZero() || o.Watermark != nil || o.Version != ""
}

// At finds the moment that the options name: its snapshot and the columns that a
// reader sees then. It gives the options for its plans, too.
func (s Source) At(ctx context.Context, opt Options) (*snapshot.Snapshot, *schema.Schema, Options, error) {
	if err := opt.Validate(); err != nil {
		return nil, nil, opt, err
	}
	opt, err := s.settle(ctx, opt)
	if err != nil {
		return nil, nil, opt, err
	}
	snap, err := s.Moment(ctx, opt)
	if err != nil {
		return nil, nil, opt, err
	}
	sch, err := s.schemaOf(ctx, opt, snap)
	return snap, sch, opt, err
}

// Plan finds the files of a moment that At gave. All predicates must hold; they
// serve for pruning only.
func (s Source) Plan(ctx context.Context, snap *snapshot.Snapshot, sch *schema.Schema, filter []Predicate, opt Options) (*Plan, error) {
	by := rulesOf(sch, opt.Optimized)
	by.since = opt.FilesSince
	return s.planBy(ctx, snap, sch, filter, by)
}

func (s Source) planBy(ctx context.Context, snap *snapshot.Snapshot, sch *schema.Schema, filter []Predicate, by rules) (*Plan, error) {
	plan := &Plan{Snapshot: snap, Schema: sch}
	if snap == nil {
		return plan, nil
	}
	pruner := newPruner(s, sch, filter)
	pruner.rules = by
	entries, err := s.Live(ctx, snap, pruner.keepManifest)
	if err != nil {
		return nil, err
	}
	if err := pruner.readVectors(ctx, snap); err != nil {
		return nil, err
	}
	return plan, pruner.plan(ctx, plan, by.made(entries))
}

// plan puts entries into a plan.
func (p *pruner) plan(ctx context.Context, plan *Plan, entries []manifest.Entry) error {
	if len(p.schema.PrimaryKeys) > 0 {
		return p.planKeys(ctx, plan, entries)
	}
	if len(p.onKeys)+len(p.onColumns) == 0 {
		plan.Files = make([]PlannedFile, 0, len(entries))
	}
	for i := range entries {
		f, keep, err := p.file(ctx, &entries[i])
		if err != nil {
			return err
		}
		if !keep || f.NoMatch {
			plan.Skipped++
			continue
		}
		plan.add(f)
	}
	return nil
}

func (p *Plan) add(f PlannedFile) {
	p.Files = append(p.Files, f)
	p.Rows += f.Entry.File.RowCount
}

// planKeys plans a primary-key table: the files of each bucket together, for a
// row may stand in several.
func (p *pruner) planKeys(ctx context.Context, plan *Plan, entries []manifest.Entry) error {
	at := map[place]int{}
	var files [][]PlannedFile
	var room []int
	if len(p.onKeys)+len(p.onColumns) == 0 { // all of them at once: one takes most of a KiB
		room = p.bucketSizes(entries)
		plan.Files = make([]PlannedFile, 0, len(entries))
	}
	for i := range entries {
		e := &entries[i]
		if !p.rules.sees(e.Bucket, e.File.Level) {
			continue
		}
		f, keep, err := p.file(ctx, e)
		if err != nil {
			return err
		}
		if !keep {
			plan.Skipped++
			continue
		}
		if err := p.readKeys(&f); err != nil {
			return err
		}
		n, ok := at[place{string(e.Partition), e.Bucket}]
		if !ok {
			n = len(files)
			at[place{string(e.Partition), e.Bucket}] = n
			files = append(files, nil)
			if n < len(room) {
				files[n] = make([]PlannedFile, 0, room[n])
			}
			plan.Buckets = append(plan.Buckets, Bucket{Partition: f.Partition, Row: e.Partition, Bucket: e.Bucket, TotalBuckets: e.TotalBuckets, Part: p.rules.part()})
		}
		files[n] = append(files[n], f)
	}
	kept := plan.Buckets[:0]
	for i := range plan.Buckets {
		b := &plan.Buckets[i]
		p.rules.cut(b, files[i])
		if plan.take(b) {
			kept = append(kept, *b)
		}
	}
	plan.Buckets = kept
	return nil
}

// place is one bucket of one partition.
type place struct {
	partition string
	bucket    int32
}

// bucketSizes counts the files of each bucket, in the order in which buckets
// come up.
func (p *pruner) bucketSizes(entries []manifest.Entry) []int {
	at := map[place]int{}
	var sizes []int
	for i := range entries {
		e := &entries[i]
		if !p.rules.sees(e.Bucket, e.File.Level) {
			continue
		}
		n, ok := at[place{string(e.Partition), e.Bucket}]
		if !ok {
			n = len(sizes)
			at[place{string(e.Partition), e.Bucket}] = n
			sizes = append(sizes, 0)
		}
		sizes[n]++
	}
	return sizes
}

// take adds the files of a bucket that the plan needs: of a raw section those
// whose rows may match, of a merged one those whose keys may. It tells whether
// there are any.
func (p *Plan) take(b *Bucket) bool {
	before := len(p.Files)
	for _, s := range b.Sections {
		for _, r := range s.Runs {
			for _, f := range r.Files {
				if f.NoKey || s.Raw && f.NoMatch {
					p.Skipped++
					continue
				}
				p.add(f)
			}
		}
	}
	return len(p.Files) > before
}

func (s Source) schemaOf(ctx context.Context, opt Options, snap *snapshot.Snapshot) (*schema.Schema, error) {
	if opt.Travels() && snap != nil {
		return s.Schemas.ByID(ctx, snap.SchemaID)
	}
	sch, err := s.Schemas.Latest(ctx)
	if err == nil && sch == nil {
		err = problem.New("table.missing_file", "path", s.Schemas.Path(0))
	}
	return sch, err
}

// Live gives the files of a snapshot in the order of their commits; they are not
// to be changed. keep, when not nil, allows to pass over whole manifests: it must
// be a function of partitions only, so that an ADD and its DELETE are both kept
// or both passed over.
func (s Source) Live(ctx context.Context, snap *snapshot.Snapshot, keep func(manifest.ManifestMeta) bool) ([]manifest.Entry, error) {
	key := s.manifestPath(snap.BaseManifestList) + " " + snap.DeltaManifestList
	if s.Kept != nil {
		if live, ok := s.Kept.Live(key); ok {
			return live, nil
		}
	}
	metas, err := s.Metas(ctx, snap)
	if err != nil {
		return nil, err
	}
	all := len(metas)
	if keep != nil {
		metas = slices.DeleteFunc(metas, func(m manifest.ManifestMeta) bool { return !keep(m) })
	}
	entries, err := s.entries(ctx, metas)
	if err != nil {
		return nil, fmt.Errorf("plan snapshot %d of %s: %w", snap.ID, s.Name, err)
	}
	// A DELETE without its ADD takes nothing away: Java reads over it as well.
	live, _ := manifest.Live(entries)
	if s.Kept != nil && len(metas) == all {
		s.Kept.KeepLive(key, live)
	}
	return live, nil
}

// Metas gives the manifests of a snapshot in the order of their commits.
func (s Source) Metas(ctx context.Context, snap *snapshot.Snapshot) ([]manifest.ManifestMeta, error) {
	var metas []manifest.ManifestMeta
	for _, list := range snap.Lists() {
		more, err := s.Manifests.List(ctx, s.manifestPath(list.Name), list.SizeBytes)
		if err != nil {
			return nil, fmt.Errorf("plan snapshot %d of %s: %w", snap.ID, s.Name, err)
		}
		metas = append(metas, more...)
	}
	return metas, nil
}

// entries reads manifests, several at once, and keeps their order.
func (s Source) entries(ctx context.Context, metas []manifest.ManifestMeta) ([]manifest.Entry, error) {
	parts := make([][]manifest.Entry, len(metas))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, m := range metas {
		g.Go(func() (err error) {
			parts[i], err = s.Manifests.Manifest(ctx, s.manifestPath(m.FileName), m.SizeBytes)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(parts...), nil
}

func (s Source) manifestPath(name string) string { return ManifestPath(s.Dir, name) }

// ManifestPath is where a manifest or manifest list of the table in dir lives.
func ManifestPath(dir, name string) string { return fileio.Join(dir, "manifest", name) }
