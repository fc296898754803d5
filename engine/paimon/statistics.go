package paimon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"laketop/engine/fileio"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/snapshot"
)

// ColumnStatistics is what ANALYZE knows of a column: the object of its name in
// colStats. Min and Max are text as Java's serializers write it, nil where a type
// has no order there; a length is in bytes, of texts in characters.
type ColumnStatistics struct {
	ID       int     `json:"colId"`
	Distinct int64   `json:"distinctCount"`
	Min      *string `json:"min,omitempty"`
	Max      *string `json:"max,omitempty"`
	Nulls    int64   `json:"nullCount"`
	AvgLen   int64   `json:"avgLen"`
	MaxLen   int64   `json:"maxLen"`
}

// Analyze writes the statistics of a snapshot (its rows as a reader meets them,
// the bytes of its files, columns by name) to statistics/stat-<writer>-<n> and
// commits that as a snapshot of kind ANALYZE, whose files are its parent's.
func (t *Table) Analyze(ctx context.Context, of *snapshot.Snapshot, rows, bytes int64, columns map[string]ColumnStatistics) (*snapshot.Snapshot, error) {
	if err := t.refuseWrite(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(columns)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(statisticsJSON{Snapshot: of.ID, Schema: of.SchemaID, Rows: &rows, Bytes: &bytes, Columns: text})
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("stat-%s-%d", t.writer, t.files.Add(1)-1)
	at := fileio.Join(t.dir, "statistics", name)
	if err := t.env.IO.Create(ctx, at, data); err != nil {
		return nil, fmt.Errorf("write statistics: %w", err)
	}
	s, err := t.Commit(ctx, commit.Request{Kind: snapshot.Analyze, Statistics: name})
	if err != nil && !errors.Is(err, commit.ErrUnknown) {
		err = errors.Join(err, t.env.IO.Remove(context.WithoutCancel(ctx), at))
	}
	return s, err
}
