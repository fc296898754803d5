package fn

import (
	"fmt"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

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

// placesOf is the number of digits that is argument 2; NULL counts as none.
func placesOf(c Call) (int, error) {
	if len(c.Args) < 2 || c.Args[1].Null {
		return 0, nil
	}
	n, ok := whole(c.Args[1])
	if !ok {
		return 0, wrong(c, problem.Say("sql.digits_constant"))
	}
	return n, nil
}

// unplaced is NULL, which a number rounded to NULL digits is.
func unplaced(c Call, t datatype.Type) (string, bool) {
	return cast("NULL", t), len(c.Args) > 1 && c.Args[1].Null
}

// stepped is ceil or floor. With a number of digits it takes a decimal, which
// it makes of every other number.
func stepped(name string) Function {
	f := define(name, Scalar, "num count?", ceilResult, ceilPrint(name)).refusing(constantRefused("num count", 1))
	plain := f.Params
	f.Params = func(args []datatype.Type) []datatype.Type {
		if len(args) == 1 {
			return plain(args)
		}
		return params([]string{"scaled", "int"}, args)
	}
	return f
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
		if null, ok := unplaced(c, t); ok {
			return null, nil
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
		t = coerce.Decimal(t)
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
		if null, ok := unplaced(c, t); ok {
			return null, nil
		}
		a := c.Args[0]
		switch {
		case len(c.Args) > 1:
			places, _ := placesOf(c)
			return "TRY_" + cast(fmt.Sprintf("lt_decimal_step(CAST(%s AS VARCHAR), %d, '%s')", a.SQL, places, name), t), nil
		case a.Type.Kind == datatype.Decimal:
			return cast(name+"("+a.SQL+")", t), nil
		case a.Type.Kind == datatype.Double || a.Type.Kind == datatype.Float:
			return "lt_double_bigint(" + name + "(CAST(" + a.SQL + " AS DOUBLE)))", nil
		}
		return cast(a.SQL, tBigInt), nil
	}
}
