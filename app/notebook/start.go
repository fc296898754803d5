package notebook

import (
	"context"
	"maps"
	"slices"

	"laketop/app/workspace"
	"laketop/engine/problem"
)

// Mode says which cells run.
type Mode string

// The modes; above and below include the named cell.
const (
	One   Mode = "one"
	Above Mode = "above"
	Below Mode = "below"
	All   Mode = "all"
)

// Start runs cells in order, in the background. The states follow as events;
// the first failed cell ends the run.
func (r *Room) Start(name string, mode Mode, cell string, given map[string]string) (workspace.Job, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, err := r.fresh(name)
	if err != nil {
		return workspace.Job{}, err
	}
	if o.err != nil {
		return workspace.Job{}, o.err
	}
	if o.job != "" {
		return workspace.Job{}, problem.New("notebook.running", "file", name)
	}
	params, err := fill(o.doc.Parameters(), given)
	if err != nil {
		return workspace.Job{}, err
	}
	cells := o.doc.Cells()
	picked, err := pick(cells, mode, cell)
	if err != nil {
		return workspace.Job{}, err
	}
	if o.sess == nil {
		if o.sess, err = r.ws.Session(r.ctx); err != nil {
			return workspace.Job{}, err
		}
	}
	ctx, job := r.ws.Jobs.Begin(r.ctx, workspace.Job{Kind: "notebook", Title: o.doc.Title(), Notebook: name, Total: len(picked)})
	o.job = job.Job().ID
	r.queue(o, picked)
	x := &executor{ws: r.ws, session: o.sess, name: name, params: params, alone: mode == One, count: func() int { return r.nextCount(o) }, tell: func(id string, run *Run) { r.put(o, id, run) }}
	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		r.work(ctx, o, x, job, cells, picked)
	}()
	return job.Job(), nil
}

// fill gives every parameter its value; one that is not declared is refused.
func fill(declared []Parameter, given map[string]string) (map[string]string, error) {
	params := values(declared)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		i := slices.IndexFunc(declared, func(p Parameter) bool { return p.Name == name })
		if i < 0 {
			return nil, problem.New("notebook.unknown_parameter", "name", name).Suggest(slices.Sorted(maps.Keys(params))...)
		}
		if err := declared[i].Check(given[name]); err != nil {
			return nil, err
		}
		params[name] = given[name]
	}
	return params, nil
}

// pick is the runnable cells of a mode, in order.
func pick(cells []Cell, mode Mode, id string) ([]Cell, error) {
	at := slices.IndexFunc(cells, func(c Cell) bool { return c.ID == id })
	if at < 0 && mode != All {
		return nil, problem.New("notebook.unknown_cell", "cell", id)
	}
	from, to := 0, len(cells)
	switch mode {
	case One:
		from, to = at, at+1
	case Above:
		to = at + 1
	case Below:
		from = at
	case All:
	default:
		return nil, problem.New("notebook.unknown_edit", "op", string(mode))
	}
	var out []Cell
	for _, c := range cells[from:to] {
		if c.Kind == SQL || c.Kind == Python || c.Kind == Parameters {
			out = append(out, c)
		}
	}
	return out, nil
}

func (r *Room) queue(o *open, picked []Cell) {
	o.prev = map[string]*Run{}
	for _, c := range picked {
		o.prev[c.ID] = o.runs[c.ID]
		run := &Run{State: Queued, Progress: -1}
		o.runs[c.ID] = run
		r.ws.Bus.Publish(workspace.Event{Type: "cell", Notebook: o.name, Cell: c.ID, Run: run})
	}
}

func (r *Room) nextCount(o *open) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	o.count++
	return o.count
}

// put is a cell's new run, told to everybody.
func (r *Room) put(o *open, id string, run *Run) {
	r.mu.Lock()
	o.runs[id] = run
	r.mu.Unlock()
	r.ws.Bus.Publish(workspace.Event{Type: "cell", Notebook: o.name, Cell: id, Run: run})
}

// work runs the picked cells and ends the job.
func (r *Room) work(ctx context.Context, o *open, x *executor, job *workspace.Running, cells, picked []Cell) {
	var err error
	for _, c := range picked {
		if err = ctx.Err(); err != nil {
			break
		}
		var run *Run
		run, err = x.run(ctx, c, pythonBefore(cells, c.ID))
		r.put(o, c.ID, run)
		r.keep(o, c, run)
		r.mu.Lock()
		delete(o.prev, c.ID)
		r.mu.Unlock()
		if err != nil {
			break
		}
		job.Update(func(j *workspace.Job) {
			j.Done++
			j.Progress = float64(j.Done) / float64(max(j.Total, 1))
		})
	}
	r.endWork(o)
	job.End(err)
}

func pythonBefore(cells []Cell, id string) []string {
	var out []string
	for _, c := range cells {
		if c.ID == id {
			break
		}
		if c.Kind == Python {
			out = append(out, c.Source)
		}
	}
	return out
}

// keep writes what a finished cell showed beside the workspace. Workspaces
// that are only read and files outside of one keep nothing.
func (r *Room) keep(o *open, c Cell, run *Run) {
	if r.ws.Kind != workspace.KindWorkspace || c.Kind != SQL || run.State == Cancelled {
		return
	}
	// A cache that cannot be written costs the next start its old results.
	_ = outputsOf(r.ws, o.name).save(c.ID, run)
}

// endWork gives queued cells that did not run what they showed before, and
// tells which other cells became stale.
func (r *Room) endWork(o *open) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, was := range o.prev {
		if was == nil {
			delete(o.runs, id)
			was = &Run{State: Idle, Progress: -1}
		} else {
			o.runs[id] = was
		}
		r.ws.Bus.Publish(workspace.Event{Type: "cell", Notebook: o.name, Cell: id, Run: was})
	}
	o.prev, o.job = nil, ""
	if o.doc == nil {
		return
	}
	v := r.view(o)
	for id, run := range v.Runs {
		if run.State == Stale {
			r.ws.Bus.Publish(workspace.Event{Type: "cell", Notebook: o.name, Cell: id, Run: run})
		}
	}
}
