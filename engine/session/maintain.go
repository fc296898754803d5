package session

import (
	"context"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/notice"
	"laketop/engine/paimon/expire"
)

// optimize runs OPTIMIZE t [FULL] [WHERE c]: compaction.
func (r *running) optimize(ctx context.Context, n *ast.Optimize) error {
	if err := r.writable(n); err != nil {
		return err
	}
	id, table, err := r.target(ctx, n.Name)
	if err != nil {
		return err
	}
	return r.compact(ctx, compaction{id: id, table: table, full: n.Full, where: n.Where, node: n})
}

// vacuum runs VACUUM t [RETAIN n HOURS] [DRY RUN]: snapshots older than that
// expire, the newest stays, and files that nobody names go. Such files are at
// least a day old, for younger ones may be of a writer at work.
func (r *running) vacuum(ctx context.Context, n *ast.Vacuum) error {
	if !n.DryRun {
		if err := r.writable(n); err != nil {
			return err
		}
	}
	id, table, err := r.target(ctx, n.Name)
	if err != nil {
		return err
	}
	keep, err := table.Retention()
	if err != nil {
		return err
	}
	keep.DryRun, keep.Limit = n.DryRun, 0
	age := expire.OrphanAge
	if n.Hours != nil {
		keep.Min, keep.Max = 1, 1<<31-1
		keep.Before = r.now.Add(-time.Duration(*n.Hours) * time.Hour)
		age = max(age, r.now.Sub(keep.Before))
	}
	old, err := table.ExpireSnapshots(ctx, keep)
	if err != nil {
		return err
	}
	orphans, err := table.RemoveOrphans(ctx, r.now.Add(-age), n.DryRun)
	if err != nil {
		return err
	}
	files := append(old.Files, orphans.Files...)
	said := snapshotsExpired(id, len(old.Snapshots), len(files))
	if n.DryRun {
		rows := make([][]any, len(files))
		for i, f := range files {
			rows[i] = []any{f.Path, f.SizeBytes}
		}
		r.tell(notice.New("dry_run").Of(said))
		return r.answer(ctx, []datatype.Field{text("path"), number("bytes")}, rows)
	}
	last, err := table.Snapshots().LatestID(ctx)
	if err != nil {
		return err
	}
	r.out.Writes = []TableVersion{{Table: id.String(), Snapshot: last}}
	r.tell(said)
	return nil
}
