package session

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

func (r *running) createDatabase(ctx context.Context, n *ast.CreateDatabase) error {
	if err := r.writable(n); err != nil {
		return err
	}
	cat, db, err := r.databaseOf(n.Name)
	if err != nil {
		return err
	}
	err = cat.CreateDatabase(ctx, db)
	switch {
	case err == nil:
		r.tell(notice.New("database.created", "name", db))
	case n.IfNotExists && errors.Is(err, catalog.ErrDatabaseExists):
		r.tell(notice.New("database.there", "name", db))
		return nil
	}
	return err
}

// databaseOf reads [catalog.]database.
func (r *running) databaseOf(n ast.Name) (catalog.Catalog, string, error) {
	parts := n.Strings()
	switch len(parts) {
	case 1:
		return r.cfg.Catalogs[r.catalog], parts[0], nil
	case 2:
		if alias, ok := r.aliasOf(parts[0]); ok {
			return r.cfg.Catalogs[alias], parts[1], nil
		}
		return nil, "", r.at(problem.New("sql.unknown_catalog", "name", parts[0]).Suggest(r.aliases()...), n)
	}
	return nil, "", r.at(problem.New("sql.table_name", "name", strings.Join(parts, ".")), n)
}

func (r *running) dropDatabase(ctx context.Context, n *ast.DropDatabase) error {
	if err := r.writable(n); err != nil {
		return err
	}
	cat, db, err := r.databaseOf(n.Name)
	if err != nil {
		return err
	}
	err = cat.DropDatabase(ctx, db, n.Cascade)
	switch {
	case err == nil:
		r.tell(notice.New("database.dropped", "name", db))
	case n.IfExists && errors.Is(err, catalog.ErrNoDatabase):
		r.tell(notice.New("database.absent", "name", db))
		return nil
	}
	return err
}

// itself resolves the name of a whole table: not one of its branches or system
// tables, which a $ sets off.
func (r *running) itself(n ast.Name) (name, error) {
	id, err := r.tableName(n)
	if err == nil && (id.Branch != "" || id.System != "") {
		err = r.at(problem.New("table.part", "name", id.Identifier.String(), "table", id.String()), n)
	}
	return id, err
}

// tableName resolves the name of a statement and places what is wrong with it.
func (r *running) tableName(n ast.Name) (name, error) {
	got, err := r.resolve(n.Strings(), r.database)
	if p, ok := problem.As(err); ok && p.Span == nil {
		return got, r.at(p, n)
	}
	return got, err
}

func (r *running) createTable(ctx context.Context, n *ast.CreateTable) error {
	if err := r.writable(n); err != nil {
		return err
	}
	if n.Provider != nil && !strings.EqualFold(n.Provider.Name, "paimon") {
		return r.at(problem.New("table.provider", "provider", n.Provider.Name), n.Provider)
	}
	if n.Location != nil {
		return r.at(problem.New("sql.unsupported", "construct", "LOCATION").With("instead", problem.Say("session.place_from_name")), n.Location)
	}
	if len(n.Like) > 0 {
		return r.at(problem.New("sql.unsupported", "construct", "CREATE TABLE LIKE").With("instead", problem.Say("session.create_like")), n.Like)
	}
	id, err := r.itself(n.Name)
	if err != nil {
		return err
	}
	cat := r.catalogOf(id)
	_, err = cat.Table(ctx, id.Identifier)
	exists := err == nil
	if err != nil && !missing(err) {
		return err
	}
	if exists && n.IfNotExists {
		r.tell(notice.New("table.there", "name", id))
		return nil
	}
	if exists && !n.Replace {
		return r.at(problem.New("table.exists", "name", id.String()), n.Name)
	}
	if v, err := r.view(ctx, id); err != nil {
		return err
	} else if v != nil {
		return r.at(problem.New("view.exists", "name", id.String()), n.Name)
	}
	if n.Query == nil {
		return r.createEmpty(ctx, cat, id, n, exists)
	}
	return r.createAs(ctx, cat, id, n, exists)
}

func (r *running) createEmpty(ctx context.Context, cat catalog.Catalog, id name, n *ast.CreateTable, replace bool) error {
	columns := make([]datatype.Field, len(n.Columns))
	primary := []string{}
	for i, c := range n.Columns {
		if c.Generated != nil {
			return r.at(problem.New("sql.unsupported").With("construct", problem.Say("sql.generated_column")).With("instead", problem.Say("session.compute_in_view")), c.Generated)
		}
		if _, err := c.Type.DuckDB(); err != nil {
			if p, ok := problem.As(err); ok {
				return r.at(p, c.TypeSpan)
			}
			return err
		}
		columns[i] = datatype.Field{ID: -1, Name: c.Name.Name, Type: c.Type, Description: c.Comment}
		if c.Default != nil {
			text, err := r.defaultText(ctx, c.Default, c.Name.Name, c.Type)
			if err != nil {
				return err
			}
			columns[i].Default = &text
		}
		if c.PrimaryKey {
			primary = append(primary, c.Name.Name)
		}
	}
	if n.PrimaryKey != nil {
		for _, c := range n.PrimaryKey.Columns {
			primary = append(primary, c.Name)
		}
	}
	s, err := r.newSchema(columns, n, primary)
	if err != nil {
		return err
	}
	said := notice.New("table.created", "name", id)
	if replace {
		said = notice.New("table.replaced", "name", id)
		err = replaceTable(ctx, cat, id, s)
	} else {
		_, err = cat.CreateTable(ctx, id.Identifier, s)
	}
	if err != nil {
		return r.schemaError(err, n)
	}
	r.out.Writes = []TableVersion{{Table: id.String()}}
	r.tell(said)
	return nil
}

// replaceTable makes the new table beside the old one, which stays when the new
// one cannot be made.
func replaceTable(ctx context.Context, cat catalog.Catalog, id name, s *schema.Schema) error {
	staged, err := cat.Stage(ctx, id.Identifier, s)
	if err != nil {
		return err
	}
	if err = cat.DropTable(ctx, id.Identifier); err == nil {
		_, err = staged.Publish(ctx)
	}
	if err != nil {
		return errors.Join(err, staged.Abort(context.WithoutCancel(ctx)))
	}
	return nil
}

// schemaError shows what cannot be at the option that says it, else at the
// table's name.
func (r *running) schemaError(err error, n *ast.CreateTable) error {
	p, ok := problem.As(err)
	if !ok || p.Span != nil {
		return err
	}
	for _, o := range n.Options {
		if o.Key == p.Args["option"] {
			return r.at(p, o)
		}
	}
	return r.at(p, n.Name)
}

// columnOptions are the options whose value is a list of columns.
var columnOptions = []string{"primary-key", "partition", schema.OptionBucketKey, "sequence.field"}

// spelled gives the columns in a list the letters of the table's.
func spelled(list string, columns []datatype.Field) string {
	names := strings.Split(list, ",")
	for i, n := range names {
		if f, ok := findField(columns, strings.TrimSpace(n)); ok {
			names[i] = f.Name
		}
	}
	return strings.Join(names, ",")
}

func (r *running) newSchema(columns []datatype.Field, n *ast.CreateTable, primary []string) (*schema.Schema, error) {
	partition := make([]string, len(n.Partitioned))
	for i, p := range n.Partitioned {
		partition[i] = spelled(p.Name, columns)
	}
	for i, k := range primary {
		primary[i] = spelled(k, columns)
	}
	options := map[string]string{}
	for _, o := range n.Options {
		options[o.Key] = o.Value
		if slices.Contains(columnOptions, o.Key) {
			options[o.Key] = spelled(o.Value, columns)
		}
	}
	s, err := schema.New(columns, partition, primary, options, n.Comment, r.now.UnixMilli())
	if err != nil {
		return nil, r.schemaError(err, n)
	}
	return s, nil
}

// createAs builds the table beside its place and lets it appear by one rename.
func (r *running) createAs(ctx context.Context, cat catalog.Catalog, id name, n *ast.CreateTable, replace bool) error {
	t, err := r.translate(ctx, n.Query)
	if err != nil {
		return err
	}
	columns := fields(t.Columns)
	for i := range columns {
		columns[i].Type = columns[i].Type.Nullable()
		if columns[i].Type.Kind == datatype.Null || columns[i].Type.Kind == datatype.Unknown || columns[i].Type.Kind == datatype.Interval {
			return r.at(problem.New("table.column_type", "column", columns[i].Name, "type", columns[i].Type.String()), n.Query)
		}
	}
	s, err := r.newSchema(columns, n, nil)
	if err != nil {
		return err
	}
	staged, err := cat.Stage(ctx, id.Identifier, s)
	if err != nil {
		return err
	}
	into := make([]dialect.Column, len(s.Fields))
	for i, f := range s.Fields {
		into[i] = dialect.Column{Name: f.Name, Type: f.Type}
	}
	query, err := insertQuery(t.SQL, s.Fields, into, nil)
	if err != nil {
		return errors.Join(err, staged.Abort(context.WithoutCancel(ctx)))
	}
	snapshotID, rows, err := r.fill(ctx, staged.Table(), t, query)
	if err != nil {
		return errors.Join(err, staged.Abort(context.WithoutCancel(ctx)))
	}
	if replace {
		if err := cat.DropTable(ctx, id.Identifier); err != nil {
			return errors.Join(err, staged.Abort(context.WithoutCancel(ctx)))
		}
	}
	if _, err := staged.Publish(ctx); err != nil {
		return errors.Join(err, staged.Abort(context.WithoutCancel(ctx)))
	}
	r.wrote(id, snapshotID, rows)
	return nil
}

// fill writes a query into a table that nobody sees yet and commits it.
func (r *running) fill(ctx context.Context, table *paimon.Table, t *dialect.Translation, query string) (snapshotID, rows int64, err error) {
	w, err := r.store.Writer(table)
	if err != nil {
		return 0, 0, err
	}
	request, err := w.Write(ctx, query)
	if err != nil {
		return 0, 0, r.blame(ctx, t, err)
	}
	snap, err := table.Commit(ctx, request)
	if err != nil {
		return 0, 0, err
	}
	if snap != nil {
		snapshotID = snap.ID
	}
	if s := table.Schema(); snap != nil && s.Bucket() > 0 && !s.Flag("write-only") { // readers of some tables see nothing else
		out, err := r.store.Compact(ctx, table, filestore.CompactOptions{Now: r.now, User: snap.CommitUser, Identifier: snap.CommitIdentifier})
		if err != nil {
			return 0, 0, err
		}
		if out.Snapshot != nil {
			snapshotID = out.Snapshot.ID
		}
	}
	return snapshotID, w.Rows(), nil
}

func (r *running) wrote(id name, snapshotID, rows int64) {
	r.out.Affected = rows
	r.out.Writes = []TableVersion{{Table: id.String(), Snapshot: snapshotID}}
	r.tell(notice.New("rows.written", "table", id, "rows", rows))
}

func (r *running) dropTable(ctx context.Context, n *ast.DropTable) error {
	if err := r.writable(n); err != nil {
		return err
	}
	id, err := r.itself(n.Name)
	if err != nil {
		return err
	}
	err = r.catalogOf(id).DropTable(ctx, id.Identifier)
	if missing(err) {
		if n.IfExists {
			r.tell(notice.New("table.absent", "name", id))
			return nil
		}
		return r.at(r.unknownTable(ctx, id), n.Name)
	}
	if err == nil {
		r.tell(notice.New("table.dropped", "name", id))
		r.out.Writes = []TableVersion{{Table: id.String()}}
	}
	return err
}

func (r *running) createView(ctx context.Context, n *ast.CreateView) error {
	if err := r.writable(n); err != nil {
		return err
	}
	if n.Temporary {
		return r.temporaryView(ctx, n)
	}
	if r.cfg.Views == nil {
		return r.at(problem.New("view.nowhere"), n.Name)
	}
	id, err := r.itself(n.Name)
	if err != nil {
		return err
	}
	if _, err := r.catalogOf(id).Table(ctx, id.Identifier); err == nil {
		return r.at(problem.New("table.exists", "name", id.String()), n.Name)
	} else if !missing(err) {
		return err
	}
	t, err := r.translate(ctx, n.Query)
	if err != nil {
		return err
	}
	old, err := r.view(ctx, id)
	if err != nil {
		return err
	}
	said := notice.New("view.created", "name", id)
	if old != nil {
		id.Database, id.Table = old.Database, old.Name
		if n.IfNotExists {
			r.tell(notice.New("view.there", "name", id))
			return nil
		}
		said = notice.New("view.replaced", "name", id)
	}
	body, err := r.viewText(n, t)
	if err != nil {
		return err
	}
	err = r.cfg.Views.Put(ctx, View{Database: id.Database, Name: id.Table, Dialect: string(r.dialect), TimeZone: r.timeZone, Text: body}, n.Replace)
	if p, ok := problem.As(err); ok {
		return r.at(p, n.Name)
	}
	if err == nil {
		r.tell(said)
	}
	return err
}

// viewText is the query of a view as it was written; a column list is put
// around it.
func (r *running) viewText(n *ast.CreateView, t *dialect.Translation) (string, error) {
	span := n.Query.Pos()
	body := r.stmt.Source()[span.Start:span.End]
	if len(n.Columns) == 0 {
		return body, nil
	}
	if len(n.Columns) != len(t.Columns) {
		return "", r.at(problem.New("view.columns", "have", strconv.Itoa(len(t.Columns)), "want", strconv.Itoa(len(n.Columns))), n.Name)
	}
	list := make([]string, len(n.Columns))
	for i, c := range n.Columns {
		list[i] = "`" + strings.ReplaceAll(c.Name.Name, "`", "``") + "`"
	}
	return "SELECT * FROM (\n" + body + "\n) AS v(" + strings.Join(list, ", ") + ")", nil
}

// temporaryView is a view that ends with the session.
func (r *running) temporaryView(ctx context.Context, n *ast.CreateView) error {
	name := n.Name[len(n.Name)-1].Name
	old := r.temporary(name)
	if old != nil && n.IfNotExists {
		r.tell(notice.New("view.there", "name", old.Name))
		return nil
	}
	if old != nil && !n.Replace {
		return r.at(problem.New("view.exists", "name", name), n.Name)
	}
	t, err := r.translate(ctx, n.Query)
	if err != nil {
		return err
	}
	body, err := r.viewText(n, t)
	if err != nil {
		return err
	}
	if old != nil {
		name = old.Name
	}
	r.Session.temps[name] = &View{Database: r.database, Name: name, Dialect: string(r.dialect), TimeZone: r.timeZone, Text: body}
	r.tell(notice.New("view.temporary", "name", name))
	return nil
}

func (r *running) dropView(ctx context.Context, n *ast.DropView) error {
	if err := r.writable(n); err != nil {
		return err
	}
	if len(n.Name) == 1 {
		if v := r.temporary(n.Name[0].Name); v != nil {
			delete(r.Session.temps, v.Name)
			r.tell(notice.New("view.dropped", "name", v.Name))
			return nil
		}
	}
	id, err := r.tableName(n.Name)
	if err != nil {
		return err
	}
	v, err := r.view(ctx, id)
	if err != nil {
		return err
	}
	if v == nil {
		if n.IfExists {
			r.tell(notice.New("view.absent", "name", id))
			return nil
		}
		return r.at(r.unknownTable(ctx, id), n.Name)
	}
	if _, err = r.cfg.Views.Drop(ctx, v.Database, v.Name); err == nil {
		r.tell(notice.New("view.dropped", "name", id))
	}
	return err
}

func (r *running) set(ctx context.Context, n ast.Stmt) error {
	switch s := n.(type) {
	case *ast.Reset:
		if s.Key == "" {
			clear(r.conf)
			r.tell(notice.New("settings.reset"))
		} else {
			delete(r.conf, s.Key)
			r.tell(notice.New("setting.reset", "key", s.Key))
		}
		return nil
	case *ast.Set:
		if s.Key == "" {
			return r.showConf(ctx, r.conf)
		}
		if s.Value == nil {
			return r.showConf(ctx, map[string]string{s.Key: r.confOr(s.Key, "<undefined>")})
		}
		if slices.Contains(zoneKeys, s.Key) {
			return r.setTimeZone(ctx, s)
		}
		r.conf[s.Key] = *s.Value
		return r.showConf(ctx, map[string]string{s.Key: *s.Value})
	}
	return nil
}

// zoneKeys are the settings that name the session's time zone.
var zoneKeys = []string{"spark.sql.session.timeZone", "table.local-time-zone", "time_zone", "TimeZone"}

// setTimeZone changes what a day is for the rest of the session.
func (r *running) setTimeZone(ctx context.Context, s *ast.Set) error {
	if _, err := time.LoadLocation(*s.Value); err != nil || *s.Value == "" {
		return r.at(problem.New("session.time_zone", "zone", *s.Value), s)
	}
	if err := r.conn.Configure(ctx, duck.Settings{TimeZone: *s.Value, Lenient: r.lenient}); err != nil {
		return r.at(problem.New("session.time_zone", "zone", *s.Value).Because(err), s)
	}
	r.Session.timeZone = *s.Value
	return r.showConf(ctx, map[string]string{s.Key: *s.Value})
}

func (r *running) confOr(key, otherwise string) string {
	if slices.Contains(zoneKeys, key) {
		return r.timeZone
	}
	if v, ok := r.conf[key]; ok {
		return v
	}
	return otherwise
}

func (r *running) showConf(ctx context.Context, conf map[string]string) error {
	rows := [][]any{}
	for _, k := range slices.Sorted(maps.Keys(conf)) {
		rows = append(rows, []any{k, conf[k]})
	}
	return r.answer(ctx, []datatype.Field{text("key"), text("value")}, rows)
}

func (r *running) use(ctx context.Context, n *ast.Use) error {
	parts := n.Name.Strings()
	if n.Kind == "CATALOG" || n.Kind == "" && len(parts) == 1 && r.isAlias(parts[0]) {
		alias, ok := r.aliasOf(parts[0])
		if !ok {
			return r.at(problem.New("sql.unknown_catalog", "name", parts[0]).Suggest(r.aliases()...), n.Name)
		}
		r.Session.catalog = alias
		r.tell(notice.New("catalog.used", "name", alias))
		return nil
	}
	cat, db, err := r.databaseOf(n.Name)
	if err != nil {
		return err
	}
	dbs, err := cat.Databases(ctx)
	if err != nil {
		return err
	}
	i := slices.Index(dbs, db)
	if i < 0 {
		i = slices.IndexFunc(dbs, func(d string) bool { return strings.EqualFold(d, db) })
	}
	if i < 0 {
		return r.at(problem.New("sql.unknown_database", "name", db).Suggest(problem.Nearest(db, dbs, 3)...), n.Name)
	}
	if len(parts) == 2 {
		alias, _ := r.aliasOf(parts[0])
		r.Session.catalog = alias
	}
	r.Session.database = dbs[i]
	r.tell(notice.New("database.used", "name", dbs[i]))
	return nil
}

func (r *running) isAlias(name string) bool { _, ok := r.aliasOf(name); return ok }
