package filestore

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
)

func TestVersionsOfAKey(t *testing.T) {
	ctx := context.Background()
	w := newWriting(t, duck.Options{})
	shared := NewShared(w.db)
	defer func() { require.NoError(t, shared.Close()) }()
	w.create(t, "k", judge.Fields(t, "id INT NOT NULL", "v STRING"), []string{"id"}, nil, map[string]string{"bucket": "2", "write-only": "true"})
	store := New(w.conn, shared)
	plan, err := w.table(t, "k").Whole(ctx)
	require.NoError(t, err)
	text, err := store.Versions(ctx, w.table(t, "k"), plan)
	require.NoError(t, err)
	require.Empty(t, text, "no file yet")

	w.write(t, "k", "SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, 'c')) t(id, v)", "")
	w.write(t, "k", "SELECT 2 AS id, 'bb' AS v, 3::TINYINT AS kind", "kind")
	plan, err = w.table(t, "k").Whole(ctx)
	require.NoError(t, err)
	text, err = store.Versions(ctx, w.table(t, "k"), plan)
	require.NoError(t, err)
	rows, _, err := w.conn.Rows(ctx, "SELECT _LEVEL, _KIND, id, v FROM ("+text+") WHERE id = 2 ORDER BY _SEQUENCE DESC")
	require.NoError(t, err)
	require.Equal(t, [][]any{{int32(0), "-D", int32(2), "bb"}, {int32(0), "+I", int32(2), "b"}}, rows)
	require.NoError(t, store.Close(ctx))
}
