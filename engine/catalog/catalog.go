// Package catalog turns names into tables.
//
// Names resolve exactly, else by the only name that differs in case alone; two
// such names are an error that tells both. New names keep the user's spelling.
// All catalogs share these rules: see Match and CheckName.
//
// To add a kind of catalog: implement Catalog in a package beside filesystem and
// run catalogtest against it.
package catalog

import (
	"context"
	"errors"
	"time"

	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
)

// What callers branch on; the errors that carry them are problems to show.
var (
	ErrNoTable        = errors.New("no such table")
	ErrNoDatabase     = errors.New("no such database")
	ErrTableExists    = errors.New("table exists")
	ErrDatabaseExists = errors.New("database exists")
)

// Identifier names a table, one of its branches, or one of its system tables.
type Identifier = paimon.Identifier

// Catalog is a set of databases of tables.
type Catalog interface {
	// Databases lists the names, sorted.
	Databases(ctx context.Context) ([]string, error)
	// CreateDatabase makes a database; ErrDatabaseExists when it is there.
	CreateDatabase(ctx context.Context, name string) error
	// DropDatabase removes a database, with all its tables only if cascade;
	// ErrNoDatabase when it is missing.
	DropDatabase(ctx context.Context, name string, cascade bool) error
	// Tables lists the names in a database, sorted; ErrNoDatabase when it is
	// missing.
	Tables(ctx context.Context, database string) ([]string, error)
	// Table opens a table or a branch; the System part does not matter. Its
	// Identifier has the names as they are spelled. ErrNoDatabase, ErrNoTable.
	Table(ctx context.Context, id Identifier) (*paimon.Table, error)
	// CreateTable makes an empty table of a schema that schema.New made;
	// ErrTableExists, ErrNoDatabase.
	CreateTable(ctx context.Context, id Identifier, s *schema.Schema) (*paimon.Table, error)
	// Stage makes a table out of sight, to be filled and published whole. A
	// table of that name may be there: it must be gone before Publish.
	// ErrNoDatabase.
	Stage(ctx context.Context, id Identifier, s *schema.Schema) (Staged, error)
	// DropTable removes a table with its data; ErrNoTable, ErrNoDatabase.
	DropTable(ctx context.Context, id Identifier) error
	// RenameTable gives a table another name, in another database too, and tells
	// both as they are spelled. ErrNoTable, ErrTableExists, ErrNoDatabase.
	RenameTable(ctx context.Context, from, to Identifier) (was, is Identifier, err error)
}

// Staged is a table that nobody else sees yet. Either Publish or Abort ends it;
// Abort after Publish does nothing, so it can be deferred.
type Staged interface {
	// Table is the hidden table: write its files and commit as ever.
	Table() *paimon.Table
	// Publish makes the table appear whole under its name, in one step, and
	// gives it. ErrTableExists when the name was taken meanwhile: the staged
	// table is still there to be aborted.
	Publish(ctx context.Context) (*paimon.Table, error)
	// Abort removes the hidden table.
	Abort(ctx context.Context) error
}

// Cleaner is a catalog that can sweep up what crashed work left behind.
type Cleaner interface {
	// Clean removes hidden folders in which nothing has changed for age, and
	// gives their paths.
	Clean(ctx context.Context, age time.Duration) ([]string, error)
}
