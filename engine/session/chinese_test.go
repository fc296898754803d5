package session_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// english is a run of words that no statement, option or name has.
var english = regexp.MustCompile(`\b[a-z]{2,} [a-z]{2,}\b`)

// TestMistakesAreToldInChinese runs texts that are wrong: the message is whole in
// either language, and the hint holds no English.
func TestMistakesAreToldInChinese(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT, m STRUCT<x: INT>, l ARRAY<STRUCT<x: INT>>, dt STRING) PARTITIONED BY (dt)", nil)
	keyed := "'primary-key' = 'id', 'bucket' = '1', 'merge-engine' = "
	l.run(t, s, "spark", "CREATE TABLE k (id INT, op STRING, n INT) TBLPROPERTIES ("+keyed+"'aggregation', 'rowkind.field' = 'op', 'fields.n.aggregate-function' = 'max'); INSERT INTO k VALUES (1, '+I', 5); "+
		"CREATE TABLE p (id INT, op STRING, c CHAR(3)) TBLPROPERTIES ("+keyed+"'partial-update', 'rowkind.field' = 'op'); CREATE TABLE f (id INT, op STRING) TBLPROPERTIES ("+keyed+"'first-row', 'rowkind.field' = 'op')", nil)
	for _, tc := range []struct{ text, en, zh string }{
		{"CREATE TABLE u (id INT) LOCATION '/u'", "LOCATION is not supported yet", "暂不支持：LOCATION"},
		{"CREATE TABLE u (id INT, d INT GENERATED ALWAYS AS (id + 1))", "a generated column is not supported yet", "生成列"},
		{"ALTER TABLE t ALTER COLUMN id SET DEFAULT rand()", "a default that is no constant is not supported yet", "非常量的默认值"},
		{"ALTER TABLE t ALTER COLUMN id SET DEFAULT 'a'", "the default 'a' does not fit column id INT", "默认值 'a' 与列 id（INT）不符"},
		{"ALTER TABLE t ALTER COLUMN m.x FIRST", "moving a member of a column is not supported yet", "移动列的成员字段"},
		{"ALTER TABLE t DROP PARTITION (dt)", "a partition to drop has a value for each column that it names", "要删除的分区中，每个列都要给出值"},
		{"ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS m", "statistics of a column of type struct<x:int> is not supported yet", "struct<x:int> 类型列的统计信息"},
		{"UPDATE t SET id = 1, id = 2", "column id gets two values", "列 id 被重复赋值"},
		{"UPDATE t SET m.x = 1, m.x = 2", "member x gets two values", "成员字段 x 被重复赋值"},
		{"SHOW CREATE TABLE `t$files`", "SHOW CREATE TABLE of a system table is not supported yet", "对系统表执行 SHOW CREATE TABLE"},
		{"CALL sys.create_tag('t', 'a', 1, 'long')", "argument time_retained cannot be long: it is a duration such as 7 d or 12 h", "参数 time_retained 不能为 long，应为：时长，例如 7 d 或 12 h"},
		{"CALL sys.rollback_to_timestamp('t', 'then')", "argument timestamp cannot be then: it is STRING, as 2026-01-01 00:00:00", "参数 timestamp 不能为 then，应为：STRING，例如 2026-01-01 00:00:00"},
		{"CALL sys.compact(table => 't', compact_strategy => 'most')", "argument compact_strategy cannot be most: it is full or minor", "参数 compact_strategy 不能为 most，应为：full 或 minor"},
		{"CALL sys.compact(table => 't', order_by => 'id')", "argument order_by cannot be id: it is given with order_strategy => 'order' or 'zorder' or 'hilbert'", "参数 order_by 不能为 id，应为：与 order_strategy => 'order' 或 'zorder' 或 'hilbert' 一同给出的列"},
		{"CALL sys.compact(table => 't', order_strategy => 'order', order_by => 'dt')", "argument order_by cannot be dt: it is columns other than those that partition the table", "参数 order_by 不能为 dt，应为：分区键以外的列"},
		{"SELECT * FROM parquet.`gone/[.parquet`", "gone/[.parquet cannot be read as a path pattern: syntax error in pattern", "无法把 gone/[.parquet 读作路径模式：模式的语法有误"},
		{"INSERT INTO k VALUES (2, 'x', 1)", "column op says the kind of each row (+I, -U, +U, -D), and one has x", "列 op 表示每行的变更类型（+I、-U、+U、-D），而有一行为 x"},
		{"INSERT INTO k SELECT CAST(NULL AS INT), '+I', 1", "column id is NOT NULL, and a row has no value for it", "列 id 为 NOT NULL，而有一行没有该列的值"},
		{"INSERT INTO p VALUES (1, '-D', 'a')", "a partial-update table takes -U and -D only with the option ignore-delete, partial-update.remove-record-on-delete, or with sequence groups", "使用序列组时，才接受 -U 和 -D"},
		{"INSERT INTO p VALUES (1, '+I', 'long')", "a text is longer than CHAR(3) allows", "有文本超出 CHAR(3) 允许的长度"},
		{"INSERT INTO f VALUES (1, '-U')", "a first-row table takes no -U and -D; set the option ignore-delete to pass them by", "first-row 表不接受 -U 和 -D"},
		{"INSERT INTO k VALUES (1, '-D', 5); SELECT * FROM k", "column n: the aggregate function max cannot take a value back, as a record of kind -D asks (-D deletes a row, -U is a row before its update)", "聚合函数 max 不能撤回值"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			p := refused(t, s, tc.text)
			require.Equal(t, tc.en, p.Message("en"))
			require.Contains(t, p.Message("zh"), tc.zh)
			require.NotRegexp(t, english, p.Message("zh"))
			require.NotRegexp(t, english, p.Hint("zh"))
		})
	}
}
