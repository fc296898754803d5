package session

import (
	"context"
	"maps"
	"strconv"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/notice"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// dryColumns follow a procedure's own columns in a dry run: the first row is the
// procedure's answer, each other one a file that would go. What sets a table
// back has lossColumns instead.
var dryColumns = []datatype.Field{text("file"), number("bytes")}

func number(name string) datatype.Field {
	return datatype.Field{ID: -1, Name: name, Type: datatype.Of(datatype.BigInt)}
}

// done is the result of procedures that only do something.
var done = []datatype.Field{datatype.NewField("result", datatype.Of(datatype.Boolean))}

// procedures are those there are, by name. To add one: its entry here and a
// method of onTable, or of calling where no one table is named.
func procedures() map[string]procedure {
	table := need("table")
	all := map[string]procedure{
		"create_tag":  {[]parameter{table, need("tag"), may("snapshot", numberKind, "snapshot_id"), may("time_retained", textKind)}, done, on((*onTable).createTag)},
		"replace_tag": {[]parameter{table, need("tag"), may("snapshot", numberKind, "snapshot_id"), may("time_retained", textKind)}, done, on((*onTable).replaceTag)},
		"create_tag_from_timestamp": {[]parameter{table, need("tag"), may("timestamp", numberKind), may("time_retained", textKind)},
			[]datatype.Field{text("tagName"), number("snapshot"), number("commit_time"), text("watermark")}, on((*onTable).createTagFrom)},
		"create_tag_from_watermark": {[]parameter{table, need("tag"), may("watermark", numberKind), may("time_retained", textKind)},
			[]datatype.Field{text("tagName"), number("snapshot"), number("commit_time"), text("watermark")}, on((*onTable).createTagFrom)},
		"rename_tag":                     {[]parameter{table, need("tag", "tag_name"), need("target_tag", "target_tag_name")}, done, on((*onTable).renameTag)},
		"delete_tag":                     {[]parameter{table, need("tag"), may("dry_run", flagKind)}, done, on((*onTable).deleteTag)},
		"expire_tags":                    {[]parameter{table, may("older_than", timeKind), may("dry_run", flagKind)}, []datatype.Field{text("expired_tags")}, on((*onTable).expireTags)},
		"trigger_tag_automatic_creation": {[]parameter{table}, done, on((*onTable).autoTag)},

		"create_branch": {[]parameter{table, need("branch"), may("tag", textKind), may("ignoreIfExists", flagKind, "ignore_if_exists"), may("snapshot", numberKind, "snapshot_id")},
			done, on((*onTable).createBranch)},
		"delete_branch": {[]parameter{table, need("branch"), may("dry_run", flagKind)}, done, on((*onTable).deleteBranch)},
		"rename_branch": {[]parameter{table, need("from_branch"), need("to_branch")}, done, on((*onTable).renameBranch)},

		"reset_consumer": {[]parameter{table, need("consumerId", "consumer_id"), may("nextSnapshotId", numberKind, "next_snapshot_id")}, done, on((*onTable).resetConsumer)},
		"clear_consumers": {[]parameter{table, may("includingConsumers", textKind, "including_consumers"), may("excludingConsumers", textKind, "excluding_consumers")},
			done, on((*onTable).clearConsumers)},
	}
	maps.Copy(all, returns())
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

func (c *onTable) createTag(ctx context.Context) ([][]any, error) {
	return c.tagged(ctx, func(at scan.Options, retained *time.Duration) error {
		_, err := c.table.CreateTag(ctx, c.text("tag"), at, retained)
		return err
	})
}

func (c *onTable) replaceTag(ctx context.Context) ([][]any, error) {
	return c.tagged(ctx, func(at scan.Options, retained *time.Duration) error {
		return c.table.ReplaceTag(ctx, c.text("tag"), at, retained)
	})
}

func (c *onTable) tagged(ctx context.Context, do func(scan.Options, *time.Duration) error) ([][]any, error) {
	retained, err := c.retained()
	if err != nil {
		return nil, err
	}
	if err := do(scan.Options{Snapshot: c.args["snapshot"].number}, retained); err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("tag.set", "table", c.id, "tag", c.text("tag")))
	return yes, nil
}

// createTagFrom tags the first snapshot that is not before a time or watermark.
func (c *onTable) createTagFrom(ctx context.Context) ([][]any, error) {
	retained, err := c.retained()
	if err != nil {
		return nil, err
	}
	all, err := c.table.Snapshots().All(ctx)
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
		if _, err := c.table.CreateTag(ctx, c.text("tag"), scan.Options{Snapshot: s.ID}, retained); err != nil {
			return nil, err
		}
		c.changed(ctx, notice.New("tag.set_at", "table", c.id, "tag", c.text("tag"), "snapshot", s.ID))
		watermark := "null"
		if s.Watermark != nil {
			watermark = strconv.FormatInt(*s.Watermark, 10)
		}
		return [][]any{{c.text("tag"), s.ID, s.TimeMillis, watermark}}, nil
	}
	return nil, problem.New("table.no_snapshots_since", "name", c.id.String())
}

func (c *onTable) renameTag(ctx context.Context) ([][]any, error) {
	if err := c.table.RenameTag(ctx, c.text("tag"), c.text("target_tag")); err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("tag.renamed", "table", c.id, "tag", c.text("tag"), "to", c.text("target_tag")))
	return yes, nil
}

func (c *onTable) deleteTag(ctx context.Context) ([][]any, error) {
	r, err := c.table.DeleteTags(ctx, c.list("tag"), c.dry)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("tags.deleted", "table", c.id, "tags", len(r.Names), "files", len(r.Files)))
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

func (c *onTable) expireTags(ctx context.Context) ([][]any, error) {
	r, err := c.table.ExpireTags(ctx, c.args["older_than"].time, c.dry)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("tags.expired", "table", c.id, "tags", len(r.Names), "files", len(r.Files)))
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

func (c *onTable) autoTag(ctx context.Context) ([][]any, error) {
	made, err := c.table.AutoTag(ctx)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("tags.made", "table", c.id, "tags", len(made)))
	return yes, nil
}

func (c *onTable) createBranch(ctx context.Context) ([][]any, error) {
	if c.given("tag") && c.given("snapshot") {
		return nil, c.at(problem.New("sql.one_argument", "name", c.name, "given", "2"), c.node)
	}
	from := scan.Options{Tag: c.text("tag"), Snapshot: c.args["snapshot"].number}
	err := c.table.CreateBranch(ctx, c.text("branch"), from)
	if p, ok := problem.As(err); ok && p.Code == "table.branch_exists" && c.flag("ignoreIfExists") {
		c.tell(notice.New("branch.there", "table", c.id, "branch", c.text("branch")))
		return yes, nil
	}
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("branch.created", "table", c.id, "branch", c.text("branch")))
	return yes, nil
}

func (c *onTable) deleteBranch(ctx context.Context) ([][]any, error) {
	var all expire.Result
	for _, name := range c.list("branch") {
		r, err := c.table.DeleteBranch(ctx, name, c.dry)
		if err != nil {
			return nil, err
		}
		all.Names, all.Files = append(all.Names, r.Names...), append(all.Files, r.Files...)
	}
	c.changed(ctx, notice.New("branches.deleted", "table", c.id, "branches", len(all.Names), "files", len(all.Files)))
	return c.answerOf(all, true), nil
}

func (c *onTable) renameBranch(ctx context.Context) ([][]any, error) {
	if err := c.table.RenameBranch(ctx, c.text("from_branch"), c.text("to_branch")); err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("branch.renamed", "table", c.id, "branch", c.text("from_branch"), "to", c.text("to_branch")))
	return yes, nil
}

func (c *onTable) resetConsumer(ctx context.Context) ([][]any, error) {
	if err := c.table.ResetConsumer(ctx, c.text("consumerId"), c.args["nextSnapshotId"].number); err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("consumer.set", "table", c.id, "consumer", c.text("consumerId")))
	return yes, nil
}

func (c *onTable) clearConsumers(ctx context.Context) ([][]any, error) {
	gone, err := c.table.ClearConsumers(ctx, c.text("includingConsumers"), c.text("excludingConsumers"))
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("consumers.forgotten", "table", c.id, "consumers", len(gone)))
	return yes, nil
}
