package faultio_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/fileiotest"
	"laketop/engine/fileio/mem"
)

var errDisk = errors.New("disk")

func TestConformance(t *testing.T) {
	fileiotest.Run(t, func(*testing.T) fileio.FileIO { return faultio.New(mem.New()) })
}

func TestJournalHoldsEffectsInOrder(t *testing.T) {
	f := faultio.New(mem.New())
	require.NoError(t, f.Create(t.Context(), "a/b", nil))
	_, err := f.ReadFile(t.Context(), "a/b")
	require.NoError(t, err)
	require.NoError(t, f.Rename(t.Context(), "a", "c"))
	require.NoError(t, f.Remove(t.Context(), "c"))
	require.Equal(t, "create a/b\nrename a -> c\nremove c\n", f.Journal())
	require.Empty(t, f.Journal())
}

func TestRules(t *testing.T) {
	for name, tc := range map[string]struct {
		rule faultio.Rule
		errs []error // of four creates: 0 1 2 3
		kept []string
	}{
		"the n-th only":            {faultio.Nth(2, errDisk), []error{nil, errDisk, nil, nil}, []string{"0", "2", "3"}},
		"done but reported failed": {faultio.Lost(2, errDisk), []error{nil, errDisk, nil, nil}, []string{"0", "1", "2", "3"}},
		"all from the n-th":        {faultio.From(3, errDisk), []error{nil, nil, errDisk, errDisk}, []string{"0", "1"}},
		"crash before":             {faultio.Crash(2), []error{nil, faultio.ErrCrashed, faultio.ErrCrashed, faultio.ErrCrashed}, []string{"0"}},
		"crash after":              {faultio.CrashAfter(2), []error{nil, faultio.ErrCrashed, faultio.ErrCrashed, faultio.ErrCrashed}, []string{"0", "1"}},
		"on a path":                {faultio.On("create", "3", faultio.Nth(1, errDisk)), []error{nil, nil, nil, errDisk}, []string{"0", "1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := mem.New()
			f := faultio.New(m)
			f.Fail(tc.rule)
			for i, want := range tc.errs {
				require.ErrorIs(t, f.Create(t.Context(), string(rune('0'+i)), nil), want)
			}
			require.Equal(t, tc.kept, m.Paths())
		})
	}
}

func TestPowerCutKeepsWhatIsDurable(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(50) {
		f, dst := faultio.New(mem.New()), mem.New()
		require.NoError(t, f.Create(t.Context(), "t/snapshot-1", []byte("one")))
		require.NoError(t, f.Overwrite(t.Context(), "t/LATEST", []byte("1")))
		require.NoError(t, f.Overwrite(t.Context(), "t/LATEST", []byte("2")))
		require.NoError(t, f.Create(t.Context(), "gone", []byte("x")))
		require.NoError(t, f.Remove(t.Context(), "gone"))
		require.NoError(t, f.PowerCut(t.Context(), dst, rand.New(rand.NewPCG(seed, 0))))
		b, err := dst.ReadFile(t.Context(), "t/snapshot-1")
		require.NoError(t, err)
		require.Equal(t, "one", string(b))
		hint, _ := dst.ReadFile(t.Context(), "t/LATEST")
		back, _ := dst.ReadFile(t.Context(), "gone")
		seen["hint "+string(hint)], seen["removed "+string(back)] = true, true
	}
	require.Equal(t, map[string]bool{"hint ": true, "hint 2": true, "removed ": true, "removed x": true}, seen)
}
