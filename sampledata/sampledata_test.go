package sampledata

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var rewrite = flag.Bool("rewrite", false, "make the embedded set again")

// sums reads every file below dir as path to checksum.
func sums(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	m := map[string][32]byte{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, path))
		m[path] = sha256.Sum256(b)
		return err
	}))
	return m
}

func generate(t *testing.T, opt Options) (dir string, sum Summary) {
	t.Helper()
	dir = t.TempDir()
	sum, err := Generate(t.Context(), dir, opt, nil)
	require.NoError(t, err)
	return dir, sum
}

func TestEmbeddedSet(t *testing.T) {
	if *rewrite {
		_, err := Generate(t.Context(), "game", EmbeddedOptions(), nil)
		require.NoError(t, err)
	}
	made, sum := generate(t, EmbeddedOptions())
	require.Equal(t, sums(t, "game"), sums(t, made), "rewrite with: go generate ./sampledata")
	require.LessOrEqual(t, sum.Bytes, int64(4_000_000))

	copied := t.TempDir()
	require.NoError(t, WriteEmbedded(copied))
	require.NoError(t, WriteEmbedded(copied), "again is the same")
	require.Equal(t, sums(t, made), sums(t, copied))
}

func TestSameOptionsSameBytes(t *testing.T) {
	small := Options{Users: 300, Days: 12, Seed: 42}
	a, sum := generate(t, small)
	b, again := generate(t, small)
	require.Equal(t, sums(t, a), sums(t, b))
	require.Equal(t, sum, again)

	for name, other := range map[string]Options{
		"another seed":       {Users: 300, Days: 12, Seed: 43},
		"another zone":       {Users: 300, Days: 12, Seed: 42, TimeZone: "America/New_York"},
		"another start":      {Users: 300, Days: 12, Seed: 42, Start: time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)},
		"another kind of id": {Users: 300, Days: 12, Seed: 42, BinaryIDs: true},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := generate(t, other)
			require.NotEqual(t, sums(t, a), sums(t, c))
		})
	}
}

func TestUsersArriveInSeveralFiles(t *testing.T) {
	dir, sum := generate(t, Options{Users: usersPerFile + 5, Days: 1})
	require.Equal(t, 4, sum.Files)
	require.FileExists(t, filepath.Join(dir, "user_event", "part-00001.parquet"))

	_, err := Generate(t.Context(), dir, Options{Users: 5, Days: 1}, nil)
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(dir, "user_event", "part-00001.parquet"), "a part of the larger sample")
	require.NoFileExists(t, filepath.Join(dir, "user_profile", "part-00001.parquet"))
}

func TestForeignParquetIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "user_event", "mine.parquet")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o644))
	_, err := Generate(t.Context(), dir, Options{Users: 5, Days: 1}, nil)
	require.ErrorIs(t, err, os.ErrExist)
	require.ErrorIs(t, WriteEmbedded(dir), os.ErrExist)
	require.FileExists(t, path)
}

func TestStopLeavesNoPart(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	dir := t.TempDir()
	_, err := Generate(ctx, dir, Options{Users: 5000, Days: 2}, func(done, _ int) {
		if done == 2000 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, sums(t, dir))
	_, err = Expect(ctx, Options{Users: 5000})
	require.ErrorIs(t, err, context.Canceled)
}

func TestOptionsOutOfRange(t *testing.T) {
	for name, opt := range map[string]Options{
		"negative users":     {Users: -1},
		"too many days":      {Days: 401},
		"unknown zone":       {TimeZone: "Mars/Olympus"},
		"nine-digit seconds": {Start: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, opt.Validate(), ErrOptions)
			_, err := Generate(t.Context(), t.TempDir(), opt, nil)
			require.ErrorIs(t, err, ErrOptions)
			_, err = Expect(t.Context(), opt)
			require.ErrorIs(t, err, ErrOptions)
		})
	}
	require.NoError(t, Options{}.Validate())
}

// TestMemoryIsBounded makes five blocks and looks at the live heap on the way:
// it must not grow with the number of users.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand users are left out under -short")
	}
	var peak uint64
	_, err := Generate(t.Context(), t.TempDir(), Options{Users: 5 * usersPerFile}, func(done, _ int) {
		if done%10_000 != 0 {
			return
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
	})
	require.NoError(t, err)
	t.Logf("peak live heap %d MB", peak>>20)
	require.Less(t, peak, uint64(150<<20))
}

func TestExpectedJSON(t *testing.T) {
	e, err := Expect(t.Context(), Options{Users: 50, Days: 3})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, e.WriteJSON(&b))
	require.Contains(t, b.String(), `"time_zone": "Asia/Shanghai"`)
	require.Contains(t, b.String(), `"d1_retention_rate": 0.`)
}

func TestDecimalsRoundHalfUp(t *testing.T) {
	require.Equal(t, "0.6667", ratio(2, 3).String())
	require.Equal(t, "0.0001", ratio(1, 20_000).String(), "0.00005 rounds up")
	require.Equal(t, "1.0000", ratio(7, 7).String())
	require.Equal(t, "0.05", decimal(5, 2).String())
	require.Equal(t, "1234.50", decimal(123_450, 2).String())
}
