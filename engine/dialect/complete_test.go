package dialect_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
)

type names struct{}

func (names) Databases(context.Context) ([]string, error) { return []string{"game_db", "other"}, nil }

func (names) Tables(_ context.Context, db string) ([]dialect.CompletionTable, error) {
	switch db {
	case "":
		return []dialect.CompletionTable{{Name: "users"}, {Name: "events"}, {Name: "select", Database: "other db", View: true}}, nil
	case "game_db":
		return []dialect.CompletionTable{{Name: "users"}, {Name: "events"}}, nil
	}
	return nil, errors.New("no such database")
}

func (names) Columns(_ context.Context, parts []string) ([]dialect.Column, error) {
	switch parts[len(parts)-1] {
	case "users":
		return []dialect.Column{{Name: "id", Type: datatype.Of(datatype.BigInt)}, {Name: "city"}, {Name: "order"}}, nil
	case "events":
		return []dialect.Column{{Name: "user_id"}, {Name: "amount"}}, nil
	}
	return nil, errors.New("no such table")
}

func TestComplete(t *testing.T) {
	for name, tc := range map[string]struct {
		text string // | is the cursor
		want string // labels of all but keywords and functions
	}{
		"behind FROM stand tables and databases":      {"SELECT * FROM |", "events users select game_db other"},
		"a database's tables":                         {"SELECT * FROM game_db.|", "events users"},
		"the columns of a table named later":          {"SELECT | FROM users", "city id order users game_db other"},
		"a prefix":                                    {"SELECT ci| FROM users", "city"},
		"the columns of an alias":                     {"SELECT u.| FROM users u JOIN events e ON true", "city id order"},
		"the columns of both sides of a join":         {"SELECT a| FROM users u JOIN events e", "amount"},
		"the columns of a WITH query":                 {"WITH w AS (SELECT id AS uid, city FROM users) SELECT w.| FROM w", "city uid"},
		"a WITH query behind FROM":                    {"WITH w AS (SELECT 1 AS x) SELECT * FROM w|", "w"},
		"the columns of a subquery":                   {"SELECT s.| FROM (SELECT *, 1 AS one FROM events) s", "amount one user_id"},
		"inside a subquery only its own and outer":    {"SELECT 1 FROM users u WHERE EXISTS (SELECT | FROM events e)", "amount city id order user_id e u game_db other"},
		"outside a subquery not its relations":        {"SELECT am| FROM users WHERE id IN (SELECT user_id FROM events)", ""},
		"ORDER BY names entries of the list":          {"SELECT city AS town FROM users ORDER BY t|", "town"},
		"behind a comma of FROM stand tables":         {"SELECT 1 FROM users u, ev|", "events"},
		"behind a comma of the list stand columns":    {"SELECT id, ci| FROM users u", "city"},
		"behind USE stand databases":                  {"USE |", "game_db other"},
		"only the statement at the cursor":            {"SELECT * FROM events; SELECT am| FROM users; SELECT 1", ""},
		"an unfinished string ends what is looked at": {"SELECT c| FROM users WHERE city = 'x", "city"},
	} {
		t.Run(name, func(t *testing.T) {
			offset := strings.IndexByte(tc.text, '|')
			var got []string
			for _, c := range dialect.Complete(context.Background(), dialect.Spark, strings.Replace(tc.text, "|", "", 1), offset, names{}) {
				if c.Kind != dialect.KeywordCompletion && c.Kind != dialect.FunctionCompletion {
					got = append(got, c.Label)
				}
			}
			require.Equal(t, tc.want, strings.Join(got, " "))
		})
	}
}

func TestCompleteQuotesWhatNeedsIt(t *testing.T) {
	list := dialect.Complete(context.Background(), dialect.Spark, "SELECT ord FROM users", 10, names{})
	require.Equal(t, dialect.Completion{Label: "order", Insert: "`order`", Kind: dialect.ColumnCompletion}, list[0])
	list = dialect.Complete(context.Background(), dialect.Spark, "SELECT 1 FROM se", 16, names{})
	require.Equal(t, dialect.Completion{Label: "select", Insert: "`other db`.`select`", Kind: dialect.ViewCompletion, Detail: "other db"}, list[0])
	list = dialect.Complete(context.Background(), dialect.Spark, "SELECT lowe", 11, names{})
	require.Equal(t, "lower(", list[0].Insert)
}

func TestCompleteNamesTypesAsTheDialectDoes(t *testing.T) {
	for d, want := range map[dialect.Dialect]string{dialect.Spark: "bigint", dialect.Flink: "BIGINT", dialect.StarRocks: "bigint", dialect.DuckDB: "BIGINT"} {
		list := dialect.Complete(context.Background(), d, "SELECT i FROM users", 8, names{})
		require.Equal(t, dialect.Completion{Label: "id", Insert: "id", Kind: dialect.ColumnCompletion, Detail: want}, list[0], d)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add("SELECT a. FROM (SELECT * FROM t) x, y WHERE (", 9)
	f.Add("WITH w AS (SELECT 1 FROM w) SELECT * FROM w JOIN (SELECT", 30)
	f.Fuzz(func(_ *testing.T, text string, offset int) {
		dialect.Complete(context.Background(), dialect.Spark, text, offset, names{})
	})
}

func TestCheckReportsEveryBrokenStatement(t *testing.T) {
	list := dialect.Check(dialect.Spark, "SELECT 1;\nSELEC 2;\nSELECT 3 FORM t;\nSELECT 'x", nil)
	require.Len(t, list, 3)
	require.Equal(t, []int{2, 3, 4}, []int{list[0].Span.Line, list[1].Span.Line, list[2].Span.Line})
}
