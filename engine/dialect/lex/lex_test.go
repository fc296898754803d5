package lex_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

func TestTokens(t *testing.T) {
	for name, tc := range map[string]struct {
		d    lex.Dialect
		text string
		want []string // values
	}{
		"comments of both kinds and nested ones go": {lex.Spark, "a -- x\n/* y /* z */ */ b", []string{"a", "b"}},
		"a hash begins a comment in StarRocks":      {lex.StarRocks, "a # x\nb", []string{"a", "b"}},
		"a number may have a suffix in Spark":       {lex.Spark, "1L 1.5BD 2e3 .5", []string{"1", "1.5", "2e3", ".5"}},
		"a dot behind a name is no fraction":        {lex.Spark, "a.b a.`1`", []string{"a", ".", "b", "a", ".", "1"}},
		"escapes are decoded":                       {lex.Spark, `'a\tb' '\u4e2d' '\\' '\%'`, []string{"a\tb", "中", `\`, `\%`}},
		"a raw string keeps its backslashes":        {lex.Spark, `r'\d+'`, []string{`\d+`}},
		"a doubled quote is one quote in Flink":     {lex.Flink, "'it''s'", []string{"it's"}},
		"two strings side by side are two in Spark": {lex.Spark, "'it''s'", []string{"it", "s"}},
		"double quotes hold a string in Spark":      {lex.Spark, `"x"`, []string{"x"}},
		"double quotes hold a name in DuckDB":       {lex.DuckDB, `"x y"`, []string{"x y"}},
		"dollar quotes hold a string in DuckDB":     {lex.DuckDB, "$$it's$$ $a$x$$y$a$", []string{"it's", "x$$y"}},
		"operators are taken longest first":         {lex.Spark, "a<=>b->c||d<>e", []string{"a", "<=>", "b", "->", "c", "||", "d", "<>", "e"}},
		"a hint is a token":                         {lex.Spark, "a /*+ OPTIONS('k'='v') */", []string{"a", " OPTIONS('k'='v') "}},
		"a parameter in quotes becomes text":        {lex.Spark, "'x ${who} y'", []string{"x O'Hara y"}},
		"a number parameter is a number":            {lex.Spark, "${n} + ${minus}", []string{"7", "+", "-", "1.5"}},
		"a name parameter is a dotted name":         {lex.Spark, "FROM ${table}", []string{"FROM", "game_db", ".", "t"}},
		"any other parameter is one string":         {lex.Spark, "${evil}", []string{"1; DROP TABLE t"}},
		"a name with letters of any script":         {lex.Spark, "SELECT 省份 AS `城 市`", []string{"SELECT", "省份", "AS", "城 市"}},
	} {
		t.Run(name, func(t *testing.T) {
			toks, err := lex.Scan(tc.d, tc.text, lex.Params{"who": "O'Hara", "n": "7", "minus": "-1.5", "table": "game_db.t", "evil": "1; DROP TABLE t"})
			require.NoError(t, err)
			var got []string
			for _, tok := range toks[:len(toks)-1] {
				got = append(got, tok.Value)
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestSplitKnowsStringsAndComments(t *testing.T) {
	text := "SELECT ';' -- ; \n; /* ; */ SELECT `a;b`;;\nDROP TABLE t; -- the end;"
	pieces, err := lex.Split(lex.Spark, text, nil)
	require.NoError(t, err)
	var got []string
	for _, p := range pieces {
		got = append(got, text[p.Start:p.End])
	}
	require.Equal(t, []string{"SELECT ';'", "SELECT `a;b`", "DROP TABLE t"}, got)
}

func TestParametersNameWhatIsKnown(t *testing.T) {
	_, err := lex.Scan(lex.Spark, "SELECT '${dtt}'", lex.Params{"dt": "x", "zone": "y"})
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "sql.unknown_parameter", p.Code)
	require.Equal(t, []string{"dt", "zone"}, p.Suggestions)
	require.Equal(t, "${dtt}", p.Text[p.Span.Start:p.Span.End])
}

// FuzzScan: tokens lie in the text, in order; pieces cover every token.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"SELECT 1", "'a' \"b\" `c` X'1F' r'\\d' ${p} ... ; -- x\n/* y */ /*+ z */", "1.5e-3L .5 a.b.*", "\xff\xfe", "'\\u12", "$$a", "“”，"} {
		for _, d := range []string{"spark", "flink", "starrocks", "duckdb"} {
			f.Add(d, s)
		}
	}
	f.Fuzz(func(t *testing.T, dialect, text string) {
		d := lex.Dialect(dialect)
		if !d.Valid() {
			d = lex.Spark
		}
		toks, err := lex.Scan(d, text, lex.Params{"p": "v"})
		at := 0
		for _, tok := range toks {
			if tok.Param == "" && (tok.Start < at || tok.End < tok.Start) || tok.End > len(text) {
				t.Fatalf("token %+v after %d in %q", tok, at, text)
			}
			at = tok.End
		}
		if err != nil {
			p, ok := problem.As(err)
			if !ok || p.Span == nil || p.Span.End > len(text) {
				t.Fatalf("no place: %v", err)
			}
			return
		}
		pieces, err := lex.Split(d, text, lex.Params{"p": "v"})
		if err != nil {
			t.Fatal(err)
		}
		covered := 0
		for _, p := range pieces {
			covered += len(p.Tokens) - 1
			if strings.TrimSpace(text[p.Start:p.End]) == "" {
				t.Fatalf("empty piece in %q", text)
			}
		}
		semicolons := 0
		for _, tok := range toks {
			if tok.Kind == lex.Op && tok.Value == ";" {
				semicolons++
			}
		}
		if covered+semicolons != len(toks)-1 {
			t.Fatalf("%d tokens covered, %d semicolons, of %d in %q", covered, semicolons, len(toks)-1, text)
		}
	})
}
