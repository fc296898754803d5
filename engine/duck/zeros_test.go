package duck_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
)

// DuckDB's dictionaries know one zero; files keep both.
func TestCopyKeepsBothZeros(t *testing.T) {
	dir := t.TempDir()
	db, err := duck.Open(t.Context(), duck.Options{Roots: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(t.Context(), duck.Settings{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	for name, extra := range map[string]string{
		"plain": "", "folder": "FILE_SIZE_BYTES 100000000", "partitions": "PARTITION_BY (p)", "limit": "WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 8192, ROW_GROUP_SIZE 2048",
	} {
		for _, value := range []string{"%s", "%s::FLOAT", "[%s]", "{'x': %s}", "MAP {'k': %s::FLOAT}"} {
			t.Run(name+" "+value, func(t *testing.T) {
				target := filepath.Join(dir, fmt.Sprintf("t%x", name+value))
				x := fmt.Sprintf(value, "CASE i % 5 WHEN 0 THEN 0.0::DOUBLE WHEN 1 THEN '-0.0'::DOUBLE WHEN 2 THEN NULL ELSE i % 7 END")
				query := fmt.Sprintf("SELECT i, %s AS x, 'text' || i %% 3 AS s, i %% 2 AS p FROM range(10000) r(i)", x)
				copied, err := conn.Copy(t.Context(), query, target, extra)
				require.NoError(t, err)
				var n int64
				from := ""
				for _, f := range copied {
					n += f.Rows
					from += duck.Literal(f.Path) + ", "
				}
				require.EqualValues(t, 10000, n)
				diff, _, err := conn.Rows(t.Context(), fmt.Sprintf("SELECT count(*) FILTER (a.x::VARCHAR IS DISTINCT FROM b.x::VARCHAR), count(*) FROM (%s) a JOIN read_parquet([%s]) b USING (i)", query, from))
				require.NoError(t, err)
				require.Equal(t, [][]any{{int64(0), int64(10000)}}, diff)
			})
		}
	}
	one, err := conn.Copy(t.Context(), "SELECT '-0.0'::DOUBLE AS x FROM range(1000)", filepath.Join(dir, "one"), "")
	require.NoError(t, err)
	rows, _, err := conn.Rows(t.Context(), fmt.Sprintf("SELECT any_value(encodings), (SELECT DISTINCT x::VARCHAR FROM read_parquet(%[1]s)) FROM parquet_metadata(%[1]s)", duck.Literal(one[0].Path)))
	require.NoError(t, err)
	require.Equal(t, [][]any{{"PLAIN_DICTIONARY", "-0.0"}}, rows, "one zero may be in a dictionary")
}
