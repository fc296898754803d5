package schema

import (
	"slices"

	"laketop/engine/datatype"
)

// OptionChangelogPrefix is the table option for the names of changelog files.
const OptionChangelogPrefix = "changelog-file.prefix"

// ChangelogPrefix starts the name of each new changelog file.
func (s *Schema) ChangelogPrefix() string { return s.Text(OptionChangelogPrefix, "changelog-") }

// TrimmedPrimaryKeys is the primary key without the partition keys, in the
// order in which it is declared: what the rows of a bucket are sorted by.
func (s *Schema) TrimmedPrimaryKeys() []string {
	keys := make([]string, 0, len(s.PrimaryKeys))
	for _, k := range s.PrimaryKeys {
		if !slices.Contains(s.PartitionKeys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// KeyFields are the columns of TrimmedPrimaryKeys.
func (s *Schema) KeyFields() []datatype.Field {
	names := s.TrimmedPrimaryKeys()
	fields := make([]datatype.Field, len(names))
	for i, k := range names {
		fields[i], _ = s.Field(k) // check and New hold that it is there
	}
	return fields
}

// CrossesPartitions tells whether a key may move from one partition to another:
// the primary key does not hold all partition keys.
func (s *Schema) CrossesPartitions() bool {
	return len(s.PrimaryKeys) > 0 && slices.ContainsFunc(s.PartitionKeys, func(k string) bool { return !slices.Contains(s.PrimaryKeys, k) })
}
