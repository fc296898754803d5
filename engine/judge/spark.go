package judge

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// SparkAnswer is what Spark said to one statement.
type SparkAnswer struct {
	Columns []string
	Types   []string   // simple strings: "bigint", "decimal(10,2)"
	Rows    [][]string // as the spark-sql shell prints them
	Error   string     // the condition's name: "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"
	Message string
}

// SQL is PySpark without a lake: ANSI off, the zone Asia/Shanghai, views
// that statements make are kept.
type SQL struct{ judge *Judge }

// Spark is PySpark in a JVM of this test binary's own; it takes ten seconds
// to start.
func Spark(tb testing.TB) SQL {
	tb.Helper()
	j, err := shared.spark()
	require.NoError(tb, err)
	return SQL{j}
}

// Run executes statements, each whether or not the one before it failed.
func (s SQL) Run(tb testing.TB, statements ...string) []SparkAnswer {
	tb.Helper()
	return s.ask(tb, "run", statements)
}

// Analyze asks for the types of queries, or why they have none; nothing is
// executed.
func (s SQL) Analyze(tb testing.TB, queries ...string) []SparkAnswer {
	tb.Helper()
	return s.ask(tb, "analyze", queries)
}

func (s SQL) ask(tb testing.TB, op string, statements []string) []SparkAnswer {
	tb.Helper()
	var answer struct {
		Error   string
		Answers []SparkAnswer
	}
	s.judge.exchange(tb, Op{"op": op, "statements": statements}, &answer)
	require.Empty(tb, answer.Error)
	require.Len(tb, answer.Answers, len(statements))
	return answer.Answers
}
