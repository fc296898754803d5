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
func BadOption(key, value string, why problem.Phrase) error {
	return problem.New("table.bad_option", "option", key, "value", value).With("why", why)
}

// OneOf says which words an option takes.
func OneOf(words ...string) problem.Phrase {
	return problem.Say("table.it_is").With("what", problem.Say("table.any_of", "words", strings.Join(words, ", ")))
}

// EitherOr says which two words an option takes.
func EitherOr(one, other string) problem.Phrase {
	return problem.Say("table.it_is").With("what", problem.Say("table.either", "one", one, "other", other))
}

func noColumn(name string) problem.Phrase { return problem.Say("table.no_column", "column", name) }

// twice says that a column, or a key of one kind, is named twice.
func twice(kind problem.Phrase, name string) problem.Phrase {
	return problem.Say("table.twice", "name", name).With("kind", kind)
}

// typed says which type a column, or a key of one kind, has.
func typed(kind problem.Phrase, f datatype.Field) problem.Phrase {
	return problem.Say("table.typed", "name", f.Name, "type", f.Type.Nullable().String()).With("kind", kind)
}

func isKey(column string, kind problem.Phrase) problem.Phrase {
	return problem.Say("table.is_key", "column", column).With("kind", kind)
}

// The kinds of what a name stands for.
func aColumn() problem.Phrase       { return problem.Say("table.column") }
func aPartitionKey() problem.Phrase { return problem.Say("table.partition_key") }
func aPrimaryKey() problem.Phrase   { return problem.Say("table.primary_key") }

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
			return BadOption(key, value, problem.Say("table.buckets_stay"))
		}
	case OptionDeletionVectors:
		if !a.next.Flag("deletion-vectors.modifiable") && truth(old) != truth(value) {
			return problem.New("table.fixed_option", "option", key).Suggest("'deletion-vectors.modifiable' = 'true'")
		}
	case "ignore-delete", "ignore-update-before":
		if truth(old) && value != "" && !truth(value) { // Java takes a RESET
			return BadOption(key, value, problem.Say("table.ignored_stays"))
		}
	}
	return nil
}

func truth(v string) bool { return strings.EqualFold(strings.TrimSpace(v), "true") }

// checkName refuses the names that data files use themselves.
func checkName(name string) error {
	if strings.TrimSpace(name) == "" {
		return bad(problem.Say("table.nameless_column"))
	}
	if slices.Contains(reserved, name) || strings.HasPrefix(name, keyPrefix) {
		return bad(problem.Say("table.reserved", "name", name))
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
	if err := s.checkKeys(aPartitionKey(), s.PartitionKeys); err != nil {
		return err
	}
	if err := s.checkKeys(aPrimaryKey(), s.PrimaryKeys); err != nil {
		return err
	}
	if s.keyIsPartition() {
		return bad(problem.Say("table.key_is_partition"))
	}
	if len(s.PartitionKeys) == len(s.Fields) {
		return bad(problem.Say("table.only_partition_keys"))
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
			return BadOption(c.option, v, OneOf(c.words...))
		}
	}
	for _, f := range flags {
		if v, ok := s.Options[f]; ok && !truth(v) && !strings.EqualFold(strings.TrimSpace(v), "false") {
			return BadOption(f, v, EitherOr("true", "false"))
		}
	}
	for _, c := range counts {
		if v, ok := s.Options[c.option]; ok {
			n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
			if err != nil || n < c.least {
				return BadOption(c.option, v, problem.Say("table.number_from", "least", strconv.FormatInt(c.least, 10)))
			}
		}
	}
	for _, o := range sizes {
		if v, ok := s.Options[o]; ok {
			if _, err := ParseBytes(v); err != nil {
				return BadOption(o, v, noSize(v))
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
				return BadOption(k, v, noColumn(n))
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
			return BadOption(option, text, noColumn(n))
		case slices.Contains(names[:i], n):
			return BadOption(option, text, twice(aColumn(), n))
		case s.Options["fields."+n+".aggregate-function"] != "":
			return BadOption(option, text, problem.Say("table.aggregated", "column", n))
		}
	}
	switch {
	case len(names) == 0:
	case s.MergeEngine() == "first-row":
		return BadOption(option, text, problem.Say("table.first_row_order"))
	case s.CrossesPartitions():
		return BadOption(option, text, problem.Say("table.key_holds_partitions"))
	}
	if f := strings.TrimSpace(s.Options["rowkind.field"]); f != "" && s.Index(f) < 0 {
		return BadOption("rowkind.field", f, problem.Say("table.no_such_column"))
	}
	if s.Flag("sequence.snapshot-ordering") && (len(s.PrimaryKeys) == 0 || len(names) > 0 || !s.Flag(OptionWriteOnly)) {
		return BadOption("sequence.snapshot-ordering", "true", problem.Say("table.snapshot_ordering"))
	}
	return nil
}

// checkChangelog holds what a changelog needs.
func (s *Schema) checkChangelog() error {
	p := s.ChangelogProducer()
	switch {
	case p == "none":
	case len(s.PrimaryKeys) == 0:
		return BadOption(OptionChangelogProducer, p, problem.Say("table.changelog_needs_key"))
	case s.MergeEngine() == "first-row" && p != "lookup":
		return BadOption(OptionChangelogProducer, p, problem.Say("table.first_row_changelog"))
	case s.Flag("streaming-read-overwrite") && p != "input":
		return BadOption("streaming-read-overwrite", "true", problem.Say("table.changes_twice", "producer", p))
	case p == "lookup" && s.Options[OptionDeltaCommits] != "":
		return BadOption(OptionDeltaCommits, s.Options[OptionDeltaCommits], problem.Say("table.not_with_lookup"))
	}
	return nil
}

// checkVectors holds what deletion vectors need.
func (s *Schema) checkVectors() error {
	if !s.Flag(OptionDeletionVectors) {
		return nil
	}
	if p := s.ChangelogProducer(); p == "full-compaction" {
		return BadOption(OptionDeletionVectors, "true", problem.Say("table.vectors_changelog"))
	}
	if len(s.PrimaryKeys) > 0 && s.MergeEngine() == "first-row" && !s.Flag("pk-clustering-override") {
		return BadOption(OptionDeletionVectors, "true", problem.Say("table.first_row_deletes"))
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
			return BadOption(kind+".num-retained.max", high, problem.Say("table.not_larger", "option", kind+".num-retained.min", "value", low))
		}
	}
	return nil
}

// checkTracking holds what row tracking needs.
func (s *Schema) checkTracking() error {
	switch {
	case s.Flag(OptionRowTracking) && len(s.PrimaryKeys) > 0:
		return BadOption(OptionRowTracking, "true", problem.Say("table.row_ids_key"))
	case s.Flag(OptionRowTracking) && s.Bucket() != -1:
		return BadOption(OptionRowTracking, "true", problem.Say("table.row_ids_buckets"))
	case s.Flag(OptionDataEvolution) && !s.Flag(OptionRowTracking):
		return BadOption(OptionDataEvolution, "true", problem.Say("table.needs_option", "option", OptionRowTracking))
	case s.Flag("primary-key.nullable") && len(s.PrimaryKeys) == 0:
		return BadOption("primary-key.nullable", "true", problem.Say("table.without_key"))
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
		return BadOption(option, name, problem.Say("table.no_such_column"))
	}
	switch f.Type.Kind {
	case datatype.Int, datatype.BigInt, datatype.Timestamp, datatype.TimestampLTZ:
		return nil
	}
	return BadOption(option, name, problem.Say("table.time_type", "type", f.Type.Nullable().String()))
}
