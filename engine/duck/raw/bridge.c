#include "bridge.h"
#include <stddef.h>

// Written in Go (callback.go).
extern void laketopScalar(uintptr_t handle, duckdb_function_info info, lt_column *columns, int count, uint64_t rows,
                          lt_column *out);
extern void laketopRelease(uintptr_t handle);

enum { LT_DECIMAL = 19, LT_LIST = 256, LT_MAX_PARAMS = 64 };

static lt_column column_of(duckdb_vector v) {
  lt_column c = {v, duckdb_vector_get_data(v), duckdb_vector_get_validity(v)};
  return c;
}

// DuckDB flattens the input of a C function, constants included, before it
// calls it, and makes the result constant again where all inputs were.
static void run_scalar(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  lt_column columns[LT_MAX_PARAMS];
  int count = (int)duckdb_data_chunk_get_column_count(input);
  if (count > LT_MAX_PARAMS) {
    duckdb_scalar_function_set_error(info, "too many arguments");
    return;
  }
  for (int i = 0; i < count; i++) {
    columns[i] = column_of(duckdb_data_chunk_get_vector(input, i));
  }
  lt_column out = column_of(output);
  laketopScalar((uintptr_t)duckdb_scalar_function_get_extra_info(info), info, columns, count,
                duckdb_data_chunk_get_size(input), &out);
}

static void release(void *handle) { laketopRelease((uintptr_t)handle); }

static duckdb_logical_type type_of(int id) {
  if (id < LT_LIST) {
    return duckdb_create_logical_type(id);
  }
  duckdb_logical_type element = duckdb_create_logical_type(id - LT_LIST);
  duckdb_logical_type list = duckdb_create_list_type(element);
  duckdb_destroy_logical_type(&element);
  return list;
}

int lt_register_scalar(uintptr_t connection, const char *name, const int *params, int count, int returns,
                       int varargs, int sees_null, int is_volatile, uintptr_t handle) {
  duckdb_scalar_function f = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(f, name);
  for (int i = 0; i < count; i++) {
    duckdb_logical_type t = type_of(params[i]);
    duckdb_scalar_function_add_parameter(f, t);
    duckdb_destroy_logical_type(&t);
  }
  if (varargs) {
    duckdb_logical_type v = type_of(varargs);
    duckdb_scalar_function_set_varargs(f, v);
    duckdb_destroy_logical_type(&v);
  }
  duckdb_logical_type t = type_of(returns);
  duckdb_scalar_function_set_return_type(f, t);
  duckdb_destroy_logical_type(&t);
  if (sees_null) {
    duckdb_scalar_function_set_special_handling(f);
  }
  if (is_volatile) {
    duckdb_scalar_function_set_volatile(f);
  }
  duckdb_scalar_function_set_extra_info(f, (void *)handle, release);
  duckdb_scalar_function_set_function(f, run_scalar);
  duckdb_state s = duckdb_register_scalar_function((duckdb_connection)connection, f);
  duckdb_destroy_scalar_function(&f);
  return s == DuckDBSuccess ? 0 : 1;
}

lt_type lt_type_of(duckdb_vector vector) {
  duckdb_logical_type t = duckdb_vector_get_column_type(vector);
  lt_type out = {duckdb_get_type_id(t), 0, 0, 0};
  out.stored = out.id;
  if (out.id == LT_DECIMAL) {
    out.stored = duckdb_decimal_internal_type(t);
    out.width = duckdb_decimal_width(t);
    out.scale = duckdb_decimal_scale(t);
  }
  duckdb_destroy_logical_type(&t);
  return out;
}

lt_column lt_child(duckdb_vector list) { return column_of(duckdb_list_vector_get_child(list)); }

lt_column lt_grow(duckdb_vector list, uint64_t size) {
  if (duckdb_list_vector_reserve(list, size) != DuckDBSuccess || duckdb_list_vector_set_size(list, size) != DuckDBSuccess) {
    lt_column none = {NULL, NULL, NULL};
    return none;
  }
  return lt_child(list);
}

uint64_t *lt_writable(duckdb_vector vector) {
  duckdb_vector_ensure_validity_writable(vector);
  return duckdb_vector_get_validity(vector);
}
