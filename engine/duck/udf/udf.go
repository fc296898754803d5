// Package udf registers the functions of engine/dialect/javafn in a DuckDB
// database, under the names that the translated statements call ("lt_...").
//
//	table.go   name, parameter types, result type, the Go function
//	lift.go    how a Go function of plain values runs over a vector
//
// A NULL argument makes the result NULL unless the table says otherwise.
package udf

import (
	"context"
	"database/sql"
	"fmt"

	"laketop/engine/duck/raw"
)

// Register makes the functions known to the database of conn. One call serves
// every connection of the database; a second one does nothing.
func Register(ctx context.Context, conn *sql.Conn) error {
	var there bool
	err := conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM duckdb_functions() WHERE function_name = 'lt_registered'").Scan(&there)
	if err != nil {
		return fmt.Errorf("look for the functions: %w", err)
	}
	if there {
		return nil
	}
	return raw.Register(ctx, conn, table()...)
}

// Names lists the functions in the order of the table.
func Names() []string {
	var names []string
	for _, s := range table() {
		names = append(names, s.Name)
	}
	return names
}
