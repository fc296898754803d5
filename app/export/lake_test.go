package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/dashboard"
	"laketop/app/export"
	"laketop/engine/catalog"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/duck"
	"laketop/engine/duck/udf"
	"laketop/engine/fileio/local"
	"laketop/engine/session"
	"laketop/engine/source"
	"laketop/sampledata"
)

// realLake is a session over a warehouse in dir.
type realLake struct {
	db *duck.DB
	s  *session.Session
}

func openLake(t testing.TB, dir string) realLake {
	t.Helper()
	ctx := context.Background()
	for _, d := range []string{"warehouse", "views"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	db, err := duck.Open(ctx, duck.Options{Roots: []string{dir}, Register: udf.Register})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	warehouse, err := local.New(filepath.Join(dir, "warehouse"))
	require.NoError(t, err)
	views, err := local.New(filepath.Join(dir, "views"))
	require.NoError(t, err)
	s, err := session.Open(ctx, session.Config{
		DB: db, Catalogs: map[string]catalog.Catalog{"paimon": filesystem.Open(warehouse, time.Now)}, Default: "paimon",
		Views: session.NewViews(views), Sources: source.New(source.Options{Dir: dir}), Dir: dir, TimeZone: "Asia/Shanghai", Now: time.Now,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return realLake{db, s}
}

// run stops at the first error.
func (l realLake) run(ctx context.Context, dialect, text string, params map[string]string) (session.StatementResult, error) {
	results, err := l.s.Run(ctx, session.Request{Dialect: dialect, Text: text, Params: params}, nil)
	if err != nil {
		return session.StatementResult{}, err
	}
	last := results[len(results)-1]
	return last, last.Err
}

// Chart is dashboard.Querier over the session.
func (l realLake) Chart(ctx context.Context, dialect, sql string, params map[string]string, maxRows int) (dashboard.ChartTable, []dashboard.SnapshotRef, error) {
	r, err := l.run(ctx, dialect, sql, params)
	if err != nil {
		return dashboard.ChartTable{}, nil, err
	}
	table, err := l.db.Results().ChartTable(ctx, l.s.Conn(), r.Result.ID, maxRows)
	if err != nil {
		return dashboard.ChartTable{}, nil, err
	}
	out := dashboard.ChartTable{Rows: table.Rows, Truncated: table.Truncated}
	for _, c := range table.Columns {
		out.Columns = append(out.Columns, dashboard.ChartColumn(c))
	}
	var refs []dashboard.SnapshotRef
	for _, v := range r.Reads {
		refs = append(refs, dashboard.SnapshotRef(v))
	}
	return out, refs, nil
}

// etl runs the cells of the shipped notebook that make tables.
func (l realLake) etl(t testing.TB, sample string) {
	t.Helper()
	b, err := os.ReadFile("../../notebooks/game_etl.ipynb")
	require.NoError(t, err)
	var doc struct {
		Cells []struct {
			Type     string   `json:"cell_type"`
			Source   []string `json:"source"`
			Metadata struct {
				Laketop struct{ Name, Kind string } `json:"laketop"`
			} `json:"metadata"`
		} `json:"cells"`
	}
	require.NoError(t, json.Unmarshal(b, &doc))
	for _, c := range doc.Cells {
		text := strings.Join(c.Source, "")
		name := c.Metadata.Laketop.Name
		if c.Type != "code" || strings.HasPrefix(text, "%%") || (name != "session" && !strings.HasPrefix(name, "ods_") && !strings.HasPrefix(name, "dwd_") && !strings.HasPrefix(name, "ads_")) {
			continue
		}
		_, err := l.run(t.Context(), "spark", text, map[string]string{"source": sample, "catalog": "paimon", "time_zone": "Asia/Shanghai"})
		require.NoError(t, err, name)
	}
}

// The shipped dashboard, on the tables that the shipped notebook makes of a
// sample, has an answer in every dataset.
func TestTheShippedDashboardRunsOnTheShippedLake(t *testing.T) {
	dir := t.TempDir()
	sample := filepath.Join(dir, "sample")
	_, err := sampledata.Generate(t.Context(), sample, sampledata.Options{Users: 3000, Days: 20, Seed: 7}, nil)
	require.NoError(t, err)
	l := openLake(t, dir)

	b, err := os.ReadFile("../../notebooks/dashboards/game.yaml")
	require.NoError(t, err)
	doc, err := dashboard.Parse("game", b)
	require.NoError(t, err)
	before, err := doc.Run(t.Context(), l, nil)
	require.NoError(t, err, "a lake without tables is told on the tiles")
	for name, d := range before.Datasets {
		require.ErrorContains(t, d.Err, "does not exist", name)
	}

	l.etl(t, sample)
	data, err := doc.Run(t.Context(), l, nil)
	require.NoError(t, err)
	for name, d := range data.Datasets {
		require.NoError(t, d.Err, name)
		require.NotZero(t, d.Table.Rows, name)
		require.NotEmpty(t, d.Reads, name)
	}
	require.Equal(t, 20, data.Datasets["retention"].Table.Rows)
	d1 := data.Datasets["retention"].Table.Column("d1").Values
	require.NotNil(t, d1[18])
	require.Nil(t, d1[19], "the last day is not complete")
	require.Len(t, data.Datasets["hours"].Table.Columns[0].Values, 24)

	week, err := doc.Run(t.Context(), l, map[string]string{"period": "last-7-days"})
	require.NoError(t, err)
	require.Equal(t, 7, week.Datasets["retention"].Table.Rows)
	require.Equal(t, 14, week.Datasets["daily"].Table.Rows)

	picture, err := common(t).Render(t.Context(), doc, week, export.Options{Format: export.SVG})
	require.NoError(t, err)
	requireText(t, picture, "vs prev. 7 d")
	require.False(t, bytes.Contains(picture, []byte("could not be drawn")))
	if out := os.Getenv("LAKETOP_LOOK"); out != "" {
		r := common(t)
		for name, o := range map[string]export.Options{"real-en.png": {}, "real-zh.png": {Language: "zh-CN", Theme: "dark"}} {
			b, err := r.Render(t.Context(), doc, data, o)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(out, name), b, 0o644))
		}
	}
}
