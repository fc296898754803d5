package duck

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"laketop/engine/problem"
)

// pageLimitBytes bounds one page, so a grid's request answers at once and no
// buffer of a web view overflows.
const pageLimitBytes = 8 << 20

// Page is rows [offset, offset+limit) of a result as one Arrow IPC stream, cut
// short at pageLimitBytes. sort names a column, "-" before it for descending;
// "" keeps the order of the query. The types of instants carry the result's own
// time zone.
func (s *Store) Page(ctx context.Context, id string, offset int64, limit int, sort string) (_ []byte, err error) {
	r, err := s.Get(id)
	if err != nil {
		return nil, err
	}
	from, err := s.sortedTable(ctx, r, sort)
	if err != nil {
		return nil, err
	}
	query := fmt.Sprintf("SELECT * FROM %s WHERE rowid >= %d AND rowid < %d ORDER BY rowid", from, offset, offset+int64(limit))
	conn, err := s.open(ctx, Settings{TimeZone: r.TimeZone})
	if err != nil {
		return nil, err
	}
	defer func() { err = errorsJoin(err, conn.Close()) }()
	var buf bytes.Buffer
	if err := writeIPC(ctx, conn, query, &buf, pageLimitBytes); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// errPageFull ends a page that reached its bytes.
var errPageFull = fmt.Errorf("page is full")

func writeIPC(ctx context.Context, conn *Conn, query string, w io.Writer, limitBytes int64) error {
	var out *ipc.Writer
	var written int64
	err := conn.Query(ctx, query, func(schema *arrow.Schema, b arrow.RecordBatch) error {
		if out == nil {
			out = ipc.NewWriter(w, ipc.WithSchema(schema))
		}
		if b == nil {
			return nil
		}
		if err := out.Write(b); err != nil {
			return err
		}
		if written += batchBytes(b); limitBytes > 0 && written >= limitBytes {
			return errPageFull
		}
		return nil
	})
	if err == errPageFull { //nolint:errorlint // our own sentinel, passed through unchanged
		err = nil
	}
	if out == nil {
		return err
	}
	return errorsJoin(err, out.Close())
}

// sortedTable is the table whose row ids stand in the wanted order. The first
// page of a sort makes a sorted copy; the others only read it.
func (s *Store) sortedTable(ctx context.Context, r Result, sort string) (string, error) {
	if sort == "" {
		return table(r.ID), nil
	}
	column, desc := strings.CutPrefix(sort, "-")
	known := false
	for _, c := range r.Columns {
		known = known || c.Name == column
	}
	if !known {
		return "", problem.New("sql.unknown_column", "name", column)
	}
	key := r.ID + "\x00" + sort
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.sorted[key]; ok {
		return t, nil
	}
	s.next++
	t := table(fmt.Sprintf("s%d", s.next))
	direction := " ASC NULLS FIRST"
	if desc {
		direction = " DESC NULLS LAST"
	}
	if err := s.conn.Exec(ctx, "CREATE TABLE "+t+" AS SELECT * FROM "+table(r.ID)+" ORDER BY "+Ident(column)+direction+", rowid"); err != nil {
		return "", err
	}
	s.sorted[key] = t
	return t, nil
}

func sortedOf(key string) string { id, _, _ := strings.Cut(key, "\x00"); return id }

// Formats that Export writes, with COPY's options; Copy has parquet's own.
var exportOptions = map[string]string{
	"csv":     "FORMAT csv, HEADER true",
	"parquet": "FORMAT parquet",
	"json":    "FORMAT json, ARRAY true",
	"ndjson":  "FORMAT json",
}

// Export writes a whole result to w: csv (header line; NULL is an empty field,
// an empty string is quoted), parquet, json (one array), ndjson, arrow (an IPC
// stream). DuckDB writes inside its own roots, so the bytes pass through the
// spill folder. Instants are written in the result's own time zone.
func (s *Store) Export(ctx context.Context, id, format string, w io.Writer) (err error) {
	r, err := s.Get(id)
	if err != nil {
		return err
	}
	conn, err := s.open(ctx, Settings{TimeZone: r.TimeZone})
	if err != nil {
		return err
	}
	defer func() { err = errorsJoin(err, conn.Close()) }()
	query := "SELECT * FROM " + table(id)
	if format == "arrow" {
		return writeIPC(ctx, conn, query, w, 0)
	}
	options, ok := exportOptions[format]
	if !ok {
		return problem.New("result.format", "format", format)
	}
	dir, err := os.MkdirTemp(s.spill, "export-")
	if err != nil {
		return fmt.Errorf("make room for the export: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "result")
	if format == "parquet" {
		_, err = conn.Copy(ctx, query, path, "")
	} else {
		err = conn.Exec(ctx, "COPY ("+query+") TO "+Literal(path)+" ("+options+")")
	}
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the export back: %w", err)
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
