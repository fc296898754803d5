package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Timing is what a read or a write took inside the JVM.
type Timing struct {
	Error    string
	Nanos    []int64 // of each run
	CPUNanos []int64 // of each run, by all processors, the collector's share with it
	Count    int64   // rows of one run
	Sum      int64   // over the BIGINT columns that a read touched: a proof that it did
	Splits   int     // of a read, which the threads shared out
}

// Last is the time of the last run by the clock and by the processors.
func (t Timing) Last() (clock, cpu time.Duration) {
	last := len(t.Nanos) - 1
	return time.Duration(t.Nanos[last]), time.Duration(t.CPUNanos[last])
}

// JavaServer is Paimon Java in a JVM as a job's is (the server compiler, six
// gigabytes), which ends with the benchmark: the one of Java is made to start
// soon.
func JavaServer(tb testing.TB) *Judge {
	tb.Helper()
	j, err := startJava("-Xmx6g", "-XX:+UseParallelGC")
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, j.in.Close()) })
	return j
}

// TimeRead says what a timed read touches; with Warm it runs until one run
// takes what the one before took.
type TimeRead struct {
	Columns []string `json:"columns,omitempty"`
	Warm    bool     `json:"warm,omitempty"`
	Threads int      `json:"threads,omitempty"` // 0: as many as processors
}

// TimeRead plans a table and touches the columns of every row.
func (l Lake) TimeRead(tb testing.TB, table string, r TimeRead) Timing {
	tb.Helper()
	return l.timing(tb, "timeRead", table, r)
}

// TimeWrite says what a timed write writes: the rows of the table From, which
// are brought into memory before the clock starts.
type TimeWrite struct {
	From    string `json:"from"`
	Warm    bool   `json:"warm,omitempty"`
	Threads int    `json:"threads,omitempty"` // as in TimeRead
}

// TimeWrite empties a table, then writes and commits the rows.
func (l Lake) TimeWrite(tb testing.TB, table string, w TimeWrite) Timing {
	tb.Helper()
	return l.timing(tb, "timeWrite", table, w)
}

func (l Lake) timing(tb testing.TB, op, table string, members any) Timing {
	tb.Helper()
	var t Timing
	l.Judge.exchange(tb, l.op(tb, op, table, members), &t)
	require.Empty(tb, t.Error, "%s refuses %s of %s", l.Judge.Name, op, table)
	require.NotEmpty(tb, t.Nanos)
	return t
}
