package duck_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
)

func TestAllowsWhatTheRootsHold(t *testing.T) {
	inside, outside := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(outside, filepath.Join(inside, "link")))
	require.NoError(t, os.Symlink(inside, filepath.Join(outside, "door")))
	db := open(t, duck.Options{Roots: []string{filepath.Join(outside, "door")}})
	for path, want := range map[string]bool{
		inside: true, filepath.Join(inside, "not/yet/there"): true, filepath.Join(outside, "door/x"): true,
		outside: false, inside + "2": false, filepath.Join(inside, "../x"): false, filepath.Join(inside, "link/x"): false, filepath.Join(inside, "..x"): true, "/": false, "/etc/passwd": false,
	} {
		require.Equal(t, want, db.Allows(path), path)
	}
	require.True(t, open(t, duck.Options{Roots: []string{"/"}}).Allows("/etc/passwd"))
}
