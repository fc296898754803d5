package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
)

func TestParseTable(t *testing.T) {
	for text, want := range map[string]catalog.Identifier{
		"t":                     {Database: "db", Table: "t"},
		"t$snapshots":           {Database: "db", Table: "t", System: "snapshots"},
		"t$FILES":               {Database: "db", Table: "t", System: "files"},
		"t$branch_dev":          {Database: "db", Table: "t", Branch: "dev"},
		"t$branch_main":         {Database: "db", Table: "t"},
		"t$branch_dev$options":  {Database: "db", Table: "t", Branch: "dev", System: "options"},
		"branch_x":              {Database: "db", Table: "branch_x"},
		"t$branch_main$options": {Database: "db", Table: "t", System: "options"},
	} {
		got, err := catalog.ParseTable("db", text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "$snapshots", "t$", "t$a$b", "t$branch_x$a$b", "t$branch_../x", "t$branch_12", "t$branch_a/b"} {
		_, err := catalog.ParseTable("db", text)
		require.ErrorContains(t, err, "cannot be the name", text)
	}
}

func TestMatch(t *testing.T) {
	names := []string{"Orders", "orders", "Users", "表"}
	for name, want := range map[string]string{"orders": "orders", "Orders": "Orders", "USERS": "Users", "表": "表", "none": ""} {
		got, err := catalog.Match(name, names)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := catalog.Match("ORDERS", names)
	require.ErrorContains(t, err, "ORDERS is not exact and fits Orders, orders")
}

func TestIdentifierText(t *testing.T) {
	id := catalog.Identifier{Database: "db", Table: "t", Branch: "b", System: "files"}
	require.Equal(t, "db.t$branch_b$files", id.String())
	require.Equal(t, "t", catalog.Identifier{Table: "t"}.String())
}
