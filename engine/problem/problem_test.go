package problem_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/problem"
)

func TestEveryEntryHasBothLanguages(t *testing.T) {
	for code, entry := range problem.Catalogue() {
		require.NotEmpty(t, entry.Message["en"], code)
		require.NotEmpty(t, entry.Message["zh"], code)
		if len(entry.Hint) > 0 {
			require.NotEmpty(t, entry.Hint["en"], code)
			require.NotEmpty(t, entry.Hint["zh"], code)
		}
	}
}

func TestEveryPhraseHasBothLanguages(t *testing.T) {
	for code, text := range problem.Phrases() {
		require.NotEmpty(t, text["en"], code)
		require.NotEmpty(t, text["zh"], code)
	}
}

func TestPhrasesAreToldInTheLanguageOfTheSentence(t *testing.T) {
	e := problem.New("table.bad_option", "option", "bucket", "value", "0").
		With("why", problem.Say("table.is_key", "column", "id").With("kind", problem.Say("table.primary_key")))
	require.Equal(t, "table option bucket cannot be 0: column id is a primary key", e.Message("en"))
	require.Equal(t, "表选项 bucket 不能为 0：列 id 是主键", e.Message("zh-CN"))
	require.Equal(t, "column id is a primary key", e.Args["why"], "programs read the English text")
	kept := &problem.Error{Code: e.Code, Args: maps.Clone(e.Args)}
	require.Equal(t, e.Message("zh"), kept.Message("zh"), "arguments are all that is kept")
}

func TestCaret(t *testing.T) {
	for name, tc := range map[string]struct {
		text       string
		start, end int
		want       string
	}{
		"under the word":              {"SELECT a\nFROM tt x", 14, 16, "2 | FROM tt x\n  |      ^^"},
		"wide characters take two":    {"SELECT '广东' FROM t", 21, 22, "1 | SELECT '广东' FROM t\n  |                    ^"},
		"at the end of the text":      {"SELECT", 6, 6, "1 | SELECT\n  |       ^"},
		"span over several lines":     {"a (\nb", 2, 5, "1 | a (\n  |   ^"},
		"tab counts as one character": {"\tx", 1, 2, "1 |  x\n  |  ^"},
	} {
		t.Run(name, func(t *testing.T) {
			e := problem.New("sql.syntax", "what", "x").At(tc.text, tc.start, tc.end)
			require.Equal(t, tc.want, e.Caret())
		})
	}
}

func TestReportNamesPlaceCaretAndHint(t *testing.T) {
	e := problem.New("sql.unknown_table", "name", "game_db.dwd_user_evnt").At("SELECT 1\nFROM game_db.dwd_user_evnt", 14, 35).Suggest("dwd_user_event")
	e.Source, e.Dialect = "etl.sql", "spark"
	require.Equal(t, "etl.sql: 2:6: table game_db.dwd_user_evnt does not exist\n"+
		"2 | FROM game_db.dwd_user_evnt\n  |      ^^^^^^^^^^^^^^^^^^^^^\nDid you mean dwd_user_event?", e.Report("en"))
	require.Contains(t, e.Report("zh-CN"), "是否想写 dwd_user_event？")
}

func TestNearest(t *testing.T) {
	known := []string{"game_db.dwd_user_event", "game_db.dwd_user_details", "game_db.ods_user_event", "game_db.ads_retention_daily"}
	for name, tc := range map[string]struct {
		written string
		want    []string
	}{
		"one letter lost":  {"game_db.dwd_user_evnt", []string{"game_db.dwd_user_event", "game_db.ods_user_event"}},
		"case is no edit":  {"GAME_DB.ADS_RETENTION_DAILY", []string{"game_db.ads_retention_daily"}},
		"letters swapped":  {"game_db.ads_retnetion_daily", []string{"game_db.ads_retention_daily"}},
		"nothing like it":  {"x", nil},
		"a part of a name": {"retention", []string{"game_db.ads_retention_daily"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, problem.Nearest(tc.written, known, 2)) })
	}
}
