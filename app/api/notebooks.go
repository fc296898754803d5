package api

import (
	"context"
	"errors"
	"net/http"

	"laketop/app/api/gen"
	"laketop/app/notebook"
)

// ListNotebooks implements gen.ServerInterface.
func (s *Server) ListNotebooks(w http.ResponseWriter, r *http.Request) {
	s.onDesk(w, r, func(_ context.Context, d *desk) (any, error) {
		list, err := d.room.List()
		if err != nil {
			return nil, err
		}
		out := make([]gen.DocumentInfo, len(list))
		for i, n := range list {
			out[i] = gen.DocumentInfo{Name: n.Name, Title: n.Title, ModifiedAt: n.Modified, Problem: s.problemOf(n.Err)}
		}
		return out, nil
	})
}

// CreateNotebook implements gen.ServerInterface.
func (s *Server) CreateNotebook(w http.ResponseWriter, r *http.Request) {
	s.onDesk(w, r, func(_ context.Context, d *desk) (any, error) {
		in, err := read[gen.CreateNotebookJSONBody](r)
		if err != nil {
			return nil, err
		}
		v, err := d.room.Create(in.Name, in.Shipped)
		return s.notebookOf(v), err
	})
}

// GetNotebook implements gen.ServerInterface.
func (s *Server) GetNotebook(w http.ResponseWriter, r *http.Request, name gen.NotebookName) {
	s.onDesk(w, r, func(_ context.Context, d *desk) (any, error) {
		v, err := d.room.Get(name)
		return s.notebookOf(v), err
	})
}

// EditNotebook implements gen.ServerInterface.
func (s *Server) EditNotebook(w http.ResponseWriter, r *http.Request, name gen.NotebookName) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	in, err := read[gen.EditRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v, err := d.room.Edit(name, in.Etag, editsOf(in.Edits))
	switch {
	case errors.Is(err, notebook.ErrChanged):
		s.failWith(w, r, err, s.notebookOf(v))
	case err != nil:
		s.fail(w, r, err)
	default:
		s.write(w, http.StatusOK, s.notebookOf(v))
	}
}

func editsOf(in []gen.Edit) []notebook.Edit {
	out := make([]notebook.Edit, len(in))
	for i, e := range in {
		out[i] = notebook.Edit{
			Op: string(e.Op), Cell: e.Cell, After: e.After, Kind: notebook.Kind(e.Kind), Source: e.Source, Dialect: string(e.Dialect), Name: e.Name,
			View: string(e.View), Chart: e.Chart, Collapsed: e.Collapsed, Parameter: e.Parameter, Value: e.Value,
		}
	}
	return out
}

// RunNotebook implements gen.ServerInterface.
func (s *Server) RunNotebook(w http.ResponseWriter, r *http.Request, name gen.NotebookName) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	in, err := read[gen.RunRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	job, err := d.room.Start(name, notebook.Mode(in.Mode), in.Cell, in.Params)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusAccepted, s.jobOf(job))
}

// SaveWithOutputs implements gen.ServerInterface.
func (s *Server) SaveWithOutputs(w http.ResponseWriter, r *http.Request, name gen.NotebookName) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		v, err := d.room.SaveWithOutputs(ctx, name, s.pictures(d))
		return s.notebookOf(v), err
	})
}

// ExecutedNotebook implements gen.ServerInterface.
func (s *Server) ExecutedNotebook(w http.ResponseWriter, r *http.Request, name gen.NotebookName) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	data, err := d.room.Executed(r.Context(), name, s.pictures(d))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/x-ipynb+json")
	s.bytes(w, http.StatusOK, data)
}
