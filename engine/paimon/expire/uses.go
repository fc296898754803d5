package expire

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// collector gathers the files that snapshots, tags and changelogs name.
type collector struct {
	t     Table
	want  map[string]bool // names of data files that matter; nil = all
	grown string          // a branch whose snapshots from since on add nothing but new files; "-" = none
	since int64
	files map[string]int64 // paths with their sizes, 0 unknown
	memo  *memo
	chain map[string]bool // manifests of the snapshots since the last that was gathered whole
	done  map[string]bool // snapshots, by their delta lists
	index map[string]bool // index manifests
	at    string          // file that stands for what is being read
}

// memo keeps entries of manifests, those that matter, from one collection to
// the next.
type memo struct{ entries map[string][]manifest.Entry }

func newMemo() *memo { return &memo{map[string][]manifest.Entry{}} }

func (t Table) collector(want map[string]bool, m *memo) *collector {
	return &collector{t: t, want: want, files: map[string]int64{}, memo: m, grown: "-", done: map[string]bool{}, index: map[string]bool{}}
}

// tries is how often a collection starts again because a snapshot or tag went
// while it was read.
const tries = 10

// used gathers what everything but the given snapshots and tags uses. going
// tells what is about to go.
func (t Table) used(ctx context.Context, c *collector, going going) (map[string]int64, error) {
	for range tries {
		err := c.all(ctx, going)
		if err == nil {
			return c.files, nil
		}
		if !errors.Is(err, fileio.ErrNotExist) || c.at == "" {
			return nil, err
		}
		if _, statErr := t.IO.Stat(ctx, c.at); !errors.Is(statErr, fileio.ErrNotExist) {
			return nil, fmt.Errorf("%s names a file that is missing, so nothing is removed: %w", c.at, err)
		}
		// What was being read went meanwhile, by another who expires. Files
		// that were gathered stay gathered: too many is safe.
	}
	return nil, problem.New("table.conflict", "name", t.Name).With("why", problem.Say("table.expiring_fast"))
}

// going is what is about to go and so uses nothing.
type going struct {
	branch    string // of what follows
	before    int64  // its snapshots with smaller ids
	changelog int64  // its changelogs with smaller ids
	tags      map[string]bool
	whole     bool // the whole branch
}

// all gathers from every branch.
func (c *collector) all(ctx context.Context, g going) error {
	c.at = ""
	branches, err := c.t.branches(ctx)
	if err != nil {
		return err
	}
	for _, b := range branches {
		mine := going{}
		if b.name == g.branch {
			mine = g
		}
		if mine.whole {
			continue
		}
		if err := c.branch(ctx, b, mine); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) branch(ctx context.Context, b *branch, g going) error {
	c.at = ""
	ids, err := b.snapshots.IDs(ctx)
	if err != nil {
		return err
	}
	last, rows := int64(-1), int64(0)
	for _, id := range ids {
		if id < g.before {
			continue
		}
		c.at = b.snapshots.Path(id)
		s, err := b.snapshots.ByID(ctx, id)
		if err != nil {
			return err
		}
		if err := c.snapshot(ctx, b, s, id == last+1 && s.TotalRecordCount-s.DeltaRecordCount == rows); err != nil {
			return err
		}
		last, rows = id, s.TotalRecordCount
	}
	if err := c.changelogs(ctx, b, g); err != nil {
		return err
	}
	c.at = ""
	tags, err := b.snapshots.Tags(ctx)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		if g.tags[tag.Name] || c.done[tag.Snapshot.DeltaManifestList] {
			continue
		}
		c.at = b.snapshots.TagPath(tag.Name)
		if err := c.snapshot(ctx, b, withoutChanges(tag.Snapshot), false); err != nil {
			return err
		}
	}
	return nil
}

// withoutChanges is a snapshot as a tag keeps it: its rows, not its changelog,
// which goes with the snapshot as in Paimon.
func withoutChanges(s *snapshot.Snapshot) *snapshot.Snapshot {
	kept := *s
	kept.ChangelogManifestList = ""
	return &kept
}

// snapshot gathers what one snapshot names. One that follows another that was
// gathered adds only what its delta adds.
func (c *collector) snapshot(ctx context.Context, b *branch, s *snapshot.Snapshot, follows bool) error {
	if err := c.metadata(ctx, b, s); err != nil {
		return err
	}
	if err := c.content(ctx, b, s, follows); err != nil {
		return err
	}
	c.done[s.DeltaManifestList] = true
	return nil
}

func (c *collector) metadata(ctx context.Context, b *branch, s *snapshot.Snapshot) error {
	c.meta("manifest", s.BaseManifestList, s.BaseManifestListSize)
	c.meta("manifest", s.DeltaManifestList, s.DeltaManifestListSize)
	c.meta("statistics", s.Statistics, nil)
	if err := c.indexes(ctx, b, s.IndexManifest); err != nil || s.ChangelogManifestList == "" {
		return err
	}
	return c.changes(ctx, b, s.ChangelogList())
}

func (c *collector) content(ctx context.Context, b *branch, s *snapshot.Snapshot, follows bool) error {
	if !follows {
		return c.live(ctx, b, s)
	}
	if c.grown != b.name || s.ID <= c.since+1 { // the oldest that stays may be a slow writer's, on which nobody builds
		return c.follow(ctx, b, s)
	}
	if s.CommitKind == snapshot.Append || s.CommitKind == snapshot.Analyze {
		return nil // what it adds is newer than what goes
	}
	metas, err := c.list(ctx, s.DeltaList())
	if err != nil {
		return err
	}
	return c.adds(ctx, b, metas, nil)
}

// live gathers the files that are live in a snapshot.
func (c *collector) live(ctx context.Context, b *branch, s *snapshot.Snapshot) error {
	var entries []manifest.Entry
	c.chain = map[string]bool{}
	for _, list := range s.Lists() {
		metas, err := c.list(ctx, list)
		if err != nil {
			return err
		}
		for _, m := range metas {
			more, err := c.manifest(ctx, m)
			if err != nil {
				return err
			}
			entries = append(entries, more...)
			c.chain[m.FileName] = true
		}
	}
	live, _ := manifest.Live(entries)
	return c.data(b, live)
}

// follow gathers what a snapshot names beyond the one before it: what its delta
// adds, and what manifests hold that were merged.
func (c *collector) follow(ctx context.Context, b *branch, s *snapshot.Snapshot) error {
	for _, list := range s.Lists() {
		metas, err := c.list(ctx, list)
		if err != nil {
			return err
		}
		if err := c.adds(ctx, b, metas, c.chain); err != nil {
			return err
		}
	}
	return nil
}

// adds gathers what manifests add, but for those that were seen.
func (c *collector) adds(ctx context.Context, b *branch, metas []manifest.ManifestMeta, seen map[string]bool) error {
	for _, m := range metas {
		if seen[m.FileName] {
			continue
		}
		entries, err := c.manifest(ctx, m)
		if err != nil {
			return err
		}
		for i := range entries {
			if entries[i].Kind == manifest.Add {
				if err := c.data(b, entries[i:i+1]); err != nil {
					return err
				}
			}
		}
		if seen != nil {
			seen[m.FileName] = true
		}
	}
	return nil
}

// changes gathers a changelog list and its files. One that is gone is no fault:
// a branch that was made from a tag names the changelog of its first snapshot,
// which expires with main's.
func (c *collector) changes(ctx context.Context, b *branch, list snapshot.ManifestList) error {
	metas, err := c.list(ctx, list)
	if err == nil {
		c.meta("manifest", list.Name, known(list))
		err = c.adds(ctx, b, metas, nil)
	}
	if errors.Is(err, fileio.ErrNotExist) {
		return nil
	}
	return err
}

// changelogs gathers what long-lived changelogs name: their changelog files, or
// the files that their delta added where the table makes no changelog files.
// Lists that went with the snapshot are no fault.
func (c *collector) changelogs(ctx context.Context, b *branch, g going) error {
	c.at = ""
	ids, err := b.snapshots.ChangelogIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id < g.changelog {
			continue
		}
		c.at = b.snapshots.ChangelogPath(id)
		s, err := b.snapshots.Changelog(ctx, id)
		if err != nil {
			return err
		}
		if err := c.changelog(ctx, b, s); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) changelog(ctx context.Context, b *branch, s *snapshot.Snapshot) error {
	if s.ChangelogManifestList != "" {
		return c.changes(ctx, b, s.ChangelogList())
	}
	if b.schema.ChangelogProducer() != "none" {
		return nil // a snapshot without changes
	}
	if err := c.lists(ctx, s.Lists()); err != nil {
		return err
	}
	entries, err := c.t.entries(ctx, s.DeltaList())
	if err != nil {
		return err
	}
	for i := range entries {
		if e := &entries[i]; e.Kind == manifest.Add && isChange(e) {
			if err := c.data(b, entries[i:i+1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// lists gathers manifest lists and the manifests that they name. One that is gone
// has been removed already.
func (c *collector) lists(ctx context.Context, lists []snapshot.ManifestList) error {
	for _, l := range lists {
		_, err := c.list(ctx, l)
		if errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		c.meta("manifest", l.Name, known(l))
	}
	return nil
}

// known is the size of a list; nil where it is not known.
func known(l snapshot.ManifestList) *int64 {
	if l.SizeBytes == 0 {
		return nil
	}
	return &l.SizeBytes
}

// isChange tells whether a file of a delta is a change that a streaming reader
// reads: not what compaction made.
func isChange(e *manifest.Entry) bool {
	return e.File.Source == nil || *e.File.Source == manifest.SourceAppend
}

// indexes gathers an index manifest and the files it names.
func (c *collector) indexes(ctx context.Context, b *branch, name string) error {
	p, ok := c.meta("manifest", name, nil)
	if !ok || c.index[name] {
		return nil
	}
	entries, err := c.t.Manifests.Index(ctx, p)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if e.ExternalPath != nil || !isName(e.FileName) {
			continue
		}
		folder := fileio.Join(c.t.Dir, "index")
		if b.schema.Flag(schema.OptionIndexBesideData) {
			if folder, err = c.t.folder(b, e.Partition, e.Bucket); err != nil {
				return err
			}
		}
		c.files[fileio.Join(folder, e.FileName)] = e.SizeBytes
	}
	c.index[name] = true
	return nil
}

// data gathers data files with the files beside them.
func (c *collector) data(b *branch, entries []manifest.Entry) error {
	for i := range entries {
		if err := c.t.each(b, &entries[i], func(p string, size int64) { c.files[p] = size }); err != nil {
			return err
		}
	}
	return nil
}

// each calls f with the path of a data file and of each file beside it, but for
// those outside of the table.
func (t Table) each(b *branch, e *manifest.Entry, f func(string, int64)) error {
	if e.File.ExternalPath != nil || !isName(e.File.FileName) {
		return nil
	}
	folder, err := t.folder(b, e.Partition, e.Bucket)
	if err != nil {
		return err
	}
	f(fileio.Join(folder, e.File.FileName), e.File.SizeBytes)
	for _, extra := range e.File.ExtraFiles {
		if isName(extra) {
			f(fileio.Join(folder, extra), 0)
		}
	}
	return nil
}

func (t Table) folder(b *branch, partition []byte, bucket int32) (string, error) {
	values, err := binaryrow.Decode(b.schema.PartitionTypes(), partition)
	if err != nil {
		return "", fmt.Errorf("partition of a file of %s: %w", t.Name, err)
	}
	folder, err := scan.PartitionFolder(b.schema, values)
	return fileio.Join(t.Dir, folder, scan.BucketFolder(bucket)), err
}

// isName tells whether a name out of a manifest is one file in its folder.
func isName(name string) bool {
	return name != "" && name != "." && name != ".." && path.Base(name) == name && !strings.ContainsAny(name, "\\\x00")
}

// meta gathers a metadata file by its folder and name; "" is none.
func (c *collector) meta(folder, name string, size *int64) (string, bool) {
	if !isName(name) {
		return "", false
	}
	p := fileio.Join(c.t.Dir, folder, name)
	if size != nil {
		c.files[p] = *size
	} else if _, ok := c.files[p]; !ok {
		c.files[p] = 0
	}
	return p, true
}

// list reads a manifest list and gathers the manifests that it names.
func (c *collector) list(ctx context.Context, l snapshot.ManifestList) ([]manifest.ManifestMeta, error) {
	metas, err := c.t.Manifests.List(ctx, scan.ManifestPath(c.t.Dir, l.Name), l.SizeBytes)
	if err != nil {
		return nil, err
	}
	for i := range metas {
		c.meta("manifest", metas[i].FileName, &metas[i].SizeBytes)
	}
	return metas, nil
}

// manifest reads a manifest's entries, those that matter.
func (c *collector) manifest(ctx context.Context, m manifest.ManifestMeta) ([]manifest.Entry, error) {
	name := m.FileName
	if c.memo != nil {
		if entries, ok := c.memo.entries[name]; ok {
			return entries, nil
		}
	}
	entries, err := c.t.Manifests.Manifest(ctx, scan.ManifestPath(c.t.Dir, name), m.SizeBytes)
	if err != nil || c.want == nil {
		return entries, err
	}
	var some []manifest.Entry
	for i := range entries {
		if c.want[entries[i].File.FileName] {
			some = append(some, entries[i])
		}
	}
	if c.memo != nil {
		c.memo.entries[name] = some
	}
	return some, nil
}
