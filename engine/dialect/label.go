package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/dialect/fn"
	"laketop/engine/dialect/javafn"
)

// label is the name of an entry of a select list without an alias: Spark
// prints the expression in its own way, StarRocks keeps it as it was written,
// Flink counts.
func (b *binder) label(x ast.Expr, e *env, position int) string {
	if c, ok := x.(*ast.Column); ok && !(labeller{b, e}).isKeyword(c) {
		return c.Parts[len(c.Parts)-1].Name
	}
	switch b.d {
	case Flink:
		return "EXPR$" + strconv.Itoa(position)
	case StarRocks:
		sp := x.Pos()
		return b.text[sp.Start:sp.End]
	}
	l := labeller{b, e}
	switch n := x.(type) {
	case *ast.Field:
		return n.Name.Name
	case *ast.Cast:
		if name, ok := l.castColumn(n.X); ok {
			return name
		}
	case *ast.Call:
		if _, ok := conversions[strings.ToLower(n.Name[len(n.Name)-1].Name)]; ok && len(n.Args) == 1 {
			if name, ok := l.castColumn(n.Args[0]); ok {
				return name
			}
		}
	}
	return l.of(x)
}

// labeller prints expressions as Spark's column names.
type labeller struct {
	b *binder
	e *env
}

func (l labeller) of(x ast.Expr) string {
	switch n := x.(type) {
	case *ast.Literal:
		return l.literal(n)
	case *ast.Column:
		return l.column(n)
	case *ast.Unary:
		if n.Op == "NOT" {
			return "(NOT " + l.of(n.X) + ")"
		}
		if n.Op == "~" {
			return "~" + l.of(n.X)
		}
		return "(" + n.Op + " " + l.of(n.X) + ")"
	case *ast.Binary:
		return l.binary(n)
	case *ast.Call:
		return l.call(n)
	case *ast.Cast:
		if n.Type.IsNested() {
			return l.of(n.X)
		}
		word := "CAST("
		if n.Try {
			word = "TRY_CAST("
		}
		return word + l.of(n.X) + " AS " + strings.ToUpper(n.Type.Spark()) + ")"
	case *ast.Case:
		return l.caseText(n)
	case *ast.Is:
		return l.is(n)
	case *ast.Between:
		if n.Not {
			return "(NOT between(" + l.list([]ast.Expr{n.X, n.Low, n.High}) + "))"
		}
		return "between(" + l.list([]ast.Expr{n.X, n.Low, n.High}) + ")"
	case *ast.In:
		return l.in(n)
	case *ast.Like:
		return l.like(n)
	case *ast.Index:
		return l.of(n.X) + "[" + l.of(n.I) + "]"
	case *ast.Field:
		return l.of(n.X) + "." + n.Name.Name
	case *ast.Extract:
		return "extract(" + n.Field + " FROM " + l.of(n.X) + ")"
	case *ast.Subquery:
		return "scalarsubquery()"
	case *ast.Exists:
		return "exists()"
	case *ast.Tuple:
		return l.tuple(n)
	case *ast.Array:
		return "array(" + l.list(n.Elems) + ")"
	case *ast.Lambda:
		return l.lambda(n)
	case *ast.Interval:
		return l.interval(n)
	case *ast.NamedArg:
		return l.of(n.Value) + " AS " + n.Name.Name
	}
	sp := x.Pos()
	return l.b.text[sp.Start:sp.End]
}

// castColumn: a cast of a plain column keeps the column's name.
func (l labeller) castColumn(x ast.Expr) (string, bool) {
	c, ok := x.(*ast.Column)
	if !ok {
		return "", false
	}
	v, used, err := l.b.resolve(c, l.e)
	return c.Parts[len(c.Parts)-1].Name, err == nil && used == len(c.Parts) && v.column != nil
}

func (l labeller) list(xs []ast.Expr) string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = l.of(x)
	}
	return strings.Join(out, ", ")
}

func (l labeller) literal(n *ast.Literal) string {
	switch n.Kind {
	case ast.NullLiteral:
		return "NULL"
	case ast.DateLiteral:
		if d, ok := parseDate(n.Value); ok {
			return "DATE '" + d.Format("2006-01-02") + "'"
		}
	case ast.TimestampLiteral, ast.TimestampLTZLiteral:
		return "TIMESTAMP '" + n.Value + "'"
	case ast.TimestampNTZLiteral:
		return "TIMESTAMP_NTZ '" + n.Value + "'"
	case ast.NumberLiteral:
		f, err := strconv.ParseFloat(n.Value, 64)
		switch {
		case err != nil:
		case n.Suffix == "F":
			return javafn.FloatText(float32(f))
		case n.Suffix == "D", n.Suffix == "" && strings.ContainsAny(n.Value, "eE"):
			return javafn.DoubleText(f)
		}
	case ast.BytesLiteral:
		return "X'" + strings.ToUpper(hexText(n.Value)) + "'"
	}
	return n.Value
}

func hexText(s string) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for i := range len(s) {
		out.WriteByte(digits[s[i]>>4])
		out.WriteByte(digits[s[i]&15])
	}
	return out.String()
}

// column drops the qualifier of a name and keeps fields of structs.
func (l labeller) column(n *ast.Column) string {
	_, used, err := l.b.resolve(n, l.e)
	if err != nil || used < 1 {
		return n.Parts[len(n.Parts)-1].Name
	}
	if l.isKeyword(n) {
		return strings.ToLower(n.Parts[0].Name) + "()"
	}
	var parts []string
	if _, ok := l.e.params[strings.ToLower(n.Parts[0].Name)]; ok {
		parts, used = append(parts, "namedlambdavariable()"), used+1
	}
	for _, p := range n.Parts[min(used-1, len(n.Parts)):] {
		parts = append(parts, p.Name)
	}
	return strings.Join(parts, ".")
}

// isKeyword: the name stands for a function such as current_date.
func (l labeller) isKeyword(n *ast.Column) bool {
	if len(n.Parts) > 1 || !noParentheses[strings.ToLower(n.Parts[0].Name)] {
		return false
	}
	for e := l.e; e != nil; e = e.outer {
		if len(e.unqualified(n.Parts[0].Name)) > 0 {
			return false
		}
	}
	return true
}

func (l labeller) binary(n *ast.Binary) string {
	left, right := l.of(n.L), l.of(n.R)
	if n.Op == "+" || n.Op == "-" {
		if text, ok := l.moments(n, left, right); ok {
			return text
		}
	}
	switch n.Op {
	case "||":
		return "concat(" + left + ", " + right + ")"
	case "<>":
		return "(NOT (" + left + " = " + right + "))"
	case "DIV":
		return "(" + left + " div " + right + ")"
	}
	return "(" + left + " " + n.Op + " " + right + ")"
}

// moments names sums of dates, timestamps and intervals.
func (l labeller) moments(n *ast.Binary, left, right string) (string, bool) {
	lt, rt := l.typeOf(n.L), l.typeOf(n.R)
	switch {
	case lt.Kind == datatype.Date && coerce.IsIntegral(rt):
		return map[string]string{"+": "date_add(", "-": "date_sub("}[n.Op] + left + ", " + right + ")", true
	case rt.Kind != datatype.Interval || !isMoment(lt):
		return "", false
	}
	iv, ok := n.R.(*ast.Interval)
	if lt.Kind == datatype.Date && ok && len(iv.Parts) == 1 && (iv.Parts[0].Unit == "DAY" || iv.Parts[0].Unit == "WEEK") {
		days := "extractansiintervaldays(" + right + ")"
		if n.Op == "-" {
			days = "(- " + days + ")"
		}
		return "date_add(" + left + ", " + days + ")", true
	}
	return left + " " + n.Op + " " + right, true
}

func (l labeller) typeOf(x ast.Expr) datatype.Type {
	v, err := l.b.expr(x, l.e)
	if err != nil {
		return datatype.Type{}
	}
	return v.typ
}

// interval names a constant of one unit as Spark prints it: hours, minutes and
// seconds with two digits.
func (l labeller) interval(n *ast.Interval) string {
	sp := n.Pos()
	if len(n.Parts) != 1 || n.Negative {
		return l.b.text[sp.Start:sp.End]
	}
	lit, ok := n.Parts[0].Value.(*ast.Literal)
	k, err := strconv.Atoi(strings.TrimSpace(literalText(lit)))
	if !ok || err != nil {
		return l.b.text[sp.Start:sp.End]
	}
	unit, text := n.Parts[0].Unit, strconv.Itoa(k)
	switch unit {
	case "WEEK":
		unit, text = "DAY", strconv.Itoa(7*k)
	case "QUARTER":
		unit, text = "MONTH", strconv.Itoa(3*k)
	case "HOUR", "MINUTE", "SECOND":
		if len(text) < 2 {
			text = "0" + text
		}
	}
	return "INTERVAL '" + text + "' " + unit
}

func (l labeller) call(n *ast.Call) string {
	name := strings.ToLower(n.Name[len(n.Name)-1].Name)
	if name == "window" && n.Over == nil {
		return "window"
	}
	args := make([]string, len(n.Args))
	for i, x := range n.Args {
		args[i] = l.of(x)
	}
	if n.Star {
		args = []string{"1"}
	}
	if t, ok := conversions[name]; ok && len(args) == 1 {
		return "CAST(" + args[0] + " AS " + strings.ToUpper(t.Spark()) + ")"
	}
	if n.Over == nil && n.Filter == nil {
		if text, ok := operatorForm(name, args); ok {
			return text
		}
		if text, ok := unitForm(name, args); ok {
			return text
		}
	}
	args = filled(name, args)
	var text string
	if spelled, ok := spellings[name]; ok {
		name = spelled
	}
	if f, ok := fn.Lookup(string(l.b.d), name); ok && f.Label != nil && !n.Distinct {
		text = f.Label(args)
	} else {
		inner := strings.Join(args, ", ")
		if n.Distinct {
			inner = "DISTINCT " + inner
		}
		text = name + "(" + inner + ")"
	}
	if n.Filter != nil {
		text += " FILTER (WHERE " + l.of(n.Filter) + ")"
	}
	if n.Over != nil {
		text += " OVER (" + l.window(n.Over, ownFrame(strings.ToLower(name), args)) + ")"
	}
	return text
}

// ownFrame is the frame of the functions that have one of their own.
func ownFrame(name string, args []string) string {
	switch name {
	case "row_number", "rank", "dense_rank", "percent_rank", "ntile":
		return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
	case "lag":
		return "ROWS BETWEEN -" + args[1] + " FOLLOWING AND -" + args[1] + " FOLLOWING"
	case "lead":
		return "ROWS BETWEEN " + args[1] + " FOLLOWING AND " + args[1] + " FOLLOWING"
	}
	return ""
}

func (l labeller) window(w *ast.Window, own string) string {
	for w.Base != nil && l.e.windows[strings.ToLower(w.Base.Name)] != nil && len(w.Partition)+len(w.Order) == 0 {
		w = l.e.windows[strings.ToLower(w.Base.Name)]
	}
	var parts []string
	if len(w.Partition) > 0 {
		parts = append(parts, "PARTITION BY "+l.list(w.Partition))
	}
	if len(w.Order) > 0 {
		keys := make([]string, len(w.Order))
		for i, o := range w.Order {
			keys[i] = l.of(o.X) + direction(o)
		}
		parts = append(parts, "ORDER BY "+strings.Join(keys, ", "))
	}
	frame := "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
	if len(w.Order) > 0 {
		frame = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
	}
	if own != "" {
		frame = own
	} else if w.Frame != nil {
		frame = w.Frame.Unit + " BETWEEN " + l.bound(w, w.Frame.Start) + " AND " + l.bound(w, w.Frame.End)
	}
	return strings.Join(append(parts, frame), " ")
}

func (l labeller) bound(w *ast.Window, b ast.Bound) string {
	if b.Value == nil {
		return b.Kind
	}
	if b.Kind == "PRECEDING" && w.Frame.Unit == "RANGE" && len(w.Order) > 0 && !coerce.Same(l.typeOf(w.Order[0].X), l.typeOf(b.Value)) {
		return "(- " + l.of(b.Value) + ") FOLLOWING" // Spark casts the negated bound
	}
	return l.of(b.Value) + " " + b.Kind
}

func (l labeller) caseText(n *ast.Case) string {
	var s strings.Builder
	s.WriteString("CASE")
	for _, w := range n.Whens {
		cond := l.of(w.Cond)
		if n.Operand != nil {
			cond = "(" + l.of(n.Operand) + " = " + cond + ")"
		}
		s.WriteString(" WHEN " + cond + " THEN " + l.of(w.Then))
	}
	if n.Else != nil {
		s.WriteString(" ELSE " + l.of(n.Else))
	}
	s.WriteString(" END")
	return s.String()
}

func (l labeller) is(n *ast.Is) string {
	x := l.of(n.X)
	switch {
	case n.What == "DISTINCT" && n.Not:
		return "(" + x + " <=> " + l.of(n.Y) + ")"
	case n.What == "DISTINCT":
		return "(NOT (" + x + " <=> " + l.of(n.Y) + "))"
	case n.What == "TRUE", n.What == "FALSE":
		text := "(" + x + " <=> " + strings.ToLower(n.What) + ")"
		if n.Not {
			return "(NOT " + text + ")"
		}
		return text
	case n.Not:
		return "(" + x + " IS NOT NULL)"
	}
	return "(" + x + " IS NULL)"
}

func (l labeller) in(n *ast.In) string {
	text := "(" + l.of(n.X) + " IN (" + l.list(n.List) + "))"
	if n.Query != nil {
		text = "(" + l.of(n.X) + " IN (listquery()))"
	}
	if n.Not {
		return "(NOT " + text + ")"
	}
	return text
}

func (l labeller) like(n *ast.Like) string {
	x := l.of(n.X)
	text := x + " LIKE " + l.of(n.Patterns[0])
	switch {
	case n.Quantifier != "":
		word := map[string]string{"ANY": "likeany", "ALL": "likeall"}[n.Quantifier]
		text = word + "(" + x + ")"
	case n.Op == "RLIKE":
		text = "RLIKE(" + x + ", " + l.of(n.Patterns[0]) + ")"
	case n.Op == "ILIKE":
		text = "ilike(" + x + ", " + l.of(n.Patterns[0]) + ")"
	case n.Escape != nil:
		text += " ESCAPE '" + l.of(n.Escape) + "'"
	}
	if n.Not {
		return "(NOT " + text + ")"
	}
	return text
}

func (l labeller) tuple(n *ast.Tuple) string {
	out := make([]string, len(n.Elems))
	for i, x := range n.Elems {
		if _, ok := x.(*ast.Column); ok {
			out[i] = l.of(x)
			continue
		}
		out[i] = "col" + strconv.Itoa(i+1) + ", " + l.of(x)
	}
	for _, x := range n.Elems {
		if _, ok := x.(*ast.Column); !ok {
			return "named_struct(" + strings.Join(out, ", ") + ")"
		}
	}
	return "struct(" + strings.Join(out, ", ") + ")"
}

func (l labeller) lambda(n *ast.Lambda) string {
	inner := *l.e
	inner.params = map[string]value{}
	names := make([]string, len(n.Params))
	for i, p := range n.Params {
		names[i] = "namedlambdavariable()"
		inner.params[strings.ToLower(p.Name)] = value{typ: datatype.Of(datatype.Unknown)}
	}
	body := (labeller{l.b, &inner}).of(n.Body)
	return "lambdafunction(" + body + ", " + strings.Join(names, ", ") + ")"
}
