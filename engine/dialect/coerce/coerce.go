// Package coerce is Spark's rules of types: which type two different types
// meet in, what arithmetic yields, how many digits a decimal has.
//
// The rules are those of Spark 3.5 without ANSI. They are pure functions on
// types; the printer turns them into casts. Nullability does not matter here.
//
// Source: Spark's documentation, "Data Types" and "ANSI compliance"; measured
// against Spark for decimal division.
package coerce

import (
	"laketop/engine/datatype"
)

// Same tells whether a and b need no cast between them: nullability, text
// lengths and fraction digits of the same representation do not count.
func Same(a, b datatype.Type) bool {
	if a.Kind != b.Kind {
		return a.IsString() && b.IsString() || a.IsBinary() && b.IsBinary()
	}
	switch a.Kind {
	case datatype.Decimal:
		return a.Precision == b.Precision && a.Scale == b.Scale
	case datatype.Timestamp, datatype.Time:
		return unit(a.Precision) == unit(b.Precision)
	case datatype.Array, datatype.Multiset, datatype.Map:
		return samePart(a.Key, b.Key) && samePart(a.Elem, b.Elem)
	case datatype.Row:
		if len(a.Fields) != len(b.Fields) {
			return false
		}
		for i := range a.Fields {
			if a.Fields[i].Name != b.Fields[i].Name || !Same(a.Fields[i].Type, b.Fields[i].Type) {
				return false
			}
		}
	}
	return true
}

// unit is DuckDB's representation of so many fraction digits.
func unit(digits int) int {
	switch {
	case digits == 0:
		return 0
	case digits <= 3:
		return 3
	case digits <= 6:
		return 6
	}
	return 9
}

func samePart(a, b *datatype.Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return Same(*a, *b)
}

// IsIntegral tells the four integer types.
func IsIntegral(t datatype.Type) bool {
	return t.Kind >= datatype.TinyInt && t.Kind <= datatype.BigInt
}

// IsFractional tells FLOAT and DOUBLE.
func IsFractional(t datatype.Type) bool {
	return t.Kind == datatype.Float || t.Kind == datatype.Double
}

// IsMoment tells DATE and the timestamps.
func IsMoment(t datatype.Type) bool {
	return t.Kind == datatype.Date || t.Kind == datatype.Timestamp || t.Kind == datatype.TimestampLTZ
}

// Decimal is t as an exact decimal: the digits an integer type may have.
func Decimal(t datatype.Type) datatype.Type {
	switch t.Kind {
	case datatype.TinyInt:
		return datatype.DecimalOf(3, 0)
	case datatype.SmallInt:
		return datatype.DecimalOf(5, 0)
	case datatype.Int:
		return datatype.DecimalOf(10, 0)
	case datatype.BigInt:
		return datatype.DecimalOf(20, 0)
	case datatype.Float:
		return datatype.DecimalOf(14, 7)
	case datatype.Double:
		return datatype.DecimalOf(30, 15)
	case datatype.Decimal:
		return datatype.DecimalOf(t.Precision, t.Scale)
	}
	return datatype.DecimalOf(38, 18)
}

// Bounded fits digits into 38, keeping at least six of the fraction.
func Bounded(precision, scale int) datatype.Type {
	if precision <= datatype.MaxDecimalPrecision {
		return datatype.DecimalOf(precision, scale)
	}
	whole := precision - scale
	return datatype.DecimalOf(datatype.MaxDecimalPrecision, max(datatype.MaxDecimalPrecision-whole, min(scale, 6)))
}

// WiderDecimal holds every value of both decimals, as far as 38 digits go.
func WiderDecimal(a, b datatype.Type) datatype.Type {
	scale := max(a.Scale, b.Scale)
	whole := max(a.Precision-a.Scale, b.Precision-b.Scale)
	if room := datatype.MaxDecimalPrecision - whole; scale > room {
		scale = max(room, 0) // the digits before the point go first
	}
	return datatype.DecimalOf(min(whole+scale, datatype.MaxDecimalPrecision), scale)
}

// DecimalResult is the type of a op b for decimals; op is + - * / % DIV.
func DecimalResult(op string, a, b datatype.Type) datatype.Type {
	p1, s1, p2, s2 := a.Precision, a.Scale, b.Precision, b.Scale
	switch op {
	case "*":
		return Bounded(p1+p2+1, s1+s2)
	case "/":
		scale := max(6, s1+p2+1)
		return Bounded(p1-s1+s2+scale, scale)
	case "%":
		scale := max(s1, s2)
		return Bounded(min(p1-s1, p2-s2)+scale, scale)
	}
	scale := max(s1, s2)
	return Bounded(max(p1-s1, p2-s2)+scale+1, scale)
}

// Implicit tells whether Spark casts an argument of type from to type to by
// itself, with ANSI off: numbers among each other, dates and timestamps among
// each other, text to both and to bytes, every atomic type to text. Arrays and
// maps go by what they hold; CAST does far more.
func Implicit(from, to datatype.Type) bool {
	switch {
	case from.Kind == datatype.Null || to.Kind == datatype.Unknown || Same(from, to):
		return true
	case to.IsString():
		return atomic(from)
	case to.IsNumeric():
		return from.IsNumeric() || from.IsString()
	case IsMoment(to):
		return IsMoment(from) || from.IsString()
	case to.IsBinary():
		return from.IsBinary() || from.IsString()
	case from.Kind != to.Kind:
		return false
	case to.Kind == datatype.Array:
		return Implicit(*from.Elem, *to.Elem)
	case to.Kind == datatype.Map:
		return Implicit(*from.Key, *to.Key) && Implicit(*from.Elem, *to.Elem)
	}
	return to.Kind == datatype.Boolean
}

// Numeric is the type two different numeric types meet in for arithmetic that
// is not between decimals.
func Numeric(a, b datatype.Type) datatype.Type {
	switch {
	case IsIntegral(a) && IsIntegral(b):
		if a.Kind > b.Kind {
			return a.Nullable()
		}
		return b.Nullable()
	case a.Kind == datatype.Float && b.Kind == datatype.Float:
		return datatype.Of(datatype.Float)
	case a.Kind == datatype.Float && IsIntegral(b), b.Kind == datatype.Float && IsIntegral(a):
		return datatype.Of(datatype.Float)
	case IsFractional(a) || IsFractional(b):
		return datatype.Of(datatype.Double)
	}
	return WiderDecimal(Decimal(a), Decimal(b))
}

// Common is the type that CASE, COALESCE, IN, arrays and set operations give
// two operands; text wins over what else it meets. False: there is none.
func Common(a, b datatype.Type) (datatype.Type, bool) {
	if t, ok := nested(a, b, Common); ok {
		return t, true
	}
	if t, ok := tight(a, b); ok {
		return t, true
	}
	switch {
	case a.IsString() && atomic(b) && b.Kind != datatype.Boolean && !b.IsBinary():
		return datatype.StringType(), true
	case b.IsString() && atomic(a) && a.Kind != datatype.Boolean && !a.IsBinary():
		return datatype.StringType(), true
	}
	return datatype.Type{}, false
}

// CommonOf folds Common over all types.
func CommonOf(types ...datatype.Type) (datatype.Type, bool) {
	out := datatype.Of(datatype.Null)
	// Text first: Spark's result does not depend on the order.
	for _, wantText := range []bool{true, false} {
		for _, t := range types {
			if t.IsString() != wantText {
				continue
			}
			next, ok := Common(out, t)
			if !ok {
				return datatype.Type{}, false
			}
			out = next
		}
	}
	return out, true
}

// Comparison is the type in which = < > compare two operands: text becomes
// what it is compared with.
func Comparison(a, b datatype.Type) (datatype.Type, bool) {
	if t, ok := nested(a, b, Comparison); ok {
		return t, true
	}
	if t, ok := tight(a, b); ok {
		return t, true
	}
	if b.IsString() {
		a, b = b, a
	}
	switch {
	case !a.IsString() || !atomic(b) || b.Kind == datatype.Interval:
		if a.Kind == datatype.Boolean && b.IsNumeric() {
			return b.Nullable(), true
		}
		if b.Kind == datatype.Boolean && a.IsNumeric() {
			return a.Nullable(), true
		}
		return datatype.Type{}, false
	case b.Kind == datatype.Decimal:
		return datatype.Of(datatype.Double), true
	case b.IsBinary():
		return datatype.BytesType(), true
	}
	return b.Nullable(), true
}

// tight is the common type without turning anything into or out of text.
func tight(a, b datatype.Type) (datatype.Type, bool) {
	switch {
	case a.Kind == datatype.Null || a.Kind == datatype.Unknown:
		return b.Nullable(), true
	case b.Kind == datatype.Null || b.Kind == datatype.Unknown:
		return a.Nullable(), true
	case a.IsString() && b.IsString():
		return datatype.StringType(), true
	case a.IsBinary() && b.IsBinary():
		return datatype.BytesType(), true
	case Same(a, b), a.Kind == datatype.Time && b.Kind == datatype.Time:
		return finer(a, b), true
	case a.IsNumeric() && b.IsNumeric():
		return numericCommon(a, b), true
	case IsMoment(a) && IsMoment(b):
		if a.Kind == datatype.TimestampLTZ || b.Kind == datatype.TimestampLTZ {
			return datatype.LTZOf(max(digits(a), digits(b))), true
		}
		return datatype.TimestampOf(max(digits(a), digits(b))), true
	}
	return datatype.Type{}, false
}

// finer is the one with more fraction digits of two like types.
func finer(a, b datatype.Type) datatype.Type {
	if b.Precision > a.Precision {
		return b.Nullable()
	}
	return a.Nullable()
}

func digits(t datatype.Type) int {
	if t.Kind == datatype.Date {
		return 0
	}
	return t.Precision
}

// numericCommon differs from arithmetic for a float beside an integer or a decimal.
func numericCommon(a, b datatype.Type) datatype.Type {
	switch {
	case a.Kind == datatype.Decimal && IsFractional(b), b.Kind == datatype.Decimal && IsFractional(a):
		return datatype.Of(datatype.Double)
	case a.Kind == datatype.Decimal || b.Kind == datatype.Decimal:
		return WiderDecimal(Decimal(a), Decimal(b))
	}
	return Numeric(a, b)
}

func atomic(t datatype.Type) bool {
	return !t.IsNested() && t.Kind != datatype.Interval && t.Kind != datatype.Variant
}

// nested meets arrays, maps and structs part by part.
func nested(a, b datatype.Type, meet func(a, b datatype.Type) (datatype.Type, bool)) (datatype.Type, bool) {
	if a.Kind != b.Kind {
		return datatype.Type{}, false
	}
	switch a.Kind {
	case datatype.Array:
		e, ok := meet(*a.Elem, *b.Elem)
		return datatype.ArrayOf(e), ok
	case datatype.Map:
		k, ok := meet(*a.Key, *b.Key)
		v, ok2 := meet(*a.Elem, *b.Elem)
		return datatype.MapOf(k, v), ok && ok2
	case datatype.Row:
		if len(a.Fields) != len(b.Fields) {
			return datatype.Type{}, false
		}
		fields := make([]datatype.Field, len(a.Fields))
		for i := range fields {
			t, ok := meet(a.Fields[i].Type, b.Fields[i].Type)
			if !ok {
				return datatype.Type{}, false
			}
			fields[i] = datatype.NewField(a.Fields[i].Name, t)
		}
		return datatype.RowOf(fields...), true
	}
	return datatype.Type{}, false
}
