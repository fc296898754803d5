package binaryrow

// Stats is Paimon's SimpleStats: the smallest and largest value and the number
// of nulls of some columns. A null in Min or Max means unknown or all null. It
// stands here because both the manifests that store it and the footers that it
// is read from need it.
type Stats struct {
	Min   []byte   `avro:"_MIN_VALUES"`  // one encoded row, a field for each column
	Max   []byte   `avro:"_MAX_VALUES"`  // likewise
	Nulls []*int64 `avro:"_NULL_COUNTS"` // a count for each column, nil = unknown
}

// NoStats is the statistics of no columns.
func NoStats() Stats { return Stats{Min: Empty(), Max: Empty(), Nulls: []*int64{}} }
