package commit

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// delta is what a commit changes, as manifests.
type delta struct {
	list     string
	listSize int64
	rows     int64            // added minus deleted
	gone     []manifest.Entry // the deletes among its entries
	files    []string         // all names written, the list included
}

// deltaOn gives the change to make on parent. Without an overwrite it is the
// same for every parent, but for the check that nothing stands in its way.
func (a *attempt) deltaOn(ctx context.Context, sch *schema.Schema, parent *snapshot.Snapshot) (*delta, error) {
	gone := deletesOf(a.request.Deleted)
	if a.request.Overwrite != nil {
		var err error
		if gone, err = a.overwritten(ctx, sch, parent); err != nil {
			return nil, err
		}
	}
	if err := a.check(ctx, sch, parent, gone); err != nil {
		return nil, err
	}
	if a.request.Overwrite != nil {
		return a.write(ctx, sch, gone, a.request.Added)
	}
	if a.added == nil {
		d, err := a.write(ctx, sch, gone, a.request.Added)
		if err != nil {
			return nil, err
		}
		a.added = d
	}
	return a.added, nil
}

// changelog writes the changelog files' manifests, once for all tries; nil when
// the commit has none.
func (a *attempt) changelog(ctx context.Context, sch *schema.Schema) (*delta, error) {
	if len(a.request.Changelog) == 0 || a.changes != nil {
		return a.changes, nil
	}
	d, err := a.write(ctx, sch, nil, a.request.Changelog)
	if err != nil {
		return nil, err
	}
	a.changes = d
	return d, nil
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
	specs := slices.Clone(o.Partitions)
	if len(o.Partition) > 0 || len(specs) == 0 {
		specs = append(specs, o.Partition)
	}
	match, err := anyOf(a.table.Name, sch, specs)
	if err != nil {
		return nil, err
	}
	for _, e := range a.request.Added {
		inside, err := match(e.Partition)
		if err != nil {
			return nil, err
		}
		if !inside {
			return nil, problem.New("table.conflict", "name", a.table.Name).With("why", problem.Say("table.file_outside", "file", e.File.FileName))
		}
	}
	return match, nil
}

// anyOf tells partitions that one of the specifications matches; an empty one
// matches all.
func anyOf(name string, sch *schema.Schema, specs []map[string]any) (func(row []byte) (bool, error), error) {
	all := make([]func([]byte) (bool, error), len(specs))
	for i, spec := range specs {
		var err error
		if all[i], err = matcher(name, sch, spec); err != nil {
			return nil, err
		}
	}
	return func(row []byte) (bool, error) {
		for _, match := range all {
			if hit, err := match(row); hit || err != nil {
				return hit, err
			}
		}
		return false, nil
	}, nil
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

// write writes entries as manifests and their list: deletes first, so that a
// file may leave one level and enter another in one commit.
func (a *attempt) write(ctx context.Context, sch *schema.Schema, gone, added []manifest.Entry) (*delta, error) {
	metas, names, err := a.writeManifests(ctx, sch, slices.Concat(gone, added))
	if err != nil {
		return nil, err
	}
	d := &delta{files: names, gone: gone}
	for i := range gone {
		d.rows -= gone[i].File.RowCount
	}
	for i := range added {
		d.rows += added[i].File.RowCount
	}
	d.list = a.name("manifest-list-")
	d.files = append(d.files, d.list)
	d.listSize, err = manifest.WriteList(ctx, a.table.IO, a.path(d.list), metas)
	return d, err
}
