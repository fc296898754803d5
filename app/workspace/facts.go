package workspace

import (
	"context"
	"fmt"
	"slices"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/paimon"
)

// facts fills what the system tables know: snapshots, and the files of the
// newest one.
func (w *Workspace) facts(ctx context.Context, info *TableInfo, table *paimon.Table) error {
	snapshots, err := systemRows(ctx, table, "snapshots")
	if err != nil {
		return err
	}
	for _, r := range snapshots {
		info.Snapshots = append(info.Snapshots, Snapshot{
			ID: number(r["snapshot_id"]), Kind: text(r["commit_kind"]), User: text(r["commit_user"]), At: instant(r["commit_time"]),
			TotalRows: number(r["total_record_count"]), DeltaRows: number(r["delta_record_count"]),
		})
	}
	slices.SortFunc(info.Snapshots, func(a, b Snapshot) int { return int(b.ID - a.ID) })
	if len(info.Snapshots) > 0 {
		info.Rows = info.Snapshots[0].TotalRows
	}
	files, err := systemRows(ctx, table, "files")
	if err != nil {
		return err
	}
	info.Files = len(files)
	for _, r := range files {
		info.Bytes += number(r["file_size_in_bytes"])
	}
	return nil
}

func systemRows(ctx context.Context, table *paimon.Table, name string) ([]map[string]any, error) {
	columns, rows, err := table.System(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %s of %s: %w", name, table.Identifier(), err)
	}
	out := make([]map[string]any, len(rows))
	for i, r := range rows {
		out[i] = named(columns, r)
	}
	return out, nil
}

func named(columns []datatype.Field, row []any) map[string]any {
	m := make(map[string]any, len(columns))
	for i, c := range columns {
		if i < len(row) {
			m[c.Name] = row[i]
		}
	}
	return m
}

func number(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case *int64:
		if n != nil {
			return *n
		}
	case int:
		return int64(n)
	case int32:
		return int64(n)
	}
	return 0
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func instant(v any) time.Time {
	switch t := v.(type) {
	case time.Time:
		return t
	case int64:
		return time.UnixMilli(t)
	}
	return time.Time{}
}
