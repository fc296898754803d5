package window_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// starts is how often a start is timed; the first, which reads the program from
// disk, is left out.
const starts = 8

// program is the built window: make build.
func program(tb testing.TB) string {
	tb.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "build", "bin", "laketop"))
	require.NoError(tb, err)
	_, err = os.Stat(path)
	require.NoError(tb, err, "build the program first: make build")
	return path
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2].Milliseconds())
}

// demo is a workspace to start on.
func demo(tb testing.TB, bin string) string {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "w")
	out, err := exec.Command(bin, "init", dir, "--sample", "game").CombinedOutput()
	require.NoError(tb, err, string(out))
	return dir
}

func stop(tb testing.TB, c *exec.Cmd) {
	tb.Helper()
	require.NoError(tb, c.Process.Signal(syscall.SIGTERM))
	_ = c.Wait() // how it ends is not what is measured
}

// BenchmarkRatioServe times `laketop serve` from its start to its first answer.
func BenchmarkRatioServe(b *testing.B) {
	bin := program(b)
	dir := demo(b, bin)
	address := regexp.MustCompile(`http://[^/]+`)
	for range b.N {
		var times []time.Duration
		for i := range starts {
			out, err := os.CreateTemp(b.TempDir(), "out")
			require.NoError(b, err)
			c := exec.Command(bin, "serve", dir, "--listen", "127.0.0.1:0")
			c.Stdout, c.Env = out, append(os.Environ(), "LAKETOP_HOME="+b.TempDir())
			begin := time.Now()
			require.NoError(b, c.Start())
			require.Eventually(b, func() bool {
				said, err := os.ReadFile(out.Name())
				url := address.Find(said)
				if err != nil || url == nil {
					return false
				}
				res, err := http.Get(string(url) + "/")
				return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
			}, 30*time.Second, 2*time.Millisecond)
			if i > 0 {
				times = append(times, time.Since(begin))
			}
			stop(b, c)
			require.NoError(b, out.Close())
		}
		b.ReportMetric(median(times), "ready-ms")
	}
}

// BenchmarkRatioWindow times the window under Xvfb from its start to a painted
// page.
func BenchmarkRatioWindow(b *testing.B) {
	bin := program(b)
	dir := demo(b, bin)
	display := startDisplay(b)
	for range b.N {
		var times []time.Duration
		for i := range starts {
			var log bytes.Buffer
			c := exec.Command(bin, dir)
			c.Stdout, c.Stderr = &log, &log
			c.Env = append(os.Environ(), "DISPLAY="+display, "HOME="+b.TempDir(), "LAKETOP_HOME="+b.TempDir(), "WAYLAND_DISPLAY=", "NO_AT_BRIDGE=1")
			begin := time.Now()
			require.NoError(b, c.Start())
			picture := filepath.Join(b.TempDir(), "window.png")
			require.Eventually(b, func() bool { return photograph(display, "root", picture) > leastColours }, 30*time.Second, 10*time.Millisecond, "the window stays empty:\n%s", &log)
			if i > 0 {
				times = append(times, time.Since(begin))
			}
			stop(b, c)
		}
		b.ReportMetric(median(times), "painted-ms")
	}
}
