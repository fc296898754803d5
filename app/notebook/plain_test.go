package notebook

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlainTableOfOneColumnKeepsItsText(t *testing.T) {
	text := "CREATE TABLE t (\n  " + strings.Repeat("x", 2*maxCell) + " BIGINT)"
	one := PlainTable([]string{"createtab_stmt"}, [][]*string{{&text}}, 1)
	require.Contains(t, one, text+"\n", "a plan or a statement is whole, its lines are lines")
	require.Contains(t, one, "\n"+strings.Repeat("-", maxCell+1)+"\n", "the rule is no wider than a value may be")

	short := "a"
	two := PlainTable([]string{"v", "k"}, [][]*string{{&text, &short}}, 1)
	require.NotContains(t, two, text)
	require.Contains(t, two, `CREATE TABLE t (\n  xxx`)
	require.Contains(t, two, "…")
}
