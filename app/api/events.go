package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"laketop/app/api/gen"
	"laketop/app/notebook"
	"laketop/app/workspace"
)

const (
	statusPause = 2 * time.Second  // between two looks at the memory
	beatPause   = 15 * time.Second // a comment that keeps the stream from idling out
	eventTime   = 30 * time.Second // a listener that cannot take an event that long is gone
)

// Events implements gen.ServerInterface: everything that happens, as one
// stream a window.
func (s *Server) Events(w http.ResponseWriter, r *http.Request, _ gen.EventsParams) {
	events, stop := s.bus.Subscribe()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	out := &stream{w: w, rc: http.NewResponseController(w)}
	_ = out.rc.SetReadDeadline(time.Time{}) // in-process answers have none
	status, beat := time.NewTicker(statusPause), time.NewTicker(beatPause)
	defer status.Stop()
	defer beat.Stop()
	last := s.status(r.Context())
	out.send(gen.Event{Type: gen.EventTypeStatus, Status: last})
	for out.err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		case e, ok := <-events:
			if !ok {
				return // it lagged; the client connects anew and asks for the state
			}
			out.send(s.eventOf(e))
		case <-status.C:
			if now := s.status(r.Context()); differs(now, last) {
				last = now
				out.send(gen.Event{Type: gen.EventTypeStatus, Status: now})
			}
		case <-beat.C:
			out.comment()
		}
	}
}

type stream struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	err error
}

func (o *stream) send(e gen.Event) {
	data, err := json.Marshal(e)
	if err != nil {
		o.err = err
		return
	}
	o.raw(fmt.Sprintf("data: %s\n\n", data))
}

func (o *stream) comment() { o.raw(": beat\n\n") }

func (o *stream) raw(s string) {
	_ = o.rc.SetWriteDeadline(time.Now().Add(eventTime)) // in-process answers have none
	if _, o.err = o.w.Write([]byte(s)); o.err == nil {
		o.err = o.rc.Flush()
	}
}

func (s *Server) eventOf(e workspace.Event) gen.Event {
	out := gen.Event{Type: gen.EventType(e.Type), Notebook: e.Notebook, Cell: e.Cell}
	if e.Job != nil {
		out.Job = s.jobOf(*e.Job)
	}
	if run, ok := e.Run.(*notebook.Run); ok {
		out.Run = s.runOf(run)
	}
	if e.Table != nil {
		out.Table = gen.SnapshotRef{Table: e.Table.Table, Snapshot: e.Table.Snapshot}
	}
	if e.Workspace {
		out.Workspace = s.openWorkspace()
	}
	return out
}

// openWorkspace is what is open now.
func (s *Server) openWorkspace() gen.Workspace {
	d, release, err := s.take()
	if err != nil {
		return gen.Workspace{}
	}
	defer release()
	return s.workspaceOf(d)
}

func (s *Server) status(ctx context.Context) gen.Status {
	d, release, err := s.take()
	if err != nil {
		return gen.Status{}
	}
	defer release()
	used, err := d.ws.DB().MemoryBytes(ctx)
	if err != nil {
		used = 0 // a busy engine is not worth an error in the status bar
	}
	return gen.Status{MemoryBytes: used, MemoryLimitBytes: d.ws.DB().MemoryLimitBytes(), RequestsSent: int(d.ws.Sources().Requests())}
}

// differs leaves out changes that nobody sees.
func differs(a, b gen.Status) bool {
	const step = 1 << 20
	return a.MemoryBytes/step != b.MemoryBytes/step || a.MemoryLimitBytes != b.MemoryLimitBytes || a.RequestsSent != b.RequestsSent
}
