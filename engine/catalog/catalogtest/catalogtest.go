// Package catalogtest is the conformance suite that every catalog.Catalog
// passes.
//
// To add a kind of catalog: call Run from its test with a function that makes a
// fresh, empty one.
package catalogtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Run holds the catalog that fresh makes to the contract of package catalog.
func Run(t *testing.T, fresh func(t *testing.T) catalog.Catalog) {
	t.Helper()
	for name, rule := range map[string]func(*testing.T, catalog.Catalog){
		"databases come and go":                    testDatabases,
		"tables come and go":                       testTables,
		"names resolve exactly, else without case": testNames,
		"two candidates are both named":            testAmbiguous,
		"dangerous names are refused":              testBadNames,
		"what is missing is suggested":             testSuggestions,
		"a staged table appears whole":             testStage,
		"an aborted table leaves nothing":          testAbort,
		"one of two stagers wins":                  testStageRace,
		"one of many creators wins":                testCreateRace,
		"a dropped table can be made again":        testDropAndCreate,
		"a renamed table keeps what it holds":      testRename,
		"what cannot be written is not made":       testRefusedTables,
	} {
		t.Run(name, func(t *testing.T) { rule(t, fresh(t)) })
	}
}

// Schema is a small table's, for tests.
func Schema(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.New([]datatype.Field{
		datatype.NewField("dt", datatype.StringType()), datatype.NewField("v", datatype.Of(datatype.Int)),
	}, []string{"dt"}, nil, nil, "", 0)
	require.NoError(t, err)
	return s
}

func id(database, table string) catalog.Identifier {
	return catalog.Identifier{Database: database, Table: table}
}

func database(t *testing.T, c catalog.Catalog, names ...string) {
	t.Helper()
	for _, n := range names {
		require.NoError(t, c.CreateDatabase(t.Context(), n))
	}
}

func table(t *testing.T, c catalog.Catalog, db, name string) *paimon.Table {
	t.Helper()
	tb, err := c.CreateTable(t.Context(), id(db, name), Schema(t))
	require.NoError(t, err)
	return tb
}

func requireTables(t *testing.T, c catalog.Catalog, db string, want ...string) {
	t.Helper()
	got, err := c.Tables(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func testDatabases(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	got, err := c.Databases(ctx)
	require.NoError(t, err)
	require.Empty(t, got)
	database(t, c, "game_db", "游戏")
	require.ErrorIs(t, c.CreateDatabase(ctx, "game_db"), catalog.ErrDatabaseExists)
	require.ErrorIs(t, c.CreateDatabase(ctx, "GAME_DB"), catalog.ErrDatabaseExists)
	got, err = c.Databases(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"game_db", "游戏"}, got)
	table(t, c, "game_db", "t")
	err = c.DropDatabase(ctx, "game_db", false)
	require.ErrorContains(t, err, "is not empty: it holds t")
	requireTables(t, c, "game_db", "t")
	require.NoError(t, c.DropDatabase(ctx, "Game_db", true))
	require.NoError(t, c.DropDatabase(ctx, "游戏", false))
	require.ErrorIs(t, c.DropDatabase(ctx, "game_db", true), catalog.ErrNoDatabase)
	got, err = c.Databases(ctx)
	require.NoError(t, err)
	require.Empty(t, got)
	_, err = c.Tables(ctx, "game_db")
	require.ErrorIs(t, err, catalog.ErrNoDatabase)
}

func testTables(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	_, err := c.CreateTable(ctx, id("db", "t"), Schema(t))
	require.ErrorIs(t, err, catalog.ErrNoDatabase)
	database(t, c, "db")
	requireTables(t, c, "db")
	made := table(t, c, "db", "Orders")
	require.Equal(t, id("db", "Orders"), made.Identifier())
	require.Equal(t, []string{"dt"}, made.Schema().PartitionKeys)
	table(t, c, "db", "表")
	requireTables(t, c, "db", "Orders", "表")
	_, err = c.CreateTable(ctx, id("db", "Orders"), Schema(t))
	require.ErrorIs(t, err, catalog.ErrTableExists)
	_, err = c.CreateTable(ctx, id("db", "orders"), Schema(t))
	require.ErrorIs(t, err, catalog.ErrTableExists, "no engine here could tell the two apart")
	require.NoError(t, c.DropTable(ctx, id("db", "orders")))
	require.ErrorIs(t, c.DropTable(ctx, id("db", "Orders")), catalog.ErrNoTable)
	_, err = c.Table(ctx, id("db", "Orders"))
	require.ErrorIs(t, err, catalog.ErrNoTable)
	requireTables(t, c, "db", "表")
}

func testNames(t *testing.T, c catalog.Catalog) {
	database(t, c, "Game_DB")
	table(t, c, "game_db", "DWD_User")
	for _, n := range []catalog.Identifier{id("Game_DB", "DWD_User"), id("game_db", "dwd_user"), id("GAME_DB", "DWD_USER")} {
		got, err := c.Table(t.Context(), n)
		require.NoError(t, err)
		require.Equal(t, id("Game_DB", "DWD_User"), got.Identifier())
	}
}

// testAmbiguous makes names that differ in case only through Stage, which looks
// before the other is there.
func testAmbiguous(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db")
	a, err := c.Stage(ctx, id("db", "Orders"), Schema(t))
	require.NoError(t, err)
	b, err := c.Stage(ctx, id("db", "orders"), Schema(t))
	require.NoError(t, err)
	for _, s := range []catalog.Staged{a, b} {
		if _, err := s.Publish(ctx); err != nil {
			require.ErrorIs(t, err, catalog.ErrTableExists, "a catalog may keep them apart by itself")
			require.NoError(t, s.Abort(ctx))
			return
		}
	}
	got, err := c.Table(ctx, id("db", "orders"))
	require.NoError(t, err)
	require.Equal(t, "orders", got.Identifier().Table)
	_, err = c.Table(ctx, id("db", "ORDERS"))
	require.ErrorContains(t, err, "Orders, orders")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "table.ambiguous_name", p.Code)
}

func testBadNames(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db")
	for _, n := range []string{
		"", " ", ".", "..", "../x", "a/b", `a\b`, "a\x00b", "a\nb", "t$snapshots", "$", ".hidden", "end.", " t", "t ",
		"C:", "a*b", "a?b", "a[1]", "{a}", "a|b", "a<b>", `a"b`, "\xff", strings.Repeat("名", 100), "..%2f/..",
	} {
		require.ErrorContains(t, c.CreateDatabase(ctx, n), "cannot be the name", "%q", n)
		_, err := c.CreateTable(ctx, id("db", n), Schema(t))
		require.ErrorContains(t, err, "cannot be the name", "%q", n)
		_, err = c.Stage(ctx, id("db", n), Schema(t))
		require.ErrorContains(t, err, "cannot be the name", "%q", n)
		_, err = c.Table(ctx, id("db", n))
		require.ErrorIs(t, err, catalog.ErrNoTable, "%q", n)
		_, err = c.Table(ctx, id(n, "t"))
		require.ErrorIs(t, err, catalog.ErrNoDatabase, "%q", n)
		require.Error(t, c.DropTable(ctx, id("db", n)), "%q", n)
		require.Error(t, c.DropDatabase(ctx, n, true), "%q", n)
	}
	for _, n := range []string{"sys", "SYS"} {
		require.ErrorContains(t, c.CreateDatabase(ctx, n), "reserved")
	}
	for _, n := range []string{"a b", "a.b", "数据-1", "100%", "x'y", "a%2Fb", "sys", "branch_1", strings.Repeat("x", 200)} {
		tb := table(t, c, "db", n)
		require.Equal(t, n, tb.Identifier().Table)
	}
}

func testSuggestions(t *testing.T, c catalog.Catalog) {
	database(t, c, "game_db")
	table(t, c, "game_db", "dwd_user_event")
	_, err := c.Table(t.Context(), id("game_db", "dwd_user_evnt"))
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "sql.unknown_table", p.Code)
	require.Equal(t, []string{"dwd_user_event"}, p.Suggestions)
	_, err = c.Tables(t.Context(), "gamedb")
	p, ok = problem.As(err)
	require.True(t, ok)
	require.Equal(t, []string{"game_db"}, p.Suggestions)
}

// fill commits an overwrite, so that the staged table has a snapshot.
func fill(t *testing.T, tb *paimon.Table) {
	t.Helper()
	_, err := tb.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
	require.NoError(t, err)
}

func testStage(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db")
	s, err := c.Stage(ctx, id("DB", "ads"), Schema(t))
	require.NoError(t, err)
	fill(t, s.Table())
	requireTables(t, c, "db")
	_, err = c.Table(ctx, id("db", "ads"))
	require.ErrorIs(t, err, catalog.ErrNoTable)
	require.Equal(t, id("db", "ads"), s.Table().Identifier())
	got, err := s.Publish(ctx)
	require.NoError(t, err)
	requireTables(t, c, "db", "ads")
	plan, err := got.Plan(ctx, scan.Options{})
	require.NoError(t, err)
	require.EqualValues(t, 1, plan.SnapshotID())
	require.NoError(t, s.Abort(ctx), "after Publish it does nothing")
	requireTables(t, c, "db", "ads")
	_, err = s.Publish(ctx)
	require.Error(t, err)
	other, err := c.Stage(ctx, id("db", "ADS"), Schema(t))
	require.NoError(t, err, "a replacement is staged while the old table stands")
	_, err = other.Publish(ctx)
	require.ErrorIs(t, err, catalog.ErrTableExists)
	require.NoError(t, other.Abort(ctx))
	require.NoError(t, c.DropTable(ctx, id("db", "ads")))
	require.NoError(t, c.DropDatabase(ctx, "db", false), "nothing hidden is in the way")
}

func testAbort(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db")
	s, err := c.Stage(ctx, id("db", "t"), Schema(t))
	require.NoError(t, err)
	fill(t, s.Table())
	require.NoError(t, s.Abort(ctx))
	require.NoError(t, s.Abort(ctx))
	_, err = s.Publish(ctx)
	require.Error(t, err)
	requireTables(t, c, "db")
	table(t, c, "db", "t")
}

func testStageRace(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db")
	a, err := c.Stage(ctx, id("db", "t"), Schema(t))
	require.NoError(t, err)
	b, err := c.Stage(ctx, id("db", "t"), Schema(t))
	require.NoError(t, err)
	fill(t, a.Table())
	_, err = a.Publish(ctx)
	require.NoError(t, err)
	_, err = b.Publish(ctx)
	require.ErrorIs(t, err, catalog.ErrTableExists)
	require.NoError(t, b.Abort(ctx))
	got, err := c.Table(ctx, id("db", "t"))
	require.NoError(t, err)
	last, err := got.Latest(ctx)
	require.NoError(t, err)
	require.NotNil(t, last, "the first one stands")

	d, err := c.Stage(ctx, id("db", "u"), Schema(t))
	require.NoError(t, err)
	table(t, c, "db", "u")
	_, err = d.Publish(ctx)
	require.ErrorIs(t, err, catalog.ErrTableExists)
	require.NoError(t, c.DropTable(ctx, id("db", "u")))
	_, err = d.Publish(ctx)
	require.NoError(t, err, "a lost publication may be tried again")
}

func testCreateRace(t *testing.T, c catalog.Catalog) {
	database(t, c, "db")
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { _, errs[i] = c.CreateTable(t.Context(), id("db", "t"), Schema(t)) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, catalog.ErrTableExists)
	}
	require.Equal(t, 1, won)
}

// A table that is made again has nothing of the one before: caches go by names
// that are never used twice.
func testDropAndCreate(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db")
	for i := range 5 {
		s, err := schema.New([]datatype.Field{datatype.NewField(fmt.Sprintf("c%d", i), datatype.Of(datatype.Int))}, nil, nil, nil, "", 0)
		require.NoError(t, err)
		made, err := c.CreateTable(ctx, id("db", "t"), s)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("c%d", i), made.Schema().Fields[0].Name)
		last, err := made.Latest(ctx)
		require.NoError(t, err)
		require.Nil(t, last)
		fill(t, made)
		require.NoError(t, c.DropTable(ctx, id("db", "t")))
	}
}

func testRename(t *testing.T, c catalog.Catalog) {
	ctx := t.Context()
	database(t, c, "db", "other")
	fill(t, table(t, c, "db", "t"))
	table(t, c, "db", "taken")
	_, _, err := c.RenameTable(ctx, id("db", "t"), id("db", "Taken"))
	require.ErrorIs(t, err, catalog.ErrTableExists)
	_, _, err = c.RenameTable(ctx, id("db", "none"), id("db", "u"))
	require.ErrorIs(t, err, catalog.ErrNoTable)
	_, _, err = c.RenameTable(ctx, id("db", "t"), id("nowhere", "u"))
	require.ErrorIs(t, err, catalog.ErrNoDatabase)
	_, _, err = c.RenameTable(ctx, id("db", "t"), id("db", "a/b"))
	require.Error(t, err)
	was, is, err := c.RenameTable(ctx, id("DB", "T"), id("OTHER", "u"))
	require.NoError(t, err)
	require.Equal(t, id("db", "t"), was)
	require.Equal(t, id("other", "u"), is)
	requireTables(t, c, "db", "taken")
	moved, err := c.Table(ctx, is)
	require.NoError(t, err)
	last, err := moved.Latest(ctx)
	require.NoError(t, err)
	require.NotNil(t, last)
	_, is, err = c.RenameTable(ctx, is, id("other", "U"))
	require.NoError(t, err)
	require.Equal(t, id("other", "U"), is)
	requireTables(t, c, "other", "U")
	fill(t, table(t, c, "db", "t"))
}

func testRefusedTables(t *testing.T, c catalog.Catalog) {
	database(t, c, "db")
	for name, tc := range map[string]struct {
		primary []string
		options map[string]string
		want    string
	}{
		"dynamic buckets": {[]string{"v"}, nil, "does not write them"},
		"another file":    {nil, map[string]string{"file.format": "orc"}, "orc"},
	} {
		s, err := schema.New([]datatype.Field{datatype.NewField("v", datatype.Of(datatype.Int))}, nil, tc.primary, tc.options, "", 0)
		require.NoError(t, err)
		_, err = c.CreateTable(t.Context(), id("db", "t"), s)
		require.ErrorContains(t, err, tc.want, name)
		_, err = c.Stage(t.Context(), id("db", "t"), s)
		require.ErrorContains(t, err, tc.want, name)
	}
	requireTables(t, c, "db")
	require.NoError(t, c.DropDatabase(t.Context(), "db", false))
}
