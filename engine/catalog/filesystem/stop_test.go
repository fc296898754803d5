package filesystem_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/schema"
)

// stopping cancels a context after its first rename.
type stopping struct {
	fileio.FileIO
	stop context.CancelFunc
}

func (s *stopping) Rename(ctx context.Context, from, to string) error {
	err := s.FileIO.Rename(ctx, from, to)
	s.stop()
	return err
}

func (s *stopping) Remove(ctx context.Context, p string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.FileIO.Remove(ctx, p)
}

// TestADropThatIsStoppedLeavesNothing stops a drop when the table has vanished
// and its files are still there.
func TestADropThatIsStoppedLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	io := &stopping{FileIO: mem.New(), stop: func() {}}
	cat := filesystem.Open(io, time.Now)
	require.NoError(t, cat.CreateDatabase(ctx, "d"))
	s, err := schema.New([]datatype.Field{datatype.NewField("x", datatype.Of(datatype.Int))}, nil, nil, nil, "", 1)
	require.NoError(t, err)
	id := catalog.Identifier{Database: "d", Table: "t"}
	_, err = cat.CreateTable(ctx, id, s)
	require.NoError(t, err)
	io.stop = cancel
	require.NoError(t, cat.DropTable(ctx, id))
	require.ErrorIs(t, ctx.Err(), context.Canceled)
	left, err := cat.Clean(t.Context(), 0)
	require.NoError(t, err)
	require.Empty(t, left)
}
