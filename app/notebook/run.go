package notebook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/app/workspace"
	"laketop/engine/notice"
	"laketop/engine/problem"
	"laketop/engine/rowtext"
	"laketop/engine/session"
)

// State is how a cell's last run stands.
type State string

// The states of a run.
const (
	Idle      State = "idle"
	Queued    State = "queued"
	Executing State = "running"
	OK        State = "ok"
	Failed    State = "error"
	Cancelled State = "cancelled"
	Stale     State = "stale" // done, but something it rests on changed since
)

// Run is what a cell last did. A value is never changed once told; a change is
// a new value.
type Run struct {
	State      State             `json:"state"`
	StartedAt  time.Time         `json:"startedAt,omitzero"`
	Elapsed    time.Duration     `json:"elapsed,omitempty"`
	Progress   float64           `json:"-"` // 0..1; negative while unknown
	Count      int               `json:"count,omitempty"`
	Statements []Statement       `json:"statements,omitempty"`
	Err        *problem.Error    `json:"-"`
	Problem    *storedProblem    `json:"problem,omitempty"` // Err on disk
	Text       string            `json:"text,omitempty"`    // what ran: source, dialect, name
	Params     map[string]string `json:"params,omitempty"`  // those the text mentions
}

// Statement is one statement of a run and what it showed.
type Statement struct {
	SQL      string                 `json:"sql"`
	Kind     string                 `json:"kind,omitempty"`
	Elapsed  time.Duration          `json:"elapsed,omitempty"`
	Affected int64                  `json:"affected,omitempty"`
	Result   *Result                `json:"result,omitempty"`
	DuckSQL  string                 `json:"duckSql,omitempty"`
	Reads    []session.TableVersion `json:"reads,omitempty"`
	Writes   []session.TableVersion `json:"writes,omitempty"`
	Notices  []notice.Notice        `json:"notices,omitempty"`
	Err      *problem.Error         `json:"-"`
	Problem  *storedProblem         `json:"problem,omitempty"`
}

// Result is a statement's rows: where they are kept, and the first as text.
type Result struct {
	ID      string             `json:"id"`
	Name    string             `json:"name,omitempty"`
	Columns []workspace.Column `json:"columns"`
	Rows    int64              `json:"rows"`
	Bytes   int64              `json:"bytes,omitempty"`
	Gone    bool               `json:"-"` // the rows were dropped; Head is what is left
	Head    [][]*string        `json:"head,omitempty"`
}

// Last is the result that the cell shows: its last statement's that has one.
func (r *Run) Last() *Result {
	if r == nil {
		return nil
	}
	for _, s := range slices.Backward(r.Statements) {
		if s.Result != nil {
			return s.Result
		}
	}
	return nil
}

// headRows is how many rows are kept as text, for the file and the next start.
const headRows = 100

// fingerprint is what a cell's result depends on in the document itself.
func fingerprint(c Cell) string { return c.Dialect + "\x00" + c.Name + "\x00" + c.Source }

// mentioned are the parameters that a text names.
func mentioned(text string, params map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range params {
		if strings.Contains(text, "${"+k+"}") {
			out[k] = v
		}
	}
	return out
}

// tables are the names of versions, without their snapshots.
func tables(statements []Statement, of func(Statement) []session.TableVersion) map[string]bool {
	out := map[string]bool{}
	for _, s := range statements {
		for _, v := range of(s) {
			out[v.Table] = true
		}
	}
	return out
}

func readsOf(s Statement) []session.TableVersion  { return s.Reads }
func writesOf(s Statement) []session.TableVersion { return s.Writes }

// stale says which finished cells rest on something that changed since they
// ran: their own text or parameters, a table that a cell above has written
// later, a named result above that is newer, or another stale cell.
func stale(cells []Cell, runs map[string]*Run, params map[string]string) map[string]bool {
	out := map[string]bool{}
	for i, c := range cells {
		r := runs[c.ID]
		if c.Kind != SQL || r == nil || r.State != OK && r.State != Stale {
			continue
		}
		changed := r.Text != fingerprint(c)
		for k, v := range r.Params {
			changed = changed || params[k] != v
		}
		for _, above := range cells[:i] {
			a := runs[above.ID]
			if a == nil || above.Kind != SQL || !restsOn(c, r, above, a) {
				continue
			}
			changed = changed || out[above.ID] || a.StartedAt.After(r.StartedAt) || a.Text != fingerprint(above)
		}
		if changed {
			out[c.ID] = true
		}
	}
	return out
}

// restsOn is whether a cell's run used what the run above it left.
func restsOn(c Cell, r *Run, above Cell, a *Run) bool {
	if above.Name != "" && strings.Contains(c.Source, above.Name) {
		return true
	}
	written := tables(a.Statements, writesOf)
	for t := range tables(r.Statements, readsOf) {
		if written[t] {
			return true
		}
	}
	return false
}

// executor runs cells one after the other in one session.
type executor struct {
	ws      *workspace.Workspace
	session *session.Session
	name    string // of the notebook
	params  map[string]string
	alone   bool // the one cell was asked for by name
	count   func() int
	tell    func(cell string, run *Run)
}

// run executes one cell and tells how it goes, but for its end, which is
// returned. The error is the run's own problem, or the context's.
func (x *executor) run(ctx context.Context, c Cell, before []string) (*Run, error) {
	r := &Run{State: Executing, StartedAt: x.ws.Now(), Progress: -1, Text: fingerprint(c), Params: mentioned(c.Source, x.params)}
	switch c.Kind {
	case Markdown, Raw, Parameters:
		r.State = OK
		return r, nil
	case Python:
		return x.python(c, before, r)
	}
	r.Count = x.count()
	begun := *r
	x.tell(c.ID, &begun)
	done, stopped := make(chan struct{}), make(chan struct{})
	go x.watch(c.ID, begun, done, stopped)
	results, err := x.session.Run(ctx, session.Request{Dialect: c.Dialect, Text: c.Source, Source: x.source(c), Params: x.params, Name: c.Name}, x.committed)
	close(done)
	<-stopped
	for _, s := range results {
		r.Statements = append(r.Statements, x.statement(ctx, c, s))
	}
	return x.finish(ctx, *r, err)
}

// python answers with the SQL form. Asked for alone the cell fails with it; in
// a run of many it is passed over and says so, for the SQL beside it does the
// work.
func (x *executor) python(c Cell, before []string, r *Run) (*Run, error) {
	p := pythonProblem(before, c.Source)
	p.Source = x.source(c)
	r.State, r.Err = Idle, p
	if x.alone {
		r.State = Failed
		return r, p
	}
	return r, nil
}

// source names a cell in errors.
func (x *executor) source(c Cell) string {
	if c.Name != "" {
		return x.name + "#" + c.Name
	}
	return x.name + "#" + c.ID
}

func (x *executor) finish(ctx context.Context, r Run, err error) (*Run, error) {
	r.Elapsed, r.Progress = x.ws.Now().Sub(r.StartedAt), 1
	switch {
	case err == nil:
		r.State = OK
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		r.State, err = Cancelled, workspace.ErrCancelled
	default:
		r.State, r.Err = Failed, problemOf(err)
	}
	return &r, err
}

// problemOf is err as people are told.
func problemOf(err error) *problem.Error {
	if p, ok := problem.As(err); ok {
		return p
	}
	return problem.New("internal.error", "what", err.Error()).Because(err)
}

// progressPause is the time between two progress events of one cell.
const progressPause = 200 * time.Millisecond

// watch tells a running cell's progress until done; nothing is told after
// stopped is closed.
func (x *executor) watch(cell string, r Run, done <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	tick := time.NewTicker(progressPause)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			next := r
			next.Elapsed, next.Progress = x.ws.Now().Sub(r.StartedAt), x.session.Progress()
			next.Statements = nil
			x.tell(cell, &next)
		}
	}
}

// committed tells the tables that a statement wrote, as it ends. The session is
// still at work: nothing may be asked of it here.
func (x *executor) committed(s session.StatementResult) {
	for _, w := range s.Writes {
		x.ws.Bus.Publish(workspace.Event{Type: "catalog", Table: &workspace.TableVersion{Table: w.Table, Snapshot: w.Snapshot}})
	}
}

func (x *executor) statement(ctx context.Context, c Cell, s session.StatementResult) Statement {
	out := Statement{SQL: s.SQL, Kind: s.Kind, Elapsed: s.Elapsed, Affected: s.Affected, DuckSQL: s.DuckSQL, Reads: s.Reads, Writes: s.Writes, Notices: s.Notices}
	if s.Err != nil {
		out.Err = problemOf(s.Err)
	}
	if s.Result == nil {
		return out
	}
	out.Result = &Result{ID: s.Result.ID, Name: c.Name, Columns: workspace.Columns(s.Result.Columns, c.Dialect), Rows: s.Result.Rows, Bytes: s.Result.SizeBytes}
	head, err := x.head(ctx, s.Result.ID, c.Dialect)
	if err != nil && out.Err == nil && ctx.Err() == nil {
		out.Err = problemOf(fmt.Errorf("read the first rows: %w", err))
	}
	out.Result.Head = head
	return out
}

func (x *executor) head(ctx context.Context, id, dialect string) ([][]*string, error) {
	page, err := x.ws.Results().Page(ctx, id, 0, headRows, "")
	if err != nil {
		return nil, err
	}
	return rowtext.Printer{Dialect: dialect, Zone: x.ws.Zone(x.session)}.Stream(page)
}
