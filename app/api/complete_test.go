package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/app/api/gen"
)

func TestCompletion(t *testing.T) {
	b := start(t, nil)
	b.ask("POST", "/query", gen.QueryRequest{Dialect: "spark", Sql: `CREATE DATABASE game; CREATE DATABASE other;
		CREATE TABLE game.users (id BIGINT, city STRING); CREATE TABLE game.events (user_id BIGINT, amount DECIMAL(10, 2));
		CREATE TABLE other.stock (id INT, city_code STRING); CREATE VIEW game.rich AS SELECT user_id, amount AS money FROM game.events`}, 200, nil)
	for name, tc := range map[string]struct {
		text string // | is the cursor
		want string // kind:insert of all but keywords and functions
	}{
		"tables carry their database":           {"SELECT * FROM us|", "table:game.users"},
		"a database's tables and views":         {"SELECT * FROM game.|", "table:events table:users view:rich"},
		"the columns of an alias":               {"SELECT u.| FROM game.users u JOIN game.events e ON true", "column:city column:id"},
		"an alias itself":                       {"SELECT ev| FROM game.users u JOIN game.events evt ON true", "result:evt"},
		"the columns of a table without its db": {"SELECT ci| FROM stock", "column:city_code"},
		"the columns of a WITH query":           {"WITH w AS (SELECT id AS uid, city FROM game.users) SELECT w.| FROM w", "column:city column:uid"},
		"a WITH query behind FROM":              {"WITH wide AS (SELECT 1 AS x) SELECT * FROM wi|", "result:wide"},
		"the columns of a subquery":             {"SELECT s.| FROM (SELECT *, 1 AS one FROM game.events) s", "column:amount column:one column:user_id"},
		"a subquery does not leak":              {"SELECT am| FROM game.users WHERE id IN (SELECT user_id FROM game.events)", ""},
		"the columns of a view":                 {"SELECT m| FROM game.rich", "column:money"},
		"text in a string is no table":          {"SELECT am|, 'from game.events' FROM game.users", ""},
		"a table that is not there":             {"SELECT x| FROM nowhere.t", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var list []gen.Completion
			b.ask("POST", "/sql/complete", gen.CompleteRequest{Dialect: "spark", Sql: strings.Replace(tc.text, "|", "", 1), Offset: strings.IndexByte(tc.text, '|')}, 200, &list)
			got := []string{}
			for _, c := range list {
				if c.Kind != gen.CompletionKindKeyword && c.Kind != gen.CompletionKindFunction {
					got = append(got, string(c.Kind)+":"+c.Insert)
				}
			}
			require.Equal(t, tc.want, strings.Join(got, " "))
		})
	}
	var list []gen.Completion
	b.ask("POST", "/sql/complete", gen.CompleteRequest{Dialect: "flink", Sql: "SELECT a FROM game.events", Offset: 8}, 200, &list)
	require.Equal(t, gen.Completion{Label: "amount", Insert: "amount", Kind: gen.CompletionKindColumn, Detail: "DECIMAL(10, 2)"}, list[0])
	b.ask("POST", "/sql/complete", gen.CompleteRequest{Dialect: "spark", Sql: "", Offset: 900}, 200, &list)
	require.Equal(t, gen.CompletionKindDatabase, list[0].Kind)
}
