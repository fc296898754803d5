package session_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/notice"
)

// TestStatementsSayWhatTheyDid runs statements one after the other and reads
// what the last of each text says, in both languages.
func TestStatementsSayWhatTheyDid(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	cases := []struct{ text, en, zh string }{
		{"CREATE DATABASE d", "database d created", "已创建数据库 d"},
		{"CREATE DATABASE IF NOT EXISTS d", "database d is there already", "数据库 d 已存在"},
		{"USE d", "database d is in use", "当前数据库：d"},
		{"CREATE TABLE t (id INT, dt STRING) PARTITIONED BY (dt)", "table d.t created", "已创建表 d.t"},
		{"CREATE TABLE IF NOT EXISTS t (id INT)", "table d.t is there already", "表 d.t 已存在"},
		{"INSERT INTO t VALUES (1, 'a')", "1 row written to d.t", "已向 d.t 写入 1 行"},
		{"INSERT INTO t SELECT id, 'b' FROM range(1200)", "1,200 rows written to d.t", "已向 d.t 写入 1,200 行"},
		{"UPDATE t SET id = 2 WHERE id = 1 AND dt = 'a'", "1 row updated in d.t", "已更新 d.t 的 1 行"},
		{"DELETE FROM t WHERE id < 0", "0 rows deleted in d.t", "已删除 d.t 的 0 行"},
		{"MERGE INTO t USING (SELECT 2 AS id, 'a' AS dt UNION ALL SELECT -1, 'c') AS s ON t.id = s.id AND t.dt = s.dt WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT *",
			"d.t: 0 rows updated, 1 deleted, 1 inserted", "d.t：更新 0 行，删除 1 行，插入 1 行"},
		{"SELECT 1", "", ""},
		{"REFRESH TABLE t", "the lake is read fresh at every statement", "每条语句都读取最新数据，无需刷新"},
		{"TRUNCATE TABLE t PARTITION (dt = 'c')", "d.t emptied where dt = 'c'", "已清空 d.t 中 dt = 'c' 的数据"},
		{"ALTER TABLE t DROP PARTITION (dt = 'b')", "1 partition dropped from d.t", "已删除 d.t 的 1 个分区"},
		{"CREATE TEMPORARY VIEW v AS SELECT 1 AS a", "temporary view v created", "已创建临时视图 v"},
		{"DROP VIEW v", "view v dropped", "已删除视图 v"},
		{"DROP VIEW IF EXISTS v", "there was no view d.v", "原本没有视图 d.v"},
		{"CREATE VIEW v AS SELECT 1 AS a", "view d.v created", "已创建视图 d.v"},
		{"CREATE OR REPLACE VIEW v AS SELECT 2 AS a", "view d.v replaced", "已替换视图 d.v"},
		{"CREATE VIEW IF NOT EXISTS v AS SELECT 3 AS a", "view d.v is there already", "视图 d.v 已存在"},
		{"SET x = 1; RESET x", "x is as it was at the start", "x 已恢复为初始值"},
		{"ALTER TABLE t RENAME TO u", "table d.t is d.u now", "表 d.t 已改名为 d.u"},
		{"TRUNCATE TABLE u", "table d.u emptied", "已清空表 d.u"},
		{"ALTER TABLE IF EXISTS t ADD COLUMN c INT", "there was no table d.t", "原本没有表 d.t"},
		{"CREATE OR REPLACE TABLE u (id INT)", "table d.u replaced", "已替换表 d.u"},
		{"ANALYZE TABLE u COMPUTE STATISTICS", "d.u has no rows yet", "d.u 还没有数据"},
		{"DROP TABLE u", "table d.u dropped", "已删除表 d.u"},
		{"DROP TABLE IF EXISTS u", "there was no table d.u", "原本没有表 d.u"},
		{"DROP DATABASE d CASCADE", "database d dropped", "已删除数据库 d"},
		{"DROP DATABASE IF EXISTS d", "there was no database d", "原本没有数据库 d"},
	}
	if !testing.Short() {
		cases = append(cases, []struct{ text, en, zh string }{
			{"CREATE DATABASE d; USE d; CREATE TABLE t (id INT, n INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'write-only' = 'true', 'merge-engine' = 'first-row'); INSERT INTO t VALUES (1, 1)",
				"1 row written to d.t; readers see them after a compaction: CALL sys.compact(table => 'd.t')", "已向 d.t 写入 1 行；压缩合并后才能读到：CALL sys.compact(table => 'd.t')"},
			{"INSERT INTO t VALUES (2, 2); CALL sys.compact(table => 'd.t', dry_run => true)", "dry run: 2 files of d.t would be merged", "试运行：将合并 d.t 的 2 个文件"},
			{"OPTIMIZE t", "d.t: 2 files became 1", "d.t：2 个文件合并为 1 个"},
			{"OPTIMIZE t", "d.t is compact already", "d.t 无需压缩合并"},
			{"CALL sys.compact_database(including_databases => 'd')", "d.t is compact already", "d.t 无需压缩合并"},
			{"ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS id", "d.t: 2 rows, 1 column counted", "d.t：2 行，已统计 1 列"},
			{"CALL sys.create_tag(table => 'd.t', tag => 'a', snapshot => 2)", "tag a of d.t set", "已设置 d.t 的标签 a"},
			{"CALL sys.create_branch('d.t', 'b')", "branch b of d.t created", "已创建 d.t 的分支 b"},
			{"CALL sys.delete_tag(table => 'd.t', tag => 'a')", "1 tag of d.t deleted, 0 files removed", "已删除 d.t 的 1 个标签，移除 0 个文件"},
			{"VACUUM t RETAIN 0 HOURS DRY RUN", "dry run: 3 snapshots of d.t expired, 8 files removed", "试运行：d.t 的 3 个快照已过期，移除 8 个文件"},
		}...)
	}
	for _, tc := range cases {
		t.Run(tc.text, func(t *testing.T) {
			out := l.run(t, s, "spark", tc.text, nil)
			said := out[len(out)-1].Notices
			require.Equal(t, tc.en, notice.Text(said, "en"))
			require.Equal(t, tc.zh, notice.Text(said, "zh"))
		})
	}
}
