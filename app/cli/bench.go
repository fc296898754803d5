package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"laketop/app/api"
	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// bench is a workbench to ask: another process's, or one in this process.
type bench struct {
	client *gen.Client
	dir    string
	remote bool
	close  func() error
}

// ownerTime is how long an owner may take to say that it is there.
const ownerTime = 2 * time.Second

// chosen is the folder that -w names, else the workspace around the current
// folder.
func chosen(dir string) (string, error) {
	if dir == "" {
		return workspace.Find("")
	}
	return filepath.Abs(dir)
}

// open finds who has the folder open, or opens it here. alone does not look:
// some requests name files that only this process may read.
func (p *Program) open(ctx context.Context, dir string, alone bool) (*bench, error) {
	found, err := chosen(dir)
	if err != nil {
		return nil, err
	}
	state, err := workspace.StateDir(found)
	if err != nil {
		return nil, err
	}
	if owner, ok := workspace.FindOwner(state); ok && !alone {
		b, err := remote(owner, found)
		if err != nil {
			return nil, err
		}
		if b.answers(ctx) {
			return b, nil
		}
	}
	return p.local(ctx, found)
}

func remote(owner workspace.Endpoint, dir string) (*bench, error) {
	client, err := gen.NewClient(owner.URL+"/api/v1", gen.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+owner.Token)
		return nil
	}))
	return &bench{client: client, dir: dir, remote: true, close: func() error { return nil }}, err
}

func (b *bench) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, ownerTime)
	defer cancel()
	var ws gen.Workspace
	err := decode(&ws)(b.client.GetWorkspace(ctx))
	return err == nil && ws.Open && ws.Path == b.dir
}

func (p *Program) local(ctx context.Context, dir string) (*bench, error) {
	s := api.New(api.Options{Home: p.home, Version: p.Version, Anywhere: true, Plain: true})
	if err := s.OpenFolder(ctx, dir, false); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	client, err := gen.NewClient("http://127.0.0.1/api/v1", gen.WithHTTPClient(&http.Client{Transport: s.Local()}))
	return &bench{client: client, dir: dir, close: s.Close}, err
}

// decode reads a JSON answer into v, or its problem as an error.
func decode(v any) func(*http.Response, error) error {
	return func(res *http.Response, err error) error {
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode >= 400 {
			return refusal(res)
		}
		if v == nil {
			return nil
		}
		return json.NewDecoder(res.Body).Decode(v)
	}
}

// stream copies an answer's body to w.
func stream(w io.Writer) func(*http.Response, error) error {
	return func(res *http.Response, err error) error {
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode >= 400 {
			return refusal(res)
		}
		_, err = io.Copy(w, res.Body)
		return err
	}
}

func refusal(res *http.Response) error {
	var body gen.Problem
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil || body.Code == "" {
		return fmt.Errorf("the workbench answered %s", res.Status)
	}
	return problemFrom(body)
}

// problemFrom is a problem as it was before it crossed the API, so that it is
// printed in this user's language with its caret.
func problemFrom(b gen.Problem) error {
	e := &problem.Error{Code: b.Code, Args: b.Args, Dialect: b.Dialect, Source: b.Source, Text: b.Text, Suggestions: b.Suggestions}
	if b.Span != (gen.Span{}) {
		e.Span = &problem.Span{Start: b.Span.Start, End: b.Span.End, Line: b.Span.Line, Column: b.Span.Column}
	}
	if _, known := problem.Catalogue()[b.Code]; !known {
		e.Cause = errors.New(b.Message)
	}
	return e
}
