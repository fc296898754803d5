package schema

import (
	"strconv"
	"strings"
)

// The table options that Laketop understands; others are kept as they are.
const (
	OptionBucket            = "bucket"
	OptionBucketKey         = "bucket-key"
	OptionFileFormat        = "file.format"
	OptionManifestFormat    = "manifest.format"
	OptionMergeEngine       = "merge-engine"
	OptionPartitionDefault  = "partition.default-name"
	OptionPartitionLegacy   = "partition.legacy-name"
	OptionDataDirectory     = "data-file.path-directory"
	OptionDataPrefix        = "data-file.prefix"
	OptionRowTracking       = "row-tracking.enabled"
	OptionDataEvolution     = "data-evolution.enabled"
	OptionDeletionVectors   = "deletion-vectors.enabled"
	OptionDynamicOverwrite  = "dynamic-partition-overwrite"
	OptionManifestMinMerge  = "manifest.merge-min-count"
	OptionManifestTarget    = "manifest.target-file-size"
	OptionManifestFull      = "manifest.full-compaction-threshold-size"
	OptionExternalPaths     = "data-file.external-paths"
	OptionBranch            = "branch"
	OptionPath              = "path"
	OptionType              = "type"
	optionPrimaryKey        = "primary-key"
	optionPartition         = "partition"
	defaultPartitionName    = "__DEFAULT_PARTITION__"
	defaultDataPrefix       = "data-"
	defaultManifestMinMerge = 30
	defaultManifestTarget   = 8 << 20
	defaultManifestFull     = 16 << 20
)

// Bucket is the number of buckets: -1 unaware or dynamic, -2 postponed.
func (s *Schema) Bucket() int {
	if n, err := strconv.Atoi(strings.TrimSpace(s.Options[OptionBucket])); err == nil {
		return n
	}
	return -1
}

// FileFormat is the format of new data files: "parquet" by default.
func (s *Schema) FileFormat() string { return strings.ToLower(s.text(OptionFileFormat, "parquet")) }

// ManifestFormat is the format of manifests: "avro" by default.
func (s *Schema) ManifestFormat() string {
	return strings.ToLower(s.text(OptionManifestFormat, "avro"))
}

// MergeEngine is what a primary-key table does with rows of one key.
func (s *Schema) MergeEngine() string {
	return strings.ToLower(s.text(OptionMergeEngine, "deduplicate"))
}

// PartitionDefaultName is the folder value of a null or blank partition.
func (s *Schema) PartitionDefaultName() string {
	return s.text(OptionPartitionDefault, defaultPartitionName)
}

// PartitionLegacyName tells whether partition folders are named by Java's
// internal values (a DATE as its day number). It is the default.
func (s *Schema) PartitionLegacyName() bool { return s.flag(OptionPartitionLegacy, true) }

// DataDirectory is the folder below the table's that holds its data; "" for
// the table folder itself.
func (s *Schema) DataDirectory() string {
	return strings.Trim(s.text(OptionDataDirectory, ""), "/")
}

// DataPrefix starts the name of each new data file.
func (s *Schema) DataPrefix() string { return s.text(OptionDataPrefix, defaultDataPrefix) }

// DynamicOverwrite tells whether INSERT OVERWRITE without a partition replaces
// only the partitions that it writes, by the table's own option.
func (s *Schema) DynamicOverwrite() bool { return s.flag(OptionDynamicOverwrite, true) }

// ManifestMergeMin is how many small manifests a commit merges into one.
func (s *Schema) ManifestMergeMin() int {
	if n, err := strconv.Atoi(s.Options[OptionManifestMinMerge]); err == nil && n > 1 {
		return n
	}
	return defaultManifestMinMerge
}

// ManifestTarget is the size in bytes at which a manifest is full.
func (s *Schema) ManifestTarget() int64 {
	return s.Bytes(OptionManifestTarget, defaultManifestTarget)
}

// ManifestFullThreshold is how many bytes of manifests that are small or delete
// something make a commit write all of them anew.
func (s *Schema) ManifestFullThreshold() int64 {
	return s.Bytes(OptionManifestFull, defaultManifestFull)
}

// Bytes reads an option that is a size such as "8 MB" or "1024".
func (s *Schema) Bytes(option string, otherwise int64) int64 {
	text := strings.ToLower(strings.TrimSpace(s.Options[option]))
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz ")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return otherwise
	}
	shift := 0
	if unit := strings.TrimSpace(text[len(digits):]); unit != "" {
		shift = 10 * max(0, strings.IndexByte("bkmgt", unit[0]))
	}
	if n > 1<<62>>shift {
		return otherwise
	}
	return n << shift
}

// Flag tells whether a boolean option is set to true.
func (s *Schema) Flag(option string) bool { return s.flag(option, false) }

func (s *Schema) text(option, otherwise string) string {
	if v := strings.TrimSpace(s.Options[option]); v != "" {
		return v
	}
	return otherwise
}

func (s *Schema) flag(option string, otherwise bool) bool {
	switch strings.ToLower(strings.TrimSpace(s.Options[option])) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}
