package merge

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// The table options that this package reads, beside those of columns
// (fields.<column>.<option>).
const (
	OptionSequenceField      = "sequence.field"
	OptionSequenceOrder      = "sequence.field.sort-order"
	OptionRowKindField       = "rowkind.field"
	OptionIgnoreDelete       = "ignore-delete"
	OptionIgnoreUpdateBefore = "ignore-update-before"
	OptionRemoveOnDelete     = "partial-update.remove-record-on-delete"
	OptionRemoveOnGroup      = "partial-update.remove-record-on-sequence-group"
	OptionAggregationRemove  = "aggregation.remove-record-on-delete"
	OptionDefaultFunction    = "fields.default-aggregate-function"

	columnPrefix        = "fields."
	columnFunction      = "aggregate-function"
	columnIgnoreRetract = "ignore-retract"
	columnGroup         = "sequence-group"
	columnDelimiter     = "list-agg-delimiter"
	columnDistinct      = "distinct"
	columnNestedKey     = "nested-key"
	columnNestedSeq     = "nested-sequence-field"
	columnNestedNull    = "nested-key-null-strategy"
	columnCountLimit    = "count-limit"
	columnTimeField     = "ts-field"
	defaultFunctionName = "default-aggregate-function"
)

// ignoreDeleteKeys are the names of ignore-delete, the newest first.
var ignoreDeleteKeys = []string{OptionIgnoreDelete, "first-row.ignore-delete", "deduplicate.ignore-delete", "partial-update.ignore-delete"}

var engines = []string{string(Deduplicate), string(PartialUpdate), string(Aggregation), string(FirstRow)}

// Of is the merge rule of a table with a primary key. It refuses options that
// contradict each other or that are not known, naming them.
func Of(s *schema.Schema) (*Rule, error) {
	p := &parser{schema: s, rule: &Rule{}}
	steps := []func() error{p.engine, p.flags, p.columns, p.order, p.checkColumnOptions}
	switch Engine(s.MergeEngine()) {
	case PartialUpdate:
		steps = append(steps, p.groups, p.removeOnGroup, p.partialFunctions)
	case Aggregation:
		steps = append(steps, p.aggregateFunctions)
	case FirstRow:
		steps = append(steps, p.firstRow)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p.rule, nil
}

// parser fills a rule from a schema's options.
type parser struct {
	schema *schema.Schema
	rule   *Rule
}

func (p *parser) option(name string) string { return p.schema.Text(name, "") }

// list is an option of names with commas between.
func list(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	out := strings.Split(text, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

func badOption(option, value string, want problem.Phrase) error {
	return problem.New("merge.option", "option", option, "value", value).With("want", want)
}

func either(one, other string) problem.Phrase {
	return problem.Say("table.either", "one", one, "other", other)
}

func conflict(option, other string) error {
	return problem.New("merge.conflict", "option", option, "other", other)
}

func (p *parser) flag(option string) (bool, error) {
	switch v := p.schema.Word(option, ""); v {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, badOption(option, v, either("true", "false"))
	}
}

func (p *parser) engine() error {
	p.rule.Engine = Engine(p.schema.MergeEngine())
	if !slices.Contains(engines, string(p.rule.Engine)) {
		return badOption(schema.OptionMergeEngine, string(p.rule.Engine), problem.Say("table.any_of", "words", strings.Join(engines, ", ")))
	}
	return nil
}

func (p *parser) flags() error {
	r := p.rule
	for _, o := range []struct {
		option string
		to     *bool
		engine Engine // "" = every engine
	}{
		{OptionIgnoreUpdateBefore, &r.IgnoreUpdateBefore, ""},
		{OptionRemoveOnDelete, &r.RemoveOnDelete, PartialUpdate},
		{OptionAggregationRemove, &r.RemoveOnDelete, Aggregation},
	} {
		v, err := p.flag(o.option)
		if err != nil {
			return err
		}
		if o.engine == "" || o.engine == r.Engine {
			*o.to = v
		}
	}
	for _, key := range ignoreDeleteKeys {
		if _, set := p.schema.Options[key]; set {
			v, err := p.flag(key)
			if err != nil {
				return err
			}
			r.IgnoreDelete = v
			break
		}
	}
	if r.Engine == PartialUpdate && r.IgnoreDelete {
		if r.RemoveOnDelete {
			return conflict(OptionIgnoreDelete, OptionRemoveOnDelete)
		}
		if p.option(OptionRemoveOnGroup) != "" {
			return conflict(OptionIgnoreDelete, OptionRemoveOnGroup)
		}
	}
	return nil
}

func (p *parser) columns() error {
	s, r := p.schema, p.rule
	for _, k := range s.PrimaryKeys {
		if !slices.Contains(s.PartitionKeys, k) {
			f, _ := s.Field(k)
			r.Keys = append(r.Keys, f)
		}
	}
	if len(r.Keys) == 0 {
		return problem.New("merge.no_key")
	}
	r.Columns = make([]Column, len(s.Fields))
	for i, f := range s.Fields {
		r.Columns[i] = Column{Field: f, Group: -1}
	}
	return nil
}

// order reads what puts records in order and what says their kind.
func (p *parser) order() error {
	r := p.rule
	for _, name := range list(p.option(OptionSequenceField)) {
		i := r.Index(name)
		switch {
		case i < 0:
			return problem.New("merge.column", "option", OptionSequenceField, "column", name)
		case slices.Contains(r.Sequence, name):
			return conflict(OptionSequenceField, name)
		case r.Columns[i].Type.IsNested():
			return badOption(OptionSequenceField, name, problem.Say("table.ordered_column"))
		case p.option(columnPrefix+name+"."+columnFunction) != "":
			return conflict(OptionSequenceField, columnPrefix+name+"."+columnFunction)
		}
		r.Sequence = append(r.Sequence, name)
	}
	switch v := p.schema.Word(OptionSequenceOrder, ""); v {
	case "", "ascending":
	case "descending":
		r.Descending = true
	default:
		return badOption(OptionSequenceOrder, v, either("ascending", "descending"))
	}
	if len(r.Sequence) > 0 && p.crossPartition() {
		return problem.New("merge.cross_partition", "option", OptionSequenceField)
	}
	name := p.option(OptionRowKindField)
	if name == "" {
		return nil
	}
	f, ok := p.schema.Field(name)
	if !ok {
		return problem.New("merge.column", "option", OptionRowKindField, "column", name)
	}
	if f.Type.Kind != datatype.VarChar && f.Type.Kind != datatype.Char {
		return badOption(OptionRowKindField, name, problem.Say("table.text_column"))
	}
	r.RowKindField = name
	return nil
}

// crossPartition tells whether a key may move between partitions.
func (p *parser) crossPartition() bool {
	return slices.ContainsFunc(p.schema.PartitionKeys, func(k string) bool { return !slices.Contains(p.schema.PrimaryKeys, k) })
}

// checkColumnOptions refuses fields.<column> of a column that is not there.
func (p *parser) checkColumnOptions() error {
	for _, option := range slices.Sorted(maps.Keys(p.schema.Options)) {
		rest, ok := strings.CutPrefix(option, columnPrefix)
		if !ok {
			continue
		}
		names, _, _ := strings.Cut(rest, ".")
		for name := range strings.SplitSeq(names, ",") {
			if name != defaultFunctionName && p.rule.Index(strings.TrimSpace(name)) < 0 && !p.dotted(rest) {
				return problem.New("merge.column", "option", option, "column", name)
			}
		}
	}
	return nil
}

// dotted tells whether rest belongs to a column with a dot in its name.
func (p *parser) dotted(rest string) bool {
	return slices.ContainsFunc(p.rule.Columns, func(c Column) bool {
		return strings.Contains(c.Name, ".") && strings.HasPrefix(rest, c.Name+".")
	})
}

// groups reads the sequence groups. A column that two groups order or guard has
// no result of its own in Java (it depends on a hash), so it is refused.
func (p *parser) groups() error {
	r := p.rule
	for _, option := range slices.Sorted(maps.Keys(p.schema.Options)) {
		if !strings.HasPrefix(option, columnPrefix) || !strings.HasSuffix(option, "."+columnGroup) {
			continue
		}
		names := strings.TrimSuffix(strings.TrimPrefix(option, columnPrefix), "."+columnGroup)
		g, err := p.group(option, names, p.option(option))
		if err != nil {
			return err
		}
		at := len(r.Groups)
		for _, i := range g.Sequence {
			if r.Columns[i].Group >= 0 {
				return conflict(option, r.Columns[i].Name)
			}
			r.Columns[i].Group, r.Columns[i].Leads = at, true
		}
		members := g.Members
		g.Members = nil
		for _, i := range members {
			if c := &r.Columns[i]; c.Group != at || !c.Leads { // a group may name its own sequence field
				if c.Group >= 0 {
					return conflict(option, c.Name)
				}
				c.Group = at
				g.Members = append(g.Members, i)
			}
		}
		r.Groups = append(r.Groups, g)
	}
	if r.RemoveOnDelete && len(r.Groups) > 0 {
		return conflict(OptionRemoveOnDelete, columnGroup)
	}
	return nil
}

// group is one option: the columns that order it and those that it guards.
func (p *parser) group(option, order, guarded string) (Group, error) {
	var g Group
	for _, part := range []struct {
		names string
		to    *[]int
	}{{order, &g.Sequence}, {guarded, &g.Members}} {
		for _, name := range list(part.names) {
			i := p.rule.Index(name)
			switch {
			case i < 0:
				return g, problem.New("merge.column", "option", option, "column", name)
			case slices.Contains(p.schema.PrimaryKeys, name):
				return g, problem.New("merge.key_in_group", "option", option, "column", name)
			case part.to == &g.Sequence && p.rule.Columns[i].Type.IsNested():
				return g, badOption(option, name, problem.Say("table.ordered_column"))
			case slices.Contains(*part.to, i):
				return g, conflict(option, name)
			}
			*part.to = append(*part.to, i)
		}
	}
	if len(g.Sequence) == 0 {
		return g, badOption(option, order, problem.Say("table.group_order"))
	}
	return g, nil
}

func (p *parser) removeOnGroup() error {
	for _, name := range list(p.option(OptionRemoveOnGroup)) {
		i := p.rule.Index(name)
		if i < 0 || !p.rule.Columns[i].Leads {
			return badOption(OptionRemoveOnGroup, name, problem.Say("table.group_field"))
		}
		p.rule.Groups[p.rule.Columns[i].Group].RemoveOnDelete = true
	}
	return nil
}

// partialFunctions gives the columns of a partial-update table their functions.
func (p *parser) partialFunctions() error {
	for i := range p.rule.Columns {
		c := &p.rule.Columns[i]
		option, name := p.function(c.Name)
		switch {
		case c.Leads:
			continue
		case slices.Contains(p.schema.PrimaryKeys, c.Name):
			c.Function = Key
			continue
		case name == "":
			continue
		case name != LastNonNullValue && c.Group < 0:
			return problem.New("merge.needs_group", "column", c.Name, "function", string(name), "option", option)
		}
		if err := p.setFunction(c, option, name); err != nil {
			return err
		}
	}
	return nil
}

// aggregateFunctions gives the columns of an aggregation table their functions.
func (p *parser) aggregateFunctions() error {
	for i := range p.rule.Columns {
		c := &p.rule.Columns[i]
		option, name := p.function(c.Name)
		switch {
		case slices.Contains(p.rule.Sequence, c.Name):
			option, name = OptionSequenceField, LastValue
		case slices.Contains(p.schema.PrimaryKeys, c.Name):
			c.Function = Key
			continue
		case name == "":
			name = LastNonNullValue
		}
		if err := p.setFunction(c, option, name); err != nil {
			return err
		}
		if p.rule.RemoveOnDelete && c.IgnoreRetract {
			return conflict(OptionAggregationRemove, columnPrefix+c.Name+"."+columnIgnoreRetract)
		}
	}
	return nil
}

// function is the function that options give a column, and which option.
func (p *parser) function(column string) (option string, name Function) {
	option = columnPrefix + column + "." + columnFunction
	if v := p.option(option); v != "" {
		return option, Function(v)
	}
	return OptionDefaultFunction, Function(p.option(OptionDefaultFunction))
}

// firstRow holds what the engine first-row does not go with.
func (p *parser) firstRow() error {
	if len(p.rule.Sequence) > 0 {
		return conflict(schema.OptionMergeEngine+" = first-row", OptionSequenceField)
	}
	switch v := p.schema.ChangelogProducer(); v {
	case "none", "lookup":
	default:
		return conflict(schema.OptionMergeEngine+" = first-row", schema.OptionChangelogProducer+" = "+v)
	}
	if p.schema.Flag(schema.OptionDeletionVectors) {
		return conflict(schema.OptionMergeEngine+" = first-row", schema.OptionDeletionVectors)
	}
	return nil
}

// number reads a whole number above zero.
func (p *parser) number(option string, otherwise int) (int, error) {
	text := p.option(option)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, badOption(option, text, problem.Say("table.whole_number"))
	}
	return int(n), nil
}
