package paimon_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The pages on the format name tests that are there.
func TestFormatPagesNameRealTests(t *testing.T) {
	declared := map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range declaration.FindAllSubmatch(b, -1) {
			declared[string(m[1])] = true
		}
		return err
	}))
	pages, err := filepath.Glob("../../docs/format/*.md")
	require.NoError(t, err)
	require.Greater(t, len(pages), 6)
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	for _, page := range pages {
		b, err := os.ReadFile(page)
		require.NoError(t, err)
		tests := named.FindAllSubmatch(b, -1)
		if filepath.Base(page) != "README.md" {
			require.NotEmpty(t, tests, page)
		}
		for _, m := range tests {
			require.True(t, declared[string(m[1])], "%s names %s, which is not there", page, m[1])
		}
	}
}
