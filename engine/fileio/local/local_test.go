package local

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/fileiotest"
)

func open(t *testing.T) *FS {
	f, err := New(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func TestConformance(t *testing.T) {
	fileiotest.Run(t, func(t *testing.T) fileio.FileIO { return open(t) })
}

func TestLinkOutOfTheRootIsRefused(t *testing.T) {
	f, outside := open(t), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(f.Root(), "door")))
	_, err := f.ReadFile(t.Context(), "door/secret")
	require.Error(t, err)
	require.Error(t, f.Create(t.Context(), "door/new", nil))
	infos, err := f.List(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, infos)
}

func TestLinkInsideTheRootIsFollowed(t *testing.T) {
	f := open(t)
	require.NoError(t, f.Create(t.Context(), "real/f", []byte("x")))
	require.NoError(t, os.Symlink("real", filepath.Join(f.Root(), "alias")))
	b, err := f.ReadFile(t.Context(), "alias/f")
	require.NoError(t, err)
	require.Equal(t, "x", string(b))
	infos, err := f.List(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, infos, 2)
	require.True(t, infos[0].IsDir)
}

// An fsync that fails once must not count as done, even if the next succeeds.
func TestFailedSyncCreatesNothing(t *testing.T) {
	f := open(t)
	full := errors.New("no space left on device")
	f.sync = func(*os.File) error { return full }
	require.NoError(t, os.MkdirAll(filepath.Join(f.Root(), "d"), 0o755))
	require.ErrorIs(t, f.Create(t.Context(), "d/f", []byte("x")), full)
	require.ErrorIs(t, f.Overwrite(t.Context(), "d/f", []byte("x")), full)
	f.sync = (*os.File).Sync
	infos, err := f.List(t.Context(), "d")
	require.NoError(t, err)
	require.Empty(t, infos, "no file and no temporary file")
}

func TestSyncByName(t *testing.T) {
	f := open(t)
	require.NoError(t, f.MakeDir(t.Context(), "t/bucket-0"))
	p, err := f.LocalPath("t/bucket-0/data")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(p, []byte("x"), 0o600))
	require.NoError(t, f.Sync(t.Context(), "t/bucket-0/data"))
	require.ErrorIs(t, f.Sync(t.Context(), "t/bucket-0/none"), fileio.ErrNotExist)
}

func BenchmarkCreate(b *testing.B) {
	f, err := New(b.TempDir())
	require.NoError(b, err)
	for b.Loop() {
		require.NoError(b, f.Create(b.Context(), "d/f", make([]byte, 2000)))
		require.NoError(b, f.Remove(b.Context(), "d/f"))
	}
}
