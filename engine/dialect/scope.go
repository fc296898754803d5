package dialect

import (
	"context"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
)

// Scope knows the tables. The session implements it; the translator asks once
// for every relation of a statement that is not a CTE.
type Scope interface {
	// Relation finds what ref names. Its error, best an sql.unknown_table with
	// suggestions, is shown under the name; the span is filled in if missing.
	Relation(ctx context.Context, ref TableRef) (Relation, error)
}

// TableRef is a relation as the user named it.
type TableRef struct {
	Parts   []string          // unquoted parts of a catalog name: catalog, database, table; nil for paths
	Quoted  []bool            // which parts stood in quotes: `db.t` may be one name or two
	Span    ast.Span          // in the statement's text
	AsOf    *AsOf             // nil: now
	Options map[string]string // of hints /*+ OPTIONS(...) */
	Files   string            // parquet csv json orc paimon text: a path table; files: the table function; "" a catalog name
	Path    string            // of Files
}

// AsOf is a moment of a table. One field is set.
type AsOf struct {
	Span     ast.Span
	Snapshot int64     // VERSION AS OF 3
	Tag      string    // VERSION AS OF 'name'
	Time     time.Time // TIMESTAMP AS OF '2024-05-06 10:00:00'
}

// Relation is a table as the translator needs it.
type Relation struct {
	Columns []Column
	// SQL is called once, when the statement is printed. Its text stands in
	// FROM and is given an alias: "(SELECT ... FROM read_parquet([...]))". It
	// must yield Columns by name; more columns do no harm.
	SQL func(use Use) (string, error)
}

// Column is a column of a relation or a result.
type Column struct {
	Name string
	Type datatype.Type
}

// Use says what of a relation a statement needs. Both are hints: a relation
// may return more rows and more columns.
type Use struct {
	Filter  []Predicate // rows that fail one of them cannot matter
	Columns []string    // names as in Relation.Columns; empty: none (count(*)), nil: all
}

// Op is the operator of a Predicate.
type Op string

// The operators of predicates.
const (
	Eq      Op = "="
	Lt      Op = "<"
	Le      Op = "<="
	Gt      Op = ">"
	Ge      Op = ">="
	In      Op = "in"
	IsNull  Op = "is null"
	NotNull Op = "is not null"
)

// Predicate is column op values. The Go type of the values goes with the
// column's type: bool, int64 (every integer), float64, string, []byte,
// *big.Rat (DECIMAL), time.Time (DATE and TIMESTAMP in UTC, an instant for
// TIMESTAMP WITH LOCAL TIME ZONE).
type Predicate struct {
	Column string
	Op     Op
	Values []any // one value; In: any number; IsNull, NotNull: none
}
