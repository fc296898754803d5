package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/javafn"
	"laketop/engine/problem"
)

func sparkText() []Function {
	return join(
		names(computed("length", "text", "int", lengthOf), "char_length", "character_length", "len"),
		list(
			computed("octet_length", "text", "int", bytesOf("")),
			computed("bit_length", "text", "int", bytesOf(" * 8")),
		),
		names(scalar("upper", "string", "string", "lt_upper($1)"), "ucase"),
		names(scalar("lower", "string", "string", "lt_lower($1)"), "lcase"),
		list(
			trimmed("trim_both", "trim", false), trimmed("trim_leading", "ltrim", false), trimmed("trim_trailing", "rtrim", false),
			trimmed("trim", "trim", true), trimmed("ltrim", "ltrim", true), trimmed("rtrim", "rtrim", true), trimmed("btrim", "trim", false),
			define("concat", Scalar, "any*", concatResult, concatPrint).with(concatParams).refusing(concatRefused),
			define("concat_ws", Scalar, "string any*", typed("string"), concatWS).with(concatWSParams),
		),
		names(define("substring", Scalar, "text int int?", typed("$1"), substring), "substr"),
		list(
			computed("left", "text int", "$1", func(c Call) (string, error) {
				c.Args = []Arg{c.Args[0], literal("1", tInt), c.Args[1]}
				return substring(c)
			}),
			computed("right", "string int", "string", right),
			scalar("substring_index", "string string int", "string", "lt_substring_index($1, $2, $3)"),
			computed("split", "string string int?", "strings", split),
			computed("split_part", "string string int", "string", splitPart),
			computed("replace", "string string string?", "string", optional(3, []Arg{literal("", tString)}, filled("replace($1, $2, $3)"))),
			scalar("translate", "string string string", "string", "lt_translate($1, $2, $3)"),
			define("reverse", Scalar, "any", reversed, reversePrint).with(textUnlessArray),
			scalar("repeat", "string int", "string", "lt_repeat($1, $2)"),
			scalar("space", "int", "string", "lt_repeat(' ', $1)"),
			computed("lpad", "string int string?", "string", pad("lpad")),
			computed("rpad", "string int string?", "string", pad("rpad")),
			scalar("instr", "string string", "int", "lt_locate($2, $1, 1)"),
			scalar("initcap", "string", "string", "lt_initcap($1)"),
			scalar("ascii", "string", "int", "CAST(CASE WHEN $1 = '' THEN 0 ELSE unicode($1) END AS INTEGER)"),
			define("hex", Scalar, "any", typed("string"), filled("hex($1)")).with(hexParams),
			scalar("unhex", "string", "binary", "lt_unhex($1)"),
			define("decode", Scalar, "binary string any*", typed("string"), decodePrint).with(decodeParams),
			computed("encode", "string string", "binary", encode),
			scalar("base64", "binary", "string", "lt_base64_mime($1)"),
			computed("unbase64", "string", "binary", unbase64),
			computed("to_binary", "string string?", "binary", toBinary),
			computed("levenshtein", "string string int?", "int", levenshtein),
			scalar("soundex", "plain", "string", "lt_soundex($1)"),
			scalar("find_in_set", "string string", "int", "lt_find_in_set($1, $2)"),
			define("elt", Scalar, "int string string*", typed("string"), elt),
			computed("overlay", "string string int int?", "$1", overlay).with(alikeParams("string string int int?")).refusing(alikeRefused("string string int int?")),
			scalar("mask", "plain plain? plain? plain? plain?", "string", "").printed(mask).refusing(maskRefused),
			scalar("luhn_check", "string", "boolean", "lt_luhn($1)"),
			computed("format_number", "dec any", "string", formatNumber).refusing(numberRefused),
			scalar("url_encode", "string", "string", "lt_url_encode($1)"),
			scalar("url_decode", "string", "string", "lt_url_decode($1)"),
			computed("parse_url", "plain plain plain?", "string", parseURL),
			define("str_to_map", Scalar, "plain plain? plain?", func(Call) (datatype.Type, error) {
				return datatype.MapOf(tString, tString), nil
			}, optional(3, []Arg{literal(",", tString), literal(":", tString)},
				filled("CASE WHEN $1 IS NOT NULL THEN map(lt_str_to_map_keys($1, $2, $3), lt_str_to_map_values($1, $2, $3)) END"))),
		),
		names(computed("locate", "string string int?", "int", optional(3, []Arg{literal("1", tInt)}, filled("CASE WHEN $3 IS NULL THEN 0 ELSE lt_locate($1, $2, $3) END"))), "position"),
		names(scalar("chr", "bigint", "string", "lt_chr($1)"), "char"),
		names(scalar("startswith", "string string", "boolean", "starts_with($1, $2)"), "starts_with"),
		names(scalar("endswith", "string string", "boolean", "ends_with($1, $2)"), "ends_with"),
		list(scalar("contains", "string string", "boolean", "contains($1, $2)")),
		names(define("format_string", Scalar, "string any*", typed("string"), formatString), "printf"),
	)
}

func list(fs ...Function) []Function { return fs }

// with replaces the rule of parameter types.
func (f Function) with(params func([]datatype.Type) []datatype.Type) Function {
	f.Params = params
	return f
}

// refusing replaces what a function's signature refuses.
func (f Function) refusing(refuse func([]Arg) (int, problem.Phrase)) Function {
	f.Refuses = refuse
	return f
}

// printed replaces the print function.
func (f Function) printed(text printFunc) Function {
	f.Print = text
	return f
}

func lengthOf(c Call) (string, error) {
	if c.Args[0].Type.IsBinary() {
		return fill("CAST(octet_length($1) AS INTEGER)", c), nil
	}
	return fill("CAST(length($1) AS INTEGER)", c), nil
}

func bytesOf(times string) printFunc {
	return func(c Call) (string, error) {
		count := "strlen"
		if c.Args[0].Type.IsBinary() {
			count = "octet_length"
		}
		return fill("CAST("+count+"($1)"+times+" AS INTEGER)", c), nil
	}
}

// trimmed is a trim function; reversed: with two arguments the characters come
// first, as in Spark's plain calls.
func trimmed(name, duck string, reversed bool) Function {
	return computed(name, "string string?", "string", func(c Call) (string, error) {
		switch {
		case len(c.Args) == 1:
			return fill(duck+"($1, ' ')", c), nil // without it DuckDB cuts every blank of Unicode
		case reversed:
			return fill(duck+"($2, $1)", c), nil
		}
		return fill(duck+"($1, $2)", c), nil
	})
}

func concatWSParams(args []datatype.Type) []datatype.Type {
	out := params([]string{"string*"}, args)
	for i, a := range args {
		if a.Kind == datatype.Array {
			out[i] = datatype.ArrayOf(tString)
		}
	}
	return out
}

func concatWS(c Call) (string, error) {
	arrays := false
	var parts []string
	for _, a := range c.Args[1:] {
		if a.Type.Kind == datatype.Array {
			arrays = true
			parts = append(parts, a.SQL)
			continue
		}
		parts = append(parts, "["+a.SQL+"]")
	}
	switch {
	case len(parts) == 0:
		return fill("CASE WHEN $1 IS NOT NULL THEN '' END", c), nil
	case !arrays:
		return fill("concat_ws($*)", c), nil
	}
	list := "list_filter(list_concat(" + strings.Join(parts, ", ") + "), lambda lt_x: lt_x IS NOT NULL)"
	return fill("CASE WHEN $1 IS NOT NULL THEN coalesce("+joined(list, c.Args[0])+", '') END", c), nil
}

// substring uses DuckDB's own where positions are constants from one; its other
// cases differ from Spark's.
func substring(c Call) (string, error) {
	pos, ok := whole(c.Args[1])
	size, sized := 0, false
	if len(c.Args) > 2 {
		size, sized = whole(c.Args[2])
	}
	if c.Args[0].Type.IsBinary() {
		return optional(3, []Arg{literal("2147483647", tInt)}, filled("lt_substring_bytes($1, $2, $3)"))(c)
	}
	switch {
	case ok && pos >= 0 && len(c.Args) == 2:
		return fmt.Sprintf("substring(%s, %d)", c.Args[0].SQL, max(1, pos)), nil
	case ok && pos >= 0 && sized && size >= 0 && (pos > 0 || size == 0):
		return fmt.Sprintf("substring(%s, %d, %d)", c.Args[0].SQL, max(1, pos), size), nil
	}
	return optional(3, []Arg{literal("2147483647", tInt)}, filled("lt_substring($1, $2, $3)"))(c)
}

func right(c Call) (string, error) {
	if n, ok := whole(c.Args[1]); ok && n > 0 {
		return fill("right($1, $2)", c), nil
	}
	return fill("lt_substring($1, -($2), $2)", c), nil
}

// split uses DuckDB's literal split where the pattern is literal text.
func split(c Call) (string, error) {
	if err := checkRegexp(c); err != nil {
		return "", err
	}
	if len(c.Args) == 2 && c.Args[1].Literal != nil {
		if plain, ok := plainPattern(*c.Args[1].Literal); ok {
			return "string_split(" + c.Args[0].SQL + ", " + quote(plain) + ")", nil
		}
	}
	return optional(3, []Arg{literal("-1", tInt)}, filled("lt_split($1, $2, $3)"))(c)
}

// plainPattern is the text that a pattern without any operators means.
func plainPattern(pattern string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		ch := pattern[i]
		if ch == '\\' && i+1 < len(pattern) && strings.IndexByte(`.|\+*?()[]{}^$-/`, pattern[i+1]) >= 0 {
			i++
			b.WriteByte(pattern[i])
			continue
		}
		if strings.IndexByte(`.|\+*?()[]{}^$`, ch) >= 0 {
			return "", false
		}
		b.WriteByte(ch)
	}
	return b.String(), b.Len() > 0
}

func textUnlessArray(args []datatype.Type) []datatype.Type {
	if args[0].Kind == datatype.Array {
		return []datatype.Type{tUnknown}
	}
	return []datatype.Type{tString}
}

func reversed(c Call) (datatype.Type, error) { return c.Args[0].Type.Nullable(), nil }

func reversePrint(c Call) (string, error) {
	if c.Args[0].Type.Kind == datatype.Array {
		return fill("list_reverse($1)", c), nil
	}
	return fill("lt_reverse($1)", c), nil
}

func pad(side string) printFunc {
	return optional(3, []Arg{literal(" ", tString)}, func(c Call) (string, error) {
		if n, ok := whole(c.Args[1]); ok && n >= 0 && c.Args[2].Literal != nil && *c.Args[2].Literal != "" {
			return fill(side+"($1, $2, $3)", c), nil
		}
		return fill("lt_"+side+"($1, $2, $3)", c), nil
	})
}

func hexParams(args []datatype.Type) []datatype.Type {
	switch a := args[0]; {
	case a.IsBinary():
		return []datatype.Type{tUnknown}
	case a.IsNumeric() && a.Kind != datatype.BigInt:
		return []datatype.Type{tBigInt}
	case a.Kind == datatype.BigInt:
		return []datatype.Type{tUnknown}
	}
	return []datatype.Type{tString}
}

// decodeParams: text comes as it is, being UTF-8. With more than two arguments
// decode is a CASE, which the binder writes.
func decodeParams(args []datatype.Type) []datatype.Type {
	return params([]string{"text", "string"}, args)
}

func decodePrint(c Call) (string, error) {
	input := c.Args[0]
	utf8 := false
	if name := c.Args[1].Literal; name != nil {
		if _, err := javafn.Decode("", *name); err != nil {
			return "", badCharset(c, err)
		}
		utf8 = strings.EqualFold(*name, "utf-8") || strings.EqualFold(*name, "utf8")
	}
	switch {
	case utf8 && input.Type.IsBinary():
		return fill("lt_utf8($1)", c), nil
	case utf8:
		return fill("$1", c), nil // a STRING is UTF-8 as it is
	case input.Type.IsBinary():
		return fill("lt_decode($1, $2)", c), nil
	}
	return fill("lt_decode(encode($1), $2)", c), nil
}

// levenshtein with a limit gives -1 beyond it; the Go function knows none as -1.
func levenshtein(c Call) (string, error) {
	if len(c.Args) == 2 {
		return fill("lt_levenshtein($1, $2, -1)", c), nil
	}
	return fill("CASE WHEN $3 < 0 AND $1 IS NOT NULL AND $2 IS NOT NULL THEN -1 ELSE lt_levenshtein($1, $2, $3) END", c), nil
}

func encode(c Call) (string, error) {
	if name := c.Args[1].Literal; name != nil {
		if _, err := javafn.Encode("", *name); err != nil {
			return "", badCharset(c, err)
		}
		if strings.EqualFold(*name, "utf-8") || strings.EqualFold(*name, "utf8") {
			return fill("encode($1)", c), nil
		}
	}
	return fill("lt_encode($1, $2)", c), nil
}

func splitPart(c Call) (string, error) {
	return fill("CASE WHEN $3 = 0 THEN "+Raise(problem.Say("sql.raised_part"))+" ELSE split_part($1, $2, $3) END", c), nil
}

func unbase64(c Call) (string, error) {
	return fill(orError("lt_unbase64($1)", problem.Say("sql.raised_base64", "function", "unbase64"), "$1"), c), nil
}

func toBinary(c Call) (string, error) {
	format := "hex"
	if len(c.Args) > 1 {
		if c.Args[1].Null {
			return cast("NULL", tBinary), nil
		}
		if c.Args[1].Literal == nil {
			return "", wrong(c, problem.Say("sql.format_constant"))
		}
		format = strings.ToLower(*c.Args[1].Literal)
	}
	switch format {
	case "hex":
		return fill(orError("lt_unhex($1)", problem.Say("sql.raised_hex"), "$1"), c), nil
	case "utf-8", "utf8":
		return fill("encode($1)", c), nil
	case "base64":
		notBase64 := problem.Say("sql.raised_base64", "function", "to_binary")
		return fill("CASE WHEN $1 IS NULL OR regexp_full_match(regexp_replace($1, '\\s', '', 'g'), "+quote(base64Text)+") THEN "+
			orError("lt_unbase64($1)", notBase64, "$1")+" ELSE "+Raise(notBase64)+" END", c), nil
	}
	return "", wrong(c, problem.Say("sql.binary_format"))
}

func elt(c Call) (string, error) {
	var b strings.Builder
	b.WriteString("CASE " + c.Args[0].SQL)
	for i, a := range c.Args[1:] {
		fmt.Fprintf(&b, " WHEN %d THEN %s", i+1, a.SQL)
	}
	return b.String() + " END", nil
}

// base64Text are whole groups of four and a last one, which may lack its "=".
const base64Text = `([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?`

// orError fails where a function of Go gives NULL for arguments that are none.
func orError(call string, why problem.Phrase, args ...string) string {
	return "coalesce(" + call + ", CASE WHEN " + strings.Join(args, " IS NOT NULL AND ") + " IS NOT NULL THEN " + Raise(why) + " END)"
}

// maskRefused: the masks are constants of one character.
func maskRefused(args []Arg) (int, problem.Phrase) {
	for i, a := range args[1:] {
		if a.Literal != nil && len([]rune(*a.Literal)) != 1 || !a.Fixed {
			return i + 1, problem.Say("sql.a_constant_character")
		}
	}
	return refuses([]string{"plain"}, types(args))
}

// mask's masks may be NULL: those characters stay, which the Go function knows
// as an empty mask.
func mask(c Call) (string, error) {
	masks := []string{"'X'", "'x'", "'n'", "''"}
	for i, a := range c.Args[1:] {
		masks[i] = "coalesce(" + a.SQL + ", '')"
	}
	return "lt_mask(" + c.Args[0].SQL + ", " + strings.Join(masks, ", ") + ")", nil
}

func parseURL(c Call) (string, error) {
	if len(c.Args) == 3 {
		return fill("lt_parse_url_key($1, $2, $3)", c), nil
	}
	return fill("lt_parse_url($1, $2)", c), nil
}
