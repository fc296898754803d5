package duck

import (
	"errors"
	"sync"

	"laketop/engine/duck/raw"
)

// Alive is the SQL function that tests a row against a vector:
// lt_alive(id, file_index, file_row_number), true where the row is not
// deleted. file_index is what read_parquet([...]) numbers its list by; it stays
// so as long as hive_partitioning is off.
const Alive = "lt_alive"

// Vectors holds, for as long as statements need them, which rows of which
// files are deleted.
type Vectors struct {
	mu   sync.RWMutex
	last int64
	kept map[int64][][]uint64
}

// Keep makes vectors known to Alive: words by file index, a set bit is a row
// that is deleted, nil and rows behind the last word are alive. The words are
// read until release is called, and must not change. Ids are not used again.
func (v *Vectors) Keep(words [][]uint64) (id int64, release func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.kept == nil {
		v.kept = map[int64][][]uint64{}
	}
	v.last++
	id = v.last
	v.kept[id] = words
	return id, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.kept, id)
	}
}

func (v *Vectors) words(id int64) ([][]uint64, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	words, ok := v.kept[id]
	return words, ok
}

var errNoVector = errors.New("the deleted rows of a table are no longer known")

func (v *Vectors) alive(b *raw.Batch) error {
	ids, files, rows := raw.Values[int64](b, 0), raw.Values[int64](b, 1), raw.Values[int64](b, 2)
	out := raw.ResultValues[bool](b)
	for i := 0; i < len(out); {
		words, ok := v.words(ids[i])
		if !ok {
			return errNoVector
		}
		file := files[i]
		end := i + 1 // rows of one chunk come from one file
		for end < len(out) && files[end] == file && ids[end] == ids[i] {
			end++
		}
		if file < 0 || file >= int64(len(words)) || words[file] == nil {
			for ; i < end; i++ {
				out[i] = true
			}
			continue
		}
		dead := words[file]
		for ; i < end; i++ {
			r := uint64(rows[i])
			w := r >> 6
			out[i] = w >= uint64(len(dead)) || dead[w]>>(r&63)&1 == 0
		}
	}
	return nil
}

func (v *Vectors) function() raw.Scalar {
	return raw.Scalar{Name: Alive, Params: []raw.Type{raw.BigInt, raw.UBigInt, raw.BigInt}, Returns: raw.Boolean, Run: v.alive}
}
