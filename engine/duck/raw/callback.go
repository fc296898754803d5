package raw

/*
#include <stdlib.h>
#include "bridge.h"
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"unsafe"
)

// laketopScalar runs a Go function on the vectors of one chunk.
//
//export laketopScalar
func laketopScalar(handle C.uintptr_t, info C.duckdb_function_info, columns *C.lt_column, count C.int, rows C.uint64_t, out *C.lt_column) {
	err := run(cgo.Handle(handle), unsafe.Slice(columns, int(count)), int(rows), out)
	if err != nil {
		text := C.CString(err.Error())
		C.duckdb_scalar_function_set_error(info, text)
		C.free(unsafe.Pointer(text))
	}
}

// laketopRelease forgets a function that DuckDB no longer has.
//
//export laketopRelease
func laketopRelease(handle C.uintptr_t) { cgo.Handle(handle).Delete() }

func run(handle cgo.Handle, columns []C.lt_column, rows int, out *C.lt_column) (err error) {
	name := "function"
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: internal error: %v", name, p)
		}
	}()
	s := handle.Value().(*Scalar)
	name = s.Name
	b := &Batch{rows: rows, in: make([]vector, len(columns)), out: output{vector: vectorOf(*out)}}
	b.out.borrow()
	defer b.out.giveBack()
	for i, c := range columns {
		b.in[i] = vectorOf(c)
	}
	if !s.SeesNull {
		b.nullInNullOut()
	}
	if err := s.Run(b); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return b.out.flush(s.Returns == Varchar || s.Returns == ListOf(Varchar))
}

func vectorOf(c C.lt_column) vector {
	return vector{handle: c.vector, data: c.data, validity: c.validity}
}
