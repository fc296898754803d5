package dialect_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
)

// BenchmarkTranslate parses and translates a DWD statement.
func BenchmarkTranslate(b *testing.B) {
	l := newLake(b)
	l.table(b, "game_db.ods_user_event", eventTable)
	text, err := os.ReadFile("testdata/game/events.sql")
	require.NoError(b, err)
	for b.Loop() {
		list, err := dialect.Parse(dialect.Spark, string(text), nil)
		require.NoError(b, err)
		_, err = dialect.Translate(context.Background(), dialect.Spark, list[0], list[0].Node.(*ast.CreateTable).Query, l, options)
		require.NoError(b, err)
	}
}
