package notebook

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/workspace"
	"laketop/engine/problem"
)

// room opens the notebooks of a new workspace.
func room(t *testing.T) (*Room, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "w")
	require.NoError(t, workspace.Init(dir, ""))
	bus := &workspace.Bus{}
	ws, err := workspace.Open(context.Background(), dir, workspace.Options{Bus: bus, Jobs: workspace.NewJobs(bus, time.Now), MemoryBytes: 512 << 20})
	require.NoError(t, err)
	r := NewRoom(ws, false)
	t.Cleanup(func() {
		require.NoError(t, r.Close())
		require.NoError(t, ws.Close())
	})
	return r, dir
}

func (r *Room) runAll(t *testing.T, name string, mode Mode, cell string) View {
	t.Helper()
	_, err := r.Start(name, mode, cell, nil)
	require.NoError(t, err)
	require.Eventually(t, func() bool { v, err := r.Get(name); return err == nil && v.Job == "" }, 20*time.Second, 5*time.Millisecond)
	v, err := r.Get(name)
	require.NoError(t, err)
	return v
}

func TestNamesStayInsideNotebooks(t *testing.T) {
	r, dir := room(t)
	secret := filepath.Join(dir, "secret.ipynb")
	require.NoError(t, os.WriteFile(secret, New("x", "spark").Bytes(), 0o600))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, Folder, "link.ipynb")))
	for _, name := range []string{"../secret.ipynb", "/etc/passwd", "a/../../secret.ipynb", "link.ipynb", "x.txt", ".x.ipynb", "a\\b.ipynb", "C:x.ipynb", "a\x00.ipynb", "", strings.Repeat("a", 300) + ".ipynb"} {
		_, err := r.Get(name)
		p, ok := problem.As(err)
		require.True(t, ok, "%q: %v", name, err)
		require.Equal(t, "notebook.name", p.Code, name)
	}
}

func TestStaleCellsAreThoseThatRestOnAChange(t *testing.T) {
	r, _ := room(t)
	v, err := r.Create("n", "")
	require.NoError(t, err)
	v, err = r.Edit(v.Name, v.Etag, []Edit{
		{Op: "insert", Cell: "make", Kind: SQL, Source: "CREATE DATABASE IF NOT EXISTS d; DROP TABLE IF EXISTS d.t; CREATE TABLE d.t USING paimon AS SELECT 1 AS a"},
		{Op: "insert", Cell: "read", After: "make", Kind: SQL, Source: "SELECT a FROM d.t"},
		{Op: "insert", Cell: "apart", After: "read", Kind: SQL, Source: "SELECT 7 AS b"},
	})
	require.NoError(t, err)
	v = r.runAll(t, v.Name, All, "")
	for _, id := range []string{"make", "read", "apart"} {
		require.Equal(t, OK, v.Runs[id].State, "%s: %v", id, v.Runs[id].Err)
	}
	require.Equal(t, int64(1), v.Runs["read"].Last().Rows)

	v, err = r.Edit(v.Name, v.Etag, []Edit{{Op: "setSource", Cell: "make", Source: "DROP TABLE IF EXISTS d.t; CREATE TABLE d.t USING paimon AS SELECT 2 AS a"}})
	require.NoError(t, err)
	require.Equal(t, []State{Stale, Stale, OK}, []State{v.Runs["make"].State, v.Runs["read"].State, v.Runs["apart"].State})
	v = r.runAll(t, v.Name, One, "make")
	require.Equal(t, []State{OK, Stale, OK}, []State{v.Runs["make"].State, v.Runs["read"].State, v.Runs["apart"].State})
	v = r.runAll(t, v.Name, Below, "read")
	require.Equal(t, OK, v.Runs["read"].State)
	require.Equal(t, "2", *v.Runs["read"].Last().Head[0][0])
}

func TestResultsSurviveARestartAsHeads(t *testing.T) {
	r, _ := room(t)
	v, err := r.Create("n", "")
	require.NoError(t, err)
	v, err = r.Edit(v.Name, v.Etag, []Edit{{Op: "insert", Cell: "a", Kind: SQL, Source: "SELECT 1 AS x"}, {Op: "insert", Cell: "b", After: "a", Kind: SQL, Source: "SELECT nope"}})
	require.NoError(t, err)
	r.runAll(t, v.Name, All, "")
	again := NewRoom(r.ws, false)
	defer again.Close()
	v, err = again.Get(v.Name)
	require.NoError(t, err)
	require.Equal(t, OK, v.Runs["a"].State)
	require.True(t, v.Runs["a"].Last().Gone)
	require.Equal(t, "1", *v.Runs["a"].Last().Head[0][0])
	require.Equal(t, Failed, v.Runs["b"].State)
	require.NotNil(t, v.Runs["b"].Err.Span)
}

func TestChangesOfOtherProgramsAreSeen(t *testing.T) {
	r, dir := room(t)
	v, err := r.Create("n", "")
	require.NoError(t, err)
	events, stop := r.ws.Bus.Subscribe()
	defer stop()
	path := filepath.Join(dir, Folder, "n.ipynb")
	other, err := Parse("n", New("n", "flink").Bytes())
	require.NoError(t, err)
	require.NoError(t, workspace.WriteFile(path, other.Bytes()))
	_, err = r.Edit(v.Name, v.Etag, []Edit{{Op: "insert", Cell: "a", Kind: SQL}})
	require.ErrorIs(t, err, ErrChanged)
	require.Equal(t, "notebook", (<-events).Type)
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	v, err = r.Get("n.ipynb")
	require.NoError(t, err)
	require.Error(t, v.Err, "a broken file is shown as broken")
	require.NoError(t, os.Remove(path))
	_, err = r.Get("n.ipynb")
	require.Error(t, err)
}

func TestParametersFillCells(t *testing.T) {
	r, dir := room(t)
	text := `{"cells":[{"cell_type":"code","id":"a","metadata":{},"execution_count":null,"outputs":[],"source":"SELECT '${day}' AS d"}],"metadata":{"laketop":{"parameters":[{"name":"day","type":"date","default":"2026-01-01"}]}},"nbformat":4,"nbformat_minor":5}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, Folder, "p.ipynb"), []byte(text), 0o600))
	v := r.runAll(t, "p.ipynb", All, "")
	require.Equal(t, "2026-01-01", *v.Runs["a"].Last().Head[0][0])
	v, err := r.Edit("p.ipynb", v.Etag, []Edit{{Op: "setParameter", Parameter: "day", Value: "2026-02-02"}})
	require.NoError(t, err)
	require.Equal(t, Stale, v.Runs["a"].State)
	_, err = r.Start("p.ipynb", All, "", map[string]string{"dya": "x"})
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "notebook.unknown_parameter", p.Code)
}

func TestPythonAnswersWithSQL(t *testing.T) {
	r, dir := room(t)
	text := `{"cells":[{"cell_type":"code","id":"a","metadata":{},"outputs":[],"source":"%emr_serverless_spark\ndf = spark.read.parquet('x/*.parquet')\ndf.write.saveAsTable('d.t')"},{"cell_type":"code","id":"b","metadata":{},"outputs":[],"source":"%%sql\nSELECT 1 AS a"}],"metadata":{"kernelspec":{"language":"python"}},"nbformat":4,"nbformat_minor":5}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, Folder, "p.ipynb"), []byte(text), 0o600))
	v := r.runAll(t, "p.ipynb", One, "a")
	require.Equal(t, Failed, v.Runs["a"].State)
	require.Contains(t, v.Runs["a"].Err.Hint("en"), "CREATE TABLE d.t\nUSING paimon\nAS\nSELECT * FROM parquet.`x/*.parquet`;")
	v = r.runAll(t, "p.ipynb", All, "")
	require.Equal(t, OK, v.Runs["b"].State, "a run of many passes the Python cell over")
	after, err := os.ReadFile(filepath.Join(dir, Folder, "p.ipynb"))
	require.NoError(t, err)
	require.Equal(t, text, string(after))
}

func TestOutputsEscapeWhatTheyShow(t *testing.T) {
	r, _ := room(t)
	v, err := r.Create("n", "")
	require.NoError(t, err)
	v, err = r.Edit(v.Name, v.Etag, []Edit{{Op: "insert", Cell: "a", Kind: SQL, Source: "SELECT '<script>alert(1)</script>' AS `<b>`"}})
	require.NoError(t, err)
	r.runAll(t, v.Name, All, "")
	data, err := r.Executed(context.Background(), v.Name, nil)
	require.NoError(t, err)
	d, err := Parse("n", data)
	require.NoError(t, err)
	var html []string
	require.NoError(t, d.cells.items[0].value.get("outputs").items[0].value.at("data", "text/html").decode(&html))
	require.NotContains(t, strings.Join(html, ""), "<script>")
	require.NotContains(t, strings.Join(html, ""), "<b>")
	require.True(t, json.Valid(data))
}

// TestSaveProcess edits a notebook until it is killed; it is run by
// TestKilledWhileSaving only.
func TestSaveProcess(t *testing.T) {
	dir := os.Getenv("LAKETOP_TEST_SAVE")
	if dir == "" {
		return
	}
	bus := &workspace.Bus{}
	ws, err := workspace.Open(context.Background(), dir, workspace.Options{Bus: bus, Jobs: workspace.NewJobs(bus, time.Now), MemoryBytes: 256 << 20})
	require.NoError(t, err)
	r := NewRoom(ws, false)
	v, err := r.Get("n.ipynb")
	require.NoError(t, err)
	for i := 1; ; i++ {
		v, err = r.Edit(v.Name, v.Etag, []Edit{{Op: "setSource", Cell: "a", Source: "SELECT " + strconv.Itoa(i) + strings.Repeat(" -- padding\n", 2000)}})
		require.NoError(t, err)
		// By a rename, so that the kill never finds it empty.
		require.NoError(t, os.WriteFile(filepath.Join(dir, "acked.new"), []byte(strconv.Itoa(i)), 0o600))
		require.NoError(t, os.Rename(filepath.Join(dir, "acked.new"), filepath.Join(dir, "acked")))
	}
}

func TestKilledWhileSaving(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	r, dir := room(t)
	v, err := r.Create("n", "")
	require.NoError(t, err)
	_, err = r.Edit(v.Name, v.Etag, []Edit{{Op: "insert", Cell: "a", Kind: SQL, Source: "SELECT 0"}})
	require.NoError(t, err)
	for range 10 {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "acked")))
		child := exec.Command(os.Args[0], "-test.run=TestSaveProcess$")
		child.Env = append(os.Environ(), "LAKETOP_TEST_SAVE="+dir)
		require.NoError(t, child.Start())
		require.Eventually(t, func() bool { _, err := os.Stat(filepath.Join(dir, "acked")); return err == nil }, 20*time.Second, time.Millisecond)
		time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
		require.NoError(t, child.Process.Kill())
		_ = child.Wait() // killed
		data, err := os.ReadFile(filepath.Join(dir, Folder, "n.ipynb"))
		require.NoError(t, err)
		d, err := Parse("n", data)
		require.NoError(t, err, "the file is whole")
		c, ok := d.Cell("a")
		require.True(t, ok)
		acked, err := os.ReadFile(filepath.Join(dir, "acked"))
		require.NoError(t, err)
		last, err := strconv.Atoi(string(acked))
		require.NoError(t, err)
		saved, err := strconv.Atoi(strings.Fields(c.Source)[1])
		require.NoError(t, err)
		require.Contains(t, []int{last, last + 1}, saved, "what was acknowledged is there")
	}
}
