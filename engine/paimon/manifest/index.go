package manifest

import (
	"context"
	"fmt"
	"slices"

	"laketop/engine/fileio"
	"laketop/engine/paimon/avrofile"
)

// IndexVersion is the layout of the rows of an index manifest.
const IndexVersion = 1

// The types of an index that this program knows; there are others, of global
// indexes, which it carries on.
const (
	IndexHash    = "HASH"             // of the keys of a bucket whose table has dynamic buckets
	IndexVectors = "DELETION_VECTORS" // rows of data files that are deleted
)

// IndexEntry names one index file. A snapshot's index manifest holds them all:
// each commit that changes one writes the whole set anew.
type IndexEntry struct {
	Kind         Kind   // always Add in a file
	Partition    []byte // binaryrow of the partition values
	Bucket       int32
	Type         string
	FileName     string // without folder
	SizeBytes    int64
	RowCount     int64         // members: hashes, or data files with a vector
	Vectors      []VectorRange // of IndexVectors; nil is null
	ExternalPath *string       // where the file is, if not in the table's index folder
	Global       *GlobalIndex  // of a global index
}

// VectorRange is where the deletion vector of one data file stands.
type VectorRange struct {
	File        string `avro:"f0"`           // name of the data file
	Offset      int32  `avro:"f1"`           // of the vector's block
	Length      int32  `avro:"f2"`           // as the block's kind counts it, see package deletionvector
	Cardinality *int64 `avro:"_CARDINALITY"` // deleted rows; nil is unknown
}

// GlobalIndex is what a global index says of itself; it is carried on as it is.
type GlobalIndex struct {
	RowRangeStart int64   `avro:"_ROW_RANGE_START"`
	RowRangeEnd   int64   `avro:"_ROW_RANGE_END"`
	FieldID       int32   `avro:"_INDEX_FIELD_ID"`
	ExtraFieldIDs []int32 `avro:"_EXTRA_FIELD_IDS"`
	Meta          []byte  `avro:"_INDEX_META"`
	SourceMeta    []byte  `avro:"_SOURCE_META"` // since Paimon 2.0
}

// IndexKey is what identifies an index file among those of a snapshot.
type IndexKey struct {
	Partition, Type, FileName string
	Bucket                    int32
}

// Key identifies the entry's file.
func (e *IndexEntry) Key() IndexKey {
	return IndexKey{Partition: string(e.Partition), Type: e.Type, FileName: e.FileName, Bucket: e.Bucket}
}

// indexRow is an entry as the file has it: the items of its list are nullable.
type indexRow struct {
	Version      int32          `avro:"_VERSION"`
	Kind         Kind           `avro:"_KIND"`
	Partition    []byte         `avro:"_PARTITION"`
	Bucket       int32          `avro:"_BUCKET"`
	Type         string         `avro:"_INDEX_TYPE"`
	FileName     string         `avro:"_FILE_NAME"`
	SizeBytes    int64          `avro:"_FILE_SIZE"`
	RowCount     int64          `avro:"_ROW_COUNT"`
	Vectors      []*VectorRange `avro:"_DELETIONS_VECTORS_RANGES"`
	ExternalPath *string        `avro:"_EXTERNAL_PATH"`
	Global       *GlobalIndex   `avro:"_GLOBAL_INDEX"`
}

const indexSchema = `{"type":"record","name":"record","namespace":"org.apache.paimon.avro.generated","fields":[` +
	`{"name":"_VERSION","type":"int"},{"name":"_KIND","type":"int"},{"name":"_PARTITION","type":"bytes"},{"name":"_BUCKET","type":"int"},` +
	`{"name":"_INDEX_TYPE","type":"string"},{"name":"_FILE_NAME","type":"string"},{"name":"_FILE_SIZE","type":"long"},{"name":"_ROW_COUNT","type":"long"},` +
	`{"name":"_DELETIONS_VECTORS_RANGES","type":["null",{"type":"array","items":["null",{"type":"record","name":"record__DELETIONS_VECTORS_RANGES","fields":[` +
	`{"name":"f0","type":"string"},{"name":"f1","type":"int"},{"name":"f2","type":"int"},{"name":"_CARDINALITY","type":["null","long"],"default":null}]}]}],"default":null},` +
	`{"name":"_EXTERNAL_PATH","type":["null","string"],"default":null},` +
	`{"name":"_GLOBAL_INDEX","type":["null",{"type":"record","name":"record__GLOBAL_INDEX","fields":[` +
	`{"name":"_ROW_RANGE_START","type":"long"},{"name":"_ROW_RANGE_END","type":"long"},{"name":"_INDEX_FIELD_ID","type":"int"},` +
	`{"name":"_EXTRA_FIELD_IDS","type":["null",{"type":"array","items":"int"}],"default":null},` +
	`{"name":"_INDEX_META","type":["null","bytes"],"default":null},{"name":"_SOURCE_META","type":["null","bytes"],"default":null}]}],"default":null}]}`

var indexFormat = avrofile.Must[indexRow](indexSchema)

// EncodeIndex is the bytes of an index manifest.
func EncodeIndex(entries []IndexEntry) ([]byte, error) {
	rows := make([]indexRow, len(entries))
	for i, e := range entries {
		rows[i] = indexRow{
			Version: IndexVersion, Kind: e.Kind, Partition: e.Partition, Bucket: e.Bucket, Type: e.Type, FileName: e.FileName,
			SizeBytes: e.SizeBytes, RowCount: e.RowCount, ExternalPath: e.ExternalPath, Global: e.Global,
		}
		if e.Vectors == nil {
			continue
		}
		rows[i].Vectors = make([]*VectorRange, len(e.Vectors))
		for k := range e.Vectors {
			rows[i].Vectors[k] = &e.Vectors[k]
		}
	}
	return indexFormat.Write(rows)
}

// DecodeIndex reads the bytes of an index manifest.
func DecodeIndex(data []byte) ([]IndexEntry, error) {
	rows, err := indexFormat.Read(data)
	if err != nil {
		return nil, err
	}
	entries := make([]IndexEntry, len(rows))
	for i, r := range rows {
		if r.Version != IndexVersion {
			return nil, fmt.Errorf("%w: index %d", ErrVersion, r.Version)
		}
		if r.Kind != Add && r.Kind != Delete {
			return nil, fmt.Errorf("%w: entry kind %d", avrofile.ErrFormat, r.Kind)
		}
		entries[i] = IndexEntry{
			Kind: r.Kind, Partition: r.Partition, Bucket: r.Bucket, Type: r.Type, FileName: r.FileName,
			SizeBytes: r.SizeBytes, RowCount: r.RowCount, ExternalPath: r.ExternalPath, Global: r.Global,
		}
		if r.Vectors == nil {
			continue
		}
		entries[i].Vectors = make([]VectorRange, 0, len(r.Vectors))
		for _, v := range r.Vectors {
			if v != nil {
				entries[i].Vectors = append(entries[i].Vectors, *v)
			}
		}
	}
	// A file holds the whole set; one that took entries away again is tolerated.
	return slices.DeleteFunc(entries, func(e IndexEntry) bool { return e.Kind == Delete }), nil
}

// ReadIndex reads the index manifest at path.
func ReadIndex(ctx context.Context, fio fileio.FileIO, path string) ([]IndexEntry, error) {
	return read(ctx, fio, path, 0, DecodeIndex)
}

// WriteIndex creates the index manifest at path and returns its size.
func WriteIndex(ctx context.Context, fio fileio.FileIO, path string, entries []IndexEntry) (int64, error) {
	return write(ctx, fio, path, entries, EncodeIndex)
}
