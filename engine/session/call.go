package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// call runs CALL [catalog.]sys.procedure(...): the procedures of Paimon with
// Spark's parameters and result columns; Flink's spelling of a parameter does as
// well. Where a procedure removes something, dry_run => true says what would go.
func (r *running) call(ctx context.Context, n *ast.CallProcedure) error {
	all := procedures()
	name, alias, err := r.procedureName(n, all)
	if err != nil {
		return err
	}
	p := all[name]
	c, err := r.bind(n, name, p)
	if err != nil {
		return err
	}
	c.alias = alias
	c.dry = c.flag("dry_run")
	if !c.dry {
		if err := r.writable(n); err != nil {
			return err
		}
	}
	rows, err := p.run(c, ctx)
	if err != nil {
		return c.placed(err)
	}
	columns := p.columns
	if c.dry {
		columns = slices.Concat(columns, c.tells)
	}
	return r.answer(ctx, columns, rows)
}

// procedureName finds the procedure that a statement names: p, sys.p or
// catalog.sys.p.
func (r *running) procedureName(n *ast.CallProcedure, all map[string]procedure) (name, alias string, err error) {
	parts := n.Name.Strings()
	name = strings.ToLower(parts[len(parts)-1])
	switch {
	case len(parts) > 3 || len(parts) > 1 && !strings.EqualFold(parts[len(parts)-2], systemDatabase):
		return "", "", r.at(problem.New("sql.unknown_procedure", "name", strings.Join(parts, ".")).Suggest(systemDatabase+"."+name), n.Name)
	case len(parts) == 3:
		var ok bool
		if alias, ok = r.aliasOf(parts[0]); !ok {
			return "", "", r.at(problem.New("sql.unknown_catalog", "name", parts[0]).Suggest(r.aliases()...), n.Name)
		}
	}
	if _, ok := all[name]; ok {
		return name, alias, nil
	}
	names := slices.Sorted(maps.Keys(all))
	return "", "", r.at(problem.New("sql.unknown_procedure", "name", name).Suggest(problem.Nearest(name, names, 3)...), n.Name)
}

// systemDatabase is the database of procedures and of the lake's system tables.
const systemDatabase = "sys"

// kind is the type of a parameter.
type kind uint8

const (
	textKind kind = iota
	numberKind
	flagKind
	timeKind // text in the session's time zone, or a timestamp
)

var kindNames = map[kind]string{textKind: "STRING", numberKind: "BIGINT", flagKind: "BOOLEAN", timeKind: "STRING"}

// parameter of a procedure. More names are Flink's.
type parameter struct {
	name     string
	kind     kind
	required bool
	also     []string
}

func need(name string, also ...string) parameter {
	return parameter{name: name, required: true, also: also}
}

func may(name string, k kind, also ...string) parameter {
	return parameter{name: name, kind: k, also: also}
}

// procedure is one entry of the table of procedures.
type procedure struct {
	parameters []parameter
	columns    []datatype.Field
	run        func(*calling, context.Context) ([][]any, error)
}

// calling is a procedure while it runs.
type calling struct {
	*running
	node  *ast.CallProcedure
	name  string
	alias string // of the catalog in the procedure's name; "" = none
	args  map[string]argument
	dry   bool
	tells []datatype.Field // what a dry run has after the procedure's columns
}

// argument is a value that was given.
type argument struct {
	text   string
	number int64
	flag   bool
	time   time.Time
	node   ast.Node
}

// bind reads the arguments: those without names in the order of the parameters,
// then those with names.
func (r *running) bind(n *ast.CallProcedure, name string, p procedure) (*calling, error) {
	c := &calling{running: r, node: n, name: name, args: map[string]argument{}, tells: dryColumns}
	for i, a := range n.Args {
		var found *parameter
		if a.Name == "" {
			if i >= len(p.parameters) {
				return nil, r.at(problem.New("sql.too_many_arguments", "name", name, "most", strconv.Itoa(len(p.parameters))), a)
			}
			found = &p.parameters[i]
		} else if found = p.parameter(a.Name); found == nil {
			return nil, r.at(problem.New("sql.unknown_argument", "name", name, "argument", a.Name, "known", p.signature()).
				Suggest(problem.Nearest(a.Name, p.names(), 2)...), a)
		}
		if _, twice := c.args[found.name]; twice {
			return nil, r.at(problem.New("sql.argument_twice", "name", name, "argument", found.name), a)
		}
		v, given, err := r.argument(found, a)
		if err != nil {
			return nil, err
		}
		if given {
			c.args[found.name] = v
		}
	}
	for _, x := range p.parameters {
		if _, ok := c.args[x.name]; x.required && !ok {
			return nil, r.at(problem.New("sql.missing_argument", "name", name, "argument", x.name, "known", p.signature()), n)
		}
	}
	return c, nil
}

func (p *procedure) parameter(name string) *parameter {
	for i := range p.parameters {
		x := &p.parameters[i]
		if strings.EqualFold(x.name, name) || slices.ContainsFunc(x.also, func(s string) bool { return strings.EqualFold(s, name) }) {
			return x
		}
	}
	return nil
}

func (p *procedure) names() []string {
	names := make([]string, len(p.parameters))
	for i, x := range p.parameters {
		names[i] = x.name
	}
	return names
}

// signature is the parameters as a person reads them.
func (p *procedure) signature() string {
	texts := p.names()
	for i, x := range p.parameters {
		if !x.required {
			texts[i] = "[" + x.name + "]"
		}
	}
	return strings.Join(texts, ", ")
}

// argument reads a constant; a NULL is as not given.
func (r *running) argument(p *parameter, a ast.CallArg) (argument, bool, error) {
	sign, x := "", a.X
	if u, ok := x.(*ast.Unary); ok && u.Op == "-" {
		sign, x = "-", u.X
	}
	lit, ok := x.(*ast.Literal)
	if !ok {
		return argument{}, false, r.at(problem.New("sql.argument_constant", "argument", p.name), a.X)
	}
	if lit.Kind == ast.NullLiteral {
		return argument{}, false, nil
	}
	v, err := r.read(p.kind, lit.Kind, sign+lit.Value)
	if err != nil {
		wrong := problem.New("sql.argument_type", "argument", p.name, "value", sign+lit.Value, "type", kindNames[p.kind]).Because(err)
		if p.kind == timeKind {
			wrong = wrong.With("type", problem.Say("session.time_text"))
		}
		return argument{}, false, r.at(wrong, a.X)
	}
	v.node = a.X
	return v, true, nil
}

// read reads a value of a kind from a constant's text, as Spark would cast it.
func (r *running) read(k kind, given ast.LiteralKind, text string) (argument, error) {
	v := argument{text: text}
	var err error
	switch k {
	case numberKind:
		v.number, err = strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	case flagKind:
		v.flag, err = strconv.ParseBool(strings.ToLower(strings.TrimSpace(text)))
	case timeKind:
		if given == ast.NumberLiteral { // milliseconds
			var ms int64
			ms, err = strconv.ParseInt(text, 10, 64)
			v.time = time.UnixMilli(ms)
		} else {
			v.time, err = r.instant(text)
		}
	case textKind:
	}
	return v, err
}

// instant reads a time in the session's time zone.
func (r *running) instant(text string) (time.Time, error) {
	zone, err := time.LoadLocation(r.timeZone)
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(text), zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}

// text is an argument's text, "" when it was not given.
func (c *calling) text(name string) string { return c.args[name].text }

func (c *calling) flag(name string) bool { return c.args[name].flag }

func (c *calling) given(name string) bool { _, ok := c.args[name]; return ok }

// duration is an argument such as 7 d.
func (c *calling) duration(name string) (time.Duration, error) {
	a := c.args[name]
	d, err := schema.ParseDuration(a.text)
	if err != nil {
		return 0, c.at(problem.New("sql.argument_type", "argument", name, "value", a.text).With("type", problem.Say("session.duration")).Because(err), a.node)
	}
	return d, nil
}

// list is an argument's names between commas.
func (c *calling) list(name string) []string {
	var out []string
	for part := range strings.SplitSeq(c.text(name), ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// placed puts an error without a place on the argument that it is about: the
// one whose value it names, else the whole statement.
func (c *calling) placed(err error) error {
	p, ok := problem.As(err)
	if !ok || p.Span != nil {
		return err
	}
	for _, key := range []string{"name", "id", "value"} {
		for _, a := range c.args {
			if v := p.Args[key]; v != "" && v == a.text {
				return c.at(p, a.node)
			}
		}
	}
	return c.at(p, c.node)
}

// onTable is a procedure while it runs on one table.
type onTable struct {
	*calling
	id    name
	table *paimon.Table
}

// on makes a procedure of the table that the argument table names.
func on(run func(*onTable, context.Context) ([][]any, error)) func(*calling, context.Context) ([][]any, error) {
	return func(c *calling, ctx context.Context) ([][]any, error) {
		t, err := c.open(ctx)
		if err != nil {
			return nil, err
		}
		return run(t, ctx)
	}
}

// open opens the table that the argument table names.
func (c *calling) open(ctx context.Context) (*onTable, error) {
	a := c.args["table"]
	id, err := c.resolve(splitName(a.text), c.database)
	if p, ok := problem.As(err); ok {
		return nil, c.at(p, a.node)
	}
	if c.alias != "" {
		id.alias = c.alias
	}
	table, err := c.catalogOf(id).Table(ctx, id.Identifier)
	if missing(err) {
		return nil, c.at(c.unknownTable(ctx, id), a.node)
	}
	if err != nil {
		return nil, err
	}
	id.Database, id.Table = table.Identifier().Database, table.Identifier().Table
	if id.System != "" {
		return nil, c.at(problem.New("table.system", "name", id.Identifier.String(), "table", id.String()), a.node)
	}
	return &onTable{c, id, table}, nil
}

// splitName cuts a name at its dots, those in backquotes aside.
func splitName(text string) []string {
	var parts []string
	var b strings.Builder
	quoted := false
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r == '`':
			quoted = !quoted
		case r == '.' && !quoted:
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteRune(r)
		}
	}
	return append(parts, b.String())
}

// changed notes the table's newest snapshot as written and says what happened.
func (c *onTable) changed(ctx context.Context, what notice.Notice) {
	if c.dry {
		c.tell(notice.New("dry_run").Of(what))
		return
	}
	c.tell(what)
	last, err := c.table.Snapshots().LatestID(ctx)
	if err != nil {
		last = 0 // the change is done; what is newest is seen by the next statement
	}
	c.out.Writes = append(c.out.Writes, TableVersion{Table: c.id.String(), Snapshot: last})
}

// tables are those that the argument table names: one, or all of db.*.
func (c *calling) tables(ctx context.Context) ([]*onTable, error) {
	a := c.args["table"]
	db, all := strings.CutSuffix(strings.TrimSpace(a.text), ".*")
	if !all {
		t, err := c.open(ctx)
		return []*onTable{t}, err
	}
	alias := c.catalog
	if c.alias != "" {
		alias = c.alias
	}
	cat := c.cfg.Catalogs[alias]
	names, err := cat.Tables(ctx, db)
	if p, ok := problem.As(err); ok {
		return nil, c.at(p, a.node)
	}
	if err != nil {
		return nil, err
	}
	var out []*onTable
	for _, t := range names {
		table, err := cat.Table(ctx, catalog.Identifier{Database: db, Table: t})
		if err != nil {
			return nil, err
		}
		out = append(out, &onTable{c, name{alias: alias, Identifier: table.Identifier()}, table})
	}
	return out, nil
}
