package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// relation binds what stands in FROM. The relations bound so far are in
// e.rels, for those that may name them (LATERAL, UNNEST, LATERAL VIEW).
func (b *binder) relation(r ast.Relation, e *env) (string, []*rel, error) {
	b.depth++
	defer func() { b.depth-- }()
	if b.depth > maxBindDepth {
		return "", nil, b.syntax(r, problem.Say("sql.long_from"))
	}
	switch n := r.(type) {
	case *ast.Table:
		return b.table(n, e, false)
	case *ast.Derived:
		return b.derived(n, e)
	case *ast.Join:
		return b.join(n, e)
	}
	return "", nil, b.syntax(r, problem.Say("sql.no_relation"))
}

func (b *binder) table(n *ast.Table, e *env, outer bool) (string, []*rel, error) {
	switch n.Kind {
	case ast.OverCall:
		return b.tableFunction(n, e, outer)
	case ast.OverUnnest:
		return b.unnest(n, e, outer)
	case ast.OverView:
		return b.lateralView(n, e, outer)
	case ast.Named:
		if len(n.Name) == 1 && n.AsOf == nil {
			if c := e.findCTE(n.Name[0].Name); c != nil {
				return b.cteTable(n, c, e)
			}
		}
	}
	ref := TableRef{Span: n.Span, Files: n.Format, Path: n.Path, Options: b.readOptions(n)}
	name := ast.Name(n.Name)
	want := n.Format
	if n.Kind == ast.Named {
		ref.Span, ref.Parts = name.Pos(), name.Strings()
		for _, p := range n.Name {
			ref.Quoted = append(ref.Quoted, p.Quoted)
		}
		want = ref.Parts[len(ref.Parts)-1]
	} else {
		ref.Span = n.PathSpan
	}
	var err error
	if ref.AsOf, err = b.asOf(n.AsOf); err != nil {
		return "", nil, err
	}
	return b.scoped(n, ref, want, e)
}

// scoped asks the Scope for a relation and gives it a slot.
func (b *binder) scoped(n *ast.Table, ref TableRef, want string, e *env) (string, []*rel, error) {
	found, err := b.scope.Relation(b.ctx, ref)
	if err != nil {
		return "", nil, b.placed(err, ref.Span)
	}
	s := &slot{rel: found, span: ref.Span, used: map[string]bool{}}
	b.slots = append(b.slots, s)
	r := &rel{alias: want, name: ref.Parts}
	if n.Alias != nil {
		r.alias, r.name = n.Alias.Name, nil
	}
	alias := e.alias(r.alias)
	for _, c := range found.Columns {
		r.cols = append(r.cols, &col{name: c.Name, typ: c.Type, sql: ident(alias) + "." + ident(c.Name), rel: r, slot: s, base: c.Name})
	}
	if err := b.renameCols(r, n.Columns); err != nil {
		return "", nil, err
	}
	text := slotStart + strconv.Itoa(len(b.slots)-1) + slotEnd
	text, err = b.sampled(text+" AS "+ident(alias), n.Sample, alias, e)
	return text, []*rel{r}, err
}

// renameCols gives columns the names of t(a, b).
func (b *binder) renameCols(r *rel, names []ast.Ident) error {
	if len(names) == 0 {
		return nil
	}
	if len(names) != len(r.cols) {
		return b.types(names[0].Span.To(names[len(names)-1].Span), problem.Say("sql.columns_named", "columns", strconv.Itoa(len(r.cols)), "names", strconv.Itoa(len(names))).With("of", r.title()))
	}
	for i, n := range names {
		r.cols[i].name = n.Name
	}
	return nil
}

func (b *binder) cteTable(n *ast.Table, c *cte, e *env) (string, []*rel, error) {
	want := n.Name[0].Name
	if n.Alias != nil {
		want = n.Alias.Name
	}
	alias := e.alias(want)
	r := relOf(want, alias, c.cols)
	if err := b.renameCols(r, n.Columns); err != nil {
		return "", nil, err
	}
	text, err := b.sampled(b.mark(n.Span, ident(c.sqlName))+" AS "+ident(alias), n.Sample, alias, e)
	return text, []*rel{r}, err
}

func (b *binder) derived(n *ast.Derived, e *env) (string, []*rel, error) {
	outer := e.outer
	if n.Lateral {
		outer = e
	}
	out, err := b.query(n.Query, outer)
	if err != nil {
		return "", nil, err
	}
	want, user := "sub", ""
	if n.Alias != nil {
		want, user = n.Alias.Name, n.Alias.Name
	}
	alias := e.alias(want)
	r := relOf(user, alias, out.cols)
	if err := b.renameCols(r, n.Columns); err != nil {
		return "", nil, err
	}
	lateral := ""
	if n.Lateral {
		lateral = "LATERAL "
	}
	text, err := b.sampled(lateral+"(\n"+out.sql+"\n) AS "+ident(alias), n.Sample, alias, e)
	return text, []*rel{r}, err
}

// sampled takes a part of a relation's rows: each row by chance, or the first n.
func (b *binder) sampled(text string, s *ast.Sample, alias string, e *env) (string, error) {
	if s == nil {
		return text, nil
	}
	v, err := b.expr(s.Size, e)
	if err != nil {
		return "", err
	}
	if v.literal == nil || !v.typ.IsNumeric() {
		return "", b.types(s.Size, problem.Say("sql.sample_number"))
	}
	seed := ""
	if s.Seed != nil {
		x, err := b.expr(s.Seed, e)
		if err != nil {
			return "", err
		}
		seed = " REPEATABLE (" + x.sql + ")"
	}
	if s.Percent {
		return "(SELECT * FROM " + text + " TABLESAMPLE bernoulli(" + *v.literal + "%)" + seed + ") AS " + ident(alias), nil
	}
	return "(SELECT * FROM " + text + " LIMIT " + *v.literal + ") AS " + ident(alias), nil
}

func (b *binder) join(n *ast.Join, e *env) (string, []*rel, error) {
	left, lrels, err := b.relation(n.L, e)
	if err != nil {
		return "", nil, err
	}
	before := e.rels
	e.rels = append(append([]*rel{}, before...), lrels...)
	var right string
	var rrels []*rel
	if t, ok := n.R.(*ast.Table); ok {
		right, rrels, err = b.table(t, e, n.Kind == "LEFT" && isTrue(n.On))
	} else {
		right, rrels, err = b.relation(n.R, e)
	}
	if err != nil {
		return "", nil, err
	}
	if _, nested := n.R.(*ast.Join); nested {
		right = "(" + right + ")"
	}
	e.rels = append(e.rels, rrels...)
	defer func() { e.rels = before }()
	return b.joined(n, left, right, lrels, rrels, e)
}

func isTrue(x ast.Expr) bool {
	l, ok := x.(*ast.Literal)
	return x == nil || ok && l.Kind == ast.BoolLiteral && l.Value == "true"
}

// joined prints a join with its condition and says which relations it shows.
func (b *binder) joined(n *ast.Join, left, right string, lrels, rrels []*rel, e *env) (string, []*rel, error) {
	all := append(append([]*rel{}, lrels...), rrels...)
	word := n.Kind
	cond := ""
	t, isTable := n.R.(*ast.Table)
	generated := isTable && (t.Kind == ast.OverView || t.Kind == ast.OverUnnest)
	switch {
	case n.Using != nil || n.Natural:
		text, merged, err := b.using(n, lrels, rrels)
		if err != nil {
			return "", nil, err
		}
		cond = text
		if n.Kind != "SEMI" && n.Kind != "ANTI" {
			all = append([]*rel{merged}, all...)
		}
	case generated && isTrue(n.On):
		word = "CROSS" // a left join with a generator gives it the row itself
	case n.On != nil:
		b.outerJoin = n.Kind == "LEFT" || n.Kind == "RIGHT" || n.Kind == "FULL"
		v, err := b.condition(n.On, e)
		b.outerJoin = false
		if err != nil {
			return "", nil, err
		}
		cond = v.sql
	}
	nullable(n.Kind, lrels, rrels)
	if cond == "" && word != "CROSS" {
		if cond = "TRUE"; word == "INNER" {
			word = "CROSS"
		}
	}
	text := left + "\n" + word + " JOIN " + right
	if word != "CROSS" {
		text += " ON " + cond
	}
	if n.Kind == "SEMI" || n.Kind == "ANTI" {
		return text, lrels, nil
	}
	return text, all, nil
}

// nullable marks the relations whose rows an outer join may fill with NULL.
func nullable(kind string, lrels, rrels []*rel) {
	mark := func(rels []*rel) {
		for _, r := range rels {
			r.nullable = true
		}
	}
	if kind == "LEFT" || kind == "FULL" {
		mark(rrels)
	}
	if kind == "RIGHT" || kind == "FULL" {
		mark(lrels)
	}
}

// using joins by equal names: one column stands for both.
func (b *binder) using(n *ast.Join, lrels, rrels []*rel) (string, *rel, error) {
	l, r := &env{rels: lrels}, &env{rels: rrels}
	names := n.Using
	if n.Natural {
		for _, lr := range lrels {
			for _, c := range lr.cols {
				if !c.merged && len(r.unqualified(c.name)) > 0 {
					names = append(names, ast.Ident{Span: n.Span, Name: c.name})
				}
			}
		}
	}
	merged := &rel{}
	var conds []string
	for _, name := range names {
		lc, err := b.mustColumn(name, l)
		if err != nil {
			return "", nil, err
		}
		rc, err := b.mustColumn(name, r)
		if err != nil {
			return "", nil, err
		}
		lv, rv := lc.read(), rc.read()
		cond, err := b.compare(name.Span, "=", lv, rv)
		if err != nil {
			return "", nil, err
		}
		conds = append(conds, b.mark(name.Span, cond.sql))
		t, ok := coerce.Comparison(lv.typ, rv.typ)
		if !ok {
			t = lv.typ
		}
		m := &col{name: lc.name, typ: lc.typ, sql: lc.sql, rel: merged, slot: lc.slot, base: lc.base}
		switch n.Kind {
		case "RIGHT":
			m = &col{name: lc.name, typ: rc.typ, sql: rc.sql, rel: merged, slot: rc.slot, base: rc.base}
		case "FULL":
			if lv, err = b.cast(lv, t, name.Span); err != nil {
				return "", nil, err
			}
			if rv, err = b.cast(rv, t, name.Span); err != nil {
				return "", nil, err
			}
			m = &col{name: lc.name, typ: t, sql: "coalesce(" + lv.sql + ", " + rv.sql + ")", rel: merged}
		}
		merged.cols = append(merged.cols, m)
		if n.Kind != "SEMI" && n.Kind != "ANTI" {
			lc.merged = true
		}
		rc.merged = true
	}
	return strings.Join(conds, " AND "), merged, nil
}

func (b *binder) mustColumn(name ast.Ident, e *env) (*col, error) {
	c, err := b.only(e.unqualified(name.Name), name)
	if c == nil && err == nil {
		err = b.unknownColumn(&ast.Column{Span: name.Span, Parts: []ast.Ident{name}}, e)
	}
	return c, err
}
