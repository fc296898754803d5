package parse

import (
	"strconv"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// update parses UPDATE t [AS a] SET c = x, ... [WHERE c].
func (p *parser) update() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Update{Name: p.dotted(aTable)}
	s.Alias = p.targetAlias()
	p.expect("SET")
	s.Set = p.assignments()
	if p.at("FROM") {
		p.unsupported(p.here(), words("UPDATE ... FROM"), problem.Say("sql.use_merge_update"))
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
	s := &ast.Delete{Name: p.dotted(aTable)}
	if p.at("PARTITION") || p.at("PARTITIONS") {
		p.unsupported(p.here(), words("DELETE FROM ... PARTITION"), problem.Say("sql.use_where_partition"))
	}
	s.Alias = p.targetAlias()
	if p.at("USING") {
		p.unsupported(p.here(), words("DELETE ... USING"), problem.Say("sql.use_merge_delete"))
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
		p.fail(p.from(start), problem.Say("sql.target_columns"))
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
	a := ast.Assignment{Column: p.dotted(aColumn)}
	if !p.takeOp("=") && !p.takeOp("==") {
		p.unexpected(keyword("="))
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
		p.unsupported(p.last(), words("MERGE WITH SCHEMA EVOLUTION"), problem.Say("sql.use_alter_first"))
	}
	p.expect("INTO")
	s := &ast.Merge{Target: p.dotted(aTable)}
	s.Alias = p.targetAlias()
	p.expect("USING")
	s.Source = p.mergeSource()
	p.expect("ON")
	s.On = p.expr()
	if p.err == nil && !p.at("WHEN") {
		p.unexpected(either("WHEN MATCHED", "WHEN NOT MATCHED"))
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
		p.unexpected(either("MATCHED", "NOT MATCHED"))
		return
	}
	if n := len(*list); n > 0 && (*list)[n-1].Condition == nil {
		p.fail(p.from(start), problem.Say("sql.when_never_reached"))
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
			p.fail(p.here(), problem.Say("sql.no_source_row"))
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
		p.fail(p.here(), problem.Say("sql.insert_only").With("found", shown(p.tok())))
	default:
		p.fail(p.here(), problem.Say("sql.update_or_delete_only").With("found", shown(p.tok())))
	}
}

// mergeInsert parses (a, b) VALUES (x, y).
func (p *parser) mergeInsert(c *ast.MergeClause) {
	if !p.atOp("(") {
		p.unexpected(starOrColumns)
		return
	}
	p.next()
	for p.err == nil {
		name := p.dotted(aColumn)
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
		p.fail(p.from(at), problem.Say("sql.merge_values", "columns", strconv.Itoa(len(c.Set)), "values", strconv.Itoa(n)))
	}
}
