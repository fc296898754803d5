package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"laketop/engine/problem"
)

func pid() int { return os.Getpid() }

// Limits against slow and idle clients. Answers set their own write deadlines:
// a query may run as long as it needs.
const (
	headerTime   = 10 * time.Second
	readTime     = 2 * time.Minute
	idleTime     = 2 * time.Minute
	shutdownTime = 5 * time.Second
	maxHeader    = 64 << 10
)

// Listen starts answering on a loopback address such as 127.0.0.1:0. Serve
// then runs until ctx ends.
func (s *Server) Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, problem.New("serve.listen", "address", strconv.Quote(addr))
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	s.port = strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	s.url = "http://" + net.JoinHostPort(host, s.port)
	return l, nil
}

// URL is where the server listens, without its token.
func (s *Server) URL() string { return s.url }

// PageURL opens the page: the token rides behind the #, which browsers do not
// send and servers do not log.
func (s *Server) PageURL() string { return s.url + "/#token=" + s.token }

// Serve answers on l until ctx ends, then lets running answers finish for a
// moment.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.once.Do(func() { close(s.done) })
	s.jobs.CancelAll()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err := srv.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// Local is a client of the server without a network: the command line asks the
// same handlers in its own process.
func (s *Server) Local() http.RoundTripper { return local{s.Handler(), s.token, s.port} }

type local struct {
	handler http.Handler
	token   string
	port    string
}

// RoundTrip implements http.RoundTripper. The body streams, so events and
// large results pass as they come.
func (l local) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = net.JoinHostPort("127.0.0.1", l.port)
	r.Header.Set("Authorization", "Bearer "+l.token)
	if r.Body == nil {
		r.Body = http.NoBody
	}
	out, in := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: in, ready: make(chan struct{})}
	go func() {
		l.handler.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		_ = in.Close() // a pipe's never fails
	}()
	select {
	case <-w.ready:
	case <-r.Context().Done():
		out.CloseWithError(r.Context().Err())
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: w.status, Status: http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, Body: out, Request: r, ContentLength: -1}, nil
}

// pipeWriter hands a handler's answer to the client in the same process.
type pipeWriter struct {
	header http.Header
	body   *io.PipeWriter
	once   sync.Once
	ready  chan struct{}
	status int
	sent   http.Header
}

// Header implements http.ResponseWriter.
func (p *pipeWriter) Header() http.Header { return p.header }

// WriteHeader implements http.ResponseWriter.
func (p *pipeWriter) WriteHeader(status int) {
	p.once.Do(func() {
		p.status, p.sent = status, p.header.Clone()
		close(p.ready)
	})
}

// Write implements http.ResponseWriter.
func (p *pipeWriter) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.body.Write(b)
}

// Flush implements http.Flusher: every write passes at once.
func (p *pipeWriter) Flush() { p.WriteHeader(http.StatusOK) }
