package deletionvector_test

import (
	"encoding/hex"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/deletionvector"
)

func TestBytes(t *testing.T) {
	v := deletionvector.New(1, 5)
	for name, tc := range map[string]struct {
		wide bool
		want string
		over int // how much longer the block is than its length in the manifest
	}{
		"32 bits": {false, "00000018" + "5e43f2d0" + "3a30000001000000" + "00000100" + "10000000" + "01000500", 8},
		"64 bits": {true, "00000024" + "d1d33964" + "0100000000000000" + "00000000" + "3a30000001000000" + "00000100" + "10000000" + "01000500", 0},
	} {
		t.Run(name, func(t *testing.T) {
			b, length, err := deletionvector.Encode(v, tc.wide)
			require.NoError(t, err)
			require.Equal(t, tc.want, hex.EncodeToString(b[:len(b)-4]))
			require.Equal(t, len(b)-tc.over, length)
			again, err := deletionvector.Decode(b, length)
			require.NoError(t, err)
			require.True(t, v.Equal(&again.Set))
		})
	}
}

func TestDamageIsTold(t *testing.T) {
	b, length, err := deletionvector.Encode(deletionvector.New(1, 5), false)
	require.NoError(t, err)
	for i := range b {
		bad := append([]byte(nil), b...)
		bad[i] ^= 0x40
		_, err := deletionvector.Decode(bad, length)
		require.ErrorIs(t, err, deletionvector.ErrFormat, "byte %d", i)
	}
	for n := range b {
		_, err := deletionvector.Decode(b[:n], length)
		require.ErrorIs(t, err, deletionvector.ErrFormat, "%d bytes", n)
	}
	_, err = deletionvector.Decode(b, length+8)
	require.ErrorContains(t, err, "the index manifest says")
	_, _, err = deletionvector.Encode(deletionvector.New(1<<31), false)
	require.ErrorContains(t, err, "does not fit into a deletion vector of 32 bits")
}

func TestFileOfVectors(t *testing.T) {
	for name, wide := range map[string]bool{"32": false, "64": true} {
		t.Run(name, func(t *testing.T) {
			io := mem.New()
			in := []deletionvector.Named{{File: "a", Vector: deletionvector.New(1, 2, 3)}, {File: "b", Vector: deletionvector.New(1000, 100_000)}, {File: "none", Vector: deletionvector.New()}}
			ranges, size, err := deletionvector.Write(t.Context(), io, "t/index/index-1", in, wide)
			require.NoError(t, err)
			info, err := io.Stat(t.Context(), "t/index/index-1")
			require.NoError(t, err)
			require.Equal(t, info.SizeBytes, size)
			require.Len(t, ranges, 3)
			require.EqualValues(t, 1, ranges[0].Offset)
			for i, r := range ranges {
				require.Equal(t, in[i].File, r.File)
				require.Equal(t, in[i].Cardinality(), *r.Cardinality)
				v, err := deletionvector.Read(t.Context(), io, "t/index/index-1", r.Offset, r.Length)
				require.NoError(t, err)
				require.True(t, in[i].Equal(&v.Set))
			}
			_, err = deletionvector.Read(t.Context(), io, "t/index/index-1", ranges[0].Offset+1, ranges[0].Length)
			var corrupt *deletionvector.CorruptError
			require.ErrorAs(t, err, &corrupt)
			for _, at := range []int32{-1, 0, int32(size), 1 << 20} {
				_, err = deletionvector.Read(t.Context(), io, "t/index/index-1", at, 10)
				require.ErrorIs(t, err, deletionvector.ErrFormat)
			}
			_, err = deletionvector.Read(t.Context(), io, "t/index/index-1", 1, -1)
			require.ErrorIs(t, err, deletionvector.ErrFormat)
		})
	}
}

func TestOr(t *testing.T) {
	a, b := deletionvector.New(1), deletionvector.New(2)
	c := a.Clone()
	c.Or(b)
	require.EqualValues(t, 2, c.Cardinality())
	require.EqualValues(t, 1, a.Cardinality())
	require.Equal(t, []uint64{6}, c.Words(10))
}

func FuzzDecode(f *testing.F) {
	for _, wide := range []bool{false, true} {
		b, length, err := deletionvector.Encode(deletionvector.New(1, 70_000), wide)
		require.NoError(f, err)
		f.Add(b, length)
	}
	f.Fuzz(func(t *testing.T, b []byte, length int) {
		v, err := deletionvector.Decode(b, length)
		if err != nil {
			require.ErrorIs(t, err, deletionvector.ErrFormat)
			return
		}
		block, n, err := deletionvector.Encode(v, true)
		if err != nil {
			return // beyond what a dense bitmap may hold
		}
		again, err := deletionvector.Decode(block, n)
		require.NoError(t, err)
		require.True(t, v.Equal(&again.Set))
	})
}

// Java's files are read, and written again to the byte.
func TestJavasFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		ranges [2][2]int32 // offset and length, as Java's index manifest has them
		wide   bool
	}{
		"index-32": {[2][2]int32{{1, 22}, {31, 27}}, false},
		"index-64": {[2][2]int32{{1, 42}, {43, 47}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			theirs, err := os.ReadFile("testdata/java-1.4.2/" + name)
			require.NoError(t, err)
			io := mem.New()
			require.NoError(t, io.Create(t.Context(), name, theirs))
			var vectors []deletionvector.Named
			for i, want := range [][]uint64{{1}, {3, 7, 8, 100, 101, 102, 103, 104}} {
				v, err := deletionvector.Read(t.Context(), io, name, tc.ranges[i][0], tc.ranges[i][1])
				require.NoError(t, err)
				require.True(t, deletionvector.New(want...).Equal(&v.Set))
				vectors = append(vectors, deletionvector.Named{File: "f", Vector: v})
			}
			ranges, _, err := deletionvector.Write(t.Context(), io, "ours", vectors, tc.wide)
			require.NoError(t, err)
			for i, r := range ranges {
				require.Equal(t, tc.ranges[i], [2]int32{r.Offset, r.Length})
			}
			ours, err := io.ReadFile(t.Context(), "ours")
			require.NoError(t, err)
			require.Equal(t, theirs, ours)
		})
	}
}
