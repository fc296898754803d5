package api

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"laketop/app/api/gen"
	"laketop/app/dashboard"
	"laketop/app/export"
	"laketop/engine/problem"
	"laketop/engine/session"
)

const dashboards = "dashboards"

// dashboardPath is where a dashboard's file is: a name under dashboards/, or
// for the command line any path.
func (s *Server) dashboardPath(d *desk, name string) (string, error) {
	if s.opt.Anywhere && (filepath.IsAbs(name) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")) {
		if filepath.IsAbs(name) {
			return name, nil
		}
	}
	name = strings.TrimSuffix(name, ".yaml")
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00:") || strings.Contains("/"+name, "/.") {
		return "", unknownDashboard(d, name)
	}
	return d.ws.Path(dashboards, filepath.FromSlash(name)+".yaml"), nil
}

func unknownDashboard(d *desk, name string) error {
	var near []string
	for _, f := range dashboardFiles(d) {
		near = append(near, strings.TrimSuffix(filepath.Base(f), ".yaml"))
	}
	return problem.New("dashboard.unknown", "name", name).Suggest(near...)
}

func dashboardFiles(d *desk) []string {
	files, err := filepath.Glob(d.ws.Path(dashboards, "*.yaml"))
	if err != nil {
		return nil // the pattern is constant
	}
	return files
}

func (s *Server) loadDashboard(d *desk, name string) (*dashboard.Document, error) {
	path, err := s.dashboardPath(d, name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unknownDashboard(d, name)
	}
	if err != nil {
		return nil, problem.New("source.unreadable", "path", name, "what", err.Error()).Because(err)
	}
	return dashboard.Parse(strings.TrimSuffix(filepath.Base(path), ".yaml"), data)
}

// ListDashboards implements gen.ServerInterface.
func (s *Server) ListDashboards(w http.ResponseWriter, r *http.Request) {
	s.onDesk(w, r, func(_ context.Context, d *desk) (any, error) {
		out := []gen.DocumentInfo{}
		for _, f := range dashboardFiles(d) {
			name := strings.TrimSuffix(filepath.Base(f), ".yaml")
			info := gen.DocumentInfo{Name: name, Title: name}
			if st, err := os.Stat(f); err == nil {
				info.ModifiedAt = st.ModTime()
			}
			doc, err := s.loadDashboard(d, name)
			if err != nil {
				info.Problem = s.problemOf(err)
			} else if t := doc.Title.In(s.language()); t != "" {
				info.Title = t
			}
			out = append(out, info)
		}
		return out, nil
	})
}

// GetDashboard implements gen.ServerInterface.
func (s *Server) GetDashboard(w http.ResponseWriter, r *http.Request, name gen.DashboardName) {
	s.onDesk(w, r, func(_ context.Context, d *desk) (any, error) {
		doc, err := s.loadDashboard(d, name)
		if err != nil {
			return nil, err
		}
		data, err := doc.JSON()
		return json.RawMessage(data), err
	})
}

// RunDashboard implements gen.ServerInterface.
func (s *Server) RunDashboard(w http.ResponseWriter, r *http.Request, name gen.DashboardName) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		in, err := read[gen.RunDashboardJSONBody](r)
		if err != nil {
			return nil, err
		}
		doc, err := s.loadDashboard(d, name)
		if err != nil {
			return nil, err
		}
		data, err := s.runDashboard(ctx, d, doc, in.Params)
		if err != nil {
			return nil, err
		}
		return s.dataOf(data), nil
	})
}

func (s *Server) runDashboard(ctx context.Context, d *desk, doc *dashboard.Document, params map[string]string) (*dashboard.Data, error) {
	sess, err := d.ws.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer s.end(sess)
	return doc.Run(ctx, querier{d, sess, doc.Name}, params)
}

// querier answers a dashboard's questions in one session.
type querier struct {
	desk    *desk
	session *session.Session
	name    string
}

// Chart implements dashboard.Querier.
func (q querier) Chart(ctx context.Context, dialect, sql string, params map[string]string, maxRows int) (dashboard.ChartTable, []dashboard.SnapshotRef, error) {
	var none dashboard.ChartTable
	results, err := q.session.Run(ctx, session.Request{Dialect: dialect, Text: sql, Params: params, Source: q.name}, nil)
	if err != nil {
		return none, nil, err
	}
	var reads []dashboard.SnapshotRef
	for _, r := range results {
		for _, v := range r.Reads {
			reads = append(reads, dashboard.SnapshotRef{Table: v.Table, Snapshot: v.Snapshot})
		}
	}
	last := results[len(results)-1].Result
	if last == nil {
		return none, nil, problem.New("dashboard.no_rows", "name", q.name)
	}
	store := q.desk.ws.Results()
	table, err := store.ChartTable(ctx, q.session.Conn(), last.ID, maxRows)
	if err = errors.Join(err, store.Drop(context.WithoutCancel(ctx), last.ID)); err != nil {
		return none, nil, err
	}
	out := dashboard.ChartTable{Rows: table.Rows, Truncated: table.Truncated}
	for _, c := range table.Columns {
		out.Columns = append(out.Columns, dashboard.ChartColumn{Name: c.Name, Kind: c.Kind, Values: c.Values})
	}
	return out, reads, nil
}

func (s *Server) dataOf(data *dashboard.Data) gen.DashboardData {
	out := gen.DashboardData{Datasets: map[string]gen.DatasetResult{}, Params: data.Params, ElapsedMs: data.ElapsedMs}
	for name, r := range data.Datasets {
		set := gen.DatasetResult{ElapsedMs: r.ElapsedMs, Problem: s.problemOf(r.Err)}
		for _, v := range r.Reads {
			set.Reads = append(set.Reads, gen.SnapshotRef{Table: v.Table, Snapshot: v.Snapshot})
		}
		if r.Err == nil {
			set.Table = tableOfChart(r.Table)
		}
		out.Datasets[name] = set
	}
	return out
}

func tableOfChart(t dashboard.ChartTable) gen.ChartTable {
	out := gen.ChartTable{Rows: t.Rows, Truncated: t.Truncated, Columns: make([]gen.ChartColumn, len(t.Columns))}
	for i, c := range t.Columns {
		out.Columns[i] = gen.ChartColumn{Name: c.Name, Kind: c.Kind, Values: orEmpty(c.Values)}
	}
	return out
}

// pictureTypes are the media types of pictures.
var pictureTypes = map[export.Format]string{export.PNG: "image/png", export.SVG: "image/svg+xml", export.PDF: "application/pdf"}

// ExportDashboard implements gen.ServerInterface.
func (s *Server) ExportDashboard(w http.ResponseWriter, r *http.Request, name gen.DashboardName) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	in, err := read[gen.ExportRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	data, failed, err := s.picture(r.Context(), d, name, in)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if failed != nil {
		text, err := json.Marshal(s.problemOf(failed))
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set(FailedHeader, url.QueryEscape(string(text)))
	}
	format := export.Format(in.Format)
	w.Header().Set("Content-Type", pictureTypes[format])
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filepath.Base(name) + "." + string(format)}))
	s.bytes(w, http.StatusOK, data)
}

// FailedHeader is the header of a picture whose tiles are not all drawn: a
// gen.Problem as JSON, escaped as in a query.
const FailedHeader = "Laketop-Failed"

// failedDatasets is nil where every dataset of a picture was read, else it
// counts those that were not and tells the first.
func (s *Server) failedDatasets(data *dashboard.Data) error {
	var failed []string
	for name, r := range data.Datasets {
		if r.Err != nil {
			failed = append(failed, name)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	first := slices.Min(failed)
	err := data.Datasets[first].Err
	return problem.New("export.datasets_failed", "failed", strconv.Itoa(len(failed)), "all", strconv.Itoa(len(data.Datasets)), "name", first).WithError("what", err).Because(err)
}

// picture is the same bytes for the page, the window and the command line;
// failed tells of datasets that their tiles could not be drawn from.
func (s *Server) picture(ctx context.Context, d *desk, name string, in gen.ExportRequest) (picture []byte, failed, err error) {
	doc, err := s.loadDashboard(d, name)
	if err != nil {
		return nil, nil, err
	}
	renderer, err := s.renderer(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	data, err := s.runDashboard(ctx, d, doc, in.Params)
	if err != nil {
		return nil, nil, err
	}
	language := string(in.Language)
	if language == "" {
		language = s.language()
	}
	picture, err = renderer.Render(ctx, doc, data, export.Options{Format: export.Format(in.Format), Theme: string(in.Theme), Language: language, Width: in.Width, Scale: in.Scale})
	return picture, s.failedDatasets(data), err
}
