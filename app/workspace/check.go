package workspace

import (
	"context"
	"fmt"

	"laketop/engine/catalog"
	"laketop/engine/paimon/check"
)

// Finding is something wrong with the lake, and how to mend it.
type Finding = check.Finding

// Checked counts what Check looked at.
type Checked struct {
	Tables int
	check.Done
}

// Check looks at every table of the lake, all branches and tags included: what
// they name is there and of its size. A deep check reads every data file too,
// see package check.
func (w *Workspace) Check(ctx context.Context, deep bool) (Checked, []Finding, error) {
	var done Checked
	var found []Finding
	cat := w.catalogs[w.primary]
	dbs, err := cat.Databases(ctx)
	if err != nil {
		return done, nil, fmt.Errorf("list databases: %w", err)
	}
	for _, db := range dbs {
		tables, err := cat.Tables(ctx, db)
		if err != nil {
			return done, nil, fmt.Errorf("list tables of %s: %w", db, err)
		}
		for _, name := range tables {
			more, d, err := checkTable(ctx, cat, db, name, deep)
			found = append(found, more...)
			done.Tables++
			done.Snapshots, done.Files, done.Rows = done.Snapshots+d.Snapshots, done.Files+d.Files, done.Rows+d.Rows
			if err != nil {
				return done, found, err
			}
		}
		lost, err := withoutSchema(ctx, cat, db)
		if err != nil {
			return done, found, err
		}
		found = append(found, lost...)
	}
	return done, found, nil
}

// withoutSchema finds the folders of a database that hold a table's snapshots and
// have no schema, which makes them no table to any program.
func withoutSchema(ctx context.Context, cat catalog.Catalog, db string) ([]Finding, error) {
	lister, ok := cat.(interface {
		WithoutSchema(ctx context.Context, database string) ([]string, error)
	})
	if !ok {
		return nil, nil
	}
	names, err := lister.WithoutSchema(ctx, db)
	found := make([]Finding, len(names))
	for i, n := range names {
		found[i] = Finding{Where: db + "." + n, What: "the folder holds snapshots and no schema: it is no table", Mend: "restore its schema/ folder from a backup, or delete the folder"}
	}
	return found, err
}

func checkTable(ctx context.Context, cat catalog.Catalog, db, name string, deep bool) ([]Finding, check.Done, error) {
	where := db + "." + name
	t, err := cat.Table(ctx, catalog.Identifier{Database: db, Table: name})
	if err != nil {
		return []Finding{{Where: where, What: err.Error(), Mend: check.Mend(err, "restore its schema/ folder from a backup, or drop the table's folder")}}, check.Done{}, ctx.Err()
	}
	done, found, err := check.Table(ctx, t.FileIO(), t.Dir(), where, deep)
	return found, done, err
}
