package fn

import (
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
)

func sparkAggregate() []Function {
	return join(
		list(
			define("count", Aggregate, "any*", typed("bigint"), count),
			aggregate("count_if", "boolean", "bigint", "").printed(func(c Call) (string, error) {
				return "count(*)" + c.tail(c.Args[0].SQL), nil
			}),
			define("approx_count_distinct", Aggregate, "any any?", typed("bigint"), filled("count(DISTINCT $1)$tail")),
			aggregate("max_by", "any any", "$1", "").printed(extremeBy("arg_max_null")),
			aggregate("min_by", "any any", "$1", "").printed(extremeBy("arg_min_null")),
			define("mode", Aggregate, "any", typed("$1"), filled("mode($1)$tail")),
			aggregate("median", "double", "double", "quantile_cont($1, 0.5)$tail"),
			define("percentile", Aggregate, "double any any?", percentileResult, percentile),
			moments("skewness"), moments("kurtosis"),
			binaryStatistic("corr"), binaryStatistic("covar_pop"), binaryStatistic("covar_samp"),
			binaryStatistic("regr_slope"), binaryStatistic("regr_intercept"), binaryStatistic("regr_r2"),
			binaryStatistic("regr_avgx"), binaryStatistic("regr_avgy"), binaryStatistic("regr_sxx"), binaryStatistic("regr_sxy"), binaryStatistic("regr_syy"),
			aggregate("regr_count", "double double", "bigint", "CAST(regr_count($1, $2)$tail AS BIGINT)"),
			bits("bit_and"), bits("bit_or"), bits("bit_xor"),
		),
		names(define("sum", Aggregate, "num", sumResult, sum), "try_sum"),
		names(define("avg", Aggregate, "num", avgResult, avg), "mean", "try_avg"),
		extreme("min"), extreme("max"),
		names(aggregate("bool_and", "boolean", "boolean", "bool_and($1)$tail"), "every"),
		names(aggregate("bool_or", "boolean", "boolean", "bool_or($1)$tail"), "some", "any"),
		names(define("collect_list", Aggregate, "any", typed("list"), collect(false)), "array_agg"),
		list(define("collect_set", Aggregate, "any", typed("list"), collect(true))),
		names(define("first", Aggregate, "any boolean?", typed("$1"), edge("first")), "first_value"),
		names(define("last", Aggregate, "any boolean?", typed("$1"), edge("last")), "last_value"),
		list(define("any_value", Aggregate, "any boolean?", typed("$1"), edge("first"))),
		names(statistic("stddev", "stddev_samp"), "stddev_samp", "std"),
		list(statistic("stddev_pop", "stddev_pop")),
		names(statistic("variance", "var_samp"), "var_samp"),
		list(statistic("var_pop", "var_pop")),
		names(define("percentile_approx", Aggregate, "any any any?", percentileApproxResult, percentileApprox), "approx_percentile"),
		names(define("percentile_cont", Aggregate, "any", typed("double"), withinGroup("quantile_cont"))),
		names(define("listagg", Aggregate, "string string?", typed("string"), listAgg), "string_agg"),
	)
}

// head opens an aggregate call with its DISTINCT.
func (c Call) head(name string) string {
	if c.Distinct {
		return name + "(DISTINCT "
	}
	return name + "("
}

// order closes the arguments with their ORDER BY.
func (c Call) order() string {
	if c.Order == "" {
		return ")"
	}
	return " ORDER BY " + c.Order + ")"
}

func count(c Call) (string, error) {
	if c.Star || len(c.Args) == 0 {
		return "count(*)" + c.Tail(), nil
	}
	if len(c.Args) == 1 {
		return c.head("count") + c.Args[0].SQL + ")" + c.Tail(), nil
	}
	var missing []string // rows with any NULL do not count
	for _, a := range c.Args {
		missing = append(missing, a.SQL+" IS NULL")
	}
	return c.head("count") + "CASE WHEN NOT (" + strings.Join(missing, " OR ") + ") THEN row(" + strings.Join(texts(c.Args), ", ") + ") END)" + c.Tail(), nil
}

func sumResult(c Call) (datatype.Type, error) {
	switch t := c.Args[0].Type; {
	case t.Kind == datatype.Decimal:
		return datatype.DecimalOf(min(38, t.Precision+10), t.Scale), nil
	case coerce.IsIntegral(t):
		return tBigInt, nil
	}
	return tDouble, nil
}

func sum(c Call) (string, error) {
	t, _ := sumResult(c)
	switch t.Kind {
	case datatype.Decimal:
		return "TRY_" + cast(c.head("sum")+c.Args[0].SQL+")"+c.Tail(), t), nil
	case datatype.BigInt:
		return cast(c.head("sum")+c.Args[0].SQL+")"+c.Tail(), t), nil
	}
	return c.head("sum") + cast(c.Args[0].SQL, tDouble) + ")" + c.Tail(), nil
}

func avgResult(c Call) (datatype.Type, error) {
	if t := c.Args[0].Type; t.Kind == datatype.Decimal {
		return coerce.Bounded(t.Precision+4, t.Scale+4), nil
	}
	return tDouble, nil
}

// avg of decimals divides exactly; DuckDB's own would go through DOUBLE.
func avg(c Call) (string, error) { return avgTo(avgResult)(c) }

func extreme(name string) []Function {
	return list(define(name, Aggregate, "any", typed("$1"), filled(name+"($1)$tail")))
}

// extremeBy leaves out rows whose ordering value is NULL, not those whose value is.
func extremeBy(duck string) printFunc {
	return func(c Call) (string, error) {
		return duck + "(" + c.Args[0].SQL + ", " + c.Args[1].SQL + ")" + c.tail(c.Args[1].SQL+" IS NOT NULL"), nil
	}
}

func collect(distinct bool) printFunc {
	return func(c Call) (string, error) {
		c.Distinct = c.Distinct || distinct
		x := c.Args[0].SQL
		return "coalesce(" + c.head("list") + x + c.order() + c.tail(x+" IS NOT NULL") + ", [])", nil
	}
}

// edge is first and last, as an aggregate or over a window.
func edge(end string) printFunc {
	return func(c Call) (string, error) {
		skip := c.IgnoreNulls
		if len(c.Args) > 1 {
			if c.Args[1].Literal == nil {
				return "", wrong(c, "the second argument must be a constant")
			}
			skip = strings.EqualFold(*c.Args[1].Literal, "true")
		}
		x := c.Args[0].SQL
		if c.Over != "" {
			nulls := ""
			if skip {
				nulls = " IGNORE NULLS"
			}
			return end + "_value(" + x + nulls + ")" + c.Tail(), nil
		}
		if skip {
			return end + "(" + x + c.order() + c.tail(x+" IS NOT NULL"), nil
		}
		return end + "(" + x + c.order() + c.Tail(), nil
	}
}

func statistic(name, duck string) Function {
	return define(name, Aggregate, "double", typed("double"), func(c Call) (string, error) {
		return c.head(duck) + c.Args[0].SQL + ")" + c.Tail(), nil
	})
}

// moments collects the values: DuckDB's own sums of powers lose all digits
// where the mean is large.
func moments(name string) Function {
	return define(name, Aggregate, "double", typed("double"), func(c Call) (string, error) {
		return "lt_" + name + "(" + c.head("list") + c.Args[0].SQL + ")" + c.tail(c.Args[0].SQL+" IS NOT NULL") + ")", nil
	})
}

func binaryStatistic(name string) Function {
	return aggregate(name, "double double", "double", name+"($1, $2)$tail")
}

func bits(name string) Function {
	return aggregate(name, "any", "$1", name+"($1)$tail")
}

func percentileResult(c Call) (datatype.Type, error) {
	if c.Args[1].Type.Kind == datatype.Array {
		return datatype.ArrayOf(tDouble), nil
	}
	return tDouble, nil
}

func percentile(c Call) (string, error) {
	if len(c.Args) > 2 {
		return "", refuse("percentile with frequencies", "")
	}
	return "quantile_cont(" + c.Args[0].SQL + ", " + c.Args[1].SQL + ")" + c.Tail(), nil
}

func percentileApproxResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type.Nullable()
	if t.IsString() {
		t = tDouble
	}
	if c.Args[1].Type.Kind == datatype.Array {
		return datatype.ArrayOf(t), nil
	}
	return t, nil
}

// percentileApprox is exact: within every accuracy that may be asked for.
func percentileApprox(c Call) (string, error) {
	x := c.Args[0].SQL
	if c.Args[0].Type.IsString() {
		x = "lt_cast_double(" + x + ")"
	}
	return "quantile_disc(" + x + ", " + c.Args[1].SQL + ")" + c.Tail(), nil
}

// withinGroup is percentile_cont(p) WITHIN GROUP (ORDER BY x).
func withinGroup(duck string) printFunc {
	return func(c Call) (string, error) {
		if c.Order == "" {
			return "", wrong(c, "needs WITHIN GROUP (ORDER BY ...)")
		}
		return "percentile_cont(" + c.Args[0].SQL + ") WITHIN GROUP (ORDER BY " + c.Order + ")" + c.Tail(), nil
	}
}

func listAgg(c Call) (string, error) {
	separator := "''"
	if len(c.Args) > 1 {
		separator = c.Args[1].SQL
	}
	return c.head("string_agg") + c.Args[0].SQL + ", " + separator + c.order() + c.Tail(), nil
}
