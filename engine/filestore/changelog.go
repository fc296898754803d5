package filestore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
)

// The options of changelogs that say nothing of rows that stay as they are.
const (
	optionRowDeduplicate       = "changelog-producer.row-deduplicate"
	optionRowDeduplicateIgnore = "changelog-producer.row-deduplicate-ignore-fields"
)

// mergedRecords are records before and after their merge: FROM texts with the
// table's columns, number and kind; before has levelColumn too.
type mergedRecords struct{ before, after string }

// candidates gathers the records that are merged, with their levels, and merges
// them.
//
// Where fresh records are looked up, a record above level 0 holds all that the
// levels above it say of its key: of these only the lowest counts.
func (m *merging) candidates(ctx context.Context, met, above [][]uint64) (mergedRecords, error) {
	var parts []string
	add := func(files []scan.PlannedFile, words [][]uint64) error {
		text, err := m.levelled(ctx, files, words)
		if text != "" {
			parts = append(parts, text)
		}
		return err
	}
	if err := add(m.small, nil); err != nil {
		return mergedRecords{}, err
	}
	if err := add(m.base, met); err != nil {
		return mergedRecords{}, err
	}
	if err := add(m.above, above); err != nil {
		return mergedRecords{}, err
	}
	text := "SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + ")"
	by := identList(m.schema.KeyFields())
	if m.options.NeedsLookup && m.levels() > 1 {
		text += fmt.Sprintf(" QUALIFY %[1]s = 0 OR %[1]s = min(%[1]s) FILTER (%[1]s > 0) OVER (PARTITION BY %[2]s)", levelColumn, by)
	}
	if m.rule.Engine == merge.FirstRow && len(m.above) > 0 { // keys that are there already are no news
		text = fmt.Sprintf("SELECT * FROM (%s) QUALIFY max(%s) OVER (PARTITION BY %s) <= %d", text, levelColumn, by, m.unit.OutputLevel)
	}
	before, err := m.keep(ctx, "before", text)
	if err != nil {
		return mergedRecords{}, err
	}
	if len(parts) == 1 && len(scan.Sections(slices.Clone(m.small))) == len(m.small) && len(m.base) == 0 {
		return mergedRecords{before, before}, nil // no key twice
	}
	after, err := m.Store.merge(ctx, m.rule, "(SELECT "+m.columns()+" FROM "+before+")", mayRetract(m.small) || mayRetract(m.base) || mayRetract(m.above))
	if err != nil {
		return mergedRecords{}, err
	}
	if m.tells() || m.parts() > 1 {
		after, err = m.keep(ctx, "after", "SELECT "+m.columns()+" FROM "+after)
	}
	return mergedRecords{before, after}, err
}

// levels counts the levels above 0 that candidates come from.
func (m *merging) levels() int {
	met := map[int32]bool{}
	for _, files := range [][]scan.PlannedFile{m.small, m.base, m.above} {
		for i := range files {
			if level := files[i].Entry.File.Level; level > 0 {
				met[level] = true
			}
		}
	}
	return len(met)
}

// levelled reads records with the level of their file; words name the rows that
// are meant, nil is all.
func (m *merging) levelled(ctx context.Context, files []scan.PlannedFile, words [][]uint64) (string, error) {
	r, err := m.reads()
	if err != nil {
		return "", err
	}
	sources, err := r.sources(ctx, files)
	if err != nil {
		return "", err
	}
	levels := map[int32][]source{}
	for i, src := range sources {
		if words != nil {
			if words[i] == nil {
				continue
			}
			src.dead = inverted(words[i], src.rows)
		}
		level := files[i].Entry.File.Level
		levels[level] = append(levels[level], src)
	}
	var parts []string
	for level := range m.top + 1 {
		if len(levels[level]) == 0 {
			continue
		}
		text, err := r.text(ctx, levels[level])
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("SELECT %s, %d AS %s FROM (%s)", m.columns(), level, levelColumn, m.unexpired(text)))
	}
	return strings.Join(parts, " UNION ALL "), nil
}

// tell writes what became of each key that had a fresh record. before is the row
// that stood above level 0, or with full compaction at the highest level.
func (m *merging) tell(ctx context.Context, r mergedRecords) error {
	keys := m.schema.KeyFields()
	stood, fresh := levelColumn+" > 0", levelColumn+" = 0"
	if m.tellsFull() {
		stood, fresh = fmt.Sprintf("%s = %d", levelColumn, m.top), fmt.Sprintf("%s < %d", levelColumn, m.top)
	}
	firstRow := m.rule.Engine == merge.FirstRow // a first row never changes
	c := changes{after: "(SELECT " + m.columns() + " FROM " + r.after + ")", before: "(SELECT * FROM " + r.before + " WHERE " + stood + ")", retracts: true, keysAlike: firstRow}
	if r.after == r.before { // no key twice
		c.after = "(SELECT " + m.columns() + " FROM " + r.after + " WHERE " + fresh + ")"
	}
	if !firstRow {
		c.before = "(SELECT * FROM " + r.before + " WHERE " + stood + " AND " + visible + ")"
	}
	if len(m.freshFiles()) < len(m.small) { // not every key has news
		news := fmt.Sprintf("(SELECT DISTINCT %s FROM %s WHERE %s)", identList(keys), r.before, fresh)
		for _, side := range []*string{&c.after, &c.before} {
			*side = fmt.Sprintf("(SELECT x.* FROM %s x SEMI JOIN %s n ON %s)", *side, news, joinOn("x", "n", keys))
		}
	}
	return m.writeChanges(ctx, c)
}

// tellLast tells the changes where the newest record of a key simply is the row.
// A join of the fresh records with the files of higher levels finds what stood
// there.
func (m *merging) tellLast(ctx context.Context) error {
	fresh := m.freshFiles()
	if len(fresh) == 0 {
		return nil
	}
	after, err := m.records(ctx, fresh, nil)
	if err != nil {
		return err
	}
	if len(scan.Sections(slices.Clone(fresh))) < len(fresh) { // a key may stand twice
		after = "SELECT * FROM " + mergeSQL(m.rule, "("+after+")", true)
	}
	c := changes{after: "(" + after + ")", retracts: mayRetract(fresh), keysAlike: true}
	if c.before, err = m.standing(ctx, fresh); err != nil {
		return err
	}
	return m.writeChanges(ctx, c)
}

// standing reads the rows that stood where fresh records go, of each key the one
// of the lowest level, and a few others; "" when there are none. Where the fresh
// ones are few, these rows stand far apart: they are gathered before the join, for
// all that comes after it costs by the batch.
func (m *merging) standing(ctx context.Context, fresh []scan.PlannedFile) (string, error) {
	levels := map[int32]bool{}
	var files []scan.PlannedFile
	for _, f := range append(m.all(), m.above...) {
		if !m.fresh(f.Entry.File.Level) && slices.ContainsFunc(fresh, func(x scan.PlannedFile) bool { return overlaps(&f, &x) }) {
			files = append(files, f)
			levels[f.Entry.File.Level] = true
		}
	}
	if len(files) == 0 {
		return "", nil
	}
	var among *keySet
	if rowsOf(fresh)*2 <= rowsOf(files) {
		var err error
		if among, err = m.keySet(ctx, fresh); err != nil {
			return "", err
		}
	}
	text, err := m.records(ctx, files, func(r *rows) { r.levels, r.among = len(levels) > 1, among })
	if err != nil {
		return "", err
	}
	columns := identList(m.schema.Fields) + ", " + sequenceColumn
	if mayRetract(files) {
		columns += ", " + kindColumn
	}
	if len(levels) > 1 {
		columns += ", " + levelColumn
	}
	text = "SELECT " + columns + " FROM (" + text + ")"
	if among != nil {
		text = "WITH lt_stood AS MATERIALIZED (" + text + ") SELECT * FROM lt_stood"
	}
	if len(levels) > 1 {
		text = lowest(text, m.schema.KeyFields())
	}
	if mayRetract(files) {
		text = "SELECT * FROM (" + text + ") WHERE " + visible
	}
	return "(" + text + ")", nil
}

// changes are the rows before and after a merge that become changelog: FROM
// texts with the table's columns, number and kind.
//
//	before      after      changelog
//	none        a row      +I after
//	a row       none       -D before
//	a row       a row      -U before, +U after; nothing when they are equal and the table says so
type changes struct {
	after     string // deletions are none
	before    string // rows only; "" for none
	retracts  bool   // after may hold deletions, or miss keys of before
	keysAlike bool   // after has each key of before that counts
}

// writeChanges writes a changelog file. Each key is one row of a join and becomes
// as many lines as it has kinds, so that a -U and its +U stand together. The keys
// come as the join has them.
func (m *merging) writeChanges(ctx context.Context, c changes) error {
	text := fmt.Sprintf("SELECT %s0::TINYINT AS %s FROM %s", strings.TrimSuffix(m.columns(), kindColumn), kindColumn, c.after)
	if c.before != "" {
		text = m.joined(c)
	} else if c.retracts {
		text += " WHERE " + visible
	}
	files, err := m.w.run(ctx, run{
		from: text, partition: m.partition, bucket: m.bucket, total: m.total, level: m.unit.OutputLevel, changelog: true,
	})
	m.changelog = append(m.changelog, files...)
	return err
}

// joined is the changelog as a SELECT.
func (m *merging) joined(c changes) string {
	keys := m.schema.KeyFields()
	var sides, out []string
	add := func(name string, key bool) {
		i := len(out)
		sides = append(sides, fmt.Sprintf("a.%s AS lt_a%d", name, i))
		if key && c.keysAlike {
			out = append(out, fmt.Sprintf("lt_a%d AS %s", i, name))
			return
		}
		sides = append(sides, fmt.Sprintf("b.%s AS lt_b%d", name, i))
		out = append(out, fmt.Sprintf("CASE WHEN lt_kind IN (0, 2) THEN lt_a%[1]d ELSE lt_b%[1]d END AS %[2]s", i, name))
	}
	for _, f := range m.schema.Fields {
		add(duck.Ident(f.Name), isOneValue(f, keys))
	}
	add(sequenceColumn, false)
	join := "FULL"
	if c.keysAlike {
		join = "LEFT"
	}
	return fmt.Sprintf("SELECT %s, lt_kind AS %s FROM (SELECT %s, unnest(%s) AS lt_kind FROM %s a %s JOIN %s b ON %s)",
		strings.Join(out, ", "), kindColumn, strings.Join(sides, ", "), m.kinds(c), c.after, join, c.before, joinOn("a", "b", keys))
}

// kinds are the kinds of the lines that a key becomes, as a list.
func (m *merging) kinds(c changes) string {
	const none = "[]::TINYINT[]"
	list := func(kinds ...merge.RowKind) string {
		text := make([]string, len(kinds))
		for i, k := range kinds {
			text[i] = strconv.Itoa(int(k))
		}
		return "[" + strings.Join(text, ", ") + "]::TINYINT[]"
	}
	stood, is := "b."+sequenceColumn+" IS NOT NULL", "coalesce(a."+visible+", false)"
	if m.rule.Engine == merge.FirstRow {
		return fmt.Sprintf("CASE WHEN %s AND NOT (%s) THEN %s ELSE %s END", is, stood, list(merge.Insert), none)
	}
	text := "CASE"
	if c.retracts {
		text += fmt.Sprintf(" WHEN NOT %s THEN CASE WHEN %s THEN %s ELSE %s END", is, stood, list(merge.Delete), none)
	}
	text += fmt.Sprintf(" WHEN NOT (%s) THEN %s", stood, list(merge.Insert))
	if equal := m.equal(); equal != "" {
		text += fmt.Sprintf(" WHEN %s THEN %s", equal, none)
	}
	return text + " ELSE " + list(merge.UpdateBefore, merge.UpdateAfter) + " END"
}

// equal is the condition for updates to the same values, where the table wants
// none of them told; else "".
func (m *merging) equal() string {
	if !m.schema.Flag(optionRowDeduplicate) {
		return ""
	}
	ignored := map[string]bool{}
	for name := range strings.SplitSeq(m.schema.Options[optionRowDeduplicateIgnore], ",") {
		ignored[strings.TrimSpace(name)] = true
	}
	same := []string{"true"}
	for _, f := range m.schema.Fields {
		if !ignored[f.Name] {
			same = append(same, fmt.Sprintf("a.%[1]s IS NOT DISTINCT FROM b.%[1]s", duck.Ident(f.Name)))
		}
	}
	return strings.Join(same, " AND ")
}

// isOneValue tells a key column whose values are alike when they are equal: 0.0
// and -0.0 are not.
func isOneValue(f datatype.Field, keys []datatype.Field) bool {
	return f.Type.Kind != datatype.Float && f.Type.Kind != datatype.Double &&
		slices.ContainsFunc(keys, func(k datatype.Field) bool { return k.ID == f.ID })
}
