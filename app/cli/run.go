package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"laketop/app/api/gen"
	"laketop/app/notebook"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

func (p *Program) runCommand() *cobra.Command {
	c := &cobra.Command{Use: "run NOTEBOOK.ipynb", Short: "Run a notebook's cells in order", Args: positional(1, 1)}
	dir := workspaceFlag(c)
	given := paramFlag(c)
	out := c.Flags().String("out", "", "write the notebook with its outputs to this file")
	c.RunE = func(c *cobra.Command, args []string) error {
		values, err := params(*given)
		if err != nil {
			return err
		}
		return p.runNotebook(c.Context(), args[0], *dir, *out, values)
	}
	return c
}

func (p *Program) runNotebook(ctx context.Context, file, dir, out string, values map[string]string) error {
	path, err := p.findNotebook(file, dir)
	if err != nil {
		return err
	}
	found, err := filepath.Abs(dir)
	if dir == "" {
		found, err = workspace.Find(filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	name, inside := strings.CutPrefix(path, filepath.Join(found, notebook.Folder)+string(filepath.Separator))
	if !inside {
		name = path
	}
	b, err := p.open(ctx, found, !inside)
	if err != nil {
		return err
	}
	r := &notebookRun{Program: p, bench: b, name: filepath.ToSlash(name)}
	err = r.do(ctx, values)
	if out != "" && r.started {
		err = errors.Join(err, r.write(context.WithoutCancel(ctx), out))
	}
	return errors.Join(err, b.close())
}

// findNotebook takes a path, or a name under the workspace's notebooks/.
func (p *Program) findNotebook(file, dir string) (string, error) {
	if _, err := os.Stat(file); err == nil {
		return filepath.Abs(file)
	}
	ws, err := chosen(dir)
	if err != nil {
		return "", err
	}
	under := filepath.Join(ws, notebook.Folder, file)
	if _, err := os.Stat(under); err == nil {
		return under, nil
	}
	return "", problem.New("notebook.unknown", "file", file)
}

// notebookRun is one `laketop run`.
type notebookRun struct {
	*Program
	bench   *bench
	name    string
	cells   map[string]gen.Cell
	started bool
}

func (r *notebookRun) do(ctx context.Context, values map[string]string) error {
	var nb gen.Notebook
	if err := decode(&nb)(r.bench.client.GetNotebook(ctx, r.name)); err != nil {
		return err
	}
	if nb.Problem.Code != "" {
		return problemFrom(nb.Problem)
	}
	r.cells = map[string]gen.Cell{}
	width := 0
	for _, c := range nb.Cells {
		r.cells[c.Id] = c
		if c.Kind == gen.CellKindSql {
			width = max(width, len([]rune(title(c))))
		}
	}
	listen, stop := context.WithCancel(ctx)
	defer stop()
	events, err := r.bench.client.Events(listen, &gen.EventsParams{})
	if err != nil {
		return err
	}
	defer events.Body.Close()
	var job gen.Job
	if err := decode(&job)(r.bench.client.RunNotebook(ctx, r.name, gen.RunRequest{Mode: gen.RunRequestModeAll, Params: values})); err != nil {
		return err
	}
	r.started = true
	err = r.follow(events, job.Id, width)
	if ctx.Err() != nil {
		// Ctrl-C stops the work, wherever it runs, before this process ends.
		return errors.Join(context.Canceled, decode(nil)(r.bench.client.CancelJob(context.WithoutCancel(ctx), job.Id)))
	}
	return err
}

// follow prints every finished cell until the job ends.
func (r *notebookRun) follow(events *http.Response, job string, width int) error {
	b := newBar(r.Stderr)
	defer b.clear()
	lines := bufio.NewReaderSize(events.Body, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("follow the run: %w", err)
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		var e gen.Event
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return fmt.Errorf("follow the run: %w", err)
		}
		switch {
		case e.Type == gen.EventTypeCell && e.Notebook == r.name:
			r.cell(b, e, width)
		case e.Type == gen.EventTypeJob && e.Job.Id == job && e.Job.State != gen.JobStateRunning:
			b.clear()
			return ended(e.Job)
		}
	}
}

func ended(job gen.Job) error {
	switch {
	case job.State == gen.JobStateCancelled:
		return context.Canceled
	case job.Problem.Code != "":
		return problemFrom(job.Problem)
	}
	return nil
}

// cell prints one line for a finished cell: name, rows, milliseconds.
func (r *notebookRun) cell(b *bar, e gen.Event, width int) {
	c := r.cells[e.Cell]
	switch e.Run.State {
	case gen.CellRunStateRunning:
		share := e.Run.Progress
		if share == 0 {
			share = -1
		}
		b.show(title(c), share)
	case gen.CellRunStateIdle:
		if c.Kind == gen.CellKindPython && e.Run.Problem.Code != "" {
			b.clear()
			fmt.Fprintf(r.Stderr, "%s: passed over: %s\n", title(c), e.Run.Problem.Message)
		}
	case gen.CellRunStateOk, gen.CellRunStateError:
		if c.Kind != gen.CellKindSql {
			return
		}
		b.clear()
		pad := strings.Repeat(" ", max(0, width-len([]rune(title(c)))))
		what := fmt.Sprintf("%12s rows", grouped(rowsOf(e.Run)))
		if e.Run.State == gen.CellRunStateError {
			what = fmt.Sprintf("%17s", "failed")
		}
		fmt.Fprintf(r.Stdout, "%s%s  %s  %8.0f ms\n", title(c), pad, what, e.Run.ElapsedMs)
	}
}

// rowsOf is what a cell gave: the rows it shows, else those it wrote.
func rowsOf(run gen.CellRun) int64 {
	if run.Rows != nil {
		return *run.Rows
	}
	var n int64
	for _, s := range run.Statements {
		if s.AffectedRows != nil {
			n += *s.AffectedRows
		}
	}
	return n
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// title is a cell's name, else the beginning of its text.
func title(c gen.Cell) string {
	if c.Name != "" {
		return c.Name
	}
	t := []rune(strings.Join(strings.Fields(c.Source), " "))
	if len(t) == 0 {
		return c.Id
	}
	return string(t[:min(len(t), 40)])
}

func (r *notebookRun) write(ctx context.Context, out string) error {
	var buf bytes.Buffer
	if err := stream(&buf)(r.bench.client.ExecutedNotebook(ctx, r.name)); err != nil {
		return err
	}
	abs, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if err := workspace.WriteFile(abs, buf.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	_, err = io.WriteString(r.Stderr, "wrote "+out+"\n")
	return err
}
