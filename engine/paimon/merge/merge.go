// Package merge is the rules by which the records of one primary key become
// one row: Paimon's merge engines.
//
//	records of a key, oldest first          Rule of the table          one record
//	(sequence, kind, row) ──── Merger.Add ────► engine, functions ────► Merger.Result
//
// Oldest first means: by the sequence fields when the table names some (NULL is
// smallest in either direction), then by sequence number.
//
//	deduplicate      the last record
//	first-row        the first record
//	partial-update   each column's last value that is not NULL; a sequence group
//	                 moves its columns together, by its own order
//	aggregation      each column by its function
//
// A key with a single record is not merged: the record is the result, its kind
// and all. Results of several records are +I, or -D when the key is gone.
//
// Of reads the rule from a table's options and refuses what contradicts itself
// or is not known, naming the option. Merger is the rule in plain Go: package
// filestore does the same work in SQL and on Arrow columns, and tests hold both
// to Merger, and Merger to Java.
//
// Where Paimon 1.x and 2.x differ this package does as 2.x: a sum or product
// beyond its type is an error and not another number, blank texts do not enter
// a listagg, nested_update takes the first rows of a key by its options too.
//
// Source: Paimon documentation, "Primary Key Table / Merge Engine"; PAIMON.md 6.2.
package merge

import (
	"laketop/engine/datatype"
)

// RowKind is what a record does to its key, as data files keep it.
type RowKind int8

// The kinds of a record.
const (
	Insert RowKind = iota
	UpdateBefore
	UpdateAfter
	Delete
)

// Retracts tells whether the record takes a row back: -U and -D.
func (k RowKind) Retracts() bool { return k == UpdateBefore || k == Delete }

// String is the kind as changelogs show it: "+I".
func (k RowKind) String() string {
	if k < Insert || k > Delete {
		return "?"
	}
	return []string{"+I", "-U", "+U", "-D"}[k]
}

// KeyValue is one record of a key. Row holds the values of the rule's columns,
// as package binaryrow has them. A row that was added is not changed.
type KeyValue struct {
	Sequence int64
	Kind     RowKind
	Row      []any
}

// Engine is the option merge-engine.
type Engine string

// The engines.
const (
	Deduplicate   Engine = "deduplicate"
	PartialUpdate Engine = "partial-update"
	Aggregation   Engine = "aggregation"
	FirstRow      Engine = "first-row"
)

// Function is an aggregate function of a column.
type Function string

// The functions. Plain is no function: with partial-update a value that is not
// NULL replaces the one before, and inside a sequence group any value does. Key
// is that of primary key columns.
const (
	Plain                  Function = ""
	Key                    Function = "primary-key"
	Sum                    Function = "sum"
	Product                Function = "product"
	Max                    Function = "max"
	Min                    Function = "min"
	LastValue              Function = "last_value"
	LastNonNullValue       Function = "last_non_null_value"
	FirstValue             Function = "first_value"
	FirstNonNullValue      Function = "first_non_null_value"
	ListAgg                Function = "listagg"
	BoolAnd                Function = "bool_and"
	BoolOr                 Function = "bool_or"
	Collect                Function = "collect"
	MergeMap               Function = "merge_map"
	MergeMapWithKeyTime    Function = "merge_map_with_keytime"
	NestedUpdate           Function = "nested_update"
	NestedPartialUpdate    Function = "nested_partial_update"
	Bitmap32               Function = "rbm32"
	Bitmap64               Function = "rbm64"
	firstNonNullValueAlias Function = "first_not_null_value"
)

// Column is a column of the table and what becomes of its values.
type Column struct {
	datatype.Field
	Function      Function
	IgnoreRetract bool   // retracted values leave the function's value as it is
	Group         int    // index of the sequence group that guards it or that it leads; -1 none
	Leads         bool   // it is one of its group's sequence fields
	Delimiter     string // listagg
	Distinct      bool   // listagg, collect
	Nested        Nested // nested_update, nested_partial_update
	TimeField     int    // merge_map_with_keytime: index of the member of the value's ROW
}

// Nested says how rows inside an array find their like.
type Nested struct {
	Key       []int // members of the ROW; none: rows are only appended
	Sequence  []int // a row replaces its like when these are not smaller
	NullKeys  NullKeys
	LimitRows int // rows that are kept; later ones are left out
}

// NullKeys is the option nested-key-null-strategy.
type NullKeys string

// What becomes of a nested row whose key has a NULL.
const (
	MergeNullKeys  NullKeys = "merge"
	IgnoreNullKeys NullKeys = "ignore"
	RefuseNullKeys NullKeys = "error"
)

// Group is a sequence group of a partial-update table: a record changes its
// members when the record's sequence fields are not smaller than those kept
// (NULL is smallest), and passes it by when all of them are NULL.
type Group struct {
	Sequence       []int // the columns that order it, in the option's order
	Members        []int // the columns it guards, in the option's order
	RemoveOnDelete bool  // a -D that is not late removes the whole row
}

// Rule is how a table merges.
type Rule struct {
	Engine             Engine
	Keys               []datatype.Field // the primary key without partition columns, in declared order
	Columns            []Column         // all columns of the table, in order
	Sequence           []string         // sequence.field
	Descending         bool             // sequence.field.sort-order; NULL comes first in either order
	Groups             []Group
	RemoveOnDelete     bool   // -D removes the whole row (partial-update, aggregation)
	IgnoreDelete       bool   // -D and -U are passed by; writers leave them out
	IgnoreUpdateBefore bool   // writers leave -U out
	RowKindField       string // the column that says each record's kind; "" none
}

// Drops tells whether a writer leaves out records of a kind.
func (r *Rule) Drops(k RowKind) bool {
	return r.IgnoreDelete && k.Retracts() || r.IgnoreUpdateBefore && k == UpdateBefore
}

// Deletes tells whether the rows of a statement's DELETE may be written as -D:
// the engine takes a whole row away. why names the option that would allow it.
func (r *Rule) Deletes() (ok bool, why string) {
	switch r.Engine {
	case Deduplicate:
		return true, ""
	case PartialUpdate:
		for _, g := range r.Groups {
			if g.RemoveOnDelete {
				return true, ""
			}
		}
		if len(r.Groups) > 0 {
			return false, OptionRemoveOnGroup
		}
		return r.RemoveOnDelete, OptionRemoveOnDelete
	case Aggregation:
		return r.RemoveOnDelete, OptionAggregationRemove
	}
	return false, OptionIgnoreDelete
}

// Index is the place of a column; -1 when there is none of that name.
func (r *Rule) Index(name string) int {
	for i, c := range r.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}
