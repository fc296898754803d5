package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"laketop/app/api/gen"
	"laketop/app/export"
	"laketop/app/notebook"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// base is where the API begins.
const base = "/api/v1"

// Options says what kind of workbench this is.
type Options struct {
	Home    *workspace.Home
	Version string
	Log     *slog.Logger     // nil = none
	Now     func() time.Time // nil = the machine's clock
	// Window: the page is in the desktop window, whose origins may ask and
	// which may write files where its dialogs say.
	Window bool
	// Own takes the opened workspace for this process alone and publishes
	// where it listens; without it a workspace is only used for a while.
	Own bool
	// Anywhere lets statements and documents name any file the user may read.
	Anywhere bool
	// Plain opens folders that are no workspace and no lake.
	Plain bool
	// DevOrigin is a further origin that may ask: a development server.
	DevOrigin string
	// ShowWindow brings the window to the front, on a document where one is
	// named by its address of the page (#/notebook/a.ipynb); nil = there is none.
	ShowWindow func(document string)
	// MemoryBytes overrides the settings; 0 = the settings'.
	MemoryBytes int64
}

// Server is a running workbench: at most one open workspace, its jobs and its
// events.
type Server struct {
	opt   Options
	log   *slog.Logger
	now   func() time.Time
	token string
	port  string // of the Host header; "" = any
	url   string // where we listen; "" in-process
	bus   *workspace.Bus
	jobs  *workspace.Jobs
	done  chan struct{} // closed by Close: ends event streams
	once  sync.Once

	opening sync.Mutex   // one open or close at a time
	mu      sync.RWMutex // held for reading while a request uses the desk
	desk    *desk        // nil on the welcome screen
}

// desk is the open workspace with its documents.
type desk struct {
	ws    *workspace.Workspace
	room  *notebook.Room
	owner *workspace.Owner

	drawing sync.Mutex
	drawer  *export.Renderer // nil until the first picture
}

// New makes a workbench with nothing open.
func New(opt Options) *Server {
	s := &Server{opt: opt, log: opt.Log, now: opt.Now, token: newToken(), bus: &workspace.Bus{}, done: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.jobs = workspace.NewJobs(s.bus, s.now)
	return s
}

// Token is the secret of this run.
func (s *Server) Token() string { return s.token }

// Busy is how many jobs run.
func (s *Server) Busy() int { return s.jobs.Busy() }

func (s *Server) language() string {
	if s.opt.Home == nil {
		return "en"
	}
	return s.opt.Home.Settings().Language
}

// Handler serves the API and the page behind the guard.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	gen.HandlerWithOptions(s, gen.StdHTTPServerOptions{BaseURL: base, BaseRouter: mux, ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
		s.fail(w, r, problem.New("request.bad", "what", err.Error()).Because(err))
	}})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, problem.New("request.unknown", "path", r.URL.Path))
	})
	mux.Handle("/", s.page())
	return s.guard(mux)
}

// take is the open workspace, kept open until release.
func (s *Server) take() (d *desk, release func(), err error) {
	s.mu.RLock()
	if s.desk == nil {
		s.mu.RUnlock()
		return nil, nil, problem.New("workspace.none_open")
	}
	return s.desk, s.mu.RUnlock, nil
}

// OpenFolder opens a folder in place of what is open. The folder that is open
// already stays as it is.
func (s *Server) OpenFolder(ctx context.Context, dir string, writable bool) error {
	s.opening.Lock()
	defer s.opening.Unlock()
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if s.isOpen(abs, writable) {
		return nil
	}
	if err := workspace.Openable(abs, s.opt.Plain); err != nil {
		return err // what is open stays open
	}
	if err := s.closeFolder(); err != nil {
		s.log.Error("close the workspace", "error", err.Error())
	}
	d, err := s.open(ctx, abs, writable)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.desk = d
	s.mu.Unlock()
	s.remember(d.ws)
	s.bus.Publish(workspace.Event{Type: "workspace", Workspace: true})
	return nil
}

func (s *Server) isOpen(dir string, writable bool) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.desk != nil && s.desk.ws.Dir == dir && !(writable && s.desk.ws.ReadOnly)
}

// open is quick with the lock and slow without it: requests go on meanwhile.
func (s *Server) open(ctx context.Context, dir string, writable bool) (*desk, error) {
	d := &desk{}
	var err error
	if s.opt.Own {
		if d.owner, err = s.own(dir); err != nil {
			return nil, err
		}
	}
	memory := s.opt.MemoryBytes
	if memory == 0 && s.opt.Home != nil {
		memory = s.opt.Home.Settings().MemoryBytes
	}
	d.ws, err = workspace.Open(ctx, dir, workspace.Options{Bus: s.bus, Jobs: s.jobs, Now: s.now, MemoryBytes: memory, Writable: writable, Plain: s.opt.Plain, Anywhere: s.opt.Anywhere})
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.room = notebook.NewRoom(d.ws, s.opt.Anywhere)
	if s.opt.Own {
		d.room.Watch()
	}
	return d, nil
}

func (s *Server) own(dir string) (*workspace.Owner, error) {
	state, err := workspace.StateDir(dir)
	if err != nil {
		return nil, err
	}
	owner, err := workspace.Own(state, dir)
	if err != nil {
		return nil, err
	}
	if err := owner.Publish(workspace.Endpoint{URL: s.url, Token: s.token, PID: pid()}); err != nil {
		return nil, errors.Join(err, owner.Release())
	}
	return owner, nil
}

func (s *Server) remember(ws *workspace.Workspace) {
	if s.opt.Home == nil || !s.opt.Own {
		return
	}
	if err := s.opt.Home.Remember(workspace.Recent{Path: ws.Dir, Name: ws.Config.Name, OpenedAt: s.now()}); err != nil {
		s.log.Error("remember the workspace", "error", err.Error())
	}
}

// CloseFolder goes back to the welcome screen.
func (s *Server) CloseFolder() error {
	s.opening.Lock()
	defer s.opening.Unlock()
	err := s.closeFolder()
	s.bus.Publish(workspace.Event{Type: "workspace", Workspace: true})
	return err
}

// closeFolder stops the jobs first, so that requests that wait for them end
// and the desk comes free.
func (s *Server) closeFolder() error {
	s.jobs.CancelAll()
	s.mu.Lock()
	d := s.desk
	s.desk = nil
	s.mu.Unlock()
	if d == nil {
		return nil
	}
	return d.close()
}

func (d *desk) close() error {
	var errs []error
	if d.drawer != nil {
		errs = append(errs, d.drawer.Close(context.Background()))
	}
	if d.room != nil {
		errs = append(errs, d.room.Close())
	}
	if d.ws != nil {
		errs = append(errs, d.ws.Close())
	}
	if d.owner != nil {
		errs = append(errs, d.owner.Release())
	}
	return errors.Join(errs...)
}

// Close ends event streams, jobs and the workspace.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.done) })
	return s.CloseFolder()
}
