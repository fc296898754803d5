package session

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/notice"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// rolled is the result of a rollback.
var rolled = []datatype.Field{number("previous_snapshot_id"), number("current_snapshot_id")}

// lossColumns follow the columns of a procedure that sets a table back, in a dry
// run. Each row is of one snapshot: the first the one that would be the newest,
// with its change against the newest of now as delta_rows; then those that would
// go, the newest first; then the tags that would go, with the snapshot of each.
// commit_time is in milliseconds since 1970; rows are records before merging.
var lossColumns = []datatype.Field{number("snapshot"), text("commit_kind"), number("commit_time"), text("tag"), number("total_rows"), number("delta_rows")}

// returns are the procedures that set a table back, or to where a branch is.
func returns() map[string]procedure {
	table, dry := need("table"), may("dry_run", flagKind)
	version, tag, at := may("version", textKind), may("tag", textKind), may("snapshot", numberKind, "snapshot_id")
	rolls := func(do rolling, parameters ...parameter) procedure {
		return procedure{parameters: slices.Concat([]parameter{table}, parameters, []parameter{dry}), columns: rolled, run: on(do.run)}
	}
	back := rolling{(*paimon.Table).Rollback, (*paimon.Table).RollbackLosses, 0}
	asLatest := rolling{(*paimon.Table).RollbackAsLatest, (*paimon.Table).ReturnLosses, 1}
	return map[string]procedure{
		"rollback":              rolls(back, version, at, tag),
		"rollback_to":           rolls(back, tag, may("snapshot_id", numberKind, "snapshot")),
		"rollback_to_timestamp": rolls(back, parameter{name: "timestamp", kind: timeKind, required: true}),
		"rollback_to_watermark": rolls(back, parameter{name: "watermark", kind: numberKind, required: true}),
		"rollback_to_as_latest": rolls(asLatest, version, at, tag, may("timestamp", timeKind)),
		"fast_forward":          {parameters: []parameter{table, need("branch"), dry}, columns: done, run: on((*onTable).fastForward)},
	}
}

// rolling is a way back to a moment, and what it costs.
type rolling struct {
	do     func(*paimon.Table, context.Context, scan.Options) (int64, int64, error)
	losses func(*paimon.Table, context.Context, scan.Options) (paimon.Losses, error)
	// adds is how many snapshots it commits: 0 makes the moment itself the newest.
	adds int64
}

func (r rolling) run(c *onTable, ctx context.Context) ([][]any, error) {
	to, err := c.target()
	if err != nil {
		return nil, err
	}
	if c.dry {
		l, err := r.losses(c.table, ctx, to)
		if err != nil {
			return nil, err
		}
		is := l.After.ID
		if r.adds > 0 {
			is = l.Before.ID + r.adds
		}
		return c.lost(ctx, l, l.Before.ID, is), nil
	}
	was, is, err := r.do(c.table, ctx, to)
	if err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("table.returned", "table", c.id, "snapshot", is, "before", was))
	return [][]any{{was, is}}, nil
}

func (c *onTable) fastForward(ctx context.Context) ([][]any, error) {
	branch := c.text("branch")
	if c.dry {
		l, err := c.table.ForwardLosses(ctx, branch)
		if err != nil {
			return nil, err
		}
		return c.lost(ctx, l, true), nil
	}
	if err := c.table.FastForward(ctx, branch); err != nil {
		return nil, err
	}
	c.changed(ctx, notice.New("branch.forwarded", "table", c.id, "branch", branch))
	return yes, nil
}

// lost are the rows of a dry run: the answer, the snapshots, the tags.
func (c *onTable) lost(ctx context.Context, l paimon.Losses, answer ...any) [][]any {
	row := func(s *snapshot.Snapshot, tag any, delta any, own []any) []any {
		return append(slices.Clone(own), s.ID, string(s.CommitKind), s.TimeMillis, tag, s.TotalRecordCount, delta)
	}
	var before int64
	if l.Before != nil {
		before = l.Before.TotalRecordCount
	}
	rows := [][]any{row(l.After, nil, l.After.TotalRecordCount-before, answer)}
	none := make([]any, len(answer))
	for _, s := range l.Snapshots {
		rows = append(rows, row(s, nil, s.DeltaRecordCount, none))
	}
	for _, tag := range l.Tags {
		rows = append(rows, row(tag.Snapshot, tag.Name, nil, none))
	}
	c.tells = lossColumns
	c.changed(ctx, notice.New("table.returns", "table", c.id, "snapshots", len(l.Snapshots), "tags", len(l.Tags)))
	return rows
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
					return at, c.at(problem.New("sql.argument_type", "argument", arg, "value", a.text).With("type", problem.Say("session.snapshot_or_tag")).Because(err), a.node)
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
