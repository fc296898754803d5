package window_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// leastColours is how many colours the painted page has at least; an empty
// window has one or two.
const leastColours = 200

// TestWindowPaints starts the built window under Xvfb: the page is painted, the
// API answers its own token only, and the window ends when asked.
func TestWindowPaints(t *testing.T) {
	w := openWindow(t)
	t.Logf("painted after %d ms, %d colours", w.painted.Milliseconds(), w.photograph(w.picture))
	if keep := os.Getenv("LAKETOP_WINDOW_PICTURE"); keep != "" {
		data, err := os.ReadFile(w.picture)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(keep, data, 0o600))
	}
	require.Equal(t, http.StatusUnauthorized, w.status(""))
	require.Equal(t, http.StatusOK, w.status(w.endpoint.Token))

	// A second start shows the first window and ends well.
	again := exec.Command(w.program, w.dir)
	again.Env = w.env
	out, err := again.CombinedOutput()
	require.NoError(t, err, string(out))

	w.end()
}

// TestAFileOpensInTheRunningWindow starts the program on a notebook's file while
// the workspace has a window: the window goes to the notebook, so that "run all"
// runs it.
func TestAFileOpensInTheRunningWindow(t *testing.T) {
	w := openWindow(t)
	name := "日报 it's.ipynb"
	cell := `{"cell_type": "code", "id": "one", "metadata": {"laketop": {"kind": "sql", "dialect": "spark"}}, "source": "SELECT 1", "outputs": [], "execution_count": null}`
	file := filepath.Join(w.dir, "notebooks", name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(`{"cells": [`+cell+`], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`), 0o600))
	runs := func() bool {
		w.xdotool("key", "ctrl+shift+Return")
		return strings.Contains(w.get("/jobs"), name)
	}
	require.False(t, runs(), "no notebook is open yet")

	again := exec.Command(w.program, file)
	again.Env = w.env
	out, err := again.CombinedOutput()
	require.NoError(t, err, string(out))
	w.eventually(runs, "the window does not go to the notebook")
	if keep := os.Getenv("LAKETOP_WINDOW_PICTURE"); keep != "" {
		w.photograph(keep)
	}
	w.end()
}

// TestClosingAsksWhileAJobRuns presses the window's close button while a
// statement runs: answered No, everything goes on; with nothing running the
// window closes without a question.
func TestClosingAsksWhileAJobRuns(t *testing.T) {
	w := openWindow(t)
	main := w.find("Laketop")
	require.Len(t, main, 1)
	running := make(chan int, 1)
	go func() {
		running <- w.post("/query", endless)
	}()
	w.eventually(func() bool { return strings.Contains(w.get("/jobs"), `"running"`) }, "no job runs")

	w.pressClose(main[0], func() bool { return len(w.find("Laketop")) == 2 }, "nothing is asked")
	var dialog string
	for _, id := range w.find("Laketop") {
		if id != main[0] {
			dialog = id
		}
	}
	if keep := os.Getenv("LAKETOP_WINDOW_PICTURE"); keep != "" {
		photograph(w.display, "root", keep)
	}
	w.xdotool("windowfocus", dialog)
	w.xdotool("key", "Escape")
	w.eventually(func() bool { return len(w.find("Laketop")) == 1 }, "the question stays")
	require.Equal(t, http.StatusOK, w.status(w.endpoint.Token))
	require.Contains(t, w.get("/jobs"), `"running"`, "the job goes on")

	var jobs []struct{ ID, State string }
	require.NoError(t, json.Unmarshal([]byte(w.get("/jobs")), &jobs))
	for _, job := range jobs {
		if job.State == "running" {
			w.post("/jobs/"+job.ID+"/cancel", "")
		}
	}
	<-running
	w.pressClose(main[0], func() bool { return len(w.find("Laketop")) == 0 }, "the window stays")
	w.requireEnd()
}

// TestASignalEndsWithoutAsking: who sends one is not there to answer.
func TestASignalEndsWithoutAsking(t *testing.T) {
	w := openWindow(t)
	go w.post("/query", endless)
	w.eventually(func() bool { return strings.Contains(w.get("/jobs"), `"running"`) }, "no job runs")
	w.end()
}

// endless is a statement that takes hours.
const endless = `{"dialect": "spark", "sql": "SELECT count(*) FROM range(3000000000000) WHERE id * 7 % 11 = 3"}`

// shown is the built window on a display of its own, with an empty workspace.
type shown struct {
	t                              *testing.T
	program, dir, display, picture string
	env                            []string
	process                        *exec.Cmd
	log                            *bytes.Buffer
	ended                          chan error
	painted                        time.Duration
	endpoint                       struct{ URL, Token string }
}

// openWindow waits until the page is painted. LAKETOP_WINDOW names the program;
// else build/bin/laketop is taken.
func openWindow(t *testing.T) *shown {
	t.Helper()
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("needs the built window, Xvfb and seconds")
	}
	program := os.Getenv("LAKETOP_WINDOW")
	if program == "" {
		program = filepath.Join("..", "..", "build", "bin", "laketop")
	}
	program, err := filepath.Abs(program)
	require.NoError(t, err)
	_, err = os.Stat(program)
	require.NoError(t, err, "build the window first: make build")

	w := &shown{t: t, program: program, display: startDisplay(t), dir: filepath.Join(t.TempDir(), "w"), picture: filepath.Join(t.TempDir(), "window.png"), log: &bytes.Buffer{}, ended: make(chan error, 1)}
	w.env = append(os.Environ(), "DISPLAY="+w.display, "HOME="+t.TempDir(), "LAKETOP_HOME="+t.TempDir(), "WAYLAND_DISPLAY=", "NO_AT_BRIDGE=1")
	out, err := exec.Command(program, "init", w.dir).CombinedOutput()
	require.NoError(t, err, string(out))

	manager := exec.Command("openbox") // buttons of windows are the window manager's
	manager.Env = w.env
	require.NoError(t, manager.Start())
	t.Cleanup(func() {
		_ = manager.Process.Kill() // it may be gone with its display
		_ = manager.Wait()
	})
	require.Eventually(t, func() bool {
		check := exec.Command("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		check.Env = w.env
		out, err := check.Output()
		return err == nil && strings.Contains(string(out), "window id")
	}, 20*time.Second, 50*time.Millisecond, "no window manager")

	w.process = exec.Command(program, w.dir)
	w.process.Env, w.process.Stdout, w.process.Stderr = w.env, w.log, w.log
	begin := time.Now()
	require.NoError(t, w.process.Start())
	go func() { w.ended <- w.process.Wait() }()
	t.Cleanup(func() { _ = w.process.Process.Kill() }) // it has ended already where the test passed
	require.Eventually(t, func() bool {
		w.painted = time.Since(begin)
		return w.photograph(w.picture) > leastColours
	}, 30*time.Second, 100*time.Millisecond, "the window stays empty")

	data, err := os.ReadFile(filepath.Join(w.dir, ".laketop", "endpoint.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &w.endpoint))
	return w
}

// end asks the program to end and waits: WebKit's processes write to its folders
// until it has.
func (w *shown) end() {
	w.t.Helper()
	require.NoError(w.t, w.process.Process.Signal(syscall.SIGTERM))
	w.requireEnd()
}

func (w *shown) requireEnd() {
	w.t.Helper()
	select {
	case err := <-w.ended:
		require.NoError(w.t, err, w.log.String())
	case <-time.After(15 * time.Second):
		require.FailNow(w.t, "the window does not end")
	}
	_, err := os.Stat(filepath.Join(w.dir, ".laketop", "endpoint.json"))
	require.ErrorIs(w.t, err, os.ErrNotExist, "the workspace is given up")
}

func (w *shown) eventually(check func() bool, what string) {
	w.t.Helper()
	require.Eventually(w.t, check, 20*time.Second, 100*time.Millisecond, what)
}

// find gives the ids of the visible windows of a title.
func (w *shown) find(title string) []string {
	cmd := exec.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$")
	cmd.Env = w.env
	out, err := cmd.Output()
	if err != nil {
		return nil // none
	}
	return strings.Fields(string(out))
}

// pressClose closes a window as the window manager's button does, until that has
// come about: a key goes to nobody when the focus is passed on just then.
func (w *shown) pressClose(id string, came func() bool, what string) {
	w.t.Helper()
	var pressed time.Time
	w.eventually(func() bool {
		if came() {
			return true
		}
		if time.Since(pressed) > 5*time.Second {
			pressed = time.Now()
			w.xdotool("windowactivate", "--sync", id)
			w.xdotool("key", "alt+F4")
		}
		return false
	}, what)
}

func (w *shown) xdotool(args ...string) {
	w.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = w.env
	out, err := cmd.CombinedOutput()
	require.NoError(w.t, err, string(out))
}

func (w *shown) status(token string) int {
	return w.ask(http.MethodGet, "/workspace", token, "").status
}

func (w *shown) get(path string) string {
	return w.ask(http.MethodGet, path, w.endpoint.Token, "").body
}

func (w *shown) post(path, body string) int {
	return w.ask(http.MethodPost, path, w.endpoint.Token, body).status
}

type answer struct {
	status int
	body   string
}

func (w *shown) ask(method, path, token, body string) answer {
	req, err := http.NewRequest(method, w.endpoint.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return answer{body: err.Error()}
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{res.StatusCode, string(text)}
}

// startDisplay runs Xvfb on a free display number.
func startDisplay(t testing.TB) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1400x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	require.NoError(t, x.Start())
	t.Cleanup(func() {
		_ = x.Process.Kill() // it may be gone
		_ = x.Wait()
	})
	require.NoError(t, w.Close())
	require.NoError(t, r.SetReadDeadline(time.Now().Add(10*time.Second)))
	number := make([]byte, 16)
	n, err := r.Read(number)
	require.NoError(t, err)
	return ":" + strings.TrimSpace(string(number[:n]))
}

// photograph pictures what the window shows, without its frame, and counts the
// colours; 0 while that fails.
func (w *shown) photograph(file string) int {
	ids := w.find("Laketop")
	if len(ids) == 0 {
		return 0
	}
	return photograph(w.display, ids[0], file)
}

func photograph(display, window, file string) int {
	shot := exec.Command("import", "-window", window, file)
	shot.Env = append(os.Environ(), "DISPLAY="+display)
	if shot.Run() != nil {
		return 0
	}
	out, err := exec.Command("identify", "-format", "%k", file).Output()
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		return 0
	}
	return n
}
