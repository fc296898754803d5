package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// maxChangeTries is how often UPDATE, DELETE and MERGE run on a new snapshot
// after another writer has taken a file away that they change.
const maxChangeTries = 50

// changeWait is the longest wait before the second try; it grows with each, and
// is a random part of that, so that writers do not meet again.
const changeWait = 20 * time.Millisecond

// The operations that change rows.
const (
	updateRows = "UPDATE"
	deleteRows = "DELETE"
	mergeRows  = "MERGE"
)

// The kinds of changed rows, as key-value files have them.
const (
	kindInsert = 0
	kindUpdate = 2
	kindDelete = 3
)

// rowChange is one UPDATE, DELETE or MERGE on one snapshot of its table.
//
// The statement becomes queries in the user's dialect over the table with a few
// more columns (target), so that expressions, subqueries and casts are those of
// SELECT and INSERT. A row of an append table is known by its place, one of a
// primary-key table by its key:
//
//	append       places of old rows ── DeleteRows ─► vectors, or files written anew
//	             new rows ─────────── Write ──────► files                          one commit
//	primary key  rows with a kind ─── WriteChanges ► files of level 0
type rowChange struct {
	*running
	operation string
	id        name
	table     *paimon.Table
	moment    *paimon.Moment
	name      ast.Name
	alias     *ast.Ident
	plan      *scan.Plan // that the places count in; of the target's first reading
	rule      *merge.Rule
	temps     []string

	inserted, updated, deleted int64
}

func (c *rowChange) keyed() bool { return c.rule != nil }

func (c *rowChange) fields() []datatype.Field { return c.moment.Schema().Fields }

// change runs attempt on the newest snapshot, again when another writer was in
// the way.
func (r *running) change(ctx context.Context, n ast.Stmt, target ast.Name, alias *ast.Ident, operation string, attempt func(context.Context, *rowChange) error) error {
	if err := r.writable(n); err != nil {
		return err
	}
	for try := 1; ; try++ {
		c, err := r.rowChange(ctx, target, alias, operation)
		if err != nil {
			return err
		}
		if try == 1 {
			if done, err := r.committed(ctx, c.id, c.table); done || err != nil {
				return err
			}
		}
		err = attempt(ctx, c)
		c.dropTemps(ctx)
		if p, ok := problem.As(err); ok && p.Code == "table.conflict" && try < maxChangeTries && ctx.Err() == nil {
			select {
			case <-time.After(rand.N(changeWait * time.Duration(try))):
				continue
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return err
	}
}

func (r *running) rowChange(ctx context.Context, target ast.Name, alias *ast.Ident, operation string) (*rowChange, error) {
	id, table, err := r.target(ctx, target)
	if err != nil {
		return nil, err
	}
	if refused, ok := problem.As(table.Writable()); ok {
		return nil, r.at(refused, target)
	}
	c := &rowChange{running: r, operation: operation, id: id, table: table, name: target, alias: alias}
	if c.moment, err = table.At(ctx, scan.Options{}); err != nil {
		return nil, err
	}
	if len(table.Schema().PrimaryKeys) > 0 {
		if c.rule, err = merge.Of(table.Schema()); err != nil {
			return nil, err
		}
	}
	r.reads[TableVersion{Table: id.String(), Snapshot: c.moment.SnapshotID()}] = true
	return c, nil
}

func (r *running) update(ctx context.Context, n *ast.Update) error {
	return r.change(ctx, n, n.Name, n.Alias, updateRows, func(ctx context.Context, c *rowChange) error { return c.update(ctx, n) })
}

// update writes the rows that meet the condition with their new values.
func (c *rowChange) update(ctx context.Context, n *ast.Update) error {
	if err := c.refuseUpdates(n.Name); err != nil {
		return err
	}
	set, err := c.assignments(n.Set, false)
	if err != nil {
		return err
	}
	t, err := c.translate(ctx, c.rowQuery(n.Span, set, n.Where, c.targetTable(), kindUpdate), set, map[string]dialect.Relation{targetRelation: c.targetRows(ctx, true)})
	if err != nil {
		return err
	}
	return c.apply(ctx, t)
}

func (r *running) delete(ctx context.Context, n *ast.Delete) error {
	return r.change(ctx, n, n.Name, n.Alias, deleteRows, func(ctx context.Context, c *rowChange) error { return c.delete(ctx, n) })
}

// delete takes the rows that meet the condition away; whole partitions go
// without being read.
func (c *rowChange) delete(ctx context.Context, n *ast.Delete) error {
	done, err := c.deletePartitions(ctx, n)
	if done || err != nil {
		return err
	}
	if err := c.refuseDeletes(n.Name); err != nil {
		return err
	}
	t, err := c.translate(ctx, c.rowQuery(n.Span, nil, n.Where, c.targetTable(), kindDelete), nil, map[string]dialect.Relation{targetRelation: c.targetRows(ctx, true)})
	if err != nil {
		return err
	}
	return c.apply(ctx, t)
}

// apply runs a query of changed rows, writes them and commits.
func (c *rowChange) apply(ctx context.Context, t *dialect.Translation) error {
	if c.keyed() {
		return c.writeKeyed(ctx, t, t.SQL)
	}
	if err := c.collect(ctx, t); err != nil {
		return err
	}
	return c.commitCollected(ctx, t)
}

// refuseUpdates names the merge engines whose rows are never replaced.
func (c *rowChange) refuseUpdates(at ast.Node) error {
	if c.rule == nil || c.rule.Engine == merge.Deduplicate || c.rule.Engine == merge.PartialUpdate {
		return nil
	}
	return c.at(problem.New("dml.merge_engine", "name", c.id.String(), "engine", string(c.rule.Engine), "operation", c.operation), at)
}

// refuseDeletes names the tables that a row cannot be deleted from.
func (c *rowChange) refuseDeletes(at ast.Node) error {
	switch {
	case c.rule == nil:
		return nil
	case c.rule.IgnoreDelete:
		return c.at(problem.New("dml.ignores_deletes", "name", c.id.String()), at)
	case c.rule.Engine == merge.Deduplicate, c.rule.RemoveOnDelete && c.rule.Engine != merge.FirstRow:
		return nil
	}
	option := map[merge.Engine]string{merge.PartialUpdate: "partial-update.remove-record-on-delete", merge.Aggregation: "aggregation.remove-record-on-delete"}[c.rule.Engine]
	p := problem.New("dml.no_deletes", "name", c.id.String(), "engine", string(c.rule.Engine))
	if option != "" {
		p = p.Suggest("'" + option + "' = 'true'")
	}
	return c.at(p, at)
}

// writeKeyed writes rows with a kind to a primary-key table and commits them.
func (c *rowChange) writeKeyed(ctx context.Context, t *dialect.Translation, rows string) error {
	query, err := c.stored(rows)
	if err != nil {
		return err
	}
	w, err := c.store.Writer(c.table)
	if err != nil {
		return err
	}
	added, changelog, err := w.WriteChanges(ctx, query, kindColumn)
	if err != nil {
		return c.blame(ctx, t, err)
	}
	switch c.operation {
	case updateRows:
		c.updated = w.Rows()
	case deleteRows:
		c.deleted = w.Rows()
	}
	return c.finish(ctx, w, commit.Request{Added: added, Changelog: changelog})
}

// collect runs a query of changed rows once and keeps them.
func (c *rowChange) collect(ctx context.Context, t *dialect.Translation) error {
	text := "INSERT INTO temp." + changesTable + " " + t.SQL
	if len(c.temps) == 0 || c.temps[len(c.temps)-1] != changesTable {
		text = "CREATE OR REPLACE TEMP TABLE " + changesTable + " AS " + t.SQL
		c.temps = append(c.temps, changesTable)
	}
	if err := c.conn.Exec(ctx, text); err != nil {
		return c.blame(ctx, t, err)
	}
	return nil
}

// commitCollected makes the collected changes of an append table one commit:
// old rows go, new rows come.
func (c *rowChange) commitCollected(ctx context.Context, t *dialect.Translation) error {
	if err := c.countChanges(ctx); err != nil {
		return err
	}
	w, err := c.store.Writer(c.table)
	if err != nil {
		return err
	}
	var request commit.Request
	if c.updated+c.deleted > 0 {
		old := fmt.Sprintf("SELECT %s, %s FROM temp.%s WHERE %s IN (%d, %d)", fileColumn, rowColumn, changesTable, kindColumn, kindUpdate, kindDelete)
		if request, _, err = w.DeleteRows(ctx, c.plan, old); err != nil {
			return c.abort(ctx, w, t, err)
		}
	}
	if c.updated+c.inserted > 0 {
		rows, err := c.stored(fmt.Sprintf("SELECT * FROM temp.%s WHERE %s IN (%d, %d)", changesTable, kindColumn, kindInsert, kindUpdate))
		if err != nil {
			return err
		}
		written, err := w.Write(ctx, "SELECT * EXCLUDE ("+kindColumn+") FROM ("+rows+")")
		if err != nil {
			return c.abort(ctx, w, t, err)
		}
		request.Added = append(request.Added, written.Added...)
	}
	return c.finish(ctx, w, request)
}

// abort removes what was written and shows the error at the user's place.
func (c *rowChange) abort(ctx context.Context, w *filestore.Writer, t *dialect.Translation, err error) error {
	err = c.blame(ctx, t, err)
	if rest := w.Abort(); rest != nil {
		return fmt.Errorf("%w; removing what was written: %w", err, rest)
	}
	return err
}

func (c *rowChange) countChanges(ctx context.Context) error {
	rows, _, err := c.conn.Rows(ctx, fmt.Sprintf("SELECT count(*) FILTER (WHERE %[1]s = %[2]d), count(*) FILTER (WHERE %[1]s = %[3]d), count(*) FILTER (WHERE %[1]s = %[4]d) FROM temp.%[5]s",
		kindColumn, kindInsert, kindUpdate, kindDelete, changesTable))
	if err != nil {
		return err
	}
	for i, n := range []*int64{&c.inserted, &c.updated, &c.deleted} {
		*n, _ = rows[0][i].(int64)
	}
	return nil
}

// finish commits and says what has changed.
func (c *rowChange) finish(ctx context.Context, w *filestore.Writer, request commit.Request) error {
	affected := c.inserted + c.updated + c.deleted
	if affected > 0 || request.Overwrite != nil {
		request.Operation = c.operation
		if err := c.commit(ctx, c.id, c.table, w, request); err != nil {
			return err
		}
	}
	c.out.Affected = affected
	switch c.operation {
	case updateRows:
		c.retell(notice.New("rows.updated", "table", c.id, "rows", c.updated))
	case deleteRows:
		c.retell(notice.New("rows.deleted", "table", c.id, "rows", c.deleted))
	case mergeRows:
		c.retell(notice.New("rows.merged", "table", c.id, "updated", c.updated, "deleted", c.deleted, "inserted", c.inserted))
	}
	c.noteReads()
	return nil
}

// dropTemps drops what the statement kept while it ran; what cannot be dropped
// goes with the connection.
func (c *rowChange) dropTemps(ctx context.Context) {
	for _, t := range c.temps {
		_ = c.conn.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS temp."+t)
	}
	c.temps = nil
}
