package ast

// Query is WITH ... body ORDER BY ... LIMIT ... .
type Query struct {
	Span
	With      []CTE
	Recursive bool
	Body      Body
	OrderBy   []Order
	Limit     Expr
	Offset    Expr
}

// CTE is one WITH entry.
type CTE struct {
	Span
	Name    Ident
	Columns []Ident
	Query   *Query
}

// Body is what a query selects from: *Select, *SetOp, *Values, *Query (in
// parentheses).
type Body interface {
	Node
	body()
}

// SetOp is a UNION, EXCEPT or INTERSECT.
type SetOp struct {
	Span
	Op     string // UNION EXCEPT INTERSECT
	All    bool
	ByName bool
	L, R   Body
}

// Values is VALUES (..), (..).
type Values struct {
	Span
	Rows [][]Expr
}

// Select is SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... QUALIFY.
type Select struct {
	Span
	Distinct bool
	Items    []Item
	From     Relation // nil for none; a comma is a cross join
	Where    Expr
	GroupBy  *GroupBy
	Having   Expr
	Qualify  Expr
	Windows  []NamedWindow
}

// Item is one entry of the select list.
type Item struct {
	Span
	X       Expr
	Alias   *Ident
	Aliases []Ident // of AS (a, b): generators with several columns
}

// GroupBy is the grouping of a select.
type GroupBy struct {
	Span
	All    bool // GROUP BY ALL
	Groups []Grouping
}

// Grouping is one element of GROUP BY.
type Grouping struct {
	Span
	Kind string   // "" an expression, ROLLUP, CUBE, SETS
	X    Expr     // of ""
	Sets [][]Expr // of ROLLUP and CUBE: one entry an element; of SETS: one entry a set
}

// NamedWindow is WINDOW name AS (...).
type NamedWindow struct {
	Name Ident
	Spec *Window
}

// Relation is something in FROM.
type Relation interface {
	Node
	relation()
}

// TableKind says how a Table names its rows.
type TableKind string

// The kinds of tables.
const (
	Named      TableKind = ""           // a table or view of the catalog, or a CTE
	OverPath   TableKind = "path"       // parquet.`glob`: Format and Path
	OverCall   TableKind = "call"       // files('glob'), range(10): Call
	OverUnnest TableKind = "unnest"     // UNNEST(x)
	OverView   TableKind = "lateralrow" // LATERAL VIEW explode(x), relative to Table.Input
)

// Table is a named relation.
type Table struct {
	Span
	Kind       TableKind
	Name       []Ident
	Format     string // of OverPath: parquet csv json orc paimon text
	Path       string
	PathSpan   Span
	Call       *Call // of OverCall, OverUnnest, OverView
	Outer      bool  // LATERAL VIEW OUTER
	Lateral    bool
	Ordinality bool // WITH ORDINALITY
	AsOf       *AsOf
	Options    map[string]string // of /*+ OPTIONS('k'='v') */
	Sample     *Sample
	Alias      *Ident
	Columns    []Ident
}

// AsOf is a moment of a table.
type AsOf struct {
	Span
	Version   Expr // VERSION AS OF 3 or 'tag'
	Timestamp Expr // TIMESTAMP AS OF '...'
}

// Sample is TABLESAMPLE (n PERCENT | n ROWS).
type Sample struct {
	Span
	Size    Expr
	Percent bool
	Seed    Expr
}

// Derived is (query) AS alias(columns).
type Derived struct {
	Span
	Lateral bool
	Query   *Query
	Alias   *Ident
	Columns []Ident
	Sample  *Sample
}

// Join is l JOIN r.
type Join struct {
	Span
	Kind    string // INNER LEFT RIGHT FULL CROSS SEMI ANTI
	Natural bool
	L, R    Relation
	On      Expr
	Using   []Ident
}

func (*Select) body() {}
func (*SetOp) body()  {}
func (*Values) body() {}
func (*Query) body()  {}

func (*Table) relation()   {}
func (*Derived) relation() {}
func (*Join) relation()    {}
