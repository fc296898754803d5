package dialect

import (
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

// conversions are Spark's functions that are casts.
var conversions = map[string]datatype.Type{
	"boolean": boolType, "tinyint": datatype.Of(datatype.TinyInt), "smallint": datatype.Of(datatype.SmallInt), "int": intType, "bigint": bigType,
	"float": datatype.Of(datatype.Float), "double": doubleType, "decimal": datatype.DecimalOf(10, 0), "string": textType,
	"binary": datatype.BytesType(), "date": dateType, "timestamp": datatype.LTZOf(6),
}

// noParentheses are the functions that are called without them.
var noParentheses = map[string]bool{
	"current_date": true, "current_timestamp": true, "localtimestamp": true, "localtime": true, "current_time": true, "current_user": true, "user": true,
	"current_catalog": true, "current_database": true, "session_user": true, "current_schema": true, "proctime": false,
}

// keywordValue reads a bare name that is no column as current_date and its like.
func (b *binder) keywordValue(n *ast.Column) (value, bool, error) {
	if len(n.Parts) != 1 || n.Parts[0].Quoted || !noParentheses[strings.ToLower(n.Parts[0].Name)] {
		return value{}, false, nil
	}
	if _, ok := fn.Lookup(string(b.d), n.Parts[0].Name); !ok {
		return value{}, false, nil
	}
	v, err := b.call(&ast.Call{Span: n.Span, Name: n.Parts, NoParens: true}, &env{})
	return v, true, err
}

// call binds a function call.
func (b *binder) call(n *ast.Call, e *env) (value, error) {
	name := strings.ToLower(n.Name[len(n.Name)-1].Name)
	if len(n.Name) > 1 && !isWord(n.Name[0].Name, "system", "builtin", "session") {
		return value{}, b.unsupported(ast.Name(n.Name).Pos(), problem.Say("sql.function_of_database"), problem.Say("sql.use_built_in"))
	}
	switch {
	case b.d == Spark && len(n.Args) == 1 && conversions[name].Kind != datatype.Unknown:
		v, err := b.expr(n.Args[0], e)
		if err != nil {
			return value{}, err
		}
		return b.explicitCast(v, &ast.Cast{Span: n.Span, X: n.Args[0], Type: conversions[name]})
	case name == "window" && b.d == Spark && n.Over == nil:
		return b.timeWindow(n, e)
	case name == "grouping_id" || name == "grouping":
		return b.grouping(n, name, e)
	}
	f, ok := fn.Lookup(string(b.d), name)
	if !ok {
		return value{}, b.unknownFunction(n)
	}
	if f.Kind == fn.Generator {
		return value{}, b.unsupported(n, problem.Say("sql.inside_expression", "name", name), problem.Say("sql.use_lateral_view"))
	}
	return b.function(n, f, e)
}

func isWord(s string, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(s, w) {
			return true
		}
	}
	return false
}

func (b *binder) unknownFunction(n *ast.Call) error {
	id := n.Name[len(n.Name)-1]
	return b.errorAt(ast.Name(n.Name).Pos(), "sql.unknown_function", "name", id.Name, "dialect", b.d.Title()).Suggest(fn.Nearest(string(b.d), id.Name)...)
}

// function binds a call of a registered function.
func (b *binder) function(n *ast.Call, f *fn.Function, e *env) (value, error) {
	c := fn.Call{
		Name: n.Name[len(n.Name)-1].Name, TimeZone: b.opt.TimeZone, Now: b.opt.Now,
		Star: n.Star, Distinct: n.Distinct, IgnoreNulls: n.IgnoreNulls,
	}
	if err := b.arity(n, f); err != nil {
		return value{}, err
	}
	if f.Rewritten || b.d == Spark && f.Name == "decode" && len(n.Args) > 2 {
		if err := b.clauses(n, f, &c, e); err != nil {
			return value{}, err
		}
		return b.rewritten(n, f.Name, e)
	}
	inner := e
	if f.Kind == fn.Aggregate && n.Over == nil && e.first {
		copied := *e // inside an aggregate a name is a column before it is an alias
		copied.first = false
		inner = &copied
	}
	out, err := b.arguments(n, f, &c, inner)
	if err != nil {
		return value{}, err
	}
	if out.aggr && f.Kind == fn.Aggregate && n.Over == nil {
		return value{}, b.types(n, problem.Say("sql.nested_aggregate"))
	}
	if err := b.clauses(n, f, &c, inner); err != nil {
		return value{}, err
	}
	if out.typ, err = f.Result(c); err != nil {
		return value{}, b.placed(err, n.Span)
	}
	if out.sql, err = f.Print(c); err != nil {
		return value{}, b.placed(err, n.Span)
	}
	out.sql = b.mark(n.Span, out.sql)
	if isWord(f.Name, "raise_error", "assert_true") {
		b.raisers = append(b.raisers, n.Span)
	}
	out.aggr = out.aggr || f.Kind == fn.Aggregate && n.Over == nil
	return out, nil
}

// arity checks the number of arguments.
func (b *binder) arity(n *ast.Call, f *fn.Function) error {
	star := n.Star
	for _, x := range n.Args {
		_, is := x.(*ast.Star)
		star = star || is
	}
	if star && (f.Name != "count" || len(n.Args) > 1) {
		return b.types(n, problem.Say("sql.star_place"))
	}
	if n.Star || len(n.Args) >= f.Min && (f.Max == fn.Unlimited || len(n.Args) <= f.Max) {
		return nil
	}
	least, most, given := strconv.Itoa(f.Min), strconv.Itoa(f.Max), strconv.Itoa(len(n.Args))
	switch {
	case f.Max == fn.Unlimited:
		return b.types(n, problem.Say("sql.arguments_least", "function", f.Name, "least", least, "given", given))
	case f.Max > f.Min:
		return b.types(n, problem.Say("sql.arguments_range", "function", f.Name, "least", least, "most", most, "given", given))
	}
	return b.types(n, problem.Say("sql.arguments_exact", "function", f.Name, "most", most, "given", given))
}

// lambda binds the body with the parameters' types.
func (b *binder) lambda(n *ast.Lambda, types []datatype.Type, e *env) (fn.Arg, error) {
	if len(types) != len(n.Params) {
		return fn.Arg{}, b.types(n, problem.Say("sql.lambda_parameters", "n", strconv.Itoa(len(n.Params))))
	}
	inner := *e
	inner.params = map[string]value{}
	for k, v := range e.params {
		inner.params[k] = v
	}
	a := fn.Arg{}
	for i, p := range n.Params {
		name := b.variable()
		a.Params = append(a.Params, name)
		inner.params[strings.ToLower(p.Name)] = value{sql: name, typ: types[i].Nullable()}
	}
	v, err := b.expr(n.Body, &inner)
	a.SQL, a.Type = v.sql, v.typ
	return a, err
}

// clauses binds ORDER BY, FILTER and OVER of a call.
func (b *binder) clauses(n *ast.Call, f *fn.Function, c *fn.Call, e *env) error {
	if n.Filter != nil {
		v, err := b.condition(n.Filter, e)
		if err != nil {
			return err
		}
		c.Filter = v.sql
	}
	if len(n.OrderBy) > 0 {
		o, err := b.orders(n.OrderBy, e)
		if err != nil {
			return err
		}
		c.Order = o
	}
	if n.Over == nil {
		if f.Kind == fn.Window {
			return b.types(n, problem.Say("sql.needs_over", "function", f.Name))
		}
		return nil
	}
	if f.Kind != fn.Window && f.Kind != fn.Aggregate {
		return b.types(n.Over, problem.Say("sql.no_window_function", "function", f.Name))
	}
	text, err := b.over(n.Over, e, 0)
	if err != nil {
		return err
	}
	c.Over = "OVER (" + text + ")"
	return nil
}

// over prints a window; a named one is put in its place.
func (b *binder) over(w *ast.Window, e *env, depth int) (string, error) {
	var parts []string
	if w.Base != nil {
		base, ok := e.windows[strings.ToLower(w.Base.Name)]
		if !ok || depth > 50 {
			var known []string
			for k := range e.windows {
				known = append(known, k)
			}
			return "", b.syntax(w.Base.Span, problem.Say("sql.no_window", "name", w.Base.Name)).Suggest(problem.Nearest(w.Base.Name, known, 3)...)
		}
		text, err := b.over(base, e, depth+1)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	if len(w.Partition) > 0 {
		vs, err := b.exprs(w.Partition, e)
		if err != nil {
			return "", err
		}
		parts = append(parts, "PARTITION BY "+sqls(vs))
	}
	if len(w.Order) > 0 {
		o, err := b.orders(w.Order, e)
		if err != nil {
			return "", err
		}
		parts = append(parts, "ORDER BY "+o)
	}
	if w.Frame != nil {
		f, err := b.frame(w.Frame, e)
		if err != nil {
			return "", err
		}
		parts = append(parts, f)
	}
	return strings.Join(parts, " "), nil
}

func (b *binder) frame(f *ast.Frame, e *env) (string, error) {
	bound := func(x ast.Bound) (string, error) {
		if x.Value == nil {
			return x.Kind, nil
		}
		v, err := b.expr(x.Value, e)
		return v.sql + " " + x.Kind, err
	}
	start, err := bound(f.Start)
	if err != nil {
		return "", err
	}
	end, err := bound(f.End)
	return f.Unit + " BETWEEN " + start + " AND " + end, err
}

// orders prints sort keys; where NULLs go is always said.
func (b *binder) orders(list []ast.Order, e *env) (string, error) {
	out := make([]string, len(list))
	for i, o := range list {
		v, err := b.expr(o.X, e)
		if err != nil {
			return "", err
		}
		out[i] = v.sql + direction(o)
	}
	return strings.Join(out, ", "), nil
}

// direction is ASC or DESC with the place of NULLs: they are the smallest
// values in Spark, Flink and StarRocks alike.
func direction(o ast.Order) string {
	text, nulls := " ASC", "FIRST"
	if o.Desc {
		text, nulls = " DESC", "LAST"
	}
	if o.Nulls != "" {
		nulls = o.Nulls
	}
	return text + " NULLS " + nulls
}

// grouping prints grouping(a) and grouping_id(a, b).
func (b *binder) grouping(n *ast.Call, name string, e *env) (value, error) {
	args := n.Args
	if len(args) == 0 && name == "grouping_id" {
		args = e.groupKeys
	}
	if len(args) == 0 {
		return value{}, b.types(n, problem.Say("sql.needs_grouping", "function", name))
	}
	vs, err := b.exprs(args, e)
	if err != nil {
		return value{}, err
	}
	t := bigType
	sql := "GROUPING(" + sqls(vs) + ")"
	if name == "grouping" {
		t, sql = datatype.Of(datatype.TinyInt), "CAST("+sql+" AS TINYINT)"
	}
	return value{sql: b.mark(n.Span, sql), typ: t, aggr: true}, nil
}

// extract is EXTRACT(field FROM x).
func (b *binder) extract(n *ast.Extract, e *env) (value, error) {
	c := &ast.Call{
		Span: n.Span, Name: []ast.Ident{{Span: n.Span, Name: "extract"}},
		Args: []ast.Expr{&ast.Literal{Span: n.Span, Kind: ast.StringLiteral, Value: strings.ToLower(n.Field)}, n.X},
	}
	return b.call(c, e)
}
