package api

import (
	"context"
	"net/http"
	"strings"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// Query implements gen.ServerInterface. Each request is a conversation of its
// own: SET and USE hold until its last statement.
func (s *Server) Query(w http.ResponseWriter, r *http.Request) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		in, err := read[gen.QueryRequest](r)
		if err != nil {
			return nil, err
		}
		if !in.Dialect.Valid() {
			return nil, problem.New("notebook.unknown_dialect", "dialect", string(in.Dialect)).Suggest(workspace.Dialects...)
		}
		sess, err := d.ws.Session(ctx)
		if err != nil {
			return nil, err
		}
		defer s.end(sess)
		ctx, job := s.jobs.Begin(ctx, workspace.Job{Kind: "query", Title: titleOf(in.Sql)})
		out := []gen.StatementResult{}
		results, err := sess.Run(ctx, session.Request{Dialect: string(in.Dialect), Text: in.Sql, Params: in.Params, KeepGoing: in.KeepGoing}, func(res session.StatementResult) {
			for _, v := range res.Writes {
				s.bus.Publish(workspace.Event{Type: "catalog", Table: &workspace.TableVersion{Table: v.Table, Snapshot: v.Snapshot}})
			}
		})
		job.End(err)
		zone := d.ws.Zone(sess).String()
		for _, res := range results {
			st := s.resultOf(res, string(in.Dialect))
			st.TimeZone = zone
			out = append(out, st)
		}
		if len(results) == 0 && err != nil {
			return nil, err
		}
		return out, nil
	})
}

// titleLength is how much of a text names its job.
const titleLength = 60

func titleOf(sql string) string {
	t := strings.Join(strings.Fields(sql), " ")
	if r := []rune(t); len(r) > titleLength {
		return string(r[:titleLength]) + "…"
	}
	return t
}

func (s *Server) resultOf(r session.StatementResult, dialect string) gen.StatementResult {
	out := gen.StatementResult{
		Sql: r.SQL, Kind: r.Kind, ElapsedMs: millis(r.Elapsed), DuckSql: r.DuckSQL, Reads: refsOf(r.Reads), Writes: refsOf(r.Writes),
		Message: s.said(r.Notices), Problem: s.problemOf(r.Err),
	}
	if len(r.Writes) > 0 {
		out.AffectedRows = &r.Affected
	}
	if r.Result != nil {
		out.Result = gen.Result{Id: r.Result.ID, Columns: columnsOf(workspace.Columns(r.Result.Columns, dialect)), Rows: r.Result.Rows, Bytes: r.Result.SizeBytes}
	}
	return out
}
