package filestore

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// corner is every point of a cube at the origin with its key, in the order of
// the keys.
func corner(dimensions, side int, how func([]uint16)) [][]uint16 {
	type placed struct {
		at  []uint16
		key []byte
	}
	all := []placed{{at: []uint16{}}}
	for range dimensions {
		var next []placed
		for _, p := range all {
			for x := range side {
				next = append(next, placed{at: append(slices.Clone(p.at), uint16(x))})
			}
		}
		all = next
	}
	for i, p := range all {
		at := slices.Clone(p.at)
		how(at)
		all[i].key = make([]byte, dimensions*curveBits/8)
		interleave(all[i].key, at)
	}
	slices.SortFunc(all, func(x, y placed) int { return bytes.Compare(x.key, y.key) })
	out := make([][]uint16, len(all))
	for i, p := range all {
		out[i] = p.at
	}
	return out
}

// Hilbert's curve goes from each point to a neighbour and meets all of them.
func TestHilbertGoesToTheNeighbour(t *testing.T) {
	for _, c := range []struct{ dimensions, side int }{{1, 64}, {2, 32}, {3, 8}, {4, 4}} {
		walk := corner(c.dimensions, c.side, bend)
		for i := 1; i < len(walk); i++ {
			steps := 0
			for d := range walk[i] {
				steps += max(int(walk[i][d])-int(walk[i-1][d]), int(walk[i-1][d])-int(walk[i][d]))
			}
			require.Equal(t, 1, steps, "%d dimensions: from %v to %v", c.dimensions, walk[i-1], walk[i])
		}
	}
}

func TestZOrderIsTheBitsInTurn(t *testing.T) {
	walk := corner(2, 4, func([]uint16) {})
	require.Equal(t, [][]uint16{
		{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3},
		{2, 0}, {2, 1}, {3, 0}, {3, 1}, {2, 2}, {2, 3}, {3, 2}, {3, 3},
	}, walk)
	key := make([]byte, 6)
	interleave(key, []uint16{0x8000, 0x0001, 0xffff})
	require.Equal(t, []byte{0b10100100, 0b10010010, 0b01001001, 0b00100100, 0b10010010, 0b01001011}, key)
}
