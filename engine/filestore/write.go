package filestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/paimon"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Writer writes the rows of queries as data files of one table. What it wrote
// is to be removed again (Abort) unless it is committed.
//
//	table                     rows go                               a file's rows
//	append                    by partition                          as they come
//	append with bucket-key    by partition and bucket               as they come, numbered
//	primary key               by partition and bucket, duplicates   sorted by key, numbered
//	                          merged by the table's engine          as they came
type Writer struct {
	*Store
	table    *paimon.Table
	local    fileio.Local
	rule     *merge.Rule      // nil without a primary key
	bucket   *bucket.Function // nil without buckets
	keys     []datatype.Field // the primary key without partition columns
	paths    []string         // relative to the warehouse
	rows     int64
	merges   bool // keys were met twice: do not try without a merge again
	replaces bool // no changelog is written
}

// Writer starts a write to a table; it refuses by name one whose files cannot
// be written.
func (s *Store) Writer(table *paimon.Table) (*Writer, error) {
	local, ok := table.FileIO().(fileio.Local)
	if !ok {
		return nil, problem.New("session.remote_lake", "table", table.Identifier().String())
	}
	w := &Writer{Store: s, table: table, local: local}
	sch := table.Schema()
	var err error
	if sch.Bucket() > 0 {
		if w.bucket, err = bucket.Of(sch); err != nil {
			return nil, err
		}
	}
	if len(sch.PrimaryKeys) > 0 {
		w.keys = sch.KeyFields()
		if w.rule, err = merge.Of(sch); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// Rows is how many rows were written so far; of a primary-key table, how many
// changes came in.
func (w *Writer) Rows() int64 { return w.rows }

// Write runs query, whose columns are the table's in order and type, and gives
// the commit that adds its rows.
func (w *Writer) Write(ctx context.Context, query string) (commit.Request, error) {
	added, changelog, err := w.WriteChanges(ctx, query, "")
	return commit.Request{Added: added, Changelog: changelog}, err
}

// WriteChanges is Write for rows that say what they do to their key: kind names
// the query's further column of 0 (+I), 1 (-U), 2 (+U) or 3 (-D); "" is +I for
// all, or as the table's option rowkind.field has it. changelog is what a table
// with changelog-producer = input tells its streaming readers.
func (w *Writer) WriteChanges(ctx context.Context, query, kind string) (added, changelog []manifest.Entry, err error) {
	switch {
	case w.bucket != nil:
		added, changelog, err = w.writeBuckets(ctx, query, kind)
	case kind != "":
		err = fmt.Errorf("table %s has no primary key: its rows have no kind", w.table.Identifier())
	case len(w.table.Schema().PartitionKeys) == 0:
		added, err = w.files(ctx, query, nil)
	default:
		added, err = w.partitions(ctx, query)
	}
	if err == nil {
		err = w.local.Sync(ctx, w.paths...)
	}
	if err != nil {
		return nil, nil, errors.Join(err, w.Abort())
	}
	return added, changelog, nil
}

// Abort removes what was written; it must not be called after a commit whose
// outcome is unknown.
func (w *Writer) Abort() error {
	var errs []error
	for _, p := range w.paths {
		errs = append(errs, w.local.Remove(context.Background(), p))
	}
	w.paths = nil
	return errors.Join(errs...)
}

// discard removes one written file again.
func (w *Writer) discard(ctx context.Context, target string) error {
	for i, p := range w.paths {
		if p == target {
			w.paths = append(w.paths[:i], w.paths[i+1:]...)
			break
		}
	}
	return w.local.Remove(context.WithoutCancel(ctx), target)
}

// temps are dropped, whatever became of the statement that made them: they go
// with the connection at the latest.
func (w *Writer) drop(ctx context.Context, tables ...string) {
	for _, t := range tables {
		_ = w.conn.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS temp."+t)
	}
}

// hidden is the name that a file has while it is written.
func hidden(target string) string { return path.Join(path.Dir(target), "."+path.Base(target)+".tmp") }

// copyInto has DuckDB write query to a hidden file or folder beside the data.
func (w *Writer) copyInto(ctx context.Context, to, query, extra string) ([]duck.CopiedFile, error) {
	if err := w.local.MakeDir(ctx, path.Dir(to)); err != nil {
		return nil, fmt.Errorf("make the folder of the data files: %w", err)
	}
	target, err := w.local.LocalPath(to)
	if err != nil {
		return nil, err
	}
	copied, err := w.conn.Copy(ctx, query, target, extra)
	if err != nil {
		return nil, errors.Join(err, w.local.Remove(context.WithoutCancel(ctx), to))
	}
	return copied, nil
}

// place gives a written file its name in the table.
func (w *Writer) place(from, target string) error {
	to, err := w.local.LocalPath(target)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("make the folder of a data file: %w", err)
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("place a data file: %w", err)
	}
	w.paths = append(w.paths, target)
	return nil
}

// arrowFile streams a query into one parquet file through Arrow: for types whose
// parquet form DuckDB has not (TIME in milliseconds, timestamps of other than
// microseconds). A file without rows is not left behind.
func (w *Writer) arrowFile(ctx context.Context, query, target string, fields []datatype.Field) (rows int64, err error) {
	local, err := w.local.LocalPath(target)
	if err != nil {
		return 0, err
	}
	if err := w.local.MakeDir(ctx, path.Dir(target)); err != nil {
		return 0, fmt.Errorf("make the folder of the data files: %w", err)
	}
	rows, err = w.stream(ctx, query, local, fields)
	if err != nil || rows == 0 {
		return 0, errors.Join(err, w.local.Remove(context.WithoutCancel(ctx), target))
	}
	w.paths = append(w.paths, target)
	return rows, nil
}

func (w *Writer) stream(ctx context.Context, query, local string, fields []datatype.Field) (rows int64, err error) {
	f, err := os.OpenFile(local, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, fmt.Errorf("make a data file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := footer.WriteSpecial(f, fields)
	if err != nil {
		return 0, err
	}
	err = w.conn.Query(ctx, query, func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b == nil {
			return nil
		}
		return out.Write(b)
	})
	if err != nil {
		return 0, err
	}
	return out.Rows(), out.Close()
}

// Overwrites tells the writer that its rows replace what is there: there is no
// changelog of that.
func (w *Writer) Overwrites() { w.replaces = true }

// Hidden tells whether readers see the rows only once a compaction has taken
// them in.
func (w *Writer) Hidden() bool {
	s := w.table.Schema()
	return w.rule != nil && w.rows > 0 && s.Flag(schema.OptionWriteOnly) && (w.rule.Engine == merge.FirstRow || s.Flag(schema.OptionDeletionVectors))
}
