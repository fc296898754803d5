// Package bucket tells the bucket of a row, as Java does.
//
//	bucket-function.type   bucket of N
//	default                |murmur3(binary row of the bucket key) % N|
//	mod                    floorMod(key, N); the key is one INT or BIGINT
//	hive                   Hive's hash, without its sign, % N
//
// The bucket key is the option bucket-key, or the primary key without the
// partition keys, in the order in which it is declared. Rows of one key must
// meet in one bucket whoever writes them, so each result equals Java's.
//
// Source: Paimon's BucketFunction and its three kinds; PAIMON.md 4.2.
package bucket

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Kind is how a bucket key becomes a number.
type Kind string

// The kinds, by the words of the option bucket-function.type.
const (
	Default Kind = "default"
	Mod     Kind = "mod"
	Hive    Kind = "hive"
)

// OptionFunction is the table option that names the kind.
const OptionFunction = "bucket-function.type"

// Function is the bucket function of a table.
type Function struct {
	Kind    Kind
	Keys    []datatype.Field // in the order of the key
	Buckets int32
	types   []datatype.Type // of Keys, nullable
}

// ErrNoBuckets marks a table whose rows have no fixed bucket.
var ErrNoBuckets = errors.New("the table has no fixed buckets")

// Of is the bucket function of a table with fixed buckets. The error is
// ErrNoBuckets, or a problem that names what cannot be.
func Of(s *schema.Schema) (*Function, error) {
	n := s.Bucket()
	if n <= 0 {
		return nil, ErrNoBuckets
	}
	if n > maxBuckets {
		return nil, bad(problem.Say("table.most_buckets", "option", schema.OptionBucket, "value", strconv.Itoa(n), "most", strconv.Itoa(maxBuckets)))
	}
	f := &Function{Kind: Default, Buckets: int32(n)}
	if k := strings.ToLower(strings.TrimSpace(s.Options[OptionFunction])); k != "" {
		f.Kind = Kind(k)
	}
	for _, name := range Keys(s) {
		field, ok := s.Field(name)
		if !ok {
			return nil, bad(problem.Say("table.option_no_column", "option", schema.OptionBucketKey, "column", name))
		}
		f.Keys = append(f.Keys, field)
		f.types = append(f.types, field.Type.Nullable())
	}
	return f, f.check()
}

// maxBuckets is the largest bucket that Java's rows hold, plus one.
const maxBuckets = 1 << 15

func (f *Function) check() error {
	if len(f.Keys) == 0 {
		return bad(problem.Say("table.needs_bucket_key"))
	}
	switch f.Kind {
	case Default, Hive:
		for _, k := range f.Keys {
			timestamp := k.Type.Kind == datatype.Timestamp || k.Type.Kind == datatype.TimestampLTZ
			if k.Type.IsNested() || timestamp && f.Kind == Hive {
				return bad(problem.Say("table.no_bucket_key", "column", k.Name, "type", k.Type.Nullable().String(), "function", string(f.Kind)))
			}
		}
		return nil
	case Mod:
		if len(f.Keys) == 1 && (f.Keys[0].Type.Kind == datatype.Int || f.Keys[0].Type.Kind == datatype.BigInt) {
			return nil
		}
		return bad(problem.Say("table.mod_bucket_key", "option", OptionFunction))
	}
	return bad(problem.Say("table.expected", "option", OptionFunction, "value", string(f.Kind)).
		With("what", problem.Say("table.three", "one", string(Default), "two", string(Mod), "three", string(Hive))))
}

func bad(what problem.Phrase) error { return problem.New("table.bad_schema").With("what", what) }

// Keys names the columns of the bucket key: the option bucket-key, else the
// primary key without the partition keys.
func Keys(s *schema.Schema) []string {
	var names []string
	for name := range strings.SplitSeq(s.Options[schema.OptionBucketKey], ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		return names
	}
	return s.TrimmedPrimaryKeys()
}

// Bucket is the bucket of a row by the values of its bucket key, Go values as
// package binaryrow has them.
func (f *Function) Bucket(values []any) (int32, error) {
	switch f.Kind {
	case Mod:
		return f.mod(values)
	case Hive:
		return f.hive(values)
	}
	row, err := binaryrow.Encode(f.types, values)
	if err != nil {
		return 0, fmt.Errorf("bucket key: %w", err)
	}
	return binaryrow.Bucket(row, f.Buckets), nil
}

func (f *Function) mod(values []any) (int32, error) {
	if len(values) != 1 {
		return 0, fmt.Errorf("bucket key: %d values for 1 field", len(values))
	}
	var v int64
	switch x := values[0].(type) {
	case nil: // Java reads the empty slot of a NULL
	case int32:
		v = int64(x)
	case int64:
		v = x
	default:
		return 0, fmt.Errorf("bucket key: a %T is no such value", x)
	}
	return ModBucket(v, f.Buckets), nil
}

// ModBucket is the bucket of a number by the kind Mod.
func ModBucket(v int64, n int32) int32 {
	m := v % int64(n)
	if m < 0 {
		m += int64(n)
	}
	return int32(m)
}

func (f *Function) hive(values []any) (int32, error) {
	if len(values) != len(f.Keys) {
		return 0, fmt.Errorf("bucket key: %d values for %d fields", len(values), len(f.Keys))
	}
	var h int32
	for i, v := range values {
		one, err := HiveHash(v)
		if err != nil {
			return 0, fmt.Errorf("bucket key %s: %w", f.Keys[i].Name, err)
		}
		h = 31*h + one
	}
	return HiveBucket(h, f.Buckets), nil
}

// HiveBucket is the bucket of a Hive hash.
func HiveBucket(h, n int32) int32 { return h & (1<<31 - 1) % n }

// HiveHash is Hive's hash of one value.
func HiveHash(v any) (int32, error) {
	switch x := v.(type) {
	case nil:
		return 0, nil
	case bool:
		if x {
			return 1, nil
		}
		return 0, nil
	case int8:
		return int32(x), nil
	case int16:
		return int32(x), nil
	case int32:
		return x, nil
	case binaryrow.Date:
		return int32(x), nil
	case binaryrow.Time:
		return int32(x), nil
	case int64:
		return HiveLong(x), nil
	case float32:
		return HiveFloat(x), nil
	case float64:
		return HiveDouble(x), nil
	case string:
		return HiveBytes(x), nil
	case []byte:
		return HiveBytes(string(x)), nil
	case binaryrow.Decimal:
		return HiveDecimal(x), nil
	}
	return 0, fmt.Errorf("a %T has no hash of Hive", v)
}

// HiveLong is Hive's hash of a BIGINT.
func HiveLong(x int64) int32 { return int32(x ^ int64(uint64(x)>>32)) }

// HiveFloat is Hive's hash of a FLOAT: one for both zeros, and one for all NaN.
func HiveFloat(x float32) int32 {
	switch {
	case x == 0:
		return 0
	case x != x:
		return 0x7fc00000
	}
	return int32(math.Float32bits(x))
}

// HiveDouble is Hive's hash of a DOUBLE.
func HiveDouble(x float64) int32 {
	switch {
	case x == 0:
		return 0
	case x != x:
		return HiveLong(0x7ff8000000000000)
	}
	return HiveLong(int64(math.Float64bits(x)))
}

// HiveBytes is Hive's hash of text: over bytes with a sign.
func HiveBytes(s string) int32 {
	var h int32
	for i := range len(s) {
		h = 31*h + int32(int8(s[i]))
	}
	return h
}

// HiveDecimal is BigDecimal.hashCode of the number without the zeros at the end
// of its fraction.
func HiveDecimal(d binaryrow.Decimal) int32 {
	if d.Unscaled == nil || d.Unscaled.Sign() == 0 {
		return 0
	}
	unscaled, scale := d.Unscaled, d.Scale
	for ten, rest := big.NewInt(10), new(big.Int); scale > 0; scale-- {
		q, r := new(big.Int).QuoRem(unscaled, ten, rest)
		if r.Sign() != 0 {
			break
		}
		unscaled = q
	}
	return 31*bigHash(unscaled) + int32(scale)
}

// bigHash is BigInteger.hashCode: a polynomial over the words of the magnitude,
// times the sign.
func bigHash(x *big.Int) int32 {
	b := new(big.Int).Abs(x).Bytes()
	for len(b)%4 != 0 {
		b = append([]byte{0}, b...)
	}
	var h int32
	for i := 0; i < len(b); i += 4 {
		h = 31*h + (int32(b[i])<<24 | int32(b[i+1])<<16 | int32(b[i+2])<<8 | int32(b[i+3]))
	}
	return h * int32(x.Sign())
}
