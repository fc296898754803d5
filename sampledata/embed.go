package sampledata

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:generate go test -run 'TestEmbeddedSet|TestOracleSample' -args -rewrite

//go:embed game
var embedded embed.FS

// EmbeddedOptions are the arguments that make the embedded set, byte for byte.
func EmbeddedOptions() Options { return Options{Users: 12_000} }

// Embedded is the built-in sample: user_profile/ and user_event/.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "game")
	if err != nil {
		panic(err) // "game" is a valid path
	}
	return sub
}

// WriteEmbedded copies the built-in sample below dir, where it equals
// Generate(ctx, dir, EmbeddedOptions(), nil).
func WriteEmbedded(dir string) error {
	for _, f := range []string{"user_profile", "user_event"} {
		if err := (folder{dir: filepath.Join(dir, f)}).prepare(); err != nil {
			return err
		}
	}
	err := fs.WalkDir(Embedded(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(Embedded(), path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, filepath.FromSlash(path)), b, 0o644)
	})
	if err != nil {
		return fmt.Errorf("write built-in sample below %s: %w", dir, err)
	}
	return nil
}
