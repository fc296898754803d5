package dialect

import (
	"regexp"
	"strconv"
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// interval prints INTERVAL. Its type's Text is "time" when it holds hours or
// less: a date plus such an interval is a timestamp.
func (b *binder) interval(n *ast.Interval, e *env) (value, error) {
	if n.Text != "" {
		parts, ok := intervalText(n.Text, n.From, n.To)
		if !ok {
			return value{}, b.types(n, problem.Say("sql.bad_interval"))
		}
		n = &ast.Interval{Span: n.Span, Parts: parts, Negative: n.Negative}
	}
	v := value{typ: spanType}
	var terms []string
	for _, p := range n.Parts {
		x, err := b.expr(p.Value, e)
		if err != nil {
			return value{}, err
		}
		v.aggr = v.aggr || x.aggr
		term, err := b.intervalTerm(p, x)
		if err != nil {
			return value{}, err
		}
		if isTimeUnit(p.Unit) {
			v.typ.Text = "time"
		}
		terms = append(terms, term)
	}
	v.sql = strings.Join(terms, " + ")
	if n.Negative {
		v.sql = "-(" + v.sql + ")"
	}
	if len(terms) > 1 || n.Negative {
		v.sql = "(" + v.sql + ")"
	}
	v.sql = b.mark(n.Span, v.sql)
	return v, nil
}

func isTimeUnit(unit string) bool {
	switch unit {
	case "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND":
		return true
	}
	return false
}

// toUnit are DuckDB's functions that make an interval.
var toUnit = map[string]string{
	"YEAR": "to_years", "QUARTER": "to_quarters", "MONTH": "to_months", "WEEK": "to_weeks", "DAY": "to_days", "HOUR": "to_hours",
	"MINUTE": "to_minutes", "SECOND": "to_seconds", "MILLISECOND": "to_milliseconds", "MICROSECOND": "to_microseconds",
}

func (b *binder) intervalTerm(p ast.IntervalPart, x value) (string, error) {
	f, ok := toUnit[p.Unit]
	if !ok {
		return "", b.unsupported(p.Value, problem.Say("sql.construct", "words", "INTERVAL ... "+p.Unit), problem.Say("sql.use_interval_unit"))
	}
	if x.literal != nil && (x.typ.IsString() || x.typ.IsNumeric()) {
		s := strings.TrimSpace(*x.literal)
		if _, err := strconv.ParseInt(s, 10, 64); err == nil {
			return "INTERVAL '" + s + "' " + p.Unit, nil
		}
		if _, err := strconv.ParseFloat(s, 64); err == nil && p.Unit == "SECOND" {
			return "INTERVAL '" + s + "' SECOND", nil
		}
		return "", b.types(p.Value, problem.Say("sql.interval_number"))
	}
	to := bigType
	switch p.Unit {
	case "SECOND", "MILLISECOND":
		to = doubleType
	case "YEAR", "QUARTER", "MONTH", "WEEK", "DAY":
		to = intType
	}
	x, err := b.cast(x, to, p.Value.Pos())
	return f + "(" + x.sql + ")", err
}

var (
	unitPair  = regexp.MustCompile(`(?i)^\s*([+-]?\s*\d+(?:\.\d+)?)\s+([a-z]+)`)
	yearMonth = regexp.MustCompile(`^\s*([+-]?)(\d+)-(\d+)\s*$`)
)

// intervalText reads '3 days 2 hours', '1-2' YEAR TO MONTH and
// '1 02:03:04' DAY TO SECOND.
func intervalText(s, from, to string) ([]ast.IntervalPart, bool) {
	part := func(sign, n, unit string) ast.IntervalPart {
		return ast.IntervalPart{Value: &ast.Literal{Kind: ast.StringLiteral, Value: strings.ReplaceAll(sign+n, " ", "")}, Unit: unit}
	}
	switch {
	case from == "YEAR" && to == "MONTH":
		g := yearMonth.FindStringSubmatch(s)
		if g == nil {
			return nil, false
		}
		return []ast.IntervalPart{part(g[1], g[2], "YEAR"), part(g[1], g[3], "MONTH")}, true
	case from != "":
		return clockInterval(s, from, to, part)
	}
	rest := strings.TrimSpace(s)
	if w := strings.ToLower(rest); strings.HasPrefix(w, "interval ") {
		rest = rest[len("interval "):]
	}
	var out []ast.IntervalPart
	for strings.TrimSpace(rest) != "" {
		g := unitPair.FindStringSubmatch(rest)
		if g == nil {
			return nil, false
		}
		unit := strings.TrimSuffix(strings.ToUpper(g[2]), "S")
		if _, ok := toUnit[unit]; !ok {
			return nil, false
		}
		out = append(out, part("", g[1], unit))
		rest = rest[len(g[0]):]
	}
	return out, len(out) > 0
}

var clockUnits = []string{"DAY", "HOUR", "MINUTE", "SECOND"}

// clockInterval reads the fields from unit to unit of 'd h:m:s'.
func clockInterval(s, from, to string, part func(sign, n, unit string) ast.IntervalPart) ([]ast.IntervalPart, bool) {
	first, last := -1, -1
	for i, u := range clockUnits {
		if u == from {
			first = i
		}
		if u == to {
			last = i
		}
	}
	if first < 0 || last <= first {
		return nil, false
	}
	sign := ""
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ':' })
	if len(fields) != last-first+1 {
		return nil, false
	}
	var out []ast.IntervalPart
	for i, f := range fields {
		if _, err := strconv.ParseFloat(f, 64); err != nil {
			return nil, false
		}
		out = append(out, part(sign, f, clockUnits[first+i]))
	}
	return out, true
}
