package session_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/duck/udf"
	"laketop/engine/fileio/local"
	"laketop/engine/rowtext"
	"laketop/engine/session"
	"laketop/engine/source"
)

const zone = "Asia/Shanghai"

// lake is an engine over a fresh warehouse.
type lake struct {
	dir     string
	db      *duck.DB
	catalog catalog.Catalog
	cfg     session.Config
}

func newLake(tb testing.TB) *lake {
	tb.Helper()
	l := &lake{dir: tb.TempDir()}
	for _, d := range []string{"warehouse", "views"} {
		require.NoError(tb, os.MkdirAll(filepath.Join(l.dir, d), 0o755))
	}
	sample, err := filepath.Abs("testdata/sample")
	require.NoError(tb, err)
	l.db, err = duck.Open(context.Background(), duck.Options{Roots: []string{l.dir, sample}, Register: udf.Register})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, l.db.Close()) })
	warehouse, err := local.New(filepath.Join(l.dir, "warehouse"))
	require.NoError(tb, err)
	views, err := local.New(filepath.Join(l.dir, "views"))
	require.NoError(tb, err)
	l.catalog = filesystem.Open(warehouse, time.Now)
	l.cfg = session.Config{
		DB: l.db, Catalogs: map[string]catalog.Catalog{"paimon": l.catalog, "paimon_catalog": l.catalog}, Default: "paimon",
		Views: session.NewViews(views), Sources: source.New(source.Options{Dir: l.dir}), Dir: l.dir, TimeZone: zone, Now: time.Now,
	}
	return l
}

func (l *lake) session(tb testing.TB) *session.Session {
	tb.Helper()
	s, err := session.Open(context.Background(), l.cfg)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

// run runs a text and fails the test on its first error.
func (l *lake) run(tb testing.TB, s *session.Session, dialect, text string, params map[string]string) []session.StatementResult {
	tb.Helper()
	out, err := s.Run(context.Background(), session.Request{Dialect: dialect, Text: text, Params: params}, nil)
	if err != nil {
		last := out[len(out)-1]
		require.NoError(tb, err, "DuckDB text:\n%s", last.DuckSQL)
	}
	return out
}

// rows prints a result as Spark's shell does, sorted unless it is ordered.
func (l *lake) rows(tb testing.TB, r *duck.Result, ordered bool) [][]*string {
	tb.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(tb, err)
	var rows [][]*string
	for int64(len(rows)) < r.Rows {
		page, err := l.db.Results().Page(context.Background(), r.ID, int64(len(rows)), 20_000, "")
		require.NoError(tb, err)
		more, err := rowtext.Printer{Dialect: "spark", Zone: loc}.Stream(page)
		require.NoError(tb, err)
		require.NotEmpty(tb, more)
		rows = append(rows, more...)
	}
	if !ordered {
		sort.Slice(rows, func(i, j int) bool { return less(rows[i], rows[j]) })
	}
	return rows
}

func less(a, b []*string) bool {
	return slices.CompareFunc(a, b, func(x, y *string) int {
		switch {
		case x == nil && y == nil:
			return 0
		case x == nil:
			return -1
		case y == nil:
			return 1
		}
		return strings.Compare(*x, *y)
	}) < 0
}

// golden is what real Spark answered: see testdata/oracle.py.
type golden struct {
	Name    string             `json:"name"`
	Ordered bool               `json:"ordered"`
	Result  *answer            `json:"result"`
	Tables  map[string]*answer `json:"tables"`
}

type answer struct {
	Schema [][]string  `json:"schema"`
	Count  int         `json:"count"`
	Rows   [][]*string `json:"rows"`
	SHA256 string      `json:"sha256"`
	Some   [][]*string `json:"some"`
}

func readGolden(tb testing.TB, name string) golden {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/golden", name+".json"))
	require.NoError(tb, err)
	var g golden
	require.NoError(tb, json.Unmarshal(data, &g))
	return g
}

// same requires Spark's rows and types.
func (l *lake) same(tb testing.TB, want *answer, r *duck.Result, ordered bool) {
	tb.Helper()
	require.NotNil(tb, r)
	var types, wantTypes [][]string
	for i, c := range r.Columns {
		types = append(types, []string{c.Name, c.Type.Spark()})
		if i < len(want.Schema) {
			wantTypes = append(wantTypes, want.Schema[i][:2])
		}
	}
	require.Equal(tb, wantTypes, types)
	rows := l.rows(tb, r, ordered)
	require.Len(tb, rows, want.Count)
	if want.SHA256 == "" {
		require.Equal(tb, text(want.Rows), text(rows))
		return
	}
	for _, some := range want.Some {
		require.Contains(tb, text(rows), text([][]*string{some})[0])
	}
	require.Equal(tb, want.SHA256, sum(tb, rows))
}

func text(rows [][]*string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		cells := make([]string, len(r))
		for j, c := range r {
			cells[j] = "NULL"
			if c != nil {
				cells[j] = "‹" + *c + "›"
			}
		}
		out[i] = strings.Join(cells, " ")
	}
	return out
}

// sum is the oracle's checksum: sorted rows as compact JSON, a line each.
func sum(tb testing.TB, rows [][]*string) string {
	tb.Helper()
	h := sha256.New()
	for _, r := range rows {
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		require.NoError(tb, enc.Encode(r))
		h.Write([]byte(b.String()))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// seedsDir is where the articles' own statements stand, "" if nowhere.
func seedsDir() string {
	for _, dir := range []string{os.Getenv("LAKETOP_SEEDS"), "../../../shared/seeds/sql"} {
		if _, err := os.Stat(filepath.Join(dir, "000-2-dwd.spark.sql")); dir != "" && err == nil {
			return dir
		}
	}
	return ""
}

// notebookCell is a SQL cell of the shipped notebook.
type notebookCell struct{ name, text string }

func notebookCells(tb testing.TB) []notebookCell {
	tb.Helper()
	data, err := os.ReadFile("../../notebooks/game_etl.ipynb")
	require.NoError(tb, err)
	var doc struct {
		Cells []struct {
			Type     string   `json:"cell_type"`
			Source   []string `json:"source"`
			Metadata struct {
				Laketop struct {
					Name string `json:"name"`
					Kind string `json:"kind"`
				} `json:"laketop"`
			} `json:"metadata"`
		} `json:"cells"`
	}
	require.NoError(tb, json.Unmarshal(data, &doc))
	var out []notebookCell
	for _, c := range doc.Cells {
		source := strings.Join(c.Source, "")
		if c.Type == "code" && c.Metadata.Laketop.Kind == "" && !strings.HasPrefix(source, "%%") {
			out = append(out, notebookCell{c.Metadata.Laketop.Name, source})
		}
	}
	return out
}

func samplePath(tb testing.TB) string {
	tb.Helper()
	p, err := filepath.Abs("testdata/sample")
	require.NoError(tb, err)
	return p
}

// TestNotebookGivesSparksAnswers runs the shipped notebook over the small
// sample and compares every table and every result with real Spark's.
func TestNotebookGivesSparksAnswers(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.notebook(t, s)
	for _, c := range notebookCells(t) {
		file := "notebook-" + c.name
		if _, err := os.Stat("testdata/golden/" + file + ".json"); err != nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			g := readGolden(t, file)
			out := l.run(t, s, "spark", c.text, map[string]string{"source": samplePath(t), "catalog": "paimon", "time_zone": zone})
			if g.Result != nil {
				l.same(t, g.Result, out[len(out)-1].Result, g.Ordered)
			}
			for name, want := range g.Tables {
				l.sameTable(t, s, name, want)
			}
		})
	}
}

// notebook runs every cell once.
func (l *lake) notebook(tb testing.TB, s *session.Session) {
	tb.Helper()
	for _, c := range notebookCells(tb) {
		l.run(tb, s, "spark", c.text, map[string]string{"source": samplePath(tb), "catalog": "paimon", "time_zone": zone})
	}
}

// sameTable compares a table's rows, its Spark types and its types in the lake.
func (l *lake) sameTable(tb testing.TB, s *session.Session, name string, want *answer) {
	tb.Helper()
	out := l.run(tb, s, "spark", "SELECT * FROM "+name, nil)
	l.same(tb, want, out[0].Result, false)
	db, table, _ := strings.Cut(name, ".")
	got, err := l.catalog.Table(context.Background(), catalog.Identifier{Database: db, Table: table})
	require.NoError(tb, err)
	var have, expected []string
	for i, f := range got.Schema().Fields {
		have = append(have, f.Name+" "+f.Type.Nullable().String())
		if i < len(want.Schema) {
			expected = append(expected, want.Schema[i][0]+" "+want.Schema[i][2])
		}
	}
	require.Equal(tb, expected, have)
}

var _ = datatype.Type{}

// TestVariantsGiveSparksAnswers runs the variants of the seeds' statements.
func TestVariantsGiveSparksAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/variants/*.sql")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 50)
	l := newLake(t)
	l.notebook(t, l.session(t))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		t.Run(name, func(t *testing.T) {
			g := readGolden(t, name)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			s := l.session(t)
			out := l.run(t, s, "spark", string(data), nil)
			if g.Result != nil {
				l.same(t, g.Result, out[len(out)-1].Result, g.Ordered)
			}
			for table, want := range g.Tables {
				l.sameTable(t, s, table, want)
			}
		})
	}
}

// TestSeedsRunUnchanged runs the article's own statements as they are printed.
func TestSeedsRunUnchanged(t *testing.T) {
	dir := seedsDir()
	if dir == "" {
		t.Skip("the seeds are not beside this checkout: set LAKETOP_SEEDS")
	}
	l := newLake(t)
	s := l.session(t)
	l.notebook(t, s)
	for _, name := range []string{"000-2-dwd", "000-3-ads"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name+".spark.sql"))
			require.NoError(t, err)
			l.run(t, s, "spark", string(data), nil)
			for table, want := range readGolden(t, "seed-"+name).Tables {
				l.sameTable(t, s, table, want)
			}
		})
	}
	t.Run("000-4-serve", func(t *testing.T) {
		data, err := os.ReadFile(filepath.Join(dir, "000-4-serve.starrocks.sql"))
		require.NoError(t, err)
		out := l.run(t, s, "starrocks", string(data), nil)
		require.Len(t, out, 5)
		for _, r := range out {
			require.Positive(t, r.Result.Rows, r.SQL)
		}
	})
}
