package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

// item is one bound entry of a select list, stars expanded.
type item struct {
	name string
	x    ast.Expr // nil for a column of a star
	v    value
}

// selection binds a SELECT in the order names become known: FROM, WHERE, the
// list, GROUP BY, HAVING, QUALIFY, ORDER BY.
func (b *binder) selection(n *ast.Select, order []ast.Order, outer *env) (output, error) {
	e := &env{outer: outer, aliases: map[string]value{}, extra: map[string]value{}, windows: map[string]*ast.Window{}}
	for _, w := range n.Windows {
		e.windows[strings.ToLower(w.Name.Name)] = w.Spec
	}
	from := ""
	if n.From != nil {
		text, rels, err := b.relation(n.From, e)
		if err != nil {
			return output{}, err
		}
		from, e.rels = text, rels
	}
	s := &selecting{binder: b, n: n, e: e}
	if err := s.where(); err != nil {
		return output{}, err
	}
	if err := s.groupExtras(); err != nil {
		return output{}, err
	}
	if err := s.list(); err != nil {
		return output{}, err
	}
	if err := s.groupBy(); err != nil {
		return output{}, err
	}
	if err := s.afterwards(order); err != nil {
		return output{}, err
	}
	return s.print(from), nil
}

// selecting is a SELECT while it is bound.
type selecting struct {
	*binder
	n     *ast.Select
	e     *env
	items []item

	conditions []string // of WHERE
	group      string
	having     string
	qualify    string
	order      string
}

func (s *selecting) where() error {
	if s.n.Where == nil {
		return nil
	}
	v, err := s.condition(s.n.Where, s.e)
	if err != nil {
		return err
	}
	if v.aggr {
		return s.types(s.n.Where, problem.Say("sql.where_aggregate"))
	}
	s.conditions = append(s.conditions, v.sql)
	s.prune(s.n.Where, s.e)
	return nil
}

// groupExtras binds window(...) of GROUP BY first: the list names it "window".
func (s *selecting) groupExtras() error {
	if s.n.GroupBy == nil {
		return nil
	}
	for _, g := range s.n.GroupBy.Groups {
		for _, set := range g.Sets {
			s.e.groupKeys = append(s.e.groupKeys, set...)
		}
		if c, ok := g.X.(*ast.Call); ok && s.d == Spark && isWord(c.Name[len(c.Name)-1].Name, "window") {
			v, err := s.expr(c, s.e)
			if err != nil {
				return err
			}
			s.e.extra["window"] = v
		}
	}
	return nil
}

// list binds the select list; later entries may name earlier ones.
func (s *selecting) list() error {
	for _, it := range s.n.Items {
		switch x := it.X.(type) {
		case *ast.Star:
			if err := s.star(x); err != nil {
				return err
			}
			continue
		case *ast.Call:
			if f, ok := fn.Lookup(string(s.d), x.Name[len(x.Name)-1].Name); ok && f.Kind == fn.Generator {
				if err := s.generated(it, x, f); err != nil {
					return err
				}
				continue
			}
		}
		if len(it.Aliases) > 0 {
			return s.syntax(it.Aliases[0], problem.Say("sql.several_names"))
		}
		v, err := s.expr(it.X, s.e)
		if err != nil {
			return err
		}
		s.add(it.X, s.named(it), v)
	}
	return nil
}

// add appends an entry and makes its name known.
func (s *selecting) add(x ast.Expr, name string, v value) {
	s.items = append(s.items, item{name: name, x: x, v: v})
	key := strings.ToLower(name)
	if _, ok := s.e.aliases[key]; !ok {
		v.literal, v.column = nil, nil
		s.e.aliases[key] = v
	}
}

// named is the entry's name: its alias or what the dialect calls it.
func (s *selecting) named(it ast.Item) string {
	if it.Alias != nil {
		return it.Alias.Name
	}
	return s.label(it.X, s.e, len(s.items))
}

// star expands * and t.* by the columns in scope.
func (s *selecting) star(n *ast.Star) error {
	var cols []*col
	found := len(n.Qualifier) == 0
	for _, r := range s.e.rels {
		if len(n.Qualifier) > 0 && !r.named(n.Qualifier) {
			continue
		}
		found = true
		for _, c := range r.cols {
			if !c.merged || len(n.Qualifier) > 0 {
				cols = append(cols, c)
			}
		}
	}
	if !found {
		return s.fieldsStar(n)
	}
	if len(s.e.rels) == 0 {
		return s.syntax(n, problem.Say("sql.star_from"))
	}
	out := map[string]bool{}
	for _, x := range n.Except {
		if !s.excluded(cols, x, out) {
			names := make([]string, len(cols))
			for i, c := range cols {
				names[i] = c.name
			}
			return s.errorAt(x, "sql.unknown_column", "name", x.Name).Suggest(problem.Nearest(x.Name, names, 3)...)
		}
	}
	for _, c := range cols {
		if out[strings.ToLower(c.name)] {
			continue
		}
		v, x := c.read(), ast.Expr(nil)
		for _, r := range n.Replace {
			if strings.EqualFold(r.Alias.Name, c.name) {
				var err error
				if v, err = s.expr(r.X, s.e); err != nil {
					return err
				}
				x = r.X
			}
		}
		s.items = append(s.items, item{name: c.name, x: x, v: v})
	}
	return nil
}

func (s *selecting) excluded(cols []*col, x ast.Ident, out map[string]bool) bool {
	for _, c := range cols {
		if strings.EqualFold(c.name, x.Name) {
			out[strings.ToLower(c.name)] = true
			return true
		}
	}
	return false
}

// fieldsStar is s.* for a column s that is a struct.
func (s *selecting) fieldsStar(n *ast.Star) error {
	at := n.Qualifier[len(n.Qualifier)-1]
	v, err := s.column(&ast.Column{Span: n.Qualifier[0].Span.To(at.Span), Parts: n.Qualifier}, s.e)
	if err != nil {
		return err
	}
	if v.typ.Kind != datatype.Row {
		return s.types(n, problem.Say("sql.no_fields", "type", s.show(v.typ), "field", ".*"))
	}
	for _, f := range v.typ.Fields {
		fv, err := s.field(v, ast.Ident{Span: n.Span, Name: f.Name})
		if err != nil {
			return err
		}
		s.items = append(s.items, item{name: f.Name, v: fv})
	}
	return nil
}

// generated joins a generator of the select list behind FROM.
func (s *selecting) generated(it ast.Item, x *ast.Call, f *fn.Function) error {
	aliases := it.Aliases
	if it.Alias != nil {
		aliases = []ast.Ident{*it.Alias}
	}
	text, r, err := s.generator(x, f, s.e, s.e.alias("g"), aliases, false)
	if err != nil {
		return err
	}
	r.sql = text
	s.e.gens = append(s.e.gens, r)
	for _, c := range r.cols {
		s.add(nil, c.name, c.read())
	}
	return nil
}

// groupBy prints GROUP BY. An entry of the list, named or counted, is printed
// as its number.
func (s *selecting) groupBy() error {
	g := s.n.GroupBy
	switch {
	case g == nil:
		return nil
	case g.All:
		s.group = "ALL"
		return nil
	}
	var parts []string
	for _, k := range g.Groups {
		if k.Kind == "" {
			text, err := s.groupKey(k.X, true)
			if err != nil {
				return err
			}
			parts = append(parts, text)
			continue
		}
		sets := make([]string, len(k.Sets))
		for i, set := range k.Sets {
			keys := make([]string, len(set))
			for j, x := range set {
				text, err := s.groupKey(x, false)
				if err != nil {
					return err
				}
				keys[j] = text
			}
			sets[i] = "(" + strings.Join(keys, ", ") + ")"
		}
		kind := k.Kind
		if kind == "SETS" {
			kind = "GROUPING SETS "
		}
		parts = append(parts, kind+"("+strings.Join(sets, ", ")+")")
	}
	s.group = strings.Join(parts, ", ")
	return nil
}

// groupKey prints one key; numbers says whether a place in the list may be
// printed as its number.
func (s *selecting) groupKey(x ast.Expr, numbers bool) (string, error) {
	if k, ok, err := s.ordinal(x, len(s.items)); err != nil {
		return "", err
	} else if ok {
		if it := s.items[k-1]; it.v.aggr {
			return "", s.types(x, problem.Say("sql.group_by_column", "n", strconv.Itoa(k)))
		} else if !numbers {
			return it.v.sql, nil
		}
		return s.mark(x.Pos(), strconv.Itoa(k)), nil
	}
	if c, ok := x.(*ast.Column); ok && len(c.Parts) == 1 && len(s.e.unqualified(c.Parts[0].Name)) == 0 {
		if k, ok := s.itemNamed(c.Parts[0].Name); ok {
			if s.items[k].v.aggr {
				return "", s.types(x, problem.Say("sql.group_by_name", "name", c.Parts[0].Name))
			}
			if numbers {
				return s.mark(x.Pos(), strconv.Itoa(k+1)), nil
			}
			return s.items[k].v.sql, nil
		}
	}
	v, err := s.expr(x, s.e)
	if err == nil && v.aggr {
		err = s.types(x, problem.Say("sql.group_by_aggregate"))
	}
	if err == nil && v.literal != nil {
		return "(SELECT " + v.sql + ")", nil // a constant, not the number of a column
	}
	return v.sql, err
}

func (s *selecting) itemNamed(name string) (int, bool) {
	for i, it := range s.items {
		if strings.EqualFold(it.name, name) {
			return i, true
		}
	}
	return 0, false
}

// afterwards binds HAVING, QUALIFY and ORDER BY, where the list's names win.
func (s *selecting) afterwards(order []ast.Order) error {
	e := *s.e
	e.first = true
	if s.n.Having != nil {
		v, err := s.condition(s.n.Having, &e)
		if err != nil {
			return err
		}
		s.having = v.sql
	}
	if s.n.Qualify != nil {
		v, err := s.condition(s.n.Qualify, &e)
		if err != nil {
			return err
		}
		s.qualify = v.sql
	}
	keys := make([]string, len(order))
	for i, o := range order {
		key, err := s.orderKey(o, &e)
		if err != nil {
			return err
		}
		keys[i] = key + direction(o)
	}
	s.order = strings.Join(keys, ", ")
	s.e.where, s.e.gens = e.where, e.gens
	return nil
}

// orderKey prints a sort key: an entry of the list as its number.
func (s *selecting) orderKey(o ast.Order, e *env) (string, error) {
	if k, ok, err := s.ordinal(o.X, len(s.items)); ok || err != nil {
		return strconv.Itoa(k), err
	}
	if c, ok := o.X.(*ast.Column); ok {
		if k, ok := s.itemOf(c); ok {
			return s.mark(c.Span, strconv.Itoa(k+1)), nil
		}
	}
	v, err := s.expr(o.X, e)
	if err != nil {
		return "", err
	}
	text := plain(v.sql)
	for i, it := range s.items { // the same expression as in the list
		if plain(it.v.sql) == text {
			return s.mark(o.X.Pos(), strconv.Itoa(i+1)), nil
		}
	}
	if v.literal != nil {
		return "(SELECT " + v.sql + ")", nil
	}
	return v.sql, nil
}

// itemOf finds the entry that a sort key names. Two entries of one name that
// differ are not it.
func (s *selecting) itemOf(c *ast.Column) (int, bool) {
	if len(c.Parts) > 1 {
		return 0, false
	}
	found := -1
	for i, it := range s.items {
		if !strings.EqualFold(it.name, c.Parts[0].Name) {
			continue
		}
		if found >= 0 && plain(s.items[found].v.sql) != plain(it.v.sql) {
			return 0, false
		}
		if found < 0 {
			found = i
		}
	}
	return found, found >= 0
}

// print puts the clauses together.
func (s *selecting) print(from string) output {
	out := output{}
	used := map[string]bool{}
	list := make([]string, len(s.items))
	for i, it := range s.items {
		name := uniqueName(it.name, used)
		list[i] = it.v.sql + " AS " + ident(name)
		out.cols = append(out.cols, outcol{name: it.name, sqlName: name, typ: it.v.typ.Nullable()})
	}
	var t strings.Builder
	t.WriteString("SELECT ")
	if s.n.Distinct {
		t.WriteString("DISTINCT ")
	}
	t.WriteString(strings.Join(list, ",\n  "))
	for _, g := range s.e.gens {
		if from == "" {
			from = "(SELECT 1) AS \"one\""
		}
		from += "\nCROSS JOIN " + g.sql
	}
	for _, c := range []struct{ word, text string }{
		{"FROM", from}, {"WHERE", strings.Join(append(s.conditions, distinct(s.e.where)...), " AND ")}, {"GROUP BY", s.group}, {"HAVING", s.having},
		{"QUALIFY", s.qualify}, {"ORDER BY", s.order},
	} {
		if c.text != "" {
			t.WriteString("\n" + c.word + " " + c.text)
		}
	}
	out.sql = t.String()
	return out
}

// distinct drops repeated conditions.
func distinct(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if k := plain(s); !seen[k] {
			seen[k] = true
			out = append(out, s)
		}
	}
	return out
}
