package manifest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"unsafe"

	"laketop/engine/paimon/avrofile"
)

// quick decodes entries of exactly manifestSchema, field by field in its order.
// It takes a third of the time of a decoder that looks the schema up, and makes
// few objects: numbers behind pointers come from slabs, equal lists are shared.
type quick struct {
	in      []byte
	err     error
	longs   []int64
	ints    []int32
	counts  []*int64
	columns []string // of the entry before
	raw     []byte   // their bytes
}

func newQuick() avrofile.Decoder[Entry] {
	q := &quick{counts: make([]*int64, 0, 2*slabSize)}
	return q.entry
}

var errBlock = errors.New("a row does not fit its schema")

// slabSize is how many numbers are allocated at once.
const slabSize = 1024

// entry implements avrofile.Decoder.
func (q *quick) entry(block []byte, e *Entry) ([]byte, error) {
	q.in, q.err = block, nil
	e.Version, e.Kind, e.Partition, e.Bucket, e.TotalBuckets = q.int(), q.int(), q.bytes(), q.int(), q.int()
	f := &e.File
	f.FileName, f.SizeBytes, f.RowCount, f.MinKey, f.MaxKey = q.text(), q.long(), q.long(), q.bytes(), q.bytes()
	q.stats(&f.KeyStats)
	q.stats(&f.ValueStats)
	f.MinSequence, f.MaxSequence, f.SchemaID, f.Level = q.long(), q.long(), q.long(), q.int()
	f.ExtraFiles = q.texts()
	f.CreationTimeMillis, f.DeleteRowCount = q.longOrNull(), q.longOrNull()
	if q.there() {
		f.EmbeddedIndex = q.bytes()
	}
	f.Source = q.intOrNull()
	if q.there() {
		f.ValueStatsCols = q.sharedTexts()
	}
	if q.there() {
		path := q.text()
		f.ExternalPath = &path
	}
	f.FirstRowID = q.longOrNull()
	if q.there() {
		f.WriteCols = q.texts()
	}
	return q.in, q.err
}

func (q *quick) long() int64 {
	v, n := binary.Varint(q.in)
	if n <= 0 {
		q.fail()
		return 0
	}
	q.in = q.in[n:]
	return v
}

func (q *quick) fail() {
	if q.err == nil {
		q.err, q.in = errBlock, nil
	}
}

func (q *quick) int() int32 {
	v := q.long()
	if v < math.MinInt32 || v > math.MaxInt32 {
		q.fail()
		return 0
	}
	return int32(v)
}

// bytes points into the block.
func (q *quick) bytes() []byte {
	n := q.long()
	if n < 0 || n > int64(len(q.in)) {
		q.fail()
		return nil
	}
	b := q.in[:n:n]
	q.in = q.in[n:]
	return b
}

func (q *quick) text() string {
	b := q.bytes()
	return unsafe.String(unsafe.SliceData(b), len(b)) // the block is never written to again
}

// there reads the branch of a union with null.
func (q *quick) there() bool {
	switch q.long() {
	case 0:
		return false
	case 1:
		return true
	}
	q.fail()
	return false
}

// blocks reads the counts of an array's blocks and has item read each item. Every item
// takes a byte at least, so that a count cannot ask for more than there is.
func (q *quick) blocks(item func()) {
	for {
		n := q.long()
		if n < 0 {
			if n == math.MinInt64 {
				q.fail()
				return
			}
			n = -n
			q.long() // the bytes of the block, which is not skipped
		}
		if n == 0 || q.err != nil {
			return
		}
		if n > int64(len(q.in)) {
			q.fail()
			return
		}
		for range n {
			if item(); q.err != nil {
				return
			}
		}
	}
}

func (q *quick) texts() []string {
	list := []string{}
	q.blocks(func() { list = append(list, q.text()) })
	return list
}

// sharedTexts is texts for a list that is mostly that of the entry before.
func (q *quick) sharedTexts() []string {
	if q.raw != nil && bytes.HasPrefix(q.in, q.raw) {
		q.in = q.in[len(q.raw):]
		return q.columns
	}
	start := q.in
	list := q.texts()
	if q.err == nil {
		q.raw, q.columns = start[:len(start)-len(q.in)], list
	}
	return list
}

func (q *quick) stats(s *SimpleStats) {
	s.Min, s.Max = q.bytes(), q.bytes()
	if !q.there() {
		return
	}
	from := len(q.counts)
	q.blocks(func() { q.counts = append(q.counts, q.longOrNull()) })
	s.Nulls = q.counts[from:len(q.counts):len(q.counts)]
	if len(q.counts) > slabSize {
		q.counts = make([]*int64, 0, 2*slabSize)
	}
}

func (q *quick) longOrNull() *int64 {
	if !q.there() {
		return nil
	}
	if len(q.longs) == 0 {
		q.longs = make([]int64, slabSize)
	}
	p := &q.longs[0]
	q.longs = q.longs[1:]
	*p = q.long()
	return p
}

func (q *quick) intOrNull() *int32 {
	if !q.there() {
		return nil
	}
	if len(q.ints) == 0 {
		q.ints = make([]int32, slabSize)
	}
	p := &q.ints[0]
	q.ints = q.ints[1:]
	*p = q.int()
	return p
}
