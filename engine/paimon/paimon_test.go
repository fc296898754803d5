package paimon_test

import (
	"bytes"
	"fmt"
	"path"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func env(io fileio.FileIO) *paimon.Env {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, shanghai)
	return paimon.NewEnv(io, func() time.Time { return now })
}

func field(name, typ string) datatype.Field {
	t, err := datatype.Parse(typ)
	if err != nil {
		panic(err)
	}
	return datatype.NewField(name, t)
}

func create(t testing.TB, e *paimon.Env, options map[string]string, partition []string, fields ...datatype.Field) *paimon.Table {
	t.Helper()
	s, err := schema.New(fields, partition, nil, options, "a table", 0)
	require.NoError(t, err)
	id := paimon.Identifier{Database: "db", Table: "t"}
	require.NoError(t, paimon.Create(t.Context(), e, "db.db/t", id, s))
	table, err := paimon.Load(t.Context(), e, "db.db/t", id)
	require.NoError(t, err)
	return table
}

// write makes a data file of (dt STRING, v INT) and gives its entry.
func write(t testing.TB, table *paimon.Table, partition []any, dt string, values ...int32) manifest.Entry {
	t.Helper()
	at, err := table.NewDataFile(partition)
	require.NoError(t, err)
	sch, err := datatype.ArrowSchema(table.Schema().Fields)
	require.NoError(t, err)
	b := array.NewRecordBuilder(memory.DefaultAllocator, sch)
	for _, v := range values {
		b.Field(0).(*array.StringBuilder).Append(dt)
		b.Field(1).(*array.Int32Builder).Append(v)
	}
	batch := b.NewRecordBatch()
	var file bytes.Buffer
	w, err := footer.WriteSpecial(&file, table.Schema().Fields)
	require.NoError(t, err)
	require.NoError(t, w.Write(batch))
	require.NoError(t, w.Close())
	require.NoError(t, table.FileIO().Create(t.Context(), at, file.Bytes()))
	e, err := table.DescribeFile(t.Context(), at, partition)
	require.NoError(t, err)
	return e
}

func TestWriteAndPlan(t *testing.T) {
	table := create(t, env(mem.New()), nil, []string{"dt"}, field("dt", "STRING"), field("v", "INT"))
	at, err := table.At(t.Context(), scan.Options{})
	require.NoError(t, err)
	require.Zero(t, at.SnapshotID())
	for i, dt := range []string{"a", "b"} {
		s, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, []any{dt}, dt, int32(i*10), int32(i*10+5))}})
		require.NoError(t, err)
		require.Equal(t, commit.Batch, s.CommitIdentifier)
		require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 0, shanghai).UnixMilli(), s.TimeMillis)
	}
	p, err := table.Plan(t.Context(), scan.Options{})
	require.NoError(t, err)
	require.Len(t, p.Files, 2)
	require.EqualValues(t, 4, p.Rows)
	f := p.Files[0]
	require.Equal(t, "db.db/t/dt=a/bucket-0", path.Dir(f.Path))
	require.EqualValues(t, -1, f.Entry.TotalBuckets)
	require.EqualValues(t, 1, f.Entry.File.MaxSequence)
	require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMilli(), *f.Entry.File.CreationTimeMillis, "wall clock as if it were UTC")

	p, err = table.Plan(t.Context(), scan.Options{}, scan.Predicate{Column: "v", Op: scan.Ge, Values: []any{int32(6)}})
	require.NoError(t, err)
	require.Len(t, p.Files, 1)
	require.Equal(t, []any{"b"}, p.Files[0].Partition)

	at, err = table.At(t.Context(), scan.Options{Snapshot: 1})
	require.NoError(t, err)
	_, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
	require.NoError(t, err)
	p, err = at.Plan(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, p.Files, 1, "a pinned moment does not change")
	p, err = table.Plan(t.Context(), scan.Options{})
	require.NoError(t, err)
	require.Empty(t, p.Files)
}

func TestSeriesCommitIsFound(t *testing.T) {
	table := create(t, env(mem.New()), nil, nil, field("dt", "STRING"), field("v", "INT"))
	_, err := table.Commit(t.Context(), commit.Request{User: "job", Identifier: 4, Added: []manifest.Entry{write(t, table, nil, "x", 1)}})
	require.NoError(t, err)
	s, err := table.Committed(t.Context(), "job", 4)
	require.NoError(t, err)
	require.EqualValues(t, 1, s.ID)
	s, err = table.Committed(t.Context(), "job", 5)
	require.NoError(t, err)
	require.Nil(t, s)
}

func TestDataFileNames(t *testing.T) {
	e := env(mem.New())
	n := 0
	e.Unique = func() string { n++; return fmt.Sprintf("uuid%d", n) }
	table := create(t, e, map[string]string{"data-file.prefix": "d-", "data-file.path-directory": "data"}, []string{"dt"}, field("dt", "DATE"), field("v", "INT"))
	a, err := table.NewDataFile([]any{binaryrow.Date(3)})
	require.NoError(t, err)
	require.Equal(t, "db.db/t/data/dt=3/bucket-0/d-uuid1-0.parquet", a)
	b, err := table.NewDataFile([]any{nil})
	require.NoError(t, err)
	require.Equal(t, "db.db/t/data/dt=__DEFAULT_PARTITION__/bucket-0/d-uuid1-1.parquet", b)
	_, err = table.NewDataFile(nil)
	require.ErrorContains(t, err, "1 partition keys")
}

func TestDescribeFileRefuses(t *testing.T) {
	table := create(t, env(mem.New()), nil, []string{"dt"}, field("dt", "STRING"), field("v", "INT"))
	_, err := table.DescribeFile(t.Context(), "db.db/other/x.parquet", []any{"a"})
	require.ErrorContains(t, err, "does not lie in db.db/t/dt=a/bucket-0")
	_, err = table.DescribeFile(t.Context(), "db.db/t/dt=a/bucket-0/x.parquet", []any{"a"})
	require.ErrorContains(t, err, "x.parquet is missing")
	require.NoError(t, table.FileIO().Create(t.Context(), "db.db/t/dt=a/bucket-0/x.parquet", []byte("PAR1PAR1")))
	_, err = table.DescribeFile(t.Context(), "db.db/t/dt=a/bucket-0/x.parquet", []any{"a"})
	require.Error(t, err)
}

func TestPartitionValue(t *testing.T) {
	for name, tc := range map[string]struct {
		typ, text string
		want      any // nil = refused
	}{
		"text":            {"STRING", " x ", " x "},
		"date":            {"DATE", "2026-01-01", binaryrow.Date(20454)},
		"no date":         {"DATE", "2026-13-01", nil},
		"tiny":            {"TINYINT", "127", int8(127)},
		"too large":       {"TINYINT", "128", nil},
		"small":           {"SMALLINT", "-5", int16(-5)},
		"int":             {"INT", "7", int32(7)},
		"big":             {"BIGINT", "7", int64(7)},
		"boolean":         {"BOOLEAN", "TRUE", true},
		"double":          {"DOUBLE", "1.5", 1.5},
		"float":           {"FLOAT", "1.5", float32(1.5)},
		"time":            {"TIME(0)", "01:00:01", binaryrow.Time(3_601_000)},
		"timestamp":       {"TIMESTAMP(6)", "1970-01-01 00:00:01.5", binaryrow.Timestamp{Millis: 1500}},
		"only its date":   {"TIMESTAMP(6)", "1970-01-02", binaryrow.Timestamp{Millis: 86_400_000}},
		"no timestamp":    {"TIMESTAMP(6)", "yesterday", nil},
		"too many digits": {"DECIMAL(3, 1)", "100.0", nil},
		"too precise":     {"DECIMAL(3, 1)", "1.05", nil},
		"no number":       {"DECIMAL(3, 1)", ".", nil},
		"bytes":           {"BYTES", "x", nil},
	} {
		t.Run(name, func(t *testing.T) {
			table := create(t, env(mem.New()), nil, []string{"k"}, field("k", tc.typ), field("v", "INT"))
			got, err := table.PartitionValue("k", tc.text)
			if tc.want == nil {
				require.ErrorContains(t, err, "does not fit column k")
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	table := create(t, env(mem.New()), nil, []string{"k"}, field("k", "DECIMAL(5, 2)"), field("v", "INT"))
	d, err := table.PartitionValue("k", "-1.5")
	require.NoError(t, err)
	require.Equal(t, "-1.50", fmt.Sprint(d))
	_, err = table.PartitionValue("v", "1")
	require.ErrorContains(t, err, "no partition key v")
}

// foreign writes a schema that Laketop would not create.
func foreign(t *testing.T, change func(*schema.Schema)) *paimon.Table {
	io := mem.New()
	s, err := schema.New([]datatype.Field{field("dt", "STRING"), field("v", "INT")}, nil, nil, nil, "", 0)
	require.NoError(t, err)
	change(s)
	require.NoError(t, schema.NewManager(io, "db.db/t").Create(t.Context(), s))
	table, err := paimon.Load(t.Context(), env(io), "db.db/t", paimon.Identifier{Database: "db", Table: "t"})
	require.NoError(t, err, "it loads, so that it can be shown")
	return table
}

func TestRefusedByName(t *testing.T) {
	for name, tc := range map[string]struct {
		change      func(*schema.Schema)
		read, write string // the message; "" = works
	}{
		"dynamic buckets": {func(s *schema.Schema) { s.PrimaryKeys, s.Options["merge-engine"] = []string{"v"}, "partial-update" },
			"", "has dynamic buckets"},
		"cross partition": {func(s *schema.Schema) { s.PrimaryKeys, s.PartitionKeys = []string{"v"}, []string{"dt"} },
			"", "keys that move between partitions"},
		"sketches": {func(s *schema.Schema) {
			s.PrimaryKeys, s.Options["bucket"], s.Options["fields.dt.aggregate-function"] = []string{"v"}, "1", "hll_sketch"
		}, "aggregate-function = hll_sketch", "aggregate-function = hll_sketch"},
		"postponed":     {func(s *schema.Schema) { s.Options["bucket"] = "-2" }, "", "has postponed buckets"},
		"no bucket":     {func(s *schema.Schema) { s.Options["bucket"] = "-3" }, "bucket mode -3", "bucket mode -3"},
		"no bucket key": {func(s *schema.Schema) { s.Options["bucket"] = "3" }, "", "needs the option bucket-key"},
		"orc":           {func(s *schema.Schema) { s.Options["file.format"] = "ORC" }, "", "holds orc files"},
		"manifests":     {func(s *schema.Schema) { s.Options["manifest.format"] = "parquet" }, "manifests as parquet", "manifests as parquet"},
		"row tracking":  {func(s *schema.Schema) { s.Options["row-tracking.enabled"] = "true" }, "", "row-tracking.enabled"},
		"a variant":     {func(s *schema.Schema) { s.Fields[1].Type = datatype.Of(datatype.Variant) }, "type VARIANT", "type VARIANT"},
		"no table":      {func(s *schema.Schema) { s.Options["type"] = "format-table" }, "type = format-table", "type = format-table"},
	} {
		t.Run(name, func(t *testing.T) {
			table := foreign(t, tc.change)
			_, err := table.At(t.Context(), scan.Options{})
			requireProblem(t, err, tc.read)
			_, err = table.NewDataFile(nil)
			requireProblem(t, err, tc.write)
			_, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
			requireProblem(t, err, tc.write)
			_, _, err = table.System(t.Context(), "options")
			require.NoError(t, err)
		})
	}
}

func requireProblem(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorContains(t, err, want)
	p, ok := problem.As(err)
	require.True(t, ok)
	require.NotContains(t, p.Message("zh"), "{", "every argument is filled")
}

func TestLoadWhatIsNoTable(t *testing.T) {
	_, err := paimon.Load(t.Context(), env(mem.New()), "db.db/none", paimon.Identifier{})
	require.ErrorIs(t, err, fileio.ErrNotExist)
}

func TestBranchReadsItsOwnHistory(t *testing.T) {
	io := mem.New()
	e := env(io)
	table := create(t, e, nil, nil, field("dt", "STRING"), field("v", "INT"))
	_, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, nil, "x", 1)}})
	require.NoError(t, err)
	for _, name := range []string{"schema/schema-0", "snapshot/snapshot-1"} {
		b, err := io.ReadFile(t.Context(), "db.db/t/"+name)
		require.NoError(t, err)
		require.NoError(t, io.Create(t.Context(), "db.db/t/branch/branch-dev/"+name, b))
	}
	branch, err := paimon.Load(t.Context(), e, "db.db/t", paimon.Identifier{Database: "db", Table: "t", Branch: "dev"})
	require.NoError(t, err)
	require.Equal(t, "db.t$branch_dev", branch.Identifier().String())
	_, err = branch.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, branch, nil, "y", 2)}})
	require.NoError(t, err)
	for want, tb := range map[int]*paimon.Table{1: table, 2: branch} {
		p, err := tb.Plan(t.Context(), scan.Options{})
		require.NoError(t, err)
		require.Len(t, p.Files, want)
		require.Equal(t, "db.db/t/bucket-0", path.Dir(p.Files[0].Path), "data is the main table's")
	}
}

func TestDamagedMetadataIsNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		damage func(t *testing.T, io *mem.FS, s *snapshot.Snapshot)
		want   string
	}{
		"a list is missing": {func(t *testing.T, io *mem.FS, s *snapshot.Snapshot) {
			require.NoError(t, io.Remove(t.Context(), "db.db/t/manifest/"+s.DeltaManifestList))
		}, "is missing"},
		"a list is garbage": {func(t *testing.T, io *mem.FS, s *snapshot.Snapshot) {
			require.NoError(t, io.Overwrite(t.Context(), "db.db/t/manifest/"+s.DeltaManifestList, []byte("Obj\x01garbage")))
		}, "cannot be understood"},
		"an index manifest is missing": {func(t *testing.T, io *mem.FS, s *snapshot.Snapshot) {
			s.IndexManifest = "index-manifest-x"
			require.NoError(t, io.Overwrite(t.Context(), "db.db/t/snapshot/snapshot-1", snapshot.Encode(s)))
		}, "index-manifest-x is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			io := mem.New()
			table := create(t, env(io), nil, nil, field("dt", "STRING"), field("v", "INT"))
			s, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, nil, "x", 1)}})
			require.NoError(t, err)
			tc.damage(t, io, s)
			fresh, err := paimon.Load(t.Context(), env(io), "db.db/t", table.Identifier())
			require.NoError(t, err)
			_, err = fresh.Plan(t.Context(), scan.Options{})
			requireProblem(t, err, tc.want)
			require.ErrorContains(t, err, "db.db/t/manifest/")
		})
	}
}
