package merge

import (
	"math"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// refused are Paimon's functions that need libraries of sketches.
var refused = []Function{"hll_sketch", "theta_sketch"}

// functionType says which columns a function takes.
type functionType struct {
	fits func(datatype.Type) bool
	want problem.Phrase
}

var (
	anyType    = functionType{fits: func(datatype.Type) bool { return true }}
	numbers    = functionType{isNumber, problem.Say("table.number")}
	ordered    = functionType{isOrdered, problem.Say("table.comparable")}
	truth      = functionType{isKind(datatype.Boolean), problem.Say("table.type", "type", "BOOLEAN")}
	text       = functionType{isString, problem.Say("table.type", "type", "STRING")}
	arrays     = functionType{isKind(datatype.Array), problem.Say("table.type", "type", "ARRAY")}
	mapTypes   = functionType{isKind(datatype.Map), problem.Say("table.type", "type", "MAP")}
	timedMaps  = functionType{isTimedMap, problem.Say("table.timed_map")}
	rowArrays  = functionType{isRows, problem.Say("table.row_array")}
	bytesTypes = functionType{isKind(datatype.VarBinary), either("BYTES", "VARBINARY")}
)

// functions are those that options may name.
var functions = map[Function]functionType{
	Sum: numbers, Product: numbers, Max: ordered, Min: ordered,
	LastValue: anyType, LastNonNullValue: anyType, FirstValue: anyType, FirstNonNullValue: anyType, firstNonNullValueAlias: anyType,
	ListAgg: text, BoolAnd: truth, BoolOr: truth, Collect: arrays, MergeMap: mapTypes, MergeMapWithKeyTime: timedMaps,
	NestedUpdate: rowArrays, NestedPartialUpdate: rowArrays, Bitmap32: bytesTypes, Bitmap64: bytesTypes, Key: anyType,
}

// Functions are the names of the functions that a column may have.
func Functions() []string {
	var out []string
	for f := range functions {
		if f != Key && f != firstNonNullValueAlias {
			out = append(out, string(f))
		}
	}
	slices.Sort(out)
	return out
}

func isKind(k datatype.Kind) func(datatype.Type) bool {
	return func(t datatype.Type) bool { return t.Kind == k }
}

func isNumber(t datatype.Type) bool { return t.Kind >= datatype.TinyInt && t.Kind <= datatype.Decimal }

func isOrdered(t datatype.Type) bool {
	return t.Kind >= datatype.TinyInt && t.Kind <= datatype.TimestampLTZ
}

func isString(t datatype.Type) bool {
	return t.Kind == datatype.VarChar && t.Length == datatype.MaxLength
}

func isRows(t datatype.Type) bool {
	return t.Kind == datatype.Array && t.Elem != nil && t.Elem.Kind == datatype.Row
}

func isTimedMap(t datatype.Type) bool {
	return t.Kind == datatype.Map && t.Elem != nil && t.Elem.Kind == datatype.Row && len(t.Elem.Fields) >= 2
}

// setFunction gives a column a function, after checking that it may have it.
func (p *parser) setFunction(c *Column, option string, name Function) error {
	if slices.Contains(refused, name) {
		return problem.New("merge.function_refused", "option", option, "function", string(name)).Suggest(Functions()...)
	}
	f, ok := functions[name]
	if !ok {
		return problem.New("merge.function", "option", option, "function", string(name)).Suggest(Functions()...)
	}
	if !f.fits(c.Type) {
		return functionOn(*c, name, f.want)
	}
	if name == firstNonNullValueAlias {
		name = FirstNonNullValue
	}
	c.Function = name
	var err error
	if c.IgnoreRetract, err = p.flag(columnPrefix + c.Name + "." + columnIgnoreRetract); err != nil {
		return err
	}
	switch name {
	case ListAgg, Collect:
		c.Delimiter = ","
		if d, ok := p.schema.Options[columnPrefix+c.Name+"."+columnDelimiter]; ok {
			c.Delimiter = d
		}
		c.Distinct, err = p.flag(columnPrefix + c.Name + "." + columnDistinct)
	case NestedUpdate, NestedPartialUpdate:
		err = p.nested(c)
	case MergeMapWithKeyTime:
		err = p.timeField(c)
	}
	return err
}

func functionOn(c Column, name Function, want problem.Phrase) error {
	return problem.New("merge.function_type", "column", c.Name, "function", string(name), "type", c.Type.Nullable().String()).With("want", want)
}

// nested reads how the rows of an array are told apart.
func (p *parser) nested(c *Column) error {
	prefix := columnPrefix + c.Name + "."
	c.Nested.NullKeys = MergeNullKeys
	for _, o := range []struct {
		option string
		to     *[]int
	}{{prefix + columnNestedKey, &c.Nested.Key}, {prefix + columnNestedSeq, &c.Nested.Sequence}} {
		for _, name := range list(p.option(o.option)) {
			i := slices.IndexFunc(c.Type.Elem.Fields, func(f datatype.Field) bool { return f.Name == name })
			if i < 0 {
				return problem.New("merge.column", "option", o.option, "column", name)
			}
			*o.to = append(*o.to, i)
		}
	}
	if len(c.Nested.Key) == 0 {
		for _, needs := range []string{columnNestedSeq, columnNestedNull} {
			if p.option(prefix+needs) != "" {
				return problem.New("merge.needs_option", "option", prefix+needs, "other", prefix+columnNestedKey)
			}
		}
		if c.Function == NestedPartialUpdate {
			return problem.New("merge.needs_option", "option", prefix+columnFunction+" = "+string(c.Function), "other", prefix+columnNestedKey)
		}
	}
	if v := strings.ToLower(p.option(prefix + columnNestedNull)); v != "" {
		c.Nested.NullKeys = NullKeys(v)
		if !slices.Contains([]NullKeys{MergeNullKeys, IgnoreNullKeys, RefuseNullKeys}, c.Nested.NullKeys) {
			return badOption(prefix+columnNestedNull, v, problem.Say("table.three", "one", string(MergeNullKeys), "two", string(IgnoreNullKeys), "three", string(RefuseNullKeys)))
		}
	}
	var err error
	c.Nested.LimitRows, err = p.number(prefix+columnCountLimit, math.MaxInt32)
	return err
}

// timeField finds the member of the value's ROW that says how new an entry is.
func (p *parser) timeField(c *Column) error {
	members := c.Type.Elem.Fields
	c.TimeField = len(members) - 1
	option := columnPrefix + c.Name + "." + columnTimeField
	if name := p.option(option); name != "" {
		c.TimeField = slices.IndexFunc(members, func(f datatype.Field) bool { return f.Name == name })
		if c.TimeField < 0 {
			return problem.New("merge.column", "option", option, "column", name)
		}
	}
	if k := members[c.TimeField].Type.Kind; k != datatype.VarChar && k != datatype.Char {
		return functionOn(*c, c.Function, problem.Say("table.text_member_map", "member", members[c.TimeField].Name))
	}
	return nil
}
