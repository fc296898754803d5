package fn

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// The tables of functions are written with four constructors, each taking a
// signature such as "string int? any*". A word is what an argument must be:
//
//	string int bigint double boolean date ts ntz binary   what Spark casts to that by itself
//	num text common plain day ...                         the rules of words.go
//	any                                                   as it comes
//
// ? marks an argument that may be left out, * any number of them. A result is
// such a type, $n for the type of argument n, "common", or computed.
//
// Print texts are templates: $1..$9 the arguments, $* all of them, $z the
// session's time zone as a literal, $tail FILTER and OVER of an aggregate.

type resultFunc = func(c Call) (datatype.Type, error)
type printFunc = func(c Call) (string, error)

// scalar defines a function by templates.
func scalar(name, sig, result, template string) Function {
	return define(name, Scalar, sig, typed(result), filled(template))
}

// computed defines a scalar whose text depends on its arguments.
func computed(name, sig, result string, text printFunc) Function {
	return define(name, Scalar, sig, typed(result), text)
}

// aggregate defines an aggregate by templates.
func aggregate(name, sig, result, template string) Function {
	return define(name, Aggregate, sig, typed(result), filled(template))
}

// define is the general constructor.
func define(name string, kind Kind, sig string, result resultFunc, text printFunc) Function {
	words := strings.Fields(sig)
	f := Function{Name: name, Kind: kind, Result: result, Print: text, Max: len(words)}
	for _, w := range words {
		switch {
		case strings.HasSuffix(w, "*"):
			f.Max = Unlimited
		case !strings.HasSuffix(w, "?"):
			f.Min++
		}
	}
	f.Params = func(args []datatype.Type) []datatype.Type { return params(words, args) }
	f.Refuses = func(args []Arg) (int, problem.Phrase) { return refuses(words, types(args)) }
	return f
}

// names repeats a definition under other names.
func names(f Function, more ...string) []Function {
	fs := []Function{f}
	for _, name := range more {
		again := f
		again.Name = name
		fs = append(fs, again)
	}
	return fs
}

func join(parts ...[]Function) []Function {
	var all []Function
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

var (
	tString  = datatype.StringType()
	tBinary  = datatype.BytesType()
	tInt     = datatype.Of(datatype.Int)
	tBigInt  = datatype.Of(datatype.BigInt)
	tDouble  = datatype.Of(datatype.Double)
	tFloat   = datatype.Of(datatype.Float)
	tBoolean = datatype.Of(datatype.Boolean)
	tDate    = datatype.Of(datatype.Date)
	tTS      = datatype.LTZOf(6)
	tNTZ     = datatype.TimestampOf(6)
	tNull    = datatype.Of(datatype.Null)
	tUnknown = datatype.Type{}
)

// typed makes a result function of a word.
func typed(word string) resultFunc {
	if t, ok := typeWords[word]; ok {
		return func(Call) (datatype.Type, error) { return t, nil }
	}
	if n, ok := strings.CutPrefix(word, "$"); ok {
		i, _ := strconv.Atoi(n)
		return func(c Call) (datatype.Type, error) { return c.Args[i-1].Type.Nullable(), nil }
	}
	switch word {
	case "element": // of the array that is argument 1
		return func(c Call) (datatype.Type, error) { return elementOf(c, 0), nil }
	case "list": // an array of argument 1
		return func(c Call) (datatype.Type, error) { return datatype.ArrayOf(c.Args[0].Type.Nullable()), nil }
	case "common":
		return func(c Call) (datatype.Type, error) {
			t, ok := coerce.CommonOf(types(c.Args)...)
			if !ok {
				return t, mismatch(c)
			}
			return t, nil
		}
	}
	panic("fn: no result " + word) // a broken table, found by every test
}

func types(args []Arg) []datatype.Type {
	out := make([]datatype.Type, len(args))
	for i, a := range args {
		out[i] = a.Type
	}
	return out
}

func elementOf(c Call, i int) datatype.Type {
	if len(c.Args) > i && c.Args[i].Type.Elem != nil {
		return c.Args[i].Type.Elem.Nullable()
	}
	return tNull
}

func mismatch(c Call) error {
	var list []string
	for _, a := range c.Args {
		list = append(list, a.Type.Spark())
	}
	return problem.New("sql.function_types", "name", strings.ToLower(c.Name), "types", strings.Join(list, ", "))
}

// wrong tells what an argument must be.
func wrong(c Call, what problem.Phrase) error {
	return problem.New("sql.function_argument", "name", strings.ToLower(c.Name)).With("what", what)
}

// badCharset tells why a constant name of a charset is none.
func badCharset(c Call, err error) error {
	return problem.New("sql.function_argument", "name", strings.ToLower(c.Name)).WithError("what", err)
}

// badPattern tells why a constant pattern is none.
func badPattern(c Call, err error) error {
	return problem.New("sql.pattern", "name", c.Name).WithError("what", err).Because(err)
}

// filled makes a print function of a template.
func filled(template string) printFunc {
	return func(c Call) (string, error) { return fill(template, c), nil }
}

func fill(template string, c Call) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] != '$' {
			b.WriteByte(template[i])
			continue
		}
		rest := template[i+1:]
		switch {
		case strings.HasPrefix(rest, "tail"):
			b.WriteString(c.Tail())
			i += 4
		case strings.HasPrefix(rest, "*"):
			b.WriteString(strings.Join(texts(c.Args), ", "))
			i++
		case strings.HasPrefix(rest, "z"):
			b.WriteString(quote(c.TimeZone))
			i++
		default:
			b.WriteString(c.Args[rest[0]-'1'].SQL)
			i++
		}
	}
	return b.String()
}

func texts(args []Arg) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a.SQL
	}
	return out
}

// quote writes a DuckDB string literal.
func quote(s string) string {
	if !strings.ContainsRune(s, 0) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	parts := strings.Split(s, "\x00")
	for i := range parts {
		parts[i] = quote(parts[i])
	}
	return "(" + strings.Join(parts, " || chr(0) || ") + ")"
}

// ident writes a DuckDB identifier.
func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// optional completes the arguments to n with the last of defaults: text sees n.
func optional(n int, defaults []Arg, text printFunc) printFunc {
	return func(c Call) (string, error) {
		if missing := n - len(c.Args); missing > 0 {
			c.Args = append(append([]Arg{}, c.Args...), defaults[len(defaults)-missing:]...)
		}
		return text(c)
	}
}

// literal is an argument of ours.
func literal(value string, t datatype.Type) Arg {
	sql := value
	if t.IsString() {
		sql = quote(value)
	}
	return Arg{SQL: sql, Type: t, Literal: &value}
}

// whole reads a literal whole number.
func whole(a Arg) (int, bool) {
	if a.Literal == nil {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(*a.Literal))
	return n, err == nil
}

// cast writes CAST to the DuckDB type of t.
func cast(sql string, t datatype.Type) string {
	name, err := t.DuckDB()
	if err != nil || t.Kind == datatype.Null || t.Kind == datatype.Unknown {
		return sql
	}
	return fmt.Sprintf("CAST(%s AS %s)", sql, name)
}
