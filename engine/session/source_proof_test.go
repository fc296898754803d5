package session_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/sampledata"
)

// TestBrokenSources breaks the sample in every way that happens and runs the
// cells that read it: the message names the file and the place in the text, a
// replaced table keeps its rows, and a mended source makes all good.
func TestBrokenSources(t *testing.T) {
	src, want := game(t, sampledata.Options{Users: long(400, 150), Days: 4, Seed: 5})
	ctx := context.Background()
	events := filepath.Join(src, "user_event/part-00000.parquet")
	good, err := os.ReadFile(events)
	require.NoError(t, err)
	l := lakeAt(t, t.TempDir(), duck.Options{}, src)
	s := l.session(t)
	l.etl(t, s, src)
	before := l.fingerprints(t)
	conn, err := l.db.Conn(ctx, duck.Settings{TimeZone: zone})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	put := func(name string, data []byte) func(t *testing.T) {
		return func(t *testing.T) {
			require.NoError(t, os.WriteFile(filepath.Join(src, "user_event", name), data, 0o600))
		}
	}
	damaged := append([]byte(nil), good...)
	for i := len(good) / 3; i < len(good)/3+2000; i++ {
		damaged[i] ^= 0x5a
	}
	write := func(name, query string) func(t *testing.T) {
		return func(t *testing.T) {
			_, err := conn.Copy(ctx, query, filepath.Join(src, "user_event", name), "")
			require.NoError(t, err)
		}
	}
	for name, tc := range inShort(map[string]struct {
		do   func(t *testing.T)
		code string
		says string
	}{
		"cut off in the middle":     {put("part-00000.parquet", good[:len(good)/2]), "source.unreadable", "part-00000.parquet"},
		"cut off after the start":   {put("part-00000.parquet", good[:3]), "source.unreadable", "part-00000.parquet"},
		"an empty file":             {put("part-00000.parquet", nil), "source.unreadable", "part-00000.parquet"},
		"damaged inside":            {put("part-00000.parquet", damaged), "source.unreadable", "part-00000.parquet cannot be read"},
		"a text file by that name":  {put("part-00001.parquet", []byte("user_id,event_type\n1,login\n")), "source.unreadable", "part-00001.parquet"},
		"a file more, cut off":      {put("part-00001.parquet", good[:100]), "source.unreadable", "part-00001.parquet"},
		"no file left":              {func(t *testing.T) { require.NoError(t, os.Remove(events)) }, "source.empty", "user_event/*.parquet"},
		"no folder left":            {func(t *testing.T) { require.NoError(t, os.RemoveAll(filepath.Dir(events))) }, "source.empty", "user_event/*.parquet"},
		"a folder that is a circle": {circle(filepath.Dir(events)), "source.glob", "user_event"},
		"a column of another type in one file": {write("part-00001.parquet", "SELECT {'a': 1} AS user_id, ''::BLOB AS event_type, ''::BLOB AS \"timestamp\", ''::BLOB AS event_details, ''::BLOB AS location"),
			"source.unreadable", `failed to cast column "user_id"`},
	}, "damaged inside", "no file left", "a column of another type in one file") {
		t.Run(name, func(t *testing.T) {
			tc.do(t)
			t.Cleanup(func() {
				require.NoError(t, os.RemoveAll(filepath.Dir(events)))
				require.NoError(t, os.MkdirAll(filepath.Dir(events), 0o755))
				require.NoError(t, os.WriteFile(events, good, 0o600))
			})
			for _, how := range []string{"CREATE OR REPLACE TABLE game_db.ods_user_event AS\n", "INSERT OVERWRITE game_db.ods_user_event\n", "INSERT INTO game_db.ods_user_event\n"}[:long(3, 1)] {
				text := how + "SELECT * FROM parquet.`" + src + "/user_event/*.parquet`"
				_, err := s.Run(ctx, session.Request{Dialect: "spark", Text: text, Source: "cell"}, nil)
				p, ok := problem.As(err)
				require.True(t, ok, "%v", err)
				report := p.Report("en")
				if p.Code != "sql.types" { // INSERT knows the table's types and says so first
					require.Equal(t, tc.code, p.Code, report)
					require.Contains(t, report, tc.says)
				}
				require.Contains(t, report, "cell: 2:", "the place in the text")
				require.Equal(t, before, l.fingerprints(t))
				require.Zero(t, l.leftovers(t))
			}
			shown, folders := l.visible(t, s)
			require.ElementsMatch(t, etlTables, shown)
			require.ElementsMatch(t, etlTables, folders)
		})
	}
	l.etl(t, s, src)
	l.finds(t, s, want)
}

// circle makes a folder a link to itself: not even root reads it.
func circle(dir string) func(t *testing.T) {
	return func(t *testing.T) {
		require.NoError(t, os.RemoveAll(dir))
		require.NoError(t, os.Symlink(filepath.Base(dir), dir))
	}
}

// TestASourceWithoutAColumn lacks event_details, or has it as a number: the
// raw layer takes what comes, the next cell says what is missing, and the
// tables behind it stay.
func TestASourceWithoutAColumn(t *testing.T) {
	if testing.Short() {
		t.Skip("six runs of the ETL are left out under -short")
	}
	ctx := context.Background()
	for name, tc := range map[string]struct{ columns, code, says string }{
		"missing":  {"user_id, event_type, \"timestamp\", location", "sql.unknown_column", "event_details"},
		"renamed":  {"user_id, event_type, \"timestamp\", event_details AS event_detail, location", "sql.unknown_column", "event_detail"},
		"a struct": {"{'a': user_id} AS user_id, event_type, \"timestamp\", event_details, location", "sql.types", "struct"},
	} {
		t.Run(name, func(t *testing.T) {
			src, want := game(t, sampledata.Options{Users: 200, Days: 3, Seed: 6})
			l := lakeAt(t, t.TempDir(), duck.Options{}, src)
			s := l.session(t)
			l.etl(t, s, src)
			before := l.fingerprints(t)
			events := filepath.Join(src, "user_event/part-00000.parquet")
			_, err := s.Conn().Copy(ctx, "SELECT "+tc.columns+" FROM read_parquet("+duck.Literal(events)+")", events+".new", "")
			require.NoError(t, err)
			require.NoError(t, os.Rename(events, events+".old"))
			require.NoError(t, os.Rename(events+".new", events))
			var failed error
			at := ""
			for _, c := range etlCells(t) {
				if _, failed = s.Run(ctx, session.Request{Dialect: "spark", Text: c.text, Params: etlParams(src), Source: c.name}, nil); failed != nil {
					at = c.name
					break
				}
			}
			p, ok := problem.As(failed)
			require.True(t, ok, "%v", failed)
			report := p.Report("en")
			require.Equal(t, tc.code, p.Code, report)
			require.Contains(t, report, tc.says)
			require.Equal(t, "dwd_user_event", at)
			require.NotNil(t, p.Span)
			after := l.fingerprints(t)
			require.Equal(t, absent, after["dwd_user_event"], "DROP came before")
			for _, table := range etlTables[4:] {
				require.Equal(t, before[table], after[table])
			}
			require.NoError(t, os.Rename(events+".old", events))
			l.etl(t, s, src)
			l.finds(t, s, want)
		})
	}
}

// TestADamagedLakeIsSaid takes files of a table away or breaks them: reading
// says which, and the other tables are as they were.
func TestADamagedLakeIsSaid(t *testing.T) {
	for name, tc := range inShort(map[string]struct {
		pattern string
		damage  func(path string) error
		code    string
	}{
		"a data file is missing":      {"bucket-0/*.parquet", os.Remove, "table.missing_file"},
		"a data file is cut off":      {"bucket-0/*.parquet", func(p string) error { return os.Truncate(p, 20) }, "table.corrupt"},
		"a manifest is missing":       {"manifest/manifest-*-*-*-*-*", os.Remove, "table.missing_file"},
		"a manifest is cut off":       {"manifest/manifest-*", func(p string) error { return os.Truncate(p, 20) }, "table.corrupt"},
		"a snapshot is no JSON":       {"snapshot/snapshot-1", func(p string) error { return os.WriteFile(p, []byte("{"), 0o600) }, "table.corrupt"},
		"a schema is no JSON":         {"schema/schema-0", func(p string) error { return os.WriteFile(p, []byte("{"), 0o600) }, "table.corrupt"},
		"the schema is of the future": {"schema/schema-0", func(p string) error { return os.WriteFile(p, []byte(`{"version":99}`), 0o600) }, "table.schema_version"},
	}, "a data file is missing", "a data file is cut off", "a schema is no JSON") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			l.run(t, l.session(t), "spark", "CREATE DATABASE d; CREATE TABLE d.t AS SELECT 1 AS x; CREATE TABLE d.u AS SELECT 2 AS x", nil)
			paths, err := filepath.Glob(filepath.Join(l.dir, "warehouse/d.db/t", tc.pattern))
			require.NoError(t, err)
			require.NotEmpty(t, paths)
			for _, p := range paths {
				require.NoError(t, tc.damage(p))
			}
			again := lakeAt(t, l.dir, duck.Options{}) // nothing in caches
			s := again.session(t)
			for _, text := range []string{"SELECT * FROM d.t", "CREATE TABLE d.v AS SELECT * FROM d.t"} {
				_, err = s.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
				p, ok := problem.As(err)
				require.True(t, ok, "%v", err)
				require.Equal(t, tc.code, p.Code, p.Report("en"))
				require.NotNil(t, p.Span)
			}
			require.Equal(t, []string{"2"}, again.lines(t, s, "spark", "SELECT * FROM d.u"))
			_, err = os.Stat(filepath.Join(l.dir, "warehouse/d.db/v"))
			require.ErrorIs(t, err, fs.ErrNotExist)
			again.run(t, s, "spark", "DROP TABLE d.u", nil)
		})
	}
}
