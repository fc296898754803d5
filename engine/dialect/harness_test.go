package dialect_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"sort"
	"strings"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/duck/udf"
	"laketop/engine/problem"
)

var noon = time.Date(2024, 5, 6, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai

// lake is a Scope over tables of an in-memory DuckDB.
type lake struct {
	db     *sql.DB
	conn   *sql.Conn
	tables map[string][]dialect.Column
	uses   []string
}

func newLake(t testing.TB) *lake {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(context.Background())
	require.NoError(t, err)
	l := &lake{db: db, conn: conn, tables: map[string][]dialect.Column{}}
	require.NoError(t, udf.Register(context.Background(), conn))
	l.exec(t, "SET threads=1")
	l.configure(t, dialect.Spark)
	return l
}

func (l *lake) exec(t testing.TB, text string) {
	t.Helper()
	_, err := l.conn.ExecContext(context.Background(), text)
	require.NoError(t, err, text)
}

// configure makes the settings that a session makes.
func (l *lake) configure(t testing.TB, d dialect.Dialect) {
	t.Helper()
	nulls, ieee, lenient := "nulls_first_on_asc_last_on_desc", "false", "true"
	if d == dialect.DuckDB {
		nulls, ieee, lenient = "nulls_last", "true", "false"
	}
	for _, s := range []string{
		"SET TimeZone='Asia/Shanghai'", "SET default_null_order='" + nulls + "'", "SET ieee_floating_point_ops=" + ieee,
		"SET old_implicit_casting=" + lenient,
	} {
		l.exec(t, s)
	}
}

// table makes a table of columns "name type" and rows "(...)" behind "==".
func (l *lake) table(t testing.TB, name, text string) {
	t.Helper()
	columns, rows, _ := strings.Cut(text, "==")
	var defs []string
	var cols []dialect.Column
	for _, line := range strings.Split(strings.TrimSpace(columns), "\n") {
		n, typ, _ := strings.Cut(strings.TrimSpace(line), " ")
		ty, err := datatype.ParseSpark(typ)
		require.NoError(t, err, line)
		duck, err := ty.DuckDB()
		require.NoError(t, err, line)
		defs = append(defs, `"`+n+`" `+duck)
		cols = append(cols, dialect.Column{Name: n, Type: ty})
	}
	l.exec(t, fmt.Sprintf(`CREATE OR REPLACE TABLE "%s" (%s)`, name, strings.Join(defs, ", ")))
	if rows = strings.TrimSpace(rows); rows != "" {
		l.exec(t, fmt.Sprintf(`INSERT INTO "%s" VALUES %s`, name, rows))
	}
	l.tables[name] = cols
}

// Relation implements dialect.Scope.
func (l *lake) Relation(_ context.Context, ref dialect.TableRef) (dialect.Relation, error) {
	name := strings.Join(ref.Parts, ".")
	if ref.Files != "" {
		name = ref.Files + ":" + ref.Path
	}
	name = strings.TrimPrefix(name, "paimon_catalog.")
	if ref.AsOf != nil {
		l.uses = append(l.uses, fmt.Sprintf("%s as of %d %q %s", name, ref.AsOf.Snapshot, ref.AsOf.Tag, ref.AsOf.Time.UTC().Format(time.DateTime)))
	}
	for k, v := range ref.Options {
		l.uses = append(l.uses, name+" option "+k+"="+v)
	}
	var known []string
	for k, cols := range l.tables {
		if strings.EqualFold(k, name) || strings.HasSuffix(strings.ToLower(k), "."+strings.ToLower(name)) {
			return dialect.Relation{Columns: cols, SQL: func(use dialect.Use) (string, error) {
				l.note(k, use)
				return `"` + k + `"`, nil
			}}, nil
		}
		known = append(known, k)
	}
	sort.Strings(known)
	return dialect.Relation{}, problem.New("sql.unknown_table", "name", name).Suggest(problem.Nearest(name, known, 3)...)
}

func (l *lake) note(name string, use dialect.Use) {
	text := name + "(" + strings.Join(use.Columns, ", ") + ")"
	for _, p := range use.Filter {
		text += " [" + p.Column + " " + string(p.Op)
		for _, v := range p.Values {
			text += " " + shownValue(v)
		}
		text += "]"
	}
	l.uses = append(l.uses, text)
}

func shownValue(v any) string {
	switch x := v.(type) {
	case time.Time:
		return x.Format(time.RFC3339Nano)
	case *big.Rat:
		return x.RatString()
	}
	return fmt.Sprintf("%T(%v)", v, v)
}

var options = dialect.Options{TimeZone: "Asia/Shanghai", Now: noon}

// translate translates a text of one query.
func (l *lake) translate(d dialect.Dialect, text string, params dialect.Params) (*dialect.Translation, error) {
	list, err := dialect.Parse(d, text, params)
	if err != nil {
		return nil, err
	}
	q, ok := queryOf(list[0].Node)
	if !ok {
		return nil, fmt.Errorf("no query: %T", list[0].Node)
	}
	return dialect.Translate(context.Background(), d, list[0], q, l, options)
}

func queryOf(s ast.Stmt) (*ast.Query, bool) {
	switch n := s.(type) {
	case *ast.Query:
		return n, true
	case *ast.CreateTable:
		return n.Query, n.Query != nil
	case *ast.Insert:
		return n.Query, true
	case *ast.CreateView:
		return n.Query, true
	}
	return nil, false
}

// rows runs DuckDB text; the first line are the columns' DuckDB types.
func (l *lake) rows(text string) (types []string, out [][]string, err error) {
	r, err := l.conn.QueryContext(context.Background(), text)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = r.Close() }()
	cols, err := r.ColumnTypes()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cols {
		types = append(types, c.DatabaseTypeName())
	}
	for r.Next() {
		values, pointers := make([]any, len(cols)), make([]any, len(cols))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := r.Scan(pointers...); err != nil {
			return nil, nil, err
		}
		row := make([]string, len(cols))
		for i, v := range values {
			row[i] = cell(v, types[i])
		}
		out = append(out, row)
	}
	return types, out, r.Err()
}

var shanghai = time.FixedZone("", 8*3600)

func cell(v any, typ string) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		switch typ {
		case "DATE":
			return x.Format(time.DateOnly)
		case "TIMESTAMPTZ":
			return x.In(shanghai).Format("2006-01-02 15:04:05.999999")
		}
		return x.Format("2006-01-02 15:04:05.999999")
	case duckdb.Decimal:
		s := x.String()
		if x.Scale > 0 {
			r := new(big.Rat).SetFrac(x.Value, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(x.Scale)), nil))
			s = r.FloatString(int(x.Scale))
		}
		return s
	case []byte:
		return fmt.Sprintf("x'%X'", x)
	}
	return fmt.Sprint(v)
}

// schema is the translation's columns in the dialect's own words.
func schema(d dialect.Dialect, cols []dialect.Column) string {
	out := make([]string, len(cols))
	for i, c := range cols {
		t := c.Type.Spark()
		switch d {
		case dialect.Flink:
			t = c.Type.Flink()
		case dialect.StarRocks:
			t = c.Type.StarRocks()
		}
		out[i] = c.Name + " " + t
	}
	return strings.Join(out, ", ")
}

// sameTypes compares the declared types with those DuckDB gives.
func sameTypes(cols []dialect.Column, duck []string) error {
	for i, c := range cols {
		want, err := c.Type.DuckDB()
		if err != nil || c.Type.Kind == datatype.Null || c.Type.Kind == datatype.Unknown {
			continue
		}
		want = strings.Replace(want, "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", 1)
		if normal(duck[i]) != normal(want) {
			return fmt.Errorf("column %s is %s in DuckDB, said to be %s", c.Name, duck[i], want)
		}
	}
	return nil
}

func normal(t string) string { return strings.NewReplacer(" ", "", `"`, "").Replace(t) }

// shown is a failure as a person reads it.
func shown(err error) string {
	if p, ok := problem.As(err); ok {
		return p.Report("en")
	}
	return "error: " + err.Error()
}

func itoa(n int) string { return fmt.Sprint(n) }

func kindOf(s ast.Stmt) string {
	switch s.(type) {
	case *ast.Query:
		return "query"
	case *ast.CreateTable:
		return "create"
	case *ast.Insert:
		return "insert"
	case *ast.Set:
		return "set"
	case *ast.Use:
		return "use"
	case *ast.AlterTable:
		return "alter"
	case *ast.CallProcedure:
		return "call"
	}
	return fmt.Sprintf("%T", s)
}
