package session_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAlterTable changes one table step by step: files of every schema are read
// as the newest one says.
func TestAlterTable(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT, name STRING, r STRUCT<x: INT, y: STRING>, list ARRAY<STRUCT<p: INT>>, m MAP<STRING, INT>)", nil)
	for _, step := range []struct{ name, dialect, text, query, want string }{
		{"rows of schema 0", "spark", "INSERT INTO t VALUES (1, 'a', named_struct('x', 1, 'y', 'p'), array(named_struct('p', 5)), map('k', 7))", "SELECT id, name, r.x, list[0].p, m['k'] FROM t", "1|a|1|5|7"},
		{"a new column is null in old rows", "spark", "ALTER TABLE t ADD COLUMN score INT COMMENT 'points'; INSERT INTO t SELECT 2, 'b', r, list, m, 10 FROM t", "SELECT id, score FROM t ORDER BY id", "1|NULL 2|10"},
		{"first and after, several at once", "spark", "ALTER TABLE t ADD COLUMNS (a INT FIRST, b STRING AFTER ID)", "DESCRIBE t", "a|int|NULL id|int|NULL b|string|NULL name|string|NULL r|struct<x:int,y:string>|NULL list|array<struct<p:int>>|NULL m|map<string,int>|NULL score|int|points"},
		{"types widen", "spark", "ALTER TABLE t ALTER COLUMN id TYPE BIGINT; ALTER TABLE t ALTER COLUMN Score TYPE DOUBLE", "SELECT id, score, typeof(id), typeof(score) FROM t ORDER BY id", "1|NULL|bigint|double 2|10.0|bigint|double"},
		{"types change to text", "spark", "ALTER TABLE t ALTER COLUMN score TYPE STRING", "SELECT score FROM t ORDER BY id", "NULL 10"},
		{"a renamed column keeps its values", "spark", "ALTER TABLE t RENAME COLUMN name TO title", "SELECT title FROM t ORDER BY id", "a b"},
		{"a column that comes again is empty", "spark", "ALTER TABLE t DROP COLUMN title; ALTER TABLE t ADD COLUMN title STRING", "SELECT title FROM t", "NULL NULL"},
		{"columns move", "spark", "ALTER TABLE t ALTER COLUMN title FIRST; ALTER TABLE t CHANGE COLUMN a AFTER b", "SHOW COLUMNS FROM t", "title id b a r list m score"},
		{"nested members", "spark", "ALTER TABLE t ADD COLUMN r.z DOUBLE; ALTER TABLE t ALTER COLUMN r.x TYPE BIGINT; ALTER TABLE t ADD COLUMN list.element.q STRING; ALTER TABLE t ALTER COLUMN m.value TYPE BIGINT",
			"SELECT r.x, r.z, typeof(r.x), list[0].p, list[0].q, m['k'] FROM t WHERE id = 1", "1|NULL|bigint|5|NULL|7"},
		{"Hive's way to rename and widen", "spark", "ALTER TABLE t CHANGE COLUMN b bb STRING COMMENT 'two' AFTER score", "DESCRIBE t bb", ""},
		{"comments", "spark", "ALTER TABLE t ALTER COLUMN bb COMMENT 'three'; COMMENT ON TABLE t IS 'the table'; ALTER TABLE t SET TBLPROPERTIES ('snapshot.num-retained.max' = '20', 'x' = 'y')", "SHOW TBLPROPERTIES t", "snapshot.num-retained.max|20 x|y"},
		{"options go", "spark", "ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('x', 'never')", "SHOW TBLPROPERTIES t", "snapshot.num-retained.max|20"},
		{"Flink's way", "flink", "ALTER TABLE t SET ('x' = 'z'); ALTER TABLE t ADD (f1 INT, f2 STRING COMMENT 'f' AFTER f1); ALTER TABLE t MODIFY f1 BIGINT; ALTER TABLE t RENAME f2 TO f3; ALTER TABLE t DROP (a)", "SHOW COLUMNS FROM t", "title id r list m score bb f1 f3"},
		{"StarRocks' way", "starrocks", "ALTER TABLE t ADD COLUMN s1 INT AFTER id, DROP COLUMN f3", "SHOW COLUMNS FROM t", "title id s1 r list m score bb f1"},
		{"what is there already", "spark", "ALTER TABLE t ADD COLUMN IF NOT EXISTS s1 INT; ALTER TABLE t DROP COLUMN IF EXISTS nothing", "SHOW COLUMNS FROM t", "title id s1 r list m score bb f1"},
		{"every schema is kept", "spark", "SELECT 1", "SELECT count(*) FROM `t$schemas`", "26"},
		{"the old snapshot reads as it was", "spark", "SELECT 1", "SELECT * FROM t VERSION AS OF 1", "1|a|{\"x\":1,\"y\":\"p\"}|[{\"p\":5}]|{\"k\":7}"},
		{"another name", "spark", "ALTER TABLE t RENAME TO u", "SELECT count(*) FROM u", "2"},
		{"another database", "spark", "CREATE DATABASE e; ALTER TABLE d.u RENAME TO e.t", "SELECT count(*) FROM e.t", "2"},
		{"partitions go", "spark", "CREATE TABLE p (v INT, dt STRING) PARTITIONED BY (dt); INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'); ALTER TABLE p DROP PARTITION (dt = 'a'), PARTITION (dt = 'b')", "SELECT v FROM p ORDER BY v", "3 4"},
		{"or are not there", "spark", "ALTER TABLE p DROP IF EXISTS PARTITION (dt = 'zz')", "SELECT v FROM p ORDER BY v", "3 4"},
	} {
		t.Run(step.name, func(t *testing.T) {
			l.run(t, s, step.dialect, step.text, nil)
			got := strings.Join(l.lines(t, s, "spark", step.query), " ")
			if step.want != "" {
				require.Equal(t, step.want, got)
			}
		})
	}
}

func TestAlterTableShowsThePlace(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE p (v INT, note STRING, dt STRING) PARTITIONED BY (dt); INSERT INTO p VALUES (1, 'x', 'a'); CREATE TABLE other (v INT)", nil)
	refuses(t, s, []refusal{
		{"ALTER TABLE p DROP COLUMN dt", "table.bad_change", "dt"},
		{"ALTER TABLE p DROP COLUMN nte", "sql.unknown_column", "nte"},
		{"ALTER TABLE p ADD COLUMN Note INT", "table.bad_change", "Note INT"},
		{"ALTER TABLE p ADD COLUMN w INT NOT NULL", "table.bad_change", "w INT NOT NULL"},
		{"ALTER TABLE p ALTER COLUMN note TYPE INT", "table.column_narrows", "ALTER COLUMN note TYPE INT"},
		{"ALTER TABLE p ALTER COLUMN note TYPE ARRAY<INT>", "table.column_cast", "ALTER COLUMN note TYPE ARRAY<INT>"},
		{"ALTER TABLE p ALTER COLUMN v SET NOT NULL", "table.bad_change", "ALTER COLUMN v SET NOT NULL"},
		{"ALTER TABLE p SET TBLPROPERTIES ('merge-engine' = 'x')", "table.fixed_option", "SET TBLPROPERTIES ('merge-engine' = 'x')"},
		{"ALTER TABLE p SET TBLPROPERTIES ('snapshot.num-retained.max' = 'x')", "table.bad_option", "SET TBLPROPERTIES ('snapshot.num-retained.max' = 'x')"},
		{"ALTER TABLE p SET TBLPROPERTIES ('bucket' = '4')", "table.bad_option", "SET TBLPROPERTIES ('bucket' = '4')"},
		{"ALTER TABLE p ADD COLUMN w INT DEFAULT 1 + 1", "sql.unsupported", "1 + 1"},
		{"ALTER TABLE p RENAME TO other", "table.exists", "other"},
		{"ALTER TABLE p RENAME TO nowhere.q", "table.unknown_database", "nowhere.q"},
		{"ALTER TABLE q RENAME TO p", "sql.unknown_table", "q"},
		{"ALTER TABLE p DROP PARTITION (dt = 'zz')", "table.unknown_partition", "dt = 'zz'"},
		{"ALTER TABLE p DROP PARTITION (v = 1)", "write.partition", "v = 1"},
		{"ALTER TABLE p DROP COLUMN note, DROP COLUMN v", "table.bad_schema", "v"},
	})
	require.Equal(t, []string{"v", "note", "dt"}, l.lines(t, s, "spark", "SHOW COLUMNS FROM p"), "nothing was changed")
}
