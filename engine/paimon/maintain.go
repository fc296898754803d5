package paimon

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Retention is what the table's options say of snapshots.
func (t *Table) Retention() (expire.Retention, error) { return expire.SnapshotRetention(t.schema) }

// ExpireSnapshots removes old snapshots and what only they used.
func (t *Table) ExpireSnapshots(ctx context.Context, r expire.Retention) (expire.Result, error) {
	return t.keeper().Snapshots(ctx, r)
}

// ExpireChangelogs removes old long-lived changelogs and what only they used;
// see expire.ChangelogRetention.
func (t *Table) ExpireChangelogs(ctx context.Context, r expire.Retention) (expire.Result, error) {
	return t.keeper().Changelogs(ctx, r)
}

// RemoveOrphans removes files of the table, all branches included, that were
// last written before a time and that nothing names; the zero time is a day ago.
func (t *Table) RemoveOrphans(ctx context.Context, before time.Time, dryRun bool) (expire.Result, error) {
	if before.IsZero() {
		before = t.env.Clock().Add(-expire.OrphanAge)
	}
	return t.keeper().Orphans(ctx, before, dryRun)
}

// Maintain does after a commit what the table's options ask for: tags by time,
// partitions and snapshots that expire. A write-only table leaves it to a job of
// its own.
func (t *Table) Maintain(ctx context.Context) error {
	if t.schema.Flag(schema.OptionWriteOnly) {
		return nil
	}
	if _, err := t.AutoTag(ctx); err != nil {
		return err
	}
	if t.schema.Flag("tag.time-expire-enabled") {
		if _, err := t.ExpireTags(ctx, time.Time{}, false); err != nil {
			return err
		}
	}
	p, err := PartitionExpiryOf(t.schema)
	if err != nil {
		return err
	}
	if p.Time > 0 {
		if _, err := t.ExpirePartitions(ctx, p, false); err != nil {
			return err
		}
	}
	r, err := t.Retention()
	if err != nil {
		return err
	}
	if _, err := t.ExpireSnapshots(ctx, r); err != nil {
		return err
	}
	if !r.Decoupled {
		return nil
	}
	if r, err = expire.ChangelogRetention(t.schema); err != nil {
		return err
	}
	_, err = t.ExpireChangelogs(ctx, r)
	return err
}

// PartitionExpiry says which partitions expire.
type PartitionExpiry struct {
	Time       time.Duration // age; 0 = none expire
	UpdateTime bool          // the age of the newest file counts, not the value
	Formatter  string        // Java's pattern of the value; "" = yyyy-MM-dd[ HH:mm:ss]
	Pattern    string        // "$dt $hour:00:00": the value from several keys; "" = the first key
	Max        int           // at most so many at once; 0 = no limit
}

// PartitionExpiryOf is what a table's options say of partitions.
func PartitionExpiryOf(s *schema.Schema) (PartitionExpiry, error) {
	p := PartitionExpiry{Formatter: s.Options["partition.timestamp-formatter"], Pattern: s.Options["partition.timestamp-pattern"]}
	var err error
	if p.Time, err = s.Duration("partition.expiration-time", 0); err != nil {
		return p, err
	}
	most, err := s.Number("partition.expiration-max-num", 0, defaultPartitionMax)
	if err != nil {
		return p, err
	}
	p.Max = int(most)
	const strategy = "partition.expiration-strategy"
	switch v := s.Word(strategy, "values-time"); v {
	case "values-time":
	case "update-time":
		p.UpdateTime = true
	default:
		return p, schema.BadOption(strategy, v, schema.EitherOr("values-time", "update-time"))
	}
	return p, nil
}

// defaultPartitionMax is how many partitions expire at once by default.
const defaultPartitionMax = 100

// ExpirePartitions drops partitions whose time has come by one commit and names
// them "dt=2026-01-01, hour=10". A value that is no time never expires.
func (t *Table) ExpirePartitions(ctx context.Context, p PartitionExpiry, dryRun bool) ([]string, error) {
	if len(t.schema.PartitionKeys) == 0 || p.Time <= 0 {
		return nil, problem.New("table.no_partition_expiry", "name", t.id.String())
	}
	partitions, err := t.partitions(ctx)
	if err != nil {
		return nil, err
	}
	limit := asUTC(t.env.Clock()).Add(-p.Time)
	var names []string
	var specs []map[string]any
	for _, part := range partitions {
		at, ok := part.updated, true
		if !p.UpdateTime {
			at, ok = p.timeOf(t.schema.PartitionKeys, part.values)
		}
		if !ok || !at.Before(limit) {
			continue
		}
		if p.Max > 0 && len(specs) == p.Max {
			break
		}
		spec := map[string]any{}
		texts := make([]string, len(part.values))
		for i, k := range t.schema.PartitionKeys {
			spec[k] = part.values[i]
			texts[i] = k + "=" + plainText(part.values[i])
		}
		names, specs = append(names, strings.Join(texts, ", ")), append(specs, spec)
	}
	if dryRun {
		return names, nil
	}
	return names, t.DropPartitions(ctx, specs...)
}

// DropPartitions takes the rows of partitions away, one commit for each; a key
// that a specification leaves out may have any value.
func (t *Table) DropPartitions(ctx context.Context, specs ...map[string]any) error {
	for _, spec := range specs {
		if len(spec) == 0 {
			return problem.New("table.partition_not_named", "name", t.id.String())
		}
		if _, err := t.Commit(ctx, commit.Request{Overwrite: &commit.Overwrite{Partition: spec}}); err != nil {
			return err
		}
	}
	return nil
}

// MarkPartitionDone writes the file _SUCCESS into a partition's folder, as the
// action success-file of Paimon: who waits for the partition looks for it.
func (t *Table) MarkPartitionDone(ctx context.Context, spec map[string]any) error {
	values := make([]any, len(t.schema.PartitionKeys))
	for i, k := range t.schema.PartitionKeys {
		v, ok := spec[k]
		if !ok {
			return problem.New("table.partition_not_named", "name", t.id.String())
		}
		values[i] = v
	}
	folder, err := scan.PartitionFolder(t.schema, values)
	if err != nil {
		return err
	}
	now := t.env.Clock().UnixMilli()
	at := fileio.Join(t.dir, folder, "_SUCCESS")
	text := fmt.Sprintf("{\n  \"creationTime\" : %d,\n  \"modificationTime\" : %d\n}", now, now)
	if err := t.env.IO.Overwrite(ctx, at, []byte(text)); err != nil {
		return fmt.Errorf("mark partition as done: %w", err)
	}
	return nil
}

// partition is one partition that has files.
type partition struct {
	values  []any
	updated time.Time // of its newest file, as a clock on the wall showed it
}

func (t *Table) partitions(ctx context.Context) ([]partition, error) {
	entries, err := t.liveNow(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]int64{}
	var order []string
	for i := range entries {
		e := &entries[i]
		if _, ok := newest[string(e.Partition)]; !ok {
			order = append(order, string(e.Partition))
		}
		created := int64(0)
		if e.File.CreationTimeMillis != nil {
			created = *e.File.CreationTimeMillis
		}
		newest[string(e.Partition)] = max(newest[string(e.Partition)], created)
	}
	out := make([]partition, len(order))
	for i, row := range order {
		values, err := binaryrow.Decode(t.schema.PartitionTypes(), []byte(row))
		if err != nil {
			return nil, fmt.Errorf("partition of %s: %w", t.id, err)
		}
		out[i] = partition{values, time.UnixMilli(newest[row]).UTC()}
	}
	slices.SortStableFunc(out, func(a, b partition) int { return strings.Compare(joined(a.values), joined(b.values)) })
	return out, nil
}

// plainText is a value as its own text.
func plainText(v any) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprint(v)
}

// timeOf is the time that a partition's values say; false when they say none.
func (p PartitionExpiry) timeOf(keys []string, values []any) (time.Time, bool) {
	for i, v := range values {
		if v == nil && (p.Pattern == "" && i == 0 || strings.Contains(p.Pattern, "$"+keys[i])) {
			return time.Time{}, false
		}
	}
	text := plainText(values[0])
	if p.Pattern != "" {
		text = fill(p.Pattern, keys, values)
	}
	layouts := defaultLayouts
	if p.Formatter != "" {
		layouts = []string{goLayout(p.Formatter)}
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// defaultLayouts are what Paimon reads without a formatter: months, days and the
// parts of the clock may have one digit.
var defaultLayouts = []string{"2006-1-2", "2006-1-2 15:4:5"}

// fill puts values in the place of $key, the longer key first.
func fill(pattern string, keys []string, values []any) string {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(keys[b]) - len(keys[a]) })
	var pairs []string
	for _, i := range order {
		pairs = append(pairs, "$"+keys[i], plainText(values[i]))
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}

// goLayout turns a pattern of Java's DateTimeFormatter into Go's.
func goLayout(java string) string {
	return strings.NewReplacer("yyyy", "2006", "uuuu", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05",
		"SSSSSSSSS", "000000000", "SSSSSS", "000000", "SSS", "000", "'T'", "T", "''", "'").Replace(java)
}

// Consumers lists the streaming readers whose place is kept.
func (t *Table) Consumers(ctx context.Context) ([]snapshot.Consumer, error) {
	return t.source.Snapshots.Consumers(ctx)
}
