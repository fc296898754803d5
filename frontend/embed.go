// Package frontend holds what is built from this folder and what the binary
// carries of it: the page, the chart bundle with its rasteriser, and the map
// packs.
//
//	dist/                 made by `npm run build` (git-ignored)
//	├── index.html, …     the page
//	├── chart.js          the chart functions, for the embedded JS engine
//	└── resvg.wasm        SVG to pixels
//	maps/<name>/map.geojson   map packs with licence and provenance
package frontend

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
)

//go:embed all:dist
var dist embed.FS

//go:embed maps/*/map.geojson
var maps embed.FS

// ErrNotBuilt means that dist/ is empty: the frontend was not built before the
// binary was.
var ErrNotBuilt = errors.New("the frontend is not built into this binary: run `make build`, or `npm ci && npm run build` in frontend/, then build again")

// Page is the built page; its root holds index.html.
func Page() (fs.FS, error) {
	if _, err := fs.Stat(dist, "dist/index.html"); err != nil {
		return nil, ErrNotBuilt
	}
	return fs.Sub(dist, "dist")
}

// ChartBundle is the chart functions as one script.
func ChartBundle() ([]byte, error) { return built("chart.js") }

// Rasteriser is the WebAssembly module that turns SVG into pixels.
func Rasteriser() ([]byte, error) { return built("resvg.wasm") }

func built(name string) ([]byte, error) {
	b, err := dist.ReadFile("dist/" + name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, ErrNotBuilt)
	}
	return b, nil
}

var mapName = regexp.MustCompile(`^[a-z0-9_-]+$`)

// ErrNoMap means that no map pack of that name is embedded.
var ErrNoMap = errors.New("no such map pack")

// MapPack is the GeoJSON of an embedded map pack. A workspace may hold a file
// of the same name that takes its place; that is the caller's to look for.
func MapPack(name string) ([]byte, error) {
	if !mapName.MatchString(name) {
		return nil, fmt.Errorf("map %q: %w", name, ErrNoMap)
	}
	b, err := maps.ReadFile("maps/" + name + "/map.geojson")
	if err != nil {
		return nil, fmt.Errorf("map %q: %w", name, ErrNoMap)
	}
	return b, nil
}
