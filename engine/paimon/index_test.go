package paimon_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/avrofile"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/snapshot"
)

type indexRow struct {
	Version int32  `avro:"_VERSION"`
	Type    string `avro:"_INDEX_TYPE"`
}

// Deletion vectors hide rows, so a table that has them is refused; an index that
// only helps readers is carried on.
func TestIndexManifest(t *testing.T) {
	for kind, refused := range map[string]bool{"DELETION_VECTORS": true, "btree": false} {
		t.Run(kind, func(t *testing.T) {
			io := mem.New()
			table := create(t, env(io), nil, nil, field("dt", "STRING"), field("v", "INT"))
			s, err := table.Commit(t.Context(), commit.Request{Added: []manifest.Entry{write(t, table, nil, "x", 1)}})
			require.NoError(t, err)
			format, err := avrofile.New[indexRow](`{"type":"record","name":"record","namespace":"org.apache.paimon.avro.generated","fields":[{"name":"_VERSION","type":"int"},{"name":"_INDEX_TYPE","type":"string"}]}`)
			require.NoError(t, err)
			b, err := format.Write([]indexRow{{1, "HASH"}, {1, kind}})
			require.NoError(t, err)
			require.NoError(t, io.Create(t.Context(), "db.db/t/manifest/index-manifest-1", b))
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
