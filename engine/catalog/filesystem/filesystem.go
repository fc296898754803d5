// Package filesystem is a catalog that is a folder, as every Paimon engine
// reads it.
//
//	<warehouse>/
//	├── game_db.db/                    a database
//	│   ├── dwd_user_event/schema/...  a table: its schema folder holds a schema
//	│   └── .laketop/                  hidden; other engines see no table in it
//	│       ├── stage-<uuid>/<table>   being built; appears by one rename
//	│       └── drop-<uuid>/<table>    taken away by one rename, being deleted
//	└── .laketop/drop-<uuid>/<db>.db
//
// A crash leaves hidden folders at most; Clean removes them when they are old.
package filesystem

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

const (
	databaseSuffix = ".db"
	hiddenFolder   = ".laketop"
	stagePrefix    = "stage-"
	dropPrefix     = "drop-"
	suggestions    = 3
)

// Catalog is a warehouse folder. It is safe for concurrent use.
type Catalog struct {
	io  fileio.FileIO
	env *paimon.Env
}

var (
	_ catalog.Catalog = (*Catalog)(nil)
	_ catalog.Cleaner = (*Catalog)(nil)
)

// Open is the catalog of the warehouse that io is rooted in; clock gives the
// time of commits.
func Open(io fileio.FileIO, clock func() time.Time) *Catalog {
	return &Catalog{io: io, env: paimon.NewEnv(io, clock)}
}

// FileIO is where the warehouse lives.
func (c *Catalog) FileIO() fileio.FileIO { return c.io }

// Databases implements catalog.Catalog.
func (c *Catalog) Databases(ctx context.Context) ([]string, error) {
	infos, err := c.io.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("list databases: %w", err)
	}
	var names []string
	for _, i := range infos {
		if name, ok := strings.CutSuffix(i.Path, databaseSuffix); ok && i.IsDir && name != "" && name[0] != '.' {
			names = append(names, name)
		}
	}
	return names, nil
}

// database finds a database by the rules of names.
func (c *Catalog) database(ctx context.Context, name string) (string, error) {
	names, err := c.Databases(ctx)
	if err != nil {
		return "", err
	}
	found, err := catalog.Match(name, names)
	if err == nil && found == "" {
		err = problem.New("table.unknown_database", "name", name).
			Suggest(problem.Nearest(name, names, suggestions)...).Because(catalog.ErrNoDatabase)
	}
	return found, err
}

// CreateDatabase implements catalog.Catalog.
func (c *Catalog) CreateDatabase(ctx context.Context, name string) error {
	if err := catalog.CheckDatabase(name); err != nil {
		return err
	}
	names, err := c.Databases(ctx)
	if err != nil {
		return err
	}
	there, err := catalog.Match(name, names)
	if err != nil {
		return err
	}
	if there != "" {
		return problem.New("table.database_exists", "name", there).Because(catalog.ErrDatabaseExists)
	}
	return c.makeFolder(ctx, name+databaseSuffix)
}

// makeFolder makes a folder that stays empty. A storage without folders keeps
// a hidden file in it instead.
func (c *Catalog) makeFolder(ctx context.Context, dir string) error {
	var err error
	if l, ok := c.io.(fileio.Local); ok {
		err = l.MakeDir(ctx, dir)
	} else if err = c.io.Create(ctx, fileio.Join(dir, ".database"), nil); errors.Is(err, fileio.ErrExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("make database folder: %w", err)
	}
	return nil
}

// DropDatabase implements catalog.Catalog.
func (c *Catalog) DropDatabase(ctx context.Context, name string, cascade bool) error {
	db, err := c.database(ctx, name)
	if err != nil {
		return err
	}
	infos, err := c.io.List(ctx, db+databaseSuffix)
	if err != nil {
		return fmt.Errorf("drop database %s: %w", db, err)
	}
	for _, i := range infos {
		if base := path.Base(i.Path); base[0] != '.' && !cascade {
			return problem.New("table.database_not_empty", "name", db, "what", base)
		}
	}
	return c.takeAway(ctx, db+databaseSuffix, "")
}

// takeAway makes a folder vanish in one step and then deletes it. What is left
// of it after a crash is hidden in folder.
func (c *Catalog) takeAway(ctx context.Context, dir, folder string) error {
	grave := fileio.Join(folder, hiddenFolder, dropPrefix+c.env.Unique())
	if err := c.io.Rename(ctx, dir, fileio.Join(grave, path.Base(dir))); err != nil {
		return fmt.Errorf("drop %s: %w", dir, err)
	}
	if err := c.io.Remove(context.WithoutCancel(ctx), grave); err != nil { // the folder is gone already: a stop comes too late
		return fmt.Errorf("delete what was dropped: %w", err)
	}
	return nil
}

// Tables implements catalog.Catalog.
func (c *Catalog) Tables(ctx context.Context, database string) ([]string, error) {
	db, err := c.database(ctx, database)
	if err != nil {
		return nil, err
	}
	return c.tables(ctx, db)
}

func (c *Catalog) tables(ctx context.Context, db string) ([]string, error) {
	return c.foldersOf(ctx, db, func(name string) (bool, error) { return c.isTable(ctx, db, name) })
}

// foldersOf are a database's folders of a kind.
func (c *Catalog) foldersOf(ctx context.Context, db string, is func(name string) (bool, error)) ([]string, error) {
	folders, err := c.folders(ctx, db)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range folders {
		ok, err := is(name)
		if err != nil {
			return nil, err
		}
		if ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// WithoutSchema are the folders of a database that hold snapshots and no schema:
// what is left of tables, and none to any program.
func (c *Catalog) WithoutSchema(ctx context.Context, db string) ([]string, error) {
	return c.foldersOf(ctx, db, func(name string) (bool, error) {
		if is, err := c.isTable(ctx, db, name); err != nil || is {
			return false, err
		}
		last, err := snapshot.NewManager(c.io, dir(catalog.Identifier{Database: db, Table: name})).LatestID(ctx)
		return last > 0, err
	})
}

// folders are the names in a database that may be tables.
func (c *Catalog) folders(ctx context.Context, db string) ([]string, error) {
	infos, err := c.io.List(ctx, db+databaseSuffix)
	if err != nil {
		return nil, fmt.Errorf("list tables of %s: %w", db, err)
	}
	var names []string
	for _, i := range infos {
		if name := path.Base(i.Path); i.IsDir && name[0] != '.' {
			names = append(names, name)
		}
	}
	return names, nil
}

func (c *Catalog) isTable(ctx context.Context, db, name string) (bool, error) {
	id, err := schema.NewManager(c.io, dir(catalog.Identifier{Database: db, Table: name})).LatestID(ctx)
	return id >= 0, err
}

// find gives a table's names as they are spelled; the table is "" when the
// database has none of that name. It looks into one folder if it can.
func (c *Catalog) find(ctx context.Context, id catalog.Identifier) (catalog.Identifier, error) {
	db, err := c.database(ctx, id.Database)
	if err != nil {
		return id, err
	}
	id.Database = db
	folders, err := c.folders(ctx, db)
	if err != nil {
		return id, err
	}
	if name, err := catalog.Match(id.Table, folders); err == nil && name != "" {
		is, err := c.isTable(ctx, db, name)
		if is || err != nil {
			id.Table = name
			return id, err
		}
	}
	names, err := c.tables(ctx, db)
	if err != nil {
		return id, err
	}
	id.Table, err = catalog.Match(id.Table, names)
	return id, err
}

// existing is find for a table that must be there.
func (c *Catalog) existing(ctx context.Context, id catalog.Identifier) (catalog.Identifier, error) {
	found, err := c.find(ctx, id)
	if err != nil || found.Table != "" {
		return found, err
	}
	names, err := c.tables(ctx, found.Database)
	if err != nil {
		return id, err
	}
	return id, problem.New("sql.unknown_table", "name", found.Database+"."+id.Table).
		Suggest(problem.Nearest(id.Table, names, suggestions)...).Because(catalog.ErrNoTable)
}

// home is the place of a table that may be there, for one that is staged: the
// identifier as it is spelled where it is there, else as it was written.
func (c *Catalog) home(ctx context.Context, id catalog.Identifier) (catalog.Identifier, error) {
	if err := catalog.CheckTable(id.Table); err != nil {
		return id, err
	}
	found, err := c.find(ctx, id)
	if err != nil || found.Table != "" {
		return found, err
	}
	return catalog.Identifier{Database: found.Database, Table: id.Table}, nil
}

// free is find for a table that must not be there: the identifier with the
// database as it is spelled.
func (c *Catalog) free(ctx context.Context, id catalog.Identifier) (catalog.Identifier, error) {
	if err := catalog.CheckTable(id.Table); err != nil {
		return id, err
	}
	found, err := c.find(ctx, id)
	if err != nil {
		return id, err
	}
	if found.Table != "" {
		return id, exists(found)
	}
	return catalog.Identifier{Database: found.Database, Table: id.Table}, nil
}

func exists(id catalog.Identifier) error {
	return problem.New("table.exists", "name", id.Database+"."+id.Table).Because(catalog.ErrTableExists)
}

func dir(id catalog.Identifier) string { return fileio.Join(id.Database+databaseSuffix, id.Table) }

// Table implements catalog.Catalog.
func (c *Catalog) Table(ctx context.Context, id catalog.Identifier) (*paimon.Table, error) {
	found, err := c.existing(ctx, id)
	if err != nil {
		return nil, err
	}
	t, err := paimon.Load(ctx, c.env, dir(found), found)
	if errors.Is(err, fileio.ErrNotExist) {
		return nil, problem.New("sql.unknown_table", "name", found.String()).Because(errors.Join(catalog.ErrNoTable, err))
	}
	return t, err
}

// CreateTable implements catalog.Catalog. The table is there as soon as its
// first schema is.
func (c *Catalog) CreateTable(ctx context.Context, id catalog.Identifier, s *schema.Schema) (*paimon.Table, error) {
	id, err := c.free(ctx, id)
	if err != nil {
		return nil, err
	}
	err = paimon.Create(ctx, c.env, dir(id), id, s)
	if errors.Is(err, schema.ErrConflict) {
		return nil, exists(id)
	}
	if err != nil {
		return nil, err
	}
	return paimon.Load(ctx, c.env, dir(id), id)
}

// DropTable implements catalog.Catalog.
func (c *Catalog) DropTable(ctx context.Context, id catalog.Identifier) error {
	found, err := c.existing(ctx, id)
	if err != nil {
		return err
	}
	err = c.takeAway(ctx, dir(found), found.Database+databaseSuffix)
	if errors.Is(err, fileio.ErrNotExist) { // another was faster
		return problem.New("sql.unknown_table", "name", found.String()).Because(errors.Join(catalog.ErrNoTable, err))
	}
	return err
}

// RenameTable implements catalog.Catalog. The folder moves in one step.
func (c *Catalog) RenameTable(ctx context.Context, from, to catalog.Identifier) (was, is catalog.Identifier, err error) {
	if was, err = c.existing(ctx, from); err != nil {
		return was, to, err
	}
	if is, err = c.home(ctx, to); err != nil {
		return was, is, err
	}
	if is == was && to.Table != was.Table { // only the case of letters changes
		is.Table = to.Table
	} else if found, err := c.find(ctx, is); err != nil || found.Table != "" {
		return was, is, errors.Join(err, exists(is))
	}
	err = c.io.Rename(ctx, dir(was), dir(is))
	switch {
	case errors.Is(err, fileio.ErrExist):
		return was, is, exists(is)
	case errors.Is(err, fileio.ErrNotExist): // another was faster
		return was, is, problem.New("sql.unknown_table", "name", was.String()).Because(errors.Join(catalog.ErrNoTable, err))
	case err != nil:
		return was, is, fmt.Errorf("rename table %s: %w", was, err)
	}
	return was, is, nil
}
