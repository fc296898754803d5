package fn

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
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
			scalar("bit_count", "any", "int", "CAST(bit_count(CAST($1 AS BIGINT)) AS INTEGER)"),
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
			define("div", Scalar, "num num", typed("bigint"), integerDivide),
			define("mod", Scalar, "num num", moduloResult("%"), modulo("%")).with(arithmeticParams),
			define("pmod", Scalar, "num num", moduloResult("%"), modulo("pmod")).with(arithmeticParams),
			tryOperator("try_add", "+"), tryOperator("try_subtract", "-"), tryOperator("try_multiply", "*"), tryOperator("try_mod", "%"),
			define("try_divide", Scalar, "num num", divideResult, tryDivide).with(divideParams),
		),
		bounded("asin", "abs($1) > 1"), bounded("acos", "abs($1) > 1"), bounded("acosh", "$1 < 1"), bounded("atanh", "abs($1) > 1"),
		goMath("sinh", "cosh", "tanh", "asinh", "sec", "csc", "cot"),
		names(define("ceil", Scalar, "num int?", ceilResult, ceilPrint("ceil")), "ceiling"),
		list(define("floor", Scalar, "num int?", ceilResult, ceilPrint("floor"))),
		names(scalar("pow", "double double", "double", "lt_pow($1, $2)"), "power"),
		names(scalar("sign", "double", "double", "CAST(sign($1) AS DOUBLE)"), "signum"),
		names(scalar("sha", "binary", "string", "lt_sha1($1)"), "sha1"),
		names(scalar("rand", "", "double", "random()"), "random"),
		names(scalar("bit_get", "any int", "tinyint", "CAST((CAST($1 AS BIGINT) >> $2) & 1 AS TINYINT)"), "getbit"),
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

// roundResult is Spark's: a decimal keeps one more whole digit than it had.
func roundResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type.Nullable()
	if t.Kind != datatype.Decimal {
		return t, nil
	}
	places, err := placesOf(c)
	if err != nil {
		return t, err
	}
	wholeDigits := t.Precision - t.Scale + 1
	if places < 0 {
		return datatype.DecimalOf(min(38, max(wholeDigits, -places+1)), 0), nil
	}
	scale := min(t.Scale, places)
	return datatype.DecimalOf(min(38, wholeDigits+scale), scale), nil
}

func placesOf(c Call) (int, error) {
	if len(c.Args) < 2 {
		return 0, nil
	}
	n, ok := whole(c.Args[1])
	if !ok {
		return 0, wrong(c, "the number of digits must be a constant")
	}
	return n, nil
}

func round(double string, even bool) printFunc {
	return func(c Call) (string, error) {
		t, err := roundResult(c)
		if err != nil {
			return "", err
		}
		places, err := placesOf(c)
		if err != nil {
			return "", err
		}
		switch t.Kind {
		case datatype.Double:
			return fmt.Sprintf("%s(%s, %d)", double, c.Args[0].SQL, places), nil
		case datatype.Float:
			if even {
				return fmt.Sprintf("CAST(lt_bround(CAST(%s AS DOUBLE), %d) AS FLOAT)", c.Args[0].SQL, places), nil
			}
			return fmt.Sprintf("lt_round_float(%s, %d)", c.Args[0].SQL, places), nil
		case datatype.Decimal:
			if even || places < 0 {
				text := fmt.Sprintf("lt_decimal_round(CAST(%s AS VARCHAR), %d, %t)", c.Args[0].SQL, places, even)
				return "TRY_" + cast(text, t), nil
			}
			return cast(fmt.Sprintf("round(%s, %d)", c.Args[0].SQL, min(places, c.Args[0].Type.Scale)), t), nil
		}
		if places >= 0 {
			return c.Args[0].SQL, nil
		}
		text := fmt.Sprintf("lt_decimal_round(CAST(%s AS VARCHAR), %d, %t)", c.Args[0].SQL, places, even)
		return "TRY_" + cast(text, t), nil
	}
}

func ceilResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type
	if len(c.Args) > 1 {
		places, err := placesOf(c)
		if err != nil {
			return t, err
		}
		if t.Kind != datatype.Decimal {
			t = coerce.Decimal(t)
		}
		wholeDigits := t.Precision - t.Scale + 1
		if places < 0 {
			return datatype.DecimalOf(min(38, max(wholeDigits, -places+1)), 0), nil
		}
		scale := min(t.Scale, places)
		return datatype.DecimalOf(min(38, wholeDigits+scale), scale), nil
	}
	if t.Kind == datatype.Decimal {
		wholeDigits := t.Precision - t.Scale
		if t.Scale > 0 {
			wholeDigits++
		}
		return datatype.DecimalOf(min(38, max(1, wholeDigits)), 0), nil
	}
	return tBigInt, nil
}

func ceilPrint(name string) printFunc {
	return func(c Call) (string, error) {
		t, err := ceilResult(c)
		if err != nil {
			return "", err
		}
		a := c.Args[0]
		switch {
		case len(c.Args) > 1 && a.Type.Kind == datatype.Decimal:
			places, _ := placesOf(c)
			return "TRY_" + cast(fmt.Sprintf("lt_decimal_step(CAST(%s AS VARCHAR), %d, '%s')", a.SQL, places, name), t), nil
		case len(c.Args) > 1:
			return "", refuse(name+" to a number of digits of a "+a.Type.Spark(), "cast it to DECIMAL first")
		case a.Type.Kind == datatype.Decimal:
			return cast(name+"("+a.SQL+")", t), nil
		case a.Type.Kind == datatype.Double || a.Type.Kind == datatype.Float:
			return "lt_double_bigint(" + name + "(CAST(" + a.SQL + " AS DOUBLE)))", nil
		}
		return cast(a.SQL, tBigInt), nil
	}
}

func widthBucket(c Call) (string, error) {
	return fill("CASE WHEN $4 <= 0 OR $2 = $3 OR isnan($1) OR isnan($2) OR isnan($3) THEN NULL"+
		" WHEN $2 < $3 THEN CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE CAST(floor(($1 - $2) / ($3 - $2) * $4) AS BIGINT) + 1 END"+
		" ELSE CASE WHEN $1 > $2 THEN 0 WHEN $1 <= $3 THEN $4 + 1 ELSE CAST(floor(($2 - $1) / ($2 - $3) * $4) AS BIGINT) + 1 END END", c), nil
}

func sha2(c Call) (string, error) {
	if n, ok := whole(c.Args[1]); ok && (n == 0 || n == 256) {
		return fill("sha256($1)", c), nil
	}
	return fill("lt_sha2($1, $2)", c), nil
}

// hash folds the arguments from the left, each over what came before; NULLs are
// passed over.
func hash(prefix, result string) printFunc {
	return func(c Call) (string, error) {
		text := "CAST(42 AS " + result + ")"
		for _, a := range c.Args {
			var err error
			if text, err = hashOver(c, prefix, a, text, 0); err != nil {
				return "", err
			}
		}
		return text, nil
	}
}

// hashOver is the hash after a, over the hash before it.
func hashOver(c Call, prefix string, a Arg, before string, depth int) (string, error) {
	switch a.Type.Kind {
	case datatype.Array:
		h, x := fmt.Sprintf("lt_h%d", depth), fmt.Sprintf("lt_x%d", depth)
		step, err := hashOver(c, prefix, Arg{SQL: x, Type: *a.Type.Elem}, h, depth+1)
		return "coalesce(list_reduce(" + a.SQL + ", lambda " + h + ", " + x + ": " + step + ", " + before + "), " + before + ")", err
	case datatype.Row:
		for _, f := range a.Type.Fields {
			var err error
			if before, err = hashOver(c, prefix, Arg{SQL: "(" + a.SQL + ")." + ident(f.Name), Type: f.Type}, before, depth); err != nil {
				return "", err
			}
		}
		return before, nil
	}
	step, err := hashStep(c, prefix, a)
	if step == "" || err != nil {
		return before, err
	}
	return "coalesce(" + fmt.Sprintf(step, a.SQL, before) + ", " + before + ")", nil
}

// hashStep is the text of one step over a value of a's type, with places for
// the value and for the hash so far.
func hashStep(c Call, prefix string, a Arg) (string, error) {
	switch t := a.Type; t.Kind {
	case datatype.Null:
		return "", nil
	case datatype.Boolean, datatype.TinyInt, datatype.SmallInt, datatype.Int:
		return prefix + "int(CAST(%s AS INTEGER), %s)", nil
	case datatype.Date:
		return prefix + "int(CAST(%s - DATE '1970-01-01' AS INTEGER), %s)", nil
	case datatype.BigInt:
		return prefix + "bigint(%s, %s)", nil
	case datatype.Float:
		return prefix + "float(%s, %s)", nil
	case datatype.Double:
		return prefix + "double(%s, %s)", nil
	case datatype.Timestamp, datatype.TimestampLTZ:
		return prefix + "bigint(epoch_us(%s), %s)", nil
	case datatype.Char, datatype.VarChar:
		return prefix + "text(%s, %s)", nil
	case datatype.Binary, datatype.VarBinary:
		return prefix + "bytes(%s, %s)", nil
	case datatype.Decimal:
		if t.Precision <= 18 {
			return prefix + "bigint(CAST(replace(CAST(%s AS VARCHAR), '.', '') AS BIGINT), %s)", nil
		}
		return prefix + "bytes(lt_unscaled(CAST(%s AS VARCHAR)), %s)", nil
	}
	return "", refuse(strings.ToLower(c.Name)+" of a "+a.Type.Spark(), "")
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
		if t.IsString() || t.Kind == datatype.Null {
			*t = tDouble
		}
	}
	if exact(a, b) {
		return []datatype.Type{tUnknown, tUnknown}
	}
	t := coerce.Numeric(a, b)
	return []datatype.Type{t, t}
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
	if exact(args[0], args[1]) {
		return []datatype.Type{tUnknown, tUnknown}
	}
	return []datatype.Type{tDouble, tDouble}
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

func tryOperator(name, op string) Function {
	return define(name, Scalar, "num num", moduloResult(op), func(c Call) (string, error) {
		t, _ := moduloResult(op)(c)
		c, _ = decimals(c)
		return "TRY(" + cast(fill("($1 "+op+" $2)", c), t) + ")", nil
	}).with(arithmeticParams)
}
