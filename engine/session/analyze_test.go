package session_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
)

// ANALYZE commits what it counted; later commits keep it until the schema
// changes, and Java goes on with the table.
func TestAnalyze(t *testing.T) {
	l := lakeAt(t, t.TempDir(), duck.Options{})
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE t (id INT, v STRING, x DOUBLE, at TIMESTAMP, l ARRAY<INT>) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1');
		INSERT INTO t VALUES (1, 'a', 1.5, TIMESTAMP '2026-01-01 10:00:00', NULL), (2, NULL, double('NaN'), NULL, array(1)); INSERT INTO t VALUES (1, 'bcd', 1e10D, TIMESTAMP '2026-01-02 10:00:00', NULL)`, nil)
	analyzed := func(want ...string) {
		t.Helper()
		require.Equal(t, want, l.lines(t, s, "spark", "SELECT snapshot_id, mergedRecordCount, mergedRecordSize > 0 FROM `t$statistics`"))
	}
	analyzed()
	out := l.run(t, s, "spark", "ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS", nil)
	require.EqualValues(t, 3, out[0].Writes[0].Snapshot)
	require.EqualValues(t, 2, out[0].Reads[0].Snapshot)
	analyzed("2|2|true")
	var columns map[string]map[string]any
	require.NoError(t, json.Unmarshal([]byte(l.lines(t, s, "spark", "SELECT colstat FROM `t$statistics`")[0]), &columns))
	require.Equal(t, map[string]map[string]any{
		"id": {"colId": 0.0, "distinctCount": 2.0, "min": "1", "max": "2", "nullCount": 0.0, "avgLen": 4.0, "maxLen": 4.0},
		"v":  {"colId": 1.0, "distinctCount": 1.0, "nullCount": 1.0, "avgLen": 3.0, "maxLen": 3.0},
		"x":  {"colId": 2.0, "distinctCount": 2.0, "min": "1.0E10", "max": "NaN", "nullCount": 0.0, "avgLen": 8.0, "maxLen": 8.0},
		"at": {"colId": 3.0, "distinctCount": 1.0, "min": "2026-01-02 02:00:00.000000", "max": "2026-01-02 02:00:00.000000", "nullCount": 1.0, "avgLen": 8.0, "maxLen": 8.0},
	}, columns)
	l.run(t, s, "spark", "INSERT INTO t VALUES (3, 'c', 0, NULL, NULL)", nil)
	analyzed("2|2|true")
	if !testing.Short() {
		java := judge.Java(t).At(l.dir+"/warehouse", "d")
		require.Equal(t, [][]any{{"2", "0", "2"}}, java.Read(t, "t$statistics", judge.Read{Columns: []string{"snapshot_id", "schema_id", "mergedRecordCount"}}).Rows)
		java.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{4, "d", nil, nil, nil})})
		java.Compact(t, "t", judge.Compact{Full: true})
		analyzed("2|2|true")
	}
	l.run(t, s, "spark", "ANALYZE TABLE t COMPUTE STATISTICS", nil)
	require.Equal(t, []string{"{}"}, l.lines(t, s, "spark", "SELECT colstat FROM `t$statistics`"))
	l.run(t, s, "spark", "ALTER TABLE t ADD COLUMN w INT; INSERT INTO t (id, w) VALUES (9, 9)", nil)
	analyzed()
	refuses(t, s, []refusal{
		{"ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS id, idd", "sql.unknown_column", "idd"},
		{"ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS l", "sql.unsupported", "l"},
		{"ANALYZE TABLE t COMPUTE STATISTICS NOSCAN", "sql.unsupported", "NOSCAN"},
		{"ANALYZE TABLE t PARTITION (id = 1) COMPUTE STATISTICS", "sql.unsupported", "PARTITION"},
		{"ANALYZE TABLE `t$files` COMPUTE STATISTICS", "table.system", "`t$files`"},
		{"ANALYZE TABLE u COMPUTE STATISTICS", "sql.unknown_table", "u"},
	})
}
