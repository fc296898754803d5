package dialect

import (
	"encoding/hex"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// literal prints a constant with the dialect's type.
func (b *binder) literal(n *ast.Literal) (value, error) {
	text := n.Value
	v := value{literal: &text}
	switch n.Kind {
	case ast.NullLiteral:
		return value{sql: "NULL", typ: datatype.Of(datatype.Null)}, nil
	case ast.BoolLiteral:
		v.sql, v.typ = text, boolType
	case ast.NumberLiteral:
		return b.number(n)
	case ast.StringLiteral:
		v.sql, v.typ = str(text), textType
	case ast.BytesLiteral:
		v.sql, v.typ = blob(text), datatype.BytesType()
		v.literal = nil
	case ast.DateLiteral:
		d, ok := parseDate(text)
		if !ok {
			return value{}, b.types(n, problem.Say("sql.bad_date"))
		}
		v.sql, v.typ = "DATE '"+d.Format("2006-01-02")+"'", dateType
	case ast.TimeLiteral:
		v.sql, v.typ = "TIME "+str(text), datatype.TimeOf(0)
	default:
		return b.timestamp(n)
	}
	return v, nil
}

func blob(s string) string {
	return "from_hex('" + strings.ToUpper(hex.EncodeToString([]byte(s))) + "')"
}

// number types digits as Spark does: INT, BIGINT or DECIMAL by size, DECIMAL
// with a point, DOUBLE with an exponent, else by suffix.
func (b *binder) number(n *ast.Literal) (value, error) {
	text := n.Value
	v := value{literal: &text}
	switch n.Suffix {
	case "L", "S", "Y":
		bits := map[string]int{"L": 64, "S": 16, "Y": 8}[n.Suffix]
		if _, err := strconv.ParseInt(text, 10, bits); err != nil {
			return v, b.types(n, problem.Say("sql.out_of_range", "number", text+n.Suffix))
		}
		v.typ = datatype.Of(map[string]datatype.Kind{"L": datatype.BigInt, "S": datatype.SmallInt, "Y": datatype.TinyInt}[n.Suffix])
		name, err := v.typ.DuckDB()
		v.sql = "CAST(" + text + " AS " + name + ")"
		return v, err
	case "D":
		v.sql, v.typ = "CAST('"+text+"' AS DOUBLE)", doubleType
		return v, nil
	case "F":
		v.sql, v.typ = "CAST('"+text+"' AS FLOAT)", datatype.Of(datatype.Float)
		return v, nil
	}
	plain := strings.TrimPrefix(text, "-")
	exponent := strings.ContainsAny(plain, "eE")
	switch {
	case exponent && n.Suffix != "BD":
		v.sql, v.typ = "CAST('"+text+"' AS DOUBLE)", doubleType
		return v, nil
	case !exponent && !strings.Contains(plain, ".") && n.Suffix != "BD":
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			v.sql, v.typ = text, bigType
			if i == int64(int32(i)) {
				v.typ = intType
			}
			if i < 0 {
				v.sql = "(" + text + ")"
			}
			return v, nil
		}
	}
	return b.decimalLiteral(n, v)
}

// decimalLiteral has as many digits as are written; leading zeros do not count.
func (b *binder) decimalLiteral(n *ast.Literal, v value) (value, error) {
	r, ok := new(big.Rat).SetString(n.Value)
	if !ok {
		return v, b.types(n, problem.Say("sql.unreadable_number"))
	}
	digits := strings.TrimPrefix(n.Value, "-")
	scale, exp := 0, 0
	if i := strings.IndexAny(digits, "eE"); i >= 0 {
		exp, _ = strconv.Atoi(digits[i+1:])
		digits = digits[:i]
	}
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		scale = len(digits) - i - 1
		digits = digits[:i] + digits[i+1:]
	}
	scale -= exp
	precision := len(strings.TrimLeft(digits, "0"))
	if scale < 0 {
		precision, scale = precision-scale, 0
	}
	precision = max(precision, scale, 1)
	if precision > 38 {
		return v, b.types(n, problem.Say("sql.long_number"))
	}
	v.typ = datatype.DecimalOf(precision, scale)
	v.sql = "CAST('" + r.FloatString(scale) + "' AS DECIMAL(" + strconv.Itoa(precision) + "," + strconv.Itoa(scale) + "))"
	if lit := strings.TrimPrefix(n.Value, "-"); exp == 0 && scale > 0 && precision > scale && lit[0] != '.' && lit[0] != '0' {
		v.sql = lit // DuckDB types it alike
		if n.Value != lit {
			v.sql = "(-" + lit + ")"
		}
	}
	return v, nil
}

// timestamp prints TIMESTAMP '...': an instant in Spark (of the session's
// zone, if the text has none), a wall clock elsewhere.
func (b *binder) timestamp(n *ast.Literal) (value, error) {
	local := n.Kind == ast.TimestampLTZLiteral || n.Kind == ast.TimestampLiteral && b.d == Spark
	t, zoned, ok := parseTimestamp(n.Value, b.zone)
	if !ok {
		return value{}, b.types(n, problem.Say("sql.bad_timestamp"))
	}
	text := n.Value
	v := value{literal: &text}
	if local {
		v.sql, v.typ = "TIMESTAMPTZ '"+t.UTC().Format("2006-01-02 15:04:05.999999")+"+00'", datatype.LTZOf(6)
		return v, nil
	}
	if zoned {
		t = t.In(b.zone)
	}
	v.sql, v.typ = "TIMESTAMP '"+t.Format("2006-01-02 15:04:05.999999")+"'", datatype.TimestampOf(6)
	return v, nil
}

var (
	datePattern = regexp.MustCompile(`^\s*(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?\s*$`)
	timePattern = regexp.MustCompile(`^\s*(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]+/[A-Za-z_/]+)?\s*$`)
)

// parseDate reads yyyy, yyyy-MM or yyyy-MM-dd with anything after a blank or T.
func parseDate(s string) (time.Time, bool) {
	g := datePattern.FindStringSubmatch(s)
	if g == nil {
		return time.Time{}, false
	}
	return civil(g[1], g[2], g[3], time.UTC)
}

// civil is a day that exists.
func civil(y, m, d string, zone *time.Location) (time.Time, bool) {
	year, month, day := atoi(y, 0), atoi(m, 1), atoi(d, 1)
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone)
	u := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, u.Year() == year && int(u.Month()) == month && u.Day() == day
}

func atoi(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

// parseTimestamp reads a timestamp; zoned tells whether the text names its zone.
func parseTimestamp(s string, zone *time.Location) (t time.Time, zoned, ok bool) {
	g := timePattern.FindStringSubmatch(s)
	if g == nil {
		return t, false, false
	}
	if g[8] != "" {
		z, err := zoneOf(g[8])
		if err != nil {
			return t, false, false
		}
		zone, zoned = z, true
	}
	if _, ok := civil(g[1], g[2], g[3], zone); !ok {
		return t, false, false
	}
	h, mi, sec := atoi(g[4], 0), atoi(g[5], 0), atoi(g[6], 0)
	nanos := atoi((g[7] + "000000000")[:9], 0) / 1000 * 1000
	if h > 23 || mi > 59 || sec > 59 {
		return t, false, false
	}
	return earlier(time.Date(atoi(g[1], 0), time.Month(atoi(g[2], 1)), atoi(g[3], 1), h, mi, sec, nanos, zone)), zoned, true
}

// earlier is the first of the two moments that a clock shows when it is set
// back, as Java takes it; Go leaves open which one it gives.
func earlier(t time.Time) time.Time {
	const wall = "2006-01-02 15:04:05.999999999"
	for _, back := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} {
		if before := t.Add(-back); before.Format(wall) == t.Format(wall) {
			return before
		}
	}
	return t
}

func zoneOf(s string) (*time.Location, error) {
	switch s {
	case "Z", "UTC", "GMT":
		return time.UTC, nil
	}
	if s[0] != '+' && s[0] != '-' {
		return time.LoadLocation(s)
	}
	h, m, _ := strings.Cut(s[1:], ":")
	if len(h) > 2 {
		h, m = h[:len(h)-2], h[len(h)-2:]
	}
	seconds := atoi(h, 0)*3600 + atoi(m, 0)*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone(s, seconds), nil
}
