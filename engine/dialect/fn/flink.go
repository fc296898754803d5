package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// Flink: times of three digits, sums and averages of the type of what is summed,
// NULL where other dialects give an empty text.

func flinkFunctions() []Function {
	spark := index(sparkFunctions())
	return join(
		pick(spark, "concat", "concat_ws", "char_length", "character_length", "upper", "lower", "initcap", "lpad", "rpad", "replace", "reverse", "repeat",
			"left", "right", "instr", "locate", "position", "ascii", "chr", "md5", "sha1", "overlay", "parse_url", "url_encode", "url_decode",
			"startswith", "endswith", "translate", "elt", "trim_both", "trim_leading", "trim_trailing", "btrim", "hex", "unhex", "uuid", "coalesce", "nullif",
			"if", "ifnull", "abs", "exp", "power", "sqrt", "ln", "log2", "log10", "log", "sin", "cos", "tan", "cot", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
			"degrees", "radians", "pi", "e", "mod", "rand", "bin", "substring", "substr", "split", "regexp_count", "regexp_substr", "regexp_instr",
			"count", "min", "max", "first_value", "last_value", "lag", "lead", "cume_dist", "percent_rank", "array_contains", "array_distinct",
			"array_position", "array_remove", "array_append", "array_prepend", "array_union", "array_except", "array_intersect", "array_max", "array_min",
			"array_join", "array_sort", "map_keys", "map_values", "map_entries", "map_from_arrays"),
		flinkText(), flinkTime(), flinkNumber(), flinkAggregate(),
		unsupported("json_value", "json_query", "json_exists", "json_object", "json_array", "json_string", "json_objectagg", "json_arrayagg", "is_json", "collect",
			"proctime", "current_watermark", "source_watermark", "tumble", "hop", "session", "cumulate", "tumble_start", "tumble_end", "hop_start", "hop_end",
			"session_start", "session_end", "current_row_timestamp", "rand_integer", "element"),
	)
}

func flinkText() []Function {
	return join(
		list(
			trimmed("trim", "trim", false), trimmed("ltrim", "ltrim", false), trimmed("rtrim", "rtrim", false),
			computed("regexp", "string string", "boolean", rlike),
			computed("regexp_replace", "string string string", "string", optional(4, []Arg{literal("1", tInt)}, regexpReplace)),
			computed("regexp_extract", "string string int?", "string", optional(3, []Arg{literal("0", tInt)}, func(c Call) (string, error) {
				text, err := regexpExtract(c)
				return "CASE WHEN lt_rlike(" + c.Args[0].SQL + ", " + c.Args[1].SQL + ") THEN " + text + " END", err
			})),
			scalar("split_index", "string string int", "string", "CASE WHEN $3 >= 0 THEN (string_split($1, $2))[$3 + 1] END"),
			scalar("split", "string string", "strings", "string_split($1, $2)"),
			scalar("to_base64", "string", "string", "lt_base64(encode($1))"),
			scalar("from_base64", "string", "string", "lt_utf8(lt_unbase64($1))"),
			scalar("sha224", "string", "string", "lt_sha2(encode($1), 224)"), scalar("sha256", "string", "string", "lt_sha2(encode($1), 256)"),
			scalar("sha384", "string", "string", "lt_sha2(encode($1), 384)"), scalar("sha512", "string", "string", "lt_sha2(encode($1), 512)"),
			scalar("sha2", "string int", "string", "lt_sha2(encode($1), $2)"),
			scalar("encode", "string string", "binary", "lt_encode($1, $2)"), scalar("decode", "binary string", "string", "lt_decode($1, $2)"),
			allOf("is_digit", "^[0-9]+$"), allOf("is_alpha", `^\pL+$`),
			scalar("is_decimal", "string", "boolean", "(lt_cast_decimal($1) IS NOT NULL)"),
			scalar("typeof", "any", "string", "").printed(func(c Call) (string, error) { return quote(c.Args[0].Type.Flink()), nil }),
			define("cardinality", Scalar, "any", typed("int"), func(c Call) (string, error) {
				if c.Args[0].Type.Kind == datatype.Map {
					return fill("CAST(cardinality($1) AS INTEGER)", c), nil
				}
				return fill("CAST(len($1) AS INTEGER)", c), nil
			}),
			define("str_to_map", Scalar, "string string? string?", func(Call) (datatype.Type, error) { return datatype.MapOf(tString, tString), nil },
				optional(3, []Arg{literal(",", tString), literal("=", tString)},
					filled("CASE WHEN $1 IS NOT NULL THEN map(lt_str_to_map_keys($1, $2, $3), lt_str_to_map_values($1, $2, $3)) END"))),
		),
	)
}

// allOf tells whether a text consists of what the pattern names.
func allOf(name, pattern string) Function {
	return computed(name, "string", "boolean", func(c Call) (string, error) {
		return "regexp_matches(" + c.Args[0].SQL + ", " + quote(pattern) + ")", nil
	})
}

func flinkTime() []Function {
	return join(
		names(computed("current_timestamp", "", "ts3", currentTimestamp3), "now"),
		list(
			computed("current_date", "", "date", currentDate),
			computed("localtimestamp", "", "ntz3", func(c Call) (string, error) {
				return "TIMESTAMP_MS '" + localNow(c).Format("2006-01-02 15:04:05.999") + "'", nil
			}),
			computed("date_format", "wall string", "string", func(c Call) (string, error) { return dateFormat(c) }),
			computed("to_date", "string string?", "date", toDate),
			computed("to_timestamp", "string string?", "ntz3", func(c Call) (string, error) {
				c = withDefault(c, literal("yyyy-MM-dd HH:mm:ss", tString))
				if len(c.Args) == 2 && *orEmpty(c.Args[1].Literal) == "yyyy-MM-dd HH:mm:ss" {
					return fill("CAST(lt_cast_timestamp_ntz($1) AS TIMESTAMP_MS)", c), nil
				}
				return fill("CAST(lt_to_timestamp_ntz($1, $2) AS TIMESTAMP_MS)", c), checkPattern(c, true)
			}),
			computed("to_timestamp_ltz", "dec int?", "ts3", func(c Call) (string, error) {
				if digits, _ := whole(withDefault(c, literal("3", tInt)).Args[1]); digits == 0 {
					return fill("to_timestamp(CAST($1 AS DOUBLE))", c), nil
				}
				return fill("to_timestamp(CAST($1 AS DOUBLE) / 1000)", c), nil
			}),
			computed("from_unixtime", "bigint string?", "string", fromUnixtime),
			computed("unix_timestamp", "string? string?", "bigint", unixTimestamp),
			computed("timestampadd", "any int wall", "ntz3", func(c Call) (string, error) {
				adder, ok := adders[unitOf(c.Args[0])]
				if !ok {
					return "", wrong(c, problem.Say("sql.no_unit"))
				}
				return "CAST(" + added(c.Args[2].SQL, adder, c.Args[1].SQL) + " AS TIMESTAMP_MS)", nil
			}),
			computed("timestampdiff", "any ntz ntz", "int", func(c Call) (string, error) {
				unit := unitOf(c.Args[0])
				if _, ok := adders[unit]; !ok {
					return "", wrong(c, problem.Say("sql.no_unit"))
				}
				return fill("CAST(date_sub('"+unit+"', $2, $3) AS INTEGER)", c), nil
			}),
			scalar("convert_tz", "string string string", "string",
				"lt_date_format_ntz(lt_convert_zone($2, $3, lt_cast_timestamp_ntz($1)), 'yyyy-MM-dd HH:mm:ss')"),
			scalar("dayofweek", "wall", "bigint", "(dayofweek($1) + 1)"),
			scalar("week", "wall", "bigint", "week($1)"),
		),
		flinkParts("year", "quarter", "month", "dayofyear", "hour", "minute", "second"),
		names(scalar("dayofmonth", "wall", "bigint", "day($1)"), "day"),
	)
}

func orEmpty(s *string) *string {
	if s == nil {
		empty := ""
		return &empty
	}
	return s
}

func currentTimestamp3(c Call) (string, error) {
	return "TIMESTAMPTZ '" + wall(c.Now.UnixMicro()).Format("2006-01-02 15:04:05.999") + "+00'", nil
}

func flinkParts(names ...string) []Function {
	var fs []Function
	for _, n := range names {
		fs = append(fs, scalar(n, "wall", "bigint", n+"($1)"))
	}
	return fs
}

func flinkNumber() []Function {
	same := func(name string) Function {
		return define(name, Scalar, "num any?", flinkCeilResult, func(c Call) (string, error) { return flinkCeil(c, name) })
	}
	return join(
		list(
			define("round", Scalar, "num int?", flinkRoundResult, round("lt_round", false)),
			same("floor"), same("ceil"), same("ceiling").renamed("ceiling"),
			scalar("sign", "num", "$1", "").printed(func(c Call) (string, error) { return cast(fill("sign($1)", c), c.Args[0].Type), nil }),
			define("truncate", Scalar, "num int?", flinkRoundResult, func(c Call) (string, error) {
				t, err := flinkRoundResult(c)
				if err != nil {
					return "", err
				}
				places, err := placesOf(c)
				if t.Kind == datatype.Decimal {
					return cast(fmt.Sprintf("(trunc(%s * power(10, %d)) / power(10, %d))", c.Args[0].SQL, places, places), t), err
				}
				return cast(fmt.Sprintf("trunc(CAST(%s AS DOUBLE) * power(10, %d)) / power(10, %d)", c.Args[0].SQL, places, places), t), err
			}),
			define("greatest", Scalar, "common common*", typed("common"), allOr("greatest($*)")),
			define("least", Scalar, "common common*", typed("common"), allOr("least($*)")),
		),
	)
}

func (f Function) renamed(name string) Function {
	f.Name = name
	return f
}

// flinkRoundResult keeps a number's type; a decimal loses the digits it is cut to.
func flinkRoundResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type.Nullable()
	if t.Kind != datatype.Decimal {
		return t, nil
	}
	return roundResult(c)
}

func flinkCeilResult(c Call) (datatype.Type, error) {
	t := c.Args[0].Type.Nullable()
	if t.Kind == datatype.Decimal && len(c.Args) == 1 {
		return datatype.DecimalOf(t.Precision, 0), nil
	}
	return t, nil
}

// flinkCeil is FLOOR(x) and FLOOR(moment TO unit).
func flinkCeil(c Call, name string) (string, error) {
	t := c.Args[0].Type
	if len(c.Args) == 2 {
		unit, ok := timeUnits[unitOf(c.Args[1])]
		if name != "floor" || !ok || !coerce.IsMoment(t) {
			return "", refuse(problem.Say("sql.floor_to", "name", strings.ToUpper(name), "type", t.Flink())).With("instead", problem.Say("sql.construct", "words", "FLOOR(timestamp TO unit)"))
		}
		return cast("date_trunc('"+unit+"', "+c.Args[0].SQL+")", t), nil
	}
	if name == "ceiling" {
		name = "ceil"
	}
	result, _ := flinkCeilResult(c)
	return cast(name+"("+c.Args[0].SQL+")", result), nil
}

func flinkAggregate() []Function {
	same := func(c Call) (datatype.Type, error) {
		if t := c.Args[0].Type; t.Kind == datatype.Decimal {
			return datatype.DecimalOf(38, t.Scale), nil
		}
		return c.Args[0].Type.Nullable(), nil
	}
	average := func(c Call) (datatype.Type, error) {
		if t := c.Args[0].Type; t.Kind == datatype.Decimal {
			return datatype.DecimalOf(38, max(6, t.Scale)), nil
		}
		return c.Args[0].Type.Nullable(), nil
	}
	return join(
		list(
			define("sum", Aggregate, "num", same, sumTo(same)),
			define("avg", Aggregate, "num", average, func(c Call) (string, error) {
				if t := c.Args[0].Type; coerce.IsIntegral(t) { // cut off, as Java divides
					x := c.Args[0].SQL
					return cast(c.head("sum")+x+")"+c.Tail()+" // "+c.head("count")+x+")"+c.Tail(), t), nil
				}
				text, err := avgTo(average)(c)
				if t := c.Args[0].Type; t.Kind == datatype.Float {
					text = cast(text, t)
				}
				return text, err
			}),
			define("listagg", Aggregate, "string string?", typed("string"), func(c Call) (string, error) {
				if len(c.Args) == 1 {
					c.Args = append(append([]Arg{}, c.Args...), literal(",", tString))
				}
				return listAgg(c)
			}),
			define("array_agg", Aggregate, "any", typed("list"), func(c Call) (string, error) {
				return c.head("list") + c.Args[0].SQL + c.order() + c.Tail(), nil
			}),
			window("row_number", "", "bigint", "row_number()$tail"), window("rank", "", "bigint", "rank()$tail"),
			window("dense_rank", "", "bigint", "dense_rank()$tail"), window("ntile", "int", "bigint", "CAST(ntile($1)$tail AS BIGINT)"),
		),
		names(statistic("stddev_samp", "stddev_samp"), "stddev"),
		list(statistic("stddev_pop", "stddev_pop"), statistic("var_pop", "var_pop")),
		names(statistic("var_samp", "var_samp"), "variance"),
	)
}
