package dialect

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// env is what names mean at one place of a query.
type env struct {
	outer     *env // of a correlated subquery
	ctes      map[string]*cte
	taken     map[string]bool // aliases of relations in the printed text
	rels      []*rel
	aliases   map[string]value // select list entries that later ones may name
	first     bool             // aliases win over columns: ORDER BY and HAVING
	extra     map[string]value // names a clause brings: window of GROUP BY window(...)
	params    map[string]value // of lambdas
	windows   map[string]*ast.Window
	where     []string   // conditions that expressions bring (window() drops NULL times)
	gens      []*rel     // generators of the select list, joined behind FROM
	groupKeys []ast.Expr // the columns of ROLLUP, CUBE and GROUPING SETS
}

// cte is a WITH query in scope.
type cte struct {
	sqlName string
	cols    []outcol
}

// rel is a relation in FROM.
type rel struct {
	alias    string   // what qualifies its columns
	name     []string // the parts of its own name, if it has no alias
	cols     []*col
	sql      string // of a generator
	nullable bool   // an outer join may fill it with NULL
}

// col is a column of a relation.
type col struct {
	name   string
	typ    datatype.Type
	sql    string
	rel    *rel
	merged bool // the right side of USING: * and plain names mean the other one
	slot   *slot
	base   string // its name in slot
}

// findCTE looks up a WITH query, innermost first.
func (e *env) findCTE(name string) *cte {
	for ; e != nil; e = e.outer {
		if c, ok := e.ctes[strings.ToLower(name)]; ok {
			return c
		}
	}
	return nil
}

// alias gives a relation an alias that hides none of the relations around it:
// a reference to one of those may be printed inside.
func (e *env) alias(want string) string {
	for n := 1; ; n++ {
		name := want
		if n > 1 {
			name = want + "_" + strconv.Itoa(n)
		}
		if !e.takes(name) {
			if e.taken == nil {
				e.taken = map[string]bool{}
			}
			e.taken[strings.ToLower(name)] = true
			return name
		}
	}
}

func (e *env) takes(name string) bool {
	for ; e != nil; e = e.outer {
		if e.taken[strings.ToLower(name)] {
			return true
		}
	}
	return false
}

// read notes that a column's value is needed.
func (c *col) read() value {
	if c.slot != nil {
		c.slot.used[c.base] = true
	}
	return value{sql: c.sql, typ: c.typ.Nullable(), column: c}
}

// column resolves a name: an alias of the select list, t.c, c, and for the
// parts that remain the fields of a struct.
func (b *binder) column(n *ast.Column, e *env) (value, error) {
	v, used, err := b.resolve(n, e)
	if err != nil {
		return value{}, err
	}
	v.sql = b.mark(n.Span, v.sql)
	for _, part := range n.Parts[used:] {
		if v, err = b.field(v, part); err != nil {
			return value{}, err
		}
	}
	return v, nil
}

// resolve finds what the leading parts of a name mean and how many they are.
func (b *binder) resolve(n *ast.Column, e *env) (value, int, error) {
	for at := e; at != nil; at = at.outer {
		if v, used, err := b.resolveIn(n, at); used > 0 || err != nil {
			return v, used, err
		}
	}
	if v, ok, err := b.keywordValue(n); ok || err != nil {
		return v, 1, err
	}
	return value{}, 0, b.unknownColumn(n, e)
}

func (b *binder) resolveIn(n *ast.Column, e *env) (value, int, error) {
	head := n.Parts[0].Name
	if v, ok := e.params[strings.ToLower(head)]; ok {
		return v, 1, nil
	}
	if v, ok := e.aliases[strings.ToLower(head)]; ok && e.first && len(n.Parts) == 1 {
		return v, 1, nil
	}
	for k := min(len(n.Parts)-1, 3); k > 0; k-- { // t.c, db.t.c, cat.db.t.c
		found, known := e.qualified(n.Parts[:k], n.Parts[k].Name)
		c, err := b.only(found, n.Parts[k])
		if c != nil || err != nil {
			return c.value(), k + 1, err
		}
		if known && k == len(n.Parts)-1 && len(e.unqualified(head)) == 0 {
			return value{}, 0, b.unknownColumn(n, e)
		}
	}
	c, err := b.only(e.unqualified(head), n.Parts[0])
	if c != nil || err != nil {
		return c.value(), 1, err
	}
	if v, ok := e.extra[strings.ToLower(head)]; ok {
		return v, 1, nil
	}
	if v, ok := e.aliases[strings.ToLower(head)]; ok {
		v.sql = "(" + v.sql + ")"
		return v, 1, nil
	}
	return value{}, 0, nil
}

func (c *col) value() value {
	if c == nil {
		return value{}
	}
	return c.read()
}

// only picks the one column of found: exact spelling wins over others.
func (b *binder) only(found []*col, at ast.Ident) (*col, error) {
	if len(found) > 1 {
		var exact []*col
		for _, c := range found {
			if c.name == at.Name {
				exact = append(exact, c)
			}
		}
		if len(exact) > 0 && len(exact) < len(found) {
			found = exact
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	one, other := found[0].rel.title(), found[1].rel.title()
	if one.Text("en") == other.Text("en") { // no name in front tells them apart
		return nil, b.errorAt(at.Span, "sql.column_twice", "name", at.Name).With("of", one)
	}
	return nil, b.errorAt(at.Span, "sql.ambiguous_column", "name", at.Name).With("a", one).With("b", other)
}

func (r *rel) title() problem.Phrase {
	if r.alias != "" {
		return problem.Say("sql.construct", "words", r.alias)
	}
	return problem.Say("sql.a_subquery")
}

// unqualified are the columns that a bare name may mean.
func (e *env) unqualified(name string) []*col {
	var out []*col
	for _, r := range e.rels {
		for _, c := range r.cols {
			if !c.merged && strings.EqualFold(c.name, name) {
				out = append(out, c)
			}
		}
	}
	return out
}

// qualified are the columns called name of relations that the parts name; known
// tells whether there is such a relation.
func (e *env) qualified(parts []ast.Ident, name string) (out []*col, known bool) {
	for _, r := range e.rels {
		if !r.named(parts) {
			continue
		}
		known = true
		for _, c := range r.cols {
			if strings.EqualFold(c.name, name) {
				out = append(out, c)
			}
		}
	}
	return out, known
}

// named tells whether parts, the last parts of its full name, name the relation.
func (r *rel) named(parts []ast.Ident) bool {
	if len(parts) == 1 {
		return strings.EqualFold(r.alias, parts[0].Name)
	}
	if len(parts) > len(r.name) {
		return false
	}
	tail := r.name[len(r.name)-len(parts):]
	for i := range parts {
		if !strings.EqualFold(tail[i], parts[i].Name) {
			return false
		}
	}
	return true
}

// unknownColumn names the nearest columns in scope. With a qualifier that is
// known only its columns count, and the mark is on the last part.
func (b *binder) unknownColumn(n *ast.Column, e *env) *problem.Error {
	at, name := n.Parts[0], n.Parts[0].Name
	var known, tables []string
	qualifier := ""
	for at := e; at != nil; at = at.outer {
		for _, r := range at.rels {
			tables = append(tables, r.alias)
			if len(n.Parts) > 1 && r.named(n.Parts[:1]) {
				qualifier = n.Parts[0].Name
			}
		}
	}
	if qualifier != "" {
		at, name = n.Parts[1], n.Parts[1].Name
	}
	for at := e; at != nil; at = at.outer {
		for _, r := range at.rels {
			if qualifier != "" && !strings.EqualFold(r.alias, qualifier) {
				continue
			}
			for _, c := range r.cols {
				known = append(known, c.name)
			}
		}
		if qualifier == "" {
			known = append(known, slices.Sorted(maps.Keys(at.aliases))...)
		}
	}
	if qualifier == "" && len(n.Parts) > 1 {
		known = append(tables, known...)
	}
	shown := name
	if qualifier != "" {
		shown = qualifier + "." + name
	} else if len(n.Parts) > 1 {
		shown = strings.Join(ast.Name(n.Parts).Strings(), ".")
	}
	p := b.errorAt(at.Span, "sql.unknown_column", "name", shown)
	return p.Suggest(problem.Nearest(name, unique(known), 3)...)
}

func unique(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, n := range names {
		if n != "" && !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// field is v.name for a struct, the list of fields for an array of structs,
// the value of a key for a map.
func (b *binder) field(v value, name ast.Ident) (value, error) {
	switch t := v.typ; t.Kind {
	case datatype.Row:
		f, err := b.member(t, name)
		if err != nil {
			return value{}, err
		}
		return value{sql: b.mark(name.Span, "struct_extract("+v.sql+", "+str(f.Name)+")"), typ: f.Type.Nullable(), aggr: v.aggr}, nil
	case datatype.Array:
		if t.Elem.Kind == datatype.Row {
			f, err := b.member(*t.Elem, name)
			if err != nil {
				return value{}, err
			}
			x := b.variable()
			sql := "list_transform(" + v.sql + ", lambda " + x + ": struct_extract(" + x + ", " + str(f.Name) + "))"
			return value{sql: b.mark(name.Span, sql), typ: datatype.ArrayOf(f.Type.Nullable()), aggr: v.aggr}, nil
		}
	case datatype.Map:
		if t.Key.IsString() {
			return value{sql: b.mark(name.Span, "map_extract_value("+v.sql+", "+str(name.Name)+")"), typ: t.Elem.Nullable(), aggr: v.aggr}, nil
		}
	}
	return value{}, b.types(name.Span, problem.Say("sql.no_fields", "type", b.show(v.typ), "field", "."+name.Name))
}

func (b *binder) member(t datatype.Type, name ast.Ident) (datatype.Field, error) {
	var names []string
	var found []datatype.Field
	for _, f := range t.Fields {
		names = append(names, f.Name)
		if f.Name == name.Name {
			return f, nil
		}
		if strings.EqualFold(f.Name, name.Name) {
			found = append(found, f)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return datatype.Field{}, b.errorAt(name.Span, "sql.unknown_column", "name", name.Name).Suggest(problem.Nearest(name.Name, names, 3)...)
}
