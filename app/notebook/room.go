package notebook

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"laketop/app/workspace"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/notebooks"
)

// Folder is where a workspace keeps its notebooks.
const Folder = "notebooks"

// Room holds the notebooks of one open workspace.
type Room struct {
	ws   *workspace.Workspace
	any  bool
	ctx  context.Context // ends with the room; runs outlive the request that started them
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu   sync.Mutex
	open map[string]*open
}

// open is one notebook that somebody looks at. Its fields are the room's: hold
// the room's lock.
type open struct {
	name  string
	path  string
	doc   *Document // nil while broken
	err   error     // why it is broken
	etag  string
	stamp stamp
	runs  map[string]*Run
	prev  map[string]*Run // of queued cells: what they showed before
	count int
	job   string // of the running job
	sess  *session.Session
}

// stamp tells whether a file may have changed without reading it.
type stamp struct {
	modified time.Time
	size     int64
}

// NewRoom opens the notebooks of ws. anyPath lets names be paths outside
// notebooks/: the command line runs files wherever they are.
func NewRoom(ws *workspace.Workspace, anyPath bool) *Room {
	ctx, stop := context.WithCancel(context.Background())
	return &Room{ws: ws, any: anyPath, ctx: ctx, stop: stop, open: map[string]*open{}}
}

// Close stops what runs and ends the sessions.
func (r *Room) Close() error {
	r.stop()
	r.wg.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, o := range r.open {
		if o.sess != nil {
			errs = append(errs, o.sess.Close())
		}
	}
	r.open = map[string]*open{}
	return errors.Join(errs...)
}

// Info is a notebook in a list.
type Info struct {
	Name, Title string
	Modified    time.Time
	Err         error
}

// View is a notebook as it stands.
type View struct {
	Name       string
	Title      string
	Etag       string
	ReadOnly   bool
	Dialect    string
	Parameters []Parameter
	Cells      []Cell
	Runs       map[string]*Run // by cell
	Job        string
	Err        error // the file is broken; there are no cells
}

// List names the notebooks under notebooks/, by name.
func (r *Room) List() ([]Info, error) {
	root := r.ws.Path(Folder)
	var out []Info
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && p != root {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || filepath.Ext(p) != ".ipynb" {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		out = append(out, r.info(filepath.ToSlash(rel)))
		return nil
	})
	return out, err
}

func (r *Room) info(name string) Info {
	v, err := r.Get(name)
	i := Info{Name: name, Title: v.Title, Err: errors.Join(err, v.Err)}
	if i.Title == "" {
		i.Title = strings.TrimSuffix(path.Base(name), ".ipynb")
	}
	if st, err := os.Stat(r.ws.Path(Folder, filepath.FromSlash(name))); err == nil {
		i.Modified = st.ModTime()
	}
	return i
}

// locate is where a notebook's file is. Names stay inside notebooks/.
func (r *Room) locate(name string) (string, error) {
	if r.any && (filepath.IsAbs(name) || strings.HasPrefix(name, ".")) {
		return filepath.Abs(name)
	}
	if !fs.ValidPath(name) || path.Ext(name) != ".ipynb" || strings.ContainsAny(name, "\\\x00:") || strings.Contains("/"+name, "/.") || len(name) > 240 {
		return "", problem.New("notebook.name", "file", name)
	}
	full := r.ws.Path(Folder, filepath.FromSlash(name))
	target, err := filepath.EvalSymlinks(full)
	if errors.Is(err, fs.ErrNotExist) {
		return full, nil
	}
	root, rootErr := filepath.EvalSymlinks(r.ws.Path(Folder))
	if err != nil || rootErr != nil || !strings.HasPrefix(target, root+string(filepath.Separator)) {
		return "", problem.New("notebook.name", "file", name)
	}
	return full, nil
}

// Get is a notebook as its file stands now.
func (r *Room) Get(name string) (View, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, err := r.fresh(name)
	if err != nil {
		return View{Name: name}, err
	}
	return r.view(o), nil
}

// fresh is the open notebook, read again when its file changed.
func (r *Room) fresh(name string) (*open, error) {
	o := r.open[name]
	if o == nil {
		path, err := r.locate(name)
		if err != nil {
			return nil, err
		}
		o = &open{name: name, path: path}
	}
	st, err := os.Stat(o.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && st.IsDir() {
		delete(r.open, name)
		return nil, problem.New("notebook.unknown", "file", name).Suggest(r.near()...)
	}
	if err != nil {
		return nil, problem.New("source.unreadable", "path", name, "what", err.Error()).Because(err)
	}
	now := stamp{st.ModTime(), st.Size()}
	if r.open[name] != nil && o.stamp == now {
		return o, nil
	}
	if err := r.read(o, now); err != nil {
		return nil, err
	}
	r.open[name] = o
	return o, nil
}

// read takes the file's content; other content than before is told.
func (r *Room) read(o *open, now stamp) error {
	data, err := os.ReadFile(o.path)
	if err != nil {
		return problem.New("source.unreadable", "path", o.name, "what", err.Error()).Because(err)
	}
	o.stamp = now
	etag := Etag(data)
	if etag == o.etag {
		return nil
	}
	first := o.etag == ""
	o.etag = etag
	o.doc, o.err = Parse(o.name, data)
	if o.err != nil {
		o.doc = nil
	}
	switch {
	case first && o.doc != nil:
		o.runs = outputsOf(r.ws, o.name).load(o.doc.Cells())
	case !first:
		r.ws.Bus.Publish(workspace.Event{Type: "notebook", Notebook: o.name})
	}
	if o.runs == nil {
		o.runs = map[string]*Run{}
	}
	return nil
}

func (r *Room) near() []string {
	files, err := filepath.Glob(r.ws.Path(Folder, "*.ipynb"))
	if err != nil {
		return nil
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	return files[:min(len(files), 3)]
}

func (r *Room) view(o *open) View {
	v := View{Name: o.name, Etag: o.etag, ReadOnly: r.ws.ReadOnly, Job: o.job, Err: o.err, Dialect: r.ws.Config.Dialect, Title: strings.TrimSuffix(path.Base(o.name), ".ipynb")}
	if o.doc == nil {
		return v
	}
	v.Title, v.Dialect, v.Parameters, v.Cells = o.doc.Title(), o.doc.Dialect(), o.doc.Parameters(), o.doc.Cells()
	v.Runs = maps.Clone(o.runs)
	old := stale(v.Cells, o.runs, values(v.Parameters))
	for id, run := range v.Runs {
		if (run.State == OK || run.State == Stale) && (run.State == Stale) != old[id] {
			next := *run
			next.State = OK
			if old[id] {
				next.State = Stale
			}
			v.Runs[id] = &next
		}
		r.markGone(v.Runs, id)
	}
	return v
}

// markGone says of results whether the store still has their rows.
func (r *Room) markGone(runs map[string]*Run, id string) {
	run := runs[id]
	for i, s := range run.Statements {
		if s.Result == nil || s.Result.Gone {
			continue
		}
		if _, err := r.ws.Results().Get(s.Result.ID); err == nil {
			continue
		}
		next, gone := *run, *s.Result
		gone.Gone = true
		next.Statements = slices.Clone(run.Statements)
		next.Statements[i].Result = &gone
		run, runs[id] = &next, &next
	}
}

func values(params []Parameter) map[string]string {
	out := map[string]string{}
	for _, p := range params {
		out[p.Name] = p.Value
	}
	return out
}

// ErrChanged marks an edit that was made on content that is no longer there;
// the view that comes with it is the current one.
var ErrChanged = errors.New("notebook changed meanwhile")

// Edit applies edits and writes the file durably before it answers.
func (r *Room) Edit(name, etag string, edits []Edit) (View, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, err := r.fresh(name)
	if err != nil {
		return View{}, err
	}
	if err := r.writable(o); err != nil {
		return View{}, err
	}
	if etag != o.etag {
		return r.view(o), problem.New("notebook.changed", "file", name).Because(ErrChanged)
	}
	next, err := o.doc.Edited(edits)
	if err != nil {
		return View{}, err
	}
	before := r.view(o)
	if err := r.write(o, next); err != nil {
		return View{}, err
	}
	r.forgetDeleted(o, edits)
	after := r.view(o)
	r.tellStale(before, after)
	return after, nil
}

func (r *Room) writable(o *open) error {
	if r.ws.ReadOnly {
		return r.ws.WriteProblem()
	}
	return o.err
}

// write puts the document's bytes on disk; the open notebook changes only when
// they are there.
func (r *Room) write(o *open, next *Document) error {
	data := next.Bytes()
	etag := Etag(data)
	if etag == o.etag {
		return nil
	}
	if err := workspace.WriteFile(o.path, data); err != nil {
		return problem.New("notebook.unwritten", "file", o.name, "what", err.Error()).Because(err)
	}
	o.doc, o.etag = next, etag
	if st, err := os.Stat(o.path); err == nil {
		o.stamp = stamp{st.ModTime(), st.Size()}
	}
	r.ws.Bus.Publish(workspace.Event{Type: "notebook", Notebook: o.name})
	return nil
}

func (r *Room) forgetDeleted(o *open, edits []Edit) {
	for _, e := range edits {
		if e.Op == "delete" {
			delete(o.runs, e.Cell)
			_ = outputsOf(r.ws, o.name).forget(e.Cell) // a cache: what stays is found again or never
		}
	}
}

// tellStale tells the cells whose state an edit changed.
func (r *Room) tellStale(before, after View) {
	for id, run := range after.Runs {
		if was := before.Runs[id]; was != nil && was.State != run.State {
			r.ws.Bus.Publish(workspace.Event{Type: "cell", Notebook: after.Name, Cell: id, Run: run})
		}
	}
}

// Create makes a notebook, empty or a copy of a shipped one.
func (r *Room) Create(name, shipped string) (View, error) {
	if r.ws.ReadOnly {
		return View{}, r.ws.WriteProblem()
	}
	if path.Ext(name) != ".ipynb" {
		name += ".ipynb"
	}
	full, err := r.locate(name)
	if err != nil {
		return View{}, err
	}
	data := New(name, r.ws.Config.Dialect).Bytes()
	if shipped != "" {
		if data, err = fs.ReadFile(notebooks.FS, path.Base(shipped)); err != nil {
			return View{}, problem.New("notebook.unknown", "file", shipped).Suggest(workspace.Shipped()...)
		}
	}
	if _, err := os.Lstat(full); err == nil {
		return View{}, problem.New("notebook.exists", "file", name)
	}
	if err := workspace.WriteFile(full, data); err != nil {
		return View{}, problem.New("notebook.unwritten", "file", name, "what", err.Error()).Because(err)
	}
	return r.Get(name)
}

// watchPause is how often open notebooks are compared with their files.
const watchPause = time.Second

// Watch tells changes that other programs make to open notebooks, until the
// room closes.
func (r *Room) Watch() {
	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		tick := time.NewTicker(watchPause)
		defer tick.Stop()
		for {
			select {
			case <-r.ctx.Done():
				return
			case <-tick.C:
				r.look()
			}
		}
	}()
}

// Retell says of every open notebook that what is shown of it has changed.
func (r *Room) Retell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.open {
		r.ws.Bus.Publish(workspace.Event{Type: "notebook", Notebook: name})
	}
}

func (r *Room) look() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.open {
		if _, err := r.fresh(name); err != nil {
			r.ws.Bus.Publish(workspace.Event{Type: "notebook", Notebook: name})
		}
	}
}
