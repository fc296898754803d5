package paimon_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/local"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
)

// manyLive is a table on a disk with one commit of many files.
func manyLive(b *testing.B, n int) (*past, *local.FS) {
	b.Helper()
	disk, err := local.New(b.TempDir())
	require.NoError(b, err)
	p := newPast(b, disk, nil)
	files := make([]manifest.Entry, n)
	for i := range files {
		files[i] = p.file(b, disk, "a")
	}
	_, err = p.table(b, "").Commit(b.Context(), commit.Request{Added: files})
	require.NoError(b, err)
	return p, disk
}

// BenchmarkExpire expires one snapshot of a table with many live files and tags
// on a disk, as after each commit of a job that runs for long.
func BenchmarkExpire(b *testing.B) {
	p, disk := manyLive(b, 2000)
	table := p.table(b, "")
	for i := range 20 {
		p.add(b, "", "b")
		_, err := table.CreateTag(b.Context(), fmt.Sprint("t", i), scan.Options{}, nil)
		require.NoError(b, err)
	}
	for b.Loop() {
		b.StopTimer()
		_, err := table.Commit(b.Context(), commit.Request{Overwrite: &commit.Overwrite{Partition: map[string]any{"dt": "b"}}, Added: []manifest.Entry{p.file(b, disk, "b")}})
		require.NoError(b, err)
		b.StartTimer()
		_, err = table.ExpireSnapshots(b.Context(), keep(10, 10))
		require.NoError(b, err)
	}
}

// BenchmarkOrphans looks for orphans of the same table.
func BenchmarkOrphans(b *testing.B) {
	p, _ := manyLive(b, 20000)
	table := p.table(b, "")
	*p.clock = time.Now().Add(time.Hour)
	for b.Loop() {
		r, err := table.RemoveOrphans(b.Context(), p.clock.Add(-time.Second), true)
		require.NoError(b, err)
		require.Empty(b, r.Files)
	}
	b.ReportMetric(20000, "files")
}
