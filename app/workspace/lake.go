package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// Column is a column as people see it.
type Column struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // as the dialect prints it
	Kind     string `json:"kind"` // duck.KindName
	Nullable bool   `json:"nullable,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

// Columns prints fields for a dialect.
func Columns(fields []datatype.Field, dialect string) []Column {
	out := make([]Column, len(fields))
	for i, f := range fields {
		out[i] = Column{Name: f.Name, Type: TypeText(f.Type, dialect), Kind: duck.KindName(f.Type), Nullable: !f.Type.NotNull, Comment: f.Description}
	}
	return out
}

// TypeText is a type as a dialect prints it.
func TypeText(t datatype.Type, dialect string) string {
	switch dialect {
	case "flink":
		return t.Flink()
	case "starrocks":
		return t.StarRocks()
	case "duckdb":
		if s, err := t.DuckDB(); err == nil {
			return s
		}
	}
	return t.Spark()
}

// Database is a database and what it holds, by name.
type Database struct {
	Name   string
	Tables []TableEntry
}

// TableEntry is a table or a view; Err says why it cannot be opened.
type TableEntry struct {
	Name  string
	View  bool
	Layer string // ods, dwd, dws, ads or ""
	Err   error
}

// Databases is the tree of the workspace's first catalog, views included.
func (w *Workspace) Databases(ctx context.Context) ([]Database, error) {
	cat := w.catalogs[w.primary]
	names, err := cat.Databases(ctx)
	if err != nil {
		return nil, fmt.Errorf("list databases: %w", err)
	}
	if w.views != nil {
		more, err := w.views.Databases(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
	}
	slices.Sort(names)
	var out []Database
	for _, name := range slices.Compact(names) {
		db, err := w.database1(ctx, cat, name)
		if err != nil {
			return nil, err
		}
		out = append(out, db)
	}
	return out, nil
}

func (w *Workspace) database1(ctx context.Context, cat catalog.Catalog, name string) (Database, error) {
	db := Database{Name: name}
	tables, err := cat.Tables(ctx, name)
	if err != nil && !errors.Is(err, catalog.ErrNoDatabase) {
		return db, fmt.Errorf("list tables of %s: %w", name, err)
	}
	for _, t := range tables {
		entry := TableEntry{Name: t, Layer: layerOf(t, nil)}
		table, err := cat.Table(ctx, catalog.Identifier{Database: name, Table: t})
		if err != nil {
			entry.Err = err
		} else {
			entry.Layer = layerOf(t, table.Schema().Options)
		}
		db.Tables = append(db.Tables, entry)
	}
	if w.views == nil {
		return db, nil
	}
	views, err := w.views.List(ctx, name)
	if err != nil {
		return db, err
	}
	for _, v := range views {
		db.Tables = append(db.Tables, TableEntry{Name: v, View: true, Layer: layerOf(v, nil)})
	}
	slices.SortFunc(db.Tables, func(a, b TableEntry) int { return strings.Compare(a.Name, b.Name) })
	return db, nil
}

// layers are the warehouse layers that a name's beginning tells.
var layers = []string{"ods", "dwd", "dws", "ads"}

func layerOf(name string, options map[string]string) string {
	if l := options["laketop.layer"]; slices.Contains(layers, l) {
		return l
	}
	prefix, _, ok := strings.Cut(strings.ToLower(name), "_")
	if ok && slices.Contains(layers, prefix) {
		return prefix
	}
	return ""
}

// TableInfo is what a table or view is.
type TableInfo struct {
	Database, Name string
	View           *session.View // nil for a table
	Schema         *schema.Schema
	Columns        []Column
	DDL            string
	Branch         string     // "" is main
	Snapshots      []Snapshot // newest first
	Tags, Branches []Ref
	MergeEngine    string // "" without a primary key
	Changelog      string // the producer; "" is none
	Buckets        int
	SequenceGroups int
	Storage        []StoragePart
	Rows           int64 // physical: versions of a key count
	Files          int
	Bytes          int64
}

// Snapshot is one commit of a table.
type Snapshot struct {
	ID        int64
	Kind      string
	User      string
	At        time.Time
	TotalRows int64
	DeltaRows int64

	ChangelogRows int64
	Schema        int64
	Watermark     int64
}

// Table describes a table or one of its branches, or a view. Names resolve as in
// SQL: exactly, else by the only match without regard to case.
func (w *Workspace) Table(ctx context.Context, database, name, branch string) (TableInfo, error) {
	info := TableInfo{Database: database, Name: name, Branch: branch}
	table, err := w.catalogs[w.primary].Table(ctx, catalog.Identifier{Database: database, Table: name, Branch: branch})
	switch {
	case errors.Is(err, catalog.ErrNoTable) || errors.Is(err, catalog.ErrNoDatabase):
		return w.view(ctx, info)
	case err != nil:
		return info, err
	}
	info.Database, info.Name = table.Identifier().Database, table.Identifier().Table
	info.Schema = table.Schema()
	info.Columns = Columns(info.Schema.Fields, w.Config.Dialect)
	info.DDL = createTable(info)
	return info, w.facts(ctx, &info, table)
}

func (w *Workspace) view(ctx context.Context, info TableInfo) (_ TableInfo, err error) {
	var v *session.View
	if w.views != nil {
		v, err = w.views.Get(ctx, info.Database, info.Name)
	}
	if err != nil {
		return info, err
	}
	if v == nil {
		return info, problem.New("sql.unknown_table", "name", info.Database+"."+info.Name)
	}
	info.View = v
	info.DDL = "CREATE VIEW " + info.Database + "." + info.Name + " AS\n" + v.Text
	s, err := w.Session(ctx)
	if err != nil {
		return info, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	results, err := s.Run(ctx, session.Request{Dialect: "spark", Text: "SELECT * FROM " + QuotedName(info.Database, info.Name) + " LIMIT 0", Source: info.Database + "." + info.Name}, nil)
	if err != nil {
		return info, err
	}
	empty := results[len(results)-1].Result
	info.Columns = Columns(empty.Columns, v.Dialect)
	return info, w.Results().Drop(ctx, empty.ID)
}

func quoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// QuotedName is a table's name as every dialect here reads it.
func QuotedName(database, table string) string { return quoted(database) + "." + quoted(table) }

// createTable prints a table's schema as the statement that would make it.
func createTable(info TableInfo) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s.%s (", info.Database, info.Name)
	for i, c := range info.Columns {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n  %s %s", c.Name, strings.ToUpper(c.Type))
		if !c.Nullable {
			b.WriteString(" NOT NULL")
		}
		if c.Comment != "" {
			fmt.Fprintf(&b, " COMMENT '%s'", strings.ReplaceAll(c.Comment, "'", `\'`))
		}
	}
	b.WriteString("\n)\nUSING paimon")
	if keys := info.Schema.PartitionKeys; len(keys) > 0 {
		fmt.Fprintf(&b, "\nPARTITIONED BY (%s)", strings.Join(keys, ", "))
	}
	var props []string
	if keys := info.Schema.PrimaryKeys; len(keys) > 0 {
		props = append(props, "'primary-key' = '"+strings.Join(keys, ",")+"'")
	}
	for k, v := range info.Schema.Options {
		if k != "path" {
			props = append(props, "'"+k+"' = '"+v+"'")
		}
	}
	slices.Sort(props)
	if len(props) > 0 {
		fmt.Fprintf(&b, "\nTBLPROPERTIES (\n  %s\n)", strings.Join(props, ",\n  "))
	}
	if info.Schema.Comment != "" {
		fmt.Fprintf(&b, "\nCOMMENT '%s'", strings.ReplaceAll(info.Schema.Comment, "'", `\'`))
	}
	return b.String()
}
