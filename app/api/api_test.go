package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/api"
	"laketop/app/api/gen"
	"laketop/app/workspace"
)

// bench is a workbench under test, over the wire.
type bench struct {
	*testing.T
	server *api.Server
	dir    string
	base   string
}

// start serves an open, empty workspace on loopback.
func start(t *testing.T, change func(*api.Options)) *bench {
	t.Helper()
	home, err := workspace.OpenHome(t.TempDir())
	require.NoError(t, err)
	opt := api.Options{Home: home, Version: "test", Own: true}
	if change != nil {
		change(&opt)
	}
	s := api.New(opt)
	l, err := s.Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	b := &bench{T: t, server: s, dir: filepath.Join(t.TempDir(), "w"), base: s.URL()}
	require.NoError(t, workspace.Init(b.dir, ""))
	require.NoError(t, s.OpenFolder(ctx, b.dir, false))
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
		require.NoError(t, s.Close())
	})
	return b
}

func (b *bench) request(method, path string, body any) *http.Request {
	b.Helper()
	var r io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		require.NoError(b, err)
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, b.base+path, r)
	require.NoError(b, err)
	req.Header.Set("Authorization", "Bearer "+b.server.Token())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func (b *bench) do(req *http.Request) (int, http.Header, []byte) {
	b.Helper()
	res, err := http.DefaultClient.Do(req)
	require.NoError(b, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(b, err)
	return res.StatusCode, res.Header, data
}

// ask is a request that must answer with status, its body read into into.
func (b *bench) ask(method, path string, body any, status int, into any) {
	b.Helper()
	got, _, data := b.do(b.request(method, "/api/v1"+path, body))
	require.Equal(b, status, got, "%s %s: %s", method, path, data)
	if into != nil {
		require.NoError(b, json.Unmarshal(data, into), string(data))
	}
}

func TestOnlyOurPagesWithOurTokenMayAsk(t *testing.T) {
	b := start(t, nil)
	port := b.base[strings.LastIndex(b.base, ":")+1:]
	for name, tc := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"with the token":      {nil, 200},
		"without a token":     {func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		"with another token":  {func(r *http.Request) { r.Header.Set("Authorization", "Bearer 00") }, 401},
		"with an empty token": {func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }, 401},
		"token in the address of a plain request": {func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "token=" + b.server.Token()
		}, 401},
		"localhost":                      {func(r *http.Request) { r.Host = "localhost:" + port }, 200},
		"a rebound name":                 {func(r *http.Request) { r.Host = "evil.example:" + port }, 421},
		"localhost with a dot":           {func(r *http.Request) { r.Host = "localhost.:" + port }, 421},
		"another loopback address":       {func(r *http.Request) { r.Host = "127.0.0.2:" + port }, 421},
		"the any address":                {func(r *http.Request) { r.Host = "0.0.0.0:" + port }, 421},
		"IPv6 loopback":                  {func(r *http.Request) { r.Host = "[::1]:" + port }, 200},
		"another port":                   {func(r *http.Request) { r.Host = "127.0.0.1:1" }, 421},
		"no port":                        {func(r *http.Request) { r.Host = "127.0.0.1" }, 421},
		"our own origin":                 {func(r *http.Request) { r.Header.Set("Origin", b.base) }, 200},
		"a foreign origin":               {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		"an origin null":                 {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"our origin by https":            {func(r *http.Request) { r.Header.Set("Origin", "https://127.0.0.1:"+port) }, 403},
		"our origin's lookalike":         {func(r *http.Request) { r.Header.Set("Origin", b.base+".evil.example") }, 403},
		"our origin with a user":         {func(r *http.Request) { r.Header.Set("Origin", "http://u@127.0.0.1:"+port) }, 403},
		"another port's origin":          {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, 403},
		"two origins":                    {func(r *http.Request) { r.Header["Origin"] = []string{b.base, "https://evil.example"} }, 403},
		"the window's, without a window": {func(r *http.Request) { r.Header.Set("Origin", "wails://wails") }, 403},
		"a cross-site GET":               {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
	} {
		t.Run(name, func(t *testing.T) {
			req := b.request("GET", "/api/v1/workspace", nil)
			if tc.change != nil {
				tc.change(req)
			}
			status, header, body := b.do(req)
			require.Equal(t, tc.want, status, string(body))
			require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
			if status != 200 {
				require.Equal(t, "application/problem+json", header.Get("Content-Type"))
				require.NotContains(t, string(body), b.server.Token())
			}
		})
	}
}

func TestBodiesMustBeOurJSON(t *testing.T) {
	b := start(t, nil)
	for name, tc := range map[string]struct {
		kind, body string
		want       int
	}{
		"a simple form":      {"application/x-www-form-urlencoded", "dialect=spark&sql=SELECT+1", 415},
		"plain text":         {"text/plain", `{"dialect":"spark","sql":"SELECT 1"}`, 415},
		"no type":            {"", `{"dialect":"spark","sql":"SELECT 1"}`, 415},
		"JSON":               {"application/json; charset=utf-8", `{"dialect":"spark","sql":"SELECT 1 AS a"}`, 200},
		"broken JSON":        {"application/json", `{"dialect":`, 400},
		"a misspelt member":  {"application/json", `{"dialect":"spark","sqll":"SELECT 1"}`, 400},
		"two values":         {"application/json", `{"dialect":"spark","sql":"SELECT 1"} {}`, 400},
		"an unknown dialect": {"application/json", `{"dialect":"cobol","sql":"SELECT 1"}`, 422},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodPost, b.base+"/api/v1/query", strings.NewReader(tc.body))
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer "+b.server.Token())
			if tc.kind != "" {
				req.Header.Set("Content-Type", tc.kind)
			}
			status, _, body := b.do(req)
			require.Equal(t, tc.want, status, string(body))
		})
	}
	t.Run("a GET with side effects does not exist", func(t *testing.T) {
		for _, p := range []string{"/query", "/workspace/close", "/workspace/open", "/notebooks/x.ipynb/run", "/files/save"} {
			b.ask("GET", p, nil, 404, nil)
		}
	})
}

func TestThePageNeedsNoTokenAndRunsNoInlineScript(t *testing.T) {
	b := start(t, nil)
	status, header, body := b.do(b.request("GET", "/notebooks/whatever", nil))
	csp := header.Get("Content-Security-Policy")
	require.Contains(t, csp, "frame-ancestors 'none'")
	if status == http.StatusServiceUnavailable {
		return // the frontend was not built into this test
	}
	require.Equal(t, 200, status)
	require.Contains(t, string(body), "<div id=\"root\">")
	require.NotRegexp(t, `<script[^>]*>[^<]`, string(body))
	status, _, _ = b.do(b.request("GET", "/no-such.js", nil))
	require.Equal(t, 404, status)
}

func TestNothingInlineIsAllowed(t *testing.T) {
	b := start(t, nil)
	served := func(path string) string {
		_, header, _ := b.do(b.request("GET", path, nil))
		require.Len(t, header.Values("Content-Security-Policy"), 1)
		return header.Get("Content-Security-Policy")
	}
	for name, policy := range map[string]string{
		"the page": served("/"), "a path of its router": served("/notebooks/x"), "a file": served("/boot.js"), "no file": served("/no-such.js"),
		"the API": served("/api/v1/workspace"), "the window": api.WindowPolicy("http://127.0.0.1:7080"),
	} {
		t.Run(name, func(t *testing.T) {
			sources := map[string]string{}
			for _, directive := range strings.Split(policy, ";") {
				kind, list, _ := strings.Cut(strings.TrimSpace(directive), " ")
				require.NotContains(t, sources, kind, "a browser takes the first only")
				sources[kind] = list
			}
			require.Equal(t, "'none'", sources["default-src"])
			require.Equal(t, "'self'", sources["script-src"])
			require.Equal(t, "'self'", sources["style-src"])
			require.NotContains(t, policy, "unsafe-") // inline, eval, hashes
			require.NotContains(t, policy, "style-src-")
			require.NotContains(t, policy, "script-src-")
		})
	}
}

func TestTheWindowMayAskAndSave(t *testing.T) {
	b := start(t, func(o *api.Options) { o.Window = true })
	req := b.request("OPTIONS", "/api/v1/query", nil)
	req.Header.Del("Authorization")
	req.Header.Set("Origin", "wails://wails")
	status, header, _ := b.do(req)
	require.Equal(t, 204, status)
	require.Equal(t, "wails://wails", header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, header.Get("Access-Control-Allow-Methods"), "PATCH")

	var results []gen.StatementResult
	b.ask("POST", "/query", gen.QueryRequest{Dialect: "spark", Sql: "SELECT 1 AS a"}, 200, &results)
	path := filepath.Join(t.TempDir(), "out.csv")
	b.ask("POST", "/files/save", gen.SaveRequest{Path: path, Result: results[0].Result.Id, Format: "csv"}, 200, nil)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "a\n1\n", string(data))
	b.ask("POST", "/files/save", gen.SaveRequest{Path: "relative.csv", Result: results[0].Result.Id, Format: "csv"}, 400, nil)
}

func TestOnlyTheWindowWritesFiles(t *testing.T) {
	b := start(t, nil)
	b.ask("POST", "/files/save", gen.SaveRequest{Path: filepath.Join(t.TempDir(), "x"), Result: "r1", Format: "csv"}, 403, nil)
}

func TestQueryRowsAndFiles(t *testing.T) {
	b := start(t, nil)
	var results []gen.StatementResult
	b.ask("POST", "/query", gen.QueryRequest{Dialect: "spark", Sql: "SELECT 1 AS a, 'x' AS b; SELECT 2 AS c"}, 200, &results)
	require.Len(t, results, 2)
	require.Equal(t, "integer", string(results[0].Result.Columns[0].Kind))
	id := results[0].Result.Id
	status, header, body := b.do(b.request("GET", "/api/v1/results/"+id+"/rows?limit=10", nil))
	require.Equal(t, 200, status)
	require.Equal(t, "application/vnd.apache.arrow.stream", header.Get("Content-Type"))
	require.NotEmpty(t, header.Get("Content-Length"))
	require.NotEmpty(t, body)
	req := b.request("GET", "/api/v1/results/"+id+"/file?format=csv&name=%2E%2E%2Forders&token="+b.server.Token(), nil)
	req.Header.Del("Authorization")
	status, header, body = b.do(req)
	require.Equal(t, 200, status)
	require.Equal(t, "a,b\n1,x\n", string(body))
	require.Equal(t, "attachment; filename=orders.csv", header.Get("Content-Disposition"))
	b.ask("GET", "/results/r999/rows", nil, 410, nil)
	b.ask("GET", "/results/"+id+"/rows?sort=zz", nil, 422, nil)
	var profile []gen.ColumnProfile
	b.ask("GET", "/results/"+id+"/profile", nil, 200, &profile)
	require.Len(t, profile, 2)
	var chart gen.ChartTable
	b.ask("POST", "/results/"+id+"/chart", nil, 200, &chart)
	require.Equal(t, 1, chart.Rows)
}

func TestCancelAnswersAtOnce(t *testing.T) {
	b := start(t, nil)
	done := make(chan []byte, 1)
	go func() {
		_, _, body := b.do(b.request("POST", "/api/v1/query", gen.QueryRequest{Dialect: "spark", Sql: "SELECT sum(a.id * b.id) AS s FROM range(4000000) AS a CROSS JOIN range(400000) AS b"}))
		done <- body
	}()
	var jobs []gen.Job
	require.Eventually(t, func() bool {
		b.ask("GET", "/jobs", nil, 200, &jobs)
		return len(jobs) == 1
	}, 5*time.Second, 5*time.Millisecond)
	begin := time.Now()
	var job gen.Job
	b.ask("POST", "/jobs/"+jobs[0].Id+"/cancel", nil, 200, &job)
	require.Less(t, time.Since(begin), 100*time.Millisecond)
	require.Equal(t, gen.JobState("cancelled"), job.State)
	select {
	case body := <-done:
		require.Contains(t, string(body), "job.cancelled")
	case <-time.After(2 * time.Second):
		t.Fatal("the query went on")
	}
	b.ask("POST", "/jobs/j99/cancel", nil, 404, nil)
}

func TestNotebookOverTheWire(t *testing.T) {
	b := start(t, nil)
	events, err := http.DefaultClient.Do(func() *http.Request {
		r := b.request("GET", "/api/v1/events?token="+b.server.Token(), nil)
		r.Header.Del("Authorization")
		return r
	}())
	require.NoError(t, err)
	defer events.Body.Close()

	var nb, edited gen.Notebook
	b.ask("POST", "/notebooks", gen.CreateNotebookJSONBody{Name: "my notes 100%"}, 200, &nb)
	require.Equal(t, "my notes 100%.ipynb", nb.Name)
	path := "/notebooks/my%20notes%20100%25.ipynb"
	edits := []gen.Edit{{Op: "insert", Cell: "one", Kind: "sql", Source: "SELECT 1 AS a"}, {Op: "insert", Cell: "two", After: "one", Kind: "sql", Source: "SELECT boom("}, {Op: "insert", Cell: "three", After: "two", Kind: "sql", Source: "SELECT 3 AS c"}}
	b.ask("PATCH", path, gen.EditRequest{Etag: nb.Etag, Edits: edits}, 200, &edited)
	require.NotEqual(t, nb.Etag, edited.Etag)
	var conflict struct {
		Code     string
		Document gen.Notebook
	}
	b.ask("PATCH", path, gen.EditRequest{Etag: nb.Etag, Edits: edits}, 409, &conflict)
	require.Equal(t, "notebook.changed", conflict.Code)
	require.Equal(t, edited.Etag, conflict.Document.Etag)

	var job gen.Job
	b.ask("POST", path+"/run", gen.RunRequest{Mode: "all"}, 202, &job)
	states := map[string][]string{}
	lines := bufio.NewScanner(events.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var e gen.Event
		require.NoError(t, json.Unmarshal([]byte(data), &e))
		if e.Type == "cell" {
			states[e.Cell] = append(states[e.Cell], string(e.Run.State))
		}
		if e.Type == "job" && e.Job.Id == job.Id && e.Job.State != "running" {
			require.Equal(t, "error", string(e.Job.State))
			break
		}
	}
	require.Equal(t, []string{"queued", "running", "ok"}, states["one"][:3])
	require.Equal(t, "error", states["two"][2])
	require.Equal(t, []string{"queued", "idle"}, states["three"], "the run stops at the first failed cell")

	var ran gen.Notebook
	b.ask("GET", path, nil, 200, &ran)
	require.Equal(t, int64(1), *ran.Cells[0].Run.Rows)
	require.NotEmpty(t, ran.Cells[1].Run.Problem.Code)
	var saved gen.Notebook
	b.ask("POST", path+"/save-with-outputs", nil, 200, &saved)
	data, err := os.ReadFile(filepath.Join(b.dir, "notebooks", nb.Name))
	require.NoError(t, err)
	require.Contains(t, string(data), "application/vnd.laketop.result+json")
	require.Contains(t, string(data), "<table>")

	b.ask("PATCH", path, gen.EditRequest{Etag: saved.Etag, Edits: []gen.Edit{{Op: "setSource", Cell: "one", Source: "SELECT 2 AS a"}}}, 200, &edited)
	require.Equal(t, "stale", string(edited.Cells[0].Run.State))
	for _, name := range []string{"..%2F..%2Fetc%2Fpasswd", "x.txt", "a%2F..%2Fb.ipynb", ".hidden.ipynb", "%2Fetc%2Fx.ipynb", "a%00.ipynb"} {
		b.ask("GET", "/notebooks/"+name, nil, 422, nil)
	}
	b.ask("GET", "/notebooks/nope.ipynb", nil, 404, nil)
}

func TestSettingsAndWorkspace(t *testing.T) {
	b := start(t, nil)
	var set gen.Settings
	b.ask("GET", "/settings", nil, 200, &set)
	require.Len(t, set.Recent, 1)
	set.Language, set.Theme = "zh-CN", "dark"
	b.ask("PUT", "/settings", set, 200, &set)
	require.Equal(t, "zh-CN", string(set.Language))
	var p gen.Problem
	b.ask("POST", "/workspace/open", gen.OpenRequest{Path: "/no/such/folder"}, 404, &p)
	require.Contains(t, p.Message, "没有文件夹")
	var ws gen.Workspace
	b.ask("GET", "/workspace", nil, 200, &ws)
	require.True(t, ws.Open, "what was open stays open")
	b.ask("POST", "/workspace/close", nil, 200, &ws)
	require.False(t, ws.Open)
	b.ask("GET", "/catalog", nil, 409, nil)
	b.ask("POST", "/workspace/open", gen.OpenRequest{Path: b.dir}, 200, &ws)
	require.True(t, ws.Open)
	var about gen.About
	b.ask("GET", "/about", nil, 200, &about)
	require.Equal(t, "test", about.Version)
	b.ask("GET", "/no/such", nil, 404, nil)
}
