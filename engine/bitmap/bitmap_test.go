package bitmap_test

import (
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/bitmap"
)

func members(s *bitmap.Set) []uint64 {
	var out []uint64
	s.Each(func(x uint64) { out = append(out, x) })
	return out
}

func TestBothFormsRoundTrip(t *testing.T) {
	for name, want := range map[string][]uint64{
		"nothing":           nil,
		"one":               {0},
		"across containers": {1, 65535, 65536, 1 << 31, 1<<32 - 1},
		"beyond 32 bits":    {7, 1 << 32, 5<<32 | 9},
		"a run": func() (r []uint64) {
			for i := range uint64(5000) {
				r = append(r, 100+i)
			}
			return
		}(),
		"every second number": func() (r []uint64) {
			for i := range uint64(70000) {
				r = append(r, 2*i)
			}
			return
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			s := bitmap.Of(want...)
			require.Equal(t, want, members(s))
			require.EqualValues(t, len(want), s.Cardinality())
			require.Equal(t, len(want) == 0, s.Empty())
			for _, dense := range []bool{false, true} {
				b, err := s.Encode64(dense)
				require.NoError(t, err)
				again, err := bitmap.Decode64(b)
				require.NoError(t, err)
				require.True(t, s.Equal(again))
			}
			b, err := s.Encode32()
			if name == "beyond 32 bits" {
				require.ErrorContains(t, err, "does not fit")
				return
			}
			require.NoError(t, err)
			again, err := bitmap.Decode32(b)
			require.NoError(t, err)
			require.True(t, s.Equal(again))
		})
	}
}

// The bytes are those of the format's specification.
func TestBytesOfTheFormat(t *testing.T) {
	s := bitmap.Of(1, 2, 65541)
	b, err := s.Encode32()
	require.NoError(t, err)
	require.Equal(t, "3a30000002000000"+"00000100"+"01000000"+"18000000"+"1c000000"+"01000200"+"0500", hex.EncodeToString(b))
	b, err = bitmap.Of(3).Encode64(true)
	require.NoError(t, err)
	require.Equal(t, "0100000000000000"+"00000000"+"3a30000001000000"+"00000000"+"10000000"+"0300", hex.EncodeToString(b))
}

func TestWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := rng.Int64N(300_000) + 1
		s := &bitmap.Set{}
		for range rng.IntN(5000) {
			s.Add(rng.Uint64N(uint64(n) + 100))
		}
		if rng.IntN(2) == 0 {
			s.AddRange(uint64(n/2), uint64(n/2)+rng.Uint64N(uint64(n)))
		}
		words := s.Words(n)
		require.Len(t, words, int((n+63)/64))
		for x := range uint64(n) {
			if s.Contains(x) != (words[x/64]>>(x%64)&1 == 1) {
				t.Fatalf("%d of %d", x, n)
			}
		}
	}
	require.Equal(t, []uint64{1}, bitmap.Of(0, 1<<63, 1<<40).Words(5))
	require.Empty(t, bitmap.Of(1).Words(0))
	require.Empty(t, bitmap.Of(1).Words(-5))
}

func TestSetOperations(t *testing.T) {
	a, b := bitmap.Of(1, 2, 1<<40), bitmap.Of(2, 3)
	c := a.Clone()
	c.Or(b)
	require.Equal(t, []uint64{1, 2, 3, 1 << 40}, members(c))
	require.Equal(t, []uint64{1, 2, 1 << 40}, members(a), "a clone is its own")
	most, ok := c.Max()
	require.True(t, ok)
	require.EqualValues(t, 1<<40, most)
	_, ok = bitmap.Of().Max()
	require.False(t, ok)
	r := &bitmap.Set{}
	r.AddRange(1<<32-2, 1<<32+2)
	require.Equal(t, []uint64{1<<32 - 2, 1<<32 - 1, 1 << 32, 1<<32 + 1}, members(r))
	_, err := bitmap.Of(1 << 50).Encode64(true)
	require.ErrorContains(t, err, "too large")
}

func FuzzDecode32(f *testing.F) {
	for _, s := range []*bitmap.Set{bitmap.Of(), bitmap.Of(1, 2, 70000)} {
		b, err := s.Encode32()
		require.NoError(f, err)
		f.Add(b)
	}
	run := &bitmap.Set{}
	run.AddRange(5, 100_000)
	b, err := run.Encode32()
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := bitmap.Decode32(b)
		if err != nil {
			require.ErrorIs(t, err, bitmap.ErrFormat)
			return
		}
		roundTrip(t, s, func() ([]byte, error) { return s.Encode32() }, bitmap.Decode32)
	})
}

func FuzzDecode64(f *testing.F) {
	for _, s := range []*bitmap.Set{bitmap.Of(), bitmap.Of(1, 2, 1<<33)} {
		b, err := s.Encode64(true)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := bitmap.Decode64(b)
		if err != nil {
			require.ErrorIs(t, err, bitmap.ErrFormat)
			return
		}
		roundTrip(t, s, func() ([]byte, error) { return s.Encode64(false) }, bitmap.Decode64)
	})
}

func roundTrip(t *testing.T, s *bitmap.Set, encode func() ([]byte, error), decode func([]byte) (*bitmap.Set, error)) {
	t.Helper()
	b, err := encode()
	require.NoError(t, err)
	again, err := decode(b)
	require.NoError(t, err)
	require.True(t, s.Equal(again))
	if s.Cardinality() < 1000 {
		got := members(s)
		require.True(t, slices.IsSorted(got))
		require.EqualValues(t, len(got), s.Cardinality())
		for _, x := range got {
			require.True(t, s.Contains(x))
		}
	}
	s.Words(1 << 17)
}
