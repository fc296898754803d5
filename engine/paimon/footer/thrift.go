package footer

import (
	"encoding/binary"
	"errors"
)

// The compact protocol's types of a field.
const (
	thriftStop   = 0
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftInt16  = 4
	thriftInt32  = 5
	thriftInt64  = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// maxThriftDepth bounds what skipping descends into.
const maxThriftDepth = 32

var errThrift = errors.New("the metadata is damaged")

// compact reads Thrift's compact protocol from bytes. It is our own because a
// footer is read for every file that is planned or committed: it takes the few
// fields that are asked for, and it never allocates by a count that the file
// claims. After the first fault it yields zeros, and err tells.
type compact struct {
	b   []byte
	err error
}

func (c *compact) fail() { c.b, c.err = nil, errThrift }

func (c *compact) byte() byte {
	if len(c.b) == 0 {
		c.fail()
		return 0
	}
	v := c.b[0]
	c.b = c.b[1:]
	return v
}

func (c *compact) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return v
}

// int reads a zig-zag number: i16, i32 and i64 alike.
func (c *compact) int() int64 {
	v := c.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// bytes reads a binary; the result points into the input.
func (c *compact) bytes() []byte {
	n := c.uvarint()
	if n > uint64(len(c.b)) {
		c.fail()
		return nil
	}
	v := c.b[:n:n]
	c.b = c.b[n:]
	return v
}

// fields calls read for each field of a struct. Read takes the value and
// returns true, or leaves it to be skipped.
func (c *compact) fields(read func(id int64, kind byte) bool) { c.structure(0, read) }

func (c *compact) structure(depth int, read func(id int64, kind byte) bool) {
	id := int64(0)
	for c.err == nil {
		head := c.byte()
		kind := head & 0x0f
		if kind == thriftStop {
			return
		}
		if delta := head >> 4; delta != 0 {
			id += int64(delta)
		} else {
			id = c.int()
		}
		if read == nil || !read(id, kind) {
			c.skip(kind, depth+1)
		}
	}
}

// list calls read for each element of a list of the wanted kind; a list of
// another kind is a fault.
func (c *compact) list(kind byte, read func()) {
	n, found := c.listHead()
	if n > 0 && found != kind {
		c.fail()
	}
	for i := uint64(0); i < n && c.err == nil; i++ {
		read()
	}
}

func (c *compact) listHead() (n uint64, kind byte) {
	head := c.byte()
	if n = uint64(head >> 4); n == 15 {
		n = c.uvarint()
	}
	return n, head & 0x0f
}

func (c *compact) skip(kind byte, depth int) {
	if depth > maxThriftDepth {
		c.fail()
		return
	}
	switch kind {
	case thriftTrue, thriftFalse: // the value is in the field's kind
	case thriftByte:
		c.byte()
	case thriftInt16, thriftInt32, thriftInt64:
		c.uvarint()
	case thriftDouble:
		c.take(8)
	case thriftBinary:
		c.bytes()
	case thriftList, thriftSet:
		n, elem := c.listHead()
		for i := uint64(0); i < n && c.err == nil; i++ {
			c.skipElement(elem, depth)
		}
	case thriftMap:
		c.skipMap(depth)
	case thriftStruct:
		c.structure(depth, nil)
	default:
		c.fail()
	}
}

// skipElement skips an element of a collection, where booleans take a byte.
func (c *compact) skipElement(kind byte, depth int) {
	if kind == thriftTrue || kind == thriftFalse {
		c.byte()
		return
	}
	c.skip(kind, depth+1)
}

func (c *compact) skipMap(depth int) {
	n := c.uvarint()
	if n == 0 {
		return
	}
	kinds := c.byte()
	for i := uint64(0); i < n && c.err == nil; i++ {
		c.skipElement(kinds>>4, depth)
		c.skipElement(kinds&0x0f, depth)
	}
}

func (c *compact) take(n int) {
	if n > len(c.b) {
		c.fail()
		return
	}
	c.b = c.b[n:]
}
