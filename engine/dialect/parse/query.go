package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// atQuery tells whether a query begins here, in parentheses or not.
func (p *parser) atQuery() bool {
	n := 0
	for n <= maxDepth && isOp(p.ahead(n), "(") {
		n++
	}
	t := p.ahead(n)
	if n > 0 && !isWord(t, "SELECT", "WITH", "VALUES", "FROM") {
		return false
	}
	switch {
	case isWord(t, "SELECT"):
		return true
	case isWord(t, "WITH"):
		k := p.ahead(n + 1).Kind
		return k == lex.Word || k == lex.Quoted
	case isWord(t, "VALUES"):
		return !isOp(p.ahead(n+1), ",") && !isOp(p.ahead(n+1), ")") && !isOp(p.ahead(n+1), ".")
	case isWord(t, "TABLE") && n == 0:
		return p.ahead(1).Kind == lex.Word || p.ahead(1).Kind == lex.Quoted
	case isWord(t, "FROM") && n == 0:
		return p.d == lex.Spark
	}
	return false
}

// query parses WITH ... body ORDER BY ... LIMIT ... .
func (p *parser) query() *ast.Query {
	defer p.enter()()
	start := p.here()
	q := &ast.Query{}
	if p.at("WITH") {
		p.next()
		q.Recursive = p.take("RECURSIVE")
		q.With = p.ctes()
	}
	q.Body = p.setOps(0)
	p.tail(q)
	q.Span = p.from(start)
	return q
}

func (p *parser) ctes() []ast.CTE {
	var out []ast.CTE
	for p.err == nil {
		c := ast.CTE{Name: p.name(aWithName)}
		if p.atOp("(") {
			c.Columns = p.names()
		}
		p.take("AS")
		p.expectOp("(")
		if !p.atQuery() && p.err == nil {
			p.unexpected(aQuery)
		}
		c.Query = p.query()
		p.expectOp(")")
		c.Span = p.from(c.Name.Span)
		out = append(out, c)
		if !p.takeOp(",") {
			break
		}
	}
	return out
}

// tail parses what follows the body: order, limits and named windows.
func (p *parser) tail(q *ast.Query) {
	for p.err == nil {
		switch {
		case p.take("ORDER", "BY"), p.take("SORT", "BY"):
			q.OrderBy = p.orders()
		case p.at("CLUSTER", "BY"), p.at("DISTRIBUTE", "BY"):
			p.take(p.tok().Value, "BY")
			p.list()
		case p.take("LIMIT"):
			p.limit(q)
		case p.take("OFFSET"):
			q.Offset = p.expr()
			_ = p.take("ROWS") || p.take("ROW")
		case p.at("FETCH"):
			p.next()
			_ = p.take("FIRST") || p.take("NEXT")
			q.Limit = p.expr()
			_ = p.take("ROWS") || p.take("ROW")
			p.take("ONLY")
		case p.at("WINDOW"):
			sel, ok := q.Body.(*ast.Select)
			if !ok {
				p.unexpected(endOfQuery)
				return
			}
			p.windows(sel)
		default:
			return
		}
	}
}

func (p *parser) limit(q *ast.Query) {
	if p.at("ALL") {
		p.next()
		return
	}
	first := p.expr()
	if p.d == lex.StarRocks && p.takeOp(",") {
		q.Offset, q.Limit = first, p.expr()
		return
	}
	q.Limit = first
	if p.take("OFFSET") {
		q.Offset = p.expr()
	}
}

// setOps parses UNION and EXCEPT (level 0) over INTERSECT (level 1).
func (p *parser) setOps(level int) ast.Body {
	if level == 2 {
		return p.body()
	}
	l := p.setOps(level + 1)
	for p.err == nil {
		op := p.setOpAt(level)
		if op == "" {
			return l
		}
		p.next()
		s := &ast.SetOp{Op: op, L: l}
		if p.take("ALL") {
			s.All = true
		} else {
			p.take("DISTINCT")
		}
		s.ByName = p.take("BY", "NAME")
		s.R = p.setOps(level + 1)
		s.Span = p.from(l.Pos())
		l = s
	}
	return l
}

func (p *parser) setOpAt(level int) string {
	switch {
	case level == 1 && p.at("INTERSECT"):
		return "INTERSECT"
	case level == 0 && p.at("UNION"):
		return "UNION"
	case level == 0 && p.atAny("EXCEPT", "MINUS", "SETMINUS"):
		return "EXCEPT"
	}
	return ""
}

func (p *parser) body() ast.Body {
	start := p.here()
	switch {
	case p.atOp("("):
		defer p.enter()()
		p.next()
		q := p.query()
		p.expectOp(")")
		q.Span = p.from(start)
		return q
	case p.at("VALUES"):
		return p.values()
	case p.at("TABLE"):
		p.next()
		name := p.dotted(aTable)
		sel := &ast.Select{Span: p.from(start), From: &ast.Table{Span: p.from(start), Name: name}}
		sel.Items = []ast.Item{{Span: sel.Span, X: &ast.Star{Span: sel.Span}}}
		return sel
	case p.at("FROM"):
		return p.fromFirst()
	case p.at("SELECT"):
		return p.selectBody()
	}
	p.unexpected(keyword("SELECT"))
	return &ast.Select{Span: start}
}

func (p *parser) values() *ast.Values {
	start := p.here()
	p.next()
	v := &ast.Values{}
	for p.err == nil {
		x := p.expr()
		if t, ok := x.(*ast.Tuple); ok {
			v.Rows = append(v.Rows, t.Elems)
		} else {
			v.Rows = append(v.Rows, []ast.Expr{x})
		}
		if !p.takeOp(",") {
			break
		}
	}
	v.Span = p.from(start)
	return v
}

// fromFirst parses Spark's FROM t SELECT a.
func (p *parser) fromFirst() ast.Body {
	p.next()
	from := p.relations()
	if isWord(p.ahead(-1), "INSERT") && (p.at("INTO") || p.at("OVERWRITE")) { // it was read as an alias
		p.unsupported(p.last(), words("FROM ... INSERT"), problem.Say("sql.use_one_insert_each"))
		return &ast.Select{Span: from.Pos()}
	}
	if !p.at("SELECT") {
		p.unexpected(keyword("SELECT"))
		return &ast.Select{Span: from.Pos()}
	}
	s := p.selectBody()
	if s.From != nil && p.err == nil {
		p.fail(s.From.Pos(), problem.Say("sql.two_froms"))
	}
	s.From = from
	return s
}

func (p *parser) selectBody() *ast.Select {
	start := p.here()
	p.next()
	for p.tok().Kind == lex.Hint {
		p.next()
	}
	s := &ast.Select{}
	switch {
	case p.at("DISTINCT"):
		p.next()
		if p.at("ON") && isOp(p.ahead(1), "(") {
			p.unsupported(p.here(), words("DISTINCT ON"), problem.Say("sql.use_row_number"))
		}
		s.Distinct = true
	case p.at("ALL") && !isOp(p.ahead(1), ","):
		p.next()
	case p.at("TRANSFORM") && isOp(p.ahead(1), "(") && p.transformAhead():
		p.unsupported(p.here(), words("SELECT TRANSFORM"), problem.Say("sql.use_sql_step"))
	}
	s.Items = p.items()
	if p.at("INTO") {
		p.unsupported(p.here(), words("SELECT INTO"), problem.Say("sql.use_ctas"))
	}
	if p.take("FROM") {
		s.From = p.relations()
	}
	p.clauses(s)
	s.Span = p.from(start)
	return s
}

func (p *parser) transformAhead() bool {
	depth := 0
	for n := 1; p.ahead(n).Kind != lex.EOF; n++ {
		switch t := p.ahead(n); {
		case isOp(t, "("):
			depth++
		case isOp(t, ")"):
			if depth--; depth == 0 {
				return isWord(p.ahead(n+1), "USING")
			}
		}
	}
	return false
}

func (p *parser) clauses(s *ast.Select) {
	for p.err == nil {
		switch {
		case p.take("WHERE"):
			s.Where = p.expr()
		case p.take("GROUP", "BY"):
			s.GroupBy = p.groupBy()
		case p.at("HAVING"):
			p.next()
			s.Having = p.expr()
		case p.at("QUALIFY"):
			p.next()
			s.Qualify = p.expr()
		case p.at("WINDOW"):
			p.windows(s)
		case p.at("LATERAL", "VIEW"):
			s.From = p.lateralView(s.From)
		default:
			return
		}
	}
}

func (p *parser) windows(s *ast.Select) {
	p.next()
	for p.err == nil {
		n := p.name(aWindow)
		p.expect("AS")
		s.Windows = append(s.Windows, ast.NamedWindow{Name: n, Spec: p.over()})
		if !p.takeOp(",") {
			break
		}
	}
}

func (p *parser) items() []ast.Item {
	var out []ast.Item
	for p.err == nil {
		out = append(out, p.item())
		if !p.takeOp(",") {
			break
		}
	}
	return out
}

func (p *parser) item() ast.Item {
	start := p.here()
	if p.atOp("*") {
		p.next()
		return ast.Item{X: p.star(start, nil), Span: p.from(start)}
	}
	it := ast.Item{X: p.expr()}
	switch {
	case p.take("AS"):
		if p.atOp("(") {
			it.Aliases = p.names()
		} else {
			if p.tok().Kind == lex.String && p.d == lex.StarRocks {
				t := p.next()
				it.Alias = &ast.Ident{Span: span(t), Name: t.Value, Quoted: true}
			} else {
				n := p.name(anAlias)
				it.Alias = &n
			}
		}
	case p.tok().Kind == lex.Quoted, p.tok().Kind == lex.Word && !p.stopsAlias():
		n := p.name(anAlias)
		it.Alias = &n
	}
	it.Span = p.from(start)
	return it
}

// stopWords cannot be an alias without AS: they go on with the query.
var stopWords = []string{
	"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "MINUS",
	"SETMINUS", "WINDOW", "QUALIFY", "LATERAL", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "SEMI", "ANTI", "ON", "USING", "AS",
	"TABLESAMPLE", "PIVOT", "UNPIVOT", "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "RLIKE", "REGEXP", "BETWEEN", "THEN", "WHEN", "ELSE", "END",
	"FETCH", "INTO", "OVER", "FILTER", "WITHIN", "ASC", "DESC", "NULLS", "SELECT", "FOR", "VERSION", "TIMESTAMP", "OUTER", "MATCH_RECOGNIZE", "SET", "VALUES",
	"PARTITION", "COMMENT", "TBLPROPERTIES", "WITH", "DIV", "ESCAPE", "ASOF", "SYSTEM_TIME", "SYSTEM_VERSION",
}

// softStops are stop words that are plain names unless their clause follows.
func (p *parser) stopsAlias() bool {
	t, n := p.tok(), p.ahead(1)
	if !isWord(t, stopWords...) {
		return false
	}
	switch strings.ToUpper(t.Value) {
	case "TIMESTAMP", "VERSION":
		return isWord(n, "AS")
	case "SORT", "CLUSTER", "DISTRIBUTE":
		return isWord(n, "BY")
	case "SYSTEM_TIME", "SYSTEM_VERSION":
		return isWord(n, "AS")
	case "COMMENT", "VALUES", "PARTITION", "FILTER", "OFFSET", "SET", "FOR", "OUTER", "END", "WINDOW", "NULLS", "OVER":
		return !isOp(n, ",") && !isWord(n, "FROM") && n.Kind != lex.EOF && !isOp(n, ")")
	}
	return true
}

// groupBy parses the elements of GROUP BY.
func (p *parser) groupBy() *ast.GroupBy {
	start := p.here()
	g := &ast.GroupBy{}
	if p.at("ALL") && (p.ahead(1).Kind == lex.EOF || isOp(p.ahead(1), ")") || isWord(p.ahead(1), stopWords...)) {
		p.next()
		g.All = true
		g.Span = p.from(start)
		return g
	}
	for p.err == nil {
		g.Groups = append(g.Groups, p.grouping())
		if !p.takeOp(",") {
			break
		}
	}
	p.groupSuffix(g)
	g.Span = p.from(start)
	return g
}

func (p *parser) grouping() ast.Grouping {
	start := p.here()
	switch {
	case p.atAny("ROLLUP", "CUBE") && isOp(p.ahead(1), "("):
		kind := strings.ToUpper(p.next().Value)
		p.next()
		g := ast.Grouping{Kind: kind}
		for _, x := range p.list() {
			g.Sets = append(g.Sets, tuple(x))
		}
		p.expectOp(")")
		g.Span = p.from(start)
		return g
	case p.at("GROUPING", "SETS"):
		p.take("GROUPING", "SETS")
		return ast.Grouping{Kind: "SETS", Sets: p.sets(), Span: p.from(start)}
	}
	x := p.expr()
	return ast.Grouping{X: x, Span: x.Pos()}
}

func (p *parser) sets() [][]ast.Expr {
	p.expectOp("(")
	var out [][]ast.Expr
	for p.err == nil {
		if p.atOp("(") && isOp(p.ahead(1), ")") {
			p.next()
			p.next()
			out = append(out, nil)
		} else {
			out = append(out, tuple(p.expr()))
		}
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	return out
}

func tuple(x ast.Expr) []ast.Expr {
	if t, ok := x.(*ast.Tuple); ok {
		return t.Elems
	}
	return []ast.Expr{x}
}

// groupSuffix parses GROUP BY a, b WITH ROLLUP and Hive's GROUPING SETS.
func (p *parser) groupSuffix(g *ast.GroupBy) {
	var kind string
	switch {
	case p.take("WITH", "ROLLUP"):
		kind = "ROLLUP"
	case p.take("WITH", "CUBE"):
		kind = "CUBE"
	case p.at("GROUPING", "SETS"):
		p.take("GROUPING", "SETS")
		g.Groups = []ast.Grouping{{Kind: "SETS", Sets: p.sets(), Span: p.last()}}
		return
	default:
		return
	}
	one := ast.Grouping{Kind: kind, Span: p.last()}
	for _, e := range g.Groups {
		if e.X != nil {
			one.Sets = append(one.Sets, []ast.Expr{e.X})
		}
	}
	g.Groups = []ast.Grouping{one}
}
