package manifest

import (
	"fmt"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

// Meta is the row of a manifest list for a manifest of these entries: counts,
// the range of partitions, buckets and levels, the newest schema. Partition
// holds the types of the table's partition columns.
func Meta(name string, sizeBytes int64, entries []Entry, partition []datatype.Type) (ManifestMeta, error) {
	m := ManifestMeta{Version: Version, FileName: name, SizeBytes: sizeBytes}
	ranges := newRanges(partition)
	for i := range entries {
		e := &entries[i]
		if e.Kind == Add {
			m.AddedFiles++
		} else {
			m.DeletedFiles++
		}
		m.SchemaID = max(m.SchemaID, e.File.SchemaID)
		m.MinBucket, m.MaxBucket = widen(m.MinBucket, m.MaxBucket, e.Bucket)
		m.MinLevel, m.MaxLevel = widen(m.MinLevel, m.MaxLevel, e.File.Level)
		if err := ranges.add(e.Partition); err != nil {
			return m, fmt.Errorf("partition of %s: %w", e.File.FileName, err)
		}
	}
	var err error
	m.PartitionStats, err = ranges.stats()
	return m, err
}

func widen(least, most *int32, v int32) (newLeast, newMost *int32) {
	if least == nil || v < *least {
		least = &v
	}
	if most == nil || v > *most {
		most = &v
	}
	return least, most
}

// ranges collects the smallest and largest value of each partition column.
type ranges struct {
	types      []datatype.Type
	seen       map[string]int64 // entries by partition: a manifest has few distinct ones
	least      []any
	most       []any
	nullCounts []*int64
}

func newRanges(types []datatype.Type) *ranges {
	r := &ranges{seen: map[string]int64{}, least: make([]any, len(types)), most: make([]any, len(types))}
	for _, t := range types {
		r.types = append(r.types, t.Nullable())
		r.nullCounts = append(r.nullCounts, new(int64))
	}
	return r
}

func (r *ranges) add(partition []byte) error {
	if len(r.types) == 0 {
		return nil
	}
	r.seen[string(partition)]++
	if r.seen[string(partition)] > 1 {
		return nil
	}
	values, err := binaryrow.Decode(r.types, partition)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v == nil {
			continue
		}
		if r.least[i], err = pick(r.least[i], v, -1); err != nil {
			return err
		}
		if r.most[i], err = pick(r.most[i], v, 1); err != nil {
			return err
		}
	}
	return nil
}

// pick is v if it lies on the wanted side of old.
func pick(old, v any, side int) (any, error) {
	if old == nil {
		return v, nil
	}
	c, err := binaryrow.Compare(v, old)
	if err == nil && c*side > 0 {
		return v, nil
	}
	return old, err
}

func (r *ranges) stats() (SimpleStats, error) {
	if len(r.types) == 0 {
		return binaryrow.NoStats(), nil
	}
	for partition, n := range r.seen {
		values, err := binaryrow.Decode(r.types, []byte(partition))
		if err != nil {
			return SimpleStats{}, err
		}
		for i, v := range values {
			if v == nil {
				*r.nullCounts[i] += n
			}
		}
	}
	least, err := binaryrow.Encode(r.types, r.least)
	if err != nil {
		return SimpleStats{}, fmt.Errorf("partition statistics: %w", err)
	}
	most, err := binaryrow.Encode(r.types, r.most)
	return SimpleStats{Min: least, Max: most, Nulls: r.nullCounts}, err
}
