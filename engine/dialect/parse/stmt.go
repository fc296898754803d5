package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// beginnings are the words that begin a statement, for hints about typing errors.
var beginnings = []string{
	"SELECT", "WITH", "CREATE", "DROP", "INSERT", "SET", "RESET", "USE", "SHOW", "DESCRIBE", "EXPLAIN", "TRUNCATE", "REFRESH", "VALUES", "ALTER",
	"UPDATE", "DELETE", "MERGE", "CALL", "OPTIMIZE", "VACUUM", "ANALYZE",
}

// statement parses one statement by its first words.
func (p *parser) statement() ast.Stmt {
	for p.tok().Kind == lex.Hint {
		p.next()
	}
	start := p.here()
	t := p.tok()
	if p.atQuery() && !p.at("TABLE") {
		return p.query()
	}
	if t.Kind != lex.Word {
		p.noStatement()
		return nil
	}
	switch strings.ToUpper(t.Value) {
	case "SELECT", "WITH", "VALUES", "TABLE", "FROM":
		return p.query()
	case "EXPLAIN":
		return p.explain()
	case "CREATE":
		return p.create()
	case "REPLACE":
		if p.at("REPLACE", "TABLE") {
			return p.createTable(start, true, false)
		}
	case "DROP":
		return p.drop()
	case "INSERT":
		return p.insert()
	case "UPDATE":
		return p.update()
	case "DELETE":
		return p.delete()
	case "MERGE":
		return p.merge()
	case "TRUNCATE":
		return p.truncate()
	case "ANALYZE":
		return p.analyze()
	case "ALTER":
		if p.at("ALTER", "TABLE") {
			return p.alter()
		}
	case "COMMENT":
		if p.at("COMMENT", "ON") {
			return p.commentOn()
		}
	case "CALL":
		return p.callProcedure()
	case "OPTIMIZE":
		return p.optimize()
	case "VACUUM":
		return p.vacuum()
	case "SET":
		return p.set()
	case "RESET":
		p.next()
		key, _ := p.settingKey()
		return &ast.Reset{Span: p.from(start), Key: key}
	case "USE":
		return p.use()
	case "SHOW":
		return p.show()
	case "DESCRIBE", "DESC":
		return p.describe()
	case "REFRESH":
		if p.at("REFRESH", "TABLE") {
			p.take("REFRESH", "TABLE")
			return &ast.Refresh{Name: p.dotted(aTable), Span: p.from(start)}
		}
	}
	if !p.refuse() {
		p.noStatement()
	}
	return nil
}

// noStatement reports a text that begins no statement.
func (p *parser) noStatement() {
	t := p.tok()
	if t.Kind == lex.Elision {
		p.elided()
		return
	}
	if t.Kind == lex.Word {
		for _, n := range problem.Nearest(t.Value, beginnings, 1) {
			if d := len(n) - len(t.Value); d >= -2 && d <= 2 {
				p.stop(problem.New("sql.misspelt", "word", t.Value).At(p.text, t.Start, t.End).Suggest(n))
				return
			}
		}
	}
	p.stop(problem.New("sql.no_statement", "word", printed(t)).At(p.text, t.Start, t.End))
}

func (p *parser) explain() ast.Stmt {
	start := p.here()
	p.next()
	e := &ast.Explain{}
	if p.at("PLAN", "FOR") {
		p.take("PLAN", "FOR")
	}
	if p.atAny("EXTENDED", "FORMATTED", "COST", "CODEGEN", "ANALYZE", "VERBOSE", "LOGICAL", "COSTS") {
		e.Mode = strings.ToUpper(p.next().Value)
	}
	e.Stmt = p.statement()
	e.Span = p.from(start)
	return e
}

func (p *parser) insert() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Insert{}
	switch {
	case p.take("INTO"):
	case p.take("OVERWRITE"):
		s.Overwrite = true
		p.take("INTO")
		if p.atAny("DIRECTORY", "LOCAL") && (p.ahead(1).Kind == lex.String || isWord(p.ahead(1), "DIRECTORY")) {
			p.unsupported(p.here(), words("INSERT OVERWRITE DIRECTORY"), problem.Say("sql.use_export_result"))
		}
	default:
		p.unexpected(either("INTO", "OVERWRITE"))
	}
	if p.at("TABLE") && !isOp(p.ahead(1), ".") {
		p.next()
	}
	s.Name = p.dotted(aTable)
	var t ast.Table
	p.hints(&t)
	s.Options = t.Options
	s.Partition = p.partition()
	if p.take("IF", "NOT", "EXISTS") && !s.Overwrite {
		p.fail(p.last(), problem.Say("sql.if_not_exists"))
	}
	if p.take("BY", "NAME") {
		s.ByName = true
	}
	if p.atOp("(") && !p.atQuery() {
		s.Columns = p.names()
	}
	if s.Partition == nil {
		s.Partition = p.partition()
	}
	if p.at("REPLACE") {
		p.unsupported(p.here(), words("INSERT INTO ... REPLACE WHERE"), problem.Say("sql.use_overwrite_partition"))
	}
	if !p.atQuery() {
		p.unexpected(either("SELECT", "VALUES"))
		return s
	}
	s.Query = p.query()
	s.Span = p.from(start)
	return s
}

// partition parses PARTITION (dt = 'x', hh).
func (p *parser) partition() []ast.PartitionValue {
	if !p.at("PARTITION") || !isOp(p.ahead(1), "(") {
		return nil
	}
	p.next()
	p.next()
	out := []ast.PartitionValue{}
	for p.err == nil {
		v := ast.PartitionValue{Column: p.name(aPartitionColumn)}
		if p.takeOp("=") {
			v.Value = p.binary(0)
		}
		v.Span = p.from(v.Column.Span)
		out = append(out, v)
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	return out
}

func (p *parser) truncate() ast.Stmt {
	start := p.here()
	p.next()
	p.expect("TABLE")
	s := &ast.Truncate{Name: p.dotted(aTable)}
	s.Partition = p.partition()
	s.Span = p.from(start)
	return s
}

// analyze parses ANALYZE TABLE t COMPUTE STATISTICS [FOR ALL COLUMNS |
// FOR COLUMNS a, b].
func (p *parser) analyze() ast.Stmt {
	start := p.here()
	p.next()
	p.expect("TABLE")
	s := &ast.Analyze{Name: p.dotted(aTable)}
	if p.at("PARTITION") {
		p.unsupported(p.here(), problem.Say("sql.analyze_partition"), problem.Say("sql.use_table_statistics"))
	}
	p.expect("COMPUTE")
	p.expect("STATISTICS")
	if p.at("NOSCAN") {
		p.unsupported(p.here(), words("ANALYZE … NOSCAN"), problem.Say("sql.use_files_table"))
	}
	switch {
	case p.take("FOR", "ALL", "COLUMNS"):
		s.All = true
	case p.take("FOR", "COLUMNS"):
		for p.err == nil {
			s.Columns = append(s.Columns, p.name(aColumn))
			if !p.takeOp(",") {
				break
			}
		}
	}
	s.Span = p.from(start)
	return s
}

// set parses SET key = value as Spark has it (the value is the rest of the
// statement) and SET 'key' = 'value' as Flink has it.
func (p *parser) set() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Set{}
	switch {
	case p.tok().Kind == lex.EOF:
		s.Span = p.from(start)
		return s
	case p.at("TIME", "ZONE"):
		s.KeySpan = p.here()
		p.take("TIME", "ZONE")
		v := p.rest()
		s.Key, s.Value = "spark.sql.session.timeZone", &v
		s.Span = p.from(start)
		return s
	case p.at("ROLE"), p.at("CATALOG"):
		if p.at("CATALOG") && p.ahead(1).Kind != lex.EOF && !isOp(p.ahead(1), "=") && !isOp(p.ahead(1), ".") {
			p.next()
			return &ast.Use{Kind: "CATALOG", Name: p.dotted(aCatalog), Span: p.from(start)}
		}
	}
	if p.atAny("GLOBAL", "SESSION", "LOCAL") && !isOp(p.ahead(1), ".") && !isOp(p.ahead(1), "=") {
		p.next()
	}
	s.Key, s.KeySpan = p.settingKey()
	if s.Key == "" {
		p.unexpected(aSetting)
		return s
	}
	if p.takeOp("=") || p.take("TO") {
		v := p.rest()
		s.Value = &v
	}
	s.Span = p.from(start)
	return s
}

// settingKey takes a.b.c-d, 'a.b.c' or `a.b.c`.
func (p *parser) settingKey() (string, ast.Span) {
	start := p.here()
	if k := p.tok().Kind; k == lex.String || k == lex.Quoted {
		return p.next().Value, start
	}
	if p.tok().Kind == lex.EOF {
		return "", start
	}
	for p.tok().Kind != lex.EOF && !p.atOp("=") && (p.i == 0 || p.tok().Start == p.last().End || p.here() == start) {
		p.next()
	}
	sp := p.from(start)
	return strings.TrimPrefix(p.text[sp.Start:sp.End], "@@"), sp
}

// rest is the remaining text of the statement; one string loses its quotes.
func (p *parser) rest() string {
	if p.tok().Kind == lex.EOF {
		p.unexpected(aValue)
		return ""
	}
	if p.tok().Kind == lex.String && p.ahead(1).Kind == lex.EOF {
		return p.next().Value
	}
	start := p.here()
	var param strings.Builder
	for p.tok().Kind != lex.EOF {
		t := p.next()
		if t.Param != "" {
			param.WriteString(t.Value)
		}
	}
	if param.Len() > 0 {
		return param.String()
	}
	sp := p.from(start)
	return p.text[sp.Start:sp.End]
}

func (p *parser) use() ast.Stmt {
	start := p.here()
	p.next()
	u := &ast.Use{}
	if p.atAny("CATALOG", "DATABASE", "SCHEMA", "NAMESPACE") && p.ahead(1).Kind != lex.EOF && !isOp(p.ahead(1), ".") {
		u.Kind = "DATABASE"
		if isWord(p.next(), "CATALOG") {
			u.Kind = "CATALOG"
		}
	}
	u.Name = p.dotted(aDatabase)
	u.Span = p.from(start)
	return u
}

func (p *parser) show() ast.Stmt {
	start := p.here()
	p.next()
	s := &ast.Show{}
	_ = p.take("FULL") || p.take("EXTENDED")
	switch {
	case p.take("DATABASES"), p.take("SCHEMAS"), p.take("NAMESPACES"):
		s.What = "DATABASES"
	case p.take("TABLES"):
		s.What = "TABLES"
	case p.take("VIEWS"):
		s.What = "VIEWS"
	case p.take("COLUMNS"), p.take("FIELDS"):
		s.What = "COLUMNS"
	case p.take("CREATE", "TABLE"), p.take("CREATE", "VIEW"):
		s.What = "CREATE TABLE"
		s.Name = p.dotted(aTable)
		_ = p.take("AS", "SERDE")
	case p.take("PARTITIONS"):
		s.What = "PARTITIONS"
	case p.take("TBLPROPERTIES"):
		s.What = "TBLPROPERTIES"
	case p.take("CATALOGS"):
		s.What = "CATALOGS"
	case p.take("CURRENT", "DATABASE"), p.take("CURRENT", "NAMESPACE"), p.take("CURRENT", "SCHEMA"):
		s.What = "CURRENT DATABASE"
	case p.take("CURRENT", "CATALOG"):
		s.What = "CURRENT CATALOG"
	case p.take("FUNCTIONS"), p.take("USER", "FUNCTIONS"), p.take("SYSTEM", "FUNCTIONS"), p.take("ALL", "FUNCTIONS"), p.take("BUILTIN", "FUNCTIONS"):
		s.What = "FUNCTIONS"
	default:
		p.unsupported(p.here(), words("SHOW "+strings.ToUpper(printed(p.tok()))), problem.Say("sql.use_other_show"))
		return s
	}
	p.showTail(s)
	s.Span = p.from(start)
	return s
}

// showTail parses [FROM|IN name] [FROM|IN database] [LIKE] 'pattern'.
func (p *parser) showTail(s *ast.Show) {
	from := p.take("FROM") || p.take("IN")
	named := s.What == "PARTITIONS" || s.What == "TBLPROPERTIES" || s.What == "COLUMNS"
	if from || named {
		s.Name = p.dotted(aName)
	}
	if s.What == "COLUMNS" && (p.take("FROM") || p.take("IN")) {
		db := p.dotted(aDatabase)
		if len(s.Name) == 1 {
			s.Name = append(db, s.Name...)
		}
	}
	s.Partition = p.partition()
	if s.What == "TBLPROPERTIES" && p.takeOp("(") {
		if p.tok().Kind == lex.String {
			s.Key = p.str(aProperty)
		} else {
			s.Key = p.optionKey()
		}
		p.expectOp(")")
	}
	if p.take("LIKE") || p.tok().Kind == lex.String {
		s.Pattern = p.str(aPattern)
	}
}

func (p *parser) describe() ast.Stmt {
	start := p.here()
	p.next()
	d := &ast.Describe{What: "TABLE"}
	switch {
	case p.atQuery() && !p.at("TABLE"), p.at("QUERY"):
		if p.at("QUERY") {
			p.next()
		}
		d.What, d.Query = "QUERY", p.query()
		d.Span = p.from(start)
		return d
	case p.at("FUNCTION"):
		p.next()
		d.What, d.Extended = "FUNCTION", p.take("EXTENDED")
		d.Name = p.dotted(aFunction)
		d.Span = p.from(start)
		return d
	case p.atAny("DATABASE", "SCHEMA", "NAMESPACE") && p.ahead(1).Kind != lex.EOF && !isOp(p.ahead(1), "."):
		p.next()
		d.What = "DATABASE"
	case p.at("TABLE") && !isOp(p.ahead(1), "."):
		p.next()
	}
	d.Extended = p.take("EXTENDED") || p.take("FORMATTED")
	d.Name = p.dotted(aTable)
	if p.at("PARTITION") && isOp(p.ahead(1), "(") {
		p.unsupported(p.here(), problem.Say("sql.describe_partition"), problem.Say("sql.use_partitions_table"))
	}
	if d.What == "TABLE" && (p.tok().Kind == lex.Word || p.tok().Kind == lex.Quoted) {
		d.Column = p.dotted(aColumn)
	}
	d.Span = p.from(start)
	return d
}
