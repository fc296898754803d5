package dialect

import (
	"math/big"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
)

// prune collects the conditions of WHERE that a table's files can be judged
// by: a plain column against constants of the column's own type. The
// conditions stay in the text; this only leaves out what cannot match.
func (b *binder) prune(where ast.Expr, e *env) {
	for _, x := range chain(where, "AND") {
		switch n := x.(type) {
		case *ast.Binary:
			b.pruneCompare(n, e)
		case *ast.Between:
			if !n.Not {
				b.pruneBy(n.X, Ge, []ast.Expr{n.Low}, e)
				b.pruneBy(n.X, Le, []ast.Expr{n.High}, e)
			}
		case *ast.In:
			if !n.Not && n.Query == nil {
				b.pruneBy(n.X, In, n.List, e)
			}
		case *ast.Is:
			if n.What == "NULL" && n.Not {
				b.pruneBy(n.X, NotNull, nil, e)
			} else if n.What == "NULL" {
				b.pruneBy(n.X, IsNull, nil, e)
			}
		}
	}
}

// mirrored is the operator with its sides exchanged.
var mirrored = map[string]Op{"=": Eq, "<": Gt, "<=": Ge, ">": Lt, ">=": Le}

func (b *binder) pruneCompare(n *ast.Binary, e *env) {
	if _, ok := mirrored[n.Op]; !ok {
		return
	}
	if b.pruneBy(n.L, Op(n.Op), []ast.Expr{n.R}, e) {
		return
	}
	b.pruneBy(n.R, mirrored[n.Op], []ast.Expr{n.L}, e)
}

// pruneBy adds column op constants to the column's relation.
func (b *binder) pruneBy(x ast.Expr, op Op, constants []ast.Expr, e *env) bool {
	name, ok := x.(*ast.Column)
	if !ok {
		return false
	}
	v, used, err := b.resolveIn(name, e)
	if err != nil || used != len(name.Parts) || v.column == nil || v.column.slot == nil {
		return false
	}
	c := v.column
	if c.rel.nullable && op == IsNull {
		return false
	}
	p := Predicate{Column: c.base, Op: op}
	for _, k := range constants {
		value, ok := b.constant(k, c.typ, op == In)
		if !ok {
			return false
		}
		p.Values = append(p.Values, value)
	}
	c.slot.filter = append(c.slot.filter, p)
	return true
}

// constant is a literal as a value of the column's type; false if the
// comparison takes place in another type.
func (b *binder) constant(x ast.Expr, column datatype.Type, in bool) (any, bool) {
	l, ok := x.(*ast.Literal)
	if !ok || l.Kind == ast.NullLiteral {
		return nil, false
	}
	v, err := b.literal(l)
	if err != nil || v.literal == nil {
		return nil, false
	}
	meet := coerce.Comparison
	if in {
		meet = coerce.Common // a list with text makes all of it text
	}
	if t, ok := meet(column, v.typ); !ok || !comparesAs(column, t) {
		return nil, false
	}
	return b.constantValue(*v.literal, l.Kind, column)
}

// comparesAs: comparing column with a constant in type t orders as the column does.
func comparesAs(column, t datatype.Type) bool {
	switch {
	case coerce.Same(column, t):
		return true
	case coerce.IsIntegral(column) && (coerce.IsIntegral(t) || t.Kind == datatype.Decimal):
		return true
	case column.Kind == datatype.Decimal && t.Kind == datatype.Decimal:
		return true
	}
	return column.Kind == datatype.Timestamp && t.Kind == datatype.Timestamp || column.Kind == datatype.TimestampLTZ && t.Kind == datatype.TimestampLTZ
}

func (b *binder) constantValue(text string, kind ast.LiteralKind, column datatype.Type) (any, bool) {
	switch {
	case column.Kind == datatype.Char && b.d == Spark:
		return nil, false // blanks at the end do not count, and writers differ in them
	case column.IsString():
		return text, kind == ast.StringLiteral
	case column.Kind == datatype.Boolean:
		return strings.EqualFold(text, "true"), kind == ast.BoolLiteral
	case column.IsNumeric():
		r, ok := new(big.Rat).SetString(strings.TrimSpace(text))
		if !ok {
			return nil, false
		}
		return numberFor(r, column)
	case column.Kind == datatype.Date:
		t, ok := parseDate(text)
		return t, ok && (kind == ast.StringLiteral || kind == ast.DateLiteral)
	case column.Kind == datatype.TimestampLTZ:
		t, _, ok := parseTimestamp(text, b.zone)
		return t.UTC(), ok
	case column.Kind == datatype.Timestamp:
		t, zoned, ok := parseTimestamp(text, time.UTC)
		return t, ok && !zoned
	}
	return nil, false
}

func numberFor(r *big.Rat, column datatype.Type) (any, bool) {
	switch {
	case coerce.IsIntegral(column):
		if !r.IsInt() || !r.Num().IsInt64() {
			return nil, false
		}
		return r.Num().Int64(), true
	case coerce.IsFractional(column):
		f, _ := r.Float64()
		return f, true
	}
	return r, true
}
