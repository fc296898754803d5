package filestore

import (
	"context"

	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
)

// join makes one file of neighbours of an append table, in their order; rows
// that a deletion vector names are left out.
func (b *bucketWork) join(ctx context.Context, group []scan.PlannedFile) error {
	text, err := b.placedRows(ctx, group)
	if err != nil {
		return err
	}
	query := "SELECT * EXCLUDE (_LT_FILE, _LT_ROW) FROM (" + text + ") ORDER BY _LT_FILE, _LT_ROW"
	first := group[0].Entry.File.MinSequence
	var files []manifest.Entry
	if b.w.bucket != nil {
		files, err = b.w.run(ctx, run{from: query, partition: b.partition, bucket: b.bucket, total: b.total, first: first, source: manifest.SourceCompact})
	} else if files, err = b.w.files(ctx, query, b.partition); err == nil {
		files = numbered(files, first)
	}
	if err != nil {
		return err
	}
	b.replace(group, files)
	return nil
}

// placedRows reads files with their rows' places, _LT_FILE and _LT_ROW, without
// the rows that a deletion vector names.
func (b *bucketWork) placedRows(ctx context.Context, group []scan.PlannedFile) (string, error) {
	r, err := b.reader(b.table, b.schema, nil)
	if err != nil {
		return "", err
	}
	sources, err := r.sources(ctx, group)
	if err != nil {
		return "", err
	}
	r.positions, r.names = true, [2]string{"_LT_FILE", "_LT_ROW"}
	return r.text(ctx, sources)
}

// numbered are files of a compaction, their rows numbered one after the other.
func numbered(files []manifest.Entry, first int64) []manifest.Entry {
	source := manifest.SourceCompact
	for i := range files {
		f := &files[i].File
		f.Source, f.MinSequence, f.MaxSequence = &source, first, first+f.RowCount-1
		first += f.RowCount
	}
	return files
}
