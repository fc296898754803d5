package raw

/*
#include "bridge.h"
*/
import "C"

import (
	"bytes"
	"errors"
	"unicode/utf8"
	"unsafe"
)

// output is a result vector under construction. Strings that do not fit into
// the vector itself wait in the arena and cross into DuckDB in one call.
type output struct {
	vector
	arena []byte
	texts []C.lt_text

	lists    bool // the texts are elements of a list
	elements int
	nulls    []int // elements that are NULL
}

func (o *output) setNull(i int) {
	if o.validity == nil {
		o.validity = C.lt_writable(o.handle)
	}
	*(*uint64)(unsafe.Add(unsafe.Pointer(o.validity), i>>6*8)) &^= 1 << (i & 63)
}

// hold keeps s for element row until flush.
func (o *output) hold(row int, s string) {
	o.texts = append(o.texts, C.lt_text{row: C.uint32_t(row), length: C.uint32_t(len(s)), offset: C.uint64_t(len(o.arena))})
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
	C.lt_assign(target.handle, (*C.char)(unsafe.Pointer(unsafe.SliceData(o.arena))), &o.texts[0], C.uint64_t(len(o.texts)))
	return nil
}

// mend replaces what is not UTF-8, text by text: two broken ones may look whole
// when they stand side by side.
func (o *output) mend() {
	if ascii(unsafe.String(unsafe.SliceData(o.arena), len(o.arena))) {
		return
	}
	for i := range o.texts {
		t := &o.texts[i]
		s := o.arena[t.offset : uint64(t.offset)+uint64(t.length)]
		if !utf8.Valid(s) {
			good := bytes.ToValidUTF8(s, []byte("\ufffd"))
			t.offset, t.length = C.uint64_t(len(o.arena)), C.uint32_t(len(good))
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
	s := unsafe.Add(o.data, i*stringBytes)
	*(*[2]uint64)(s) = [2]uint64{}
	*(*uint32)(s) = uint32(len(v))
	copy(unsafe.Slice((*byte)(unsafe.Add(s, 4)), inlineLength), v)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
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
