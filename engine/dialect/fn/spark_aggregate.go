package fn

import (
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

func sparkAggregate() []Function {
	return join(
		list(
			define("count", Aggregate, "any*", typed("bigint"), count),
			aggregate("count_if", "boolean", "bigint", "").printed(func(c Call) (string, error) {
				return "count(*)" + c.tail(c.Args[0].SQL), nil
			}),
			define("approx_count_distinct", Aggregate, "any any?", typed("bigint"), filled("count(DISTINCT $1)$tail")),
			aggregate("max_by", "any ordered", "$1", "").printed(extremeBy("arg_max_null")),
			aggregate("min_by", "any ordered", "$1", "").printed(extremeBy("arg_min_null")),
			define("mode", Aggregate, "any", typed("$1"), filled("mode($1)$tail")),
			aggregate("median", "double", "double", "quantile_cont($1, 0.5)$tail"),
			define("percentile", Aggregate, "double any any?", percentileResult, percentile).with(percentileParams).refusing(percentileRefused),
			moments("skewness"), moments("kurtosis"),
			// Spark divides by a spread of zero to NULL, DuckDB to NaN. r² is symmetric,
			// what a spread of zero makes of it is not, and other than in DuckDB.
			aggregate("corr", "double double", "double", "CASE WHEN regr_sxx($1, $2)$tail = 0 OR regr_syy($1, $2)$tail = 0 THEN NULL ELSE corr($1, $2)$tail END"),
			aggregate("regr_slope", "double double", "double", "CASE WHEN regr_sxx($1, $2)$tail = 0 THEN NULL ELSE regr_slope($1, $2)$tail END"),
			aggregate("regr_r2", "double double", "double", "regr_r2($2, $1)$tail"),
			binaryStatistic("covar_pop"), binaryStatistic("covar_samp"), binaryStatistic("regr_intercept"),
			binaryStatistic("regr_avgx"), binaryStatistic("regr_avgy"), binaryStatistic("regr_sxx"), binaryStatistic("regr_sxy"), binaryStatistic("regr_syy"),
			aggregate("regr_count", "double double", "bigint", "CAST(regr_count($1, $2)$tail AS BIGINT)"),
			bits("bit_and"), bits("bit_or"), bits("bit_xor"),
		),
		names(define("sum", Aggregate, "total", sumResult, sum), "try_sum"),
		names(define("avg", Aggregate, "total", avgResult, avg), "mean", "try_avg"),
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
		names(define("percentile_approx", Aggregate, "any any any?", percentileApproxResult, percentileApprox).with(percentileApproxParams).refusing(percentileApproxRefused), "approx_percentile"),
		names(define("percentile_cont", Aggregate, "any", typed("double"), withinGroup("quantile_cont"))),
		names(define("listagg", Aggregate, "string string?", typed("$1"), listAgg).with(alikeParams("string string?")).refusing(alikeRefused("string string?")), "string_agg"),
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
	return list(define(name, Aggregate, "ordered", typed("$1"), filled(name+"($1)$tail")))
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
				return "", wrong(c, problem.Say("sql.second_constant"))
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
	return aggregate(name, "whole", "$1", name+"($1)$tail")
}

// withinGroup is percentile_cont(p) WITHIN GROUP (ORDER BY x).
func withinGroup(duck string) printFunc {
	return func(c Call) (string, error) {
		if c.Order == "" {
			return "", wrong(c, problem.Say("sql.needs_within_group"))
		}
		return "percentile_cont(" + c.Args[0].SQL + ") WITHIN GROUP (ORDER BY " + c.Order + ")" + c.Tail(), nil
	}
}
