package scan

import (
	"context"
	"slices"

	"laketop/engine/datatype"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// Whole plans every live file of a moment, also those that a reader does not see
// before a compaction; of a primary-key table with its range of keys. Files of
// postponed buckets are left out. Who compacts asks for it.
func (s Source) Whole(ctx context.Context, snap *snapshot.Snapshot, sch *schema.Schema) (*Plan, error) {
	plan := &Plan{Snapshot: snap, Schema: sch}
	if snap == nil {
		return plan, nil
	}
	p := newPruner(s, sch, nil)
	p.rules = rulesOf(sch, false)
	entries, err := s.Live(ctx, snap, nil)
	if err != nil {
		return nil, err
	}
	if err := p.readVectors(ctx, snap); err != nil {
		return nil, err
	}
	for i := range entries {
		if entries[i].Bucket < 0 {
			continue
		}
		f, _, err := p.file(ctx, &entries[i])
		if err != nil {
			return nil, err
		}
		if len(sch.PrimaryKeys) > 0 {
			if err := p.readKeys(&f); err != nil {
				return nil, err
			}
		}
		plan.add(f)
	}
	return plan, nil
}

// MinValue is the smallest value of a column in a file by its statistics, with
// the Go types of package binaryrow; nil where that is not known.
func MinValue(f *PlannedFile, column datatype.Field) any {
	fields := f.Schema.Fields
	if cols := f.Entry.File.ValueStatsCols; cols != nil {
		fields = make([]datatype.Field, len(cols))
		for i, name := range cols {
			fields[i], _ = f.Schema.Field(name)
		}
	}
	for i, in := range fields {
		if in.ID != column.ID || in.Name == "" {
			continue
		}
		types := slices.Repeat([]datatype.Type{datatype.Of(datatype.Boolean)}, len(fields))
		types[i] = in.Type
		return newLazyRow(types, f.Entry.File.ValueStats.Min).at(i)
	}
	return nil
}
