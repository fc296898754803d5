package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
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
			p.unsupported(p.here(), "CREATE EXTERNAL TABLE", "Read files where they are with parquet.`glob`, or copy them with CREATE TABLE ... AS SELECT.")
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
		p.unexpected("TABLE, VIEW or DATABASE")
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
	s.Name = p.dotted("a database")
	for p.err == nil {
		switch {
		case p.take("COMMENT"):
			s.Comment = p.str("a comment in quotes")
		case p.take("WITH", "DBPROPERTIES"), p.take("WITH", "PROPERTIES"), p.take("PROPERTIES"), p.at("WITH") && isOp(p.ahead(1), "(") && p.take("WITH"):
			s.Options = p.options()
		case p.at("LOCATION"):
			p.unsupported(p.here(), "LOCATION of a database", "Databases stand in the warehouse's folder.")
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
	s.Name = p.dotted("a table")
	if p.take("LIKE") {
		s.Like = p.dotted("a table")
	} else if p.atOp("(") && !p.atQuery() {
		p.columnDefs(s)
	}
	p.tableClauses(s)
	as := p.take("AS")
	if as || p.atQuery() {
		if !p.atQuery() {
			p.unexpected("a query")
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
			p.unexpected("a column")
		case p.at("PRIMARY", "KEY"), p.at("CONSTRAINT") && isWord(p.ahead(2), "PRIMARY"):
			p.primaryKey(s)
		case p.at("WATERMARK", "FOR"):
			p.unsupported(p.here(), "WATERMARK", "Tables here are not streams: leave the clause out.")
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
		p.name("a constraint")
	}
	p.expect("PRIMARY", "KEY")
	k := &ast.KeyDef{Columns: p.names()}
	k.NotEnforced = p.take("NOT", "ENFORCED")
	k.Span = p.from(start)
	s.PrimaryKey = k
}

func (p *parser) columnDef(s *ast.CreateTable) ast.ColumnDef {
	name, primary := p.name("a column name"), false
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
		p.unsupported(p.here(), "a computed column", "Compute it in a view, or in the query that fills the table.")
	}
	at := p.here()
	c.Type = p.typeName()
	c.TypeSpan = p.from(at)
	for p.err == nil {
		switch {
		case p.take("COMMENT"):
			c.Comment = p.str("a comment in quotes")
		case p.take("NOT", "NULL"):
			c.Type.NotNull = true
		case p.at("NULL"):
			p.next()
		case p.take("DEFAULT"):
			c.Default = p.binary(0)
		case p.at("GENERATED"), p.at("AS"):
			p.unsupported(p.here(), "a generated column", "Compute it in a view, or in the query that fills the table.")
		case p.at("METADATA"):
			p.unsupported(p.here(), "a metadata column", "Leave it out: Paimon tables have none.")
		case p.atAny("KEY", "SUM", "MAX", "MIN", "REPLACE", "BITMAP_UNION", "HLL_UNION") && p.d == lex.StarRocks:
			p.unsupported(p.here(), "StarRocks aggregate columns", "Create a Paimon table; the merge engine is a table option.")
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
			n := p.name("a format such as paimon")
			s.Provider = &n
		case p.take("PARTITIONED", "BY"), p.take("PARTITION", "BY"):
			s.Partitioned = append(s.Partitioned, p.partitionColumns(s)...)
		case p.take("COMMENT"):
			p.takeOp("=")
			s.Comment = p.str("a comment in quotes")
		case p.take("TBLPROPERTIES"), p.take("OPTIONS"), p.take("PROPERTIES"):
			s.Options = append(s.Options, p.options()...)
		case p.at("WITH") && isOp(p.ahead(1), "("):
			p.next()
			s.Options = append(s.Options, p.options()...)
		case p.take("LOCATION"):
			at := p.here()
			s.Location = &ast.Literal{Span: at, Kind: ast.StringLiteral, Value: p.str("a path in quotes")}
		case p.at("DISTRIBUTED", "BY") && p.d != lex.Spark:
			p.distributed(s)
		case p.at("CLUSTERED", "BY"), p.at("CLUSTER", "BY"), p.at("DISTRIBUTED", "BY"), p.at("SORTED", "BY"), p.at("DUPLICATE", "KEY"), p.at("ORDER", "BY"):
			p.unsupported(p.here(), p.tok().Text+" "+p.ahead(1).Text, "Buckets are table options: TBLPROPERTIES ('bucket' = '4', 'bucket-key' = 'a').")
		case p.at("AGGREGATE", "KEY"), p.at("UNIQUE", "KEY"):
			p.unsupported(p.here().To(span(p.ahead(1))), strings.ToUpper(p.tok().Value)+" KEY", "Write PRIMARY KEY (...); the merge engine is a table option.")
		case p.at("PRIMARY", "KEY"):
			p.primaryKey(s)
		case p.at("ROW", "FORMAT"), p.at("STORED", "AS"), p.at("STORED", "BY"):
			p.unsupported(p.here(), "a Hive table", "Write USING paimon.")
		case p.at("ENGINE"):
			p.unsupported(p.here(), "ENGINE", "Leave it out: every table is a Paimon table.")
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
		p.unsupported(start.To(p.here()), "DISTRIBUTED BY RANDOM", "Leave the clause out: a table without buckets is the default.")
		return
	}
	if !p.take("HASH") && p.d == lex.StarRocks {
		p.unexpected("HASH")
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
		p.unexpected("BUCKETS and their number")
	}
	at := p.from(start)
	s.Options = append(s.Options, ast.Option{Span: at, Key: "bucket", Value: count}, ast.Option{Span: at, Key: "bucket-key", Value: strings.Join(keys, ",")})
}

// partitionColumns parses (dt, hh) or Hive's (dt STRING).
func (p *parser) partitionColumns(s *ast.CreateTable) []ast.Ident {
	p.expectOp("(")
	var out []ast.Ident
	for p.err == nil {
		n := p.name("a column")
		if p.atOp("(") {
			p.unsupported(n.Span, "partitioning by an expression", "Add a column with the value and partition by it.")
		}
		out = append(out, n)
		if p.tok().Kind == lex.Word {
			at := p.here()
			c := ast.ColumnDef{Name: n, Type: p.typeName()}
			c.TypeSpan = p.from(at)
			if p.take("COMMENT") {
				c.Comment = p.str("a comment in quotes")
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
			p.unexpected("an option")
		}
		start := p.here()
		o := ast.Option{Key: p.optionKey()}
		if !p.takeOp("=") && p.tok().Kind != lex.String {
			p.unexpected("=")
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
		return p.str("an option")
	}
	var key strings.Builder
	for p.err == nil {
		key.WriteString(p.name("an option").Name)
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
		return p.str("a value")
	case lex.Number, lex.Word, lex.Quoted:
		return p.next().Value
	}
	if p.takeOp("-") && p.tok().Kind == lex.Number {
		return "-" + p.next().Value
	}
	p.unexpected("a value")
	return ""
}

func (p *parser) createView(start ast.Span, replace, temporary bool) ast.Stmt {
	p.next()
	s := &ast.CreateView{Replace: replace, Temporary: temporary, IfNotExists: p.ifNotExists()}
	s.Name = p.dotted("a view")
	if p.atOp("(") {
		p.next()
		for p.err == nil {
			c := ast.ColumnDef{Name: p.name("a column name")}
			if p.take("COMMENT") {
				c.Comment = p.str("a comment in quotes")
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
			s.Comment = p.str("a comment in quotes")
			continue
		case p.take("TBLPROPERTIES"), p.take("PROPERTIES"):
			s.Options = p.options()
			continue
		}
		break
	}
	p.expect("AS")
	if !p.atQuery() {
		p.unexpected("a query")
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
		s.Name = p.dotted("a table")
		s.Purge = p.take("PURGE") || p.take("FORCE")
		s.Span = p.from(start)
		return s
	case p.take("VIEW"):
		s := &ast.DropView{IfExists: p.ifExists()}
		s.Name = p.dotted("a view")
		s.Span = p.from(start)
		return s
	case p.take("DATABASE"), p.take("SCHEMA"), p.take("NAMESPACE"):
		s := &ast.DropDatabase{IfExists: p.ifExists()}
		s.Name = p.dotted("a database")
		s.Cascade = p.take("CASCADE") || p.take("FORCE")
		p.take("RESTRICT")
		s.Span = p.from(start)
		return s
	}
	if !p.refuseCreate() {
		p.unexpected("TABLE, VIEW or DATABASE")
	}
	return nil
}
