package fn

import (
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

// typeWords are the words that name a type. As a parameter such a word stands
// for every type that Spark casts to it by itself.
var typeWords = map[string]datatype.Type{
	"string": tString, "int": tInt, "bigint": tBigInt, "double": tDouble, "float": tFloat, "boolean": tBoolean, "date": tDate,
	"ts": tTS, "ntz": tNTZ, "binary": tBinary, "tinyint": datatype.Of(datatype.TinyInt), "smallint": datatype.Of(datatype.SmallInt),
	"null": tNull, "unknown": tUnknown, "strings": datatype.ArrayOf(datatype.StringType()),
	"ntz0": datatype.TimestampOf(0), "ntz3": datatype.TimestampOf(3), "ts3": datatype.LTZOf(3),
}

// rule is what a word of a signature asks of an argument.
type rule struct {
	takes problem.Phrase                      // for people
	fits  func(a datatype.Type) bool          // the types that Spark takes, NULL aside; nil: all
	to    func(a datatype.Type) datatype.Type // what the argument is cast to; nil: it comes as it is
}

// rules are the words that say more than a type, or less: a strict one stands
// for a function of Spark that casts nothing by itself.
var rules = map[string]rule{
	"any":    {},
	"num":    {problem.Say("sql.a_number"), func(a datatype.Type) bool { return a.IsNumeric() || a.IsString() }, fromText(tDouble)},
	"total":  {problem.Say("sql.a_number"), func(a datatype.Type) bool { return a.IsNumeric() || a.IsString() || a.Kind == datatype.TimestampLTZ }, numberOf},
	"dec":    {problem.Say("sql.a_number"), datatype.Type.IsNumeric, fromNull(tDouble)},
	"scaled": {problem.Say("sql.a_number"), func(a datatype.Type) bool { return a.IsNumeric() || a.IsString() }, coerce.Decimal},
	"moment": {problem.Say("sql.a_moment"), textOrMoment, fromText(tTS)}, // DATE or a timestamp; text becomes TIMESTAMP
	"wall":   {problem.Say("sql.a_moment"), textOrMoment, fromText(tNTZ)},
	"stamp":  {problem.Say("sql.text_or_moment"), func(a datatype.Type) bool { return coerce.Implicit(a, tString) }, textUnlessMoment},
	"epoch":  {problem.Say("sql.text_number_or_moment"), func(a datatype.Type) bool { return coerce.Implicit(a, tString) }, textUnlessEpoch},
	"text":   {problem.Say("sql.text_or_bytes"), func(a datatype.Type) bool { return coerce.Implicit(a, tString) }, textOrBytes},

	// strict, as it comes
	"exact":   {problem.Say("sql.an_exact_number"), func(a datatype.Type) bool { return coerce.IsIntegral(a) || a.Kind == datatype.Decimal }, fromNull(tBigInt)},
	"array":   {problem.Say("sql.an_array"), func(a datatype.Type) bool { return a.Kind == datatype.Array }, nil},
	"lists":   {problem.Say("sql.an_array_of_arrays"), func(a datatype.Type) bool { return a.Kind == datatype.Array && isList(*a.Elem) }, nil},
	"map":     {problem.Say("sql.a_map"), func(a datatype.Type) bool { return a.Kind == datatype.Map }, nil},
	"nested":  {problem.Say("sql.an_array_or_map"), func(a datatype.Type) bool { return a.Kind == datatype.Array || a.Kind == datatype.Map }, nil},
	"whole":   {problem.Say("sql.an_integer"), coerce.IsIntegral, nil},
	"bits":    {problem.Say("sql.an_integer_or_boolean"), func(a datatype.Type) bool { return coerce.IsIntegral(a) || a.Kind == datatype.Boolean }, nil},
	"ordered": {problem.Say("sql.an_ordered_type"), coerce.Ordered, nil},
	"clock":   {problem.Say("sql.a_moment"), coerce.IsMoment, fromNull(tTS)},
	"written": {problem.Say("sql.a_string_or_moment"), textOrMoment, fromNull(tString)},

	// strict, cast among their like
	"plain":   {problem.Say("sql.word", "word", "string"), datatype.Type.IsString, always(tString)},
	"long":    {problem.Say("sql.an_integer"), coerce.IsIntegral, always(tBigInt)},
	"count":   {problem.Say("sql.word", "word", "int"), func(a datatype.Type) bool { return a.Kind == datatype.Int }, always(tInt)},
	"days":    {problem.Say("sql.a_small_integer"), func(a datatype.Type) bool { return coerce.IsIntegral(a) && a.Kind != datatype.BigInt }, always(tInt)},
	"place":   {problem.Say("sql.a_number"), datatype.Type.IsNumeric, always(tInt)},
	"day":     {problem.Say("sql.word", "word", "date"), func(a datatype.Type) bool { return a.Kind == datatype.Date }, always(tDate)},
	"instant": {problem.Say("sql.word", "word", "timestamp"), func(a datatype.Type) bool { return a.Kind == datatype.TimestampLTZ }, always(tTS)},
}

func always(t datatype.Type) func(datatype.Type) datatype.Type {
	return func(datatype.Type) datatype.Type { return t }
}

// fromNull is t for a bare NULL.
func fromNull(t datatype.Type) func(datatype.Type) datatype.Type {
	return func(a datatype.Type) datatype.Type {
		if a.Kind == datatype.Null {
			return t
		}
		return tUnknown
	}
}

// fromText is t for text and for a bare NULL.
func fromText(t datatype.Type) func(datatype.Type) datatype.Type {
	return func(a datatype.Type) datatype.Type {
		if a.IsString() || a.Kind == datatype.Null {
			return t
		}
		return tUnknown
	}
}

// numberOf makes DOUBLE of what is no number.
func numberOf(a datatype.Type) datatype.Type {
	if a.IsNumeric() {
		return tUnknown
	}
	return tDouble
}

func textOrBytes(a datatype.Type) datatype.Type {
	if a.IsBinary() {
		return tUnknown
	}
	return tString
}

func textUnlessMoment(a datatype.Type) datatype.Type {
	if coerce.IsMoment(a) {
		return tUnknown
	}
	return tString
}

func textUnlessEpoch(a datatype.Type) datatype.Type {
	if a.IsNumeric() {
		return tUnknown
	}
	return textUnlessMoment(a)
}

func textOrMoment(a datatype.Type) bool { return coerce.IsMoment(a) || a.IsString() }

func isList(t datatype.Type) bool { return t.Kind == datatype.Array || t.Kind == datatype.Null }

func word(words []string, i int) string {
	w := words[min(i, len(words)-1)]
	return strings.TrimRight(w, "?*")
}

// params are the types that a signature casts arguments to.
func params(words []string, args []datatype.Type) []datatype.Type {
	out := make([]datatype.Type, len(args))
	if len(words) == 0 {
		return out
	}
	common := tUnknown
	if slices.ContainsFunc(words, func(w string) bool { return meets(strings.TrimRight(w, "?*")) }) {
		common, _ = commonOf(words, args)
	}
	for i, a := range args {
		w := word(words, i)
		if r, ok := rules[w]; ok {
			if r.to != nil {
				out[i] = r.to(a)
			}
			continue
		}
		out[i] = typeWords[w]
		if meets(w) {
			out[i] = common
		}
	}
	return out
}

// refuses finds the first argument that Spark does not take for its word.
func refuses(words []string, args []datatype.Type) (int, problem.Phrase) {
	for i, a := range args {
		if len(words) == 0 || a.Kind == datatype.Unknown || a.Kind == datatype.Null {
			continue
		}
		w := word(words, i)
		r, ok := rules[w]
		switch {
		case ok && r.fits != nil && !r.fits(a):
			return i, r.takes
		case ok || w == "null" || w == "unknown":
		case (w == "arrays" || w == "sets") && a.Kind != datatype.Array:
			return i, problem.Say("sql.an_array")
		case w == "maps" && a.Kind != datatype.Map:
			return i, problem.Say("sql.a_map")
		case meets(w):
			if _, ok := commonOf(words, args[:i+1]); !ok {
				before, _ := commonOf(words, args[:i])
				return i, problem.Say("sql.common_with", "type", before.Spark())
			}
		case !coerce.Implicit(a, typeWords[w]):
			return i, problem.Say("sql.word", "word", typeWords[w].Spark())
		}
	}
	return -1, problem.Phrase{}
}

// meets tells the words whose arguments meet in one type. Text wins over what
// else it meets, but in sets, where nothing may be lost.
func meets(w string) bool { return w == "common" || w == "arrays" || w == "sets" || w == "maps" }

func commonOf(words []string, args []datatype.Type) (datatype.Type, bool) {
	var of []datatype.Type
	for i, a := range args {
		if meets(word(words, i)) {
			of = append(of, a)
		}
	}
	if word(words, 0) == "sets" {
		return tightest(of)
	}
	return coerce.CommonOf(of...)
}

// fits tells whether a word takes a type.
func fits(w string, a datatype.Type) bool {
	i, _ := refuses([]string{w}, []datatype.Type{a})
	return i < 0
}
