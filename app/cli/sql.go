package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"laketop/app/api/gen"
	"laketop/app/notebook"
	"laketop/app/workspace"
	"laketop/engine/rowtext"
)

var formats = []string{"table", "csv", "json", "ndjson", "parquet", "arrow", "report"}

func (p *Program) sqlCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   `sql ["SQL" | -f FILE | -]`,
		Short: "Run statements and print the last result",
		Args:  positional(0, 1),
	}
	dir := workspaceFlag(c)
	dialect := c.Flags().String("dialect", "", "spark, flink, starrocks or duckdb (default: the workspace's)")
	format := c.Flags().String("format", "table", strings.Join(formats, ", "))
	keep := c.Flags().Bool("keep-going", false, "run on after an error")
	file := c.Flags().StringP("file", "f", "", "read the statements from a file")
	given := paramFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if !slices.Contains(formats, *format) {
			return usagef("--format is one of %s", strings.Join(formats, ", "))
		}
		if *dialect != "" && !slices.Contains(workspace.Dialects, *dialect) {
			return usagef("--dialect is one of %s", strings.Join(workspace.Dialects, ", "))
		}
		values, err := params(*given)
		if err != nil {
			return err
		}
		text, err := p.statements(args, *file)
		if err != nil {
			return err
		}
		b, err := p.open(c.Context(), *dir, false)
		if err != nil {
			return err
		}
		run := &sqlRun{Program: p, bench: b, format: *format}
		err = run.do(c.Context(), gen.QueryRequest{Dialect: gen.Dialect(*dialect), Sql: text, Params: values, KeepGoing: *keep})
		return errors.Join(err, b.close())
	}
	return c
}

// statements come from the argument, a file, or standard input.
func (p *Program) statements(args []string, file string) (string, error) {
	switch {
	case file != "" && len(args) > 0:
		return "", usagef("sql: give either a text or -f FILE")
	case file != "" && file != "-":
		data, err := os.ReadFile(file)
		return string(data), err
	case len(args) == 1 && args[0] != "-":
		return args[0], nil
	case len(args) == 0 && file == "" && isTerminal(p.Stdin):
		return "", usagef("sql: give a text, -f FILE, or - for standard input")
	}
	data, err := io.ReadAll(p.Stdin)
	return string(data), err
}

// sqlRun is one `laketop sql`.
type sqlRun struct {
	*Program
	bench   *bench
	format  string
	dialect string
}

func (r *sqlRun) do(ctx context.Context, q gen.QueryRequest) error {
	if (r.format == "parquet" || r.format == "arrow") && isTerminal(r.Stdout) {
		return usagef("--format %s writes bytes: send them to a file", r.format)
	}
	if q.Dialect == "" {
		var ws gen.Workspace
		if err := decode(&ws)(r.bench.client.GetWorkspace(ctx)); err != nil {
			return err
		}
		q.Dialect = ws.Dialect
	}
	r.dialect = string(q.Dialect)
	var results []gen.StatementResult
	if err := decode(&results)(r.bench.client.Query(ctx, q)); err != nil {
		return err
	}
	failed := false
	var last *gen.StatementResult
	for i := range results {
		st := &results[i]
		if r.format == "report" {
			if err := r.reportLine(ctx, st); err != nil {
				return err
			}
		}
		switch {
		case st.Problem.Code != "":
			failed = true
			r.report(problemFrom(st.Problem))
		case st.Result.Id != "":
			last = st
		case st.Message != "" && r.format != "report":
			fmt.Fprintln(r.Stderr, st.Message)
		}
	}
	if last != nil && r.format != "report" {
		if err := r.print(ctx, last); err != nil {
			return err
		}
	}
	if failed {
		return errTold
	}
	return nil
}

func (r *sqlRun) print(ctx context.Context, st *gen.StatementResult) error {
	if r.format == "table" {
		rows, err := r.rows(ctx, st, maxTableRows)
		if err != nil {
			return err
		}
		if len(rows) == 1 && len(rows[0]) == 1 && rows[0][0] != nil && strings.Contains(*rows[0][0], "\n") {
			_, err = fmt.Fprintln(r.Stdout, *rows[0][0]) // a text of several lines, such as SHOW CREATE TABLE gives, is to be copied
			return err
		}
		_, err = io.WriteString(r.Stdout, notebook.PlainTable(header(st.Result.Columns), rows, st.Result.Rows))
		return err
	}
	return stream(r.Stdout)(r.bench.client.DownloadResult(ctx, st.Result.Id, &gen.DownloadResultParams{Format: gen.DownloadResultParamsFormat(r.format)}))
}

// maxTableRows is how many rows the table format prints: more is for files.
const maxTableRows = 1000

func header(columns []gen.Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}

// rows reads up to limit rows as the dialect's shell prints them; 0 is all.
func (r *sqlRun) rows(ctx context.Context, st *gen.StatementResult, limit int64) ([][]*string, error) {
	total := st.Result.Rows
	if limit > 0 {
		total = min(total, limit)
	}
	zone, err := time.LoadLocation(st.TimeZone)
	if err != nil {
		return nil, err
	}
	printer := rowtext.Printer{Dialect: r.dialect, Zone: zone}
	out := make([][]*string, 0, total)
	for int64(len(out)) < total {
		var page bytes.Buffer
		if err := stream(&page)(r.bench.client.GetRows(ctx, st.Result.Id, &gen.GetRowsParams{Offset: int64(len(out)), Limit: int(min(total-int64(len(out)), 10_000))})); err != nil {
			return nil, err
		}
		rows, err := printer.Stream(page.Bytes())
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return nil, fmt.Errorf("result %s ended after %d of %d rows", st.Result.Id, len(out), total)
		}
		out = append(out, rows...)
	}
	return out, nil
}

// reportLine is one statement as a line of JSON.
func (r *sqlRun) reportLine(ctx context.Context, st *gen.StatementResult) error {
	type column struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	line := struct {
		SQL    string      `json:"sql"`
		Schema []column    `json:"schema"`
		Rows   [][]*string `json:"rows"`
		Error  *string     `json:"error"`
		Millis float64     `json:"ms"`
	}{SQL: st.Sql, Millis: st.ElapsedMs, Schema: []column{}, Rows: [][]*string{}}
	if st.Problem.Code != "" {
		text := problemFrom(st.Problem).Error()
		line.Error = &text
	}
	if st.Result.Id != "" {
		for _, c := range st.Result.Columns {
			line.Schema = append(line.Schema, column{c.Name, c.Type})
		}
		rows, err := r.rows(ctx, st, 0)
		if err != nil {
			return err
		}
		line.Rows = rows
	}
	enc := json.NewEncoder(r.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(line)
}
