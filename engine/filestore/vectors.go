package filestore

import (
	"context"
	"errors"
	"fmt"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"laketop/engine/fileio"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// vectorCacheBytes bounds the deletion vectors that are kept as words.
const vectorCacheBytes = 128 << 20

// vector is the words of a file's deletion vector, from the cache or read. They
// are not to be changed.
func (sh *Shared) vector(ctx context.Context, io fileio.FileIO, f *scan.PlannedFile) ([]uint64, error) {
	key := fmt.Sprintf("%s@%d/%d", f.Vector.Path, f.Vector.Offset, f.Entry.File.RowCount)
	sh.mu.Lock()
	words, ok := sh.words[key]
	sh.mu.Unlock()
	if ok {
		return words, nil
	}
	v, err := readVector(ctx, io, f.Vector.Path, f.Vector.Offset, f.Vector.Length)
	if err != nil {
		return nil, fmt.Errorf("read which rows of %s are deleted: %w", f.Path, err)
	}
	words = v.Words(f.Entry.File.RowCount)
	if words == nil {
		words = []uint64{}
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.wordBytes += int64(8 * len(words)); sh.wordBytes > vectorCacheBytes {
		sh.words, sh.wordBytes = map[string][]uint64{}, int64(8*len(words))
	}
	sh.words[key] = words
	return words, nil
}

// readVector reads a deletion vector. One that is gone or damaged is a problem that
// names its file.
func readVector(ctx context.Context, io fileio.FileIO, path string, offset, length int32) (*deletionvector.Vector, error) {
	v, err := deletionvector.Read(ctx, io, path, offset, length)
	var corrupt *deletionvector.CorruptError
	switch {
	case errors.Is(err, fileio.ErrNotExist):
		return nil, problem.New("table.missing_file", "path", path).Because(err)
	case errors.As(err, &corrupt):
		return nil, problem.New("table.corrupt", "path", path, "why", corrupt.Err.Error()).Because(err)
	}
	return v, err
}

// mark sets the bits of rows that query gives as file number and row: the
// words of vectors[number], which are made where they are nil. rows are the
// files' lengths.
func (s *Store) mark(ctx context.Context, query string, vectors [][]uint64, rows []int64) error {
	return s.conn.Query(ctx, query, func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b == nil {
			return nil
		}
		files, ok := b.Column(0).(*array.Int32)
		at, ok2 := b.Column(1).(*array.Int64)
		if !ok || !ok2 {
			return fmt.Errorf("positions come as %s", b.Schema())
		}
		return markBatch(files.Int32Values(), at.Int64Values(), vectors, rows)
	})
}

func markBatch(files []int32, at []int64, vectors [][]uint64, rows []int64) error {
	for i, f := range files {
		if int(f) >= len(vectors) || f < 0 || at[i] < 0 || at[i] >= rows[f] {
			return fmt.Errorf("row %d of file %d is not there", at[i], f)
		}
		if vectors[f] == nil {
			vectors[f] = newWords(rows[f])
		}
		vectors[f][at[i]>>6] |= 1 << (at[i] & 63)
	}
	return nil
}

func newWords(rows int64) []uint64 { return make([]uint64, (rows+63)/64) }

func countWords(words []uint64) int64 {
	var n int
	for _, w := range words {
		n += bits.OnesCount64(w)
	}
	return int64(n)
}

// inverted marks the rows that words do not, of a file with so many rows.
func inverted(words []uint64, rows int64) []uint64 {
	out := newWords(rows)
	for i := range out {
		out[i] = ^uint64(0)
		if i < len(words) {
			out[i] = ^words[i]
		}
	}
	return out
}
