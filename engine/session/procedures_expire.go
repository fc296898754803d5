package session

import (
	"context"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// removals are the procedures that take files or rows away.
func removals() map[string]procedure {
	table, dry := need("table"), may("dry_run", flagKind)
	integer := func(name string) []datatype.Field {
		return []datatype.Field{datatype.NewField(name, datatype.Of(datatype.Int))}
	}
	kept := []parameter{table, may("retain_max", numberKind), may("retain_min", numberKind), may("older_than", timeKind),
		may("max_deletes", numberKind), may("options", textKind), dry}
	return map[string]procedure{
		"expire_snapshots":  {kept, integer("deleted_snapshots_count"), on(expires(snapshotsExpired, expire.SnapshotRetention, (*paimon.Table).ExpireSnapshots))},
		"expire_changelogs": {kept, integer("deleted_changelogs_count"), on(expires(changelogsExpired, expire.ChangelogRetention, (*paimon.Table).ExpireChangelogs))},
		"expire_partitions": {[]parameter{table, may("expiration_time", textKind), may("timestamp_formatter", textKind), may("timestamp_pattern", textKind),
			may("expire_strategy", textKind), may("max_expires", numberKind), may("options", textKind), dry},
			[]datatype.Field{text("expired_partitions")}, on((*onTable).expirePartitions)},
		"drop_partition":      {[]parameter{table, need("partitions", "partition")}, done, on((*onTable).dropPartition)},
		"mark_partition_done": {[]parameter{table, need("partitions")}, done, on((*onTable).markDone)},
		"remove_orphan_files": {[]parameter{table, may("older_than", timeKind), dry, may("parallelism", numberKind), may("mode", textKind)},
			[]datatype.Field{number("deletedFileCount"), number("deletedFileTotalLenInBytes")}, (*calling).removeOrphans},
	}
}

// with is the table under the options of an argument "key=value,key=value".
func (c *calling) with(table *paimon.Table) (*schema.Schema, error) {
	s := table.Schema()
	if !c.given("options") {
		return s, nil
	}
	s = s.Clone()
	if s.Options == nil {
		s.Options = map[string]string{}
	}
	for part := range strings.SplitSeq(c.text("options"), ",") {
		key, value, ok := strings.Cut(part, "=")
		if !ok {
			a := c.args["options"]
			return nil, c.at(problem.New("sql.argument_type", "argument", "options", "value", a.text, "type", "key=value,key=value"), a.node)
		}
		s.Options[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	return s, nil
}

// retention is what options and arguments say is kept.
func (c *onTable) retention(of func(*schema.Schema) (expire.Retention, error)) (expire.Retention, error) {
	s, err := c.with(c.table)
	if err != nil {
		return expire.Retention{}, err
	}
	r, err := of(s)
	if err != nil {
		return r, err
	}
	r.DryRun = c.dry
	if a, ok := c.args["retain_max"]; ok {
		r.Max = a.number
	}
	if a, ok := c.args["retain_min"]; ok {
		r.Min = a.number
	}
	if a, ok := c.args["older_than"]; ok {
		r.Before = a.time
	}
	if a, ok := c.args["max_deletes"]; ok {
		r.Limit = int(a.number)
	}
	return r, nil
}

// expires removes old snapshots or changelogs.
func expires(say func(table name, gone, files int) notice.Notice, of func(*schema.Schema) (expire.Retention, error),
	run func(*paimon.Table, context.Context, expire.Retention) (expire.Result, error)) func(*onTable, context.Context) ([][]any, error) {
	return func(c *onTable, ctx context.Context) ([][]any, error) {
		r, err := c.retention(of)
		if err != nil {
			return nil, err
		}
		gone, err := run(c.table, ctx, r)
		if err != nil {
			return nil, err
		}
		c.changed(ctx, say(c.id, len(gone.Snapshots), len(gone.Files)))
		return c.answerOf(gone, int32(len(gone.Snapshots))), nil
	}
}

func snapshotsExpired(table name, gone, files int) notice.Notice {
	return notice.New("snapshots.expired", "table", table, "snapshots", gone, "files", files)
}

func changelogsExpired(table name, gone, files int) notice.Notice {
	return notice.New("changelogs.expired", "table", table, "changelogs", gone, "files", files)
}

func (c *onTable) expirePartitions(ctx context.Context) ([][]any, error) {
	s, err := c.with(c.table)
	if err != nil {
		return nil, err
	}
	s = s.Clone()
	for argument, option := range map[string]string{
		"expiration_time": "partition.expiration-time", "timestamp_formatter": "partition.timestamp-formatter",
		"timestamp_pattern": "partition.timestamp-pattern", "expire_strategy": "partition.expiration-strategy", "max_expires": "partition.expiration-max-num",
	} {
		if c.given(argument) {
			s.Options[option] = c.text(argument)
		}
	}
	p, err := paimon.PartitionExpiryOf(s)
	if err != nil {
		return nil, err
	}
	names, err := c.table.ExpirePartitions(ctx, p, c.dry)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("partitions.expired", "table", c.id, "partitions", len(names)))
	return c.namesOf(names, "No expired partitions.", expire.Result{}), nil
}

// partitions reads "dt=a,h=1;dt=b".
func (c *onTable) partitions() ([]map[string]any, error) {
	a := c.args["partitions"]
	var specs []map[string]any
	for part := range strings.SplitSeq(a.text, ";") {
		spec := map[string]any{}
		for pair := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == ',' || r == '/' }) {
			key, value, ok := strings.Cut(pair, "=")
			if !ok {
				return nil, c.at(problem.New("sql.argument_type", "argument", "partitions", "value", a.text, "type", "dt=2026-01-01,hour=1;dt=2026-01-02"), a.node)
			}
			key, value = strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `'"`)
			v, err := c.table.PartitionValue(key, value)
			if p, ok := problem.As(err); ok {
				return nil, c.at(p, a.node)
			}
			if err != nil {
				return nil, err
			}
			spec[key] = v
		}
		if len(spec) > 0 {
			specs = append(specs, spec)
		}
	}
	if len(specs) == 0 {
		return nil, c.at(problem.New("table.partition_not_named", "name", c.id.String()), a.node)
	}
	return specs, nil
}

func (c *onTable) dropPartition(ctx context.Context) ([][]any, error) {
	specs, err := c.partitions()
	if err != nil {
		return nil, err
	}
	if err := c.table.DropPartitions(ctx, specs...); err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("partitions.dropped", "table", c.id, "partitions", len(specs)))
	return yes, nil
}

func (c *onTable) markDone(ctx context.Context) ([][]any, error) {
	specs, err := c.partitions()
	if err != nil {
		return nil, err
	}
	for _, spec := range specs {
		if err := c.table.MarkPartitionDone(ctx, spec); err != nil {
			return nil, err
		}
	}
	c.changed(ctx, notice.New("partitions.done", "table", c.id, "partitions", len(specs)))
	return yes, nil
}

func (c *calling) removeOrphans(ctx context.Context) ([][]any, error) {
	tables, err := c.tables(ctx)
	if err != nil {
		return nil, err
	}
	var before time.Time
	if a, ok := c.args["older_than"]; ok {
		before = a.time
	}
	var all expire.Result
	for _, t := range tables {
		r, err := t.table.RemoveOrphans(ctx, before, c.dry)
		all.Files = append(all.Files, r.Files...)
		if err != nil {
			return nil, err
		}
		t.changed(ctx, notice.New("orphans.removed", "files", len(all.Files)))
	}
	return c.answerOf(all, int64(len(all.Files)), all.Bytes()), nil
}
