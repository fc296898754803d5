package session_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

const allOfA = "SELECT id, name, score, dt FROM a ORDER BY id, name"

func TestChangesOfAppendTables(t *testing.T) {
	for name, options := range inShort(map[string]string{
		"plain": "", "partitioned": "PARTITIONED BY (dt)",
		"vectors":            "TBLPROPERTIES ('deletion-vectors.enabled' = 'true')",
		"vectors, 64 bits":   "PARTITIONED BY (dt) TBLPROPERTIES ('deletion-vectors.enabled' = 'true', 'deletion-vectors.bitmap64' = 'true')",
		"buckets":            "TBLPROPERTIES ('bucket' = '3', 'bucket-key' = 'id')",
		"buckets, partition": "PARTITIONED BY (dt) TBLPROPERTIES ('bucket' = '2', 'bucket-key' = 'id')",
	}, "vectors, 64 bits") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE a (id INT, name STRING, score DOUBLE, dt STRING) "+options+
				"; INSERT INTO a VALUES (1, 'one', 1.5, 'x'), (2, 'two', NULL, 'x'); INSERT INTO a VALUES (3, NULL, 3.5, 'y'), (4, 'four', 4.5, 'z')", nil)
			l.changes(t, s, append(slices.Clone(changeSteps), []changes{
				{"a key that comes twice is two rows", "INSERT INTO a VALUES (12, 'again', 0.0, 'q')", -1, "SELECT count(*) FROM a WHERE id = 12", "2"},
				{"the snapshot before is still there", "SELECT 1", -1, "SELECT id, name FROM a VERSION AS OF 2 ORDER BY id", "1|one 2|two 3|NULL 4|four"},
				{"every row goes", "DELETE FROM a", 7, allOfA, ""},
				{"and again", "DELETE FROM a", 0, allOfA, ""},
			}...))
		})
	}
}

// changeSteps leave seven rows.
var changeSteps = []changes{
	{"update by a condition", "UPDATE a SET score = score + 1, name = upper(name) WHERE id >= 3", 2, allOfA, "1|one|1.5|x 2|two|NULL|x 3|NULL|4.5|y 4|FOUR|5.5|z"},
	{"null is not true", "UPDATE a SET name = 'never' WHERE score > 1000 OR score = NULL", 0, allOfA, "1|one|1.5|x 2|two|NULL|x 3|NULL|4.5|y 4|FOUR|5.5|z"},
	{"all old values are read before", "UPDATE a AS t SET t.score = id, name = concat(name, '!', score) WHERE t.id = 1", 1, allOfA, "1|one!1.5|1.0|x 2|two|NULL|x 3|NULL|4.5|y 4|FOUR|5.5|z"},
	{"a subquery in the condition and in the value", "UPDATE a SET score = (SELECT max(score) FROM a) WHERE id IN (SELECT id FROM a WHERE name LIKE 't%')", 1, allOfA, "1|one!1.5|1.0|x 2|two|5.5|x 3|NULL|4.5|y 4|FOUR|5.5|z"},
	{"a correlated one", "UPDATE a SET name = 'top' WHERE NOT EXISTS (SELECT 1 FROM a b WHERE b.id > a.id)", 1, allOfA, "1|one!1.5|1.0|x 2|two|5.5|x 3|NULL|4.5|y 4|top|5.5|z"},
	{"every row, DEFAULT and d.a", "UPDATE d.a SET d.a.score = DEFAULT", 4, allOfA, "1|one!1.5|NULL|x 2|two|NULL|x 3|NULL|NULL|y 4|top|NULL|z"},
	{"delete by a condition", "DELETE FROM a AS t WHERE t.name IS NULL OR t.id = 1", 2, allOfA, "2|two|NULL|x 4|top|NULL|z"},
	{"delete by a subquery", "DELETE FROM a WHERE id = (SELECT min(id) FROM a)", 1, allOfA, "4|top|NULL|z"},
	{"merge: update, insert", "MERGE INTO a USING (VALUES (4, 'merged', 4.0, 'z'), (5, 'new', 5.0, 'w'), (6, 'six', 6.0, 'w')) AS s(id, name, score, dt) ON a.id = s.id AND a.dt = s.dt WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *", 3, allOfA, "4|merged|4.0|z 5|new|5.0|w 6|six|6.0|w"},
	{"merge: the first clause that holds", `MERGE INTO a t USING (SELECT id, dt, id * 10 AS v FROM a UNION ALL SELECT 7, 'w', 70 UNION ALL SELECT 8, 'w', 80) s ON t.id = s.id AND t.dt = s.dt
		WHEN MATCHED AND s.v = 40 THEN DELETE WHEN MATCHED AND s.v = 50 THEN UPDATE SET score = s.v, name = concat(t.name, '+') WHEN NOT MATCHED AND s.v > 70 THEN INSERT (id, dt, score) VALUES (s.id, 'w', s.v + 0.5)`, 3, allOfA, "5|new+|50.0|w 6|six|6.0|w 8|NULL|80.5|w"},
	{"merge: not matched by source", `MERGE INTO a USING (SELECT 6 AS id) s ON a.id = s.id WHEN NOT MATCHED BY SOURCE AND a.name IS NULL THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET score = score + 1`, 2, allOfA, "5|new+|51.0|w 6|six|6.0|w"},
	{"merge: deletes only, met twice", "MERGE INTO a USING (VALUES (5), (5)) s(k) ON a.id = s.k WHEN MATCHED THEN DELETE", 1, allOfA, "6|six|6.0|w"},
	{"merge: nothing happens", "MERGE INTO a USING (SELECT 99 AS k) s ON a.id = s.k WHEN MATCHED THEN DELETE", 0, allOfA, "6|six|6.0|w"},
	{"more rows", "INSERT INTO a VALUES (1, 'a', 1.0, 'p'), (2, 'b', 2.0, 'p'), (3, 'c', 3.0, 'p'), (4, 'd', 4.0, 'q'), (5, 'e', 5.0, 'r')", -1, "SELECT count(*) FROM a", "6"},
	{"a whole partition goes", "DELETE FROM a WHERE dt = 'r'", 1, "SELECT id FROM a ORDER BY id", "1 2 3 4 6"},
	{"two of them", "DELETE FROM a WHERE dt IN ('q', 'w')", 2, "SELECT id FROM a ORDER BY id", "1 2 3"},
	{"rows come back", "INSERT INTO a SELECT id + 10, name, score, 'q' FROM a", -1, "SELECT id FROM a ORDER BY id", "1 2 3 11 12 13"},
}

func TestChangesOfKeyedTables(t *testing.T) {
	for name, options := range inShort(map[string]string{
		"one bucket":          "TBLPROPERTIES ('primary-key' = 'id,dt', 'bucket' = '1')",
		"buckets, partitions": "PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '3')",
		"a changelog":         "TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '2', 'changelog-producer' = 'input')",
	}, "buckets, partitions") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE a (id INT, name STRING, score DOUBLE, dt STRING) "+options+
				"; INSERT INTO a VALUES (1, 'one', 1.5, 'x'), (2, 'two', NULL, 'x'); INSERT INTO a VALUES (3, NULL, 3.5, 'y'), (4, 'four', 4.5, 'z')", nil)
			l.changes(t, s, append(slices.Clone(changeSteps), []changes{
				{"a key that comes twice is one row", "INSERT INTO a VALUES (12, 'again', 0.0, 'q')", -1, "SELECT name FROM a WHERE id = 12", "again"},
				{"every row goes", "DELETE FROM a", 6, allOfA, ""},
				{"and again", "DELETE FROM a", 0, allOfA, ""},
			}...))
		})
	}
}

func TestChangesOfOtherEngines(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d;
		CREATE TABLE part (id INT, a STRING, b STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'partial-update', 'partial-update.remove-record-on-delete' = 'true');
		INSERT INTO part VALUES (1, 'x', NULL), (2, 'y', 'z'); INSERT INTO part VALUES (1, NULL, 'w')`, nil)
	l.changes(t, s, []changes{
		{"an update of one column", "UPDATE part SET a = 'changed' WHERE id = 1", 1, "SELECT * FROM part ORDER BY id", "1|changed|w 2|y|z"},
		{"a delete wipes the row", "DELETE FROM part WHERE id = 2", 1, "SELECT * FROM part ORDER BY id", "1|changed|w"},
		{"merge", "MERGE INTO part USING (SELECT 1 AS id UNION ALL SELECT 5) s ON part.id = s.id WHEN MATCHED THEN UPDATE SET b = 'm' WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)", 2, "SELECT * FROM part ORDER BY id", "1|changed|m 5|NULL|NULL"},
	})
}

func TestNestedAndTypedUpdates(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d;
		CREATE TABLE n (id BIGINT, r STRUCT<x: INT, y: STRUCT<z: STRING, w: DOUBLE>>, dec DECIMAL(10, 2), day DATE, at TIMESTAMP, c CHAR(3), list ARRAY<INT>);
		INSERT INTO n VALUES (1, named_struct('x', 1, 'y', named_struct('z', 'q', 'w', 2.5)), 1.25, DATE '2026-01-31', TIMESTAMP '2026-01-01 10:00:00', 'a', array(1, 2)), (2, NULL, NULL, NULL, NULL, NULL, NULL)`, nil)
	l.changes(t, s, []changes{
		{"members", "UPDATE n SET r.x = r.x + 1, r.y.z = 'new' WHERE id = 1", 1, "SELECT r FROM n WHERE id = 1", `{"x":2,"y":{"z":"new","w":2.5}}`},
		{"casts of INSERT", "UPDATE n SET dec = 7.126, day = add_months(day, 1), c = 'b', list = array(list[0], 9)", 2, "SELECT id, dec, day, c, list FROM n ORDER BY id", "1|7.13|2026-02-28|b  |[1,9] 2|7.13|NULL|b  |[null,9]"},
		{"an interval", "UPDATE n SET at = at + INTERVAL 1 DAY WHERE id = 1", 1, "SELECT at FROM n WHERE id = 1", "2026-01-02 10:00:00"},
		{"merge into members", "MERGE INTO n USING (SELECT 1 AS k, 'deep' AS v) s ON n.id = s.k WHEN MATCHED THEN UPDATE SET n.r.y.z = s.v", 1, "SELECT r.y.z FROM n WHERE id = 1", "deep"},
	})
}

func TestChangesShowThePlace(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE a (id INT, name STRING NOT NULL, score DOUBLE, r STRUCT<x: INT>); INSERT INTO a VALUES (1, 'a', 1, NULL), (2, 'b', 2, NULL);
		CREATE TABLE k (id INT, v INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1'); INSERT INTO k VALUES (1, 1), (2, 2);
		CREATE TABLE agg (id INT, v INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'aggregation', 'fields.v.aggregate-function' = 'sum'); INSERT INTO agg VALUES (1, 1);
		CREATE TABLE part (id INT, v INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'partial-update'); INSERT INTO part VALUES (1, 1);
		CREATE TABLE ign (id INT, v INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'ignore-delete' = 'true'); INSERT INTO ign VALUES (1, 1);
		CREATE VIEW w AS SELECT * FROM a`, nil)
	refuses(t, s, []refusal{
		{"UPDATE a SET nme = 'x'", "sql.unknown_column", "nme"},
		{"UPDATE a SET name = nme", "sql.unknown_column", "nme"},
		{"UPDATE a SET b.name = 'x'", "sql.unknown_column", "b.name"},
		{"UPDATE a SET score = 1, score = 2", "sql.syntax", "score = 2"},
		{"UPDATE a SET r.y = 1", "sql.unknown_column", "r.y = 1"},
		{"UPDATE a SET name.y = 1", "sql.types", "name.y = 1"},
		{"UPDATE a SET id = 'x'", "sql.execution", "id"},
		{"UPDATE a SET score = DATE '2026-01-01'", "sql.types", "score = DATE '2026-01-01'"},
		{"UPDATE a SET score = 1 WHERE sum(id) > 1", "sql.types", ""},
		{"UPDATE a SET name = NULL WHERE id = 1", "sql.execution", ""},
		{"UPDATE b SET x = 1", "sql.unknown_table", "b"},
		{"UPDATE w SET id = 1", "view.written", "w"},
		{"DELETE FROM a WHERE nme = 'x'", "sql.unknown_column", "nme"},
		{"DELETE FROM `a$snapshots`", "table.system", "`a$snapshots`"},
		{"UPDATE k SET id = 3", "dml.key_column", "id = 3"},
		{"UPDATE agg SET v = 1", "dml.merge_engine", "agg"},
		{"DELETE FROM agg WHERE v = 1", "dml.no_deletes", "agg"},
		{"DELETE FROM part WHERE v = 1", "dml.no_deletes", "part"},
		{"DELETE FROM ign WHERE v = 1", "dml.ignores_deletes", "ign"},
		{"MERGE INTO agg USING k ON agg.id = k.id WHEN MATCHED THEN UPDATE SET v = 2", "dml.merge_engine", "WHEN MATCHED THEN UPDATE SET v = 2"},
		{"MERGE INTO a USING (SELECT 1 AS id UNION ALL SELECT 1) s ON a.id = s.id WHEN MATCHED THEN UPDATE SET score = 0", "dml.cardinality", "a.id = s.id"},
		{"MERGE INTO k USING (SELECT 1 AS id UNION ALL SELECT 1) s ON k.id = s.id WHEN MATCHED AND s.id > 5 THEN DELETE", "dml.cardinality", "k.id = s.id"},
		{"MERGE INTO k USING (SELECT 9 AS id, 1 AS v) s ON k.v = s.v WHEN MATCHED THEN UPDATE SET *", "dml.key_column", "k.v = s.v"},
		{"MERGE INTO k USING (SELECT 9 AS other, 1 AS v) s ON k.v = s.v WHEN MATCHED THEN UPDATE SET *", "dml.no_source_column", "WHEN MATCHED THEN UPDATE SET *"},
		{"MERGE INTO a USING k ON a.id = k.idd WHEN MATCHED THEN DELETE", "sql.unknown_column", "idd"},
		{"MERGE INTO a USING k ON id = 1 WHEN MATCHED THEN DELETE", "sql.ambiguous_column", "id"},
		{"MERGE INTO a USING (a x JOIN k y ON x.id = y.id) ON a.id = x.id WHEN MATCHED THEN DELETE", "sql.unsupported", ""},
		{"MERGE INTO a USING k ON a.id = k.id WHEN NOT MATCHED THEN INSERT (id) VALUES (a.id)", "sql.unknown_column", "a"},
		{"MERGE INTO a USING k ON a.id = k.id WHEN NOT MATCHED BY SOURCE THEN UPDATE SET score = k.v", "sql.unknown_column", "k"},
	})
	require.Contains(t, refused(t, s, "DELETE FROM part WHERE v = 1").Hint("en"), "'partial-update.remove-record-on-delete' = 'true'")
	require.Equal(t, []string{"1|a|1.0", "2|b|2.0"}, l.lines(t, s, "spark", "SELECT id, name, score FROM a ORDER BY id"), "nothing was changed")
	require.Equal(t, []string{"1|1", "2|2"}, l.lines(t, s, "spark", "SELECT * FROM k ORDER BY id"))
}
