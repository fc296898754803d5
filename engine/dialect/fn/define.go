package fn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// The tables of functions are written with four constructors, each taking a
// signature such as "string int? any*". A word is what an argument must be:
//
//	string int bigint double boolean date ts ntz binary   exactly that
//	num      a number; text becomes DOUBLE
//	dec      a number that is not text, as it comes
//	moment   DATE or a timestamp; text becomes TIMESTAMP
//	wall     the same, and what shows a zone's clock comes as it is
//	text     STRING, or BINARY where it is that already
//	common   the type that all common arguments meet in
//	arrays, maps   the same, an ARRAY or a MAP
//	array, map, nested, whole   as it comes: an ARRAY, a MAP, one of both, an integer
//	plain, long   a STRING, a BIGINT, cast from nothing but text, an integer
//	any      as it comes
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
	f.Refuses = func(args []datatype.Type) (int, string) { return refuses(words, args) }
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

var typeWords = map[string]datatype.Type{
	"string": tString, "int": tInt, "bigint": tBigInt, "double": tDouble, "float": tFloat, "boolean": tBoolean, "date": tDate,
	"ts": tTS, "ntz": tNTZ, "binary": tBinary, "tinyint": datatype.Of(datatype.TinyInt), "smallint": datatype.Of(datatype.SmallInt),
	"null": tNull, "unknown": tUnknown, "plain": tString, "long": tBigInt, "strings": datatype.ArrayOf(datatype.StringType()),
	"ntz0": datatype.TimestampOf(0), "ntz3": datatype.TimestampOf(3), "ts3": datatype.LTZOf(3),
}

func word(words []string, i int) string {
	w := words[min(i, len(words)-1)]
	return strings.TrimRight(w, "?*")
}

func params(words []string, args []datatype.Type) []datatype.Type {
	out := make([]datatype.Type, len(args))
	if len(words) == 0 {
		return out
	}
	common := datatype.Type{}
	if slices.ContainsFunc(words, func(w string) bool { return meets(strings.TrimRight(w, "?*")) }) {
		common = commonOf(words, args)
	}
	for i, a := range args {
		w := word(words, i)
		if meets(w) {
			out[i] = common
			continue
		}
		out[i] = param(w, a)
	}
	return out
}

// refuses finds the first argument that Spark does not cast by itself to what
// its word says.
func refuses(words []string, args []datatype.Type) (int, string) {
	for i, a := range args {
		if len(words) == 0 || a.Kind == datatype.Unknown || a.Kind == datatype.Null {
			continue
		}
		var fits bool
		var takes string
		switch w := word(words, i); w {
		case "common", "any", "null", "unknown":
			continue
		case "num":
			fits, takes = a.IsNumeric() || a.IsString(), "a number"
		case "dec":
			fits, takes = a.IsNumeric(), "a number"
		case "moment", "wall":
			fits, takes = coerce.IsMoment(a) || a.IsString(), "a date or a timestamp"
		case "array", "arrays":
			fits, takes = a.Kind == datatype.Array, "an array"
		case "map", "maps":
			fits, takes = a.Kind == datatype.Map, "a map"
		case "nested":
			fits, takes = a.Kind == datatype.Array || a.Kind == datatype.Map, "an array or a map"
		case "whole", "long":
			fits, takes = coerce.IsIntegral(a), "an integer"
		case "plain":
			fits, takes = a.IsString(), "string"
		case "text":
			fits, takes = coerce.Implicit(a, tString), "text or bytes"
		default:
			fits, takes = coerce.Implicit(a, typeWords[w]), typeWords[w].Spark()
		}
		if !fits {
			return i, takes
		}
	}
	return -1, ""
}

// meets tells the words whose arguments meet in one type.
func meets(w string) bool { return w == "common" || w == "arrays" || w == "maps" }

func commonOf(words []string, args []datatype.Type) datatype.Type {
	var of []datatype.Type
	for i, a := range args {
		if meets(word(words, i)) {
			of = append(of, a)
		}
	}
	t, _ := coerce.CommonOf(of...)
	return t
}

// param is the type that an argument of type a must have.
func param(w string, a datatype.Type) datatype.Type {
	text := a.IsString() || a.Kind == datatype.Null
	switch w {
	case "num":
		if text {
			return tDouble
		}
	case "dec":
		if a.Kind == datatype.Null {
			return tDouble
		}
	case "moment":
		if text {
			return tTS
		}
	case "wall":
		if text {
			return tNTZ
		}
	case "text":
		if !a.IsBinary() {
			return tString
		}
	case "any", "array", "map", "nested", "whole":
	default:
		return typeWords[w]
	}
	return tUnknown
}

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
func wrong(c Call, what string) error {
	return problem.New("sql.function_argument", "name", strings.ToLower(c.Name), "what", what)
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
