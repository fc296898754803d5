package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/snapshot"
)

// refs are the table's tags and branches; all are its snapshots, oldest first.
func refs(ctx context.Context, info *TableInfo, table *paimon.Table, all []*snapshot.Snapshot) error {
	tags, err := table.Snapshots().Tags(ctx)
	if err != nil {
		return fmt.Errorf("read the tags of %s: %w", table.Identifier(), err)
	}
	main := map[int64]string{} // the list of what a snapshot of the table brought, by its id
	for _, t := range tags {
		info.Tags = append(info.Tags, Ref{Name: t.Name, Snapshot: t.Snapshot.ID, At: time.UnixMilli(t.Snapshot.TimeMillis)})
		main[t.Snapshot.ID] = t.Snapshot.DeltaManifestList
	}
	for _, s := range all {
		main[s.ID] = s.DeltaManifestList
	}
	names, err := table.Branches(ctx)
	if err != nil {
		return fmt.Errorf("read the branches of %s: %w", table.Identifier(), err)
	}
	for _, name := range names {
		b, err := table.Branch(ctx, name)
		if err != nil {
			return fmt.Errorf("open branch %s of %s: %w", name, table.Identifier(), err)
		}
		ref := Ref{Name: name}
		if err := ref.stand(ctx, b, main); err != nil {
			return fmt.Errorf("read branch %s of %s: %w", name, table.Identifier(), err)
		}
		if len(all) > 0 && ref.Base > 0 {
			ref.Behind = all[len(all)-1].ID - ref.Base
		}
		info.Branches = append(info.Branches, ref)
	}
	return nil
}

// stand fills in where a branch is and where it left main. A branch begins with
// copies of main's snapshots; from its first own one on the lists differ. Ids
// have no holes, so their distance counts commits.
func (r *Ref) stand(ctx context.Context, branch *paimon.Table, main map[int64]string) error {
	last, err := branch.Latest(ctx)
	if err != nil || last == nil {
		return err
	}
	r.Snapshot, r.At = last.ID, time.UnixMilli(last.TimeMillis)
	ids, err := branch.Snapshots().IDs(ctx)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { return main[id] == "" })
	own := sort.Search(len(ids), func(i int) bool {
		s, errAt := branch.Snapshots().ByID(ctx, ids[i])
		if errors.Is(errAt, fileio.ErrNotExist) {
			return false // expired meanwhile, as the oldest do
		}
		if errAt != nil {
			err = errAt
			return true
		}
		return s.DeltaManifestList != main[ids[i]]
	})
	if err != nil || own == 0 {
		return err
	}
	r.Base, r.Ahead = ids[own-1], last.ID-ids[own-1]
	return nil
}
