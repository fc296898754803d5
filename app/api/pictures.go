package api

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"

	"laketop/app/dashboard"
	"laketop/app/export"
	"laketop/app/notebook"
	"laketop/engine/problem"
	"laketop/frontend"
)

// renderer draws the pictures of the open workspace; it is made when the first
// is asked for and kept.
func (s *Server) renderer(ctx context.Context, d *desk) (*export.Renderer, error) {
	d.drawing.Lock()
	defer d.drawing.Unlock()
	if d.drawer != nil {
		return d.drawer, nil
	}
	cache := ""
	if base, err := os.UserCacheDir(); err == nil {
		cache = filepath.Join(base, "laketop", "rasteriser")
	}
	r, err := export.New(context.WithoutCancel(ctx), export.Config{CacheDir: cache, Map: func(name string) ([]byte, error) { return mapPack(d, name) }})
	if err != nil {
		return nil, err
	}
	d.drawer = r
	return r, nil
}

// The size of a cell's chart in a saved notebook, in layout pixels.
const (
	cellChartWidth  = 800
	cellChartHeight = 400
)

// pictures draws cells' charts for saved outputs.
func (s *Server) pictures(d *desk) notebook.Pictures {
	return func(ctx context.Context, chart map[string]any, resultID string) (string, error) {
		r, err := s.renderer(ctx, d)
		if err != nil {
			return "", err
		}
		sess, err := d.ws.Session(ctx)
		if err != nil {
			return "", err
		}
		defer s.end(sess)
		table, err := d.ws.Results().ChartTable(ctx, sess.Conn(), resultID, chartRows)
		if err != nil {
			return "", err
		}
		spec, err := json.Marshal(chart)
		if err != nil {
			return "", err
		}
		t := dashboard.ChartTable{Rows: table.Rows, Truncated: table.Truncated}
		for _, c := range table.Columns {
			t.Columns = append(t.Columns, dashboard.ChartColumn{Name: c.Name, Kind: c.Kind, Values: c.Values})
		}
		svg, err := r.Chart(ctx, spec, t, cellChartWidth, cellChartHeight, export.Options{Format: export.SVG, Language: s.language()})
		return string(svg), err
	}
}

var mapName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// mapPack is the workspace's own map, else the embedded one.
func mapPack(d *desk, name string) ([]byte, error) {
	if !mapName.MatchString(name) {
		return nil, problem.New("map.unknown", "name", name)
	}
	for _, end := range []string{".geojson", ".json"} {
		data, err := os.ReadFile(d.ws.Path("maps", name+end))
		if err == nil {
			return data, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, problem.New("source.unreadable", "path", "maps/"+name+end, "what", err.Error()).Because(err)
		}
	}
	data, err := frontend.MapPack(name)
	if err != nil {
		return nil, problem.New("map.unknown", "name", name).Because(err)
	}
	return data, nil
}

// GetMap implements gen.ServerInterface.
func (s *Server) GetMap(w http.ResponseWriter, r *http.Request, name string) {
	d, release, err := s.take()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer release()
	data, err := mapPack(d, name)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/geo+json")
	s.bytes(w, http.StatusOK, data)
}
