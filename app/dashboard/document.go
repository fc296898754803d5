// Package dashboard is the dashboard document: one YAML file that a person can
// review in a diff.
//
//	kind: dashboard
//	version: 1
//	title: {en: Game overview, zh-CN: 游戏总览}
//	dialect: spark                  of the datasets' SQL
//	filters:                        give parameters to the SQL
//	  - {name: period, kind: date-range, default: all, range: SELECT MIN(dt) …, MAX(dt) …}
//	datasets:                       name → SQL over the lake, with ${from} and ${to}
//	  retention: {sql: SELECT …}
//	rows:                           from top to bottom, 12 columns wide
//	  - height: 326
//	    tiles:
//	      - {width: 4, title: …, note: …, dataset: retention, chart: {kind: line, x: dt, y: [d1]}}
//
// A chart is read by frontend/src/features/chart/spec.ts; this package checks
// what can be known before a query runs, and says line and column. Unknown keys
// and comments stay in the file: Source is what was read.
package dashboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"laketop/engine/problem"
)

// Text is a word in several languages; the key "" holds a plain string that
// stands for all.
type Text map[string]string

// In picks the text of a language tag, else English, else any.
func (t Text) In(language string) string {
	for _, key := range []string{language, language[:min(2, len(language))], "", "en"} {
		if s, ok := t[key]; ok {
			return s
		}
	}
	for _, key := range []string{"zh-CN", "zh"} {
		if s, ok := t[key]; ok {
			return s
		}
	}
	return ""
}

// UnmarshalYAML reads a string or a mapping of languages.
func (t *Text) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*t = Text{"": n.Value}
		return nil
	}
	m := map[string]string{}
	if err := n.Decode(&m); err != nil {
		return err
	}
	*t = m
	return nil
}

// Document is one dashboard as it stands in its file.
type Document struct {
	Name     string // file name without .yaml
	Title    Text
	Dialect  string
	Timezone string
	Filters  []Filter
	Datasets map[string]Dataset
	Rows     []Row

	source []byte
	root   *yaml.Node
}

// Filter gives parameters to the datasets.
type Filter struct {
	Name    string `yaml:"name"`
	Kind    string `yaml:"kind"` // "date-range"
	Title   Text   `yaml:"title"`
	Default string `yaml:"default"` // "all" or "last-<n>-days"
	Range   string `yaml:"range"`   // a query of one row: first and last date
}

// Dataset is one query.
type Dataset struct {
	SQL     string `yaml:"sql"`
	Dialect string `yaml:"dialect"` // "" = the document's
	MaxRows int    `yaml:"max_rows"`
}

// Row is a band of tiles of one height.
type Row struct {
	Height int    `yaml:"height"`
	Tiles  []Tile `yaml:"tiles"`
}

// Tile is one chart with its heading. Width is in columns of 12, or its part of
// a strip where every tile of a row is a kpi.
type Tile struct {
	Title   Text           `yaml:"title"`
	Note    Text           `yaml:"note"`
	Width   int            `yaml:"width"`
	Dataset string         `yaml:"dataset"`
	Chart   map[string]any `yaml:"chart"`
}

// Parse reads and checks a document. The error is a *problem.Error with the
// place in the text.
func Parse(name string, source []byte) (*Document, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(source, &root); err != nil {
		return nil, syntaxError(name, string(source), err)
	}
	c := &checker{name: name, text: string(source)}
	doc := c.document(&root)
	if c.err != nil {
		return nil, c.err
	}
	m := map[string]any{}
	if err := root.Decode(&m); err != nil { // a key twice, or one that is no text
		return nil, syntaxError(name, string(source), err)
	}
	if _, err := json.Marshal(m); err != nil {
		return nil, syntaxError(name, string(source), err)
	}
	doc.Name, doc.source, doc.root = name, source, &root
	return doc, nil
}

// Source is the file as it was read, byte for byte.
func (d *Document) Source() []byte { return d.source }

// JSON is the document for the page: every key of the file, unknown ones too.
func (d *Document) JSON() ([]byte, error) {
	m := map[string]any{}
	if err := d.root.Decode(&m); err != nil {
		return nil, fmt.Errorf("decode dashboard %s: %w", d.Name, err)
	}
	m["name"] = d.Name
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode dashboard %s: %w", d.Name, err)
	}
	return b, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// syntaxError places what the YAML reader says.
func syntaxError(name, text string, err error) error {
	line, what := 1, err.Error()
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		what = typed.Errors[0]
	}
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		line, _ = strconv.Atoi(m[1])
		what = m[2]
	}
	start, end := lineAt(text, line)
	e := problem.New("dashboard.syntax", "what", what).At(text, start, end).Because(err)
	e.Source = name
	return e
}

// lineAt is the byte range of a line, without the blanks that lead it.
func lineAt(text string, line int) (start, end int) {
	for ; line > 1; line-- {
		i := indexFrom(text, start, '\n')
		if i < 0 {
			break
		}
		start = i + 1
	}
	end = indexFrom(text, start, '\n')
	if end < 0 {
		end = len(text)
	}
	for start < end && text[start] == ' ' {
		start++
	}
	return start, end
}

func indexFrom(text string, from int, c byte) int {
	for i := from; i < len(text); i++ {
		if text[i] == c {
			return i
		}
	}
	return -1
}
