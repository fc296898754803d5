package session_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/duck"
	"laketop/engine/session"
)

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
	if !testing.Short() {
		l.notebook(t, s) // what follows runs over the tables that are there
	}
	for _, c := range notebookCells(t) {
		file := "notebook-" + c.name
		if _, err := os.Stat("testdata/golden/" + file + ".json"); err != nil {
			l.cell(t, s, c)
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			g := readGolden(t, file)
			out := l.cell(t, s, c)
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
		l.cell(tb, s, c)
	}
}

// cell runs one cell over the small sample.
func (l *lake) cell(tb testing.TB, s *session.Session, c notebookCell) []session.StatementResult {
	tb.Helper()
	return l.run(tb, s, "spark", c.text, etlParams(samplePath(tb)))
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

// TestVariantsGiveSparksAnswers runs the variants of the seeds' statements.
func TestVariantsGiveSparksAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/variants/*.sql")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 50)
	l := newLake(t)
	l.notebook(t, l.session(t))
	for i, file := range files {
		if i%long(1, 4) > 0 {
			continue
		}
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
	if testing.Short() {
		t.Skip("the notebook is nearly the same and runs under -short")
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
