package fn

import (
	"slices"

	"laketop/engine/datatype"
)

// shown is a type as Spark's queries see it: texts have no length there.
func shown(t datatype.Type) datatype.Type {
	if t.IsString() {
		return datatype.StringType()
	}
	if t.Key != nil {
		t.Key = shownPart(*t.Key)
	}
	if t.Elem != nil {
		t.Elem = shownPart(*t.Elem)
	}
	t.Fields = slices.Clone(t.Fields)
	for i, f := range t.Fields {
		t.Fields[i].Type = shown(f.Type)
	}
	return t
}

func shownPart(t datatype.Type) *datatype.Type { t = shown(t); return &t }
