package raw

/*
#include "bridge.h"
*/
import "C"

import (
	"bytes"
	"errors"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// output is a result vector under construction. Strings that do not fit into
// the vector itself wait in the arena and cross into DuckDB in one call.
type output struct {
	vector
	*waiting

	lists    bool // the texts are elements of a list
	elements int
	nulls    []int // elements that are NULL
}

// waiting is memory that calls take turns with.
type waiting struct {
	arena []byte
	texts []textAt
}

// textAt is one string of a result: its row, and its place in the arena.
type textAt struct {
	row, length uint32
	offset      uint64
}

var pool = sync.Pool{New: func() any { return &waiting{} }}

// borrow gives the output its memory; giveBack ends that.
func (o *output) borrow() { o.waiting = pool.Get().(*waiting) }

func (o *output) giveBack() {
	const keep = 1 << 20
	if o.waiting != nil && cap(o.arena) <= keep {
		o.arena, o.texts = o.arena[:0], o.texts[:0]
		pool.Put(o.waiting)
	}
	o.waiting = nil
}

func (o *output) setNull(i int) {
	if o.validity == nil {
		o.validity = C.lt_writable(o.handle)
	}
	*(*uint64)(unsafe.Add(unsafe.Pointer(o.validity), i>>6*8)) &^= 1 << (i & 63)
}

// hold keeps s for element row until flush.
func (o *output) hold(row int, s string) {
	o.texts = append(o.texts, textAt{uint32(row), uint32(len(s)), uint64(len(o.arena))})
	o.arena = append(o.arena, s...)
}

// flush moves the strings that wait into the vector. DuckDB trusts the bytes of
// a VARCHAR, so what is not UTF-8 is mended here.
func (o *output) flush(isText bool) error {
	target := o.vector
	if o.lists {
		target = vectorOf(C.lt_grow(o.handle, C.uint64_t(o.elements)))
		if o.elements > 0 && target.handle == nil {
			return errors.New("list of results does not fit into memory")
		}
		child := output{vector: target}
		for _, i := range o.nulls {
			child.setNull(i)
		}
	}
	if len(o.texts) == 0 {
		return nil
	}
	if isText {
		o.mend()
	}
	o.place(target)
	return nil
}

// place hands the arena to DuckDB as one string, which the vector's heap then
// owns, and points every text into it.
func (o *output) place(target vector) {
	first := unsafe.Add(target.data, int(o.texts[0].row)*stringBytes)
	for len(o.arena) <= inlineLength {
		o.arena = append(o.arena, 0) // or it would not go to the heap
	}
	C.duckdb_unsafe_vector_assign_string_element_len(target.handle, C.idx_t(o.texts[0].row),
		(*C.char)(unsafe.Pointer(unsafe.SliceData(o.arena))), C.idx_t(len(o.arena)))
	base := *(*uintptr)(unsafe.Add(first, 8)) // as a number: what stood there before must not look like a pointer to the collector
	for _, t := range o.texts {
		s := unsafe.Add(target.data, int(t.row)*stringBytes)
		text := o.arena[t.offset : t.offset+uint64(t.length)]
		if len(text) <= inlineLength {
			inline(s, unsafe.String(unsafe.SliceData(text), len(text)))
			continue
		}
		*(*uint32)(s) = t.length
		copy(unsafe.Slice((*byte)(unsafe.Add(s, 4)), 4), text)
		*(*uintptr)(unsafe.Add(s, 8)) = base + uintptr(t.offset)
	}
}

// inline writes a string that fits into its twelve bytes; the rest is zero.
func inline(s unsafe.Pointer, v string) {
	*(*[2]uint64)(s) = [2]uint64{}
	*(*uint32)(s) = uint32(len(v))
	copy(unsafe.Slice((*byte)(unsafe.Add(s, 4)), inlineLength), v)
}

// mend replaces what is not UTF-8, text by text: two broken ones may look whole
// when they stand side by side.
func (o *output) mend() {
	if ascii(unsafe.String(unsafe.SliceData(o.arena), len(o.arena))) {
		return
	}
	for i := range o.texts {
		t := &o.texts[i]
		s := o.arena[t.offset : t.offset+uint64(t.length)]
		if !utf8.Valid(s) {
			good := bytes.ToValidUTF8(s, []byte("\ufffd"))
			t.offset, t.length = uint64(len(o.arena)), uint32(len(good))
			o.arena = append(o.arena, good...)
		}
	}
}

// Out writes the results.
type Out[T any] struct {
	o   *output
	set func(o *output, i int, v T)
}

// Results writes values that stand in the vector itself.
func Results[T Fixed](b *Batch) Out[T] {
	return Out[T]{&b.out, func(o *output, i int, v T) {
		*(*T)(unsafe.Add(o.data, uintptr(i)*unsafe.Sizeof(v))) = v
	}}
}

// TextResults writes VARCHAR or BLOB values; Set copies the string.
func TextResults(b *Batch) Out[string] { return Out[string]{&b.out, setText} }

// Set makes v the result of row i.
func (r Out[T]) Set(i int, v T) { r.set(r.o, i, v) }

// SetNull makes the result of row i NULL.
func (r Out[T]) SetNull(i int) { r.o.setNull(i) }

func setText(o *output, i int, v string) {
	if len(v) > inlineLength || !ascii(v) {
		o.hold(i, v)
		return
	}
	inline(unsafe.Add(o.data, i*stringBytes), v)
}

// ascii looks at eight bytes at a time.
func ascii(s string) bool {
	const high = 0x8080808080808080
	p := unsafe.Pointer(unsafe.StringData(s))
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if *(*uint64)(unsafe.Add(p, i))&high != 0 {
			return false
		}
	}
	for ; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// TextListResults writes lists of strings, rows in ascending order.
func TextListResults(b *Batch) Out[[]*string] {
	b.out.lists = true
	clear(unsafe.Slice((*[2]uint64)(b.out.data), b.rows)) // rows that stay NULL
	return Out[[]*string]{&b.out, func(o *output, i int, v []*string) {
		*(*[2]uint64)(unsafe.Add(o.data, i*stringBytes)) = [2]uint64{uint64(o.elements), uint64(len(v))}
		for _, s := range v {
			if s == nil {
				o.nulls = append(o.nulls, o.elements)
			} else {
				o.hold(o.elements, *s)
			}
			o.elements++
		}
	}}
}
