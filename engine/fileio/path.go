package fileio

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// CheckPath refuses a path that is not plainly inside the root: "" is the
// root itself; an absolute path, an empty, "." or ".." element, a backslash
// or a NUL byte is ErrPath. Every FileIO calls it first.
func CheckPath(path string) error {
	if path == "" {
		return nil
	}
	if path == "." || !fs.ValidPath(path) || strings.ContainsAny(path, "\\\x00") || !filepath.IsLocal(filepath.FromSlash(path)) {
		return &fs.PathError{Op: "check", Path: path, Err: ErrPath}
	}
	return nil
}

// Join puts path elements together and leaves out empty ones.
func Join(elems ...string) string {
	kept := make([]string, 0, len(elems))
	for _, e := range elems {
		if e != "" {
			kept = append(kept, e)
		}
	}
	return strings.Join(kept, "/")
}
