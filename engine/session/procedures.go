package session

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/paimon"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// dryColumns follow a procedure's own columns in a dry run: the first row is the
// procedure's answer, each other one a file that would go.
var dryColumns = []datatype.Field{text("file"), number("bytes")}

func number(name string) datatype.Field {
	return datatype.Field{ID: -1, Name: name, Type: datatype.Of(datatype.BigInt)}
}

// done is the result of procedures that only do something.
var done = []datatype.Field{datatype.NewField("result", datatype.Of(datatype.Boolean))}

// rolled is the result of a rollback.
var rolled = []datatype.Field{number("previous_snapshot_id"), number("current_snapshot_id")}

// procedures are those there are, by name. To add one: its entry here and a
// method of calling.
func procedures() map[string]procedure {
	table := need("table")
	all := map[string]procedure{
		"create_tag":  {[]parameter{table, need("tag"), may("snapshot", numberKind, "snapshot_id"), may("time_retained", textKind)}, done, (*calling).createTag},
		"replace_tag": {[]parameter{table, need("tag"), may("snapshot", numberKind, "snapshot_id"), may("time_retained", textKind)}, done, (*calling).replaceTag},
		"create_tag_from_timestamp": {[]parameter{table, need("tag"), may("timestamp", numberKind), may("time_retained", textKind)},
			[]datatype.Field{text("tagName"), number("snapshot"), number("commit_time"), text("watermark")}, (*calling).createTagFrom},
		"create_tag_from_watermark": {[]parameter{table, need("tag"), may("watermark", numberKind), may("time_retained", textKind)},
			[]datatype.Field{text("tagName"), number("snapshot"), number("commit_time"), text("watermark")}, (*calling).createTagFrom},
		"rename_tag":                     {[]parameter{table, need("tag", "tag_name"), need("target_tag", "target_tag_name")}, done, (*calling).renameTag},
		"delete_tag":                     {[]parameter{table, need("tag"), may("dry_run", flagKind)}, done, (*calling).deleteTag},
		"expire_tags":                    {[]parameter{table, may("older_than", timeKind), may("dry_run", flagKind)}, []datatype.Field{text("expired_tags")}, (*calling).expireTags},
		"trigger_tag_automatic_creation": {[]parameter{table}, done, (*calling).autoTag},

		"rollback":              {[]parameter{table, may("version", textKind), may("snapshot", numberKind, "snapshot_id"), may("tag", textKind)}, rolled, (*calling).rollback},
		"rollback_to":           {[]parameter{table, may("tag", textKind), may("snapshot_id", numberKind, "snapshot")}, rolled, (*calling).rollback},
		"rollback_to_timestamp": {[]parameter{table, {name: "timestamp", kind: timeKind, required: true}}, rolled, (*calling).rollback},
		"rollback_to_watermark": {[]parameter{table, {name: "watermark", kind: numberKind, required: true}}, rolled, (*calling).rollback},
		"rollback_to_as_latest": {[]parameter{table, may("version", textKind), may("snapshot", numberKind, "snapshot_id"), may("tag", textKind), may("timestamp", timeKind)},
			rolled, (*calling).rollbackAsLatest},

		"create_branch": {[]parameter{table, need("branch"), may("tag", textKind), may("ignoreIfExists", flagKind, "ignore_if_exists"), may("snapshot", numberKind, "snapshot_id")},
			done, (*calling).createBranch},
		"delete_branch": {[]parameter{table, need("branch"), may("dry_run", flagKind)}, done, (*calling).deleteBranch},
		"rename_branch": {[]parameter{table, need("from_branch"), need("to_branch")}, done, (*calling).renameBranch},
		"fast_forward":  {[]parameter{table, need("branch")}, done, (*calling).fastForward},

		"reset_consumer": {[]parameter{table, need("consumerId", "consumer_id"), may("nextSnapshotId", numberKind, "next_snapshot_id")}, done, (*calling).resetConsumer},
		"clear_consumers": {[]parameter{table, may("includingConsumers", textKind, "including_consumers"), may("excludingConsumers", textKind, "excluding_consumers")},
			done, (*calling).clearConsumers},
	}
	maps.Copy(all, removals())
	maps.Copy(all, compactions())
	return all
}

var yes = [][]any{{true}}

// retained is the argument time_retained, nil without it.
func (c *calling) retained() (*time.Duration, error) {
	const name = "time_retained"
	if !c.given(name) {
		return nil, nil
	}
	d, err := c.duration(name)
	return &d, err
}

func (c *calling) createTag(ctx context.Context) ([][]any, error) {
	return c.tagged(ctx, func(t *paimon.Table, tag string, at scan.Options, retained *time.Duration) error {
		_, err := t.CreateTag(ctx, tag, at, retained)
		return err
	})
}

func (c *calling) replaceTag(ctx context.Context) ([][]any, error) {
	return c.tagged(ctx, func(t *paimon.Table, tag string, at scan.Options, retained *time.Duration) error {
		return t.ReplaceTag(ctx, tag, at, retained)
	})
}

func (c *calling) tagged(ctx context.Context, do func(*paimon.Table, string, scan.Options, *time.Duration) error) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	retained, err := c.retained()
	if err != nil {
		return nil, err
	}
	if err := do(table, c.text("tag"), scan.Options{Snapshot: c.args["snapshot"].number}, retained); err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "tag %s of %s", c.text("tag"), id)
	return yes, nil
}

// createTagFrom tags the first snapshot that is not before a time or watermark.
func (c *calling) createTagFrom(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	retained, err := c.retained()
	if err != nil {
		return nil, err
	}
	all, err := table.Snapshots().All(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if ms, ok := c.args["timestamp"]; ok && s.TimeMillis < ms.number {
			continue
		}
		if w, ok := c.args["watermark"]; ok && (s.Watermark == nil || *s.Watermark < w.number) {
			continue
		}
		if _, err := table.CreateTag(ctx, c.text("tag"), scan.Options{Snapshot: s.ID}, retained); err != nil {
			return nil, err
		}
		c.changed(ctx, id, table, "tag %s of %s at snapshot %d", c.text("tag"), id, s.ID)
		watermark := "null"
		if s.Watermark != nil {
			watermark = strconv.FormatInt(*s.Watermark, 10)
		}
		return [][]any{{c.text("tag"), s.ID, s.TimeMillis, watermark}}, nil
	}
	return nil, problem.New("table.no_snapshots_since", "name", id.String())
}

func (c *calling) renameTag(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	if err := table.RenameTag(ctx, c.text("tag"), c.text("target_tag")); err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "tag %s of %s is now %s", c.text("tag"), id, c.text("target_tag"))
	return yes, nil
}

func (c *calling) deleteTag(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	r, err := table.DeleteTags(ctx, c.list("tag"), c.dry)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "%d tags of %s deleted, %d files", len(r.Names), id, len(r.Files))
	return c.answerOf(r, true), nil
}

// answerOf is a procedure's row, and in a dry run the files after it.
func (c *calling) answerOf(r expire.Result, values ...any) [][]any {
	if !c.dry {
		return [][]any{values}
	}
	rows := [][]any{append(append([]any{}, values...), nil, r.Bytes())}
	for _, f := range r.Files {
		row := make([]any, len(values), len(values)+2)
		rows = append(rows, append(row, f.Path, f.SizeBytes))
	}
	return rows
}

func (c *calling) expireTags(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	r, err := table.ExpireTags(ctx, c.args["older_than"].time, c.dry)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "%d tags of %s expired, %d files", len(r.Names), id, len(r.Files))
	return c.namesOf(r.Names, "No expired tags.", r), nil
}

// namesOf is a row a name, or one that says that there is none.
func (c *calling) namesOf(names []string, none string, r expire.Result) [][]any {
	if len(names) == 0 {
		return c.answerOf(r, none)
	}
	rows := make([][]any, 0, len(names))
	for _, n := range names {
		row := []any{n}
		if c.dry {
			row = append(row, nil, nil)
		}
		rows = append(rows, row)
	}
	if c.dry {
		rows = append(rows, c.answerOf(r, nil)[1:]...)
	}
	return rows
}

func (c *calling) autoTag(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	made, err := table.AutoTag(ctx)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "%d tags of %s made", len(made), id)
	return yes, nil
}

// target is the moment that a rollback's arguments name: exactly one of them.
func (c *calling) target() (scan.Options, error) {
	var at scan.Options
	var given []string
	for _, arg := range []string{"version", "snapshot", "snapshot_id", "tag", "timestamp", "watermark"} {
		a, ok := c.args[arg]
		if !ok {
			continue
		}
		given = append(given, arg)
		switch arg {
		case "version":
			if at.Tag = a.text; strings.Trim(a.text, "0123456789") == "" {
				at.Tag = ""
				id, err := strconv.ParseInt(a.text, 10, 64)
				if err != nil {
					return at, c.at(problem.New("sql.argument_type", "argument", arg, "value", a.text, "type", "a snapshot or a tag").Because(err), a.node)
				}
				at.Snapshot = id
			}
		case "snapshot", "snapshot_id":
			at.Snapshot = a.number
		case "tag":
			at.Tag = a.text
		case "timestamp":
			at.AsOf = a.time
		case "watermark":
			at.Watermark = &a.number
		}
	}
	if len(given) != 1 {
		return at, c.at(problem.New("sql.one_argument", "name", c.name, "given", strconv.Itoa(len(given))), c.node)
	}
	return at, nil
}

func (c *calling) rollback(ctx context.Context) ([][]any, error) {
	return c.rolls(ctx, (*paimon.Table).Rollback)
}

func (c *calling) rollbackAsLatest(ctx context.Context) ([][]any, error) {
	return c.rolls(ctx, (*paimon.Table).RollbackAsLatest)
}

func (c *calling) rolls(ctx context.Context, do func(*paimon.Table, context.Context, scan.Options) (int64, int64, error)) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	to, err := c.target()
	if err != nil {
		return nil, err
	}
	was, is, err := do(table, ctx, to)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "%s is at snapshot %d, it was at %d", id, is, was)
	return [][]any{{was, is}}, nil
}

func (c *calling) createBranch(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	if c.given("tag") && c.given("snapshot") {
		return nil, c.at(problem.New("sql.one_argument", "name", c.name, "given", "2"), c.node)
	}
	from := scan.Options{Tag: c.text("tag"), Snapshot: c.args["snapshot"].number}
	err = table.CreateBranch(ctx, c.text("branch"), from)
	if p, ok := problem.As(err); ok && p.Code == "table.branch_exists" && c.flag("ignoreIfExists") {
		return yes, nil
	}
	if err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "branch %s of %s", c.text("branch"), id)
	return yes, nil
}

func (c *calling) deleteBranch(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	var all expire.Result
	for _, name := range c.list("branch") {
		r, err := table.DeleteBranch(ctx, name, c.dry)
		if err != nil {
			return nil, err
		}
		all.Names, all.Files = append(all.Names, r.Names...), append(all.Files, r.Files...)
	}
	c.changed(ctx, id, table, "%d branches of %s deleted, %d files", len(all.Names), id, len(all.Files))
	return c.answerOf(all, true), nil
}

func (c *calling) renameBranch(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	if err := table.RenameBranch(ctx, c.text("from_branch"), c.text("to_branch")); err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "branch %s of %s is now %s", c.text("from_branch"), id, c.text("to_branch"))
	return yes, nil
}

func (c *calling) fastForward(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	if err := table.FastForward(ctx, c.text("branch")); err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "%s is as its branch %s", id, c.text("branch"))
	return yes, nil
}

func (c *calling) resetConsumer(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	if err := table.ResetConsumer(ctx, c.text("consumerId"), c.args["nextSnapshotId"].number); err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "consumer %s of %s", c.text("consumerId"), id)
	return yes, nil
}

func (c *calling) clearConsumers(ctx context.Context) ([][]any, error) {
	id, table, err := c.table(ctx)
	if err != nil {
		return nil, err
	}
	gone, err := table.ClearConsumers(ctx, c.text("includingConsumers"), c.text("excludingConsumers"))
	if err != nil {
		return nil, err
	}
	c.changed(ctx, id, table, "%d consumers of %s forgotten", len(gone), id)
	return yes, nil
}
