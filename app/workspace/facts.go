package workspace

import (
	"context"
	"fmt"
	"slices"
	"time"

	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
)

// facts fills in the table's snapshots, and the files of the newest one.
func (w *Workspace) facts(ctx context.Context, info *TableInfo, table *paimon.Table) error {
	all, err := table.Snapshots().All(ctx)
	if err != nil {
		return fmt.Errorf("read the snapshots of %s: %w", table.Identifier(), err)
	}
	for _, s := range slices.Backward(all) {
		info.Snapshots = append(info.Snapshots, Snapshot{
			ID: s.ID, Kind: string(s.CommitKind), User: s.CommitUser, At: time.UnixMilli(s.TimeMillis), TotalRows: s.TotalRecordCount, DeltaRows: s.DeltaRecordCount,
		})
	}
	plan, err := table.Plan(ctx, scan.Options{})
	if err != nil {
		return fmt.Errorf("read the files of %s: %w", table.Identifier(), err)
	}
	info.Rows, info.Files = plan.Rows, len(plan.Files)
	for _, f := range plan.Files {
		info.Bytes += f.Entry.File.SizeBytes
	}
	return nil
}
