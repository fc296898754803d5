// Package source finds and fetches the files that a FROM clause names: globs on
// this machine, and oss:// and s3:// globs through one bounded local cache.
//
//	parquet.`events/*.parquet`            this machine, relative to the workspace
//	parquet.`oss://bucket/a/*.parquet`    listed by the store, fetched whole
//	parquet.`s3://bucket/a.parquet,s3://bucket/b.parquet`   an explicit list
//
// DuckDB has no network here: it reads the fetched copies. A listing that the
// store denies can be replaced by an explicit list, which needs no listing.
//
// To add a store: implement Store and give its scheme to New.
package source

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"laketop/engine/problem"
)

// File is one file that a glob matched.
type File struct {
	URI       string // as the user would name it
	LocalPath string // where DuckDB reads it; "" until fetched
	SizeBytes int64
	Modified  time.Time

	etag string // the store's version of the object
}

// Object is one entry of a store's listing.
type Object struct {
	Key       string
	SizeBytes int64
	Modified  time.Time
	ETag      string
}

// Store is an object store.
type Store interface {
	// List gives the objects whose keys start with prefix, in key order.
	List(ctx context.Context, bucket, prefix string) ([]Object, error)
	// Head describes one object.
	Head(ctx context.Context, bucket, key string) (Object, error)
	// Get reads an object from offset on; etag pins its version.
	Get(ctx context.Context, bucket, key string, offset int64, etag string) (body, error)
}

// Progress is told how many bytes of how many have been fetched.
type Progress func(doneBytes, totalBytes int64)

// Options says where relative globs start and where fetched files are kept.
type Options struct {
	Dir             string // base of relative globs
	CacheDir        string // "" = object stores are refused
	CacheLimitBytes int64  // 0 = 20 GiB
	Progress        Progress
	Allowed         func(path string) bool            // folders and files of this machine that may be read; nil = all
	Env             func(string) string               // environment; nil = none
	Secret          func(name string) (string, error) // system keyring; nil = none
}

// Sources finds and fetches files.
type Sources struct {
	opt      Options
	stores   map[string]func(bucket string) (Store, error)
	cache    *cache
	requests atomic.Int64
}

// New makes sources over this machine, OSS and S3.
func New(opt Options) *Sources {
	if opt.CacheLimitBytes == 0 {
		opt.CacheLimitBytes = 20 << 30
	}
	if opt.Env == nil {
		opt.Env = func(string) string { return "" }
	}
	s := &Sources{opt: opt, cache: &cache{dir: opt.CacheDir, limitBytes: opt.CacheLimitBytes}}
	if opt.Allowed == nil {
		opt.Allowed = func(string) bool { return true }
		s.opt = opt
	}
	client := &http.Client{Transport: counting{&s.requests}}
	s.stores = map[string]func(string) (Store, error){
		"s3":  func(string) (Store, error) { return newS3(opt, client) },
		"oss": func(bucket string) (Store, error) { return newOSS(opt, client, bucket) },
	}
	return s
}

// Requests is how many requests left this machine.
func (s *Sources) Requests() int64 { return s.requests.Load() }

// counting is an HTTP transport that counts its requests.
type counting struct{ n *atomic.Int64 }

// RoundTrip implements http.RoundTripper.
func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return http.DefaultTransport.RoundTrip(r)
}

// List says which files a glob, or a list of globs with commas between, names,
// without reading them. A glob that matches nothing adds nothing. A comma that
// belongs to the name of a folder or file on this machine stays one.
func (s *Sources) List(ctx context.Context, globs string) ([]File, error) {
	list := splitList(globs)
	if len(list) > 1 && !strings.Contains(globs, "://") {
		if whole, err := s.local(ctx, globs); err == nil && len(whole) > 0 {
			return whole, nil
		}
	}
	var out []File
	for _, glob := range list {
		scheme, rest, remote := strings.Cut(glob, "://")
		if !remote || scheme == "file" {
			found, err := s.local(ctx, glob)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
			continue
		}
		found, err := s.remote(ctx, scheme, rest)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// splitList cuts at commas outside {a,b}.
func splitList(globs string) []string {
	var out []string
	depth, from := 0, 0
	for i, r := range globs {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(globs[from:i]))
				from = i + 1
			}
		}
	}
	return append(out, strings.TrimSpace(globs[from:]))
}

func (s *Sources) remote(ctx context.Context, scheme, rest string) ([]File, error) {
	makeStore, ok := s.stores[scheme]
	if !ok {
		return nil, problem.New("source.scheme", "scheme", scheme)
	}
	bucket, pattern, _ := strings.Cut(rest, "/")
	store, err := makeStore(bucket)
	if err != nil {
		return nil, err
	}
	uri := scheme + "://" + bucket + "/"
	if !strings.ContainsAny(pattern, "*?[{") {
		o, err := store.Head(ctx, bucket, pattern)
		if err != nil {
			return nil, refused("source.object", uri+pattern, err)
		}
		return []File{fileOf(uri, o)}, nil
	}
	prefix := pattern[:strings.IndexAny(pattern, "*?[{")]
	objects, err := store.List(ctx, bucket, prefix)
	if err != nil {
		return nil, refused("source.listing", uri+prefix, err)
	}
	var out []File
	for _, o := range objects {
		if ok, err := doublestar.Match(pattern, o.Key); err != nil {
			return nil, badGlob(uri+pattern, err)
		} else if ok && !hidden(path.Base(o.Key)) {
			out = append(out, fileOf(uri, o))
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].URI < out[j].URI })
	return out, nil
}

// refused is a store's answer as a problem; a store that gave none cannot be
// reached, which no list of files mends, nor does it bring back what is not there.
func refused(code, uri string, err error) error {
	var dial *net.OpError
	var name *net.DNSError
	var said interface{ ErrorCode() string } // what S3's and OSS's errors have in common
	switch {
	case errors.As(err, &said) && said.ErrorCode() == "NoSuchBucket":
		scheme, rest, _ := strings.Cut(uri, "://")
		bucket, _, _ := strings.Cut(rest, "/")
		return problem.New("source.no_bucket", "bucket", scheme+"://"+bucket).Because(err)
	case errors.As(err, &said) && (said.ErrorCode() == "NoSuchKey" || said.ErrorCode() == "NotFound"):
		return problem.New("source.no_object", "uri", uri).Because(err)
	case errors.As(err, &name):
		return problem.New("source.unreachable", "uri", uri, "reason", name.Error()).Because(err)
	case errors.As(err, &dial):
		return problem.New("source.unreachable", "uri", uri, "reason", dial.Error()).Because(err)
	}
	return problem.New(code, "uri", uri, "reason", err.Error()).Because(err)
}

// badGlob is a glob that cannot be followed: it is misspelt, or a file's facts
// cannot be read.
func badGlob(glob string, err error) error {
	p := problem.New("source.glob", "glob", glob, "reason", err.Error()).Because(err)
	if errors.Is(err, doublestar.ErrBadPattern) {
		p = p.With("reason", problem.Say("session.pattern_syntax"))
	}
	return p
}

func fileOf(uri string, o Object) File {
	return File{URI: uri + o.Key, SizeBytes: o.SizeBytes, Modified: o.Modified, etag: o.ETag}
}

// Fetch makes every file readable on this machine and fills LocalPath. Files
// of a store are fetched whole into the cache, resuming what an earlier fetch
// left; a file that the cache holds at the store's version is not asked for.
func (s *Sources) Fetch(ctx context.Context, files []File) ([]File, error) {
	var total, done int64
	for _, f := range files {
		if f.LocalPath == "" {
			total += f.SizeBytes
		}
	}
	out := append([]File(nil), files...)
	for i, f := range out {
		if f.LocalPath != "" {
			continue
		}
		scheme, rest, _ := strings.Cut(f.URI, "://")
		bucket, key, _ := strings.Cut(rest, "/")
		store, err := s.stores[scheme](bucket)
		if err != nil {
			return nil, err
		}
		tell := func(bytes int64) {
			if s.opt.Progress != nil {
				s.opt.Progress(done+bytes, total)
			}
		}
		local, err := s.cache.fetch(ctx, store, bucket, key, f, tell)
		if err != nil {
			return nil, problem.New("source.fetch", "uri", f.URI).WithError("reason", err).Because(err)
		}
		out[i].LocalPath = local
		done += f.SizeBytes
		tell(0)
	}
	return out, nil
}
