package workspace

import (
	"os"
	"path/filepath"
	"strings"

	"laketop/engine/problem"
)

// FolderKind is what a folder can be opened as.
type FolderKind string

// The kinds of folders.
const (
	KindWorkspace FolderKind = "workspace" // has laketop.yaml
	KindWarehouse FolderKind = "warehouse" // has <database>.db folders
	KindTable     FolderKind = "table"     // has schema/schema-0 …
	KindFolder    FolderKind = "folder"
)

// KindOf looks at a folder without opening it.
func KindOf(dir string) FolderKind {
	if isFile(filepath.Join(dir, ConfigFile)) {
		return KindWorkspace
	}
	if isTable(dir) {
		return KindTable
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return KindFolder
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasSuffix(e.Name(), ".db") {
			return KindWarehouse
		}
	}
	return KindFolder
}

// Openable is why a folder cannot be opened; plain also takes folders that are
// no workspace and no lake.
func Openable(dir string, plain bool) error {
	if !isDir(dir) {
		return problem.New("workspace.missing", "path", dir)
	}
	if !plain && KindOf(dir) == KindFolder {
		return problem.New("workspace.not_one", "path", dir)
	}
	return nil
}

func isFile(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

func isTable(dir string) bool {
	entries, err := os.ReadDir(filepath.Join(dir, "schema"))
	if err != nil {
		return false
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "schema-") {
			return true
		}
	}
	return false
}

// Find is the nearest folder with a laketop.yaml, from dir upwards; dir itself
// when there is none.
func Find(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := abs; ; at = filepath.Dir(at) {
		if isFile(filepath.Join(at, ConfigFile)) {
			return at, nil
		}
		if filepath.Dir(at) == at {
			return abs, nil
		}
	}
}

// Entry is a child of a folder that can be chosen.
type Entry struct {
	Name, Path string
	Kind       string // a FolderKind or "file"
	SizeBytes  int64
}

// dataFiles are the ends of names that a chooser of files shows.
var dataFiles = []string{".parquet", ".csv", ".tsv", ".ipynb", ".gz", ".json", ".ndjson"}

// Folder lists what can be chosen in a folder; "" is the user's home. Hidden
// names are left out.
func Folder(dir string) (path, parent string, entries []Entry, err error) {
	if dir == "" {
		if dir, err = os.UserHomeDir(); err != nil {
			dir = string(filepath.Separator)
		}
	}
	dir = filepath.Clean(dir)
	if !filepath.IsAbs(dir) || !isDir(dir) {
		return "", "", nil, problem.New("workspace.missing", "path", dir)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return "", "", nil, problem.New("source.unreadable", "path", dir, "what", err.Error()).Because(err)
	}
	for _, e := range list {
		if entry, ok := entryOf(dir, e); ok {
			entries = append(entries, entry)
		}
	}
	if parent = filepath.Dir(dir); parent == dir {
		parent = ""
	}
	return dir, parent, entries, nil
}

func entryOf(dir string, e os.DirEntry) (Entry, bool) {
	entry := Entry{Name: e.Name(), Path: filepath.Join(dir, e.Name()), Kind: "file"}
	if strings.HasPrefix(entry.Name, ".") {
		return entry, false
	}
	st, err := os.Stat(entry.Path)
	if err != nil {
		return entry, false // a dangling link, or not ours to see
	}
	if st.IsDir() {
		entry.Kind = string(KindOf(entry.Path))
		return entry, true
	}
	entry.SizeBytes = st.Size()
	for _, end := range dataFiles {
		if strings.HasSuffix(strings.ToLower(entry.Name), end) {
			return entry, st.Mode().IsRegular()
		}
	}
	return entry, false
}
