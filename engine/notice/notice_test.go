package notice_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/notice"
	"laketop/engine/problem"
)

func TestEverySentenceIsInBothLanguages(t *testing.T) {
	for code, text := range notice.Catalogue() {
		require.NotEmpty(t, text["en"], code)
		require.NotEmpty(t, text["zh"], code)
		require.Len(t, text, 2, code)
		places := text.Places()
		for _, sentence := range text {
			require.Equal(t, places, problem.Text{"en": sentence}.Places(), "%s leaves out an argument in one language", code)
		}
		require.NotContains(t, problem.Catalogue(), code, "a code is a notice's or a problem's")
	}
}

func TestText(t *testing.T) {
	rows := func(n int) notice.Notice { return notice.New("rows.written", "table", "d.t", "rows", n) }
	for name, tc := range map[string]struct {
		said   []notice.Notice
		en, zh string
	}{
		"none":              {nil, "", ""},
		"no row":            {[]notice.Notice{rows(0)}, "0 rows written to d.t", "已向 d.t 写入 0 行"},
		"one row":           {[]notice.Notice{rows(1)}, "1 row written to d.t", "已向 d.t 写入 1 行"},
		"thousands":         {[]notice.Notice{rows(1234567)}, "1,234,567 rows written to d.t", "已向 d.t 写入 1,234,567 行"},
		"a snapshot is not": {[]notice.Notice{notice.New("tag.set_at", "table", "d.t", "tag", "v1", "snapshot", 1234)}, "tag v1 of d.t set at snapshot 1234", "已将 d.t 的标签 v1 设在快照 1234"},
		"several":           {[]notice.Notice{rows(2), notice.New("lake.fresh")}, "2 rows written to d.t; the lake is read fresh at every statement", "已向 d.t 写入 2 行；每条语句都读取最新数据，无需刷新"},
		"braces in a name":  {[]notice.Notice{notice.New("table.renamed", "name", "{to}", "to", "{name}")}, "table {to} is {name} now", "表 {to} 已改名为 {name}"},
		"within a sentence": {[]notice.Notice{notice.New("dry_run").Of(rows(3))}, "dry run: 3 rows written to d.t", "试运行：已向 d.t 写入 3 行"},
		"because of a problem": {[]notice.Notice{notice.New("compaction.failed", "table", "d.t").Because(fmt.Errorf("read: %w", problem.New("sql.unknown_table", "name", "d.t")))},
			"d.t is left out: table d.t does not exist", "已跳过 d.t：表 d.t 不存在"},
		"because it was stopped": {[]notice.Notice{notice.New("compaction.waits").Because(fmt.Errorf("read: %w", context.Canceled))}, "it is not compacted yet: stopped", "尚未压缩合并：已停止"},
		"because of the disk":    {[]notice.Notice{notice.New("compaction.waits").Because(errors.New("no space left"))}, "it is not compacted yet: no space left", "尚未压缩合并：no space left"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.en, notice.Text(tc.said, "en"))
			require.Equal(t, tc.zh, notice.Text(tc.said, "zh-CN"))
		})
	}
}

// TestStored keeps the form on disk: outputs of earlier days are read in the
// language of today.
func TestStored(t *testing.T) {
	n := notice.New("dry_run").Of(notice.New("rows.written", "table", "d.t", "rows", 3))
	data, err := json.Marshal(n)
	require.NoError(t, err)
	require.JSONEq(t, `{"code":"dry_run","inner":[{"code":"rows.written","args":{"table":"d.t","rows":"3"}}]}`, string(data))
	var back notice.Notice
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, n.Text("zh"), back.Text("zh"))
}
