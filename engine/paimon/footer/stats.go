package footer

import (
	"encoding/binary"
	"math"
	"math/big"
	"unicode/utf8"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

// columnStats are the bounds of a column as binaryrow values; nil is unknown,
// or that every value is NULL when nulls says so.
type columnStats struct {
	min, max any
	nulls    *int64
}

// columnStats gathers a top-level column over the row groups.
func (m *metadata) columnStats(e element, t datatype.Type) columnStats {
	if e.children > 0 || e.repetition == repetitionRepeated || t.IsNested() {
		return columnStats{} // a leaf's nulls are not the column's
	}
	if (t.Kind == datatype.Float || t.Kind == datatype.Double) && !m.omitsNaN() {
		e.physical = -1
	}
	out, nulls := columnStats{}, int64(0)
	bounded, counted, found := true, true, false
	for _, group := range m.groups {
		c, ok := find(group, e.name)
		if !ok {
			return columnStats{}
		}
		if c.stats.nulls == nil && e.repetition == repetitionRequired {
			c.stats.nulls = new(int64)
		}
		if c.stats.nulls == nil || *c.stats.nulls < 0 || *c.stats.nulls > c.values {
			counted = false
		} else {
			nulls += *c.stats.nulls
			if *c.stats.nulls == c.values {
				continue
			}
		}
		found = true
		bounded = bounded && out.widen(c.stats, e, t)
	}
	if counted {
		out.nulls = &nulls
	}
	if !bounded || !found {
		out.min, out.max = nil, nil
	}
	return out
}

func find(group []chunk, name string) (chunk, bool) {
	for _, c := range group {
		if len(c.path) == 1 && c.path[0] == name {
			return c, true
		}
	}
	return chunk{}, false
}

// widen takes in one row group's bounds; false when they are not certain.
func (c *columnStats) widen(s statistics, e element, t datatype.Type) bool {
	if s.min == nil || s.max == nil {
		return false
	}
	least, most := bound(s.min, e, t), bound(s.max, e, t)
	if least == nil || most == nil {
		return false
	}
	least, most = signedZero(least, -1), signedZero(most, 1)
	if order, err := binaryrow.Compare(least, most); err != nil || order > 0 {
		return false
	}
	if c.min == nil {
		c.min, c.max = least, most
		return true
	}
	if order, err := binaryrow.Compare(least, c.min); err == nil && order < 0 {
		c.min = least
	}
	if order, err := binaryrow.Compare(most, c.max); err == nil && order > 0 {
		c.max = most
	}
	return true
}

// signedZero makes a zero bound take in both zeros: parquet writers do not
// tell them apart, Java's order does.
func signedZero(v any, sign float64) any {
	switch x := v.(type) {
	case float32:
		if x == 0 {
			return float32(math.Copysign(0, sign))
		}
	case float64:
		if x == 0 {
			return math.Copysign(0, sign)
		}
	}
	return v
}

// bound reads one plain-encoded bound; nil when the physical type is not the
// one that the lake type is stored as.
func bound(b []byte, e element, t datatype.Type) any {
	switch e.physical {
	case physicalBoolean:
		if t.Kind == datatype.Boolean && len(b) == 1 {
			return b[0] != 0
		}
	case physicalInt32:
		if len(b) == 4 && !e.unsigned {
			return int32Bound(int32(binary.LittleEndian.Uint32(b)), e, t)
		}
	case physicalInt64:
		if len(b) == 8 && !e.unsigned {
			return int64Bound(int64(binary.LittleEndian.Uint64(b)), e, t)
		}
	case physicalFloat:
		if t.Kind == datatype.Float && len(b) == 4 {
			if f := math.Float32frombits(binary.LittleEndian.Uint32(b)); !math.IsNaN(float64(f)) {
				return f
			}
		}
	case physicalDouble:
		if t.Kind == datatype.Double && len(b) == 8 {
			if f := math.Float64frombits(binary.LittleEndian.Uint64(b)); !math.IsNaN(f) {
				return f
			}
		}
	case physicalBytes, physicalFixed:
		return bytesBound(b, e, t)
	}
	return nil
}

func int32Bound(v int32, e element, t datatype.Type) any {
	plain := e.logical == 0 || e.logical == logicalInteger
	switch {
	case t.Kind == datatype.Int && plain:
		return v
	case t.Kind == datatype.TinyInt && plain && v == int32(int8(v)):
		return int8(v)
	case t.Kind == datatype.SmallInt && plain && v == int32(int16(v)):
		return int16(v)
	case t.Kind == datatype.Date && e.logical == logicalDate:
		return binaryrow.Date(v)
	case t.Kind == datatype.Time && e.logical == logicalTime && e.unit == unitMillis:
		return binaryrow.Time(v)
	case t.Kind == datatype.Decimal && e.logical == logicalDecimal:
		return decimalBound(big.NewInt(int64(v)), e, t)
	}
	return nil
}

func int64Bound(v int64, e element, t datatype.Type) any {
	switch {
	case t.Kind == datatype.BigInt && (e.logical == 0 || e.logical == logicalInteger):
		return v
	case t.Kind == datatype.Decimal && e.logical == logicalDecimal:
		return decimalBound(big.NewInt(v), e, t)
	case (t.Kind == datatype.Timestamp || t.Kind == datatype.TimestampLTZ) && e.logical == logicalTimestamp:
		switch {
		case e.unit == unitMillis && t.Precision <= 3:
			return binaryrow.Timestamp{Millis: v}
		case e.unit == unitMicros && t.Precision > 3 && t.Precision <= 6:
			return binaryrow.TimestampOfMicros(v)
		}
	}
	return nil
}

func bytesBound(b []byte, e element, t datatype.Type) any {
	switch {
	case t.IsString() && e.physical == physicalBytes:
		if utf8.Valid(b) {
			return string(b)
		}
	case t.Kind == datatype.Decimal && e.logical == logicalDecimal && len(b) > 0:
		return decimalBound(binaryrow.FromTwosComplement(b), e, t)
	}
	return nil
}

// decimalBound refuses another scale and numbers that the type cannot hold.
func decimalBound(unscaled *big.Int, e element, t datatype.Type) any {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision)), nil)
	if e.scale != int64(t.Scale) || unscaled.CmpAbs(limit) >= 0 {
		return nil
	}
	return binaryrow.Decimal{Unscaled: unscaled, Scale: t.Scale}
}
