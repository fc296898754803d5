package paimon

import (
	"context"

	"laketop/engine/paimon/scan"
)

// Between finds what was committed between two moments, in the columns of the
// newest schema.
func (t *Table) Between(ctx context.Context, b scan.Between, filter ...scan.Predicate) (*scan.Increment, error) {
	if err := t.refuseRead(t.schema); err != nil {
		return nil, err
	}
	if b.ToAutoTag != "" {
		var err error
		if b.From, err = t.autoTagBefore(ctx, b.ToAutoTag); err != nil {
			return nil, err
		}
		if b.From == "" { // no tag yet, or the first: nothing lies between
			return &scan.Increment{Mode: scan.Diff, Schema: t.schema}, nil
		}
		b.To = b.ToAutoTag
	}
	return t.source.Increment(ctx, t.schema, b, filter)
}

// Partitions are the partitions that have files at the moment, as manifests hold
// them.
func (m *Moment) Partitions(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	if m.snapshot == nil {
		return out, nil
	}
	live, err := m.table.source.Live(ctx, m.snapshot, nil)
	for i := range live {
		out[string(live[i].Partition)] = true
	}
	return out, err
}
