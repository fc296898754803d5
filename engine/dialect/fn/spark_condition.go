package fn

import (
	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
)

func sparkCondition() []Function {
	return join(
		list(
			scalar("coalesce", "common common*", "common", "coalesce($*)"),
			scalar("nullif", "any any", "$1", "nullif($1, $2)").with(nullifParams),
			define("nvl2", Scalar, "any common common", typed("$2"), filled("CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END")),
			define("if", Scalar, "boolean common common", typed("$2"), filled("CASE WHEN $1 THEN $2 ELSE $3 END")),
			scalar("isnull", "any", "boolean", "($1 IS NULL)"),
			scalar("isnotnull", "any", "boolean", "($1 IS NOT NULL)"),
			scalar("equal_null", "common common", "boolean", "($1 IS NOT DISTINCT FROM $2)"),
			define("greatest", Scalar, "common common common*", oneKind, filled("greatest($*)")).with(withoutText),
			define("least", Scalar, "common common common*", oneKind, filled("least($*)")).with(withoutText),
			define("zeroifnull", Scalar, "common", typed("$1"), func(c Call) (string, error) {
				return cast(fill("coalesce($1, 0)", c), c.Args[0].Type), nil
			}).with(func(args []datatype.Type) []datatype.Type {
				t, _ := coerce.CommonOf(args[0], tInt)
				return []datatype.Type{t}
			}),
			scalar("nullifzero", "num", "$1", "nullif($1, 0)"),
			scalar("raise_error", "string", "null", "error($1)"),
		),
		names(scalar("nvl", "common common", "common", "coalesce($1, $2)"), "ifnull"),
	)
}

// withoutText brings arguments to their common type, but text to nothing else.
func withoutText(args []datatype.Type) []datatype.Type {
	if !oneKindOf(args) {
		return nil
	}
	return params([]string{"common*"}, args)
}

func oneKindOf(args []datatype.Type) bool {
	texts, others := 0, 0
	for _, a := range args {
		switch {
		case a.IsString():
			texts++
		case a.Kind != datatype.Null:
			others++
		}
	}
	return texts == 0 || others == 0
}

func oneKind(c Call) (datatype.Type, error) {
	t, ok := commonType(c.Args)
	if !ok || !oneKindOf(types(c.Args)) {
		return t, mismatch(c)
	}
	return t, nil
}

// nullifParams compares two texts as they are and the second with the first's
// type otherwise.
func nullifParams(args []datatype.Type) []datatype.Type {
	if args[0].Kind == datatype.Null || args[1].Kind == datatype.Null {
		return nil
	}
	return []datatype.Type{tUnknown, args[0]}
}
