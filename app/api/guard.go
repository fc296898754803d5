package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"laketop/engine/problem"
)

// maxBody bounds a request's body: the largest notebook cell, and room.
const maxBody = 64 << 20

// hosts are the names of this machine's loopback that a request may carry.
// Anything else is DNS rebinding.
var hosts = []string{"127.0.0.1", "localhost", "::1"}

// windowOrigins are the page's origins inside the desktop window.
var windowOrigins = []string{"wails://wails", "wails://wails.localhost", "http://wails.localhost"}

// policy is the page's content security policy: scripts and styles are files of
// the binary, never inline and never eval; nothing is asked of another machine.
// Styles need no nonce: Mantine's are files (frontend/src/theme), CodeMirror's
// are constructed sheets (frontend/vite.config.ts), and what React and the
// charts set through an element's style object is not inline to a browser.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; " +
	"connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// WindowPolicy is the policy for the window, whose page asks the API at base.
func WindowPolicy(base string) string {
	return strings.Replace(policy, "connect-src 'self'", "connect-src 'self' "+base, 1)
}

// newToken is the secret of one run.
func newToken() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return hex.EncodeToString(b)
}

// guard lets through what comes from our own pages with our token. The page
// itself holds no secret and needs none.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", policy)
		if err := s.refuse(w, r); err != nil {
			s.fail(w, r, err)
			return
		}
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// refuse is why a request may not pass; nil when it may.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request) error {
	if !s.knownHost(r.Host) {
		return problem.New("request.host", "host", r.Host)
	}
	isAPI := strings.HasPrefix(r.URL.Path, "/api/")
	origin := r.Header.Get("Origin")
	if len(r.Header.Values("Origin")) > 1 || origin != "" && !s.knownOrigin(origin) || origin == "" && isAPI && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return problem.New("request.origin", "origin", origin)
	}
	w.Header().Add("Vary", "Origin")
	if origin != "" {
		allow(w.Header(), origin)
	}
	if !isAPI || r.Method == http.MethodOptions {
		return nil
	}
	w.Header().Set("Cache-Control", "no-store")
	if !s.hasToken(r) {
		return problem.New("request.token")
	}
	if r.ContentLength != 0 && r.Method != http.MethodGet && r.Method != http.MethodHead {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			return problem.New("request.media")
		}
	}
	if r.ContentLength > maxBody {
		return tooLarge()
	}
	return nil
}

func tooLarge() error { return problem.New("request.too_large", "limit", "64 MB") }

func allow(h http.Header, origin string) {
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Expose-Headers", "Content-Disposition, Content-Length")
	h.Set("Access-Control-Max-Age", "600")
}

// knownHost is whether a Host header names this server: loopback, and our own
// port once we listen.
func (s *Server) knownHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	return slices.Contains(hosts, name) && (s.port == "" || port == s.port)
}

func (s *Server) knownOrigin(origin string) bool {
	if slices.Contains(windowOrigins, origin) {
		return s.opt.Window
	}
	if s.opt.DevOrigin != "" && origin == s.opt.DevOrigin {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && u.Path == "" && u.User == nil && s.knownHost(u.Host)
}

// hasToken compares in constant time. The token rides in the address only
// where a browser cannot send a header: the event stream and downloads.
func (s *Server) hasToken(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok && tokenInURL(r) {
		given = r.URL.Query().Get("token")
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.token))
	return given != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func tokenInURL(r *http.Request) bool {
	path := strings.TrimPrefix(r.URL.Path, base)
	return r.Method == http.MethodGet && (path == "/events" || strings.HasPrefix(path, "/results/") && strings.HasSuffix(path, "/file"))
}
