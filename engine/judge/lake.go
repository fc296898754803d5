package judge

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
)

// Lake is one database of a warehouse as a judge sees it. Its methods fail the
// test when the judge refuses; table may carry a branch or a system table, as
// in "t$branch_b", "t$ro", "t$audit_log", "t$snapshots".
type Lake struct {
	Judge     *Judge
	Warehouse string // a local folder
	Database  string
}

// At is the judge's view of a database; Create makes the database when it is
// missing.
func (j *Judge) At(warehouse, database string) Lake { return Lake{j, warehouse, database} }

// Ask runs an operation over a table and hands the refusal out in
// Answer.Error. members is one of this package's structs, an Op or nil.
func (l Lake) Ask(tb testing.TB, op, table string, members any) Answer {
	tb.Helper()
	return l.Judge.Ask(tb, l.op(tb, op, table, members))
}

// Do runs an operation over a table that must succeed.
func (l Lake) Do(tb testing.TB, op, table string, members any) Answer {
	tb.Helper()
	return l.Judge.Do(tb, l.op(tb, op, table, members))
}

func (l Lake) op(tb testing.TB, op, table string, members any) Op {
	tb.Helper()
	text, err := json.Marshal(members)
	require.NoError(tb, err)
	whole := Op{"op": op, "warehouse": l.Warehouse, "db": l.Database, "table": table}
	more := map[string]json.RawMessage{} // as they are: a float64 would round identifiers
	require.NoError(tb, json.Unmarshal(text, &more))
	for name, value := range more {
		whole[name] = value
	}
	return whole
}

// All runs operations in order in one exchange, each with its "op" and, when
// it is not table, its "table"; the first refusal fails the test.
func (l Lake) All(tb testing.TB, table string, ops ...Op) []Answer {
	tb.Helper()
	return l.Do(tb, "all", table, Op{"ops": ops}).Answers
}

// Table is a table to be made.
type Table struct {
	Fields    []datatype.Field  `json:"fields"`
	Primary   []string          `json:"primary,omitempty"`
	Partition []string          `json:"partition,omitempty"`
	Options   map[string]string `json:"options,omitempty"`
	Comment   string            `json:"comment,omitempty"`
}

// Create makes a table.
func (l Lake) Create(tb testing.TB, table string, t Table) { tb.Helper(); l.Do(tb, "create", table, t) }

// Drop removes a table.
func (l Lake) Drop(tb testing.TB, table string) { tb.Helper(); l.Do(tb, "drop", table, nil) }

// Rename gives a table another name in its database.
func (l Lake) Rename(tb testing.TB, table, to string) {
	tb.Helper()
	l.Do(tb, "rename", table, Op{"to": to})
}

// Change is one step of an ALTER TABLE.
type Change struct {
	Change          string   `json:"change"`                    // add, drop, rename, type, nullable, comment, default, move; set, reset (options); table comment
	Name            string   `json:"name,omitempty"`            // the column, or the option
	Path            []string `json:"path,omitempty"`            // a column inside a ROW, in place of Name
	Type            string   `json:"type,omitempty"`            // add, type: Paimon's text
	To              string   `json:"to,omitempty"`              // rename, nullable ("true"), comment, default, set
	Comment         string   `json:"comment,omitempty"`         // add
	First           bool     `json:"first,omitempty"`           // add, move
	After           string   `json:"after,omitempty"`           // add, move
	KeepNullability bool     `json:"keepNullability,omitempty"` // type
}

// Alter changes a schema, all steps at once.
func (l Lake) Alter(tb testing.TB, table string, changes ...Change) {
	tb.Helper()
	l.Do(tb, "alter", table, Op{"changes": changes})
}

// Schema is the table's latest schema, as JSON of the file schema-<id>.
func (l Lake) Schema(tb testing.TB, table string) json.RawMessage {
	tb.Helper()
	return l.Do(tb, "describe", table, nil).Schema
}

// Write is one commit of rows.
type Write struct {
	Rows       [][]any           `json:"rows"`
	Kinds      []string          `json:"kinds,omitempty"`      // of each row: +I, -U, +U, -D; none is +I
	Buckets    []int             `json:"buckets,omitempty"`    // of each row; none is as the table's bucket mode says
	Overwrite  map[string]string `json:"overwrite"`            // partition to be replaced, empty for all (or for those met, see dynamic-partition-overwrite); nil is an append
	User       string            `json:"user,omitempty"`       // with it the commit is a stream's; empty is a batch job
	Identifier int64             `json:"identifier,omitempty"` // of a stream's commit
	Filter     bool              `json:"filter,omitempty"`     // commit as after a restart: an identifier that is committed already is left out
	NoWait     bool              `json:"-"`                    // a stream's: leave compactions that are under way to the next commit
	Options    map[string]string `json:"options,omitempty"`    // over the table's own: write-only, ...
}

// MarshalJSON leaves out what is not asked for: an empty overwrite is one.
func (w Write) MarshalJSON() ([]byte, error) {
	type plain Write
	whole := struct {
		plain
		Overwrite *map[string]string `json:"overwrite,omitempty"`
		Wait      bool               `json:"wait"`
	}{plain: plain(w), Wait: !w.NoWait}
	if whole.Rows == nil {
		whole.Rows = [][]any{}
	}
	if w.Overwrite != nil {
		whole.Overwrite = &w.Overwrite
	}
	return json.Marshal(whole)
}

// Write commits rows; Answer.Snapshot is the table's latest after it.
func (l Lake) Write(tb testing.TB, table string, w Write) Answer {
	tb.Helper()
	return l.Do(tb, "write", table, w)
}

// Compact is a compaction of every bucket, committed as a batch job's or a
// stream's (see Write).
type Compact struct {
	Full       bool              `json:"full"`
	Partition  map[string]string `json:"partition,omitempty"` // of a bucketed table
	User       string            `json:"user,omitempty"`
	Identifier int64             `json:"identifier,omitempty"`
	Options    map[string]string `json:"options,omitempty"`
}

// Compact merges files; nothing to merge is no commit.
func (l Lake) Compact(tb testing.TB, table string, c Compact) Answer {
	tb.Helper()
	return l.Do(tb, "compact", table, c)
}

// Truncate removes every row.
func (l Lake) Truncate(tb testing.TB, table string) Answer {
	tb.Helper()
	return l.Do(tb, "truncate", table, nil)
}

// DropPartitions removes the rows of partitions.
func (l Lake) DropPartitions(tb testing.TB, table string, partitions ...map[string]string) Answer {
	tb.Helper()
	return l.Do(tb, "dropPartitions", table, Op{"partitions": partitions})
}

// Filter is a comparison, or an And or Or of filters.
type Filter struct {
	Column string   `json:"column,omitempty"`
	Cmp    string   `json:"cmp,omitempty"` // =, <>, <, <=, >, >=, in, not in, starts with, is null, is not null
	Values []any    `json:"values,omitempty"`
	And    []Filter `json:"and,omitempty"`
	Or     []Filter `json:"or,omitempty"`
}

// Read says which rows. Options carry the moment: scan.snapshot-id,
// scan.tag-name, scan.timestamp-millis, incremental-between, ...
type Read struct {
	Columns   []string          `json:"columns,omitempty"`
	Filter    *Filter           `json:"filter,omitempty"`
	Partition map[string]string `json:"partitionFilter,omitempty"`
	Limit     int               `json:"limit,omitempty"` // a hint, as in Paimon
	Options   map[string]string `json:"options,omitempty"`
}

// Read reads a table or a system table as a batch job does: Rows, Kinds,
// Columns, Types, Files.
func (l Lake) Read(tb testing.TB, table string, r Read) Answer {
	tb.Helper()
	return l.Do(tb, "read", table, r)
}

// Changes says which part of a stream. From and To are snapshots, both
// included; zero is where the scan mode in Options starts, and the latest.
type Changes struct {
	From    int64             `json:"from,omitempty"`
	To      int64             `json:"to,omitempty"`
	Columns []string          `json:"columns,omitempty"`
	Filter  *Filter           `json:"filter,omitempty"`
	Options map[string]string `json:"options,omitempty"`
}

// Changes reads what a streaming reader meets, in order: Rows and Kinds.
func (l Lake) Changes(tb testing.TB, table string, c Changes) Answer {
	tb.Helper()
	return l.Do(tb, "changes", table, c)
}

// File is a data file of a snapshot.
type File struct {
	Partition                []any
	Bucket                   int
	Name                     string
	Level                    int
	Rows, Size, Schema       int64
	MinSequence, MaxSequence int64
	Deletes                  *int64 // rows of kind -U or -D; nil where not known
	Source                   string // APPEND, COMPACT
	Extra                    []string
	MinKey, MaxKey           []any   // the primary key without partition columns; nil without one
	Deleted                  []int64 // positions in the file's deletion vector
}

// Files lists the data files of snapshot at, 0 is the latest: every level, also
// those that a batch reader leaves out.
func (l Lake) Files(tb testing.TB, table string, at int64) []File {
	tb.Helper()
	members := Op{}
	if at != 0 {
		members["at"] = at
	}
	return l.Do(tb, "files", table, members).LiveFiles
}

// Tag names a snapshot, 0 is the latest.
func (l Lake) Tag(tb testing.TB, table, name string, at int64) {
	tb.Helper()
	members := Op{"name": name}
	if at != 0 {
		members["at"] = at
	}
	l.Do(tb, "tag", table, members)
}

// DeleteTag removes a tag.
func (l Lake) DeleteTag(tb testing.TB, table, name string) {
	tb.Helper()
	l.Do(tb, "deleteTag", table, Op{"name": name})
}

// Tags lists the tags.
func (l Lake) Tags(tb testing.TB, table string) []string {
	tb.Helper()
	return l.Do(tb, "tags", table, nil).Names
}

// Branch makes a branch from a tag, or an empty one when tag is "".
func (l Lake) Branch(tb testing.TB, table, name, tag string) {
	tb.Helper()
	members := Op{"name": name}
	if tag != "" {
		members["from"] = tag
	}
	l.Do(tb, "branch", table, members)
}

// DeleteBranch removes a branch.
func (l Lake) DeleteBranch(tb testing.TB, table, name string) {
	tb.Helper()
	l.Do(tb, "deleteBranch", table, Op{"name": name})
}

// Branches lists the branches.
func (l Lake) Branches(tb testing.TB, table string) []string {
	tb.Helper()
	return l.Do(tb, "branches", table, nil).Names
}

// FastForward makes the table what its branch is.
func (l Lake) FastForward(tb testing.TB, table, branch string) Answer {
	tb.Helper()
	return l.Do(tb, "fastForward", table, Op{"name": branch})
}

// Rollback goes back to a snapshot.
func (l Lake) Rollback(tb testing.TB, table string, at int64) Answer {
	tb.Helper()
	return l.Do(tb, "rollback", table, Op{"at": at})
}

// RollbackToTag goes back to a tag.
func (l Lake) RollbackToTag(tb testing.TB, table, tag string) Answer {
	tb.Helper()
	return l.Do(tb, "rollback", table, Op{"name": tag})
}

// Expire says what is retained; a member that is nil is as the table's options
// say.
type Expire struct {
	RetainMax    *int   `json:"retainMax,omitempty"`
	RetainMin    *int   `json:"retainMin,omitempty"`
	RetainMillis *int64 `json:"retainMillis,omitempty"`
}

// Expire removes old snapshots and answers how many went in Count.
func (l Lake) Expire(tb testing.TB, table string, e Expire) Answer {
	tb.Helper()
	return l.Do(tb, "expire", table, e)
}

// IsRefused tells whether an answer is a refusal that names what.
func (a Answer) IsRefused(what string) bool { return a.Error != "" && strings.Contains(a.Error, what) }
