package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// create parses the CREATE statements that run; the others are refused.
func (p *parser) create() ast.Stmt {
	start := p.here()
	if p.createRefused() {
		return nil
	}
	p.next()
	replace := p.take("OR", "REPLACE")
	temporary := false
	for p.atAny("TEMPORARY", "TEMP", "GLOBAL", "EXTERNAL") {
		if p.at("EXTERNAL") {
			p.unsupported(p.here(), words("CREATE EXTERNAL TABLE"), problem.Say("sql.use_files_or_copy"))
		}
		p.next()
		temporary = true
	}
	switch {
	case p.at("TABLE"):
		return p.createTable(start, replace, temporary)
	case p.at("VIEW"):
		return p.createView(start, replace, temporary)
	case p.atAny("DATABASE", "SCHEMA", "NAMESPACE"):
		return p.createDatabase(start)
	}
	if !p.refuseCreate() {
		p.unexpected(either("TABLE, VIEW", "DATABASE"))
	}
	return nil
}

func (p *parser) ifNotExists() bool {
	if !p.at("IF") {
		return false
	}
	p.expect("IF", "NOT", "EXISTS")
	return true
}

func (p *parser) ifExists() bool {
	if !p.at("IF") {
		return false
	}
	p.expect("IF", "EXISTS")
	return true
}

func (p *parser) createDatabase(start ast.Span) ast.Stmt {
	p.next()
	s := &ast.CreateDatabase{IfNotExists: p.ifNotExists()}
	s.Name = p.dotted(aDatabase)
	for p.err == nil {
		switch {
		case p.take("COMMENT"):
			s.Comment = p.str(aQuotedComment)
		case p.take("WITH", "DBPROPERTIES"), p.take("WITH", "PROPERTIES"), p.take("PROPERTIES"), p.at("WITH") && isOp(p.ahead(1), "(") && p.take("WITH"):
			s.Options = p.options()
		case p.at("LOCATION"):
			p.unsupported(p.here(), problem.Say("sql.database_location"), problem.Say("sql.use_warehouse_folder"))
		default:
			s.Span = p.from(start)
			return s
		}
	}
	return s
}

// createTable parses CREATE [OR REPLACE] TABLE from the word TABLE on.
func (p *parser) createTable(start ast.Span, replace, temporary bool) ast.Stmt {
	_ = p.take("REPLACE")
	p.expect("TABLE")
	s := &ast.CreateTable{Replace: replace, Temporary: temporary, IfNotExists: p.ifNotExists()}
	s.Name = p.dotted(aTable)
	if p.take("LIKE") {
		s.Like = p.dotted(aTable)
	} else if p.atOp("(") && !p.atQuery() {
		p.columnDefs(s)
	}
	p.tableClauses(s)
	as := p.take("AS")
	if as || p.atQuery() {
		if !p.atQuery() {
			p.unexpected(aQuery)
			return s
		}
		s.Query = p.query()
	}
	s.Span = p.from(start)
	return s
}

// columnDefs parses (name type ..., PRIMARY KEY (...) NOT ENFORCED).
func (p *parser) columnDefs(s *ast.CreateTable) {
	p.expectOp("(")
	for p.err == nil && !p.atOp(")") {
		switch {
		case p.tok().Kind == lex.Elision:
			p.unexpected(aColumn)
		case p.at("PRIMARY", "KEY"), p.at("CONSTRAINT") && isWord(p.ahead(2), "PRIMARY"):
			p.primaryKey(s)
		case p.at("WATERMARK", "FOR"):
			p.unsupported(p.here(), words("WATERMARK"), problem.Say("sql.use_no_streams"))
		default:
			s.Columns = append(s.Columns, p.columnDef(s))
		}
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
}

func (p *parser) primaryKey(s *ast.CreateTable) {
	start := p.here()
	if p.take("CONSTRAINT") {
		p.name(aConstraint)
	}
	p.expect("PRIMARY", "KEY")
	k := &ast.KeyDef{Columns: p.names()}
	k.NotEnforced = p.take("NOT", "ENFORCED")
	k.Span = p.from(start)
	s.PrimaryKey = k
}

func (p *parser) columnDef(s *ast.CreateTable) ast.ColumnDef {
	name, primary := p.name(aColumnName), false
	c := p.columnBody(func() bool {
		at := p.here()
		if !p.take("PRIMARY", "KEY") {
			return false
		}
		enforced := !p.take("NOT", "ENFORCED")
		s.PrimaryKey = &ast.KeyDef{Span: p.from(at), Columns: []ast.Ident{name}, NotEnforced: !enforced}
		primary = true
		return true
	})
	c.Name, c.PrimaryKey, c.Span = name, primary, p.from(name.Span)
	return c
}

// columnBody parses the type of a column and what may follow it wherever columns
// are made; more takes what only one statement knows.
func (p *parser) columnBody(more func() bool) ast.ColumnDef {
	var c ast.ColumnDef
	if p.at("AS") {
		p.unsupported(p.here(), problem.Say("sql.computed_column"), problem.Say("sql.use_view_or_fill"))
	}
	at := p.here()
	c.Type = p.typeName()
	c.TypeSpan = p.from(at)
	for p.err == nil {
		switch {
		case p.take("COMMENT"):
			c.Comment = p.str(aQuotedComment)
		case p.take("NOT", "NULL"):
			c.Type.NotNull = true
		case p.at("NULL"):
			p.next()
		case p.take("DEFAULT"):
			c.Default = p.binary(0)
		case p.at("GENERATED"), p.at("AS"):
			p.unsupported(p.here(), problem.Say("sql.generated_column"), problem.Say("sql.use_view_or_fill"))
		case p.at("METADATA"):
			p.unsupported(p.here(), problem.Say("sql.metadata_column"), problem.Say("sql.use_no_metadata"))
		case p.atAny("KEY", "SUM", "MAX", "MIN", "REPLACE", "BITMAP_UNION", "HLL_UNION") && p.d == lex.StarRocks:
			p.unsupported(p.here(), problem.Say("sql.aggregate_columns"), problem.Say("sql.use_merge_engine"))
		case more():
		default:
			return c
		}
	}
	return c
}

// tableClauses parses what stands between the columns and AS.
func (p *parser) tableClauses(s *ast.CreateTable) {
	for p.err == nil {
		switch {
		case p.at("USING") && !isOp(p.ahead(1), "("):
			p.next()
			n := p.name(aFormat)
			s.Provider = &n
		case p.take("PARTITIONED", "BY"), p.take("PARTITION", "BY"):
			s.Partitioned = append(s.Partitioned, p.partitionColumns(s)...)
		case p.take("COMMENT"):
			p.takeOp("=")
			s.Comment = p.str(aQuotedComment)
		case p.take("TBLPROPERTIES"), p.take("OPTIONS"), p.take("PROPERTIES"):
			s.Options = append(s.Options, p.options()...)
		case p.at("WITH") && isOp(p.ahead(1), "("):
			p.next()
			s.Options = append(s.Options, p.options()...)
		case p.take("LOCATION"):
			at := p.here()
			s.Location = &ast.Literal{Span: at, Kind: ast.StringLiteral, Value: p.str(aQuotedPath)}
		case p.at("DISTRIBUTED", "BY") && p.d != lex.Spark:
			p.distributed(s)
		case p.at("CLUSTERED", "BY"), p.at("CLUSTER", "BY"), p.at("DISTRIBUTED", "BY"), p.at("SORTED", "BY"), p.at("DUPLICATE", "KEY"), p.at("ORDER", "BY"):
			p.unsupported(p.here(), words(p.tok().Text+" "+p.ahead(1).Text), problem.Say("sql.use_bucket_options"))
		case p.at("AGGREGATE", "KEY"), p.at("UNIQUE", "KEY"):
			p.unsupported(p.here().To(span(p.ahead(1))), words(strings.ToUpper(p.tok().Value)+" KEY"), problem.Say("sql.use_key_options"))
		case p.at("PRIMARY", "KEY"):
			p.primaryKey(s)
		case p.at("ROW", "FORMAT"), p.at("STORED", "AS"), p.at("STORED", "BY"):
			p.unsupported(p.here(), problem.Say("sql.hive_table"), problem.Say("sql.use_paimon"))
		case p.at("ENGINE"):
			p.unsupported(p.here(), words("ENGINE"), problem.Say("sql.use_no_engine"))
		default:
			return
		}
	}
}

// distributed parses DISTRIBUTED BY HASH (a, b) BUCKETS n, StarRocks' way, and
// Flink's ... INTO n BUCKETS, as the table options that mean it.
func (p *parser) distributed(s *ast.CreateTable) {
	start := p.here()
	p.take("DISTRIBUTED", "BY")
	if p.at("RANDOM") {
		p.unsupported(start.To(p.here()), words("DISTRIBUTED BY RANDOM"), problem.Say("sql.use_no_buckets"))
		return
	}
	if !p.take("HASH") && p.d == lex.StarRocks {
		p.unexpected(keyword("HASH"))
	}
	var keys []string
	for _, k := range p.names() {
		keys = append(keys, k.Name)
	}
	count := ""
	switch {
	case p.take("BUCKETS"):
		count = p.optionValue()
	case p.take("INTO"):
		count = p.optionValue()
		p.expect("BUCKETS")
	default:
		p.unexpected(bucketsNumber)
	}
	at := p.from(start)
	s.Options = append(s.Options, ast.Option{Span: at, Key: "bucket", Value: count}, ast.Option{Span: at, Key: "bucket-key", Value: strings.Join(keys, ",")})
}

// partitionColumns parses (dt, hh) or Hive's (dt STRING).
func (p *parser) partitionColumns(s *ast.CreateTable) []ast.Ident {
	p.expectOp("(")
	var out []ast.Ident
	for p.err == nil {
		n := p.name(aColumn)
		if p.atOp("(") {
			p.unsupported(n.Span, problem.Say("sql.partition_expression"), problem.Say("sql.use_column_of_value"))
		}
		out = append(out, n)
		if p.tok().Kind == lex.Word {
			at := p.here()
			c := ast.ColumnDef{Name: n, Type: p.typeName()}
			c.TypeSpan = p.from(at)
			if p.take("COMMENT") {
				c.Comment = p.str(aQuotedComment)
			}
			c.Span = p.from(n.Span)
			s.Columns = append(s.Columns, c)
		}
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	return out
}

// options parses ('k' = 'v', a.b = 1).
func (p *parser) options() []ast.Option {
	p.expectOp("(")
	var out []ast.Option
	for p.err == nil && !p.atOp(")") {
		if p.tok().Kind == lex.Elision {
			p.unexpected(anOption)
		}
		start := p.here()
		o := ast.Option{Key: p.optionKey()}
		if !p.takeOp("=") && p.tok().Kind != lex.String {
			p.unexpected(keyword("="))
		}
		o.Value = p.optionValue()
		o.Span = p.from(start)
		out = append(out, o)
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	return out
}

func (p *parser) optionKey() string {
	if p.tok().Kind == lex.String {
		return p.str(anOption)
	}
	var key strings.Builder
	for p.err == nil {
		key.WriteString(p.name(anOption).Name)
		if !p.atOp(".") && !p.atOp("-") {
			break
		}
		key.WriteString(p.next().Value)
	}
	return key.String()
}

func (p *parser) optionValue() string {
	switch t := p.tok(); t.Kind {
	case lex.String:
		return p.str(aValue)
	case lex.Number, lex.Word, lex.Quoted:
		return p.next().Value
	}
	if p.takeOp("-") && p.tok().Kind == lex.Number {
		return "-" + p.next().Value
	}
	p.unexpected(aValue)
	return ""
}

func (p *parser) createView(start ast.Span, replace, temporary bool) ast.Stmt {
	p.next()
	s := &ast.CreateView{Replace: replace, Temporary: temporary, IfNotExists: p.ifNotExists()}
	s.Name = p.dotted(aView)
	if p.atOp("(") {
		p.next()
		for p.err == nil {
			c := ast.ColumnDef{Name: p.name(aColumnName)}
			if p.take("COMMENT") {
				c.Comment = p.str(aQuotedComment)
			}
			c.Span = p.from(c.Name.Span)
			s.Columns = append(s.Columns, c)
			if !p.takeOp(",") {
				break
			}
		}
		p.expectOp(")")
	}
	for p.err == nil {
		switch {
		case p.take("COMMENT"):
			s.Comment = p.str(aQuotedComment)
			continue
		case p.take("TBLPROPERTIES"), p.take("PROPERTIES"):
			s.Options = p.options()
			continue
		}
		break
	}
	p.expect("AS")
	if !p.atQuery() {
		p.unexpected(aQuery)
		return s
	}
	s.Query = p.query()
	s.Span = p.from(start)
	return s
}

func (p *parser) drop() ast.Stmt {
	start := p.here()
	p.next()
	_ = p.take("TEMPORARY") || p.take("TEMP")
	switch {
	case p.take("TABLE"):
		s := &ast.DropTable{IfExists: p.ifExists()}
		s.Name = p.dotted(aTable)
		s.Purge = p.take("PURGE") || p.take("FORCE")
		s.Span = p.from(start)
		return s
	case p.take("VIEW"):
		s := &ast.DropView{IfExists: p.ifExists()}
		s.Name = p.dotted(aView)
		s.Span = p.from(start)
		return s
	case p.take("DATABASE"), p.take("SCHEMA"), p.take("NAMESPACE"):
		s := &ast.DropDatabase{IfExists: p.ifExists()}
		s.Name = p.dotted(aDatabase)
		s.Cascade = p.take("CASCADE") || p.take("FORCE")
		p.take("RESTRICT")
		s.Span = p.from(start)
		return s
	}
	if !p.refuseCreate() {
		p.unexpected(either("TABLE, VIEW", "DATABASE"))
	}
	return nil
}
