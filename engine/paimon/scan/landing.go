package scan

import (
	"math"

	"laketop/engine/datatype"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
)

// landing is the one bucket key that a filter leaves: its rows are in one bucket
// of each partition.
type landing struct {
	function *bucket.Function
	values   []any
	buckets  map[int32]int32 // by how many buckets the partition has
}

// landingOf is where the rows of a filter land; nil when the filter does not fix
// every column of the bucket key.
func landingOf(s *schema.Schema, filter []Predicate) *landing {
	f, err := bucket.Of(s)
	if err != nil {
		return nil
	}
	l := &landing{function: f, buckets: map[int32]int32{}}
	for _, k := range f.Keys {
		v := fixed(k, filter)
		if v == nil {
			return nil
		}
		l.values = append(l.values, v)
	}
	return l
}

// fixed is the value that a filter asks a column for, as the bucket function
// takes it; nil for none.
func fixed(f datatype.Field, filter []Predicate) any {
	for _, p := range filter {
		if p.Column != f.Name || p.Op != Eq && p.Op != In || len(p.Values) != 1 {
			continue
		}
		if s, ok := p.Values[0].(string); ok && f.Type.Kind == datatype.VarChar {
			return s
		}
		n, ok := asInt(p.Values[0])
		switch {
		case !ok:
		case f.Type.Kind == datatype.BigInt:
			return n
		case f.Type.Kind == datatype.Int && n >= math.MinInt32 && n <= math.MaxInt32:
			return int32(n)
		}
	}
	return nil
}

// lands tells whether the rows may be in the entry's bucket.
func (l *landing) lands(e *manifest.Entry) bool {
	if l == nil || e.TotalBuckets <= 0 || e.Bucket < 0 {
		return true
	}
	at, known := l.buckets[e.TotalBuckets]
	if !known {
		f := *l.function
		f.Buckets = e.TotalBuckets
		var err error
		if at, err = f.Bucket(l.values); err != nil {
			at = -1
		}
		l.buckets[e.TotalBuckets] = at
	}
	return at < 0 || at == e.Bucket
}
