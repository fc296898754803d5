package duck_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
)

// read_parquet numbers the files of a plain list by their place in it, also
// when a filter passes some over: lt_alive rests on it.
func TestAliveByFileIndex(t *testing.T) {
	dir := t.TempDir()
	db, err := duck.Open(t.Context(), duck.Options{Roots: []string{dir}})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	conn, err := db.Conn(t.Context(), duck.Settings{})
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	list := ""
	words := make([][]uint64, 3)
	for i := range 3 {
		path := filepath.Join(dir, "dt=x", fmt.Sprintf("f%d.parquet", i))
		require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf("COPY (SELECT i, %d AS f, 'y' AS dt FROM range(5000) r(i)) TO '%s' (FORMAT parquet)", i, mkdir(t, path))))
		list += duck.Literal(path) + ","
		if i > 0 {
			words[i] = make([]uint64, 10) // shorter than the file: the rest is alive
			words[i][0] = 1 << i
			words[i][9] = 1 << 63
		}
	}
	id, release := db.Vectors().Keep(words)
	query := fmt.Sprintf("SELECT count(*), coalesce(sum(i), 0)::BIGINT FROM read_parquet([%s], hive_partitioning=false) WHERE lt_alive(%d, file_index, file_row_number)", list, id)
	for where, want := range map[string][2]int64{
		"":                    {14996, 3*12497500 - 1 - 2 - 2*639},
		" AND f = 2":          {4998, 12497500 - 2 - 639},
		" AND f > 0":          {9996, 2*12497500 - 3 - 2*639},
		" AND i = 639":        {1, 639},
		" AND f=2 AND i=4000": {1, 4000},
	} {
		rows, _, err := conn.Rows(t.Context(), query+where)
		require.NoError(t, err, where)
		require.Equal(t, []any{want[0], want[1]}, rows[0], where)
		plan, _, err := conn.Rows(t.Context(), "EXPLAIN "+query+where)
		require.NoError(t, err)
		require.Contains(t, fmt.Sprint(plan[0][1]), "lt_alive", "the test of a row is part of the scan")
	}
	release()
	_, _, err = conn.Rows(t.Context(), query)
	require.ErrorContains(t, err, "no longer known")
}

func mkdir(t *testing.T, path string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	return path
}
