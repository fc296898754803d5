package parse

import (
	"laketop/engine/dialect/ast"
)

// update parses UPDATE t [AS a] SET c = x, ... [WHERE c].
func (p *parser) update() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Update{Name: p.dotted("a table")}
	s.Alias = p.targetAlias()
	p.expect("SET")
	s.Set = p.assignments()
	if p.at("FROM") {
		p.unsupported(p.here(), "UPDATE ... FROM", "Use MERGE INTO ... USING ... WHEN MATCHED THEN UPDATE SET.")
	}
	s.Where = p.where()
	s.Span = p.from(start)
	return s
}

// delete parses DELETE FROM t [AS a] [WHERE c].
func (p *parser) delete() ast.Stmt {
	start := p.here()
	p.next()
	p.expect("FROM")
	s := &ast.Delete{Name: p.dotted("a table")}
	if p.at("PARTITION") || p.at("PARTITIONS") {
		p.unsupported(p.here(), "DELETE FROM ... PARTITION", "Name the partition's values in WHERE.")
	}
	s.Alias = p.targetAlias()
	if p.at("USING") {
		p.unsupported(p.here(), "DELETE ... USING", "Use WHERE ... IN (SELECT ...), or MERGE INTO ... WHEN MATCHED THEN DELETE.")
	}
	s.Where = p.where()
	s.Span = p.from(start)
	return s
}

// targetAlias parses [AS] a behind the table that a statement changes.
func (p *parser) targetAlias() *ast.Ident {
	if p.at("SET") || p.at("USING") {
		return nil
	}
	start := p.here()
	alias, columns := p.relationAlias()
	if columns != nil {
		p.fail(p.from(start), "the table that is changed cannot have its columns renamed")
	}
	return alias
}

func (p *parser) where() ast.Expr {
	if p.take("WHERE") {
		return p.expr()
	}
	return nil
}

// assignments parses a = x, b.c = DEFAULT, ... .
func (p *parser) assignments() []ast.Assignment {
	var out []ast.Assignment
	for p.err == nil {
		out = append(out, p.assignment())
		if !p.takeOp(",") {
			break
		}
	}
	return out
}

func (p *parser) assignment() ast.Assignment {
	a := ast.Assignment{Column: p.dotted("a column")}
	if !p.takeOp("=") && !p.takeOp("==") {
		p.unexpected("=")
		return a
	}
	a.X = p.assigned()
	a.Span = p.from(a.Column.Pos())
	return a
}

// assigned parses a value for a column; nil is DEFAULT.
func (p *parser) assigned() ast.Expr {
	if p.at("DEFAULT") && !isOp(p.ahead(1), ".") && !isOp(p.ahead(1), "(") {
		p.next()
		return nil
	}
	return p.expr()
}

// merge parses MERGE INTO t USING s ON c WHEN ... .
func (p *parser) merge() ast.Stmt {
	start := p.here()
	p.next()
	p.take("WITH", "SCHEMA", "EVOLUTION")
	if p.err == nil && isWord(p.toks[max(p.i-1, 0)], "EVOLUTION") {
		p.unsupported(p.last(), "MERGE WITH SCHEMA EVOLUTION", "Add the columns with ALTER TABLE first.")
	}
	p.expect("INTO")
	s := &ast.Merge{Target: p.dotted("a table")}
	s.Alias = p.targetAlias()
	p.expect("USING")
	s.Source = p.mergeSource()
	p.expect("ON")
	s.On = p.expr()
	if p.err == nil && !p.at("WHEN") {
		p.unexpected("WHEN MATCHED or WHEN NOT MATCHED")
	}
	for p.err == nil && p.at("WHEN") {
		p.mergeClause(s)
	}
	s.Span = p.from(start)
	return s
}

// mergeSource is one relation: a table, a query, or a join in parentheses.
func (p *parser) mergeSource() ast.Relation { return p.primaryRelation() }

// mergeClause parses one WHEN ... THEN ... into its list.
func (p *parser) mergeClause(s *ast.Merge) {
	start := p.here()
	p.expect("WHEN")
	list := &s.Matched
	switch {
	case p.take("MATCHED"):
	case p.take("NOT", "MATCHED", "BY", "SOURCE"):
		list = &s.NotMatchedBySource
	case p.take("NOT", "MATCHED", "BY", "TARGET"), p.take("NOT", "MATCHED"):
		list = &s.NotMatched
	default:
		p.unexpected("MATCHED or NOT MATCHED")
		return
	}
	if n := len(*list); n > 0 && (*list)[n-1].Condition == nil {
		p.fail(p.from(start), "only the last of these WHEN clauses may be without a condition: this one is never reached")
		return
	}
	c := ast.MergeClause{}
	if p.take("AND") {
		c.Condition = p.expr()
	}
	p.expect("THEN")
	p.mergeAction(s, list, &c)
	c.Span = p.from(start)
	*list = append(*list, c)
}

func (p *parser) mergeAction(s *ast.Merge, list *[]ast.MergeClause, c *ast.MergeClause) {
	inserts := list == &s.NotMatched
	switch {
	case p.at("UPDATE") && !inserts:
		p.next()
		c.Action = ast.MergeUpdate
		p.expect("SET")
		if p.atOp("*") && list == &s.NotMatchedBySource {
			p.fail(p.here(), "WHEN NOT MATCHED BY SOURCE has no source row for UPDATE SET *: name the columns")
			return
		}
		if c.All = p.takeOp("*"); !c.All {
			c.Set = p.assignments()
		}
	case p.at("DELETE") && !inserts:
		p.next()
		c.Action = ast.MergeDelete
	case p.at("INSERT") && inserts:
		p.next()
		c.Action = ast.MergeInsert
		if c.All = p.takeOp("*"); !c.All {
			p.mergeInsert(c)
		}
	case inserts:
		p.fail(p.here(), "WHEN NOT MATCHED has a source row only: INSERT is what it may do, not "+shown(p.tok()))
	default:
		p.fail(p.here(), "a target row can be changed by UPDATE SET or DELETE, not by "+shown(p.tok()))
	}
}

// mergeInsert parses (a, b) VALUES (x, y).
func (p *parser) mergeInsert(c *ast.MergeClause) {
	if !p.atOp("(") {
		p.unexpected("* or a list of columns")
		return
	}
	p.next()
	for p.err == nil {
		name := p.dotted("a column")
		c.Set = append(c.Set, ast.Assignment{Span: name.Pos(), Column: name})
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	p.expect("VALUES")
	at := p.here()
	p.expectOp("(")
	n := 0
	for p.err == nil {
		x := p.assigned()
		if n < len(c.Set) {
			c.Set[n].X = x
		}
		n++
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	if p.err == nil && n != len(c.Set) {
		p.fail(p.from(at), "the list names "+columns(len(c.Set))+", the values are "+number(n))
	}
}
