package parse

import (
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// alter parses ALTER TABLE t change [, change]; what else ALTER changes
// elsewhere is refused by name.
func (p *parser) alter() ast.Stmt {
	start := p.here()
	p.take("ALTER", "TABLE")
	s := &ast.AlterTable{IfExists: p.ifExists()}
	s.Name = p.dotted(aTable)
	if p.at("PARTITION") {
		p.unsupported(p.here(), words("ALTER TABLE ... PARTITION"), problem.Say("sql.use_no_partition_columns"))
	}
	for p.err == nil {
		s.Changes = append(s.Changes, p.change()...)
		if !p.takeOp(",") {
			break
		}
	}
	s.Span = p.from(start)
	return s
}

// change parses one change; ADD COLUMNS (a, b) are several.
func (p *parser) change() []ast.TableChange {
	start := p.here()
	switch {
	case p.at("ADD"):
		return p.addChange(start)
	case p.at("DROP"):
		return p.dropChange(start)
	case p.at("RENAME"):
		return p.renameChange(start)
	case p.atAny("ALTER", "CHANGE"):
		return p.alterColumns(start)
	case p.at("MODIFY"):
		return p.modifyColumns(start)
	case p.at("SET"), p.at("UNSET"), p.at("RESET"):
		return p.optionChange(start)
	case p.at("COMMENT"):
		p.next()
		p.takeOp("=")
		return one(&ast.SetComment{Comment: p.str(aQuotedComment), Span: p.from(start)})
	case p.at("REPLACE", "COLUMNS"):
		p.unsupported(p.here().To(span(p.ahead(1))), words("REPLACE COLUMNS"), problem.Say("sql.use_drop_and_add"))
	case p.at("RECOVER", "PARTITIONS"):
		p.unsupported(p.here().To(span(p.ahead(1))), words("RECOVER PARTITIONS"), problem.Say("sql.use_snapshots"))
	case p.at("SWAP"):
		p.unsupported(p.here(), words("SWAP WITH"), problem.Say("sql.use_two_renames"))
	case p.atAny("CLUSTER", "DISTRIBUTED", "PARTITION", "ORDER"):
		p.unsupported(p.here(), words("ALTER TABLE ... "+strings.ToUpper(p.tok().Value)), problem.Say("sql.use_table_options"))
	default:
		p.unexpected(either("ADD, DROP, RENAME, ALTER, CHANGE, MODIFY, SET", "UNSET"))
	}
	return nil
}

// keyWords is the word at the cursor, with KEY behind it.
func (p *parser) keyWords() string {
	w := strings.ToUpper(p.tok().Value)
	if isWord(p.ahead(1), "KEY") {
		w += " KEY"
	}
	return w
}

func one(c ast.TableChange) []ast.TableChange { return []ast.TableChange{c} }

func (p *parser) addChange(start ast.Span) []ast.TableChange {
	p.next()
	switch {
	case p.atAny("PARTITION", "PARTITIONS") || p.at("IF", "NOT", "EXISTS") && isWord(p.ahead(3), "PARTITION"):
		p.unsupported(start.To(p.here()), words("ADD PARTITION"), problem.Say("sql.use_insert_partition"))
		return nil
	case p.at("CONSTRAINT"), p.at("PRIMARY", "KEY"), p.at("WATERMARK"), p.at("FOREIGN"), p.at("CHECK"), p.at("INDEX"), p.at("ROLLUP"):
		p.unsupported(start.To(p.here()), words("ADD "+p.keyWords()), problem.Say("sql.use_keys_at_creation"))
		return nil
	}
	_ = p.take("COLUMNS") || p.take("COLUMN")
	exists := p.ifNotExists()
	var out []ast.TableChange
	p.columnList(func() { out = append(out, p.addColumn(exists)) })
	return out
}

// columnList parses columns of one change: between parentheses, or as they are.
func (p *parser) columnList(column func()) {
	list := p.takeOp("(")
	for p.err == nil {
		column()
		if !list && !p.moreColumns() || !p.takeOp(",") {
			break
		}
	}
	if list {
		p.expectOp(")")
	}
}

// moreColumns tells a comma before another column of the same change from one
// before the next change: a TYPE t, b TYPE u; ADD COLUMN a t, DROP COLUMN b.
func (p *parser) moreColumns() bool {
	return p.atOp(",") && !(isWord(p.ahead(1), "ADD", "DROP", "RENAME", "ALTER", "CHANGE", "MODIFY", "SET") && p.ahead(2).Kind == lex.Word &&
		isWord(p.ahead(2), "COLUMN", "COLUMNS", "TO", "TBLPROPERTIES"))
}

func (p *parser) addColumn(ifNotExists bool) *ast.AddColumn {
	if p.at("WATERMARK", "FOR") || p.at("PRIMARY", "KEY") || p.at("CONSTRAINT") {
		p.unsupported(p.here(), words("ADD "+p.keyWords()), problem.Say("sql.use_keys_at_creation"))
	}
	c := &ast.AddColumn{Column: p.dotted(aColumnName), IfNotExists: ifNotExists}
	d := p.columnBody(func() bool {
		if !p.at("FIRST") && !p.at("AFTER") {
			return false
		}
		c.Position = p.place()
		return true
	})
	c.Type, c.TypeSpan, c.Comment, c.Default = d.Type, d.TypeSpan, d.Comment, d.Default
	c.Span = p.from(c.Column.Pos())
	return c
}

// place parses FIRST or AFTER c.
func (p *parser) place() *ast.Position {
	at := p.here()
	if p.take("FIRST") {
		return &ast.Position{Span: at, First: true}
	}
	p.expect("AFTER")
	return &ast.Position{After: p.name(aColumn), Span: p.from(at)}
}

func (p *parser) dropChange(start ast.Span) []ast.TableChange {
	p.next()
	switch {
	case p.at("PARTITION"), p.at("IF", "EXISTS", "PARTITION"):
		return one(p.dropPartition(start))
	case p.at("PRIMARY", "KEY"), p.at("CONSTRAINT"), p.at("WATERMARK"), p.at("INDEX"), p.at("ROLLUP"), p.at("PARTITIONS"), p.at("TEMPORARY"):
		p.unsupported(start.To(p.here()), words("DROP "+p.keyWords()), problem.Say("sql.use_new_table"))
		return nil
	}
	_ = p.take("COLUMNS") || p.take("COLUMN")
	exists := p.ifExists()
	var out []ast.TableChange
	p.columnList(func() {
		name := p.dotted(aColumn)
		out = append(out, &ast.DropColumn{Span: name.Pos(), Column: name, IfExists: exists})
	})
	return out
}

func (p *parser) dropPartition(start ast.Span) *ast.DropPartition {
	c := &ast.DropPartition{IfExists: p.ifExists()}
	for p.err == nil {
		if !p.at("PARTITION") || !isOp(p.ahead(1), "(") {
			p.unexpected(keyword("PARTITION (...)"))
			break
		}
		c.Partitions = append(c.Partitions, p.partition())
		if !p.at("PARTITION") && (!p.atOp(",") || !isWord(p.ahead(1), "PARTITION")) {
			break
		}
		p.takeOp(",")
	}
	p.take("PURGE")
	c.Span = p.from(start)
	return c
}

func (p *parser) renameChange(start ast.Span) []ast.TableChange {
	p.next()
	switch {
	case p.take("TO"):
		return one(&ast.RenameTable{To: p.dotted(aTable), Span: p.from(start)})
	case p.atAny("PARTITION", "ROLLUP"):
		p.unsupported(start.To(p.here()), words("RENAME "+strings.ToUpper(p.tok().Value)), problem.Say("sql.use_other_partition"))
		return nil
	}
	column := p.take("COLUMN")
	from := p.dotted(aName)
	if !column && p.d == lex.StarRocks && !p.at("TO") { // RENAME t2
		return one(&ast.RenameTable{To: from, Span: p.from(start)})
	}
	p.expect("TO")
	return one(&ast.RenameColumn{Column: from, To: p.name(aColumnName), Span: p.from(start)})
}

// alterColumns parses ALTER COLUMN a ... [, b ...] and Hive's CHANGE a b type.
func (p *parser) alterColumns(start ast.Span) []ast.TableChange {
	p.next()
	p.take("COLUMN")
	var out []ast.TableChange
	for p.err == nil {
		out = append(out, p.alterColumn(start)...)
		if !p.moreColumns() {
			break
		}
		p.next()
		start = p.here()
	}
	return out
}

func (p *parser) alterColumn(start ast.Span) []ast.TableChange {
	c := &ast.AlterColumn{Column: p.dotted(aColumn)}
	var out []ast.TableChange
	if p.plainName() { // CHANGE a b type
		to := p.name(aColumnName)
		if last := c.Column[len(c.Column)-1]; !strings.EqualFold(to.Name, last.Name) {
			out = one(&ast.RenameColumn{Span: p.from(start), Column: c.Column, To: to})
			c.Column = append(append(ast.Name{}, c.Column[:len(c.Column)-1]...), to)
		}
		p.columnType(c)
	}
	for p.err == nil {
		switch {
		case p.take("TYPE"), p.take("SET", "DATA", "TYPE"):
			p.columnType(c)
		case p.take("COMMENT"):
			c.Comment = ref(p.str(aQuotedComment))
		case p.take("SET", "NOT", "NULL"), p.take("NOT", "NULL"):
			c.NotNull = ref(true)
		case p.take("DROP", "NOT", "NULL"), p.take("NULL"):
			c.NotNull = ref(false)
		case p.take("SET", "DEFAULT"), p.take("DEFAULT"):
			c.Default = p.binary(0)
		case p.take("DROP", "DEFAULT"):
			c.DropDefault = true
		case p.at("FIRST"), p.at("AFTER"):
			c.Position = p.place()
		default:
			c.Span = p.from(start)
			if c.Type == nil && c.Comment == nil && c.NotNull == nil && c.Default == nil && !c.DropDefault && c.Position == nil {
				p.unexpected(either("TYPE, COMMENT, FIRST, AFTER, SET", "DROP"))
			}
			return append(out, c)
		}
	}
	return nil
}

// plainName tells the second name of CHANGE a b type from a keyword.
func (p *parser) plainName() bool {
	if p.tok().Kind == lex.Quoted {
		return true
	}
	if p.tok().Kind != lex.Word || p.ahead(1).Kind != lex.Word || p.atAny("TYPE", "COMMENT", "FIRST", "AFTER", "NOT", "NULL", "DEFAULT") {
		return false
	}
	return !p.at("SET", "NOT") && !p.at("SET", "DATA") && !p.at("SET", "DEFAULT") && !p.at("DROP", "NOT") && !p.at("DROP", "DEFAULT")
}

// columnType parses the new type; NOT NULL behind it is a change of its own.
func (p *parser) columnType(c *ast.AlterColumn) {
	at := p.here()
	t := p.typeName()
	c.TypeSpan = p.from(at)
	if t.NotNull {
		c.NotNull = ref(true)
	}
	t.NotNull = false
	c.Type = &t
}

func ref[T any](v T) *T { return &v }

// modifyColumns parses MODIFY a type ..., MODIFY (a type, b type), MODIFY
// COLUMN a type.
func (p *parser) modifyColumns(start ast.Span) []ast.TableChange {
	p.next()
	p.take("COLUMN")
	if p.atAny("PRIMARY", "WATERMARK", "CONSTRAINT", "PARTITION") {
		p.unsupported(start.To(p.here()), words("MODIFY "+p.keyWords()), problem.Say("sql.use_new_table"))
		return nil
	}
	list := p.takeOp("(")
	var out []ast.TableChange
	for p.err == nil {
		add := p.addColumn(false)
		c := &ast.AlterColumn{Span: add.Span, Column: add.Column, TypeSpan: add.TypeSpan, Default: add.Default, Position: add.Position}
		c.Type, c.NotNull = typeOf(add.Type)
		if add.Comment != "" {
			c.Comment = &add.Comment
		}
		out = append(out, c)
		if !list || !p.takeOp(",") {
			break
		}
	}
	if list {
		p.expectOp(")")
	}
	return out
}

// typeOf parts a column's type from its nullability, both of which MODIFY gives.
func typeOf(t datatype.Type) (*datatype.Type, *bool) {
	notNull := t.NotNull
	t.NotNull = false
	return &t, &notNull
}

// optionChange parses SET TBLPROPERTIES (...), SET (...), UNSET, RESET.
func (p *parser) optionChange(start ast.Span) []ast.TableChange {
	set := p.at("SET")
	p.next()
	switch {
	case p.take("TBLPROPERTIES"), p.take("PROPERTIES"), p.atOp("("):
	case p.at("LOCATION"), p.at("SERDE"), p.at("SERDEPROPERTIES"), p.at("FILEFORMAT"):
		p.unsupported(start.To(p.here()), words("SET "+strings.ToUpper(p.tok().Value)), problem.Say("sql.use_place_of_name"))
		return nil
	default:
		p.unexpected(either("TBLPROPERTIES", "("))
		return nil
	}
	if set {
		return one(&ast.SetOptions{Options: p.options(), Span: p.from(start)})
	}
	c := &ast.UnsetOptions{IfExists: p.ifExists()}
	p.expectOp("(")
	for p.err == nil {
		at := p.here()
		c.Keys = append(c.Keys, ast.Option{Key: p.optionKey(), Span: p.from(at)})
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	c.Span = p.from(start)
	return one(c)
}

// commentOn parses COMMENT ON TABLE t IS 'text'.
func (p *parser) commentOn() ast.Stmt {
	start := p.here()
	p.take("COMMENT", "ON")
	if !p.take("TABLE") {
		p.unsupported(start.To(p.here()), words("COMMENT ON "+strings.ToUpper(printed(p.tok()))), problem.Say("sql.use_comment_on_table"))
		return nil
	}
	s := &ast.AlterTable{Name: p.dotted(aTable)}
	p.expect("IS")
	at := p.here()
	c := &ast.SetComment{}
	if !p.take("NULL") {
		c.Comment = p.str(aQuotedComment)
	}
	c.Span = p.from(at)
	s.Changes = one(c)
	s.Span = p.from(start)
	return s
}
