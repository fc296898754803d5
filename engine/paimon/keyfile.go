package paimon

import (
	"context"
	"fmt"
	"path"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/problem"
)

// KeyPrefix starts the names of the key columns of a key-value file.
const KeyPrefix = "_KEY_"

// NewBucketFile names a new file of one bucket, of data or of changes: the path
// relative to the warehouse. Its folder may be missing yet.
func (t *Table) NewBucketFile(partition []any, bucket int32, changelog bool) (string, error) {
	if err := t.refuseWrite(); err != nil {
		return "", err
	}
	prefix := t.schema.DataPrefix()
	if changelog {
		prefix = t.schema.ChangelogPrefix()
	}
	return t.newFile(partition, bucket, prefix)
}

// KeyFile is what a writer knows of a file of one bucket and its footer does
// not say. Of a primary-key table the file is sorted by key.
type KeyFile struct {
	Path         string // as NewBucketFile gave it
	Partition    []any  // in the order of the partition keys
	Bucket       int32
	TotalBuckets int32
	Level        int32
	DeleteRows   int64 // rows of kind -U or -D
	MinSequence  int64
	MaxSequence  int64
	MinKey       []any // of the first row, in the order of the trimmed primary key; nil in append tables
	MaxKey       []any // of the last row
	Source       manifest.FileSource
	SchemaID     int64 // the schema the file was written with; the table's own
}

// DescribeKeyFile makes the entry that adds a file of a bucket, which is written
// and synced, by reading its footer.
func (t *Table) DescribeKeyFile(ctx context.Context, f KeyFile) (manifest.Entry, error) {
	if err := t.refuseWrite(); err != nil {
		return manifest.Entry{}, err
	}
	if f.SchemaID != t.schema.ID {
		return manifest.Entry{}, fmt.Errorf("file %s was written with schema %d, the table has %d", f.Path, f.SchemaID, t.schema.ID)
	}
	row, err := t.partitionOf(f.Path, f.Partition, f.Bucket)
	if err != nil {
		return manifest.Entry{}, err
	}
	modes, err := footer.ModesOf(t.schema.Options)
	if err != nil {
		return manifest.Entry{}, err
	}
	d, err := t.describe(ctx, f.Path, t.schema.Fields, modes)
	if err != nil {
		return manifest.Entry{}, err
	}
	if d.NullIn != "" { // Java writes no such file, and may not read it
		return manifest.Entry{}, problem.New("merge.null", "column", d.NullIn)
	}
	e := t.entry(f.Path, row, d)
	e.Bucket, e.TotalBuckets = f.Bucket, f.TotalBuckets
	e.File.Level, e.File.DeleteRowCount, e.File.Source = f.Level, &f.DeleteRows, &f.Source
	e.File.MinSequence, e.File.MaxSequence = f.MinSequence, f.MaxSequence
	return e, t.addKeys(ctx, &e, f)
}

// addKeys fills in the range of keys, and their statistics.
func (t *Table) addKeys(ctx context.Context, e *manifest.Entry, f KeyFile) (err error) {
	keys := t.schema.KeyFields()
	if len(keys) == 0 {
		return nil
	}
	types := make([]datatype.Type, len(keys))
	for i := range keys {
		types[i] = keys[i].Type.Nullable()
	}
	if e.File.MinKey, err = binaryrow.Encode(types, f.MinKey); err != nil {
		return fmt.Errorf("smallest key of %s: %w", path.Base(f.Path), err)
	}
	if e.File.MaxKey, err = binaryrow.Encode(types, f.MaxKey); err != nil {
		return fmt.Errorf("largest key of %s: %w", path.Base(f.Path), err)
	}
	// The key columns repeat the table's columns of the same name; thin files
	// have these only.
	modes, err := footer.ModesOf(map[string]string{"metadata.stats-mode": keyStatsMode, "metadata.stats-dense-store": "false"})
	if err != nil {
		return err
	}
	d, err := t.describe(ctx, f.Path, keys, modes)
	e.File.KeyStats = d.Stats
	return err
}

// keyStatsMode is how Java collects the statistics of keys.
const keyStatsMode = "truncate(128)"
