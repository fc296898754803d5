package commit

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// manifestEntries is how many entries one manifest takes: about the 8 MiB at
// which Paimon starts the next.
const manifestEntries = 20_000

// delta is what a commit changes, as manifests.
type delta struct {
	list     string
	listSize int64
	rows     int64    // added minus deleted
	files    []string // all names written, the list included
}

// deltaOn gives the change to make on parent. Without an overwrite it is the
// same for every parent, but for the check that what it deletes is still live.
func (a *attempt) deltaOn(ctx context.Context, parent *snapshot.Snapshot) (*delta, error) {
	sch, err := a.table.Schemas.Latest(ctx)
	if err != nil {
		return nil, err
	}
	if a.request.Overwrite == nil {
		if err := a.checkDeleted(ctx, parent); err != nil {
			return nil, err
		}
		if a.added == nil {
			a.added, err = a.write(ctx, sch, slices.Concat(deletesOf(a.request.Deleted), a.request.Added))
		}
		return a.added, err
	}
	gone, err := a.overwritten(ctx, sch, parent)
	if err != nil {
		return nil, err
	}
	return a.write(ctx, sch, slices.Concat(gone, a.request.Added))
}

// checkDeleted refuses a delete of a file that is not live, and an add of one
// that is.
func (a *attempt) checkDeleted(ctx context.Context, parent *snapshot.Snapshot) error {
	if len(a.request.Deleted) == 0 {
		return nil
	}
	live := map[manifest.Key]bool{}
	if parent != nil {
		entries, err := a.table.Live(ctx, parent, nil)
		if err != nil {
			return err
		}
		for i := range entries {
			live[entries[i].Key()] = true
		}
	}
	for _, e := range a.request.Deleted {
		if !live[e.Key()] {
			return problem.New("table.conflict", "name", a.table.Name, "why", "file "+e.File.FileName+" is gone")
		}
		delete(live, e.Key())
	}
	for _, e := range a.request.Added {
		if live[e.Key()] {
			return problem.New("table.conflict", "name", a.table.Name, "why", "file "+e.File.FileName+" is there already")
		}
	}
	return nil
}

func deletesOf(entries []manifest.Entry) []manifest.Entry {
	gone := make([]manifest.Entry, len(entries))
	for i, e := range entries {
		gone[i] = manifest.DeleteOf(e)
	}
	return gone
}

// overwritten is a DELETE for every file that is live in parent and that the
// overwrite replaces.
func (a *attempt) overwritten(ctx context.Context, sch *schema.Schema, parent *snapshot.Snapshot) ([]manifest.Entry, error) {
	replaced, err := a.replaces(sch)
	if err != nil || parent == nil {
		return nil, err
	}
	live, err := a.table.Live(ctx, parent, nil)
	if err != nil {
		return nil, err
	}
	var gone []manifest.Entry
	for _, e := range live {
		hit, err := replaced(e.Partition)
		if err != nil {
			return nil, err
		}
		if hit {
			gone = append(gone, manifest.DeleteOf(e))
		}
	}
	return gone, nil
}

// replaces tells which partitions the overwrite replaces, and refuses new files
// outside of them.
func (a *attempt) replaces(sch *schema.Schema) (func(row []byte) (bool, error), error) {
	o := a.request.Overwrite
	if o.Dynamic {
		written := map[string]bool{}
		for _, e := range a.request.Added {
			written[string(e.Partition)] = true
		}
		return func(row []byte) (bool, error) { return written[string(row)], nil }, nil
	}
	if len(o.Partition) == 0 {
		return func([]byte) (bool, error) { return true, nil }, nil
	}
	match, err := matcher(a.table.Name, sch, o.Partition)
	if err != nil {
		return nil, err
	}
	for _, e := range a.request.Added {
		inside, err := match(e.Partition)
		if err != nil {
			return nil, err
		}
		if !inside {
			return nil, problem.New("table.conflict", "name", a.table.Name, "why", "file "+e.File.FileName+" lies outside the partition that is overwritten")
		}
	}
	return match, nil
}

// matcher compares partitions with a specification. Values compare by their
// encoded bytes, which is equality of the declared type.
func matcher(name string, sch *schema.Schema, spec map[string]any) (func(row []byte) (bool, error), error) {
	types := sch.PartitionTypes()
	want := make([][]byte, len(types))
	for key, v := range spec {
		i := slices.Index(sch.PartitionKeys, key)
		if i < 0 {
			return nil, problem.New("table.without_partitions", "name", name, "key", key)
		}
		b, err := binaryrow.Encode(types[i:i+1], []any{v})
		if err != nil {
			return nil, problem.New("table.bad_partition", "value", fmt.Sprint(v), "column", key, "type", types[i].Nullable().String()).Because(err)
		}
		want[i] = b
	}
	return func(row []byte) (bool, error) {
		values, err := binaryrow.Decode(types, row)
		if err != nil {
			return false, fmt.Errorf("partition of a file: %w", err)
		}
		for i, w := range want {
			if w == nil {
				continue
			}
			b, err := binaryrow.Encode(types[i:i+1], values[i:i+1])
			if err != nil {
				return false, fmt.Errorf("partition of a file: %w", err)
			}
			if !bytes.Equal(b, w) {
				return false, nil
			}
		}
		return true, nil
	}, nil
}

// write writes entries as manifests and their list.
func (a *attempt) write(ctx context.Context, sch *schema.Schema, entries []manifest.Entry) (*delta, error) {
	metas, names, err := a.writeManifests(ctx, sch, entries)
	if err != nil {
		return nil, err
	}
	d := &delta{files: names}
	for _, e := range entries {
		if e.Kind == manifest.Add {
			d.rows += e.File.RowCount
		} else {
			d.rows -= e.File.RowCount
		}
	}
	d.list = a.name("manifest-list-")
	d.files = append(d.files, d.list)
	d.listSize, err = manifest.WriteList(ctx, a.table.IO, a.path(d.list), metas)
	return d, err
}

// describe sums up a manifest for its list: counts, and the ranges of
// partition, bucket and level.
func describe(sch *schema.Schema, entries []manifest.Entry) (manifest.ManifestMeta, error) {
	m := manifest.ManifestMeta{SchemaID: sch.ID}
	ranges := newRanges(sch.PartitionTypes())
	for i := range entries {
		e := &entries[i]
		if e.Kind == manifest.Add {
			m.AddedFiles++
		} else {
			m.DeletedFiles++
		}
		widen(&m.MinBucket, &m.MaxBucket, e.Bucket)
		widen(&m.MinLevel, &m.MaxLevel, e.File.Level)
		if err := ranges.add(e.Partition); err != nil {
			return m, err
		}
	}
	var err error
	m.PartitionStats, err = ranges.stats()
	return m, err
}

func widen(low, high **int32, v int32) {
	if *low == nil {
		a, b := v, v
		*low, *high = &a, &b
		return
	}
	**low, **high = min(**low, v), max(**high, v)
}

// ranges is the smallest, largest and null count of each partition key.
type ranges struct {
	types    []datatype.Type
	min, max []any
	nulls    []int64
	last     []byte
	values   []any
}

func newRanges(types []datatype.Type) *ranges {
	n := len(types)
	return &ranges{types: types, min: make([]any, n), max: make([]any, n), nulls: make([]int64, n)}
}

func (r *ranges) add(row []byte) (err error) {
	if r.values == nil || !bytes.Equal(row, r.last) {
		if r.values, err = binaryrow.Decode(r.types, row); err != nil {
			return fmt.Errorf("partition of a new file: %w", err)
		}
		r.last = row
	}
	for i, v := range r.values {
		if v == nil {
			r.nulls[i]++
			continue
		}
		if r.min[i], err = outer(r.min[i], v, -1); err != nil {
			return err
		}
		if r.max[i], err = outer(r.max[i], v, 1); err != nil {
			return err
		}
	}
	return nil
}

// outer is v where it lies beyond old in the direction of sign.
func outer(old, v any, sign int) (any, error) {
	if old == nil {
		return v, nil
	}
	c, err := binaryrow.Compare(v, old)
	if err != nil {
		return nil, fmt.Errorf("partition of a new file: %w", err)
	}
	if c*sign > 0 {
		return v, nil
	}
	return old, nil
}

func (r *ranges) stats() (manifest.SimpleStats, error) {
	if len(r.types) == 0 {
		return binaryrow.NoStats(), nil
	}
	low, err := binaryrow.Encode(r.types, r.min)
	if err != nil {
		return manifest.SimpleStats{}, err
	}
	high, err := binaryrow.Encode(r.types, r.max)
	if err != nil {
		return manifest.SimpleStats{}, err
	}
	s := manifest.SimpleStats{Min: low, Max: high}
	for i := range r.nulls {
		s.Nulls = append(s.Nulls, &r.nulls[i])
	}
	return s, nil
}
