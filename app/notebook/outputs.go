package notebook

import (
	"context"
	"fmt"
	"html"
	"strings"

	"laketop/engine/notice"
	"laketop/engine/problem"
)

// Pictures draws a cell's chart from its result.
type Pictures func(ctx context.Context, chart map[string]any, resultID string) (svg string, err error)

// htmlRows is how many rows a saved table shows.
const htmlRows = 50

// resultType is our own form of a result in a notebook's outputs.
const resultType = "application/vnd.laketop.result+json"

// Executed is the notebook's bytes with what its cells show written in, for
// code hosts and other notebook tools.
func (r *Room) Executed(ctx context.Context, name string, draw Pictures) ([]byte, error) {
	r.mu.Lock()
	o, err := r.fresh(name)
	if err == nil {
		err = o.err
	}
	if err != nil {
		r.mu.Unlock()
		return nil, err
	}
	doc, v := o.doc, r.view(o)
	r.mu.Unlock()
	next, err := doc.withOutputs(ctx, v.Runs, draw)
	if err != nil {
		return nil, err
	}
	return next.Bytes(), nil
}

// SaveWithOutputs writes the outputs into the file itself.
func (r *Room) SaveWithOutputs(ctx context.Context, name string, draw Pictures) (View, error) {
	data, err := r.Executed(ctx, name, draw)
	if err != nil {
		return View{}, err
	}
	next, err := Parse(name, data)
	if err != nil {
		return View{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o, err := r.fresh(name)
	if err == nil {
		err = r.writable(o)
	}
	if err != nil {
		return View{}, err
	}
	if err := r.write(o, next); err != nil {
		return View{}, err
	}
	return r.view(o), nil
}

// withOutputs is the document with the runs' outputs. Cells that have not run
// keep what the file says.
func (d *Document) withOutputs(ctx context.Context, runs map[string]*Run, draw Pictures) (*Document, error) {
	next, err := Parse(d.source, d.Bytes())
	if err != nil {
		return nil, err
	}
	next.writeIDs()
	for _, it := range next.cells.items {
		run := runs[next.id(it.value)]
		if run == nil || it.value.get("cell_type").str() != "code" || run.State == Idle || run.State == Queued {
			continue
		}
		var count any
		if run.Count > 0 {
			count = run.Count
		}
		next.style.set(it.value, depthCell, "execution_count", count)
		next.style.set(it.value, depthCell, "outputs", cellOutputs(ctx, next.cell(it.value), run, draw))
	}
	return next, nil
}

func cellOutputs(ctx context.Context, c Cell, run *Run, draw Pictures) []any {
	out := []any{}
	for _, s := range run.Statements {
		switch {
		case s.Err != nil:
		case s.Result != nil:
			out = append(out, resultOutput(ctx, c, run, s, draw))
		case len(s.Notices) > 0:
			out = append(out, []pair{{"name", "stdout"}, {"output_type", "stream"}, {"text", lines(notice.Text(s.Notices, "en") + "\n")}})
		}
	}
	if run.Err != nil {
		out = append(out, errorOutput(run.Err))
	}
	return out
}

func errorOutput(p *problem.Error) []pair {
	return []pair{{"ename", p.Code}, {"evalue", p.Message("en")}, {"output_type", "error"}, {"traceback", strings.Split(p.Report("en"), "\n")}}
}

func resultOutput(ctx context.Context, c Cell, run *Run, s Statement, draw Pictures) []pair {
	data := []pair{{resultType, storedResult(s)}}
	if c.View == "chart" && c.Chart != nil && draw != nil && s.Result == run.Last() && !s.Result.Gone {
		if svg, err := draw(ctx, c.Chart, s.Result.ID); err == nil {
			data = append(data, pair{"image/svg+xml", lines(svg)})
		}
	}
	data = append(data, pair{"text/html", lines(htmlTable(s.Result))}, pair{"text/plain", lines(PlainTable(s.Result.header(), s.Result.Head, s.Result.Rows))})
	var count any
	if run.Count > 0 {
		count = run.Count
	}
	return []pair{{"data", data}, {"execution_count", count}, {"metadata", []pair{}}, {"output_type", "execute_result"}}
}

func storedResult(s Statement) []pair {
	columns := make([]any, len(s.Result.Columns))
	for i, c := range s.Result.Columns {
		columns[i] = []pair{{"name", c.Name}, {"type", c.Type}}
	}
	rows := make([]any, len(s.Result.Head))
	for i, r := range s.Result.Head {
		row := make([]any, len(r))
		for j, v := range r {
			if v != nil {
				row[j] = *v
			}
		}
		rows[i] = row
	}
	reads := make([]any, len(s.Reads))
	for i, v := range s.Reads {
		reads[i] = []pair{{"table", v.Table}, {"snapshot", int(v.Snapshot)}}
	}
	return []pair{{"columns", columns}, {"rows", rows}, {"total", int(s.Result.Rows)}, {"reads", reads}}
}

func (r *Result) header() []string {
	out := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = c.Name
	}
	return out
}

// lines are a text as nbformat keeps it.
func lines(s string) []string {
	out := []string{}
	for l := range strings.Lines(s) {
		out = append(out, l)
	}
	return out
}

func htmlTable(r *Result) string {
	var b strings.Builder
	b.WriteString("<table>\n<thead><tr>")
	for _, c := range r.Columns {
		fmt.Fprintf(&b, "<th>%s</th>", html.EscapeString(c.Name))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	shown := r.Head[:min(len(r.Head), htmlRows)]
	for _, row := range shown {
		b.WriteString("<tr>")
		for _, v := range row {
			if v == nil {
				b.WriteString("<td><i>NULL</i></td>")
			} else {
				fmt.Fprintf(&b, "<td>%s</td>", html.EscapeString(*v))
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n")
	if int64(len(shown)) < r.Rows {
		fmt.Fprintf(&b, "<p>%d of %d rows</p>\n", len(shown), r.Rows)
	}
	return b.String()
}
