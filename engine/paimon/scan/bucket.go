package scan

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Bucket is what a primary-key table holds in one bucket of one partition: its
// live files, cut where no key range reaches across.
//
//	keys      a ─────────────── m    n ──── z
//	level 5   [file][file]           [file]        raw: one run, nothing to merge
//	level 0      [file]
//	          └── section ──┘        └ section ┘
//
// Sections hold every file that belongs to the bucket's rows, also those that a
// filter rules out: what is merged once may serve every question. Plan.Files
// holds those that this plan needs.
type Bucket struct {
	Partition    []any
	Row          []byte // the partition as manifests hold it
	Bucket       int32
	TotalBuckets int32 // as the files say; -1 where the number may grow
	Sections     []Section
	Part         string // which of the bucket's files these are; "" = all that a reader sees
}

// Section is files whose key ranges overlap, directly or through others.
type Section struct {
	Raw  bool // every row stands as it is: no key twice, nothing retracted
	Runs []Run
}

// Run is files of one level without a common key, in key order. The runs of a
// section come newest first.
type Run struct {
	Level int32
	Files []PlannedFile
}

// Rows is how many rows the run's files hold.
func (r *Run) Rows() int64 {
	var n int64
	for i := range r.Files {
		n += r.Files[i].Entry.File.RowCount
	}
	return n
}

// Files gives every file of the bucket.
func (b *Bucket) Files() []PlannedFile {
	var out []PlannedFile
	for _, s := range b.Sections {
		for _, r := range s.Runs {
			out = append(out, r.Files...)
		}
	}
	return out
}

// rules is how a table's options have its files read.
type rules struct {
	keys      []datatype.Type
	vectors   bool // rows are deleted by vectors: levels above 0 hold each key once
	firstRow  bool
	skipFresh bool // level 0 is not seen before its compaction
	onlyTop   bool // $ro: the highest level alone
	top       int32
	since     time.Time // files that were made before are not seen; zero = all
}

func rulesOf(s *schema.Schema, optimized bool) rules {
	r := rules{
		vectors:  s.Flag(schema.OptionDeletionVectors),
		firstRow: s.MergeEngine() == "first-row",
		onlyTop:  optimized,
		top:      int32(s.Levels() - 1),
	}
	r.skipFresh = r.firstRow || r.vectors && !s.Flag(optionVectorsMerge)
	for _, f := range s.KeyFields() {
		r.keys = append(r.keys, f.Type)
	}
	return r
}

// made are the entries of files that are young enough.
func (r rules) made(entries []manifest.Entry) []manifest.Entry {
	if r.since.IsZero() {
		return entries
	}
	least := manifest.WallMillis(r.since)
	var out []manifest.Entry
	for i := range entries {
		if at := entries[i].File.CreationTimeMillis; at != nil && *at >= least {
			out = append(out, entries[i])
		}
	}
	return out
}

// part names the files that made leaves.
func (r rules) part() string {
	if r.since.IsZero() {
		return ""
	}
	return "since " + strconv.FormatInt(manifest.WallMillis(r.since), 10)
}

// sees tells whether a reader sees the files of a level.
func (r rules) sees(bucket, level int32) bool {
	if bucket < 0 { // postponed: no reader sees it before a compaction has dealt it out
		return false
	}
	if r.onlyTop {
		return level == r.top
	}
	return level != 0 || !r.skipFresh
}

// cut makes the sections of one bucket's files.
func (r rules) cut(b *Bucket, files []PlannedFile) {
	if r.settled(files) {
		b.Sections = r.plain(files)
		return
	}
	b.Sections = Sections(files)
}

// Sections cuts files of one bucket, whose key ranges are known, where no key
// range reaches across; it sorts files.
func Sections(files []PlannedFile) []Section {
	slices.SortStableFunc(files, func(x, y PlannedFile) int {
		return cmp.Or(CompareKeys(x.MinKey, y.MinKey), CompareKeys(x.MaxKey, y.MaxKey))
	})
	var out []Section
	var open []PlannedFile
	var bound []any
	for _, f := range files {
		if len(open) > 0 && CompareKeys(f.MinKey, bound) > 0 {
			out = append(out, section(open))
			open = nil
		}
		if len(open) == 0 || CompareKeys(f.MaxKey, bound) > 0 {
			bound = f.MaxKey
		}
		open = append(open, f)
	}
	if len(open) > 0 {
		out = append(out, section(open))
	}
	return out
}

// settled is Java's rule for a bucket that needs no merge whatever its ranges:
// compaction has made each key stand once.
func (r rules) settled(files []PlannedFile) bool {
	one := true
	for i := range files {
		f := &files[i].Entry.File
		if f.Level == 0 || retracts(f) > 0 {
			return false
		}
		one = one && f.Level == files[0].Entry.File.Level
	}
	return one || r.vectors || r.firstRow
}

// plain is one raw section for each file.
func (r rules) plain(files []PlannedFile) []Section {
	out := make([]Section, len(files))
	for i, f := range files {
		out[i] = Section{Raw: true, Runs: []Run{{Level: f.Entry.File.Level, Files: []PlannedFile{f}}}}
	}
	return out
}

// section packs files, sorted by their smallest key, into as few runs as their
// levels allow.
func section(files []PlannedFile) Section {
	s := Section{Raw: len(files) == 1 && retracts(&files[0].Entry.File) == 0}
	for _, f := range files {
		at := -1
		for i, r := range s.Runs {
			last := r.Files[len(r.Files)-1]
			if r.Level == f.Entry.File.Level && CompareKeys(last.MaxKey, f.MinKey) < 0 {
				at = i
				break
			}
		}
		if at < 0 {
			s.Runs, at = append(s.Runs, Run{Level: f.Entry.File.Level}), len(s.Runs)
		}
		s.Runs[at].Files = append(s.Runs[at].Files, f)
	}
	slices.SortStableFunc(s.Runs, func(x, y Run) int { return cmp.Compare(newest(y), newest(x)) })
	return s
}

func newest(r Run) int64 {
	n := int64(math.MinInt64)
	for i := range r.Files {
		n = max(n, r.Files[i].Entry.File.MaxSequence)
	}
	return n
}

// CompareKeys orders two keys as their files are sorted: a null first, a NaN
// last.
func CompareKeys(a, b []any) int {
	for i := range min(len(a), len(b)) {
		if c := compareKey(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func compareKey(a, b any) int {
	if a == nil || b == nil {
		return compareBool(a != nil, b != nil)
	}
	if c, ok := compare(a, b); ok {
		return c
	}
	x, _ := asFloat(a)
	y, _ := asFloat(b)
	return compareBool(math.IsNaN(x), math.IsNaN(y))
}

// readKeys decodes a file's key range.
func (p *pruner) readKeys(f *PlannedFile) (err error) {
	if f.MinKey, err = binaryrow.Decode(p.rules.keys, f.Entry.File.MinKey); err == nil {
		f.MaxKey, err = binaryrow.Decode(p.rules.keys, f.Entry.File.MaxKey)
	}
	if err != nil {
		return problem.New("table.corrupt", "path", f.Path).With("why", problem.Say("table.key_range", "why", err.Error())).Because(err)
	}
	return nil
}
