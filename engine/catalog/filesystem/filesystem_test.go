package filesystem_test

import (
	"errors"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/catalog/catalogtest"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/local"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
)

func noon() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }

func TestConformance(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		catalogtest.Run(t, func(*testing.T) catalog.Catalog { return filesystem.Open(mem.New(), noon) })
	})
	t.Run("disk", func(t *testing.T) {
		catalogtest.Run(t, func(t *testing.T) catalog.Catalog {
			f, err := local.New(t.TempDir())
			require.NoError(t, err)
			return filesystem.Open(f, noon)
		})
	})
}

var table = catalog.Identifier{Database: "db", Table: "t"}

func open(t *testing.T, io fileio.FileIO) *filesystem.Catalog {
	c := filesystem.Open(io, noon)
	if err := c.CreateDatabase(t.Context(), "db"); !errors.Is(err, catalog.ErrDatabaseExists) {
		require.NoError(t, err)
	}
	return c
}

func TestForeignFoldersAreNoTables(t *testing.T) {
	m := mem.New()
	c := open(t, m)
	for _, p := range []string{"db.db/notes/readme", "db.db/file", "db.db/.hidden/schema/schema-0", "db.db/empty/schema/other", "loose/schema/schema-0", ".db/x/y", "file.db"} {
		require.NoError(t, m.Create(t.Context(), p, nil))
	}
	got, err := c.Tables(t.Context(), "db")
	require.NoError(t, err)
	require.Empty(t, got)
	dbs, err := c.Databases(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"db"}, dbs)
	require.ErrorContains(t, c.DropDatabase(t.Context(), "db", false), "it holds empty")
	require.NoError(t, m.Create(t.Context(), "db.db/ruin/snapshot/snapshot-3", nil))
	ruins, err := c.WithoutSchema(t.Context(), "db")
	require.NoError(t, err)
	require.Equal(t, []string{"ruin"}, ruins, "what is left of a table")
}

// Other engines take a folder with schema/schema-0 for a table, so a hidden one
// must lie deeper than they look.
func TestStagedTableIsHiddenFromOtherEngines(t *testing.T) {
	m := mem.New()
	s, err := open(t, m).Stage(t.Context(), table, catalogtest.Schema(t))
	require.NoError(t, err)
	require.Equal(t, "t", path.Base(s.Table().Dir()))
	require.Equal(t, 3, strings.Count(s.Table().Dir(), "/"))
	require.True(t, strings.HasPrefix(s.Table().Dir(), "db.db/.laketop/stage-"))
}

func TestCleanRemovesWhatIsOld(t *testing.T) {
	m := mem.New() // its clock starts at 1970
	c := open(t, m)
	s, err := c.Stage(t.Context(), table, catalogtest.Schema(t))
	require.NoError(t, err)
	for _, p := range []string{"db.db/.laketop/drop-1/x/f", ".laketop/drop-2/old.db/t/f", "db.db/.laketop/other", "db.db/.laketop/note/f"} {
		require.NoError(t, m.Create(t.Context(), p, nil))
	}
	age := noon().Sub(time.UnixMilli(0)) + time.Hour
	got, err := c.Clean(t.Context(), age)
	require.NoError(t, err)
	require.Empty(t, got, "all of it is younger")
	got, err = c.Clean(t.Context(), 24*time.Hour)
	require.NoError(t, err)
	require.Equal(t, []string{".laketop/drop-2", "db.db/.laketop/drop-1", path.Dir(s.Table().Dir())}, got)
	got, err = c.Clean(t.Context(), 24*time.Hour)
	require.NoError(t, err)
	require.Empty(t, got)
}

// A table is absent or whole at any moment of a CTAS that is killed or fails.
func TestStageIsAllOrNothing(t *testing.T) {
	for name, rule := range map[string]func(int) faultio.Rule{
		"killed before": faultio.Crash, "killed after": faultio.CrashAfter,
		"fails": func(n int) faultio.Rule { return faultio.Nth(n, errors.New("disk")) },
		"lost":  func(n int) faultio.Rule { return faultio.Lost(n, errors.New("disk")) },
	} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				m := mem.New()
				f := faultio.New(m)
				c := open(t, f)
				struck := false
				r := rule(n)
				f.Fail(func(o faultio.Op) *faultio.Fault {
					got := r(o)
					struck = struck || got != nil
					return got
				})
				err := ctas(t, c)
				f.Fail(nil)
				after := filesystem.Open(m, noon)
				got, openErr := after.Table(t.Context(), table)
				if openErr == nil {
					last, err := got.Latest(t.Context())
					require.NoError(t, err)
					require.NotNil(t, last, "effect %d: a schema without rows", n)
				} else {
					require.ErrorIs(t, openErr, catalog.ErrNoTable)
					require.Error(t, err, "effect %d", n)
				}
				_, err = after.Clean(t.Context(), 0)
				require.NoError(t, err)
				if openErr != nil {
					require.NoError(t, ctas(t, after), "running again mends it")
				}
				for _, p := range m.Paths() {
					require.NotContains(t, p, "stage-")
				}
				if !struck {
					return
				}
			}
		})
	}
}

func ctas(t *testing.T, c catalog.Catalog) error {
	s, err := c.Stage(t.Context(), table, catalogtest.Schema(t))
	if err != nil {
		return err
	}
	defer func() { _ = s.Abort(t.Context()) }()
	if _, err := s.Table().Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}}); err != nil {
		return err
	}
	_, err = s.Publish(t.Context())
	return err
}

// A dropped table vanishes in one step, whatever happens to its files.
func TestDropIsOneStep(t *testing.T) {
	m := mem.New()
	f := faultio.New(m)
	c := open(t, f)
	require.NoError(t, ctas(t, c))
	f.Fail(faultio.On("remove", "", faultio.Nth(1, errors.New("disk"))))
	require.Error(t, c.DropTable(t.Context(), table))
	f.Fail(nil)
	got, err := c.Tables(t.Context(), "db")
	require.NoError(t, err)
	require.Empty(t, got)
	require.NoError(t, ctas(t, c))
	removed, err := c.Clean(t.Context(), 0)
	require.NoError(t, err)
	require.Len(t, removed, 1)
	got, err = c.Tables(t.Context(), "db")
	require.NoError(t, err)
	require.Equal(t, []string{"t"}, got)
}
