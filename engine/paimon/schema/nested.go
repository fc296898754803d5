package schema

import (
	"slices"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// members gives the list of fields that the last step of path is one of to
// edit, and puts what comes back in its place.
func (a *alteration) members(path []string, edit func([]datatype.Field) ([]datatype.Field, error)) error {
	fields, err := editFields(a.next.Fields, path, path, edit)
	if err == nil {
		a.next.Fields = fields
	}
	return err
}

func editFields(fields []datatype.Field, path, whole []string, edit func([]datatype.Field) ([]datatype.Field, error)) ([]datatype.Field, error) {
	fields = slices.Clone(fields)
	if len(path) == 1 {
		return edit(fields)
	}
	i := fieldIndex(fields, path[0])
	if i < 0 {
		return nil, unknownColumn(whole[:len(whole)-len(path)+1], fields)
	}
	var err error
	fields[i].Type, err = editMembers(fields[i].Type, path[1:], whole, edit)
	return fields, err
}

// editMembers goes into a type: by name into a ROW, by "element" into an
// ARRAY, by "value" into a MAP.
func editMembers(t datatype.Type, path, whole []string, edit func([]datatype.Field) ([]datatype.Field, error)) (datatype.Type, error) {
	if t.Kind == datatype.Row {
		fields, err := editFields(t.Fields, path, whole, edit)
		t.Fields = fields
		return t, err
	}
	if step(t) != path[0] || len(path) == 1 {
		return t, noMember(t, path, whole)
	}
	elem, err := editMembers(*t.Elem, path[1:], whole, edit)
	t.Elem = &elem
	return t, err
}

// noMember says that a type on the way has no such step.
func noMember(t datatype.Type, path, whole []string) error {
	column := pathText(whole[:len(whole)-len(path)])
	return cannot(problem.Say("table.no_member", "column", column, "type", t.Nullable().String(), "member", path[0]))
}

// step is the name of the way into a type; "" where there is none.
func step(t datatype.Type) string {
	switch t.Kind {
	case datatype.Array:
		return "element"
	case datatype.Map:
		return "value"
	}
	return ""
}

// types changes the type of a column, a member, an element or a value.
func (a *alteration) types(path []string, change func(datatype.Type) (datatype.Type, error)) error {
	i := fieldIndex(a.next.Fields, path[0])
	if i < 0 {
		return unknownColumn(path[:1], a.next.Fields)
	}
	t, err := editType(a.next.Fields[i].Type, path[1:], path, change)
	if err != nil {
		return err
	}
	a.next.Fields = slices.Clone(a.next.Fields)
	a.next.Fields[i].Type = t
	return nil
}

func editType(t datatype.Type, path, whole []string, change func(datatype.Type) (datatype.Type, error)) (datatype.Type, error) {
	if len(path) == 0 {
		return change(t)
	}
	if t.Kind == datatype.Row {
		i := fieldIndex(t.Fields, path[0])
		if i < 0 {
			return t, unknownColumn(whole[:len(whole)-len(path)+1], t.Fields)
		}
		inner, err := editType(t.Fields[i].Type, path[1:], whole, change)
		t.Fields = slices.Clone(t.Fields)
		t.Fields[i].Type = inner
		return t, err
	}
	if step(t) != path[0] {
		return t, noMember(t, path, whole)
	}
	inner, err := editType(*t.Elem, path[1:], whole, change)
	t.Elem = &inner
	return t, err
}
