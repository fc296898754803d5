package fn_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/judge"
)

// argTypes are the types that each argument is tried with.
var argTypes = []struct{ name, sql string }{
	{"int", "7"}, {"double", "1.5D"}, {"decimal", "2.50BD"}, {"string", "'a'"}, {"binary", "X'61'"}, {"boolean", "true"},
	{"date", "DATE'2024-05-01'"}, {"timestamp", "TIMESTAMP'2024-05-01 01:00:00'"},
	{"array", "array(1, 2)"}, {"map", "map('k', 1)"}, {"struct", "named_struct('a', 1)"},
}

var askSpark = flag.Bool("spark", false, "with -rewrite: ask real Spark for testdata/oracle/argtypes.list anew (a quarter of an hour)")

const argTypesFile = "testdata/oracle/argtypes.list"

// TestArgumentTypesAreRefusedAsSparkDoes tries every function with arguments
// of every type: what Spark 4.0.1 refuses with DATATYPE_MISMATCH is refused,
// what it takes is taken, but for the deviations that the list's last column
// names. -rewrite writes that column anew, -rewrite -spark all of it.
//
// A line is a call, the argument that is replaced, the types that Spark
// refuses there, those it refuses for another reason, and our deviations.
func TestArgumentTypesAreRefusedAsSparkDoes(t *testing.T) {
	if *rewrite && *askSpark {
		askArgTypes(t)
	}
	if *rewrite {
		markDeviations(t)
	}
	f, err := os.Open(argTypesFile)
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	tried, deviations := 0, 0
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "\t")
		require.Len(t, parts, 5, lines.Text())
		refused, other, deviates := strings.Fields(parts[2]), strings.Fields(parts[3]), strings.Fields(parts[4])
		for i, query := range wrongTyped(t, parts[0], int(parts[1][0]-'0')) {
			name := argTypes[i].name
			if slices.Contains(other, name) {
				continue
			}
			tried++
			want := slices.Contains(refused, name)
			if slices.Contains(deviates, name) {
				want = !want
				deviations++
			}
			require.Equal(t, want, refuses(query), "%s: is it refused?", query)
		}
	}
	require.NoError(t, lines.Err())
	t.Logf("%d calls, %d deviations", tried, deviations)
}

// refuses tells whether the translator refuses a query for what it is made of.
func refuses(query string) bool {
	list, err := dialect.Parse(dialect.Spark, query, nil)
	if err != nil {
		return true
	}
	_, err = dialect.Translate(context.Background(), dialect.Spark, list[0], list[0].Node.(*ast.Query), scope{}, dialect.Options{
		TimeZone: "Asia/Shanghai", Now: time.Date(2024, 5, 6, 4, 0, 0, 0, time.UTC),
	})
	return err != nil
}

// callOf is the call that a query's only column is.
func callOf(call string) (*ast.Call, bool) {
	list, err := dialect.Parse(dialect.Spark, "SELECT "+call+" FROM agg", nil)
	if err != nil {
		return nil, false
	}
	q, ok := list[0].Node.(*ast.Query)
	if !ok {
		return nil, false
	}
	s, ok := q.Body.(*ast.Select)
	if !ok || len(s.Items) != 1 {
		return nil, false
	}
	c, ok := s.Items[0].X.(*ast.Call)
	return c, ok && len(c.Name) == 1 && len(c.Args) > 0
}

// wrongTyped are the queries of a call with one argument replaced by each type.
func wrongTyped(t testing.TB, call string, at int) []string {
	t.Helper()
	c, ok := callOf(call)
	require.True(t, ok, call)
	span := c.Args[at].Pos()
	query := "SELECT " + call + " FROM agg"
	out := make([]string, len(argTypes))
	for i, typ := range argTypes {
		out[i] = query[:span.Start] + typ.sql + query[span.End:]
	}
	return out
}

// askArgTypes takes one call of each function from golden.jsonl.
func askArgTypes(t *testing.T) {
	calls := map[string]string{}
	for _, a := range golden(t, "testdata/oracle/golden.jsonl") {
		c, ok := callOf(a.SQL)
		if a.Error != "" || !ok || len(c.Args) > 9 || refuses("SELECT "+a.SQL+" FROM agg") {
			continue
		}
		name := strings.ToLower(c.Name[0].Name)
		if before, ok := callOf(calls[name]); !ok || len(before.Args) < len(c.Args) {
			calls[name] = a.SQL
		}
	}
	spark := judge.Spark(t)
	made := spark.Run(t, `CREATE TEMP VIEW agg AS SELECT 1 AS id, 'a' AS k, 1 AS i, 10L AS l, 1.5D AS d, 1.10BD AS dec, 'x' AS s, true AS b,
		DATE'2024-05-01' AS dt, TIMESTAMP'2024-05-01 01:00:00' AS ts`)
	require.Empty(t, made[0].Error)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		c, _ := callOf(calls[name])
		for at := range c.Args {
			if _, ok := c.Args[at].(*ast.Lambda); ok {
				continue
			}
			var refused, other []string
			for i, a := range spark.Analyze(t, wrongTyped(t, calls[name], at)...) {
				switch {
				case strings.HasPrefix(a.Error, "DATATYPE_MISMATCH"):
					refused = append(refused, argTypes[i].name)
				case a.Error != "":
					other = append(other, argTypes[i].name)
				}
			}
			fmt.Fprintf(&out, "%s\t%d\t%s\t%s\t\n", calls[name], at, strings.Join(refused, " "), strings.Join(other, " "))
		}
	}
	require.NoError(t, os.WriteFile(argTypesFile, []byte(out.String()), 0o644))
}

// markDeviations writes the list's last column: where we do otherwise.
func markDeviations(t *testing.T) {
	text, err := os.ReadFile(argTypesFile)
	require.NoError(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var deviates []string
		for i, query := range wrongTyped(t, parts[0], int(parts[1][0]-'0')) {
			name := argTypes[i].name
			if !slices.Contains(strings.Fields(parts[3]), name) && slices.Contains(strings.Fields(parts[2]), name) != refuses(query) {
				deviates = append(deviates, name)
			}
		}
		out.WriteString(strings.Join(append(parts[:4], strings.Join(deviates, " ")), "\t") + "\n")
	}
	require.NoError(t, os.WriteFile(argTypesFile, []byte(out.String()), 0o644))
}
