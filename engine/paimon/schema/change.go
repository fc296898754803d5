package schema

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// Change is one change of a table's schema.
type Change interface {
	apply(a *alteration) error
}

// The changes. A Path leads to a column, or through ROW members, "element" of
// an ARRAY and "value" of a MAP to a nested one. Names are matched exactly.
type (
	// AddColumn adds a nullable column, at the end unless Move says where.
	AddColumn struct {
		Path    []string
		Type    datatype.Type
		Comment string
		Default *string
		Move    *Move
	}

	// DropColumn drops a column that is no key.
	DropColumn struct{ Path []string }

	// RenameColumn gives a column another name; options that name it follow.
	RenameColumn struct {
		Path []string
		To   string
	}

	// UpdateType gives a column another type, of the same nullability.
	UpdateType struct {
		Path []string
		Type datatype.Type
	}

	// UpdateNullability makes a column NOT NULL or nullable.
	UpdateNullability struct {
		Path    []string
		NotNull bool
	}

	// UpdateComment gives a column another comment; "" removes it.
	UpdateComment struct {
		Path    []string
		Comment string
	}

	// UpdateDefault gives a column another default, as SQL text; nil removes it.
	UpdateDefault struct {
		Path    []string
		Default *string
	}

	// MoveColumn moves a column of the table.
	MoveColumn struct {
		Column string
		Move   Move
	}

	// SetOption sets a table option.
	SetOption struct{ Key, Value string }

	// RemoveOption removes a table option; one that is not set is left alone.
	RemoveOption struct{ Key string }

	// SetComment sets the table's comment; "" removes it.
	SetComment struct{ Comment string }
)

// Move is a place among the columns: behind After, or the first.
type Move struct {
	First bool
	After string
}

// Facts are what a change depends on besides the schema.
type Facts struct {
	HasSnapshots bool  // some options are fixed as soon as there are rows
	TimeMillis   int64 // of the new schema
	// Check refuses a schema for reasons that other packages know: the rules of
	// merge engines, branches that must be there. nil: none.
	Check func(*Schema) error
}

// Change is the schema that follows s: id + 1, validated as a whole. s stays
// as it is. The error is a problem that names what cannot be.
func (s *Schema) Change(changes []Change, facts Facts) (*Schema, error) {
	next := s.Clone()
	next.ID, next.TimeMillis = s.ID+1, facts.TimeMillis
	a := &alteration{old: s, next: next, facts: facts}
	for _, c := range changes {
		if err := c.apply(a); err != nil {
			return nil, err
		}
	}
	if err := next.normalize(); err != nil {
		return nil, err
	}
	if err := next.validate(); err != nil {
		return nil, err
	}
	if facts.Check != nil {
		if err := facts.Check(next); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// maxAlterTries bounds how often Alter starts again after another writer took
// the id.
const maxAlterTries = 100

// Alter makes the changes on top of the newest schema and creates the one that
// follows, again from the start when another writer was faster. A change that
// changes nothing creates no schema.
func (m *Manager) Alter(ctx context.Context, facts Facts, changes ...Change) (*Schema, error) {
	for range maxAlterTries {
		s, err := m.Latest(ctx)
		if err != nil {
			return nil, err
		}
		if s == nil {
			return nil, cannot(problem.Say("table.gone"))
		}
		next, err := s.Change(changes, facts)
		if err != nil || same(s, next) {
			return s, err
		}
		err = m.Create(ctx, next)
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, ErrConflict) {
			return nil, err
		}
	}
	return nil, problem.New("table.conflict", "name", m.dir).With("why", problem.Say("table.schema_restless")).Because(ErrConflict)
}

// same tells that next says nothing new.
func same(s, next *Schema) bool {
	n := next.Clone()
	n.ID, n.TimeMillis = s.ID, s.TimeMillis
	a, errA := Encode(s)
	b, errB := Encode(n)
	return errA == nil && errB == nil && string(a) == string(b)
}

// alteration is a schema while it is changed.
type alteration struct {
	old, next *Schema
	facts     Facts
}

func cannot(what problem.Phrase) *problem.Error {
	return problem.New("table.bad_change").With("what", what)
}

func pathText(path []string) string { return strings.Join(path, ".") }

func unknownColumn(path []string, fields []datatype.Field) error {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return problem.New("sql.unknown_column", "name", pathText(path)).Suggest(problem.Nearest(path[len(path)-1], names, 3)...)
}

func fieldIndex(fields []datatype.Field, name string) int {
	return slices.IndexFunc(fields, func(f datatype.Field) bool { return f.Name == name })
}

// key says that a top-level column is a key; false when it is none.
func (a *alteration) key(path []string) (says problem.Phrase, is bool) {
	switch {
	case len(path) > 1:
		return says, false
	case slices.Contains(a.next.PartitionKeys, path[0]):
		return isKey(path[0], aPartitionKey()), true
	case slices.Contains(a.next.PrimaryKeys, path[0]):
		return isKey(path[0], aPrimaryKey()), true
	}
	return says, false
}

func (c AddColumn) apply(a *alteration) error {
	if c.Type.NotNull {
		return cannot(problem.Say("table.new_not_null", "column", pathText(c.Path)))
	}
	name := c.Path[len(c.Path)-1]
	f := datatype.Field{Name: name, Type: c.Type, Description: c.Comment, Default: c.Default}
	if err := checkType(f); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if c.Default != nil && len(c.Path) > 1 {
		return cannot(problem.Say("table.member_default"))
	}
	return a.members(c.Path, func(fields []datatype.Field) ([]datatype.Field, error) {
		if fieldIndex(fields, name) >= 0 {
			return nil, cannot(problem.Say("table.column_there", "column", pathText(c.Path)))
		}
		at, err := place(fields, c.Move, a.beforePartition(c))
		if err != nil {
			return nil, err
		}
		return slices.Insert(fields, at, a.next.number(f)), nil
	})
}

// beforePartition is the place of the first partition column, where the option
// add-column-before-partition puts new ones; -1 means the end.
func (a *alteration) beforePartition(c AddColumn) int {
	if len(c.Path) > 1 || len(a.next.PartitionKeys) == 0 || !a.old.Flag("add-column-before-partition") {
		return -1
	}
	return slices.IndexFunc(a.next.Fields, func(f datatype.Field) bool { return slices.Contains(a.next.PartitionKeys, f.Name) })
}

// place is the index that a move leads to.
func place(fields []datatype.Field, m *Move, otherwise int) (int, error) {
	switch {
	case m == nil && otherwise >= 0:
		return otherwise, nil
	case m == nil:
		return len(fields), nil
	case m.First:
		return 0, nil
	}
	i := fieldIndex(fields, m.After)
	if i < 0 {
		return 0, unknownColumn([]string{m.After}, fields)
	}
	return i + 1, nil
}

func (c DropColumn) apply(a *alteration) error {
	if why, is := a.key(c.Path); is {
		return cannot(problem.Say("table.not_dropped").With("why", why))
	}
	name := c.Path[len(c.Path)-1]
	return a.members(c.Path, func(fields []datatype.Field) ([]datatype.Field, error) {
		i := fieldIndex(fields, name)
		if i < 0 {
			return nil, unknownColumn(c.Path, fields)
		}
		if len(fields) == 1 {
			return nil, cannot(problem.Say("table.not_dropped").With("why", problem.Say("table.only_column", "column", pathText(c.Path))))
		}
		return slices.Delete(fields, i, i+1), nil
	})
}

func (c RenameColumn) apply(a *alteration) error {
	if len(c.Path) == 1 && slices.Contains(a.next.PartitionKeys, c.Path[0]) {
		return cannot(problem.Say("table.not_renamed").With("why", isKey(c.Path[0], aPartitionKey())))
	}
	if err := checkName(c.To); err != nil {
		return err
	}
	name := c.Path[len(c.Path)-1]
	err := a.members(c.Path, func(fields []datatype.Field) ([]datatype.Field, error) {
		i := fieldIndex(fields, name)
		if i < 0 {
			return nil, unknownColumn(c.Path, fields)
		}
		if fieldIndex(fields, c.To) >= 0 {
			return nil, cannot(problem.Say("table.column_there", "column", c.To))
		}
		fields[i].Name = c.To
		return fields, nil
	})
	if err == nil && len(c.Path) == 1 {
		a.next.PrimaryKeys = renamed(a.next.PrimaryKeys, name, c.To)
		renameInOptions(a.next.Options, name, c.To)
	}
	return err
}

func (c UpdateType) apply(a *alteration) error {
	if why, is := a.key(c.Path); is {
		return cannot(problem.Say("table.not_retyped").With("why", why))
	}
	if err := checkType(datatype.Field{Name: pathText(c.Path), Type: c.Type}); err != nil {
		return err
	}
	return a.types(c.Path, func(t datatype.Type) (datatype.Type, error) {
		to := c.Type
		to.NotNull = t.NotNull
		if datatype.Equal(t, to) {
			return t, nil
		}
		if !Castable(t, to, !a.next.Flag("disable-explicit-type-casting")) {
			return t, problem.New("table.column_cast", "column", pathText(c.Path), "from", t.String(), "to", to.String())
		}
		return to, nil
	})
}

func (c UpdateNullability) apply(a *alteration) error {
	if !c.NotNull && len(c.Path) == 1 && slices.Contains(a.next.PrimaryKeys, c.Path[0]) {
		return cannot(problem.Say("table.not_nullable").With("why", isKey(c.Path[0], aPrimaryKey())))
	}
	return a.types(c.Path, func(t datatype.Type) (datatype.Type, error) {
		if c.NotNull && !t.NotNull && a.next.flag("alter-column-null-to-not-null.disabled", true) {
			return t, cannot(problem.Say("table.may_hold_nulls", "column", pathText(c.Path))).
				Suggest("'alter-column-null-to-not-null.disabled' = 'false'")
		}
		t.NotNull = c.NotNull
		return t, nil
	})
}

func (c UpdateComment) apply(a *alteration) error {
	return a.field(c.Path, func(f *datatype.Field) { f.Description = c.Comment })
}

func (c UpdateDefault) apply(a *alteration) error {
	if len(c.Path) > 1 {
		return cannot(problem.Say("table.member_default"))
	}
	return a.field(c.Path, func(f *datatype.Field) { f.Default = c.Default })
}

// field changes one column or member.
func (a *alteration) field(path []string, change func(*datatype.Field)) error {
	return a.members(path, func(fields []datatype.Field) ([]datatype.Field, error) {
		i := fieldIndex(fields, path[len(path)-1])
		if i < 0 {
			return nil, unknownColumn(path, fields)
		}
		change(&fields[i])
		return fields, nil
	})
}

func (c MoveColumn) apply(a *alteration) error {
	fields := a.next.Fields
	i := fieldIndex(fields, c.Column)
	if i < 0 {
		return unknownColumn([]string{c.Column}, fields)
	}
	if !c.Move.First && c.Move.After == c.Column {
		return cannot(problem.Say("table.behind_itself", "column", c.Column))
	}
	f := fields[i]
	rest := slices.Delete(slices.Clone(fields), i, i+1)
	at, err := place(rest, &c.Move, -1)
	if err != nil {
		return err
	}
	a.next.Fields = slices.Insert(rest, at, f)
	return nil
}

func (c SetComment) apply(a *alteration) error { //nolint:unparam // of Change
	a.next.Comment = c.Comment
	return nil
}

func (c SetOption) apply(a *alteration) error {
	old, was := a.old.Options[c.Key]
	if was && old == c.Value || a.old.says(c.Key, c.Value) {
		return nil
	}
	if err := a.changeable(c.Key, old, c.Value); err != nil {
		return err
	}
	a.next.Options[c.Key] = c.Value
	return nil
}

func (c RemoveOption) apply(a *alteration) error {
	old, was := a.next.Options[c.Key]
	if !was {
		return nil
	}
	if c.Key == OptionBucket && a.facts.HasSnapshots {
		return fixedOption(c.Key)
	}
	if err := a.changeable(c.Key, old, ""); err != nil {
		return err
	}
	delete(a.next.Options, c.Key)
	return nil
}

// says tells that an option repeats what the schema has as a list, or a
// default.
func (s *Schema) says(key, value string) bool {
	switch key {
	case optionPrimaryKey:
		return slices.Equal(splitNames(value), s.PrimaryKeys)
	case optionPartition:
		return slices.Equal(splitNames(value), s.PartitionKeys)
	case OptionType:
		return s.Options[key] == "" && strings.EqualFold(value, "table")
	}
	return false
}

// renamed is list with one name replaced.
func renamed(list []string, from, to string) []string {
	out := slices.Clone(list)
	for i, n := range out {
		if n == from {
			out[i] = to
		}
	}
	return out
}

// renameInOptions makes the options that name a column name it anew: lists of
// columns, fields.<column>.<what>, and sequence groups, which do both.
func renameInOptions(options map[string]string, from, to string) {
	for _, k := range []string{OptionBucketKey, "sequence.field", "rowkind.field", "partial-update.remove-record-on-sequence-group", "record-level.time-field"} {
		if v, ok := options[k]; ok {
			options[k] = strings.Join(renamed(splitNames(v), from, to), ",")
		}
	}
	const prefix = "fields."
	for k, v := range maps.Clone(options) {
		rest, ok := strings.CutPrefix(k, prefix)
		if !ok {
			continue
		}
		names, what, ok := strings.Cut(rest, ".")
		if !ok {
			continue
		}
		delete(options, k)
		if what == "sequence-group" {
			v = strings.Join(renamed(splitNames(v), from, to), ",")
		}
		options[prefix+strings.Join(renamed(strings.Split(names, ","), from, to), ",")+"."+what] = v
	}
}

func splitNames(text string) []string {
	out := []string{}
	for n := range strings.SplitSeq(text, ",") {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}
