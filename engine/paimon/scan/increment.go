package scan

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Mode is how the changes between two moments are found.
type Mode string

// The modes, as the option incremental-between-scan-mode names them.
const (
	Auto      Mode = "auto"      // changelog where the table keeps one, else delta
	Delta     Mode = "delta"     // the records of APPEND commits as they were written
	Changelog Mode = "changelog" // the records of changelog files
	Diff      Mode = "diff"      // the rows that differ
)

// Between names two moments; the first is not part of what lies between.
type Between struct {
	From, To         string    // ids, or tags; "" = by time
	FromTime, ToTime time.Time // the snapshots not after them
	// ToAutoTag is a tag that the table made itself, in place of To; From is the one
	// before it. Package paimon knows them.
	ToAutoTag string
	Mode      Mode // "" = Auto
}

// Increment is what happened between two moments.
type Increment struct {
	Mode          Mode // never Auto
	Schema        *schema.Schema
	From, To      *snapshot.Snapshot // From is nil where the table begins
	Files         []PlannedFile      // Delta, Changelog: in order of their commits
	Before, After *Plan              // Diff
}

// Increment finds what lies between two moments. Level 0 belongs to it also where
// a batch reader does not see it: Paimon 1 leaves it out, and so shows nothing of
// a table with deletion vectors, Paimon 2 does not.
//
// Predicates serve for pruning
// only: by partition, and by column where records are given as they are.
func (s Source) Increment(ctx context.Context, sch *schema.Schema, b Between, filter []Predicate) (*Increment, error) {
	inc := &Increment{Mode: b.Mode, Schema: sch}
	tags := false
	var err error
	if b.From != "" || b.To != "" {
		tags, err = s.ends(ctx, b, inc)
	} else {
		err = s.endsByTime(ctx, b, inc)
	}
	if err != nil {
		return nil, err
	}
	if inc.Mode == "" || inc.Mode == Auto {
		inc.Mode = Delta
		if sch.ChangelogProducer() != "none" {
			inc.Mode = Changelog
		}
	}
	if tags {
		inc.Mode = Diff // tags may outlive the snapshots between them
	}
	if inc.To == nil {
		return inc, nil
	}
	switch inc.Mode {
	case Diff:
		by := rulesOf(sch, false)
		by.skipFresh = false
		if inc.Before, err = s.planBy(ctx, inc.From, sch, keysOnly(sch, filter), by); err == nil {
			inc.After, err = s.planBy(ctx, inc.To, sch, keysOnly(sch, filter), by)
		}
	case Delta, Changelog:
		inc.Files, err = s.committed(ctx, inc, filter)
	default:
		err = problem.New("scan.option", "key", "incremental-between-scan-mode", "value", string(b.Mode))
	}
	return inc, err
}

// keysOnly are the predicates that rule out the same rows of every moment.
func keysOnly(sch *schema.Schema, filter []Predicate) []Predicate {
	var out []Predicate
	for _, p := range filter {
		for _, k := range append(append([]string{}, sch.PrimaryKeys...), sch.PartitionKeys...) {
			if k == p.Column {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// ends finds two moments by name; tags tells that both are tags.
func (s Source) ends(ctx context.Context, b Between, inc *Increment) (tags bool, err error) {
	from, err := s.Snapshots.Tag(ctx, b.From)
	if err != nil && !errors.Is(err, fileio.ErrNotExist) {
		return false, err
	}
	to, err := s.Snapshots.Tag(ctx, b.To)
	if err != nil && !errors.Is(err, fileio.ErrNotExist) {
		return false, err
	}
	if from != nil && to != nil {
		inc.From, inc.To = from.Snapshot, to.Snapshot
		return true, s.ordered(inc.From.ID, inc.To.ID)
	}
	low, err1 := strconv.ParseInt(strings.TrimSpace(b.From), 10, 64)
	high, err2 := strconv.ParseInt(strings.TrimSpace(b.To), 10, 64)
	if err1 != nil || err2 != nil {
		return false, problem.New("scan.between", "name", s.Name, "from", b.From, "to", b.To)
	}
	if err := s.ordered(low, high); err != nil {
		return false, err
	}
	if inc.To, err = s.Snapshots.ByID(ctx, high); err != nil {
		return false, err
	}
	if low > 0 {
		inc.From, err = s.Snapshots.ByID(ctx, low)
		if before := low + 1; errors.Is(err, fileio.ErrNotExist) {
			_, err = s.Snapshots.ByID(ctx, before) // the last that expired: what came after it is all there
		}
	}
	return false, err
}

func (s Source) ordered(low, high int64) error {
	if low > high {
		return problem.New("scan.between", "name", s.Name, "from", strconv.FormatInt(low, 10), "to", strconv.FormatInt(high, 10))
	}
	return nil
}

func (s Source) endsByTime(ctx context.Context, b Between, inc *Increment) (err error) {
	if b.FromTime.After(b.ToTime) {
		return problem.New("scan.between", "name", s.Name, "from", b.FromTime.String(), "to", b.ToTime.String())
	}
	all, err := s.Snapshots.All(ctx)
	for _, snap := range all {
		if snap.TimeMillis <= b.FromTime.UnixMilli() {
			inc.From = snap
		}
		if snap.TimeMillis <= b.ToTime.UnixMilli() {
			inc.To = snap
		}
	}
	return err
}

// committed are the files of records that commits between the moments added.
func (s Source) committed(ctx context.Context, inc *Increment, filter []Predicate) ([]PlannedFile, error) {
	p := newPruner(s, inc.Schema, filter)
	p.rules = rulesOf(inc.Schema, false)
	first := int64(1)
	if inc.From != nil {
		first = inc.From.ID + 1
	} else if id, err := s.Snapshots.EarliestID(ctx); err != nil {
		return nil, err
	} else if id > 0 {
		first = id
	}
	var out []PlannedFile
	for id := first; id <= inc.To.ID; id++ {
		snap, err := s.Snapshots.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		entries, err := s.records(ctx, snap, inc.Mode)
		if err != nil {
			return nil, err
		}
		for i := range entries {
			f, keep, err := p.file(ctx, &entries[i])
			if err != nil {
				return nil, err
			}
			if keep && !f.NoMatch && entries[i].Bucket >= 0 {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// records are the entries of the files that one snapshot gives readers of
// changes.
func (s Source) records(ctx context.Context, snap *snapshot.Snapshot, mode Mode) ([]manifest.Entry, error) {
	list := snap.DeltaList()
	if mode == Changelog {
		list = snap.ChangelogList()
		if snap.CommitKind == snapshot.Overwrite {
			return nil, nil
		}
	} else if snap.CommitKind != snapshot.Append {
		return nil, nil // a compaction changes no row; an overwrite is no change that a reader follows
	}
	if list.Name == "" {
		return nil, nil
	}
	metas, err := s.Manifests.List(ctx, s.manifestPath(list.Name), list.SizeBytes)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(ctx, metas)
	if err != nil {
		return nil, err
	}
	live, _ := manifest.Live(entries)
	return live, nil
}
