package session_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/session"
)

// values are the rows of a query in the judges' JSON.
func (l *lake) values(tb testing.TB, s *session.Session, dialect, query string) [][]any {
	tb.Helper()
	out := l.run(tb, s, dialect, query, nil)
	r := out[len(out)-1].Result
	require.NotNil(tb, r, query)
	return l.resultValues(tb, r)
}

func (l *lake) resultValues(tb testing.TB, r *duck.Result) [][]any {
	tb.Helper()
	page, err := l.db.Results().Page(context.Background(), r.ID, 0, 100_000, "")
	require.NoError(tb, err)
	in, err := ipc.NewReader(bytes.NewReader(page))
	require.NoError(tb, err)
	defer in.Release()
	types := make([]datatype.Type, len(r.Columns))
	for i, c := range r.Columns {
		types[i] = c.Type
	}
	var rows [][]any
	for in.Next() {
		rows = append(rows, judge.Records(types, in.RecordBatch())...)
	}
	require.NoError(tb, in.Err())
	require.EqualValues(tb, r.Rows, len(rows))
	return rows
}
