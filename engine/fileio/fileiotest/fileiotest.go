// Package fileiotest is the conformance suite that every fileio.FileIO passes.
//
// To add a place: call Run from its test with a function that makes a fresh,
// empty one.
package fileiotest

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
)

// Run holds the FileIO that fresh makes to the contract of package fileio.
func Run(t *testing.T, fresh func(t *testing.T) fileio.FileIO) {
	t.Helper()
	for name, rule := range map[string]func(*testing.T, fileio.FileIO){
		"create writes once and makes parents":       testCreate,
		"one of many creators wins":                  testCreateRace,
		"overwrite replaces":                         testOverwrite,
		"a missing path says so":                     testMissing,
		"list gives direct children in order":        testList,
		"rename moves a file and a folder":           testRename,
		"rename never replaces":                      testRenameExclusive,
		"one of many renamers wins":                  testRenameRace,
		"remove takes all and forgives":              testRemove,
		"open reads parts":                           testOpen,
		"a path that leaves the root is refused":     testPaths,
		"a cancelled context stops before the work":  testContext,
		"names outside ASCII come back as they were": testNames,
	} {
		t.Run(name, func(t *testing.T) { rule(t, fresh(t)) })
	}
}

func testCreate(t *testing.T, f fileio.FileIO) {
	require.NoError(t, f.Create(t.Context(), "a/b/c", []byte("one")))
	require.ErrorIs(t, f.Create(t.Context(), "a/b/c", []byte("two")), fileio.ErrExist)
	require.ErrorIs(t, f.Create(t.Context(), "a/b", []byte("a folder is there")), fileio.ErrExist)
	requireFile(t, f, "a/b/c", "one")
	require.Error(t, f.Create(t.Context(), "a/b/c/d", nil), "a file stands where a folder is needed")
	require.NoError(t, f.Create(t.Context(), "empty", nil))
	requireFile(t, f, "empty", "")
	infos, err := f.List(t.Context(), "a/b")
	require.NoError(t, err)
	require.Len(t, infos, 1, "no temporary file stays")
}

func testCreateRace(t *testing.T, f fileio.FileIO) {
	won := race(func(i int) error { return f.Create(t.Context(), "d/f", fmt.Appendf(nil, "%d", i)) })
	require.Len(t, won, 1)
	requireFile(t, f, "d/f", strconv.Itoa(won[0]))
}

func testOverwrite(t *testing.T, f fileio.FileIO) {
	require.NoError(t, f.Overwrite(t.Context(), "a/hint", []byte("7")))
	require.NoError(t, f.Overwrite(t.Context(), "a/hint", []byte("12")))
	requireFile(t, f, "a/hint", "12")
	require.Error(t, f.Overwrite(t.Context(), "a", nil), "a folder is not overwritten")
}

func testMissing(t *testing.T, f fileio.FileIO) {
	ctx := t.Context()
	require.NoError(t, f.Create(ctx, "file", nil))
	for _, p := range []string{"nothing", "no/thing", "file/below"} {
		_, err := f.Stat(ctx, p)
		require.ErrorIs(t, err, fileio.ErrNotExist, p)
		infos, err := f.List(ctx, p)
		require.NoError(t, err, p)
		require.Empty(t, infos)
	}
	_, err := f.ReadFile(ctx, "nothing")
	require.ErrorIs(t, err, fileio.ErrNotExist)
	_, err = f.Open(ctx, "no/thing")
	require.ErrorIs(t, err, fileio.ErrNotExist)
	require.ErrorIs(t, f.Rename(ctx, "nothing", "x"), fileio.ErrNotExist)
}

func testList(t *testing.T, f fileio.FileIO) {
	ctx := t.Context()
	for _, p := range []string{"t/b", "t/a/x", "t/a/y", "u"} {
		require.NoError(t, f.Create(ctx, p, []byte(p)))
	}
	infos, err := f.List(ctx, "t")
	require.NoError(t, err)
	require.Len(t, infos, 2)
	require.Equal(t, "t/a", infos[0].Path)
	require.True(t, infos[0].IsDir)
	require.Equal(t, "t/b", infos[1].Path)
	require.False(t, infos[1].IsDir)
	require.EqualValues(t, 3, infos[1].SizeBytes)
	root, err := f.List(ctx, "")
	require.NoError(t, err)
	require.Len(t, root, 2)
	st, err := f.Stat(ctx, "t/b")
	require.NoError(t, err)
	require.Equal(t, infos[1], st)
}

func testRename(t *testing.T, f fileio.FileIO) {
	ctx := t.Context()
	require.NoError(t, f.Create(ctx, "a/x/1", []byte("1")))
	require.NoError(t, f.Create(ctx, "a/x/2", []byte("2")))
	require.NoError(t, f.Rename(ctx, "a/x", "new/home"))
	requireFile(t, f, "new/home/1", "1")
	requireFile(t, f, "new/home/2", "2")
	_, err := f.Stat(ctx, "a/x")
	require.ErrorIs(t, err, fileio.ErrNotExist)
	require.NoError(t, f.Rename(ctx, "new/home/1", "new/one"))
	requireFile(t, f, "new/one", "1")
}

func testRenameExclusive(t *testing.T, f fileio.FileIO) {
	ctx := t.Context()
	for _, p := range []string{"a/1", "b/2", "c"} {
		require.NoError(t, f.Create(ctx, p, []byte(p)))
	}
	require.ErrorIs(t, f.Rename(ctx, "a", "b"), fileio.ErrExist)
	require.ErrorIs(t, f.Rename(ctx, "a", "c"), fileio.ErrExist)
	require.ErrorIs(t, f.Rename(ctx, "c", "b"), fileio.ErrExist)
	require.ErrorIs(t, f.Rename(ctx, "c", "a/1"), fileio.ErrExist)
	require.NoError(t, f.Remove(ctx, "b/2"))
	if _, err := f.Stat(ctx, "b"); err == nil {
		require.ErrorIs(t, f.Rename(ctx, "a", "b"), fileio.ErrExist, "an empty folder counts")
	}
	requireFile(t, f, "a/1", "a/1")
	requireFile(t, f, "c", "c")
}

func testRenameRace(t *testing.T, f fileio.FileIO) {
	for i := range racers {
		require.NoError(t, f.Create(t.Context(), fmt.Sprintf("from/%d/f", i), fmt.Appendf(nil, "%d", i)))
	}
	won := race(func(i int) error { return f.Rename(t.Context(), fmt.Sprintf("from/%d", i), "to") })
	require.Len(t, won, 1)
	requireFile(t, f, "to/f", strconv.Itoa(won[0]))
}

func testRemove(t *testing.T, f fileio.FileIO) {
	ctx := t.Context()
	require.NoError(t, f.Create(ctx, "d/e/f", nil))
	require.NoError(t, f.Create(ctx, "de", nil))
	require.NoError(t, f.Remove(ctx, "d"))
	require.NoError(t, f.Remove(ctx, "d"))
	require.NoError(t, f.Remove(ctx, "never/was"))
	_, err := f.Stat(ctx, "d/e/f")
	require.ErrorIs(t, err, fileio.ErrNotExist)
	_, err = f.Stat(ctx, "de")
	require.NoError(t, err)
	require.Error(t, f.Remove(ctx, ""), "the root stays")
}

func testOpen(t *testing.T, f fileio.FileIO) {
	require.NoError(t, f.Create(t.Context(), "d/f", []byte("0123456789")))
	o, err := f.Open(t.Context(), "d/f")
	require.NoError(t, err)
	require.EqualValues(t, 10, o.Size())
	b := make([]byte, 3)
	_, err = o.ReadAt(b, 6)
	require.NoError(t, err)
	require.Equal(t, "678", string(b))
	require.NoError(t, o.Close())
	_, err = f.Open(t.Context(), "d")
	require.Error(t, err)
}

func testPaths(t *testing.T, f fileio.FileIO) {
	ctx := t.Context()
	for _, p := range []string{"..", "../x", "a/../../x", "a/..", "/etc/passwd", "a\x00b", "a//b", ".", "a/", `a\b`} {
		_, err := f.ReadFile(ctx, p)
		require.ErrorIs(t, err, fileio.ErrPath, "%q", p)
		require.ErrorIs(t, f.Create(ctx, p, nil), fileio.ErrPath, "%q", p)
		require.ErrorIs(t, f.Overwrite(ctx, p, nil), fileio.ErrPath, "%q", p)
		require.ErrorIs(t, f.Remove(ctx, p), fileio.ErrPath, "%q", p)
		require.ErrorIs(t, f.Rename(ctx, "x", p), fileio.ErrPath, "%q", p)
		_, err = f.List(ctx, p)
		require.ErrorIs(t, err, fileio.ErrPath, "%q", p)
	}
	require.ErrorIs(t, f.Create(ctx, "", nil), fileio.ErrPath)
}

func testContext(t *testing.T, f fileio.FileIO) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, f.Create(ctx, "x", nil), context.Canceled)
	require.ErrorIs(t, f.Remove(ctx, "x"), context.Canceled)
	_, err := f.ReadFile(ctx, "x")
	require.ErrorIs(t, err, context.Canceled)
	_, err = f.Stat(t.Context(), "x")
	require.ErrorIs(t, err, fileio.ErrNotExist)
}

func testNames(t *testing.T, f fileio.FileIO) {
	name := "游戏.db/省份=广东%3A1 x/数据"
	require.NoError(t, f.Create(t.Context(), name, []byte("x")))
	infos, err := f.List(t.Context(), "游戏.db/省份=广东%3A1 x")
	require.NoError(t, err)
	require.Len(t, infos, 1)
	require.Equal(t, name, infos[0].Path)
}

const racers = 8

// race runs do in several goroutines at once and returns those that had no
// error.
func race(do func(i int) error) []int {
	var wg sync.WaitGroup
	var gate, winner atomic.Int64
	won := make([]int, racers)
	for i := range racers {
		wg.Go(func() {
			gate.Add(1)
			for gate.Load() < racers {
			}
			if do(i) == nil {
				won[winner.Add(1)-1] = i
			}
		})
	}
	wg.Wait()
	return won[:winner.Load()]
}

func requireFile(t *testing.T, f fileio.FileIO, p, want string) {
	t.Helper()
	b, err := f.ReadFile(t.Context(), p)
	require.NoError(t, err)
	require.Equal(t, want, string(b))
}
