package session

import (
	"context"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// alter runs ALTER TABLE. The changes of the schema that one statement names
// become one new schema, or none of them.
func (r *running) alter(ctx context.Context, n *ast.AlterTable) error {
	if err := r.writable(n); err != nil {
		return err
	}
	id, table, err := r.target(ctx, n.Name)
	if err != nil {
		if p, ok := problem.As(err); ok && n.IfExists && strings.HasPrefix(p.Code, "sql.unknown_") {
			r.tell(notice.New("table.absent", "name", id))
			return nil
		}
		return err
	}
	if len(n.Changes) == 1 {
		switch c := n.Changes[0].(type) {
		case *ast.RenameTable:
			return r.renameTable(ctx, id, c)
		case *ast.DropPartition:
			return r.dropPartitions(ctx, id, table, c)
		}
	}
	var changes []schema.Change
	ends := make([]int, len(n.Changes)) // of the changes of each node
	for i, c := range n.Changes {
		list, err := r.schemaChanges(ctx, table.Schema(), c)
		if err != nil {
			return r.changeError(err, c)
		}
		changes = append(changes, list...)
		ends[i] = len(changes)
	}
	if _, err := table.Alter(ctx, changes...); err != nil {
		return r.changeError(err, r.culprit(ctx, table, n, changes, ends))
	}
	r.out.Writes = []TableVersion{{Table: id.String()}}
	r.tell(notice.New("table.altered", "name", id))
	return nil
}

// culprit is the first change that cannot be made after those before it.
func (r *running) culprit(ctx context.Context, table *paimon.Table, n *ast.AlterTable, changes []schema.Change, ends []int) ast.Node {
	snap, err := table.Latest(ctx)
	for i, end := range ends {
		if _, failed := table.Schema().Change(changes[:end], schema.Facts{HasSnapshots: err == nil && snap != nil}); failed != nil {
			return n.Changes[i]
		}
	}
	return n.Changes[len(n.Changes)-1]
}

func (r *running) changeError(err error, at ast.Node) error {
	if p, ok := problem.As(err); ok && p.Span == nil {
		return r.at(p, at)
	}
	return err
}

// schemaChanges is one change of the statement as the schema has it.
func (r *running) schemaChanges(ctx context.Context, s *schema.Schema, change ast.TableChange) ([]schema.Change, error) {
	switch c := change.(type) {
	case *ast.AddColumn:
		return r.addColumn(ctx, s, c)
	case *ast.DropColumn:
		path, there := columnPath(s, c.Column)
		if !there && c.IfExists {
			return nil, nil
		}
		return []schema.Change{schema.DropColumn{Path: path}}, nil
	case *ast.RenameColumn:
		path, _ := columnPath(s, c.Column)
		return []schema.Change{schema.RenameColumn{Path: path, To: c.To.Name}}, nil
	case *ast.AlterColumn:
		return r.alterColumn(ctx, s, c)
	case *ast.SetOptions:
		var out []schema.Change
		for _, o := range c.Options {
			if o.Key == "comment" { // Spark's own name for the table's comment
				out = append(out, schema.SetComment{Comment: o.Value})
				continue
			}
			out = append(out, schema.SetOption{Key: o.Key, Value: o.Value})
		}
		return out, nil
	case *ast.UnsetOptions:
		var out []schema.Change
		for _, o := range c.Keys {
			if o.Key == "comment" {
				out = append(out, schema.SetComment{})
				continue
			}
			out = append(out, schema.RemoveOption{Key: o.Key})
		}
		return out, nil
	case *ast.SetComment:
		return []schema.Change{schema.SetComment{Comment: c.Comment}}, nil
	}
	return nil, r.at(problem.New("sql.unsupported").With("construct", problem.Say("session.change_beside_others")).With("instead", problem.Say("session.alter_alone")), change)
}

func (r *running) addColumn(ctx context.Context, s *schema.Schema, c *ast.AddColumn) ([]schema.Change, error) {
	path, there := columnPath(s, c.Column)
	if there && c.IfNotExists {
		return nil, nil
	}
	if there { // the user's own spelling may differ in case from what is there
		return []schema.Change{schema.AddColumn{Path: path, Type: c.Type}}, nil
	}
	add := schema.AddColumn{Path: path, Type: c.Type, Comment: c.Comment, Move: move(s, path, c.Position)}
	if c.Default != nil {
		text, err := r.defaultText(ctx, c.Default, c.Column[len(c.Column)-1].Name, c.Type)
		if err != nil {
			return nil, err
		}
		add.Default = &text
	}
	return []schema.Change{add}, nil
}

func (r *running) alterColumn(ctx context.Context, s *schema.Schema, c *ast.AlterColumn) ([]schema.Change, error) {
	path, there := columnPath(s, c.Column)
	var out []schema.Change
	if c.Type != nil {
		if f, ok := s.Field(path[0]); ok && len(path) == 1 && r.dialect == dialect.Spark && !f.Type.IsNested() && !c.Type.IsNested() && !schema.Widens(f.Type, *c.Type) {
			return nil, problem.New("table.column_narrows", "column", f.Name, "from", f.Type.Nullable().String(), "to", c.Type.Nullable().String())
		}
		out = append(out, schema.UpdateType{Path: path, Type: *c.Type})
	}
	if c.NotNull != nil && (*c.NotNull || !r.keyColumn(s, path)) {
		out = append(out, schema.UpdateNullability{Path: path, NotNull: *c.NotNull})
	}
	if c.Comment != nil {
		out = append(out, schema.UpdateComment{Path: path, Comment: *c.Comment})
	}
	switch {
	case c.DropDefault:
		out = append(out, schema.UpdateDefault{Path: path})
	case c.Default != nil:
		f, ok := s.Field(path[0])
		if !ok || !there || len(path) > 1 {
			f.Name, f.Type = path[len(path)-1], datatype.StringType()
		}
		text, err := r.defaultText(ctx, c.Default, f.Name, f.Type)
		if err != nil {
			return nil, err
		}
		out = append(out, schema.UpdateDefault{Path: path, Default: &text})
	}
	if m := move(s, path, c.Position); m != nil {
		if len(path) > 1 {
			return nil, r.at(problem.New("sql.unsupported").With("construct", problem.Say("session.member_move")).With("instead", problem.Say("session.add_anew")), c.Position)
		}
		out = append(out, schema.MoveColumn{Column: path[0], Move: *m})
	}
	return out, nil
}

// keyColumn tells a column of the primary key: MODIFY without NOT NULL leaves
// it as it is.
func (r *running) keyColumn(s *schema.Schema, path []string) bool {
	return len(path) == 1 && contains(s.PrimaryKeys, path[0])
}

func move(s *schema.Schema, path []string, p *ast.Position) *schema.Move {
	switch {
	case p == nil:
		return nil
	case p.First:
		return &schema.Move{First: true}
	}
	beside := append(append([]string{}, path[:len(path)-1]...), p.After.Name)
	spelled := spell(s.Fields, beside)
	return &schema.Move{After: spelled[len(spelled)-1]}
}

// columnPath spells a column as the schema does, and tells whether it is there.
func columnPath(s *schema.Schema, n ast.Name) ([]string, bool) {
	path := spell(s.Fields, n.Strings())
	fields := s.Fields
	for i, step := range path {
		f, ok := findField(fields, step)
		if !ok {
			return path, false
		}
		t := f.Type
		for j := i + 1; j < len(path) && t.Elem != nil; j++ {
			return path, true // inside an array or a map: the schema looks
		}
		fields = t.Fields
	}
	return path, true
}

// spell gives names the letters of the fields that they match without regard
// to case; what matches none stays.
func spell(fields []datatype.Field, names []string) []string {
	out := append([]string{}, names...)
	var in *datatype.Type
	for i, n := range out {
		if i > 0 {
			switch {
			case in == nil:
				return out
			case in.Kind == datatype.Row:
				fields = in.Fields
			case in.Elem != nil: // element, value
				out[i] = strings.ToLower(n)
				in = in.Elem
				continue
			default:
				return out
			}
		}
		f, ok := findField(fields, n)
		if !ok {
			return out
		}
		out[i], in = f.Name, &f.Type
	}
	return out
}

// defaultText is a column's default as the schema keeps it: the text of a
// constant, which every reader casts to the column's type. It must be one.
func (r *running) defaultText(ctx context.Context, x ast.Expr, column string, t datatype.Type) (string, error) {
	span := x.Pos()
	text := r.stmt.Source()[span.Start:span.End]
	switch l := x.(type) {
	case *ast.Literal:
		if l.Kind == ast.StringLiteral {
			text = "'" + l.Value + "'"
		}
		if l.Kind == ast.DateLiteral || l.Kind == ast.TimestampLiteral {
			text = "'" + l.Value + "'"
		}
	case *ast.Unary:
	default:
		return "", r.at(problem.New("sql.unsupported").With("construct", problem.Say("session.default_expression")).With("instead", problem.Say("session.default_constant")), x)
	}
	value, err := r.constant(ctx, x, datatype.Field{Name: column, Type: t})
	if err != nil {
		return "", err
	}
	if _, _, err := r.conn.Rows(ctx, "SELECT "+value); err != nil {
		return "", r.at(problem.New("sql.types").With("what", problem.Say("session.default_misfit", "value", text, "column", column, "type", t.Nullable().String())).Because(err), x)
	}
	return text, nil
}

func (r *running) renameTable(ctx context.Context, id name, c *ast.RenameTable) error {
	to := id
	if len(c.To) == 1 && !strings.Contains(c.To[0].Name, ".") {
		parsed, err := catalog.ParseTable(id.Database, c.To[0].Name)
		if err != nil {
			return r.changeError(err, c.To)
		}
		to.Identifier = parsed
	} else {
		var err error
		if to, err = r.tableName(c.To); err != nil {
			return err
		}
	}
	if to.alias != id.alias {
		return r.at(problem.New("sql.unsupported").With("construct", problem.Say("session.rename_catalog")).With("instead", problem.Say("session.copy_table")), c.To)
	}
	for _, one := range []name{id, to} {
		if one.Branch != "" || one.System != "" {
			return r.at(problem.New("table.part", "name", one.Identifier.String(), "table", one.String()), c.To)
		}
	}
	if v, err := r.view(ctx, to); err != nil {
		return err
	} else if v != nil {
		return r.at(problem.New("view.exists", "name", to.String()), c.To)
	}
	_, is, err := r.catalogOf(id).RenameTable(ctx, id.Identifier, to.Identifier)
	if err != nil {
		return r.changeError(err, c.To)
	}
	to.Identifier = is
	r.out.Writes = []TableVersion{{Table: id.String()}, {Table: to.String()}}
	r.tell(notice.New("table.renamed", "name", id, "to", to))
	return nil
}

// dropPartitions takes whole partitions away in one commit. One that is not there
// is an error before anything is dropped, unless IF EXISTS.
func (r *running) dropPartitions(ctx context.Context, id name, table *paimon.Table, c *ast.DropPartition) error {
	var drops []map[string]any
	for _, values := range c.Partitions {
		if len(values) == 0 || hasDynamic(values) {
			return r.at(problem.New("sql.syntax").With("what", problem.Say("session.partition_dropped")), c)
		}
		o, err := r.partitionOf(ctx, table, values)
		if err != nil {
			return err
		}
		there, err := r.partitionThere(ctx, table, o)
		if err != nil {
			return err
		}
		if there {
			drops = append(drops, o.Partition)
		} else if !c.IfExists {
			return r.at(problem.New("table.unknown_partition", "name", id.String()), partitionSpan(values))
		}
	}
	var last int64
	if len(drops) > 0 {
		snap, err := table.Commit(ctx, commit.Request{Overwrite: &commit.Overwrite{Partitions: drops}, Operation: "DELETE"})
		if err != nil {
			return err
		}
		last = snap.ID
	}
	r.out.Writes = []TableVersion{{Table: id.String(), Snapshot: last}}
	r.tell(notice.New("partitions.dropped", "table", id, "partitions", len(drops)))
	return nil
}

func hasDynamic(values []ast.PartitionValue) bool {
	for _, v := range values {
		if v.Value == nil {
			return true
		}
	}
	return false
}

func partitionSpan(values []ast.PartitionValue) ast.Node {
	return values[0].Span.To(values[len(values)-1].Span)
}

func (r *running) partitionOf(ctx context.Context, table *paimon.Table, values []ast.PartitionValue) (*commit.Overwrite, error) {
	statics, err := r.staticPartition(ctx, table, values)
	if err != nil {
		return nil, err
	}
	o := &commit.Overwrite{Partition: map[string]any{}}
	for k, s := range statics {
		o.Partition[k] = s.value
	}
	return o, nil
}

// partitionThere tells whether a file would go.
func (r *running) partitionThere(ctx context.Context, table *paimon.Table, o *commit.Overwrite) (bool, error) {
	var filter []scan.Predicate
	for k, v := range o.Partition {
		p := scan.Predicate{Column: k, Op: scan.Eq, Values: []any{v}}
		if v == nil {
			p = scan.Predicate{Column: k, Op: scan.IsNull}
		}
		filter = append(filter, p)
	}
	plan, err := table.Plan(ctx, scan.Options{}, filter...)
	if err != nil {
		return false, err
	}
	return len(plan.Files) > 0, nil
}
