package scan

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"laketop/engine/fileio"
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
