package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/javafn"
	"laketop/engine/problem"
)

func sparkTime() []Function {
	return join(
		names(computed("current_date", "", "date", currentDate), "curdate"),
		names(computed("now", "", "ts", currentTimestamp), "current_timestamp"),
		list(
			computed("localtimestamp", "", "ntz", func(c Call) (string, error) {
				return "TIMESTAMP '" + localNow(c).Format("2006-01-02 15:04:05.999999") + "'", nil
			}),
			scalar("current_timezone", "", "string", "$z"),
			computed("to_date", "stamp string?", "date", toDate),
			computed("to_timestamp", "epoch string?", "ts", toTimestamp),
			computed("to_timestamp_ltz", "epoch string?", "ts", toTimestamp),
			computed("try_to_timestamp", "epoch string?", "ts", toTimestamp),
			computed("to_timestamp_ntz", "stamp string?", "ntz", toNTZ),
			computed("from_unixtime", "bigint string?", "string", fromUnixtime),
			computed("unix_timestamp", "written? plain?", "bigint", unixTimestamp),
			computed("to_unix_timestamp", "written plain?", "bigint", unixTimestamp),
			scalar("unix_seconds", "instant", "bigint", "CAST(floor(epoch_us($1) / 1000000) AS BIGINT)"),
			scalar("unix_millis", "instant", "bigint", "CAST(floor(epoch_us($1) / 1000) AS BIGINT)"),
			scalar("unix_micros", "instant", "bigint", "epoch_us($1)"),
			scalar("timestamp_seconds", "dec", "ts", "to_timestamp(CAST($1 AS DOUBLE))"),
			scalar("timestamp_millis", "long", "ts", "to_timestamp(CAST($1 AS DOUBLE) / 1000)"),
			scalar("timestamp_micros", "long", "ts", "to_timestamp(CAST($1 AS DOUBLE) / 1000000)"),
			scalar("unix_date", "day", "int", "CAST($1 - DATE '1970-01-01' AS INTEGER)"),
			scalar("date_from_unix_date", "int", "date", "(DATE '1970-01-01' + $1)"),
			computed("date_format", "moment string", "string", dateFormat),
			computed("to_char", "clock string", "string", dateFormat),
			computed("to_varchar", "clock string", "string", dateFormat),
			part("year", "year"), part("month", "month"), part("quarter", "quarter"),
			part("dayofyear", "dayofyear"), part("weekofyear", "weekofyear"),
			part("hour", "hour"), part("minute", "minute"), part("second", "second"),
			scalar("dayofweek", "moment", "int", "CAST(dayofweek($1) + 1 AS INTEGER)"),
			scalar("weekday", "moment", "int", "CAST(isodow($1) - 1 AS INTEGER)"),
			scalar("dayname", "date", "string", "strftime($1, '%a')"),
			scalar("monthname", "date", "string", "strftime($1, '%b')"),
			scalar("add_months", "date int", "date", "CAST($1 + to_months($2) AS DATE)"),
			scalar("date_sub", "date int", "date", "($1 - $2)").refusing(unitRefused("days")),
			scalar("last_day", "date", "date", "last_day($1)"),
			scalar("next_day", "date string", "date", "lt_next_day($1, $2)"),
			computed("months_between", "ts ts boolean?", "double",
				optional(3, []Arg{literal("true", tBoolean)}, filled("lt_months_between(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), $3)"))),
			computed("trunc", "date string", "date", truncDate),
			computed("date_trunc", "string ts", "ts", func(c Call) (string, error) {
				return truncate(c, c.Args[1].SQL, c.Args[0], timeUnits, "TIMESTAMPTZ"), nil
			}),
			scalar("make_date", "int int int", "date", "TRY(make_date($1, $2, $3))"),
			computed("make_timestamp", "int int int int int num string?", "ts", makeTimestamp),
			scalar("make_timestamp_ntz", "int int int int int num", "ntz", "TRY(make_timestamp($1, $2, $3, $4, $5, CAST($6 AS DOUBLE)))"),
			computed("from_utc_timestamp", "ts string", "ts", inZone("lt_from_utc($1, $2, $z)")),
			computed("to_utc_timestamp", "ts string", "ts", inZone("lt_to_utc($1, $2, $z)")),
			computed("convert_timezone", "any any any?", "ntz", convertTimezone).with(convertParams),
		),
		names(part("day", "day"), "dayofmonth"),
		names(define("date_add", Scalar, "any any any?", addedResult, dateAdd).with(unitParams("int")).refusing(unitRefused("days")), "dateadd"),
		list(define("timestampadd", Scalar, "any int moment", addedResult, dateAdd).with(unitParams("int"))),
		names(define("datediff", Scalar, "any any any?", diffResult, dateDiff).with(unitParams("date")).refusing(unitRefused("date")), "date_diff"),
		list(define("timestampdiff", Scalar, "any ts ts", diffResult, dateDiff).with(unitParams("date"))),
		names(define("date_part", Scalar, "string moment", datePartResult, datePart), "datepart", "extract"),
	)
}

func part(name, duck string) Function {
	return scalar(name, "moment", "int", "CAST("+duck+"($1) AS INTEGER)")
}

func localNow(c Call) timeLike {
	zones := &javafn.Zones{}
	micros, ok := zones.Local(c.Now.UnixMicro(), c.TimeZone)
	if !ok {
		micros = c.Now.UnixMicro()
	}
	return wall(micros)
}

func currentDate(c Call) (string, error) {
	return "DATE '" + localNow(c).Format("2006-01-02") + "'", nil
}

func currentTimestamp(c Call) (string, error) {
	return "TIMESTAMPTZ '" + wall(c.Now.UnixMicro()).Format("2006-01-02 15:04:05.999999") + "+00'", nil
}

// checkPattern refuses a constant pattern that is none.
func checkPattern(c Call, parsing bool) error {
	if c.Args[1].Literal == nil {
		return nil
	}
	p := &javafn.Patterns{}
	if err := p.CheckPattern(*c.Args[1].Literal, parsing); err != nil {
		return badPattern(c, err)
	}
	return nil
}

// hasZone tells whether a constant pattern may hold a zone.
func hasZone(a Arg) bool {
	return a.Literal == nil || strings.ContainsAny(*a.Literal, "VOXxZ")
}

func toDate(c Call) (string, error) {
	a := c.Args[0]
	switch {
	case !a.Type.IsString():
		return cast(a.SQL, tDate), nil
	case len(c.Args) == 1:
		return fill("lt_cast_date($1)", c), nil
	}
	if err := checkPattern(c, true); err != nil {
		return "", err
	}
	if hasZone(c.Args[1]) {
		return fill("CAST(lt_to_timestamp($1, $2, $z) AS DATE)", c), nil
	}
	return fill("CAST(lt_to_timestamp_ntz($1, $2) AS DATE)", c), nil
}

func toTimestamp(c Call) (string, error) {
	a := c.Args[0]
	switch {
	case a.Type.IsString() && len(c.Args) == 1:
		return fill("lt_cast_timestamp($1, $z)", c), nil
	case a.Type.IsString():
		return fill("lt_to_timestamp($1, $2, $z)", c), checkPattern(c, true)
	case a.Type.IsNumeric() && len(c.Args) > 1:
		return "", wrong(c, problem.Say("sql.number_pattern"))
	case a.Type.IsNumeric():
		return fill("to_timestamp(CAST($1 AS DOUBLE))", c), nil
	case a.Type.Kind == datatype.Timestamp && len(c.Args) > 1: // its clock is read as UTC's, in Spark
		return fill("make_timestamptz(epoch_us($1))", c), nil
	case a.Type.Kind == datatype.TimestampLTZ:
		return a.SQL, nil
	}
	return cast(a.SQL, tTS), nil
}

func toNTZ(c Call) (string, error) {
	a := c.Args[0]
	switch {
	case a.Type.IsString() && len(c.Args) == 1:
		return fill("lt_cast_timestamp_ntz($1)", c), nil
	case a.Type.IsString():
		return fill("lt_to_timestamp_ntz($1, $2)", c), checkPattern(c, true)
	}
	return cast(a.SQL, tNTZ), nil
}

func fromUnixtime(c Call) (string, error) {
	if len(c.Args) == 1 {
		return fill("lt_from_unixtime($1, $z)", c), nil
	}
	return fill("lt_date_format(to_timestamp(CAST($1 AS DOUBLE)), $2, $z)", c), checkPattern(c, false)
}

func unixTimestamp(c Call) (string, error) {
	if len(c.Args) == 0 {
		return fmt.Sprintf("CAST(%d AS BIGINT)", c.Now.Unix()), nil
	}
	moment := c.Args[0].SQL
	switch a := c.Args[0]; {
	case a.Type.IsString():
		c = withDefault(c, literal("yyyy-MM-dd HH:mm:ss", tString))
		if err := checkPattern(c, true); err != nil {
			return "", err
		}
		moment = fill("lt_to_timestamp($1, $2, $z)", c)
	case a.Type.Kind == datatype.Date:
		moment = cast(a.SQL, tTS)
	}
	return "CAST(floor(epoch_us(" + moment + ") / 1000000) AS BIGINT)", nil
}

func withDefault(c Call, last Arg) Call {
	if len(c.Args) == 1 {
		c.Args = []Arg{c.Args[0], last}
	}
	return c
}

func dateFormat(c Call) (string, error) {
	if err := checkPattern(c, false); err != nil {
		return "", err
	}
	switch t := c.Args[0].Type; {
	case t.Kind == datatype.Timestamp:
		return fill("lt_date_format_ntz(CAST($1 AS TIMESTAMP), $2)", c), nil
	case t.Kind == datatype.Date && !hasZone(c.Args[1]):
		return fill("lt_date_format_ntz(CAST($1 AS TIMESTAMP), $2)", c), nil
	case t.Kind == datatype.Date:
		return fill("lt_date_format(CAST($1 AS TIMESTAMPTZ), $2, $z)", c), nil
	}
	return fill("lt_date_format($1, $2, $z)", c), nil
}

// dateUnits and timeUnits are what trunc and date_trunc know.
var dateUnits = map[string]string{
	"year": "year", "yyyy": "year", "yy": "year", "quarter": "quarter", "month": "month", "mm": "month", "mon": "month", "week": "week",
}

var timeUnits = map[string]string{
	"year": "year", "yyyy": "year", "yy": "year", "quarter": "quarter", "month": "month", "mm": "month", "mon": "month", "week": "week",
	"day": "day", "dd": "day", "hour": "hour", "minute": "minute", "second": "second", "millisecond": "millisecond", "microsecond": "microsecond",
}

func truncDate(c Call) (string, error) {
	return truncate(c, c.Args[0].SQL, c.Args[1], dateUnits, "DATE"), nil
}

func truncate(_ Call, value string, unit Arg, units map[string]string, duck string) string {
	one := func(u string) string { return fmt.Sprintf("CAST(date_trunc('%s', %s) AS %s)", u, value, duck) }
	if unit.Literal != nil {
		if u, ok := units[strings.ToLower(*unit.Literal)]; ok {
			return one(u)
		}
		return "CAST(NULL AS " + duck + ")"
	}
	var b strings.Builder
	b.WriteString("CASE lower(" + unit.SQL + ")")
	for _, name := range sortedKeys(units) {
		b.WriteString(" WHEN '" + name + "' THEN " + one(units[name]))
	}
	return b.String() + " END"
}

func makeTimestamp(c Call) (string, error) {
	if len(c.Args) == 7 {
		return fill("lt_instant(TRY(make_timestamp($1, $2, $3, $4, $5, CAST($6 AS DOUBLE))), $7)", c), nil
	}
	return fill("lt_instant(TRY(make_timestamp($1, $2, $3, $4, $5, CAST($6 AS DOUBLE))), $z)", c), nil
}

func convertParams(args []datatype.Type) []datatype.Type {
	out := []datatype.Type{tString, tString, tNTZ}
	return out[3-len(args):]
}

// inZone fails where the zone, argument 2, is not known.
func inZone(call string) printFunc {
	return func(c Call) (string, error) {
		return fill(orError(call, problem.Say("sql.raised_zone", "zone", Computed("$2")), "$2", "$1"), c), nil
	}
}

func convertTimezone(c Call) (string, error) {
	if len(c.Args) == 2 {
		unknown := problem.Say("sql.raised_zone", "zone", Computed("$1"))
		return fill(orError("lt_convert_zone($z, $1, $2)", unknown, "$1", "$2"), c), nil
	}
	unknown := problem.Say("sql.raised_zones", "zone", Computed("$1"), "other", Computed("$2"))
	return fill(orError("lt_convert_zone($1, $2, $3)", unknown, "$1", "$2", "$3"), c), nil
}

// adders add n units to a moment.
var adders = map[string]string{
	"year": "to_years", "quarter": "to_months(3 * %s)", "month": "to_months", "week": "to_weeks", "day": "to_days", "dayofyear": "to_days",
	"hour": "to_hours", "minute": "to_minutes", "second": "to_seconds", "millisecond": "to_milliseconds", "microsecond": "to_microseconds",
}

func unitOf(a Arg) string {
	if a.Literal == nil {
		return ""
	}
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(*a.Literal), "s"), "sql_tsi_")
}

// unitParams are the parameters of date_add(date, days) and datediff(date, date),
// or with a unit before them.
func unitParams(second string) func([]datatype.Type) []datatype.Type {
	return func(args []datatype.Type) []datatype.Type {
		switch {
		case len(args) == 2:
			return params([]string{"date", second}, args)
		case second == "int":
			return params([]string{"any", "int", "moment"}, args)
		}
		return params([]string{"any", "ts", "ts"}, args)
	}
}

// unitRefused is what Spark refuses there. A number of days is cast from nothing
// but a constant text.
func unitRefused(second string) func([]Arg) (int, problem.Phrase) {
	return func(args []Arg) (int, problem.Phrase) {
		words := []string{"any", "int", "moment"}
		switch {
		case len(args) == 2 && args[1].Type.IsString() && second == "days":
			words = []string{"date", "any"}
			if _, ok := whole(args[1]); !ok {
				return 1, problem.Say("sql.an_integer")
			}
		case len(args) == 2:
			words = []string{"date", second}
		case second == "date":
			words = []string{"any", "ts", "ts"}
		}
		return refuses(words, types(args))
	}
}

func addedResult(c Call) (datatype.Type, error) {
	if len(c.Args) == 2 {
		return tDate, nil
	}
	if c.Args[2].Type.Kind == datatype.Timestamp {
		return tNTZ, nil
	}
	return tTS, nil
}

func dateAdd(c Call) (string, error) {
	if len(c.Args) == 2 {
		return fill("($1 + $2)", c), nil
	}
	adder, ok := adders[unitOf(c.Args[0])]
	if !ok {
		return "", wrong(c, problem.Say("sql.one_of_units"))
	}
	t, _ := addedResult(c)
	amount := adder + "(" + c.Args[1].SQL + ")"
	if strings.Contains(adder, "%s") {
		amount = fmt.Sprintf(adder, c.Args[1].SQL)
	}
	return "(" + cast(c.Args[2].SQL, t) + " + " + amount + ")", nil
}

func diffResult(c Call) (datatype.Type, error) {
	if len(c.Args) == 2 {
		return tInt, nil
	}
	return tBigInt, nil
}

// dateDiff counts whole units between two moments.
func dateDiff(c Call) (string, error) {
	if len(c.Args) == 2 {
		return fill("CAST($1 - $2 AS INTEGER)", c), nil
	}
	unit := unitOf(c.Args[0])
	if _, ok := adders[unit]; !ok {
		return "", wrong(c, problem.Say("sql.one_of_units"))
	}
	if unit == "dayofyear" {
		unit = "day"
	}
	return fill("date_sub('"+unit+"', $2, $3)", c), nil
}

// dateParts are the fields of date_part with their DuckDB texts.
var dateParts = map[string]string{
	"year": "year", "y": "year", "years": "year", "yr": "year", "yrs": "year", "yearofweek": "isoyear",
	"quarter": "quarter", "qtr": "quarter", "month": "month", "mon": "month", "mons": "month", "months": "month",
	"week": "week", "w": "week", "weeks": "week", "day": "day", "d": "day", "days": "day",
	"dayofweek": "dayofweek", "dow": "dayofweek", "dayofweek_iso": "isodow", "dow_iso": "isodow", "doy": "dayofyear",
	"hour": "hour", "h": "hour", "hours": "hour", "hr": "hour", "hrs": "hour",
	"minute": "minute", "m": "minute", "min": "minute", "mins": "minute", "minutes": "minute",
	"second": "second", "s": "second", "sec": "second", "seconds": "second", "secs": "second",
}

func datePartResult(c Call) (datatype.Type, error) {
	if f := c.Args[0].Literal; f != nil && dateParts[strings.ToLower(*f)] == "second" {
		return datatype.DecimalOf(8, 6), nil
	}
	return tInt, nil
}

func datePart(c Call) (string, error) {
	if c.Args[0].Literal == nil {
		return "", wrong(c, problem.Say("sql.field_constant"))
	}
	switch field := dateParts[strings.ToLower(*c.Args[0].Literal)]; field {
	case "":
		return "", wrong(c, problem.Say("sql.no_time_field", "field", *c.Args[0].Literal))
	case "second":
		if c.Args[1].Type.Kind == datatype.Date {
			return fill("CASE WHEN $2 IS NOT NULL THEN CAST(0 AS DECIMAL(8,6)) END", c), nil
		}
		return fill("CAST(CAST(microsecond($2) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(8,6))", c), nil
	case "dayofweek":
		return fill("CAST(dayofweek($2) + 1 AS INTEGER)", c), nil
	case "hour", "minute":
		if c.Args[1].Type.Kind == datatype.Date {
			return fill("CASE WHEN $2 IS NOT NULL THEN 0 END", c), nil
		}
		return fill("CAST("+field+"($2) AS INTEGER)", c), nil
	default:
		return fill("CAST("+field+"($2) AS INTEGER)", c), nil
	}
}
