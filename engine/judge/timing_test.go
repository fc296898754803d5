package judge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
)

func TestTimings(t *testing.T) {
	l := lake(t)
	fields := judge.Fields(t, "id BIGINT NOT NULL", "v STRING", "d DATE", "m DECIMAL(12, 2)", "at TIMESTAMP(6)", "x DOUBLE", "n INT", "b BOOLEAN")
	l.Create(t, "from", judge.Table{Fields: fields, Options: map[string]string{"bucket": "-1"}})
	day, at := "2026-11-21", "2026-11-21T08:00:00.000001"
	l.Write(t, "from", judge.Write{Rows: judge.Rows(
		judge.Row{7, "a", day, "1.25", at, 1.5, 1, true}, judge.Row{5, "later", day, "1.00", at, -1.5, 2, false}, judge.Row{7, "b", nil, nil, nil, nil, nil, nil},
	)})
	l.Create(t, "t", judge.Table{Fields: fields, Primary: []string{"id"}, Options: map[string]string{"bucket": "3"}})
	for range 2 { // each into an empty table
		wrote := l.TimeWrite(t, "t", judge.TimeWrite{From: "from"})
		require.EqualValues(t, 3, wrote.Count)
		clock, cpu := wrote.Last()
		require.Positive(t, clock)
		require.Positive(t, cpu)
		require.Equal(t, judge.Rows(judge.Row{5, "later"}, judge.Row{7, "b"}), l.Read(t, "t", judge.Read{Columns: []string{"id", "v"}, Filter: &judge.Filter{Column: "id", Cmp: "is not null"}}).Rows)
	}
	read := l.TimeRead(t, "t", judge.TimeRead{Warm: true})
	require.EqualValues(t, 2, read.Count)
	require.EqualValues(t, 12, read.Sum)
	require.Equal(t, 2, read.Splits)
	require.Len(t, read.CPUNanos, len(read.Nanos))
	require.GreaterOrEqual(t, len(read.Nanos), 3)
	require.EqualValues(t, 12, l.TimeRead(t, "t", judge.TimeRead{Columns: []string{"id"}}).Sum)
}
