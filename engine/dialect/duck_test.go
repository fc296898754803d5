package dialect_test

import (
	"context"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
)

// TestDuckCells runs testdata/duck: what the guard lets through is shown as
// DuckDB gets it, with the rows; what it refuses as the user reads it.
func TestDuckCells(t *testing.T) {
	l := newLake(t)
	l.configure(t, dialect.DuckDB)
	datadriven.RunTest(t, "testdata/duck", func(t *testing.T, d *datadriven.TestData) string {
		if d.Cmd == "table" {
			l.table(t, d.CmdArgs[0].Key, d.Input)
			return ""
		}
		return l.duckCell(t, d.Input)
	})
}

func (l *lake) duckCell(t *testing.T, text string) string {
	l.uses = nil
	list, err := dialect.Parse(dialect.DuckDB, text, dialect.Params{"day": "2024-05-06", "n": "2", "who": "O'Hara"})
	if err != nil {
		return shown(err)
	}
	require.Len(t, list, 1)
	var tree string
	require.NoError(t, l.conn.QueryRowContext(context.Background(), dialect.SerializeDuck(list[0])).Scan(&tree))
	tr, err := dialect.TranslateDuck(context.Background(), list[0], tree, l, options)
	if err != nil {
		return shown(err)
	}
	out := tr.SQL + "\n"
	for _, u := range l.uses {
		out += "-- " + u + "\n"
	}
	_, rows, err := l.rows(tr.SQL)
	if err != nil {
		return out + shown(tr.Map.Error(err))
	}
	for _, r := range rows {
		out += "| "
		for _, c := range r {
			out += c + " | "
		}
		out += "\n"
	}
	return out
}
