package session_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
)

const sparkRows = `VALUES (1, 'a', 1.5D, 10.25BD, DATE '2026-01-31', array(1, 2), CAST(NULL AS INT)), (2, NULL, NULL, -3.10BD, NULL, NULL, 7), (3, 'Ccc', -0.5D, NULL, DATE '1969-12-31', array(), 0),
	(4, '12', 1e10D, 0.00BD, DATE '2024-02-29', array(NULL), -5), (5, '', double('NaN'), 99999.99BD, DATE '2026-03-01', array(3), 2147483647) AS t(id, s, d, n, day, l, i)`

// sparkTypes are the columns of sparkRows.
var sparkTypes = [][2]string{{"id", "INT"}, {"s", "STRING"}, {"d", "DOUBLE"}, {"n", "DECIMAL(10,2)"}, {"day", "DATE"}, {"l", "ARRAY<INT>"}, {"i", "INT"}}

// TestUpdateMeansWhatSparkSelects holds UPDATE and DELETE to what Spark computes
// for the same expressions in a SELECT: what is set where the condition is true,
// what is left elsewhere.
func TestUpdateMeansWhatSparkSelects(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	l := newLake(t)
	s := l.session(t)
	spark := judge.Spark(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	require.Empty(t, spark.Run(t, "CREATE OR REPLACE TEMPORARY VIEW t AS SELECT id, s, d, CAST(n AS DECIMAL(10,2)) AS n, day, l, i FROM "+sparkRows)[0].Message)
	cases := []struct {
		set   map[string]string
		where string
	}{
		{map[string]string{"d": "d / 3"}, "id > 1"},
		{map[string]string{"n": "n * 1.5", "i": "i + 1"}, "i < 100 OR n IS NULL"},
		{map[string]string{"s": "concat(s, '-', id)"}, "s <> ''"},
		{map[string]string{"s": "upper(substring(s, 1, 2))", "d": "round(d, 1)"}, "NOT (d > 0)"},
		{map[string]string{"day": "add_months(day, 1)"}, "day >= '2024-01-01'"},
		{map[string]string{"i": "size(l)", "l": "array_append(l, id)"}, "l IS NOT NULL"},
		{map[string]string{"i": "CASE WHEN i > 0 THEN 1 WHEN i < 0 THEN -1 END"}, "i IN (SELECT max(i) FROM t UNION ALL SELECT min(i) FROM t)"},
		{map[string]string{"s": "(SELECT max(s) FROM t)"}, "EXISTS (SELECT 1 FROM t o WHERE o.id = t.id + 1 AND o.n IS NULL)"},
		{map[string]string{"n": "d"}, "d < 100"},
		{map[string]string{"d": "n", "n": "i"}, "id NOT IN (1, 5)"},
		{map[string]string{"d": "coalesce(d, 0) + nullif(i, 0)"}, "true"},
		{map[string]string{"s": "id"}, "s LIKE '%c' OR s RLIKE '^[0-9]+$'"},
		{map[string]string{"i": "i DIV 2", "d": "i % 4"}, "i <=> NULL OR i <> 2147483647"},
		{map[string]string{"s": "date_format(day, 'yyyy/MM')"}, "day BETWEEN DATE '1900-01-01' AND DATE '2024-12-31'"},
		{map[string]string{"i": "NULL"}, "isnan(d)"},
	}
	questions := make([]string, 0, 2*len(cases))
	for _, c := range cases {
		questions = append(questions, spread(c.set, c.where), "SELECT * FROM t WHERE NOT coalesce("+c.where+", false)")
	}
	answers := spark.Run(t, questions...)
	for k, c := range cases {
		t.Run(c.where, func(t *testing.T) {
			l.run(t, s, "spark", "CREATE OR REPLACE TABLE t AS SELECT id, s, d, CAST(n AS DECIMAL(10,2)) AS n, day, l, i FROM "+sparkRows, nil)
			var set []string
			for column, x := range c.set {
				set = append(set, column+" = "+x)
			}
			l.run(t, s, "spark", "UPDATE t SET "+strings.Join(set, ", ")+" WHERE "+c.where, nil)
			require.Equal(t, sparkLines(t, answers[2*k]), sorted(l.lines(t, s, "spark", "SELECT * FROM t")), "UPDATE SET %v", set)
			l.run(t, s, "spark", "CREATE OR REPLACE TABLE t AS SELECT id, s, d, CAST(n AS DECIMAL(10,2)) AS n, day, l, i FROM "+sparkRows+"; DELETE FROM t WHERE "+c.where, nil)
			require.Equal(t, sparkLines(t, answers[2*k+1]), sorted(l.lines(t, s, "spark", "SELECT * FROM t")), "DELETE")
		})
	}
}

// spread is UPDATE as a SELECT.
func spread(set map[string]string, where string) string {
	items := make([]string, len(sparkTypes))
	for i, c := range sparkTypes {
		items[i] = c[0]
		if x, ok := set[c[0]]; ok {
			items[i] = fmt.Sprintf("CASE WHEN %s THEN CAST(%s AS %s) ELSE %s END AS %s", where, x, c[1], c[0], c[0])
		}
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM t"
}

func sparkLines(t *testing.T, a judge.SparkAnswer) []string {
	t.Helper()
	require.Empty(t, a.Error, a.Message)
	out := make([]string, len(a.Rows))
	for i, row := range a.Rows {
		out[i] = strings.Join(row, "|")
	}
	return sorted(out)
}

// TestMergeMeansWhatSparkJoins holds MERGE to Spark's full outer join of the
// same tables.
func TestMergeMeansWhatSparkJoins(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	const target = "VALUES (1, 10, 'a'), (2, NULL, 'b'), (3, 30, NULL), (4, 40, 'd'), (CAST(NULL AS INT), 50, 'e') AS t(id, v, s)"
	const source = "VALUES (2, 200, 'B'), (3, NULL, 'C'), (5, 500, NULL), (6, 600, 'F'), (NULL, 700, 'G') AS s(id, v, s)"
	l := newLake(t)
	s := l.session(t)
	spark := judge.Spark(t)
	for _, r := range spark.Run(t, "CREATE OR REPLACE TEMPORARY VIEW mt AS SELECT * FROM "+target, "CREATE OR REPLACE TEMPORARY VIEW ms AS SELECT * FROM "+source) {
		require.Empty(t, r.Error, r.Message)
	}
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE ms AS SELECT * FROM "+source, nil)
	const join = " FROM (SELECT *, true AS here FROM mt) t FULL OUTER JOIN (SELECT *, true AS here FROM ms) s ON "
	for _, tc := range []struct{ on, clauses, sql string }{
		{"t.id = s.id", "WHEN MATCHED THEN UPDATE SET v = s.v + t.v, s = concat(t.s, s.s) WHEN NOT MATCHED THEN INSERT *",
			"SELECT coalesce(t.id, s.id), CASE WHEN t.here AND s.here THEN s.v + t.v WHEN t.here THEN t.v ELSE s.v END, CASE WHEN t.here AND s.here THEN concat(t.s, s.s) WHEN t.here THEN t.s ELSE s.s END" + join + "t.id = s.id"},
		{"t.id <=> s.id", "WHEN MATCHED AND s.v > 600 THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED AND s.s IS NOT NULL THEN INSERT (id, s) VALUES (s.id + 100, lower(s.s))",
			"SELECT CASE WHEN t.here THEN t.id ELSE s.id + 100 END, CASE WHEN t.here AND s.here THEN s.v WHEN t.here THEN t.v END, CASE WHEN t.here AND s.here THEN s.s WHEN t.here THEN t.s ELSE lower(s.s) END" + join +
				"t.id <=> s.id WHERE NOT coalesce(t.here AND s.here AND s.v > 600, false) AND (t.here OR s.s IS NOT NULL)"},
		{"t.id = s.id AND t.v IS NOT NULL", "WHEN NOT MATCHED BY SOURCE AND t.id > 3 THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = -1",
			"SELECT t.id, CASE WHEN s.here THEN t.v ELSE -1 END, t.s" + join + "t.id = s.id AND t.v IS NOT NULL WHERE t.here AND NOT coalesce(s.here IS NULL AND t.id > 3, false)"},
		{"t.id = s.id - 1", "WHEN MATCHED AND t.v IS NULL THEN UPDATE SET t.v = DEFAULT, t.s = 'null' WHEN MATCHED AND t.v > 35 THEN UPDATE SET s = s.v WHEN NOT MATCHED THEN INSERT (v) VALUES (s.v)",
			"SELECT t.id, CASE WHEN t.here THEN t.v ELSE s.v END, CASE WHEN t.here AND s.here AND t.v IS NULL THEN 'null' WHEN t.here AND s.here AND t.v > 35 THEN CAST(s.v AS STRING) WHEN t.here THEN t.s END" + join + "t.id = s.id - 1"},
	} {
		t.Run(tc.on, func(t *testing.T) {
			l.run(t, s, "spark", "CREATE OR REPLACE TABLE mt AS SELECT * FROM "+target+"; MERGE INTO mt AS t USING ms AS s ON "+tc.on+" "+tc.clauses, nil)
			require.Equal(t, sparkLines(t, spark.Run(t, tc.sql)[0]), sorted(l.lines(t, s, "spark", "SELECT * FROM mt")))
		})
	}
}
