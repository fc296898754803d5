package dialect

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// explicitCast is CAST, TRY_CAST and ::.
func (b *binder) explicitCast(v value, n *ast.Cast) (value, error) {
	to := n.Type.Nullable()
	if to.Kind == datatype.Char || to.Kind == datatype.VarChar && to.Length < datatype.MaxLength && b.d == Spark {
		to = textType // Spark reads CHAR(n) and VARCHAR(n) in a cast as STRING
	}
	if to.Kind == datatype.Interval {
		return value{}, b.unsupported(n, problem.Say("sql.cast_to_interval"), problem.Say("sql.use_interval"))
	}
	if n.Try && v.typ.IsString() && coerce.IsIntegral(to) {
		v.sql = "CASE WHEN regexp_full_match(trim(" + v.sql + "), '[+-]?[0-9]+') THEN " + v.sql + " END"
	}
	if day, ok := b.specialDay(v, to); ok {
		v = day
	}
	out, err := b.cast(v, to, n.Span)
	if err != nil {
		return value{}, err
	}
	out.sql = b.mark(n.Span, out.sql)
	out.literal = nil
	return out, nil
}

// specialDay is the constant 'today' and its like, cast to a date or a timestamp.
func (b *binder) specialDay(v value, to datatype.Type) (value, bool) {
	if b.d != Spark || v.literal == nil || !v.typ.IsString() || !isMoment(to) {
		return value{}, false
	}
	now := b.opt.Now.In(b.zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, b.zone)
	t, ok := map[string]time.Time{
		"epoch": time.Unix(0, 0).UTC(), "now": now, "today": today, "yesterday": today.AddDate(0, 0, -1), "tomorrow": today.AddDate(0, 0, 1),
	}[strings.ToLower(strings.TrimSpace(*v.literal))]
	if !ok {
		return value{}, false
	}
	if to.Kind == datatype.Date {
		return value{sql: "DATE '" + t.Format(time.DateOnly) + "'", typ: dateType}, true
	}
	return value{sql: "TIMESTAMPTZ '" + t.UTC().Format("2006-01-02 15:04:05.999999") + "+00'", typ: datatype.LTZOf(6)}, true
}

// cast prints v as a value of another type by Spark's rules: what cannot be
// converted is NULL. A cast that DuckDB does alike is DuckDB's own.
func (b *binder) cast(v value, to datatype.Type, at ast.Span) (value, error) {
	to = to.Nullable()
	if coerce.Same(v.typ, to) || to.Kind == datatype.Unknown || to.Kind == datatype.Null {
		if v.typ.Kind != to.Kind && to.Kind != datatype.Unknown && to.Kind != datatype.Null {
			v.typ = to
		}
		return v, nil
	}
	sql, ok := b.constantCast(v, to)
	if !ok {
		sql, ok = b.convert(v.sql, v.typ, to)
	}
	if !ok {
		return value{}, b.types(at, problem.Say("sql.cannot_convert", "from", b.show(v.typ), "to", b.show(to)))
	}
	v.sql, v.typ, v.column = sql, to, nil
	return v, nil
}

// constantCast converts constant text here, so that DuckDB sees a constant that
// it can push into the scan of a file. Texts that are not plain are left to
// the Go functions.
func (b *binder) constantCast(v value, to datatype.Type) (string, bool) {
	if v.literal == nil || !v.typ.IsString() && !(coerce.IsIntegral(v.typ) && coerce.IsIntegral(to)) {
		return "", false
	}
	text := *v.literal
	switch to.Kind {
	case datatype.Date:
		if t, ok := plainDate(text); ok {
			return "DATE '" + t.Format(time.DateOnly) + "'", true
		}
	case datatype.TimestampLTZ:
		if t, zoned, ok := parseTimestamp(text, b.zone); ok && !zoned && plainClock(text) {
			return "TIMESTAMPTZ '" + t.UTC().Format("2006-01-02 15:04:05.999999") + "+00'", true
		}
	case datatype.Timestamp:
		if t, zoned, ok := parseTimestamp(text, time.UTC); ok && !zoned && plainClock(text) && coerce.Same(to, datatype.TimestampOf(6)) {
			return "TIMESTAMP '" + t.Format("2006-01-02 15:04:05.999999") + "'", true
		}
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt:
		bits := map[datatype.Kind]int{datatype.TinyInt: 8, datatype.SmallInt: 16, datatype.Int: 32, datatype.BigInt: 64}[to.Kind]
		if n, err := strconv.ParseInt(text, 10, bits); err == nil {
			return native(strconv.FormatInt(n, 10), to, false)
		}
	}
	return "", false
}

// plainDate is yyyy-MM-dd and nothing else.
func plainDate(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// plainClock is yyyy-MM-dd or yyyy-MM-dd HH:mm:ss with a fraction.
func plainClock(s string) bool {
	_, err := time.Parse(time.DateTime, s)
	_, isDay := plainDate(s)
	return err == nil || isDay
}

// native is a cast that DuckDB does itself.
func native(sql string, to datatype.Type, try bool) (string, bool) {
	name, err := to.DuckDB()
	if err != nil {
		return "", false
	}
	word := "CAST("
	if try {
		word = "TRY_CAST("
	}
	return word + sql + " AS " + name + ")", true
}

// convert prints the cast of sql; false: there is none.
func (b *binder) convert(sql string, from, to datatype.Type) (string, bool) {
	switch {
	case coerce.Same(from, to):
		return sql, true
	case from.Kind == datatype.Null || from.Kind == datatype.Unknown:
		return native(sql, to, false)
	case from.IsNested() || to.IsNested():
		return b.convertNested(sql, from, to)
	case to.IsString():
		return b.toText(sql, from)
	case from.IsString():
		return b.fromText(sql, to)
	case to.IsNumeric():
		return b.toNumber(sql, from, to)
	case to.Kind == datatype.Boolean:
		if from.IsNumeric() {
			return "(" + sql + " <> 0)", true
		}
		return "", false
	case to.IsBinary() && coerce.IsIntegral(from): // the bytes, high ones first
		digits := map[datatype.Kind]string{datatype.TinyInt: "2", datatype.SmallInt: "4", datatype.Int: "8", datatype.BigInt: "16"}[from.Kind]
		return "unhex(right(lpad(hex(CAST(" + sql + " AS BIGINT)), 16, '0'), " + digits + "))", true
	case to.IsBinary():
		return "", false
	case isMoment(to):
		return b.toMoment(sql, from, to)
	case to.Kind == datatype.Time && (from.Kind == datatype.Timestamp || from.Kind == datatype.Time):
		return native(sql, to, false)
	}
	return "", false
}

func (b *binder) toText(sql string, from datatype.Type) (string, bool) {
	switch from.Kind {
	case datatype.Double:
		return "lt_double_text(" + sql + ")", true
	case datatype.Float:
		return "lt_float_text(" + sql + ")", true
	case datatype.TimestampLTZ:
		return "CAST(CAST(" + sql + " AS TIMESTAMP) AS VARCHAR)", true
	case datatype.Binary, datatype.VarBinary:
		return "lt_utf8(" + sql + ")", true
	case datatype.Decimal:
		// Java writes small ones with an exponent; DuckDB leaves out the zero of
		// 0.5 where no digit stands before the point.
		if from.Scale > 6 || from.Scale == from.Precision {
			return "lt_decimal_text(CAST(" + sql + " AS VARCHAR))", true
		}
	}
	return "CAST(" + sql + " AS VARCHAR)", true
}

func (b *binder) fromText(sql string, to datatype.Type) (string, bool) {
	switch to.Kind {
	case datatype.BigInt:
		return "lt_cast_bigint(" + sql + ")", true
	case datatype.TinyInt, datatype.SmallInt, datatype.Int:
		return native("lt_cast_bigint("+sql+")", to, true)
	case datatype.Double:
		return "lt_cast_double(" + sql + ")", true
	case datatype.Float:
		return "lt_cast_float(" + sql + ")", true
	case datatype.Decimal:
		return castText("lt_cast_decimal("+sql+")", to), true
	case datatype.Boolean:
		return "lt_cast_boolean(" + sql + ")", true
	case datatype.Date:
		return "lt_cast_date(" + sql + ")", true
	case datatype.TimestampLTZ:
		return "lt_cast_timestamp(" + sql + ", " + str(b.opt.TimeZone) + ")", true
	case datatype.Timestamp:
		sql = "lt_cast_timestamp_ntz(" + sql + ")"
		if coerce.Same(to, datatype.TimestampOf(6)) {
			return sql, true
		}
		return native(sql, to, true)
	case datatype.Binary, datatype.VarBinary:
		return "encode(" + sql + ")", true
	case datatype.Time:
		return native(sql, to, true)
	}
	return "", false
}

func (b *binder) toNumber(sql string, from, to datatype.Type) (string, bool) {
	switch {
	case from.Kind == datatype.Boolean:
		if to.Kind == datatype.Decimal || coerce.IsFractional(to) {
			return native("CAST("+sql+" AS INTEGER)", to, false)
		}
		return native(sql, to, false)
	case from.Kind == datatype.TimestampLTZ:
		if coerce.IsIntegral(to) {
			return b.toNumber("CAST(floor(epoch_us("+sql+") / 1000000) AS BIGINT)", bigType, to)
		}
		return b.toNumber("epoch("+sql+")", doubleType, to)
	case from.Kind == datatype.Date && b.d == Spark:
		return native("NULL", to, false)
	case !from.IsNumeric():
		return "", false
	case to.Kind == datatype.Decimal:
		return decimalOf(sql, from, to), true
	case from.Kind == datatype.Double && to.Kind == datatype.Float: // infinite when it is too large
		return "coalesce(TRY_CAST(" + sql + " AS FLOAT), CAST(sign(" + sql + ") * 'infinity'::DOUBLE AS FLOAT))", true
	case coerce.IsFractional(to):
		return native(sql, to, false)
	case coerce.IsIntegral(from):
		return wrapped(sql, from, to)
	case from.Kind == datatype.Decimal && from.Precision-from.Scale < safeDigits[to.Kind]:
		return native("trunc("+sql+")", to, false)
	case from.Kind == datatype.Decimal:
		bits := map[datatype.Kind]string{datatype.TinyInt: "8", datatype.SmallInt: "16", datatype.Int: "32", datatype.BigInt: "64"}[to.Kind]
		return native("lt_wrap(CAST("+sql+" AS VARCHAR), "+bits+")", to, false)
	}
	return saturated(sql, to)
}

// decimalOf: a double becomes the decimal that its text shows, as in Java.
func decimalOf(sql string, from, to datatype.Type) string {
	if coerce.IsFractional(from) {
		return castText("CAST("+sql+" AS VARCHAR)", to)
	}
	digits := coerce.Decimal(from)
	whole := digits.Precision - digits.Scale
	if to.Scale < digits.Scale {
		whole++ // of a number that is rounded up
	}
	if to.Precision-to.Scale >= whole {
		return fmt.Sprintf("CAST(%s AS DECIMAL(%d,%d))", sql, to.Precision, to.Scale)
	}
	return castText(sql, to)
}

// safeDigits are the whole digits that surely do not fit an integer type.
var safeDigits = map[datatype.Kind]int{datatype.TinyInt: 3, datatype.SmallInt: 5, datatype.Int: 10, datatype.BigInt: 19}

// wrapped cuts an integer to fewer bits, keeping the low ones as Java does.
func wrapped(sql string, from, to datatype.Type) (string, bool) {
	if to.Kind >= from.Kind {
		return native(sql, to, false)
	}
	half := map[datatype.Kind]string{datatype.TinyInt: "128", datatype.SmallInt: "32768", datatype.Int: "2147483648"}[to.Kind]
	full := map[datatype.Kind]string{datatype.TinyInt: "255", datatype.SmallInt: "65535", datatype.Int: "4294967295"}[to.Kind]
	big := "CAST(" + sql + " AS BIGINT)"
	return native("(xor("+big+" & "+full+", "+half+") - "+half+")", to, false)
}

// saturated cuts a double to an integer; what is too large is the largest, and
// a smaller type takes the low bits of that.
func saturated(sql string, to datatype.Type) (string, bool) {
	if to.Kind == datatype.BigInt {
		return "lt_double_bigint(CAST(" + sql + " AS DOUBLE))", true
	}
	return wrapped("lt_double_int(CAST("+sql+" AS DOUBLE))", intType, to)
}

func (b *binder) toMoment(sql string, from, to datatype.Type) (string, bool) {
	switch {
	case from.Kind == datatype.Date && to.Kind == datatype.TimestampLTZ:
		return "CAST(CAST(" + sql + " AS TIMESTAMP) AS TIMESTAMPTZ)", true
	case from.Kind == datatype.TimestampLTZ && to.Kind == datatype.Date:
		return "CAST(CAST(" + sql + " AS TIMESTAMP) AS DATE)", true
	case isMoment(from):
		if from.Kind == datatype.TimestampLTZ && to.Kind == datatype.Timestamp && !coerce.Same(to, datatype.TimestampOf(6)) {
			sql = "CAST(" + sql + " AS TIMESTAMP)"
		}
		return native(sql, to, false)
	case to.Kind == datatype.TimestampLTZ && coerce.IsIntegral(from):
		return "make_timestamptz(CAST(" + sql + " AS BIGINT) * 1000000)", true
	case to.Kind == datatype.TimestampLTZ && from.IsNumeric():
		return "make_timestamptz(CAST(trunc(CAST(" + sql + " AS DOUBLE) * 1000000) AS BIGINT))", true
	case to.Kind == datatype.TimestampLTZ && from.Kind == datatype.Boolean:
		return "make_timestamptz(CAST(" + sql + " AS BIGINT))", true
	}
	return "", false
}

// convertNested casts arrays, maps and structs part by part, and to text as
// Spark shows them: [1, 2], {a, 1}, {k -> v}.
func (b *binder) convertNested(sql string, from, to datatype.Type) (string, bool) {
	switch {
	case to.IsString():
		return b.nestedText(sql, from)
	case from.Kind == datatype.Array && to.Kind == datatype.Array:
		e := b.variable()
		elem, ok := b.convert(e, *from.Elem, *to.Elem)
		return "list_transform(" + sql + ", lambda " + e + ": " + elem + ")", ok
	case from.Kind == datatype.Map && to.Kind == datatype.Map:
		e := b.variable()
		k, ok := b.convert(e, *from.Key, *to.Key)
		v, ok2 := b.convert(e, *from.Elem, *to.Elem)
		return "CASE WHEN " + sql + " IS NOT NULL THEN map(list_transform(map_keys(" + sql + "), lambda " + e + ": " + k +
			"), list_transform(map_values(" + sql + "), lambda " + e + ": " + v + ")) END", ok && ok2
	case from.Kind == datatype.Row && to.Kind == datatype.Row && len(from.Fields) == len(to.Fields):
		parts := make([]string, len(from.Fields))
		for i, f := range from.Fields {
			c, ok := b.convert("struct_extract("+sql+", "+str(f.Name)+")", f.Type, to.Fields[i].Type)
			if !ok {
				return "", false
			}
			parts[i] = ident(to.Fields[i].Name) + " := " + c
		}
		return "CASE WHEN " + sql + " IS NOT NULL THEN struct_pack(" + strings.Join(parts, ", ") + ") END", true
	}
	return "", false
}

func (b *binder) nestedText(sql string, from datatype.Type) (string, bool) {
	text := func(sql string, t datatype.Type) (string, bool) {
		s, ok := b.convert(sql, t, textType)
		return "coalesce(" + s + ", 'null')", ok
	}
	e := b.variable()
	switch from.Kind {
	case datatype.Array:
		x, ok := text(e, *from.Elem)
		return "('[' || array_to_string(list_transform(" + sql + ", lambda " + e + ": " + x + "), ', ') || ']')", ok
	case datatype.Map:
		k, ok := text(e+".key", *from.Key)
		v, ok2 := text(e+".value", *from.Elem)
		return "('{' || array_to_string(list_transform(map_entries(" + sql + "), lambda " + e + ": " + k + " || ' -> ' || " + v + "), ', ') || '}')", ok && ok2
	case datatype.Row:
		parts := make([]string, len(from.Fields))
		for i, f := range from.Fields {
			p, ok := text("struct_extract("+sql+", "+str(f.Name)+")", f.Type)
			if !ok {
				return "", false
			}
			parts[i] = p
		}
		return "CASE WHEN " + sql + " IS NOT NULL THEN '{' || " + strings.Join(parts, " || ', ' || ") + " || '}' END", true
	}
	return "", false
}

// variable is a fresh name for the parameter of a lambda.
func (b *binder) variable() string {
	b.variables++
	return "e" + strconv.Itoa(b.variables)
}
