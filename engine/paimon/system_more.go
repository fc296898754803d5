package paimon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/problem"
)

// statisticsJSON is a file of the folder statistics/, which ANALYZE writes.
type statisticsJSON struct {
	Snapshot int64           `json:"snapshotId"`
	Schema   int64           `json:"schemaId"`
	Rows     *int64          `json:"mergedRecordCount"`
	Bytes    *int64          `json:"mergedRecordSize"`
	Columns  json.RawMessage `json:"colStats"`
}

func statisticsTable() systemTable {
	return systemTable{
		columns: columns("snapshot_id BIGINT NOT NULL", "schema_id BIGINT NOT NULL", "mergedRecordCount BIGINT",
			"mergedRecordSize BIGINT", "colstat STRING"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			s, err := t.Latest(ctx)
			if err != nil || s == nil || s.Statistics == "" {
				return nil, err
			}
			at := fileio.Join(t.dir, "statistics", s.Statistics)
			b, err := t.env.IO.ReadFile(ctx, at)
			if errors.Is(err, fileio.ErrNotExist) {
				return nil, problem.New("table.missing_file", "path", at).Because(err)
			}
			if err != nil {
				return nil, fmt.Errorf("read statistics: %w", err)
			}
			var x statisticsJSON
			if err := json.Unmarshal(b, &x); err != nil {
				return nil, problem.New("table.corrupt", "path", at, "why", err.Error()).Because(err)
			}
			return [][]any{{x.Snapshot, x.Schema, orNull(x.Rows), orNull(x.Bytes), textOrNull(string(x.Columns))}}, nil
		},
	}
}

func indexesTable() systemTable {
	ranges := datatype.RowOf(columns("f0 STRING NOT NULL", "f1 INT NOT NULL", "f2 INT NOT NULL", "_CARDINALITY BIGINT")...)
	c := slices.Concat(
		columns("partition STRING", "bucket INT NOT NULL", "index_type STRING NOT NULL", "file_name STRING NOT NULL",
			"file_size BIGINT NOT NULL", "row_count BIGINT NOT NULL"),
		[]datatype.Field{{Name: "dv_ranges", Type: datatype.ArrayOf(ranges)}},
		columns("row_range_start BIGINT", "row_range_end BIGINT", "index_field_id INT", "index_field_name STRING"))
	for i := range c {
		c[i].ID = i
	}
	return systemTable{columns: c, rows: func(ctx context.Context, t *Table) ([][]any, error) {
		s, err := t.Latest(ctx)
		if err != nil || s == nil {
			return nil, err
		}
		entries, err := t.indexOf(ctx, s)
		if err != nil {
			return nil, err
		}
		rows := make([][]any, len(entries))
		for i := range entries {
			if rows[i], err = t.indexRow(&entries[i]); err != nil {
				return nil, err
			}
		}
		return rows, nil
	}}
}

func (t *Table) indexRow(e *manifest.IndexEntry) ([]any, error) {
	partition, err := binaryrow.Decode(t.schema.PartitionTypes(), e.Partition)
	if err != nil {
		return nil, fmt.Errorf("partition of %s: %w", e.FileName, err)
	}
	var ranges, from, to, field, name any
	if e.Vectors != nil {
		list := make([]any, len(e.Vectors))
		for i, v := range e.Vectors {
			list[i] = []any{v.File, v.Offset, v.Length, orNull(v.Cardinality)}
		}
		ranges = list
	}
	if g := e.Global; g != nil {
		from, to, field = g.RowRangeStart, g.RowRangeEnd, g.FieldID
		if f, ok := t.schema.FieldByID(int(g.FieldID)); ok {
			name = f.Name
		}
	}
	return []any{"{" + joined(partition) + "}", e.Bucket, e.Type, e.FileName, e.SizeBytes, e.RowCount, ranges, from, to, field, name}, nil
}

func aggregationTable() systemTable {
	return systemTable{
		columns: columns("field_name STRING NOT NULL", "field_type STRING NOT NULL", "function STRING", "function_options STRING", "comment STRING"),
		rows: func(_ context.Context, t *Table) ([][]any, error) {
			rows := make([][]any, len(t.schema.Fields))
			for i, f := range t.schema.Fields {
				var keys, values []string
				for k := range t.schema.Options {
					if parts := strings.Split(k, "."); len(parts) > 2 && parts[0] == "fields" && parts[1] == f.Name {
						keys = append(keys, k)
					}
				}
				slices.Sort(keys)
				for _, k := range keys {
					values = append(values, t.schema.Options[k])
				}
				rows[i] = []any{f.Name, f.Type.String(), "[" + strings.Join(values, ", ") + "]", "[" + strings.Join(keys, ", ") + "]", textOrNull(f.Description)}
			}
			return rows, nil
		},
	}
}
