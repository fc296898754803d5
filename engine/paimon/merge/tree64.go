package merge

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"laketop/engine/bitmap"
)

// set64 is a set of 64-bit numbers as Java's Roaring64Bitmap has it: blocks of
// numbers with the same upper 48 bits, ascending. Its bytes are not the portable
// form of 64-bit bitmaps:
//
//	filled          1 byte: 0 = empty, nothing follows; 1
//	blocks          8 bytes
//	tree            over the upper 48 bits, 6 bytes, the node before its children:
//	    type        1 byte: 0, 1, 2, 3 = up to 4, 16, 48, 256 children; 4 = leaf
//	    children    2 bytes
//	    prefix      1 byte of length, then the bytes that all below share
//	    4 and 16    the children's bytes, most significant first in words of 4 and 8 bytes
//	    48          256 bytes in words of 8: the child's number, 0xff = none
//	    256         256 bits: which children there are
//	    leaf        6 bytes of key, 8 bytes: the place of its block, list << 32 | place
//	block lists     4 bytes of count, then of each
//	    mark        1 byte, -2; 4 bytes of count, then of each block
//	        there   1 byte: 0 = no block, 1
//	        type    1 byte: 0 = runs, 1 = bits, 2 = numbers; 4 bytes of cardinality
//	        runs    2 bytes of count, then first number and length less one
//	        bits    65536 bits
//	        numbers 2 bytes each
//	end             8 bytes of blocks, 4 of the last list, 4 of its last place
//
// All whole numbers are little-endian but for the key of a leaf.
//
// Source: RoaringBitmap 1.2.1 (org.roaringbitmap.art); PAIMON.md 6.2 names it otherwise.
type set64 []block64

type block64 struct {
	high uint64 // upper 48 bits
	low  *bitmap.Set
}

const (
	keyBytes     = 6
	blockNumbers = 1 << 16
	blockWords   = blockNumbers / 64
	arrayLimit   = 4096 // from here on bits are shorter
	notTrimmed   = 0xfe
	maxBlockList = 1 << 28
)

const (
	node4 byte = iota
	node16
	node48
	node256
	leaf
)

const (
	runs byte = iota
	bits
	numbers16
)

func (s set64) or(t set64) set64 {
	out := make(set64, 0, len(s)+len(t))
	for len(s) > 0 && len(t) > 0 {
		switch {
		case s[0].high < t[0].high:
			out, s = append(out, s[0]), s[1:]
		case s[0].high > t[0].high:
			out, t = append(out, t[0]), t[1:]
		default:
			low := s[0].low.Clone()
			low.Or(t[0].low)
			out = append(out, block64{s[0].high, low})
			s, t = s[1:], t[1:]
		}
	}
	return append(append(out, s...), t...)
}

// tree64 reads bytes; the first failure stays.
type tree64 struct {
	b     []byte
	err   error
	keys  []uint64 // of leaves, in order
	place []uint64 // of their blocks
}

func (t *tree64) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf("%w: %s", bitmap.ErrFormat, fmt.Sprintf(format, args...))
	}
}

// take is the next n bytes; zeros when there are fewer.
func (t *tree64) take(n int) []byte {
	if n > len(t.b) {
		t.fail("it ends early")
		t.b = nil
		if n > 256 {
			n = 0
		}
		return make([]byte, n)
	}
	out := t.b[:n]
	t.b = t.b[n:]
	return out
}

func (t *tree64) byte() byte     { return t.take(1)[0] }
func (t *tree64) uint16() uint16 { return binary.LittleEndian.Uint16(t.take(2)) }
func (t *tree64) uint32() uint32 { return binary.LittleEndian.Uint32(t.take(4)) }
func (t *tree64) uint64() uint64 { return binary.LittleEndian.Uint64(t.take(8)) }

func decodeTree64(b []byte) (set64, error) {
	t := &tree64{b: b}
	if t.byte() == 0 {
		return nil, t.err
	}
	t.uint64()
	t.node(0)
	lists := make([][]block64, 0)
	for n := t.uint32(); n > 0 && t.err == nil; n-- {
		lists = append(lists, t.list())
	}
	t.take(16)
	var out set64
	for i, at := range t.place {
		list, place := at>>32, at&(1<<32-1)
		if t.err == nil && (list >= uint64(len(lists)) || place >= uint64(len(lists[list]))) {
			t.fail("a key has no block")
		}
		if t.err != nil {
			break
		}
		block := lists[list][place]
		block.high = t.keys[i]
		if block.low != nil && !block.low.Empty() {
			out = append(out, block)
		}
	}
	if t.err != nil {
		return nil, t.err
	}
	slices.SortFunc(out, func(a, b block64) int { return cmp.Compare(a.high, b.high) })
	for i := 1; i < len(out); i++ {
		if out[i].high == out[i-1].high {
			return nil, fmt.Errorf("%w: a key stands twice", bitmap.ErrFormat)
		}
	}
	return out, nil
}

func keyOf(high uint64) []byte { return binary.BigEndian.AppendUint64(nil, high<<16)[:keyBytes] }

// node reads a node and those below; depth bounds how deep bytes may lead.
func (t *tree64) node(depth int) {
	if depth > keyBytes {
		t.fail("its tree is too deep")
		return
	}
	kind, count := t.byte(), int(t.uint16())
	t.take(int(t.byte()))
	switch kind {
	case node4:
		t.take(4)
	case node16:
		t.take(16)
	case node48:
		t.take(256)
	case node256:
		t.take(32)
	case leaf:
		key := append(append([]byte{}, t.take(keyBytes)...), 0, 0)
		t.keys = append(t.keys, binary.BigEndian.Uint64(key)>>16)
		t.place = append(t.place, t.uint64())
		return
	default:
		t.fail("a node of type %d", kind)
	}
	for i := 0; i < count && t.err == nil; i++ {
		t.node(depth + 1)
	}
}

func (t *tree64) list() []block64 {
	t.byte()
	n := t.uint32()
	if n > maxBlockList || int(n) > len(t.b) {
		t.fail("%d blocks in %d bytes", n, len(t.b))
		return nil
	}
	out := make([]block64, n)
	for i := range out {
		if t.err == nil && t.byte() != 0 {
			out[i].low = t.block()
		}
	}
	return out
}

func (t *tree64) block() *bitmap.Set {
	kind, cardinality := t.byte(), t.uint32()
	if cardinality > blockNumbers {
		t.fail("%d numbers in a block", cardinality)
		return nil
	}
	low, next := bitmap.Of(), 0
	switch kind {
	case runs:
		for n := t.uint16(); n > 0 && t.err == nil; n-- {
			first, more := int(t.uint16()), int(t.uint16())
			if first < next || first+more >= blockNumbers {
				t.fail("runs that are not in order")
				return nil
			}
			next = first + more + 1
			low.AddRange(uint64(first), uint64(next))
		}
	case bits:
		for w := 0; w < blockWords && t.err == nil; w++ {
			for word, x := t.uint64(), uint64(w)*64; word != 0; word, x = word>>1, x+1 {
				if word&1 != 0 {
					low.Add(x)
				}
			}
		}
	case numbers16:
		raw := t.take(2 * int(cardinality))
		for i := 0; i < len(raw); i += 2 {
			x := int(binary.LittleEndian.Uint16(raw[i:]))
			if x < next {
				t.fail("numbers that are not in order")
				return nil
			}
			next = x + 1
			low.Add(uint64(x))
		}
	default:
		t.fail("a block of type %d", kind)
	}
	return low
}

func encodeTree64(s set64) []byte {
	if len(s) == 0 {
		return []byte{0}
	}
	keys := make([][]byte, len(s))
	for i, b := range s {
		keys[i] = keyOf(b.high)
	}
	out := binary.LittleEndian.AppendUint64([]byte{1}, uint64(len(s)))
	out = appendNode(out, keys, 0, 0)
	out = append(binary.LittleEndian.AppendUint32(out, 1), notTrimmed)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(s)))
	var low []uint16
	for _, b := range s {
		low = low[:0]
		b.low.Each(func(x uint64) { low = append(low, uint16(x)) })
		out = appendBlock(append(out, 1), low)
	}
	out = binary.LittleEndian.AppendUint64(out, uint64(len(s)))
	out = binary.LittleEndian.AppendUint32(out, 0)
	return binary.LittleEndian.AppendUint32(out, uint32(len(s)-1))
}

// appendNode writes the tree over keys, which are ascending and alike up to
// depth; first is the place of the first key's block.
func appendNode(out []byte, keys [][]byte, depth, first int) []byte {
	if len(keys) == 1 {
		out = append(out, leaf, 0, 0, 0)
		return binary.LittleEndian.AppendUint64(append(out, keys[0]...), uint64(first))
	}
	shared := depth
	for keys[0][shared] == keys[len(keys)-1][shared] {
		shared++
	}
	var starts []int // of the children
	for i, k := range keys {
		if i == 0 || k[shared] != keys[i-1][shared] {
			starts = append(starts, i)
		}
	}
	kind := nodeKind(len(starts))
	out = append(out, kind, byte(len(starts)), byte(len(starts)>>8), byte(shared-depth))
	out = append(out, keys[0][depth:shared]...)
	out = appendChildren(out, kind, starts, func(i int) byte { return keys[starts[i]][shared] })
	for i, from := range starts {
		to := len(keys)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		out = appendNode(out, keys[from:to], shared+1, first+from)
	}
	return out
}

func nodeKind(children int) byte {
	switch {
	case children <= 4:
		return node4
	case children <= 16:
		return node16
	case children <= 48:
		return node48
	}
	return node256
}

// appendChildren writes which bytes lead to the children.
func appendChildren(out []byte, kind byte, starts []int, key func(i int) byte) []byte {
	switch kind {
	case node4, node16:
		width := map[byte]int{node4: 4, node16: 8}[kind]
		room := make([]byte, map[byte]int{node4: 4, node16: 16}[kind])
		for i := range starts {
			room[i/width*width+width-1-i%width] = key(i)
		}
		return append(out, room...)
	case node48:
		room := bytes.Repeat([]byte{0xff}, 256)
		for i := range starts {
			k := int(key(i))
			room[k/8*8+7-k%8] = byte(i)
		}
		return append(out, room...)
	}
	room := make([]byte, 32)
	for i := range starts {
		room[key(i)/8] |= 1 << (key(i) % 8)
	}
	return append(out, room...)
}

func appendBlock(out []byte, low []uint16) []byte {
	count := 1
	for i := 1; i < len(low); i++ {
		if low[i] != low[i-1]+1 {
			count++
		}
	}
	flat := min(2*len(low), blockWords*8)
	head := func(kind byte) []byte {
		return binary.LittleEndian.AppendUint32(append(out, kind), uint32(len(low)))
	}
	switch {
	case 2+4*count < flat:
		out = binary.LittleEndian.AppendUint16(head(runs), uint16(count))
		for i := 0; i < len(low); {
			end := i + 1
			for end < len(low) && low[end] == low[end-1]+1 {
				end++
			}
			out = binary.LittleEndian.AppendUint16(out, low[i])
			out = binary.LittleEndian.AppendUint16(out, uint16(end-i-1))
			i = end
		}
	case len(low) > arrayLimit:
		room := make([]byte, blockWords*8)
		for _, x := range low {
			room[x/8] |= 1 << (x % 8)
		}
		out = append(head(bits), room...)
	default:
		out = head(numbers16)
		for _, x := range low {
			out = binary.LittleEndian.AppendUint16(out, x)
		}
	}
	return out
}

// EncodeBitmap64 writes a set in the form of rbm64 columns.
func EncodeBitmap64(s *bitmap.Set) []byte {
	var out set64
	s.Each(func(x uint64) {
		if high := x >> 16; len(out) == 0 || out[len(out)-1].high != high {
			out = append(out, block64{high, bitmap.Of()})
		}
		out[len(out)-1].low.Add(x & (blockNumbers - 1))
	})
	return encodeTree64(out)
}

// DecodeBitmap64 reads the form of rbm64 columns.
func DecodeBitmap64(b []byte) (*bitmap.Set, error) {
	blocks, err := decodeTree64(b)
	if err != nil {
		return nil, err
	}
	out := bitmap.Of()
	for _, block := range blocks {
		block.low.Each(func(x uint64) { out.Add(block.high<<16 | x) })
	}
	return out, nil
}
