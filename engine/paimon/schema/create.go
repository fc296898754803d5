package schema

import (
	"maps"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/problem"
)

// reserved column names, and the prefix of the key columns of data files.
var reserved = []string{"_SEQUENCE_NUMBER", "_VALUE_KIND", "_LEVEL", "rowkind", "_ROW_ID"}

const keyPrefix = "_KEY_"

// New makes schema 0 of a table: it gives each field its id, makes primary
// keys NOT NULL, lifts the options primary-key and partition into the lists,
// and refuses what Paimon refuses, naming it.
func New(fields []datatype.Field, partitionKeys, primaryKeys []string, options map[string]string, comment string, timeMillis int64) (*Schema, error) {
	s := &Schema{
		Fields: slices.Clone(fields), PartitionKeys: orEmpty(slices.Clone(partitionKeys)), PrimaryKeys: orEmpty(slices.Clone(primaryKeys)),
		Options: maps.Clone(options), Comment: comment, TimeMillis: timeMillis, HighestFieldID: -1,
	}
	if s.Options == nil {
		s.Options = map[string]string{}
	}
	for i := range s.Fields {
		s.Fields[i] = s.number(s.Fields[i])
	}
	if err := s.checkColumns(); err != nil {
		return nil, err
	}
	if err := s.normalize(); err != nil {
		return nil, err
	}
	return s, s.validate()
}

// lift moves the names in an option to a list that must be empty.
func (s *Schema) lift(option string, keys []string) ([]string, error) {
	text, ok := s.Options[option]
	if !ok {
		return keys, nil
	}
	if len(keys) > 0 {
		return nil, bad(problem.Say("table.repeats", "option", option))
	}
	delete(s.Options, option)
	return append(keys, splitNames(text)...), nil
}

// number gives f and then the fields nested in it the next ids.
func (s *Schema) number(f datatype.Field) datatype.Field {
	s.HighestFieldID++
	f.ID = s.HighestFieldID
	f.Type = s.numberType(f.Type)
	return f
}

func (s *Schema) numberType(t datatype.Type) datatype.Type {
	if t.Key != nil {
		k := s.numberType(*t.Key)
		t.Key = &k
	}
	if t.Elem != nil {
		e := s.numberType(*t.Elem)
		t.Elem = &e
	}
	t.Fields = slices.Clone(t.Fields)
	for i := range t.Fields {
		t.Fields[i] = s.number(t.Fields[i])
	}
	return t
}

// checkColumns refuses columns that no table can have.
func (s *Schema) checkColumns() error {
	if len(s.Fields) == 0 {
		return bad(problem.Say("table.needs_column"))
	}
	for _, f := range s.Fields {
		if err := checkName(f.Name); err != nil {
			return err
		}
		if err := checkType(f); err != nil {
			return err
		}
	}
	return nil
}

// checkFolders refuses options that would put data files outside the table.
func (s *Schema) checkFolders() error {
	if d := s.DataDirectory(); fileio.CheckPath(d) != nil {
		return bad(problem.Say("table.option_is", "option", OptionDataDirectory, "value", d))
	}
	if p := s.DataPrefix(); strings.ContainsAny(p, "/\\\x00") {
		return bad(problem.Say("table.option_is", "option", OptionDataPrefix, "value", p))
	}
	return nil
}

// checkNames refuses empty names and names that differ in nothing or only in
// case: SQL could not tell them apart.
func checkNames(fields []datatype.Field) error {
	seen := map[string]string{}
	for _, f := range fields {
		if strings.TrimSpace(f.Name) == "" {
			return bad(problem.Say("table.nameless_column"))
		}
		low := strings.ToLower(f.Name)
		if other, ok := seen[low]; ok {
			return bad(problem.Say("table.columns_alike", "column", f.Name, "other", other))
		}
		seen[low] = f.Name
	}
	return nil
}

// checkType refuses the types that no embedded engine reads or writes, at any
// depth, and nested fields of one name.
func checkType(f datatype.Field) error {
	var err error
	f.Type.Walk(func(t datatype.Type) bool {
		switch t.Kind {
		case datatype.Variant, datatype.Blob, datatype.Vector, datatype.Geometry, datatype.Geography:
			err = problem.New("table.column_type", "column", f.Name, "type", t.String())
		case datatype.Unknown, datatype.Null, datatype.Interval:
			err = bad(problem.Say("table.column_untyped", "column", f.Name))
		case datatype.Row:
			err = checkNames(t.Fields)
		}
		return err == nil
	})
	return err
}

func (s *Schema) checkKeys(kind problem.Phrase, keys []string) error {
	for i, k := range keys {
		f, ok := s.Field(k)
		if !ok {
			return bad(problem.Say("table.key_no_column", "name", k).With("kind", kind))
		}
		if slices.Contains(keys[:i], k) {
			return bad(twice(kind, k))
		}
		if f.Type.IsNested() {
			return bad(typed(kind, f))
		}
	}
	return nil
}

// keyIsPartition tells that the primary key is the partition key.
func (s *Schema) keyIsPartition() bool {
	return len(s.PrimaryKeys) > 0 && len(s.PrimaryKeys) == len(s.PartitionKeys) && len(s.TrimmedPrimaryKeys()) == 0
}

// checkBuckets holds the number of buckets and the columns that choose one.
func (s *Schema) checkBuckets() error {
	text, n := s.Options[OptionBucket], s.Bucket()
	keys := splitNames(s.Options[OptionBucketKey])
	switch {
	case text != "" && strings.TrimSpace(text) != "-1" && n == -1, n < -2, n == 0:
		return BadOption(OptionBucket, text, problem.Say("table.number_of_buckets"))
	case n == -2 && len(s.PrimaryKeys) == 0:
		return BadOption(OptionBucket, text, problem.Say("table.postponed_needs_key"))
	case n == -1 && len(keys) > 0:
		return BadOption(OptionBucketKey, s.Options[OptionBucketKey], problem.Say("table.no_fixed_buckets"))
	case n > 0 && len(s.PrimaryKeys) == 0 && len(keys) == 0:
		return bad(problem.Say("table.needs_bucket_key"))
	}
	for i, k := range keys {
		f, ok := s.Field(k)
		switch {
		case !ok:
			return BadOption(OptionBucketKey, s.Options[OptionBucketKey], noColumn(k))
		case f.Type.IsNested():
			return BadOption(OptionBucketKey, s.Options[OptionBucketKey], typed(aColumn(), f))
		case slices.Contains(keys[:i], k):
			return BadOption(OptionBucketKey, s.Options[OptionBucketKey], twice(aColumn(), k))
		case slices.Contains(s.PartitionKeys, k):
			return BadOption(OptionBucketKey, s.Options[OptionBucketKey], problem.Say("table.bucket_by_partition").With("why", isKey(k, aPartitionKey())))
		case len(s.PrimaryKeys) > 0 && !slices.Contains(s.PrimaryKeys, k):
			return BadOption(OptionBucketKey, s.Options[OptionBucketKey], problem.Say("table.not_in_key", "column", k))
		}
	}
	return nil
}

func bad(what problem.Phrase) error { return problem.New("table.bad_schema").With("what", what) }
