package duck

import (
	"path/filepath"
	"strings"
)

// Allows tells whether the instance may read path, which need not be there:
// links are followed first, those of the roots as well. What is read without
// DuckDB (a table's metadata, a folder's list) asks here.
func (d *DB) Allows(path string) bool {
	path = resolved(path)
	for _, root := range append([]string{d.opt.SpillDir}, d.opt.Roots...) {
		rel, err := filepath.Rel(resolved(root), path)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// resolved is an absolute path without links; a part that is not there stays.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for dir, rest := abs, ""; ; {
		if target, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(target, rest)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return abs
		}
		dir, rest = parent, filepath.Join(filepath.Base(dir), rest)
	}
}
