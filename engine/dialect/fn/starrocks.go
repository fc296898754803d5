package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/dialect/javafn"
	"laketop/engine/problem"
)

// StarRocks: names and argument orders of MySQL, DATETIME without a zone, RE2 for
// regular expressions (so DuckDB's own are right), division and statistics of
// its own.

func starrocksFunctions() []Function {
	spark := index(sparkFunctions())
	return join(
		pick(spark, "concat", "concat_ws", "char_length", "character_length", "left", "right", "instr", "locate", "lpad", "rpad", "replace", "reverse",
			"repeat", "space", "initcap", "ascii", "hex", "unhex", "md5", "sha2", "find_in_set", "starts_with", "ends_with", "trim_both", "trim_leading",
			"trim_trailing", "translate", "substring_index", "url_encode", "url_decode", "upper", "ucase", "lower", "lcase", "abs", "sign", "pi", "e",
			"exp", "cbrt", "sin", "cos", "tan", "atan", "atan2", "degrees", "radians", "conv", "bin", "ln", "log2", "log10", "log", "pow", "power", "pmod",
			"mod", "positive", "negative", "coalesce", "nullif", "if", "ifnull", "uuid", "curdate", "current_date", "datediff", "add_months", "last_day", "next_day",
			"dayofweek", "weekday", "year", "quarter", "month", "day", "dayofmonth", "dayofyear", "weekofyear", "hour", "minute", "second",
			"count", "min", "max", "count_if", "approx_count_distinct", "bool_or", "max_by", "min_by", "corr", "covar_pop", "covar_samp",
			"array_agg", "array_max", "array_min", "array_distinct", "array_remove", "array_append", "cardinality", "element_at", "array_sort",
			"array_intersect", "map_keys", "map_values", "json_object_keys", "lag", "lead", "first_value", "last_value", "cume_dist", "percent_rank",
			"explode", "posexplode", "any_value", "arrays_overlap", "array_contains", "array_join", "random", "rand", "stddev_samp", "var_samp",
			"stddev_pop", "var_pop", "crc32", "levenshtein", "nvl", "bit_count", "typeof", "flatten"),
		starrocksText(), starrocksTime(), starrocksRest(),
		unsupported("bitmap_union_count", "bitmap_union", "bitmap_union_int", "bitmap_agg", "bitmap_count", "bitmap_from_binary", "bitmap_to_binary",
			"to_bitmap", "bitmap_hash", "bitmap_contains", "bitmap_and", "bitmap_or", "bitmap_xor", "bitmap_andnot", "bitmap_intersect", "intersect_count",
			"bitmap_to_string", "bitmap_from_string", "bitmap_to_array", "sub_bitmap", "hll_union_agg", "hll_cardinality", "hll_hash", "hll_raw_agg",
			"parse_json", "json_query", "json_exists", "json_each", "json_object", "json_array", "window_funnel", "retention", "time_slice", "murmur_hash3_32",
			"percentile_union", "percentile_hash", "sleep", "table", "map_agg", "exchange_bytes", "unnest", "generate_series", "date_slice"),
	)
}

// pick takes entries of another dialect that mean the same here.
func pick(from map[string]*Function, names ...string) []Function {
	var fs []Function
	for _, n := range names {
		f, ok := from[n]
		if !ok {
			panic("fn: no function " + n) // a broken table, found by every test
		}
		fs = append(fs, *f)
	}
	return fs
}

func starrocksText() []Function {
	return join(
		names(computed("length", "text", "int", bytesOf("")), "octet_length"),
		names(computed("substring", "string int int?", "string", func(c Call) (string, error) {
			if n, ok := whole(c.Args[1]); ok && n == 0 {
				return "''", nil // MySQL counts from one and finds nothing before it
			}
			text, err := substring(c)
			if c.Args[1].Literal == nil {
				text = "CASE WHEN " + c.Args[1].SQL + " = 0 THEN '' ELSE " + text + " END"
			}
			return text, err
		}), "substr", "mid"),
		list(
			trimmed("trim", "trim", false), trimmed("ltrim", "ltrim", false), trimmed("rtrim", "rtrim", false),
			scalar("split", "string string", "strings", "string_split($1, $2)"),
			scalar("split_part", "string string int", "string", "(string_split($1, $2))[$3]"),
			scalar("strcmp", "string string", "tinyint", "CAST(CASE WHEN $1 < $2 THEN -1 WHEN $1 > $2 THEN 1 WHEN $1 = $2 THEN 0 END AS TINYINT)"),
			scalar("null_or_empty", "string", "boolean", "(coalesce($1, '') = '')"),
			scalar("append_trailing_char_if_absent", "string string", "string", "CASE WHEN ends_with($1, $2) THEN $1 ELSE $1 || $2 END"),
			scalar("to_base64", "string", "string", "lt_base64(encode($1))"),
			scalar("from_base64", "string", "string", "lt_utf8(lt_unbase64($1))"),
			scalar("char", "bigint", "string", "lt_chr($1)"),
			scalar("parse_url", "string string", "string", "lt_parse_url($1, upper($2))"),
			scalar("regexp_extract", "string string int", "string", "regexp_extract($1, $2, $3)").printed(constantPattern("regexp_extract($1, $2, $3)")),
			computed("regexp_replace", "string string string", "string", constantPattern("regexp_replace($1, $2, $3, 'g')")),
			scalar("get_json_int", "string string", "bigint", "lt_cast_bigint(lt_get_json_object($1, $2))"),
			scalar("get_json_double", "string string", "double", "lt_cast_double(lt_get_json_object($1, $2))"),
			scalar("get_json_bool", "string string", "boolean", "lt_cast_boolean(lt_get_json_object($1, $2))"),
		),
		names(scalar("get_json_string", "string string", "string", "lt_get_json_object($1, $2)"), "get_json_object"),
		names(computed("regexp", "string string", "boolean", constantPattern("regexp_matches($1, $2)")), "rlike"),
	)
}

// constantPattern needs the pattern at binding time, as DuckDB's RE2 wants it.
func constantPattern(template string) printFunc {
	return func(c Call) (string, error) {
		if c.Args[1].Literal == nil {
			return "", refuse(problem.Say("sql.variable_pattern", "name", strings.ToLower(c.Name)))
		}
		return fill(template, c), nil
	}
}

func starrocksTime() []Function {
	fs := join(
		names(computed("now", "", "ntz", func(c Call) (string, error) {
			return "TIMESTAMP '" + localNow(c).Format("2006-01-02 15:04:05") + "'", nil
		}), "current_timestamp", "localtimestamp", "localtime"),
		list(
			computed("utc_timestamp", "", "ntz", func(c Call) (string, error) {
				return "TIMESTAMP '" + wall(c.Now.UnixMicro()).Format("2006-01-02 15:04:05") + "'", nil
			}),
			computed("date_format", "wall string", "string", mysqlFormat),
			computed("str_to_date", "string string", "ntz", mysqlParse("lt_mysql_parse($1, $2)")),
			computed("str2date", "string string", "date", mysqlParse("CAST(lt_mysql_parse($1, $2) AS DATE)")),
			computed("from_unixtime", "bigint string?", "string", func(c Call) (string, error) {
				if len(c.Args) == 1 {
					return fill("lt_from_unixtime($1, $z)", c), nil
				}
				local := fill("lt_local(to_timestamp(CAST($1 AS DOUBLE)), $z)", c)
				return formatted(c, local, c.Args[1])
			}),
			computed("unix_timestamp", "written? string?", "bigint", starrocksUnix),
			computed("date_trunc", "string wall", "ntz", func(c Call) (string, error) {
				return truncate(c, cast(c.Args[1].SQL, tNTZ), c.Args[0], timeUnits, "TIMESTAMP"), nil
			}),
			computed("timestampadd", "any int wall", "ntz", func(c Call) (string, error) {
				adder, ok := adders[unitOf(c.Args[0])]
				if !ok {
					return "", wrong(c, problem.Say("sql.no_unit"))
				}
				return added(c.Args[2].SQL, adder, c.Args[1].SQL), nil
			}),
			computed("timestampdiff", "any ntz ntz", "bigint", func(c Call) (string, error) {
				unit := unitOf(c.Args[0])
				if _, ok := adders[unit]; !ok {
					return "", wrong(c, problem.Say("sql.no_unit"))
				}
				return fill("date_sub('"+unit+"', $2, $3)", c), nil
			}),
			scalar("convert_tz", "ntz string string", "ntz", "lt_convert_zone($2, $3, $1)"),
			scalar("dayname", "date", "string", "dayname($1)"),
			scalar("monthname", "date", "string", "monthname($1)"),
			scalar("to_days", "date", "int", "CAST($1 - DATE '0000-01-01' AS INTEGER)"),
			scalar("from_days", "int", "date", "(DATE '0000-01-01' + $1)"),
			scalar("makedate", "int int", "date", "CASE WHEN $2 > 0 THEN CAST(make_date($1, 1, 1) + ($2 - 1) AS DATE) END"),
			scalar("week_iso", "date", "int", "CAST(week($1) AS INTEGER)"),
			scalar("to_iso8601", "date", "string", "lt_date_text($1)"),
			computed("jodatime_format", "wall string", "string", func(c Call) (string, error) {
				return "lt_date_format_ntz(" + cast(c.Args[0].SQL, tNTZ) + ", " + c.Args[1].SQL + ")", checkPattern(c, false)
			}),
		),
		names(scalar("to_date", "wall", "date", "CAST($1 AS DATE)"), "date"),
		names(scalar("timestamp", "wall", "ntz", "CAST($1 AS TIMESTAMP)"), "to_datetime"),
		names(define("date_add", Scalar, "wall any", typed("ntz"), intervalAdd("+")), "adddate", "days_add"),
		names(define("date_sub", Scalar, "wall any", typed("ntz"), intervalAdd("-")), "subdate", "days_sub"),
	)
	for _, unit := range []string{"year", "quarter", "month", "week", "hour", "minute", "second", "millisecond", "microsecond"} {
		for _, way := range []struct{ name, sign string }{{"add", ""}, {"sub", "-"}} {
			adder := adders[unit]
			fs = append(fs, computed(unit+"s_"+way.name, "wall int", "ntz", func(c Call) (string, error) {
				return added(c.Args[0].SQL, adder, way.sign+"("+c.Args[1].SQL+")"), nil
			}))
		}
		diff := unit
		fs = append(fs, computed(unit+"s_diff", "ntz ntz", "bigint", func(c Call) (string, error) {
			return fill("date_sub('"+diff+"', $2, $1)", c), nil
		}))
	}
	return append(fs, scalar("days_diff", "ntz ntz", "bigint", "date_sub('day', $2, $1)"))
}

func added(moment, adder, amount string) string {
	if strings.Contains(adder, "%s") {
		return "(" + cast(moment, tNTZ) + " + " + fmt.Sprintf(adder, amount) + ")"
	}
	return "(" + cast(moment, tNTZ) + " + " + adder + "(" + amount + "))"
}

// intervalAdd is date_add(d, INTERVAL 3 DAY) and date_add(d, 3): a DATETIME.
func intervalAdd(op string) printFunc {
	return func(c Call) (string, error) {
		moment, amount := cast(c.Args[0].SQL, tNTZ), c.Args[1]
		switch {
		case amount.Type.Kind == datatype.Interval:
			return "(" + moment + " " + op + " " + amount.SQL + ")", nil
		case coerce.IsIntegral(amount.Type):
			return "(" + moment + " " + op + " to_days(CAST(" + amount.SQL + " AS INTEGER)))", nil
		}
		return "", mismatch(c)
	}
}

// mysqlSimple are the letters that DuckDB's strftime writes the same.
var mysqlSimple = map[byte]string{
	'Y': "%Y", 'm': "%m", 'd': "%d", 'H': "%H", 'i': "%M", 's': "%S", 'S': "%S", 'y': "%y", 'j': "%j", 'T': "%H:%M:%S", 'f': "%f",
	'a': "%a", 'b': "%b", 'W': "%A", 'M': "%B", 'p': "%p", 'I': "%I", 'h': "%I", '%': "%%", 'e': "%-d", 'c': "%-m", 'k': "%-H", 'l': "%-I",
}

// strftime turns a constant MySQL pattern into DuckDB's, where it can.
func strftime(pattern string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			b.WriteByte(pattern[i])
			continue
		}
		i++
		if i == len(pattern) {
			return "", false
		}
		text, ok := mysqlSimple[pattern[i]]
		if !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

func mysqlFormat(c Call) (string, error) { return formatted(c, cast(c.Args[0].SQL, tNTZ), c.Args[1]) }

// formatted writes a wall clock time by a pattern: MySQL's, or Java's, which
// StarRocks takes for the common forms without %.
func formatted(c Call, local string, pattern Arg) (string, error) {
	if pattern.Literal == nil {
		return "lt_mysql_format(" + local + ", " + pattern.SQL + ")", nil
	}
	text := *pattern.Literal
	if !strings.Contains(text, "%") {
		java := strings.NewReplacer("YYYY", "yyyy", "DD", "dd").Replace(text)
		p := &javafn.Patterns{}
		if err := p.CheckPattern(java, false); err != nil {
			return "", badPattern(c, err)
		}
		return "lt_date_format_ntz(" + local + ", " + quote(java) + ")", nil
	}
	if duck, ok := strftime(text); ok {
		return "strftime(" + local + ", " + quote(duck) + ")", nil
	}
	p := &javafn.MySQLPatterns{}
	if err := p.CheckMySQL(text); err != nil {
		return "", wrong(c, problem.Say("sql.pattern_ends"))
	}
	return "lt_mysql_format(" + local + ", " + quote(text) + ")", nil
}

func mysqlParse(template string) printFunc {
	return func(c Call) (string, error) {
		if p := c.Args[1].Literal; p != nil {
			if err := (&javafn.MySQLPatterns{}).CheckMySQL(*p); err != nil {
				return "", wrong(c, problem.Say("sql.pattern_ends"))
			}
		}
		return fill(template, c), nil
	}
}

func starrocksUnix(c Call) (string, error) {
	if len(c.Args) == 0 {
		return fmt.Sprintf("CAST(%d AS BIGINT)", c.Now.Unix()), nil
	}
	moment := c.Args[0].SQL
	switch t := c.Args[0].Type; {
	case t.IsString() && len(c.Args) == 2:
		moment = fill("lt_instant(lt_mysql_parse($1, $2), $z)", c)
	case t.IsString():
		moment = fill("lt_cast_timestamp($1, $z)", c)
	case t.Kind != datatype.TimestampLTZ:
		moment = "lt_instant(" + cast(moment, tNTZ) + ", " + quote(c.TimeZone) + ")"
	}
	return "CAST(floor(epoch_us(" + moment + ") / 1000000) AS BIGINT)", nil
}

func starrocksRest() []Function {
	return join(
		list(
			define("round", Scalar, "num int?", starrocksRoundResult, starrocksRound),
			scalar("sqrt", "double", "double", "CASE WHEN $1 >= 0 THEN sqrt($1) END"),
			scalar("asin", "double", "double", "CASE WHEN abs($1) <= 1 THEN asin($1) END"),
			scalar("acos", "double", "double", "CASE WHEN abs($1) <= 1 THEN acos($1) END"),
			scalar("truncate", "double int", "double", "(trunc($1 * power(10, $2)) / power(10, $2))"),
			scalar("bitand", "bigint bigint", "bigint", "($1 & $2)"),
			scalar("bitor", "bigint bigint", "bigint", "($1 | $2)"),
			scalar("bitxor", "bigint bigint", "bigint", "xor($1, $2)"),
			scalar("bitnot", "bigint", "bigint", "(~$1)"),
			define("greatest", Scalar, "common common*", typed("common"), allOr("greatest($*)")),
			define("least", Scalar, "common common*", typed("common"), allOr("least($*)")),
			scalar("isnull", "any", "boolean", "($1 IS NULL)"),
			scalar("isnotnull", "any", "boolean", "($1 IS NOT NULL)"),
			define("array_length", Scalar, "any", typed("int"), filled("CAST(len($1) AS INTEGER)")),
			define("array_concat", Scalar, "common common*", typed("$1"), concatPrint),
			define("array_slice", Scalar, "any int int", typed("$1"), slice),
			define("array_position", Scalar, "any any", typed("int"), filled("CAST(coalesce(list_position($1, $2), 0) AS INTEGER)")).with(elementOfFirst),
			define("array_sum", Scalar, "any", typed("double"), filled("CAST(list_sum($1) AS DOUBLE)")),
			define("array_avg", Scalar, "any", typed("double"), filled("list_avg($1)")),
			define("sum", Aggregate, "num", starrocksSumResult, sumTo(starrocksSumResult)),
			define("avg", Aggregate, "num", starrocksAvgResult, starrocksAvg),
			aggregate("percentile_approx", "double double double?", "double", "quantile_cont($1, $2)$tail"),
			aggregate("percentile_cont", "double double", "double", "quantile_cont($1, $2)$tail"),
			define("percentile_disc", Aggregate, "any double", typed("$1"), filled("quantile_disc($1, $2)$tail")),
			window("row_number", "", "bigint", "row_number()$tail"), window("rank", "", "bigint", "rank()$tail"),
			window("dense_rank", "", "bigint", "dense_rank()$tail"), window("ntile", "int", "bigint", "CAST(ntile($1)$tail AS BIGINT)"),
			define("group_concat", Aggregate, "string string?", typed("string"), func(c Call) (string, error) {
				if len(c.Args) == 1 {
					c.Args = append(append([]Arg{}, c.Args...), literal(", ", tString))
				}
				return listAgg(c)
			}),
			define("array_unique_agg", Aggregate, "any", typed("list"), collect(true)),
		),
		names(define("ceil", Scalar, "num", typed("bigint"), filled("lt_double_bigint(ceil(CAST($1 AS DOUBLE)))")), "ceiling", "dceil"),
		names(define("floor", Scalar, "num", typed("bigint"), filled("lt_double_bigint(floor(CAST($1 AS DOUBLE)))")), "dfloor"),
		names(define("ndv", Aggregate, "any", typed("bigint"), filled("count(DISTINCT $1)$tail")), "multi_distinct_count"),
		names(statistic("stddev", "stddev_pop"), "std"),
		names(statistic("variance", "var_pop"), "variance_pop"),
		list(statistic("variance_samp", "var_samp")),
	)
}

// allOr is NULL where any argument is, which DuckDB passes over.
func allOr(template string) printFunc {
	return func(c Call) (string, error) {
		var missing []string
		for _, a := range c.Args {
			missing = append(missing, a.SQL+" IS NULL")
		}
		return "CASE WHEN NOT (" + strings.Join(missing, " OR ") + ") THEN " + fill(template, c) + " END", nil
	}
}

func starrocksRoundResult(c Call) (datatype.Type, error) {
	if t := c.Args[0].Type; t.Kind == datatype.Decimal {
		return roundResult(c)
	}
	if len(c.Args) == 1 {
		return tBigInt, nil
	}
	return tDouble, nil
}

func starrocksRound(c Call) (string, error) {
	if c.Args[0].Type.Kind == datatype.Decimal {
		return round("lt_round", false)(c)
	}
	places, err := placesOf(c)
	text := fmt.Sprintf("lt_round(CAST(%s AS DOUBLE), %d)", c.Args[0].SQL, places)
	if len(c.Args) == 1 {
		text = "lt_double_bigint(" + text + ")"
	}
	return text, err
}

func starrocksSumResult(c Call) (datatype.Type, error) {
	switch t := c.Args[0].Type; {
	case t.Kind == datatype.Decimal:
		return datatype.DecimalOf(38, t.Scale), nil
	case coerce.IsIntegral(t):
		return tBigInt, nil
	}
	return tDouble, nil
}

// sumTo is sum with the result type of a dialect.
func sumTo(result resultFunc) printFunc {
	return func(c Call) (string, error) {
		t, err := result(c)
		if t.Kind == datatype.Double {
			return c.head("sum") + cast(c.Args[0].SQL, tDouble) + ")" + c.Tail(), err
		}
		return cast(c.head("sum")+c.Args[0].SQL+")"+c.Tail(), t), err
	}
}

func starrocksAvgResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type
	if t.Kind != datatype.Decimal {
		return tDouble, nil
	}
	scale := t.Scale
	switch {
	case scale <= 6:
		scale += 6
	case scale <= 12:
		scale = 12
	}
	return datatype.DecimalOf(38, scale), nil
}

func starrocksAvg(c Call) (string, error) { return avgTo(starrocksAvgResult)(c) }

// avgTo is avg with the result type of a dialect, exact for decimals.
func avgTo(result resultFunc) printFunc {
	return func(c Call) (string, error) {
		t, err := result(c)
		x := c.Args[0].SQL
		if t.Kind != datatype.Decimal {
			return c.head("avg") + x + ")" + c.Tail(), err
		}
		return "TRY_" + cast(fmt.Sprintf("lt_decimal_div(CAST(%s%s)%s AS VARCHAR), CAST(%s%s)%s AS VARCHAR), %d)",
			c.head("sum"), x, c.Tail(), c.head("count"), x, c.Tail(), t.Scale), t), err
	}
}

// elementOfFirst casts the second argument to the first's element type.
func elementOfFirst(args []datatype.Type) []datatype.Type {
	if args[0].Elem == nil || args[0].Elem.Kind == datatype.Null {
		return make([]datatype.Type, len(args))
	}
	return []datatype.Type{tUnknown, args[0].Elem.Nullable()}
}
