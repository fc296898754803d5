package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon/check"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
)

const dir = "d.db/t"

// lake is a table of Java's on disk.
func lake(t *testing.T, options map[string]string, partitioned bool) (string, judge.Lake) {
	t.Helper()
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	root := t.TempDir()
	java := judge.Java(t).At(root, "d")
	table := judge.Table{Fields: judge.Fields(t, "s STRING NOT NULL", "k DECIMAL(20,2) NOT NULL", "v STRING", "dt STRING NOT NULL"),
		Primary: []string{"dt", "k", "s"}, Options: options}
	if partitioned {
		table.Partition = []string{"dt"}
	}
	java.Create(t, "t", table)
	for n := range 6 {
		var rows []judge.Row
		var kinds []string
		for i := range 40 {
			x := (i*7 + n) % 50
			rows = append(rows, judge.Row{fmt.Sprint("key ", x), fmt.Sprintf("%d.25", x%9), fmt.Sprint(n), fmt.Sprint("d", x%3)})
			kinds = append(kinds, []string{"+I", "+I", "-D"}[(i+n)%3])
		}
		java.Write(t, "t", judge.Write{Rows: judge.Rows(rows...), Kinds: kinds})
	}
	return root, java
}

func look(t *testing.T, root string) (check.Done, []check.Finding) {
	t.Helper()
	io, err := local.New(root)
	require.NoError(t, err)
	done, found, err := check.Table(t.Context(), io, dir, "d.t", true)
	require.NoError(t, err)
	return done, found
}

// Java's tables are well: what the check takes for a rule is one.
func TestJavasTablesAreWell(t *testing.T) {
	for name, options := range map[string]map[string]string{
		"buckets":    {"bucket": "3"},
		"vectors":    {"bucket": "2", "deletion-vectors.enabled": "true"},
		"changelogs": {"bucket": "2", "changelog-producer": "lookup"},
		"hive":       {"bucket": "4", "bucket-function.type": "hive"},
		"write only": {"bucket": "2", "write-only": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			root, java := lake(t, options, true)
			java.Tag(t, "t", "v", 3)
			java.Branch(t, "t", "b", "v")
			java.Write(t, "t$branch_b", judge.Write{Rows: judge.Rows(judge.Row{"x", "1.00", "v", "d1"})})
			done, found := look(t, root)
			require.Empty(t, found)
			require.Positive(t, done.Rows)
			require.Positive(t, done.Files)
		})
	}
}

// Each damage is found, and told with what to do.
func TestDamageIsFound(t *testing.T) {
	root, java := lake(t, map[string]string{"bucket": "2", "deletion-vectors.enabled": "true", "num-sorted-run.compaction-trigger": "20"}, true)
	java.Tag(t, "t", "v", 2)
	clean := os.DirFS(root)
	table := func(root string) string { return filepath.Join(root, "d.db", "t") }
	one := func(t *testing.T, root, pattern string) string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(table(root), pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		return found[len(found)-1]
	}
	write := func(t *testing.T, path string, data []byte) {
		t.Helper()
		require.NoError(t, os.Remove(path))
		require.NoError(t, os.WriteFile(path, data, 0o600))
	}
	for name, tc := range map[string]struct {
		harm func(t *testing.T, root string)
		what string
	}{
		"a schema": {func(t *testing.T, root string) { require.NoError(t, os.Remove(one(t, root, "schema/schema-0"))) }, "schema"},
		"a hint":   {func(t *testing.T, root string) { write(t, one(t, root, "snapshot/LATEST"), []byte("999")) }, `says "999"`},
		"a newer schema": {func(t *testing.T, root string) {
			write(t, one(t, root, "schema/schema-0"), []byte(`{"version":9,"id":0}`))
		}, "newer than this program knows: use a newer Laketop"},
		"a newer snapshot": {func(t *testing.T, root string) {
			write(t, one(t, root, "snapshot/snapshot-2"), []byte(`{"version":9,"id":2}`))
		}, "newer than this program knows: use a newer Laketop"},
		"a snapshot": {func(t *testing.T, root string) { write(t, one(t, root, "snapshot/snapshot-2"), []byte("{")) }, "snapshot-2"},
		"a hole":     {func(t *testing.T, root string) { require.NoError(t, os.Remove(one(t, root, "snapshot/snapshot-3"))) }, "jump from 2 to 4"},
		"a list":     {func(t *testing.T, root string) { write(t, one(t, root, "manifest/manifest-list-*"), []byte("x")) }, "manifest list"},
		"a manifest": {func(t *testing.T, root string) {
			require.NoError(t, os.Remove(one(t, root, "manifest/manifest-????????-*")))
		}, "manifest"},
		"a tag": {func(t *testing.T, root string) { write(t, one(t, root, "tag/tag-v"), []byte("{}")) }, "tags cannot be read"},
		"a consumer": {func(t *testing.T, root string) {
			require.NoError(t, os.MkdirAll(filepath.Join(table(root), "consumer"), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(table(root), "consumer", "consumer-x"), []byte(`{"nextSnapshot":99}`), 0o600))
		}, "consumer x waits for snapshot 99"},
		"a data file cut": {func(t *testing.T, root string) {
			at := live(t, root, 0)
			data, err := os.ReadFile(at)
			require.NoError(t, err)
			write(t, at, data[:len(data)-9])
		}, "bytes where"},
		"a data file gone":    {func(t *testing.T, root string) { require.NoError(t, os.Remove(live(t, root, 0))) }, "it is gone"},
		"a data file swapped": {func(t *testing.T, root string) { swap(t, root) }, ""},
		"a vector": {func(t *testing.T, root string) {
			found, err := filepath.Glob(filepath.Join(table(root), "index/index-*"))
			require.NoError(t, err)
			require.NotEmpty(t, found)
			for _, at := range found {
				data, err := os.ReadFile(at)
				require.NoError(t, err)
				data[len(data)-1] ^= 1
				write(t, at, data)
			}
		}, "vector"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.CopyFS(root, clean))
			tc.harm(t, root)
			_, found := look(t, root)
			require.NotEmpty(t, found)
			var all []string
			for _, f := range found {
				require.NotEmpty(t, f.Mend)
				all = append(all, f.Where+": "+f.What+": "+f.Mend)
			}
			require.Contains(t, strings.Join(all, "\n"), tc.what)
		})
	}
}

// liveFiles are the data files of the newest snapshot, with their entries.
func liveFiles(t *testing.T, root string) ([]string, []manifest.Entry) {
	t.Helper()
	io, err := local.New(root)
	require.NoError(t, err)
	s, err := snapshot.NewManager(io, dir).Latest(t.Context())
	require.NoError(t, err)
	var entries []manifest.Entry
	for _, list := range []string{s.BaseManifestList, s.DeltaManifestList} {
		metas, err := manifest.ReadList(t.Context(), io, scan.ManifestPath(dir, list))
		require.NoError(t, err)
		for _, m := range metas {
			more, err := manifest.ReadManifest(t.Context(), io, scan.ManifestPath(dir, m.FileName))
			require.NoError(t, err)
			entries = append(entries, more...)
		}
	}
	entries, _ = manifest.Live(entries)
	var paths []string
	for _, e := range entries {
		found, err := filepath.Glob(filepath.Join(root, "d.db/t/*", fmt.Sprintf("bucket-%d", e.Bucket), e.File.FileName))
		require.NoError(t, err)
		require.Len(t, found, 1)
		paths = append(paths, found[0])
	}
	return paths, entries
}

func live(t *testing.T, root string, i int) string {
	t.Helper()
	paths, _ := liveFiles(t, root)
	return paths[i]
}

// swap puts one data file in the place of another.
func swap(t *testing.T, root string) {
	t.Helper()
	paths, entries := liveFiles(t, root)
	for i := range paths {
		for k := range paths {
			if entries[i].Bucket != entries[k].Bucket {
				data, err := os.ReadFile(paths[i])
				require.NoError(t, err)
				require.NoError(t, os.Remove(paths[k]))
				require.NoError(t, os.WriteFile(paths[k], data, 0o600))
				return
			}
		}
	}
	t.Fatal("all files are of one bucket")
}
