package api

import (
	"time"

	"laketop/app/api/gen"
	"laketop/app/notebook"
	"laketop/app/workspace"
	"laketop/engine/notice"
	"laketop/engine/session"
)

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func columnsOf(columns []workspace.Column) []gen.Column {
	out := make([]gen.Column, len(columns))
	for i, c := range columns {
		out[i] = gen.Column{Name: c.Name, Type: c.Type, Kind: gen.ColumnKind(c.Kind), Nullable: c.Nullable, Comment: c.Comment}
	}
	return out
}

func refsOf(versions []session.TableVersion) []gen.SnapshotRef {
	out := make([]gen.SnapshotRef, len(versions))
	for i, v := range versions {
		out[i] = gen.SnapshotRef{Table: v.Table, Snapshot: v.Snapshot}
	}
	return out
}

func (s *Server) jobOf(j workspace.Job) gen.Job {
	out := gen.Job{
		Id: j.ID, Kind: gen.JobKind(j.Kind), State: gen.JobState(j.State), Title: j.Title, Notebook: j.Notebook, StartedAt: j.StartedAt,
		ElapsedMs: millis(j.Elapsed), Done: j.Done, Total: j.Total, Problem: s.problemOf(j.Err),
	}
	if j.Progress > 0 {
		out.Progress = j.Progress
	}
	return out
}

func (s *Server) notebookOf(v notebook.View) gen.Notebook {
	out := gen.Notebook{
		Name: v.Name, Title: v.Title, Etag: v.Etag, ReadOnly: v.ReadOnly, Dialect: gen.Dialect(v.Dialect), Job: v.Job,
		Cells: make([]gen.Cell, len(v.Cells)), Parameters: make([]gen.Parameter, len(v.Parameters)), Problem: s.problemOf(v.Err),
	}
	for i, p := range v.Parameters {
		out.Parameters[i] = gen.Parameter{Name: p.Name, Type: gen.ParameterType(p.Type), Default: p.Default, Value: p.Value, Label: p.Label, Choices: p.Choices}
	}
	for i, c := range v.Cells {
		out.Cells[i] = gen.Cell{
			Id: c.ID, Kind: gen.CellKind(c.Kind), Dialect: gen.Dialect(c.Dialect), Name: c.Name, Source: c.Source,
			View: gen.CellView(c.View), Chart: c.Chart, Collapsed: c.Collapsed, Run: s.runOf(v.Runs[c.ID]),
		}
	}
	return out
}

func (s *Server) runOf(r *notebook.Run) gen.CellRun {
	if r == nil {
		return gen.CellRun{}
	}
	out := gen.CellRun{State: gen.CellRunState(r.State), StartedAt: r.StartedAt, ElapsedMs: millis(r.Elapsed), ExecutionCount: r.Count, Problem: s.problemOf(errOf(r.Err))}
	if r.Progress > 0 && r.State == notebook.Executing {
		out.Progress = r.Progress
	}
	if last := r.Last(); last != nil {
		out.Rows = &last.Rows
	}
	for _, st := range r.Statements {
		out.Statements = append(out.Statements, s.statementOf(st))
	}
	return out
}

// said is what a statement says of itself, in the settings' language.
func (s *Server) said(all []notice.Notice) string {
	if len(all) == 0 {
		return ""
	}
	return notice.Text(all, s.language())
}

func (s *Server) statementOf(st notebook.Statement) gen.StatementResult {
	out := gen.StatementResult{
		Sql: st.SQL, Kind: st.Kind, ElapsedMs: millis(st.Elapsed), DuckSql: st.DuckSQL, Reads: refsOf(st.Reads), Writes: refsOf(st.Writes),
		Message: s.said(st.Notices), Problem: s.problemOf(errOf(st.Err)),
	}
	if st.Affected > 0 || len(st.Writes) > 0 {
		out.AffectedRows = &st.Affected
	}
	if r := st.Result; r != nil {
		out.Result = gen.Result{Id: r.ID, Name: r.Name, Columns: columnsOf(r.Columns), Rows: r.Rows, Bytes: r.Bytes, Gone: r.Gone}
		if r.Gone {
			out.Result.Head = r.Head
		}
	}
	return out
}

func (s *Server) workspaceOf(d *desk) gen.Workspace {
	if d == nil {
		return gen.Workspace{}
	}
	w := d.ws
	return gen.Workspace{
		Open: true, Name: w.Config.Name, Path: w.Dir, ReadOnly: w.ReadOnly, TimeZone: w.TimeZone(), Dialect: gen.Dialect(w.Config.Dialect),
		MemoryBytes: w.DB().MemoryLimitBytes(), Sample: w.Config.Sample,
	}
}
