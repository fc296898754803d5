package ast

import "laketop/engine/datatype"

// Statements that change a table's schema, its options or its files.
type (
	// AlterTable is ALTER TABLE t change [, change].
	AlterTable struct {
		Span
		Name     Name
		IfExists bool
		Changes  []TableChange
	}

	// CallProcedure is CALL [catalog.]sys.procedure(arguments).
	CallProcedure struct {
		Span
		Name Name
		Args []CallArg
	}

	// Optimize is OPTIMIZE t [FULL] [WHERE c]: compaction.
	Optimize struct {
		Span
		Name  Name
		Full  bool
		Where Expr // over partition columns
	}

	// Vacuum is VACUUM t [RETAIN n HOURS] [DRY RUN]: old snapshots and files
	// that nobody names go.
	Vacuum struct {
		Span
		Name   Name
		Hours  *int64 // nil: as the table's options say
		DryRun bool
	}
)

// CallArg is one argument of a procedure; Name "" is a positional one.
type CallArg struct {
	Span
	Name string
	X    Expr
}

// TableChange is one change of ALTER TABLE.
type TableChange interface {
	Node
	tableChange()
}

// The changes of ALTER TABLE.
type (
	// AddColumn adds a column, or a member of a nested one.
	AddColumn struct {
		Span
		Column      Name // more than one part: a member
		Type        datatype.Type
		TypeSpan    Span
		Comment     string
		Default     Expr
		Position    *Position
		IfNotExists bool
	}

	// DropColumn drops a column or a member.
	DropColumn struct {
		Span
		Column   Name
		IfExists bool
	}

	// RenameColumn gives a column or a member another name.
	RenameColumn struct {
		Span
		Column Name
		To     Ident
	}

	// AlterColumn changes what of a column is not nil.
	AlterColumn struct {
		Span
		Column      Name
		Type        *datatype.Type // without nullability: see NotNull
		TypeSpan    Span
		Comment     *string
		NotNull     *bool
		Default     Expr
		DropDefault bool
		Position    *Position
	}

	// SetOptions sets table options.
	SetOptions struct {
		Span
		Options []Option
	}

	// UnsetOptions removes table options. IfExists leaves those alone that are
	// not set; without it Spark leaves them alone, too.
	UnsetOptions struct {
		Span
		Keys     []Option // without values
		IfExists bool
	}

	// SetComment sets the table's comment; "" removes it.
	SetComment struct {
		Span
		Comment string
	}

	// RenameTable gives the table another name.
	RenameTable struct {
		Span
		To Name
	}

	// DropPartition drops whole partitions.
	DropPartition struct {
		Span
		IfExists   bool
		Partitions [][]PartitionValue
	}
)

// Position is FIRST or AFTER a column.
type Position struct {
	Span
	First bool
	After Ident
}

func (*AlterTable) stmt()    {}
func (*CallProcedure) stmt() {}
func (*Optimize) stmt()      {}
func (*Vacuum) stmt()        {}

func (*AddColumn) tableChange()     {}
func (*DropColumn) tableChange()    {}
func (*RenameColumn) tableChange()  {}
func (*AlterColumn) tableChange()   {}
func (*SetOptions) tableChange()    {}
func (*UnsetOptions) tableChange()  {}
func (*SetComment) tableChange()    {}
func (*RenameTable) tableChange()   {}
func (*DropPartition) tableChange() {}
