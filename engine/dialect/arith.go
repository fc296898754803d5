package dialect

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// arithmetic binds + - * / % DIV by the types of both sides.
func (b *binder) arithmetic(n *ast.Binary, l, r value) (value, error) {
	if isMoment(l.typ) || isMoment(r.typ) || l.typ.Kind == datatype.Interval || r.typ.Kind == datatype.Interval {
		return b.moments(n, l, r)
	}
	var err error
	for _, side := range []struct {
		v  *value
		at ast.Expr
	}{{&l, n.L}, {&r, n.R}} {
		switch t := side.v.typ; {
		case t.IsString():
			*side.v, err = b.cast(*side.v, doubleType, side.at.Pos())
		case t.Kind == datatype.Boolean && b.d == StarRocks:
			*side.v, err = b.cast(*side.v, intType, side.at.Pos())
		case !t.IsNumeric() && t.Kind != datatype.Null && t.Kind != datatype.Unknown:
			err = b.types(side.at, problem.Say("sql.takes_numbers", "operator", n.Op, "type", b.show(t)))
		}
		if err != nil {
			return value{}, err
		}
	}
	switch {
	case n.Op == "/":
		return b.divide(n, l, r)
	case n.Op == "DIV":
		return b.integerDivide(n, l, r)
	case isDecimalOp(l.typ, r.typ):
		return b.decimalOp(n, l, r)
	}
	t := coerce.Numeric(known(l.typ, r.typ), known(r.typ, l.typ))
	if l, err = b.cast(l, t, n.L.Pos()); err != nil {
		return value{}, err
	}
	if r, err = b.cast(r, t, n.R.Pos()); err != nil {
		return value{}, err
	}
	sql := "(" + l.sql + " " + n.Op + " " + r.sql + ")"
	if n.Op == "%" && coerce.IsFractional(t) {
		sql = "fmod(" + l.sql + ", nullif(" + r.sql + ", 0))"
		if t.Kind == datatype.Float {
			sql = "CAST(" + sql + " AS FLOAT)"
		}
	}
	return value{sql: sql, typ: t}, nil
}

// known is t, or the other side's type where t is a bare NULL.
func known(t, other datatype.Type) datatype.Type {
	if t.IsNumeric() {
		return t
	}
	if other.IsNumeric() {
		return other
	}
	return doubleType
}

// isDecimalOp: a decimal meets a decimal or an integer.
func isDecimalOp(l, r datatype.Type) bool {
	l, r = known(l, r), known(r, l)
	return (l.Kind == datatype.Decimal || r.Kind == datatype.Decimal) && !coerce.IsFractional(l) && !coerce.IsFractional(r)
}

// decimalOperand is a side of a decimal operation: an integer constant counts
// with the digits it has, an integer column with those it may have.
func (b *binder) decimalOperand(v value, other datatype.Type, at ast.Expr) (value, error) {
	t := known(v.typ, other)
	if coerce.IsIntegral(t) && v.literal != nil {
		digits := len(strings.TrimLeft(*v.literal, "-+0"))
		t = datatype.DecimalOf(max(digits, 1), 0)
	}
	return b.cast(v, coerce.Decimal(t), at.Pos())
}

func (b *binder) decimalSides(n *ast.Binary, l, r value) (value, value, error) {
	lt := l.typ
	l, err := b.decimalOperand(l, r.typ, n.L)
	if err != nil {
		return l, r, err
	}
	r, err = b.decimalOperand(r, lt, n.R)
	return l, r, err
}

func (b *binder) decimalOp(n *ast.Binary, l, r value) (value, error) {
	l, r, err := b.decimalSides(n, l, r)
	if err != nil {
		return value{}, err
	}
	t := coerce.DecimalResult(n.Op, l.typ, r.typ)
	sql := "(" + l.sql + " " + n.Op + " " + r.sql + ")"
	if wide := l.typ.Precision + r.typ.Precision; n.Op == "*" && wide > 38 || t.Precision == 38 {
		sql = "TRY" + sql // what needs more than 38 digits is NULL
	}
	if !coerce.Same(t, duckDecimal(n.Op, l.typ, r.typ)) {
		sql = castText(sql, t)
	}
	return value{sql: sql, typ: t}, nil
}

// duckDecimal is the type that DuckDB gives the operation.
func duckDecimal(op string, l, r datatype.Type) datatype.Type {
	if op == "*" {
		return datatype.DecimalOf(min(l.Precision+r.Precision, 38), l.Scale+r.Scale)
	}
	if op != "+" && op != "-" {
		return datatype.Type{}
	}
	scale := max(l.Scale, r.Scale)
	whole := max(l.Precision-l.Scale, r.Precision-r.Scale)
	return datatype.DecimalOf(min(whole+scale+1, 38), scale)
}

// castText casts to a decimal; what does not fit is NULL, as in Spark.
func castText(sql string, t datatype.Type) string {
	return fmt.Sprintf("TRY_CAST(%s AS DECIMAL(%d,%d))", sql, t.Precision, t.Scale)
}

// divide is x / y: exact for decimals, truncating for integers of Flink, else
// a double. A zero divisor gives NULL.
func (b *binder) divide(n *ast.Binary, l, r value) (value, error) {
	if isDecimalOp(l.typ, r.typ) {
		l, r, err := b.decimalSides(n, l, r)
		if err != nil {
			return value{}, err
		}
		t := coerce.DecimalResult("/", l.typ, r.typ)
		quotient := "lt_decimal_div(CAST(" + l.sql + " AS VARCHAR), CAST(" + r.sql + " AS VARCHAR), " + strconv.Itoa(t.Scale) + ")"
		return value{sql: castText(quotient, t), typ: t}, nil
	}
	if b.d == Flink && coerce.IsIntegral(l.typ) && coerce.IsIntegral(r.typ) {
		t := coerce.Numeric(l.typ, r.typ)
		return value{sql: "(" + l.sql + " // " + r.sql + ")", typ: t}, nil
	}
	l, err := b.cast(l, doubleType, n.L.Pos())
	if err != nil {
		return value{}, err
	}
	r, err = b.cast(r, doubleType, n.R.Pos())
	return value{sql: "(" + l.sql + " / " + r.sql + ")", typ: doubleType}, err
}

// integerDivide is x DIV y, a BIGINT.
func (b *binder) integerDivide(n *ast.Binary, l, r value) (value, error) {
	if isDecimalOp(l.typ, r.typ) {
		l, r, err := b.decimalSides(n, l, r)
		if err != nil {
			return value{}, err
		}
		quotient := "lt_decimal_div(CAST(" + l.sql + " AS VARCHAR), CAST(" + r.sql + " AS VARCHAR), 6)"
		return value{sql: "CAST(trunc(CAST(" + quotient + " AS DECIMAL(38,6))) AS BIGINT)", typ: bigType}, nil
	}
	l, err := b.cast(l, bigType, n.L.Pos())
	if err != nil {
		return value{}, err
	}
	r, err = b.cast(r, bigType, n.R.Pos())
	return value{sql: "(" + l.sql + " // " + r.sql + ")", typ: bigType}, err
}

// moments is arithmetic with dates, timestamps and intervals.
func (b *binder) moments(n *ast.Binary, l, r value) (value, error) {
	if n.Op == "+" && l.typ.Kind != r.typ.Kind && !isMoment(l.typ) { // interval + date
		n = &ast.Binary{Span: n.Span, Op: n.Op, OpSpan: n.OpSpan, L: n.R, R: n.L}
		l, r = r, l
	}
	lk, rk := l.typ.Kind, r.typ.Kind
	plain := value{sql: "(" + l.sql + " " + n.Op + " " + r.sql + ")", typ: l.typ}
	switch {
	case n.Op == "*" || n.Op == "/":
		return b.scaledInterval(n, l, r)
	case n.Op != "+" && n.Op != "-":
	case rk == datatype.Interval && lk == datatype.Interval:
		plain.typ.Text = r.typ.Text
		return plain, nil
	case rk == datatype.Interval && l.typ.IsString():
		return b.textPlusInterval(n, l, r)
	case rk == datatype.Interval && lk == datatype.Date:
		if r.typ.Text == "time" { // hours make a timestamp of a date
			t := b.timestampType()
			l, err := b.cast(l, t, n.L.Pos())
			return value{sql: "(" + l.sql + " " + n.Op + " " + r.sql + ")", typ: t}, err
		}
		return value{sql: "CAST(" + plain.sql + " AS DATE)", typ: dateType}, nil
	case rk == datatype.Interval && isMoment(l.typ):
		return plain, nil
	case lk == datatype.Date && (coerce.IsIntegral(r.typ) || rk == datatype.Null):
		r, err := b.cast(r, intType, n.R.Pos())
		return value{sql: "(" + l.sql + " " + n.Op + " " + r.sql + ")", typ: dateType}, err
	case n.Op == "-" && (isMoment(l.typ) || l.typ.IsString()) && (isMoment(r.typ) || r.typ.IsString()):
		return b.difference(n, l, r)
	}
	return value{}, b.types(n, problem.Say("sql.cannot_compute", "left", b.show(l.typ), "operator", n.Op, "right", b.show(r.typ)))
}

// textPlusInterval reads the text as a timestamp; Spark gives text back.
func (b *binder) textPlusInterval(n *ast.Binary, l, r value) (value, error) {
	l, err := b.cast(l, b.timestampType(), n.L.Pos())
	if err != nil {
		return value{}, err
	}
	v := value{sql: "(" + l.sql + " " + n.Op + " " + r.sql + ")", typ: l.typ}
	if b.d == Spark {
		return b.cast(v, textType, n.Span)
	}
	return v, nil
}

// timestampType is the dialect's TIMESTAMP.
func (b *binder) timestampType() datatype.Type {
	if b.d == Spark {
		return datatype.LTZOf(6)
	}
	return datatype.TimestampOf(6)
}

// difference of two moments is an interval; of two dates one in days.
func (b *binder) difference(n *ast.Binary, l, r value) (value, error) {
	if l.typ.Kind == datatype.Date && r.typ.Kind == datatype.Date {
		t := spanType
		return value{sql: "to_days(CAST(" + l.sql + " - " + r.sql + " AS INTEGER))", typ: t}, nil
	}
	t, ok := coerce.Comparison(l.typ, r.typ)
	if !ok {
		t = b.timestampType()
	}
	if t.Kind == datatype.Date {
		t = b.timestampType()
	}
	l, err := b.cast(l, t, n.L.Pos())
	if err != nil {
		return value{}, err
	}
	r, err = b.cast(r, t, n.R.Pos())
	out := spanType
	out.Text = "time"
	return value{sql: "(" + l.sql + " - " + r.sql + ")", typ: out}, err
}

func (b *binder) scaledInterval(n *ast.Binary, l, r value) (value, error) {
	if l.typ.Kind != datatype.Interval && n.Op == "*" {
		l, r = r, l
	}
	if l.typ.Kind != datatype.Interval || !r.typ.IsNumeric() {
		return value{}, b.types(n, problem.Say("sql.cannot_compute", "left", b.show(l.typ), "operator", n.Op, "right", b.show(r.typ)))
	}
	r, err := b.cast(r, doubleType, n.R.Pos())
	return value{sql: "(" + l.sql + " " + n.Op + " " + r.sql + ")", typ: l.typ}, err
}
