package footer_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/footer"
	"laketop/engine/soak"
)

// TestDamagedFilesEndInErrors flips bytes of a whole file: the parquet library
// must neither end the program nor keep it busy.
func TestDamagedFilesEndInErrors(t *testing.T) {
	const patience = 5 * time.Second
	l := newLake(t)
	fields := []datatype.Field{fieldOf(t, "a", "STRING", 0), fieldOf(t, "b", "ARRAY<TIME(3)>", 1), fieldOf(t, "c", "TIMESTAMP(9)", 2)}
	l.special("a.parquet", "SELECT 'x' || i AS a, [TIME '00:00:01', NULL] AS b, TIMESTAMP_NS '2024-02-29 12:34:56.123456789' AS c FROM range(50) r(i)", fields)
	whole, err := os.ReadFile(l.path("a.parquet"))
	require.NoError(t, err)
	random := soak.Rand(t)
	for range soak.Pick(1500, 1500, 100_000) {
		b := bytes.Clone(whole)
		for range 1 + random.IntN(4) {
			b[random.IntN(len(b))] = byte(random.IntN(256))
		}
		fio := mem.New()
		require.NoError(t, fio.Create(t.Context(), "x", b))
		start := time.Now()
		readAll(t, fio, fields)
		require.Less(t, time.Since(start), patience)
	}
}

// A page of LZ4_RAW that is damaged would take all memory: the file is refused.
func TestLZ4IsRefused(t *testing.T) {
	l := newLake(t)
	require.NoError(t, l.conn.Exec(t.Context(), "COPY (SELECT 1 AS a) TO '"+l.path("a.parquet")+"' (FORMAT parquet, COMPRESSION lz4_raw)"))
	_, err := footer.Open(t.Context(), l.fio, "a.parquet", []datatype.Field{fieldOf(t, "a", "INT", 0)})
	require.ErrorIs(t, err, footer.ErrParquet)
	require.ErrorContains(t, err, "LZ4_RAW")
}

func readAll(t *testing.T, fio *mem.FS, fields []datatype.Field) {
	t.Helper()
	r, err := footer.Open(t.Context(), fio, "x", fields)
	if err != nil {
		return
	}
	defer func() { _ = r.Close() }()
	for {
		b, err := r.Next(t.Context())
		if err != nil {
			return
		}
		b.Release()
	}
}
