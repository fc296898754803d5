package coerce

import "laketop/engine/datatype"

// Ordered tells whether values of t can be compared: maps and what holds them cannot.
func Ordered(t datatype.Type) bool {
	switch t.Kind {
	case datatype.Map, datatype.Variant:
		return false
	case datatype.Array:
		return Ordered(*t.Elem)
	case datatype.Row:
		for _, f := range t.Fields {
			if !Ordered(f.Type) {
				return false
			}
		}
	}
	return true
}

// Wider is the common type of two operands where text meets nothing but text:
// greatest, array_contains, the sets of arrays. False: there is none.
func Wider(a, b datatype.Type) (datatype.Type, bool) {
	if t, ok := nested(a, b, Wider); ok {
		return t, true
	}
	return tight(a, b)
}

// Tightest is the common type of two operands where nothing is lost: an integer
// meets only a decimal that holds all of it, decimals meet only their like.
// An element meets its array so, and a key its map.
func Tightest(a, b datatype.Type) (datatype.Type, bool) {
	if t, ok := nested(a, b, Tightest); ok {
		return t, true
	}
	if a.IsNumeric() && b.IsNumeric() && !Same(a, b) {
		switch {
		case a.Kind == datatype.Decimal && IsIntegral(b):
			return a.Nullable(), holds(a, b)
		case b.Kind == datatype.Decimal && IsIntegral(a):
			return b.Nullable(), holds(b, a)
		case a.Kind == datatype.Decimal || b.Kind == datatype.Decimal:
			return datatype.Type{}, false
		}
	}
	return tight(a, b)
}

// holds tells whether a decimal has room for every value of an integer type.
func holds(decimal, integer datatype.Type) bool {
	return decimal.Precision-decimal.Scale >= Decimal(integer).Precision
}
