package ast

// Statements that change rows of a table.
type (
	// Update is UPDATE t SET a = x WHERE c.
	Update struct {
		Span
		Name  Name
		Alias *Ident
		Set   []Assignment
		Where Expr // nil: every row
	}

	// Delete is DELETE FROM t WHERE c.
	Delete struct {
		Span
		Name  Name
		Alias *Ident
		Where Expr // nil: every row
	}

	// Merge is MERGE INTO t USING source ON c WHEN ... .
	Merge struct {
		Span
		Target             Name
		Alias              *Ident
		Source             Relation
		On                 Expr
		Matched            []MergeClause // in the order written: the first whose condition holds
		NotMatched         []MergeClause // source rows without a target row: inserts
		NotMatchedBySource []MergeClause // target rows without a source row
	}
)

// Assignment is column = value. The column may be a member: a.b.
type Assignment struct {
	Span
	Column Name
	X      Expr // nil: DEFAULT
}

// MergeAction is what a clause of MERGE does.
type MergeAction string

// The actions of MERGE.
const (
	MergeUpdate MergeAction = "UPDATE"
	MergeDelete MergeAction = "DELETE"
	MergeInsert MergeAction = "INSERT"
)

// MergeClause is WHEN ... [AND condition] THEN action.
type MergeClause struct {
	Span
	Condition Expr // nil: always
	Action    MergeAction
	All       bool         // UPDATE SET *, INSERT *
	Set       []Assignment // of UPDATE SET, and of INSERT (columns) VALUES (values)
}

func (*Update) stmt() {}
func (*Delete) stmt() {}
func (*Merge) stmt()  {}
