package parse_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/dialect/parse"
	"laketop/engine/problem"
)

func statement(t *testing.T, d lex.Dialect, text string) ast.Stmt {
	t.Helper()
	toks, err := lex.Scan(d, text, nil)
	require.NoError(t, err)
	s, err := parse.Statement(d, text, toks)
	if p, ok := problem.As(err); ok {
		t.Fatal(p.Report("en"))
	}
	return s
}

func TestCreateTable(t *testing.T) {
	s := statement(t, lex.Flink, `CREATE TABLE IF NOT EXISTS dwd.orders (
		id STRING NOT NULL COMMENT 'the id', fee DECIMAL(10, 2), at TIMESTAMP(3), info ARRAY<ROW<code STRING, n INT>>, PRIMARY KEY (id, dt) NOT ENFORCED
	) COMMENT 'orders' PARTITIONED BY (dt) WITH ('connector' = 'paimon', 'bucket' = '4')`).(*ast.CreateTable)
	require.Equal(t, []string{"dwd", "orders"}, s.Name.Strings())
	require.True(t, s.IfNotExists)
	require.Len(t, s.Columns, 4)
	require.Equal(t, "the id", s.Columns[0].Comment)
	require.True(t, s.Columns[0].Type.NotNull)
	require.Equal(t, "DECIMAL(10, 2)", s.Columns[1].Type.String())
	require.Equal(t, "TIMESTAMP(3)", s.Columns[2].Type.String())
	require.Equal(t, "ARRAY<ROW<`code` STRING, `n` INT>>", s.Columns[3].Type.Flink())
	require.True(t, s.PrimaryKey.NotEnforced)
	require.Len(t, s.PrimaryKey.Columns, 2)
	require.Equal(t, "orders", s.Comment)
	require.Equal(t, "dt", s.Partitioned[0].Name)
	require.Equal(t, "bucket", s.Options[1].Key)
}

func TestTimestampMeansWhatItsDialectSays(t *testing.T) {
	for d, want := range map[lex.Dialect]string{
		lex.Spark: "TIMESTAMP(6) WITH LOCAL TIME ZONE", lex.Flink: "TIMESTAMP(6)", lex.StarRocks: "TIMESTAMP(6)",
	} {
		s := statement(t, d, "CREATE TABLE t (a TIMESTAMP)").(*ast.CreateTable)
		require.Equal(t, want, s.Columns[0].Type.String(), d)
	}
}

func TestInsert(t *testing.T) {
	s := statement(t, lex.Spark, "INSERT OVERWRITE TABLE `dws`.`x` PARTITION (dt = '2024-05-06', hh) (a, b) SELECT 1, 2").(*ast.Insert)
	require.True(t, s.Overwrite)
	require.Equal(t, "dt", s.Partition[0].Column.Name)
	require.NotNil(t, s.Partition[0].Value)
	require.Nil(t, s.Partition[1].Value)
	require.Len(t, s.Columns, 2)
	v := statement(t, lex.Spark, "INSERT INTO t VALUES (1, 'a'), (2, 'b')").(*ast.Insert)
	require.Len(t, v.Query.Body.(*ast.Values).Rows, 2)
}

func TestSet(t *testing.T) {
	for text, want := range map[string][2]string{
		"SET spark.sql.session.timeZone=Asia/Shanghai": {"spark.sql.session.timeZone", "Asia/Shanghai"},
		"SET a.b-c = 'x y'":                            {"a.b-c", "x y"},
		"set 'execution.runtime-mode'='batch'":         {"execution.runtime-mode", "batch"},
		"SET odps.namespace.schema = true":             {"odps.namespace.schema", "true"},
		"SET TIME ZONE 'UTC'":                          {"spark.sql.session.timeZone", "UTC"},
	} {
		s := statement(t, lex.Spark, text).(*ast.Set)
		require.Equal(t, want[0], s.Key, text)
		require.Equal(t, want[1], *s.Value, text)
	}
	require.Nil(t, statement(t, lex.Spark, "SET spark.sql.x").(*ast.Set).Value)
	require.Empty(t, statement(t, lex.Spark, "SET").(*ast.Set).Key)
}

func TestUtilityStatements(t *testing.T) {
	for text, want := range map[string]ast.Stmt{
		"SHOW DATABASES":                     &ast.Show{What: "DATABASES"},
		"SHOW TABLES IN db LIKE 'a*'":        &ast.Show{What: "TABLES", Pattern: "a*"},
		"SHOW CREATE TABLE db.t":             &ast.Show{What: "CREATE TABLE"},
		"SHOW COLUMNS FROM t":                &ast.Show{What: "COLUMNS"},
		"SHOW PARTITIONS db.t":               &ast.Show{What: "PARTITIONS"},
		"SHOW TBLPROPERTIES t ('a.b')":       &ast.Show{What: "TBLPROPERTIES", Key: "a.b"},
		"SHOW VIEWS":                         &ast.Show{What: "VIEWS"},
		"DESC FORMATTED db.t":                &ast.Describe{What: "TABLE", Extended: true},
		"DESCRIBE DATABASE EXTENDED db":      &ast.Describe{What: "DATABASE", Extended: true},
		"USE CATALOG paimon":                 &ast.Use{Kind: "CATALOG"},
		"USE db":                             &ast.Use{},
		"DROP DATABASE IF EXISTS db CASCADE": &ast.DropDatabase{IfExists: true, Cascade: true},
		"DROP VIEW IF EXISTS v":              &ast.DropView{IfExists: true},
		"TRUNCATE TABLE t":                   &ast.Truncate{},
		"CREATE SCHEMA s COMMENT 'x'":        &ast.CreateDatabase{Comment: "x"},
		"RESET spark.x":                      &ast.Reset{Key: "spark.x"},
		"REFRESH TABLE t":                    &ast.Refresh{},
	} {
		got := statement(t, lex.Spark, text)
		require.IsType(t, want, got, text)
		blank(got)
		require.Equal(t, want, got, text)
	}
}

// blank forgets names and places, which other tests look at.
func blank(s ast.Stmt) {
	v := reflect.ValueOf(s).Elem()
	for _, f := range []string{"Span", "Name", "KeySpan"} {
		if x := v.FieldByName(f); x.IsValid() {
			x.SetZero()
		}
	}
}

func TestDeepNestingIsAnError(t *testing.T) {
	for _, text := range []string{
		"SELECT " + strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100000),
		"SELECT " + strings.Repeat("-", 1) + strings.Repeat(" - ", 100000) + "1",
		"SELECT " + strings.Repeat("NOT ", 100000) + "true",
		strings.Repeat("SELECT * FROM (", 50000),
		"SELECT CAST(1 AS " + strings.Repeat("ARRAY<", 50000),
		"SELECT " + strings.Repeat("CASE WHEN 1 THEN ", 50000),
		"SELECT " + strings.Repeat("f(", 50000),
		"SELECT " + strings.Repeat("x -> ", 50000) + "1",
		"SELECT * FROM " + strings.Repeat("(", 300),
		"SELECT * FROM " + strings.Repeat("((SELECT 1) x JOIN ", 200),
	} {
		toks, err := lex.Scan(lex.Spark, text, nil)
		require.NoError(t, err)
		_, err = parse.Statement(lex.Spark, text, toks)
		require.Error(t, err)
	}
}

// FuzzParse: no panic, every span inside the text, every error with a place.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"SELECT a, b AS c FROM t LEFT JOIN u USING (x) WHERE a > 1 GROUP BY ALL HAVING true ORDER BY 1 DESC LIMIT 3",
		"WITH x(a) AS (VALUES (1)) SELECT * EXCEPT (b) FROM x LATERAL VIEW explode(y) z AS w",
		"CREATE TABLE IF NOT EXISTS a.b (c INT COMMENT 'x', PRIMARY KEY (c) NOT ENFORCED) USING paimon PARTITIONED BY (c) TBLPROPERTIES ('k'='v') AS SELECT 1",
		"INSERT OVERWRITE t PARTITION (dt='x') SELECT CASE WHEN a THEN b ELSE INTERVAL '1' DAY END, CAST(x AS MAP<STRING,ARRAY<INT>>)",
		"SELECT sum(x) FILTER (WHERE y) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), f(x -> x + 1)",
		"SET a=b", "SHOW TABLES LIKE 'x'", "DESCRIBE t", "SELECT * FROM t VERSION AS OF 3 TABLESAMPLE (1 PERCENT)", "EXPLAIN SELECT 1",
		"UPDATE t AS x SET x.a = b + 1, c = DEFAULT WHERE id IN (SELECT id FROM u)", "DELETE FROM t x WHERE a = 1",
		"MERGE INTO t AS x USING (SELECT 1 AS id) y ON x.id = y.id WHEN MATCHED AND c THEN UPDATE SET * WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a) VALUES (1) WHEN NOT MATCHED BY SOURCE THEN UPDATE SET a = 1",
		"ALTER TABLE t ADD COLUMNS (a INT COMMENT 'x' FIRST, b.c STRING AFTER z), DROP COLUMN d", "ALTER TABLE t ALTER COLUMN a TYPE BIGINT, b SET NOT NULL",
		"ALTER TABLE t CHANGE a b INT AFTER c", "ALTER TABLE t SET TBLPROPERTIES ('a'='b')", "ALTER TABLE t RESET ('a')", "ALTER TABLE t MODIFY (a INT)",
		"ALTER TABLE t DROP IF EXISTS PARTITION (a = 1), PARTITION (b)", "ALTER TABLE t RENAME TO u", "COMMENT ON TABLE t IS NULL",
		"CALL sys.compact(table => 'a', x => 1)", "OPTIMIZE t FULL WHERE a = 1", "VACUUM t RETAIN 12 HOURS DRY RUN",
		"CREATE TABLE t (k INT DEFAULT 1) PRIMARY KEY (k) DISTRIBUTED BY HASH (k) BUCKETS 4",
	} {
		for _, d := range []string{"spark", "flink", "starrocks"} {
			f.Add(d, s)
		}
	}
	f.Fuzz(func(t *testing.T, dialect, text string) {
		d := lex.Dialect(dialect)
		if !d.Valid() || d == lex.DuckDB {
			d = lex.Spark
		}
		pieces, err := lex.Split(d, text, nil)
		if err != nil {
			return
		}
		for _, p := range pieces {
			s, err := parse.Statement(d, text, p.Tokens)
			if err != nil {
				e, ok := problem.As(err)
				if !ok || e.Span == nil || e.Span.End > len(text) {
					t.Fatalf("no place: %v", err)
				}
				continue
			}
			within(t, reflect.ValueOf(s), len(text), 0)
		}
	})
}

// within checks every span of a tree.
func within(t *testing.T, v reflect.Value, end, depth int) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			within(t, v.Elem(), end, depth+1)
		}
	case reflect.Slice:
		for i := range v.Len() {
			within(t, v.Index(i), end, depth+1)
		}
	case reflect.Struct:
		if s, ok := v.Interface().(ast.Span); ok {
			if s.Start < 0 || s.End < s.Start || s.End > end {
				t.Fatalf("span %v of a text of %d bytes", s, end)
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				within(t, v.Field(i), end, depth+1)
			}
		}
	}
}
