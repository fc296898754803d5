package dialect

import "strings"

// spellings are the functions that Spark names otherwise than in lower case as
// they were written.
var spellings = map[string]string{
	"ceil": "CEIL", "floor": "FLOOR", "sqrt": "SQRT", "cbrt": "CBRT", "exp": "EXP", "expm1": "EXPM1", "log": "LOG", "log2": "LOG2", "log10": "LOG10", "log1p": "LOG1P", "power": "POWER", "sin": "SIN", "cos": "COS", "tan": "TAN", "cot": "COT", "sec": "SEC", "csc": "CSC", "asin": "ASIN", "acos": "ACOS", "atan": "ATAN", "atan2": "ATAN2", "sinh": "SINH", "cosh": "COSH", "tanh": "TANH", "asinh": "ASINH", "acosh": "ACOSH", "atanh": "ATANH", "degrees": "DEGREES", "radians": "RADIANS", "pi": "PI", "e": "E", "signum": "SIGNUM", "hypot": "HYPOT", "rlike": "RLIKE", "regexp_like": "REGEXP_LIKE", "regexp": "REGEXP", "rank": "RANK", "dense_rank": "DENSE_RANK", "percent_rank": "PERCENT_RANK",
	"array_agg": "collect_list", "dateadd": "date_add", "to_char": "date_format",
}

const clockPattern = "yyyy-MM-dd HH:mm:ss"

// defaults are the arguments that Spark fills in and shows, by function; a
// required argument stands as "".
var defaults = map[string][]string{
	"lag": {"", "1", "NULL"}, "lead": {"", "1", "NULL"}, "sort_array": {"", "true"}, "mask": {"", "X", "x", "n", "NULL"},
	"months_between": {"", "", "true"}, "from_unixtime": {"", clockPattern}, "unix_timestamp": {"", clockPattern}, "to_unix_timestamp": {"", clockPattern},
	"percentile": {"", "", "1"}, "percentile_approx": {"", "", "10000"}, "approx_percentile": {"", "", "10000"},
	"round": {"", "0"}, "bround": {"", "0"}, "split": {"", "", "-1"}, "lpad": {"", "", " "}, "rpad": {"", "", " "},
	"regexp_extract": {"", "", "1"}, "regexp_extract_all": {"", "", "1"}, "regexp_replace": {"", "", "", "1"}, "regexp_instr": {"", "", "0"},
	"substring": {"", "", "2147483647"}, "substr": {"", "", "2147483647"}, "locate": {"", "", "1"}, "position": {"", "", "1"},
	"overlay": {"", "", "", "-1"}, "str_to_map": {"", ",", ":"},
	"aggregate": {"", "", "", identityLambda}, "reduce": {"", "", "", identityLambda},
}

const identityLambda = "lambdafunction(namedlambdavariable(), namedlambdavariable())"

// filled is the arguments with those that Spark fills in.
func filled(name string, args []string) []string {
	switch name {
	case "replace":
		if len(args) == 2 {
			return append(args, "")
		}
	case "log":
		if len(args) == 1 {
			return []string{"E()", args[0]}
		}
	case "first", "last", "any_value", "first_value", "last_value":
		return args[:min(len(args), 1)] // IGNORE NULLS is not shown
	}
	all := defaults[name]
	for i := len(args); i > 0 && i < len(all); i++ {
		args = append(args, all[i])
	}
	return args
}

// operatorForm names the functions that Spark shows as operators.
func operatorForm(name string, args []string) (string, bool) {
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	side := map[string]string{"trim_both": "BOTH", "trim_leading": "LEADING", "trim_trailing": "TRAILING", "ltrim": "LEADING", "rtrim": "TRAILING"}[name]
	switch {
	case name == "if":
		return "(IF(" + strings.Join(args, ", ") + "))", true
	case strings.HasPrefix(name, "trim_") && len(args) == 2:
		return "TRIM(" + side + " " + arg(1) + " FROM " + arg(0) + ")", true
	case side != "" && len(args) == 2:
		return "TRIM(" + side + " " + arg(0) + " FROM " + arg(1) + ")", true
	case strings.HasPrefix(name, "trim_"):
		return "TRIM(" + side + " FROM " + arg(0) + ")", true
	case name == "div" && len(args) == 2:
		return "(" + arg(0) + " div " + arg(1) + ")", true
	case name == "like" && len(args) == 2:
		return arg(0) + " LIKE " + arg(1), true
	case name == "positive":
		return "(+ " + arg(0) + ")", true
	case name == "isnull":
		return "(" + arg(0) + " IS NULL)", true
	case name == "isnotnull":
		return "(" + arg(0) + " IS NOT NULL)", true
	}
	return "", false
}

// unitForm names the functions with a unit in front.
func unitForm(name string, args []string) (string, bool) {
	to := map[string]string{"dateadd": "timestampadd", "date_add": "timestampadd", "timestampadd": "timestampadd", "datediff": "timestampdiff", "date_diff": "timestampdiff", "timestampdiff": "timestampdiff"}[name]
	if to == "" || len(args) != 3 {
		return "", false
	}
	return to + "(" + strings.ToUpper(args[0]) + ", " + args[1] + ", " + args[2] + ")", true
}
