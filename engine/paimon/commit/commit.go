// Package commit makes the next snapshot of a table.
//
//	manifest-<u>-0          the added and deleted files     written once
//	manifest-list-<u>-0     delta: names manifest-<u>-0      written once
//	loop                                                     until the snapshot is there
//	  latest snapshot L
//	  conflicts with what is live in L?                      conflict.go
//	  overwrite: deletes of what is live in L now            a delta of its own each time
//	  index-manifest-<u>-n  all index files, if they change  index.go
//	  manifest-list-<u>-n   base: all manifests of L         merge.go
//	  snapshot-<L+1>        created exclusively: the commit
//	  LATEST
//
// Who loses the race reads the fresh parent and tries again: what it deletes is
// computed from the snapshot it builds on, so no other writer's rows are lost
// and none come back. An error while the snapshot is created leaves its outcome
// unknown: it is looked up by (user, identifier, kind) before anything else,
// and nothing that it may name is removed.
//
// Files of attempts that lost for certain are removed as far as possible;
// others are left to orphan cleaning.
//
// Source: PAIMON.md 7.1, 7.2, 7.4.
package commit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// Batch is the identifier of a commit that is not one of a numbered series. Its
// user must be new for each commit.
const Batch int64 = math.MaxInt64

// Defaults of Paimon for waiting between tries.
const (
	DefaultRetries = 10
	minWait        = 10 * time.Millisecond
	maxWait        = 10 * time.Second
)

// ErrUnknown marks a commit whose snapshot may or may not have arrived: keep
// every file it names.
var ErrUnknown = errors.New("outcome unknown")

// Table is a table as a commit sees it.
type Table struct {
	Name      string // for messages
	IO        fileio.FileIO
	Dir       string // the table's folder
	Schemas   *schema.Manager
	Snapshots *snapshot.Manager
	Manifests interface {
		Manifest(ctx context.Context, path string, sizeBytes int64) ([]manifest.Entry, error)
		List(ctx context.Context, path string, sizeBytes int64) ([]manifest.ManifestMeta, error)
		Index(ctx context.Context, path string) ([]manifest.IndexEntry, error)
	}
	// Live gives the live files of a snapshot; keep as in scan.Source.Live.
	Live func(ctx context.Context, s *snapshot.Snapshot, keep func(manifest.ManifestMeta) bool) ([]manifest.Entry, error)
	// Unique makes a name part that no other writer uses (a UUID).
	Unique func() string
}

// Request is what a commit shall do.
type Request struct {
	User       string           // stable in a numbered series, else new for each commit
	Identifier int64            // Batch, or the number in the series
	Kind       snapshot.Kind    // COMPACT and ANALYZE are named; "" = OVERWRITE when something is taken away, else APPEND
	Added      []manifest.Entry // new files
	Deleted    []manifest.Entry // files to take away; each must be live, else it is a conflict
	Changelog  []manifest.Entry // new changelog files
	// IndexRemoved must be in the latest index manifest, else it is a conflict;
	// IndexAdded takes its place.
	IndexAdded   []manifest.IndexEntry
	IndexRemoved []manifest.IndexEntry
	Overwrite    *Overwrite // nil: what is there stays
	Statistics   string     // file of ANALYZE, and Kind is ANALYZE; "" = the parent's while the schema is the same
	Watermark    *int64     // nil: the parent's
	TimeMillis   int64      // wall clock; the snapshot is never older than its parent
	Operation    string     // WRITE, DELETE, UPDATE, MERGE; "" = WRITE
	Properties   map[string]string
	Retries      int  // tries after a lost race; 0 = DefaultRetries, negative = none
	Manifests    bool // write all manifests anew, without what was deleted again; Kind is COMPACT
}

// Overwrite says which live files a commit replaces. The zero value replaces
// the whole table.
type Overwrite struct {
	// Partition names values of partition keys (a null is nil): every file of a
	// partition that has them all is replaced, by nothing too. Empty: all files.
	Partition map[string]any
	// Partitions are more of them: a file of any is replaced.
	Partitions []map[string]any
	// Dynamic replaces exactly the partitions that Added has files in; a table
	// without partitions is replaced whole.
	Dynamic bool
}

// kind is APPEND only for a commit that takes nothing away.
func (r *Request) kind() snapshot.Kind {
	if r.Kind != "" {
		return r.Kind
	}
	if r.Overwrite != nil || len(r.Deleted) > 0 || r.changesVectors() {
		return snapshot.Overwrite
	}
	return snapshot.Append
}

// validate refuses a request that contradicts itself.
func (r *Request) validate() error {
	taken := len(r.Deleted) > 0 || r.changesVectors()
	switch {
	case r.Overwrite != nil && len(r.Deleted) > 0:
		return errors.New("a commit cannot both overwrite and delete named files")
	case r.Overwrite != nil && len(r.IndexRemoved) > 0:
		return errors.New("a commit cannot both overwrite and remove named index files")
	case r.Overwrite != nil && len(r.Changelog) > 0:
		return errors.New("an overwrite has no changelog")
	case r.Kind == snapshot.Append && (taken || r.Overwrite != nil):
		return errors.New("a commit that takes something away is no APPEND")
	case r.Kind == snapshot.Compact && r.Overwrite != nil:
		return errors.New("a compaction names the files that it replaces")
	case (r.Kind == snapshot.Analyze) != (r.Statistics != ""):
		return errors.New("statistics come with a commit of kind ANALYZE")
	case r.Kind == snapshot.Analyze:
		if taken || r.Overwrite != nil || len(r.Added)+len(r.Changelog)+len(r.IndexAdded) > 0 {
			return errors.New("an analysis changes no files")
		}
	case r.Kind != "" && r.Kind != snapshot.Append && r.Kind != snapshot.Compact && r.Kind != snapshot.Overwrite:
		return fmt.Errorf("commits of kind %s are not made here", r.Kind)
	}
	return nil
}

// empty tells that there is nothing to commit.
func (r *Request) empty() bool {
	return !r.Manifests && r.Statistics == "" && len(r.Added)+len(r.Deleted)+len(r.Changelog)+len(r.IndexAdded)+len(r.IndexRemoved) == 0 && (r.Overwrite == nil || r.Overwrite.Dynamic)
}

// Commit makes the request the table's next snapshot and gives it. An empty
// request changes nothing and gives the latest snapshot, nil without one.
//
// After an error that is not ErrUnknown nothing was changed. Another writer in
// the way is the problem table.conflict, an unknown outcome table.commit_unknown.
func Commit(ctx context.Context, t Table, r Request) (*snapshot.Snapshot, error) {
	if r.Overwrite != nil && r.Overwrite.Dynamic {
		s, err := t.Schemas.Latest(ctx)
		if err != nil {
			return nil, err
		}
		if len(s.PartitionKeys) == 0 { // its one partition is the whole table
			r.Overwrite = &Overwrite{}
		}
	}
	if r.empty() {
		return t.Snapshots.Latest(ctx)
	}
	if err := r.validate(); err != nil {
		return nil, err
	}
	a := &attempt{table: t, request: r, unique: t.Unique(), uuid: t.Unique()}
	s, err := a.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("commit to %s: %w", t.Name, err)
	}
	return s, nil
}

// Find looks for the snapshot of an earlier commit of a numbered series by its
// user and identifier, from the newest back; nil when there is none that is
// still kept. Of a write of two snapshots it is the later one, the compaction.
// Identifiers of a user only grow, so a smaller one ends the search.
func Find(ctx context.Context, m *snapshot.Manager, user string, identifier int64) (*snapshot.Snapshot, error) {
	return FindKind(ctx, m, user, identifier, "")
}

// FindKind is Find for one kind of commit; "" is any.
func FindKind(ctx context.Context, m *snapshot.Manager, user string, identifier int64, kind snapshot.Kind) (*snapshot.Snapshot, error) {
	last, err := m.LatestID(ctx)
	if err != nil {
		return nil, err
	}
	for id := last; id >= 1; id-- {
		s, err := m.ByID(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			return nil, nil // expired
		}
		if err != nil {
			return nil, err
		}
		if s.CommitUser != user || s.CommitIdentifier > identifier {
			continue
		}
		if s.CommitIdentifier < identifier {
			return nil, nil
		}
		if kind == "" || s.CommitKind == kind {
			return s, nil
		}
	}
	return nil, nil
}
