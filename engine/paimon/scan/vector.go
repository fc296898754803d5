package scan

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// vectorKey finds a data file's vector: names alone are not unique where files
// of another system were taken over.
func vectorKey(partition []byte, bucket int32, file string) string {
	return string(partition) + strconv.Itoa(int(bucket)) + "/" + file
}

// retracts is how many rows of a file take a row back.
func retracts(f *manifest.DataFile) int64 {
	if f.DeleteRowCount == nil {
		return 0 // Java takes the files of old versions so
	}
	return *f.DeleteRowCount
}

// readVectors finds the deletion vectors of a snapshot by the file they belong
// to.
func (p *pruner) readVectors(ctx context.Context, snap *snapshot.Snapshot) error {
	if snap.IndexManifest == "" {
		return nil
	}
	entries, err := p.source.Manifests.Index(ctx, p.source.manifestPath(snap.IndexManifest))
	if err != nil {
		return fmt.Errorf("plan snapshot %d of %s: %w", snap.ID, p.source.Name, err)
	}
	p.vectors = map[string]VectorRef{}
	for i := range entries {
		e := &entries[i]
		if e.Type != manifest.IndexVectors {
			continue
		}
		path, err := p.indexPath(e)
		if err != nil {
			return err
		}
		for _, v := range e.Vectors {
			ref := VectorRef{Path: path, Offset: v.Offset, Length: v.Length, Cardinality: -1}
			if v.Cardinality != nil {
				ref.Cardinality = *v.Cardinality
			}
			p.vectors[vectorKey(e.Partition, e.Bucket, v.File)] = ref
		}
	}
	return nil
}

// indexPath is where an index file lies: in the table's index folder, or beside
// the data that it speaks of.
func (p *pruner) indexPath(e *manifest.IndexEntry) (string, error) {
	switch {
	case e.ExternalPath != nil:
		return "", problem.New("table.external_file", "name", p.source.Name, "file", e.FileName, "path", *e.ExternalPath)
	case e.FileName == "" || strings.ContainsAny(e.FileName, "/\\\x00") || e.FileName == "..":
		return "", problem.New("table.corrupt", "path", p.source.Dir).With("why", problem.Say("table.index_file_named", "name", strconv.Quote(e.FileName)))
	case !p.schema.Flag(schema.OptionIndexBesideData):
		return fileio.Join(p.source.Dir, "index", e.FileName), nil
	}
	part, err := p.partition(e.Partition)
	if err != nil {
		return "", err
	}
	return part.bucket(e.Bucket) + e.FileName, nil
}
