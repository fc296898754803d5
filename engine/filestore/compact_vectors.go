package filestore

import (
	"context"
	"errors"
	"path"
	"slices"

	"laketop/engine/paimon"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// optionBitmap64 asks for deletion vectors of 64 bits.
const optionBitmap64 = "deletion-vectors.bitmap64"

// indexChange is what a compaction does to the index files of deletion vectors.
type indexChange struct {
	added, removed []manifest.IndexEntry
	paths          []string // written
}

func (x *indexChange) abort(c *compacting) error {
	var errs []error
	for _, p := range x.paths {
		errs = append(errs, c.table.FileIO().Remove(context.Background(), p))
	}
	return errors.Join(errs...)
}

// vectorsAfter writes the index files of the buckets whose vectors change: files
// that go take theirs along, and rows that were merged elsewhere are marked. A
// bucket of a primary-key table has one index file; of an append table only
// those are written anew that name a file that goes.
func (c *compacting) vectorsAfter(ctx context.Context, plan *scan.Plan, works []*bucketWork) (indexChange, error) {
	var out indexChange
	entries, err := c.table.Indexes(ctx, plan.Snapshot)
	if err != nil {
		return out, err
	}
	for _, b := range works {
		if err := b.vectorsAfter(ctx, entries, &out); err != nil {
			return out, errors.Join(err, out.abort(c))
		}
	}
	return out, nil
}

func (b *bucketWork) vectorsAfter(ctx context.Context, entries []manifest.IndexEntry, out *indexChange) error {
	var old []manifest.IndexEntry
	touched := len(b.marks) > 0
	for _, e := range entries {
		if e.Type != manifest.IndexVectors || (paimon.BucketKey{Partition: string(e.Partition), Bucket: e.Bucket}) != b.key {
			continue
		}
		goes := slices.ContainsFunc(e.Vectors, func(v manifest.VectorRange) bool { return b.rewritten[v.File] })
		touched = touched || goes
		if goes || b.rule != nil {
			old = append(old, e)
		}
	}
	if !touched {
		return nil
	}
	kept, err := b.keptVectors(ctx, old)
	if err != nil {
		return err
	}
	out.removed = append(out.removed, old...)
	if len(kept) == 0 {
		return nil
	}
	target, err := b.table.NewIndexFile()
	if err != nil {
		return err
	}
	ranges, size, err := deletionvector.Write(ctx, b.table.FileIO(), target, kept, b.schema.Flag(optionBitmap64))
	if err != nil {
		return err
	}
	out.paths = append(out.paths, target)
	out.added = append(out.added, manifest.IndexEntry{
		Kind: manifest.Add, Partition: []byte(b.key.Partition), Bucket: b.key.Bucket, Type: manifest.IndexVectors,
		FileName: path.Base(target), SizeBytes: size, RowCount: int64(len(ranges)), Vectors: ranges,
	})
	return nil
}

// keptVectors are the vectors of the files that stay, with their new marks.
func (b *bucketWork) keptVectors(ctx context.Context, old []manifest.IndexEntry) ([]deletionvector.Named, error) {
	var kept []deletionvector.Named
	for _, e := range old {
		for _, v := range e.Vectors {
			if b.rewritten[v.File] {
				continue
			}
			vector, err := readVector(ctx, b.table.FileIO(), b.table.IndexPath(e.FileName), v.Offset, v.Length)
			if err != nil {
				return nil, err
			}
			kept = append(kept, deletionvector.Named{File: v.File, Vector: vector})
		}
	}
	for i := range b.files {
		name := b.files[i].Entry.File.FileName
		words := b.marks[name]
		if words == nil || b.rewritten[name] {
			continue
		}
		at := slices.IndexFunc(kept, func(n deletionvector.Named) bool { return n.File == name })
		if at < 0 {
			at = len(kept)
			kept = append(kept, deletionvector.Named{File: name, Vector: deletionvector.New()})
		}
		addWords(kept[at].Vector, words)
	}
	return kept, nil
}

func addWords(v *deletionvector.Vector, words []uint64) {
	for i, w := range words {
		for bit := range 64 {
			if w>>bit&1 == 1 {
				v.Add(uint64(i*64 + bit))
			}
		}
	}
}

// usesVectors tells whether a table's old rows are marked and not merged.
func usesVectors(s *schema.Schema) bool { return s.Flag(schema.OptionDeletionVectors) }
