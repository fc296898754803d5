package scan

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Options of a table that only a scan reads.
const (
	optionVectorsMerge = "deletion-vectors.merge-on-read"
	watermarkPrefix    = "watermark-"
)

// reached is the first snapshot whose watermark is not below w.
func (s Source) reached(ctx context.Context, w int64) (*snapshot.Snapshot, error) {
	all, err := s.Snapshots.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, snap := range all {
		if snap.Watermark != nil && *snap.Watermark >= w {
			return snap, nil
		}
	}
	return nil, problem.New("scan.no_watermark", "name", s.Name, "watermark", strconv.FormatInt(w, 10))
}

// settle finds what Since means now: the first snapshot that is not before it.
// The oldest may hold what was there before, and there may be none: then the
// time of the files tells.
func (s Source) settle(ctx context.Context, opt Options) (Options, error) {
	if opt.Since.IsZero() {
		return opt, nil
	}
	all, err := s.Snapshots.All(ctx)
	i := slices.IndexFunc(all, func(snap *snapshot.Snapshot) bool { return snap.TimeMillis >= opt.Since.UnixMilli() })
	if i > 0 {
		opt.pinned = all[i]
	} else {
		opt.FilesSince = opt.Since
	}
	opt.Since = time.Time{}
	return opt, err
}

// compacted is the newest snapshot of a compaction; with the option
// full-compaction.delta-commits that of a full one, as its identifier shows. nil
// where there is none.
func (s Source) compacted(ctx context.Context) (*snapshot.Snapshot, error) {
	sch, err := s.Schemas.Latest(ctx)
	if err != nil || sch == nil {
		return nil, err
	}
	every := int64(1)
	if sch.ChangelogProducer() == "full-compaction" || sch.Text(schema.OptionDeltaCommits, "") != "" {
		every = int64(sch.Int(schema.OptionDeltaCommits, 1, 1))
	}
	all, err := s.Snapshots.All(ctx)
	for _, snap := range slices.Backward(all) {
		if snap.CommitKind == snapshot.Compact && (snap.CommitIdentifier == math.MaxInt64 || snap.CommitIdentifier%every == 0) {
			return snap, err
		}
	}
	return nil, err
}

// version reads VERSION AS OF 'text': a tag before all else, even one named as
// a number is.
func (s Source) version(ctx context.Context, text string) (*snapshot.Snapshot, error) {
	tag, err := s.Snapshots.Tag(ctx, text)
	if err == nil {
		return tag.Snapshot, nil
	}
	if !errors.Is(err, fileio.ErrNotExist) {
		return nil, err
	}
	if mark, ok := strings.CutPrefix(text, watermarkPrefix); ok {
		if w, e := strconv.ParseInt(mark, 10, 64); e == nil {
			return s.reached(ctx, w)
		}
	}
	if id, e := strconv.ParseInt(text, 10, 64); e == nil {
		return s.Snapshots.ByID(ctx, id)
	}
	return nil, err
}
