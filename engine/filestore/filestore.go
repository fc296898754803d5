// Package filestore holds the rows of the lake's tables: it has DuckDB read the
// data files that the format planned, and write the data files that a commit
// then names. With package session it is where the table format and DuckDB
// meet: the format says which files and by which rule, this package moves rows.
//
//	scan.Plan ── Read ──► DuckDB text for FROM
//	a query   ── Write ─► data files, described as manifest entries
package filestore

import (
	"context"
	"errors"

	"laketop/engine/duck"
)

// Store reads and writes tables on one connection, for one statement.
type Store struct {
	conn    *duck.Conn
	scratch []string // temporary tables
}

// New is a store on a connection.
func New(conn *duck.Conn) *Store { return &Store{conn: conn} }

// Close drops what the statement needed only while it ran.
func (s *Store) Close(ctx context.Context) error {
	var errs []error
	for _, t := range s.scratch {
		errs = append(errs, s.conn.Exec(ctx, "DROP TABLE IF EXISTS temp."+t))
	}
	s.scratch = nil
	return errors.Join(errs...)
}
