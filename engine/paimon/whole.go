package paimon

import (
	"context"

	"laketop/engine/paimon/scan"
)

// Whole plans every live file of the newest snapshot by the table's schema, also
// those that readers do not see before a compaction. It refuses a table that
// cannot be written.
func (t *Table) Whole(ctx context.Context) (*scan.Plan, error) {
	if err := t.refuseWrite(); err != nil {
		return nil, err
	}
	snap, err := t.Latest(ctx)
	if err != nil {
		return nil, err
	}
	return t.source.Whole(ctx, snap, t.schema)
}
