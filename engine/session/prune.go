package session

import (
	"math/big"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/scan"
)

// pruneValue turns a constant of the translator into a value as manifests keep
// it for a column; false where they do not compare one to one.
func pruneValue(v any, t datatype.Type) (any, bool) {
	switch t.Kind {
	case datatype.Boolean:
		b, ok := v.(bool)
		return b, ok
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt:
		n, ok := v.(int64)
		return n, ok
	case datatype.Float, datatype.Double:
		f, ok := v.(float64)
		return f, ok && t.Kind == datatype.Double
	case datatype.Decimal:
		r, ok := v.(*big.Rat)
		if !ok {
			return nil, false
		}
		d := binaryrow.DecimalOf(r, t.Scale)
		exact := new(big.Rat).SetFrac(d.Unscaled, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil))
		return d, exact.Cmp(r) == 0
	case datatype.VarChar:
		s, ok := v.(string)
		return s, ok
	case datatype.Date:
		d, ok := v.(time.Time)
		return binaryrow.Date(floorDays(d)), ok
	case datatype.Timestamp, datatype.TimestampLTZ:
		d, ok := v.(time.Time)
		return binaryrow.TimestampOfTime(d), ok
	}
	return nil, false
}

func floorDays(d time.Time) int64 {
	const day = 24 * 60 * 60
	s := d.Unix()
	if s < 0 {
		s -= day - 1
	}
	return s / day
}

// predicates turns the translator's conditions into the scan's, by the type of
// the column; one that does not fit is left out, for it only prunes.
func predicates(filter []dialect.Predicate, fields []datatype.Field) []scan.Predicate {
	var out []scan.Predicate
	for _, p := range filter {
		f, ok := findField(fields, p.Column)
		if !ok {
			continue
		}
		op, ok := scanOps[p.Op]
		if !ok {
			continue
		}
		q := scan.Predicate{Column: f.Name, Op: op}
		fits := true
		for _, v := range p.Values {
			value, ok := pruneValue(v, f.Type)
			fits = fits && ok
			q.Values = append(q.Values, value)
		}
		if fits {
			out = append(out, q)
		}
	}
	return out
}

var scanOps = map[dialect.Op]scan.Op{
	dialect.Eq: scan.Eq, dialect.Lt: scan.Lt, dialect.Le: scan.Le, dialect.Gt: scan.Gt, dialect.Ge: scan.Ge,
	dialect.In: scan.In, dialect.IsNull: scan.IsNull, dialect.NotNull: scan.NotNull,
}
