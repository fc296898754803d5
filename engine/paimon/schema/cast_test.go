package schema_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/schema"
)

func TestWidens(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, to string
		want     bool
	}{
		{"INT", "BIGINT NOT NULL", true}, {"BIGINT", "INT", false}, {"BIGINT", "FLOAT", true}, {"DOUBLE", "FLOAT", false}, {"INT", "DECIMAL(20, 2)", true},
		{"DECIMAL(10, 2)", "DECIMAL(12, 3)", true}, {"DECIMAL(10, 2)", "DECIMAL(10, 3)", false}, {"DECIMAL(10, 2)", "INT", false},
		{"VARCHAR(3)", "VARCHAR(5)", true}, {"VARCHAR(5)", "CHAR(3)", false}, {"CHAR(3)", "STRING", true}, {"STRING", "INT", false}, {"STRING", "DATE", false},
		{"DATE", "STRING", true}, {"BOOLEAN", "STRING", true}, {"BOOLEAN", "INT", false}, {"DATE", "TIMESTAMP(6)", true}, {"TIMESTAMP(6)", "DATE", false},
		{"TIMESTAMP(6)", "TIMESTAMP(3) WITH LOCAL TIME ZONE", true}, {"INT", "TIMESTAMP(3)", false}, {"STRING", "ARRAY<INT>", false},
	} {
		from, err := datatype.Parse(tc.from)
		require.NoError(t, err)
		to, err := datatype.Parse(tc.to)
		require.NoError(t, err)
		require.Equal(t, tc.want, schema.Widens(from, to), "%s to %s", tc.from, tc.to)
	}
}
