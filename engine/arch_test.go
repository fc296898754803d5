// Package engine_test holds the architecture: which package may import which,
// and through which door a heavy dependency comes in.
package engine_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors places every package of the repository, from the ground up. A
// package may import packages on floors below its own: never up, never
// sideways. A package that is not listed fails the test.
var floors = [][]string{
	{"engine/problem", "engine/fileio", "engine/bench", "engine/soak", "engine/bitmap", "notebooks", "frontend"},
	{"engine/datatype", "engine/notice", "engine/source", "engine/fileio/local", "engine/fileio/mem", "engine/fileio/faultio", "engine/fileio/fileiotest", "engine/duck/raw", "engine/dialect/lex", "engine/dialect/javafn", "engine/paimon/avrofile"},
	{"engine/duck", "engine/duck/udf", "engine/judge", "engine/dialect/ast", "engine/dialect/coerce", "engine/rowtext", "engine/paimon/binaryrow", "engine/paimon/schema", "engine/paimon/snapshot", "sampledata"},
	{"engine/dialect/parse", "engine/dialect/fn", "engine/paimon/manifest", "engine/paimon/footer", "engine/paimon/merge", "engine/paimon/bucket"},
	{"engine/dialect", "engine/paimon/merge/mergetest", "engine/paimon/deletionvector"},
	{"engine/paimon/scan", "engine/paimon/commit"},
	{"engine/paimon/expire", "engine/paimon/compact"},
	{"engine/paimon", "engine/paimon/check"},
	{"engine/catalog"},
	{"engine/catalog/filesystem", "engine/catalog/catalogtest", "engine/filestore"},
	{"engine/session"},
	{"app/workspace", "app/dashboard"},
	{"app/notebook", "app/export"},
	{"app/api/gen"},
	{"app/api"},
	{"app/window", "app/cli"},
	{"build/notices"},
}

// doors names the rooms through which a dependency may enter.
var doors = map[string][]string{
	"github.com/wailsapp/wails/":       {"app/window"},
	"github.com/duckdb/duckdb-go/":     {"engine/duck", "engine/duck/raw", "engine/duck/udf"},
	"github.com/RoaringBitmap/":        {"engine/bitmap"},
	"github.com/twmb/avro":             {"engine/paimon/avrofile"},
	"github.com/parquet-go/parquet-go": {"engine/paimon/footer", "sampledata"},
}

// TestImports parses instead of running `go list`, so that the test cache
// knows every file it read and reruns when one changes.
func TestImports(t *testing.T) {
	const root, module = "..", "laketop/"
	floor := map[string]int{}
	for i, pkgs := range floors {
		for _, p := range pkgs {
			floor[p] = i
		}
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		from := filepath.ToSlash(rel)
		if _, ok := floor[from]; !ok && from != "." {
			t.Errorf("%s has no floor: add %q to floors", path, from)
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			if to, ok := strings.CutPrefix(imp, module); ok && from != "." && floor[to] >= floor[from] {
				t.Errorf("%s (floor %d) imports %s (floor %d)", path, floor[from], to, floor[to])
			}
			for dep, door := range doors {
				if strings.HasPrefix(imp, dep) && !slices.Contains(door, from) {
					t.Errorf("%s imports %s; only %v may", path, imp, door)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
