package paimon

import (
	"context"

	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
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

// CompactManifests writes the table's manifests anew, without the files that were
// deleted again, where that makes fewer of them. It is a snapshot without
// changes, nil when the manifests are well as they are.
func (t *Table) CompactManifests(ctx context.Context, dry bool) (before int, s *snapshot.Snapshot, err error) {
	latest, err := t.Latest(ctx)
	if err != nil || latest == nil {
		return 0, nil, err
	}
	metas, err := t.source.Metas(ctx, latest)
	if err != nil {
		return 0, nil, err
	}
	loose := 0
	for _, m := range metas {
		if m.DeletedFiles > 0 || m.SizeBytes < t.schema.ManifestTarget()*3/4 {
			loose++
		}
	}
	if dry || loose == 0 || loose == 1 && metas[0].DeletedFiles == 0 && len(metas) == 1 {
		return loose, nil, nil
	}
	s, err = t.Commit(ctx, commit.Request{Kind: snapshot.Compact, Manifests: true})
	return loose, s, err
}
