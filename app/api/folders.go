package api

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"

	"laketop/app/api/gen"
	"laketop/app/notebook"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// GetWorkspace implements gen.ServerInterface.
func (s *Server) GetWorkspace(w http.ResponseWriter, _ *http.Request) {
	s.write(w, http.StatusOK, s.openWorkspace())
}

// OpenWorkspace implements gen.ServerInterface.
func (s *Server) OpenWorkspace(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(ctx context.Context) (any, error) {
		in, err := read[gen.OpenRequest](r)
		if err != nil {
			return nil, err
		}
		if !filepath.IsAbs(in.Path) {
			return nil, problem.New("request.bad").With("what", problem.Say("app.absolute_folder"))
		}
		if in.Create {
			if err := workspace.Init(in.Path, string(in.Sample)); err != nil {
				return nil, err
			}
		}
		if err := s.OpenFolder(ctx, in.Path, in.Writable); err != nil {
			return nil, err
		}
		return s.openWorkspace(), nil
	})
}

// CloseWorkspace implements gen.ServerInterface.
func (s *Server) CloseWorkspace(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(context.Context) (any, error) {
		err := s.CloseFolder()
		return s.openWorkspace(), err
	})
}

// AddShipped implements gen.ServerInterface.
func (s *Server) AddShipped(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(context.Context) (any, error) {
		d, release, err := s.take()
		if err != nil {
			return nil, err
		}
		defer release()
		if d.ws.ReadOnly {
			return nil, problem.New("workspace.read_only", "path", d.ws.Dir)
		}
		return s.openWorkspace(), workspace.AddShipped(d.ws.Dir)
	})
}

// The documents of the game sample.
const (
	gameNotebook  = "game_etl.ipynb"
	gameDashboard = "game"
)

// OpenDemo implements gen.ServerInterface.
func (s *Server) OpenDemo(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(ctx context.Context) (any, error) {
		dir, err := workspace.DemoDir()
		if err != nil {
			return nil, err
		}
		if workspace.KindOf(dir) != workspace.KindWorkspace {
			if err := workspace.Init(dir, "game"); err != nil {
				return nil, err
			}
		}
		return s.startGame(ctx, dir)
	})
}

// startGame opens a workspace of the game and runs its notebook, unless every
// cell is done already.
func (s *Server) startGame(ctx context.Context, dir string) (gen.DemoStarted, error) {
	var out gen.DemoStarted
	if err := s.OpenFolder(ctx, dir, false); err != nil {
		return out, err
	}
	d, release, err := s.take()
	if err != nil {
		return out, err
	}
	defer release()
	out = gen.DemoStarted{Workspace: s.workspaceOf(d), Notebook: gameNotebook, Dashboard: gameDashboard}
	v, err := d.room.Get(gameNotebook)
	if err != nil || v.Job != "" || finished(v) {
		return out, err
	}
	job, err := d.room.Start(gameNotebook, notebook.All, "", nil)
	if err != nil {
		return out, err
	}
	out.Job = s.jobOf(job)
	return out, nil
}

func finished(v notebook.View) bool {
	for _, c := range v.Cells {
		if r := v.Runs[c.ID]; c.Kind == notebook.SQL && (r == nil || r.State != notebook.OK) {
			return false
		}
	}
	return len(v.Cells) > 0
}

// ListFolders implements gen.ServerInterface.
func (s *Server) ListFolders(w http.ResponseWriter, r *http.Request, params gen.ListFoldersParams) {
	s.answer(w, r, func(context.Context) (any, error) {
		path, parent, entries, err := workspace.Folder(params.Path)
		if err != nil {
			return nil, err
		}
		out := gen.FolderListing{Path: path, Parent: parent, Entries: make([]gen.FolderEntry, len(entries))}
		for i, e := range entries {
			out.Entries[i] = gen.FolderEntry{Name: e.Name, Path: e.Path, Kind: gen.FolderEntryKind(e.Kind), SizeBytes: e.SizeBytes}
		}
		return out, nil
	})
}

// ShowWindow implements gen.ServerInterface.
func (s *Server) ShowWindow(w http.ResponseWriter, r *http.Request, params gen.ShowWindowParams) {
	if s.opt.ShowWindow == nil {
		s.fail(w, r, problem.New("request.window_only"))
		return
	}
	if params.Document != "" && !strings.HasPrefix(params.Document, "#/") {
		s.fail(w, r, problem.New("request.bad", "what", "document"))
		return
	}
	s.opt.ShowWindow(params.Document)
	w.WriteHeader(http.StatusNoContent)
}
