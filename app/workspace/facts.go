package workspace

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/compact"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// Ref is a tag or a branch; a branch without snapshots has none.
type Ref struct {
	Name     string
	Snapshot int64
	At       time.Time

	// Of a branch: the newest snapshot that main has as well, 0 where it is not
	// known any more, and how many follow it there and in main.
	Base, Ahead, Behind int64
}

// StoragePart is the live files of one level of one bucket of one partition.
type StoragePart struct {
	Partition     string // k=v/k=v, "" without partitions
	Bucket, Level int
	Files, Small  int // small: a compaction would join them
	Rows, Bytes   int64
}

// facts fills in the table's history, its branches and the files of the newest
// snapshot.
func (w *Workspace) facts(ctx context.Context, info *TableInfo, table *paimon.Table) error {
	all, err := table.Snapshots().All(ctx)
	if err != nil {
		return fmt.Errorf("read the snapshots of %s: %w", table.Identifier(), err)
	}
	for _, s := range slices.Backward(all) {
		v := Snapshot{ID: s.ID, Kind: string(s.CommitKind), User: s.CommitUser, At: time.UnixMilli(s.TimeMillis), TotalRows: s.TotalRecordCount, DeltaRows: s.DeltaRecordCount, Schema: s.SchemaID}
		if s.ChangelogRecordCount != nil {
			v.ChangelogRows = *s.ChangelogRecordCount
		}
		if s.Watermark != nil {
			v.Watermark = *s.Watermark
		}
		info.Snapshots = append(info.Snapshots, v)
	}
	if err := refs(ctx, info, table, all); err != nil {
		return err
	}
	kinds(info)
	if len(all) == 0 {
		return nil
	}
	return storage(ctx, info, table, all[len(all)-1])
}

// kinds is what a primary-key table does with its keys. A rule that is not
// understood is told where the table is read, not where it is looked at.
func kinds(info *TableInfo) {
	s := info.Schema
	info.Buckets = s.Bucket()
	if len(s.PrimaryKeys) == 0 {
		return
	}
	info.MergeEngine = s.MergeEngine()
	info.Changelog = s.Word(schema.OptionChangelogProducer, "")
	if rule, err := merge.Of(s); err == nil {
		info.SequenceGroups = len(rule.Groups)
	}
}

// storage sums up the live files by partition, bucket and level.
func storage(ctx context.Context, info *TableInfo, table *paimon.Table, s *snapshot.Snapshot) error {
	live, err := table.Live(ctx, s)
	if err != nil {
		return fmt.Errorf("read the files of %s: %w", table.Identifier(), err)
	}
	type place struct {
		partition     string
		bucket, level int32
	}
	small := compact.Of(info.Schema).SmallBytes()
	at := map[place]int{}
	for i := range live {
		e := &live[i]
		key := place{string(e.Partition), e.Bucket, e.File.Level}
		n, ok := at[key]
		if !ok {
			text, err := partitionText(info.Schema, e)
			if err != nil {
				return err
			}
			n = len(info.Storage)
			at[key], info.Storage = n, append(info.Storage, StoragePart{Partition: text, Bucket: int(e.Bucket), Level: int(e.File.Level)})
		}
		part := &info.Storage[n]
		part.Files++
		part.Rows += e.File.RowCount
		part.Bytes += e.File.SizeBytes
		if e.File.SizeBytes < small {
			part.Small++
		}
		info.Rows += e.File.RowCount
		info.Bytes += e.File.SizeBytes
	}
	info.Files = len(live)
	slices.SortFunc(info.Storage, func(a, b StoragePart) int {
		return cmp.Or(strings.Compare(a.Partition, b.Partition), cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Level, b.Level))
	})
	return nil
}

func partitionText(s *schema.Schema, e *manifest.Entry) (string, error) {
	values, err := binaryrow.Decode(s.PartitionTypes(), e.Partition)
	if err != nil {
		return "", fmt.Errorf("partition of %s: %w", e.File.FileName, err)
	}
	parts := make([]string, len(values))
	for i, v := range values {
		if v == nil {
			v = s.PartitionDefaultName()
		}
		parts[i] = fmt.Sprintf("%s=%v", s.PartitionKeys[i], v)
	}
	return strings.Join(parts, "/"), nil
}
