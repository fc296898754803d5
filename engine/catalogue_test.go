package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/notice"
	"laketop/engine/problem"
)

// sentence is a call of notice.New, problem.New or problem.Say in the program.
type sentence struct {
	at     string // file:line
	maker  string // "notice", "problem" or "phrase"
	code   string // "" when it is no constant
	places []string
	whole  bool // places are all the arguments' names
}

// TestSentencesAreInTheirCatalogue reads the program's text: every code that it
// says is in a catalogue, every place of the code's texts has an argument, and
// no code is in a catalogue that nothing says. The codes and names of notices
// and phrases are constants, so that nothing escapes.
func TestSentencesAreInTheirCatalogue(t *testing.T) {
	program := &program{literals: map[string]bool{}}
	for _, dir := range []string{"../engine", "../app"} {
		require.NoError(t, filepath.WalkDir(dir, program.read))
	}
	require.NotEmpty(t, program.sentences)
	var wrong []string
	for _, s := range program.sentences {
		for _, what := range s.wrong() {
			wrong = append(wrong, s.at+": "+s.code+" "+what)
		}
	}
	for _, code := range slices.Concat(slices.Sorted(maps.Keys(notice.Catalogue())), slices.Sorted(maps.Keys(problem.Catalogue())), slices.Sorted(maps.Keys(problem.Phrases()))) {
		if !program.literals[code] {
			wrong = append(wrong, code+" is said nowhere")
		}
	}
	require.Empty(t, wrong)
}

// wrong is what does not fit the catalogue.
func (s sentence) wrong() []string {
	var text problem.Text
	var known bool
	switch s.maker {
	case "notice":
		text, known = notice.Catalogue()[s.code]
	case "phrase":
		text, known = problem.Phrases()[s.code]
	case "problem":
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
		if s.maker != "problem" {
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
		if s.maker != "problem" && !places[place] { // a problem's are told to programs as well
			out = append(out, "says nothing of its argument "+place)
		}
	}
	return out
}

// program is what the engine and the application say, tests aside.
type program struct {
	sentences []sentence
	literals  map[string]bool
}

func (p *program) read(path string, d fs.DirEntry, err error) error {
	if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
		return err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			if text, ok := constant(lit); ok {
				p.literals[text] = true
			}
		}
		return true
	})
	p.sentences = append(p.sentences, sentencesOf(files, file)...)
	return nil
}

func sentencesOf(files *token.FileSet, file *ast.File) []sentence {
	var out []sentence
	around := map[ast.Expr][]string{} // by call: the places that the calls on what it makes fill
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
			places := around[call]
			switch fun.Sel.Name {
			case "Of", "Because":
				places = append(places, "inner")
			case "With", "WithError":
				place, _ := constant(call.Args[0])
				places = append(places, place)
			}
			around[fun.X] = places
		}
		maker := makes(call, file.Name)
		if maker == "" {
			return true
		}
		s := sentence{at: files.Position(call.Pos()).String(), maker: maker, places: around[call], whole: !call.Ellipsis.IsValid()}
		if maker == "problem" {
			s.places = slices.DeleteFunc(s.places, func(p string) bool { return p == "inner" })
		}
		s.code, _ = constant(call.Args[0])
		for i := 1; i < len(call.Args); i += 2 {
			name, ok := constant(call.Args[i])
			s.places, s.whole = append(s.places, name), s.whole && ok
		}
		out = append(out, s)
		return true
	})
	return out
}

// makes is what kind of sentence a call makes, "" for any other call.
func makes(call *ast.CallExpr, home *ast.Ident) string {
	of, called := home, (*ast.Ident)(nil)
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		called = fun
	case *ast.SelectorExpr:
		of, _ = fun.X.(*ast.Ident)
		called = fun.Sel
	}
	switch {
	case of == nil || called == nil || of.Name != "notice" && of.Name != "problem":
		return ""
	case called.Name == "New":
		return of.Name
	case called.Name == "Say" && of.Name == "problem":
		return "phrase"
	}
	return ""
}

func constant(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
