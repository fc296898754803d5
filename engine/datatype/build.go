package datatype

// Default precisions of Paimon where a type is written without one.
const (
	DefaultTimestampPrecision = 6
	DefaultTimePrecision      = 0
	DefaultDecimalPrecision   = 10
	MaxDecimalPrecision       = 38
	MaxFractionDigits         = 9 // of TIME and TIMESTAMP
)

// Of is the nullable type of a kind with Paimon's default parameters: BIGINT,
// TIMESTAMP(6), DECIMAL(10, 0), STRING for VarChar and BYTES for VarBinary.
// Kinds that need an element use ArrayOf, MapOf, RowOf and their like.
func Of(kind Kind) Type {
	t := Type{Kind: kind}
	switch kind {
	case Decimal:
		t.Precision = DefaultDecimalPrecision
	case Timestamp, TimestampLTZ:
		t.Precision = DefaultTimestampPrecision
	case Time:
		t.Precision = DefaultTimePrecision
	case Char, Binary:
		t.Length = 1
	case VarChar, VarBinary:
		t.Length = MaxLength
	}
	return t
}

// DecimalOf is DECIMAL(precision, scale).
func DecimalOf(precision, scale int) Type {
	return Type{Kind: Decimal, Precision: precision, Scale: scale}
}

// TimeOf is TIME(precision).
func TimeOf(precision int) Type { return Type{Kind: Time, Precision: precision} }

// TimestampOf is TIMESTAMP(precision), without time zone.
func TimestampOf(precision int) Type { return Type{Kind: Timestamp, Precision: precision} }

// LTZOf is TIMESTAMP(precision) WITH LOCAL TIME ZONE.
func LTZOf(precision int) Type { return Type{Kind: TimestampLTZ, Precision: precision} }

// CharOf is CHAR(length), VarCharOf VARCHAR(length).
func CharOf(length int) Type { return Type{Kind: Char, Length: length} }

// VarCharOf is VARCHAR(length).
func VarCharOf(length int) Type { return Type{Kind: VarChar, Length: length} }

// StringType is STRING, the longest VARCHAR.
func StringType() Type { return VarCharOf(MaxLength) }

// BinaryOf is BINARY(length).
func BinaryOf(length int) Type { return Type{Kind: Binary, Length: length} }

// VarBinaryOf is VARBINARY(length).
func VarBinaryOf(length int) Type { return Type{Kind: VarBinary, Length: length} }

// BytesType is BYTES, the longest VARBINARY.
func BytesType() Type { return VarBinaryOf(MaxLength) }

// ArrayOf is ARRAY<elem>.
func ArrayOf(elem Type) Type { return Type{Kind: Array, Elem: &elem} }

// MultisetOf is MULTISET<elem>: a map from element to its count.
func MultisetOf(elem Type) Type { return Type{Kind: Multiset, Elem: &elem} }

// VectorOf is VECTOR<elem, length>.
func VectorOf(elem Type, length int) Type { return Type{Kind: Vector, Elem: &elem, Length: length} }

// MapOf is MAP<key, value>.
func MapOf(key, value Type) Type { return Type{Kind: Map, Key: &key, Elem: &value} }

// RowOf is ROW<fields>.
func RowOf(fields ...Field) Type { return Type{Kind: Row, Fields: fields} }

// NewField is a field whose id is not yet assigned.
func NewField(name string, t Type) Field { return Field{ID: -1, Name: name, Type: t} }

// Nullable is t that accepts NULL.
func (t Type) Nullable() Type { t.NotNull = false; return t }

// Required is t that refuses NULL.
func (t Type) Required() Type { t.NotNull = true; return t }

// IsString tells CHAR and VARCHAR, whose values are text.
func (t Type) IsString() bool { return t.Kind == Char || t.Kind == VarChar }

// IsBinary tells BINARY and VARBINARY, whose values are bytes.
func (t Type) IsBinary() bool { return t.Kind == Binary || t.Kind == VarBinary }

// IsNested tells the types that hold other types.
func (t Type) IsNested() bool {
	switch t.Kind {
	case Array, Map, Multiset, Row, Vector:
		return true
	}
	return false
}

// IsNumeric tells the types that arithmetic takes.
func (t Type) IsNumeric() bool { return t.Kind >= TinyInt && t.Kind <= Decimal }

// Walk calls visit with t and every type inside it, parents first, until visit
// returns false.
func (t Type) Walk(visit func(Type) bool) bool {
	if !visit(t) {
		return false
	}
	for _, p := range []*Type{t.Key, t.Elem} {
		if p != nil && !p.Walk(visit) {
			return false
		}
	}
	for _, f := range t.Fields {
		if !f.Type.Walk(visit) {
			return false
		}
	}
	return true
}

// Equal compares what a value of the type may be: kind, parameters,
// nullability, and for ROW the names and types of the fields in order. Field
// ids, descriptions and defaults do not count.
func Equal(a, b Type) bool {
	if a.Kind != b.Kind || a.NotNull != b.NotNull || a.Precision != b.Precision || a.Scale != b.Scale ||
		a.Length != b.Length || a.Text != b.Text || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Fields {
		if a.Fields[i].Name != b.Fields[i].Name || !Equal(a.Fields[i].Type, b.Fields[i].Type) {
			return false
		}
	}
	return equalPart(a.Key, b.Key) && equalPart(a.Elem, b.Elem)
}

func equalPart(a, b *Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return Equal(*a, *b)
}
