package source

import (
	"context"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"laketop/engine/problem"
)

// local matches a glob on this machine: *, ?, [..], {a,b} and **. A folder
// stands for the files directly in it.
func (s *Sources) local(ctx context.Context, glob string) ([]File, error) {
	pattern := strings.TrimPrefix(glob, "file://")
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(s.opt.Dir, pattern)
	}
	base, _ := doublestar.SplitPattern(filepath.ToSlash(pattern))
	if !s.opt.Allowed(filepath.FromSlash(base)) {
		return nil, problem.New("source.outside", "path", glob)
	}
	if info, err := os.Stat(pattern); err == nil && info.IsDir() {
		pattern = filepath.Join(pattern, "*")
	}
	paths, err := doublestar.FilepathGlob(pattern, doublestar.WithFilesOnly(), doublestar.WithFailOnIOErrors())
	if err != nil {
		return nil, badGlob(glob, err)
	}
	sort.Strings(paths)
	out := make([]File, 0, len(paths))
	for _, p := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if hidden(filepath.Base(p)) {
			continue
		}
		if !s.opt.Allowed(p) { // a link that leads out, or .. inside {a,b}
			return nil, problem.New("source.outside", "path", p)
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, badGlob(glob, err)
		}
		out = append(out, File{URI: p, LocalPath: p, SizeBytes: info.Size(), Modified: info.ModTime()})
	}
	return out, nil
}

// hidden files are markers and leftovers of writers, as Spark sees them.
func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") }
