package parse

import (
	"strconv"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// callProcedure parses CALL [catalog.]sys.procedure(a => 1, 2).
func (p *parser) callProcedure() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.CallProcedure{Name: p.dotted(aProcedure)}
	p.expectOp("(")
	named := false
	for p.err == nil && !p.atOp(")") {
		if p.tok().Kind == lex.Elision {
			p.unexpected(anArgument)
		}
		at := p.here()
		var a ast.CallArg
		if k := p.tok().Kind; (k == lex.Word || k == lex.Quoted) && isOp(p.ahead(1), "=>") {
			a.Name = p.name(anArgument).Name
			p.next()
			named = true
		} else if named {
			p.fail(p.here(), problem.Say("sql.argument_order"))
		}
		a.X = p.expr()
		a.Span = p.from(at)
		s.Args = append(s.Args, a)
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	s.Span = p.from(start)
	return s
}

// optimize parses OPTIMIZE [TABLE] t [FULL] [WHERE c].
func (p *parser) optimize() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Optimize{Name: p.maintained(start, "OPTIMIZE")}
	s.Full = p.take("FULL")
	s.Where = p.where()
	if p.atAny("ZORDER", "CLUSTER", "ORDER") {
		p.unsupported(p.here(), words("OPTIMIZE ... "+strings.ToUpper(p.tok().Value)), problem.Say("sql.use_compact"))
	}
	s.Span = p.from(start)
	return s
}

// maintained takes the name of a table; a path of Delta Lake is refused.
func (p *parser) maintained(start ast.Span, verb string) ast.Name {
	if p.at("TABLE") && !isOp(p.ahead(1), ".") && p.ahead(1).Kind != lex.EOF {
		p.next()
	}
	if p.tok().Kind == lex.String {
		p.unsupported(start.To(p.here()), problem.Say("sql.of_a_path", "verb", verb), problem.Say("sql.use_table_name", "verb", verb))
		return nil
	}
	return p.dotted(aTable)
}

// vacuum parses VACUUM [TABLE] t [RETAIN n HOURS] [DRY RUN].
func (p *parser) vacuum() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Vacuum{Name: p.maintained(start, "VACUUM")}
	_ = p.take("FULL") || p.take("LITE")
	if p.take("RETAIN") {
		t := p.tok()
		n, err := strconv.ParseInt(t.Value, 10, 64)
		if t.Kind != lex.Number || err != nil || n > 1<<31 {
			p.unexpected(wholeHours)
			return s
		}
		p.next()
		if !p.take("HOURS") {
			p.expect("HOUR")
		}
		s.Hours = &n
	}
	if p.take("DRY") {
		p.expect("RUN")
		s.DryRun = true
	}
	s.Span = p.from(start)
	return s
}
