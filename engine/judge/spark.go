package judge

import (
	"path/filepath"
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

// SparkLake is Spark 3.5 with Paimon's connector for it (see SparkPaimon), in a
// JVM of this test's own, which takes 25 seconds to start and ends with the
// test: USE a catalog of catalogs, which are warehouses (local folders) by name.
func SparkLake(tb testing.TB, catalogs map[string]string) SQL {
	tb.Helper()
	python, connector := SparkPaimon()
	command := []string{
		python, filepath.Join(interop(), "spark.py"), "spark.jars=" + connector, "spark.sql.catalogImplementation=in-memory",
		"spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m", "spark.sql.codegen.wholeStage=false", "spark.sql.codegen.factoryMode=NO_CODEGEN", "spark.sql.adaptive.enabled=false", // small statements
		"spark.sql.warehouse.dir=" + tb.TempDir(), "spark.sql.extensions=org.apache.paimon.spark.extensions.PaimonSparkSessionExtensions",
	}
	for name, warehouse := range catalogs {
		prefix := "spark.sql.catalog." + name
		command = append(command, prefix+"=org.apache.paimon.spark.SparkCatalog", prefix+".warehouse="+warehouse, prefix+".cache-enabled=false")
	}
	j, err := start("spark with Paimon", command...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, j.in.Close()) })
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
