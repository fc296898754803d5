package paimon

import (
	"context"
	"errors"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
)

// BucketKey names one bucket of one partition.
type BucketKey struct {
	Partition string // the partition's values as manifests hold them
	Bucket    int32
}

// Written is what the next writer of a bucket continues.
type Written struct {
	NextSequence int64 // above every number in the bucket
	TotalBuckets int32 // as the bucket's files say
}

// Written tells of each bucket that has files in the newest snapshot.
func (t *Table) Written(ctx context.Context) (map[BucketKey]Written, error) {
	out := map[BucketKey]Written{}
	latest, err := t.Latest(ctx)
	if err != nil || latest == nil {
		return out, err
	}
	live, err := t.source.Live(ctx, latest, nil)
	if err != nil {
		return nil, err
	}
	for i := range live {
		e := &live[i]
		key := BucketKey{string(e.Partition), e.Bucket}
		w := out[key]
		w.NextSequence, w.TotalBuckets = max(w.NextSequence, e.File.MaxSequence+1), e.TotalBuckets
		out[key] = w
	}
	return out, nil
}

// Live gives the files of a snapshot; they are not to be changed.
func (t *Table) Live(ctx context.Context, s *snapshot.Snapshot) ([]manifest.Entry, error) {
	return t.source.Live(ctx, s, nil)
}

// Arrived finds out whether a numbered series of commits has come as far as
// identifier: the snapshot of that very commit if it is still kept, else that
// of the series' nearest later one; nil when it has not come so far.
func (t *Table) Arrived(ctx context.Context, user string, identifier int64) (*snapshot.Snapshot, error) {
	last, err := t.source.Snapshots.LatestID(ctx)
	if err != nil {
		return nil, err
	}
	var later *snapshot.Snapshot
	for id := last; id >= 1; id-- {
		s, err := t.source.Snapshots.ByID(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			break // expired
		}
		if err != nil {
			return nil, err
		}
		if s.CommitUser != user {
			continue
		}
		if s.CommitIdentifier < identifier {
			break
		}
		later = s
	}
	return later, nil
}
