package paimon_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// op is one operation for a judge; see testdata/interop/README.md.
type op map[string]any

// verdict is a judge's answer.
type verdict struct {
	Error   string
	Rows    [][]any
	Columns []string
	Files   int
}

// judge is a running process of the real thing.
type judge struct {
	name   string
	mu     sync.Mutex
	in     io.WriteCloser
	out    *bufio.Reader
	errors said
	cmd    *exec.Cmd
}

const interopDir = "testdata/interop"

// judges starts both judges once for the whole suite.
func judges(t *testing.T) (java, python *judge) {
	t.Helper()
	home := os.Getenv("LAKETOP_JUDGES")
	if home == "" {
		home = "/opt/laketop-judges"
	}
	jar := filepath.Join(home, "java", "judge.jar")
	stamp, err := os.ReadFile(filepath.Join(home, "java", "stamp"))
	require.NoError(t, err, "no Java judge in %s: run engine/paimon/%s/install.sh", home, interopDir)
	require.Equal(t, sourceStamp(t), string(stamp), "the Java judge is of other sources: run engine/paimon/%s/install.sh", interopDir)
	java = start(t, "java", "java", "-Xmx1g", "-XX:+UseSerialGC", "-Duser.timezone=America/New_York", "-cp", jar+":"+filepath.Join(home, "java", "lib", "*"), "laketop.Judge")
	python = start(t, "pypaimon", filepath.Join(home, "bin", "python"), filepath.Join(interopDir, "judge.py"))
	return java, python
}

// sourceStamp is install.sh's hash of what the jar is built from.
func sourceStamp(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(interopDir + "/src/main/java/laketop/*.java")
	require.NoError(t, err)
	sort.Strings(files)
	h := sha256.New()
	for _, f := range append([]string{interopDir + "/pom.xml"}, files...) {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func start(t *testing.T, name string, command ...string) *judge {
	t.Helper()
	j := &judge{name: name, cmd: exec.CommandContext(t.Context(), command[0], command[1:]...)}
	in, err := j.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := j.cmd.StdoutPipe()
	require.NoError(t, err)
	j.cmd.Stderr = &j.errors
	j.in, j.out = in, bufio.NewReaderSize(out, 1<<20)
	require.NoError(t, j.cmd.Start(), "judge %s is missing: run engine/paimon/%s/install.sh", name, interopDir)
	t.Cleanup(func() {
		_ = in.Close()
		_ = j.cmd.Wait()
	})
	return j
}

// ask runs one operation.
func (j *judge) ask(t *testing.T, o op) verdict {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	line, err := json.Marshal(o)
	require.NoError(t, err)
	_, err = j.in.Write(append(line, '\n'))
	require.NoError(t, err, "%s: %s", j.name, j.errors.String())
	answer, err := j.out.ReadBytes('\n')
	require.NoError(t, err, "%s: %s", j.name, j.errors.String())
	var v verdict
	require.NoError(t, json.Unmarshal(answer, &v), "%s", answer)
	return v
}

// do runs an operation that must succeed.
func (j *judge) do(t *testing.T, o op) verdict {
	t.Helper()
	v := j.ask(t, o)
	require.Empty(t, v.Error, "%s: %v", j.name, o)
	return v
}

// lines are rows as sorted JSON texts, for comparison without order.
func lines(t testing.TB, rows [][]any) []string {
	t.Helper()
	out := make([]string, len(rows))
	for i, r := range rows {
		b, err := json.Marshal(r)
		require.NoError(t, err)
		out[i] = string(b)
	}
	sort.Strings(out)
	return out
}

// said keeps what a judge writes to its error stream while the test reads it.
type said struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

// String is everything so far.
func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}
