package paimon_test

import (
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
)

// Deletion vectors come with the plan; an index that only helps readers is
// carried on; an overwrite takes both away.
func TestIndexManifest(t *testing.T) {
	io := mem.New()
	table := create(t, env(io), nil, nil, field("dt", "STRING"), field("v", "INT"))
	file := write(t, table, nil, "x", 1, 2, 3)
	_, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{file}})
	require.NoError(t, err)

	at, err := table.NewIndexFile()
	require.NoError(t, err)
	ranges, size, err := deletionvector.Write(t.Context(), io, at, []deletionvector.Named{{File: file.File.FileName, Vector: deletionvector.New(1)}}, false)
	require.NoError(t, err)
	row := binaryrow.Empty()
	s, err := table.Commit(t.Context(), commit.Request{IndexAdded: []manifest.IndexEntry{
		{Partition: row, Type: manifest.IndexVectors, FileName: path.Base(at), SizeBytes: size, RowCount: 1, Vectors: ranges},
		{Partition: row, Type: "btree", FileName: "index-tree"},
	}})
	require.NoError(t, err)
	require.Equal(t, snapshot.Overwrite, s.CommitKind)

	plan, err := table.Plan(t.Context(), scan.Options{})
	require.NoError(t, err)
	require.Len(t, plan.Files, 1)
	require.NotNil(t, plan.Files[0].Vector)
	v, err := deletionvector.Read(t.Context(), io, plan.Files[0].Vector.Path, plan.Files[0].Vector.Offset, plan.Files[0].Vector.Length)
	require.NoError(t, err)
	require.True(t, v.Contains(1))
	require.EqualValues(t, 1, v.Cardinality())

	next, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, nil, "x", 2)}})
	require.NoError(t, err)
	require.Equal(t, s.IndexManifest, next.IndexManifest)
	indexes, err := table.Indexes(t.Context(), next)
	require.NoError(t, err)
	require.Len(t, indexes, 2)

	next, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
	require.NoError(t, err)
	require.Empty(t, next.IndexManifest)
}
