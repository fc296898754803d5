package compact

import (
	"time"

	"laketop/engine/paimon/schema"
)

// Options are a table's options of compaction, by Paimon's names and defaults.
type Options struct {
	Trigger          int   // num-sorted-run.compaction-trigger: runs at which a bucket is compacted
	StopTrigger      int   // num-sorted-run.stop-trigger: runs at which a writer waits for it
	Levels           int   // num-levels
	MaxAmplification int   // compaction.max-size-amplification-percent
	SizeRatio        int   // compaction.size-ratio, percent
	TargetFileBytes  int64 // target-file-size
	MinFiles         int   // compaction.min.file-num, append tables
	NeedsLookup      bool  // level 0 is compacted at every write: lookup changelog, deletion vectors, first-row, force-lookup
	Vectors          bool  // deletion-vectors.enabled
	Early            Early
	Now              time.Time // for Early.Interval; zero leaves it out
}

const (
	stopBeyondTrigger       = 3
	defaultMaxAmplification = 200
	defaultSizeRatio        = 1
	defaultMinFiles         = 5
	keyedTarget             = 128 << 20
	appendTarget            = 256 << 20
)

// Of reads the options of a table.
func Of(s *schema.Schema) Options {
	keyed := len(s.PrimaryKeys) > 0
	o := Options{
		Trigger:          s.CompactionTrigger(),
		MaxAmplification: s.Int("compaction.max-size-amplification-percent", 0, defaultMaxAmplification),
		SizeRatio:        s.Int("compaction.size-ratio", 0, defaultSizeRatio),
		MinFiles:         s.Int("compaction.min.file-num", 1, defaultMinFiles),
		TargetFileBytes:  appendTarget,
		Vectors:          s.Flag(schema.OptionDeletionVectors),
		Early:            earlyOf(s),
	}
	if keyed {
		o.TargetFileBytes = keyedTarget
	}
	o.TargetFileBytes = s.TargetFileSize(o.TargetFileBytes)
	o.Levels = s.Levels()
	o.StopTrigger = max(o.Trigger, s.Int("num-sorted-run.stop-trigger", 1, o.Trigger+stopBeyondTrigger))
	o.NeedsLookup = keyed && (o.Vectors || s.MergeEngine() == "first-row" || s.Flag("force-lookup") || s.ChangelogProducer() == "lookup")
	return o
}

func (o Options) maxLevel() int32 { return int32(o.Levels - 1) }

// SmallBytes is the size below which a file joins a rewrite: 70 % of the target,
// so that a file which came out a little short is not written twice.
func (o Options) SmallBytes() int64 { return o.TargetFileBytes / 10 * 7 }
