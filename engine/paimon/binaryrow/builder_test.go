package binaryrow_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

// A Builder's rows are Encode's, whatever is in them.
func TestBuilderMakesTheSameRows(t *testing.T) {
	types := []datatype.Type{
		datatype.Of(datatype.Boolean), datatype.Of(datatype.TinyInt), datatype.Of(datatype.SmallInt), datatype.Of(datatype.Int), datatype.Of(datatype.BigInt),
		datatype.Of(datatype.Float), datatype.Of(datatype.Double), datatype.StringType(), datatype.BytesType(), datatype.DecimalOf(10, 2),
		datatype.DecimalOf(38, 3), datatype.TimestampOf(3), datatype.TimestampOf(6), datatype.LTZOf(9), datatype.Of(datatype.Date),
	}
	rng := rand.New(rand.NewPCG(5, 6))
	b := binaryrow.NewBuilder(types)
	for n := range 3000 {
		values := make([]any, len(types))
		b.Reset()
		for i := range types {
			if rng.IntN(4) == 0 {
				b.PutNull(i)
				continue
			}
			v, shift := rng.Int64(), rng.IntN(64)
			if rng.IntN(2) == 0 {
				v = -v
			}
			v >>= shift
			switch i {
			case 0:
				values[i] = v&1 == 1
				b.PutFixed(i, uint64(v&1), 1)
			case 1:
				values[i] = int8(v)
				b.PutFixed(i, uint64(v), 1)
			case 2:
				values[i] = int16(v)
				b.PutFixed(i, uint64(v), 2)
			case 3:
				values[i] = int32(v)
				b.PutFixed(i, uint64(v), 4)
			case 4:
				values[i] = v
				b.PutFixed(i, uint64(v), 8)
			case 5:
				values[i] = float32(v)
				b.PutFixed(i, uint64(math.Float32bits(float32(v))), 4)
			case 6:
				values[i] = float64(v)
				b.PutFixed(i, math.Float64bits(float64(v)), 8)
			case 7, 8:
				s := strings.Repeat("é", rng.IntN(4)) + fmt.Sprint(v)[:rng.IntN(2)]
				values[i] = s
				if i == 8 {
					values[i] = []byte(s)
				}
				b.PutBytes(i, s)
			case 9:
				values[i] = binaryrow.Decimal{Unscaled: big.NewInt(v % 1e10), Scale: 2}
				b.PutFixed(i, uint64(v%1e10), 8)
			case 10:
				high, low := v>>(1+rng.IntN(62)), rng.Uint64()>>rng.IntN(64)
				if high > 1<<60 || high < -1<<60 {
					high = 0
				}
				values[i] = binaryrow.Decimal{Unscaled: binaryrow.BigOf(high, low), Scale: 3}
				b.PutDecimal(i, high, low)
			case 11:
				values[i] = binaryrow.Timestamp{Millis: v}
				b.PutFixed(i, uint64(v), 8)
			case 12, 13:
				nanos := int32(rng.IntN(1e6))
				values[i] = binaryrow.Timestamp{Millis: v, NanoOfMilli: nanos}
				b.PutTimestamp(i, v, nanos)
			case 14:
				values[i] = binaryrow.Date(v)
				b.PutFixed(i, uint64(v), 4)
			}
		}
		want, err := binaryrow.Encode(types, values)
		require.NoError(t, err, "row %d: %v", n, values)
		require.Equal(t, want, b.Bytes(), "row %d: %v", n, values)
		require.Equal(t, binaryrow.Hash(want), b.Hash())
		require.Equal(t, binaryrow.Bucket(want, 12345), binaryrow.BucketOfHash(b.Hash(), 12345))
	}
}

func TestHashOfOneField(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 1000 {
		v := rng.Int64() >> rng.IntN(64)
		row, err := binaryrow.Encode([]datatype.Type{datatype.Of(datatype.BigInt)}, []any{v})
		require.NoError(t, err)
		require.Equal(t, binaryrow.Hash(row), binaryrow.HashOne(uint64(v)))
		row, err = binaryrow.Encode([]datatype.Type{datatype.Of(datatype.Int)}, []any{int32(v)})
		require.NoError(t, err)
		require.Equal(t, binaryrow.Hash(row), binaryrow.HashOne(uint64(uint32(v))))
	}
}
