package fn

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

func sparkNumber() []Function {
	return join(
		list(
			scalar("abs", "num", "$1", "abs($1)"),
			define("negative", Scalar, "num", typed("$1"), filled("(-$1)")),
			scalar("positive", "num", "$1", "$1"),
			define("round", Scalar, "num int?", roundResult, round("lt_round", false)),
			define("bround", Scalar, "num int?", roundResult, round("lt_bround", true)),
			scalar("rint", "double", "double", "lt_math('rint', $1)"),
			scalar("sqrt", "double", "double", "CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END"),
			scalar("cbrt", "double", "double", "cbrt($1)"),
			scalar("exp", "double", "double", "exp($1)"),
			scalar("ln", "double", "double", "CASE WHEN $1 > 0 THEN ln($1) END"),
			scalar("log2", "double", "double", "CASE WHEN $1 > 0 THEN ln($1) / ln(2) END"),
			scalar("log10", "double", "double", "CASE WHEN $1 > 0 THEN log10($1) END"),
			scalar("log1p", "double", "double", "CASE WHEN $1 > -1 THEN lt_math('log1p', $1) END"),
			scalar("expm1", "double", "double", "lt_math('expm1', $1)"),
			computed("log", "double double?", "double", func(c Call) (string, error) {
				if len(c.Args) == 1 {
					return fill("CASE WHEN $1 > 0 THEN ln($1) END", c), nil
				}
				return fill("lt_log($1, $2)", c), nil
			}),
			scalar("sin", "double", "double", "lt_math('sin', $1)"),
			scalar("cos", "double", "double", "lt_math('cos', $1)"),
			scalar("tan", "double", "double", "lt_math('tan', $1)"),
			scalar("atan", "double", "double", "atan($1)"),
			scalar("atan2", "double double", "double", "atan2($1, $2)"),
			scalar("degrees", "double", "double", "degrees($1)"),
			scalar("radians", "double", "double", "radians($1)"),
			scalar("pi", "", "double", "pi()"),
			scalar("e", "", "double", "CAST(2.718281828459045 AS DOUBLE)"),
			scalar("hypot", "double double", "double", "sqrt($1 * $1 + $2 * $2)"),
			scalar("factorial", "int", "bigint", "CASE WHEN $1 BETWEEN 0 AND 20 THEN CAST(factorial($1) AS BIGINT) END"),
			scalar("bit_count", "bits", "int", "CAST(bit_count(CAST($1 AS BIGINT)) AS INTEGER)"),
			scalar("isnan", "num", "boolean", "coalesce(isnan(CAST($1 AS DOUBLE)), false)"),
			scalar("nanvl", "double double", "double", "CASE WHEN isnan($1) THEN $2 ELSE $1 END"),
			computed("width_bucket", "double double double bigint", "bigint", widthBucket),
			scalar("conv", "string int int", "string", "lt_conv($1, $2, $3)"),
			scalar("bin", "bigint", "string", "lt_conv(CAST($1 AS VARCHAR), 10, 2)"),
			scalar("crc32", "binary", "bigint", "lt_crc32($1)"),
			scalar("md5", "binary", "string", "lt_md5($1)"),
			computed("sha2", "binary int", "string", sha2),
			define("hash", Scalar, "any*", typed("int"), hash("lt_hash_", "INTEGER")),
			define("xxhash64", Scalar, "any*", typed("bigint"), hash("lt_xx_", "BIGINT")),
			scalar("typeof", "any", "string", "").printed(func(c Call) (string, error) { return quote(shown(c.Args[0].Type).Spark()), nil }),
			scalar("uuid", "", "string", "CAST(uuid() AS VARCHAR)"),
			define("div", Scalar, "exact exact", typed("bigint"), integerDivide),
			define("mod", Scalar, "num num", moduloResult("%"), modulo("%")).with(arithmeticParams),
			define("pmod", Scalar, "num num", moduloResult("%"), modulo("pmod")).with(arithmeticParams),
			tryOperator("try_add", "+"), tryOperator("try_subtract", "-"), tryOperator("try_multiply", "*"), tryOperator("try_mod", "%"),
			define("try_divide", Scalar, "num num", divideResult, tryDivide).with(divideParams),
		),
		bounded("asin", "abs($1) > 1"), bounded("acos", "abs($1) > 1"), bounded("acosh", "$1 < 1"), bounded("atanh", "abs($1) > 1"),
		goMath("sinh", "cosh", "tanh", "asinh", "sec", "csc", "cot"),
		names(stepped("ceil"), "ceiling"),
		list(stepped("floor")),
		names(scalar("pow", "double double", "double", "lt_pow($1, $2)"), "power"),
		names(scalar("sign", "double", "double", "CAST(sign($1) AS DOUBLE)"), "signum"),
		names(scalar("sha", "binary", "string", "lt_sha1($1)"), "sha1"),
		names(scalar("rand", "", "double", "random()"), "random"),
		names(computed("bit_get", "whole int", "tinyint", bitGet), "getbit"),
		shifts("shiftleft", "<<"), shifts("shiftright", ">>"), shifts("shiftrightunsigned", ">>>"),
	)
}

// bounded is a function that Java answers with NaN outside of its domain.
func bounded(name, outside string) []Function {
	return list(scalar(name, "double", "double", "CASE WHEN "+outside+" THEN CAST('NaN' AS DOUBLE) ELSE "+name+"($1) END"))
}

func goMath(names ...string) []Function {
	var fs []Function
	for _, n := range names {
		fs = append(fs, scalar(n, "double", "double", "lt_math('"+n+"', $1)"))
	}
	return fs
}

// bitGet is a bit by its place from the low end; there are as many as the type has.
func bitGet(c Call) (string, error) {
	bits := map[datatype.Kind]string{datatype.TinyInt: "7", datatype.SmallInt: "15", datatype.BigInt: "63"}[c.Args[0].Type.Kind]
	if bits == "" {
		bits = "31"
	}
	return fill("CASE WHEN $2 < 0 OR $2 > "+bits+" THEN "+Raise(problem.Say("sql.raised_bit", "most", bits))+
		" ELSE CAST((CAST($1 AS BIGINT) >> $2) & 1 AS TINYINT) END", c), nil
}

func shifts(name, op string) []Function {
	f := define(name, Scalar, "any int", typed("$1"), func(c Call) (string, error) {
		t, bits := c.Args[0].Type, "32"
		if t.Kind == datatype.BigInt {
			bits = "64"
		}
		return cast(fill("lt_shift('"+op+"', CAST($1 AS BIGINT), $2, "+bits+")", c), t), nil
	})
	return list(f.with(func(args []datatype.Type) []datatype.Type {
		if args[0].Kind == datatype.BigInt {
			return []datatype.Type{tUnknown, tInt}
		}
		return []datatype.Type{tInt, tInt}
	}))
}

func widthBucket(c Call) (string, error) {
	return fill("CASE WHEN $1 IS NULL OR $2 IS NULL OR $3 IS NULL OR $4 IS NULL OR $4 <= 0 OR $2 = $3 OR isnan($1) OR isnan($2) OR isnan($3) THEN NULL"+
		" WHEN $2 < $3 THEN CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE CAST(floor(($1 - $2) / ($3 - $2) * $4) AS BIGINT) + 1 END"+
		" ELSE CASE WHEN $1 > $2 THEN 0 WHEN $1 <= $3 THEN $4 + 1 ELSE CAST(floor(($2 - $1) / ($2 - $3) * $4) AS BIGINT) + 1 END END", c), nil
}

func sha2(c Call) (string, error) {
	if n, ok := whole(c.Args[1]); ok && (n == 0 || n == 256) {
		return fill("sha256($1)", c), nil
	}
	return fill("lt_sha2($1, $2)", c), nil
}

func integerDivide(c Call) (string, error) {
	for _, a := range c.Args {
		if !coerce.IsIntegral(a.Type) {
			return fill("CAST(trunc(CAST($1 AS DOUBLE) / CAST($2 AS DOUBLE)) AS BIGINT)", c), nil
		}
	}
	return fill("(CAST($1 AS BIGINT) // CAST($2 AS BIGINT))", c), nil
}

// arithmeticParams brings two numbers to the type they are computed in; where a
// decimal is computed exactly both stay as they are (see decimals).
func arithmeticParams(args []datatype.Type) []datatype.Type {
	a, b := args[0], args[1]
	for _, t := range []*datatype.Type{&a, &b} {
		if t.IsString() {
			*t = tDouble
		}
	}
	switch { // a bare NULL is of the other's type
	case a.IsNumeric() && b.Kind == datatype.Null:
		b = a
	case b.IsNumeric() && a.Kind == datatype.Null:
		a = b
	case !a.IsNumeric() || !b.IsNumeric():
		a, b = tDouble, tDouble
	}
	if !exact(a, b) {
		t := coerce.Numeric(a, b)
		return []datatype.Type{t, t}
	}
	out := []datatype.Type{tUnknown, tUnknown}
	for i, t := range []datatype.Type{a, b} {
		if args[i].Kind == datatype.Null {
			out[i] = t
		}
	}
	return out
}

// exact tells whether a and b are computed as decimals.
func exact(a, b datatype.Type) bool {
	return (a.Kind == datatype.Decimal || b.Kind == datatype.Decimal) && a.IsNumeric() && b.IsNumeric() && !coerce.IsFractional(a) && !coerce.IsFractional(b)
}

// decimals makes both arguments decimals, a constant integer one of its own
// digits only.
func decimals(c Call) (Call, bool) {
	if !exact(c.Args[0].Type, c.Args[1].Type) {
		return c, false
	}
	args := make([]Arg, 2)
	for i, a := range c.Args[:2] {
		t := coerce.Decimal(a.Type)
		if n, ok := whole(a); ok && coerce.IsIntegral(a.Type) {
			t = datatype.DecimalOf(len(strings.TrimPrefix(strconv.Itoa(n), "-")), 0)
		}
		args[i] = Arg{SQL: a.SQL, Type: t}
		if a.Type.Kind != datatype.Decimal {
			args[i].SQL = cast(a.SQL, t)
		}
	}
	c.Args = args
	return c, true
}

func moduloResult(op string) resultFunc {
	return func(c Call) (datatype.Type, error) {
		if d, ok := decimals(c); ok {
			return coerce.DecimalResult(op, d.Args[0].Type, d.Args[1].Type), nil
		}
		return c.Args[0].Type.Nullable(), nil
	}
}

func modulo(op string) printFunc {
	return func(c Call) (string, error) {
		t, _ := moduloResult("%")(c)
		c, _ = decimals(c)
		if op == "%" {
			return cast(fill("($1 % $2)", c), t), nil
		}
		return cast(fill("CASE WHEN $1 % $2 < 0 THEN ($1 % $2 + $2) % $2 ELSE $1 % $2 END", c), t), nil
	}
}

// divideParams: decimals divide as decimals, everything else as DOUBLE.
func divideParams(args []datatype.Type) []datatype.Type {
	out := arithmeticParams(args)
	if out[0].Kind != datatype.Unknown && out[0].Kind != datatype.Decimal || out[1].Kind != datatype.Unknown && out[1].Kind != datatype.Decimal {
		return []datatype.Type{tDouble, tDouble}
	}
	return out
}

func divideResult(c Call) (datatype.Type, error) {
	if d, ok := decimals(c); ok {
		return coerce.DecimalResult("/", d.Args[0].Type, d.Args[1].Type), nil
	}
	return tDouble, nil
}

func tryDivide(c Call) (string, error) {
	t, _ := divideResult(c)
	c, ok := decimals(c)
	if !ok {
		return fill("($1 / $2)", c), nil
	}
	return "TRY_" + cast(fill(fmt.Sprintf("lt_decimal_div(CAST($1 AS VARCHAR), CAST($2 AS VARCHAR), %d)", t.Scale), c), t), nil
}

// tryOperator is a function of numbers; + and - shift a date or a timestamp too.
func tryOperator(name, op string) Function {
	f := define(name, Scalar, "num num", moduloResult(op), func(c Call) (string, error) {
		t, _ := moduloResult(op)(c)
		c, _ = decimals(c)
		return "TRY(" + cast(fill("($1 "+op+" $2)", c), t) + ")", nil
	}).with(arithmeticParams)
	if op != "+" && op != "-" {
		return f
	}
	ofNumbers := f
	f.Params = func(args []datatype.Type) []datatype.Type {
		if at := momentAmong(op, args); at >= 0 {
			out := []datatype.Type{tInt, tInt}
			out[at] = shiftedBy(args[at], args[1-at])
			if args[1-at].Kind == datatype.Interval {
				out[1-at] = tUnknown
			}
			return out
		}
		return ofNumbers.Params(args)
	}
	f.Refuses = func(args []Arg) (int, problem.Phrase) {
		if at := momentAmong(op, types(args)); at >= 0 {
			if step := args[1-at].Type; step.Kind == datatype.Interval || args[at].Type.Kind == datatype.Date && fits("days", step) {
				return -1, problem.Phrase{}
			}
			return 1 - at, problem.Say("sql.interval_or_days")
		}
		return ofNumbers.Refuses(args)
	}
	f.Result = func(c Call) (datatype.Type, error) {
		if at := momentAmong(op, types(c.Args)); at >= 0 {
			return c.Args[at].Type.Nullable(), nil
		}
		return ofNumbers.Result(c)
	}
	f.Print = func(c Call) (string, error) {
		if at := momentAmong(op, types(c.Args)); at >= 0 {
			return cast(fill("TRY($1 "+op+" $2)", c), c.Args[at].Type), nil
		}
		return ofNumbers.Print(c)
	}
	return f
}

// shiftedBy is the type of a moment to which a step is added: hours make a
// timestamp of a date.
func shiftedBy(moment, step datatype.Type) datatype.Type {
	if moment.Kind == datatype.Date && step.Kind == datatype.Interval && step.Text == "time" {
		return tTS
	}
	return moment.Nullable()
}

// momentAmong is the place of the date or timestamp that a step is added to, -1
// for none.
func momentAmong(op string, args []datatype.Type) int {
	switch {
	case coerce.IsMoment(args[0]):
		return 0
	case op == "+" && coerce.IsMoment(args[1]):
		return 1
	}
	return -1
}
