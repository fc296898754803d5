package footer_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/fileio/local"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/footer"
)

// lake is a folder with a DuckDB beside it.
type lake struct {
	t    testing.TB
	dir  string
	fio  *local.FS
	conn *duck.Conn
}

func newLake(t testing.TB) *lake {
	t.Helper()
	dir := t.TempDir()
	fio, err := local.New(dir)
	require.NoError(t, err)
	db, err := duck.Open(t.Context(), duck.Options{Roots: []string{dir}, Threads: 1})
	require.NoError(t, err)
	conn, err := db.Conn(t.Context(), duck.Settings{TimeZone: "Asia/Shanghai"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, errors.Join(conn.Close(), db.Close())) })
	return &lake{t, dir, fio, conn}
}

func (l *lake) path(name string) string { return filepath.Join(l.dir, name) }

// special writes a query's rows by WriteSpecial.
func (l *lake) special(name, query string, fields []datatype.Field) {
	l.t.Helper()
	f, err := os.Create(l.path(name))
	require.NoError(l.t, err)
	w, err := footer.WriteSpecial(f, fields)
	require.NoError(l.t, err)
	err = l.conn.Query(l.t.Context(), query, func(_ *arrow.Schema, b arrow.RecordBatch) error { return w.Write(b) })
	require.NoError(l.t, err)
	require.NoError(l.t, w.Close())
	require.NoError(l.t, f.Close())
}

func (l *lake) copy(name, query string, fields []datatype.Field) {
	l.t.Helper()
	_, err := l.conn.Copy(l.t.Context(), query, l.path(name), footer.FieldIDs(fields))
	require.NoError(l.t, err)
}

// text is a query's rows, each as one text.
func (l *lake) text(query string) []string {
	l.t.Helper()
	rows, _, err := l.conn.Rows(l.t.Context(), "SELECT CAST(q AS VARCHAR) FROM ("+query+") AS q")
	require.NoError(l.t, err)
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = fmt.Sprint(r[0])
	}
	return out
}

func fieldOf(t testing.TB, name, typ string, id int) datatype.Field {
	t.Helper()
	parsed, err := datatype.Parse(typ)
	require.NoError(t, err)
	return datatype.Field{ID: id, Name: name, Type: parsed}
}

// samples are DuckDB literals of each type: a usual value, extremes, NULL.
var samples = []struct {
	typ    string
	values []string
}{
	{"BOOLEAN", []string{"true", "false", "NULL"}},
	{"TINYINT", []string{"-128", "127", "NULL"}},
	{"SMALLINT", []string{"-32768", "32767", "NULL"}},
	{"INT", []string{"-2147483648", "2147483647", "NULL"}},
	{"BIGINT", []string{"-9223372036854775808", "9223372036854775807", "NULL"}},
	{"FLOAT", []string{"-1.5", "3.4e38", "NULL"}},
	{"DOUBLE", []string{"-1.5e300", "0.1", "NULL"}},
	{"DECIMAL(9, 2)", []string{"-1234567.89", "0.01", "NULL"}},
	{"DECIMAL(18, 4)", []string{"-12345678901234.5678", "1", "NULL"}},
	{"DECIMAL(38, 10)", []string{"-1234567890123456789012345678.0123456789", "1", "NULL"}},
	{"CHAR(3)", []string{"'abc'", "'z'", "NULL"}},
	{"STRING", []string{"''", "'广东省深圳市'", "NULL"}},
	{"BYTES", []string{"'\\x00\\xFF'::BLOB", "''::BLOB", "NULL"}},
	{"DATE", []string{"DATE '1969-12-31'", "DATE '9999-12-31'", "NULL"}},
	{"TIME(0)", []string{"TIME '00:00:00'", "TIME '23:59:59'", "NULL"}},
	{"TIME(3)", []string{"TIME '00:00:00.001'", "TIME '23:59:59.999'", "NULL"}},
	{"TIMESTAMP(0)", []string{"TIMESTAMP '1969-12-31 23:59:59'", "TIMESTAMP '9999-12-31 23:59:59'", "NULL"}},
	{"TIMESTAMP(3)", []string{"TIMESTAMP '1969-12-31 23:59:59.999'", "TIMESTAMP '9999-12-31 23:59:59.001'", "NULL"}},
	{"TIMESTAMP(6)", []string{"TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP '9999-12-31 23:59:59.000001'", "NULL"}},
	{"TIMESTAMP(9)", []string{"TIMESTAMP_NS '1969-12-31 23:59:59.999999999'", "TIMESTAMP_NS '2024-02-29 12:34:56.123456789'", "NULL"}},
	{"TIMESTAMP_LTZ(3)", []string{"TIMESTAMPTZ '1969-12-31 23:59:59.999+00'", "TIMESTAMPTZ '2024-02-29 12:34:56.001+08'", "NULL"}},
	{"TIMESTAMP_LTZ(6)", []string{"TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'", "TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "NULL"}},
	{"TIMESTAMP_LTZ(9)", []string{"TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'", "TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "NULL"}},
	{"ARRAY<INT>", []string{"[1, NULL, 3]", "[]", "NULL"}},
	{"ARRAY<TIME(3)>", []string{"[TIME '00:00:00.001', NULL]", "[]", "NULL"}},
	{"ARRAY<ARRAY<STRING>>", []string{"[['a', NULL], [], NULL]", "[[]]", "NULL"}},
	{"MAP<STRING, BIGINT>", []string{"MAP {'a': 1, 'b': NULL}", "MAP {}", "NULL"}},
	{"MULTISET<STRING>", []string{"MAP {'a': 2}", "MAP {}", "NULL"}},
	{"MAP<INT, TIMESTAMP_LTZ(9)>", []string{"MAP {1: TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'}", "MAP {}", "NULL"}},
	{"ROW<a INT, `b c` ROW<x STRING, y TIMESTAMP(3)>>", []string{"{'a': 1, 'b c': {'x': 'q', 'y': TIMESTAMP '2024-02-29 12:34:56.001'}}", "{'a': NULL, 'b c': NULL}", "NULL"}},
	{"ARRAY<ROW<m MAP<STRING, ARRAY<INT>>, t TIMESTAMP_LTZ(8)>>", []string{"[{'m': MAP {'k': [1, 2]}, 't': TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'}, NULL]", "[]", "NULL"}},
}

// sampleQuery is a SELECT of a type's values in a column c, as DuckDB's type.
func sampleQuery(t testing.TB, f datatype.Field, values []string) string {
	t.Helper()
	name, err := f.Type.DuckDB()
	require.NoError(t, err)
	rows := make([]string, len(values))
	for i, v := range values {
		rows[i] = fmt.Sprintf("(%d, CAST(%s AS %s))", i, v, name)
	}
	return "SELECT c FROM (VALUES " + strings.Join(rows, ", ") + ") AS v(i, c) ORDER BY i"
}

func TestSpecialFilesComeBackThroughDuckDB(t *testing.T) {
	l := newLake(t)
	for _, s := range samples {
		t.Run(s.typ, func(t *testing.T) {
			f := fieldOf(t, "c", s.typ, 3)
			if f.Type.IsNested() {
				f = numbered(f)
			}
			query := sampleQuery(t, f, s.values)
			want := l.text(query)
			name := strings.NewReplacer("<", "_", ">", "_", " ", "_", "`", "_", ",", "_", "(", "_", ")", "_").Replace(s.typ) + ".parquet"
			l.special(name, query, []datatype.Field{f})
			read := "SELECT " + footer.ReadExpr(f.Type)(`"c"`) + " AS c FROM read_parquet(" + duck.Literal(l.path(name)) + ")"
			got := l.text(read)
			typ, err := f.Type.DuckDB()
			require.NoError(t, err)
			described, err := l.conn.Describe(t.Context(), read)
			require.NoError(t, err)
			back, err := datatype.FromDuckDB(described[0].Type)
			require.NoError(t, err)
			require.Equal(t, typ, mustDuck(t, back))
			if !footer.NeedsReader([]datatype.Field{f}) {
				require.Equal(t, want, got)
			}
			require.Equal(t, want, readBack(t, l, name, f), "through Reader")
			write := footer.WriteExpr(f.Type)
			require.Equal(t, footer.NeedsWriter([]datatype.Field{f}), write == nil)
			if write != nil {
				l.copy("copy_"+name, "SELECT "+write("c")+" AS c FROM ("+query+")", []datatype.Field{f})
				require.Equal(t, want, l.text("SELECT "+footer.ReadExpr(f.Type)(`"c"`)+" AS c FROM read_parquet("+duck.Literal(l.path("copy_"+name))+")"))
				require.Equal(t, want, readBack(t, l, "copy_"+name, f), "COPY through Reader")
			}
		})
	}
}

func mustDuck(t testing.TB, typ datatype.Type) string {
	t.Helper()
	s, err := typ.DuckDB()
	require.NoError(t, err)
	return s
}

// numbered gives the fields inside f ids.
func numbered(f datatype.Field) datatype.Field {
	next := f.ID
	var visit func(datatype.Type) datatype.Type
	visit = func(t datatype.Type) datatype.Type {
		fields := append([]datatype.Field{}, t.Fields...)
		for i := range fields {
			next++
			fields[i].ID = next
			fields[i].Type = visit(fields[i].Type)
		}
		t.Fields = fields
		for _, p := range []**datatype.Type{&t.Key, &t.Elem} {
			if *p != nil {
				inner := visit(**p)
				*p = &inner
			}
		}
		return t
	}
	f.Type = visit(f.Type)
	return f
}

// readBack reads a file by Reader and shows its rows as DuckDB does.
func readBack(t testing.TB, l *lake, name string, f datatype.Field) []string {
	t.Helper()
	r, err := footer.Open(t.Context(), l.fio, name, []datatype.Field{f})
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	var batches []arrow.RecordBatch
	for {
		b, err := r.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		batches = append(batches, b)
	}
	stream, err := array.NewRecordReader(r.Schema(), batches)
	require.NoError(t, err)
	release, err := l.conn.View(stream, "back")
	require.NoError(t, err)
	defer release()
	out := l.text("SELECT CAST(c AS " + mustDuck(t, f.Type) + ") AS c FROM back")
	return out
}

// TestWhatDuckDBReads pins the findings of ReadExpr's comment: a new DuckDB
// that reads otherwise shall be seen here, not in somebody's rows.
func TestWhatDuckDBReads(t *testing.T) {
	l := newLake(t)
	for _, tc := range []struct{ typ, sql, gives, text string }{
		{"TIME(3)", "TIME '00:00:01.002'", "TIME WITH TIME ZONE", "00:00:01.002+00"},
		{"TIMESTAMP(3)", "TIMESTAMP '2024-02-29 12:34:56.001'", "TIMESTAMP", "2024-02-29 12:34:56.001"},
		{"TIMESTAMP(6)", "TIMESTAMP '2024-02-29 12:34:56.000001'", "TIMESTAMP", "2024-02-29 12:34:56.000001"},
		{"TIMESTAMP(9)", "TIMESTAMP_NS '2024-02-29 12:34:56.123456789'", "TIMESTAMP", "2024-02-29 12:34:56.123456"},
		{"TIMESTAMP_LTZ(3)", "TIMESTAMPTZ '2024-02-29 12:34:56.001+08'", "TIMESTAMP WITH TIME ZONE", "2024-02-29 12:34:56.001+08"},
		{"TIMESTAMP_LTZ(6)", "TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "TIMESTAMP WITH TIME ZONE", "2024-02-29 12:34:56.000001+08"},
		{"TIMESTAMP_LTZ(9)", "TIMESTAMPTZ '2024-02-29 12:34:56.000001+08'", "TIMESTAMP", "2024-02-29 04:34:56.000001"},
	} {
		t.Run(tc.typ, func(t *testing.T) {
			f := fieldOf(t, "c", tc.typ, 0)
			name := strings.NewReplacer("(", "_", ")", "").Replace(tc.typ) + ".parquet"
			l.special(name, sampleQuery(t, f, []string{tc.sql}), []datatype.Field{f})
			read := "SELECT c FROM read_parquet(" + duck.Literal(l.path(name)) + ")"
			described, err := l.conn.Describe(t.Context(), read)
			require.NoError(t, err)
			require.Equal(t, tc.gives, described[0].Type)
			rows, _, err := l.conn.Rows(t.Context(), "SELECT CAST(c AS VARCHAR) FROM ("+read+")")
			require.NoError(t, err)
			require.Equal(t, tc.text, rows[0][0])
		})
	}
}

func FuzzReader(f *testing.F) {
	l := newLake(f)
	fields := []datatype.Field{fieldOf(f, "a", "STRING", 0), fieldOf(f, "b", "ARRAY<TIME(3)>", 1), fieldOf(f, "c", "TIMESTAMP(9)", 2)}
	l.special("a.parquet", "SELECT 'x' AS a, [TIME '00:00:01', NULL] AS b, TIMESTAMP_NS '2024-02-29 12:34:56.123456789' AS c", fields)
	data, err := os.ReadFile(l.path("a.parquet"))
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		fio := mem.New()
		require.NoError(t, fio.Create(t.Context(), "x", data))
		r, err := footer.Open(t.Context(), fio, "x", fields)
		if err != nil {
			return
		}
		defer func() { _ = r.Close() }()
		for range 8 {
			b, err := r.Next(t.Context())
			if err != nil {
				return
			}
			b.Release()
		}
	})
}
