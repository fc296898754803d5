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

// fail keeps e at the node that it is about, where it is the first.
func (c *checker) fail(n *yaml.Node, e *problem.Error) {
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

// The parts of a document, as people are told of them.
func theDocument() problem.Phrase { return problem.Say("app.document") }
func aFilter() problem.Phrase     { return problem.Say("app.filter") }
func aRow() problem.Phrase        { return problem.Say("app.row") }

func datasetOf(name string) problem.Phrase { return problem.Say("app.dataset", "name", name) }
func keyOf(name string) problem.Phrase     { return problem.Say("app.key", "key", name) }

func (c *checker) need(n *yaml.Node, name string, where problem.Phrase) *yaml.Node {
	v := key(n, name)
	if v == nil {
		c.fail(n, problem.New("dashboard.missing_key", "key", name).With("where", where))
	}
	return v
}

func (c *checker) mapping(n *yaml.Node, what problem.Phrase) bool {
	if n == nil || n.Kind != yaml.MappingNode {
		c.fail(n, problem.New("dashboard.wrong_type").With("what", what).With("want", problem.Say("app.mapping")))
		return false
	}
	return true
}

func (c *checker) list(n *yaml.Node, name string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		c.fail(n, problem.New("dashboard.wrong_type").With("what", keyOf(name)).With("want", problem.Say("app.list")))
		return nil
	}
	return n.Content
}

// oneOf checks a word against the words allowed.
func (c *checker) oneOf(n *yaml.Node, key string, words []string) {
	if n == nil || slices.Contains(words, n.Value) {
		return
	}
	c.fail(n, problem.New("dashboard.unknown_value", "what", key, "value", n.Value).Suggest(words...))
}

func (c *checker) decode(n *yaml.Node, what problem.Phrase, into any) {
	if c.err != nil || n == nil {
		return
	}
	if err := n.Decode(into); err != nil {
		c.fail(n, problem.New("dashboard.wrong_type").With("what", what).With("want", problem.Say("app.yaml_type", "text", strings.TrimPrefix(err.Error(), "yaml: "))).Because(err))
	}
}

func (c *checker) document(root *yaml.Node) *Document {
	doc := &Document{Datasets: map[string]Dataset{}}
	if len(root.Content) == 0 {
		c.fail(nil, problem.New("dashboard.missing_key", "key", "rows").With("where", theDocument()))
		return doc
	}
	n := root.Content[0]
	if !c.mapping(n, theDocument()) {
		return doc
	}
	if k := key(n, "kind"); k != nil && k.Value != "dashboard" {
		c.oneOf(k, "kind", []string{"dashboard"})
	}
	if v := key(n, "version"); v != nil {
		c.oneOf(v, "version", []string{"1"})
	}
	c.decode(c.need(n, "title", theDocument()), keyOf("title"), &doc.Title)
	doc.Dialect = "spark"
	c.oneOf(key(n, "dialect"), "dialect", dialects)
	c.decode(key(n, "dialect"), keyOf("dialect"), &doc.Dialect)
	c.decode(key(n, "timezone"), keyOf("timezone"), &doc.Timezone)
	c.filters(doc, key(n, "filters"))
	c.datasets(doc, c.need(n, "datasets", theDocument()))
	c.rows(doc, c.need(n, "rows", theDocument()))
	return doc
}

func (c *checker) filters(doc *Document, n *yaml.Node) {
	for _, f := range c.list(n, "filters") {
		if !c.mapping(f, aFilter()) {
			return
		}
		c.need(f, "name", aFilter())
		c.oneOf(c.need(f, "kind", aFilter()), "kind", []string{"date-range"})
		c.need(f, "range", problem.Say("app.date_range_filter"))
		if d := key(f, "default"); d != nil {
			if _, ok := presetDays(d.Value); !ok && d.Value != "all" {
				c.fail(d, problem.New("dashboard.unknown_value", "what", "default", "value", d.Value).Suggest("all", "last-7-days", "last-30-days"))
			}
		}
		filter := Filter{Default: "all"}
		c.decode(f, aFilter(), &filter)
		doc.Filters = append(doc.Filters, filter)
	}
	if list := c.list(n, "filters"); len(list) > 1 && c.err == nil {
		c.fail(list[1], problem.New("dashboard.unknown_value", "what", "filters").With("value", problem.Say("app.second_range")))
	}
}

func (c *checker) datasets(doc *Document, n *yaml.Node) {
	if n == nil || !c.mapping(n, keyOf("datasets")) {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, body := n.Content[i], n.Content[i+1]
		if !c.mapping(body, datasetOf(name.Value)) {
			return
		}
		if _, twice := doc.Datasets[name.Value]; twice {
			c.fail(name, problem.New("dashboard.duplicate", "name", name.Value))
		}
		c.need(body, "sql", datasetOf(name.Value))
		c.oneOf(key(body, "dialect"), "dialect", dialects)
		var d Dataset
		c.decode(body, datasetOf(name.Value), &d)
		doc.Datasets[name.Value] = d
	}
}

func (c *checker) rows(doc *Document, n *yaml.Node) {
	for _, r := range c.list(n, "rows") {
		if !c.mapping(r, aRow()) {
			return
		}
		row := Row{Height: 326}
		c.decode(key(r, "height"), keyOf("height"), &row.Height)
		if h := key(r, "height"); h != nil && (row.Height < 64 || row.Height > 2000) {
			c.fail(h, problem.New("dashboard.unknown_value", "what", "height", "value", h.Value))
		}
		sum := 0
		for _, t := range c.list(c.need(r, "tiles", aRow()), "tiles") {
			tile := c.tile(doc, t)
			sum += tile.Width
			if sum > 12 {
				c.fail(t, problem.New("dashboard.too_wide", "width", strconv.Itoa(sum)))
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
	where := problem.Say("app.tile")
	if !c.mapping(n, where) {
		return tile
	}
	if t := key(n, "title"); t != nil {
		c.decode(t, keyOf("title"), &tile.Title)
		where = problem.Say("app.tile_titled", "title", strconv.Quote(tile.Title.In("en")))
	}
	chart := c.need(n, "chart", where)
	if chart == nil || !c.mapping(chart, keyOf("chart")) {
		return tile
	}
	c.chart(chart, where)
	if d := c.need(n, "dataset", where); d != nil {
		if _, ok := doc.Datasets[d.Value]; !ok && c.err == nil {
			c.fail(d, problem.New("dashboard.unknown_dataset", "name", d.Value).Suggest(sortedKeys(doc.Datasets)...))
		}
	}
	if w := key(n, "width"); w != nil {
		width, err := strconv.Atoi(w.Value)
		if err != nil || width < 1 || width > 12 {
			c.fail(w, problem.New("dashboard.unknown_value", "what", "width", "value", w.Value))
		}
	}
	tile.Width = 12
	if kind := key(chart, "kind"); kind != nil && kind.Value == "kpi" {
		tile.Width = 1 // its part of a strip
	}
	c.decode(n, where, &tile)
	return tile
}

func (c *checker) chart(n *yaml.Node, where problem.Phrase) {
	kind := c.need(n, "kind", problem.Say("app.chart_of").With("where", where))
	if kind == nil {
		return
	}
	wants, ok := chartKinds[kind.Value]
	if !ok {
		c.fail(kind, problem.New("dashboard.unknown_value", "value", kind.Value).With("what", problem.Say("app.chart_kind")).Suggest(sortedKeys(chartKinds)...))
		return
	}
	for _, w := range wants {
		c.need(n, w, problem.Say("app.chart_of_kind", "kind", kind.Value))
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
