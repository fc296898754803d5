package fn

import (
	"strconv"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// fraction is what the second argument of a percentile must be.
var fraction = problem.Say("sql.a_fraction")

// fractionRefused looks at argument 1 of a percentile.
func fractionRefused(args []Arg) (int, problem.Phrase) {
	a := args[1]
	t := a.Type
	if t.Kind == datatype.Array {
		t = *t.Elem
	}
	if t.Kind == datatype.Unknown {
		return -1, problem.Phrase{}
	}
	if !a.Fixed || a.Null || !t.IsNumeric() && !(t.IsString() && a.Type.IsString()) {
		return 1, fraction
	}
	values := a.Items
	if a.Literal != nil {
		values = []string{*a.Literal}
	}
	for _, v := range values {
		if p, err := strconv.ParseFloat(v, 64); err != nil || !(p >= 0 && p <= 1) {
			return 1, fraction
		}
	}
	return -1, problem.Phrase{}
}

func percentileParams(args []datatype.Type) []datatype.Type {
	return fractionParams(args, tDouble)
}

func percentileApproxParams(args []datatype.Type) []datatype.Type {
	if args[0].IsString() || args[0].Kind == datatype.Null {
		return fractionParams(args, tDouble)
	}
	return fractionParams(args, tUnknown)
}

// fractionParams makes a number of a fraction that is text.
func fractionParams(args []datatype.Type, of datatype.Type) []datatype.Type {
	out := make([]datatype.Type, len(args))
	out[0] = of
	if args[1].IsString() {
		out[1] = tDouble
	}
	return out
}

func percentileRefused(args []Arg) (int, problem.Phrase) {
	if i, takes := refuses([]string{"double", "any", "whole"}, types(args)); i >= 0 {
		return i, takes
	}
	return fractionRefused(args)
}

func percentileApproxRefused(args []Arg) (int, problem.Phrase) {
	if t := args[0].Type; !t.IsNumeric() && !t.IsString() && !coerce.IsMoment(t) && t.Kind != datatype.Interval && t.Kind != datatype.Null && t.Kind != datatype.Unknown {
		return 0, problem.Say("sql.number_or_moment")
	}
	if i, takes := refuses([]string{"any", "any", "whole"}, types(args)); i >= 0 {
		return i, takes
	}
	if len(args) > 2 {
		if n, ok := whole(args[2]); args[2].Null || !args[2].Fixed || ok && n <= 0 {
			return 2, problem.Say("sql.a_positive_constant")
		}
	}
	return fractionRefused(args)
}

func percentileResult(c Call) (datatype.Type, error) {
	if c.Args[1].Type.Kind == datatype.Array {
		return datatype.ArrayOf(tDouble), nil
	}
	return tDouble, nil
}

func percentile(c Call) (string, error) {
	if len(c.Args) > 2 {
		return "", refuse(problem.Say("sql.percentile_frequencies"))
	}
	return "quantile_cont(" + c.Args[0].SQL + ", " + c.Args[1].SQL + ")" + c.Tail(), nil
}

func percentileApproxResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type.Nullable()
	if c.Args[1].Type.Kind == datatype.Array {
		return datatype.ArrayOf(t), nil
	}
	return t, nil
}

// percentileApprox is exact: within every accuracy that may be asked for.
func percentileApprox(c Call) (string, error) {
	return "quantile_disc(" + c.Args[0].SQL + ", " + c.Args[1].SQL + ")" + c.Tail(), nil
}
