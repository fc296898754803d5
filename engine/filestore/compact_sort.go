package filestore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
)

// Sorting is the order that a sorting compaction gives the rows of each
// partition, so that the files of a filter's rows are few.
type Sorting struct {
	// Strategy is order (by the first column, then the second, ...), zorder or
	// hilbert (rows near each other in all columns are near in the files).
	Strategy string
	// Columns of the table, which do not partition it.
	Columns []string
}

// byColumns is the strategy of a plain ORDER BY.
const byColumns = "order"

// Strategies are those that Sorting knows.
func Strategies() []string { return []string{byColumns, zOrder, hilbert} }

// Sort writes every file of an append table without buckets anew, its rows in an
// order, and commits that as one snapshot of kind COMPACT. Files end near the
// table's target-file-size. Of opt only Keep, Dry, User and Identifier count.
func (s *Store) Sort(ctx context.Context, table *paimon.Table, by Sorting, opt CompactOptions) (Compacted, error) {
	if len(table.Schema().PrimaryKeys) > 0 || table.Schema().Bucket() > 0 {
		return Compacted{}, fmt.Errorf("rows of %s stand in the order of their buckets", table.Identifier())
	}
	if err := s.conn.Provide(ctx, curveFunction()); err != nil {
		return Compacted{}, err
	}
	for round := 0; ; round++ {
		c, err := s.compacting(table, opt)
		if err != nil {
			return Compacted{}, err
		}
		out, err := c.sort(ctx, by)
		if err != nil && !errors.Is(err, commit.ErrUnknown) {
			err = errors.Join(err, c.abort())
		}
		if !errors.Is(err, commit.ErrConflict) || round == lostRaces || ctx.Err() != nil {
			return out, err
		}
	}
}

// sort plans on the newest snapshot, writes and commits.
func (c *compacting) sort(ctx context.Context, by Sorting) (Compacted, error) {
	plan, err := c.table.Whole(ctx)
	if err != nil {
		return Compacted{}, err
	}
	works := c.whole(plan)
	for _, b := range works {
		c.done[b.key] = b
		if c.opt.Dry {
			b.pretend()
			continue
		}
		if b.w, err = b.Writer(b.table); err != nil {
			return Compacted{}, err
		}
		b.rewritten = map[string]bool{}
		if err := b.sorted(ctx, b.groups[0], by); err != nil {
			return Compacted{}, err
		}
	}
	return c.commit(ctx, plan, works)
}

// whole is work on all files of each partition.
func (c *compacting) whole(plan *scan.Plan) []*bucketWork {
	at := map[string]*bucketWork{}
	var all []*bucketWork
	for i := range plan.Files {
		f := &plan.Files[i]
		key := paimon.BucketKey{Partition: string(f.Entry.Partition), Bucket: f.Entry.Bucket}
		if c.opt.Keep != nil && !c.opt.Keep(f.Partition) {
			continue
		}
		b := at[key.Partition]
		if b == nil {
			b = &bucketWork{compacting: c, key: key, partition: f.Partition, groups: make([][]scan.PlannedFile, 1)}
			at[key.Partition] = b
			all = append(all, b)
		}
		b.groups[0] = append(b.groups[0], *f)
	}
	return all
}

// sorted writes the rows of files in an order, file by file.
func (b *bucketWork) sorted(ctx context.Context, group []scan.PlannedFile, by Sorting) error {
	text, err := b.placedRows(ctx, group)
	if err != nil {
		return err
	}
	defer b.w.drop(ctx, runTable)
	if err := b.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+runTable+" AS "+b.inOrderOf(text, by)); err != nil {
		return err
	}
	rows, _, err := b.conn.Rows(ctx, "SELECT count(*)::BIGINT FROM temp."+runTable)
	if err != nil {
		return err
	}
	all, _ := rows[0][0].(int64)
	l := b.w.layout()
	files, err := b.w.filesFor(ctx, all, l)
	if err != nil {
		return err
	}
	var written []manifest.Entry
	for i := range files {
		low, high := all*i/files, all*(i+1)/files
		e, err := b.w.files(ctx, fmt.Sprintf("SELECT * FROM temp.%s WHERE rowid >= %d AND rowid < %d", runTable, low, high), b.partition)
		if err != nil {
			return err
		}
		written = append(written, e...)
	}
	b.replace(group, numbered(written, group[0].Entry.File.MinSequence))
	return nil
}

// inOrderOf is the query of the table's columns in an order. Along a curve a
// column's value counts by its rank, so that columns of any type and spread
// weigh the same.
func (b *bucketWork) inOrderOf(text string, by Sorting) string {
	fields := make([]datatype.Field, len(by.Columns))
	for i, name := range by.Columns {
		at := slices.IndexFunc(b.schema.Fields, func(f datatype.Field) bool { return f.Name == name })
		fields[i] = b.schema.Fields[at]
	}
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = sortExpr(f) + " NULLS FIRST"
	}
	columns := make([]string, len(b.schema.Fields))
	for i, f := range b.schema.Fields {
		columns[i] = duck.Ident(f.Name)
	}
	order := strings.Join(keys, ", ")
	if by.Strategy != byColumns {
		for i, k := range keys {
			keys[i] = fmt.Sprintf("CAST((rank() OVER (ORDER BY %s) - 1) * %d // count(*) OVER () AS INTEGER)", k, 1<<curveBits)
		}
		text = fmt.Sprintf("SELECT *, %s(%s, %s) AS _LT_KEY FROM (%s)", curveName, duck.Literal(by.Strategy), strings.Join(keys, ", "), text)
		order = "_LT_KEY"
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM (" + text + ") ORDER BY " + order + ", _LT_FILE, _LT_ROW"
}
