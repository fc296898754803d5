package paimon

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

func filesTable() systemTable {
	return systemTable{
		columns: append(columns("partition STRING", "bucket INT NOT NULL", "file_path STRING NOT NULL", "file_format STRING NOT NULL",
			"schema_id BIGINT NOT NULL", "level INT NOT NULL", "record_count BIGINT NOT NULL", "file_size_in_bytes BIGINT NOT NULL",
			"min_key STRING", "max_key STRING", "null_value_counts STRING NOT NULL", "min_value_stats STRING NOT NULL",
			"max_value_stats STRING NOT NULL", "min_sequence_number BIGINT", "max_sequence_number BIGINT",
			"creation_time TIMESTAMP(3)", "deleteRowCount BIGINT", "file_source STRING", "first_row_id BIGINT"),
			datatype.Field{ID: 19, Name: "write_cols", Type: datatype.ArrayOf(datatype.StringType())}),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			entries, err := t.liveNow(ctx)
			if err != nil {
				return nil, err
			}
			rows := make([][]any, len(entries))
			for i := range entries {
				if rows[i], err = t.fileRow(ctx, &entries[i]); err != nil {
					return nil, err
				}
			}
			return rows, nil
		},
	}
}

// liveNow is the files of the newest snapshot.
func (t *Table) liveNow(ctx context.Context) ([]manifest.Entry, error) {
	s, err := t.Latest(ctx)
	if err != nil || s == nil {
		return nil, err
	}
	return t.source.Live(ctx, s, nil)
}

func (t *Table) fileRow(ctx context.Context, e *manifest.Entry) ([]any, error) {
	f := &e.File
	written, err := t.source.Schemas.ByID(ctx, f.SchemaID)
	if err != nil {
		return nil, err
	}
	partition, err := binaryrow.Decode(t.schema.PartitionTypes(), e.Partition)
	if err != nil {
		return nil, fmt.Errorf("partition of %s: %w", f.FileName, err)
	}
	at, err := t.filePath(e, partition)
	if err != nil {
		return nil, err
	}
	nulls, low, high := statTexts(written, f)
	var created, source any
	if f.CreationTimeMillis != nil {
		created = binaryrow.Timestamp{Millis: *f.CreationTimeMillis}
	}
	if f.Source != nil {
		source = map[int32]string{manifest.SourceAppend: "APPEND", manifest.SourceCompact: "COMPACT"}[*f.Source]
	}
	var writeCols any
	if f.WriteCols != nil {
		writeCols = anys(f.WriteCols)
	}
	return []any{
		"{" + joined(partition) + "}", e.Bucket, at, f.FileName[strings.LastIndexByte(f.FileName, '.')+1:],
		f.SchemaID, f.Level, f.RowCount, f.SizeBytes,
		keyText(written, f.MinKey), keyText(written, f.MaxKey), nulls, low, high, f.MinSequence, f.MaxSequence,
		created, orNull(f.DeleteRowCount), source, orNull(f.FirstRowID), writeCols,
	}, nil
}

// InTable is where a file is within the table's folder, as orphan removal names
// files: dt=2024-01-01/bucket-0/data-….parquet.
func (t *Table) InTable(e *manifest.Entry) (string, error) {
	partition, err := binaryrow.Decode(t.schema.PartitionTypes(), e.Partition)
	if err != nil {
		return "", fmt.Errorf("partition of %s: %w", e.File.FileName, err)
	}
	return t.inTable(e, partition)
}

func (t *Table) inTable(e *manifest.Entry, partition []any) (string, error) {
	if e.File.ExternalPath != nil {
		return *e.File.ExternalPath, nil
	}
	folder, err := scan.PartitionFolder(t.schema, partition)
	if err != nil {
		return "", err
	}
	return fileio.Join(folder, scan.BucketFolder(e.Bucket), e.File.FileName), nil
}

// filePath is where a file is on this machine, if it is on this machine.
func (t *Table) filePath(e *manifest.Entry, partition []any) (string, error) {
	at, err := t.inTable(e, partition)
	if err != nil || e.File.ExternalPath != nil {
		return at, err
	}
	at = fileio.Join(t.dir, at)
	if l, ok := t.env.IO.(fileio.Local); ok && fileio.CheckPath(at) == nil {
		return l.LocalPath(at)
	}
	return at, nil
}

// statTexts prints null counts, smallest and largest values by column name.
func statTexts(written *schema.Schema, f *manifest.DataFile) (nulls, low, high string) {
	names := f.ValueStatsCols
	if names == nil {
		for _, c := range written.Fields {
			names = append(names, c.Name)
		}
	}
	types := make([]datatype.Type, len(names))
	for i, name := range names {
		c, _ := written.Field(name)
		types[i] = c.Type
	}
	counts := map[string]string{}
	for i, name := range names {
		counts[name] = "null"
		if i < len(f.ValueStats.Nulls) && f.ValueStats.Nulls[i] != nil {
			counts[name] = strconv.FormatInt(*f.ValueStats.Nulls[i], 10)
		}
	}
	return mapText(counts), rowText(names, types, f.ValueStats.Min), rowText(names, types, f.ValueStats.Max)
}

func rowText(names []string, types []datatype.Type, row []byte) string {
	texts := map[string]string{}
	values, err := binaryrow.Decode(types, row)
	for i, name := range names {
		texts[name] = "null"
		if err == nil {
			texts[name] = valueText(values[i])
		}
	}
	return mapText(texts)
}

// mapText is Java's text of a sorted map.
func mapText(m map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, k+"="+m[k])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// keyText prints a primary key without its partition keys; nil without one.
func keyText(written *schema.Schema, row []byte) any {
	var types []datatype.Type
	for _, k := range written.PrimaryKeys {
		if c, ok := written.Field(k); ok && !slices.Contains(written.PartitionKeys, k) {
			types = append(types, c.Type)
		}
	}
	if len(types) == 0 {
		return nil
	}
	values, err := binaryrow.Decode(types, row)
	if err != nil {
		return nil // shown as unknown; reading the table would say more
	}
	return "[" + joined(values) + "]"
}

func joined(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = valueText(v)
	}
	return strings.Join(texts, ", ")
}

func valueText(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case []byte:
		return fmt.Sprintf("%X", x)
	}
	return fmt.Sprint(v)
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
