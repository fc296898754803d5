package datatype

import (
	"errors"
	"fmt"
	"strings"

	"laketop/engine/problem"
)

// duckNames are the kinds with one DuckDB name. TIME holds microseconds there,
// TIMESTAMPTZ too: what a lake type has more digits is not kept by DuckDB.
var duckNames = map[Kind]string{
	Null: `"NULL"`, Boolean: "BOOLEAN", TinyInt: "TINYINT", SmallInt: "SMALLINT", Int: "INTEGER", BigInt: "BIGINT",
	Float: "FLOAT", Double: "DOUBLE", Char: "VARCHAR", VarChar: "VARCHAR", Binary: "BLOB", VarBinary: "BLOB",
	Date: "DATE", Time: "TIME", TimestampLTZ: "TIMESTAMPTZ", Interval: "INTERVAL",
}

// DuckDB is the DuckDB type that holds the values: `STRUCT("a" INTEGER)`. A
// TIMESTAMP keeps its unit (TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP, TIMESTAMP_NS), a
// MULTISET is a MAP to INTEGER. VARIANT, BLOB, VECTOR, GEOMETRY and GEOGRAPHY have
// none: the error is a *problem.Error with code type.unsupported.
func (t Type) DuckDB() (string, error) {
	if name, ok := duckNames[t.Kind]; ok {
		return name, nil
	}
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale), nil
	case Timestamp:
		return duckTimestamp(t.Precision), nil
	case Array:
		elem, err := duckPart(t.Elem)
		return elem + "[]", err
	case Map:
		return duckMap(t.Key, t.Elem)
	case Multiset:
		count := Of(Int)
		return duckMap(t.Elem, &count)
	case Row:
		return duckStruct(t.Fields)
	}
	return "", unsupported(t)
}

func duckTimestamp(precision int) string {
	switch {
	case precision == 0:
		return "TIMESTAMP_S"
	case precision <= 3:
		return "TIMESTAMP_MS"
	case precision <= 6:
		return "TIMESTAMP"
	}
	return "TIMESTAMP_NS"
}

func duckPart(t *Type) (string, error) {
	if t == nil {
		return "", errors.New("a nested type lacks its element")
	}
	return t.DuckDB()
}

func duckMap(key, value *Type) (string, error) {
	k, err := duckPart(key)
	if err != nil {
		return "", err
	}
	v, err := duckPart(value)
	if err != nil {
		return "", err
	}
	return "MAP(" + k + ", " + v + ")", nil
}

func duckStruct(fields []Field) (string, error) {
	if len(fields) == 0 {
		return "", problem.New("type.unsupported", "type", "ROW<>")
	}
	parts := make([]string, len(fields))
	for i, f := range fields {
		s, err := f.Type.DuckDB()
		if err != nil {
			return "", err
		}
		parts[i] = quoted(f.Name, '"') + " " + s
	}
	return "STRUCT(" + strings.Join(parts, ", ") + ")", nil
}

// unsupported names a type that Laketop cannot hold.
func unsupported(t Type) error { return problem.New("type.unsupported", "type", t.text()) }

// Check refuses a type that Laketop cannot store, by the name of the part that
// it cannot: VARIANT, BLOB, VECTOR, GEOMETRY, GEOGRAPHY, expressions' own types.
func (t Type) Check() error {
	var err error
	t.Walk(func(p Type) bool {
		switch p.Kind {
		case Unknown, Null, Interval, Variant, Blob, Vector, Geometry, Geography:
			err = unsupported(p)
		case Row:
			if len(p.Fields) == 0 {
				err = unsupported(p)
			}
		}
		return err == nil
	})
	return err
}

// fromDuck are DuckDB's names and aliases, with the lake type that holds their
// values. An unsigned integer takes the next wider type.
var fromDuck = map[string]Type{
	"NULL": Of(Null), "BOOLEAN": Of(Boolean), "BOOL": Of(Boolean), "LOGICAL": Of(Boolean),
	"TINYINT": Of(TinyInt), "INT1": Of(TinyInt), "SMALLINT": Of(SmallInt), "INT2": Of(SmallInt), "SHORT": Of(SmallInt),
	"INTEGER": Of(Int), "INT": Of(Int), "INT4": Of(Int), "SIGNED": Of(Int), "BIGINT": Of(BigInt), "INT8": Of(BigInt), "LONG": Of(BigInt),
	"HUGEINT": DecimalOf(38, 0), "INT128": DecimalOf(38, 0), "UHUGEINT": DecimalOf(38, 0), "UINT128": DecimalOf(38, 0),
	"UTINYINT": Of(SmallInt), "UINT8": Of(SmallInt), "USMALLINT": Of(Int), "UINT16": Of(Int), "UINTEGER": Of(BigInt), "UINT32": Of(BigInt),
	"UBIGINT": DecimalOf(20, 0), "UINT64": DecimalOf(20, 0),
	"FLOAT": Of(Float), "REAL": Of(Float), "FLOAT4": Of(Float), "DOUBLE": Of(Double), "FLOAT8": Of(Double),
	"DECIMAL": DecimalOf(18, 3), "NUMERIC": DecimalOf(18, 3), "DEC": DecimalOf(18, 3),
	"VARCHAR": StringType(), "CHAR": StringType(), "BPCHAR": StringType(), "TEXT": StringType(), "STRING": StringType(),
	"JSON": StringType(), "UUID": StringType(), "ENUM": StringType(), "GUID": StringType(), "BIT": StringType(), "BITSTRING": StringType(),
	"BLOB": BytesType(), "BYTEA": BytesType(), "BINARY": BytesType(), "VARBINARY": BytesType(),
	"DATE": Of(Date), "TIME": TimeOf(6), "TIMETZ": TimeOf(6), "TIME_NS": TimeOf(9),
	"TIMESTAMP": TimestampOf(6), "DATETIME": TimestampOf(6), "TIMESTAMP_S": TimestampOf(0), "TIMESTAMP_MS": TimestampOf(3),
	"TIMESTAMP_US": TimestampOf(6), "TIMESTAMP_NS": TimestampOf(9), "TIMESTAMPTZ": LTZOf(6), "TIMESTAMPTZ_NS": LTZOf(9),
	"INTERVAL": Of(Interval), "VARIANT": Of(Variant), "GEOMETRY": Of(Geometry),
}

// FromDuckDB is the lake type of a DuckDB type's text, as typeof and DESCRIBE
// print it: `MAP(VARCHAR, STRUCT(a INTEGER, "b c" DECIMAL(9,2)[]))`. A TIME keeps
// six digits of which a lake file holds three. Types without a place in the
// lake (UNION, BIGNUM) are an error with code type.unsupported.
func FromDuckDB(s string) (Type, error) {
	return whole(s, "duckdb", func(r *reader) (Type, error) { return r.duck() })
}

// duck reads one type and its [] suffixes.
func (r *reader) duck() (Type, error) {
	t, err := r.nested(r.duckBase)
	for depth := r.depth; err == nil && r.sign("["); {
		if depth++; depth > maxDepth {
			return Type{}, fmt.Errorf("types nest deeper than %d", maxDepth)
		}
		if r.peek().kind == wordToken { // INTEGER[3], a fixed length the lake forgets
			r.next()
		}
		t, err = ArrayOf(t), r.expect("]")
	}
	return t, err
}

func (r *reader) duckBase() (Type, error) {
	t := r.peek()
	if t.kind != wordToken && t.kind != quotedToken {
		return Type{}, r.unexpected("expected a type name")
	}
	name := strings.ToUpper(r.next().text)
	switch name {
	case "STRUCT", "ROW":
		return r.duckFields()
	case "MAP":
		return r.duckMap()
	case "LIST":
		return r.duckList()
	case "ENUM":
		return StringType(), r.skipParentheses()
	case "DOUBLE":
		r.word("PRECISION")
	case "TIMESTAMP", "TIME":
		name = r.duckZone(name)
	}
	out, ok := fromDuck[name]
	if !ok {
		return Type{}, problem.New("type.unsupported", "type", t.text)
	}
	if name == "GEOMETRY" {
		return out, r.skipParentheses()
	}
	return r.duckNumbers(out)
}

// duckZone reads the words behind TIME and TIMESTAMP.
func (r *reader) duckZone(name string) string {
	if r.word("WITH", "TIME", "ZONE") {
		return name + "TZ"
	}
	r.word("WITHOUT", "TIME", "ZONE")
	return name
}

// duckNumbers takes the numbers of DECIMAL(p,s); lengths of VARCHAR(n) mean
// nothing in DuckDB.
func (r *reader) duckNumbers(t Type) (Type, error) {
	n, err := r.numbers()
	if err != nil || t.Kind != Decimal || len(n) == 0 {
		return t, err
	}
	return withNumbers(Decimal, n)
}

func (r *reader) duckFields() (Type, error) {
	if err := r.expect("("); err != nil {
		return Type{}, err
	}
	t := RowOf()
	err := r.list(")", func() error {
		name, err := r.name()
		if err != nil {
			return err
		}
		ft, err := r.duck()
		t.Fields = append(t.Fields, NewField(name, ft))
		return err
	})
	return t, err
}

func (r *reader) duckMap() (Type, error) {
	if err := r.expect("("); err != nil {
		return Type{}, err
	}
	key, err := r.duck()
	if err != nil {
		return Type{}, err
	}
	if err := r.expect(","); err != nil {
		return Type{}, err
	}
	value, err := r.duck()
	if err != nil {
		return Type{}, err
	}
	return MapOf(key, value), r.expect(")")
}

func (r *reader) duckList() (Type, error) {
	if err := r.expect("("); err != nil {
		return Type{}, err
	}
	elem, err := r.duck()
	if err != nil {
		return Type{}, err
	}
	return ArrayOf(elem), r.expect(")")
}

// skipParentheses passes over ('a', 'b').
func (r *reader) skipParentheses() error {
	if !r.sign("(") {
		return nil
	}
	r.rest(")")
	for r.sign(",") {
		r.rest(")")
	}
	return r.expect(")")
}
