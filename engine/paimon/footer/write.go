package footer

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"laketop/engine/datatype"
)

const (
	// rootName is the message name that Java writes.
	rootName = "paimon_schema"
	// rowGroupRows bounds the rows that are held before they are written.
	rowGroupRows = 128 << 10
)

// SpecialWriter writes Arrow rows as one Paimon parquet file (zstd). It takes
// every type of the lake; DuckDB's COPY is four times as fast and does for
// tables without the types that NeedsWriter names. It is not safe for
// concurrent use.
type SpecialWriter struct {
	fields []datatype.Field
	shapes []*shape
	out    *parquet.GenericWriter[any]
	parts  shredder
	row    parquet.Row
	rows   int64
}

// NeedsWriter tells whether a table must be written by SpecialWriter: it has,
// at any depth, a TIME, a TIMESTAMP of more than six digits, or a TIMESTAMP WITH LOCAL
// TIME ZONE of other than four to six digits. DuckDB's COPY writes these with another
// physical type or unit than Paimon reads by.
func NeedsWriter(fields []datatype.Field) bool {
	return !datatype.RowOf(fields...).Walk(func(t datatype.Type) bool {
		switch t.Kind {
		case datatype.Time:
			return false
		case datatype.Timestamp:
			return t.Precision <= 6
		case datatype.TimestampLTZ:
			return t.Precision > 3 && t.Precision <= 6
		}
		return true
	})
}

// WriteSpecial starts a file of the given columns on w; the caller closes w.
// A type that a file cannot hold is a *problem.Error with code type.unsupported.
func WriteSpecial(w io.Writer, fields []datatype.Field) (*SpecialWriter, error) {
	s := &SpecialWriter{fields: fields}
	p := &planner{}
	names, nodes := make([]string, len(fields)), make([]parquet.Node, len(fields))
	for i, f := range fields {
		shape, node, err := p.plan(f, max(f.ID, 0), 0, 0, 0)
		if err != nil {
			return nil, err
		}
		names[i], nodes[i] = f.Name, node
		s.shapes = append(s.shapes, shape)
	}
	if len(fields) == 0 || p.leaves == 0 {
		return nil, fmt.Errorf("a parquet file needs columns")
	}
	s.parts.columns = make([][]parquet.Value, p.leaves)
	schema := parquet.NewSchema(rootName, group(names, nodes))
	options := []parquet.WriterOption{
		schema, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.MaxRowsPerRowGroup(rowGroupRows), parquet.CreatedBy("laketop", "1", ""),
	}
	for _, path := range p.unbounded {
		options = append(options, parquet.SkipPageBounds(path...))
	}
	s.out = parquet.NewGenericWriter[any](w, options...)
	return s, nil
}

// Write adds the rows of a batch, whose columns stand in the order of the
// table's. Times of a finer unit than the column's are rounded down; a number
// that does not fit and a NULL in a NOT NULL column are errors. A nil batch has
// no rows.
func (s *SpecialWriter) Write(batch arrow.RecordBatch) error {
	if batch == nil {
		return nil
	}
	if int(batch.NumCols()) != len(s.shapes) {
		return fmt.Errorf("%d columns for a table of %d", batch.NumCols(), len(s.shapes))
	}
	for i := range int(batch.NumRows()) {
		for k, shape := range s.shapes {
			if err := s.parts.put(shape, batch.Column(k), i, 0, 0); err != nil {
				return fmt.Errorf("row %d: column %w", s.rows+int64(i)+1, err)
			}
		}
		s.row = s.row[:0]
		for k, column := range s.parts.columns {
			s.row = append(s.row, column...)
			s.parts.columns[k] = column[:0]
		}
		if _, err := s.out.WriteRows([]parquet.Row{s.row}); err != nil {
			return fmt.Errorf("write parquet: %w", err)
		}
	}
	s.rows += batch.NumRows()
	return nil
}

// Rows is how many rows were written.
func (s *SpecialWriter) Rows() int64 { return s.rows }

// Close writes the footer.
func (s *SpecialWriter) Close() error {
	if err := s.out.Close(); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}
