package filestore

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/problem"
)

// castColumn is the DuckDB expression that gives a column of an older schema,
// already of its own DuckDB type, the type it has now, by Paimon's rules:
//
//	integers       wrap around; floating point to integer cuts and clamps
//	decimal        rounds half up; NULL where it does not fit
//	text, bytes    are cut to the length; CHAR and BINARY are filled up
//	timestamps     lose digits, they do not round
//	ROW            members are matched by id; those that came later are NULL
//
// Text that is no number, date or time is an error of the statement, as in Java.
func castColumn(item string, from, to datatype.Type) (string, error) {
	return castPart(item, from, to, 0)
}

type cast struct {
	item     string
	from, to datatype.Type
	target   string // to in DuckDB's words
	depth    int
}

func (c cast) text() (string, bool, error) {
	if c.from.IsNested() || c.to.IsNested() {
		return c.nested()
	}
	switch {
	case isInteger(c.to):
		return c.integer()
	case c.to.Kind == datatype.Decimal:
		return c.decimal()
	case c.to.Kind == datatype.Float || c.to.Kind == datatype.Double:
		return c.plain(c.from.IsNumeric() || c.from.IsString() || c.from.Kind == datatype.Boolean)
	case c.to.Kind == datatype.Boolean:
		return c.plain(isInteger(c.from) || c.from.IsString())
	case c.to.IsString():
		return c.string()
	case c.to.IsBinary():
		return c.binary()
	}
	return c.time()
}

func isInteger(t datatype.Type) bool { return t.Kind >= datatype.TinyInt && t.Kind <= datatype.BigInt }

func isInstant(t datatype.Type) bool {
	return t.Kind == datatype.Timestamp || t.Kind == datatype.TimestampLTZ
}

func (c cast) plain(ok bool) (string, bool, error) {
	return "CAST(" + c.item + " AS " + c.target + ")", ok, nil
}

var integerBits = map[datatype.Kind]uint{datatype.TinyInt: 8, datatype.SmallInt: 16, datatype.Int: 32, datatype.BigInt: 64}

func (c cast) integer() (string, bool, error) {
	bits := integerBits[c.to.Kind]
	switch {
	case isInteger(c.from) && integerBits[c.from.Kind] <= bits, c.from.IsString(), c.from.Kind == datatype.Boolean:
		return c.plain(true)
	case isInteger(c.from):
		return c.wrapped(c.item, bits), true, nil
	case c.from.Kind == datatype.Decimal:
		return c.wrapped("trunc("+c.item+")", bits), true, nil
	case c.from.Kind == datatype.Float, c.from.Kind == datatype.Double:
		return c.clamped(bits), true, nil
	case isInstant(c.from):
		return c.wrapped("(epoch_ms("+c.item+") // 1000)", bits), true, nil
	}
	return "", false, nil
}

// wrapped keeps the lowest bits of a whole number, as Java does.
func (c cast) wrapped(whole string, bits uint) string {
	const wide = "CAST(%[1]s AS HUGEINT)"
	w, half := "18446744073709551616", "9223372036854775808"
	if bits < 64 {
		w, half = strconv.FormatUint(1<<bits, 10), strconv.FormatUint(1<<(bits-1), 10)
	}
	return fmt.Sprintf("CAST(((("+wide+" + %[3]s::HUGEINT) %% %[2]s::HUGEINT + %[2]s::HUGEINT) %% %[2]s::HUGEINT) - %[3]s::HUGEINT AS %[4]s)", whole, w, half, c.target)
}

// clamped cuts the fraction off; what is too large becomes the largest, NaN 0.
// Bytes and shorts go by way of an int.
func (c cast) clamped(bits uint) string {
	through, low, high := "INTEGER", "-2147483648", "2147483647"
	if bits == 64 {
		through, low, high = "BIGINT", "-9223372036854775808", "9223372036854775807"
	}
	text := fmt.Sprintf("CASE WHEN isnan(%[1]s) THEN 0 WHEN %[1]s >= %[4]s::DOUBLE THEN %[4]s::%[2]s WHEN %[1]s <= %[3]s::DOUBLE THEN (%[3]s)::%[2]s ELSE CAST(trunc(%[1]s) AS %[2]s) END",
		c.item, through, low, high)
	if bits < 32 {
		return c.wrapped("("+text+")", bits)
	}
	return "(" + text + ")"
}

func (c cast) decimal() (string, bool, error) {
	switch {
	case c.from.IsString():
		return c.plain(true)
	case c.from.IsNumeric(), c.from.Kind == datatype.Boolean:
		return "TRY_CAST(" + c.item + " AS " + c.target + ")", true, nil
	}
	return "", false, nil
}

func (c cast) string() (string, bool, error) {
	text := "CAST(" + c.item + " AS VARCHAR)"
	switch {
	case c.from.IsString():
		text = c.item
		if c.to.Kind == datatype.VarChar && c.to.Length >= c.from.Length {
			return text, true, nil
		}
	case c.from.IsBinary():
		text = "decode(" + c.item + ")"
	case c.from.Kind == datatype.Float:
		text = "lt_float_text(" + c.item + ")"
	case c.from.Kind == datatype.Double:
		text = "lt_double_text(" + c.item + ")"
	case isInstant(c.from):
		text = instantText(c.item, c.from)
	}
	if c.to.Length != datatype.MaxLength && c.to.Length > 0 {
		text = fmt.Sprintf("left(%s, %d)", text, c.to.Length)
		if c.to.Kind == datatype.Char {
			text = fmt.Sprintf("rpad(%s, %d, ' ')", text, c.to.Length)
		}
	}
	return text, true, nil
}

// instantText has as many digits behind the second as the type says.
func instantText(item string, t datatype.Type) string {
	text := "strftime(" + item + ", '%Y-%m-%d %H:%M:%S"
	if t.Precision == 0 {
		return text + "')"
	}
	return fmt.Sprintf("left(%s.%%n'), %d)", text, len("2024-02-29 12:34:56.")+t.Precision)
}

func (c cast) binary() (string, bool, error) {
	text := c.item
	switch {
	case c.from.IsString():
		text = "encode(" + c.item + ")"
	case !c.from.IsBinary():
		return "", false, nil
	}
	n := c.to.Length
	if n == datatype.MaxLength || n <= 0 {
		return text, true, nil
	}
	hex := fmt.Sprintf("left(hex(%s), %d)", text, 2*n)
	if c.to.Kind == datatype.Binary {
		hex = fmt.Sprintf("rpad(%s, %d, '0')", hex, 2*n)
	}
	return "unhex(" + hex + ")", true, nil
}

func (c cast) time() (string, bool, error) {
	switch {
	case c.from.IsString():
		return c.plain(true)
	case c.to.Kind == datatype.Date:
		return c.plain(isInstant(c.from))
	case c.to.Kind == datatype.Time:
		return c.plain(isInstant(c.from) || c.from.Kind == datatype.Time)
	case isInstant(c.to) && c.from.Kind == datatype.Date:
		return c.plain(true)
	case isInstant(c.to) && isInteger(c.from):
		if c.to.Kind == datatype.TimestampLTZ {
			return "to_timestamp(" + c.item + ")", true, nil
		}
		return "CAST(make_timestamp(" + c.item + "::BIGINT * 1000000) AS " + c.target + ")", true, nil
	case isInstant(c.to) && isInstant(c.from):
		item := c.item
		if c.to.Precision < c.from.Precision {
			item = cutInstant(item, c.to.Precision)
		}
		return "CAST(" + item + " AS " + c.target + ")", true, nil
	}
	return "", false, nil
}

// cutInstant drops the digits behind the precision.
func cutInstant(item string, precision int) string {
	switch precision {
	case 0:
		return "date_trunc('second', " + item + ")"
	case 3:
		return "date_trunc('millisecond', " + item + ")"
	}
	if precision >= 6 {
		return item
	}
	step := 1
	for range 6 - precision {
		step *= 10
	}
	return fmt.Sprintf("(%[1]s - to_microseconds(((epoch_us(%[1]s) %% %[2]d) + %[2]d) %% %[2]d))", item, step)
}

// nested matches the members of rows by their ids, at any depth.
func (c cast) nested() (string, bool, error) {
	if c.from.Kind != c.to.Kind {
		return "", false, nil
	}
	inner := fmt.Sprintf("lt_e%d", c.depth)
	switch c.to.Kind {
	case datatype.Array, datatype.Vector:
		body, err := castPart(inner, *c.from.Elem, *c.to.Elem, c.depth+1)
		return fmt.Sprintf("list_transform(%s, lambda %s: %s)", c.item, inner, body), true, err
	case datatype.Map, datatype.Multiset:
		if c.to.Kind == datatype.Multiset {
			return "", false, nil
		}
		key, err := castPart(inner+".key", *c.from.Key, *c.to.Key, c.depth+1)
		if err != nil {
			return "", false, err
		}
		value, err := castPart(inner+".value", *c.from.Elem, *c.to.Elem, c.depth+1)
		return fmt.Sprintf("map_from_entries(list_transform(map_entries(%s), lambda %s: {'key': %s, 'value': %s}))", c.item, inner, key, value), true, err
	case datatype.Row:
		return c.row()
	}
	return "", false, nil
}

func (c cast) row() (string, bool, error) {
	members := make([]string, len(c.to.Fields))
	for i, f := range c.to.Fields {
		t, err := f.Type.DuckDB()
		if err != nil {
			return "", false, err
		}
		member := "CAST(NULL AS " + t + ")"
		for _, in := range c.from.Fields {
			if in.ID == f.ID {
				if member, err = castPart(fmt.Sprintf("struct_extract(%s, %s)", c.item, duck.Literal(in.Name)), in.Type, f.Type, c.depth+1); err != nil {
					return "", false, err
				}
			}
		}
		members[i] = duck.Ident(f.Name) + " := " + member
	}
	return fmt.Sprintf("CASE WHEN %s IS NULL THEN NULL ELSE struct_pack(%s) END", c.item, strings.Join(members, ", ")), true, nil
}

func castPart(item string, from, to datatype.Type, depth int) (string, error) {
	from, to = from.Nullable(), to.Nullable()
	if sameShape(from, to) {
		return item, nil
	}
	target, err := to.DuckDB()
	if err != nil {
		return "", err
	}
	text, ok, err := cast{item: item, from: from, to: to, target: target, depth: depth}.text()
	if err == nil && !ok {
		err = problem.New("table.cast", "from", from.String(), "to", to.String())
	}
	return text, err
}

// sameShape is equality with the names and ids of members.
func sameShape(a, b datatype.Type) bool {
	if !datatype.Equal(a, b) || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Fields {
		if a.Fields[i].ID != b.Fields[i].ID || a.Fields[i].Name != b.Fields[i].Name || !sameShape(a.Fields[i].Type, b.Fields[i].Type) {
			return false
		}
	}
	for _, p := range [][2]*datatype.Type{{a.Key, b.Key}, {a.Elem, b.Elem}} {
		if p[0] != nil && p[1] != nil && !sameShape(*p[0], *p[1]) {
			return false
		}
	}
	return true
}
