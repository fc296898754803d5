package commit

import (
	"context"
	"slices"
	"strconv"

	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// changesIndex tells whether the request may change the set of index files.
func (r *Request) changesIndex() bool {
	return len(r.IndexAdded)+len(r.IndexRemoved) > 0 || r.Overwrite != nil
}

// changesVectors tells whether rows are deleted, or come back, by the request.
func (r *Request) changesVectors() bool {
	isVectors := func(e manifest.IndexEntry) bool { return e.Type == manifest.IndexVectors }
	return slices.ContainsFunc(r.IndexAdded, isVectors) || slices.ContainsFunc(r.IndexRemoved, isVectors)
}

// index is the index files of a snapshot.
func (a *attempt) index(ctx context.Context, s *snapshot.Snapshot) ([]manifest.IndexEntry, error) {
	if s == nil || s.IndexManifest == "" {
		return nil, nil
	}
	return a.table.Manifests.Index(ctx, a.path(s.IndexManifest))
}

// writeIndex writes the whole set of index files of the next snapshot; where
// it stays as it is, the parent's manifest is carried on.
func (a *attempt) writeIndex(ctx context.Context, sch *schema.Schema, parent, next *snapshot.Snapshot) error {
	if !a.request.changesIndex() {
		return nil
	}
	before, err := a.index(ctx, parent)
	if err != nil {
		return err
	}
	after, err := a.combined(sch, before)
	if err != nil {
		return err
	}
	if len(after) == len(before) && len(a.request.IndexAdded) == 0 {
		return nil
	}
	next.IndexManifest = ""
	if len(after) == 0 {
		return nil
	}
	next.IndexManifest = a.name("index-manifest-")
	a.base = append(a.base, next.IndexManifest)
	_, err = manifest.WriteIndex(ctx, a.table.IO, a.path(next.IndexManifest), after)
	return err
}

// combined is the set of index files after the commit: what was there before
// without what the request removes or overwrites, and what it adds. What cannot
// stand side by side is a conflict.
func (a *attempt) combined(sch *schema.Schema, before []manifest.IndexEntry) ([]manifest.IndexEntry, error) {
	removed := map[manifest.IndexKey]bool{}
	for i := range a.request.IndexRemoved {
		removed[a.request.IndexRemoved[i].Key()] = true
	}
	replaced := func([]byte) (bool, error) { return false, nil }
	if a.request.Overwrite != nil {
		var err error
		if replaced, err = a.replaces(sch); err != nil {
			return nil, err
		}
	}
	after := make([]manifest.IndexEntry, 0, len(before)+len(a.request.IndexAdded))
	for _, e := range before {
		if removed[e.Key()] {
			delete(removed, e.Key())
			continue
		}
		over, err := replaced(e.Partition)
		if err != nil {
			return nil, err
		}
		if !over {
			after = append(after, e)
		}
	}
	for key := range removed {
		return nil, a.conflict(problem.Say("table.index_file_gone", "file", key.FileName))
	}
	for _, e := range a.request.IndexAdded {
		e.Kind = manifest.Add
		after = append(after, e)
	}
	return after, a.checkIndex(sch, after)
}

// checkIndex holds what readers rely on: a bucket has one index of a type, a
// data file one deletion vector. Of an append table without buckets the vectors
// are spread over files.
func (a *attempt) checkIndex(sch *schema.Schema, after []manifest.IndexEntry) error {
	type place struct {
		partition, typ string
		bucket         int32
	}
	spread := sch.Bucket() == -1 && len(sch.PrimaryKeys) == 0
	files, places := map[manifest.IndexKey]bool{}, map[place]bool{}
	vectors := map[manifest.IndexKey]bool{}
	for i := range after {
		e := &after[i]
		if files[e.Key()] {
			return a.conflict(problem.Say("table.index_file_there", "file", e.FileName))
		}
		files[e.Key()] = true
		if e.Type != manifest.IndexVectors && e.Type != manifest.IndexHash {
			continue
		}
		at := place{string(e.Partition), e.Type, e.Bucket}
		if !spread && places[at] {
			return a.conflict(problem.Say("table.another_index", "bucket", strconv.Itoa(int(e.Bucket)), "type", e.Type))
		}
		places[at] = true
		for _, v := range e.Vectors {
			key := manifest.IndexKey{Partition: at.partition, Bucket: at.bucket, FileName: v.File}
			if vectors[key] {
				return a.conflict(problem.Say("table.file_rows_deleted", "file", v.File))
			}
			vectors[key] = true
		}
	}
	return nil
}
