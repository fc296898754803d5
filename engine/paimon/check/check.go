// Package check looks a table over: whether everything that any snapshot, tag
// or branch names is there and says what is said of it.
//
//	always   schemas, snapshots without holes, hints, tags, consumers, changelogs
//	         every manifest readable and of its size, every data file there and
//	         of its size, counts that add up, sorted runs that do not overlap,
//	         deletion vectors whole and of files that are live
//	deep     every data file of the newest snapshots read: rows, order of keys,
//	         key range, sequence numbers, deleted rows, the bucket of every row
//
// It reads past all caches, opens no writer and changes nothing.
//
// To add a check: a method of checker that calls say with what to do about it.
package check

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Finding is something wrong, and how to mend it.
type Finding struct {
	Where string // table or file
	What  string
	Mend  string
}

// Done counts what was looked at.
type Done struct {
	Snapshots, Files int
	Rows             int64 // read, in a deep check
}

// Table checks the table in folder dir with all its branches and tags. The error
// is that of a stop; everything else is a finding.
func Table(ctx context.Context, io fileio.FileIO, dir, name string, deep bool) (Done, []Finding, error) {
	c := &checker{io: io, dir: dir, name: name, deep: deep, files: map[string]bool{}, manifests: map[string][]manifest.Entry{}, bad: map[string]bool{}}
	names, _, err := expire.BranchNames(ctx, io, dir)
	if err != nil {
		c.say(name, "its branches cannot be listed: "+err.Error(), "check the folder's permissions and the disk")
	}
	for _, b := range append([]string{""}, names...) {
		c.branch(ctx, b)
	}
	return c.done, c.found, ctx.Err()
}

type checker struct {
	io        fileio.FileIO
	dir, name string
	deep      bool
	done      Done
	found     []Finding
	files     map[string]bool             // looked at
	manifests map[string][]manifest.Entry // read
	bad       map[string]bool             // files that were told
}

func (c *checker) say(where, what, mend string) {
	c.found = append(c.found, Finding{where, what, mend})
}

// once is say for a file that many name.
func (c *checker) once(where, what, mend string) {
	if !c.bad[where] {
		c.bad[where] = true
		c.say(where, what, mend)
	}
}

const (
	mendMetadata = "restore it from a backup, or roll back to a snapshot or tag that does not need it"
	mendData     = "restore it from a backup, or write its partition anew"
)

// Mend is what to do about a file that cannot be read: one that a newer program
// wrote is whole, anything else is otherwise.
func Mend(err error, otherwise string) string {
	if p, ok := problem.As(err); ok && (p.Code == "table.schema_version" || p.Code == "table.snapshot_version") {
		return "use a newer Laketop: a newer program wrote it"
	}
	return otherwise
}

// branch checks main ("") or a branch.
func (c *checker) branch(ctx context.Context, name string) {
	where := c.name
	if name != "" {
		where += "$branch_" + name
	}
	dir := expire.BranchDir(c.dir, name)
	b := &branch{where: where, schemas: schema.NewManager(c.io, dir), snapshots: snapshot.NewManager(c.io, dir)}
	var err error
	if b.schema, err = b.schemas.Latest(ctx); err != nil || b.schema == nil {
		c.say(where, fmt.Sprintf("its schema cannot be read: %v", err), Mend(err, "restore the schema/ folder from a backup, or drop the table or branch"))
		return
	}
	for id := range b.schema.ID {
		if _, err := b.schemas.ByID(ctx, id); err != nil && !errors.Is(err, fileio.ErrNotExist) {
			c.say(b.schemas.Path(id), err.Error(), Mend(err, mendMetadata))
		}
	}
	latest := c.snapshots(ctx, b)
	c.hint(ctx, b, latest)
	c.tags(ctx, b)
	c.consumers(ctx, b, latest)
	c.changelogs(ctx, b)
}

// branch is main or a branch while it is checked.
type branch struct {
	where     string
	schemas   *schema.Manager
	snapshots *snapshot.Manager
	schema    *schema.Schema
}

// snapshots checks every snapshot and gives the newest; nil without one.
func (c *checker) snapshots(ctx context.Context, b *branch) *snapshot.Snapshot {
	ids, err := b.snapshots.IDs(ctx)
	if err != nil {
		c.say(b.where, "its snapshots cannot be listed: "+err.Error(), "check the folder's permissions and the disk")
		return nil
	}
	var last *snapshot.Snapshot
	for i, id := range ids {
		if ctx.Err() != nil {
			return last
		}
		s, err := b.snapshots.ByID(ctx, id)
		switch {
		case errors.Is(err, fileio.ErrNotExist): // expired meanwhile
			continue
		case err != nil:
			c.say(b.snapshots.Path(id), err.Error(), Mend(err, mendMetadata))
			continue
		}
		c.done.Snapshots++
		if i > 0 && id != ids[i-1]+1 {
			c.say(b.where, fmt.Sprintf("snapshots jump from %d to %d", ids[i-1], id), "nothing reads the missing ones; expire the older snapshots")
		}
		if last != nil && s.TimeMillis < last.TimeMillis {
			c.say(b.where, fmt.Sprintf("snapshot %d is older than the one before it", id), "TIMESTAMP AS OF may find another moment; expire the older snapshots")
		}
		say := fmt.Sprintf("snapshot %d of %s", id, b.where)
		c.snapshot(ctx, b, s, say, i == len(ids)-1)
		c.changes(ctx, b, s, say+" (changelog)", i == 0)
		last = s
	}
	return last
}

// snapshot checks what one snapshot names; newest ones more closely.
func (c *checker) snapshot(ctx context.Context, b *branch, s *snapshot.Snapshot, say string, newest bool) {
	if _, err := b.schemas.ByID(ctx, s.SchemaID); err != nil {
		c.once(b.schemas.Path(s.SchemaID), fmt.Sprintf("%s needs this schema: %v", say, err), Mend(err, mendMetadata))
		return
	}
	entries, whole := c.entries(ctx, s, say)
	live, pending := manifest.Live(entries)
	var rows int64
	for i := range live {
		rows += live[i].File.RowCount
		c.file(ctx, b, &live[i], say)
	}
	if !whole {
		return
	}
	if len(pending) > 0 {
		c.say(b.where, fmt.Sprintf("%s deletes %d files that nothing added, such as %s", say, len(pending), pending[0].File.FileName), "readers pass over it; a full manifest compaction removes it")
	}
	if rows != s.TotalRecordCount {
		c.say(b.where, fmt.Sprintf("%s says %d rows, its files hold %d", say, s.TotalRecordCount, rows), "counts shown for it are wrong, its rows are not: the next overwrite of the table mends it")
	}
	if s.Statistics != "" {
		c.there(ctx, fileio.Join(c.dir, "statistics", s.Statistics), say, "run ANALYZE TABLE again")
	}
	c.vectors(ctx, b, s, live, say)
	if newest {
		c.runs(b, live, say)
		if c.deep {
			c.rows(ctx, b, live)
		}
	}
}

// changes checks the changelog of a snapshot. That of the first one may have
// expired: a tag that it came from keeps none.
func (c *checker) changes(ctx context.Context, b *branch, s *snapshot.Snapshot, say string, first bool) {
	list := s.ChangelogList()
	if list.Name == "" {
		return
	}
	if _, err := c.io.Stat(ctx, scan.ManifestPath(c.dir, list.Name)); first && errors.Is(err, fileio.ErrNotExist) {
		return
	}
	for _, e := range c.list(ctx, list, say) {
		c.file(ctx, b, &e, say)
	}
}

func (c *checker) there(ctx context.Context, at, say, mend string) {
	if _, err := c.io.Stat(ctx, at); err != nil {
		c.once(at, fmt.Sprintf("%s needs this file: %v", say, err), mend)
	}
}

// entries reads what a snapshot's lists hold; false where something is missing.
func (c *checker) entries(ctx context.Context, s *snapshot.Snapshot, say string) ([]manifest.Entry, bool) {
	var all []manifest.Entry
	whole := true
	for _, list := range s.Lists() {
		n := len(c.found)
		all = append(all, c.list(ctx, list, say)...)
		whole = whole && n == len(c.found) && !c.bad[scan.ManifestPath(c.dir, list.Name)]
	}
	return all, whole
}

func (c *checker) list(ctx context.Context, list snapshot.ManifestList, say string) []manifest.Entry {
	at := scan.ManifestPath(c.dir, list.Name)
	metas, err := manifest.ReadWholeList(ctx, c.io, at, list.SizeBytes)
	if err != nil {
		c.once(at, fmt.Sprintf("%s needs this manifest list: %v", say, err), mendMetadata)
		return nil
	}
	var all []manifest.Entry
	for _, m := range metas {
		at := scan.ManifestPath(c.dir, m.FileName)
		entries, known := c.manifests[at]
		if !known {
			if entries, err = c.manifest(ctx, at, m); err != nil {
				c.once(at, fmt.Sprintf("%s needs this manifest: %v", say, err), mendMetadata)
				continue
			}
			c.manifests[at] = entries
		}
		all = append(all, entries...)
	}
	return all
}

func (c *checker) manifest(ctx context.Context, at string, m manifest.ManifestMeta) ([]manifest.Entry, error) {
	entries, err := manifest.ReadManifest(ctx, c.io, at)
	if err != nil {
		return nil, err
	}
	info, err := c.io.Stat(ctx, at)
	if err != nil {
		return nil, err
	}
	if info.SizeBytes != m.SizeBytes {
		c.once(at, fmt.Sprintf("it has %d bytes, its list says %d", info.SizeBytes, m.SizeBytes), mendMetadata)
	}
	added := int64(0)
	for i := range entries {
		if entries[i].Kind == manifest.Add {
			added++
		}
	}
	if added != m.AddedFiles || int64(len(entries))-added != m.DeletedFiles {
		c.once(at, fmt.Sprintf("it adds %d files and deletes %d, its list says %d and %d", added, int64(len(entries))-added, m.AddedFiles, m.DeletedFiles), mendMetadata)
	}
	return entries, nil
}

// file checks that a data file is there and of its size.
func (c *checker) file(ctx context.Context, b *branch, e *manifest.Entry, say string) {
	at, err := c.path(b, e)
	if err != nil {
		c.once(b.where+" "+e.File.FileName, err.Error(), mendMetadata)
		return
	}
	if at == "" || c.files[at] {
		return
	}
	c.files[at] = true
	c.done.Files++
	info, err := c.io.Stat(ctx, at)
	switch {
	case errors.Is(err, fileio.ErrNotExist):
		c.once(at, say+" needs this file and it is gone", mendData)
	case err != nil:
		c.once(at, err.Error(), "check the folder's permissions and the disk")
	case info.SizeBytes != e.File.SizeBytes:
		c.once(at, fmt.Sprintf("the file has %d bytes where %d were committed", info.SizeBytes, e.File.SizeBytes), "it was cut short or changed: "+mendData)
	}
	if e.File.MinSequence > e.File.MaxSequence && e.File.RowCount > 0 {
		c.once(at, fmt.Sprintf("its sequence numbers run from %d to %d", e.File.MinSequence, e.File.MaxSequence), mendData)
	}
	for _, extra := range e.File.ExtraFiles {
		c.there(ctx, fileio.Join(path.Dir(at), extra), say, "it only helps readers; write the partition anew to have it again")
	}
}

// path is where a data file is; "" outside of the table's folder.
func (c *checker) path(b *branch, e *manifest.Entry) (string, error) {
	if e.File.ExternalPath != nil {
		return "", nil
	}
	values, err := binaryrow.Decode(b.schema.PartitionTypes(), e.Partition)
	if err != nil {
		return "", fmt.Errorf("the partition of %s cannot be understood: %w", e.File.FileName, err)
	}
	folder, err := scan.PartitionFolder(b.schema, values)
	return fileio.Join(c.dir, folder, scan.BucketFolder(e.Bucket), e.File.FileName), err
}

// hint compares LATEST with the newest snapshot. One that lags is normal after a
// crash; one that is ahead names a snapshot that is gone.
func (c *checker) hint(ctx context.Context, b *branch, latest *snapshot.Snapshot) {
	at := fileio.Join(b.snapshots.Dir(), "snapshot", "LATEST")
	data, err := c.io.ReadFile(ctx, at)
	if err != nil || latest == nil {
		return // a missing hint is no fault
	}
	text := strings.TrimSpace(string(data))
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id > latest.ID {
		c.say(b.where, fmt.Sprintf("the hint snapshot/LATEST says %q, the newest snapshot is %d", text, latest.ID), "remove the hint file; it is made again by the next commit")
	}
}

func (c *checker) tags(ctx context.Context, b *branch) {
	tags, err := b.snapshots.Tags(ctx)
	if err != nil {
		c.say(b.where, "its tags cannot be read: "+err.Error(), "delete the tag's file in the folder tag/")
		return
	}
	for _, tag := range tags {
		c.snapshot(ctx, b, tag.Snapshot, fmt.Sprintf("tag %s of %s", tag.Name, b.where), false)
	}
}

// consumers finds readers whose place is beyond the table: after a rollback they
// would wait for ever, or pass over rows.
func (c *checker) consumers(ctx context.Context, b *branch, latest *snapshot.Snapshot) {
	all, err := b.snapshots.Consumers(ctx)
	if err != nil {
		c.say(b.where, "its consumers cannot be read: "+err.Error(), "delete the consumer's file in the folder consumer/")
		return
	}
	next := int64(1)
	if latest != nil {
		next = latest.ID + 1
	}
	for _, x := range all {
		if x.Next > next {
			c.say(b.where, fmt.Sprintf("consumer %s waits for snapshot %d, the next one is %d", x.ID, x.Next, next),
				fmt.Sprintf("CALL sys.reset_consumer(table => '%s', consumerId => '%s', nextSnapshotId => ...)", b.where, x.ID))
		}
	}
}

func (c *checker) changelogs(ctx context.Context, b *branch) {
	all, err := b.snapshots.Changelogs(ctx)
	if err != nil {
		c.say(b.where, "its long-lived changelogs cannot be read: "+err.Error(), "CALL sys.expire_changelogs, or delete the file in the folder changelog/")
		return
	}
	for _, s := range all {
		if s.ChangelogManifestList == "" {
			continue
		}
		say := fmt.Sprintf("changelog %d of %s", s.ID, b.where)
		for _, e := range c.list(ctx, s.ChangelogList(), say) {
			c.file(ctx, b, &e, say)
		}
	}
}

// runs checks the sorted runs of a table's buckets: one number of buckets a
// partition, and no overlap of keys in a level above 0.
func (c *checker) runs(b *branch, live []manifest.Entry, say string) {
	buckets := map[string]int32{}
	type level struct {
		partition string
		bucket    int32
		level     int32
	}
	by := map[level][]*manifest.Entry{}
	for i := range live {
		e := &live[i]
		if n, ok := buckets[string(e.Partition)]; ok && n != e.TotalBuckets {
			c.once(b.where+string(e.Partition), fmt.Sprintf("%s has files of %d and of %d buckets in one partition", say, n, e.TotalBuckets), "INSERT OVERWRITE the partition")
		}
		buckets[string(e.Partition)] = e.TotalBuckets
		if e.File.Level > 0 && len(b.schema.PrimaryKeys) > 0 {
			k := level{string(e.Partition), e.Bucket, e.File.Level}
			by[k] = append(by[k], e)
		}
	}
	types := keyTypes(b.schema)
	for k, files := range by {
		slices.SortFunc(files, func(x, y *manifest.Entry) int { return compareRows(types, x.File.MinKey, y.File.MinKey) })
		for i := 1; i < len(files); i++ {
			if compareRows(types, files[i-1].File.MaxKey, files[i].File.MinKey) >= 0 {
				c.say(b.where, fmt.Sprintf("%s: the keys of %s and %s overlap in level %d of bucket %d", say, files[i-1].File.FileName, files[i].File.FileName, k.level, k.bucket),
					"reads may show a key twice: compact the table fully")
			}
		}
	}
}
