package scan

// Op is how a predicate compares.
type Op uint8

// The operators that prune. All but IsNull are never true of a null.
const (
	Eq Op = iota + 1
	Lt
	Le
	Gt
	Ge
	In
	IsNull
	NotNull
)

// Predicate is one condition on a column. Values are of the Go type of the
// column (package binaryrow): one value for comparisons, any number for In,
// none for the null tests. Integers of other widths and decimals of other
// scales compare by value; any other mismatch keeps the file.
type Predicate struct {
	Column string
	Op     Op
	Values []any
}

// bounds is what is known of a column in a set of rows.
type bounds struct {
	min, max any    // nil: unknown, or no value that is not null
	nulls    *int64 // nil: unknown
	rows     int64  // negative: unknown
	nan      bool   // a NaN, above every number, may be there unseen
}

// exactly is the bounds of rows that all hold v.
func exactly(v any, rows int64) bounds {
	var nulls int64
	if v == nil {
		nulls = rows
	}
	return bounds{min: v, max: v, nulls: &nulls, rows: rows}
}

// mayMatch tells whether a row within b can meet p. It answers true where it
// does not know.
func (p Predicate) mayMatch(b bounds) bool {
	if p.Op == IsNull {
		return b.nulls == nil || *b.nulls > 0
	}
	if b.nulls != nil && b.rows >= 0 && *b.nulls >= b.rows {
		return false // only nulls
	}
	switch p.Op {
	case Eq, In:
		for _, v := range p.Values {
			if within(v, b) {
				return true
			}
		}
		return len(p.Values) == 0
	case Lt, Le, Gt, Ge:
		return len(p.Values) != 1 || p.reaches(b, p.Values[0])
	}
	return true
}

func (p Predicate) reaches(b bounds, v any) bool {
	switch p.Op {
	case Lt:
		c, ok := compare(b.min, v)
		return !ok || c < 0
	case Le:
		c, ok := compare(b.min, v)
		return !ok || c <= 0
	case Gt:
		c, ok := compare(b.max, v)
		return !ok || b.nan || c > 0
	default:
		c, ok := compare(b.max, v)
		return !ok || b.nan || c >= 0
	}
}

func within(v any, b bounds) bool {
	if c, ok := compare(v, b.min); ok && c < 0 {
		return false
	}
	if c, ok := compare(v, b.max); ok && c > 0 {
		return false
	}
	return true
}
