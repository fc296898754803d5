package session_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCreateTableInThreeDialects(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	for _, tc := range []struct{ name, dialect, text, want string }{
		{"Spark: keys by option, in any case", "spark", "CREATE TABLE a (Id BIGINT, v STRING DEFAULT 'none' COMMENT 'text', dt STRING) USING paimon PARTITIONED BY (DT) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '2')",
			"CREATE TABLE d.a ( Id BIGINT NOT NULL, v STRING DEFAULT 'none' COMMENT 'text', dt STRING NOT NULL ) USING paimon PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,Id', 'bucket' = '2')"},
		{"Flink: a constraint", "flink", "CREATE TABLE b (id BIGINT, dt STRING, v INT, PRIMARY KEY (dt, id) NOT ENFORCED) PARTITIONED BY (dt) WITH ('bucket' = '1', 'merge-engine' = 'partial-update')",
			"CREATE TABLE d.b ( id BIGINT NOT NULL, dt STRING NOT NULL, v INT ) USING paimon PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '1', 'merge-engine' = 'partial-update')"},
		{"names in quotes", "spark", "CREATE TABLE d.`e.f` (v INT, `a b` INT) PARTITIONED BY (`a b`)", "CREATE TABLE d.`e.f` ( v INT, `a b` INT ) USING paimon PARTITIONED BY (`a b`)"},
		{"StarRocks: key and distribution", "starrocks", "CREATE TABLE c (id BIGINT, v INT) PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 3 PROPERTIES ('x' = 'y')",
			"CREATE TABLE d.c ( id BIGINT NOT NULL, v INT ) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '3', 'bucket-key' = 'id', 'x' = 'y')"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l.run(t, s, tc.dialect, tc.text, nil)
			name := strings.Fields(tc.text)[2]
			made := l.lines(t, s, "spark", "SHOW CREATE TABLE "+name)[0]
			require.Equal(t, tc.want, strings.Join(strings.Fields(made), " "), made)
			l.run(t, s, "spark", "DROP TABLE "+name+"; "+made, nil)
			require.Equal(t, made, l.lines(t, s, "spark", "SHOW CREATE TABLE "+name)[0], "what it shows makes the same table")
		})
	}
	l.run(t, s, "spark", "INSERT INTO a (Id, dt) VALUES (1, 'x'); INSERT INTO a VALUES (2, 'y', 'x')", nil)
	require.Equal(t, []string{"1|none", "2|y"}, l.lines(t, s, "spark", "SELECT id, v FROM a ORDER BY id"), "a default takes the place of a null")
	require.Contains(t, strings.Join(l.lines(t, s, "spark", "DESCRIBE EXTENDED a"), " "), `"primary-key":"dt,Id"`)
	require.Equal(t, []string{"col_name|v", "data_type|string", "comment|text"}, l.lines(t, s, "spark", "DESCRIBE a V"))
}

func TestCreateTableShowsThePlace(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE kept (a INT); INSERT INTO kept VALUES (1)", nil)
	refuses(t, s, []refusal{
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('merge-engine' = 'merge')", "table.bad_option", "'merge-engine' = 'merge'"},
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('x' = 'y', 'changelog-producer' = 'input')", "table.bad_option", "'changelog-producer' = 'input'"},
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('file.format' = 'parket')", "table.bad_option", "'file.format' = 'parket'"},
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('target-file-size' = 'many')", "table.bad_option", "'target-file-size' = 'many'"},
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('x' = 'y', 'bucket' = '0')", "table.bad_option", "'bucket' = '0'"},
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('bucket' = '-2')", "table.bad_option", "'bucket' = '-2'"},
		{"CREATE TABLE t (a INT) TBLPROPERTIES ('primary-key' = 'b')", "table.bad_schema", "t"},
		{"CREATE TABLE t (a INT, b INT) TBLPROPERTIES ('primary-key' = 'a', 'bucket' = '1', 'fields.b.aggregate-function' = 'nope', 'merge-engine' = 'aggregation')", "merge.function", "'fields.b.aggregate-function' = 'nope'"},
		{"CREATE TABLE t (a INT DEFAULT 1 + 1)", "sql.unsupported", "1 + 1"},
		{"CREATE TABLE t (a INT, b VARIANT)", "type.unsupported", "VARIANT"},
		{"CREATE TABLE t (a INT DEFAULT 'x')", "sql.types", "'x'"},
		{"CREATE OR REPLACE TABLE kept (a INT) TBLPROPERTIES ('primary-key' = 'a')", "table.bucket_mode_write", "kept"},
		{"CREATE OR REPLACE TABLE kept (a INT) TBLPROPERTIES ('file.format' = 'orc')", "table.file_format", "kept"},
	})
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT * FROM kept"), "the table that was not replaced")
}

func TestPartsOfATableAreNotTheTable(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CALL sys.create_branch('d.t', 'b')", nil)
	var list []refusal
	for _, text := range []string{
		"CREATE TABLE `t$new` (a INT)", "CREATE TABLE `new$files` (a INT)", "CREATE TABLE IF NOT EXISTS `t$branch_b` (a INT)", "CREATE TABLE `new$x` AS SELECT 1 AS a",
		"DROP TABLE `t$branch_b`", "DROP TABLE `t$snapshots`", "DROP TABLE IF EXISTS `t$nothing`", "CREATE VIEW `t$v` AS SELECT 1 AS a",
		"ALTER TABLE `t$branch_b` RENAME TO u", "ALTER TABLE t RENAME TO `t$u`",
	} {
		list = append(list, refusal{text, "table.part", "`" + strings.Split(text, "`")[1] + "`"})
	}
	list[8].marked = "u"
	for _, text := range []string{
		"INSERT INTO `t$snapshots` VALUES (1)", "INSERT OVERWRITE `t$ro` VALUES (1)", "TRUNCATE TABLE `t$files`", "ALTER TABLE `t$options` ADD COLUMN b INT",
		"ALTER TABLE `t$nothing` SET TBLPROPERTIES ('a' = 'b')", "UPDATE `t$ro` SET a = 2", "DELETE FROM `t$files`", "ANALYZE TABLE `t$files` COMPUTE STATISTICS",
		"OPTIMIZE `t$files`", "VACUUM `t$tags` RETAIN 1 HOURS",
	} {
		list = append(list, refusal{text, "table.system", "`" + strings.Split(text, "`")[1] + "`"})
	}
	refuses(t, s, append(list, refusal{"SHOW COLUMNS FROM `t$files`", "sql.unsupported", "`t$files`"},
		refusal{"CALL sys.compact(table => 'd.t$files')", "table.system", "'d.t$files'"}))
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT * FROM t"), "the table stands as it was")
	require.Equal(t, []string{"key|string|NULL", "value|string|NULL"}, l.lines(t, s, "spark", "DESCRIBE `t$options`"), "a system table has columns of its own")
	require.Equal(t, []string{"col_name|value", "data_type|string", "comment|NULL"}, l.lines(t, s, "spark", "DESCRIBE `t$branch_b$options` value"))
}
