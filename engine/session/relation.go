package session

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/fileio/local"
	"laketop/engine/filestore"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// maxViewDepth ends views that read each other in a circle.
const maxViewDepth = 32

// scope answers the translator's question "what is this name": a kept result,
// a view, a table at a snapshot, a system table, or files.
type scope struct {
	*running
	database string // that bare names mean
	own      bool   // the session's results and temporary views are seen: not from a kept view
	depth    int    // of views
}

func (r *running) scope() *scope { return &scope{running: r, database: r.Session.database, own: true} }

// planned is what EXPLAIN tells of one table.
type planned struct {
	table          string
	snapshot       int64
	files, skipped int
}

// Relation implements dialect.Scope.
func (sc *scope) Relation(ctx context.Context, ref dialect.TableRef) (dialect.Relation, error) {
	switch ref.Files {
	case "":
	case "files":
		return sc.fileList(ctx, ref)
	case "paimon":
		return sc.folder(ctx, ref)
	default:
		return sc.files(ctx, ref)
	}
	if len(ref.Parts) == 1 && sc.own {
		if id, ok := sc.named[ref.Parts[0]]; ok {
			return sc.result(id)
		}
		if v := sc.temporary(ref.Parts[0]); v != nil {
			return sc.expand(ctx, v)
		}
	}
	n, err := sc.resolve(ref.Parts, sc.database)
	if err != nil {
		return dialect.Relation{}, err
	}
	if sc.isLake(n) {
		return sc.lake(ctx, n)
	}
	table, err := sc.catalogOf(n).Table(ctx, n.Identifier)
	switch {
	case err == nil:
		n.Database, n.Table = table.Identifier().Database, table.Identifier().Table
		return sc.table(ctx, n, table, ref)
	case !missing(err):
		return dialect.Relation{}, err
	}
	view, err := sc.view(ctx, n)
	if err != nil {
		return dialect.Relation{}, err
	}
	if view == nil {
		return dialect.Relation{}, sc.unknownTable(ctx, n)
	}
	return sc.expand(ctx, view)
}

// result reads a kept result by the name of its cell.
func (sc *scope) result(id string) (dialect.Relation, error) {
	kept, err := sc.cfg.DB.Results().Get(id)
	if err != nil {
		return dialect.Relation{}, err
	}
	from, err := sc.cfg.DB.Results().SQL(id)
	if err != nil {
		return dialect.Relation{}, err
	}
	return relationOf(kept.Columns, func(dialect.Use) (string, error) { return "(SELECT * FROM " + from + ")", nil }), nil
}

func relationOf(columns []datatype.Field, sql func(dialect.Use) (string, error)) dialect.Relation {
	rel := dialect.Relation{SQL: sql}
	for _, c := range columns {
		rel.Columns = append(rel.Columns, dialect.Column{Name: c.Name, Type: c.Type})
	}
	return rel
}

// expand puts a view's query in place, in the view's own dialect and time zone.
func (sc *scope) expand(ctx context.Context, v *View) (dialect.Relation, error) {
	if sc.depth >= maxViewDepth {
		return dialect.Relation{}, problem.New("view.circle", "name", v.Database+"."+v.Name)
	}
	t, err := sc.viewQuery(ctx, v)
	if err != nil {
		if p, ok := problem.As(err); ok && p.Source == "" {
			p.Source = "view " + v.Database + "." + v.Name
		}
		return dialect.Relation{}, err
	}
	rel := dialect.Relation{Columns: t.Columns, SQL: func(dialect.Use) (string, error) { return "(" + t.SQL + ")", nil }}
	return rel, nil
}

func (sc *scope) viewQuery(ctx context.Context, v *View) (*dialect.Translation, error) {
	d, err := dialect.ByName(v.Dialect)
	if err != nil {
		return nil, err
	}
	stmt, q, err := dialect.ParseQuery(d, v.Text)
	if err != nil {
		return nil, err
	}
	opt := sc.options()
	if v.TimeZone != "" {
		opt.TimeZone = v.TimeZone
	}
	inner := *sc.running
	inner.stmt, inner.dialect = stmt, d
	own := sc.own && sc.temporary(v.Name) == v
	t, err := dialect.Translate(ctx, d, stmt, q, &scope{running: &inner, database: v.Database, own: own, depth: sc.depth + 1}, opt)
	sc.plans = inner.plans
	return t, err
}

// table pins a table to a moment and reads it from its planned files.
func (sc *scope) table(ctx context.Context, n name, table *paimon.Table, ref dialect.TableRef) (dialect.Relation, error) {
	form := filestore.AsRows
	switch n.System {
	case "", optimizedTable:
	case "audit_log":
		form = filestore.AsAudit
	case "binlog":
		form = filestore.AsBinlog
	default:
		return sc.system(ctx, n, table)
	}
	opt, between, err := sc.moment(table, ref)
	if err != nil {
		return dialect.Relation{}, err
	}
	if between != nil {
		return sc.changes(ctx, n, table, *between, form)
	}
	opt.Optimized = n.System == optimizedTable
	at, err := table.At(ctx, opt)
	if err != nil {
		return dialect.Relation{}, err
	}
	pair, err := sc.pair(ctx, table, at, opt)
	if err != nil {
		return dialect.Relation{}, err
	}
	sc.reads[TableVersion{Table: n.String(), Snapshot: at.SnapshotID()}] = true
	return relationOf(form.Columns(at.Schema().Fields), func(use dialect.Use) (string, error) {
		columns := use.Columns
		if form != filestore.AsRows {
			use.Filter = nil // a condition on what is shown is none on what is stored
		}
		filter := predicates(use.Filter, at.Schema().Fields)
		plan, err := at.Plan(ctx, filter)
		if err != nil {
			return "", err
		}
		sc.plans = append(sc.plans, planned{n.String(), at.SnapshotID(), len(plan.Files), plan.Skipped})
		if form != filestore.AsRows {
			return sc.store.ReadRecords(ctx, table, plan, columns, form)
		}
		if pair != nil {
			return pair.read(ctx, sc, table, plan, filter, columns)
		}
		return sc.store.Read(ctx, table, plan, columns)
	}), nil
}

// optimizedTable is the system table of the rows that need no merge.
const optimizedTable = "ro"

// changes reads what was committed between two moments.
func (sc *scope) changes(ctx context.Context, n name, table *paimon.Table, between scan.Between, form filestore.Form) (dialect.Relation, error) {
	if _, err := table.Between(ctx, between); err != nil {
		return dialect.Relation{}, err
	}
	return relationOf(form.Columns(table.Schema().Fields), func(use dialect.Use) (string, error) {
		var filter []scan.Predicate
		if form == filestore.AsRows {
			filter = predicates(use.Filter, table.Schema().Fields)
		}
		inc, err := table.Between(ctx, between, filter...)
		if err != nil {
			return "", err
		}
		if inc.To != nil {
			sc.reads[TableVersion{Table: n.String(), Snapshot: inc.To.ID}] = true
		}
		sc.plans = append(sc.plans, planned{table: n.String(), files: len(inc.Files)})
		return sc.store.ReadBetween(ctx, table, inc, use.Columns, form)
	}), nil
}

// pair is a table and a branch of it of which each partition is read from one:
// from the table where it has the partition (scan.fallback-branch), or from the
// branch where that has it (scan.primary-branch).
type pair struct {
	branch  *paimon.Table
	at      *paimon.Moment
	primary bool            // the branch comes first
	first   map[string]bool // partitions of the one that comes first, as manifests have them
}

// pair is nil for a table that is read alone.
func (sc *scope) pair(ctx context.Context, table *paimon.Table, at *paimon.Moment, opt scan.Options) (*pair, error) {
	s := table.Schema()
	option := schema.OptionFallbackBranch
	name := s.Text(option, "")
	if name == "" {
		option = schema.OptionPrimaryBranch
		name = s.Text(option, "")
	}
	if name == "" || table.Identifier().Branch != "" {
		return nil, nil
	}
	branch, err := table.Branch(ctx, name)
	if err != nil {
		return nil, err
	}
	if opt.Travels() && at.Snapshot() != nil {
		opt = scan.Options{AsOf: time.UnixMilli(at.Snapshot().TimeMillis), Optimized: opt.Optimized}
	}
	p := &pair{branch: branch, primary: option == schema.OptionPrimaryBranch}
	if p.at, err = branch.At(ctx, opt); err != nil {
		return nil, err
	}
	if !sameColumns(at.Schema().Fields, p.at.Schema().Fields) {
		return nil, problem.New("table.fallback_columns", "name", table.Identifier().String(), "branch", name)
	}
	first := at
	if p.primary {
		first = p.at
	}
	p.first, err = first.Partitions(ctx)
	return p, err
}

func sameColumns(a, b []datatype.Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || !datatype.Equal(a[i].Type.Nullable(), b[i].Type.Nullable()) {
			return false
		}
	}
	return true
}

// without leaves out of a plan the partitions that the first has.
func (p *pair) without(plan *scan.Plan) {
	plan.Files = slices.DeleteFunc(plan.Files, func(f scan.PlannedFile) bool { return p.first[string(f.Entry.Partition)] })
	plan.Buckets = slices.DeleteFunc(plan.Buckets, func(b scan.Bucket) bool { return p.first[string(b.Row)] })
}

// read reads the table's own files and those of the branch.
func (p *pair) read(ctx context.Context, sc *scope, table *paimon.Table, own *scan.Plan, filter []scan.Predicate, columns []string) (string, error) {
	plan, err := p.at.Plan(ctx, filter)
	if err != nil {
		return "", err
	}
	if p.primary {
		p.without(own)
	} else {
		p.without(plan)
	}
	sc.reads[TableVersion{Table: p.branch.Identifier().String(), Snapshot: p.at.SnapshotID()}] = true
	text, err := sc.store.Read(ctx, table, own, columns)
	if err != nil {
		return "", err
	}
	more, err := sc.store.Read(ctx, p.branch, plan, columns)
	return "(SELECT * FROM " + text + " UNION ALL BY NAME SELECT * FROM " + more + ")", err
}

// system reads a system table of a table.
func (sc *scope) system(ctx context.Context, n name, table *paimon.Table) (dialect.Relation, error) {
	columns, rows, err := table.System(ctx, n.System)
	if err != nil {
		return dialect.Relation{}, err
	}
	sql, err := valuesSQL(columns, rows)
	if err != nil {
		return dialect.Relation{}, err
	}
	return relationOf(columns, func(dialect.Use) (string, error) { return "(" + sql + ")", nil }), nil
}

// files reads parquet, CSV or JSON files that a glob names.
func (sc *scope) files(ctx context.Context, ref dialect.TableRef) (dialect.Relation, error) {
	read, ok := readers[ref.Files]
	if !ok {
		return dialect.Relation{}, problem.New("source.format", "format", ref.Files)
	}
	found, err := sc.cfg.Sources.List(ctx, ref.Path)
	if err != nil {
		return dialect.Relation{}, err
	}
	if len(found) == 0 {
		return dialect.Relation{}, problem.New("source.empty", "glob", ref.Path)
	}
	if found, err = sc.cfg.Sources.Fetch(ctx, found); err != nil {
		return dialect.Relation{}, err
	}
	paths := make([]string, len(found))
	for i, f := range found {
		paths[i] = duck.Literal(f.LocalPath)
	}
	from := fmt.Sprintf(read, "["+strings.Join(paths, ", ")+"]")
	described, err := sc.conn.Describe(ctx, "SELECT * FROM "+from)
	if err != nil {
		return dialect.Relation{}, problem.New("source.unreadable", "path", ref.Path, "what", firstLine(err)).Because(err)
	}
	columns := make([]datatype.Field, len(described))
	for i, d := range described {
		t, err := datatype.FromDuckDB(d.Type)
		if err != nil {
			return dialect.Relation{}, problem.New("source.column_type", "column", d.Name, "type", d.Type).Because(err)
		}
		columns[i] = datatype.Field{ID: -1, Name: d.Name, Type: t}
	}
	return relationOf(columns, func(dialect.Use) (string, error) { return "(SELECT * FROM " + from + ")", nil }), nil
}

// readers are the table functions behind a format; files of one glob are
// matched by column name.
var readers = map[string]string{
	"parquet": "read_parquet(%s, union_by_name=true, hive_partitioning=false)",
	"csv":     "read_csv(%s, union_by_name=true, hive_partitioning=false)",
	"json":    "read_json(%s, union_by_name=true, hive_partitioning=false)",
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// fileList is files('glob'): what there is, without reading it.
func (sc *scope) fileList(ctx context.Context, ref dialect.TableRef) (dialect.Relation, error) {
	found, err := sc.cfg.Sources.List(ctx, ref.Path)
	if err != nil {
		return dialect.Relation{}, err
	}
	rows := make([][]any, len(found))
	for i, f := range found {
		rows[i] = []any{f.URI, f.SizeBytes, f.Modified}
	}
	columns := []datatype.Field{text("path"), {ID: -1, Name: "bytes", Type: datatype.Of(datatype.BigInt)}, {ID: -1, Name: "modified", Type: datatype.LTZOf(6)}}
	sql, err := valuesSQL(columns, rows)
	if err != nil {
		return dialect.Relation{}, err
	}
	return relationOf(columns, func(dialect.Use) (string, error) { return "(" + sql + ")", nil }), nil
}

// folder reads a Paimon table by its folder, whatever catalog it belongs to.
func (sc *scope) folder(ctx context.Context, ref dialect.TableRef) (dialect.Relation, error) {
	dir := ref.Path
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(sc.cfg.Dir, dir)
	}
	if !sc.cfg.DB.Allows(dir) {
		return dialect.Relation{}, problem.New("source.outside", "path", ref.Path)
	}
	root, err := local.New(filepath.Dir(dir))
	if err != nil {
		return dialect.Relation{}, problem.New("source.unreadable", "path", ref.Path, "what", err.Error()).Because(err)
	}
	n := name{Identifier: catalog.Identifier{Database: filepath.Base(filepath.Dir(dir)), Table: filepath.Base(dir)}}
	table, err := paimon.Load(ctx, paimon.NewEnv(root, sc.cfg.Now), filepath.Base(dir), n.Identifier)
	if errors.Is(err, fileio.ErrNotExist) {
		return dialect.Relation{}, problem.New("source.no_table", "path", ref.Path)
	}
	if err != nil {
		return dialect.Relation{}, err
	}
	return sc.table(ctx, n, table, ref)
}
