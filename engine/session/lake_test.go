package session_test

import (
	"context"
	"maps"
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
	"laketop/engine/duck"
	"laketop/engine/duck/udf"
	"laketop/engine/fileio/local"
	"laketop/engine/notice"
	"laketop/engine/problem"
	"laketop/engine/rowtext"
	"laketop/engine/session"
	"laketop/engine/source"
)

const zone = "Asia/Shanghai"

// lake is an engine over a workspace.
type lake struct {
	dir     string
	db      *duck.DB
	catalog catalog.Catalog
	cfg     session.Config
}

// newLake is an engine over a fresh workspace, which may read the small sample.
func newLake(tb testing.TB) *lake {
	tb.Helper()
	return lakeAt(tb, tb.TempDir(), duck.Options{}, samplePath(tb))
}

// lakeAt is an engine over the workspace in dir, which may be there already;
// roots are further folders that it may read.
func lakeAt(tb testing.TB, dir string, opt duck.Options, roots ...string) *lake {
	tb.Helper()
	for _, d := range []string{"warehouse", "views"} {
		require.NoError(tb, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	l := &lake{dir: dir}
	opt.Roots, opt.Register = append([]string{dir}, roots...), udf.Register
	var err error
	l.db, err = duck.Open(context.Background(), opt)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, l.db.Close()) })
	warehouse, err := local.New(filepath.Join(dir, "warehouse"))
	require.NoError(tb, err)
	views, err := local.New(filepath.Join(dir, "views"))
	require.NoError(tb, err)
	l.catalog = filesystem.Open(warehouse, time.Now)
	l.cfg = session.Config{
		DB: l.db, Catalogs: map[string]catalog.Catalog{"paimon": l.catalog, "paimon_catalog": l.catalog}, Default: "paimon",
		Views: session.NewViews(views), Sources: source.New(source.Options{Dir: dir, Allowed: l.db.Allows}), Dir: dir, TimeZone: zone, Now: time.Now,
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

// lines are the rows of a text's last result, a line each, cells with | between.
func (l *lake) lines(tb testing.TB, s *session.Session, dialect, text string) []string {
	tb.Helper()
	out := l.run(tb, s, dialect, text, nil)
	last := out[len(out)-1]
	require.NotNil(tb, last.Result, text)
	var lines []string
	for _, row := range l.rows(tb, last.Result, true) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = "NULL"
			if c != nil {
				cells[i] = *c
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return lines
}

// sorted is lines in their own order.
func sorted(lines []string) []string { return slices.Sorted(slices.Values(lines)) }

// step is a statement and what the table holds then.
type step struct{ name, text, query, want string }

// changes is a step that says how many rows it changed.
type changes struct {
	name, text string
	affected   int64
	query      string
	want       string
}

// steps runs statements of Spark one after the other, each as a test of its own.
func (l *lake) steps(t *testing.T, s *session.Session, list []step) {
	t.Helper()
	for _, st := range list {
		t.Run(st.name, func(t *testing.T) {
			l.run(t, s, "spark", st.text, nil)
			require.Equal(t, st.want, strings.Join(l.lines(t, s, "spark", st.query), " "))
		})
	}
}

// changes is steps with the rows that each says to have changed; -1 for any.
func (l *lake) changes(t *testing.T, s *session.Session, list []changes) {
	t.Helper()
	for _, st := range list {
		t.Run(st.name, func(t *testing.T) {
			out := l.run(t, s, "spark", st.text, nil)
			if st.affected >= 0 {
				require.Equal(t, st.affected, out[len(out)-1].Affected, notice.Text(out[len(out)-1].Notices, "en"))
			}
			require.Equal(t, st.want, strings.Join(l.lines(t, s, "spark", st.query), " "))
		})
	}
}

// refused runs a text of Spark that must end with a problem.
func refused(tb testing.TB, s *session.Session, text string) *problem.Error {
	tb.Helper()
	_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: text, Source: "cell"}, nil)
	p, ok := problem.As(err)
	require.True(tb, ok, "%s: %v", text, err)
	return p
}

// refusal is a text, the code of its problem, and what of the text is marked
// ("": that is not asked).
type refusal struct{ text, code, marked string }

// refuses runs texts that must each end with a problem at its place.
func refuses(t *testing.T, s *session.Session, list []refusal) {
	t.Helper()
	for _, tc := range list {
		t.Run(tc.text, func(t *testing.T) {
			p := refused(t, s, tc.text)
			require.Equal(t, tc.code, p.Code, p.Report("en"))
			require.NotNil(t, p.Span, p.Report("en"))
			if tc.marked != "" {
				require.Equal(t, tc.marked, tc.text[p.Span.Start:p.Span.End], p.Report("en"))
			}
		})
	}
}

// inShort is the whole list, or under -short the named entries of it.
func inShort[V any](list map[string]V, names ...string) map[string]V {
	out := maps.Clone(list)
	if testing.Short() {
		maps.DeleteFunc(out, func(name string, _ V) bool { return !slices.Contains(names, name) })
	}
	return out
}

// long is a number, or under -short a smaller one.
func long(n, short int) int {
	if testing.Short() {
		return short
	}
	return n
}
