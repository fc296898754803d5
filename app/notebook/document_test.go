package notebook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/problem"
)

// odd is a notebook as no tool would write it: every blank, escape and key
// order must come back.
const odd = "\ufeff{ \"nbformat\":4,\t\"zzz\" : {\"b\":1e400, \"a\":[ ] ,\"a\": { } },\r\n  \"cells\": [\n" +
	`    {"cell_type":"markdown","id":"m1","source":"# 游戏\u6e38\ud83d\ude00 \ud83d","metadata":{}},` + "\n" +
	`    {"source":["%%flink\n","SELECT 1\n","FROM t"],"cell_type":"code","metadata":{"x":[1,2 , 3]},"outputs":[{"output_type":"stream","name":"stdout","text":"a\/b"}],"execution_count":null}` +
	"\n  ],\"metadata\":{} ,\"nbformat_minor\":4}\n\n"

func TestRoundTripIsByteEqual(t *testing.T) {
	texts := []string{odd, string(New("x.ipynb", "spark").Bytes()), `{"cells":[]}`, `{"cells":[{"cell_type":"raw"}]}`}
	files, err := filepath.Glob("testdata/*.ipynb")
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		texts = append(texts, string(b))
	}
	for _, text := range texts {
		d, err := Parse("x.ipynb", []byte(text))
		require.NoError(t, err)
		require.Equal(t, text, string(d.Bytes()))
	}
}

func TestCellsAreRead(t *testing.T) {
	d, err := Parse("dir/x.ipynb", []byte(odd))
	require.NoError(t, err)
	require.Equal(t, "游戏游😀 �", d.Title())
	cells := d.Cells()
	require.Len(t, cells, 2)
	require.Equal(t, Cell{ID: "m1", Kind: Markdown, Source: "# 游戏游😀 �"}, cells[0])
	require.Equal(t, Cell{ID: "cell-2", Kind: SQL, Dialect: "flink", Source: "SELECT 1\nFROM t"}, cells[1])
}

func TestEditTouchesOnlyItsValue(t *testing.T) {
	d, err := Parse("x.ipynb", []byte(odd))
	require.NoError(t, err)
	next, err := d.Edited([]Edit{{Op: "setSource", Cell: "cell-2", Source: "SELECT 2\nFROM t"}})
	require.NoError(t, err)
	want := strings.Replace(odd, `"SELECT 1\n"`, `"SELECT 2\n"`, 1)
	want = strings.Replace(want, `"nbformat_minor":4`, `"nbformat_minor":5`, 1)
	got := string(next.Bytes())
	require.Contains(t, got, `"id":`, "the made id is written")
	require.Equal(t, odd, string(d.Bytes()), "the old document stays")
	// Besides the source, the version and the new id nothing differs.
	i := strings.Index(got, `"cell-2"`)
	require.Positive(t, i)
	c, ok := next.Cell("cell-2")
	require.True(t, ok)
	require.Equal(t, "SELECT 2\nFROM t", c.Source)
	require.Contains(t, got, `"metadata":{"x":[1,2 , 3]},"outputs":[{"output_type":"stream","name":"stdout","text":"a\/b"}]`)
	require.Contains(t, got, `\u6e38\ud83d\ude00 \ud83d`)
	require.True(t, strings.HasPrefix(want, got[:100]))
}

func TestEdits(t *testing.T) {
	start := New("x.ipynb", "spark")
	one, err := start.Edited([]Edit{
		{Op: "insert", Cell: "a", Kind: Markdown, Source: "# T\n<b>&\u2028\\u2028"},
		{Op: "insert", Cell: "b", After: "a", Kind: SQL, Source: "SELECT 1"},
		{Op: "insert", Cell: "c", After: "b", Kind: SQL, Dialect: "starrocks", Source: "SELECT 2"},
	})
	require.NoError(t, err)
	require.Equal(t, "# T\n<b>&\u2028\\u2028", one.Cells()[0].Source)
	require.Equal(t, "starrocks", one.Cells()[2].Dialect)
	require.Contains(t, string(one.Bytes()), `"%%starrocks\n"`)

	for name, tc := range map[string]struct {
		edits []Edit
		check func(*testing.T, *Document)
	}{
		"a name and back is no change": {[]Edit{{Op: "setName", Cell: "b", Name: "dau"}, {Op: "setName", Cell: "b"}}, func(t *testing.T, d *Document) {
			require.Equal(t, string(one.Bytes()), string(d.Bytes()))
		}},
		"collapsed and back is no change": {[]Edit{{Op: "setCollapsed", Cell: "a", Collapsed: true}, {Op: "setCollapsed", Cell: "a"}}, func(t *testing.T, d *Document) {
			require.Equal(t, string(one.Bytes()), string(d.Bytes()))
		}},
		"insert and delete is no change": {[]Edit{{Op: "insert", Cell: "z", Kind: SQL}, {Op: "delete", Cell: "z"}}, func(t *testing.T, d *Document) {
			require.Equal(t, string(one.Bytes()), string(d.Bytes()))
		}},
		"move there and back is no change": {[]Edit{{Op: "move", Cell: "c"}, {Op: "move", Cell: "c", After: "b"}}, func(t *testing.T, d *Document) {
			require.Equal(t, string(one.Bytes()), string(d.Bytes()))
		}},
		"a dialect writes its magic": {[]Edit{{Op: "setDialect", Cell: "b", Dialect: "flink"}}, func(t *testing.T, d *Document) {
			require.Equal(t, "flink", d.Cells()[1].Dialect)
			require.Contains(t, string(d.Bytes()), `"%%flink\n"`)
			require.Equal(t, "SELECT 1", d.Cells()[1].Source)
		}},
		"the default dialect needs no magic": {[]Edit{{Op: "setDialect", Cell: "c", Dialect: "spark"}}, func(t *testing.T, d *Document) {
			require.Equal(t, "spark", d.Cells()[2].Dialect)
			require.NotContains(t, string(d.Bytes()), "%%")
		}},
		"view and chart": {[]Edit{{Op: "setView", Cell: "b", View: "chart"}, {Op: "setChart", Cell: "b", Chart: map[string]any{"kind": "line", "x": "dt"}}}, func(t *testing.T, d *Document) {
			c := d.Cells()[1]
			require.Equal(t, "chart", c.View)
			require.Equal(t, map[string]any{"kind": "line", "x": "dt"}, c.Chart)
		}},
		"all cells gone is an empty list": {[]Edit{{Op: "delete", Cell: "a"}, {Op: "delete", Cell: "b"}, {Op: "delete", Cell: "c"}}, func(t *testing.T, d *Document) {
			require.Equal(t, string(start.Bytes()), string(d.Bytes()))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := one.Edited(tc.edits)
			require.NoError(t, err)
			tc.check(t, d)
		})
	}
	for name, e := range map[string]Edit{
		"an unknown cell":      {Op: "setSource", Cell: "nope"},
		"an id that is taken":  {Op: "insert", Cell: "a", Kind: SQL},
		"an id out of a path":  {Op: "insert", Cell: "../a", Kind: SQL},
		"an unknown operation": {Op: "explode", Cell: "a"},
		"an unknown dialect":   {Op: "setDialect", Cell: "b", Dialect: "cobol"},
		"an unknown parameter": {Op: "setParameter", Parameter: "p", Value: "1"},
		"after what is not":    {Op: "move", Cell: "a", After: "nope"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := one.Edited([]Edit{e})
			_, ok := problem.As(err)
			require.True(t, ok, "%v", err)
		})
	}
}

func TestParameters(t *testing.T) {
	text := `{"cells":[{"cell_type":"code","id":"p","metadata":{"laketop":{"kind":"parameters"}},"source":""}],"metadata":{"laketop":{"dialect":"flink","parameters":[
	  {"name":"source","type":"text","default":"data"},{"name":"day","type":"date","default":"2026-01-01"},{"name":"top","type":"number","default":10},{"name":"how","type":"choice","default":"a","choices":["a","b"]}]}}}`
	d, err := Parse("x.ipynb", []byte(text))
	require.NoError(t, err)
	require.Equal(t, "flink", d.Dialect())
	require.Equal(t, Parameters, d.Cells()[0].Kind)
	require.Equal(t, "10", d.Parameters()[2].Value)
	next, err := d.Edited([]Edit{{Op: "setParameter", Parameter: "day", Value: "2026-02-03"}})
	require.NoError(t, err)
	require.Equal(t, "2026-02-03", next.Parameters()[1].Value)
	require.Equal(t, "2026-01-01", next.Parameters()[1].Default)
	back, err := next.Edited([]Edit{{Op: "setParameter", Parameter: "day", Value: "2026-01-01"}})
	require.NoError(t, err)
	require.Equal(t, text, string(back.Bytes()))
	for _, e := range []Edit{{Parameter: "day", Value: "today"}, {Parameter: "top", Value: "x"}, {Parameter: "how", Value: "c"}} {
		e.Op = "setParameter"
		_, err = d.Edited([]Edit{e})
		p, ok := problem.As(err)
		require.True(t, ok)
		require.Equal(t, "notebook.parameter_value", p.Code)
	}
}

func TestMagics(t *testing.T) {
	for name, tc := range map[string]struct {
		meta, text string
		want       Cell
	}{
		"none is the notebook's":          {``, "SELECT 1", Cell{Kind: SQL, Dialect: "spark", Source: "SELECT 1"}},
		"spark":                           {``, "%%spark\nSELECT 1", Cell{Kind: SQL, Dialect: "spark", Source: "SELECT 1"}},
		"sql is the notebook's":           {``, "%%sql\nSELECT 1", Cell{Kind: SQL, Dialect: "spark", Source: "SELECT 1"}},
		"sql with a name":                 {``, "%%sql --save dau\nSELECT 1", Cell{Kind: SQL, Dialect: "spark", Name: "dau", Source: "SELECT 1"}},
		"sql with an arrow":               {``, "%%sql dau <<\nSELECT 1", Cell{Kind: SQL, Dialect: "spark", Name: "dau", Source: "SELECT 1"}},
		"a line magic":                    {``, "%sql SELECT 1", Cell{Kind: SQL, Dialect: "spark", Source: "SELECT 1"}},
		"the cluster's magic before SQL":  {``, "%emr_serverless_spark\n-- x\nselect 1", Cell{Kind: SQL, Dialect: "spark", Source: "-- x\nselect 1"}},
		"the cluster's magic, then SQL's": {``, "%%emr_serverless_spark\n%%sql\nselect 1", Cell{Kind: SQL, Dialect: "spark", Source: "select 1"}},
		"the cluster's magic before code": {``, "%emr_serverless_spark\nREGION = \"x\"", Cell{Kind: Python, Source: "%emr_serverless_spark\nREGION = \"x\""}},
		"a magic of another kernel":       {``, "%%timeit\nf()", Cell{Kind: Python, Source: "%%timeit\nf()"}},
		"a python kernel":                 {`"kernelspec":{"language":"python"}`, "f()", Cell{Kind: Python, Source: "f()"}},
		"SQL magic in a python kernel":    {`"kernelspec":{"language":"python"}`, "%%flink\nSELECT 1", Cell{Kind: SQL, Dialect: "flink", Source: "SELECT 1"}},
		"only a magic":                    {``, "%%duckdb", Cell{Kind: SQL, Dialect: "duckdb", Source: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			st := style{}
			d, err := Parse("x.ipynb", []byte(`{"cells":[{"cell_type":"code","id":"a","source":`+st.quote(tc.text)+`}],"metadata":{`+tc.meta+`}}`))
			require.NoError(t, err)
			tc.want.ID = "a"
			require.Equal(t, tc.want, d.Cells()[0])
		})
	}
}

func TestBrokenNotebookNamesThePlace(t *testing.T) {
	for name, tc := range map[string]struct {
		text, code   string
		line, column int
	}{
		"cut short":        {"{\n \"cells\": [\n", "notebook.broken", 3, 1},
		"a merge conflict": {"{\n <<<<<<< HEAD\n}", "notebook.broken", 2, 2},
		"not UTF-8":        {"{\"cells\":[], \"x\":\"\xff\"}", "notebook.broken", 1, 19},
		"another document": {"[]", "notebook.not_a_notebook", 0, 0},
		"an old version":   {`{"nbformat":3,"worksheets":[]}`, "notebook.version", 0, 0},
		"cells of text":    {`{"cells":["x"]}`, "notebook.not_a_notebook", 0, 0},
		"too deep":         {strings.Repeat("[", 100000), "notebook.broken", 1, 502},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("x.ipynb", []byte(tc.text))
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.code, p.Code)
			_, listed := problem.Catalogue()[p.Code]
			require.True(t, listed, p.Code)
			if tc.line > 0 {
				require.Equal(t, []int{tc.line, tc.column}, []int{p.Span.Line, p.Span.Column})
				require.NotPanics(t, func() { p.Report("zh") })
			}
		})
	}
}

func TestMistakesAreToldInChinese(t *testing.T) {
	for text, want := range map[string]string{
		"{\n \"cells\": [\n":         "内容到此中断",
		"{\n <<<<<<< HEAD\n}":        "此处应为带引号的字符串",
		`{"cells" []}`:               "此处应为冒号",
		`{"cells": [] "x": 1}`:       "此处应为逗号或右括号",
		`{"cells": [], "x": 01}`:     "数字不符合 JSON 的写法",
		strings.Repeat("[", 100_000): "嵌套过深",
	} {
		_, err := Parse("x.ipynb", []byte(text))
		p, ok := problem.As(err)
		require.True(t, ok, "%v", err)
		require.Equal(t, "x.ipynb 不是可读的笔记本："+want, p.Message("zh"))
	}
	for kind, want := range map[string][2]string{
		"number": {"It takes: number.", "应为：数字。"}, "date": {"It takes: date.", "应为：日期。"}, "boolean": {"It takes: boolean.", "应为：true 或 false。"}, "choice": {"It takes: a, b.", "应为：a, b。"},
	} {
		p, ok := problem.As(Parameter{Name: "p", Type: kind, Choices: []string{"a", "b"}}.Check("x"))
		require.True(t, ok, kind)
		require.Equal(t, want, [2]string{p.Hint("en"), p.Hint("zh")})
	}
}

func TestPythonCellsAreProposedAsSQL(t *testing.T) {
	first := "%emr_serverless_spark\nREGION = \"cn-hangzhou\" # yours\nprint(f\"Region: {REGION}\")"
	second := `BUCKET = f"emr-{REGION}"
PROFILE = f"oss://{BUCKET}/user_profile/*.parquet"
def glob_count(path_glob: str) -> int:
    return 0
print("profile matched:", glob_count(PROFILE))`
	third := `df_profile = spark.read.parquet(PROFILE)
spark.sql("CREATE DATABASE IF NOT EXISTS game_db")
# Write (ODS layer)
(df_profile.write
    .format("paimon")
    .mode("overwrite")
    .saveAsTable("game_db.ods_user_profile"))`
	require.Empty(t, ProposeSQL(nil, first))
	require.Equal(t, "SELECT count(*) AS matched FROM files('oss://emr-cn-hangzhou/user_profile/*.parquet');", ProposeSQL([]string{first}, second))
	require.Equal(t, "CREATE DATABASE IF NOT EXISTS game_db;\n\nDROP TABLE IF EXISTS game_db.ods_user_profile;\nCREATE TABLE game_db.ods_user_profile\nUSING paimon\nAS\nSELECT * FROM parquet.`oss://emr-cn-hangzhou/user_profile/*.parquet`;",
		ProposeSQL([]string{first, second}, third))
	require.Equal(t, "INSERT INTO t\nSELECT * FROM csv.`/d/*.csv`;", ProposeSQL(nil, `spark.read.csv("/d/*.csv").write.mode("append").saveAsTable("t")`))
	require.Equal(t, "SELECT *\nFROM ${day};", ProposeSQL(nil, "spark.sql(f\"\"\"SELECT *\nFROM {day}\"\"\").show()"))
}

func FuzzParse(f *testing.F) {
	f.Add(odd)
	f.Add(`{"cells":[{"cell_type":"code","source":["%%sql a <<\n","x"],"metadata":{"laketop":{"chart":{"a":[1]}}}}],"metadata":{"laketop":{"parameters":[{"name":"a","default":1}]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse("x.ipynb", []byte(text))
		if err != nil {
			if _, ok := problem.As(err); !ok {
				t.Fatalf("not a problem: %v", err)
			}
			return
		}
		if string(d.Bytes()) != text {
			t.Fatalf("not byte-equal: %q", text)
		}
		d.Title()
		d.Parameters()
		edits := []Edit{{Op: "insert", Cell: "fuzz", Kind: SQL, Dialect: "flink", Source: text}}
		for _, c := range d.Cells() {
			edits = append(edits, Edit{Op: "setName", Cell: c.ID, Name: "n"}, Edit{Op: "setCollapsed", Cell: c.ID}, Edit{Op: "move", Cell: c.ID, After: "fuzz"})
			ProposeSQL(nil, c.Source)
		}
		next, err := d.Edited(edits)
		if err != nil {
			t.Fatalf("edits: %v", err)
		}
		again, err := Parse("x.ipynb", next.Bytes())
		if err != nil {
			t.Fatalf("edited document does not parse: %v", err)
		}
		if c, ok := again.Cell("fuzz"); !ok || c.Source != strings.ToValidUTF8(text, "�") {
			t.Fatalf("inserted %q, read %q", text, c.Source)
		}
	})
}
