package dialect_test

import (
	"bufio"
	"context"
	"database/sql/driver"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	duckdb "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	"laketop/engine/dialect"
	"laketop/engine/rowtext"
)

var rewriteOracle = flag.Bool("rewrite-oracle", false, "write testdata/oracle/deviations.txt anew")

// answer is one line of golden.jsonl: what real Spark says to a query.
type answer struct {
	SQL   string     `json:"sql"`
	Names []string   `json:"names"`
	Types []string   `json:"types"`
	Rows  [][]string `json:"rows"`
	Error string     `json:"error"`
}

const usersTable = `id int
name string
city string
level int
born date
tags array<string>
props map<string,int>
address struct<city:string,zip:int>
==
(1, 'Ann', 'Shenzhen', 5, DATE '1999-12-31', ['vip', 'new'], MAP{'a': 1, 'b': 2}, {'city': 'Shenzhen', 'zip': 518000}),
(2, 'bob', 'Guangzhou', 3, DATE '2001-02-28', ['new'], MAP{'b': 3}, {'city': 'Guangzhou', 'zip': 510000}),
(3, 'Cen', 'Shenzhen', 3, DATE '2000-01-31', [], MAP{}, {'city': 'Foshan', 'zip': 528000}),
(4, 'O''Hara', NULL, NULL, NULL, NULL, NULL, NULL)`

const eventsTable = `id int
user_id int
kind string
amount double
at timestamp
==
(1, 1, 'login', NULL, TIMESTAMPTZ '2024-05-06 11:59:59+08'),
(2, 1, 'purchase', 9.99, TIMESTAMPTZ '2024-05-06 12:00:00+08'),
(3, 2, 'purchase', 0.5, TIMESTAMPTZ '2024-05-06 12:30:00+08'),
(4, 2, 'login', NULL, TIMESTAMPTZ '2024-05-07 00:00:00+08'),
(5, 9, 'login', 1.5, NULL)`

// TestSparkAgrees compares names, types and rows of queries with real Spark's
// (testdata/oracle/golden.jsonl, made by oracle.py). What differs is listed in
// deviations.txt, and nothing else may.
func TestSparkAgrees(t *testing.T) {
	l := newLake(t)
	l.table(t, "users", usersTable)
	l.table(t, "events", eventsTable)
	f, err := os.Open("testdata/oracle/golden.jsonl")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	var found []string
	for s := bufio.NewScanner(f); s.Scan(); {
		var a answer
		require.NoError(t, json.Unmarshal(s.Bytes(), &a))
		if d := l.difference(a); d != "" {
			found = append(found, strings.ReplaceAll(a.SQL, "\n", " "))
			t.Logf("%s\n    %s", a.SQL, d)
		}
	}
	if *rewriteOracle {
		require.NoError(t, os.WriteFile("testdata/oracle/deviations.txt", []byte(strings.Join(found, "\n")+"\n"), 0o600))
	}
	known, err := os.ReadFile("testdata/oracle/deviations.txt")
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(known)), strings.Join(found, "\n"))
}

// difference says how our answer differs from Spark's, "" if it does not.
func (l *lake) difference(a answer) string {
	tr, err := l.translate(dialect.Spark, a.SQL, nil)
	if err != nil {
		if a.Error != "" {
			return ""
		}
		return shown(err)
	}
	var names, types []string
	for _, c := range tr.Columns {
		names, types = append(names, c.Name), append(types, c.Type.Spark())
	}
	rows, err := l.sparkRows(tr.SQL)
	switch {
	case err != nil:
		return tr.SQL + "\n" + shown(tr.Map.Error(err))
	case a.Error != "":
		return "Spark refuses: " + a.Error
	case fmt.Sprint(types) != fmt.Sprint(a.Types):
		return fmt.Sprintf("types %v, not %v", types, a.Types)
	case strings.Join(names, "|") != strings.Join(a.Names, "|"):
		return fmt.Sprintf("names %q, not %q", names, a.Names)
	}
	if !strings.Contains(a.SQL, "ORDER BY") {
		sortRows(rows)
		sortRows(a.Rows)
	}
	if len(rows) != len(a.Rows) {
		return fmt.Sprintf("rows %v, not %v\n%s", rows, a.Rows, tr.SQL)
	}
	for i := range rows {
		for j := range rows[i] {
			if !sameCell(rows[i][j], a.Rows[i][j], types[j]) {
				return fmt.Sprintf("rows %v, not %v\n%s", rows, a.Rows, tr.SQL)
			}
		}
	}
	return ""
}

func sortRows(rows [][]string) {
	sort.Slice(rows, func(i, j int) bool { return strings.Join(rows[i], "\t") < strings.Join(rows[j], "\t") })
}

func sameCell(a, b, typ string) bool {
	if a == b {
		return true
	}
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return (typ == "double" || typ == "float") && err == nil && err2 == nil && math.Abs(x-y) <= 1e-12*math.Abs(y)
}

// sparkRows prints the rows as the spark-sql shell does.
func (l *lake) sparkRows(text string) (rows [][]string, err error) {
	err = l.conn.Raw(func(dc any) error {
		a, err := duckdb.NewArrowFromConn(dc.(driver.Conn))
		if err != nil {
			return err
		}
		reader, err := a.QueryContext(context.Background(), text)
		if err != nil {
			return err
		}
		defer reader.Release()
		p := rowtext.Printer{Dialect: "spark", Zone: shanghai}
		for reader.Next() {
			b := reader.RecordBatch()
			for i := range int(b.NumRows()) {
				row := make([]string, b.NumCols())
				for c := range row {
					row[c] = "NULL"
					if s := p.Cell(b.Column(c), i); s != nil {
						row[c] = strings.Clone(*s)
					}
				}
				rows = append(rows, row)
			}
		}
		return reader.Err()
	})
	return rows, err
}

// TestSparkNames compares the names of unaliased expressions with Spark's.
func TestSparkNames(t *testing.T) {
	l := newLake(t)
	l.table(t, "agg", "id int\nk string\ni int\nl bigint\nd double\ndec decimal(3,2)\ns string\nb boolean\ndt date\nts timestamp")
	f, err := os.Open("testdata/oracle/names.jsonl")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	n, same := 0, 0
	for s := bufio.NewScanner(f); s.Scan(); {
		var a answer
		require.NoError(t, json.Unmarshal(s.Bytes(), &a))
		tr, err := l.translate(dialect.Spark, a.SQL, nil)
		if err != nil {
			continue
		}
		var names []string
		for _, c := range tr.Columns {
			names = append(names, c.Name)
		}
		n++
		if strings.Join(names, "|") == strings.Join(a.Names, "|") {
			same++
		} else {
			t.Logf("%s\n    %q, not %q", a.SQL, names, a.Names)
		}
	}
	t.Logf("%d of %d names are Spark's", same, n)
	require.GreaterOrEqual(t, same, 1200)
}
