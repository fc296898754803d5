// Package filestore holds the rows of the lake's tables: it has DuckDB read the
// data files that the format planned, and write the data files that a commit
// then names. With package session it is where the table format and DuckDB
// meet: the format says which files and by which rule, this package moves rows.
//
//	scan.Plan ── Read ──► DuckDB text for FROM
//	a query   ── Write ─► data files, described as manifest entries
//
// A primary-key table is read as its files less the rows that newer files
// replace, and what was merged beside them (overlay.go). Which rows these are is
// worked out once for the files of a bucket and kept in Shared.
package filestore

import (
	"context"
	"errors"

	"laketop/engine/duck"
)

// Store reads and writes tables on one connection, for one statement.
type Store struct {
	conn    *duck.Conn
	shared  *Shared
	scratch []string // temporary tables
	release []func() // what the statement holds while it runs
	wanted  []build  // overlays that would have helped
}

// New is a store on a connection of the instance that shared belongs to.
func New(conn *duck.Conn, shared *Shared) *Store { return &Store{conn: conn, shared: shared} }

// Close drops what the statement needed only while it ran, and has the overlays
// built that it missed.
func (s *Store) Close(ctx context.Context) error {
	var errs []error
	for _, t := range s.scratch {
		errs = append(errs, s.conn.Exec(ctx, "DROP TABLE IF EXISTS temp."+t))
	}
	for _, f := range s.release {
		f()
	}
	s.shared.enqueue(s.wanted)
	s.scratch, s.release, s.wanted = nil, nil, nil
	return errors.Join(errs...)
}
