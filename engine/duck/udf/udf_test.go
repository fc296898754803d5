package udf_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck/udf"
)

// values are expressions over the row number, by parameter type, with NULLs,
// texts that fit into a vector and texts that do not.
var values = map[string]string{
	"BOOLEAN": "i % 2 = 0", "INTEGER": "CAST(i % 7 - 2 AS INTEGER)", "BIGINT": "i * 7919 - 50000", "FLOAT": "CAST(i AS FLOAT) / 3",
	"DOUBLE": "i / 7.0 - 100", "DATE": "DATE '2024-01-01' + CAST(i % 500 AS INTEGER)", "TIMESTAMP": "TIMESTAMP '2024-01-01' + to_hours(i)",
	"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_hours(i)",
	"VARCHAR":                  "['12.5', '2024-05-06', 'a text that is longer than twelve bytes ' || i, 'ü中文' || i, '', '{\"a\":' || i || '}'][i % 6 + 1]",
	"BLOB":                     "encode(['ab', 'ü中文, and a good deal more ' || i, ''][i % 3 + 1])",
	"VARCHAR[]":                "['s' || i, NULL, 's a longer one ' || i]", "DOUBLE[]": "[i, NULL, i * 2.5, 3]",
}

// TestVectorsAgreeWithRows runs every function over vectors with NULLs and then
// row by row.
func TestVectorsAgreeWithRows(t *testing.T) {
	conn := open(t, 1)
	n, rows := 5000, []int{0, 1, 2, 3, 5, 11, 22, 2047, 2048, 2049, 4999}
	if testing.Short() {
		n, rows = 2049, []int{11, 2048} // a NULL, and the first of the second vector
	}
	for _, name := range udf.Names() {
		var list string
		require.NoError(t, conn.QueryRowContext(context.Background(),
			"SELECT array_to_string(parameter_types, '|') FROM duckdb_functions() WHERE function_name = ?", name).Scan(&list), name)
		if list == "" {
			continue
		}
		var args []string
		for k, typ := range strings.Split(list, "|") {
			v, ok := values[typ]
			require.True(t, ok, "%s: no values of %s", name, typ)
			args = append(args, fmt.Sprintf("CASE WHEN i %% %d <> 0 THEN %s END", 11+k, v))
		}
		call := name + "(" + strings.Join(args, ", ") + ")"
		whole, err := texts(conn, fmt.Sprintf("SELECT CAST(%s AS VARCHAR) FROM range(%d) r(i)", call, n))
		if err != nil { // a pattern or a charset that is none, which the function must say itself
			require.ErrorContains(t, err, name)
			continue
		}
		for _, row := range rows {
			one, err := texts(conn, fmt.Sprintf("SELECT CAST(%s AS VARCHAR) FROM (SELECT CAST(%d AS BIGINT) AS i)", call, row))
			require.NoError(t, err)
			require.Equal(t, one[0], whole[row], "%s, row %d", name, row)
		}
	}
}

func texts(conn *sql.Conn, query string) ([]sql.NullString, error) {
	rows, err := conn.QueryContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []sql.NullString
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
