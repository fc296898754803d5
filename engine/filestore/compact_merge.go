package filestore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/duck"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
)

// merges does the work of a bucket of a primary-key table.
func (b *bucketWork) merges(ctx context.Context) error {
	tasks := b.options.Tasks(b.unit, func(f scan.PlannedFile) bool {
		return b.unit.OutputLevel == b.top && (f.Vector != nil || retractions(&f) > 0) || b.expiry.expires(&f)
	})
	for _, f := range tasks.Upgrades {
		if err := b.lift(ctx, f); err != nil {
			return err
		}
	}
	for _, sections := range tasks.Rewrites {
		if err := b.merge(ctx, sections, true); err != nil {
			return err
		}
	}
	return nil
}

// lift gives a file that overlaps with no other of the unit its new level. What
// its keys mean to the levels above is still to be found out.
func (b *bucketWork) lift(ctx context.Context, f scan.PlannedFile) error {
	alone := []scan.Section{{Runs: []scan.Run{{Level: f.Entry.File.Level, Files: []scan.PlannedFile{f}}}}}
	looks := b.options.NeedsLookup && f.Entry.File.Level == 0
	switch {
	case looks && (usesVectors(b.schema) && retractions(&f) > 0 || b.unit.OutputLevel != b.top && !b.lastWins()):
		return b.merge(ctx, alone, true) // its rows may change by what is above
	case looks || b.tellsFull() && f.Entry.File.Level != b.top:
		if err := b.merge(ctx, alone, false); err != nil {
			return err
		}
	}
	b.upgrade(f)
	return nil
}

// lastWins tells that a newer record replaces an older one whatever they hold.
func (b *bucketWork) lastWins() bool {
	return b.rule.Engine == merge.Deduplicate && len(b.rule.Sequence) == 0 && !b.rule.IgnoreDelete && b.expiry == nil
}

// tellsLookup and tellsFull tell whose changes become changelog: those of fresh
// records, or those that reach the highest level.
func (b *bucketWork) tellsLookup() bool {
	return b.options.NeedsLookup && b.producer == "lookup"
}

func (b *bucketWork) tellsFull() bool {
	return b.producer == "full-compaction" && b.unit.OutputLevel == b.top
}

// merge merges sections. The run that holds most rows is base, and only those of
// its rows are touched whose key another run holds:
//
//	base   ████▒▒██▒█████████    ▒ met: merged with small, or replaced by it
//	small  ██▒█  █▒
//	above  ▒  ▒                  lookup: files of higher levels that the unit leaves alone
//
//	output = base − met ∪ merge(small ∪ met ∪ above)
func (b *bucketWork) merge(ctx context.Context, sections []scan.Section, rewrite bool) error {
	m := b.merging(sections)
	defer func() { b.w.drop(ctx, m.tables...) }()
	var from string
	var err error
	if b.lastWins() {
		from, err = m.last(ctx, rewrite)
	} else {
		from, err = m.byRule(ctx, rewrite)
	}
	if err != nil || !rewrite {
		return err
	}
	files, err := m.write(ctx, from)
	if err != nil {
		return err
	}
	b.replace(m.all(), files)
	return nil
}

// merging is one list of sections while they are merged.
type merging struct {
	*bucketWork
	base   []scan.PlannedFile // no key twice
	small  []scan.PlannedFile
	above  []scan.PlannedFile // higher levels that a fresh key is looked up in
	tables []string           // temporary
}

func (b *bucketWork) merging(sections []scan.Section) *merging {
	m := &merging{bucketWork: b}
	for i := range sections {
		s := &sections[i]
		base := -1
		for k := range s.Runs {
			if len(s.Runs) > 1 && b.fresh(s.Runs[k].Level) && (m.tells() || b.options.NeedsLookup) {
				continue // each of its keys counts
			}
			if base < 0 || s.Runs[k].Rows() >= s.Runs[base].Rows() {
				base = k
			}
		}
		if len(s.Runs) == 1 && b.fresh(s.Runs[0].Level) && (m.tells() || b.options.NeedsLookup) {
			base = -1
		}
		for k := range s.Runs {
			if k == base {
				m.base = append(m.base, s.Runs[k].Files...)
			} else {
				m.small = append(m.small, s.Runs[k].Files...)
			}
		}
	}
	if b.options.NeedsLookup {
		m.above = b.above(m.freshFiles())
	}
	return m
}

// fresh tells the levels whose records are news to the changelog.
func (b *bucketWork) fresh(level int32) bool {
	if b.options.NeedsLookup {
		return level == 0
	}
	return level != b.top
}

func (m *merging) tells() bool { return m.tellsLookup() || m.tellsFull() }

func (m *merging) all() []scan.PlannedFile { return append(slices.Clone(m.base), m.small...) }

func (m *merging) freshFiles() []scan.PlannedFile {
	return slices.DeleteFunc(slices.Clone(m.small), func(f scan.PlannedFile) bool { return !m.fresh(f.Entry.File.Level) })
}

func (m *merging) rows() int64 { return rowsOf(m.all()) }

// above are the files of higher levels than the output's that may hold keys of
// fresh files.
func (b *bucketWork) above(fresh []scan.PlannedFile) []scan.PlannedFile {
	var out []scan.PlannedFile
	for i := range b.files {
		f := &b.files[i]
		if f.Entry.File.Level <= b.unit.OutputLevel {
			continue
		}
		if slices.ContainsFunc(fresh, func(x scan.PlannedFile) bool { return overlaps(f, &x) }) {
			out = append(out, *f)
		}
	}
	return out
}

// reads is a reader of the bucket's records.
func (m *merging) reads() (*rows, error) {
	r, err := m.reader(m.table, m.schema, nil)
	if err != nil {
		return nil, err
	}
	r.kinds = true
	return r, nil
}

// records reads files, with all columns; how may change what of them.
func (m *merging) records(ctx context.Context, files []scan.PlannedFile, how func(r *rows)) (string, error) {
	r, err := m.reads()
	if err != nil {
		return "", err
	}
	if how != nil {
		how(r)
	}
	sources, err := r.sources(ctx, files)
	if err != nil {
		return "", err
	}
	return r.text(ctx, sources)
}

// keyRows are the keys, kinds, numbers and places of files, which are numbered
// from first.
func (m *merging) keyRows(ctx context.Context, files []scan.PlannedFile, first int) (string, error) {
	r, err := m.reads()
	if err != nil {
		return "", err
	}
	r.want, r.positions = m.schema.KeyFields(), true
	sources, err := r.sources(ctx, files)
	if err != nil {
		return "", err
	}
	for i := range sources {
		sources[i].number += first
	}
	return r.text(ctx, sources)
}

// keep puts a query into a temporary table of its own.
func (m *merging) keep(ctx context.Context, name, query string) (string, error) {
	name = "lt_compact_" + name
	m.tables = append(m.tables, name)
	return "temp." + name, m.conn.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+name+" AS "+query)
}

// meet finds the rows of files that have a key of a table: the words of each
// file, nil where there are none.
func (m *merging) meet(ctx context.Context, files []scan.PlannedFile, keys string) ([][]uint64, error) {
	found, sizes := make([][]uint64, len(files)), make([]int64, len(files))
	if len(files) == 0 {
		return found, nil
	}
	for i := range files {
		sizes[i] = files[i].Entry.File.RowCount
	}
	text, err := m.keyRows(ctx, files, 0)
	if err != nil {
		return nil, err
	}
	query := fmt.Sprintf("SELECT b.%s, b.%s FROM (%s) b SEMI JOIN %s k ON %s", fileColumn, rowColumn, text, keys, joinOn("b", "k", m.schema.KeyFields()))
	return found, m.mark(ctx, query, found, sizes)
}

// strike notes the rows of files above that fresh records replace: where rows
// are deleted by vectors no merge will find that out any more.
func (m *merging) strike(words [][]uint64) {
	if !usesVectors(m.schema) {
		return
	}
	for i := range m.above {
		if f := &m.above[i].Entry.File; words[i] != nil {
			m.marks[f.FileName] = orWords(m.marks[f.FileName], words[i], f.RowCount)
		}
	}
}

// last merges where the newest record of a key simply is the row: the dead rows
// are found by their keys, and all others copied as they stand.
func (m *merging) last(ctx context.Context, rewrite bool) (string, error) {
	if m.tells() {
		if err := m.tellLast(ctx); err != nil {
			return "", err
		}
	}
	files := m.all()
	dead, sizes := make([][]uint64, len(files)), make([]int64, len(files))
	for i := range files {
		sizes[i] = files[i].Entry.File.RowCount
	}
	if len(m.small) > 0 && (rewrite && len(files) > 1 || usesVectors(m.schema) && len(m.above) > 0) {
		if err := m.outdated(ctx, dead, sizes, rewrite); err != nil {
			return "", err
		}
	}
	if !rewrite {
		return "", nil
	}
	r, err := m.reads()
	if err != nil {
		return "", err
	}
	if m.unit.DropDeletes && mayRetract(files) {
		r.where = visible
	}
	sources, err := r.sources(ctx, files)
	if err != nil {
		return "", err
	}
	kept := sources[:0]
	for i, src := range sources {
		src.dead = orWords(slices.Clone(dead[i]), src.dead, src.rows)
		if src.dead == nil || countWords(src.dead) < src.rows {
			kept = append(kept, src)
		}
	}
	return r.text(ctx, kept)
}

// outdated marks the records that a newer one replaces.
func (m *merging) outdated(ctx context.Context, dead [][]uint64, sizes []int64, rewrite bool) error {
	text, err := m.keyRows(ctx, m.small, len(m.base))
	if err != nil {
		return err
	}
	small, err := m.keep(ctx, "keys", text)
	if err != nil {
		return err
	}
	if len(m.above) > 0 && usesVectors(m.schema) {
		words, err := m.meet(ctx, m.above, small)
		if err != nil {
			return err
		}
		m.strike(words)
	}
	if !rewrite {
		return nil
	}
	met, err := m.metRows(ctx, small)
	if err != nil {
		return err
	}
	if newestLast(m.rule, m.base, m.small) {
		if met != "" {
			if err := m.mark(ctx, "SELECT "+fileColumn+", "+rowColumn+" FROM ("+met+")", dead, sizes); err != nil {
				return err
			}
		}
		met = ""
		if len(m.small) == 1 {
			return nil
		}
	}
	candidates := small
	if met != "" {
		candidates = "(SELECT * FROM " + small + " UNION ALL " + met + ")"
	}
	return m.mark(ctx, fmt.Sprintf("SELECT %[1]s, %[2]s FROM (SELECT %[1]s, %[2]s, row_number() OVER (PARTITION BY %[3]s ORDER BY %[4]s DESC, %[1]s DESC) AS lt_n FROM %[5]s) WHERE lt_n > 1",
		fileColumn, rowColumn, identList(m.schema.KeyFields()), sequenceColumn, candidates), dead, sizes)
}

// metRows are the keys and places of base that small holds too; "" for none.
func (m *merging) metRows(ctx context.Context, small string) (string, error) {
	base := slices.DeleteFunc(slices.Clone(m.base), func(f scan.PlannedFile) bool {
		return !slices.ContainsFunc(m.small, func(x scan.PlannedFile) bool { return overlaps(&f, &x) })
	})
	if len(base) == 0 {
		return "", nil
	}
	text, err := m.keyRows(ctx, m.base, 0)
	return fmt.Sprintf("SELECT b.* FROM (%s) b SEMI JOIN %s k ON %s", text, small, joinOn("b", "k", m.schema.KeyFields())), err
}

// levelColumn is the level of a record's file.
const levelColumn = "_LT_LEVEL"

// byRule merges by the table's rule, and tells the changes. The answer is a
// SELECT of what becomes of the sections' records.
func (m *merging) byRule(ctx context.Context, rewrite bool) (string, error) {
	keys := m.schema.KeyFields()
	met, above := make([][]uint64, len(m.base)), make([][]uint64, len(m.above))
	if len(m.small) > 0 {
		text, err := m.keyRows(ctx, m.small, 0)
		if err != nil {
			return "", err
		}
		small := "(SELECT DISTINCT " + identList(keys) + " FROM (" + text + "))"
		if len(m.base)+len(m.above) > 0 {
			if small, err = m.keep(ctx, "keys", "SELECT DISTINCT "+identList(keys)+" FROM ("+text+")"); err != nil {
				return "", err
			}
		}
		if met, err = m.meet(ctx, m.base, small); err != nil {
			return "", err
		}
		if above, err = m.lookup(ctx, small); err != nil {
			return "", err
		}
	}
	out, err := m.rest(ctx, met)
	if err != nil || len(m.small) == 0 {
		return out, err
	}
	merged, err := m.candidates(ctx, met, above)
	if err != nil {
		return "", err
	}
	if m.tells() {
		if err := m.tell(ctx, merged); err != nil {
			return "", err
		}
	}
	if !rewrite {
		return "", nil
	}
	text := "SELECT " + m.columns() + " FROM " + merged.after
	if m.unit.DropDeletes {
		text += " WHERE " + visible
	}
	if out == "" {
		return text, nil
	}
	return out + " UNION ALL " + text, nil
}

// lookup finds the rows above that have a key of a fresh file.
func (m *merging) lookup(ctx context.Context, small string) ([][]uint64, error) {
	if len(m.above) == 0 {
		return nil, nil
	}
	fresh := m.freshFiles()
	if len(fresh) < len(m.small) {
		text, err := m.keyRows(ctx, fresh, 0)
		if err != nil {
			return nil, err
		}
		if small, err = m.keep(ctx, "fresh", "SELECT DISTINCT "+identList(m.schema.KeyFields())+" FROM ("+text+")"); err != nil {
			return nil, err
		}
	}
	words, err := m.meet(ctx, m.above, small)
	if err == nil && m.rule.Engine != merge.FirstRow { // there the row above stays
		m.strike(words)
	}
	return words, err
}

// columns are the table's columns, number and kind.
func (m *merging) columns() string {
	var out []string
	for _, f := range m.schema.Fields {
		out = append(out, duck.Ident(f.Name))
	}
	return strings.Join(append(out, sequenceColumn, kindColumn), ", ")
}

// rest is what of base is not merged; "" for nothing.
func (m *merging) rest(ctx context.Context, met [][]uint64) (string, error) {
	if len(m.base) == 0 {
		return "", nil
	}
	r, err := m.reads()
	if err != nil {
		return "", err
	}
	if m.unit.DropDeletes && mayRetract(m.base) {
		r.where = visible
	}
	sources, err := r.sources(ctx, m.base)
	if err != nil {
		return "", err
	}
	for i := range sources {
		sources[i].dead = orWords(slices.Clone(met[i]), sources[i].dead, sources[i].rows)
	}
	text, err := r.text(ctx, sources)
	return m.unexpired(text), err
}

func (m *merging) unexpired(text string) string {
	if keeps := m.expiry.keeps(); keeps != "" {
		return "SELECT * FROM (" + text + ") WHERE " + keeps
	}
	return text
}
