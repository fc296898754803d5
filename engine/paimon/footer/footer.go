// Package footer speaks parquet for the lake: what a data file's footer says,
// and the few files that DuckDB cannot write or read as Paimon has them.
//
//	"PAR1" | column chunks | footer (Thrift: schema, row groups, statistics) | its length, 4 bytes | "PAR1"
//
// Describe reads a footer into what a manifest stores: rows, bytes, and for
// each column the smallest and largest value and the number of nulls. Readers
// skip files by these, so a value that is not certain is written as unknown:
//
//	unknown                   why
//	nested, binary types      others do not collect them, or not in one order
//	TIMESTAMP(7..9)           INT96 has no order
//	float, if the writer      NaN lies above every number for Java, and other
//	passes over NaN           writers than DuckDB and Java's do not tell of it
//	text that is not UTF-8    it cannot be cut at a character
//	another physical type     the file was not written for this column type
//
// Text is cut to 16 characters (`metadata.stats-mode`); a cut maximum has its
// last character raised, so that it stays above what it stands for.
//
// WriteSpecial and Open write and read whole files through Arrow for tables with
// TIME or with TIMESTAMP of more than six digits; see ReadExpr for what DuckDB does
// with them.
//
// Source: parquet-format; PAIMON.md 3.3, 5.4.
package footer

import (
	"context"
	"fmt"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
)

// Description is what a manifest says about a data file.
type Description struct {
	RowCount  int64
	SizeBytes int64
	Stats     binaryrow.Stats
	// StatsColumns names the columns that Stats covers; nil means all of the
	// fields, in order.
	StatsColumns []string
	// NullIn is a column of NOT NULL that holds NULL; "" for none, as far as the
	// footer tells.
	NullIn string
}

// Describe reads the footer of the parquet file at path, which holds columns of
// fields (found by name; others are passed over). Errors wrap ErrParquet when
// the file is cut off or damaged.
func Describe(ctx context.Context, fio fileio.FileIO, path string, fields []datatype.Field, modes Modes) (Description, error) {
	m, size, err := readMetadata(ctx, fio, path)
	if err != nil {
		return Description{}, err
	}
	d := Description{RowCount: m.rows, SizeBytes: size}
	columns := m.columns()
	kept := make([]columnStats, 0, len(fields))
	names := make([]string, 0, len(fields))
	types := make([]datatype.Type, 0, len(fields))
	for i, f := range fields {
		mode := modes.of(i, f.Name)
		if mode.kind == modeNone && !modes.sparse {
			continue
		}
		e, ok := columns[f.Name]
		var s columnStats
		if ok && mode.kind != modeNone {
			s = m.columnStats(e, f.Type)
			if f.Type.NotNull && s.nulls != nil && *s.nulls > 0 {
				d.NullIn = f.Name
			}
			s = mode.apply(s)
		}
		kept, names, types = append(kept, s), append(names, f.Name), append(types, f.Type.Nullable())
	}
	if len(kept) < len(fields) {
		d.StatsColumns = names
	}
	d.Stats, err = encodeStats(types, kept)
	if err != nil {
		return Description{}, fmt.Errorf("statistics of %s: %w", path, err)
	}
	return d, nil
}

func encodeStats(types []datatype.Type, columns []columnStats) (binaryrow.Stats, error) {
	least, most, nulls := make([]any, len(columns)), make([]any, len(columns)), make([]*int64, len(columns))
	for i, c := range columns {
		least[i], most[i], nulls[i] = c.min, c.max, c.nulls
	}
	a, err := binaryrow.Encode(types, least)
	if err != nil {
		return binaryrow.Stats{}, err
	}
	b, err := binaryrow.Encode(types, most)
	return binaryrow.Stats{Min: a, Max: b, Nulls: nulls}, err
}
