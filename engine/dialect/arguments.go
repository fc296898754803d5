package dialect

import (
	"math/big"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/coerce"
	"laketop/engine/dialect/fn"
	"laketop/engine/problem"
)

// arguments binds the arguments and casts them to what the function takes.
func (b *binder) arguments(n *ast.Call, f *fn.Function, c *fn.Call, e *env) (value, error) {
	out := value{}
	for i, x := range n.Args {
		if l, ok := x.(*ast.Lambda); ok && f.Lambda != nil {
			a, err := b.lambda(l, f.Lambda(*c, i, len(l.Params)), e)
			if err != nil {
				return out, err
			}
			c.Args = append(c.Args, a)
			continue
		}
		if _, ok := x.(*ast.Star); ok {
			c.Star = true
			continue
		}
		name := ""
		if named, ok := x.(*ast.NamedArg); ok && isWord(f.Name, "struct") {
			x, name = named.Value, named.Name.Name
		}
		v, err := b.expr(x, e)
		if err != nil {
			return out, err
		}
		out.aggr = out.aggr || v.aggr
		a := arg(v)
		a.Name, a.Fixed, a.Items = name, fixed(x), items(x)
		a.Null = v.typ.Kind == datatype.Null && a.Fixed
		if col, ok := x.(*ast.Column); ok && name == "" {
			a.Name = col.Parts[len(col.Parts)-1].Name
		}
		c.Args = append(c.Args, a)
	}
	if f.Params == nil || c.Star {
		return out, nil
	}
	return out, b.castArguments(n, f, c.Args)
}

// castArguments makes the dialect's implicit casts; what they do not reach is
// refused with a caret.
func (b *binder) castArguments(n *ast.Call, f *fn.Function, args []fn.Arg) error {
	types := make([]datatype.Type, len(args))
	for i, a := range args {
		types[i] = a.Type
	}
	if f.Refuses != nil && b.d == Spark {
		if at, takes := f.Refuses(args); at >= 0 && args[at].Params == nil {
			return b.misfit(n, f, at, takes, types[at])
		}
	}
	for i, t := range f.Params(types) {
		if i >= len(args) || t.Kind == datatype.Unknown || args[i].Params != nil {
			continue
		}
		if b.d == Spark && !implicit(f, types[i], t) {
			return b.misfit(n, f, i, problem.Say("sql.word", "word", b.show(t)), types[i])
		}
		v, err := b.cast(value{sql: args[i].SQL, typ: types[i], literal: args[i].Literal}, t, n.Args[i].Pos())
		if err != nil {
			return b.misfit(n, f, i, problem.Say("sql.word", "word", b.show(t)), types[i])
		}
		args[i].SQL, args[i].Type = v.sql, v.typ
		args[i].Literal, args[i].Null = castLiteral(args[i], types[i])
	}
	return nil
}

// implicit tells whether Spark casts an argument by itself. Sums and averages
// take a timestamp as its seconds, which no other function does.
func implicit(f *fn.Function, from, to datatype.Type) bool {
	if f.Kind == fn.Aggregate && from.Kind == datatype.TimestampLTZ && to.Kind == datatype.Double {
		return true
	}
	return coerce.Implicit(from, to)
}

// castLiteral is the value of a constant after its cast to a.Type, as far as it
// can be told here, and whether it became NULL.
func castLiteral(a fn.Arg, from datatype.Type) (literal *string, null bool) {
	if a.Literal == nil || coerce.Same(from, a.Type) {
		return a.Literal, a.Null
	}
	switch text := strings.TrimSpace(*a.Literal); {
	case coerce.IsIntegral(a.Type):
		r, ok := new(big.Rat).SetString(text)
		if !ok || strings.ContainsAny(text, "/eE_xX") && from.IsString() {
			return nil, from.IsString()
		}
		whole := new(big.Int).Quo(r.Num(), r.Denom()).String()
		return &whole, false
	case a.Type.IsNumeric():
		return a.Literal, false
	case a.Type.IsString() && (coerce.IsIntegral(from) || from.Kind == datatype.Decimal):
		return a.Literal, false
	}
	return nil, false
}

// fixed tells whether an expression is made of constants alone.
func fixed(x ast.Expr) bool {
	switch n := x.(type) {
	case *ast.Literal, *ast.Interval:
		return true
	case *ast.Unary:
		return fixed(n.X)
	case *ast.Binary:
		return fixed(n.L) && fixed(n.R)
	case *ast.Cast:
		return fixed(n.X)
	case *ast.Array:
		return allFixed(n.Elems)
	case *ast.Call:
		return n.Over == nil && !n.Star && !isWord(n.Name[len(n.Name)-1].Name, "rand", "random", "randn", "uuid") && allFixed(n.Args)
	}
	return false
}

func allFixed(list []ast.Expr) bool {
	for _, x := range list {
		if !fixed(x) {
			return false
		}
	}
	return true
}

// items are the constants in ARRAY[...] or array(...), as written; nil where
// there is anything else.
func items(x ast.Expr) []string {
	var list []ast.Expr
	switch n := x.(type) {
	case *ast.Array:
		list = n.Elems
	case *ast.Call:
		if isWord(n.Name[len(n.Name)-1].Name, "array") {
			list = n.Args
		}
	}
	var out []string
	for _, x := range list {
		l, ok := x.(*ast.Literal)
		if !ok {
			return nil
		}
		out = append(out, literalText(l))
	}
	return out
}

// misfit refuses an argument for its type.
func (b *binder) misfit(n *ast.Call, f *fn.Function, at int, takes problem.Phrase, is datatype.Type) error {
	return b.types(n.Args[at], problem.Say("sql.argument_is", "n", strconv.Itoa(at+1), "function", f.Name, "type", b.show(is)).With("takes", takes))
}
