// Package export makes pictures of dashboards and charts without a browser.
//
//	document + data ──► frontend/dist/chart.js in an embedded JS engine
//	                    one call lays out the sheet, one call a tile draws it,
//	                    tiles in parallel
//	                ──► one SVG (ids of each tile apart from the others')
//	                ──► svg  with the glyphs used, as embedded fonts
//	                    png  through the rasteriser (WebAssembly), text chunks
//	                    pdf  that raster at twice the size on one page
//
// The page draws with the same functions, so a picture is no photograph of a
// page. There is no clock and no machine font in here: the same document, data
// and options make the same bytes everywhere.
package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"laketop/app/dashboard"
	"laketop/engine/problem"
	"laketop/frontend"
)

// Config says what a Renderer may use. The zero value works.
type Config struct {
	CacheDir string                            // for the compiled rasteriser; "" = compile on first use (about a second)
	Workers  int                               // JS engines; 0 = one a core, at most 4
	Map      func(name string) ([]byte, error) // GeoJSON of a map (frontend.ErrNoMap: none); nil = the embedded packs
}

// Renderer keeps the compiled bundle and the rasteriser between pictures. It is
// safe for concurrent use.
type Renderer struct {
	conf   Config
	engine *engine
	raster *rasteriser
	faces  *faces
}

// New compiles the chart bundle and checks the rasteriser's imports.
func New(ctx context.Context, conf Config) (*Renderer, error) {
	if conf.Workers <= 0 {
		conf.Workers = min(4, runtime.GOMAXPROCS(0))
	}
	if conf.Map == nil {
		conf.Map = frontend.MapPack
	}
	faces, err := loadFaces()
	if err != nil {
		return nil, err
	}
	r := &Renderer{conf: conf, faces: faces}
	group, _ := errgroup.WithContext(ctx)
	group.Go(func() (err error) { r.engine, err = newEngine(conf); return err })
	group.Go(func() (err error) { r.raster, err = newRasteriser(ctx, conf.CacheDir); return err })
	if err := group.Wait(); err != nil {
		if r.raster != nil {
			err = errors.Join(err, r.raster.close(ctx))
		}
		if errors.Is(err, frontend.ErrNotBuilt) {
			return nil, problem.New("export.no_bundle").Because(err)
		}
		return nil, err
	}
	return r, nil
}

// Close frees the rasteriser.
func (r *Renderer) Close(ctx context.Context) error { return r.raster.close(ctx) }

// Render makes one picture with a Renderer of its own.
func Render(ctx context.Context, doc *dashboard.Document, data *dashboard.Data, o Options) ([]byte, error) {
	r, err := New(ctx, Config{})
	if err != nil {
		return nil, err
	}
	picture, err := r.Render(ctx, doc, data, o)
	return picture, errors.Join(err, r.Close(ctx))
}

// Render makes the picture of a whole dashboard. A dataset that failed is told
// on its tile; the picture is made all the same.
func (r *Renderer) Render(ctx context.Context, doc *dashboard.Document, data *dashboard.Data, o Options) ([]byte, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	if o.Command == "" {
		o.Command = Command(doc.Name, data.Params, o)
	}
	docJSON, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	about := r.about(doc, data, o)
	sheet, err := r.sheet(ctx, docJSON, data, o)
	if err != nil {
		return nil, err
	}
	tiles, err := r.tiles(ctx, docJSON, sheet, data, o)
	if err != nil {
		return nil, err
	}
	return r.finish(ctx, picture{width: sheet.Width, height: sheet.Height, body: sheet.compose(tiles), about: about}, o)
}

// Chart makes the picture of one chart of a notebook. Width and height are the
// layout's; Options.Width is not used.
func (r *Renderer) Chart(ctx context.Context, spec json.RawMessage, table dashboard.ChartTable, width, height int, o Options) ([]byte, error) {
	o.Width = width
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	tableJSON, err := json.Marshal(table)
	if err != nil {
		return nil, fmt.Errorf("encode chart table: %w", err)
	}
	env, err := json.Marshal(env{Theme: o.Theme, Language: o.Language, Width: float64(width), Height: float64(height)})
	if err != nil {
		return nil, fmt.Errorf("encode the chart's size: %w", err)
	}
	body, err := r.engine.callWithMap(ctx, mapOf(spec), "chart", string(spec), string(tableJSON), string(env))
	if err != nil {
		return nil, problem.New("export.chart_failed", "what", plain(err)).Because(err)
	}
	return r.finish(ctx, picture{width: float64(width), height: float64(height), body: body, about: about{Title: "Laketop"}}, o)
}

// finish turns a picture into the bytes of its format.
func (r *Renderer) finish(ctx context.Context, p picture, o Options) ([]byte, error) {
	scale := o.Scale
	if o.Format == PDF {
		scale = max(2, scale)
	}
	width := int(float64(o.Width)*scale + 0.5)
	height := int(p.height*float64(width)/p.width + 0.5)
	if o.Format != SVG && width*height > maxPixels {
		return nil, problem.New("export.too_large", "width", strconv.Itoa(width), "height", strconv.Itoa(height))
	}
	switch o.Format {
	case SVG:
		return r.svg(p, o)
	case PDF:
		pixels, err := r.raster.png(ctx, r.faces.forRaster(p.document("", 0)), width, r.faces.all())
		if err != nil {
			return nil, err
		}
		return pdf(p, pixels, o)
	default:
		pixels, err := r.raster.png(ctx, r.faces.forRaster(p.document("", 0)), width, r.faces.all())
		if err != nil {
			return nil, err
		}
		return withText(pixels, p.about.pairs()), nil
	}
}

// maxPixels bounds the memory of one picture (about 0.5 GB while it is made).
const maxPixels = 64_000_000

// svg carries the glyphs it uses, so it looks the same where no font is.
func (r *Renderer) svg(p picture, o Options) ([]byte, error) {
	text := p.document("", 0)
	css, err := r.faces.embedded(text)
	if err != nil {
		return nil, err
	}
	return []byte(p.document(css, float64(o.Width)*o.Scale)), nil
}

type env struct {
	Theme    string  `json:"theme"`
	Language string  `json:"language"`
	Width    float64 `json:"width"`
	Height   float64 `json:"height"`
	From     string  `json:"from,omitempty"`
	To       string  `json:"to,omitempty"`
}

// sheet is the answer of the bundle's layout (frontend/src/render/sheet.ts).
type sheet struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	Places []place `json:"places"`
	Frame  string  `json:"frame"`
}

type place struct {
	Row    int     `json:"row"`
	Tile   int     `json:"tile"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// compose sets the tiles into the frame.
func (s sheet) compose(tiles []string) string {
	var b strings.Builder
	b.WriteString(s.Frame)
	for i, t := range tiles {
		fmt.Fprintf(&b, `<g transform="translate(%s %s)">%s</g>`, number(s.Places[i].X), number(s.Places[i].Y), t)
	}
	return b.String()
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (r *Renderer) sheet(ctx context.Context, docJSON []byte, data *dashboard.Data, o Options) (sheet, error) {
	reads := data.Reads()
	if reads == nil {
		reads = []dashboard.SnapshotRef{}
	}
	meta, err := json.Marshal(map[string]any{
		"theme": o.Theme, "language": o.Language, "params": data.Params, "reads": reads,
		"renderedAt": o.renderedAt(), "command": o.Command,
	})
	if err != nil {
		return sheet{}, fmt.Errorf("encode sheet: %w", err)
	}
	answer, err := r.engine.call(ctx, "sheet", string(docJSON), string(meta))
	if err != nil {
		return sheet{}, fmt.Errorf("lay out the sheet: %w", err)
	}
	var s sheet
	if err := json.Unmarshal([]byte(answer), &s); err != nil {
		return sheet{}, fmt.Errorf("decode the layout: %w", err)
	}
	return s, nil
}

// tiles draws every tile, the slow kinds first so that no engine idles at the
// end.
func (r *Renderer) tiles(ctx context.Context, docJSON []byte, s sheet, data *dashboard.Data, o Options) ([]string, error) {
	var doc struct {
		Rows []struct {
			Tiles []json.RawMessage `json:"tiles"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(docJSON, &doc); err != nil {
		return nil, fmt.Errorf("decode dashboard: %w", err)
	}
	out := make([]string, len(s.Places))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.conf.Workers)
	for _, i := range slowFirst(s.Places, func(p place) json.RawMessage { return doc.Rows[p.Row].Tiles[p.Tile] }) {
		place := s.Places[i]
		group.Go(func() error {
			var err error
			out[i], err = r.tile(ctx, doc.Rows[place.Row].Tiles[place.Tile], place, i, data, o)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

// slowFirst orders the places so that maps, which take the JS engine longest,
// start first.
func slowFirst(places []place, tile func(place) json.RawMessage) []int {
	var first, rest []int
	for i, p := range places {
		if bytes.Contains(tile(p), []byte(`"map"`)) {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

func (r *Renderer) tile(ctx context.Context, tile json.RawMessage, p place, i int, data *dashboard.Data, o Options) (string, error) {
	var head struct {
		Dataset string          `json:"dataset"`
		Chart   json.RawMessage `json:"chart"`
	}
	if err := json.Unmarshal(tile, &head); err != nil {
		return "", fmt.Errorf("decode tile %d: %w", i, err)
	}
	result, err := json.Marshal(tileResult(data.Datasets[head.Dataset], o.Language))
	if err != nil {
		return "", fmt.Errorf("encode dataset %s: %w", head.Dataset, err)
	}
	where, err := json.Marshal(env{Theme: o.Theme, Language: o.Language, Width: p.Width, Height: p.Height, From: data.Params["from"], To: data.Params["to"]})
	if err != nil {
		return "", fmt.Errorf("encode the tile's size: %w", err)
	}
	svg, err := r.engine.callWithMap(ctx, mapOf(head.Chart), "tile", string(tile), string(result), string(where), "t"+strconv.Itoa(i))
	if err != nil {
		return "", fmt.Errorf("draw tile %d: %w", i, err)
	}
	return svg, nil
}

// tileResult is a dataset's answer as tile.ts reads it.
func tileResult(d dashboard.DatasetResult, language string) map[string]any {
	if d.Err != nil {
		var told *problem.Error
		if errors.As(d.Err, &told) {
			return map[string]any{"problem": told.Message(language)}
		}
		return map[string]any{"problem": d.Err.Error()}
	}
	return map[string]any{"table": d.Table, "reads": d.Reads}
}

// plain is the last part of an error chain, for a sentence.
func plain(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
