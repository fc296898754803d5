package filestore

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/footer"
)

// fileStream is one parquet file as the stream of Arrow batches that DuckDB
// reads a view from.
type fileStream struct {
	ctx   context.Context //nolint:containedctx // array.RecordReader has no context of its own
	in    *footer.Reader
	batch arrow.RecordBatch
	err   error
}

func newFileStream(ctx context.Context, fio fileio.FileIO, path string, fields []datatype.Field) (array.RecordReader, error) {
	in, err := footer.Open(ctx, fio, path, fields)
	if err != nil {
		return nil, err
	}
	return &fileStream{ctx: ctx, in: in}, nil
}

// Schema implements array.RecordReader.
func (f *fileStream) Schema() *arrow.Schema { return f.in.Schema() }

// Next implements array.RecordReader.
func (f *fileStream) Next() bool {
	f.drop()
	f.batch, f.err = f.in.Next(f.ctx)
	if errors.Is(f.err, io.EOF) {
		f.err = nil
		return false
	}
	return f.err == nil
}

func (f *fileStream) drop() {
	if f.batch != nil {
		f.batch.Release()
		f.batch = nil
	}
}

// RecordBatch implements array.RecordReader.
func (f *fileStream) RecordBatch() arrow.RecordBatch { return f.batch }

// Record implements array.RecordReader.
func (f *fileStream) Record() arrow.RecordBatch { return f.batch }

// Err implements array.RecordReader.
func (f *fileStream) Err() error { return f.err }

// Retain implements array.RecordReader: the stream has one owner.
func (f *fileStream) Retain() {}

// Release implements array.RecordReader and closes the file.
func (f *fileStream) Release() {
	f.drop()
	if f.in != nil {
		f.err = errors.Join(f.err, f.in.Close())
		f.in = nil
	}
}
