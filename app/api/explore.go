package api

import (
	"context"
	"net/http"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/duck"
	"laketop/engine/session"
)

// previewRows is how many rows a table's preview shows.
const previewRows = "200"

// PreviewTable implements gen.ServerInterface.
func (s *Server) PreviewTable(w http.ResponseWriter, r *http.Request, database gen.DatabaseName, table gen.TableName) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		var at gen.TableMoment
		if r.ContentLength != 0 {
			in, err := read[gen.TableMoment](r)
			if err != nil {
				return nil, err
			}
			at = in
		}
		sess, err := d.ws.Session(ctx)
		if err != nil {
			return nil, err
		}
		defer s.end(sess)
		text := "SELECT * FROM " + workspace.MomentName(database, table, momentOf(at)) + " LIMIT " + previewRows
		results, err := sess.Run(ctx, session.Request{Dialect: "spark", Text: text, Source: database + "." + table}, nil)
		if err != nil {
			return nil, err
		}
		return d.result(table, *results[len(results)-1].Result), nil
	})
}

// result is a kept result as the page knows it, with types in the words of the
// workspace's dialect.
func (d *desk) result(name string, r duck.Result) gen.Result {
	return gen.Result{Id: r.ID, Name: name, Columns: columnsOf(workspace.Columns(r.Columns, d.ws.Config.Dialect)), Rows: r.Rows, Bytes: r.SizeBytes}
}

func momentOf(at gen.TableMoment) workspace.Moment {
	return workspace.Moment{Branch: at.Branch, Snapshot: at.Snapshot}
}

// DiffTable implements gen.ServerInterface.
func (s *Server) DiffTable(w http.ResponseWriter, r *http.Request, database gen.DatabaseName, table gen.TableName) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		in, err := read[gen.DiffRequest](r)
		if err != nil {
			return nil, err
		}
		diff, err := d.ws.Diff(ctx, database, table, momentOf(in.From), momentOf(in.To))
		if err != nil {
			return nil, err
		}
		out := gen.TableDiff{
			Result: d.result(table, diff.Rows), Inserted: diff.Inserted, Updated: diff.Updated, Deleted: diff.Deleted,
			Keys: diff.Keys, Columns: make([]gen.ChangedColumn, len(diff.Columns)),
		}
		for i, c := range diff.Columns {
			out.Columns[i] = gen.ChangedColumn{Name: c, Changed: diff.Changed[i]}
		}
		return out, nil
	})
}

// KeyVersions implements gen.ServerInterface.
func (s *Server) KeyVersions(w http.ResponseWriter, r *http.Request, database gen.DatabaseName, table gen.TableName) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		in, err := read[gen.VersionsRequest](r)
		if err != nil {
			return nil, err
		}
		versions, merged, err := d.ws.KeyVersions(ctx, database, table, in.Branch, in.Key)
		if err != nil {
			return nil, err
		}
		return gen.KeyVersions{Versions: d.result(table, versions), Merged: d.result(table, merged)}, nil
	})
}
