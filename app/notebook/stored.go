package notebook

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"laketop/app/workspace"
	"laketop/engine/problem"
)

// storedProblem is a problem in the side cache.
type storedProblem struct {
	Code        string            `json:"code"`
	Args        map[string]string `json:"args,omitempty"`
	Dialect     string            `json:"dialect,omitempty"`
	Source      string            `json:"source,omitempty"`
	Text        string            `json:"text,omitempty"`
	Span        *problem.Span     `json:"span,omitempty"`
	Suggestions []string          `json:"suggestions,omitempty"`
}

func storeProblem(p *problem.Error) *storedProblem {
	if p == nil {
		return nil
	}
	return &storedProblem{p.Code, p.Args, p.Dialect, p.Source, p.Text, p.Span, p.Suggestions}
}

func (s *storedProblem) problem() *problem.Error {
	if s == nil {
		return nil
	}
	return &problem.Error{Code: s.Code, Args: s.Args, Dialect: s.Dialect, Source: s.Source, Text: s.Text, Span: s.Span, Suggestions: s.Suggestions}
}

// outputs is the side cache of one notebook: a file a cell.
type outputs struct{ dir string }

func outputsOf(ws *workspace.Workspace, name string) outputs {
	return outputs{ws.CacheDir("outputs", url.PathEscape(name))}
}

func (o outputs) path(cell string) string { return filepath.Join(o.dir, cell+".json") }

// save keeps a finished run.
func (o outputs) save(cell string, r *Run) error {
	c := *r
	c.Problem = storeProblem(r.Err)
	c.Statements = append([]Statement(nil), r.Statements...)
	for i := range c.Statements {
		c.Statements[i].Problem = storeProblem(c.Statements[i].Err)
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return workspace.WriteFile(o.path(cell), data)
}

// load brings back what the cells showed when the application last ran. Their
// rows are gone; a file that cannot be read is as one that is not there.
func (o outputs) load(cells []Cell) map[string]*Run {
	out := map[string]*Run{}
	for _, c := range cells {
		data, err := os.ReadFile(o.path(c.ID))
		if err != nil {
			continue
		}
		r := &Run{}
		if json.Unmarshal(data, r) != nil || r.State == "" {
			continue
		}
		r.Err, r.Progress = r.Problem.problem(), 1
		for i := range r.Statements {
			s := &r.Statements[i]
			s.Err = s.Problem.problem()
			if s.Result != nil {
				s.Result.Gone = true
			}
		}
		out[c.ID] = r
	}
	return out
}

// forget removes the cache of cells that are no more.
func (o outputs) forget(cell string) error {
	err := os.Remove(o.path(cell))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
