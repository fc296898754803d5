package api

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

const arrowType = "application/vnd.apache.arrow.stream"

// GetResult implements gen.ServerInterface.
func (s *Server) GetResult(w http.ResponseWriter, r *http.Request, id gen.ResultID) {
	s.onDesk(w, r, func(_ context.Context, d *desk) (any, error) {
		res, err := d.ws.Results().Get(id)
		if err != nil {
			return nil, err
		}
		return gen.Result{Id: res.ID, Columns: columnsOf(workspace.Columns(res.Columns, d.ws.Config.Dialect)), Rows: res.Rows, Bytes: res.SizeBytes}, nil
	})
}

// Rows of a page when none are asked for, and at most.
const (
	pageRows    = 500
	maxPageRows = 50_000
)

// GetRows implements gen.ServerInterface.
func (s *Server) GetRows(w http.ResponseWriter, r *http.Request, id gen.ResultID, params gen.GetRowsParams) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	limit := params.Limit
	if limit <= 0 {
		limit = pageRows
	}
	if params.Offset < 0 {
		s.fail(w, r, problem.New("request.bad").With("what", problem.Say("app.negative_offset")))
		return
	}
	page, err := d.ws.Results().Page(r.Context(), id, params.Offset, min(limit, maxPageRows), params.Sort)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", arrowType)
	w.Header().Set("Content-Length", strconv.Itoa(len(page)))
	s.bytes(w, http.StatusOK, page)
}

// GetProfile implements gen.ServerInterface.
func (s *Server) GetProfile(w http.ResponseWriter, r *http.Request, id gen.ResultID) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		profiles, err := d.ws.Results().Profile(ctx, id)
		if err != nil {
			return nil, err
		}
		out := make([]gen.ColumnProfile, len(profiles))
		for i, p := range profiles {
			out[i] = gen.ColumnProfile{Name: p.Name, Nulls: p.Nulls, Distinct: p.Distinct, Min: p.Min, Max: p.Max, Mean: p.Mean, Quantiles: p.Quantiles}
			for _, b := range p.Bins {
				out[i].Bins = append(out[i].Bins, gen.Bin{Label: b.Label, Count: b.Count})
			}
		}
		return out, nil
	})
}

// chartRows is how many rows a chart of a result takes.
const chartRows = 5000

// ChartTable implements gen.ServerInterface.
func (s *Server) ChartTable(w http.ResponseWriter, r *http.Request, id gen.ResultID) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		sess, err := d.ws.Session(ctx)
		if err != nil {
			return nil, err
		}
		defer s.end(sess)
		return d.ws.Results().ChartTable(ctx, sess.Conn(), id, chartRows)
	})
}

// fileTypes are the media types of the formats a result is written in.
var fileTypes = map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json", "ndjson": "application/x-ndjson", "parquet": "application/vnd.apache.parquet", "arrow": arrowType}

// DownloadResult implements gen.ServerInterface.
func (s *Server) DownloadResult(w http.ResponseWriter, r *http.Request, id gen.ResultID, params gen.DownloadResultParams) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	format := string(params.Format)
	kind, ok := fileTypes[format]
	if !ok {
		s.fail(w, r, problem.New("result.format", "format", format))
		return
	}
	if _, err := d.ws.Results().Get(id); err != nil {
		s.fail(w, r, err)
		return
	}
	out := &download{w: w, rc: http.NewResponseController(w), begin: func() {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(params.Name, id) + "." + format}))
	}}
	if err := d.ws.Results().Export(r.Context(), id, format, out); err != nil {
		if !out.begun {
			s.fail(w, r, err)
			return
		}
		panic(http.ErrAbortHandler) // a file cut short must not look whole
	}
	out.start()
}

// fileName is the name that a file is offered under, without its ending.
func fileName(name, id string) string {
	return cmp.Or(strings.Trim(path.Base("/"+name), "/"), id)
}

// download writes as the client reads, and gives up on one that does not.
type download struct {
	w     http.ResponseWriter
	rc    *http.ResponseController
	begin func()
	begun bool
}

func (d *download) start() {
	if !d.begun {
		d.begun = true
		d.begin()
	}
}

// Write implements io.Writer.
func (d *download) Write(p []byte) (int, error) {
	d.start()
	_ = d.rc.SetWriteDeadline(time.Now().Add(writeTime)) // in-process answers have none
	return d.w.Write(p)
}
