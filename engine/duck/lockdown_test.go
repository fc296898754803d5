package duck_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
)

// TestLockedInstance holds the probes of the lock-down: what is denied by
// DuckDB itself, whatever text reaches it.
func TestLockedInstance(t *testing.T) {
	inside, outside := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret.csv")
	require.NoError(t, os.WriteFile(secret, []byte("a\n1\n"), 0o600))
	require.NoError(t, os.Symlink(secret, filepath.Join(inside, "link.csv")))
	require.NoError(t, os.Symlink(outside, filepath.Join(inside, "linkdir")))
	require.NoError(t, os.MkdirAll(inside+"2", 0o700))
	t.Cleanup(func() { _ = os.RemoveAll(inside + "2") })
	require.NoError(t, os.WriteFile(inside+"2/x.csv", []byte("a\n1\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(inside, "ok.csv"), []byte("a\n1\n"), 0o600))

	ctx := context.Background()
	db := open(t, duck.Options{Roots: []string{inside}})
	conn, err := db.Conn(ctx, duck.Settings{TimeZone: "Asia/Shanghai", Lenient: true})
	require.NoError(t, err)
	require.NoError(t, conn.Exec(ctx, "SELECT * FROM read_csv("+duck.Literal(inside+"/ok.csv")+")"), "an allowed file is read")

	for name, text := range map[string]string{
		"read_text outside":       "SELECT * FROM read_text('" + secret + "')",
		"read_csv outside":        "SELECT * FROM read_csv('" + secret + "')",
		"read_blob outside":       "SELECT * FROM read_blob('" + secret + "')",
		"glob outside":            "SELECT * FROM glob('" + outside + "/*')",
		"sniff_csv outside":       "SELECT * FROM sniff_csv('" + secret + "')",
		"parquet_metadata":        "SELECT * FROM parquet_metadata('" + secret + "')",
		"parent folder":           "SELECT * FROM read_text('" + inside + "/../" + filepath.Base(outside) + "/secret.csv')",
		"folder with same prefix": "SELECT * FROM read_csv('" + inside + "2/x.csv')",
		"symlinked folder":        "SELECT * FROM read_csv('" + inside + "/linkdir/secret.csv')",
		"symlinked file":          "SELECT * FROM read_csv('" + inside + "/link.csv')",
		"file url":                "SELECT * FROM read_text('file://" + secret + "')",
		"http":                    "SELECT * FROM read_text('http://127.0.0.1:1/x')",
		"environment":             "SELECT * FROM read_text('/proc/self/environ')",
		"standard input":          "SELECT * FROM read_text('/dev/stdin')",
		"through query()":         "SELECT * FROM query('SELECT * FROM read_text(''" + secret + "'')')",
		"bare file name":          "SELECT * FROM '" + secret + "'",
		"copy out":                "COPY (SELECT 1) TO '" + outside + "/x.csv'",
		"copy through a symlink":  "COPY (SELECT 1) TO '" + inside + "/linkdir/x.csv'",
		"export database":         "EXPORT DATABASE '" + outside + "/db'",
		"import database":         "IMPORT DATABASE '" + outside + "'",
		"attach outside":          "ATTACH '" + outside + "/x.db'",
		"install":                 "INSTALL httpfs",
		"load by name":            "LOAD httpfs",
		"load by path":            "LOAD '" + inside + "/x.duckdb_extension'",
		"more memory":             "SET memory_limit='100GB'",
		"open access again":       "SET enable_external_access=true",
		"another root":            "SET allowed_directories=['/']",
		"unlock":                  "SET lock_configuration=false",
		"reset":                   "RESET memory_limit",
		"more session settings":   "SET allowed_configs=['memory_limit']",
		"secret":                  "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
	} {
		t.Run(name, func(t *testing.T) { require.Error(t, conn.Exec(ctx, text)) })
	}
	for name, text := range map[string]string{
		"time zone of a session": "SET TimeZone='UTC'",
		"temporary table":        "CREATE TEMP TABLE x AS SELECT 1",
	} {
		t.Run(name, func(t *testing.T) { require.NoError(t, conn.Exec(ctx, text)) })
	}
}
