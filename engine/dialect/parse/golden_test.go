package parse_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/dialect/parse"
	"laketop/engine/problem"
)

// TestGolden runs testdata/*: statements and the trees they become, or the
// place where they are wrong. Expressions are shown as they were written.
func TestGolden(t *testing.T) {
	datadriven.Walk(t, "testdata/golden", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var out strings.Builder
			for text := range strings.SplitSeq(d.Input, "\n;\n") {
				toks, err := lex.Scan(lex.Dialect(d.Cmd), text, nil)
				require.NoError(t, err)
				s, err := parse.Statement(lex.Dialect(d.Cmd), text, toks)
				if p, ok := problem.As(err); ok {
					require.NotNil(t, p.Span)
					out.WriteString(p.Code + " " + p.Report("en"))
					continue
				}
				require.NoError(t, err)
				out.WriteString(show(reflect.ValueOf(s), text) + "\n")
			}
			return out.String()
		})
	})
}

// show is a tree on one line: the fields that are set, without places.
func show(v reflect.Value, text string) string {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		if _, statement := v.Interface().(ast.Stmt); statement {
			if _, query := v.Interface().(*ast.Query); !query {
				return show(v.Elem(), text)
			}
		}
		if _, change := v.Interface().(ast.TableChange); change {
			return show(v.Elem(), text)
		}
		if _, place := v.Interface().(*ast.Position); place {
			return show(v.Elem(), text)
		}
		if id, ok := v.Interface().(*ast.Ident); ok {
			return id.Name
		}
		if n, ok := v.Interface().(ast.Node); ok {
			return "`" + text[n.Pos().Start:n.Pos().End] + "`"
		}
		return show(v.Elem(), text)
	case reflect.Slice:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = show(v.Index(i), text)
		}
		return "[" + strings.Join(list, " ") + "]"
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case ast.Ident:
			return x.Name
		case datatype.Type:
			return strings.ReplaceAll(x.String(), " ", "_")
		}
		var out []string
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Name == "Span" || strings.HasSuffix(f.Name, "Span") || v.Field(i).IsZero() {
				continue
			}
			if n, ok := v.Field(i).Interface().(ast.Name); ok {
				out = append(out, f.Name+":"+strings.Join(n.Strings(), "."))
				continue
			}
			out = append(out, f.Name+":"+show(v.Field(i), text))
		}
		return v.Type().Name() + "{" + strings.Join(out, " ") + "}"
	}
	return fmt.Sprint(v.Interface())
}
