package duck_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
)

// A grid showed instants in the machine's time zone where the file of the same
// result said them in the workspace's.
func TestPagesAndProfilesSpeakInTheResultsOwnTimeZone(t *testing.T) {
	ctx := context.Background()
	db := open(t, duck.Options{})
	for _, zone := range []string{"Asia/Shanghai", "America/New_York"} {
		conn, err := db.Conn(ctx, duck.Settings{TimeZone: zone})
		require.NoError(t, err)
		r, err := db.Results().Keep(ctx, conn, "SELECT TIMESTAMPTZ '2026-11-20 06:00:00' AS at", nil)
		require.NoError(t, err)
		require.NoError(t, conn.Close())

		page, err := db.Results().Page(ctx, r.ID, 0, 1, "")
		require.NoError(t, err)
		in, err := ipc.NewReader(bytes.NewReader(page))
		require.NoError(t, err)
		require.Equal(t, zone, in.Schema().Field(0).Type.(*arrow.TimestampType).TimeZone)
		in.Release()

		profiles, err := db.Results().Profile(ctx, r.ID)
		require.NoError(t, err)
		require.Contains(t, *profiles[0].Min, "2026-11-20 06:00:00", zone)
		require.Contains(t, profiles[0].Bins[0].Label, "2026-11-20 06:00:00", zone)
	}
}
