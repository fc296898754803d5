package dialect_test

import (
	"context"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
)

// variants are other spellings of one statement: each must give the same
// columns and rows. They work on tokens, so strings stay what they are.
var variants = map[string]func(text string, toks []lex.Token) string{
	"as it is":                     func(text string, _ []lex.Token) string { return text },
	"on one line":                  joined(" ", asWritten),
	"a token a line":               joined("\n", asWritten),
	"tabs and carriage returns":    joined("\t\r\n", asWritten),
	"lower case":                   joined(" ", lower),
	"upper case":                   joined(" ", upper),
	"comments with semicolons":     joined(" /* ; ' \" ` */ ", asWritten),
	"nested comments":              joined(" /* a /* ; */ b */ ", asWritten),
	"line comments":                joined(" -- it's; a comment\n", asWritten),
	"no-break spaces":              joined("\u00a0", asWritten),
	"names in backticks":           joined(" ", backticks),
	"strings in double quotes":     joined(" ", doubleQuotes),
	"strings in two pieces":        joined(" ", pieces),
	"strings with escapes":         joined(" ", escaped),
	"a catalog in front":           replaced("game_db.", "paimon_catalog.game_db."),
	"names in other cases":         replaced("ods_user", "ODS_User"),
	"aliases without AS":           withoutAs,
	"wrapped in a subquery":        wrapped("SELECT * FROM (", ") wrapped_query"),
	"wrapped in a WITH":            wrapped("WITH outermost AS (", ") SELECT * FROM outermost"),
	"wrapped in parentheses":       wrapped("(", ")"),
	"double equals and not equals": replaced(" = ", " == "),
	"semicolons and a comment":     func(text string, _ []lex.Token) string { return ";;" + text + ";; -- the end; really" },
}

// TestVariants runs every variant of our own statements.
func TestVariants(t *testing.T) {
	l := newLake(t)
	l.table(t, "game_db.ods_user_profile", profileTable)
	l.table(t, "game_db.ods_user_event", eventTable)
	files, err := filepath.Glob("testdata/game/*.sql")
	require.NoError(t, err)
	n := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		text := strings.TrimSpace(string(b))
		want, wantRows := l.variant(t, text)
		toks, err := lex.Scan(lex.Spark, text, nil)
		require.NoError(t, err)
		for name, f := range variants {
			n++
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				got, rows := l.variant(t, f(text, toks[:len(toks)-1]))
				require.Equal(t, strings.ToLower(want), strings.ToLower(got))
				require.Equal(t, wantRows, rows)
			})
		}
	}
	require.Greater(t, n, 50)
}

// variant gives the columns and the sorted rows of a CREATE TABLE AS.
func (l *lake) variant(t *testing.T, text string) (string, []string) {
	t.Helper()
	list, err := dialect.Parse(dialect.Spark, text, nil)
	if err != nil {
		t.Fatal(shown(err))
	}
	require.Len(t, list, 1)
	tr, err := dialect.Translate(context.Background(), dialect.Spark, list[0], list[0].Node.(*ast.CreateTable).Query, l, options)
	if err != nil {
		t.Fatal(shown(err))
	}
	_, rows, err := l.rows(tr.SQL)
	require.NoError(t, err)
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "|"))
	}
	sort.Strings(lines)
	return schema(dialect.Spark, tr.Columns), lines
}

func joined(sep string, spell func(lex.Token) string) func(string, []lex.Token) string {
	return func(_ string, toks []lex.Token) string {
		parts := make([]string, len(toks))
		for i, t := range toks {
			parts[i] = spell(t)
		}
		return strings.Join(parts, sep)
	}
}

func asWritten(t lex.Token) string { return t.Text }

func lower(t lex.Token) string {
	if t.Kind == lex.Word {
		return strings.ToLower(t.Text)
	}
	return t.Text
}

func upper(t lex.Token) string {
	if t.Kind == lex.Word && !strings.Contains(t.Text, "_") {
		return strings.ToUpper(t.Text)
	}
	return t.Text
}

func backticks(t lex.Token) string {
	if t.Kind == lex.Word && (strings.Contains(t.Text, "_") && t.Text == strings.ToLower(t.Text) && !strings.Contains("to_date get_json_object", t.Text) || len(t.Text) == 1) {
		return "`" + t.Text + "`"
	}
	return t.Text
}

func doubleQuotes(t lex.Token) string {
	if t.Kind == lex.String {
		return `"` + t.Value + `"`
	}
	return t.Text
}

func pieces(t lex.Token) string {
	if t.Kind == lex.String && len(t.Value) > 1 {
		return "'" + t.Value[:1] + "' '" + t.Value[1:] + "'"
	}
	return t.Text
}

func escaped(t lex.Token) string {
	if t.Kind == lex.String && t.Value != "" && t.Value[0] < 0x80 {
		const hex = "0123456789abcdef"
		c := t.Value[0]
		return `'\u00` + string(hex[c>>4]) + string(hex[c&15]) + t.Value[1:] + "'"
	}
	return t.Text
}

func replaced(from, to string) func(string, []lex.Token) string {
	return func(text string, _ []lex.Token) string { return strings.ReplaceAll(text, from, to) }
}

// withoutAs drops AS in front of an alias, not in front of a query or a type.
func withoutAs(_ string, toks []lex.Token) string {
	var parts []string
	depth, casts := 0, []int{}
	for i, t := range toks {
		switch t.Text {
		case "(":
			depth++
			if i > 0 && strings.EqualFold(toks[i-1].Text, "cast") {
				casts = append(casts, depth)
			}
		case ")":
			if len(casts) > 0 && casts[len(casts)-1] == depth {
				casts = casts[:len(casts)-1]
			}
			depth--
		}
		inCast := len(casts) > 0 && casts[len(casts)-1] == depth
		if strings.EqualFold(t.Text, "AS") && !inCast && i+1 < len(toks) && toks[i+1].Text != "(" && !strings.EqualFold(toks[i+1].Text, "WITH") {
			continue
		}
		parts = append(parts, t.Text)
	}
	return strings.Join(parts, " ")
}

// wrapped puts something around the query behind AS.
func wrapped(before, after string) func(string, []lex.Token) string {
	return func(text string, _ []lex.Token) string {
		i := strings.Index(text, "WITH")
		return text[:i] + before + text[i:] + after
	}
}
