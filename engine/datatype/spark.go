package datatype

import (
	"fmt"
	"strings"
)

// sparkNames are the kinds with one Spark name. Spark has no TIME: it shows
// the milliseconds of the day as int.
var sparkNames = map[Kind]string{
	Unknown: "void", Null: "void", Boolean: "boolean", TinyInt: "tinyint", SmallInt: "smallint", Int: "int", BigInt: "bigint",
	Float: "float", Double: "double", Binary: "binary", VarBinary: "binary", Date: "date", Time: "int",
	Timestamp: "timestamp_ntz", TimestampLTZ: "timestamp", Variant: "variant", Blob: "binary", Interval: "interval",
	Geometry: "binary", Geography: "binary",
}

// Spark is the type as Spark's DESCRIBE prints it: "decimal(27,4)",
// "array<string>", "struct<a:int,b:string>".
func (t Type) Spark() string {
	if name, ok := sparkNames[t.Kind]; ok {
		return name
	}
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	case Char:
		return fmt.Sprintf("char(%d)", t.Length)
	case VarChar:
		if t.Length == MaxLength {
			return "string"
		}
		return fmt.Sprintf("varchar(%d)", t.Length)
	case Array, Vector:
		return "array<" + sparkPart(t.Elem) + ">"
	case Map:
		return "map<" + sparkPart(t.Key) + "," + sparkPart(t.Elem) + ">"
	case Multiset:
		return "map<" + sparkPart(t.Elem) + ",int>"
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.Name + ":" + f.Type.Spark()
		}
		return "struct<" + strings.Join(parts, ",") + ">"
	}
	return "void"
}

func sparkPart(t *Type) string {
	if t == nil {
		return "void"
	}
	return t.Spark()
}

// fromSpark are Spark's names and aliases. TIMESTAMP is an instant there.
var fromSpark = map[string]Type{
	"BOOLEAN": Of(Boolean), "TINYINT": Of(TinyInt), "BYTE": Of(TinyInt), "SMALLINT": Of(SmallInt), "SHORT": Of(SmallInt),
	"INT": Of(Int), "INTEGER": Of(Int), "BIGINT": Of(BigInt), "LONG": Of(BigInt), "FLOAT": Of(Float), "REAL": Of(Float),
	"DOUBLE": Of(Double), "DECIMAL": Of(Decimal), "DEC": Of(Decimal), "NUMERIC": Of(Decimal), "STRING": StringType(),
	"CHAR": Of(Char), "CHARACTER": Of(Char), "VARCHAR": Of(VarChar), "BINARY": BytesType(), "DATE": Of(Date), "TIME": TimeOf(6),
	"TIMESTAMP": LTZOf(6), "TIMESTAMP_LTZ": LTZOf(6), "TIMESTAMP_NTZ": TimestampOf(6), "VOID": Of(Null), "VARIANT": Of(Variant),
	"INTERVAL": Of(Interval),
}

// ParseSpark reads a type as Spark writes it and as its DDL takes it:
// "array<struct<a:int,b:decimal(10,2)>>", "STRUCT<a INT NOT NULL COMMENT 'x'>".
func ParseSpark(s string) (Type, error) {
	return whole(s, "spark", func(r *reader) (Type, error) { return r.spark() })
}

func (r *reader) spark() (Type, error) {
	t, err := r.nested(r.sparkBase)
	if err != nil {
		return Type{}, err
	}
	if r.word("COLLATE") { // STRING COLLATE name: the lake keeps the text only
		r.next()
	}
	t.NotNull = r.nullability()
	return t, nil
}

func (r *reader) sparkBase() (Type, error) {
	t := r.peek()
	if t.kind != wordToken {
		return Type{}, r.unexpected("expected a type name")
	}
	name := strings.ToUpper(r.next().text)
	switch name {
	case "ARRAY", "MAP", "STRUCT":
		return r.sparkNested(name)
	case "INTERVAL":
		return r.interval()
	}
	out, ok := fromSpark[name]
	if !ok {
		return Type{}, fmt.Errorf("unknown type %s", t.text)
	}
	n, err := r.numbers()
	if err != nil {
		return Type{}, err
	}
	if len(n) > 0 && (name == "STRING" || name == "BINARY") {
		return Type{}, fmt.Errorf("%s takes no numbers", name)
	}
	if len(n) == 0 {
		if out.Kind == Char || name == "VARCHAR" {
			return Type{}, fmt.Errorf("%s needs a length", name)
		}
		return out, nil
	}
	return withNumbers(out.Kind, n)
}

func (r *reader) sparkNested(name string) (Type, error) {
	if err := r.expect("<"); err != nil {
		return Type{}, err
	}
	if name == "STRUCT" {
		return r.sparkFields()
	}
	first, err := r.spark()
	if err != nil {
		return Type{}, err
	}
	if name == "ARRAY" {
		return ArrayOf(first), r.expect(">")
	}
	if err := r.expect(","); err != nil {
		return Type{}, err
	}
	value, err := r.spark()
	if err != nil {
		return Type{}, err
	}
	return MapOf(first, value), r.expect(">")
}

// sparkFields reads "name[:] type [NOT NULL] [COMMENT 'text']" up to >.
func (r *reader) sparkFields() (Type, error) {
	t := RowOf()
	err := r.list(">", func() error {
		name, err := r.name()
		if err != nil {
			return err
		}
		r.sign(":")
		ft, err := r.spark()
		if err != nil {
			return err
		}
		f := NewField(name, ft)
		if r.word("COMMENT") {
			if r.peek().kind != literalToken && r.peek().kind != quotedToken {
				return r.unexpected("expected the comment's text")
			}
			f.Description = r.next().text
		}
		t.Fields = append(t.Fields, f)
		return nil
	})
	return t, err
}
