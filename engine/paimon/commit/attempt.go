package commit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cenkalti/backoff/v5"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// unknownTries is how often a try of unknown outcome is made again: creating
// the same snapshot once more tells what became of the first.
const unknownTries = 3

// attempt is one commit through all its tries.
type attempt struct {
	table   Table
	request Request
	unique  string   // of the file names
	uuid    string   // of the snapshot: the same in every try
	files   int      // names given so far
	written []string // files that no snapshot names, as far as is known
	added   *delta   // of a request without overwrite: every try uses it
	changes *delta   // of its changelog, likewise
	base    []string // files of this try only: base list, merged manifests, index manifest

	tried     bool  // on the snapshot triedOn, whose place another writer took
	triedOn   int64 // 0 = the empty table
	unknownID int64 // the snapshot of a try of unknown outcome; 0 = none
	unknown   *delta
	unknowns  int
}

// run tries until the snapshot is there, the tries are used up, or trying again
// cannot help.
func (a *attempt) run(ctx context.Context) (*snapshot.Snapshot, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval, wait.Multiplier = minWait, maxWait, 2
	s, err := backoff.Retry(ctx, func() (*snapshot.Snapshot, error) {
		s, err := a.once(ctx)
		if err != nil && !a.again(err) {
			err = backoff.Permanent(err)
		}
		return s, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(a.tries()), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return s, nil
	}
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		err = permanent.Err
	}
	return nil, a.failed(ctx, err)
}

func (a *attempt) again(err error) bool {
	return errors.Is(err, snapshot.ErrConflict) || errors.Is(err, ErrUnknown) && a.unknowns < unknownTries
}

func (a *attempt) tries() uint {
	switch n := a.request.Retries; {
	case n < 0:
		return 1
	case n == 0:
		return DefaultRetries + 1
	default:
		return uint(n) + 1
	}
}

// failed words the end of a commit that did not succeed, and removes what it
// wrote if that is certain.
func (a *attempt) failed(ctx context.Context, err error) error {
	if a.unknownID != 0 {
		if !errors.Is(err, ErrUnknown) {
			err = fmt.Errorf("%w: %w", ErrUnknown, err)
		}
		why, _ := strings.CutPrefix(err.Error(), ErrUnknown.Error()+": ")
		return problem.New("table.commit_unknown", "name", a.table.Name).With("why", problem.Say("table.outcome_unknown", "why", why)).Because(err)
	}
	a.discard(ctx, slices.Clone(a.written))
	if errors.Is(err, snapshot.ErrConflict) {
		return problem.New("table.conflict", "name", a.table.Name).With("why", problem.Say("table.others_faster")).Because(errors.Join(ErrConflict, err))
	}
	return err
}

// once makes one try on the latest snapshot. snapshot.ErrConflict says that
// another writer was faster, ErrUnknown that it is not known.
func (a *attempt) once(ctx context.Context) (*snapshot.Snapshot, error) {
	a.base = nil
	parent, err := a.table.Snapshots.Latest(ctx)
	if err != nil {
		return nil, err
	}
	if s, err := a.landed(ctx, parent); s != nil || err != nil {
		return s, err
	}
	if s, err := a.repeated(ctx, parent); s != nil || err != nil {
		return s, err
	}
	next, d, err := a.build(ctx, parent)
	if err != nil {
		if parent != nil && a.expired(ctx, parent) { // what it names went while it was read
			return nil, errors.Join(snapshot.ErrConflict, err)
		}
		return nil, err
	}
	if err := a.late(ctx, parent); err != nil {
		a.lost(ctx, d)
		return nil, err
	}
	return a.publish(ctx, next, d)
}

// late is the conflict of a try whose parent has expired, or that saw an empty
// table which is none any more: its snapshot's id was used before (overtaken).
// Found out before the snapshot is there, nobody else meets it.
func (a *attempt) late(ctx context.Context, parent *snapshot.Snapshot) error {
	if parent == nil {
		latest, err := a.table.Snapshots.LatestID(ctx)
		if err != nil || latest == 0 {
			return err
		}
	} else if !a.expired(ctx, parent) {
		return nil
	}
	return fmt.Errorf("the table has moved on: %w", snapshot.ErrConflict)
}

// build writes everything that the next snapshot on parent names.
func (a *attempt) build(ctx context.Context, parent *snapshot.Snapshot) (*snapshot.Snapshot, *delta, error) {
	sch, err := a.table.Schemas.Latest(ctx)
	if err != nil {
		return nil, nil, err
	}
	d, err := a.deltaOn(ctx, sch, parent)
	if err != nil {
		return nil, nil, err
	}
	changes, err := a.changelog(ctx, sch)
	if err != nil {
		return nil, nil, err
	}
	next := a.next(sch, parent, d, changes)
	if err := a.writeIndex(ctx, sch, parent, next); err != nil {
		return nil, nil, err
	}
	return next, d, a.writeBase(ctx, sch, parent, next)
}

// expired tells whether a snapshot is gone; what cannot be asked is not.
func (a *attempt) expired(ctx context.Context, s *snapshot.Snapshot) bool {
	there, err := a.table.Snapshots.Exists(ctx, s.ID)
	return err == nil && !there
}

// repeated looks through the snapshots that came in between for this very commit
// of a numbered series, made by another process: it is not made twice.
func (a *attempt) repeated(ctx context.Context, parent *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	from, tried := a.triedOn+1, a.tried
	a.tried, a.triedOn = true, 0
	if parent != nil {
		a.triedOn = parent.ID
	}
	if !tried || a.request.Identifier == Batch {
		return nil, nil
	}
	for id := from; id <= a.triedOn; id++ {
		s, err := a.table.Snapshots.ByID(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			continue // it expired
		}
		if err != nil {
			return nil, err
		}
		if s.CommitUser == a.request.User && s.CommitIdentifier == a.request.Identifier && s.CommitKind == a.request.kind() {
			a.discard(ctx, slices.Clone(a.written))
			return s, nil
		}
	}
	return nil, nil
}

// landed finds out what became of a try of unknown outcome, now that the table
// has moved on: the snapshot that it would have made is ours, or it is not.
func (a *attempt) landed(ctx context.Context, parent *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	if a.unknownID == 0 || parent == nil || parent.ID < a.unknownID {
		return nil, nil
	}
	s, err := a.table.Snapshots.ByID(ctx, a.unknownID)
	if err != nil {
		return nil, err
	}
	a.unknownID = 0
	if a.isOurs(s) {
		return a.published(ctx, s, a.unknown)
	}
	return nil, nil
}

func (a *attempt) isOurs(s *snapshot.Snapshot) bool {
	return s.SameCommit(&snapshot.Snapshot{
		UUID: a.uuid, CommitUser: a.request.User, CommitIdentifier: a.request.Identifier, CommitKind: a.request.kind(),
	})
}

// next is the snapshot after parent, without its base list and index.
func (a *attempt) next(sch *schema.Schema, parent *snapshot.Snapshot, d, changes *delta) *snapshot.Snapshot {
	s := &snapshot.Snapshot{
		Version: snapshot.Version, UUID: a.uuid, ID: 1, SchemaID: sch.ID,
		DeltaManifestList: d.list, DeltaManifestListSize: &d.listSize,
		CommitUser: a.request.User, CommitIdentifier: a.request.Identifier, CommitKind: a.request.kind(),
		TimeMillis: a.request.TimeMillis, TotalRecordCount: d.rows, DeltaRecordCount: d.rows,
		Watermark: a.request.Watermark, Properties: a.request.Properties, Operation: a.request.Operation,
		Statistics: a.request.Statistics,
	}
	if s.Operation == "" && s.CommitKind != snapshot.Compact && s.CommitKind != snapshot.Analyze {
		s.Operation = "WRITE"
	}
	if changes != nil {
		s.ChangelogManifestList, s.ChangelogManifestListSize, s.ChangelogRecordCount = changes.list, &changes.listSize, &changes.rows
	}
	if parent == nil {
		return s
	}
	s.ID = parent.ID + 1
	s.TimeMillis = max(s.TimeMillis, parent.TimeMillis)
	s.TotalRecordCount += parent.TotalRecordCount
	s.IndexManifest, s.NextRowID = parent.IndexManifest, parent.NextRowID
	if s.Watermark == nil || parent.Watermark != nil && *parent.Watermark > *s.Watermark {
		s.Watermark = parent.Watermark
	}
	if s.Statistics == "" && parent.SchemaID == sch.ID {
		s.Statistics = parent.Statistics
	}
	return s
}

// publish creates the snapshot and finds out what became of it.
func (a *attempt) publish(ctx context.Context, s *snapshot.Snapshot, d *delta) (*snapshot.Snapshot, error) {
	err := a.table.Snapshots.Publish(ctx, s)
	if err == nil {
		return a.published(ctx, s, d)
	}
	ctx = context.WithoutCancel(ctx) // what became of it must be known also when nobody waits
	conflict := errors.Is(err, snapshot.ErrConflict)
	if conflict && a.unknownID == 0 {
		a.lost(ctx, d)
		return nil, err
	}
	there, readErr := a.table.Snapshots.ByID(ctx, s.ID)
	switch {
	case readErr == nil && a.isOurs(there):
		a.unknownID = 0
		return a.published(ctx, there, d)
	case readErr == nil: // another writer's: ours cannot come any more
		a.unknownID = 0
		a.lost(ctx, d)
		return nil, errors.Join(snapshot.ErrConflict, err)
	case errors.Is(readErr, fileio.ErrNotExist) && !conflict && a.synchronous():
		return nil, err
	}
	return nil, a.inDoubt(s, d, err)
}

// inDoubt notes that a snapshot may be there, or may stay there.
func (a *attempt) inDoubt(s *snapshot.Snapshot, d *delta, err error) error {
	a.unknownID, a.unknown, a.unknowns = s.ID, d, a.unknowns+1
	a.named(d)
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// synchronous tells a storage where nothing arrives later: what is not there
// when a call has failed never will be.
func (a *attempt) synchronous() bool {
	_, ok := a.table.IO.(fileio.Local)
	return ok
}

// lost removes the files of a try that no snapshot names: its base list, and a
// delta that was made for this parent only.
func (a *attempt) lost(ctx context.Context, d *delta) {
	names := slices.Clone(a.base)
	a.base = nil
	if d != a.added {
		names = append(names, d.files...)
	}
	a.discard(ctx, names)
}

// named keeps the files that a snapshot of unknown outcome may name.
func (a *attempt) named(d *delta) {
	a.written = slices.DeleteFunc(a.written, func(name string) bool {
		return slices.Contains(a.base, name) || slices.Contains(d.files, name) || a.changes != nil && slices.Contains(a.changes.files, name)
	})
}

// discard removes files that no snapshot names, those of them that this commit
// still counts as its own. What cannot be removed stays as an orphan.
func (a *attempt) discard(ctx context.Context, names []string) {
	ctx = context.WithoutCancel(ctx)
	for _, name := range names {
		if i := slices.Index(a.written, name); i >= 0 {
			a.written = slices.Delete(a.written, i, i+1)
			_ = a.table.IO.Remove(ctx, a.path(name))
		}
	}
}

func (a *attempt) path(name string) string { return fileio.Join(a.table.Dir, "manifest", name) }

// name gives a new file a name and notes it as written.
func (a *attempt) name(prefix string) string {
	name := prefix + a.unique + "-" + strconv.Itoa(a.files)
	a.files++
	a.written = append(a.written, name)
	return name
}

// writeBase writes the list of every manifest of the parent, merged where there
// are many.
func (a *attempt) writeBase(ctx context.Context, sch *schema.Schema, parent, next *snapshot.Snapshot) error {
	var metas []manifest.ManifestMeta
	if parent != nil {
		for _, list := range parent.Lists() {
			more, err := a.table.Manifests.List(ctx, a.path(list.Name), list.SizeBytes)
			if err != nil {
				return err
			}
			metas = append(metas, more...)
		}
	}
	metas, err := a.merge(ctx, sch, metas)
	if err != nil {
		return err
	}
	next.BaseManifestList = a.name("manifest-list-")
	a.base = append(a.base, next.BaseManifestList)
	size, err := manifest.WriteList(ctx, a.table.IO, a.path(next.BaseManifestList), metas)
	next.BaseManifestListSize = &size
	return err
}
