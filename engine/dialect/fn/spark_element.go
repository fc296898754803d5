package fn

import (
	"slices"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// meeting is one of coerce's ways to a common type.
type meeting = func(a, b datatype.Type) (datatype.Type, bool)

// element makes argument at and the elements of the array before it meet: the
// array is cast where the argument's type is the wider one.
func element(at int, meet meeting, f Function) Function {
	written, refused := f.Params, f.Refuses
	f.Params = func(args []datatype.Type) []datatype.Type {
		out := written(args)
		if t, ok := meet(elementType(args[0]), args[at]); ok && t.Kind != datatype.Null {
			out[0], out[at] = datatype.ArrayOf(t), t
		}
		return out
	}
	f.Refuses = func(args []Arg) (int, problem.Phrase) {
		if i, takes := refused(args); i >= 0 {
			return i, takes
		}
		of := elementType(args[0].Type)
		return apart(meet, of, args[at].Type, at, problem.Say("sql.element_of", "type", of.Spark()))
	}
	return f
}

// elementType is what an array holds, Unknown for what is none.
func elementType(array datatype.Type) datatype.Type {
	if array.Kind != datatype.Array {
		return tUnknown
	}
	return array.Elem.Nullable()
}

// apart refuses argument at where two types do not meet, and says what is taken.
func apart(meet meeting, a, b datatype.Type, at int, takes problem.Phrase) (int, problem.Phrase) {
	if _, ok := meet(a, b); ok {
		return -1, problem.Phrase{}
	}
	return at, takes
}

// keyed makes the key of a map and argument 2 meet; in an array argument 2 is a
// place, which Spark takes as INT and casts from nothing wider.
func keyed(f Function) Function {
	refused := f.Refuses
	f.Params = func(args []datatype.Type) []datatype.Type {
		if args[0].Kind != datatype.Map {
			return []datatype.Type{tUnknown, tInt}
		}
		k, _ := coerce.Tightest(*args[0].Key, args[1])
		if k.Kind == datatype.Unknown || k.Kind == datatype.Null {
			return []datatype.Type{tUnknown, tUnknown}
		}
		return []datatype.Type{datatype.MapOf(k, *args[0].Elem), k}
	}
	f.Refuses = func(args []Arg) (int, problem.Phrase) {
		i, takes := refused(args)
		switch a := args[0].Type; {
		case i >= 0:
			return i, takes
		case a.Kind == datatype.Map:
			return apart(coerce.Tightest, *a.Key, args[1].Type, 1, problem.Say("sql.key_of", "type", a.Key.Spark()))
		case a.Kind == datatype.Array:
			return refuses([]string{"any", "days"}, types(args))
		}
		return -1, problem.Phrase{}
	}
	return f
}

// namesRefused: every second argument of named_struct is a constant text.
func namesRefused(args []Arg) (int, problem.Phrase) {
	for i := 0; i < len(args); i += 2 {
		if a := args[i]; a.Type.Kind != datatype.Unknown && (!a.Type.IsString() || !a.Fixed) {
			return i, problem.Say("sql.a_constant_string")
		}
	}
	return -1, problem.Phrase{}
}

// sequenceTypes are those of start, stop and step: numbers meet in one type,
// moments are counted by an interval. False: they do not go together.
func sequenceTypes(args []datatype.Type) ([]datatype.Type, bool) {
	t, ok := coerce.Tightest(args[0], args[1])
	switch {
	case !ok:
		return nil, false
	case coerce.IsMoment(t):
		interval := len(args) < 3 || args[2].Kind == datatype.Interval || args[2].Kind == datatype.Null
		return []datatype.Type{t, t, tUnknown}[:len(args)], interval
	case len(args) == 3:
		if t, ok = coerce.Tightest(t, args[2]); !ok {
			return nil, false
		}
	}
	return slices.Repeat([]datatype.Type{t}, len(args)), coerce.IsIntegral(t) || t.Kind == datatype.Null || t.Kind == datatype.Unknown
}

func sequenceParams(args []datatype.Type) []datatype.Type {
	if out, ok := sequenceTypes(args); ok {
		return out
	}
	return make([]datatype.Type, len(args))
}

func sequenceRefused(args []Arg) (int, problem.Phrase) {
	for i := 2; i <= len(args); i++ {
		if _, ok := sequenceTypes(types(args[:i])); !ok {
			return i - 1, problem.Say("sql.sequence_with", "type", args[0].Type.Spark())
		}
	}
	return -1, problem.Phrase{}
}

func misledSequence() string { return Raise(problem.Say("sql.raised_sequence")) }

// withDefaultStep counts moments by a day, up or down.
func withDefaultStep(c Call) Call {
	if len(c.Args) == 2 {
		step := fill("CASE WHEN $1 <= $2 THEN INTERVAL 1 DAY ELSE -INTERVAL 1 DAY END", c)
		c.Args = []Arg{c.Args[0], c.Args[1], {SQL: "(" + step + ")", Type: datatype.Of(datatype.Interval)}}
	}
	return c
}

// sequence counts numbers up or down, days by one, or moments by an interval.
func sequence(c Call) (string, error) {
	t := c.Args[0].Type
	switch {
	case t.Kind == datatype.Date && len(c.Args) == 2:
		return fill("list_transform(generate_series(CAST(0 AS INTEGER), abs($2 - $1)), lambda lt_x: CAST($1 + CAST(lt_x * sign($2 - $1) AS INTEGER) AS DATE))", c), nil
	case coerce.IsMoment(t):
		c = withDefaultStep(c)
		name, err := t.DuckDB()
		return fill("CASE WHEN $1 < $2 AND $1 + $3 <= $1 OR $1 > $2 AND $1 + $3 >= $1 THEN "+misledSequence()+" ELSE list_filter(list_transform(range(0, CAST(ceil(abs(epoch($2) - epoch($1)) / greatest(1e-6, abs(epoch($3) * 0.9))) AS BIGINT) + 2),"+
			" lambda lt_x: CAST($1 + $3 * CAST(lt_x AS INTEGER) AS "+name+")), lambda lt_x: lt_x BETWEEN least($1, $2) AND greatest($1, $2)) END", c), err
	case !t.IsNumeric() || t.Kind == datatype.Decimal || t.Kind > datatype.BigInt:
		return "", mismatch(c)
	case len(c.Args) == 2:
		return cast(fill("generate_series($1, $2, CASE WHEN $1 <= $2 THEN 1 ELSE -1 END)", c), datatype.ArrayOf(t)), nil
	}
	return cast(fill("CASE WHEN $3 > 0 AND $1 > $2 OR $3 < 0 AND $1 < $2 OR $3 = 0 AND $1 <> $2 THEN "+misledSequence()+
		" WHEN $3 = 0 THEN [$1] ELSE generate_series($1, $2, $3) END", c), datatype.ArrayOf(t)), nil
}
