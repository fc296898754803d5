package commit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// ErrConflict is the cause of the problem table.conflict: what another writer
// did does not go together with this commit. A new plan on the fresh snapshot
// may.
var ErrConflict = errors.New("another writer is in the way")

func (a *attempt) conflict(why problem.Phrase) error {
	return problem.New("table.conflict", "name", a.table.Name).With("why", why).Because(ErrConflict)
}

// bucketOf is one bucket of one partition.
type bucketOf struct {
	partition string
	bucket    int32
}

// level is one level of one bucket.
type level struct {
	bucketOf
	level int32
}

// check refuses a change that does not go together with what is live in parent.
//
//	a file that is deleted is live, one that is added is not
//	all files of a partition count the same buckets
//	the files of one level above 0 of a bucket do not overlap in keys
//	a deletion vector belongs to a live file, and a file goes with its vector
//
// A commit that only adds files, of level 0 and with the bucket count that the
// table always had, meets all of it by itself.
func (a *attempt) check(ctx context.Context, sch *schema.Schema, parent *snapshot.Snapshot, gone []manifest.Entry) error {
	needed, err := a.needsCheck(ctx, sch, gone)
	if err != nil || !needed {
		return err
	}
	after, err := a.after(ctx, parent, gone)
	if err != nil {
		return err
	}
	if err := a.checkBuckets(after); err != nil {
		return err
	}
	if err := a.checkLevels(sch, after); err != nil {
		return err
	}
	return a.checkVectors(ctx, sch, parent, gone, after)
}

func (a *attempt) needsCheck(ctx context.Context, sch *schema.Schema, gone []manifest.Entry) (bool, error) {
	if len(gone) > 0 || a.request.changesVectors() {
		return true, nil
	}
	buckets := int32(-1)
	for i := range a.request.Added {
		e := &a.request.Added[i]
		if e.File.Level > 0 || buckets > 0 && e.TotalBuckets != buckets {
			return true, nil
		}
		buckets = e.TotalBuckets
	}
	if buckets <= 0 {
		return false, nil
	}
	for id := range sch.ID + 1 {
		s, err := a.table.Schemas.ByID(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if s.Bucket() != int(buckets) {
			return true, nil
		}
	}
	return false, nil
}

// after is what is live after the commit in the partitions that it touches.
func (a *attempt) after(ctx context.Context, parent *snapshot.Snapshot, gone []manifest.Entry) ([]manifest.Entry, error) {
	touched := map[string]bool{}
	leaving, entering := map[manifest.Key]bool{}, map[manifest.Key]bool{}
	for i := range gone {
		touched[string(gone[i].Partition)] = true
		leaving[gone[i].Key()] = true
	}
	for i := range a.request.Added {
		touched[string(a.request.Added[i].Partition)] = true
		entering[a.request.Added[i].Key()] = true
	}
	for i := range a.request.IndexAdded {
		touched[string(a.request.IndexAdded[i].Partition)] = true
	}
	var live, after []manifest.Entry
	if parent != nil {
		var err error
		if live, err = a.table.Live(ctx, parent, nil); err != nil {
			return nil, err
		}
	}
	for i := range live {
		e := &live[i]
		if !touched[string(e.Partition)] {
			continue
		}
		key := e.Key()
		switch {
		case leaving[key]:
			delete(leaving, key)
		case entering[key]:
			return nil, a.conflict(problem.Say("table.file_there", "file", e.File.FileName))
		default:
			after = append(after, *e)
		}
	}
	for i := range gone { // in order, so that the message is always the same
		if leaving[gone[i].Key()] {
			return nil, a.conflict(problem.Say("table.file_gone", "file", gone[i].File.FileName))
		}
	}
	return append(after, a.request.Added...), nil
}

// checkBuckets compares the bucket counts of new files with those of the others
// in their partition.
func (a *attempt) checkBuckets(after []manifest.Entry) error {
	counts := map[string]int32{}
	for i := range a.request.Added {
		e := &a.request.Added[i]
		counts[string(e.Partition)] = e.TotalBuckets
	}
	for i := range after {
		e := &after[i]
		if n, ok := counts[string(e.Partition)]; ok && n != e.TotalBuckets {
			return a.conflict(problem.Say("table.bucket_counts", "there", strconv.Itoa(int(e.TotalBuckets)), "new", strconv.Itoa(int(n))))
		}
	}
	return nil
}

// checkLevels holds the files of each level that the commit adds to apart.
func (a *attempt) checkLevels(sch *schema.Schema, after []manifest.Entry) error {
	runs := map[level][]*manifest.Entry{}
	for i := range a.request.Added {
		if e := &a.request.Added[i]; e.File.Level > 0 {
			runs[level{bucketOf{string(e.Partition), e.Bucket}, e.File.Level}] = nil
		}
	}
	if len(runs) == 0 {
		return nil
	}
	for i := range after {
		e := &after[i]
		at := level{bucketOf{string(e.Partition), e.Bucket}, e.File.Level}
		if run, ok := runs[at]; ok {
			runs[at] = append(run, e)
		}
	}
	types := make([]datatype.Type, 0, len(sch.PrimaryKeys))
	for _, f := range sch.KeyFields() {
		types = append(types, f.Type.Nullable())
	}
	for at, run := range runs {
		if err := a.checkRun(types, at, run); err != nil {
			return err
		}
	}
	return nil
}

// keyRange is the first and the last key of a file.
type keyRange struct {
	file     string
	min, max []any
}

func (a *attempt) checkRun(types []datatype.Type, at level, run []*manifest.Entry) error {
	ranges := make([]keyRange, len(run))
	for i, e := range run {
		r := keyRange{file: e.File.FileName}
		var err error
		if r.min, err = binaryrow.Decode(types, e.File.MinKey); err == nil {
			r.max, err = binaryrow.Decode(types, e.File.MaxKey)
		}
		if err != nil {
			return fmt.Errorf("keys of %s: %w", e.File.FileName, err)
		}
		ranges[i] = r
	}
	var failed error
	slices.SortFunc(ranges, func(x, y keyRange) int {
		c, err := compareKeys(x.min, y.min)
		if err != nil {
			failed = err
		}
		return c
	})
	for i := 1; i < len(ranges) && failed == nil; i++ {
		c, err := compareKeys(ranges[i-1].max, ranges[i].min)
		if failed = err; err == nil && c >= 0 {
			return a.conflict(problem.Say("table.files_overlap", "one", ranges[i-1].file, "other", ranges[i].file, "level", strconv.Itoa(int(at.level))))
		}
	}
	return failed
}

func compareKeys(x, y []any) (int, error) {
	for i := range x {
		switch {
		case x[i] == nil && y[i] == nil:
			continue
		case x[i] == nil:
			return -1, nil
		case y[i] == nil:
			return 1, nil
		}
		if c, err := binaryrow.Compare(x[i], y[i]); c != 0 || err != nil {
			return c, err
		}
	}
	return 0, nil
}

// checkVectors holds vectors and files together: rows of a file that is gone
// cannot be deleted any more, and a file whose rows were deleted meanwhile may
// not be replaced by one that still has them.
func (a *attempt) checkVectors(ctx context.Context, sch *schema.Schema, parent *snapshot.Snapshot, gone, after []manifest.Entry) error {
	if len(gone) == 0 && !a.request.changesVectors() {
		return nil
	}
	before, err := a.index(ctx, parent)
	if err != nil {
		return err
	}
	index, err := a.combined(sch, before)
	if err != nil {
		return err
	}
	type name struct {
		bucketOf
		file string
	}
	live := map[name]bool{}
	for i := range after {
		live[name{bucketOf{string(after[i].Partition), after[i].Bucket}, after[i].File.FileName}] = true
	}
	dead := map[name]bool{}
	for i := range gone {
		if n := (name{bucketOf{string(gone[i].Partition), gone[i].Bucket}, gone[i].File.FileName}); !live[n] { // else it changed its level
			dead[n] = true
		}
	}
	added := len(index) - len(a.request.IndexAdded)
	for i := range index {
		e := &index[i]
		if e.Type != manifest.IndexVectors {
			continue
		}
		for _, v := range e.Vectors {
			n := name{bucketOf{string(e.Partition), e.Bucket}, v.File}
			if dead[n] && i < added {
				return a.conflict(problem.Say("table.file_rows_deleted", "file", v.File))
			}
			if i >= added && !live[n] {
				return a.conflict(problem.Say("table.file_gone", "file", v.File))
			}
		}
	}
	return nil
}
