package workspace

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/session"
)

func compacting(t *testing.T, compaction string) *Workspace {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "warehouse"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ConfigFile), []byte("compaction: "+compaction+"\ncatalogs:\n  - {name: paimon, warehouse: warehouse}\n"), 0o644))
	bus := &Bus{}
	w, err := Open(context.Background(), dir, Options{Bus: bus, Jobs: NewJobs(bus, time.Now), MemoryBytes: 256 << 20})
	require.NoError(t, err)
	return w
}

// writes inserts so often that the runs of the bucket are too many.
func writes(t *testing.T, w *Workspace) {
	t.Helper()
	s, err := w.Session(context.Background())
	require.NoError(t, err)
	text := "CREATE DATABASE d; USE d; CREATE TABLE k (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1');"
	for range 6 {
		text += "INSERT INTO k VALUES (1, 'a'), (2, 'b');"
	}
	_, err = s.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func kindsOf(t *testing.T, w *Workspace) []string {
	t.Helper()
	table, err := w.catalogs[w.primary].Table(context.Background(), catalog.Identifier{Database: "d", Table: "k"})
	require.NoError(t, err)
	all, err := table.Snapshots().All(context.Background())
	require.NoError(t, err)
	var out []string
	for _, s := range all {
		out = append(out, string(s.CommitKind))
	}
	return out
}

func TestTablesAreCompactedBehindTheStatements(t *testing.T) {
	w := compacting(t, "background")
	events, stop := w.Bus.Subscribe()
	defer stop()
	writes(t, w)
	require.NoError(t, w.compacts.wait())
	require.Equal(t, "COMPACT", kindsOf(t, w)[len(kindsOf(t, w))-1])
	require.Equal(t, &TableVersion{Table: "d.k", Snapshot: int64(len(kindsOf(t, w)))}, (<-events).Table)
	require.NoError(t, w.Close())
}

func TestCompactionEndsWithTheWorkspace(t *testing.T) {
	w := compacting(t, "background")
	writes(t, w)
	began := time.Now()
	require.NoError(t, w.Close())
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestCompactionMayBeLeftToTheStatements(t *testing.T) {
	w := compacting(t, "off")
	require.Nil(t, w.compacts)
	writes(t, w)
	require.Contains(t, kindsOf(t, w), "COMPACT")
	require.NoError(t, w.Close())
}
