package dialect_test

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"laketop/engine/dialect"
)

// TestGolden runs testdata/*: tables are made with "table", "sql" shows the
// columns, DuckDB's text and what reading hints the tables got, "run" the rows
// too. A query whose types DuckDB sees otherwise than they are said fails.
func TestGolden(t *testing.T) {
	datadriven.Walk(t, "testdata/golden", func(t *testing.T, path string) {
		l := newLake(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			lang := dialect.Spark
			if d.HasArg("dialect") {
				var name string
				d.ScanArgs(t, "dialect", &name)
				lang = dialect.Dialect(name)
			}
			switch d.Cmd {
			case "table":
				l.table(t, d.CmdArgs[0].Key, d.Input)
				return ""
			case "sql", "run":
				return l.golden(lang, d.Input, d.Cmd == "sql", d.Cmd == "run")
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

func (l *lake) golden(d dialect.Dialect, text string, showSQL, showRows bool) string {
	l.uses = nil
	tr, err := l.translate(d, text, nil)
	if err != nil {
		return shown(err)
	}
	out := schema(d, tr.Columns) + "\n"
	if showSQL {
		out += tr.SQL + "\n"
		for _, u := range l.uses {
			out += "-- " + u + "\n"
		}
	}
	types, rows, err := l.rows(tr.SQL)
	if err != nil {
		return out + shown(tr.Map.Error(err)) + "\nDuckDB: " + err.Error()
	}
	if err := sameTypes(tr.Columns, types); err != nil {
		return out + "WRONG TYPE: " + err.Error()
	}
	if showRows {
		for _, r := range rows {
			out += strings.Join(r, " | ") + "\n"
		}
	}
	return out
}
