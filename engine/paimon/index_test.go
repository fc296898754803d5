package paimon_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
)

// Deletion vectors hide rows, so a table that has them is refused; an index that
// only helps readers is carried on.
func TestIndexManifest(t *testing.T) {
	for kind, refused := range map[string]bool{"DELETION_VECTORS": true, "btree": false} {
		t.Run(kind, func(t *testing.T) {
			io := mem.New()
			table := create(t, env(io), nil, nil, field("dt", "STRING"), field("v", "INT"))
			s, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, nil, "x", 1)}})
			require.NoError(t, err)
			row := binaryrow.Empty()
			_, err = manifest.WriteIndex(t.Context(), io, "db.db/t/manifest/index-manifest-1", []manifest.IndexEntry{
				{Partition: row, Type: "HASH", FileName: "index-1"}, {Partition: row, Type: kind, FileName: "index-2"},
			})
			require.NoError(t, err)
			s.IndexManifest = "index-manifest-1"
			require.NoError(t, io.Overwrite(t.Context(), "db.db/t/snapshot/snapshot-1", snapshot.Encode(s)))

			want := ""
			if refused {
				want = "has deletion vectors"
			}
			_, err = table.Plan(t.Context(), scan.Options{})
			requireProblem(t, err, want)
			_, err = table.Commit(t.Context(), commit.Request{Overwrite: &commit.Overwrite{}})
			requireProblem(t, err, want)
			s, err = table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, nil, "x", 2)}})
			require.NoError(t, err, "new rows do not meet them")
			require.Equal(t, "index-manifest-1", s.IndexManifest)
		})
	}
}
