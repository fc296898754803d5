package merge

import (
	"fmt"

	"laketop/engine/bitmap"
)

// bitmaps is the union of two serialized bitmaps.
func (c *Column) bitmaps(acc, in any) (any, error) {
	a, ok := acc.([]byte)
	b, ok2 := in.([]byte)
	if !ok || !ok2 {
		return nil, c.valueError(fmt.Errorf("%T and %T", acc, in))
	}
	union := union32
	if c.Function == Bitmap64 {
		union = union64
	}
	out, err := union(a, b)
	if err != nil {
		return nil, c.valueError(err)
	}
	return out, nil
}

// union32 is over the portable form.
func union32(a, b []byte) ([]byte, error) {
	x, err := bitmap.Decode32(a)
	if err != nil {
		return nil, err
	}
	y, err := bitmap.Decode32(b)
	if err != nil {
		return nil, err
	}
	x.Or(y)
	return x.Encode32()
}

// union64 is over Java's own form of 64-bit sets (see tree64).
func union64(a, b []byte) ([]byte, error) {
	x, err := decodeTree64(a)
	if err != nil {
		return nil, err
	}
	y, err := decodeTree64(b)
	if err != nil {
		return nil, err
	}
	return encodeTree64(x.or(y)), nil
}
