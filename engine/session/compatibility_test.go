package session_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
)

var update = flag.Bool("update", false, "write what the interchange tests found, and docs/compatibility.md")

// outcome is what came of a combination: "read", "write", "turns",
// "compaction", "changelog", "branch" are "yes"; a statement that is refused has
// its code; "pypaimon" is "yes", "refuses" or "other rows".
type outcome map[string]string

type outcomes map[string]outcome

// recorded is the file of the outcomes with one release of Paimon Java.
func recorded(release string) string {
	return filepath.Join("testdata", "compatibility", "paimon"+release+".json")
}

func thisRelease() string {
	if judge.Paimon2() {
		return "2"
	}
	return "1"
}

// hold requires that each outcome is the one that is recorded; -update writes
// them anew.
func (o outcomes) hold(t *testing.T) {
	t.Helper()
	path := recorded(thisRelease())
	have := readOutcomes(t, path)
	if *update {
		maps.Copy(have, o)
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		require.NoError(t, e.Encode(have))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if have[name] == nil {
			t.Logf("no outcome is recorded of %s: run with -update", name)
			continue
		}
		require.Equal(t, have[name], o[name], "%s: run with -update", name)
	}
}

func readOutcomes(t *testing.T, path string) outcomes {
	t.Helper()
	out := outcomes{}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return out
	}
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &out), path)
	return out
}

// TestCompatibilityPage holds docs/compatibility.md to what the interchange
// tests found; -update writes it.
func TestCompatibilityPage(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "compatibility.md")
	want := page(t)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "stale: go test ./engine/session -run TestCompatibilityPage -update")
}

// verbs are the columns of the page for one release of Paimon Java.
var verbs = []string{"read", "write", "turns", "compaction", "changelog"}

func page(t *testing.T) string {
	t.Helper()
	all := []outcomes{readOutcomes(t, recorded("1")), readOutcomes(t, recorded("2"))}
	var combinations []combination
	for i, row := range cover(features, compatible) {
		c := newCombination(i, row)
		combinations = append(combinations, c)
	}
	var b strings.Builder
	ran := [2]int{}
	for _, c := range combinations {
		for k, o := range all {
			if o[c.name] != nil {
				ran[k]++
			}
		}
	}
	fmt.Fprintf(&b, pageHead, len(combinations), ran[0], ran[1])
	for _, f := range features {
		fmt.Fprintf(&b, "\n| %s | read | written | in turns | compacted | changelog | Paimon 2: read | written | in turns | compacted | changelog | pypaimon reads |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n", f.name)
		for _, choice := range f.choices {
			var with []string
			for _, c := range combinations {
				if c.choice[f.name] == choice {
					with = append(with, c.name)
				}
			}
			fmt.Fprintf(&b, "| %s |", choice)
			for _, o := range all {
				for _, verb := range verbs {
					b.WriteString(" " + count(o, with, verb) + " |")
				}
			}
			b.WriteString(" " + count(all[0], with, "pypaimon") + " |\n")
		}
	}
	b.WriteString(refusedSection(combinations, all))
	return b.String()
}

// count is how often a verb was proved, as "12" or "3 of 12".
func count(o outcomes, names []string, verb string) string {
	yes, asked := 0, 0
	for _, name := range names {
		if v := o[name][verb]; v != "" {
			asked++
			if v == "yes" {
				yes++
			}
		}
	}
	switch {
	case asked == 0:
		return "–"
	case yes < asked:
		return fmt.Sprintf("%d of %d", yes, asked)
	}
	return fmt.Sprint(yes)
}

// refusedSection lists the statements that Laketop refuses, by what for.
func refusedSection(combinations []combination, all []outcomes) string {
	met := map[string]bool{}
	for _, o := range all {
		for _, c := range combinations {
			for _, word := range []string{"UPDATE", "DELETE"} {
				if code := o[c.name][word]; code != "" {
					met[fmt.Sprintf("| %s | merge engine %s | `%s` |\n", word, c.choice["merge engine"], code)] = true
				}
			}
		}
		for name, said := range o {
			if what, ok := strings.CutPrefix(name, "refused: "); ok {
				for word, code := range said {
					met[fmt.Sprintf("| %s | %s | `%s` |\n", word, what, code)] = true
				}
			}
		}
	}
	return pageRefused + strings.Join(slices.Sorted(maps.Keys(met)), "")
}

const pageHead = `# Compatibility

Written by ` + "`TestCompatibilityPage`" + ` (engine/session) from what the interchange tests ran; do not edit. Java is Paimon Java 1.4.2, and
Paimon 2.0.0 where a column says so; pypaimon is 2.1.0.

` + "`TestInterchangePairs`" + ` covers every pair of the choices below in %d tables; these numbers are of %d with Paimon 1 and %d with
Paimon 2. Each is written by Java and Laketop in turns, beside a twin that
Java alone writes; after each step both read the table as Java reads the twin, values and row kinds exactly. A number is how many tables
proved it; "3 of 12" means that pypaimon read three as Java does, and of the other nine neither ours nor Java's own. CI runs a seventh with each release of Paimon, ` + "`make soak`" + ` all.

- *read*: Java makes the table and writes, Laketop reads.
- *written*: Laketop inserts in SQL (every other table is made by it, with the schema that Java makes), Java reads.
- *in turns*: three rounds of each; Laketop inserts, updates and deletes where the merge engine takes it.
- *compacted*: Laketop compacts fully, Java writes on, Laketop writes on, Java compacts.
- *changelog*: what Java's streaming reader meets is the twin's, and Laketop's incremental read is Java's.

Spark takes no part in these tables: ` + "`TestTheSurfaceIsSparks`" + ` has Spark 3.5 with Paimon 0.9 run the statements that Laketop runs, also in turns on one
table, ` + "`TestSparkReadsTheEtl`" + ` has Spark 4 read the files of append tables as Java plans them. pypaimon only reads here.

Tables on a branch go on there from a tag; main stays, then fast-forwards, each done by Java and by Laketop in turns.
`

const pageRefused = `
## Refused by name

Before anything is written; ` + "`TestInterchangeRefusals` and `TestInterchangePairs`" + ` hold the code and that no file appears.

| statement | of | problem |
|---|---|---|
`
