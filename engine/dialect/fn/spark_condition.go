package fn

import (
	"slices"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

func sparkCondition() []Function {
	return join(
		list(
			scalar("coalesce", "common common*", "common", "coalesce($*)"),
			rewritten("nullif", 2, 2), rewritten("nullifzero", 1, 1), rewritten("zeroifnull", 1, 1), rewritten("equal_null", 2, 2),
			define("nvl2", Scalar, "any common common", typed("$2"), filled("CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END")),
			define("if", Scalar, "boolean common common", typed("$2"), filled("CASE WHEN $1 THEN $2 ELSE $3 END")),
			scalar("isnull", "any", "boolean", "($1 IS NULL)"),
			scalar("isnotnull", "any", "boolean", "($1 IS NOT NULL)"),
			define("greatest", Scalar, "common common common*", oneKind, filled("greatest($*)")).with(withoutText).refusing(withoutTextRefused),
			define("least", Scalar, "common common common*", oneKind, filled("least($*)")).with(withoutText).refusing(withoutTextRefused),
			scalar("raise_error", "string", "null", "error($1)"),
		),
		names(scalar("nvl", "common common", "common", "coalesce($1, $2)"), "ifnull"),
	)
}

// rewritten is a function that the binder writes as other expressions.
func rewritten(name string, least, most int) Function {
	return Function{Name: name, Kind: Scalar, Min: least, Max: most, Rewritten: true}
}

// widest is the type that arguments meet in where text meets nothing but text.
func widest(args []datatype.Type) (datatype.Type, bool) {
	return meetAll(coerce.Wider, args)
}

// tightest is the type that arguments meet in where nothing is lost.
func tightest(args []datatype.Type) (datatype.Type, bool) {
	return meetAll(coerce.Tightest, args)
}

func meetAll(meet meeting, args []datatype.Type) (datatype.Type, bool) {
	out := tNull
	for _, a := range args {
		next, ok := meet(out, a)
		if !ok {
			return tUnknown, false
		}
		out = next
	}
	return out, true
}

func withoutText(args []datatype.Type) []datatype.Type {
	t, _ := widest(args)
	return slices.Repeat([]datatype.Type{t}, len(args))
}

func withoutTextRefused(args []Arg) (int, problem.Phrase) {
	all := types(args)
	for i := range all {
		if t, ok := widest(all[:i+1]); !ok || !coerce.Ordered(t) {
			return i, problem.Say("sql.ordered_with_rest")
		}
	}
	return -1, problem.Phrase{}
}

func oneKind(c Call) (datatype.Type, error) {
	t, ok := widest(types(c.Args))
	if !ok {
		return t, mismatch(c)
	}
	return t, nil
}
