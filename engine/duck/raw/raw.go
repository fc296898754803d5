// Package raw registers DuckDB functions whose bodies are Go, called once per
// vector of rows (2048 at most) instead of once per row.
//
//	DuckDB thread ── bridge.c ──► laketopScalar ──► Scalar.Run(*Batch)
//	                 pointers      recover()         In[T], Out[T]: views on the vectors
//
// The Go driver's own functions box every value (25 ns a row); these views cost
// about 2 ns a row. Rules that keep this safe:
//
//   - DuckDB holds no Go pointer, only the integer of a runtime/cgo.Handle,
//     which it releases when the function goes with its database.
//   - A Batch and every string read from it point into DuckDB's memory and end
//     with the call. Run may not keep them; clone what must stay.
//   - Run is called from several DuckDB threads at once.
//   - A panic in Run becomes the error of the statement.
//
// A function registered on one connection is seen by every connection of the
// same database.
package raw

/*
#include <stdlib.h>
#include "bridge.h"
*/
import "C"

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"runtime/cgo"
	"unsafe"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// MaxParams is the most parameters a function may have.
const MaxParams = 64

// Scalar is a function from the values of one row to one value.
type Scalar struct {
	Name     string
	Params   []Type
	Varargs  Type // of any number of arguments behind Params; 0 = there are none
	Returns  Type
	SeesNull bool // Run decides about rows with NULL; else their result is NULL
	Volatile bool // may differ between calls with equal arguments
	Run      func(*Batch) error
}

// Register makes scalars known to the database of conn.
func Register(ctx context.Context, conn *sql.Conn, scalars ...Scalar) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("register functions: %w", err)
	}
	return conn.Raw(func(driverConn any) error {
		pointer, err := connection(driverConn)
		if err != nil {
			return err
		}
		for i := range scalars {
			if err := register(pointer, &scalars[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// connection takes the duckdb_connection out of the driver's connection, whose
// field is not exported. TestConnectionField guards the pinned driver version.
func connection(driverConn any) (uintptr, error) {
	c, ok := driverConn.(*duckdb.Conn)
	if !ok {
		return 0, fmt.Errorf("register functions: not a DuckDB connection: %T", driverConn)
	}
	field := reflect.ValueOf(c).Elem().FieldByName("conn")
	if !field.IsValid() || field.Kind() != reflect.Struct || !field.FieldByName("Ptr").IsValid() {
		return 0, errors.New("register functions: this version of the DuckDB driver keeps its connection elsewhere")
	}
	return field.FieldByName("Ptr").Pointer(), nil
}

func register(connection uintptr, s *Scalar) error {
	if len(s.Params) > MaxParams || s.Run == nil {
		return fmt.Errorf("register function %s: no body or more than %d parameters", s.Name, MaxParams)
	}
	name := C.CString(s.Name)
	defer C.free(unsafe.Pointer(name))
	params := make([]C.int, len(s.Params)+1) // one more, so that &params[0] exists
	for i, p := range s.Params {
		params[i] = C.int(p)
	}
	handle := cgo.NewHandle(s) // released by laketopRelease, also when registering fails
	if C.lt_register_scalar(C.uintptr_t(connection), name, &params[0], C.int(len(s.Params)), C.int(s.Returns),
		C.int(s.Varargs), boolean(s.SeesNull), boolean(s.Volatile), C.uintptr_t(handle)) != 0 {
		return fmt.Errorf("register function %s: refused by DuckDB (is there one of this name already?)", s.Name)
	}
	return nil
}

func boolean(b bool) C.int {
	if b {
		return 1
	}
	return 0
}
