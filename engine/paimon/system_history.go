package paimon

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/expire"
)

func snapshotsTable() systemTable {
	return systemTable{
		columns: columns("snapshot_id BIGINT NOT NULL", "schema_id BIGINT NOT NULL", "commit_user STRING NOT NULL",
			"commit_identifier BIGINT NOT NULL", "commit_kind STRING NOT NULL", "commit_time TIMESTAMP(3) NOT NULL",
			"base_manifest_list STRING NOT NULL", "delta_manifest_list STRING NOT NULL", "changelog_manifest_list STRING",
			"total_record_count BIGINT", "delta_record_count BIGINT", "changelog_record_count BIGINT", "watermark BIGINT",
			"next_row_id BIGINT", "operation STRING", "writer_version STRING"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			all, err := t.source.Snapshots.All(ctx)
			rows := make([][]any, len(all))
			for i, s := range all {
				rows[i] = []any{
					s.ID, s.SchemaID, s.CommitUser, s.CommitIdentifier, string(s.CommitKind), t.wall(s.TimeMillis),
					s.BaseManifestList, s.DeltaManifestList, textOrNull(s.ChangelogManifestList),
					s.TotalRecordCount, s.DeltaRecordCount, orNull(s.ChangelogRecordCount), orNull(s.Watermark),
					orNull(s.NextRowID), textOrNull(s.Operation), textOrNull(s.WriterVersion),
				}
			}
			return rows, err
		},
	}
}

func schemasTable() systemTable {
	return systemTable{
		columns: columns("schema_id BIGINT NOT NULL", "fields STRING NOT NULL", "partition_keys STRING NOT NULL",
			"primary_keys STRING NOT NULL", "options STRING NOT NULL", "comment STRING", "update_time TIMESTAMP(3) NOT NULL"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			all, err := t.source.Schemas.All(ctx)
			if err != nil {
				return nil, err
			}
			rows := make([][]any, len(all))
			for i, s := range all {
				rows[i] = []any{s.ID, nil, nil, nil, nil, textOrNull(s.Comment), t.wall(s.TimeMillis)}
				for j, v := range []any{s.Fields, orNone(s.PartitionKeys), orNone(s.PrimaryKeys), s.Options} {
					b, err := json.Marshal(v)
					if err != nil {
						return nil, fmt.Errorf("schema %d of %s: %w", s.ID, t.id, err)
					}
					rows[i][j+1] = string(b)
				}
			}
			return rows, nil
		},
	}
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func optionsTable() systemTable {
	return systemTable{
		columns: columns("key STRING NOT NULL", "value STRING NOT NULL"),
		rows: func(_ context.Context, t *Table) ([][]any, error) {
			var rows [][]any
			for _, k := range slices.Sorted(maps.Keys(t.schema.Options)) {
				rows = append(rows, []any{k, t.schema.Options[k]})
			}
			return rows, nil
		},
	}
}

func tagsTable() systemTable {
	return systemTable{
		columns: columns("tag_name STRING NOT NULL", "snapshot_id BIGINT NOT NULL", "schema_id BIGINT NOT NULL",
			"commit_time TIMESTAMP(3) NOT NULL", "record_count BIGINT", "create_time TIMESTAMP(3)", "time_retained STRING"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			tags, err := t.source.Snapshots.Tags(ctx)
			rows := make([][]any, len(tags))
			for i, tag := range tags {
				s := tag.Snapshot
				var created, retained any
				if tag.Created != nil {
					created = binaryrow.TimestampOfTime(*tag.Created)
				}
				if tag.Retained != nil {
					retained = javaDuration(*tag.Retained)
				}
				rows[i] = []any{tag.Name, s.ID, s.SchemaID, t.wall(s.TimeMillis), s.TotalRecordCount, created, retained}
			}
			return rows, err
		},
	}
}

func branchesTable() systemTable {
	return systemTable{
		columns: columns("branch_name STRING NOT NULL", "create_time TIMESTAMP(3) NOT NULL"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			names, made, err := expire.BranchNames(ctx, t.env.IO, t.dir)
			rows := make([][]any, len(names))
			for i, name := range names {
				rows[i] = []any{name, t.wall(made[i].UnixMilli())}
			}
			return rows, err
		},
	}
}

func consumersTable() systemTable {
	return systemTable{
		columns: columns("consumer_id STRING NOT NULL", "next_snapshot_id BIGINT NOT NULL"),
		rows: func(ctx context.Context, t *Table) ([][]any, error) {
			all, err := t.source.Snapshots.Consumers(ctx)
			rows := make([][]any, len(all))
			for i, c := range all {
				rows[i] = []any{c.ID, c.Next}
			}
			return rows, err
		},
	}
}

// javaDuration is Duration.toString: PT24H, PT1H30M, PT0.5S.
func javaDuration(d time.Duration) string {
	if d == 0 {
		return "PT0S"
	}
	text := "PT"
	if h := d / time.Hour; h != 0 {
		text += strconv.FormatInt(int64(h), 10) + "H"
	}
	if m := d % time.Hour / time.Minute; m != 0 {
		text += strconv.FormatInt(int64(m), 10) + "M"
	}
	if s := d % time.Minute; s != 0 {
		text += strconv.FormatFloat(s.Seconds(), 'f', -1, 64) + "S"
	}
	return text
}
