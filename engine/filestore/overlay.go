package filestore

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// An overlay says, for the overlapping files of one bucket, which of their rows
// stand and what stands beside them:
//
//	base   ████▒▒██▒█████████   the run with most rows; ▒ its rows of keys that others hold too
//	small  ██▒█  █▒             the other runs
//	part   █████                rows that were merged from several (other engines than deduplicate)
//
//	read = base − dead ∪ small − dead            deduplicate: the last record of a key stands where it is
//	read = base − dead ∪ part − dead             partial-update, aggregation
//
// It holds for exactly these files, which never change. The next commit adds
// files: their keys are marked in what was there, so that building costs what
// the commit is worth and not what the bucket is. Overlays are immutable; a new
// one shares the parts of the one before.
type overlay struct {
	id    string
	base  map[string]bool // names of files
	small map[string]bool
	dead  map[string][]uint64 // by name of file
	parts []*part
	rows  int64 // that stand
	used  int64 // when it last served, by the count of uses
	at    int64 // the newest snapshot that it is known to hold for
}

// part is a file of merged rows. It goes when no overlay has it.
type part struct {
	path string
	rows int64
	dead []uint64
	file *partFile
}

type partFile struct {
	path      string
	sizeBytes int64
	owners    int // overlays and running statements; guarded by Shared.mu
}

func (o *overlay) sizeBytes() int64 {
	var n int64
	for _, w := range o.dead {
		n += int64(8 * len(w))
	}
	for _, p := range o.parts {
		n += p.file.sizeBytes + int64(8*len(p.dead))
	}
	return n
}

// Shared is what the sessions of one instance share: overlays and the deletion
// vectors of files. Overlays are built behind the statements that missed them,
// one at a time, on a connection of its own.
type Shared struct {
	db         *duck.DB
	dir        string // of parts; "" before the first
	limitBytes int64

	mu        sync.Mutex
	overlays  map[string][]*overlay // by id; the newest first
	uses      int64
	words     map[string][]uint64
	wordBytes int64

	queue   []build
	queued  map[string]bool // by what is to be built
	running bool
	failed  error // of the last build; for tests and the curious
	idle    *sync.Cond
	ctx     context.Context //nolint:containedctx // of the work behind the statements, which Close ends
	cancel  context.CancelFunc
	parts   int
	streams int
}

// overlaysPerBucket is how many states of one bucket are kept: the newest, and
// one that a reader of an older snapshot asks for.
const overlaysPerBucket = 2

// NewShared makes the shared part of an instance's stores. Merged rows are kept
// in a folder inside the instance's spill folder.
func NewShared(db *duck.DB) *Shared {
	sh := &Shared{
		db: db, limitBytes: db.MemoryLimitBytes() / 2,
		overlays: map[string][]*overlay{}, words: map[string][]uint64{}, queued: map[string]bool{},
	}
	sh.idle = sync.NewCond(&sh.mu)
	sh.ctx, sh.cancel = context.WithCancel(context.Background())
	return sh
}

// Wait returns when nothing is being built; the error is that of the last build,
// which a reader does not see: it merged for itself.
func (sh *Shared) Wait() error {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for sh.running {
		sh.idle.Wait()
	}
	return sh.failed
}

// Forget drops every overlay and vector, for measurements of what is cold.
func (sh *Shared) Forget() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, list := range sh.overlays {
		for _, o := range list {
			sh.drop(o.parts)
		}
	}
	sh.overlays, sh.words, sh.wordBytes = map[string][]*overlay{}, map[string][]uint64{}, 0
}

// Stop gives up what is being built; a later statement asks for it again.
func (sh *Shared) Stop() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	stop := sh.cancel
	sh.queue = nil
	stop()
	for sh.running {
		sh.idle.Wait()
	}
	sh.ctx, sh.cancel = context.WithCancel(context.Background())
	sh.failed = nil
}

// Close stops what is being built and forgets everything.
func (sh *Shared) Close() error {
	sh.cancel()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for sh.running {
		sh.idle.Wait()
	}
	sh.overlays, sh.words = map[string][]*overlay{}, map[string][]uint64{}
	if sh.dir == "" {
		return nil
	}
	return os.RemoveAll(sh.dir)
}

// knot is what of a bucket must be merged: the files whose key ranges overlap.
type knot struct {
	id        string
	partition []any
	base      []scan.PlannedFile // no key twice
	small     []scan.PlannedFile
}

// knotOf collects the merged sections of a bucket; nil when there are none.
func knotOf(table *paimon.Table, sch *schema.Schema, b *scan.Bucket) *knot {
	var k *knot
	for _, s := range b.Sections {
		if s.Raw {
			continue
		}
		if k == nil {
			k = &knot{id: strings.Join([]string{table.Dir(), table.Identifier().Branch, strconv.FormatInt(sch.ID, 10), string(b.Row), strconv.Itoa(int(b.Bucket)), b.Part}, "\x00"), partition: b.Partition}
		}
		base := 0
		for i := range s.Runs {
			if s.Runs[i].Rows() >= s.Runs[base].Rows() {
				base = i
			}
		}
		for i := range s.Runs {
			if i == base {
				k.base = append(k.base, s.Runs[i].Files...)
			} else {
				k.small = append(k.small, s.Runs[i].Files...)
			}
		}
	}
	return k
}

// fileName tells files of a bucket apart, with the vector they are read by.
func fileName(f *scan.PlannedFile) string {
	if f.Vector == nil {
		return f.Entry.File.FileName
	}
	return f.Entry.File.FileName + " " + f.Vector.Path + "@" + strconv.Itoa(int(f.Vector.Offset))
}

func names(files []scan.PlannedFile) map[string]bool {
	out := make(map[string]bool, len(files))
	for i := range files {
		out[fileName(&files[i])] = true
	}
	return out
}

// holds tells whether the overlay is of exactly these files.
func (o *overlay) holds(k *knot) bool {
	return sameNames(o.base, k.base) && sameNames(o.small, k.small)
}

func sameNames(have map[string]bool, files []scan.PlannedFile) bool {
	return len(have) == len(files) && containsAll(have, files)
}

func containsAll(have map[string]bool, files []scan.PlannedFile) bool {
	for i := range files {
		if !have[fileName(&files[i])] {
			return false
		}
	}
	return true
}

// overlay finds the overlay of a knot at a snapshot and holds it for the
// statement.
func (s *Store) overlay(k *knot, rule *merge.Rule, at *snapshot.Snapshot) *overlay {
	sh := s.shared
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, o := range sh.overlays[k.id] {
		if !o.holds(k) {
			if rule.Engine == merge.Deduplicate || !o.survives(k, at) {
				continue
			}
			o = o.after(k) // its merged rows are what the compaction merged
			sh.own(o.parts)
			sh.keepLocked(o)
		} else {
			sh.own(o.parts)
		}
		sh.uses++
		o.used, o.at = sh.uses, max(o.at, at.ID)
		s.release = append(s.release, func() { sh.disown(o.parts) })
		return o
	}
	return nil
}

// survives tells whether the rows of an overlay are still those of the knot: all
// that came between is a compaction, which changes no row, and it left the base
// alone.
func (o *overlay) survives(k *knot, at *snapshot.Snapshot) bool {
	return at.CommitKind == snapshot.Compact && o.at >= at.ID-1 && o.at <= at.ID && sameNames(o.base, k.base)
}

// after is the overlay of a knot that it survived into, for engines whose small
// files are not read.
func (o *overlay) after(k *knot) *overlay {
	next := &overlay{id: o.id, base: o.base, small: names(k.small), dead: map[string][]uint64{}, parts: o.parts, rows: o.rows, at: o.at}
	for name := range o.base {
		next.dead[name] = o.dead[name]
	}
	return next
}

// own keeps the files of parts; the caller holds the lock.
func (sh *Shared) own(parts []*part) {
	for _, p := range parts {
		p.file.owners++
	}
}

func (sh *Shared) disown(parts []*part) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.drop(parts)
}

// drop gives parts up; the caller holds the lock.
func (sh *Shared) drop(parts []*part) {
	for _, p := range parts {
		if p.file.owners--; p.file.owners == 0 {
			_ = os.Remove(p.file.path) // in our own folder, which goes with the instance
		}
	}
}

// keep makes an overlay known and forgets those that have no room.
func (sh *Shared) keep(o *overlay) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.keepLocked(o)
}

func (sh *Shared) keepLocked(o *overlay) {
	sh.uses++
	o.used = sh.uses
	sh.own(o.parts)
	list := slices.Insert(sh.overlays[o.id], 0, o)
	for len(list) > overlaysPerBucket {
		sh.drop(list[len(list)-1].parts)
		list = list[:len(list)-1]
	}
	sh.overlays[o.id] = list
	sh.shrink()
}

// shrink forgets the overlays that were not used for longest.
func (sh *Shared) shrink() {
	var all []*overlay
	var total int64
	for _, list := range sh.overlays {
		for _, o := range list {
			all = append(all, o)
			total += o.sizeBytes()
		}
	}
	slices.SortFunc(all, func(a, b *overlay) int { return int(a.used - b.used) })
	for _, o := range all {
		if total <= sh.limitBytes {
			return
		}
		total -= o.sizeBytes()
		sh.drop(o.parts)
		sh.overlays[o.id] = slices.DeleteFunc(sh.overlays[o.id], func(x *overlay) bool { return x == o })
	}
}

// build is an overlay that is wanted.
type build struct {
	table    *paimon.Table
	schema   *schema.Schema
	rule     *merge.Rule
	knot     *knot
	snapshot *snapshot.Snapshot
}

func (b *build) name() string {
	var all []string
	for _, files := range [][]scan.PlannedFile{b.knot.base, b.knot.small} {
		for i := range files {
			all = append(all, fileName(&files[i]))
		}
	}
	return b.knot.id + strings.Join(all, " ")
}

// enqueue has overlays built behind the statement.
func (sh *Shared) enqueue(builds []build) {
	if sh == nil || len(builds) == 0 {
		return
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.ctx.Err() != nil {
		return
	}
	for _, b := range builds {
		if name := b.name(); !sh.queued[name] {
			sh.queued[name] = true
			sh.queue = append(sh.queue, b)
		}
	}
	if !sh.running && len(sh.queue) > 0 {
		sh.running = true
		go sh.work()
	}
}

// work builds what is queued and ends.
func (sh *Shared) work() {
	conn, err := sh.db.Conn(sh.ctx, duck.Settings{})
	for {
		sh.mu.Lock()
		if err != nil || sh.ctx.Err() != nil {
			sh.queue, sh.queued, sh.failed = nil, map[string]bool{}, err
		}
		if len(sh.queue) == 0 {
			sh.running = false
			sh.idle.Broadcast()
			sh.mu.Unlock()
			if conn != nil {
				_ = conn.Close() // the pool keeps it
			}
			return
		}
		next := sh.queue[0]
		sh.queue = sh.queue[1:]
		sh.mu.Unlock()
		failed := sh.buildOne(conn, &next)
		sh.mu.Lock()
		delete(sh.queued, next.name())
		sh.failed = failed
		sh.mu.Unlock()
	}
}

func (sh *Shared) buildOne(conn *duck.Conn, b *build) (err error) {
	s := New(conn, sh)
	defer func() {
		if p := recover(); p != nil {
			err = problem.New("session.internal", "what", "overlay")
		}
		_ = s.Close(context.WithoutCancel(sh.ctx))
	}()
	sh.mu.Lock()
	before := slices.Clone(sh.overlays[b.knot.id])
	sh.mu.Unlock()
	for _, o := range before {
		if o.holds(b.knot) {
			return nil
		}
	}
	o, err := s.buildOverlay(sh.ctx, b, before)
	if err != nil {
		return err
	}
	sh.keep(o)
	sh.disown(o.parts) // held while it was built
	return nil
}

// streamName is a name for a view that no other connection has.
func (sh *Shared) streamName() string {
	if sh == nil { // a store that only writes
		return "lt_stream"
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.streams++
	return "lt_stream_" + strconv.Itoa(sh.streams)
}

// newPart names a file for merged rows.
func (sh *Shared) newPart() (string, error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.dir == "" {
		dir, err := os.MkdirTemp(sh.db.SpillDir(), "overlays-")
		if err != nil {
			return "", err
		}
		sh.dir = dir
	}
	sh.parts++
	return filepath.Join(sh.dir, strconv.Itoa(sh.parts)+".parquet"), nil
}
