package window_test

import (
	"bytes"
	"encoding/json"
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
// LAKETOP_WINDOW names the program; else build/bin/laketop is taken.
func TestWindowPaints(t *testing.T) {
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

	display := startDisplay(t)
	dir := filepath.Join(t.TempDir(), "w")
	env := append(os.Environ(), "DISPLAY="+display, "HOME="+t.TempDir(), "LAKETOP_HOME="+t.TempDir(), "WAYLAND_DISPLAY=", "NO_AT_BRIDGE=1")
	out, err := exec.Command(program, "init", dir).CombinedOutput()
	require.NoError(t, err, string(out))

	var log bytes.Buffer
	window := exec.Command(program, dir)
	window.Env, window.Stdout, window.Stderr = env, &log, &log
	begin := time.Now()
	require.NoError(t, window.Start())
	defer window.Process.Kill() // it has ended already where the test passed

	picture := filepath.Join(t.TempDir(), "window.png")
	painted := time.Duration(0)
	require.Eventually(t, func() bool {
		painted = time.Since(begin)
		return colours(display, picture) > leastColours
	}, 30*time.Second, 100*time.Millisecond, "the window stays empty:\n%s", &log)
	t.Logf("painted after %d ms, %d colours", painted.Milliseconds(), colours(display, picture))
	if keep := os.Getenv("LAKETOP_WINDOW_PICTURE"); keep != "" {
		data, err := os.ReadFile(picture)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(keep, data, 0o600))
	}

	data, err := os.ReadFile(filepath.Join(dir, ".laketop", "endpoint.json"))
	require.NoError(t, err)
	var endpoint struct{ URL, Token string }
	require.NoError(t, json.Unmarshal(data, &endpoint))
	require.Equal(t, http.StatusUnauthorized, status(t, endpoint.URL, ""))
	require.Equal(t, http.StatusOK, status(t, endpoint.URL, endpoint.Token))

	// A second start shows the first window and ends well.
	again := exec.Command(program, dir)
	again.Env = env
	out, err = again.CombinedOutput()
	require.NoError(t, err, string(out))

	require.NoError(t, window.Process.Signal(syscall.SIGTERM))
	ended := make(chan error, 1)
	go func() { ended <- window.Wait() }()
	select {
	case err := <-ended:
		require.NoError(t, err, log.String())
	case <-time.After(15 * time.Second):
		t.Fatalf("the window does not end:\n%s", &log)
	}
	_, err = os.Stat(filepath.Join(dir, ".laketop", "endpoint.json"))
	require.ErrorIs(t, err, os.ErrNotExist, "the workspace is given up")
}

func status(t *testing.T, base, token string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, base+"/api/v1/workspace", nil)
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
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

// colours photographs the screen and counts; 0 while that fails.
func colours(display, file string) int {
	shot := exec.Command("import", "-window", "root", file)
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
