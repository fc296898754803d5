package dashboard

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"laketop/engine/problem"
)

// A chart kind and the keys it cannot do without. Kept equal to spec.ts by a
// test (app/export).
var chartKinds = map[string][]string{
	"line": {"x", "y"}, "area": {"x", "y"}, "bar": {"x", "y"}, "stacked": {"x", "y"},
	"combo": {"x", "upper", "lower"}, "pie": {"name", "value"}, "donut": {"name", "value"},
	"heatmap": {"x", "y", "value"}, "cohort": {"cohort", "day", "users"}, "map": {"region", "value"},
	"kpi": {"value"}, "list": {"name", "value"}, "table": {},
}

// The names that a spec may use; the formatters are in format.ts.
var formats = []string{"count", "integer", "number", "cny", "ratio", "percent", "date", "hour", "text"}

// ChartKinds are the kinds a tile may have, sorted.
func ChartKinds() []string { return sortedKeys(chartKinds) }

// Formats are the formatters a spec may name.
func Formats() []string { return slices.Clone(formats) }

var dialects = []string{"spark", "flink", "starrocks", "duckdb"}

// checker walks the YAML nodes and keeps the first thing that is wrong.
type checker struct {
	name, text string
	err        error
}

func (c *checker) fail(n *yaml.Node, code string, args ...string) *problem.Error {
	e := problem.New(code, args...)
	if n != nil {
		start := offsetOf(c.text, n.Line, n.Column)
		end := start + max(1, len(n.Value))
		if n.Kind != yaml.ScalarNode {
			end = start + 1
		}
		e.At(c.text, start, end)
	}
	e.Source = c.name
	if c.err == nil {
		c.err = e
	}
	return e
}

// offsetOf turns YAML's line and column (code points, from one) into bytes.
func offsetOf(text string, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		at += i + 1
	}
	for ; column > 1 && at < len(text) && text[at] != '\n'; column-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// key finds the value of a key in a mapping.
func key(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func (c *checker) need(n *yaml.Node, name, where string) *yaml.Node {
	v := key(n, name)
	if v == nil {
		_ = c.fail(n, "dashboard.missing_key", "key", name, "where", where)
	}
	return v
}

func (c *checker) mapping(n *yaml.Node, what string) bool {
	if n == nil || n.Kind != yaml.MappingNode {
		_ = c.fail(n, "dashboard.wrong_type", "what", what, "want", "a mapping")
		return false
	}
	return true
}

func (c *checker) list(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		_ = c.fail(n, "dashboard.wrong_type", "what", what, "want", "a list")
		return nil
	}
	return n.Content
}

// oneOf checks a word against the words allowed.
func (c *checker) oneOf(n *yaml.Node, what string, words []string) {
	if n == nil || slices.Contains(words, n.Value) {
		return
	}
	_ = c.fail(n, "dashboard.unknown_value", "what", what, "value", n.Value).Suggest(words...)
}

func (c *checker) decode(n *yaml.Node, what string, into any) {
	if c.err != nil || n == nil {
		return
	}
	if err := n.Decode(into); err != nil {
		_ = c.fail(n, "dashboard.wrong_type", "what", what, "want", strings.TrimPrefix(err.Error(), "yaml: ")).Because(err)
	}
}

func (c *checker) document(root *yaml.Node) *Document {
	doc := &Document{Datasets: map[string]Dataset{}}
	if len(root.Content) == 0 {
		_ = c.fail(nil, "dashboard.missing_key", "key", "rows", "where", "the document")
		return doc
	}
	n := root.Content[0]
	if !c.mapping(n, "the document") {
		return doc
	}
	if k := key(n, "kind"); k != nil && k.Value != "dashboard" {
		c.oneOf(k, "kind", []string{"dashboard"})
	}
	if v := key(n, "version"); v != nil {
		c.oneOf(v, "version", []string{"1"})
	}
	c.decode(c.need(n, "title", "the document"), "title", &doc.Title)
	doc.Dialect = "spark"
	c.oneOf(key(n, "dialect"), "dialect", dialects)
	c.decode(key(n, "dialect"), "dialect", &doc.Dialect)
	c.decode(key(n, "timezone"), "timezone", &doc.Timezone)
	c.filters(doc, key(n, "filters"))
	c.datasets(doc, c.need(n, "datasets", "the document"))
	c.rows(doc, c.need(n, "rows", "the document"))
	return doc
}

func (c *checker) filters(doc *Document, n *yaml.Node) {
	for _, f := range c.list(n, "filters") {
		if !c.mapping(f, "a filter") {
			return
		}
		c.need(f, "name", "a filter")
		c.oneOf(c.need(f, "kind", "a filter"), "kind", []string{"date-range"})
		c.need(f, "range", "a date-range filter")
		if d := key(f, "default"); d != nil {
			if _, ok := presetDays(d.Value); !ok && d.Value != "all" {
				_ = c.fail(d, "dashboard.unknown_value", "what", "default", "value", d.Value).Suggest("all", "last-7-days", "last-30-days")
			}
		}
		filter := Filter{Default: "all"}
		c.decode(f, "a filter", &filter)
		doc.Filters = append(doc.Filters, filter)
	}
	if list := c.list(n, "filters"); len(list) > 1 && c.err == nil {
		_ = c.fail(list[1], "dashboard.unknown_value", "what", "filters", "value", "a second date range")
	}
}

func (c *checker) datasets(doc *Document, n *yaml.Node) {
	if n == nil || !c.mapping(n, "datasets") {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, body := n.Content[i], n.Content[i+1]
		if !c.mapping(body, "dataset "+name.Value) {
			return
		}
		if _, twice := doc.Datasets[name.Value]; twice {
			_ = c.fail(name, "dashboard.duplicate", "what", "dataset", "name", name.Value)
		}
		c.need(body, "sql", "dataset "+name.Value)
		c.oneOf(key(body, "dialect"), "dialect", dialects)
		var d Dataset
		c.decode(body, "dataset "+name.Value, &d)
		doc.Datasets[name.Value] = d
	}
}

func (c *checker) rows(doc *Document, n *yaml.Node) {
	for _, r := range c.list(n, "rows") {
		if !c.mapping(r, "a row") {
			return
		}
		row := Row{Height: 326}
		c.decode(key(r, "height"), "height", &row.Height)
		if h := key(r, "height"); h != nil && (row.Height < 64 || row.Height > 2000) {
			_ = c.fail(h, "dashboard.unknown_value", "what", "height", "value", h.Value)
		}
		sum := 0
		for _, t := range c.list(c.need(r, "tiles", "a row"), "tiles") {
			tile := c.tile(doc, t)
			sum += tile.Width
			if sum > 12 {
				_ = c.fail(t, "dashboard.too_wide", "width", strconv.Itoa(sum))
			}
			row.Tiles = append(row.Tiles, tile)
		}
		if c.err != nil {
			return
		}
		doc.Rows = append(doc.Rows, row)
	}
}

func (c *checker) tile(doc *Document, n *yaml.Node) Tile {
	tile := Tile{}
	if !c.mapping(n, "a tile") {
		return tile
	}
	where := "a tile"
	if t := key(n, "title"); t != nil {
		c.decode(t, "title", &tile.Title)
		where = "tile " + strconv.Quote(tile.Title.In("en"))
	}
	chart := c.need(n, "chart", where)
	if chart == nil || !c.mapping(chart, "chart") {
		return tile
	}
	c.chart(chart, where)
	if d := c.need(n, "dataset", where); d != nil {
		if _, ok := doc.Datasets[d.Value]; !ok && c.err == nil {
			_ = c.fail(d, "dashboard.unknown_dataset", "name", d.Value).Suggest(sortedKeys(doc.Datasets)...)
		}
	}
	if w := key(n, "width"); w != nil {
		width, err := strconv.Atoi(w.Value)
		if err != nil || width < 1 || width > 12 {
			_ = c.fail(w, "dashboard.unknown_value", "what", "width", "value", w.Value)
		}
	}
	tile.Width = 12
	if kind := key(chart, "kind"); kind != nil && kind.Value == "kpi" {
		tile.Width = 1 // its part of a strip
	}
	c.decode(n, where, &tile)
	return tile
}

func (c *checker) chart(n *yaml.Node, where string) {
	kind := c.need(n, "kind", "the chart of "+where)
	if kind == nil {
		return
	}
	wants, ok := chartKinds[kind.Value]
	if !ok {
		_ = c.fail(kind, "dashboard.unknown_value", "what", "chart kind", "value", kind.Value).Suggest(sortedKeys(chartKinds)...)
		return
	}
	for _, w := range wants {
		c.need(n, w, "a chart of kind "+kind.Value)
	}
	c.formats(n)
}

// formats checks every "format:" below a chart.
func (c *checker) formats(n *yaml.Node) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "format" {
			c.oneOf(child, "format", formats)
		}
		c.formats(child)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
