package datatype

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// nestedJSON is the object form of a type that holds other types. Paimon puts
// the nullability behind the name: {"type":"ARRAY NOT NULL","element":"INT"}.
type nestedJSON struct {
	Type    string          `json:"type"`
	Element json.RawMessage `json:"element,omitempty"`
	Key     json.RawMessage `json:"key,omitempty"`
	Value   json.RawMessage `json:"value,omitempty"`
	Fields  *[]Field        `json:"fields,omitempty"`
	Length  int             `json:"length,omitempty"`
}

// fieldJSON is one column in schema JSON.
type fieldJSON struct {
	ID          int     `json:"id"`
	Name        string  `json:"name"`
	Type        Type    `json:"type"`
	Description string  `json:"description,omitempty"`
	Default     *string `json:"defaultValue,omitempty"`
}

// names of the object form.
var nestedNames = map[Kind]string{Array: "ARRAY", Multiset: "MULTISET", Map: "MAP", Row: "ROW", Vector: "VECTOR"}

// MarshalJSON writes Paimon's schema JSON: a bare string for an atomic type
// (an object there is not readable by Java), an object for a nested one.
func (t Type) MarshalJSON() ([]byte, error) {
	name, ok := nestedNames[t.Kind]
	if !ok {
		return plainJSON(t.String())
	}
	if t.NotNull {
		name += " NOT NULL"
	}
	out := nestedJSON{Type: name, Length: 0}
	var err error
	switch t.Kind {
	case Row:
		fields := t.Fields
		if fields == nil {
			fields = []Field{}
		}
		out.Fields = &fields
	case Map:
		if out.Key, err = partJSON(t.Key); err == nil {
			out.Value, err = partJSON(t.Elem)
		}
	default:
		out.Element, err = partJSON(t.Elem)
		if t.Kind == Vector {
			out.Length = t.Length
		}
	}
	if err != nil {
		return nil, err
	}
	return plainJSON(out)
}

func partJSON(t *Type) (json.RawMessage, error) {
	if t == nil {
		return nil, errors.New("a nested type lacks its element")
	}
	return t.MarshalJSON()
}

// plainJSON writes without escaping < and >: the text equals Java's.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON reads what MarshalJSON and the Java, Python and C++ writers
// write.
func (t *Type) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		parsed, err := Parse(s)
		if err != nil {
			return err
		}
		*t = parsed
		return nil
	}
	var in nestedJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("read type: %w", err)
	}
	return t.fromNested(in)
}

func (t *Type) fromNested(in nestedJSON) error {
	r, err := newReader(in.Type)
	if err != nil {
		return err
	}
	kind := Unknown
	for k, name := range nestedNames {
		if r.word(name) {
			kind = k
			break
		}
	}
	if kind == Unknown {
		return t.fromWrapped(in)
	}
	out := Type{Kind: kind, NotNull: r.nullability()}
	if r.peek().kind != endToken {
		return fmt.Errorf("type %q: %w", in.Type, r.unexpected("expected the end"))
	}
	switch kind {
	case Row:
		if in.Fields != nil && len(*in.Fields) > 0 {
			out.Fields = *in.Fields
		}
	case Map:
		if out.Key, err = readPart(in.Key); err == nil {
			out.Elem, err = readPart(in.Value)
		}
	default:
		out.Elem, err = readPart(in.Element)
		if kind == Vector {
			out.Length = in.Length
			err = errors.Join(err, out.check())
		}
	}
	if err != nil {
		return fmt.Errorf("type %q: %w", in.Type, err)
	}
	*t = out
	return nil
}

// fromWrapped reads {"type":"STRING"}, which older Python writers wrote for an
// atomic type.
func (t *Type) fromWrapped(in nestedJSON) error {
	parsed, err := Parse(in.Type)
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

func readPart(raw json.RawMessage) (*Type, error) {
	if len(raw) == 0 {
		return nil, errors.New("its element is missing")
	}
	t := new(Type)
	return t, t.UnmarshalJSON(raw)
}

// MarshalJSON writes {"id","name","type"[,"description"][,"defaultValue"]}.
func (f Field) MarshalJSON() ([]byte, error) { return plainJSON(fieldJSON(f)) }

// UnmarshalJSON reads a field of schema JSON.
func (f *Field) UnmarshalJSON(b []byte) error {
	var in fieldJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("read field: %w", err)
	}
	*f = Field(in)
	return nil
}
