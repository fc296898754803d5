package dialect_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/problem"
)

// fixed is a Scope with one table for every name.
type fixed struct{}

func (fixed) Relation(context.Context, dialect.TableRef) (dialect.Relation, error) {
	cols := []dialect.Column{
		{Name: "id", Type: datatype.Of(datatype.BigInt)}, {Name: "name", Type: datatype.StringType()},
		{Name: "tags", Type: datatype.ArrayOf(datatype.StringType())}, {Name: "at", Type: datatype.LTZOf(6)},
		{Name: "props", Type: datatype.MapOf(datatype.StringType(), datatype.Of(datatype.Int))},
		{Name: "amount", Type: datatype.DecimalOf(10, 2)}, {Name: "born", Type: datatype.Of(datatype.Date)},
	}
	return dialect.Relation{Columns: cols, SQL: func(dialect.Use) (string, error) { return "t", nil }}, nil
}

// FuzzTranslate: no panic; what is printed is text without marks, and every
// error has a place in the user's text.
func FuzzTranslate(f *testing.F) {
	if file, err := os.Open("testdata/oracle/golden.jsonl"); err == nil {
		for s := bufio.NewScanner(file); s.Scan(); {
			var a answer
			if json.Unmarshal(s.Bytes(), &a) == nil {
				f.Add("spark", a.SQL)
			}
		}
		_ = file.Close()
	}
	f.Add("flink", "SELECT MAP['a', 1]['a'], ARRAY[ROW(1, 2)] FROM t CROSS JOIN UNNEST(tags) AS u(x)")
	f.Add("starrocks", "SELECT date_sub(born, interval 3 day), name || 'x' FROM t LIMIT 1, 2")
	f.Fuzz(func(t *testing.T, name, text string) {
		d := dialect.Dialect(name)
		if !d.Valid() || d == dialect.DuckDB {
			d = dialect.Spark
		}
		for s, err := range dialect.Statements(d, text, nil) {
			if err != nil {
				continue
			}
			q, ok := queryOf(s.Node)
			if !ok || q == nil {
				continue
			}
			tr, err := dialect.Translate(context.Background(), d, s, q, fixed{}, options)
			if err != nil {
				p, ok := problem.As(err)
				if !ok || p.Span == nil || p.Span.End > len(text) || p.Span.Start > p.Span.End {
					t.Fatalf("no place: %v", err)
				}
				continue
			}
			if !utf8.ValidString(tr.SQL) {
				t.Fatalf("marks are left in %q", tr.SQL)
			}
			for i := range tr.SQL {
				if sp, ok := tr.Map.Find(i); ok && (sp.Start < 0 || sp.End > len(text)) {
					t.Fatalf("span %v of a text of %d bytes", sp, len(text))
				}
			}
		}
	})
}

// FuzzDuck: whatever tree comes, nothing panics and nothing but the text with
// resolved relations comes out.
func FuzzDuck(f *testing.F) {
	f.Add("SELECT * FROM a.t", `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","from_table":{"type":"BASE_TABLE","alias":"","schema_name":"a","table_name":"t","query_location":14}},"named_param_map":[]}]}`)
	f.Add("SELECT 1", `{"error":true,"error_type":"parser","error_message":"x","position":"3"}`)
	f.Fuzz(func(t *testing.T, text, tree string) {
		list, err := dialect.Parse(dialect.DuckDB, text, dialect.Params{"p": "v"})
		if err != nil || len(list) != 1 {
			return
		}
		tr, err := dialect.TranslateDuck(context.Background(), list[0], tree, fixed{}, options)
		if err == nil && strings.ContainsRune(tr.SQL, 0xfffd) && !strings.ContainsRune(text, 0xfffd) {
			t.Fatalf("broken text %q", tr.SQL)
		}
	})
}
