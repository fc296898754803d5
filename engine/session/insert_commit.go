package session

import (
	"context"
	"errors"

	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/problem"
)

// CommitAs makes a request's writes happen exactly once: a loader gives each
// batch the next number of its series and, not knowing whether a batch arrived,
// sends it again. A table that has the number already is left as it is and the
// statement answered with the snapshot of then.
type CommitAs struct {
	User       string // the series, the same for as long as it goes on
	Identifier int64  // greater with each batch
}

// series is CommitAs while its request runs.
type series struct {
	as      *CommitAs
	written map[string]bool // tables
}

// committed answers a statement whose batch has arrived earlier. A request of a
// series may write each table once: the second write could not be told from a
// repeated first.
func (r *running) committed(ctx context.Context, id name, table *paimon.Table) (bool, error) {
	if r.series.as == nil {
		return false, nil
	}
	if r.series.written[id.String()] {
		return false, problem.New("write.twice", "table", id.String())
	}
	r.series.written[id.String()] = true
	snap, err := table.Arrived(ctx, r.series.as.User, r.series.as.Identifier)
	if err != nil || snap == nil {
		return false, err
	}
	r.wrote(id, snap.ID, 0)
	r.tell(notice.New("batch.arrived", "table", id, "batch", r.series.as.Identifier, "user", r.series.as.User, "snapshot", snap.ID))
	return true, nil
}

// commit makes what was written visible; w may be nil. Files of a commit that
// has certainly failed are removed.
func (r *running) commit(ctx context.Context, id name, table *paimon.Table, w *filestore.Writer, request commit.Request) error {
	if as := r.series.as; as != nil {
		request.User, request.Identifier = as.User, as.Identifier
	}
	snap, err := table.Commit(ctx, request)
	if err != nil {
		if w != nil && !errors.Is(err, commit.ErrUnknown) {
			err = errors.Join(err, w.Abort())
		}
		return err
	}
	var snapshotID, rows int64
	if snap != nil {
		snapshotID = snap.ID
	}
	if w != nil {
		rows = w.Rows()
	}
	r.wrote(id, snapshotID, rows)
	if snap != nil {
		request.User, request.Identifier = snap.CommitUser, snap.CommitIdentifier
		r.compactAfter(ctx, id, table, request)
		if err := table.Maintain(ctx); err != nil { // the rows are there all the same
			r.add(notice.New("maintenance.waits").Because(err))
		}
	}
	if w != nil && w.Hidden() {
		r.add(notice.New("rows.hidden", "table", id))
	}
	return nil
}
