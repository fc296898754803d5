package schema

import "laketop/engine/datatype"

// Castable tells whether a column may get another type: readers cast the rows
// that are there by Paimon's rules. explicit allows casts that can lose
// something, as Paimon does by default; without it only those that cannot.
// Whether the new type refuses NULL counts where Paimon's readers have no cast
// to one that does. Nested types change member by member.
//
// Source: Paimon, DataTypeCasts and CastExecutors; PAIMON.md 7.11.
func Castable(from, to datatype.Type, explicit bool) bool {
	if datatype.Equal(from.Nullable(), to.Nullable()) {
		return true
	}
	if from.IsNested() || to.IsNested() {
		return false
	}
	return implicit(from, to) || explicit && lossy(from, to)
}

// Widens tells whether a column's values stay what they are in another type, the
// last digits of a number aside: what Spark asks of ALTER COLUMN TYPE.
func Widens(from, to datatype.Type) bool {
	from, to = from.Nullable(), to.Nullable()
	switch {
	case !Castable(from, to, true):
		return false
	case to.Kind == datatype.VarChar && to.Length == datatype.MaxLength:
		return true
	case instant(to):
		return instant(from) || from.Kind == datatype.Date
	case to.Kind == from.Kind && to.Kind == datatype.Decimal:
		return to.Scale >= from.Scale && to.Precision-to.Scale >= from.Precision-from.Scale
	case to.IsString() && from.IsString(), to.IsBinary() && from.IsBinary():
		return to.Length >= from.Length
	}
	return implicit(from, to) && to.Kind != datatype.Date && to.Kind != datatype.Time
}

func integer(t datatype.Type) bool { return t.Kind >= datatype.TinyInt && t.Kind <= datatype.BigInt }

func moment(t datatype.Type) bool {
	return t.Kind == datatype.Date || t.Kind == datatype.Time || instant(t)
}

func instant(t datatype.Type) bool {
	return t.Kind == datatype.Timestamp || t.Kind == datatype.TimestampLTZ
}

// implicit casts widen. As in Paimon the lengths and precisions within a kind
// do not count.
func implicit(from, to datatype.Type) bool {
	switch {
	case from.Kind == to.Kind:
		return true
	case integer(to):
		return integer(from) && from.Kind < to.Kind
	case to.Kind == datatype.Decimal, to.Kind == datatype.Double:
		return from.IsNumeric()
	case to.Kind == datatype.Float:
		return integer(from) || from.Kind == datatype.Decimal
	case to.Kind == datatype.VarChar:
		return from.IsString()
	case to.Kind == datatype.VarBinary:
		return from.IsBinary()
	case to.Kind == datatype.Date, to.Kind == datatype.Time:
		return from.Kind == datatype.Timestamp
	case instant(to):
		return instant(from)
	}
	return false
}

// lossy casts are those that CAST has.
func lossy(from, to datatype.Type) bool {
	switch {
	case to.Kind == datatype.Int, to.Kind == datatype.BigInt:
		return from.IsNumeric() || from.IsString() || from.Kind == datatype.Boolean || instant(from)
	case to.IsNumeric():
		return from.IsNumeric() || from.IsString() || from.Kind == datatype.Boolean
	case to.Kind == datatype.Boolean:
		return integer(from) || from.IsString()
	case to.IsString(): // dates and times become STRING alone: no text of some length, none that refuses NULL
		return !moment(from) || datatype.Equal(to, datatype.StringType())
	case to.IsBinary():
		return from.IsBinary() || from.IsString()
	case to.Kind == datatype.Date, to.Kind == datatype.Time:
		return instant(from) || from.IsString()
	case instant(to):
		return from.Kind == datatype.Date || from.IsString() || from.Kind == datatype.Int || from.Kind == datatype.BigInt
	}
	return false
}
