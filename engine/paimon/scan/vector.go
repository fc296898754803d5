package scan

import (
	"context"
	"fmt"
	"strconv"

	"laketop/engine/fileio"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
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

// vectors finds the deletion vectors of a snapshot by the file they belong to.
func (s Source) vectors(ctx context.Context, snap *snapshot.Snapshot) (map[string]VectorRef, error) {
	if snap.IndexManifest == "" {
		return nil, nil
	}
	entries, err := s.Manifests.Index(ctx, s.manifestPath(snap.IndexManifest))
	if err != nil {
		return nil, fmt.Errorf("plan snapshot %d of %s: %w", snap.ID, s.Name, err)
	}
	var out map[string]VectorRef
	for i := range entries {
		e := &entries[i]
		if e.Type != manifest.IndexVectors {
			continue
		}
		path := fileio.Join(s.Dir, "index", e.FileName)
		if out == nil {
			out = map[string]VectorRef{}
		}
		for _, v := range e.Vectors {
			ref := VectorRef{Path: path, Offset: v.Offset, Length: v.Length, Cardinality: -1}
			if v.Cardinality != nil {
				ref.Cardinality = *v.Cardinality
			}
			out[vectorKey(e.Partition, e.Bucket, v.File)] = ref
		}
	}
	return out, nil
}
