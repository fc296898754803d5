package dialect_test

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/problem"
)

// TestCarets runs testdata/carets: texts that are wrong somewhere. Each answer
// must be a problem with a place; the file shows which.
func TestCarets(t *testing.T) {
	l := newLake(t)
	l.table(t, "game_db.users", "id bigint\nname string\ncity string\nborn date\ntags array<string>\naddress struct<city:string,zip:int>")
	l.table(t, "game_db.events", "id bigint\nuser_id bigint\nkind string\namount double\nat timestamp")
	n := 0
	datadriven.RunTest(t, "testdata/carets", func(t *testing.T, d *datadriven.TestData) string {
		n++
		text := strings.ReplaceAll(d.Input, "⏎", "\n")
		tr, err := l.translate(dialect.Dialect(d.Cmd), text, dialect.Params{"dt": "2024-05-06"})
		if err == nil {
			if _, _, err = l.rows(tr.SQL); err == nil {
				return "NO ERROR"
			}
			err = tr.Map.Error(err)
		}
		p, ok := problem.As(err)
		require.True(t, ok, "%v", err)
		require.NotNil(t, p.Span, "no place: %v", err)
		return p.Code + " " + p.Report("en")
	})
	require.GreaterOrEqual(t, n, 60)
}
