package ast

import "laketop/engine/datatype"

// Name is a table's, view's or database's name as written, in parts.
type Name []Ident

// Pos is the range of the whole name.
func (n Name) Pos() Span {
	if len(n) == 0 {
		return Span{}
	}
	return n[0].Span.To(n[len(n)-1].Span)
}

// Strings are the parts without quotes.
func (n Name) Strings() []string {
	out := make([]string, len(n))
	for i, p := range n {
		out[i] = p.Name
	}
	return out
}

// Select statements are a *Query. The others follow.
type (
	// Explain shows how a statement runs.
	Explain struct {
		Span
		Mode string // "", EXTENDED, FORMATTED, COST, CODEGEN, ANALYZE
		Stmt Stmt
	}

	// CreateDatabase is CREATE DATABASE or SCHEMA.
	CreateDatabase struct {
		Span
		Name        Name
		IfNotExists bool
		Comment     string
		Options     []Option
	}

	// DropDatabase is DROP DATABASE or SCHEMA.
	DropDatabase struct {
		Span
		Name     Name
		IfExists bool
		Cascade  bool
	}

	// CreateTable is CREATE TABLE with columns, with AS query, or LIKE another.
	CreateTable struct {
		Span
		Name        Name
		Replace     bool
		IfNotExists bool
		Temporary   bool
		Columns     []ColumnDef
		PrimaryKey  *KeyDef
		Provider    *Ident // USING paimon
		Partitioned []Ident
		Comment     string
		Options     []Option // TBLPROPERTIES, OPTIONS, WITH, PROPERTIES
		Location    *Literal
		Like        Name
		Query       *Query // AS SELECT
	}

	// DropTable is DROP TABLE.
	DropTable struct {
		Span
		Name     Name
		IfExists bool
		Purge    bool
	}

	// CreateView is CREATE VIEW.
	CreateView struct {
		Span
		Name        Name
		Replace     bool
		IfNotExists bool
		Temporary   bool
		Columns     []ColumnDef // names and comments only
		Comment     string
		Options     []Option
		Query       *Query
	}

	// DropView is DROP VIEW.
	DropView struct {
		Span
		Name     Name
		IfExists bool
	}

	// Insert is INSERT INTO or OVERWRITE.
	Insert struct {
		Span
		Name      Name
		Overwrite bool
		Partition []PartitionValue
		Columns   []Ident
		ByName    bool
		Query     *Query // VALUES is a query too
		Options   map[string]string
	}

	// Truncate is TRUNCATE TABLE.
	Truncate struct {
		Span
		Name      Name
		Partition []PartitionValue
	}

	// Analyze is ANALYZE TABLE ... COMPUTE STATISTICS.
	Analyze struct {
		Span
		Name    Name
		All     bool    // FOR ALL COLUMNS
		Columns []Ident // FOR COLUMNS ...
	}

	// Set is SET key = value; Key "" shows every setting, Value nil shows one.
	Set struct {
		Span
		Key     string
		KeySpan Span
		Value   *string
	}

	// Reset is RESET [key].
	Reset struct {
		Span
		Key string
	}

	// Use is USE [CATALOG | DATABASE] name.
	Use struct {
		Span
		Kind string // "", CATALOG, DATABASE
		Name Name
	}

	// Show is SHOW what [FROM name] [LIKE pattern].
	Show struct {
		Span
		What      string // DATABASES TABLES VIEWS COLUMNS CREATE TABLE PARTITIONS TBLPROPERTIES CATALOGS FUNCTIONS CURRENT DATABASE
		Name      Name
		Pattern   string
		Partition []PartitionValue
		Key       string // of TBLPROPERTIES t ('key')
	}

	// Describe is DESCRIBE [EXTENDED] table, database or query.
	Describe struct {
		Span
		What     string // TABLE DATABASE QUERY FUNCTION
		Extended bool
		Name     Name
		Column   []Ident
		Query    *Query
	}

	// Refresh is REFRESH TABLE: the lake is always fresh, so nothing is done.
	Refresh struct {
		Span
		Name Name
	}
)

// ColumnDef is a column of CREATE TABLE or VIEW.
type ColumnDef struct {
	Span
	Name       Ident
	Type       datatype.Type
	TypeSpan   Span
	Comment    string
	PrimaryKey bool
	Default    Expr
	Generated  Expr // column AS expression; refused by the session
}

// KeyDef is PRIMARY KEY (a, b) NOT ENFORCED.
type KeyDef struct {
	Span
	Columns     []Ident
	NotEnforced bool
}

// Option is one 'key' = 'value'.
type Option struct {
	Span
	Key, Value string
}

// PartitionValue is one dt='x' of PARTITION (...); Value nil is dynamic.
type PartitionValue struct {
	Span
	Column Ident
	Value  Expr
}

func (*Query) stmt()          {}
func (*Explain) stmt()        {}
func (*CreateDatabase) stmt() {}
func (*DropDatabase) stmt()   {}
func (*CreateTable) stmt()    {}
func (*DropTable) stmt()      {}
func (*CreateView) stmt()     {}
func (*DropView) stmt()       {}
func (*Insert) stmt()         {}
func (*Truncate) stmt()       {}
func (*Analyze) stmt()        {}
func (*Set) stmt()            {}
func (*Reset) stmt()          {}
func (*Use) stmt()            {}
func (*Show) stmt()           {}
func (*Describe) stmt()       {}
func (*Refresh) stmt()        {}

// Raw is a statement of the DuckDB dialect, which only DuckDB can parse. Text
// is the statement with its parameters filled in; Parts lead from Text back to
// the user's text.
type Raw struct {
	Span
	Text  string
	Parts []RawPart
}

// RawPart says where a range of Raw.Text came from. A part as long as its
// source was copied byte by byte.
type RawPart struct {
	Start, End int // in Raw.Text
	Source     Span
}

func (*Raw) stmt() {}
