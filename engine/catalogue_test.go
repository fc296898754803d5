package engine_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/notice"
	"laketop/engine/problem"
)

// sentence is a call of notice.New or problem.New in the program.
type sentence struct {
	at     string // file:line
	maker  string // "notice" or "problem"
	code   string // "" when it is no constant
	places []string
	whole  bool // places are all the arguments' names
}

// TestSentencesAreInTheirCatalogue reads the program's text: every code that it
// says is in a catalogue, and every place of the code's texts has an argument.
// A notice's code and names are constants, so that nothing escapes.
func TestSentencesAreInTheirCatalogue(t *testing.T) {
	said := map[string]bool{}
	var wrong []string
	for _, s := range sentences(t) {
		said[s.code] = true
		for _, what := range s.wrong() {
			wrong = append(wrong, s.at+": "+s.code+" "+what)
		}
	}
	for code := range notice.Catalogue() {
		if !said[code] {
			wrong = append(wrong, code+" is said nowhere")
		}
	}
	require.Empty(t, wrong)
}

// wrong is what does not fit the catalogue.
func (s sentence) wrong() []string {
	text, known := notice.Catalogue()[s.code]
	if s.maker == "problem" {
		if s.code == "" {
			return nil // handed on: the caller that names it is looked at
		}
		var entry problem.Entry
		entry, known = problem.Catalogue()[s.code]
		text = entry.Message
	}
	if !known {
		return []string{"is not in the catalogue of " + s.maker}
	}
	if !s.whole {
		if s.maker == "notice" {
			return []string{"has names that are no constants"}
		}
		return nil
	}
	var out []string
	places := text.Places()
	for place := range places {
		if !slices.Contains(s.places, place) {
			out = append(out, "has no argument for {"+place+"}")
		}
	}
	for _, place := range s.places {
		if s.maker == "notice" && !places[place] { // a problem's are told to programs as well
			out = append(out, "says nothing of its argument "+place)
		}
	}
	return out
}

// sentences finds the calls in the engine and the application, tests aside.
func sentences(t *testing.T) []sentence {
	t.Helper()
	var out []sentence
	for _, dir := range []string{"../engine", "../app"} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil || !bytes.Contains(text, []byte("notice.New(")) && !bytes.Contains(text, []byte("problem.New(")) {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			out = append(out, sentencesOf(files, file)...)
			return nil
		}))
	}
	require.NotEmpty(t, out)
	return out
}

func sentencesOf(files *token.FileSet, file *ast.File) []sentence {
	var out []sentence
	around := map[ast.Node]bool{} // calls that sentences within are given to
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		made, maker := receiver(call, file.Name)
		if made != nil {
			around[made] = true
		}
		if maker == "" {
			return true
		}
		s := sentence{at: files.Position(call.Pos()).String(), maker: maker, whole: !call.Ellipsis.IsValid()}
		s.code, _ = constant(call.Args[0])
		for i := 1; i < len(call.Args); i += 2 {
			name, ok := constant(call.Args[i])
			s.places, s.whole = append(s.places, name), s.whole && ok
		}
		if maker == "notice" && around[call] {
			s.places = append(s.places, "inner")
		}
		out = append(out, s)
		return true
	})
	return out
}

// receiver is the call that Of or Because is called on, or else the package
// whose New is called.
func receiver(call *ast.CallExpr, home *ast.Ident) (made ast.Expr, maker string) {
	var of, called *ast.Ident
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		of, called = home, fun
	case *ast.SelectorExpr:
		if fun.Sel.Name == "Of" || fun.Sel.Name == "Because" {
			return fun.X, ""
		}
		of, _ = fun.X.(*ast.Ident)
		called = fun.Sel
	}
	if of == nil || called.Name != "New" || of.Name != "notice" && of.Name != "problem" {
		return nil, ""
	}
	return nil, of.Name
}

func constant(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
