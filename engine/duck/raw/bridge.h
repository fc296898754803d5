// What the Go side and the C side of this package know of each other.
#ifndef LAKETOP_RAW_BRIDGE_H
#define LAKETOP_RAW_BRIDGE_H

#include "duckdb_raw.h"

// lt_column is one flat vector as DuckDB hands it over.
typedef struct {
  duckdb_vector vector;
  void *data;
  uint64_t *validity; // NULL: every row is valid
} lt_column;

// lt_register_scalar registers a function whose body is the Go value behind
// handle. A type is its DuckDB id, plus 256 for a list of it; varargs is the
// type of any number of further arguments, or 0.
int lt_register_scalar(uintptr_t connection, const char *name, const int *params, int count, int returns,
                       int varargs, int sees_null, int is_volatile, uintptr_t handle);

// lt_type is what a vector holds; stored, width and scale of a DECIMAL.
typedef struct {
  int id, stored, width, scale;
} lt_type;
lt_type lt_type_of(duckdb_vector vector);

lt_column lt_child(duckdb_vector list);
lt_column lt_grow(duckdb_vector list, uint64_t size);
uint64_t *lt_writable(duckdb_vector vector);

#endif
