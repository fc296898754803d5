package raw

/*
#include "bridge.h"
*/
import "C"

import (
	"math/bits"
	"unsafe"
)

// Batch is one call: the rows of one chunk.
type Batch struct {
	rows int
	in   []vector
	out  output
	skip []uint64 // a set bit: some argument is NULL, the result is NULL
}

// Len is the number of rows.
func (b *Batch) Len() int { return b.rows }

// Args is the number of arguments.
func (b *Batch) Args() int { return len(b.in) }

// Type is what argument i is: of Varargs, each call may differ.
func (b *Batch) Type(i int) ValueType {
	t := C.lt_type_of(b.in[i].handle)
	return ValueType{Type: Type(t.id), Stored: Type(t.stored), Width: int(t.width), Scale: int(t.scale)}
}

// Skip tells whether row i is settled already: an argument is NULL and the
// function does not see NULLs.
func (b *Batch) Skip(i int) bool { return b.skip != nil && b.skip[i>>6]>>(i&63)&1 == 1 }

// nullInNullOut marks the rows with a NULL argument and makes their results NULL.
func (b *Batch) nullInNullOut() {
	words := (b.rows + 63) / 64
	for _, v := range b.in {
		if v.validity == nil {
			continue
		}
		for w, valid := range unsafe.Slice((*uint64)(v.validity), words) {
			if valid == ^uint64(0) {
				continue
			}
			if b.skip == nil {
				b.skip = make([]uint64, words)
			}
			b.skip[w] |= ^valid
		}
	}
	for w, null := range b.skip {
		for ; null != 0; null &= null - 1 {
			if i := w*64 + bits.TrailingZeros64(null); i < b.rows {
				b.out.setNull(i)
			}
		}
	}
}

// vector is a flat vector: every row has a place of its own in data.
type vector struct {
	handle   C.duckdb_vector
	data     unsafe.Pointer
	validity *C.uint64_t
}

func (v vector) null(i int) bool {
	return v.validity != nil && *(*uint64)(unsafe.Add(unsafe.Pointer(v.validity), i>>6*8))>>(i&63)&1 == 0
}

// Fixed are the Go types of the values that stand in the vector itself.
type Fixed interface {
	~bool | ~int8 | ~int16 | ~int32 | ~int64 | ~uint64 | ~float32 | ~float64 | Huge
}

// In reads an argument of type T: Fixed or string.
type In[T any] struct {
	vector
	at func(data unsafe.Pointer, i int) T
}

// Column is argument i as values that stand in the vector.
func Column[T Fixed](b *Batch, i int) In[T] {
	return In[T]{b.in[i], func(data unsafe.Pointer, i int) T {
		return *(*T)(unsafe.Add(data, uintptr(i)*unsafe.Sizeof(*new(T))))
	}}
}

// HasNulls tells whether argument i may be NULL in some row.
func (b *Batch) HasNulls(i int) bool { return b.in[i].validity != nil }

// IsNull tells whether argument i of a row is NULL.
func (b *Batch) IsNull(i, row int) bool { return b.in[i].null(row) }

// Text is argument i, VARCHAR or BLOB, as strings that end with the call.
func Text(b *Batch, i int) In[string] { return In[string]{b.in[i], text} }

// At is the value of row i; meaningless where Null(i).
func (c In[T]) At(i int) T { return c.at(c.data, i) }

// Null tells whether row i is NULL.
func (c In[T]) Null(i int) bool { return c.null(i) }

// stringBytes is the size of DuckDB's string: a length, then twelve bytes of
// text, or four bytes of it and a pointer to all.
const (
	stringBytes  = 16
	inlineLength = 12
)

func text(data unsafe.Pointer, i int) string {
	s := unsafe.Add(data, i*stringBytes)
	n := *(*uint32)(s)
	if n <= inlineLength {
		return unsafe.String((*byte)(unsafe.Add(s, 4)), int(n))
	}
	return unsafe.String(*(**byte)(unsafe.Add(s, 8)), int(n))
}

// Same tells whether all rows of a text argument are one value, as a constant
// is after DuckDB has flattened it. It may say no for equal texts at different
// places, never yes for different ones.
func Same(c In[string], rows int) bool {
	if c.validity != nil || rows == 0 {
		return false
	}
	words := unsafe.Slice((*[2]uint64)(c.data), rows)
	for _, w := range words {
		if w != words[0] {
			return false
		}
	}
	return true
}

// Lists reads an argument that is a list.
type Lists[T any] struct {
	vector
	child In[T]
}

// TextLists is argument i as lists of strings.
func TextLists(b *Batch, i int) Lists[string] {
	return Lists[string]{b.in[i], In[string]{vectorOf(C.lt_child(b.in[i].handle)), text}}
}

// FixedLists is argument i as lists of values that stand in the vector.
func FixedLists[T Fixed](b *Batch, i int) Lists[T] {
	child := vectorOf(C.lt_child(b.in[i].handle))
	return Lists[T]{b.in[i], In[T]{child, func(data unsafe.Pointer, i int) T {
		return *(*T)(unsafe.Add(data, uintptr(i)*unsafe.Sizeof(*new(T))))
	}}}
}

// Null tells whether the list of row i is NULL.
func (l Lists[T]) Null(i int) bool { return l.null(i) }

// At calls f with every element of the list of row i.
func (l Lists[T]) At(i int, f func(value T, null bool)) {
	entry := *(*[2]uint64)(unsafe.Add(l.data, i*stringBytes)) // offset, length
	for k := entry[0]; k < entry[0]+entry[1]; k++ {
		if l.child.Null(int(k)) {
			var zero T
			f(zero, true)
			continue
		}
		f(l.child.At(int(k)), false)
	}
}

// Values is argument i as a slice into DuckDB's memory, for loops that would
// spend their time in calls of At. It ends with the call.
func Values[T Fixed](b *Batch, i int) []T {
	return unsafe.Slice((*T)(b.in[i].data), b.rows)
}

// ResultValues is the memory of the results.
func ResultValues[T Fixed](b *Batch) []T {
	return unsafe.Slice((*T)(b.out.data), b.rows)
}
