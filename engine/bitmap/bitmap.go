// Package bitmap is sets of whole numbers in the byte forms of the lake: the
// portable roaring formats that Java, Go and C libraries share.
//
//	32 bits   cookie, containers of 16 bits each   a number is below 2^32
//	64 bits   count of bitmaps    8 bytes, little-endian
//	          for each            upper 4 bytes, little-endian; the lower ones in the 32-bit form
//
// Bytes come from other programs: what is not whole is an error, and no number
// in them asks for more memory than they themselves take.
//
// Source: RoaringFormatSpec, "Standard 32-bit and 64-bit Roaring Bitmap".
package bitmap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// ErrFormat marks bytes that are not a bitmap.
var ErrFormat = errors.New("not a roaring bitmap")

// Set is a set of numbers. The zero value is empty. Reading is safe for
// concurrent use, changing is not.
type Set struct {
	parts []part // ascending by high, none empty
}

// part is the members that share their upper 32 bits.
type part struct {
	high uint32
	low  *roaring.Bitmap
}

// Of makes a set of its members.
func Of(members ...uint64) *Set {
	s := &Set{}
	for _, m := range members {
		s.Add(m)
	}
	return s
}

// find is the place of the part, and whether it is there.
func (s *Set) find(high uint32) (int, bool) {
	if len(s.parts) == 1 && s.parts[0].high == high {
		return 0, true
	}
	return slices.BinarySearchFunc(s.parts, high, func(p part, high uint32) int {
		switch {
		case p.high < high:
			return -1
		case p.high > high:
			return 1
		}
		return 0
	})
}

// at is the part of the upper bits, made if it is missing.
func (s *Set) at(high uint32) *roaring.Bitmap {
	i, ok := s.find(high)
	if !ok {
		s.parts = slices.Insert(s.parts, i, part{high, roaring.New()})
	}
	return s.parts[i].low
}

// Add puts a number into the set.
func (s *Set) Add(x uint64) { s.at(uint32(x >> 32)).Add(uint32(x)) }

// AddRange puts the numbers from first up to, not including, end into the set.
func (s *Set) AddRange(first, end uint64) {
	for first < end {
		stop := min(end, (first>>32+1)<<32)
		if stop <= first { // the last part of all
			stop = end
		}
		s.at(uint32(first>>32)).AddRange(first&(1<<32-1), (stop-1)&(1<<32-1)+1)
		first = stop
	}
}

// Contains tells whether x is a member.
func (s *Set) Contains(x uint64) bool {
	i, ok := s.find(uint32(x >> 32))
	return ok && s.parts[i].low.Contains(uint32(x))
}

// Cardinality is the number of members.
func (s *Set) Cardinality() int64 {
	var n int64
	for _, p := range s.parts {
		n += int64(p.low.GetCardinality())
	}
	return n
}

// Empty tells whether there is no member.
func (s *Set) Empty() bool { return len(s.parts) == 0 }

// Max is the largest member; false when there is none.
func (s *Set) Max() (uint64, bool) {
	if len(s.parts) == 0 {
		return 0, false
	}
	last := s.parts[len(s.parts)-1]
	return uint64(last.high)<<32 | uint64(last.low.Maximum()), true
}

// Or puts the members of another set into this one.
func (s *Set) Or(other *Set) {
	for _, p := range other.parts {
		s.at(p.high).Or(p.low)
	}
}

// Clone copies the set, so that the copy can be changed.
func (s *Set) Clone() *Set {
	c := &Set{parts: slices.Clone(s.parts)}
	for i := range c.parts {
		c.parts[i].low = c.parts[i].low.Clone()
	}
	return c
}

// Equal tells whether both have the same members.
func (s *Set) Equal(other *Set) bool {
	return slices.EqualFunc(s.parts, other.parts, func(a, b part) bool { return a.high == b.high && a.low.Equals(b.low) })
}

// Each calls f with every member in ascending order.
func (s *Set) Each(f func(x uint64)) {
	for _, p := range s.parts {
		high := uint64(p.high) << 32
		p.low.Iterate(func(x uint32) bool {
			f(high | uint64(x))
			return true
		})
	}
}

const wordBits = 64

// Words is the set as bits: number x below n is bit x%64 of word x/64. Members
// from n on are left out.
func (s *Set) Words(n int64) []uint64 {
	end := uint64(max(n, 0))
	words := make([]uint64, (end+wordBits-1)/wordBits)
	for _, p := range s.parts {
		first := uint64(p.high) << 32
		if first >= end {
			break
		}
		part := words[first/wordBits:]
		if first+uint64(p.low.Maximum()) < end {
			p.low.WriteDenseTo(part)
			continue
		}
		p.low.Iterate(func(x uint32) bool {
			if first+uint64(x) >= end {
				return false
			}
			part[x/wordBits] |= 1 << (x % wordBits)
			return true
		})
	}
	return words
}

// Encode32 is the 32-bit form, with runs where they are shorter. It fails when a
// member is 2^32 or more.
func (s *Set) Encode32() ([]byte, error) {
	if most, ok := s.Max(); ok && most>>32 != 0 {
		return nil, fmt.Errorf("%d does not fit into a bitmap of 32 bits", most)
	}
	low := roaring.New()
	if len(s.parts) > 0 {
		low = s.parts[0].low.Clone()
	}
	low.RunOptimize()
	return low.ToBytes()
}

// Encode64 is the 64-bit form. With dense every upper part up to the largest has
// its bitmap, the empty ones too, as Paimon's deletion vectors have it.
func (s *Set) Encode64(dense bool) ([]byte, error) {
	parts := s.parts
	if dense {
		var err error
		if parts, err = s.gapless(); err != nil {
			return nil, err
		}
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(parts)))
	for _, p := range parts {
		low := p.low.Clone()
		low.RunOptimize()
		b, err := low.ToBytes()
		if err != nil {
			return nil, fmt.Errorf("encode bitmap: %w", err)
		}
		out = append(binary.LittleEndian.AppendUint32(out, p.high), b...)
	}
	return out, nil
}

// maxDense bounds the empty bitmaps that a dense form holds: 2^42 is beyond the
// rows of any file.
const maxDense = 1 << 10

func (s *Set) gapless() ([]part, error) {
	if len(s.parts) == 0 {
		return nil, nil
	}
	last := s.parts[len(s.parts)-1].high
	if last >= maxDense {
		return nil, fmt.Errorf("%d is too large for a dense bitmap", uint64(last)<<32)
	}
	out := make([]part, last+1)
	for i := range out {
		out[i] = part{uint32(i), roaring.New()}
	}
	for _, p := range s.parts {
		out[p.high] = p
	}
	return out, nil
}

// Decode32 reads the 32-bit form, which must fill b.
func Decode32(b []byte) (*Set, error) {
	low, rest, err := decode(b)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes behind it", ErrFormat, len(rest))
	}
	s := &Set{}
	s.append(0, low)
	return s, nil
}

// Decode64 reads the 64-bit form, which must fill b.
func Decode64(b []byte) (*Set, error) {
	const countBytes, highBytes = 8, 4
	if len(b) < countBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(b))
	}
	count, b := binary.LittleEndian.Uint64(b), b[countBytes:]
	s, next := &Set{}, uint64(0)
	for range count {
		if len(b) < highBytes {
			return nil, fmt.Errorf("%w: it ends early", ErrFormat)
		}
		high := binary.LittleEndian.Uint32(b)
		if uint64(high) < next {
			return nil, fmt.Errorf("%w: its parts are not in order", ErrFormat)
		}
		next = uint64(high) + 1
		low, rest, err := decode(b[highBytes:])
		if err != nil {
			return nil, err
		}
		s.append(high, low)
		b = rest
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%w: %d bytes behind it", ErrFormat, len(b))
	}
	return s, nil
}

func (s *Set) append(high uint32, low *roaring.Bitmap) {
	if !low.IsEmpty() {
		s.parts = append(s.parts, part{high, low})
	}
}

// decode reads one 32-bit bitmap from the front of b. The library believes the
// order and the counts that the bytes claim until Validate has looked at them.
func decode(b []byte) (low *roaring.Bitmap, rest []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // the library indexes by what it read
			low, rest, err = nil, nil, fmt.Errorf("%w: %v", ErrFormat, p)
		}
	}()
	low = roaring.New()
	n, err := low.ReadFrom(bytes.NewReader(b))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if n == 0 || n > int64(len(b)) {
		return nil, nil, fmt.Errorf("%w: it ends early", ErrFormat)
	}
	if err := low.Validate(); err != nil && !low.IsEmpty() {
		return nil, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return low, b[n:], nil
}
