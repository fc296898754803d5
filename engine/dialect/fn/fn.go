// Package fn is the registry of SQL functions: what each function of Spark,
// Flink and StarRocks returns by the rules of its own dialect, and how it is
// written for DuckDB.
//
// An entry prints DuckDB text. It prefers DuckDB's own functions where the
// meaning is equal in every case, and the Go functions of engine/dialect/javafn
// (registered by engine/duck/udf under names that start with "lt_") where it is
// not. The texts rely on the settings that a session makes before it runs them:
//
//	default_null_order      nulls_first_on_asc_last_on_desc
//	ieee_floating_point_ops false     x/0 is NULL
//	old_implicit_casting    true      a string compares with a date
//	TimeZone                the session's, equal to Call.TimeZone
//
// Forms with a syntax of their own come in as plain calls:
//
//	extract(YEAR FROM x)          extract(arg with Literal "year", x)
//	trim(BOTH c FROM s)           trim_both(s, c); trim_leading, trim_trailing likewise
//	position(a IN b)              position(a, b)
//	substring(s FROM a FOR n)     substring(s, a, n)
//	overlay(s PLACING r FROM p FOR n)   overlay(s, r, p, n)
//	timestampdiff(DAY, a, b)      first arg with Literal "day" and no SQL
//	a RLIKE b, a REGEXP b         rlike(a, b)
//	a || b, a % b, a div b        concat(a, b), mod(a, b), div(a, b)
//	current_date without ()       current_date()
//
// A printed argument must stand on its own inside any expression: the printer
// puts operators in parentheses.
package fn

import (
	"time"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// The names of the dialects.
const (
	Spark     = "spark"
	Flink     = "flink"
	StarRocks = "starrocks"
)

// Kind is the sort of a function.
type Kind uint8

// The kinds. An aggregate may also stand before OVER; a Window may only stand there.
const (
	Scalar Kind = iota + 1
	Aggregate
	Window
	Generator
)

// Unlimited as Function.Max means any number of arguments.
const Unlimited = -1

// Function is one entry.
type Function struct {
	Name     string // lower case
	Kind     Kind
	Min, Max int // number of arguments; Max Unlimited for any

	// Params gives the types that the arguments must have: the binder inserts
	// the dialect's implicit casts, Result and Print see arguments of these
	// types. Kind Unknown: any type will do. nil: all are taken as they come.
	Params func(args []datatype.Type) []datatype.Type

	// Refuses finds the first argument that Spark does not take there for its
	// type, or for not being a constant of the right sort, and says what it
	// takes: its implicit casts are fewer than CAST's. It sees the arguments
	// before they are cast. at is -1 where all fit; nil: Result and Print say
	// what does not fit.
	Refuses func(args []Arg) (at int, takes problem.Phrase)

	// Rewritten marks a function that the binder writes as other expressions;
	// it has no Params, Result and Print.
	Rewritten bool

	// Result is the type of the call by the dialect's rules. For a Generator
	// it is the ROW of its output columns. Kind Unknown: cannot be told.
	Result func(c Call) (datatype.Type, error)

	// Print is the DuckDB text of the call, of exactly the DuckDB type of
	// Result; aggregates and window functions come with their FILTER and OVER.
	// A Generator prints a list of structs, one a row (no row for NULL and for
	// an empty list); OUTER is the printer's.
	Print func(c Call) (string, error)

	// Lambda gives the types of the params parameters of the lambda that
	// stands as argument i; nil for a function without lambdas. c.Args holds
	// the arguments before it.
	Lambda func(c Call, i, params int) []datatype.Type

	// Label is the column name of an unaliased call whose arguments are named
	// args; nil: name(arg, arg).
	Label func(args []string) string

	// Unsupported marks a function that the dialect has and Laketop has not:
	// Result and Print return the problem that says so.
	Unsupported bool
}

// Arg is one bound and printed argument.
type Arg struct {
	SQL     string // opaque: it may hold marks of the source map
	Type    datatype.Type
	Name    string   // of a column, where the argument is just that
	Literal *string  // value of a constant string, number ("-1" too) or boolean as written; nil otherwise
	Null    bool     // the constant NULL, or a constant that becomes NULL by its cast
	Fixed   bool     // it holds no column: the same value in every row
	Items   []string // of an array of constants: their values
	Params  []string // of a lambda, as printed in its body; then SQL and Type are the body's
}

// Call is one use of a function.
type Call struct {
	Name     string // as the user spelled it
	Args     []Arg
	TimeZone string    // the session's, for example "Asia/Shanghai"
	Now      time.Time // frozen per statement

	Star        bool // count(*)
	Distinct    bool
	IgnoreNulls bool
	Order       string // inside an aggregate or WITHIN GROUP: the printed list after ORDER BY
	Filter      string // the printed condition of FILTER (WHERE ...), "" for none
	Over        string // the printed "OVER (...)", "" for none
	ANSI        bool
}

// Tail is what follows the closing parenthesis of an aggregate or a window
// function: FILTER and OVER.
func (c Call) Tail() string { return c.tail("") }

// tail is Tail with one more condition for the rows.
func (c Call) tail(condition string) string {
	filter := c.Filter
	switch {
	case filter == "":
		filter = condition
	case condition != "":
		filter = "(" + filter + ") AND (" + condition + ")"
	}
	text := ""
	if filter != "" {
		text = " FILTER (WHERE " + filter + ")"
	}
	if c.Over != "" {
		text += " " + c.Over
	}
	return text
}
