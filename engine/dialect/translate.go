package dialect

import (
	"context"
	"math/big"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

// Options are what a translation depends on besides the text.
type Options struct {
	TimeZone string            // IANA name of the session's zone
	Conf     map[string]string // what SET has set
	Now      time.Time         // the statement's current_timestamp
	// Into, if given, are the columns the result goes into, by position: the
	// result is cast to their types and named as they are. For INSERT.
	Into []Column
	// IntoAt, if given, says of each column of Into how the user knows it: for
	// UPDATE and MERGE, whose values stand apart.
	IntoAt []Target
}

// Target is a column's name in the user's text and where its value was written;
// an empty span is the whole query.
type Target struct {
	Name string
	Span ast.Span
}

// Translation is a query as DuckDB runs it.
type Translation struct {
	SQL     string
	Columns []Column // names and types by the dialect's rules; names may repeat. nil: ask DuckDB
	Map     *SourceMap
}

// Translate turns the query q of a statement into DuckDB text. The text relies
// on the session settings that engine/dialect/fn names.
func Translate(ctx context.Context, d Dialect, s Statement, q *ast.Query, scope Scope, opt Options) (*Translation, error) {
	b, err := newBinder(ctx, d, s.source, scope, opt)
	if err != nil {
		return nil, err
	}
	b.whole = q.Span
	out, err := b.query(q, nil)
	if err != nil {
		return nil, b.placed(err, q.Span)
	}
	if opt.Into != nil {
		if out, err = b.into(out, opt.Into, q.Span); err != nil {
			return nil, err
		}
	}
	sql, m, err := b.finish(out.sql)
	if err != nil {
		return nil, err
	}
	t := &Translation{SQL: sql, Map: m}
	for _, c := range out.cols {
		t.Columns = append(t.Columns, Column{Name: c.name, Type: c.typ.Nullable()})
	}
	return t, nil
}

func newBinder(ctx context.Context, d Dialect, text string, scope Scope, opt Options) (*binder, error) {
	zone, err := time.LoadLocation(opt.TimeZone)
	if err != nil {
		return nil, problem.New("session.time_zone", "zone", opt.TimeZone).Because(err)
	}
	if opt.TimeZone == "" {
		opt.TimeZone = "UTC"
	}
	return &binder{ctx: ctx, d: d, text: text, scope: scope, opt: opt, zone: zone}, nil
}

// binder resolves names, types expressions and prints, in one pass over the
// tree. It lives for one translation.
type binder struct {
	ctx   context.Context
	d     Dialect
	text  string
	scope Scope
	opt   Options
	zone  *time.Location
	whole ast.Span
	marks []ast.Span
	slots []*slot
	depth int

	variables int        // lambda parameters made so far
	outerJoin bool       // in the condition of an outer join
	raisers   []ast.Span // calls that raise errors of the user's own
}

// slot is a relation of the Scope. Its text is printed last, when it is known
// which columns and rows the statement needs.
type slot struct {
	rel    Relation
	span   ast.Span
	used   map[string]bool
	all    bool // every column may be used
	filter []Predicate
}

func (s *slot) print() (string, error) {
	use := Use{Filter: s.filter}
	if s.all {
		return s.rel.SQL(use)
	}
	use.Columns = []string{}
	for _, c := range s.rel.Columns {
		if s.used[c.Name] {
			use.Columns = append(use.Columns, c.Name)
		}
	}
	return s.rel.SQL(use)
}

// output is a printed query.
type output struct {
	sql  string
	cols []outcol
}

// outcol is a column of a query: what the user calls it and how the text does.
type outcol struct {
	name, sqlName string
	typ           datatype.Type
}

// value is a printed expression. Its text stands on its own inside any other.
type value struct {
	sql     string
	typ     datatype.Type
	literal *string // of a constant: its value
	aggr    bool    // holds an aggregate that is not a window's
	column  *col    // it is a plain column
}

// problem at a node.
func (b *binder) errorAt(n ast.Node, code string, args ...string) *problem.Error {
	sp := n.Pos()
	e := problem.New(code, args...).At(b.text, sp.Start, sp.End)
	e.Dialect = string(b.d)
	return e
}

func (b *binder) unsupported(n ast.Node, construct, instead problem.Phrase) error {
	return b.errorAt(n, "sql.unsupported").With("construct", construct).With("instead", instead)
}

func (b *binder) types(n ast.Node, what problem.Phrase) error {
	return b.errorAt(n, "sql.types").With("what", what)
}

func (b *binder) syntax(n ast.Node, what problem.Phrase) *problem.Error {
	return b.errorAt(n, "sql.syntax").With("what", what)
}

// placed gives err the place span unless it has one.
func (b *binder) placed(err error, span ast.Span) error {
	p, ok := problem.As(err)
	if !ok {
		return err
	}
	if p.Span == nil {
		p = p.At(b.text, span.Start, span.End)
	}
	if p.Dialect == "" {
		p.Dialect = string(b.d)
	}
	return err
}

// show is a type as the user's dialect writes it.
func (b *binder) show(t datatype.Type) string {
	switch b.d {
	case Flink:
		return t.Flink()
	case StarRocks:
		return t.StarRocks()
	}
	return t.Spark()
}

// into casts a query's columns to the columns they go into.
func (b *binder) into(out output, into []Column, span ast.Span) (output, error) {
	if len(out.cols) != len(into) {
		return out, problem.New("sql.types").
			With("what", problem.Say("sql.table_columns", "columns", strconv.Itoa(len(into)), "given", strconv.Itoa(len(out.cols)))).
			At(b.text, span.Start, span.End)
	}
	items := make([]string, len(into))
	next := output{}
	for i, c := range into {
		v := value{sql: ident(out.cols[i].sqlName), typ: out.cols[i].typ}
		name, at := c.Name, span
		if i < len(b.opt.IntoAt) {
			name = b.opt.IntoAt[i].Name
			if s := b.opt.IntoAt[i].Span; s != (ast.Span{}) {
				at = s
			}
		}
		cast, err := b.assign(v, Column{Name: name, Type: c.Type}, at)
		if err != nil {
			return out, err
		}
		items[i] = cast.sql + " AS " + ident(c.Name)
		next.cols = append(next.cols, outcol{c.Name, c.Name, c.Type})
	}
	next.sql = "SELECT " + strings.Join(items, ", ") + "\nFROM (" + out.sql + ") AS \"q\""
	return next, nil
}

// assign is a store assignment: what would silently lose meaning is an error, a
// value that the column cannot hold one at run time.
func (b *binder) assign(v value, to Column, span ast.Span) (value, error) {
	from := v.typ
	lossy := from.IsString() && !to.Type.IsString() && (b.d == Flink || to.Type.IsNested()) ||
		from.Kind == datatype.Boolean && (to.Type.IsNumeric() || isMoment(to.Type)) ||
		isMoment(from) && (to.Type.IsNumeric() || to.Type.Kind == datatype.Boolean) || from.IsNumeric() && (isMoment(to.Type) || to.Type.Kind == datatype.Boolean)
	if lossy && b.d != StarRocks {
		return v, b.types(span, problem.Say("sql.cannot_write", "from", b.show(from), "column", to.Name, "to", b.show(to.Type)))
	}
	cast, err := b.cast(v, to.Type, span)
	if err != nil {
		return v, err
	}
	if beyond := unfit(v.sql, from, cast.sql, to.Type); beyond != "" {
		why := problem.Say("sql.raised_column", "value", fn.Computed("CAST("+v.sql+" AS VARCHAR)"), "column", to.Name, "type", b.show(to.Type.Nullable()))
		cast.sql = b.mark(span, "CASE WHEN "+beyond+" THEN "+fn.Raise(why)+" ELSE "+cast.sql+" END")
	}
	return cast, nil
}

// unfit is the condition that a cast would store another value than the one
// given: NULL, or the low bits of a number. "" where that cannot be. A double
// too large for a FLOAT is infinite there.
func unfit(sql string, from datatype.Type, cast string, to datatype.Type) string {
	lost := sql + " IS NOT NULL AND " + cast + " IS NULL"
	bits := map[datatype.Kind]int{datatype.TinyInt: 8, datatype.SmallInt: 16, datatype.Int: 32, datatype.BigInt: 64}
	switch {
	case from.IsString() && !to.IsString(), from.IsNumeric() && to.Kind == datatype.Decimal && cast != sql:
		return lost
	case !from.IsNumeric() || bits[to.Kind] == 0 || bits[from.Kind] != 0 && bits[from.Kind] <= bits[to.Kind]:
		return ""
	}
	end := new(big.Int).Lsh(big.NewInt(1), uint(bits[to.Kind]-1)).String()
	if !coerce.IsIntegral(from) {
		sql = "trunc(" + sql + ")"
	}
	return sql + " >= " + end + " OR " + sql + " < -" + end
}

// ident quotes a name for DuckDB.
func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// str quotes text for DuckDB.
func str(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 { // DuckDB's text ends at NUL
		parts := strings.Split(s, "\x00")
		for i, p := range parts {
			parts[i] = str(p)
		}
		return "(" + strings.Join(parts, " || chr(0) || ") + ")"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
