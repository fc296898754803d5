package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// SaveFile implements gen.ServerInterface: the window's dialog has asked the
// person where to write, and whether to replace what is there.
func (s *Server) SaveFile(w http.ResponseWriter, r *http.Request) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		if !s.opt.Window {
			return nil, problem.New("request.window_only")
		}
		in, err := read[gen.SaveRequest](r)
		if err != nil {
			return nil, err
		}
		if !filepath.IsAbs(in.Path) {
			return nil, problem.New("request.bad").With("what", problem.Say("app.absolute_path"))
		}
		size, err := s.save(ctx, d, in)
		if err != nil {
			return nil, err
		}
		return map[string]any{"path": in.Path, "bytes": size}, nil
	})
}

func (s *Server) save(ctx context.Context, d *desk, in gen.SaveRequest) (int64, error) {
	if in.Dashboard != "" {
		data, _, err := s.picture(ctx, d, in.Dashboard, in.Export)
		if err != nil {
			return 0, err
		}
		return int64(len(data)), unwritten(in.Path, workspace.WriteFile(in.Path, data))
	}
	if _, ok := fileTypes[in.Format]; !ok {
		return 0, problem.New("result.format", "format", in.Format)
	}
	return replace(in.Path, func(w io.Writer) error { return d.ws.Results().Export(ctx, in.Result, in.Format, w) })
}

// replace writes beside path and renames, so a failure leaves what was there.
func replace(path string, write func(io.Writer) error) (int64, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".laketop-*")
	if err != nil {
		return 0, unwritten(path, err)
	}
	err = write(f)
	size, seekErr := f.Seek(0, io.SeekEnd)
	err = errors.Join(err, seekErr, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = unwritten(path, os.Rename(f.Name(), path))
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	return size, nil
}

func unwritten(path string, err error) error {
	if err == nil {
		return nil
	}
	return problem.New("notebook.unwritten", "file", path, "what", err.Error()).Because(err)
}
