package api

import (
	"context"
	"net/http"
	"path/filepath"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// InspectSource implements gen.ServerInterface.
func (s *Server) InspectSource(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(ctx context.Context) (any, error) {
		in, err := read[gen.InspectSourceJSONBody](r)
		if err != nil {
			return nil, err
		}
		if !filepath.IsAbs(in.Path) {
			return nil, problem.New("request.bad").With("what", problem.Say("app.absolute_path"))
		}
		found, err := workspace.Inspect(ctx, in.Path)
		if err != nil {
			return nil, err
		}
		g := found.Guess
		return gen.SourceInspection{
			Path: found.Path, Files: found.Files, Bytes: found.Bytes, Columns: columnsOf(found.Columns), Rows: orEmpty(found.Rows),
			Guess: gen.ColumnRoles{Who: g.Who, When: g.When, What: g.What, Amount: g.Amount, Place: g.Place, Device: g.Device},
		}, nil
	})
}

func orEmpty[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

// ImportEvents implements gen.ServerInterface.
func (s *Server) ImportEvents(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(ctx context.Context) (any, error) {
		in, err := read[gen.EventsMapping](r)
		if err != nil {
			return nil, err
		}
		if !filepath.IsAbs(in.Path) || !filepath.IsAbs(in.Workspace) {
			return nil, problem.New("request.bad").With("what", problem.Say("app.absolute_paths"))
		}
		c := in.Columns
		if err := workspace.ImportEvents(ctx, in.Path, in.Workspace, workspace.Roles{Who: c.Who, When: c.When, What: c.What, Amount: c.Amount, Place: c.Place, Device: c.Device}); err != nil {
			return nil, err
		}
		return s.startGame(ctx, in.Workspace)
	})
}
