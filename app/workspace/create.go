package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"laketop/engine/problem"
	"laketop/notebooks"
	"laketop/sampledata"
)

// DemoZone is the time zone of the game demo: its players live there.
const DemoZone = "Asia/Shanghai"

// gitignore keeps state and lake files out of version control.
const gitignore = "# Laketop's state and cache can be thrown away.\n.laketop/\n# The lake is data, not source.\nwarehouse/\ndata/\n"

// Init makes a workspace in a new or empty folder. sample "game" brings the
// game's data, notebooks and dashboards; "" makes an empty one.
func Init(dir, sample string) error {
	c := Config{Name: filepath.Base(absolute(dir)), TimeZone: systemZone(), Dialect: "spark", Sample: sample}
	if sample == "game" {
		c.TimeZone = DemoZone
	}
	c.Catalogs = []CatalogConfig{{Name: "paimon", Warehouse: "warehouse", Aliases: []string{"paimon_catalog"}}}
	if err := makeFolder(dir, c); err != nil {
		return err
	}
	if sample != "game" {
		return nil
	}
	if err := sampledata.WriteEmbedded(filepath.Join(dir, "data")); err != nil {
		return err
	}
	return AddShipped(dir)
}

func absolute(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return abs
}

// makeFolder lays out a workspace; laketop.yaml comes last, so a folder is a
// workspace only when it is whole.
func makeFolder(dir string, c Config) error {
	if entries, err := os.ReadDir(dir); err == nil && !onlyHidden(entries) {
		return problem.New("workspace.exists", "path", absolute(dir))
	}
	for _, sub := range []string{"warehouse", "notebooks", "dashboards", "views"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return fmt.Errorf("make the workspace: %w", err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, ".gitignore")); errors.Is(err, fs.ErrNotExist) {
		if err := WriteFile(filepath.Join(dir, ".gitignore"), []byte(gitignore)); err != nil {
			return err
		}
	}
	return WriteFile(filepath.Join(dir, ConfigFile), configText(c))
}

// onlyHidden lets a fresh clone (.git, .gitignore) become a workspace.
func onlyHidden(entries []os.DirEntry) bool {
	for _, e := range entries {
		if e.Name()[0] != '.' {
			return false
		}
	}
	return true
}

// AddShipped copies the shipped notebooks and dashboards that dir lacks.
func AddShipped(dir string) error {
	return fs.WalkDir(notebooks.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		target, ok := shippedTarget(dir, p)
		if !ok || isFile(target) {
			return nil
		}
		data, err := fs.ReadFile(notebooks.FS, p)
		if err != nil {
			return err
		}
		return WriteFile(target, data)
	})
}

// shippedTarget is where a shipped document belongs in a workspace.
func shippedTarget(dir, p string) (string, bool) {
	switch path.Ext(p) {
	case ".ipynb":
		return filepath.Join(dir, "notebooks", path.Base(p)), true
	case ".yaml":
		return filepath.Join(dir, "dashboards", path.Base(p)), true
	}
	return "", false
}

// Shipped names the notebooks that Laketop brings.
func Shipped() []string {
	names, err := fs.Glob(notebooks.FS, "*.ipynb")
	if err != nil {
		return nil // the pattern is constant
	}
	return names
}

// DemoDir is where the game demo lives: Laketop/game-demo in the user's home.
func DemoDir() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the home folder: %w", err)
	}
	return filepath.Join(home, "Laketop", "game-demo"), nil
}
