package api_test

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/api/gen"
)

// TestStatementsAreToldInTheLanguageOfTheSettings runs statements in Chinese,
// reads their notebook in English after it was opened anew, and writes it: a
// document is in one language, whoever saves it.
func TestStatementsAreToldInTheLanguageOfTheSettings(t *testing.T) {
	b := start(t, nil)
	speak := func(language string) {
		var set gen.Settings
		b.ask("GET", "/settings", nil, 200, &set)
		set.Language = gen.SettingsLanguage(language)
		b.ask("PUT", "/settings", set, 200, nil)
	}
	speak("zh-CN")
	var out []gen.StatementResult
	b.ask("POST", "/query", gen.QueryRequest{Dialect: "spark", Sql: "CREATE DATABASE n; DROP TABLE IF EXISTS n.t"}, 200, &out)
	require.Equal(t, "已创建数据库 n", out[0].Message)
	require.Equal(t, "原本没有表 n.t", out[1].Message)

	var nb gen.Notebook
	b.ask("POST", "/notebooks", gen.CreateNotebookJSONBody{Name: "said"}, 200, &nb)
	const path = "/notebooks/said.ipynb"
	b.ask("PATCH", path, gen.EditRequest{Etag: nb.Etag, Edits: []gen.Edit{{Op: "insert", Cell: "one", Kind: "sql", Source: "CREATE TABLE n.t AS SELECT id FROM range(1500)"}}}, 200, &nb)
	b.ask("POST", path+"/run", gen.RunRequest{Mode: "all"}, 202, nil)
	said := func() string {
		var nb gen.Notebook
		b.ask("GET", path, nil, 200, &nb)
		if len(nb.Cells[0].Run.Statements) == 0 {
			return ""
		}
		return nb.Cells[0].Run.Statements[0].Message
	}
	require.Eventually(t, func() bool { return said() != "" }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, "已向 n.t 写入 1,500 行", said())

	events, err := http.DefaultClient.Do(b.request("GET", "/api/v1/events", nil))
	require.NoError(t, err)
	defer events.Body.Close()
	speak("en")
	lines := bufio.NewScanner(events.Body)
	for lines.Scan() && !strings.Contains(lines.Text(), `"type":"notebook"`) {
	}
	require.Contains(t, lines.Text(), `"notebook":"said.ipynb"`, "the page asks again")
	require.Equal(t, "1,500 rows written to n.t", said())
	b.ask("POST", "/workspace/close", nil, 200, nil)
	b.ask("POST", "/workspace/open", gen.OpenRequest{Path: b.dir}, 200, nil)
	require.Equal(t, "1,500 rows written to n.t", said(), "as it was kept")
	speak("zh-CN")
	require.Equal(t, "已向 n.t 写入 1,500 行", said())
	b.ask("POST", path+"/save-with-outputs", nil, 200, nil)
	data, err := os.ReadFile(filepath.Join(b.dir, "notebooks", "said.ipynb"))
	require.NoError(t, err)
	require.Contains(t, string(data), `1,500 rows written to n.t\n`)
}
