package session_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/soak"
)

// compactingSettings are tables of one content.
var compactingSettings = map[string]string{
	"never": "'bucket' = '1', 'write-only' = 'true'", "often": "'bucket' = '1', 'num-sorted-run.compaction-trigger' = '2'",
	"spread": "'bucket' = '3', 'num-sorted-run.compaction-trigger' = '3'", "lookup": "'bucket' = '1', 'changelog-producer' = 'lookup'",
	"full": "'bucket' = '2', 'changelog-producer' = 'full-compaction', 'full-compaction.delta-commits' = '3'", "vectors": "'bucket' = '1', 'deletion-vectors.enabled' = 'true'",
	"both": "'bucket' = '2', 'deletion-vectors.enabled' = 'true', 'deletion-vectors.bitmap64' = 'true', 'changelog-producer' = 'lookup'",
}

var compactingEngines = map[string]struct {
	options string
	deletes bool
}{
	"deduplicate":      {"", true},
	"a sequence":       {", 'sequence.field' = 's'", false},
	"partial update":   {", 'merge-engine' = 'partial-update'", false},
	"a sequence group": {", 'merge-engine' = 'partial-update', 'fields.s.sequence-group' = 'n,v'", false},
	// No deletions: until a compaction drops it, Java keeps the values of the deleted row for the next partial one.
	"removals":    {", 'merge-engine' = 'partial-update', 'partial-update.remove-record-on-delete' = 'true'", false},
	"aggregation": {", 'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum', 'fields.v.aggregate-function' = 'max', 'fields.s.aggregate-function' = 'last_value'", false},
	"first row":   {", 'merge-engine' = 'first-row'", false},
}

// The same statements leave the same rows whatever is compacted between them,
// and by whom: tables that never are, that are at each commit, with vectors, with
// changelogs, with more buckets, and by procedures at random moments.
func TestCompactionChangesNoRow(t *testing.T) {
	for seed := range soak.Seeds(t, soak.Pick(1, 1, 20)) {
		for name := range inShort(compactingEngines, "a sequence group") {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) { compactsAnytime(t, seed, name) })
		}
	}
}

func compactsAnytime(t *testing.T, seed uint64, name string) {
	t.Helper()
	engine := compactingEngines[name]
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d;", nil)
	var tables []string
	for _, setting := range slices.Sorted(maps.Keys(inShort(compactingSettings, "never", "full", "lookup"))) {
		options := compactingSettings[setting]
		if name == "first row" && (setting == "never" || setting == "vectors" || setting == "both" || setting == "full") {
			continue
		}
		tables = append(tables, setting)
		l.run(t, s, "spark", "CREATE TABLE "+setting+" (id INT, v STRING, n BIGINT, s INT) TBLPROPERTIES ('primary-key' = 'id', "+options+engine.options+")", nil)
	}
	r := rand.New(rand.NewPCG(seed, 5))
	for step := range long(14, 4) {
		text := ""
		for range 1 + r.IntN(6) {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("(%d, %s, %s, %d)", r.IntN(12), some(r, fmt.Sprintf("'v%d'", r.IntN(100))), some(r, fmt.Sprint(r.IntN(100))), r.IntN(4))
		}
		text = "INSERT INTO %[1]s VALUES " + text
		if engine.deletes && r.IntN(3) == 0 {
			text = fmt.Sprintf("DELETE FROM %%[1]s WHERE id IN (%d, %d)", r.IntN(12), r.IntN(12))
		}
		var want []string
		for i, table := range tables {
			l.run(t, s, "spark", fmt.Sprintf(text, table), nil)
			if table != "never" && r.IntN(4) == 0 {
				l.run(t, s, "spark", "CALL sys.compact(table => 'd."+table+"', compact_strategy => '"+[]string{"full", "minor"}[r.IntN(2)]+"')", nil)
			}
			got := l.lines(t, s, "spark", "SELECT * FROM "+table+" ORDER BY id")
			if i == 0 {
				want = got
			}
			require.Equal(t, want, got, "step %d: %s is not %s after %s", step, table, tables[0], text)
		}
	}
}

func some(r *rand.Rand, text string) string {
	if r.IntN(4) == 0 {
		return "NULL"
	}
	return text
}
