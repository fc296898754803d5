package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"laketop/app/notebook"
	"laketop/app/workspace"
	"laketop/engine/duck"
	"laketop/engine/fileio/local"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

func (p *Program) inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "inspect PATH",
		Short: "Print a table folder, snapshot, schema, manifest or data file readably",
		Args:  positional(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			i := inspector{out: p.Stdout}
			return i.path(c.Context(), args[0])
		},
	}
}

// inspector prints files of a table as they are, without opening the lake:
// it must help where opening fails.
type inspector struct{ out io.Writer }

func (i inspector) path(ctx context.Context, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	st, err := os.Stat(abs)
	if err != nil {
		return usageError{err}
	}
	if st.IsDir() {
		return i.folder(ctx, abs)
	}
	name := filepath.Base(abs)
	switch {
	case strings.HasSuffix(name, ".parquet"):
		return i.parquet(ctx, abs)
	case strings.HasPrefix(name, "manifest-list-"):
		return i.manifestList(abs)
	case strings.HasPrefix(name, "manifest-"):
		return i.manifest(ctx, abs)
	case strings.HasPrefix(name, "snapshot-"), strings.HasPrefix(name, "tag-"):
		return i.snapshot(abs)
	case strings.HasPrefix(name, "schema-"):
		return i.schema(abs)
	case name == "LATEST" || name == "EARLIEST":
		data, err := os.ReadFile(abs)
		fmt.Fprintf(i.out, "hint: %s snapshot %s (a hint may be stale; nobody trusts it alone)\n", strings.ToLower(name), strings.TrimSpace(string(data)))
		return err
	}
	return problem.New("inspect.file", "name", name)
}

func (i inspector) folder(ctx context.Context, dir string) error {
	switch workspace.KindOf(dir) {
	case workspace.KindTable:
		return i.table(ctx, dir)
	case workspace.KindFolder:
		return problem.New("inspect.folder", "path", dir)
	case workspace.KindWorkspace:
		dir = filepath.Join(dir, "warehouse")
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.db", "*", "schema"))
	if err != nil {
		return err
	}
	fmt.Fprintf(i.out, "warehouse %s\n", dir)
	for _, t := range tables {
		rel, err := filepath.Rel(dir, filepath.Dir(t))
		if err != nil {
			return err
		}
		fmt.Fprintf(i.out, "  %s\n", rel)
	}
	return nil
}

func (i inspector) table(ctx context.Context, dir string) (err error) {
	fs, err := local.New(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fs.Close()) }()
	fmt.Fprintf(i.out, "table %s\n\n", dir)
	s, err := schema.NewManager(fs, "").Latest(ctx)
	if err != nil {
		return err
	}
	i.schemaText(s)
	all, err := snapshot.NewManager(fs, "").All(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(i.out, "\n%d snapshots\n", len(all))
	var rows [][]*string
	for _, s := range all {
		rows = append(rows, texts(s.ID, stamp(s.TimeMillis), s.CommitKind, s.DeltaRecordCount, s.TotalRecordCount, s.SchemaID, s.CommitUser))
	}
	return i.grid([]string{"id", "at", "kind", "delta rows", "total rows", "schema", "user"}, rows)
}

func (i inspector) grid(header []string, rows [][]*string) error {
	_, err := io.WriteString(i.out, notebook.PlainTable(header, rows, int64(len(rows))))
	return err
}

func texts(values ...any) []*string {
	out := make([]*string, len(values))
	for i, v := range values {
		s := fmt.Sprint(v)
		out[i] = &s
	}
	return out
}

func stamp(millis int64) string {
	return time.UnixMilli(millis).UTC().Format("2006-01-02 15:04:05.000Z")
}

func (i inspector) schemaText(s *schema.Schema) {
	fmt.Fprintf(i.out, "schema %d\n", s.ID)
	for _, f := range s.Fields {
		fmt.Fprintf(i.out, "  %4d  %-28s %s\n", f.ID, f.Name, f.Type)
	}
	if len(s.PartitionKeys) > 0 {
		fmt.Fprintf(i.out, "partitioned by %s\n", strings.Join(s.PartitionKeys, ", "))
	}
	if len(s.PrimaryKeys) > 0 {
		fmt.Fprintf(i.out, "primary key %s\n", strings.Join(s.PrimaryKeys, ", "))
	}
	keys := make([]string, 0, len(s.Options))
	for k := range s.Options {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(i.out, "  %s = %s\n", k, s.Options[k])
	}
}

func (i inspector) schema(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s, err := schema.Decode(path, data)
	if err != nil {
		return err
	}
	i.schemaText(s)
	return nil
}

func (i inspector) snapshot(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s, err := snapshot.Decode(path, data)
	if err != nil {
		return err
	}
	fmt.Fprintf(i.out, "snapshot %d  %s  %s\n", s.ID, s.CommitKind, stamp(s.TimeMillis))
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, data, "", "  "); err != nil {
		return err
	}
	fmt.Fprintln(i.out, pretty.String())
	return nil
}

func (i inspector) manifestList(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	metas, err := manifest.DecodeList(data)
	if err != nil {
		return err
	}
	fmt.Fprintf(i.out, "manifest list, %d manifests\n", len(metas))
	var rows [][]*string
	for _, m := range metas {
		rows = append(rows, texts(m.FileName, m.SizeBytes, m.AddedFiles, m.DeletedFiles, m.SchemaID))
	}
	return i.grid([]string{"manifest", "bytes", "added", "deleted", "schema"}, rows)
}

func (i inspector) manifest(ctx context.Context, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	entries, err := manifest.Decode(data)
	if err != nil {
		return err
	}
	s := tableSchema(ctx, filepath.Dir(filepath.Dir(path)))
	fmt.Fprintf(i.out, "manifest, %d entries\n", len(entries))
	var rows [][]*string
	for _, e := range entries {
		rows = append(rows, texts(kindText(e.Kind), partitionText(s, e.Partition), e.Bucket, e.File.FileName, e.File.SizeBytes, e.File.RowCount, e.File.Level, e.File.SchemaID))
	}
	return i.grid([]string{"kind", "partition", "bucket", "file", "bytes", "rows", "level", "schema"}, rows)
}

func kindText(k manifest.Kind) string {
	if k == manifest.Delete {
		return "DELETE"
	}
	return "ADD"
}

// tableSchema is the newest schema of the table around a manifest, nil when it
// cannot be read: then partitions are printed as bytes.
func tableSchema(ctx context.Context, dir string) *schema.Schema {
	if workspace.KindOf(dir) != workspace.KindTable {
		return nil
	}
	fs, err := local.New(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = fs.Close() }() // it was only read
	s, err := schema.NewManager(fs, "").Latest(ctx)
	if err != nil {
		return nil
	}
	return s
}

func partitionText(s *schema.Schema, row []byte) string {
	if s == nil {
		return fmt.Sprintf("%x", row)
	}
	if len(s.PartitionKeys) == 0 {
		return ""
	}
	values, err := binaryrow.Decode(s.PartitionTypes(), row)
	if err != nil {
		return fmt.Sprintf("%x", row)
	}
	parts := make([]string, len(values))
	for i, v := range values {
		text := "NULL"
		if v != nil {
			text = fmt.Sprint(v)
		}
		parts[i] = s.PartitionKeys[i] + "=" + text
	}
	return strings.Join(parts, "/")
}

// parquet prints a data file's footer through the engine.
func (i inspector) parquet(ctx context.Context, path string) error {
	db, err := duck.Open(ctx, duck.Options{MemoryLimitBytes: 256 << 20, Roots: []string{filepath.Dir(path)}})
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx, duck.Settings{})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	from := duck.Literal(path)
	st, err := os.Stat(path)
	if err == nil {
		fmt.Fprintf(i.out, "data file %s, %s bytes\n", filepath.Base(path), strconv.FormatInt(st.Size(), 10))
	}
	for _, q := range []string{
		"SELECT created_by, num_rows, num_row_groups, format_version FROM parquet_file_metadata(" + from + ")",
		"SELECT name, type, repetition_type AS repetition, converted_type, logical_type, field_id FROM parquet_schema(" + from + ")",
		"SELECT row_group_id AS \"group\", path_in_schema AS column, num_values AS \"values\", stats_null_count AS nulls, stats_min_value AS min, stats_max_value AS max, compression, total_compressed_size AS bytes FROM parquet_metadata(" + from + ") ORDER BY 1, column_id",
	} {
		if err = i.query(ctx, conn, q); err != nil {
			break
		}
	}
	return errors.Join(err, conn.Close(), db.Close())
}

func (i inspector) query(ctx context.Context, conn *duck.Conn, sql string) error {
	rows, columns, err := conn.Rows(ctx, sql)
	if err != nil {
		return err
	}
	out := make([][]*string, len(rows))
	for r, row := range rows {
		out[r] = make([]*string, len(row))
		for c, v := range row {
			if v != nil {
				s := fmt.Sprint(v)
				out[r][c] = &s
			}
		}
	}
	fmt.Fprintln(i.out)
	return i.grid(columns, out)
}
