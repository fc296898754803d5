package session_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// nullEngines are primary-key tables whose column a is, or becomes, NOT NULL.
var nullEngines = map[string]map[string]string{
	"deduplicate":    {},
	"input":          {"changelog-producer": "input"},
	"lookup":         {"changelog-producer": "lookup"},
	"vectors":        {"deletion-vectors.enabled": "true"},
	"partial update": {"merge-engine": "partial-update", "partial-update.remove-record-on-delete": "true"},
	"groups":         {"merge-engine": "partial-update", "fields.b.sequence-group": "a"},
	"aggregation":    {"merge-engine": "aggregation", "aggregation.remove-record-on-delete": "true"},
	"maxima":         {"merge-engine": "aggregation", "fields.a.aggregate-function": "max", "fields.a.ignore-retract": "true", "fields.b.ignore-retract": "true", "fields.op.ignore-retract": "true"},
}

// nullTable makes a table (id, a, b, op) whose rows say their kind in op.
func nullTable(t *testing.T, java judge.Lake, name, a, engine string) {
	t.Helper()
	options := map[string]string{"bucket": "1", "rowkind.field": "op", "alter-column-null-to-not-null.disabled": "false"}
	maps.Copy(options, nullEngines[engine])
	java.Create(t, name, judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", a, "b INT", "op STRING"), Primary: []string{"id"}, Options: options})
	java.Write(t, name, judge.Write{Rows: judge.Rows(judge.Row{1, 7, 1, "+I"}, judge.Row{2, 8, 1, "+I"})})
}

// TestDeletionsHoldNoNullAsJava: Paimon Java writes no row of any kind, deletions
// too, that holds NULL in a column that is NOT NULL, and neither does Laketop.
func TestDeletionsHoldNoNullAsJava(t *testing.T) {
	l := newLake(t)
	java := l.javaLake(t)
	s := l.session(t)
	for i, engine := range slices.Sorted(maps.Keys(nullEngines)) {
		name := fmt.Sprint("t", i)
		nullTable(t, java, name, "a INT NOT NULL", engine)
		before := l.lines(t, s, "spark", "SELECT * FROM db."+name+" ORDER BY id")
		for _, kind := range []string{"+I", "-U", "+U", "-D"} {
			answer := java.Ask(t, "write", name, judge.Write{Rows: judge.Rows(judge.Row{1, nil, 2, kind})})
			require.True(t, answer.IsRefused("Cannot write null to non-null column(a)"), "%s %s: %s", engine, kind, answer.Error)
			_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: fmt.Sprintf("INSERT INTO db.%s VALUES (1, NULL, 2, '%s')", name, kind)}, nil)
			require.ErrorContains(t, err, "column a is NOT NULL", "%s %s", engine, kind)
		}
		require.Equal(t, before, l.lines(t, s, "spark", "SELECT * FROM db."+name+" ORDER BY id"))
	}
}

// TestDeletionsOfNullsFromBeforeAsJava: NULL came into deletions while the column
// took it, then it became NOT NULL. What Java then reads and compacts, Laketop
// reads and compacts to the same; what Java refuses Laketop does.
func TestDeletionsOfNullsFromBeforeAsJava(t *testing.T) {
	l := newLake(t)
	java := l.javaLake(t)
	s := l.session(t)
	for i, engine := range slices.Sorted(maps.Keys(nullEngines)) {
		for _, known := range []bool{true, false} { // a deletion of a key that is there, or alone
			t.Run(fmt.Sprint(engine, ", known key ", known), func(t *testing.T) {
				names := []string{fmt.Sprintf("theirs%d_%t", i, known), fmt.Sprintf("ours%d_%t", i, known)}
				for _, name := range names {
					nullTable(t, java, name, "a INT", engine)
					id := 1
					if !known {
						id = 3
					}
					java.Write(t, name, judge.Write{Rows: judge.Rows(judge.Row{id, nil, 2, "-D"}), Options: map[string]string{"write-only": "true"}})
					java.Alter(t, name, judge.Change{Change: "nullable", Name: "a", To: "false"})
				}
				if engine == "groups" && known { // the deletion leaves NULL, and Java a row that it cannot give out
					require.Equal(t, []string{"1|NULL|2|+I", "2|8|1|+I"}, l.lines(t, s, "spark", "SELECT * FROM db."+names[1]+" ORDER BY id"))
				} else {
					same(t, l, s, java, names, "read")
				}
				theirs := java.Ask(t, "compact", names[0], judge.Compact{Full: true})
				files := filesOf(t, filepath.Join(l.dir, "warehouse", "db.db", names[1]))
				_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "CALL sys.compact(table => 'db." + names[1] + "')"}, nil)
				if err != nil {
					require.Equal(t, files, filesOf(t, filepath.Join(l.dir, "warehouse", "db.db", names[1])), "nothing is left over")
				}
				t.Logf("Java compacts: %.90s; Laketop: %v", theirs.Error, err)
				require.Equal(t, theirs.Error == "", err == nil, "compaction: %s, %v", theirs.Error, err)
				if theirs.Error == "" {
					same(t, l, s, java, names, "compacted")
				}
			})
		}
	}
}

// same has Java read the first table and both the second: the same rows, or
// refusals.
func same(t *testing.T, l *lake, s *session.Session, java judge.Lake, names []string, say string) {
	t.Helper()
	want := java.Ask(t, "read", names[0], judge.Read{})
	got := java.Ask(t, "read", names[1], judge.Read{})
	require.Equal(t, want.Error == "", got.Error == "", say)
	_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "SELECT * FROM db." + names[1]}, nil)
	t.Logf("%s: Java %v %.90s; Laketop %v", say, want.Rows, want.Error, err)
	if want.Error != "" {
		_, ok := problem.As(err)
		require.True(t, ok, "%s: Java refuses, Laketop says %v", say, err)
		return
	}
	require.NoError(t, err, say)
	require.Equal(t, sortedLines(t, want.Rows), sortedLines(t, got.Rows), say)
	require.Equal(t, sortedLines(t, want.Rows), sortedLines(t, l.values(t, s, "spark", "SELECT * FROM db."+names[1])), say)
}
