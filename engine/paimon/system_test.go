package paimon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
)

// The columns are PAIMON.md 8's, in order.
func TestSystemColumns(t *testing.T) {
	table := create(t, env(mem.New()), nil, nil, field("dt", "STRING"), field("v", "INT"))
	for name, want := range map[string]string{
		"snapshots":  "snapshot_id, schema_id, commit_user, commit_identifier, commit_kind, commit_time, base_manifest_list, delta_manifest_list, changelog_manifest_list, total_record_count, delta_record_count, changelog_record_count, watermark, next_row_id, operation, writer_version",
		"schemas":    "schema_id, fields, partition_keys, primary_keys, options, comment, update_time",
		"options":    "key, value",
		"files":      "partition, bucket, file_path, file_format, schema_id, level, record_count, file_size_in_bytes, min_key, max_key, null_value_counts, min_value_stats, max_value_stats, min_sequence_number, max_sequence_number, creation_time, deleteRowCount, file_source, first_row_id, write_cols",
		"partitions": "partition, record_count, file_size_in_bytes, file_count, last_update_time, created_at, created_by, updated_by, options, total_buckets, done, deleted_record_count",
		"manifests":  "file_name, file_size, num_added_files, num_deleted_files, schema_id, min_partition_stats, max_partition_stats, min_row_id, max_row_id",
		"tags":       "tag_name, snapshot_id, schema_id, commit_time, record_count, create_time, time_retained",
		"branches":   "branch_name, create_time",
	} {
		columns, _, err := table.System(t.Context(), strings.ToUpper(name))
		require.NoError(t, err)
		var names []string
		for _, c := range columns {
			names = append(names, c.Name)
		}
		require.Equal(t, want, strings.Join(names, ", "))
	}
	_, _, err := table.System(t.Context(), "binlog")
	requireProblem(t, err, "db.t has no system table $binlog")
}

func TestSystemRows(t *testing.T) {
	io := mem.New()
	table := create(t, env(io), map[string]string{"b": "2", "a": "1"}, []string{"dt"}, field("dt", "STRING"), field("v", "INT"))
	for i, dt := range []any{"x", nil} {
		text, _ := dt.(string)
		s, err := table.Commit(t.Context(), commit.Request{User: "u", Identifier: int64(i),
			Added: []manifest.Entry{write(t, table, []any{dt}, text, 1, 2)}})
		require.NoError(t, err)
		require.NoError(t, io.Create(t.Context(), table.Snapshots().TagPath(fmt.Sprintf("tag%d", i)), snapshot.Encode(s)))
	}
	require.NoError(t, io.Create(t.Context(), "db.db/t/branch/branch-dev/schema/schema-0", nil))

	rows := func(name string, columns ...string) [][]any {
		fields, all, err := table.System(t.Context(), name)
		require.NoError(t, err)
		var out [][]any
		for _, r := range all {
			require.Len(t, r, len(fields))
			var row []any
			for _, c := range columns {
				for i, f := range fields {
					if f.Name == c {
						row = append(row, r[i])
					}
				}
			}
			out = append(out, row)
		}
		return out
	}
	at := "2026-01-02T03:04:05"
	got := rows("snapshots", "snapshot_id", "commit_kind", "total_record_count", "watermark")
	require.Equal(t, [][]any{{int64(1), "APPEND", int64(2), nil}, {int64(2), "APPEND", int64(4), nil}}, got)
	require.Equal(t, at, fmt.Sprint(rows("snapshots", "commit_time")[0][0]), "wall clock of the clock's zone")
	require.Equal(t, [][]any{{"a", "1"}, {"b", "2"}}, rows("options", "key", "value"))
	require.Equal(t, [][]any{{`["dt"]`, "[]", `{"a":"1","b":"2"}`, "a table"}}, rows("schemas", "partition_keys", "primary_keys", "options", "comment"))
	require.Equal(t, [][]any{
		{"{x}", "parquet", int64(2), "{dt=0, v=0}", "{dt=x, v=1}", "{dt=x, v=2}", "APPEND"},
		{"{null}", "parquet", int64(2), "{dt=0, v=0}", "{dt=, v=1}", "{dt=, v=2}", "APPEND"},
	}, rows("files", "partition", "file_format", "record_count", "null_value_counts", "min_value_stats", "max_value_stats", "file_source"))
	require.Equal(t, at, fmt.Sprint(rows("files", "creation_time")[0][0]))
	require.Equal(t, [][]any{{"dt=__DEFAULT_PARTITION__", int64(2), int64(1), int32(-1)}, {"dt=x", int64(2), int64(1), int32(-1)}},
		rows("partitions", "partition", "record_count", "file_count", "total_buckets"))
	require.Equal(t, [][]any{{int64(1), "{x}", "{x}"}, {int64(1), "{null}", "{null}"}}, rows("manifests", "num_added_files", "min_partition_stats", "max_partition_stats"))
	require.Equal(t, [][]any{{"tag0", int64(1)}, {"tag1", int64(2)}}, rows("tags", "tag_name", "snapshot_id"))
	require.Equal(t, [][]any{{"dev"}}, rows("branches", "branch_name"))
}
