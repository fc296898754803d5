// Package compact chooses which files of a table to merge: universal and full
// compaction of a bucket's sorted runs, and small files of append tables. It
// opens no file; package filestore does the work.
//
//	level 0   f9  f8  f7        each file a run of its own, newest first
//	level 1   ───────           one run: sorted, no key twice
//	level 5   ──────────────
//	          └─ runs, newest to oldest ─┘
//
//	Pick  too many runs, or the newer ones too big beside the oldest → a Unit: the newest n runs, and the level they become
//	Unit  → Tasks: what needs a merge is rewritten, a file alone in its key range only changes its level
//
// Source: PAIMON.md 6.1; the names of the options are Paimon's.
package compact

import (
	"cmp"
	"slices"

	"laketop/engine/paimon/scan"
)

// Run is files of one bucket that hold no key twice: one file of level 0, or a
// whole higher level.
type Run struct {
	Level int32
	Files []scan.PlannedFile
	Bytes int64
}

// Runs sorts the live files of a bucket into runs, newest first.
func Runs(files []scan.PlannedFile) []Run {
	var out []Run
	levels := map[int32]*Run{}
	for _, f := range files {
		e := &f.Entry.File
		if e.Level == 0 {
			out = append(out, Run{Files: []scan.PlannedFile{f}, Bytes: e.SizeBytes})
			continue
		}
		r := levels[e.Level]
		if r == nil {
			r = &Run{Level: e.Level}
			levels[e.Level] = r
		}
		r.Files, r.Bytes = append(r.Files, f), r.Bytes+e.SizeBytes
	}
	slices.SortStableFunc(out, func(x, y Run) int {
		a, b := &x.Files[0].Entry.File, &y.Files[0].Entry.File
		return cmp.Or(cmp.Compare(b.MaxSequence, a.MaxSequence), cmp.Compare(b.MinSequence, a.MinSequence), cmp.Compare(a.FileName, b.FileName))
	})
	fresh := len(out)
	for _, r := range levels {
		slices.SortStableFunc(r.Files, func(x, y scan.PlannedFile) int { return scan.CompareKeys(x.MinKey, y.MinKey) })
		out = append(out, *r)
	}
	slices.SortFunc(out[fresh:], func(x, y Run) int { return cmp.Compare(x.Level, y.Level) })
	return out
}

// Unit is one compaction: these files become OutputLevel.
type Unit struct {
	OutputLevel int32
	Files       []scan.PlannedFile
	DropDeletes bool // nothing older is left below: deleted keys may go
	Full        bool // every run of the bucket takes part
}

// Pick is the automatic choice; false when the runs are well as they are.
func (o Options) Pick(runs []Run) (Unit, bool) {
	if o.early(runs) {
		return o.unit(runs, len(runs)), true
	}
	if n := o.universal(runs); n > 0 {
		return o.unit(runs, n), true
	}
	if !o.NeedsLookup {
		return Unit{}, false
	}
	return o.fresh(runs)
}

// fresh takes all of level 0, which nobody sees before it is compacted, or
// whose changelog is still to be written.
func (o Options) fresh(runs []Run) (Unit, bool) {
	n := 0
	for n < len(runs) && runs[n].Level == 0 {
		n++
	}
	if n == 0 {
		return Unit{}, false
	}
	return o.unit(runs, o.grow(runs, n)), true
}

// Full takes everything to the highest level; false when nothing would change.
// rewrite tells that a file is to be written anew although it lies there alone:
// it holds deleted or expired rows.
func (o Options) Full(runs []Run, rewrite func(scan.PlannedFile) bool) (Unit, bool) {
	if len(runs) == 0 {
		return Unit{}, false
	}
	if len(runs) > 1 || runs[0].Level != o.maxLevel() {
		return o.unit(runs, len(runs)), true
	}
	u := Unit{OutputLevel: o.maxLevel(), DropDeletes: true, Full: true}
	for _, f := range runs[0].Files {
		if rewrite(f) {
			u.Files = append(u.Files, f)
		}
	}
	return u, len(u.Files) > 0
}

// universal is how many of the newest runs to merge; 0 for none.
func (o Options) universal(runs []Run) int {
	if len(runs) < o.Trigger {
		return 0
	}
	var newer int64
	for _, r := range runs[:len(runs)-1] {
		newer += r.Bytes
	}
	if newer*100 > int64(o.MaxAmplification)*runs[len(runs)-1].Bytes {
		return len(runs)
	}
	if n := o.grow(runs, 1); n > 1 {
		return n
	}
	if len(runs) > o.Trigger {
		return o.grow(runs, len(runs)-o.Trigger+1)
	}
	return 0
}

// grow adds older runs to the newest n while they are not much larger than what
// is taken already.
func (o Options) grow(runs []Run, n int) int {
	var taken int64
	for _, r := range runs[:n] {
		taken += r.Bytes
	}
	for n < len(runs) && taken*int64(100+o.SizeRatio)/100 >= runs[n].Bytes {
		taken += runs[n].Bytes
		n++
	}
	return n
}

// unit merges the newest n runs. The output never is level 0: if the level above
// the next run is, the next runs are taken too.
func (o Options) unit(runs []Run, n int) Unit {
	level := int32(0)
	if n < len(runs) {
		level = max(0, runs[n].Level-1)
	}
	for level == 0 && n < len(runs) {
		level = runs[n].Level
		n++
	}
	u := Unit{OutputLevel: level, Full: n == len(runs)}
	if u.Full {
		u.OutputLevel = o.maxLevel()
	}
	highest := runs[len(runs)-1].Level
	u.DropDeletes = u.OutputLevel >= highest || o.Vectors
	for _, r := range runs[:n] {
		u.Files = append(u.Files, r.Files...)
	}
	return u
}

// Tasks is a unit as work to do.
type Tasks struct {
	Upgrades []scan.PlannedFile // get the output level, unread
	Rewrites [][]scan.Section   // each list becomes new files of the output level
}

// Tasks cuts a unit: a section of one run is upgraded file by file, but small
// files are written anew with their neighbours. mustRewrite names files that may
// not be upgraded: at the highest level those with deleted rows.
func (o Options) Tasks(u Unit, mustRewrite func(scan.PlannedFile) bool) Tasks {
	var t Tasks
	var open []scan.Section
	upgrade := func(f scan.PlannedFile) {
		if mustRewrite(f) {
			t.Rewrites = append(t.Rewrites, []scan.Section{alone(f)})
		} else if f.Entry.File.Level != u.OutputLevel {
			t.Upgrades = append(t.Upgrades, f)
		}
	}
	flush := func() {
		switch {
		case len(open) == 0:
		case len(open) == 1 && len(open[0].Runs) == 1:
			for _, f := range open[0].Runs[0].Files {
				upgrade(f)
			}
		default:
			t.Rewrites = append(t.Rewrites, open)
		}
		open = nil
	}
	for _, s := range scan.Sections(slices.Clone(u.Files)) {
		if len(s.Runs) > 1 {
			open = append(open, s)
			continue
		}
		for _, f := range s.Runs[0].Files {
			if f.Entry.File.SizeBytes < o.SmallBytes() {
				open = append(open, alone(f))
				continue
			}
			flush()
			upgrade(f)
		}
	}
	flush()
	return t
}

func alone(f scan.PlannedFile) scan.Section {
	return scan.Section{Runs: []scan.Run{{Level: f.Entry.File.Level, Files: []scan.PlannedFile{f}}}}
}

// Append chooses small neighbours, in the order of their commits, among the
// files of one bucket of an append table: each list becomes one larger file. all
// takes any two neighbours; else it waits for enough of them. rewrite names files
// that are to be written anew in any case: they hold deleted rows.
func (o Options) Append(files []scan.PlannedFile, all bool, rewrite func(scan.PlannedFile) bool) [][]scan.PlannedFile {
	var out [][]scan.PlannedFile
	var open []scan.PlannedFile
	var bytes int64
	must := false
	flush := func() {
		enough := len(open) >= o.MinFiles || len(open) > 1 && (all || bytes >= o.TargetFileBytes)
		if enough || must {
			out = append(out, open)
		}
		open, bytes, must = nil, 0, false
	}
	for _, f := range files {
		size, anew := f.Entry.File.SizeBytes, rewrite(f)
		if size >= o.SmallBytes() && !anew {
			flush()
			continue
		}
		if bytes > 0 && bytes+size > o.TargetFileBytes+o.TargetFileBytes/4 {
			flush()
		}
		open, bytes, must = append(open, f), bytes+size, must || anew
	}
	flush()
	return out
}
