// Package paimon is one table of the lake: what it holds at a moment, where new
// data files go, and the commits that make them visible.
//
//	table, err := cat.Table(ctx, catalog.Identifier{Database: "game_db", Table: "t"})
//	at, err := table.At(ctx, scan.Options{})          // a moment, pinned
//	plan, err := at.Plan(ctx, predicates)             // its files; another program reads them
//
//	path, err := table.NewDataFile(partition)         // another program writes it, and syncs it
//	entry, err := table.DescribeFile(ctx, path, partition)
//	snap, err := table.Commit(ctx, commit.Request{Added: []manifest.Entry{entry}})
//
// A Table sees the schema of the moment it was loaded at: load it anew for each
// statement. Metadata of unchanging names is kept in a cache that the tables of
// a catalog share.
//
// What this package does not support it refuses by name before anything is
// read or written: see refuse.go.
package paimon

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"laketop/engine/fileio"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Env is what the tables of one catalog share.
type Env struct {
	IO     fileio.FileIO
	Clock  func() time.Time // of commits; its time zone is that of system tables
	Unique func() string    // a UUID by default
	cache  *cache
}

// NewEnv makes an Env with a cache of its own.
func NewEnv(io fileio.FileIO, clock func() time.Time) *Env {
	return &Env{IO: io, Clock: clock, Unique: uuid.NewString, cache: newCache(io, cacheEntries)}
}

// Identifier names a table, one of its branches, or one of its system tables.
type Identifier struct {
	Database string
	Table    string
	Branch   string // "" = main
	System   string // "" = the table itself; else "snapshots", "files", ...
}

// String is the name as SQL writes it: db.t$branch_b$snapshots.
func (i Identifier) String() string {
	s := i.Table
	if i.Database != "" {
		s = i.Database + "." + s
	}
	if i.Branch != "" {
		s += "$branch_" + i.Branch
	}
	if i.System != "" {
		s += "$" + i.System
	}
	return s
}

// Table is one table or branch, as it was when it was loaded.
type Table struct {
	env    *Env
	id     Identifier
	dir    string
	source scan.Source
	schema *schema.Schema
	writer string       // of the names of new data files
	files  atomic.Int64 // named so far
}

// Load opens the table in folder dir (relative to the warehouse); the error is
// fileio.ErrNotExist when it is no table.
func Load(ctx context.Context, env *Env, dir string, id Identifier) (*Table, error) {
	id.System = ""
	meta := dir
	if id.Branch != "" {
		meta = fileio.Join(dir, "branch", "branch-"+id.Branch)
	}
	t := &Table{env: env, id: id, dir: dir, writer: env.Unique(), source: scan.Source{
		Name: id.String(), Dir: dir, Schemas: schema.NewManager(env.IO, meta),
		Snapshots: snapshot.NewManager(env.IO, meta), Manifests: env.cache, Kept: env.cache,
	}}
	s, err := t.source.Schemas.Latest(ctx)
	if err != nil {
		return nil, fmt.Errorf("load table %s: %w", id, err)
	}
	if s == nil {
		err := fmt.Errorf("load table %s: %w", id, fileio.ErrNotExist)
		if id.Branch != "" {
			return nil, t.noBranch(ctx, err)
		}
		return nil, err
	}
	t.schema = s
	return t, nil
}

// Identifier is the table's name, as it is spelled on disk.
func (t *Table) Identifier() Identifier { return t.id }

// Dir is the table's folder, relative to the warehouse.
func (t *Table) Dir() string { return t.dir }

// Schema is the newest schema at loading.
func (t *Table) Schema() *schema.Schema { return t.schema }

// FileIO is where the table lives.
func (t *Table) FileIO() fileio.FileIO { return t.env.IO }

// Snapshots finds the table's snapshots and tags.
func (t *Table) Snapshots() *snapshot.Manager { return t.source.Snapshots }

// Latest is the newest snapshot; nil when nothing was committed yet.
func (t *Table) Latest(ctx context.Context) (*snapshot.Snapshot, error) {
	return t.source.Snapshots.Latest(ctx)
}

// Indexes are the index files of a snapshot, deletion vectors among them; they
// are not to be changed.
func (t *Table) Indexes(ctx context.Context, s *snapshot.Snapshot) ([]manifest.IndexEntry, error) {
	if s == nil || s.IndexManifest == "" {
		return nil, nil
	}
	return t.env.cache.Index(ctx, scan.ManifestPath(t.dir, s.IndexManifest))
}

// IndexPath is where an index file lies, relative to the warehouse.
func (t *Table) IndexPath(name string) string { return fileio.Join(t.dir, "index", name) }

// NewIndexFile names a new index file: its path relative to the warehouse.
func (t *Table) NewIndexFile() (string, error) {
	if err := t.refuseWrite(); err != nil {
		return "", err
	}
	return t.IndexPath(fmt.Sprintf("index-%s-%d", t.writer, t.files.Add(1)-1)), nil
}

// Moment is a table pinned to one snapshot: what it gives does not change.
type Moment struct {
	table    *Table
	snapshot *snapshot.Snapshot
	schema   *schema.Schema
	options  scan.Options
}

// At pins the table to a moment; the zero options mean now. It refuses a table
// that cannot be read.
func (t *Table) At(ctx context.Context, opt scan.Options) (*Moment, error) {
	snap, sch, opt, err := t.source.At(ctx, opt)
	if err != nil {
		return nil, err
	}
	if err := t.refuseRead(sch); err != nil {
		return nil, err
	}
	return &Moment{t, snap, sch, opt}, nil
}

// Snapshot is the pinned snapshot; nil when nothing was committed yet.
func (m *Moment) Snapshot() *snapshot.Snapshot { return m.snapshot }

// SnapshotID is the pinned snapshot's id; 0 when nothing was committed yet.
func (m *Moment) SnapshotID() int64 {
	if m.snapshot == nil {
		return 0
	}
	return m.snapshot.ID
}

// Schema is the columns that a reader sees at this moment.
func (m *Moment) Schema() *schema.Schema { return m.schema }

// Plan finds the files to read. All predicates must hold; they serve for
// pruning only, so the reader filters again.
func (m *Moment) Plan(ctx context.Context, filter []scan.Predicate) (*scan.Plan, error) {
	return m.table.source.Plan(ctx, m.snapshot, m.schema, filter, m.options)
}

// Plan is At and Moment.Plan in one.
func (t *Table) Plan(ctx context.Context, opt scan.Options, filter ...scan.Predicate) (*scan.Plan, error) {
	m, err := t.At(ctx, opt)
	if err != nil {
		return nil, err
	}
	return m.Plan(ctx, filter)
}

// Commit makes the request the table's next snapshot. A request without user
// gets a new one and is a batch; one without time gets the clock's.
func (t *Table) Commit(ctx context.Context, r commit.Request) (*snapshot.Snapshot, error) {
	if err := t.refuseWrite(); err != nil {
		return nil, err
	}
	if r.User == "" {
		r.User, r.Identifier = "laketop-"+t.env.Unique(), commit.Batch
	}
	if r.TimeMillis == 0 {
		r.TimeMillis = t.env.Clock().UnixMilli()
	}
	s, err := commit.Commit(ctx, t.committer(), r)
	if err != nil && fileio.IsFull(err) && !errors.Is(err, commit.ErrUnknown) {
		return nil, problem.New("table.disk_full", "name", t.id.String()).Because(err)
	}
	return s, err
}

// Committed finds the snapshot of an earlier commit of a numbered series; nil
// when there is none.
func (t *Table) Committed(ctx context.Context, user string, identifier int64) (*snapshot.Snapshot, error) {
	return commit.Find(ctx, t.source.Snapshots, user, identifier)
}

// CommittedKind is Committed for one kind of commit: a write may have two
// snapshots of one identifier, what it appends and the compaction behind it.
func (t *Table) CommittedKind(ctx context.Context, user string, identifier int64, kind snapshot.Kind) (*snapshot.Snapshot, error) {
	return commit.FindKind(ctx, t.source.Snapshots, user, identifier, kind)
}

func (t *Table) committer() commit.Table {
	return commit.Table{
		Name: t.id.String(), IO: t.env.IO, Dir: t.dir, Schemas: t.source.Schemas, Snapshots: t.source.Snapshots,
		Manifests: t.env.cache, Live: t.source.Live, Unique: t.env.Unique,
	}
}
