package dashboard_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/app/dashboard"
	"laketop/engine/problem"
)

const small = `# a comment that stays
title: {en: Small, zh-CN: 小}
shelf: kept            # unknown to this version
filters:
  - {name: period, kind: date-range, default: all, range: SELECT a}
datasets:
  d: {sql: "SELECT '${from}' .. '${to}' ${city}"}
rows:
  - height: 120
    tiles:
      - {title: One, width: 6, dataset: d, chart: {kind: line, x: dt, y: [a], format: ratio}}
`

func TestParseKeepsTheFile(t *testing.T) {
	doc, err := dashboard.Parse("small", []byte(small))
	require.NoError(t, err)
	require.Equal(t, small, string(doc.Source()))
	require.Equal(t, "小", doc.Title.In("zh-CN"))
	require.Equal(t, "Small", doc.Title.In("fr"))
	require.Equal(t, "spark", doc.Dialect)
	b, err := doc.JSON()
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(b, &m))
	require.Equal(t, "kept", m["shelf"])
	require.Equal(t, "small", m["name"])
}

func TestShippedDashboardsAreRight(t *testing.T) {
	source, err := os.ReadFile("../../notebooks/dashboards/game.yaml")
	require.NoError(t, err)
	doc, err := dashboard.Parse("game", source)
	require.NoError(t, err)
	require.Len(t, doc.Rows, 4)
	require.Equal(t, "游戏总览", doc.Title.In("zh-CN"))
	for _, row := range doc.Rows {
		for _, tile := range row.Tiles {
			require.NotEmpty(t, tile.Title.In("zh-CN"))
		}
	}
}

func TestWhatIsWrongHasAPlace(t *testing.T) {
	edit := func(from, to string) string {
		require.Contains(t, small, from)
		return strings.Replace(small, from, to, 1)
	}
	for name, tc := range map[string]struct {
		source, code string
		line, column int
		says         string
	}{
		"not YAML":                 {"title: [\nrows: x", "dashboard.syntax", 2, 1, ""},
		"a tab":                    {"title: a\n\tb: c", "dashboard.syntax", 2, 1, ""},
		"empty":                    {"", "dashboard.missing_key", 0, 0, "rows"},
		"a list":                   {"- a", "dashboard.wrong_type", 1, 1, "mapping"},
		"no title":                 {edit("title: {en: Small, zh-CN: 小}", "x: 1"), "dashboard.missing_key", 2, 1, "title"},
		"no rows":                  {edit("rows:", "lines:"), "dashboard.missing_key", 2, 1, "rows"},
		"unknown kind":             {edit("kind: line", "kind: lien"), "dashboard.unknown_value", 11, 58, "lien"},
		"kind without a key":       {edit("x: dt, ", ""), "dashboard.missing_key", 11, 51, "x"},
		"unknown dataset":          {edit("dataset: d", "dataset: e"), "dashboard.unknown_dataset", 11, 41, "no dataset e"},
		"unknown format":           {edit("format: ratio", "format: rat"), "dashboard.unknown_value", 11, 87, "rat"},
		"too wide":                 {edit("width: 6", "width: 13"), "dashboard.unknown_value", 11, 29, "13"},
		"two tiles too wide":       {small + "      - {width: 7, dataset: d, chart: {kind: table}}\n", "dashboard.too_wide", 12, 9, "13"},
		"height not a number":      {edit("120", "high"), "dashboard.wrong_type", 9, 13, ""},
		"height beyond reason":     {edit("120", "9000"), "dashboard.unknown_value", 9, 13, "9000"},
		"unknown filter kind":      {edit("date-range", "dates"), "dashboard.unknown_value", 5, 26, "dates"},
		"unknown default":          {edit("default: all", "default: ever"), "dashboard.unknown_value", 5, 47, "ever"},
		"dataset without SQL":      {edit("sql:", "query:"), "dashboard.missing_key", 7, 6, "sql"},
		"dataset twice":            {edit("rows:", "  d: {sql: x}\nrows:"), "dashboard.duplicate", 8, 3, "twice"},
		"a key twice":              {edit("shelf: kept", "title: x"), "dashboard.syntax", 3, 1, "already defined"},
		"unknown dialect":          {edit("shelf: kept", "dialect: oracle"), "dashboard.unknown_value", 3, 10, "oracle"},
		"a later version":          {edit("shelf: kept", "version: 2"), "dashboard.unknown_value", 3, 10, "2"},
		"tiles that are no list":   {"title: a\ndatasets: {}\nrows:\n  - {tiles: 5}\n", "dashboard.wrong_type", 4, 13, "list"},
		"datasets that are a list": {"title: a\ndatasets: [1]\nrows: []\n", "dashboard.wrong_type", 2, 11, "mapping"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dashboard.Parse("small", []byte(tc.source))
			var told *problem.Error
			require.ErrorAs(t, err, &told)
			require.Equal(t, tc.code, told.Code, told.Error())
			require.Equal(t, "small", told.Source)
			require.Contains(t, told.Error(), tc.says)
			if tc.line > 0 {
				require.NotNil(t, told.Span)
				require.Equal(t, []int{tc.line, tc.column}, []int{told.Span.Line, told.Span.Column}, told.Report("en"))
			}
			require.NotEmpty(t, told.Report("zh"))
		})
	}
}

func TestMistakesAreToldInChinese(t *testing.T) {
	whole := "title: a\nfilters: [{name: p, kind: date-range, range: SELECT a}, {name: q, kind: date-range, range: SELECT a}]\n"
	for source, want := range map[string][2]string{
		"":                            {"the document needs rows", "仪表板文档：缺少 rows"},
		"- a":                         {"the document must be a mapping", "仪表板文档：应为映射"},
		"title: a\ndatasets: [1]\n":   {"datasets must be a mapping", "键 datasets：应为映射"},
		"title: a\nfilters: x\n":      {"filters must be a list", "键 filters：应为列表"},
		"title: a\nfilters: [{}]\n":   {"a filter needs name", "筛选项：缺少 name"},
		"title: a\ndatasets: {d: {}}": {"dataset d needs sql", "数据集 d：缺少 sql"},
		whole:                         {"filters cannot be a second date range", "filters 不能是 date-range（第二个）"},
		"title: a\ndatasets: {}\nrows: [{tiles: [{title: T, chart: {}}]}]":           {`the chart of tile "T" needs kind`, `图表（图块 "T"）：缺少 kind`},
		"title: a\ndatasets: {}\nrows: [{tiles: [{title: T, chart: {kind: lien}}]}]": {"chart kind cannot be lien", "图表的 kind 不能是 lien"},
		"title: a\ndatasets: {}\nrows: [{tiles: [{title: T, chart: {kind: kpi}}]}]":  {"a chart of kind kpi needs value", "kpi 类型的图表：缺少 value"},
	} {
		_, err := dashboard.Parse("small", []byte(source))
		var told *problem.Error
		require.ErrorAs(t, err, &told, source)
		require.Equal(t, want, [2]string{told.Message("en"), told.Message("zh")})
	}
	doc, err := dashboard.Parse("small", []byte(small))
	require.NoError(t, err)
	data := calendar{first: "2026-01-01", last: "2026-01-31"}
	for value, want := range map[string]string{"soon": "可用：日期，例如 2026-11-21。", "2025-12-01": "可用：不早于 2026-01-01 的日期。"} {
		_, err := doc.Resolve(t.Context(), data, map[string]string{"to": value})
		var told *problem.Error
		require.ErrorAs(t, err, &told, value)
		require.Equal(t, want, told.Hint("zh"))
	}
}

// calendar answers the range query, and tells every other what it was asked.
type calendar struct {
	first, last any
	err         error
	seen        *[]map[string]string
}

func (c calendar) Chart(_ context.Context, dialect, sql string, params map[string]string, maxRows int) (dashboard.ChartTable, []dashboard.SnapshotRef, error) {
	if sql == "SELECT a" {
		if c.err != nil {
			return dashboard.ChartTable{}, nil, c.err
		}
		return dashboard.ChartTable{Rows: 1, Columns: []dashboard.ChartColumn{{Name: "a", Values: []any{c.first}}, {Name: "b", Values: []any{c.last}}}}, nil, nil
	}
	if c.seen != nil {
		*c.seen = append(*c.seen, params)
	}
	return dashboard.ChartTable{Rows: 1}, []dashboard.SnapshotRef{{Table: "g." + dialect, Snapshot: 3}}, c.err
}

func TestFilterGivesItsDates(t *testing.T) {
	data := calendar{first: "2026-01-01", last: "2026-01-31T00:00:00"}
	all := map[string]string{"data_from": "2026-01-01", "data_to": "2026-01-31"}
	for name, tc := range map[string]struct {
		q     calendar
		given map[string]string
		want  map[string]string
	}{
		"all that the data has":        {data, nil, map[string]string{"from": "2026-01-01", "to": "2026-01-31", "previous_from": "2025-12-01", "previous_to": "2025-12-31"}},
		"a preset ends with the data":  {data, map[string]string{"period": "last-7-days"}, map[string]string{"from": "2026-01-25", "to": "2026-01-31", "previous_from": "2026-01-18", "previous_to": "2026-01-24"}},
		"dates win":                    {data, map[string]string{"from": "2026-01-10", "to": "2026-01-10"}, map[string]string{"from": "2026-01-10", "to": "2026-01-10", "previous_from": "2026-01-09", "previous_to": "2026-01-09"}},
		"a preset counts from the end": {data, map[string]string{"period": "last-2-days", "to": "2026-01-10"}, map[string]string{"from": "2026-01-09", "to": "2026-01-10", "previous_from": "2026-01-07", "previous_to": "2026-01-08"}},
		"others pass through":          {data, map[string]string{"city": "深圳"}, map[string]string{"from": "2026-01-01", "to": "2026-01-31", "previous_from": "2025-12-01", "previous_to": "2025-12-31", "city": "深圳"}},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := dashboard.Parse("small", []byte(small))
			require.NoError(t, err)
			got, err := doc.Resolve(t.Context(), tc.q, tc.given)
			require.NoError(t, err)
			for k, v := range all {
				tc.want[k] = v
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestWrongParametersAreNamed(t *testing.T) {
	doc, err := dashboard.Parse("small", []byte(small))
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		given map[string]string
		code  string
	}{
		"no date":         {map[string]string{"from": "yesterday"}, "dashboard.bad_parameter"},
		"backwards":       {map[string]string{"from": "2026-01-10", "to": "2026-01-09"}, "dashboard.bad_parameter"},
		"no preset":       {map[string]string{"period": "last-0-days"}, "dashboard.bad_parameter"},
		"nobody needs it": {map[string]string{"town": "x"}, "dashboard.unknown_parameter"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := doc.Run(t.Context(), calendar{first: "2026-01-01", last: "2026-01-31"}, tc.given)
			var told *problem.Error
			require.ErrorAs(t, err, &told)
			require.Equal(t, tc.code, told.Code)
		})
	}
}

func TestAMissingTableIsTheDatasetsProblem(t *testing.T) {
	doc, err := dashboard.Parse("small", []byte(small))
	require.NoError(t, err)
	data, err := doc.Run(t.Context(), calendar{err: problem.New("sql.unknown_table", "name", "g.t")}, nil)
	require.NoError(t, err)
	require.Error(t, data.Datasets["d"].Err)
	require.Empty(t, data.Params["from"])
	_, err = doc.Run(t.Context(), calendar{err: errors.New("disk on fire")}, nil)
	require.ErrorContains(t, err, "disk on fire")
}

func TestRunGivesEachDatasetItsParameters(t *testing.T) {
	doc, err := dashboard.Parse("small", []byte(small))
	require.NoError(t, err)
	var seen []map[string]string
	data, err := doc.Run(t.Context(), calendar{first: "2026-01-01", last: "2026-01-31", seen: &seen}, map[string]string{"city": "x"})
	require.NoError(t, err)
	require.Len(t, seen, 1)
	require.Equal(t, "2026-01-01", seen[0]["from"])
	require.Equal(t, "x", seen[0]["city"])
	require.Equal(t, []dashboard.SnapshotRef{{Table: "g.spark", Snapshot: 3}}, data.Reads())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = doc.Run(ctx, calendar{err: context.Canceled}, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("title: a\ndatasets: {d: {sql: x}}\nrows: [{tiles: [{dataset: d, chart: {kind: kpi, value: v}}]}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := dashboard.Parse("fuzz", b)
		if err != nil {
			var told *problem.Error
			require.ErrorAs(t, err, &told)
			_ = told.Report("en")
			return
		}
		_, err = doc.JSON()
		require.NoError(t, err)
	})
}
