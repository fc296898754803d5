package session

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// compaction is what OPTIMIZE and CALL sys.compact ask for.
type compaction struct {
	id    name
	table *paimon.Table
	full  bool
	where ast.Expr // over partition columns; nil = all
	node  ast.Node // of the statement
}

// compact merges the files of a table: OPTIMIZE.
func (r *running) compact(ctx context.Context, c compaction) error {
	opt := filestore.CompactOptions{Full: true, Now: r.now}
	if c.where != nil {
		keep, err := r.partitionsWhere(ctx, c.table, r.stmt, c.where)
		if err != nil {
			return err
		}
		opt.Keep = keep
	}
	out, err := r.store.Compact(ctx, c.table, opt)
	if err != nil {
		return err
	}
	r.compacted(ctx, c.id, c.table, out)
	return nil
}

// compacted says what a compaction did.
func (r *running) compacted(ctx context.Context, id name, table *paimon.Table, out filestore.Compacted) {
	r.tell(compactedNotices(id, out)...)
	version := TableVersion{Table: id.String()}
	if out.Snapshot != nil {
		version.Snapshot = out.Snapshot.ID
	} else if last, err := table.Snapshots().LatestID(ctx); err == nil {
		version.Snapshot = last
	}
	r.out.Writes = append(r.out.Writes, version)
}

func compactedNotices(table name, out filestore.Compacted) []notice.Notice {
	if len(out.Read) == 0 {
		return []notice.Notice{notice.New("compaction.none", "table", table)}
	}
	said := []notice.Notice{notice.New("compaction.done", "table", table, "read", len(out.Read)-out.Upgraded, "written", len(out.Written)-out.Upgraded)}
	if out.Upgraded > 0 {
		said = append(said, notice.New("compaction.levels", "files", out.Upgraded))
	}
	if out.Changes > 0 {
		said = append(said, notice.New("compaction.changes", "changes", out.Changes))
	}
	return said
}

// partitionsWhere evaluates a condition on the partitions of a table alone.
func (r *running) partitionsWhere(ctx context.Context, table *paimon.Table, stmt dialect.Statement, where ast.Expr) (func([]any) bool, error) {
	s := table.Schema()
	if len(s.PartitionKeys) == 0 {
		return nil, problem.New("table.without_partitions", "name", table.Identifier().String(), "key", "WHERE")
	}
	plan, err := table.Whole(ctx)
	if err != nil {
		return nil, err
	}
	all := partitionsOf(plan)
	var fields []datatype.Field
	rel := dialect.Relation{}
	place := text(rowColumn)
	for _, k := range s.PartitionKeys {
		f, _ := s.Field(k)
		fields = append(fields, f)
	}
	fields = append(fields, place)
	for _, f := range fields {
		rel.Columns = append(rel.Columns, dialect.Column{Name: f.Name, Type: f.Type})
	}
	rows := make([][]any, len(all))
	for i, p := range all {
		rows[i] = append(slices.Clone(p), strconv.Itoa(i))
	}
	rel.SQL = func(dialect.Use) (string, error) {
		sql, err := valuesSQL(fields, rows)
		return "(" + sql + ")", err
	}
	span := ast.Span{Start: where.Pos().Start, End: where.Pos().End}
	item := &ast.Column{Span: span, Parts: []ast.Ident{{Span: span, Name: rowColumn, Quoted: true}}}
	from := &ast.Table{Span: span, Name: ast.Name{{Span: span, Name: s.PartitionKeys[0]}}, Options: map[string]string{relationKey: targetRelation}}
	q := &ast.Query{Span: span, Body: &ast.Select{Span: span, Items: []ast.Item{{Span: span, X: item}}, From: from, Where: where}}
	t, err := dialect.Translate(ctx, r.dialect, stmt, q, &changeScope{r.scope(), map[string]dialect.Relation{targetRelation: rel}}, r.options())
	if err != nil {
		return nil, err
	}
	found, _, err := r.conn.Rows(ctx, t.SQL)
	if err != nil {
		return nil, r.blame(ctx, t, err)
	}
	kept := map[string]bool{}
	for _, row := range found {
		i, err := strconv.Atoi(fmt.Sprint(row[0]))
		if err != nil || i < 0 || i >= len(all) {
			return nil, fmt.Errorf("partition %v of %d", row[0], len(all))
		}
		kept[fmt.Sprint(all[i])] = true
	}
	return func(p []any) bool { return kept[fmt.Sprint(p)] }, nil
}

// optionDeltaCommits makes every so many commits be followed by a full
// compaction.
const optionDeltaCommits = "full-compaction.delta-commits"

// compactAfter does what a table wants done after each commit of rows: level 0
// is looked up, runs that are too many are merged. The rows are committed
// already: what fails here is told and not an error.
func (r *running) compactAfter(ctx context.Context, id name, table *paimon.Table, request commit.Request) {
	s := table.Schema()
	if s.Flag("write-only") || s.Bucket() <= 0 || len(request.Added) == 0 {
		return
	}
	opt := filestore.CompactOptions{
		Now: r.now, User: request.User, Identifier: request.Identifier, Silent: request.Overwrite != nil,
		Buckets: map[paimon.BucketKey]bool{}, Relaxed: r.cfg.Compact != nil, Full: r.isDue(ctx, table),
	}
	for i := range request.Added {
		e := &request.Added[i]
		opt.Buckets[paimon.BucketKey{Partition: string(e.Partition), Bucket: e.Bucket}] = true
	}
	out, err := r.store.Compact(ctx, table, opt)
	switch {
	case err != nil:
		r.add(notice.New("compaction.waits").Because(err))
	case out.Snapshot != nil:
		r.out.Writes[len(r.out.Writes)-1].Snapshot = out.Snapshot.ID
	}
	if r.cfg.Compact != nil {
		r.cfg.Compact(id.alias, table.Identifier())
	}
}

// isDue tells whether enough commits came since the last full compaction.
func (r *running) isDue(ctx context.Context, table *paimon.Table) bool {
	every, err := strconv.Atoi(strings.TrimSpace(table.Schema().Options[optionDeltaCommits]))
	if err != nil || every <= 0 {
		return false
	}
	last, err := table.Latest(ctx)
	if err != nil || last == nil {
		return false
	}
	commits := 0
	for id := last.ID; id > 0 && commits < every; id-- {
		s, err := table.Snapshots().ByID(ctx, id)
		if err != nil || s.CommitKind == snapshot.Compact {
			break
		}
		commits++
	}
	return commits >= every
}

// compactions are the procedures that merge files.
func compactions() map[string]procedure {
	return map[string]procedure{
		"compact": {[]parameter{need("table"), may("partitions", textKind), may("compact_strategy", textKind), may("order_strategy", textKind),
			may("order_by", textKind, "order_columns"), may("where", textKind), may("options", textKind), may("partition_idle_time", textKind), may("dry_run", flagKind)},
			done, on((*onTable).compactTable)},
		"compact_database": {[]parameter{may("including_databases", textKind), may("including_tables", textKind), may("excluding_tables", textKind), may("options", textKind), may("dry_run", flagKind)},
			done, (*calling).compactDatabase},
		"compact_manifest": {[]parameter{need("table"), may("options", textKind), may("dry_run", flagKind)}, done, on((*onTable).compactManifest)},
	}
}

func (c *onTable) compactTable(ctx context.Context) ([][]any, error) {
	opt := filestore.CompactOptions{Full: true, Now: c.now, Dry: c.dry}
	switch strings.ToLower(c.text("compact_strategy")) {
	case "", "full":
	case "minor":
		opt.Full = false
	default:
		a := c.args["compact_strategy"]
		return nil, c.at(problem.New("sql.argument_type", "argument", "compact_strategy", "value", a.text).With("type", choices("full", "minor")), a.node)
	}
	var err error
	if opt.Tuning, err = c.with(c.table); err != nil {
		return nil, err
	}
	if opt.Keep, err = c.keeps(ctx); err != nil {
		return nil, err
	}
	by, err := c.sorting()
	if err != nil {
		return nil, err
	}
	var out filestore.Compacted
	if by != nil {
		out, err = c.store.Sort(ctx, c.table, *by, opt)
	} else {
		out, err = c.store.Compact(ctx, c.table, opt)
	}
	if err != nil {
		return nil, err
	}
	if c.dry {
		return c.wouldCompact(c.id, c.table, out)
	}
	c.compacted(ctx, c.id, c.table, out)
	return yes, nil
}

// wouldCompact is a dry run's answer: the files that would be merged.
func (c *calling) wouldCompact(id name, table *paimon.Table, out filestore.Compacted) ([][]any, error) {
	var bytes int64
	rows := [][]any{nil}
	for i := range out.Read {
		e := &out.Read[i]
		at, err := table.InTable(e)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []any{nil, at, e.File.SizeBytes})
		bytes += e.File.SizeBytes
	}
	rows[0] = []any{true, nil, bytes}
	c.tell(notice.New("dry_run").Of(notice.New("compaction.would", "table", id, "files", len(out.Read))))
	return rows, nil
}

// keeps are the partitions that the arguments name; nil is all.
func (c *onTable) keeps(ctx context.Context) (func([]any) bool, error) {
	var all []func([]any) bool
	if c.given("where") && c.given("partitions") {
		return nil, c.at(problem.New("sql.one_argument", "name", c.name, "given", "2"), c.node)
	}
	if c.given("partitions") {
		specs, err := c.partitions()
		if err != nil {
			return nil, err
		}
		all = append(all, func(p []any) bool { return matchesAny(c.table.Schema(), specs, p) })
	}
	if c.given("where") {
		a := c.args["where"]
		stmt, q, err := dialect.ParseQuery(c.dialect, "SELECT * FROM t WHERE "+a.text)
		var keep func([]any) bool
		if err == nil {
			if s, ok := q.Body.(*ast.Select); ok {
				keep, err = c.partitionsWhere(ctx, c.table, stmt, s.Where)
			}
		}
		if p, ok := problem.As(err); ok {
			p.Span = nil
			return nil, c.at(p, a.node)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, keep)
	}
	if c.given("partition_idle_time") {
		keep, err := c.idle(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, keep)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return func(p []any) bool {
		return !slices.ContainsFunc(all, func(keep func([]any) bool) bool { return !keep(p) })
	}, nil
}

// matchesAny tells whether a partition has all values of one specification.
func matchesAny(s *schema.Schema, specs []map[string]any, p []any) bool {
	return slices.ContainsFunc(specs, func(spec map[string]any) bool {
		for i, k := range s.PartitionKeys {
			if v, ok := spec[k]; ok && fmt.Sprint(v) != fmt.Sprint(p[i]) {
				return false
			}
		}
		return true
	})
}

// idle tells the partitions that got no file for a while.
func (c *onTable) idle(ctx context.Context) (func([]any) bool, error) {
	age, err := c.duration("partition_idle_time")
	if err != nil {
		return nil, err
	}
	plan, err := c.table.Whole(ctx)
	if err != nil {
		return nil, err
	}
	before := manifest.WallMillis(c.now.Add(-age))
	busy := map[string]bool{}
	for i := range plan.Files {
		if at := plan.Files[i].Entry.File.CreationTimeMillis; at != nil && *at > before {
			busy[fmt.Sprint(plan.Files[i].Partition)] = true
		}
	}
	return func(p []any) bool { return !busy[fmt.Sprint(p)] }, nil
}

func (c *calling) compactDatabase(ctx context.Context) ([][]any, error) {
	include, err := c.patterns()
	if err != nil {
		return nil, err
	}
	alias := c.catalog
	if c.alias != "" {
		alias = c.alias
	}
	cat := c.cfg.Catalogs[alias]
	databases, err := cat.Databases(ctx)
	if err != nil {
		return nil, err
	}
	var said []notice.Notice
	rows := [][]any{}
	for _, db := range databases {
		names, err := cat.Tables(ctx, db)
		if err != nil {
			return nil, err
		}
		for _, t := range names {
			if !include(db, t) {
				continue
			}
			told, more, err := c.compactOne(ctx, name{alias: alias, Identifier: catalog.Identifier{Database: db, Table: t}})
			if err != nil {
				return nil, err
			}
			said, rows = append(said, told...), append(rows, more...)
		}
	}
	c.tell(said...)
	if c.dry {
		return append([][]any{{true, nil, nil}}, rows...), nil
	}
	return yes, nil
}

// compactOne compacts one table of several: one that cannot be compacted does
// not keep the others from it.
func (c *calling) compactOne(ctx context.Context, id name) ([]notice.Notice, [][]any, error) {
	table, err := c.catalogOf(id).Table(ctx, id.Identifier)
	if err == nil {
		var opt filestore.CompactOptions
		if opt.Tuning, err = c.with(table); err != nil {
			return nil, nil, err
		}
		opt.Full, opt.Now, opt.Dry = true, c.now, c.dry
		var out filestore.Compacted
		if out, err = c.store.Compact(ctx, table, opt); err == nil {
			if c.dry {
				rows, err := c.wouldCompact(id, table, out)
				if err != nil {
					return nil, nil, err
				}
				return c.out.Notices, rows[1:], nil
			}
			if out.Snapshot != nil {
				c.compacted(ctx, id, table, out)
			}
			return compactedNotices(id, out), nil, nil
		}
	}
	if p, ok := problem.As(err); ok && ctx.Err() == nil {
		return []notice.Notice{notice.New("compaction.failed", "table", id).Because(p)}, nil, nil
	}
	return nil, nil, err
}

// patterns tells the tables that the arguments mean: expressions over names.
func (c *calling) patterns() (func(database, table string) bool, error) {
	var found [3]*regexp.Regexp
	for i, argument := range []string{"including_databases", "including_tables", "excluding_tables"} {
		if !c.given(argument) {
			continue
		}
		re, err := regexp.Compile("^(?:" + c.text(argument) + ")$")
		if err != nil {
			a := c.args[argument]
			return nil, c.at(problem.New("sql.argument_type", "argument", argument, "value", a.text).With("type", problem.Say("session.regular_expression")).Because(err), a.node)
		}
		found[i] = re
	}
	return func(database, table string) bool {
		whole := database + "." + table
		switch {
		case found[0] != nil && !found[0].MatchString(database):
			return false
		case found[1] != nil && !found[1].MatchString(whole) && !found[1].MatchString(table):
			return false
		}
		return found[2] == nil || !found[2].MatchString(whole) && !found[2].MatchString(table)
	}, nil
}

// compactManifest writes a table's manifests anew.
func (c *onTable) compactManifest(ctx context.Context) ([][]any, error) {
	if _, err := c.with(c.table); err != nil {
		return nil, err
	}
	n, snap, err := c.table.CompactManifests(ctx, c.dry)
	if err != nil {
		return nil, err
	}
	switch {
	case c.dry:
		c.changed(ctx, notice.New("manifests.would", "table", c.id, "manifests", n))
		return [][]any{{true, nil, nil}}, nil
	case snap == nil:
		c.changed(ctx, notice.New("manifests.none", "table", c.id))
	default:
		c.changed(ctx, notice.New("manifests.written", "table", c.id, "manifests", n))
	}
	return yes, nil
}
