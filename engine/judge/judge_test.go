package judge_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
)

// lake is a fresh warehouse as Java sees it.
func lake(t *testing.T) judge.Lake {
	t.Helper()
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	return judge.Java(t).At(t.TempDir(), "d")
}

// keyed makes a table with a primary key and one bucket.
func keyed(t *testing.T, l judge.Lake, name string, options map[string]string) {
	t.Helper()
	all := map[string]string{"bucket": "1"}
	for k, v := range options {
		all[k] = v
	}
	l.Create(t, name, judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING"), Primary: []string{"id"}, Options: all})
}

func TestKeyedRows(t *testing.T) {
	l := lake(t)
	keyed(t, l, "t", map[string]string{"changelog-producer": "input"})
	first := l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{1, "a"}, judge.Row{2, "b"}), User: "job", Identifier: 7})
	require.EqualValues(t, 1, first.Snapshot)
	l.Write(t, "t", judge.Write{
		Rows: judge.Rows(judge.Row{1, "a"}, judge.Row{1, "c"}, judge.Row{2, "b"}), Kinds: []string{"-U", "+U", "-D"},
		User: "job", Identifier: 8,
	})
	require.Equal(t, judge.Rows(judge.Row{1, "c"}), l.Read(t, "t", judge.Read{}).Rows)
	require.Equal(t, judge.Rows(judge.Row{1, "a"}, judge.Row{2, "b"}),
		l.Read(t, "t", judge.Read{Options: map[string]string{"scan.snapshot-id": "1"}}).Rows)

	got := l.Changes(t, "t", judge.Changes{From: 1})
	require.Equal(t, []string{"+I", "+I", "-U", "+U", "-D"}, got.Kinds)
	require.Equal(t, judge.Rows(judge.Row{1, "a"}, judge.Row{2, "b"}, judge.Row{1, "a"}, judge.Row{1, "c"}, judge.Row{2, "b"}), got.Rows)
	require.Equal(t, []string{"-U", "+U", "-D"}, l.Changes(t, "t", judge.Changes{From: 2, To: 2}).Kinds)

	audit := l.Read(t, "t$audit_log", judge.Read{Options: map[string]string{"incremental-between": "1,2"}})
	require.Equal(t, []string{"rowkind", "id", "v"}, audit.Columns)
	require.Equal(t, judge.Rows(judge.Row{"-U", 1, "a"}, judge.Row{"+U", 1, "c"}, judge.Row{"-D", 2, "b"}), audit.Rows)

	again := l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{9, "twice"}), User: "job", Identifier: 8, Filter: true})
	require.EqualValues(t, 2, again.Snapshot, "the identifier is committed")
}

func TestFilesAndCompaction(t *testing.T) {
	l := lake(t)
	keyed(t, l, "t", map[string]string{"write-only": "true", "deletion-vectors.enabled": "true"})
	for i := range 3 {
		l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{i, "v"}, judge.Row{10, strconv.Itoa(i)})})
	}
	files := l.Files(t, "t", 0)
	require.Len(t, files, 3)
	require.Equal(t, 0, files[0].Level)
	require.Equal(t, []any{"10"}, files[0].MaxKey)
	require.Equal(t, "APPEND", files[0].Source)
	require.Empty(t, l.Read(t, "t", judge.Read{}).Rows, "with deletion vectors a batch reader leaves level 0 out")
	require.EqualValues(t, 4, l.Compact(t, "t", judge.Compact{Full: true}).Snapshot)
	files = l.Files(t, "t", 0)
	require.Len(t, files, 1)
	require.Positive(t, files[0].Level)
	require.EqualValues(t, 4, files[0].Rows)
	require.Len(t, l.Files(t, "t", 3), 3, "the snapshot before")

	l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{10, "new"})})
	l.Compact(t, "t", judge.Compact{Options: map[string]string{"num-sorted-run.compaction-trigger": "100"}})
	require.Equal(t, judge.Lines(t, judge.Rows(judge.Row{0, "v"}, judge.Row{1, "v"}, judge.Row{2, "v"}, judge.Row{10, "new"})),
		judge.Lines(t, l.Read(t, "t", judge.Read{}).Rows))
	var deleted []int64
	for _, f := range l.Files(t, "t", 0) {
		deleted = append(deleted, f.Deleted...)
	}
	require.Equal(t, []int64{3}, deleted, "the old row of key 10")
}

func TestCompactionOfAppendTables(t *testing.T) {
	l := lake(t)
	l.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT"), Options: map[string]string{"compaction.min.file-num": "2"}})
	for i := range 3 {
		l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{i})})
	}
	l.Compact(t, "t", judge.Compact{})
	require.Len(t, l.Files(t, "t", 0), 1)
	require.Len(t, l.Read(t, "t", judge.Read{}).Rows, 3)
}

func TestBuckets(t *testing.T) {
	l := lake(t)
	fields := judge.Fields(t, "id INT NOT NULL", "p STRING NOT NULL", "v STRING")
	for name, tc := range map[string]struct {
		table  judge.Table
		bucket []int
	}{
		"fixed":    {judge.Table{Fields: fields, Primary: []string{"p", "id"}, Partition: []string{"p"}, Options: map[string]string{"bucket": "2"}}, nil},
		"dynamic":  {judge.Table{Fields: fields, Primary: []string{"p", "id"}, Partition: []string{"p"}, Options: map[string]string{"dynamic-bucket.target-row-num": "3"}}, nil},
		"chosen":   {judge.Table{Fields: fields, Primary: []string{"id"}, Partition: []string{"p"}}, []int{0, 0, 1, 1, 0, 1, 0, 1}},
		"postpone": {judge.Table{Fields: fields, Primary: []string{"p", "id"}, Partition: []string{"p"}, Options: map[string]string{"bucket": "-2"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l.Create(t, name, tc.table)
			var rows []judge.Row
			for i := range 8 {
				rows = append(rows, judge.Row{i, "p", "v"})
			}
			l.Write(t, name, judge.Write{Rows: judge.Rows(rows...), Buckets: tc.bucket})
			l.Write(t, name, judge.Write{Rows: judge.Rows(judge.Row{1, "p", "w"}), Buckets: tc.bucket})
			if name == "postpone" {
				require.Equal(t, -2, l.Files(t, name, 0)[0].Bucket)
				return
			}
			require.Len(t, l.Read(t, name, judge.Read{}).Rows, 8, "a key stays in its bucket")
		})
	}
}

func TestOverwrites(t *testing.T) {
	l := lake(t)
	l.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT", "dt DATE"), Partition: []string{"dt"}})
	fill := func(w judge.Write) []string {
		l.Write(t, "t", w)
		return judge.Lines(t, l.Read(t, "t", judge.Read{Columns: []string{"id"}}).Rows)
	}
	fill(judge.Write{Rows: judge.Rows(judge.Row{1, "2024-01-01"}, judge.Row{2, "2024-01-02"}, judge.Row{3, "2024-01-03"})})
	require.Equal(t, []string{`["1"]`, `["3"]`, `["4"]`},
		fill(judge.Write{Rows: judge.Rows(judge.Row{4, "2024-01-02"}), Overwrite: map[string]string{"dt": "2024-01-02"}}))
	require.Equal(t, []string{`["3"]`, `["4"]`, `["5"]`},
		fill(judge.Write{Rows: judge.Rows(judge.Row{5, "2024-01-01"}), Overwrite: map[string]string{}}))
	l.DropPartitions(t, "t", map[string]string{"dt": "2024-01-03"}, map[string]string{"dt": "2024-01-01"})
	require.Equal(t, judge.Rows(judge.Row{4, "2024-01-02"}), l.Read(t, "t", judge.Read{}).Rows)
	require.Equal(t, judge.Rows(judge.Row{6, "2024-01-05"}), func() [][]any {
		l.Write(t, "t", judge.Write{
			Rows: judge.Rows(judge.Row{6, "2024-01-05"}), Overwrite: map[string]string{},
			Options: map[string]string{"dynamic-partition-overwrite": "false"},
		})
		return l.Read(t, "t", judge.Read{}).Rows
	}())
	l.Truncate(t, "t")
	require.Empty(t, l.Read(t, "t", judge.Read{}).Rows)
}

func TestRefs(t *testing.T) {
	l := lake(t)
	keyed(t, l, "t", nil)
	for i := range 4 {
		l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{i, "v"})})
	}
	l.Tag(t, "t", "two", 2)
	l.Tag(t, "t", "last", 0)
	require.ElementsMatch(t, []string{"last", "two"}, l.Tags(t, "t"))
	require.Len(t, l.Read(t, "t", judge.Read{Options: map[string]string{"scan.tag-name": "two"}}).Rows, 2)
	l.DeleteTag(t, "t", "last")

	l.Branch(t, "t", "b", "two")
	require.Equal(t, []string{"b"}, l.Branches(t, "t"))
	l.Write(t, "t$branch_b", judge.Write{Rows: judge.Rows(judge.Row{77, "b"})})
	require.Len(t, l.Read(t, "t$branch_b", judge.Read{}).Rows, 3)
	require.Len(t, l.Read(t, "t$branch_b$snapshots", judge.Read{}).Rows, 2)
	require.Len(t, l.Read(t, "t", judge.Read{}).Rows, 4)

	one := 1
	expired := l.Expire(t, "t", judge.Expire{RetainMax: &one, RetainMin: &one})
	require.Equal(t, 3, expired.Count)
	require.Len(t, l.Read(t, "t$snapshots", judge.Read{}).Rows, 1)
	require.EqualValues(t, 2, l.RollbackToTag(t, "t", "two").Snapshot)
	l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{9, "v"})})
	require.EqualValues(t, 2, l.Rollback(t, "t", 2).Snapshot)
	l.FastForward(t, "t", "b")
	require.Len(t, l.Read(t, "t", judge.Read{}).Rows, 3)
	l.DeleteBranch(t, "t", "b")
	require.Empty(t, l.Branches(t, "t"))
}

func TestSchemas(t *testing.T) {
	l := lake(t)
	l.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING", "r ROW<a INT, b INT>"), Comment: "why"})
	l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{1, "a", []any{1, 2}})})
	l.Alter(t, "t",
		judge.Change{Change: "add", Name: "n", Type: "DECIMAL(10, 2)", Comment: "new", First: true},
		judge.Change{Change: "rename", Name: "v", To: "text"},
		judge.Change{Change: "type", Name: "id", Type: "BIGINT NOT NULL"},
		judge.Change{Change: "drop", Path: []string{"r", "b"}},
		judge.Change{Change: "comment", Name: "text", To: "words"},
		judge.Change{Change: "nullable", Name: "id", To: "true"},
		judge.Change{Change: "set", Name: "snapshot.num-retained.min", To: "3"},
		judge.Change{Change: "table comment", To: "because"})
	l.Alter(t, "t", judge.Change{Change: "move", Name: "id", After: "text"}, judge.Change{Change: "reset", Name: "snapshot.num-retained.min"})
	got := l.Read(t, "t", judge.Read{})
	require.Equal(t, []string{"n", "text", "id", "r"}, got.Columns)
	require.Equal(t, [][]any{{nil, "a", "1", []any{"1"}}}, got.Rows)
	var schema struct {
		ID      int
		Comment string
		Fields  []struct{ Name, Description string }
	}
	require.NoError(t, json.Unmarshal(l.Schema(t, "t"), &schema))
	require.Equal(t, 2, schema.ID)
	require.Equal(t, "because", schema.Comment)
	require.Equal(t, "words", schema.Fields[1].Description)
	l.Rename(t, "t", "u")
	require.True(t, l.Ask(t, "read", "t", nil).IsRefused("TableNotExist"))
	l.Drop(t, "u")
	require.True(t, l.Ask(t, "read", "u", nil).IsRefused("TableNotExist"))
}

func TestFiltersAndLists(t *testing.T) {
	l := lake(t)
	l.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT", "f DOUBLE", "b BYTES", "ts TIMESTAMP_LTZ(6)")})
	answers := l.All(t, "t",
		judge.Op{"op": "write", "rows": judge.Rows(judge.Row{1, 1.5, []byte{0, 255}, "2024-02-29T04:34:56.000001Z"}, judge.Row{2, nil, nil, nil})},
		judge.Op{"op": "read"},
		judge.Op{"op": "read", "table": "t$files"})
	require.Len(t, answers, 3)
	require.Equal(t, [][]any{{"1", judge.Double(1.5), "AP8=", "2024-02-29T04:34:56.000001Z"}, {"2", nil, nil, nil}}, answers[1].Rows)
	require.Len(t, answers[2].Rows, 1)
	where := judge.Filter{Or: []judge.Filter{
		{And: []judge.Filter{{Column: "id", Cmp: "<>", Values: []any{"2"}}, {Column: "f", Cmp: ">", Values: []any{judge.Double(1)}}}},
		{Column: "id", Cmp: "in", Values: []any{"5", "6"}},
	}}
	require.Equal(t, judge.Rows(judge.Row{1}), l.Read(t, "t", judge.Read{Filter: &where, Columns: []string{"id"}}).Rows)
}

func TestPython(t *testing.T) {
	l := lake(t)
	python := judge.Python(t).At(l.Warehouse, "d")
	python.Create(t, "t", judge.Table{
		Fields: judge.Fields(t, "id INT NOT NULL", "d DATE", "t TIME(3)", "ts TIMESTAMP(6)"), Primary: []string{"id"}, Options: map[string]string{"bucket": "1"},
	})
	rows := judge.Rows(judge.Row{1, "1969-12-31", "23:59:59.001", "1969-12-31T23:59:59.999999"}, judge.Row{2, nil, nil, nil})
	python.Write(t, "t", judge.Write{Rows: rows, User: "py", Identifier: 3})
	l.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{2, nil, nil, nil}), Kinds: []string{"-D"}})
	require.Equal(t, rows[:1], l.Read(t, "t", judge.Read{}).Rows)
	require.Equal(t, judge.Rows(judge.Row{1}), python.Read(t, "t", judge.Read{Columns: []string{"id"}}).Rows)
	python.Tag(t, "t", "now", 0)
	require.Equal(t, []string{"now"}, l.Tags(t, "t"))
}

func TestSpark(t *testing.T) {
	if testing.Short() {
		t.Skip("Spark is left out under -short")
	}
	spark := judge.Spark(t)
	got := spark.Run(t, "CREATE TEMP VIEW v AS SELECT 1 AS a, DATE'2024-02-29' AS b", "SELECT a, b, NULL AS c FROM v", "SELECT nothing FROM v")
	require.Equal(t, [][]string{{"1", "2024-02-29", "NULL"}}, got[1].Rows)
	require.Equal(t, []string{"int", "date", "void"}, got[1].Types)
	require.Equal(t, "UNRESOLVED_COLUMN.WITH_SUGGESTION", got[2].Error)
	require.Equal(t, []string{"bigint"}, spark.Analyze(t, "SELECT count(*) AS n FROM v")[0].Types)
}
