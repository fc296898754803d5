package filestore

import (
	"context"
	"fmt"
	"math/bits"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/scan"
)

// A set of keys has so many bits for each, and no more than so many (a power of
// two) in all: 32 MB.
const (
	bitsPerKey  = 64
	mostKeyBits = 28
)

// keySet is the keys of some files, as a condition for records of others: each
// key sets the bit that its hash names, so that of records with other keys less
// than one in 64 passes too.
//
// A join would find the same, but it probes a table that is wider than the caches
// with every record, after all columns of that are decoded. A condition on one
// column is part of the scan, which decodes of the others only what passes.
type keySet struct {
	keys []datatype.Field
	id   int64 // of its words
	bits int   // log2
}

// keySet gathers the keys of files.
func (m *merging) keySet(ctx context.Context, files []scan.PlannedFile) (*keySet, error) {
	k := &keySet{keys: m.schema.KeyFields(), bits: min(bits.Len64(uint64(bitsPerKey*rowsOf(files))), mostKeyBits)}
	text, err := m.keyRows(ctx, files, 0)
	if err != nil {
		return nil, err
	}
	set := make([][]uint64, 1)
	if err := m.mark(ctx, fmt.Sprintf("SELECT 0::INTEGER, %s FROM (%s)", k.bit(identList(k.keys)), text), set, []int64{1 << k.bits}); err != nil {
		return nil, err
	}
	id, release := m.shared.db.Vectors().Keep(set)
	k.id, m.release = id, append(m.release, release)
	return k, nil
}

// bit is the SQL expression for the bit of a key, whose columns are given.
func (k *keySet) bit(columns string) string {
	return fmt.Sprintf("(hash(%s) >> %d)::BIGINT", columns, 64-k.bits)
}

// may is the condition for rows of a source whose key may be one of the set. It
// is on the columns of the file: on those that are made of them DuckDB would not
// make it part of the scan.
func (k *keySet) may(src source, restored bool) (string, error) {
	items := make([]string, len(k.keys))
	for i, f := range k.keys {
		var err error
		if items[i], err = readItem(f, src, restored); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("NOT %s(%d, 0, %s)", duck.Alive, k.id, k.bit(strings.Join(items, ", "))), nil
}

// rowsOf counts the records of files.
func rowsOf(files []scan.PlannedFile) int64 {
	var n int64
	for i := range files {
		n += files[i].Entry.File.RowCount
	}
	return n
}
