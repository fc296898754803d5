package paimon

import (
	"context"
	"errors"
	"fmt"
	"path"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// NewDataFile names a new data file of the partition, whose values stand in the
// order of the partition keys: the path relative to the warehouse. Its folder
// may be missing yet. It is for tables without buckets.
func (t *Table) NewDataFile(partition []any) (string, error) {
	if err := t.refuseBuckets(); err != nil {
		return "", err
	}
	return t.newFile(partition, 0, t.schema.DataPrefix())
}

func (t *Table) newFile(partition []any, bucket int32, prefix string) (string, error) {
	folder, err := t.bucketFolder(partition, bucket)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s/%s%s-%d.parquet", folder, prefix, t.writer, t.files.Add(1)-1), nil
}

// refuseBuckets names what keeps the table from being written, and refuses one
// with buckets: its rows are told apart by NewBucketFile's callers.
func (t *Table) refuseBuckets() error {
	if err := t.refuseWrite(); err != nil {
		return err
	}
	if t.schema.Bucket() != bucketUnaware { // one with a primary key that may be written has buckets
		return fmt.Errorf("the rows of table %s go into buckets: its files are not those of NewDataFile", t.id)
	}
	return nil
}

// bucketFolder is where data files of a bucket go.
func (t *Table) bucketFolder(partition []any, bucket int32) (string, error) {
	if len(partition) != len(t.schema.PartitionKeys) {
		return "", fmt.Errorf("table %s has %d partition keys, %d values were given", t.id, len(t.schema.PartitionKeys), len(partition))
	}
	folder, err := scan.PartitionFolder(t.schema, partition)
	return fileio.Join(t.dir, folder, scan.BucketFolder(bucket)), err
}

// DescribeFile makes the entry that adds a data file, which NewDataFile named
// and which is written and synced, by reading its footer.
func (t *Table) DescribeFile(ctx context.Context, file string, partition []any) (manifest.Entry, error) {
	if err := t.refuseBuckets(); err != nil {
		return manifest.Entry{}, err
	}
	row, err := t.partitionOf(file, partition, 0)
	if err != nil {
		return manifest.Entry{}, err
	}
	modes, err := footer.ModesOf(t.schema.Options)
	if err != nil {
		return manifest.Entry{}, err
	}
	d, err := t.describe(ctx, file, t.schema.Fields, modes)
	if err != nil {
		return manifest.Entry{}, err
	}
	return t.entry(file, row, d), nil
}

// partitionOf is the encoded partition of a file, which must lie in its bucket.
func (t *Table) partitionOf(file string, partition []any, bucket int32) ([]byte, error) {
	folder, err := t.bucketFolder(partition, bucket)
	if err != nil {
		return nil, err
	}
	if path.Dir(file) != folder {
		return nil, fmt.Errorf("data file %s does not lie in %s", file, folder)
	}
	row, err := binaryrow.Encode(t.schema.PartitionTypes(), partition)
	if err != nil {
		return nil, fmt.Errorf("partition of %s: %w", file, err)
	}
	return row, nil
}

func (t *Table) describe(ctx context.Context, file string, fields []datatype.Field, modes footer.Modes) (footer.Description, error) {
	d, err := footer.Describe(ctx, t.env.IO, file, fields, modes)
	if errors.Is(err, fileio.ErrNotExist) {
		return d, problem.New("table.missing_file", "path", file).Because(err)
	}
	if err != nil {
		return d, fmt.Errorf("describe data file: %w", err)
	}
	return d, nil
}

// entry adds a file of an append table: one bucket, level 0, no key, sequence
// numbers from 0.
func (t *Table) entry(file string, partition []byte, d footer.Description) manifest.Entry {
	var deleted int64
	source := manifest.SourceAppend
	created := manifest.WallMillis(t.env.Clock())
	return manifest.Entry{
		Kind: manifest.Add, Partition: partition, Bucket: 0, TotalBuckets: int32(bucketUnaware),
		File: manifest.DataFile{
			FileName: path.Base(file), SizeBytes: d.SizeBytes, RowCount: d.RowCount,
			MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(), KeyStats: binaryrow.NoStats(),
			ValueStats: d.Stats, ValueStatsCols: d.StatsColumns,
			MinSequence: 0, MaxSequence: max(0, d.RowCount-1), SchemaID: t.schema.ID, ExtraFiles: []string{},
			CreationTimeMillis: &created, DeleteRowCount: &deleted, Source: &source,
		},
	}
}

// PartitionValue reads a partition key's value from text, as PARTITION (dt =
// '2026-01-01') gives it: the Go type of the key, see package binaryrow.
func (t *Table) PartitionValue(key, text string) (any, error) {
	f, ok := t.schema.Field(key)
	if !ok || !contains(t.schema, key) {
		return nil, problem.New("table.without_partitions", "name", t.id.String(), "key", key)
	}
	v, err := parseValue(f.Type, text)
	if err != nil {
		return nil, problem.New("table.bad_partition", "value", text, "column", key, "type", f.Type.Nullable().String()).Because(err)
	}
	return v, nil
}

func contains(s *schema.Schema, key string) bool {
	for _, k := range s.PartitionKeys {
		if k == key {
			return true
		}
	}
	return false
}
