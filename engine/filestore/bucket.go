package filestore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/duck/raw"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/bucket"
)

// bucketName is the SQL function behind bucketExpr: the rule as text, then the
// columns of the bucket key.
const bucketName = "lt_bucket"

// bucketExpr is the DuckDB expression, an INTEGER, that tells the bucket of a
// row. column prints a column of the key.
func (s *Store) bucketExpr(ctx context.Context, fn *bucket.Function, column func(name string) string) (string, error) {
	if fn.Buckets == 1 {
		return "0::INTEGER", nil
	}
	if fn.Kind == bucket.Mod {
		n := strconv.Itoa(int(fn.Buckets))
		return fmt.Sprintf("CAST((coalesce(%s, 0) %% %s + %s) %% %s AS INTEGER)", column(fn.Keys[0].Name), n, n, n), nil
	}
	if err := s.conn.Provide(ctx, bucketFunction()); err != nil {
		return "", err
	}
	args := []string{duck.Literal(bucketRule(fn))}
	for _, k := range fn.Keys {
		t, err := k.Type.DuckDB()
		if err != nil {
			return "", err
		}
		args = append(args, "CAST("+column(k.Name)+" AS "+t+")")
	}
	return bucketName + "(" + strings.Join(args, ", ") + ")", nil
}

// bucketRule is a bucket function as text: "default;16;BIGINT;DECIMAL(10, 2)".
func bucketRule(fn *bucket.Function) string {
	rule := []string{string(fn.Kind), strconv.Itoa(int(fn.Buckets))}
	for _, k := range fn.Keys {
		rule = append(rule, k.Type.Nullable().String())
	}
	return strings.Join(rule, ";")
}

// bucketFunction computes buckets for a vector of rows at a time.
func bucketFunction() raw.Scalar {
	rules := &bucketRules{known: map[string]*parsedRule{}}
	return raw.Scalar{
		Name: bucketName, Params: []raw.Type{raw.Varchar}, Varargs: raw.Any, Returns: raw.Integer, SeesNull: true,
		Run: func(b *raw.Batch) error {
			text := raw.Text(b, 0)
			if b.Len() == 0 {
				return nil
			}
			if text.Null(0) || !raw.Same(text, b.Len()) {
				return errors.New("its rule must be a constant")
			}
			rule, err := rules.of(text.At(0))
			if err != nil {
				return err
			}
			return rule.run(b)
		},
	}
}

// bucketRules keeps parsed rules: DuckDB hands their text over for each vector.
type bucketRules struct {
	mu    sync.RWMutex
	known map[string]*parsedRule
}

// mostRules bounds what is kept; tables have far fewer kinds of keys.
const mostRules = 1000

func (r *bucketRules) of(text string) (*parsedRule, error) {
	r.mu.RLock()
	p := r.known[text]
	r.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := parseRule(text)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= mostRules {
		clear(r.known)
	}
	r.known[strings.Clone(text)] = p
	return p, nil
}

// parsedRule is a bucket function over vectors.
type parsedRule struct {
	kind    bucket.Kind
	buckets int32
	types   []datatype.Type
	rows    sync.Pool // of *binaryrow.Builder
}

func parseRule(text string) (*parsedRule, error) {
	parts := strings.Split(strings.Clone(text), ";")
	if len(parts) < 3 || parts[0] != string(bucket.Default) && parts[0] != string(bucket.Hive) {
		return nil, fmt.Errorf("bad rule %q", text)
	}
	n, err := strconv.ParseInt(parts[1], 10, 32)
	if err != nil || n < 1 {
		return nil, fmt.Errorf("bad rule %q", text)
	}
	p := &parsedRule{kind: bucket.Kind(parts[0]), buckets: int32(n)}
	for _, name := range parts[2:] {
		t, err := datatype.Parse(name)
		if err != nil {
			return nil, err
		}
		p.types = append(p.types, t)
	}
	p.rows.New = func() any { return binaryrow.NewBuilder(p.types) }
	return p, nil
}

func (p *parsedRule) run(b *raw.Batch) error {
	if b.Args()-1 != len(p.types) {
		return fmt.Errorf("%d values for a key of %d columns", b.Args()-1, len(p.types))
	}
	out := raw.ResultValues[int32](b)
	if p.kind == bucket.Hive {
		return p.hive(b, out)
	}
	if done, err := p.runOne(b, out); done || err != nil {
		return err
	}
	row := p.rows.Get().(*binaryrow.Builder) //nolint:forcetypeassert // New alone fills the pool
	defer p.rows.Put(row)
	puts := make([]func(i int), len(p.types))
	for c, t := range p.types {
		put, err := putter(b, c, t, row)
		if err != nil {
			return err
		}
		puts[c] = put
	}
	for i := range out {
		row.Reset()
		for c, put := range puts {
			if b.IsNull(c+1, i) {
				row.PutNull(c)
				continue
			}
			put(i)
		}
		out[i] = binaryrow.BucketOfHash(row.Hash(), p.buckets)
	}
	return nil
}

// runOne is run for the commonest key, one integer, that has no NULL here.
func (p *parsedRule) runOne(b *raw.Batch, out []int32) (bool, error) {
	if len(p.types) != 1 || b.HasNulls(1) {
		return false, nil
	}
	switch t := p.types[0]; t.Kind {
	case datatype.Int:
		if err := expect(b, 0, t); err != nil {
			return false, err
		}
		for i, v := range raw.Values[int32](b, 1) {
			out[i] = binaryrow.BucketOfHash(binaryrow.HashOne(uint64(uint32(v))), p.buckets)
		}
		return true, nil
	case datatype.BigInt:
		if err := expect(b, 0, t); err != nil {
			return false, err
		}
		for i, v := range raw.Values[int64](b, 1) {
			out[i] = binaryrow.BucketOfHash(binaryrow.HashOne(uint64(v)), p.buckets)
		}
		return true, nil
	}
	return false, nil
}

// putter puts the values of column c into rows.
func putter(b *raw.Batch, c int, t datatype.Type, row *binaryrow.Builder) (func(i int), error) {
	if t.Kind == datatype.Char || t.Kind == datatype.VarChar || t.Kind == datatype.Binary || t.Kind == datatype.VarBinary {
		if err := expect(b, c, t); err != nil {
			return nil, err
		}
		text := raw.Text(b, c+1)
		return func(i int) { row.PutBytes(c, text.At(i)) }, nil
	}
	if t.Kind == datatype.Decimal && t.Precision > 18 {
		if err := expect(b, c, t); err != nil {
			return nil, err
		}
		huge := raw.Values[raw.Huge](b, c+1)
		return func(i int) { row.PutDecimal(c, huge[i].High, huge[i].Low) }, nil
	}
	number, err := keyNumbers(b, c, t)
	if err != nil {
		return nil, err
	}
	switch t.Kind {
	case datatype.Boolean, datatype.TinyInt:
		return func(i int) { row.PutFixed(c, uint64(number(i)), 1) }, nil
	case datatype.SmallInt:
		return func(i int) { row.PutFixed(c, uint64(number(i)), 2) }, nil
	case datatype.Int, datatype.Date, datatype.Time, datatype.Float:
		return func(i int) { row.PutFixed(c, uint64(number(i)), 4) }, nil
	case datatype.Timestamp, datatype.TimestampLTZ:
		return timestamps(c, t, number, row), nil
	}
	return func(i int) { row.PutFixed(c, uint64(number(i)), 8) }, nil
}

// timestamps puts instants, which number gives in the unit of the DuckDB type.
func timestamps(c int, t datatype.Type, number func(i int) int64, row *binaryrow.Builder) func(i int) {
	unit := int64(1_000_000) // nanoseconds
	switch duckName, _ := t.DuckDB(); {
	case duckName == "TIMESTAMP_S":
		return func(i int) { row.PutFixed(c, uint64(number(i)*1000), 8) }
	case duckName == "TIMESTAMP_MS":
		return func(i int) { row.PutFixed(c, uint64(number(i)), 8) }
	case duckName != "TIMESTAMP_NS":
		unit = 1000 // microseconds
	}
	if t.Precision <= 3 {
		return func(i int) {
			millis, _ := floorDiv(number(i), unit)
			row.PutFixed(c, uint64(millis), 8)
		}
	}
	return func(i int) {
		millis, rest := floorDiv(number(i), unit)
		row.PutTimestamp(c, millis, int32(rest*(1_000_000/unit)))
	}
}

func floorDiv(v, by int64) (q, rest int64) {
	q, rest = v/by, v%by
	if rest < 0 {
		q, rest = q-1, rest+by
	}
	return q, rest
}

// keyNumbers reads the values that stand in a vector as integers; floats as their
// bits, TIME in milliseconds.
func keyNumbers(b *raw.Batch, c int, t datatype.Type) (func(i int) int64, error) {
	if err := expect(b, c, t); err != nil {
		return nil, err
	}
	switch v := b.Type(c + 1); v.Stored {
	case raw.Boolean, raw.TinyInt:
		x := raw.Values[int8](b, c+1)
		return func(i int) int64 { return int64(x[i]) }, nil
	case raw.SmallInt:
		x := raw.Values[int16](b, c+1)
		return func(i int) int64 { return int64(x[i]) }, nil
	case raw.Float:
		x := raw.Values[float32](b, c+1)
		return func(i int) int64 { return int64(binaryrow.FloatBits(x[i])) }, nil
	case raw.Double:
		x := raw.Values[float64](b, c+1)
		return func(i int) int64 { return int64(binaryrow.DoubleBits(x[i])) }, nil
	case raw.Integer, raw.Date:
		x := raw.Values[int32](b, c+1)
		return func(i int) int64 { return int64(x[i]) }, nil
	case raw.Time:
		x := raw.Values[int64](b, c+1)
		return func(i int) int64 { return x[i] / 1000 }, nil
	}
	x := raw.Values[int64](b, c+1)
	return func(i int) int64 { return x[i] }, nil
}

// stored is the vector type that column types have when they are cast to their
// own DuckDB type.
var stored = map[string]raw.Type{
	"BOOLEAN": raw.Boolean, "TINYINT": raw.TinyInt, "SMALLINT": raw.SmallInt, "INTEGER": raw.Integer, "BIGINT": raw.BigInt,
	"FLOAT": raw.Float, "DOUBLE": raw.Double, "DATE": raw.Date, "TIME": raw.Time, "VARCHAR": raw.Varchar, "BLOB": raw.Blob,
	"TIMESTAMP_S": raw.TimestampS, "TIMESTAMP_MS": raw.TimestampMS, "TIMESTAMP": raw.Timestamp, "TIMESTAMP_NS": raw.TimestampNS,
	"TIMESTAMPTZ": raw.TimestampTZ,
}

// expect holds an argument to its type: its memory is read by it.
func expect(b *raw.Batch, c int, t datatype.Type) error {
	got := b.Type(c + 1)
	name, err := t.DuckDB()
	if err != nil {
		return err
	}
	if t.Kind == datatype.Decimal {
		if got.Type == raw.Decimal && got.Width == t.Precision && got.Scale == t.Scale {
			return nil
		}
	} else if want, ok := stored[name]; ok && want == got.Type {
		return nil
	}
	return fmt.Errorf("column %d of the key is no %s", c, name)
}

// hive computes buckets by Hive's hash.
func (p *parsedRule) hive(b *raw.Batch, out []int32) error {
	hashes := make([]func(i int) int32, len(p.types))
	for c, t := range p.types {
		hash, err := hiveHash(b, c, t)
		if err != nil {
			return err
		}
		hashes[c] = hash
	}
	for i := range out {
		var h int32
		for c, hash := range hashes {
			h *= 31
			if !b.IsNull(c+1, i) {
				h += hash(i)
			}
		}
		out[i] = bucket.HiveBucket(h, p.buckets)
	}
	return nil
}

func hiveHash(b *raw.Batch, c int, t datatype.Type) (func(i int) int32, error) {
	if err := expect(b, c, t); err != nil {
		return nil, err
	}
	switch t.Kind {
	case datatype.Char, datatype.VarChar, datatype.Binary, datatype.VarBinary:
		text := raw.Text(b, c+1)
		return func(i int) int32 { return bucket.HiveBytes(text.At(i)) }, nil
	case datatype.Float:
		x := raw.Values[float32](b, c+1)
		return func(i int) int32 { return bucket.HiveFloat(x[i]) }, nil
	case datatype.Double:
		x := raw.Values[float64](b, c+1)
		return func(i int) int32 { return bucket.HiveDouble(x[i]) }, nil
	case datatype.Decimal:
		if t.Precision > 18 {
			x := raw.Values[raw.Huge](b, c+1)
			return func(i int) int32 {
				return bucket.HiveDecimal(binaryrow.Decimal{Unscaled: binaryrow.BigOf(x[i].High, x[i].Low), Scale: t.Scale})
			}, nil
		}
		number, err := keyNumbers(b, c, t)
		return func(i int) int32 {
			v := number(i)
			return bucket.HiveDecimal(binaryrow.Decimal{Unscaled: binaryrow.BigOf(v>>63, uint64(v)), Scale: t.Scale})
		}, err
	}
	number, err := keyNumbers(b, c, t)
	if t.Kind == datatype.BigInt {
		return func(i int) int32 { return bucket.HiveLong(number(i)) }, err
	}
	return func(i int) int32 { return int32(number(i)) }, err
}
