package footer

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/parquet-go/parquet-go"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
)

// batchRows is how many rows a Reader gives at a time.
const batchRows = 2048

// NeedsReader tells whether a table must be read by Reader to keep all of its
// digits: it has, at any depth, a TIMESTAMP of more than six. DuckDB reads INT96
// with microseconds only.
func NeedsReader(fields []datatype.Field) bool {
	return !datatype.RowOf(fields...).Walk(func(t datatype.Type) bool {
		return t.Kind != datatype.Timestamp || t.Precision <= 6
	})
}

// Reader gives the rows of one parquet file as Arrow batches of the wanted
// columns, found by name; a column that the file lacks is NULL. It is not safe
// for concurrent use.
type Reader struct {
	fields []datatype.Field
	schema *arrow.Schema
	shapes []*shape
	in     fileio.File
	file   *parquet.File
	group  int
	rows   parquet.Rows
	buffer []parquet.Row
	leaves [][]parquet.Value
	at     []int
}

// Open starts reading the file at path. The caller closes the Reader.
func Open(ctx context.Context, fio fileio.FileIO, path string, fields []datatype.Field) (*Reader, error) {
	f, err := fio.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	r := &Reader{fields: fields, in: f, buffer: make([]parquet.Row, 256)}
	if err := r.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return r, nil
}

func (r *Reader) open() (err error) {
	defer recovered(&err)
	if r.schema, err = datatype.ArrowSchema(r.fields); err != nil {
		return err
	}
	m, err := checkedFooter(r.in)
	if err != nil {
		return err
	}
	for _, group := range m.groups {
		for _, c := range group {
			if c.codec == codecLZ4Raw { // on a damaged page the library doubles its buffer until no memory is left
				return fmt.Errorf("%w: LZ4_RAW is not read together with a TIMESTAMP of more than six digits", ErrParquet)
			}
		}
	}
	r.file, err = parquet.OpenFile(r.in, r.in.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrParquet, err)
	}
	for _, f := range r.fields {
		s, err := fit(f, r.file.Root().Column(f.Name))
		if err != nil {
			return err
		}
		r.shapes = append(r.shapes, s)
	}
	n := countLeaves(r.file.Root())
	r.leaves, r.at = make([][]parquet.Value, n), make([]int, n)
	return nil
}

// checkedFooter reads the metadata by our own bounded reader first, since the
// library allocates what a damaged footer asks for.
func checkedFooter(f fileio.File) (*metadata, error) {
	tail, err := readFooter(f)
	if err != nil {
		return nil, err
	}
	m, err := parseMetadata(tail)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrParquet, err)
	}
	return m, nil
}

func countLeaves(c *parquet.Column) int {
	if c.Leaf() {
		return 1
	}
	n := 0
	for _, child := range c.Columns() {
		n += countLeaves(child)
	}
	return n
}

// Schema is the Arrow schema of the batches.
func (r *Reader) Schema() *arrow.Schema { return r.schema }

// Close frees the file.
func (r *Reader) Close() error {
	var err error
	if r.rows != nil {
		err = r.rows.Close()
	}
	return errors.Join(err, r.in.Close())
}

// Next is the next batch, which the caller releases; io.EOF after the last.
func (r *Reader) Next(ctx context.Context) (batch arrow.RecordBatch, err error) {
	defer recovered(&err)
	b := array.NewRecordBuilder(memory.DefaultAllocator, r.schema)
	defer b.Release()
	n := 0
	for n < batchRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		got, err := r.fill(b)
		n += got
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if n == 0 {
		return nil, io.EOF
	}
	if len(r.fields) == 0 {
		return array.NewRecordBatch(r.schema, nil, int64(n)), nil
	}
	return b.NewRecordBatch(), nil
}

// fill reads some rows into b, from the next row group when one is done.
func (r *Reader) fill(b *array.RecordBuilder) (int, error) {
	if r.rows == nil {
		groups := r.file.RowGroups()
		if r.group >= len(groups) {
			return 0, io.EOF
		}
		r.rows = groups[r.group].Rows()
		r.group++
	}
	n, err := r.rows.ReadRows(r.buffer)
	for _, row := range r.buffer[:n] {
		if err := r.add(b, row); err != nil {
			return 0, err
		}
	}
	if errors.Is(err, io.EOF) || err == nil && n == 0 {
		err = r.rows.Close()
		r.rows = nil
	}
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrParquet, err)
	}
	return n, nil
}

// add puts one row's values into the builders.
func (r *Reader) add(b *array.RecordBuilder, row parquet.Row) error {
	for i := range r.leaves {
		r.leaves[i], r.at[i] = r.leaves[i][:0], 0
	}
	for _, v := range row {
		c := v.Column()
		if c < 0 || c >= len(r.leaves) {
			return fmt.Errorf("%w: a value of column %d", ErrParquet, c)
		}
		r.leaves[c] = append(r.leaves[c], v)
	}
	for i, s := range r.shapes {
		if err := r.read(s, b.Field(i)); err != nil {
			return fmt.Errorf("column %s: %w", r.fields[i].Name, err)
		}
	}
	return nil
}

// recovered turns a panic of the parquet library on damaged pages into an
// error: a broken file must not end the program.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrParquet, p)
	}
}
