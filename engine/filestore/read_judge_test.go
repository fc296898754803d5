package filestore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/duck/udf"
	"laketop/engine/fileio/local"
	"laketop/engine/filestore"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/soak"
)

// lake is a warehouse that Java and Laketop both see.
type lake struct {
	t      testing.TB
	dir    string
	env    *paimon.Env
	db     *duck.DB
	conn   *duck.Conn
	shared *filestore.Shared
}

func newLake(t testing.TB) *lake {
	t.Helper()
	dir := t.TempDir()
	db, err := duck.Open(context.Background(), duck.Options{Roots: []string{dir}, Register: udf.Register})
	require.NoError(t, err)
	conn, err := db.Conn(context.Background(), duck.Settings{TimeZone: "UTC"})
	require.NoError(t, err)
	io, err := local.New(dir)
	require.NoError(t, err)
	l := &lake{t: t, dir: dir, env: paimon.NewEnv(io, time.Now), db: db, conn: conn, shared: filestore.NewShared(db)}
	t.Cleanup(func() {
		require.NoError(t, l.shared.Close())
		require.NoError(t, conn.Close())
		require.NoError(t, db.Close())
	})
	return l
}

// newJudged is a lake that Java reads and writes too; without judges the test
// ends before there is one.
func newJudged(t testing.TB) (*lake, judge.Lake) {
	t.Helper()
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	l := newLake(t)
	return l, l.java()
}

func (l *lake) java() judge.Lake {
	l.t.Helper()
	if testing.Short() {
		l.t.Skip("the judges are left out under -short")
	}
	return judge.Java(l.t).At(l.dir, "d")
}

func (l *lake) table(name string) *paimon.Table {
	l.t.Helper()
	id := paimon.Identifier{Database: "d", Table: name}
	if base, branch, ok := strings.Cut(name, "$branch_"); ok {
		id.Table, id.Branch = base, branch
	}
	table, err := paimon.Load(context.Background(), l.env, "d.db/"+id.Table, id)
	require.NoError(l.t, err)
	return table
}

// query reads a table; %s in text is the relation.
func (l *lake) query(name string, opt scan.Options, columns []string, text string, filter ...scan.Predicate) []string {
	l.t.Helper()
	ctx := context.Background()
	table := l.table(name)
	plan, err := table.Plan(ctx, opt, filter...)
	require.NoError(l.t, err)
	s := filestore.New(l.conn, l.shared)
	from, err := s.Read(ctx, table, plan, columns)
	require.NoError(l.t, err)
	out := l.rows(fmt.Sprintf(text, from), plan.Schema.Fields, columns)
	require.NoError(l.t, s.Close(ctx))
	return out
}

func (l *lake) rows(text string, fields []datatype.Field, columns []string) []string {
	l.t.Helper()
	var types []datatype.Type
	for _, f := range fields {
		if columns == nil || contains(columns, f.Name) {
			types = append(types, f.Type)
		}
	}
	var rows [][]any
	err := l.conn.Query(context.Background(), text, func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b != nil {
			rows = append(rows, judge.Records(types, b)...)
		}
		return nil
	})
	require.NoError(l.t, err, text)
	return sorted(judge.Lines(l.t, rows))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func sorted(lines []string) []string {
	sort.Strings(lines)
	return lines
}

// all reads every column.
func (l *lake) all(name string) []string {
	l.t.Helper()
	return l.query(name, scan.Options{}, nil, "SELECT * FROM %s")
}

// same compares a table with what Java reads: merged in the statement, and again
// with what was built behind it.
func (l *lake) same(name string) {
	l.t.Helper()
	want := sorted(judge.Lines(l.t, l.java().Read(l.t, name, judge.Read{}).Rows))
	require.Equal(l.t, want, l.all(name), "cold")
	require.NoError(l.t, l.shared.Wait())
	require.Equal(l.t, want, l.all(name), "with overlays")
	n := l.query(name, scan.Options{}, []string{}, "SELECT * FROM %s")
	require.Len(l.t, n, len(want), "counted")
}

// kind is a kind of table that random operations run over.
type kind struct {
	name      string
	fields    []string
	primary   []string
	partition []string
	options   map[string]string
	deletes   bool
	row       func(r *rand.Rand) judge.Row
}

func plainRow(r *rand.Rand) judge.Row {
	return judge.Row{r.IntN(40), "v" + strconv.Itoa(r.IntN(1000)), maybe(r, r.IntN(100)), r.IntN(5)}
}

func maybe(r *rand.Rand, v any) any {
	if r.IntN(4) == 0 {
		return nil
	}
	return v
}

var plainFields = []string{"id INT NOT NULL", "v STRING", "n BIGINT", "s INT"}

func partitionedRow(r *rand.Rand) judge.Row {
	return judge.Row{"k" + strconv.Itoa(r.IntN(20)), r.IntN(3), maybe(r, "v"+strconv.Itoa(r.IntN(1000))), []string{"a", "b", ""}[r.IntN(3)]}
}

func timedRow(r *rand.Rand) judge.Row {
	return judge.Row{r.IntN(20), maybe(r, fmt.Sprintf("2024-02-29T12:34:56.%09d", 100000001+r.IntN(100))), maybe(r, fmt.Sprintf("12:34:56.%03d", 101+r.IntN(100))), maybe(r, fmt.Sprintf("2024-02-29T12:34:56.%03d", 101+r.IntN(100)))}
}

var timedFields = []string{"id INT NOT NULL", "fine TIMESTAMP(9)", "t TIME(3)", "ms TIMESTAMP(3)"}

func keyRow(r *rand.Rand) judge.Row {
	return judge.Row{fmt.Sprintf("%d.%02d", r.IntN(5)-2, r.IntN(2)), fmt.Sprintf("1969-12-%02d", 30+r.IntN(2)), fmt.Sprintf("2024-01-01T00:00:00.00%d", 1+r.IntN(2)), []string{"AA==", "/w==", ""}[r.IntN(3)], r.IntN(2) == 0, "v" + strconv.Itoa(r.IntN(1000))}
}

var kinds = []kind{
	{name: "times", fields: timedFields, primary: []string{"id"}, options: map[string]string{"bucket": "1"}, deletes: true, row: timedRow},
	{name: "times of a partial update", fields: timedFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "merge-engine": "partial-update"}, row: timedRow},
	{name: "keys of many types", fields: []string{"d DECIMAL(10, 2) NOT NULL", "day DATE NOT NULL", "ts TIMESTAMP(3) NOT NULL", "b BYTES NOT NULL", "f BOOLEAN NOT NULL", "v STRING"},
		primary: []string{"f", "d", "b", "ts", "day"}, options: map[string]string{"bucket": "1"}, deletes: true, row: keyRow},
	{name: "deduplicate", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1"}, deletes: true, row: plainRow},
	{name: "two buckets, two keys, partitions", fields: []string{"k STRING NOT NULL", "j INT NOT NULL", "v STRING", "p STRING NOT NULL"},
		primary: []string{"p", "j", "k"}, partition: []string{"p"}, options: map[string]string{"bucket": "2"}, deletes: true, row: partitionedRow},
	{name: "a sequence field", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "sequence.field": "s"}, deletes: true, row: plainRow},
	{name: "a descending sequence of two", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "sequence.field": "n,s", "sequence.field.sort-order": "descending"}, deletes: true, row: plainRow},
	{name: "deletion vectors", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "deletion-vectors.enabled": "true", "write-only": "false"}, deletes: true, row: plainRow},
	{name: "deletion vectors of 64 bits", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "2", "deletion-vectors.enabled": "true", "deletion-vectors.bitmap64": "true", "write-only": "false"}, deletes: true, row: plainRow},
	{name: "dynamic buckets", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "-1", "dynamic-bucket.target-row-num": "10"}, deletes: true, row: plainRow},
	{name: "ignored deletes", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "ignore-delete": "true"}, deletes: true, row: plainRow},
	{name: "first row", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "merge-engine": "first-row", "write-only": "false"}, row: plainRow},
	{name: "partial update", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "merge-engine": "partial-update"}, row: plainRow},
	{name: "a sequence group", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "merge-engine": "partial-update", "fields.s.sequence-group": "v,n"}, deletes: true, row: plainRow},
	{name: "aggregation", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "2", "merge-engine": "aggregation", "fields.n.aggregate-function": "sum", "fields.s.aggregate-function": "max"}, row: plainRow},
}

// What Java wrote reads as Java reads it, whatever was written in which order:
// merged there and then, from overlays, and from overlays that grew.
func TestReadsAsJava(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			r := soak.Rand(t)
			l, java := newJudged(t)
			options := map[string]string{"write-only": "true"}
			for o, v := range k.options {
				options[o] = v
			}
			java.Create(t, "t", judge.Table{Fields: judge.Fields(t, k.fields...), Primary: k.primary, Partition: k.partition, Options: options})
			for range 8 {
				w := judge.Write{}
				for range 1 + r.IntN(25) {
					w.Rows = append(w.Rows, judge.Rows(k.row(r))...)
					kind := "+I"
					if k.deletes {
						kind = []string{"+I", "+I", "+U", "-D"}[r.IntN(4)]
					}
					w.Kinds = append(w.Kinds, kind)
				}
				java.Write(t, "t", w)
				if r.IntN(3) == 0 {
					if r.IntN(2) == 0 {
						l.same("t")
					}
					java.Compact(t, "t", judge.Compact{Full: r.IntN(2) == 0, Options: map[string]string{"num-sorted-run.compaction-trigger": "3", "num-levels": "6", "write-only": "false"}})
				}
				l.same("t")
			}
			for _, id := range []int64{1, 3, 5} {
				want := sorted(judge.Lines(t, java.Read(t, "t", judge.Read{Options: map[string]string{"scan.snapshot-id": strconv.FormatInt(id, 10)}}).Rows))
				require.Equal(t, want, l.query("t", scan.Options{Snapshot: id}, nil, "SELECT * FROM %s"), "snapshot %d", id)
			}
		})
	}
}

// A compaction of the new files leaves what was merged before standing: the next
// query finds it.
func TestOverlaySurvivesCompaction(t *testing.T) {
	l, java := newJudged(t)
	java.Create(t, "t", judge.Table{Fields: judge.Fields(t, plainFields...), Primary: []string{"id"}, Options: map[string]string{"bucket": "1", "write-only": "true", "merge-engine": "partial-update"}})
	write := func(n, step int) {
		var rows [][]any
		for i := range n {
			rows = append(rows, judge.Rows(judge.Row{i * step, "v" + strconv.Itoa(n), i, i})...)
		}
		java.Write(t, "t", judge.Write{Rows: rows})
	}
	write(2000, 1)
	java.Compact(t, "t", judge.Compact{Full: true, Options: map[string]string{"write-only": "false"}})
	for i := range 3 {
		write(10, i+2)
	}
	l.same("t")
	java.Compact(t, "t", judge.Compact{Options: map[string]string{"num-sorted-run.compaction-trigger": "3", "num-levels": "6", "write-only": "false"}})
	levels := map[int]int{}
	for _, f := range java.Files(t, "t", 0) {
		levels[f.Level]++
	}
	require.Len(t, levels, 2, "the base and one run more: %v", levels)
	require.Zero(t, levels[0])
	text := l.explain("t", "SELECT * FROM %s")
	require.NotContains(t, text, "JOIN", "no merge in the statement")
	require.Contains(t, text, "lt_alive")
	l.same("t")
	write(5, 7)
	l.same("t")
}
