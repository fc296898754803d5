package scan_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// lake writes snapshots by hand: one manifest each.
type lake struct {
	scan.Direct

	t      testing.TB
	io     *mem.FS
	source scan.Source
	schema *schema.Schema

	mu   sync.Mutex
	read []string // manifests that were read
}

func (l *lake) Manifest(ctx context.Context, p string, size int64) ([]manifest.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read = append(l.read, p[strings.LastIndexByte(p, '/')+1:])
	return l.Direct.Manifest(ctx, p, size)
}

func field(name, typ string) datatype.Field {
	t, err := datatype.Parse(typ)
	if err != nil {
		panic(err)
	}
	return datatype.NewField(name, t)
}

func newLake(t testing.TB, partition []string, fields ...datatype.Field) *lake {
	io := mem.New()
	l := &lake{Direct: scan.Direct{IO: io}, t: t, io: io}
	l.source = scan.Source{Name: "db.t", Dir: "db.db/t", Schemas: schema.NewManager(l.io, "db.db/t"),
		Snapshots: snapshot.NewManager(l.io, "db.db/t"), Manifests: l}
	s, err := schema.New(fields, partition, nil, nil, "", 0)
	require.NoError(t, err)
	l.evolve(s)
	return l
}

func (l *lake) evolve(s *schema.Schema) {
	require.NoError(l.t, l.source.Schemas.Create(l.t.Context(), s))
	l.schema = s
}

// stats is a file's statistics: smallest, largest and nulls of each column.
type stats struct {
	min, max []any
	nulls    []int64
	columns  []string // nil: all
}

func (l *lake) entry(name string, partition []any, rows int64, st stats) manifest.Entry {
	row, err := binaryrow.Encode(l.schema.PartitionTypes(), partition)
	require.NoError(l.t, err)
	types := l.schema.Types()
	if st.columns != nil {
		types = nil
		for _, c := range st.columns {
			f, _ := l.schema.Field(c)
			types = append(types, f.Type.Nullable())
		}
	}
	if st.min == nil {
		st.min, st.max = make([]any, len(types)), make([]any, len(types))
	}
	low, err := binaryrow.Encode(types, st.min)
	require.NoError(l.t, err)
	high, err := binaryrow.Encode(types, st.max)
	require.NoError(l.t, err)
	e := manifest.Entry{Partition: row, TotalBuckets: -1, File: manifest.DataFile{
		FileName: name + ".parquet", SizeBytes: 1, RowCount: rows, MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(), KeyStats: binaryrow.NoStats(),
		ValueStats: manifest.SimpleStats{Min: low, Max: high}, ValueStatsCols: st.columns, SchemaID: l.schema.ID, ExtraFiles: []string{},
	}}
	for i := range types {
		var n *int64
		if i < len(st.nulls) {
			n = &st.nulls[i]
		}
		e.File.ValueStats.Nulls = append(e.File.ValueStats.Nulls, n)
	}
	return e
}

// commit publishes entries as one manifest with the given partition range.
func (l *lake) commit(low, high []any, entries ...manifest.Entry) {
	l.t.Helper()
	ctx := l.t.Context()
	last, err := l.source.Snapshots.Latest(ctx)
	require.NoError(l.t, err)
	var metas []manifest.ManifestMeta
	id := int64(1)
	if last != nil {
		metas, err = l.source.Metas(ctx, last)
		require.NoError(l.t, err)
		id = last.ID + 1
	}
	write := func(name string, m []manifest.ManifestMeta) string {
		_, err := manifest.WriteList(ctx, l.io, "db.db/t/manifest/"+name, m)
		require.NoError(l.t, err)
		return name
	}
	name := fmt.Sprintf("manifest-%d", id)
	_, err = manifest.WriteManifest(ctx, l.io, "db.db/t/manifest/"+name, entries)
	require.NoError(l.t, err)
	m := manifest.ManifestMeta{FileName: name, AddedFiles: int64(len(entries)), PartitionStats: binaryrow.NoStats()}
	if low != nil {
		var zero int64
		m.PartitionStats.Min, err = binaryrow.Encode(l.schema.PartitionTypes(), low)
		require.NoError(l.t, err)
		m.PartitionStats.Max, err = binaryrow.Encode(l.schema.PartitionTypes(), high)
		require.NoError(l.t, err)
		m.PartitionStats.Nulls = []*int64{&zero}
	}
	require.NoError(l.t, l.source.Snapshots.Publish(ctx, &snapshot.Snapshot{
		Version: 3, ID: id, SchemaID: l.schema.ID, CommitUser: "u", CommitKind: snapshot.Append, TimeMillis: id * 1000,
		BaseManifestList: write(fmt.Sprintf("base-%d", id), metas), DeltaManifestList: write(fmt.Sprintf("delta-%d", id), []manifest.ManifestMeta{m}),
	}))
}

func (l *lake) plan(opt scan.Options, filter ...scan.Predicate) ([]string, *scan.Plan, error) {
	snap, sch, opt, err := l.source.At(l.t.Context(), opt)
	if err != nil {
		return nil, nil, err
	}
	l.read = nil
	p, err := l.source.Plan(l.t.Context(), snap, sch, filter, opt)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, f := range p.Files {
		names = append(names, strings.TrimSuffix(f.Entry.File.FileName, ".parquet"))
	}
	return names, p, nil
}

func (l *lake) requirePlan(want []string, filter ...scan.Predicate) *scan.Plan {
	l.t.Helper()
	got, p, err := l.plan(scan.Options{}, filter...)
	require.NoError(l.t, err)
	require.Equal(l.t, want, got)
	return p
}

func is(column string, op scan.Op, values ...any) scan.Predicate {
	return scan.Predicate{Column: column, Op: op, Values: values}
}

func TestEmptyTable(t *testing.T) {
	l := newLake(t, nil, field("a", "INT"))
	p := l.requirePlan(nil)
	require.Nil(t, p.Snapshot)
	require.Zero(t, p.SnapshotID())
	require.Equal(t, "a", p.Schema.Fields[0].Name)
}

func TestPruneByStatistics(t *testing.T) {
	l := newLake(t, nil, field("a", "INT"), field("s", "STRING"), field("f", "DOUBLE"))
	l.commit(nil, nil,
		l.entry("low", nil, 10, stats{min: []any{int32(1), "aa", 1.0}, max: []any{int32(5), "bb", 2.0}, nulls: []int64{0, 0, 0}}),
		l.entry("high", nil, 10, stats{min: []any{int32(6), "cc", nil}, max: []any{int32(9), nil, nil}, nulls: []int64{3, 0, 10}}),
		l.entry("dense", nil, 10, stats{columns: []string{"s"}, min: []any{"m"}, max: []any{"n"}, nulls: []int64{0}}),
		l.entry("none", nil, 10, stats{columns: []string{}}))
	p := l.requirePlan([]string{"low", "dense", "none"}, is("a", scan.Lt, int32(6)))
	require.Equal(t, 1, p.Skipped)
	require.EqualValues(t, 30, p.Rows)
	require.Equal(t, "db.db/t/bucket-0/low.parquet", p.Files[0].Path)
	l.requirePlan([]string{"high", "dense", "none"}, is("a", scan.IsNull))
	l.requirePlan([]string{"high", "none"}, is("s", scan.Eq, "zz"))
	l.requirePlan([]string{"low", "dense", "none"}, is("f", scan.NotNull))
	l.requirePlan([]string{"low", "dense", "none"}, is("f", scan.Gt, 100.0))
	l.requirePlan([]string{"none"}, is("a", scan.Lt, int32(0)), is("s", scan.Eq, "zz"))
	l.requirePlan([]string{"low", "high", "dense", "none"}, is("unknown", scan.Eq, int32(0)))
}

func TestPruneByPartition(t *testing.T) {
	l := newLake(t, []string{"dt"}, field("dt", "STRING"), field("v", "INT"))
	l.commit([]any{"a"}, []any{"b"}, l.entry("a", []any{"a"}, 1, stats{}), l.entry("b", []any{"b"}, 1, stats{}))
	l.commit([]any{"x"}, []any{"x"}, l.entry("x", []any{"x"}, 1, stats{}))
	l.requirePlan([]string{"b"}, is("dt", scan.Eq, "b"))
	require.Equal(t, []string{"manifest-1"}, l.read, "the other manifest is passed over")
	p := l.requirePlan([]string{"x"}, is("dt", scan.Gt, "b"))
	require.Equal(t, []any{"x"}, p.Files[0].Partition)
	require.Equal(t, "db.db/t/dt=x/bucket-0/x.parquet", p.Files[0].Path)
	l.requirePlan(nil, is("dt", scan.IsNull))
	l.commit(nil, nil, l.entry("null", []any{nil}, 1, stats{}), l.entry("empty", []any{""}, 1, stats{}))
	p = l.requirePlan([]string{"null"}, is("dt", scan.IsNull))
	require.Equal(t, "db.db/t/dt=__DEFAULT_PARTITION__/bucket-0/null.parquet", p.Files[0].Path)
	l.requirePlan([]string{"empty"}, is("dt", scan.Eq, ""))
	l.requirePlan([]string{"a", "b", "x", "empty"}, is("dt", scan.NotNull))
}

// Statistics are found by field id: a column that was dropped and added again
// is another one (pypaimon#8126, paimon-rust#839).
func TestPruneAcrossSchemas(t *testing.T) {
	l := newLake(t, nil, field("a", "INT"), field("b", "INT"), field("c", "INT"))
	old := stats{min: []any{int32(1), int32(1), int32(1)}, max: []any{int32(5), int32(5), int32(5)}, nulls: []int64{0, 0, 0}}
	l.commit(nil, nil, l.entry("old", nil, 10, old))
	s := l.schema.Clone()
	s.ID, s.HighestFieldID = 1, 3
	s.Fields[0].Name = "renamed"
	s.Fields[1] = datatype.Field{ID: 3, Name: "b", Type: datatype.Of(datatype.Int)}
	s.Fields[2].Type = datatype.Of(datatype.BigInt)
	l.evolve(s)
	l.commit(nil, nil, l.entry("new", nil, 10, stats{min: []any{int32(7), int32(7), int64(7)}, max: []any{int32(9), int32(9), int64(9)}, nulls: []int64{0, 0, 0}}))
	l.requirePlan([]string{"new"}, is("renamed", scan.Gt, int32(5)))
	l.requirePlan([]string{"new"}, is("b", scan.Gt, int32(0)))
	l.requirePlan([]string{"old"}, is("b", scan.IsNull))
	l.requirePlan([]string{"old"}, is("c", scan.Gt, int64(100))) // the type changed: not pruned
	p := l.requirePlan([]string{"old", "new"})
	require.EqualValues(t, 0, p.Files[0].Schema.ID)
	require.EqualValues(t, 1, p.Files[1].Schema.ID)
}

func TestDeletesTakeAway(t *testing.T) {
	l := newLake(t, nil, field("a", "INT"))
	first := l.entry("one", nil, 1, stats{})
	l.commit(nil, nil, first, l.entry("two", nil, 1, stats{}))
	l.commit(nil, nil, manifest.DeleteOf(first))
	l.requirePlan([]string{"two"})
	l.commit(nil, nil, manifest.DeleteOf(first))
	l.requirePlan([]string{"two"}) // deleted twice, as Java reads over it too
}

func TestMoments(t *testing.T) {
	l := newLake(t, nil, field("a", "INT"))
	l.commit(nil, nil, l.entry("one", nil, 1, stats{}))
	s := l.schema.Clone()
	s.ID, s.Fields[0].Name = 1, "b"
	l.evolve(s)
	l.commit(nil, nil, l.entry("two", nil, 1, stats{}))
	tag, err := l.source.Snapshots.ByID(t.Context(), 1)
	require.NoError(t, err)
	require.NoError(t, l.io.Create(t.Context(), l.source.Snapshots.TagPath("first"), snapshot.Encode(tag)))
	for name, tc := range map[string]struct {
		opt    scan.Options
		want   []string
		column string
	}{
		"now":       {scan.Options{}, []string{"one", "two"}, "b"},
		"by id":     {scan.Options{Snapshot: 1}, []string{"one"}, "a"},
		"by tag":    {scan.Options{Tag: "first"}, []string{"one"}, "a"},
		"by time":   {scan.Options{AsOf: time.UnixMilli(1999)}, []string{"one"}, "a"},
		"by time 2": {scan.Options{AsOf: time.UnixMilli(2000)}, []string{"one", "two"}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			got, p, err := l.plan(tc.opt)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.column, p.Schema.Fields[0].Name)
		})
	}
	_, _, err = l.plan(scan.Options{Snapshot: 1, Tag: "first"})
	require.ErrorIs(t, err, scan.ErrTwoMoments)
	_, _, err = l.plan(scan.Options{Snapshot: 9})
	require.ErrorIs(t, err, fileio.ErrNotExist)
}

func TestFilesThatAreRefused(t *testing.T) {
	outside, row := "file:///etc/passwd", int64(0)
	for name, tc := range map[string]struct {
		change func(*manifest.Entry)
		code   string
	}{
		"another format":           {func(e *manifest.Entry) { e.File.FileName = "x.orc" }, "table.file_format"},
		"a path outside":           {func(e *manifest.Entry) { e.File.ExternalPath = &outside }, "table.external_file"},
		"a name that leads out":    {func(e *manifest.Entry) { e.File.FileName = "../../x.parquet" }, "table.corrupt"},
		"no name":                  {func(e *manifest.Entry) { e.File.FileName = "" }, "table.corrupt"},
		"part of the columns":      {func(e *manifest.Entry) { e.File.WriteCols, e.File.FirstRowID = []string{"a"}, &row }, "table.data_evolution"},
		"a partition of no column": {func(e *manifest.Entry) { e.Partition = []byte{0, 0, 0, 9} }, "table.corrupt"},
		"a schema that is missing": {func(e *manifest.Entry) { e.File.SchemaID = 7 }, "table.missing_file"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t, nil, field("a", "INT"))
			e := l.entry("one", nil, 1, stats{})
			tc.change(&e)
			l.commit(nil, nil, e)
			_, _, err := l.plan(scan.Options{})
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.code, p.Code)
		})
	}
}
