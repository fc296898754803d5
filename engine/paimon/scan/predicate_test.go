package scan

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/paimon/binaryrow"
)

func TestMayMatch(t *testing.T) {
	zero, two, ten := int64(0), int64(2), int64(10)
	five := bounds{min: int32(5), max: int32(9), nulls: &two, rows: 10}
	onlyNulls := bounds{nulls: &ten, rows: 10}
	unknown := bounds{rows: 10}
	for name, tc := range map[string]struct {
		p    Predicate
		b    bounds
		want bool
	}{
		"= inside":                        {Predicate{"c", Eq, []any{int32(7)}}, five, true},
		"= at an end":                     {Predicate{"c", Eq, []any{int32(9)}}, five, true},
		"= below":                         {Predicate{"c", Eq, []any{int32(4)}}, five, false},
		"= above":                         {Predicate{"c", Eq, []any{int32(10)}}, five, false},
		"= another integer width":         {Predicate{"c", Eq, []any{int64(10)}}, five, false},
		"= another type":                  {Predicate{"c", Eq, []any{"10"}}, five, true},
		"= nothing known":                 {Predicate{"c", Eq, []any{int32(4)}}, unknown, true},
		"= only nulls":                    {Predicate{"c", Eq, []any{int32(4)}}, onlyNulls, false},
		"= a null literal":                {Predicate{"c", Eq, []any{nil}}, five, true},
		"in, one inside":                  {Predicate{"c", In, []any{int32(1), int32(6)}}, five, true},
		"in, all outside":                 {Predicate{"c", In, []any{int32(1), int32(11)}}, five, false},
		"in, nothing":                     {Predicate{"c", In, nil}, five, true},
		"< the smallest":                  {Predicate{"c", Lt, []any{int32(5)}}, five, false},
		"< above it":                      {Predicate{"c", Lt, []any{int32(6)}}, five, true},
		"<= the smallest":                 {Predicate{"c", Le, []any{int32(5)}}, five, true},
		"<= below it":                     {Predicate{"c", Le, []any{int32(4)}}, five, false},
		"> the largest":                   {Predicate{"c", Gt, []any{int32(9)}}, five, false},
		"> below it":                      {Predicate{"c", Gt, []any{int32(8)}}, five, true},
		">= the largest":                  {Predicate{"c", Ge, []any{int32(9)}}, five, true},
		">= above it":                     {Predicate{"c", Ge, []any{int32(10)}}, five, false},
		"> without a maximum":             {Predicate{"c", Gt, []any{int32(100)}}, bounds{min: int32(5), rows: 1}, true},
		"is null, some":                   {Predicate{"c", IsNull, nil}, five, true},
		"is null, none":                   {Predicate{"c", IsNull, nil}, bounds{nulls: &zero, rows: 3}, false},
		"is null, not known":              {Predicate{"c", IsNull, nil}, unknown, true},
		"is not null, only nulls":         {Predicate{"c", NotNull, nil}, onlyNulls, false},
		"is not null, not known":          {Predicate{"c", NotNull, nil}, unknown, true},
		"> above a float's maximum":       {Predicate{"c", Gt, []any{9.5}}, bounds{min: 1.0, max: 2.0, rows: 3, nan: true}, true},
		"< below a float's minimum":       {Predicate{"c", Lt, []any{0.5}}, bounds{min: 1.0, max: 2.0, rows: 3, nan: true}, false},
		"= NaN":                           {Predicate{"c", Eq, []any{math.NaN()}}, bounds{min: 1.0, max: 2.0, rows: 3, nan: true}, true},
		"= 0 where -0 stands":             {Predicate{"c", Eq, []any{0.0}}, bounds{min: math.Copysign(0, -1), max: math.Copysign(0, -1), rows: 3}, true},
		"decimals of two scales":          {Predicate{"c", Gt, []any{dec(15, 1)}}, bounds{min: dec(100, 2), max: dec(150, 2), rows: 3}, false},
		"decimal and integer":             {Predicate{"c", Ge, []any{int64(2)}}, bounds{min: dec(100, 2), max: dec(199, 2), rows: 3}, false},
		"text by bytes":                   {Predicate{"c", Eq, []any{"广东"}}, bounds{min: "a", max: "z", rows: 3}, false},
		"timestamps below a millisecond":  {Predicate{"c", Gt, []any{ts(5, 10)}}, bounds{min: ts(4, 0), max: ts(5, 9), rows: 3}, false},
		"dates":                           {Predicate{"c", Lt, []any{binaryrow.Date(3)}}, bounds{min: binaryrow.Date(3), max: binaryrow.Date(9), rows: 3}, false},
		"a date and a number do not meet": {Predicate{"c", Lt, []any{int32(3)}}, bounds{min: binaryrow.Date(3), max: binaryrow.Date(9), rows: 3}, true},
		"booleans":                        {Predicate{"c", Eq, []any{true}}, bounds{min: false, max: false, rows: 3}, false},
		"bytes":                           {Predicate{"c", Eq, []any{[]byte{0xff}}}, bounds{min: []byte{1}, max: []byte{2}, rows: 3}, false},
		"times":                           {Predicate{"c", Ge, []any{binaryrow.Time(5)}}, bounds{min: binaryrow.Time(1), max: binaryrow.Time(4), rows: 3}, false},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, tc.p.mayMatch(tc.b)) })
	}
}

func dec(unscaled int64, scale int) binaryrow.Decimal {
	return binaryrow.Decimal{Unscaled: big.NewInt(unscaled), Scale: scale}
}

func ts(millis int64, nanos int32) binaryrow.Timestamp {
	return binaryrow.Timestamp{Millis: millis, NanoOfMilli: nanos}
}
