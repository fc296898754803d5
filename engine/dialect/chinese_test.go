package dialect_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/problem"
)

// prose is a run of English words that are no SQL.
var prose = regexp.MustCompile(`\b[a-z]+('s)? [a-z]{2,}\b`)

// mistake is the problem of a text that cannot be translated or run.
func (l *lake) mistake(t *testing.T, d, text string) *problem.Error {
	t.Helper()
	tr, err := l.translate(dialect.Dialect(d), text, nil)
	if err == nil {
		_, _, err = l.rows(tr.SQL)
		require.Error(t, err, text)
		err = tr.Map.Error(err)
	}
	p, ok := problem.As(err)
	require.True(t, ok, "%v", err)
	return p
}

// TestMistakesAreToldInChinese: the whole sentence and its hint, with what is
// checked while the query runs.
func TestMistakesAreToldInChinese(t *testing.T) {
	l := newLake(t)
	l.table(t, "t", "id bigint\nname string\ntags array<string>\n==\n(1, 'a', NULL)")
	for _, tc := range []struct{ dialect, text, zh, hint string }{
		{"spark", "SELECT id, FROM t", "语法错误：此处应为表达式，而不是 FROM", ""},
		{"spark", "SELECT (id FROM t", "语法错误：此处应为 )，而不是 FROM", ""},
		{"spark", "SELECT id name x FROM t", "语法错误：语句结束后出现了多余的 x：前面是否漏了 ; 或逗号？", ""},
		{"spark", "INSERT t SELECT 1", "语法错误：此处应为 INTO 或 OVERWRITE，而不是 t", ""},
		{"spark", "SELECT id FROM", "语法错误：此处应为表名，但语句到此结束", ""},
		{"spark", "SELECT 'a FROM t", "语法错误：字符串没有结束：缺少右引号 '", ""},
		{"spark", "SELECT id， name FROM t", "语法错误：这里有全角字符 ，：请写半角的 ,", ""},
		{"flink", `SELECT "id" FROM t`, "语法错误：Flink 没有双引号：字符串写作 'text'，名称写作 `name`", ""},
		{"spark", "CREATE FUNCTION f AS 'x'", "暂不支持：CREATE FUNCTION", "这里不运行自定义函数，请使用内置函数。"},
		{"spark", "DECLARE x INT", "暂不支持：DECLARE", "参数请写成 ${name}。"},
		{"starrocks", "CREATE TABLE u (a INT, b INT AS (a + 1))", "暂不支持：生成列", "请在视图中计算，或在写入该表的查询中计算。"},
		{"spark", "SELECT tags + 1 FROM t", "类型不符：+ 只用于数字，这里是 array<string>", ""},
		{"spark", "SELECT upper() FROM t", "类型不符：upper 需要 1 个参数，这里有 0 个", ""},
		{"spark", "SELECT size(id) FROM t", "类型不符：size 的第 1 个参数应为数组或 map，这里是 bigint", ""},
		{"spark", "SELECT date_add(current_date, tags) FROM t", "类型不符：date_add 的第 2 个参数应为不超过 32 位的整数，这里是 array<string>", ""},
		{"spark", "SELECT 1, 2 UNION ALL SELECT 1", "类型不符：UNION 两侧的列数必须相同：左侧 2 列，右侧 1 列", ""},
		{"spark", "SELECT id FROM t WHERE sum(id) > 1", "类型不符：WHERE 先于分组执行：对聚合结果的条件请写在 HAVING 中", ""},
		{"spark", "SELECT date_format(now(), 'YYYY')", "date_format：日期格式 \"YYYY\"：自 Spark 3.0 起不支持基于周的字母 Y；周可用 extract() 得到", ""},
		{"spark", "SELECT name RLIKE '(a' FROM t", "rlike：正则表达式 \"(a\" 在位置 2 处：( 缺少对应的 )", ""},
		{"spark", "SELECT element_at(array(id), 0) FROM t", "执行出错：element_at：位置从 1 开始", ""},
		{"spark", "SELECT from_utc_timestamp(now(), name) FROM t", "执行出错：没有时区 a", ""},
		{"spark", "SELECT name RLIKE concat('[', name) FROM t", "执行出错：lt_rlike：正则表达式 \"[a\" 在位置 2 处：[ 缺少对应的 ]", ""},
		{"spark", "SELECT date_format(now(), concat(name, 'z')) FROM t", "执行出错：lt_date_format：日期格式 \"az\"：不支持时区名称（字母 z）；可用 XXX、VV 和 O", ""},
		{"spark", "SELECT raise_error('no luck: 7 is no number') FROM t", "执行出错：no luck: 7 is no number", ""},
		{"spark", "SELECT name, count(*) FROM t", "执行出错：列 name 既不在 GROUP BY 中，也不在聚合函数中", ""},
		{"spark", "SELECT id FROM t WHERE row_number() OVER (ORDER BY id) = 1", "执行出错：WHERE 中不能使用窗口函数：请先在子查询中计算", ""},
		{"spark", "SELECT sum(sum(id)) FROM t", "类型不符：聚合函数不能嵌套：请先在子查询中计算内层", ""},
		{"spark", "SELECT 2147483647 + 1", "执行出错：2147483647 + 1 超出 INT 的范围", ""},
		{"spark", "SELECT (SELECT explode(array(1, 2)))", "执行出错：作为值使用的子查询返回了多行", ""},
		{"spark", "SELECT map('a', 1, 'a', 2)", "执行出错：map 中有重复的键", ""},
		{"spark", "SELECT id FROM (SELECT id, id FROM t)", "子查询 中有两列 id", "请用 AS 为其中一个另取名称。"},
		{"spark", "SELECT id FROM t a JOIN (SELECT 1 AS id)", "列 id 有歧义：a 和 子查询 都有它", "请写成 a.id 或 子查询.id。"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			p := l.mistake(t, tc.dialect, tc.text)
			require.Equal(t, tc.zh, p.Message("zh"), "%v", p)
			require.Equal(t, tc.hint, p.Hint("zh"))
		})
	}
}

// TestCaretsHoldNoEnglish: of the mistakes of TestCarets none shows English words
// in Chinese, DuckDB's own and those of the text itself aside.
func TestCaretsHoldNoEnglish(t *testing.T) {
	l := newLake(t)
	l.table(t, "game_db.users", "id bigint\nname string\ncity string\nborn date\ntags array<string>\naddress struct<city:string,zip:int>")
	l.table(t, "game_db.events", "id bigint\nuser_id bigint\nkind string\namount double\nat timestamp")
	datadriven.RunTest(t, "testdata/carets", func(t *testing.T, d *datadriven.TestData) string {
		p := l.mistake(t, d.Cmd, strings.ReplaceAll(d.Input, "⏎", "\n"))
		if p.Code != "sql.execution" || p.Args["what:"] != "sql.construct" {
			require.NotRegexp(t, prose, p.Message("zh"), d.Input)
			require.NotRegexp(t, prose, p.Hint("zh"), d.Input)
		}
		return d.Expected
	})
}
