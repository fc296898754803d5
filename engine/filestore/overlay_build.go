package filestore

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// partRowGroup keeps a lookup of one key in a part cheap.
const partRowGroup = 122880

// maxParts is how many parts an overlay may have before it is built anew.
const maxParts = 6

// building is one overlay while it is made. Its files are numbered: first those
// that were known, then the fresh ones, whose keys mark what they replace.
type building struct {
	*build
	store *Store
	rows  rows // reads key columns with positions

	files []scan.PlannedFile
	known int        // files[:known] are older or were merged before
	dead  [][]uint64 // by number
	sizes []int64
	parts []*part
	base  map[string]bool
	fresh string // temporary table: keys, order and positions of the fresh files
	// settled: the fresh files are what a compaction made of others, so that the
	// base has its marks already.
	settled bool
}

// buildOverlay works out an overlay, from one of a subset of its files if there
// is any.
func (s *Store) buildOverlay(ctx context.Context, b *build, before []*overlay) (*overlay, error) {
	w, err := s.newBuilding(b, before)
	if err != nil {
		return nil, err
	}
	if err := w.loadFresh(ctx); err != nil {
		return nil, err
	}
	if b.rule.Engine == merge.Deduplicate {
		err = w.deduplicate(ctx)
	} else {
		err = w.mergeParts(ctx)
	}
	if err != nil {
		return nil, err
	}
	return w.overlay(), nil
}

func (s *Store) newBuilding(b *build, before []*overlay) (*building, error) {
	w := &building{build: b, store: s, base: names(b.knot.base)}
	reader, err := s.reader(b.table, b.schema, keyColumns(b.schema, b.rule))
	if err != nil {
		return nil, err
	}
	w.rows = *reader
	w.rows.kinds, w.rows.positions = true, true
	from := w.grownFrom(before)
	if from == nil {
		from = w.survivor(before)
	}
	var fresh []scan.PlannedFile
	take := func(files []scan.PlannedFile, old func(name string) bool) {
		for _, f := range files {
			if old(fileName(&f)) {
				w.files = append(w.files, f)
			} else {
				fresh = append(fresh, f)
			}
		}
	}
	// A file that came after may share the base's run: it is no older for that.
	take(b.knot.base, func(name string) bool { return from == nil || w.settled || from.base[name] || from.small[name] })
	take(b.knot.small, func(name string) bool { return from != nil && from.small[name] })
	w.known = len(w.files)
	w.files = append(w.files, fresh...)
	w.dead = make([][]uint64, len(w.files))
	for i := range w.files {
		w.sizes = append(w.sizes, w.files[i].Entry.File.RowCount)
		if from != nil {
			w.dead[i] = slices.Clone(from.dead[fileName(&w.files[i])])
		}
	}
	if from != nil {
		for _, p := range from.parts {
			w.parts = append(w.parts, &part{path: p.path, rows: p.rows, dead: slices.Clone(p.dead), file: p.file})
		}
	}
	s.shared.mu.Lock()
	s.shared.own(w.parts) // until Shared.keep has the overlay
	s.shared.mu.Unlock()
	return w, nil
}

// grownFrom is an overlay that this one adds files to; nil for none.
func (w *building) grownFrom(before []*overlay) *overlay {
	all := names(append(slices.Clone(w.knot.base), w.knot.small...))
	small := names(w.knot.small)
	for _, o := range before {
		ok := len(o.parts) < maxParts && (w.rule.Engine == merge.Deduplicate || len(o.base) == len(w.base))
		for name := range o.base {
			ok = ok && w.base[name]
		}
		for name := range o.small {
			ok = ok && small[name] && all[name]
		}
		if ok {
			return o
		}
	}
	return nil
}

// survivor is an overlay whose base a compaction of the small files left alone;
// nil for none.
func (w *building) survivor(before []*overlay) *overlay {
	if !newestLast(w.rule, w.knot.base, w.knot.small) {
		return nil // a record of the base may stand before one that came later
	}
	for _, o := range before {
		if o.survives(w.knot, w.snapshot) {
			w.settled = true
			return o
		}
	}
	return nil
}

// keyColumns are the names of what orders the records of a key.
func keyColumns(sch *schema.Schema, rule *merge.Rule) []string {
	var out []string
	for _, f := range sch.KeyFields() {
		out = append(out, f.Name)
	}
	if rule.Engine == merge.Deduplicate {
		out = append(out, rule.Sequence...)
	}
	return out
}

// sources are some of the files, numbered by their place among all, without the
// rows that deletion vectors name.
func (w *building) sources(ctx context.Context, low, high int) ([]source, error) {
	out, err := w.rows.sources(ctx, w.files[low:high])
	for i := range out {
		out[i].number += low
	}
	return out, err
}

func (w *building) loadFresh(ctx context.Context) error {
	sources, err := w.sources(ctx, w.known, len(w.files))
	if err != nil {
		return err
	}
	for i, src := range sources {
		w.dead[w.known+i] = orWords(w.dead[w.known+i], src.dead, src.rows)
	}
	text, err := w.rows.text(ctx, sources)
	if err != nil {
		return err
	}
	w.fresh = fmt.Sprintf("lt_fresh_%d", len(w.store.scratch))
	w.store.scratch = append(w.store.scratch, w.fresh)
	return w.store.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+w.fresh+" AS "+text)
}

// orWords adds marks to words that may be nil.
func orWords(words, more []uint64, rows int64) []uint64 {
	if more == nil {
		return words
	}
	if words == nil {
		words = newWords(rows)
	}
	for i := range min(len(words), len(more)) {
		words[i] |= more[i]
	}
	return words
}

// meeting is the known files that may hold a key of the fresh ones.
func (w *building) meeting(ctx context.Context) ([]source, error) {
	sources, err := w.sources(ctx, 0, w.known)
	if err != nil {
		return nil, err
	}
	var out []source
	for i, src := range sources {
		w.dead[i] = orWords(w.dead[i], src.dead, src.rows)
		if w.settled && w.base[fileName(&w.files[i])] {
			continue
		}
		for k := w.known; k < len(w.files); k++ {
			if overlaps(&w.files[i], &w.files[k]) {
				out = append(out, src)
				break
			}
		}
	}
	return out, nil
}

func overlaps(a, b *scan.PlannedFile) bool {
	return scan.CompareKeys(a.MinKey, b.MaxKey) <= 0 && scan.CompareKeys(b.MinKey, a.MaxKey) <= 0
}

// deduplicate marks every record that is not the last of its key, and last ones
// that take the row back.
func (w *building) deduplicate(ctx context.Context) error {
	known, err := w.meeting(ctx)
	if err != nil {
		return err
	}
	if err := w.retracting(ctx); err != nil {
		return err
	}
	candidates := w.fresh
	if len(known) > 0 {
		text, err := w.rows.text(ctx, known)
		if err != nil {
			return err
		}
		met := fmt.Sprintf("SELECT b.* FROM (%s) b SEMI JOIN %s k ON %s", text, w.fresh, joinOn("b", "k", w.keys()))
		if newestLast(w.rule, w.files[:w.known], w.files[w.known:]) {
			if err := w.mark(ctx, "SELECT "+fileColumn+", "+rowColumn+" FROM ("+met+")"); err != nil {
				return err
			}
		} else {
			candidates = "(SELECT * FROM " + w.fresh + " UNION ALL " + met + ")"
		}
	}
	if candidates == w.fresh && len(w.files)-w.known == 1 {
		return w.mark(ctx, "SELECT "+fileColumn+", "+rowColumn+" FROM "+w.fresh+" WHERE NOT "+visible)
	}
	return w.mark(ctx, fmt.Sprintf("SELECT %s, %s FROM (SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s) AS lt_n FROM %s) WHERE lt_n > 1 OR NOT %s",
		fileColumn, rowColumn, identList(w.keys()), newestFirst(w.rule), candidates, visible))
}

// retracting marks the rows of known files that take a row back: alone with
// their key they are nothing.
func (w *building) retracting(ctx context.Context) error {
	sources, err := w.sources(ctx, 0, w.known)
	if err != nil {
		return err
	}
	sources = slices.DeleteFunc(sources, func(src source) bool {
		n := w.files[src.number].Entry.File.DeleteRowCount
		return n != nil && *n == 0
	})
	if len(sources) == 0 {
		return nil
	}
	r := w.rows
	r.where = "NOT " + visible
	text, err := r.text(ctx, sources)
	if err != nil {
		return err
	}
	return w.mark(ctx, "SELECT "+fileColumn+", "+rowColumn+" FROM ("+text+")")
}

func (w *building) mark(ctx context.Context, query string) error {
	return w.store.mark(ctx, query, w.dead, w.sizes)
}

func (w *building) keys() []datatype.Field { return w.schema.KeyFields() }

// mergeParts merges the fresh keys into a new part and marks them in the base
// and in the parts there are.
func (w *building) mergeParts(ctx context.Context) error {
	known, err := w.meeting(ctx)
	if err != nil {
		return err
	}
	if err := w.retracting(ctx); err != nil {
		return err
	}
	met, err := w.meet(ctx, known)
	if err != nil {
		return err
	}
	if err := w.markParts(ctx); err != nil {
		return err
	}
	all := w.rows
	all.want, all.positions, all.levels = w.schema.Fields, false, looksUp(w.schema, w.rule)
	fresh, err := w.sources(ctx, w.known, len(w.files))
	if err != nil {
		return err
	}
	input, err := all.text(ctx, append(met, fresh...))
	if err != nil {
		return err
	}
	if all.levels {
		input = lowest(input, w.keys())
	}
	merged, err := w.store.mergeRows(ctx, w.rule, "("+input+")", mayRetract(w.files))
	if err != nil {
		return err
	}
	return w.writePart(ctx, "SELECT "+identList(w.schema.Fields)+" FROM "+merged+" WHERE "+visible+" ORDER BY "+identList(w.keys()))
}

// meet marks the rows of known files whose keys are fresh, and gives these rows
// as sources.
func (w *building) meet(ctx context.Context, known []source) ([]source, error) {
	if len(known) == 0 {
		return nil, nil
	}
	text, err := w.rows.text(ctx, known)
	if err != nil {
		return nil, err
	}
	found := make([][]uint64, len(w.files))
	if err := w.store.mark(ctx, fmt.Sprintf("SELECT b.%s, b.%s FROM (%s) b SEMI JOIN %s k ON %s", fileColumn, rowColumn, text, w.fresh, joinOn("b", "k", w.keys())), found, w.sizes); err != nil {
		return nil, err
	}
	var met []source
	for _, src := range known {
		rows := found[src.number]
		if rows == nil {
			continue
		}
		w.dead[src.number] = orWords(w.dead[src.number], rows, src.rows)
		src.dead = inverted(rows, src.rows)
		met = append(met, src)
	}
	return met, nil
}

func (w *building) markParts(ctx context.Context) error {
	if len(w.parts) == 0 {
		return nil
	}
	r := w.rows
	r.kinds = false
	r.want = w.keys()
	sources, dead, sizes := make([]source, len(w.parts)), make([][]uint64, len(w.parts)), make([]int64, len(w.parts))
	for i, p := range w.parts {
		sources[i] = source{path: p.path, rows: p.rows, written: w.schema, number: i}
		dead[i], sizes[i] = p.dead, p.rows
	}
	text, err := r.text(ctx, sources)
	if err != nil {
		return err
	}
	err = w.store.mark(ctx, fmt.Sprintf("SELECT b.%s, b.%s FROM (%s) b SEMI JOIN %s k ON %s", fileColumn, rowColumn, text, w.fresh, joinOn("b", "k", w.keys())), dead, sizes)
	for i := range w.parts {
		w.parts[i].dead = dead[i]
	}
	return err
}

func (w *building) writePart(ctx context.Context, query string) error {
	path, err := w.store.shared.newPart()
	if err != nil {
		return err
	}
	copied, err := w.store.conn.Copy(ctx, query, path, fmt.Sprintf("ROW_GROUP_SIZE %d", partRowGroup))
	if err != nil {
		return err
	}
	var n int64
	for _, f := range copied {
		n += f.Rows
	}
	if n == 0 {
		return os.Remove(path)
	}
	p := &part{path: path, rows: n, file: &partFile{path: path, sizeBytes: copied[0].SizeBytes, owners: 1}}
	w.parts = append(w.parts, p)
	return nil
}

func (w *building) overlay() *overlay {
	o := &overlay{id: w.knot.id, base: w.base, small: names(w.knot.small), dead: map[string][]uint64{}, parts: w.parts, at: w.snapshot.ID}
	maps.DeleteFunc(o.small, func(name string, _ bool) bool { return o.base[name] })
	for i := range w.files {
		name := fileName(&w.files[i])
		o.dead[name] = w.dead[i]
		if w.rule.Engine == merge.Deduplicate || o.base[name] {
			o.rows += w.sizes[i] - countWords(w.dead[i])
		}
	}
	for _, p := range o.parts {
		o.rows += p.rows - countWords(p.dead)
	}
	return o
}

// newestLast tells whether every record of fresh files comes after every one of
// the known files, whatever its columns say.
func newestLast(rule *merge.Rule, known, fresh []scan.PlannedFile) bool {
	if rule.Engine != merge.Deduplicate || len(rule.Sequence) > 0 || rule.IgnoreDelete {
		return false
	}
	for i := range fresh {
		for k := range known {
			if known[k].Entry.File.MaxSequence >= fresh[i].Entry.File.MinSequence && overlaps(&known[k], &fresh[i]) {
				return false
			}
		}
	}
	return true
}

// newestFirst orders the records of a key, the one that stands first.
func newestFirst(rule *merge.Rule) string {
	var order []string
	if rule.IgnoreDelete {
		order = append(order, "("+visible+") DESC")
	}
	direction := " DESC NULLS LAST"
	if rule.Descending {
		direction = " ASC NULLS LAST"
	}
	for _, c := range rule.Sequence {
		order = append(order, duck.Ident(c)+direction)
	}
	return strings.Join(append(order, sequenceColumn+" DESC"), ", ")
}

func joinOn(a, b string, keys []datatype.Field) string {
	conds := make([]string, len(keys))
	for i, f := range keys {
		op := "="
		if !f.Type.NotNull {
			op = "IS NOT DISTINCT FROM"
		}
		conds[i] = fmt.Sprintf("%s.%s %s %s.%s", a, duck.Ident(f.Name), op, b, duck.Ident(f.Name))
	}
	return strings.Join(conds, " AND ")
}

func identList(fields []datatype.Field) string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = duck.Ident(f.Name)
	}
	return strings.Join(out, ", ")
}
