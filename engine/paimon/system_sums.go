package paimon

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
)

func partitionsTable() systemTable {
	return systemTable{
		columns: columns("partition STRING", "record_count BIGINT NOT NULL", "file_size_in_bytes BIGINT NOT NULL",
			"file_count BIGINT NOT NULL", "last_update_time TIMESTAMP(3)", "created_at TIMESTAMP(3)", "created_by STRING",
			"updated_by STRING", "options STRING", "total_buckets INT NOT NULL", "done BOOLEAN NOT NULL", "deleted_record_count BIGINT"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			sums, err := t.sums(ctx, func(e *manifest.Entry) sumKey { return sumKey{partition: string(e.Partition)} })
			if err != nil {
				return nil, err
			}
			deleted, err := t.deletedRows(ctx)
			if err != nil {
				return nil, err
			}
			rows := make([][]any, len(sums))
			for i, s := range sums {
				rows[i] = []any{
					t.partitionName(s.values, t.schema.PartitionDefaultName()), s.rows, s.size, s.files, s.updatedAt(), nil, nil, nil, nil,
					s.buckets, false, deleted(s.partition),
				}
			}
			return rows, nil
		},
	}
}

func bucketsTable() systemTable {
	return systemTable{
		columns: columns("partition STRING", "bucket INT NOT NULL", "record_count BIGINT NOT NULL", "file_size_in_bytes BIGINT NOT NULL",
			"file_count BIGINT NOT NULL", "last_update_time TIMESTAMP(3)"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			sums, err := t.sums(ctx, func(e *manifest.Entry) sumKey { return sumKey{string(e.Partition), e.Bucket} })
			rows := make([][]any, len(sums))
			for i, s := range sums {
				rows[i] = []any{"{" + joined(s.values) + "}", s.bucket, s.rows, s.size, s.files, s.updatedAt()}
			}
			return rows, err
		},
	}
}

// PartitionNames are the partitions that have files, as SHOW PARTITIONS tells
// them: dt=2026-01-01/hour=1, a null as null. keep, if not nil, chooses by the
// values of the partition keys.
func (t *Table) PartitionNames(ctx context.Context, keep func(values []any) bool) ([]string, error) {
	sums, err := t.sums(ctx, func(e *manifest.Entry) sumKey { return sumKey{partition: string(e.Partition)} })
	names := make([]string, 0, len(sums))
	for _, s := range sums {
		if keep == nil || keep(s.values) {
			names = append(names, t.partitionName(s.values, "null"))
		}
	}
	slices.Sort(names)
	return names, err
}

// PartitionFacts is what the files of one partition add up to.
type PartitionFacts struct {
	Name                   string // dt=2026-01-01/hour=1
	Rows, SizeBytes, Files int64
	UpdatedMillis          int64 // of the newest file
}

// Partitions adds up the partitions that have files, in the order of their
// values. A table without partition keys is one partition without a name.
func (t *Table) Partitions(ctx context.Context) ([]PartitionFacts, error) {
	sums, err := t.sums(ctx, func(e *manifest.Entry) sumKey { return sumKey{partition: string(e.Partition)} })
	out := make([]PartitionFacts, len(sums))
	for i, s := range sums {
		wall := time.UnixMilli(s.updated).UTC() // as the writer's clock showed it
		at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), t.env.Clock().Location())
		out[i] = PartitionFacts{t.partitionName(s.values, t.schema.PartitionDefaultName()), s.rows, s.size, s.files, at.UnixMilli()}
	}
	return out, err
}

// sumKey is what files are added up by.
type sumKey struct {
	partition string
	bucket    int32
}

// sum is what the files of one partition, or bucket, add up to.
type sum struct {
	sumKey
	values                     []any
	rows, size, files, updated int64
	buckets                    int32
}

func (s *sum) updatedAt() any { return binaryrow.Timestamp{Millis: s.updated} }

// sums adds up the files of the newest snapshot, in the order of partition and
// bucket.
func (t *Table) sums(ctx context.Context, key func(*manifest.Entry) sumKey) ([]*sum, error) {
	entries, err := t.liveNow(ctx)
	if err != nil {
		return nil, err
	}
	by := map[sumKey]*sum{}
	var all []*sum
	for i := range entries {
		e := &entries[i]
		k := key(e)
		s := by[k]
		if s == nil {
			s = &sum{sumKey: k}
			if s.values, err = binaryrow.Decode(t.schema.PartitionTypes(), e.Partition); err != nil {
				return nil, fmt.Errorf("partition of %s: %w", t.id, err)
			}
			by[k] = s
			all = append(all, s)
		}
		s.rows, s.size, s.files, s.buckets = s.rows+e.File.RowCount, s.size+e.File.SizeBytes, s.files+1, e.TotalBuckets
		if e.File.CreationTimeMillis != nil {
			s.updated = max(s.updated, *e.File.CreationTimeMillis)
		}
	}
	slices.SortStableFunc(all, func(a, b *sum) int {
		if c := strings.Compare(joined(a.values), joined(b.values)); c != 0 {
			return c
		}
		return int(a.bucket) - int(b.bucket)
	})
	return all, nil
}

// partitionName is dt=2026-01-01/hour=1.
func (t *Table) partitionName(values []any, null string) string {
	parts := make([]string, len(values))
	for i, k := range t.schema.PartitionKeys {
		text := null
		if values[i] != nil {
			text = valueText(values[i])
		}
		parts[i] = k + "=" + text
	}
	return strings.Join(parts, "/")
}

// deletedRows counts the rows that deletion vectors hide in a partition; nil
// where a vector does not say how many.
func (t *Table) deletedRows(ctx context.Context) (func(partition string) any, error) {
	s, err := t.Latest(ctx)
	if err != nil || s == nil {
		return func(string) any { return int64(0) }, err
	}
	entries, err := t.indexOf(ctx, s)
	if err != nil {
		return nil, err
	}
	counts, unknown := map[string]int64{}, map[string]bool{}
	for i := range entries {
		for _, v := range entries[i].Vectors {
			if v.Cardinality == nil {
				unknown[string(entries[i].Partition)] = true
				continue
			}
			counts[string(entries[i].Partition)] += *v.Cardinality
		}
	}
	return func(partition string) any {
		if unknown[partition] {
			return nil
		}
		return counts[partition]
	}, nil
}

func manifestsTable() systemTable {
	return systemTable{
		columns: columns("file_name STRING NOT NULL", "file_size BIGINT NOT NULL", "num_added_files BIGINT NOT NULL",
			"num_deleted_files BIGINT NOT NULL", "schema_id BIGINT NOT NULL", "min_partition_stats STRING", "max_partition_stats STRING",
			"min_row_id BIGINT", "max_row_id BIGINT"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			s, err := t.Latest(ctx)
			if err != nil || s == nil {
				return nil, err
			}
			metas, err := t.source.Metas(ctx, s)
			var rows [][]any
			for _, m := range metas {
				rows = append(rows, []any{
					m.FileName, m.SizeBytes, m.AddedFiles, m.DeletedFiles, m.SchemaID,
					t.partitionText(m.PartitionStats.Min), t.partitionText(m.PartitionStats.Max), orNull(m.MinRowID), orNull(m.MaxRowID),
				})
			}
			return rows, err
		},
	}
}

func (t *Table) partitionText(row []byte) any {
	values, err := binaryrow.Decode(t.schema.PartitionTypes(), row)
	if err != nil {
		return nil // unknown
	}
	return "{" + joined(values) + "}"
}
