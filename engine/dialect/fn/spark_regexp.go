package fn

import (
	"fmt"

	"laketop/engine/dialect/javafn"
	"laketop/engine/problem"
)

func sparkRegexp() []Function {
	return join(
		names(computed("rlike", "string string", "boolean", rlike), "regexp", "regexp_like"),
		list(
			computed("regexp_extract", "string string int?", "string", optional(3, []Arg{literal("1", tInt)}, regexpExtract)),
			computed("regexp_extract_all", "string string int?", "strings", optional(3, []Arg{literal("1", tInt)}, func(c Call) (string, error) {
				return fill("lt_regexp_extract_all($1, $2, $3)", c), checkRegexp(c)
			})),
			computed("regexp_replace", "string string string int?", "string", optional(4, []Arg{literal("1", tInt)}, regexpReplace)).
				refusing(constantRefused("string string string int", 3)),
			checked("regexp_count", "int"), checked("regexp_substr", "string"), checked("regexp_instr", "int"),
			computed("like", "string string plain?", "boolean", optional(3, []Arg{literal(`\`, tString)}, filled("($1 LIKE $2 ESCAPE $3)"))).refusing(escapeRefused),
			computed("ilike", "string string plain?", "boolean", optional(3, []Arg{literal(`\`, tString)}, filled("(lt_lower($1) LIKE lt_lower($2) ESCAPE $3)"))).refusing(escapeRefused),
		),
	)
}

// escapeRefused: the escape is a constant of one character.
func escapeRefused(args []Arg) (int, problem.Phrase) {
	if len(args) > 2 && (args[2].Literal == nil || !args[2].Type.IsString() || len([]rune(*args[2].Literal)) != 1) {
		return 2, problem.Say("sql.a_constant_character")
	}
	return refuses([]string{"string", "string", "plain"}, types(args))
}

// checked is a function of text and pattern that is always Go's.
func checked(name, result string) Function {
	return computed(name, "string string", result, func(c Call) (string, error) {
		return fill("lt_"+name+"($1, $2)", c), checkRegexp(c)
	})
}

// checkRegexp refuses a constant pattern that is none.
func checkRegexp(c Call) error {
	if c.Args[1].Literal == nil {
		return nil
	}
	re := &javafn.Regexps{}
	if err := re.CheckRegexp(*c.Args[1].Literal); err != nil {
		return badPattern(c, err)
	}
	return nil
}

// rlike uses DuckDB's RE2 where it finds what Java finds.
func rlike(c Call) (string, error) {
	if err := checkRegexp(c); err != nil {
		return "", err
	}
	if p := c.Args[1].Literal; p != nil {
		re := &javafn.Regexps{}
		if re2, ok := re.SearchRE2(*p); ok {
			return "regexp_matches(" + c.Args[0].SQL + ", " + quote(re2) + ")", nil
		}
	}
	return fill("lt_rlike($1, $2)", c), nil
}

func regexpExtract(c Call) (string, error) {
	if err := checkRegexp(c); err != nil {
		return "", err
	}
	n, ok := whole(c.Args[2])
	if p := c.Args[1].Literal; p != nil && ok {
		re := &javafn.Regexps{}
		groups, _ := re.Groups(*p)
		if re2, _, ok := re.MatchRE2(*p); ok && n >= 0 && n <= groups {
			return fmt.Sprintf("regexp_extract(%s, %s, %d)", c.Args[0].SQL, quote(re2), n), nil
		}
	}
	return fill("lt_regexp_extract($1, $2, $3)", c), nil
}

func regexpReplace(c Call) (string, error) {
	if err := checkRegexp(c); err != nil {
		return "", err
	}
	from, ok := whole(c.Args[3])
	pattern, replacement := c.Args[1].Literal, c.Args[2].Literal
	if pattern != nil && replacement != nil && ok && from == 1 {
		re := &javafn.Regexps{}
		groups, _ := re.Groups(*pattern)
		re2, notEmpty, fits := re.MatchRE2(*pattern)
		with, plain := javafn.ReplacementRE2(*replacement, groups)
		if fits && notEmpty && plain {
			return "regexp_replace(" + c.Args[0].SQL + ", " + quote(re2) + ", " + quote(with) + ", 'g')", nil
		}
	}
	return fill("lt_regexp_replace($1, $2, $3, $4)", c), nil
}
