// Package schema reads, checks and creates the schemas of one Paimon table.
//
//	<table>/schema/
//	├── schema-0        JSON, written once, ids without holes from 0
//	└── schema-1        after ALTER TABLE
//
// A column is its field id, not its name: a renamed column keeps the id, one
// that is dropped and added again gets a new one, ids are never used twice, and
// the members of nested ROWs count from the same counter.
//
// A folder is a table when its schema folder holds a schema.
//
// Source: Paimon specification, "Schema"; PAIMON.md 2.4.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// Version is the schema format that this package writes and the newest one
// that it reads.
const Version = 3

// Schema is schema-<id>.
type Schema struct {
	ID             int64
	Fields         []datatype.Field
	HighestFieldID int // largest field id ever used, nested ones included; -1 without fields
	PartitionKeys  []string
	PrimaryKeys    []string
	Options        map[string]string
	Comment        string
	TimeMillis     int64
}

// schemaJSON is the file, its fields in Java's order.
type schemaJSON struct {
	Version        int               `json:"version"`
	ID             int64             `json:"id"`
	Fields         []datatype.Field  `json:"fields"`
	HighestFieldID int               `json:"highestFieldId"`
	PartitionKeys  []string          `json:"partitionKeys"`
	PrimaryKeys    []string          `json:"primaryKeys"`
	Options        map[string]string `json:"options"`
	Comment        string            `json:"comment,omitempty"`
	TimeMillis     int64             `json:"timeMillis"`
}

// Decode parses the bytes of a schema file; path is for messages. Versions 1
// and 2 get the defaults of their time: one bucket, ORC.
func Decode(path string, b []byte) (*Schema, error) {
	in := schemaJSON{Version: 1}
	if err := json.Unmarshal(b, &in); err != nil {
		if _, ok := problem.As(err); ok {
			return nil, err
		}
		return nil, corrupt(path, err)
	}
	if in.Version > Version {
		return nil, problem.New("table.schema_version", "path", path, "version", strconv.Itoa(in.Version))
	}
	s := &Schema{
		ID: in.ID, Fields: in.Fields, HighestFieldID: in.HighestFieldID, PartitionKeys: orEmpty(in.PartitionKeys),
		PrimaryKeys: orEmpty(in.PrimaryKeys), Options: in.Options, Comment: in.Comment, TimeMillis: in.TimeMillis,
	}
	if s.Options == nil {
		s.Options = map[string]string{}
	}
	if in.Version <= 1 && s.Options[OptionBucket] == "" {
		s.Options[OptionBucket] = "1"
	}
	if in.Version <= 2 && s.Options[OptionFileFormat] == "" {
		s.Options[OptionFileFormat] = "orc"
	}
	if err := s.check(); err != nil {
		return nil, corrupt(path, err)
	}
	return s, nil
}

// Encode is the inverse of Decode: pretty JSON with the fields in Java's order
// and the options by name.
func Encode(s *Schema) ([]byte, error) {
	out := schemaJSON{
		Version: Version, ID: s.ID, Fields: orEmpty(s.Fields), HighestFieldID: s.HighestFieldID,
		PartitionKeys: orEmpty(s.PartitionKeys), PrimaryKeys: orEmpty(s.PrimaryKeys),
		Options: s.Options, Comment: s.Comment, TimeMillis: s.TimeMillis,
	}
	if out.Options == nil {
		out.Options = map[string]string{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("encode schema %d: %w", s.ID, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// check holds what every reader relies on.
func (s *Schema) check() error {
	if s.ID < 0 {
		return fmt.Errorf("id %d, want at least 0", s.ID)
	}
	if len(s.Fields) == 0 {
		return errors.New("no columns")
	}
	names, ids := map[string]bool{}, map[int]bool{}
	for _, f := range s.Fields {
		if f.Name == "" || names[f.Name] {
			return fmt.Errorf("column name %q is empty or stands twice", f.Name)
		}
		if f.ID < 0 || ids[f.ID] {
			return fmt.Errorf("field id %d of column %q is negative or stands twice", f.ID, f.Name)
		}
		names[f.Name], ids[f.ID] = true, true
	}
	for _, k := range slices.Concat(s.PartitionKeys, s.PrimaryKeys) {
		if !names[k] {
			return fmt.Errorf("key %q is no column", k)
		}
	}
	return nil
}

// Field is the column of that name.
func (s *Schema) Field(name string) (datatype.Field, bool) {
	i := s.Index(name)
	if i < 0 {
		return datatype.Field{}, false
	}
	return s.Fields[i], true
}

// Index is the place of the column of that name; -1 when there is none.
func (s *Schema) Index(name string) int {
	return slices.IndexFunc(s.Fields, func(f datatype.Field) bool { return f.Name == name })
}

// FieldByID is the column of that id.
func (s *Schema) FieldByID(id int) (datatype.Field, bool) {
	for _, f := range s.Fields {
		if f.ID == id {
			return f, true
		}
	}
	return datatype.Field{}, false
}

// Types are the columns' types in order.
func (s *Schema) Types() []datatype.Type {
	types := make([]datatype.Type, len(s.Fields))
	for i, f := range s.Fields {
		types[i] = f.Type
	}
	return types
}

// PartitionTypes are the types of the partition keys in their order.
func (s *Schema) PartitionTypes() []datatype.Type {
	types := make([]datatype.Type, len(s.PartitionKeys))
	for i, k := range s.PartitionKeys {
		f, _ := s.Field(k) // check and New hold that it is there
		types[i] = f.Type
	}
	return types
}

// Clone copies s so that the copy can be changed.
func (s *Schema) Clone() *Schema {
	c := *s
	c.Fields, c.PartitionKeys, c.PrimaryKeys = slices.Clone(s.Fields), slices.Clone(s.PartitionKeys), slices.Clone(s.PrimaryKeys)
	c.Options = maps.Clone(s.Options)
	return &c
}

func corrupt(path string, err error) error {
	return problem.New("table.corrupt", "path", path, "why", err.Error()).Because(err)
}
