package filestore

import (
	"context"
	"fmt"
	"slices"
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
	by := identList(scan.KeyFields(m.schema))
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
	if m.lastWins() && len(m.small) == 1 && newestLast(m.rule, append(slices.Clone(m.base), m.above...), m.small) {
		return mergedRecords{before, fmt.Sprintf("(SELECT * FROM %s WHERE %s = %d)", before, levelColumn, m.small[0].Entry.File.Level)}, nil
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

// tell writes what became of each key that had a fresh record:
//
//	before      after      changelog
//	none        a row      +I after
//	a row       none       -D before
//	a row       a row      -U before, +U after; nothing when they are equal and the table says so
//
// before is the row that stood above level 0, or with full compaction at the
// highest level.
func (m *merging) tell(ctx context.Context, r mergedRecords) error {
	keys := scan.KeyFields(m.schema)
	stood, fresh := levelColumn+" > 0", levelColumn+" = 0"
	if m.tellsFull() {
		stood, fresh = fmt.Sprintf("%s = %d", levelColumn, m.top), fmt.Sprintf("%s < %d", levelColumn, m.top)
	}
	after := "(SELECT * FROM " + r.after + " WHERE " + visible + ")"
	before := fmt.Sprintf("(SELECT * FROM %s WHERE %s AND %s)", r.before, stood, visible)
	if r.after == r.before { // nothing stood before
		after = fmt.Sprintf("(SELECT * FROM %s WHERE %s AND %s)", r.after, fresh, visible)
	}
	news := fmt.Sprintf("(SELECT DISTINCT %s FROM %s WHERE %s)", identList(keys), r.before, fresh)
	only := func(side string) string {
		if len(m.freshFiles()) == len(m.small) { // every key has news
			return ""
		}
		return " SEMI JOIN " + news + " n ON " + joinOn(side, "n", keys)
	}
	order, sameKey := []string{}, joinOn("a", "b", keys)
	for i, k := range keys {
		order = append(order, orderTerms(fmt.Sprintf("lt_k%d", i), k.Type)...)
	}
	text := fmt.Sprintf("SELECT %[1]s, %[2]s, CASE WHEN b.%[3]s IS NULL THEN 0 ELSE 2 END::TINYINT AS %[4]s, 1 AS lt_side, %[5]s FROM %[6]s a LEFT JOIN %[7]s b ON %[8]s%[9]s%[10]s",
		m.listed("a."), "a."+sequenceColumn, sequenceColumn, kindColumn, keyAliases("a.", keys), after, before, sameKey, only("a"), m.unequal("b."+sequenceColumn+" IS NULL"))
	text += " UNION ALL " + fmt.Sprintf("SELECT %[1]s, %[2]s, CASE WHEN a.%[3]s IS NULL THEN 3 ELSE 1 END::TINYINT AS %[4]s, 0 AS lt_side, %[5]s FROM %[6]s b LEFT JOIN %[7]s a ON %[8]s%[9]s%[10]s",
		m.listed("b."), "b."+sequenceColumn, sequenceColumn, kindColumn, keyAliases("b.", keys), before, after, sameKey, only("b"), m.unequal("a."+sequenceColumn+" IS NULL"))
	if m.rule.Engine == merge.FirstRow { // a first row never changes
		text = fmt.Sprintf("SELECT %s, a.%s, 0::TINYINT AS %s, 1 AS lt_side, %s FROM %s a ANTI JOIN (SELECT * FROM %s WHERE %s) b ON %s",
			m.listed("a."), sequenceColumn, kindColumn, keyAliases("a.", keys), after, r.before, stood, sameKey)
	}
	text = fmt.Sprintf("SELECT %s FROM (%s) ORDER BY %s, lt_side", m.columns(), text, strings.Join(order, ", "))
	files, err := m.w.run(ctx, run{
		from: text, partition: m.partition, bucket: m.bucket, total: m.total, level: m.unit.OutputLevel, changelog: true,
	})
	m.changelog = append(m.changelog, files...)
	return err
}

// listed are the table's columns.
func (m *merging) listed(of string) string {
	out := make([]string, len(m.schema.Fields))
	for i, f := range m.schema.Fields {
		out[i] = of + duck.Ident(f.Name)
	}
	return strings.Join(out, ", ")
}

// unequal is the condition that leaves out updates to the same values, where the
// table wants none of them.
func (m *merging) unequal(or string) string {
	if !m.schema.Flag(optionRowDeduplicate) {
		return ""
	}
	ignored := map[string]bool{}
	for name := range strings.SplitSeq(m.schema.Options[optionRowDeduplicateIgnore], ",") {
		ignored[strings.TrimSpace(name)] = true
	}
	differ := []string{or}
	for _, f := range m.schema.Fields {
		if !ignored[f.Name] {
			differ = append(differ, fmt.Sprintf("a.%[1]s IS DISTINCT FROM b.%[1]s", duck.Ident(f.Name)))
		}
	}
	return " WHERE " + strings.Join(differ, " OR ")
}

// keyAliases are the key columns by names that no column of a table has.
func keyAliases(of string, keys []datatype.Field) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = fmt.Sprintf("%s%s AS lt_k%d", of, duck.Ident(k.Name), i)
	}
	return strings.Join(out, ", ")
}
