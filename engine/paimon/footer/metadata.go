package footer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"laketop/engine/fileio"
)

// Physical types of parquet.
const (
	physicalBoolean = 0
	physicalInt32   = 1
	physicalInt64   = 2
	physicalInt96   = 3
	physicalFloat   = 4
	physicalDouble  = 5
	physicalBytes   = 6
	physicalFixed   = 7
)

// codecLZ4Raw is the compression LZ4_RAW.
const codecLZ4Raw = 7

// Repetitions of a parquet column.
const (
	repetitionRequired = 0
	repetitionRepeated = 2
)

// Logical types of parquet that matter here: members of the LogicalType union.
const (
	logicalString    = 1
	logicalMap       = 2
	logicalList      = 3
	logicalDecimal   = 5
	logicalDate      = 6
	logicalTime      = 7
	logicalTimestamp = 8
	logicalInteger   = 10
)

// Units of a parquet time: members of the TimeUnit union.
const (
	unitMillis = 1
	unitMicros = 2
	unitNanos  = 3
)

// The converted types of older writers, which stand for the logical ones.
var converted = map[int64]element{
	0:  {logical: logicalString},
	5:  {logical: logicalDecimal},
	6:  {logical: logicalDate},
	7:  {logical: logicalTime, unit: unitMillis},
	8:  {logical: logicalTime, unit: unitMicros},
	9:  {logical: logicalTimestamp, unit: unitMillis, utc: true},
	10: {logical: logicalTimestamp, unit: unitMicros, utc: true},
	15: {logical: logicalInteger, bits: 8}, 16: {logical: logicalInteger, bits: 16}, 17: {logical: logicalInteger, bits: 32}, 18: {logical: logicalInteger, bits: 64},
	11: {logical: logicalInteger, bits: 8, unsigned: true}, 12: {logical: logicalInteger, bits: 16, unsigned: true},
	13: {logical: logicalInteger, bits: 32, unsigned: true}, 14: {logical: logicalInteger, bits: 64, unsigned: true},
}

// ErrParquet marks a file that is no whole parquet file.
var ErrParquet = errors.New("not a readable parquet file")

const (
	parquetMagic = "PAR1"
	// tailBytes is read first: the footer of most data files fits.
	tailBytes = 32 << 10
	// maxFooterBytes bounds the footer that a file may claim.
	maxFooterBytes = 256 << 20
)

// element is a column or group of the file's schema.
type element struct {
	name       string
	physical   int64
	repetition int64
	children   int64
	logical    int64
	scale      int64
	unit       int64
	bits       int64
	unsigned   bool
	utc        bool
}

// statistics of a column chunk; nil where the file says nothing.
type statistics struct {
	nulls    *int64
	min, max []byte
}

// chunk is a column of a row group.
type chunk struct {
	path   []string
	codec  int64
	values int64
	stats  statistics
}

// metadata is what a parquet footer says.
type metadata struct {
	elements  []element
	rows      int64
	groups    [][]chunk
	createdBy string
}

// omitsNaN tells the writers that give no float bounds at all where a NaN is
// among the values; others pass over it, which readers for whom NaN is above
// every number must not trust.
func (m *metadata) omitsNaN() bool {
	return strings.HasPrefix(m.createdBy, "DuckDB") || strings.HasPrefix(m.createdBy, "parquet-mr")
}

// readMetadata reads the footer of the file at path.
func readMetadata(ctx context.Context, fio fileio.FileIO, path string) (*metadata, int64, error) {
	f, err := fio.Open(ctx, path)
	if err != nil {
		return nil, 0, fmt.Errorf("open %s: %w", path, err)
	}
	defer f.Close()
	tail, err := readFooter(f)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	m, err := parseMetadata(tail)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w: %w", path, ErrParquet, err)
	}
	return m, f.Size(), nil
}

// readFooter is the Thrift bytes between the last column and the end mark:
// metadata, its length (4 bytes, little-endian), "PAR1".
func readFooter(f fileio.File) ([]byte, error) {
	size := f.Size()
	if size < int64(2*len(parquetMagic)+4) {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrParquet, size)
	}
	tail := make([]byte, min(size, tailBytes))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil {
		return nil, fmt.Errorf("read the footer: %w", err)
	}
	mark := tail[len(tail)-8:]
	if string(mark[4:]) != parquetMagic {
		return nil, fmt.Errorf("%w: it does not end with %s (cut off?)", ErrParquet, parquetMagic)
	}
	n := int64(binary.LittleEndian.Uint32(mark))
	if n > size-8 || n > maxFooterBytes {
		return nil, fmt.Errorf("%w: a footer of %d bytes", ErrParquet, n)
	}
	if n > int64(len(tail)-8) {
		tail = make([]byte, n+8)
		if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil {
			return nil, fmt.Errorf("read the footer: %w", err)
		}
	}
	return tail[int64(len(tail))-8-n : len(tail)-8], nil
}

func parseMetadata(b []byte) (*metadata, error) {
	c, m := &compact{b: b}, &metadata{}
	c.fields(func(id int64, kind byte) bool {
		switch {
		case id == 2 && kind == thriftList:
			c.list(thriftStruct, func() { m.elements = append(m.elements, readElement(c)) })
		case id == 3 && kind == thriftInt64:
			m.rows = c.int()
		case id == 4 && kind == thriftList:
			c.list(thriftStruct, func() { m.groups = append(m.groups, readGroup(c)) })
		case id == 6 && kind == thriftBinary:
			m.createdBy = string(c.bytes())
		default:
			return false
		}
		return true
	})
	if c.err == nil && (m.rows < 0 || len(m.elements) == 0) {
		c.err = errThrift
	}
	return m, c.err
}

func readElement(c *compact) element {
	e, old := element{}, int64(-1)
	annotated := element{}
	c.fields(func(id int64, kind byte) bool {
		switch {
		case id == 1 && kind == thriftInt32:
			e.physical = c.int()
		case id == 3 && kind == thriftInt32:
			e.repetition = c.int()
		case id == 4 && kind == thriftBinary:
			e.name = string(c.bytes())
		case id == 5 && kind == thriftInt32:
			e.children = c.int()
		case id == 6 && kind == thriftInt32:
			old = c.int()
		case id == 7 && kind == thriftInt32:
			e.scale = c.int()
		case id == 10 && kind == thriftStruct:
			annotated = readLogical(c)
		default:
			return false
		}
		return true
	})
	if annotated.logical == 0 {
		annotated = converted[old]
		annotated.scale = e.scale
	}
	e.logical, e.unit, e.bits, e.unsigned, e.utc, e.scale = annotated.logical, annotated.unit, annotated.bits, annotated.unsigned, annotated.utc, annotated.scale
	return e
}

// readLogical reads the LogicalType union.
func readLogical(c *compact) element {
	e := element{}
	c.fields(func(id int64, kind byte) bool {
		if kind != thriftStruct {
			return false
		}
		e.logical = id
		c.fields(func(inner int64, kind byte) bool {
			switch {
			case id == logicalDecimal && inner == 1 && kind == thriftInt32:
				e.scale = c.int()
			case id == logicalInteger && inner == 1 && kind == thriftByte:
				e.bits = int64(c.byte())
			case id == logicalInteger && inner == 2:
				e.unsigned = kind == thriftFalse
			case (id == logicalTime || id == logicalTimestamp) && inner == 1:
				e.utc = kind == thriftTrue
			case (id == logicalTime || id == logicalTimestamp) && inner == 2 && kind == thriftStruct:
				c.fields(func(unit int64, _ byte) bool { e.unit = unit; return false })
			default:
				return false
			}
			return true
		})
		return true
	})
	return e
}

func readGroup(c *compact) []chunk {
	var out []chunk
	c.fields(func(id int64, kind byte) bool {
		if id != 1 || kind != thriftList {
			return false
		}
		c.list(thriftStruct, func() { out = append(out, readChunk(c)) })
		return true
	})
	return out
}

func readChunk(c *compact) chunk {
	var out chunk
	c.fields(func(id int64, kind byte) bool {
		if id != 3 || kind != thriftStruct {
			return false
		}
		c.fields(func(id int64, kind byte) bool {
			switch {
			case id == 3 && kind == thriftList:
				c.list(thriftBinary, func() { out.path = append(out.path, string(c.bytes())) })
			case id == 4 && kind == thriftInt32:
				out.codec = c.int()
			case id == 5 && kind == thriftInt64:
				out.values = c.int()
			case id == 12 && kind == thriftStruct:
				out.stats = readStatistics(c)
			default:
				return false
			}
			return true
		})
		return true
	})
	return out
}

func readStatistics(c *compact) statistics {
	var s statistics
	c.fields(func(id int64, kind byte) bool {
		switch {
		case id == 3 && kind == thriftInt64:
			n := c.int()
			s.nulls = &n
		case id == 5 && kind == thriftBinary:
			s.max = c.bytes()
		case id == 6 && kind == thriftBinary:
			s.min = c.bytes()
		default:
			return false
		}
		return true
	})
	return s
}

// columns are the top-level columns by name, groups included.
func (m *metadata) columns() map[string]element {
	out := map[string]element{}
	for i := 1; i < len(m.elements); {
		e := m.elements[i]
		if _, twice := out[e.name]; twice {
			e.physical = -1 // ambiguous: no statistics
		}
		out[e.name] = e
		i = m.behind(i)
	}
	return out
}

// behind is the index of the element after i and all inside it.
func (m *metadata) behind(i int) int {
	for open := int64(1); open > 0 && i < len(m.elements); i++ {
		open--
		if n := m.elements[i].children; n > 0 {
			open += n
		}
	}
	return i
}
