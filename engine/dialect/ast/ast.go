// Package ast is the statement tree that every dialect is parsed into.
//
// A node knows the bytes of the user's text it came from (Span), so whatever
// is wrong with it later is shown in that text. The tree says what was
// written: names are not resolved, types of expressions not known.
package ast

import "laketop/engine/datatype"

// Span is a half-open byte range of the statement's text.
type Span struct{ Start, End int }

// Pos is the node's range.
func (s Span) Pos() Span { return s }

// To spans from the start of s to the end of t.
func (s Span) To(t Span) Span { return Span{s.Start, t.End} }

// Node is anything with a place.
type Node interface{ Pos() Span }

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a whole statement.
type Stmt interface {
	Node
	stmt()
}

// Ident is one part of a name.
type Ident struct {
	Span
	Name   string
	Quoted bool
}

// LiteralKind is the kind of a constant.
type LiteralKind uint8

// The kinds of constants.
const (
	NullLiteral LiteralKind = iota
	BoolLiteral
	NumberLiteral
	StringLiteral
	BytesLiteral
	DateLiteral         // DATE '...'
	TimestampLiteral    // TIMESTAMP '...', by the dialect's own meaning
	TimestampLTZLiteral // TIMESTAMP_LTZ '...'
	TimestampNTZLiteral // TIMESTAMP_NTZ '...'
	TimeLiteral         // TIME '...'
)

// Literal is a constant.
type Literal struct {
	Span
	Kind   LiteralKind
	Value  string // decoded: digits, the string's characters, "true"
	Suffix string // of a number: L S Y D F BD
}

// Interval is INTERVAL n unit [n unit ...], or INTERVAL 'text' FROM TO TO.
type Interval struct {
	Span
	Parts    []IntervalPart
	Text     string // of INTERVAL '1-2' YEAR TO MONTH and INTERVAL '1 day'
	From, To string // upper case, "" for INTERVAL 'text' alone
	Negative bool
}

// IntervalPart is one "3 DAY" of an interval.
type IntervalPart struct {
	Value Expr
	Unit  string // upper case, singular
}

// Column is a possibly qualified name: column, t.column, column.field, ...
type Column struct {
	Span
	Parts []Ident
}

// Star is * or t.* with the columns it leaves out.
type Star struct {
	Span
	Qualifier []Ident
	Except    []Ident
	Replace   []Item
}

// Unary is -x, +x, ~x, NOT x.
type Unary struct {
	Span
	Op string
	X  Expr
}

// Binary is x op y; Op is upper case: + - * / % DIV || & | ^ << >> = <=> <> < <= > >= AND OR.
type Binary struct {
	Span
	Op     string
	OpSpan Span
	L, R   Expr
}

// Is is x IS [NOT] NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM y.
type Is struct {
	Span
	X    Expr
	Not  bool
	What string // NULL TRUE FALSE UNKNOWN DISTINCT
	Y    Expr   // of DISTINCT FROM
}

// Between is x [NOT] BETWEEN low AND high.
type Between struct {
	Span
	X, Low, High Expr
	Not          bool
}

// In is x [NOT] IN (list) or (query).
type In struct {
	Span
	X     Expr
	Not   bool
	List  []Expr
	Query *Query
}

// Like is x [NOT] LIKE, ILIKE or RLIKE pattern, with ANY or ALL a list of patterns.
type Like struct {
	Span
	Op         string // LIKE ILIKE RLIKE
	X          Expr
	Not        bool
	Quantifier string // "", ANY, ALL
	Patterns   []Expr
	Escape     Expr
}

// Exists is EXISTS (query).
type Exists struct {
	Span
	Query *Query
}

// Subquery is a query used as a value.
type Subquery struct {
	Span
	Query *Query
}

// Case is CASE [operand] WHEN ... THEN ... [ELSE ...] END.
type Case struct {
	Span
	Operand Expr
	Whens   []When
	Else    Expr
}

// When is one branch of a Case.
type When struct{ Cond, Then Expr }

// Cast is CAST(x AS type), TRY_CAST or x::type.
type Cast struct {
	Span
	X    Expr
	Type datatype.Type
	Try  bool
}

// Call is a function call.
type Call struct {
	Span
	Name        []Ident
	Args        []Expr
	Distinct    bool
	Star        bool // count(*)
	NoParens    bool // current_date
	OrderBy     []Order
	Filter      Expr
	Over        *Window
	IgnoreNulls bool
}

// NamedArg is name => value in a call, or value AS name in struct(...).
type NamedArg struct {
	Span
	Name  Ident
	Value Expr
}

// Extract is EXTRACT(field FROM x).
type Extract struct {
	Span
	Field string // upper case
	X     Expr
}

// Index is x[i].
type Index struct {
	Span
	X, I Expr
}

// Field is x.name where x is not a plain name.
type Field struct {
	Span
	X    Expr
	Name Ident
}

// Lambda is x -> body or (x, y) -> body.
type Lambda struct {
	Span
	Params []Ident
	Body   Expr
}

// Array is Flink's ARRAY[a, b] and StarRocks' [a, b].
type Array struct {
	Span
	Elems []Expr
}

// MapLiteral is Flink's MAP['k', v, ...].
type MapLiteral struct {
	Span
	Elems []Expr // key, value, key, value
}

// Tuple is (a, b) or ROW(a, b).
type Tuple struct {
	Span
	Elems []Expr
}

// Order is one sort key.
type Order struct {
	Span
	X     Expr
	Desc  bool
	Nulls string // "", FIRST, LAST
}

// Window is OVER (...) or OVER name.
type Window struct {
	Span
	Base      *Ident // the named window it is or extends
	Partition []Expr
	Order     []Order
	Frame     *Frame
}

// Frame is ROWS or RANGE BETWEEN start AND end.
type Frame struct {
	Span
	Unit       string // ROWS RANGE GROUPS
	Start, End Bound
}

// Bound is one end of a frame.
type Bound struct {
	Kind  string // UNBOUNDED PRECEDING, PRECEDING, CURRENT ROW, FOLLOWING, UNBOUNDED FOLLOWING
	Value Expr   // of PRECEDING and FOLLOWING
}

func (*Literal) expr()    {}
func (*Interval) expr()   {}
func (*Column) expr()     {}
func (*Star) expr()       {}
func (*Unary) expr()      {}
func (*Binary) expr()     {}
func (*Is) expr()         {}
func (*Between) expr()    {}
func (*In) expr()         {}
func (*Like) expr()       {}
func (*Exists) expr()     {}
func (*Subquery) expr()   {}
func (*Case) expr()       {}
func (*Cast) expr()       {}
func (*Call) expr()       {}
func (*NamedArg) expr()   {}
func (*Extract) expr()    {}
func (*Index) expr()      {}
func (*Field) expr()      {}
func (*Lambda) expr()     {}
func (*Array) expr()      {}
func (*MapLiteral) expr() {}
func (*Tuple) expr()      {}
