package filestore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"laketop/engine/duck"
	"laketop/engine/paimon/merge"
)

// foldBatchRows and foldBatchBytes bound one batch of the result.
const (
	foldBatchRows  = 64 << 10
	foldBatchBytes = 32 << 20
)

// foldChunkRows is how many records are in Go's hands at a time; the rest waits
// in DuckDB, which may spill it.
const foldChunkRows = 1 << 20

// mergeFold merges records in Go: DuckDB sorts them by key and age, the columns
// are folded as Arrow, and the result is a temporary table of the statement.
func (s *Store) mergeFold(ctx context.Context, rule *merge.Rule, input string) (string, error) {
	return s.mergeFoldBy(ctx, rule, input, foldChunkRows)
}

// mergeFoldBy is mergeFold with so many records in Go's hands at a time.
func (s *Store) mergeFoldBy(ctx context.Context, rule *merge.Rule, input string, chunk int) (string, error) {
	columns := make([]string, 0, len(rule.Columns)+2)
	for i := range rule.Columns {
		columns = append(columns, duck.Ident(rule.Columns[i].Name))
	}
	list := strings.Join(append(columns, sequenceColumn, kindColumn), ", ")
	sorted := s.scratchTable("lt_sorted")
	if err := s.conn.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s ORDER BY %s", sorted, list, input,
		strings.Join(append([]string{keyTerms(rule)}, recordOrder(rule, false)...), ", "))); err != nil {
		return "", err
	}
	f := &folding{rule: rule, store: s, table: s.scratchTable("lt_merged")}
	defer f.release()
	for from, more := 0, true; more; from += chunk {
		more = false
		err := s.conn.Query(ctx, fmt.Sprintf("SELECT %s FROM temp.%s WHERE rowid >= %d AND rowid < %d", list, sorted, from, from+chunk),
			func(schema *arrow.Schema, b arrow.RecordBatch) error {
				if f.schema == nil {
					f.start(schema)
				}
				if b == nil || b.NumRows() == 0 {
					return nil
				}
				more = true
				return f.batch(b)
			})
		if err == nil && !more {
			err = f.end()
		}
		if err == nil {
			err = f.keep(ctx)
		}
		if err != nil {
			return "", err
		}
	}
	return "temp." + f.table, s.conn.Exec(ctx, "DROP TABLE temp."+sorted)
}

// scratchTable is a name for a temporary table that goes with the statement. No
// other store of the connection has it.
func (s *Store) scratchTable(prefix string) string {
	name := prefix + "_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	s.scratch = append(s.scratch, name)
	return name
}

// keep moves what is done into the table of the result.
func (f *folding) keep(ctx context.Context) error {
	view := f.store.shared.streamName() // views are seen by every connection
	if f.kept && len(f.done) == 0 {
		return nil
	}
	reader, err := array.NewRecordReader(f.schema, f.done)
	if err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	defer reader.Release()
	release, err := f.store.conn.View(reader, view)
	if err != nil {
		return err
	}
	defer release()
	text := "INSERT INTO temp." + f.table + " SELECT * FROM " + view
	if !f.kept {
		text = "CREATE OR REPLACE TEMP TABLE " + f.table + " AS SELECT * FROM " + view
	}
	if err := f.store.conn.Exec(ctx, text); err != nil {
		return err
	}
	f.kept = true
	f.drop()
	return f.store.conn.Exec(ctx, "DROP VIEW IF EXISTS "+view)
}

func (f *folding) drop() {
	for _, b := range f.done {
		b.Release()
	}
	f.done = nil
}

// folding is a merge under way. Keys go by in order, and the records of each
// oldest first.
type folding struct {
	store *Store
	table string // of the result
	kept  bool   // it is there

	rule   *merge.Rule
	schema *arrow.Schema
	keys   []int
	column []folded
	stream []int // of each column: 0 or its group + 1

	actions  [][]action // of each stream, by row
	segments []segment
	same     []bool
	tracker  tracker
	kinds    *array.Int8
	seqs     *array.Int64
	state    keyState

	now        arrow.RecordBatch // what is folded
	tail       arrow.RecordBatch // rows of the last key seen, which may go on
	tailBegins bool              // its first records are among them

	outSeq []int64
	outTag []int8
	done   []arrow.RecordBatch
}

// keyState is what becomes of a key besides its columns.
type keyState struct {
	sequence int64
	kind     merge.RowKind
	found    bool // deduplicate, first-row: a record was picked
	inserted bool // partial-update: a record was no retraction
	started  bool // partial-update: the row holds a record's values
}

func (f *folding) start(schema *arrow.Schema) {
	f.schema = schema
	for _, k := range f.rule.Keys {
		f.keys = append(f.keys, f.rule.Index(k.Name))
	}
	for i := range f.rule.Columns {
		c := &f.rule.Columns[i]
		f.column = append(f.column, newFolded(c, schema.Field(i).Type, f.rule, f.kind))
		f.stream = append(f.stream, c.Group+1)
	}
	f.actions = make([][]action, len(f.rule.Groups)+1)
	f.tracker.start(f.rule, schema)
}

func (f *folding) release() {
	if f.tail != nil {
		f.tail.Release()
	}
	f.tracker.reset()
	for _, c := range f.column {
		c.release()
	}
	f.drop()
}

// batch takes the next rows. Those of the last key wait until it is known
// whether the key goes on: a key of a single record is not merged.
func (f *folding) batch(b arrow.RecordBatch) error {
	n := int(b.NumRows())
	f.compareKeys(b, n)
	goesOn := f.same[0]
	if err := f.foldTail(!goesOn); err != nil {
		return err
	}
	f.segments = f.segments[:0]
	last := 0
	for r := 1; r < n; r++ {
		if !f.same[r] {
			f.segments = append(f.segments, segment{from: last, to: r, begins: last > 0 || !goesOn, ends: true})
			last = r
		}
	}
	if last > 0 {
		head := b.NewSlice(0, int64(last))
		defer head.Release()
		if err := f.fold(head); err != nil {
			return err
		}
	}
	f.tail, f.tailBegins = b.NewSlice(int64(last), int64(n)), last > 0 || !goesOn
	return f.flush(foldBatchRows, foldBatchBytes)
}

// compareKeys finds the rows whose key is that of the row before.
func (f *folding) compareKeys(b arrow.RecordBatch, n int) {
	f.same = slices.Grow(f.same[:0], n)[:n]
	for i := range f.same {
		f.same[i] = true
	}
	f.same[0] = f.tail != nil
	for _, k := range f.keys {
		var before arrow.Array
		if f.tail != nil {
			before = f.tail.Column(k)
		}
		sameAsBefore(b.Column(k), before, f.same)
	}
}

// foldTail folds the rows that waited.
func (f *folding) foldTail(ends bool) error {
	if f.tail == nil {
		return nil
	}
	tail := f.tail
	defer tail.Release()
	f.tail = nil
	f.segments = append(f.segments[:0], segment{to: int(tail.NumRows()), begins: f.tailBegins, ends: ends})
	return f.fold(tail)
}

// end closes the last key.
func (f *folding) end() error {
	if f.schema == nil {
		return errors.New("merge: no answer")
	}
	if err := f.foldTail(true); err != nil {
		return err
	}
	return f.flush(1, 0)
}

// fold folds the rows of f.segments.
func (f *folding) fold(b arrow.RecordBatch) error {
	f.seqs = b.Column(len(f.rule.Columns)).(*array.Int64)
	f.kinds = b.Column(len(f.rule.Columns) + 1).(*array.Int8)
	for i := range f.actions {
		f.actions[i] = slices.Grow(f.actions[i][:0], int(b.NumRows()))[:b.NumRows()]
	}
	f.now, f.tracker.now = b, b
	for i := range f.segments {
		if err := f.judge(&f.segments[i]); err != nil {
			return err
		}
	}
	if err := f.foldColumns(b); err != nil {
		return err
	}
	f.tracker.hold()
	return nil
}

// foldTogether is how many rows are worth a second worker.
const foldTogether = 512

// foldColumns folds each column, the columns beside each other: they share what
// the records do and nothing else.
func (f *folding) foldColumns(b arrow.RecordBatch) error {
	var next atomic.Int64
	work := func() error {
		for i := int(next.Add(1)) - 1; i < len(f.column); i = int(next.Add(1)) - 1 {
			if err := f.column[i].fold(b.Column(i), f.segments, f.actions[f.stream[i]]); err != nil {
				return err
			}
		}
		return nil
	}
	workers := min(runtime.GOMAXPROCS(0), len(f.column)/2)
	if b.NumRows() < foldTogether {
		workers = 1
	}
	var g errgroup.Group
	for range workers - 1 {
		g.Go(work)
	}
	return errors.Join(work(), g.Wait())
}

// judge says what each record of a segment does to each stream, and what the key
// becomes.
func (f *folding) judge(s *segment) error {
	if s.begins {
		f.state = keyState{}
		f.tracker.reset()
	}
	if s.begins && s.ends && s.to-s.from == 1 {
		f.all(s.from, set)
		f.state.take(f.seqs.Value(s.from), f.kind(s.from))
	} else {
		for r := s.from; r < s.to; r++ {
			if err := f.record(r); err != nil {
				return err
			}
		}
	}
	if s.dropped = s.ends && !f.state.found; s.ends && !s.dropped {
		f.outSeq = append(f.outSeq, f.state.sequence)
		f.outTag = append(f.outTag, int8(f.state.kind))
	}
	return nil
}

func (k *keyState) take(sequence int64, kind merge.RowKind) {
	k.sequence, k.kind, k.found = sequence, kind, true
}

// all does one thing to every stream.
func (f *folding) all(r int, a action) {
	for i := range f.actions {
		f.actions[i][r] = a
	}
}

// record is one of several records of a key.
func (f *folding) record(r int) error {
	kind, sequence := f.kind(r), f.seqs.Value(r)
	switch f.rule.Engine {
	case merge.PartialUpdate:
		return f.partial(r, kind, sequence)
	case merge.Aggregation:
		f.state.take(sequence, merge.Insert)
		switch {
		case kind == merge.Delete && f.rule.RemoveOnDelete:
			f.state.kind = merge.Delete
			return f.startRow(r)
		case kind.Retracts():
			f.all(r, takeBack)
		default:
			f.all(r, add)
		}
		return nil
	}
	f.all(r, pass)
	if kind.Retracts() {
		if f.rule.IgnoreDelete {
			return nil
		}
		if f.rule.Engine == merge.FirstRow {
			return f.rule.DeleteError()
		}
	}
	if f.rule.Engine == merge.Deduplicate || !f.state.found {
		f.state.take(sequence, kind)
		f.all(r, set)
	}
	return nil
}

// partial is a record of a partial-update table.
func (f *folding) partial(r int, kind merge.RowKind, sequence int64) error {
	if !kind.Retracts() {
		f.state.take(sequence, merge.Insert)
		f.state.inserted, f.state.started = true, true
		f.actions[0][r] = add
		for g := range f.rule.Groups {
			f.actions[g+1][r] = f.tracker.judge(g, r, add, addLate)
		}
		return nil
	}
	do := pass
	f.all(r, do)
	if !f.state.started {
		f.state.started = true
		do = set
		if err := f.startRow(r); err != nil {
			return err
		}
	}
	f.state.found = true
	if f.rule.IgnoreDelete {
		f.state.kind = f.state.outcome(false)
		return nil
	}
	f.state.sequence = sequence
	deleted := false
	switch {
	case len(f.rule.Groups) > 0:
		deleted = f.retractGroups(r, kind, do)
	case !f.rule.RemoveOnDelete:
		return f.rule.DeleteError()
	case kind == merge.Delete:
		deleted = true
	}
	f.state.kind = f.state.outcome(deleted)
	if deleted {
		return f.startRow(r)
	}
	return nil
}

// startRow makes a record's values the row, for what follows to build on: what a
// deletion leaves. Unlike a record that is alone with its key it may not hold
// NULL where the table has none.
func (f *folding) startRow(r int) error {
	for i := range f.rule.Columns {
		if c := &f.rule.Columns[i]; c.Type.NotNull && f.now.Column(i).IsNull(r) {
			return c.NullError()
		}
	}
	f.all(r, set)
	if f.rule.Engine == merge.PartialUpdate {
		f.tracker.set(r)
	}
	return nil
}

// kind of a record.
func (f *folding) kind(r int) merge.RowKind { return merge.RowKind(f.kinds.Value(r)) }

// outcome is the kind of a partial-update row after a retraction.
func (k *keyState) outcome(deleted bool) merge.RowKind {
	if deleted || !k.inserted {
		return merge.Delete
	}
	return merge.Insert
}

// retractGroups takes a record back from its groups; it tells whether that
// removes the row.
func (f *folding) retractGroups(r int, kind merge.RowKind, before action) (removed bool) {
	for g, group := range f.rule.Groups {
		do := f.tracker.judge(g, r, takeBack, takeBackOld)
		if do == takeBack && kind == merge.Delete && group.RemoveOnDelete {
			return true
		}
		switch {
		case before != set:
			f.actions[g+1][r] = do
		case do != pass: // the row was just set to this record, which is then taken back
			f.actions[g+1][r] = setThenBack
		}
	}
	return false
}

// flush makes a batch of the result when there is enough for one.
func (f *folding) flush(rows, bytes int) error {
	size := 0
	for _, c := range f.column {
		size += c.bytes()
	}
	if n := len(f.outSeq); n == 0 || n < rows && size < bytes {
		return nil
	}
	columns := make([]arrow.Array, 0, len(f.column)+2)
	for _, c := range f.column {
		columns = append(columns, c.finish())
	}
	columns = append(columns, plainNumbers(arrow.PrimitiveTypes.Int64, arrow.Int64Traits.CastToBytes(f.outSeq), len(f.outSeq)),
		plainNumbers(arrow.PrimitiveTypes.Int8, arrow.Int8Traits.CastToBytes(f.outTag), len(f.outTag)))
	f.done = append(f.done, array.NewRecordBatch(f.schema, columns, int64(len(f.outSeq))))
	for _, c := range columns {
		c.Release()
	}
	f.outSeq, f.outTag = nil, nil
	return nil
}
