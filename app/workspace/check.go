package workspace

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
)

// Finding is something wrong with the lake, and how to mend it.
type Finding struct {
	Where string // table or file
	What  string
	Mend  string
}

// Checked counts what Check looked at.
type Checked struct {
	Tables, Snapshots, Files int
}

// Check looks at every table of the lake: snapshots readable and without
// holes, every file that one of them names there and of its size, hints not
// ahead of the snapshots.
func (w *Workspace) Check(ctx context.Context) (Checked, []Finding, error) {
	c := checker{}
	cat := w.catalogs[w.primary]
	dbs, err := cat.Databases(ctx)
	if err != nil {
		return c.done, nil, fmt.Errorf("list databases: %w", err)
	}
	for _, db := range dbs {
		tables, err := cat.Tables(ctx, db)
		if err != nil {
			return c.done, nil, fmt.Errorf("list tables of %s: %w", db, err)
		}
		for _, name := range tables {
			if err := ctx.Err(); err != nil {
				return c.done, c.found, err
			}
			c.table(ctx, cat, db, name)
		}
	}
	return c.done, c.found, nil
}

type checker struct {
	done  Checked
	found []Finding
	seen  map[string]bool // files of the table at hand
}

func (c *checker) add(where, what, mend string) {
	c.found = append(c.found, Finding{where, what, mend})
}

func (c *checker) table(ctx context.Context, cat catalog.Catalog, db, name string) {
	where := db + "." + name
	c.done.Tables++
	c.seen = map[string]bool{}
	t, err := cat.Table(ctx, catalog.Identifier{Database: db, Table: name})
	if err != nil {
		c.add(where, err.Error(), "restore its schema/ folder from a backup, or drop the table's folder")
		return
	}
	all, err := t.Snapshots().All(ctx)
	if err != nil {
		c.add(where, "its snapshots cannot be read: "+err.Error(), "restore the snapshot file from a backup, or roll back to an older snapshot")
		return
	}
	for i, s := range all {
		c.done.Snapshots++
		if i > 0 && s.ID != all[i-1].ID+1 {
			c.add(where, fmt.Sprintf("snapshots jump from %d to %d", all[i-1].ID, s.ID), "nothing reads the missing ones; expire the older snapshots")
		}
		c.files(ctx, t, where, s)
	}
	if len(all) > 0 {
		c.hint(ctx, t, where, all[len(all)-1].ID)
	}
}

// files looks at what one snapshot reads. Files that several name are looked
// at once.
func (c *checker) files(ctx context.Context, t *paimon.Table, where string, s *snapshot.Snapshot) {
	plan, err := t.Plan(ctx, scan.Options{Snapshot: s.ID})
	if err != nil {
		c.add(where, fmt.Sprintf("snapshot %d cannot be planned: %v", s.ID, err), "restore the named manifest from a backup, or roll back to a snapshot before it")
		return
	}
	for _, f := range plan.Files {
		if c.seen[f.Path] {
			continue
		}
		c.seen[f.Path] = true
		c.done.Files++
		info, err := t.FileIO().Stat(ctx, f.Path)
		switch {
		case errors.Is(err, fileio.ErrNotExist):
			c.add(f.Path, fmt.Sprintf("snapshot %d of %s needs this file and it is gone", s.ID, where), "restore it from a backup, or run the cell again that made the table")
		case err != nil:
			c.add(f.Path, err.Error(), "check the folder's permissions and the disk")
		case info.SizeBytes != f.Entry.File.SizeBytes:
			c.add(f.Path, fmt.Sprintf("the file has %d bytes where %d were committed", info.SizeBytes, f.Entry.File.SizeBytes), "it was cut short or changed: restore it from a backup, or run the cell again that made the table")
		}
	}
}

// hint compares LATEST with the newest snapshot. One that lags is normal after
// a crash; one that is ahead names a snapshot that is gone.
func (c *checker) hint(ctx context.Context, t *paimon.Table, where string, latest int64) {
	data, err := t.FileIO().ReadFile(ctx, fileio.Join(t.Dir(), "snapshot", "LATEST"))
	if err != nil {
		return // a missing hint is no fault
	}
	id, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	if err != nil || id > latest {
		c.add(where, fmt.Sprintf("the hint snapshot/LATEST says %q, the newest snapshot is %d", strings.TrimSpace(string(data)), latest), "remove the hint file; it is made again by the next commit")
	}
}
