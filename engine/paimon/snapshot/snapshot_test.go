package snapshot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// java13 is a file as Java up to 1.3 writes it: explicit nulls, an empty map, a
// zero count.
const java13 = `{
  "version" : 3, "id" : 1, "schemaId" : 0,
  "baseManifestList" : "manifest-list-a-0", "baseManifestListSize" : 884,
  "deltaManifestList" : "manifest-list-a-1", "deltaManifestListSize" : 986,
  "changelogManifestList" : null, "commitUser" : "u", "commitIdentifier" : 9223372036854775807,
  "commitKind" : "APPEND", "timeMillis" : 1700000000000, "logOffsets" : { },
  "totalRecordCount" : 5, "deltaRecordCount" : 5, "changelogRecordCount" : 0, "watermark" : -9223372036854775808
}`

func TestDecodeJava(t *testing.T) {
	s, err := snapshot.Decode("snapshot-1", []byte(java13))
	require.NoError(t, err)
	require.Equal(t, snapshot.Append, s.CommitKind)
	require.Empty(t, s.ChangelogManifestList)
	require.Nil(t, s.NextRowID)
	require.EqualValues(t, 884, *s.BaseManifestListSize)
	again, err := snapshot.Decode("snapshot-1", snapshot.Encode(s))
	require.NoError(t, err)
	require.Equal(t, s, again)
}

func TestEncodeOmitsWhatIsUnset(t *testing.T) {
	got := string(snapshot.Encode(sample(7)))
	for _, absent := range []string{"changelogRecordCount", "watermark", "nextRowId", "statistics", "properties", "indexManifest", "null"} {
		require.NotContains(t, got, absent)
	}
	require.Contains(t, got, `"totalRecordCount": 0`)
	require.Less(t, strings.Index(got, `"id"`), strings.Index(got, `"schemaId"`))
}

func TestDecodeRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ in, code, want string }{
		"not json":         {`{`, "table.corrupt", "unexpected end"},
		"no id":            {`{"schemaId":0,"baseManifestList":"a","deltaManifestList":"b"}`, "table.corrupt", "id 0"},
		"no base list":     {`{"id":1,"deltaManifestList":"b"}`, "table.corrupt", "manifest list"},
		"no delta list":    {`{"id":1,"baseManifestList":"b"}`, "table.corrupt", "manifest list"},
		"negative schema":  {`{"id":1,"schemaId":-1,"baseManifestList":"a","deltaManifestList":"b"}`, "table.corrupt", "schemaId -1"},
		"a newer version":  {`{"version":4,"id":1}`, "table.snapshot_version", "version 4"},
		"another type":     {`{"id":"1"}`, "table.corrupt", "cannot unmarshal"},
		"a list, no table": {`[]`, "table.corrupt", "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := snapshot.Decode("t/snapshot/snapshot-1", []byte(tc.in))
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.code, p.Code)
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, "t/snapshot/snapshot-1")
		})
	}
}

func sample(id int64) *snapshot.Snapshot {
	return &snapshot.Snapshot{
		Version: snapshot.Version, ID: id, BaseManifestList: "b", DeltaManifestList: "d", CommitUser: "u",
		CommitIdentifier: id, CommitKind: snapshot.Append, TimeMillis: 1000 * id,
	}
}

// table makes snapshots from..to with no hints.
func table(t *testing.T, from, to int64) (*mem.FS, *snapshot.Manager) {
	f := mem.New()
	m := snapshot.NewManager(f, "db.db/t")
	for id := from; id <= to; id++ {
		require.NoError(t, m.Publish(t.Context(), sample(id)))
	}
	require.NoError(t, f.Remove(t.Context(), "db.db/t/snapshot/LATEST"))
	return f, m
}

func TestHintsAreNeverTrustedAlone(t *testing.T) {
	for name, tc := range map[string]struct{ latest, earliest string }{
		"missing":          {"", ""},
		"right":            {"9", "3"},
		"stale low":        {"4", "1"},
		"low and expired":  {"1", "2"},
		"stale high":       {"12", "20"},
		"just beyond":      {"10", "4"},
		"garbage":          {"soon", "\x00\xff"},
		"empty":            {" ", "\n"},
		"zero":             {"0", "0"},
		"negative":         {"-3", "-3"},
		"too large":        {"99999999999999999999", "9223372036854775807"},
		"with a line end":  {"9\n", "3\n"},
		"the wrong letter": {"9L", "3L"},
	} {
		t.Run(name, func(t *testing.T) {
			f, m := table(t, 3, 9)
			if tc.latest != "" {
				require.NoError(t, f.Overwrite(t.Context(), "db.db/t/snapshot/LATEST", []byte(tc.latest)))
				require.NoError(t, f.Overwrite(t.Context(), "db.db/t/snapshot/EARLIEST", []byte(tc.earliest)))
			}
			s, err := m.Latest(t.Context())
			require.NoError(t, err)
			require.EqualValues(t, 9, s.ID)
			first, err := m.EarliestID(t.Context())
			require.NoError(t, err)
			require.EqualValues(t, 3, first)
		})
	}
}

func TestNoSnapshots(t *testing.T) {
	m := snapshot.NewManager(mem.New(), "t")
	s, err := m.Latest(t.Context())
	require.NoError(t, err)
	require.Nil(t, s)
	id, err := m.EarliestID(t.Context())
	require.NoError(t, err)
	require.Zero(t, id)
}

func TestByIDNamesThoseThere(t *testing.T) {
	_, m := table(t, 3, 5)
	_, err := m.ByID(t.Context(), 9)
	require.ErrorContains(t, err, "snapshot 9 does not exist; the table has 3–5")
	require.ErrorIs(t, err, fileio.ErrNotExist)
}

func TestAsOf(t *testing.T) {
	_, m := table(t, 3, 9)
	for millis, want := range map[int64]int64{3000: 3, 3999: 3, 4000: 4, 8999: 8, 9000: 9, 99000: 9} {
		s, err := m.AsOf(t.Context(), time.UnixMilli(millis))
		require.NoError(t, err)
		require.Equal(t, want, s.ID, "%d", millis)
	}
	_, err := m.AsOf(t.Context(), time.UnixMilli(2999))
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "table.no_snapshot_then", p.Code)
}

func TestForeignFilesAreNoSnapshots(t *testing.T) {
	f, m := table(t, 1, 2)
	for _, name := range []string{"snapshot-", "snapshot-x", "snapshot-03", "snapshot-0", ".snapshot-9.uuid.tmp", "snapshot-4/x"} {
		require.NoError(t, f.Create(t.Context(), "db.db/t/snapshot/"+name, nil))
	}
	all, err := m.All(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2)
	s, err := m.Latest(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, s.ID)
}

func TestFileThatSaysAnotherIDIsCorrupt(t *testing.T) {
	f, m := table(t, 1, 1)
	require.NoError(t, f.Create(t.Context(), m.Path(2), snapshot.Encode(sample(7))))
	_, err := m.Latest(t.Context())
	require.ErrorContains(t, err, "it says id 7")
}

func TestTags(t *testing.T) {
	f, m := table(t, 1, 1)
	b := strings.Replace(java13, "{", `{"tagCreateTime":[2026,9,1,10,30,15,123000000],"tagTimeRetained":86400.500000000,`, 1)
	require.NoError(t, f.Create(t.Context(), m.TagPath("2026-09-01"), []byte(b)))
	require.NoError(t, f.Create(t.Context(), m.TagPath("bare"), []byte(java13)))
	tags, err := m.Tags(t.Context())
	require.NoError(t, err)
	require.Len(t, tags, 2)
	require.Equal(t, time.Date(2026, 9, 1, 10, 30, 15, 123000000, time.UTC), *tags[0].Created)
	require.Equal(t, 86400500*time.Millisecond, *tags[0].Retained)
	require.Nil(t, tags[1].Created)
	_, err = m.Tag(t.Context(), "other")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, []string{"2026-09-01", "bare"}, p.Suggestions)
	_, err = m.Tag(t.Context(), "../snapshot/snapshot-1")
	require.ErrorIs(t, err, fileio.ErrPath)
}

// TestPublish holds the order of effects of a publication as text.
// Regenerate: go test ./engine/paimon/snapshot -run TestPublish -rewrite
func TestPublish(t *testing.T) {
	datadriven.Walk(t, "testdata/publish", func(t *testing.T, path string) {
		f := faultio.New(mem.New())
		m := snapshot.NewManager(f, "t")
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "fail":
				var op string
				d.ScanArgs(t, "on", &op)
				f.Fail(faultio.On(op, "", faultio.From(1, errors.New("disk full"))))
				return ""
			case "publish":
				var id int64
				d.ScanArgs(t, "id", &id)
				err := m.Publish(t.Context(), sample(id))
				out := f.Journal()
				if err != nil {
					out += fmt.Sprintf("error: %v (conflict: %t)\n", err, errors.Is(err, snapshot.ErrConflict))
				}
				return out
			}
			t.Fatalf("unknown command %q", d.Cmd)
			return ""
		})
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(java13))
	f.Add(snapshot.Encode(sample(3)))
	f.Add([]byte(`{"id":1,"baseManifestList":"a","deltaManifestList":"b","properties":{"a":"b"},"tagCreateTime":[1,2,3,4,5],"tagTimeRetained":1e300}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if tag, err := snapshot.DecodeTag("x", "n", b); err == nil {
			require.NotNil(t, tag.Snapshot)
		}
		s, err := snapshot.Decode("x", b)
		if err != nil {
			return
		}
		again, err := snapshot.Decode("x", snapshot.Encode(s))
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
