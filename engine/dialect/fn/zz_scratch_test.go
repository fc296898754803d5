package fn_test

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"laketop/engine/dialect/ast"
)

func TestScratchDump(t *testing.T) {
	f, err := os.Open(argTypesFile)
	require.NoError(t, err)
	defer f.Close()
	var main, extra []string
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "\t")
		refused, other := strings.Fields(parts[2]), strings.Fields(parts[3])
		c, _ := callOf(parts[0])
		at := int(parts[1][0] - '0')
		span := c.Args[at].Pos()
		query := "SELECT " + parts[0]
		put := func(list *[]string, sql string) {
			q := (query[:span.Start] + sql + query[span.End:])[7:]
			if !seen[q] {
				seen[q] = true
				*list = append(*list, q)
			}
		}
		_ = ast.Call{}
		for _, typ := range argTypes {
			if slices.Contains(refused, typ.name) || slices.Contains(other, typ.name) {
				continue
			}
			put(&main, typ.sql)
			if typ.name == "string" {
				put(&main, "'2'")
				put(&main, "'2024-05-02 03:04:05'")
			}
		}
		for _, sql := range []string{"2Y", "2S", "3L", "1.5F", "TIMESTAMP_NTZ'2024-05-01 01:00:00'", "NULL", "INTERVAL '1' DAY", "INTERVAL '1' MONTH",
			"array('x', NULL)", "array(true)", "map(1, 'v')", "named_struct('x', 'y')", "i", "d", "dec", "l", "s", "b", "dt", "ts", "encode(s, 'utf-8')"} {
			put(&extra, sql)
		}
	}
	require.NoError(t, os.MkdirAll("/tmp/argq/main", 0o755))
	require.NoError(t, os.MkdirAll("/tmp/argq/extra", 0o755))
	require.NoError(t, os.WriteFile("/tmp/argq/main/aggregate.txt", []byte(strings.Join(main, "\n")+"\n"), 0o644))
	require.NoError(t, os.WriteFile("/tmp/argq/extra/aggregate.txt", []byte(strings.Join(extra, "\n")+"\n"), 0o644))
	t.Log(len(main), len(extra))
}
