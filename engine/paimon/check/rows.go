package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
)

// Columns that a file of a primary-key table has beside the table's own.
const (
	sequenceColumn = "_SEQUENCE_NUMBER"
	kindColumn     = "_VALUE_KIND"
)

// vectors checks a snapshot's index files, and each deletion vector once.
func (c *checker) vectors(ctx context.Context, b *branch, s *snapshot.Snapshot, live []manifest.Entry, say string) {
	if s.IndexManifest == "" {
		return
	}
	at := scan.ManifestPath(c.dir, s.IndexManifest)
	entries, err := manifest.ReadIndex(ctx, c.io, at)
	if err != nil {
		c.once(at, fmt.Sprintf("%s needs this index manifest: %v", say, err), mendMetadata)
		return
	}
	rows := map[string]int64{}
	for i := range live {
		rows[live[i].File.FileName] = live[i].File.RowCount
	}
	for i := range entries {
		e := &entries[i]
		if e.ExternalPath != nil {
			continue
		}
		file := fileio.Join(c.dir, "index", e.FileName)
		if b.schema.Flag(schema.OptionIndexBesideData) {
			if p, err := c.path(b, &manifest.Entry{Partition: e.Partition, Bucket: e.Bucket, File: manifest.DataFile{FileName: e.FileName}}); err == nil {
				file = p
			}
		}
		info, err := c.io.Stat(ctx, file)
		if err != nil {
			c.once(file, fmt.Sprintf("%s needs this index file: %v", say, err), mendMetadata)
			continue
		}
		if info.SizeBytes != e.SizeBytes {
			c.once(file, fmt.Sprintf("the file has %d bytes where %d were committed", info.SizeBytes, e.SizeBytes), mendMetadata)
		}
		for _, r := range e.Vectors {
			if at := fmt.Sprint(file, "@", r.Offset); !c.files[at] {
				c.files[at] = true
				c.vector(ctx, file, r, rows)
			}
		}
	}
}

func (c *checker) vector(ctx context.Context, file string, r manifest.VectorRange, rows map[string]int64) {
	n, live := rows[r.File]
	if !live {
		c.say(file, "it has a deletion vector of "+r.File+", which is not live", "it hides nothing; compact the table fully")
		return
	}
	v, err := deletionvector.Read(ctx, c.io, file, r.Offset, r.Length)
	if err != nil {
		c.say(file, fmt.Sprintf("the deletion vector of %s cannot be read: %v", r.File, err), mendMetadata)
		return
	}
	if r.Cardinality != nil && v.Cardinality() != *r.Cardinality {
		c.say(file, fmt.Sprintf("the deletion vector of %s hides %d rows where %d were committed", r.File, v.Cardinality(), *r.Cardinality), mendMetadata)
	}
	beyond := false
	v.Each(func(at uint64) { beyond = beyond || at >= uint64(n) })
	if beyond {
		c.say(file, fmt.Sprintf("the deletion vector of %s hides rows beyond its %d", r.File, n), mendMetadata)
	}
}

// rows reads every live file.
func (c *checker) rows(ctx context.Context, b *branch, live []manifest.Entry) {
	for i := range live {
		if ctx.Err() != nil {
			return
		}
		e := &live[i]
		at, err := c.path(b, e)
		if err != nil || at == "" || c.bad[at] || path.Ext(at) != ".parquet" {
			continue
		}
		if err := c.content(ctx, b, at, e); err != nil {
			c.once(at, err.Error(), mendData)
		}
	}
}

// content reads a file's keys; the error is what is wrong with it first.
func (c *checker) content(ctx context.Context, b *branch, at string, e *manifest.Entry) error {
	written, err := b.schemas.ByID(ctx, e.File.SchemaID)
	if err != nil {
		return err
	}
	r, err := newRowCheck(b.schema, written, e)
	if err != nil {
		return err
	}
	file, err := footer.Open(ctx, c.io, at, r.fields)
	if err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	for err == nil {
		var batch arrow.RecordBatch
		if batch, err = file.Next(ctx); err == nil {
			err = r.batch(batch)
			c.done.Rows += batch.NumRows()
			batch.Release()
		}
	}
	if errors.Is(err, io.EOF) {
		err = r.end()
	}
	return errors.Join(err, file.Close())
}

// rowCheck is what the rows of one file must be.
type rowCheck struct {
	entry    *manifest.Entry
	fields   []datatype.Field // read: the key, the bucket key, sequence and kind
	keys     int              // of fields, from the first
	buckets  *bucket.Function // nil: any bucket
	bucketAt []int            // of the bucket key among fields
	keyTypes []datatype.Type

	rows, deleted int64
	last          []any
}

func newRowCheck(now, written *schema.Schema, e *manifest.Entry) (*rowCheck, error) {
	r := &rowCheck{entry: e, keyTypes: keyTypes(now)}
	add := func(f datatype.Field) int {
		for i, x := range r.fields {
			if x.Name == f.Name {
				return i
			}
		}
		f.Type = f.Type.Nullable()
		r.fields = append(r.fields, f)
		return len(r.fields) - 1
	}
	if len(now.PrimaryKeys) > 0 {
		for _, k := range now.KeyFields() {
			f, ok := written.FieldByID(k.ID)
			if !ok {
				return nil, fmt.Errorf("its schema %d has no key column %s", written.ID, k.Name)
			}
			add(f)
		}
		r.keys = len(r.fields)
		add(datatype.Field{Name: sequenceColumn, Type: datatype.Of(datatype.BigInt)})
		add(datatype.Field{Name: kindColumn, Type: datatype.Of(datatype.TinyInt)})
	}
	if e.TotalBuckets <= 0 {
		if len(r.fields) == 0 {
			add(written.Fields[0]) // to count rows
		}
		return r, nil
	}
	f, err := bucket.Of(now)
	if errors.Is(err, bucket.ErrNoBuckets) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	f.Buckets = e.TotalBuckets
	r.buckets = f
	for _, k := range f.Keys {
		old, ok := written.FieldByID(k.ID)
		if !ok {
			r.buckets = nil // the column came later: its rows were not written by it
			break
		}
		r.bucketAt = append(r.bucketAt, add(old))
	}
	if len(r.fields) == 0 {
		add(written.Fields[0])
	}
	return r, nil
}

func (r *rowCheck) batch(b arrow.RecordBatch) error {
	values := make([]any, len(r.fields))
	for i := range int(b.NumRows()) {
		for k, f := range r.fields {
			values[k] = goValue(b.Column(k), i, f.Type)
		}
		if err := r.row(values); err != nil {
			return err
		}
	}
	return nil
}

func (r *rowCheck) row(values []any) error {
	r.rows++
	if r.buckets != nil {
		key := make([]any, len(r.bucketAt))
		for i, at := range r.bucketAt {
			key[i] = values[at]
		}
		n, err := r.buckets.Bucket(key)
		if err != nil {
			return err
		}
		if n != r.entry.Bucket {
			return fmt.Errorf("row %d belongs to bucket %d, the file is of bucket %d", r.rows, n, r.entry.Bucket)
		}
	}
	if r.keys == 0 {
		return nil
	}
	key := append([]any{}, values[:r.keys]...)
	if r.last != nil && compareValues(r.last, key) >= 0 {
		return fmt.Errorf("row %d has a key that does not come after the one before it", r.rows)
	}
	if r.last == nil {
		if err := r.bound("smallest", r.entry.File.MinKey, key); err != nil {
			return err
		}
	}
	r.last = key
	if seq, ok := values[r.keys].(int64); ok && (seq < r.entry.File.MinSequence || seq > r.entry.File.MaxSequence) {
		return fmt.Errorf("row %d has sequence number %d outside of %d to %d", r.rows, seq, r.entry.File.MinSequence, r.entry.File.MaxSequence)
	}
	if kind, ok := values[r.keys+1].(int8); ok && (kind == 1 || kind == 3) {
		r.deleted++
	}
	return nil
}

// bound compares an end of the file's keys with what was committed.
func (r *rowCheck) bound(which string, committed []byte, key []any) error {
	want, err := binaryrow.Decode(r.keyTypes, committed)
	if err != nil {
		return fmt.Errorf("its %s key cannot be understood: %w", which, err)
	}
	if compareValues(want, key) != 0 {
		return fmt.Errorf("its %s key is %v where %v was committed", which, key, want)
	}
	return nil
}

func (r *rowCheck) end() error {
	if r.rows != r.entry.File.RowCount {
		return fmt.Errorf("it holds %d rows where %d were committed", r.rows, r.entry.File.RowCount)
	}
	if r.keys == 0 || r.rows == 0 {
		return nil
	}
	if d := r.entry.File.DeleteRowCount; d != nil && *d != r.deleted {
		return fmt.Errorf("it deletes %d rows where %d were committed", r.deleted, *d)
	}
	return r.bound("largest", r.entry.File.MaxKey, r.last)
}

// keyTypes are the types of a key as a manifest stores it.
func keyTypes(s *schema.Schema) []datatype.Type {
	var types []datatype.Type
	for _, f := range s.KeyFields() {
		types = append(types, f.Type.Nullable())
	}
	return types
}

func compareRows(types []datatype.Type, a, b []byte) int {
	x, err := binaryrow.Decode(types, a)
	y, other := binaryrow.Decode(types, b)
	if err != nil || other != nil {
		return -1 // told where its rows are read
	}
	return compareValues(x, y)
}

func compareValues(a, b []any) int {
	for i := range a {
		switch {
		case a[i] == nil && b[i] == nil:
			continue
		case a[i] == nil:
			return -1
		case b[i] == nil:
			return 1
		}
		if c, err := binaryrow.Compare(a[i], b[i]); err != nil || c != 0 {
			return c
		}
	}
	return 0
}

// goValue is an Arrow value as package binaryrow has it; nil for types that no
// key has.
func goValue(a arrow.Array, i int, t datatype.Type) any {
	if a.IsNull(i) {
		return nil
	}
	switch x := a.(type) {
	case *array.Boolean:
		return x.Value(i)
	case *array.Int8:
		return x.Value(i)
	case *array.Int16:
		return x.Value(i)
	case *array.Int32:
		return x.Value(i)
	case *array.Int64:
		return x.Value(i)
	case *array.Float32:
		return x.Value(i)
	case *array.Float64:
		return x.Value(i)
	case *array.String:
		return x.Value(i)
	case *array.Binary:
		return x.Value(i)
	case *array.Date32:
		return binaryrow.Date(x.Value(i))
	case *array.Time32:
		return binaryrow.Time(x.Value(i))
	case *array.Decimal128:
		return binaryrow.Decimal{Unscaled: x.Value(i).BigInt(), Scale: t.Scale}
	case *array.Timestamp:
		unit := arrow.Microsecond
		if typ, ok := x.DataType().(*arrow.TimestampType); ok {
			unit = typ.Unit
		}
		return binaryrow.TimestampOfTime(x.Value(i).ToTime(unit))
	}
	return nil
}
