package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// statuses are the codes that are not 422, by code or by what it begins with.
var statuses = map[string]int{
	"internal.error": 500, "job.cancelled": 499, "job.unknown": 404,
	"notebook.unknown": 404, "notebook.unknown_cell": 404, "notebook.changed": 409, "notebook.running": 409, "notebook.exists": 409, "notebook.unwritten": 507,
	"dashboard.unknown": 404, "map.unknown": 404, "result.gone": 410, "source.no_files": 404,
	"request.bad": 400, "request.host": 421, "request.origin": 403, "request.token": 401, "request.media": 415, "request.too_large": 413,
	"request.unknown": 404, "request.method": 405, "request.window_only": 403,
	"workspace.none_open": 409, "workspace.read_only": 403, "workspace.busy": 409, "workspace.missing": 404, "workspace.exists": 409,
	"sql.unknown_table": 404,
}

// statusCancelled is what a stopped request answers; its client is gone.
const statusCancelled = 499

// told is err as people are told it: a problem with its HTTP status.
func told(err error) (*problem.Error, int) {
	if errors.Is(err, context.Canceled) || errors.Is(err, workspace.ErrCancelled) {
		return problem.New("job.cancelled").Because(err), statusCancelled
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return told(tooLarge())
	}
	p, ok := problem.As(err)
	if !ok {
		p = problem.New("internal.error", "what", err.Error()).Because(err)
	}
	if status, ok := statuses[p.Code]; ok {
		return p, status
	}
	return p, http.StatusUnprocessableEntity
}

// problemOf is err in the contract's form and the settings' language; the zero
// Problem for nil.
func (s *Server) problemOf(err error) gen.Problem {
	if err == nil {
		return gen.Problem{}
	}
	p, status := told(err)
	lang := s.language()
	out := gen.Problem{Code: p.Code, Message: p.Message(lang), Hint: p.Hint(lang), Status: status, Dialect: p.Dialect, Source: p.Source, Text: p.Text, Suggestions: p.Suggestions, Args: p.Args}
	if p.Span != nil {
		out.Span = gen.Span{Start: p.Span.Start, End: p.Span.End, Line: p.Span.Line, Column: p.Span.Column}
	}
	return out
}

// problemPtr is nil for a nil *problem.Error in an error's place.
func errOf(p *problem.Error) error {
	if p == nil {
		return nil
	}
	return p
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) { s.failWith(w, r, err, nil) }

// failWith answers with a problem; document is the current one where an edit
// was made on an old one.
func (s *Server) failWith(w http.ResponseWriter, r *http.Request, err error, document any) {
	p := s.problemOf(err)
	if p.Status >= 500 {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err.Error())
	}
	body := struct {
		gen.Problem
		Document any `json:"document,omitempty"`
	}{p, document}
	w.Header().Set("Content-Type", "application/problem+json")
	s.write(w, p.Status, body)
}

// writeTime is how long a client may take to read an answer.
const writeTime = 2 * time.Minute

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		s.log.Error("answer not writable as JSON", "error", err.Error())
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	s.bytes(w, status, data)
}

// bytes writes a whole body; its type is set already.
func (s *Server) bytes(w http.ResponseWriter, status int, data []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(s.now().Add(writeTime)) // in-process answers have none
	w.WriteHeader(status)
	_, _ = w.Write(data) // a client that went away needs no answer
}

// answer runs fn and writes what it gives.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, fn func(ctx context.Context) (any, error)) {
	v, err := fn(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, v)
}

// onDesk is answer for what needs an open workspace, which stays open until fn
// returns.
func (s *Server) onDesk(w http.ResponseWriter, r *http.Request, fn func(ctx context.Context, d *desk) (any, error)) {
	s.answer(w, r, func(ctx context.Context) (any, error) {
		d, release, err := s.take()
		if err != nil {
			return nil, err
		}
		defer release()
		return fn(ctx, d)
	})
}

// end closes what a request opened. Its answer does not depend on that, so a
// failure is logged.
func (s *Server) end(c io.Closer) {
	if err := c.Close(); err != nil {
		s.log.Warn("close", "error", err.Error())
	}
}

// read decodes a request's JSON body; unknown members are refused, so that a
// misspelt one is not lost in silence.
func read[T any](r *http.Request) (T, error) {
	var v T
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return v, err
		}
		return v, problem.New("request.bad", "what", strings.TrimPrefix(err.Error(), "json: ")).Because(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return v, problem.New("request.bad").With("what", problem.Say("app.several_values"))
	}
	return v, nil
}
