package schema

import (
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// immutable options are fixed as soon as the table has a snapshot.
var immutable = []string{
	OptionType, OptionBucketKey, "bucket-function.type", OptionDataDirectory, OptionMergeEngine, "sequence.snapshot-ordering",
	"aggregation.remove-record-on-delete", "partial-update.remove-record-on-delete", "partial-update.remove-record-on-sequence-group",
	"rowkind.field", optionPrimaryKey, "primary-key.nullable", optionPartition, "dynamic-bucket.initial-buckets", "force-lookup",
	OptionRowTracking, OptionDataEvolution, OptionIndexBesideData, "blob-field", "blob-descriptor-field", "blob-view-field",
	"pk-clustering-override",
}

func fixedOption(key string) error { return problem.New("table.fixed_option", "option", key) }

// BadOption is the problem of a table option whose value cannot be.
func BadOption(key, value, why string) error {
	return problem.New("table.bad_option", "option", key, "value", value, "why", why)
}

// changeable refuses to change an option that is fixed; value "" removes it.
func (a *alteration) changeable(key, old, value string) error {
	switch {
	case key == OptionPath, key == OptionBranch, key == OptionType:
		return fixedOption(key)
	case !a.facts.HasSnapshots:
		return nil
	case slices.Contains(immutable, key):
		return fixedOption(key)
	}
	switch key {
	case OptionBucket:
		if a.old.Bucket() == -1 || strings.TrimSpace(value) == "-1" {
			return problem.New("table.bad_option", "option", key, "value", value, "why", "a table's buckets cannot come or go once it holds data")
		}
	case OptionDeletionVectors:
		if !a.next.Flag("deletion-vectors.modifiable") && truth(old) != truth(value) {
			return problem.New("table.fixed_option", "option", key).Suggest("'deletion-vectors.modifiable' = 'true'")
		}
	case "ignore-delete", "ignore-update-before":
		if truth(old) && value != "" && !truth(value) { // Java takes a RESET
			return BadOption(key, value, "rows that were ignored do not come back: it cannot be turned off")
		}
	}
	return nil
}

func truth(v string) bool { return strings.EqualFold(strings.TrimSpace(v), "true") }

// checkName refuses the names that data files use themselves.
func checkName(name string) error {
	if strings.TrimSpace(name) == "" {
		return bad("a column has no name")
	}
	if slices.Contains(reserved, name) || strings.HasPrefix(name, keyPrefix) {
		return bad("column name " + name + " is reserved")
	}
	return nil
}

// normalize lifts keys out of the options and makes primary keys NOT NULL.
func (s *Schema) normalize() error {
	var err error
	if s.PrimaryKeys, err = s.lift(optionPrimaryKey, s.PrimaryKeys); err != nil {
		return err
	}
	if s.PartitionKeys, err = s.lift(optionPartition, s.PartitionKeys); err != nil {
		return err
	}
	s.Fields = slices.Clone(s.Fields)
	for i := range s.Fields {
		if slices.Contains(s.PrimaryKeys, s.Fields[i].Name) {
			s.Fields[i].Type.NotNull = !s.Flag("primary-key.nullable")
		}
	}
	return nil
}

// validate holds the rules that every schema keeps, when it is made and when
// it is changed.
//
// Source: Paimon, SchemaValidation; PAIMON.md 7.11.
func (s *Schema) validate() error {
	for _, check := range []func() error{
		s.checkShape, s.checkFolders, s.checkBuckets, s.checkValues, s.checkFieldOptions, s.checkSequence, s.checkChangelog, s.checkVectors, s.checkRetention,
		s.checkTracking, s.checkTimeField,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkShape holds names and keys.
func (s *Schema) checkShape() error {
	if err := checkNames(s.Fields); err != nil {
		return err
	}
	if err := s.checkKeys("partition", s.PartitionKeys); err != nil {
		return err
	}
	if err := s.checkKeys("primary", s.PrimaryKeys); err != nil {
		return err
	}
	if len(s.PartitionKeys) == len(s.Fields) {
		return bad("every column is a partition key")
	}
	return nil
}

// choices are the options that take one of a few words.
var choices = []struct {
	option string
	words  []string
}{
	{OptionMergeEngine, []string{"deduplicate", "partial-update", "aggregation", "first-row"}},
	{OptionChangelogProducer, []string{"none", "input", "full-compaction", "lookup"}},
	{OptionFileFormat, []string{"parquet", "orc", "avro", "csv", "text", "json", "lance", "mosaic"}},
	{"bucket-function.type", []string{"default", "mod", "hive"}},
	{"sequence.field.sort-order", []string{"ascending", "descending"}},
	{"tag.automatic-creation", []string{"none", "process-time", "watermark", "batch"}},
	{"tag.creation-period", []string{"daily", "hourly", "two-hours"}},
}

// flags are the options that are true or false.
var flags = []string{
	OptionDeletionVectors, "deletion-vectors.bitmap64", "deletion-vectors.modifiable", "deletion-vectors.merge-on-read", OptionWriteOnly, "ignore-delete",
	"ignore-update-before", "aggregation.remove-record-on-delete", "partial-update.remove-record-on-delete", OptionDynamicOverwrite, OptionPartitionLegacy,
	OptionRowTracking, OptionDataEvolution, "changelog-producer.row-deduplicate", "data-file.thin-mode", "force-lookup", "primary-key.nullable",
	"metadata.stats-dense-store", "add-column-before-partition", "disable-explicit-type-casting", "alter-column-null-to-not-null.disabled",
}

// counts are the options that are a number, at least as large as given.
var counts = []struct {
	option string
	least  int64
}{
	{"snapshot.num-retained.min", 1}, {"snapshot.num-retained.max", 1}, {"changelog.num-retained.min", 1}, {"changelog.num-retained.max", 1},
	{OptionCompactionTrigger, 1}, {"num-sorted-run.stop-trigger", 1}, {OptionNumLevels, 2}, {OptionDeltaCommits, 1},
	{"compaction.max-size-amplification-percent", 0}, {"compaction.size-ratio", 0}, {"compaction.min.file-num", 1}, {"target-file-row-num", 1},
	{OptionManifestMinMerge, 1}, {"dynamic-bucket.target-row-num", 1}, {"commit.max-retries", 0}, {"tag.num-retained-max", 1},
}

// durations are the options such as "1 h".
var durations = []string{
	"snapshot.time-retained", "changelog.time-retained", "partition.expiration-time", "record-level.expire-time", OptionOptimization,
}

// sizes are the options such as "128 mb".
var sizes = []string{
	OptionTargetFileSize, OptionManifestTarget, OptionManifestFull, "write-buffer-size", "page-size", "file.block-size", "source.split.target-size",
	"source.split.open-file-cost", "deletion-vector.index-file.target-size", "file-index.in-manifest-threshold",
}

// checkValues holds the options that take few values.
func (s *Schema) checkValues() error {
	for _, c := range choices {
		if v, ok := s.Options[c.option]; ok && !slices.Contains(c.words, strings.ToLower(strings.TrimSpace(v))) {
			return BadOption(c.option, v, "it is one of "+strings.Join(c.words, ", "))
		}
	}
	for _, f := range flags {
		if v, ok := s.Options[f]; ok && !truth(v) && !strings.EqualFold(strings.TrimSpace(v), "false") {
			return BadOption(f, v, "it is true or false")
		}
	}
	for _, c := range counts {
		if v, ok := s.Options[c.option]; ok {
			n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
			if err != nil || n < c.least {
				return BadOption(c.option, v, "it is a number of at least "+strconv.FormatInt(c.least, 10))
			}
		}
	}
	for _, o := range sizes {
		if v, ok := s.Options[o]; ok {
			if _, err := ParseBytes(v); err != nil {
				return BadOption(o, v, err.Error())
			}
		}
	}
	for _, d := range durations {
		if _, err := s.Duration(d, 0); err != nil {
			return err
		}
	}
	return nil
}

// checkFieldOptions holds that fields.<columns>.<what> names columns.
func (s *Schema) checkFieldOptions() error {
	for k, v := range s.Options {
		rest, ok := strings.CutPrefix(k, "fields.")
		if !ok {
			continue
		}
		names, _, ok := strings.Cut(rest, ".")
		if !ok || names == "default-aggregate-function" {
			continue
		}
		for n := range strings.SplitSeq(names, ",") {
			if s.Index(strings.TrimSpace(n)) < 0 {
				return BadOption(k, v, "there is no column "+n)
			}
		}
	}
	return nil
}

// checkSequence holds the fields that order the rows of a key.
func (s *Schema) checkSequence() error {
	const option = "sequence.field"
	text := s.Options[option]
	names := splitNames(text)
	for i, n := range names {
		switch {
		case s.Index(n) < 0:
			return BadOption(option, text, "there is no column "+n)
		case slices.Contains(names[:i], n):
			return BadOption(option, text, "column "+n+" stands twice")
		case s.Options["fields."+n+".aggregate-function"] != "":
			return BadOption(option, text, "column "+n+" has an aggregate function")
		}
	}
	switch {
	case len(names) == 0:
	case s.MergeEngine() == "first-row":
		return BadOption(option, text, "merge engine first-row keeps the row that came first")
	case s.CrossesPartitions():
		return BadOption(option, text, "the primary key must hold every partition key for it")
	}
	if f := strings.TrimSpace(s.Options["rowkind.field"]); f != "" && s.Index(f) < 0 {
		return BadOption("rowkind.field", f, "there is no such column")
	}
	if s.Flag("sequence.snapshot-ordering") && (len(s.PrimaryKeys) == 0 || len(names) > 0 || !s.Flag(OptionWriteOnly)) {
		return BadOption("sequence.snapshot-ordering", "true", "it needs a primary key, write-only, and no sequence.field")
	}
	return nil
}

// checkChangelog holds what a changelog needs.
func (s *Schema) checkChangelog() error {
	p := s.ChangelogProducer()
	switch {
	case p == "none":
	case len(s.PrimaryKeys) == 0:
		return BadOption(OptionChangelogProducer, p, "a table without primary key has no changelog")
	case s.MergeEngine() == "first-row" && p != "lookup":
		return BadOption(OptionChangelogProducer, p, "merge engine first-row takes none and lookup")
	case s.Flag("streaming-read-overwrite") && p != "input":
		return BadOption("streaming-read-overwrite", "true", "changelog producer "+p+" would give changes twice")
	case p == "lookup" && s.Options[OptionDeltaCommits] != "":
		return BadOption(OptionDeltaCommits, s.Options[OptionDeltaCommits], "it does not go with changelog-producer lookup: use full-compaction")
	}
	return nil
}

// checkVectors holds what deletion vectors need.
func (s *Schema) checkVectors() error {
	if !s.Flag(OptionDeletionVectors) {
		return nil
	}
	if p := s.ChangelogProducer(); p == "full-compaction" {
		return BadOption(OptionDeletionVectors, "true", "it goes with changelog-producer none, input and lookup")
	}
	if len(s.PrimaryKeys) > 0 && s.MergeEngine() == "first-row" && !s.Flag("pk-clustering-override") {
		return BadOption(OptionDeletionVectors, "true", "merge engine first-row deletes nothing")
	}
	return nil
}

// checkRetention holds that the least is not more than the most.
func (s *Schema) checkRetention() error {
	for _, kind := range []string{"snapshot", "changelog"} {
		low, high := s.Options[kind+".num-retained.min"], s.Options[kind+".num-retained.max"]
		if low == "" && kind == "snapshot" {
			low = "10"
		}
		l, err1 := strconv.ParseInt(strings.TrimSpace(low), 10, 64)
		h, err2 := strconv.ParseInt(strings.TrimSpace(high), 10, 64)
		if err1 == nil && err2 == nil && l > h {
			return BadOption(kind+".num-retained.max", high, kind+".num-retained.min is "+low+", which must not be larger")
		}
	}
	return nil
}

// checkTracking holds what row tracking needs.
func (s *Schema) checkTracking() error {
	switch {
	case s.Flag(OptionRowTracking) && len(s.PrimaryKeys) > 0:
		return BadOption(OptionRowTracking, "true", "a table with a primary key has no row ids")
	case s.Flag(OptionRowTracking) && s.Bucket() != -1:
		return BadOption(OptionRowTracking, "true", "a table with buckets has no row ids")
	case s.Flag(OptionDataEvolution) && !s.Flag(OptionRowTracking):
		return BadOption(OptionDataEvolution, "true", "it needs "+OptionRowTracking)
	case s.Flag("primary-key.nullable") && len(s.PrimaryKeys) == 0:
		return BadOption("primary-key.nullable", "true", "the table has no primary key")
	}
	return nil
}

// checkTimeField holds the column by which rows expire.
func (s *Schema) checkTimeField() error {
	const option = "record-level.time-field"
	name := strings.TrimSpace(s.Options[option])
	if name == "" {
		return nil
	}
	f, ok := s.Field(name)
	if !ok {
		return BadOption(option, name, "there is no such column")
	}
	switch f.Type.Kind {
	case datatype.Int, datatype.BigInt, datatype.Timestamp, datatype.TimestampLTZ:
		return nil
	}
	return BadOption(option, name, "its type is "+f.Type.Nullable().String()+", not INT, BIGINT or TIMESTAMP")
}
