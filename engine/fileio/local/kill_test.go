package local

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/soak"
)

const killEnv = "LAKETOP_LOCAL_CHILD"

// content of file i: long enough to be torn.
func content(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "%08d", i), 4096) }

// TestCreatingChild is the process that TestKilledWhileCreating kills; by itself
// it does nothing.
func TestCreatingChild(t *testing.T) {
	dir := os.Getenv(killEnv)
	if dir == "" {
		return
	}
	f, err := New(dir)
	require.NoError(t, err)
	for i := 0; ; i++ {
		require.NoError(t, f.Create(t.Context(), fmt.Sprintf("a/b/f%d", i), content(i)))
		require.NoError(t, f.Overwrite(t.Context(), "hint", content(i)))
	}
}

// A file has its name only when it is whole, whenever the process is killed.
func TestKilledWhileCreating(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	rng := soak.Rand(t)
	for range soak.Pick(0, 10, 200) {
		dir := t.TempDir()
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestCreatingChild$")
		c.Env = append(os.Environ(), killEnv+"="+dir)
		require.NoError(t, c.Start())
		time.Sleep(time.Duration(30+rng.IntN(120)) * time.Millisecond)
		require.NoError(t, c.Process.Kill())
		_ = c.Wait() // it was killed
		f, err := New(dir)
		require.NoError(t, err)
		infos, err := f.List(t.Context(), "a/b")
		require.NoError(t, err)
		for _, i := range infos {
			name := path.Base(i.Path)
			if strings.HasPrefix(name, ".") {
				continue
			}
			var n int
			_, err := fmt.Sscanf(name, "f%d", &n)
			require.NoError(t, err)
			b, err := f.ReadFile(t.Context(), i.Path)
			require.NoError(t, err)
			require.True(t, bytes.Equal(content(n), b), name)
		}
		if b, err := f.ReadFile(t.Context(), "hint"); err == nil {
			require.Len(t, b, len(content(0)))
		}
	}
}
