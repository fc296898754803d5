package filestore

import (
	"errors"

	"laketop/engine/duck/raw"
)

// curveName is the SQL function behind a sort along a curve: the curve's name,
// then a place from 0 to 65535 of each column; a BLOB that orders as the curve.
const curveName = "lt_curve"

// The curves, as Paimon names them.
const (
	zOrder  = "zorder"
	hilbert = "hilbert"
)

// curveBits is how many bits a column's place has.
const curveBits = 16

// curveFunction computes places on a curve for a vector of rows at a time.
func curveFunction() raw.Scalar {
	return raw.Scalar{
		Name: curveName, Params: []raw.Type{raw.Varchar}, Varargs: raw.Integer, Returns: raw.Blob,
		Run: func(b *raw.Batch) error {
			if b.Len() == 0 {
				return nil
			}
			if b.Args() < 2 {
				return errors.New("a curve goes through at least one column")
			}
			bends := raw.Text(b, 0).At(0) == hilbert
			out := raw.TextResults(b)
			columns := make([][]int32, b.Args()-1)
			for c := range columns {
				columns[c] = raw.Values[int32](b, c+1)
			}
			at, key := make([]uint16, len(columns)), make([]byte, len(columns)*curveBits/8)
			for i := range b.Len() {
				for c := range columns {
					at[c] = uint16(columns[c][i])
				}
				if bends {
					bend(at)
				}
				interleave(key, at)
				out.Set(i, string(key))
			}
			return nil
		},
	}
}

// interleave writes the first bit of each number, then the second of each, and
// so on.
func interleave(key []byte, at []uint16) {
	clear(key)
	n := 0
	for bit := curveBits - 1; bit >= 0; bit-- {
		for _, x := range at {
			key[n>>3] |= byte(x>>bit&1) << (7 - n&7)
			n++
		}
	}
}

// bend turns the coordinates of a point into the numbers whose interleaved bits
// are its place on Hilbert's curve. Source: J. Skilling, Programming the Hilbert
// curve, AIP Conference Proceedings 707 (2004).
func bend(at []uint16) {
	const high = uint16(1) << (curveBits - 1)
	for q := high; q > 1; q >>= 1 {
		below := q - 1
		for i := range at {
			if at[i]&q != 0 {
				at[0] ^= below
				continue
			}
			t := (at[0] ^ at[i]) & below
			at[0] ^= t
			at[i] ^= t
		}
	}
	for i := 1; i < len(at); i++ {
		at[i] ^= at[i-1]
	}
	var t uint16
	for q := high; q > 1; q >>= 1 {
		if at[len(at)-1]&q != 0 {
			t ^= q - 1
		}
	}
	for i := range at {
		at[i] ^= t
	}
}
