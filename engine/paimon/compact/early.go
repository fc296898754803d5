package compact

import (
	"time"

	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
)

// Early says when a bucket is compacted whole although its runs are well as they
// are: reads of the highest level alone ($ro) then lag less behind. Zero values are
// not set.
type Early struct {
	Interval         time.Duration // compaction.optimization-interval: since the last time
	TotalBytes       int64         // compaction.total-size-threshold: the whole bucket is smaller
	IncrementalBytes int64         // compaction.incremental-size-threshold: what is above the highest level is larger
}

func earlyOf(s *schema.Schema) Early {
	interval, err := s.Duration(schema.OptionOptimization, 0)
	if err != nil {
		interval = 0 // another wrote it: ours is refused when it is set
	}
	return Early{
		Interval:   interval,
		TotalBytes: s.Bytes("compaction.total-size-threshold", 0), IncrementalBytes: s.Bytes("compaction.incremental-size-threshold", 0),
	}
}

// early tells whether the runs are to be compacted whole by now. When that was
// done last, the newest file of the highest level shows; Paimon's writer keeps it
// in mind and does it once when it starts.
func (o Options) early(runs []Run) bool {
	if len(runs) < 2 {
		return false
	}
	var total, above, last int64
	for _, r := range runs {
		total += r.Bytes
		if r.Level != o.maxLevel() {
			above += r.Bytes
			continue
		}
		for i := range r.Files {
			if at := r.Files[i].Entry.File.CreationTimeMillis; at != nil {
				last = max(last, *at)
			}
		}
	}
	switch e := o.Early; {
	case e.Interval > 0 && !o.Now.IsZero() && manifest.WallMillis(o.Now)-last > e.Interval.Milliseconds():
		return true
	case total < e.TotalBytes:
		return true
	}
	return o.Early.IncrementalBytes > 0 && above > o.Early.IncrementalBytes
}
