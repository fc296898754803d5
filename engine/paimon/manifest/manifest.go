// Package manifest is the list of a snapshot's data files.
//
//	snapshot-7 ── baseManifestList ──> manifest-list-<uuid>-0 ──> manifest-<uuid>-0, ...
//	          └── deltaManifestList ─> manifest-list-<uuid>-1 ──> manifest-<uuid>-1
//
//	manifest list   one ManifestMeta for each manifest: its counts and the
//	                range of partitions, so that a scan may pass it over
//	manifest        one Entry for each file that a commit added or deleted
//
// All are Avro containers that are written once. Names are of files inside the
// table's manifest/ folder; paths here are relative to the warehouse.
//
// Source: Paimon specification, "Manifest"; PAIMON.md section 3. The schemas in
// schema.go are the text that Java writes: order and types of the top level are
// checked by Java's reader, names by everyone.
package manifest

import (
	"slices"
	"time"

	"laketop/engine/paimon/binaryrow"
)

// SimpleStats is the smallest, largest and null count of some columns.
type SimpleStats = binaryrow.Stats

// Version is the layout of the rows below; readers refuse any other.
const Version = 2

// Kind says what an entry does with its file.
type Kind = int32

// The kinds of an entry.
const (
	Add    Kind = 0
	Delete Kind = 1
)

// FileSource says who wrote a file.
type FileSource = int32

// The sources of a file.
const (
	SourceAppend  FileSource = 0
	SourceCompact FileSource = 1
)

// Entry adds or deletes one data file.
type Entry struct {
	Version      int32    `avro:"_VERSION"` // set by Encode
	Kind         Kind     `avro:"_KIND"`
	Partition    []byte   `avro:"_PARTITION"`     // binaryrow of the partition values
	Bucket       int32    `avro:"_BUCKET"`        // 0 in append tables without buckets
	TotalBuckets int32    `avro:"_TOTAL_BUCKETS"` // -1 in append tables without buckets
	File         DataFile `avro:"_FILE"`
}

// DataFile describes one data file. A nil pointer or slice is null: unknown,
// which differs from an empty slice.
type DataFile struct {
	FileName           string      `avro:"_FILE_NAME"` // without folder
	SizeBytes          int64       `avro:"_FILE_SIZE"`
	RowCount           int64       `avro:"_ROW_COUNT"`
	MinKey             []byte      `avro:"_MIN_KEY"` // binaryrow of the primary key; Empty in append tables
	MaxKey             []byte      `avro:"_MAX_KEY"`
	KeyStats           SimpleStats `avro:"_KEY_STATS"`
	ValueStats         SimpleStats `avro:"_VALUE_STATS"` // of ValueStatsCols
	MinSequence        int64       `avro:"_MIN_SEQUENCE_NUMBER"`
	MaxSequence        int64       `avro:"_MAX_SEQUENCE_NUMBER"`
	SchemaID           int64       `avro:"_SCHEMA_ID"` // the schema the file was written with
	Level              int32       `avro:"_LEVEL"`
	ExtraFiles         []string    `avro:"_EXTRA_FILES"`   // beside the file; never null
	CreationTimeMillis *int64      `avro:"_CREATION_TIME"` // WallMillis of the writer
	DeleteRowCount     *int64      `avro:"_DELETE_ROW_COUNT"`
	EmbeddedIndex      []byte      `avro:"_EMBEDDED_FILE_INDEX"`
	Source             *FileSource `avro:"_FILE_SOURCE"`
	ValueStatsCols     []string    `avro:"_VALUE_STATS_COLS"` // nil: all columns of the schema, in order; empty: none
	ExternalPath       *string     `avro:"_EXTERNAL_PATH"`    // where the file is, if not in its bucket's folder
	FirstRowID         *int64      `avro:"_FIRST_ROW_ID"`
	WriteCols          []string    `avro:"_WRITE_COLS"` // the columns the file holds; nil: all
}

// ManifestMeta is a row of a manifest list.
type ManifestMeta struct {
	Version        int32       `avro:"_VERSION"` // set by EncodeList
	FileName       string      `avro:"_FILE_NAME"`
	SizeBytes      int64       `avro:"_FILE_SIZE"`
	AddedFiles     int64       `avro:"_NUM_ADDED_FILES"`
	DeletedFiles   int64       `avro:"_NUM_DELETED_FILES"`
	PartitionStats SimpleStats `avro:"_PARTITION_STATS"` // of the partition columns
	SchemaID       int64       `avro:"_SCHEMA_ID"`
	MinBucket      *int32      `avro:"_MIN_BUCKET"`
	MaxBucket      *int32      `avro:"_MAX_BUCKET"`
	MinLevel       *int32      `avro:"_MIN_LEVEL"`
	MaxLevel       *int32      `avro:"_MAX_LEVEL"`
	MinRowID       *int64      `avro:"_MIN_ROW_ID"`
	MaxRowID       *int64      `avro:"_MAX_ROW_ID"`
}

// Key identifies a file among the live files of a table: a DELETE takes away
// the ADD with an equal Key. Level belongs to it, since an upgrade deletes and
// adds the same file on another level.
type Key struct {
	Partition     string
	Bucket        int32
	Level         int32
	FileName      string
	ExtraFiles    string
	EmbeddedIndex string
	ExternalPath  string
}

// Key identifies the entry's file.
func (e *Entry) Key() Key {
	k := Key{Partition: string(e.Partition), Bucket: e.Bucket, Level: e.File.Level, FileName: e.File.FileName, EmbeddedIndex: string(e.File.EmbeddedIndex)}
	for _, f := range e.File.ExtraFiles {
		k.ExtraFiles += f + "\x00"
	}
	if e.File.ExternalPath != nil {
		k.ExternalPath = *e.File.ExternalPath
	}
	return k
}

// Live is what remains of entries in order of their commits: every ADD that no
// later DELETE took away, in order. A DELETE without its ADD is returned in
// pending; in a whole snapshot there is none. Without a DELETE, live is entries.
func Live(entries []Entry) (live, pending []Entry) {
	gone := deletes(entries)
	if len(gone) == 0 {
		return entries, nil
	}
	live = make([]Entry, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		keys := gone[e.File.FileName]
		if keys == nil {
			live = append(live, *e)
			continue
		}
		d, ok := keys[e.Key()]
		switch {
		case e.Kind == Delete:
			if !d.matched {
				pending = append(pending, *e)
			}
		case !ok || d.last < i:
			live = append(live, *e)
		}
	}
	return live, pending
}

// deletion is what is known of the DELETEs of one key.
type deletion struct {
	last    int  // index of the last one
	matched bool // an ADD stands before one
}

// deletes finds the DELETEs by file name, so that only files of a deleted name
// need their whole key built, and then by key.
func deletes(entries []Entry) map[string]map[Key]deletion {
	gone := map[string]map[Key]deletion{}
	for i := range entries {
		if e := &entries[i]; e.Kind == Delete {
			if gone[e.File.FileName] == nil {
				gone[e.File.FileName] = map[Key]deletion{}
			}
			gone[e.File.FileName][e.Key()] = deletion{last: i}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	for i := range entries {
		e := &entries[i]
		if keys := gone[e.File.FileName]; keys != nil && e.Kind == Add {
			if d, ok := keys[e.Key()]; ok && i < d.last {
				keys[e.Key()] = deletion{last: d.last, matched: true}
			}
		}
	}
	return gone
}

// DeleteOf is the entry that deletes what e added.
func DeleteOf(e Entry) Entry {
	e.Kind = Delete
	e.File.ExtraFiles = slices.Clone(e.File.ExtraFiles)
	return e
}

// WallMillis is a time as files note it: what a clock on the wall shows in the
// time's own zone, as if that were UTC, in milliseconds.
func WallMillis(t time.Time) int64 {
	_, offset := t.Zone()
	return t.UnixMilli() + int64(offset)*1000
}
