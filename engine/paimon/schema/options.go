package schema

import (
	"math"
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
	OptionTargetFileSize    = "target-file-size"
	OptionChangelogProducer = "changelog-producer"
	OptionCompactionTrigger = "num-sorted-run.compaction-trigger"
	OptionOptimization      = "compaction.optimization-interval"
	OptionNumLevels         = "num-levels"
	OptionWriteOnly         = "write-only"
	OptionDeltaCommits      = "full-compaction.delta-commits"
	OptionIndexBesideData   = "index-file-in-data-file-dir"
	OptionFallbackBranch    = "scan.fallback-branch"
	OptionPrimaryBranch     = "scan.primary-branch"
	optionPrimaryKey        = "primary-key"
	optionPartition         = "partition"
	defaultPartitionName    = "__DEFAULT_PARTITION__"
	defaultDataPrefix       = "data-"
	defaultManifestMinMerge = 30
	defaultTrigger          = 5
	defaultManifestTarget   = 8 << 20
	defaultManifestFull     = 16 << 20
)

// Bucket is the number of buckets: -1 unaware or dynamic, -2 postponed.
func (s *Schema) Bucket() int {
	return s.Int(OptionBucket, math.MinInt32, -1)
}

// FileFormat is the format of new data files: "parquet" by default.
func (s *Schema) FileFormat() string { return s.Word(OptionFileFormat, "parquet") }

// ManifestFormat is the format of manifests: "avro" by default.
func (s *Schema) ManifestFormat() string {
	return s.Word(OptionManifestFormat, "avro")
}

// MergeEngine is what a primary-key table does with rows of one key.
func (s *Schema) MergeEngine() string {
	return s.Word(OptionMergeEngine, "deduplicate")
}

// ChangelogProducer is how a primary-key table makes changelog files: "none" by
// default.
func (s *Schema) ChangelogProducer() string { return s.Word(OptionChangelogProducer, "none") }

// CompactionTrigger is the number of sorted runs at which a bucket is compacted.
func (s *Schema) CompactionTrigger() int {
	return s.Int(OptionCompactionTrigger, 1, defaultTrigger)
}

// Levels is how many levels a bucket has; the highest one is Levels-1.
func (s *Schema) Levels() int { return s.Int(OptionNumLevels, 1, s.CompactionTrigger()+1) }

// TargetFileSize is the size in bytes at which a data file is full, by default
// otherwise.
func (s *Schema) TargetFileSize(otherwise int64) int64 {
	return s.Bytes(OptionTargetFileSize, otherwise)
}

// PartitionDefaultName is the folder value of a null or blank partition.
func (s *Schema) PartitionDefaultName() string {
	return s.Text(OptionPartitionDefault, defaultPartitionName)
}

// PartitionLegacyName tells whether partition folders are named by Java's
// internal values (a DATE as its day number). It is the default.
func (s *Schema) PartitionLegacyName() bool { return s.flag(OptionPartitionLegacy, true) }

// DataDirectory is the folder below the table's that holds its data; "" for
// the table folder itself.
func (s *Schema) DataDirectory() string {
	return strings.Trim(s.Text(OptionDataDirectory, ""), "/")
}

// DataPrefix starts the name of each new data file.
func (s *Schema) DataPrefix() string { return s.Text(OptionDataPrefix, defaultDataPrefix) }

// DynamicOverwrite tells whether INSERT OVERWRITE without a partition replaces
// only the partitions that it writes, by the table's own option.
func (s *Schema) DynamicOverwrite() bool { return s.flag(OptionDynamicOverwrite, true) }

// ManifestMergeMin is how many small manifests a commit merges into one.
func (s *Schema) ManifestMergeMin() int {
	return s.Int(OptionManifestMinMerge, 2, defaultManifestMinMerge)
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
