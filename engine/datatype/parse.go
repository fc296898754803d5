package datatype

import (
	"errors"
	"fmt"
	"strings"
)

// simple are the names that Paimon and Flink read for types that need no
// further word; parameters follow in parentheses.
var simple = map[string]Kind{
	"BOOLEAN": Boolean, "TINYINT": TinyInt, "SMALLINT": SmallInt, "INT": Int, "INTEGER": Int,
	"BIGINT": BigInt, "FLOAT": Float, "DOUBLE": Double, "DECIMAL": Decimal, "DEC": Decimal, "NUMERIC": Decimal,
	"CHAR": Char, "CHARACTER": Char, "VARCHAR": VarChar, "STRING": VarChar, "BINARY": Binary, "VARBINARY": VarBinary,
	"BYTES": VarBinary, "DATE": Date, "TIME": Time, "TIMESTAMP": Timestamp, "TIMESTAMP_LTZ": TimestampLTZ,
	"VARIANT": Variant, "BLOB": Blob, "NULL": Null, "INTERVAL": Interval, "UNKNOWN": Unknown,
}

// Parse reads a type as Paimon and Flink write it, in any case and with their
// synonyms: "INTEGER", "DEC(5)", "TIMESTAMP_LTZ(3)", "INT ARRAY NOT NULL",
// "ROW<`a` INT, b STRING COMMENT 'x'>".
func Parse(s string) (Type, error) {
	return whole(s, "paimon", func(r *reader) (Type, error) { return r.paimon() })
}

// paimon reads one type with its suffixes.
func (r *reader) paimon() (Type, error) {
	t, err := r.nested(r.paimonBase)
	if err != nil {
		return Type{}, err
	}
	t.NotNull = r.nullability()
	for depth := r.depth; ; {
		if depth++; depth > maxDepth {
			return Type{}, fmt.Errorf("types nest deeper than %d", maxDepth)
		}
		switch {
		case r.word("ARRAY"):
			t = ArrayOf(t)
		case r.word("MULTISET"):
			t = MultisetOf(t)
		default:
			return t, nil
		}
		t.NotNull = r.nullability()
	}
}

// nullability reads NOT NULL (true) or NULL.
func (r *reader) nullability() bool {
	if r.word("NOT", "NULL") {
		return true
	}
	r.word("NULL")
	return false
}

func (r *reader) paimonBase() (Type, error) {
	t := r.peek()
	if t.kind != wordToken {
		return Type{}, r.unexpected("expected a type name")
	}
	name := strings.ToUpper(r.next().text)
	switch name {
	case "ARRAY", "MULTISET", "MAP", "ROW", "VECTOR":
		return r.constructed(name)
	case "GEOMETRY", "GEOGRAPHY":
		return r.geo(name)
	case "INTERVAL":
		return r.interval()
	}
	kind, ok := simple[name]
	if !ok {
		return Type{}, fmt.Errorf("unknown type %s", t.text)
	}
	switch {
	case kind == Double:
		r.word("PRECISION")
	case kind == Char && r.word("VARYING"):
		kind = VarChar
	case kind == Binary && r.word("VARYING"):
		kind = VarBinary
	}
	numbers, err := r.numbers()
	if err != nil {
		return Type{}, err
	}
	if kind == Timestamp && (r.word("WITH", "LOCAL", "TIME", "ZONE")) {
		kind = TimestampLTZ
	} else if kind == Timestamp || kind == Time {
		r.word("WITHOUT", "TIME", "ZONE")
	}
	out, err := withNumbers(kind, numbers)
	if (kind == VarChar || kind == VarBinary) && name != "STRING" && name != "BYTES" && len(numbers) == 0 {
		out.Length = 1 // SQL's default where the longest is not asked for
	}
	return out, err
}

// interval skips the qualifier of an interval type: expressions only need to
// know that it is one.
func (r *reader) interval() (Type, error) {
	for r.peek().kind == wordToken {
		r.next()
		if _, err := r.numbers(); err != nil {
			return Type{}, err
		}
	}
	return Of(Interval), nil
}

// constructed reads ARRAY<..>, MAP<..>, ROW<..>; the sign may be ( as well.
func (r *reader) constructed(name string) (Type, error) {
	closing := ">"
	if !r.sign("<") {
		if err := r.expect("("); err != nil {
			return Type{}, err
		}
		closing = ")"
	}
	if name == "ROW" {
		return r.rowFields(closing)
	}
	first, err := r.paimon()
	if err != nil {
		return Type{}, err
	}
	t := Type{Elem: &first}
	switch name {
	case "ARRAY":
		t.Kind = Array
	case "MULTISET":
		t.Kind = Multiset
	case "MAP":
		if err := r.expect(","); err != nil {
			return Type{}, err
		}
		value, err := r.paimon()
		if err != nil {
			return Type{}, err
		}
		t = MapOf(first, value)
	case "VECTOR":
		if err := r.expect(","); err != nil {
			return Type{}, err
		}
		n, err := atLeast(r.next().text, 1)
		if err != nil {
			return Type{}, err
		}
		t.Kind, t.Length = Vector, n
	}
	return t, r.expect(closing)
}

// rowFields reads "name type [COMMENT 'text' | 'text']" up to the closing sign.
func (r *reader) rowFields(closing string) (Type, error) {
	t := RowOf()
	err := r.list(closing, func() error {
		name, err := r.name()
		if err != nil {
			return err
		}
		ft, err := r.paimon()
		if err != nil {
			return err
		}
		f := NewField(name, ft)
		if r.word("COMMENT"); r.peek().kind == literalToken {
			f.Description = r.next().text
		}
		if r.word("DEFAULT") {
			f.Default = r.rest(closing)
		}
		t.Fields = append(t.Fields, f)
		return nil
	})
	return t, err
}

// rest takes the text up to the next comma or closing sign of this level.
func (r *reader) rest(closing string) *string {
	from, open := r.peek().start, 0
	for {
		t := r.peek()
		if t.kind == endToken || open == 0 && t.kind == signToken && (t.text == "," || t.text == closing) {
			s := strings.TrimSpace(r.source[from:t.start])
			return &s
		}
		if t.kind == signToken && t.text == "(" {
			open++
		} else if t.kind == signToken && t.text == ")" {
			open--
		}
		r.next()
	}
}

// geo keeps the parameters of GEOMETRY(crs) and GEOGRAPHY(crs, algorithm).
func (r *reader) geo(name string) (Type, error) {
	t := Of(Geometry)
	if name == "GEOGRAPHY" {
		t = Of(Geography)
	}
	if !r.sign("(") {
		return t, nil
	}
	t.Text = *r.rest(")")
	for r.sign(",") {
		t.Text += ", " + *r.rest(")")
	}
	return t, r.expect(")")
}

func atLeast(s string, least int) (int, error) {
	n := 0
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n < least {
		return 0, fmt.Errorf("%q is not a length", s)
	}
	return n, nil
}

// withNumbers makes the type of a kind with the numbers in its parentheses.
func withNumbers(kind Kind, n []int) (Type, error) {
	t := Of(kind)
	most := 0
	switch kind {
	case Decimal:
		most = 2
	case Char, VarChar, Binary, VarBinary, Time, Timestamp, TimestampLTZ:
		most = 1
	}
	if len(n) > most {
		return Type{}, fmt.Errorf("%s takes at most %d numbers", t.text(), most)
	}
	if len(n) == 0 {
		return t, nil
	}
	switch kind {
	case Decimal:
		t.Precision = n[0]
		if len(n) == 2 {
			t.Scale = n[1]
		}
	case Time, Timestamp, TimestampLTZ:
		t.Precision = n[0]
	default:
		t.Length = n[0]
	}
	return t, t.check()
}

// check holds the parameters of one type, not of those inside it, to Paimon's
// limits.
func (t Type) check() error {
	switch t.Kind {
	case Decimal:
		if t.Precision < 1 || t.Precision > MaxDecimalPrecision || t.Scale < 0 || t.Scale > t.Precision {
			return fmt.Errorf("DECIMAL(%d, %d): precision must be 1 to 38 and scale 0 to the precision", t.Precision, t.Scale)
		}
	case Time, Timestamp, TimestampLTZ:
		if t.Precision < 0 || t.Precision > MaxFractionDigits {
			return fmt.Errorf("%s: fraction digits must be 0 to 9", t.text())
		}
	case Char, VarChar, Binary, VarBinary:
		if t.Length < 1 || t.Length > MaxLength {
			return fmt.Errorf("%s: length must be 1 to %d", t.text(), MaxLength)
		}
	case Vector:
		if t.Length < 1 || t.Length > MaxLength {
			return errors.New("VECTOR needs a length of at least 1")
		}
	}
	return nil
}
