package notebook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"laketop/engine/problem"
)

// Kind is what a cell holds.
type Kind string

// The kinds of cells.
const (
	SQL        Kind = "sql"
	Markdown   Kind = "markdown"
	Parameters Kind = "parameters"
	Python     Kind = "python"
	Raw        Kind = "raw"
)

// Document is one notebook file.
type Document struct {
	source      string // file name, for titles and problems
	lead, trail string
	root        *node
	cells       *node
	style       style
	made        map[*node]string // ids of cells whose file has none
}

// Cell is one cell as it is read. Changing it does not change the document:
// see Document.Apply.
type Cell struct {
	ID        string
	Kind      Kind
	Dialect   string // of SQL cells
	Name      string
	Source    string // without the magic line
	View      string // "table", "chart" or ""
	Chart     map[string]any
	Collapsed bool
}

// Parameter is a value that ${name} in a cell stands for.
type Parameter struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"` // text, number, date, choice, boolean
	Default string   `json:"default"`
	Value   string   `json:"value,omitempty"`
	Label   string   `json:"label,omitempty"`
	Choices []string `json:"choices,omitempty"`
}

// Parse reads a notebook. source names the file in problems.
func Parse(source string, data []byte) (*Document, error) {
	text := string(data)
	lead, root, trail, err := parseTree(text)
	if err != nil {
		return nil, broken(source, text, err)
	}
	if n := root.get("nbformat"); n != nil {
		if v, ok := n.integer(); ok && v < 4 {
			e := problem.New("notebook.version", "file", source, "version", n.text)
			return nil, e
		}
	}
	cells := root.get("cells")
	if cells == nil || cells.kind != '[' {
		return nil, problem.New("notebook.not_a_notebook", "file", source)
	}
	d := &Document{source: source, lead: lead, trail: trail, root: root, cells: cells, style: styleOf(root, text), made: map[*node]string{}}
	for i, it := range cells.items {
		if it.value.kind != '{' {
			return nil, problem.New("notebook.not_a_notebook", "file", source).Because(fmt.Errorf("cell %d is not an object", i))
		}
	}
	d.nameCells()
	return d, nil
}

func broken(source, text string, err error) error {
	var se *syntaxError
	if !errors.As(err, &se) {
		return err
	}
	e := problem.New("notebook.broken", "file", source).With("what", se.what).At(text, se.offset, se.offset+1).Because(err)
	e.Source, e.Text = source, line(text, se.offset)
	// Only the line is kept as text: a broken file may be large. The span
	// keeps line and column of the file and points into that line.
	from := strings.LastIndexByte(text[:min(se.offset, len(text))], '\n') + 1
	e.Span.Start = max(0, min(se.offset-from, len(e.Text)))
	e.Span.End = min(e.Span.Start+1, len(e.Text))
	return e
}

// line is the line of text around offset, at most 2 kB of it.
func line(text string, offset int) string {
	offset = min(offset, len(text))
	from := strings.LastIndexByte(text[:offset], '\n') + 1
	to := len(text)
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		to = from + i
	}
	return text[from:min(to, from+2048)]
}

// New is an empty notebook in nbformat's own layout.
func New(source, dialect string) *Document {
	text := "{\n \"cells\": [],\n \"metadata\": {\n  \"kernelspec\": {\n   \"display_name\": \"Laketop SQL\",\n   \"language\": \"sql\",\n   \"name\": \"laketop\"\n  },\n  \"language_info\": {\n   \"name\": \"sql\"\n  },\n  \"laketop\": {\n   \"dialect\": \"" +
		dialect + "\"\n  }\n },\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n"
	d, err := Parse(source, []byte(text))
	if err != nil {
		panic("notebook: the empty document does not parse: " + err.Error())
	}
	return d
}

// Bytes is the file's content.
func (d *Document) Bytes() []byte {
	var b strings.Builder
	b.WriteString(d.lead)
	d.root.print(&b)
	b.WriteString(d.trail)
	return []byte(b.String())
}

// Etag identifies content: another one means other bytes.
func Etag(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

var validID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// nameCells gives an id to every cell whose file has none, or one that another
// cell or a path cannot bear. They are written by the first edit.
func (d *Document) nameCells() {
	used := map[string]bool{}
	for _, it := range d.cells.items {
		id := it.value.get("id").str()
		if validID.MatchString(id) && !used[id] {
			used[id] = true
		}
	}
	seen := map[string]bool{}
	for i, it := range d.cells.items {
		id := it.value.get("id").str()
		if validID.MatchString(id) && !seen[id] {
			seen[id] = true
			continue
		}
		id = fmt.Sprintf("cell-%d", i+1)
		for used[id] {
			id += "x"
		}
		used[id], seen[id] = true, true
		d.made[it.value] = id
	}
}

func (d *Document) id(cell *node) string {
	if id, ok := d.made[cell]; ok {
		return id
	}
	return cell.get("id").str()
}

func (d *Document) index(id string) int {
	for i, it := range d.cells.items {
		if d.id(it.value) == id {
			return i
		}
	}
	return -1
}

// Cells are the document's cells in order.
func (d *Document) Cells() []Cell {
	out := make([]Cell, len(d.cells.items))
	for i, it := range d.cells.items {
		out[i] = d.cell(it.value)
	}
	return out
}

// Cell is the cell with an id.
func (d *Document) Cell(id string) (Cell, bool) {
	i := d.index(id)
	if i < 0 {
		return Cell{}, false
	}
	return d.cell(d.cells.items[i].value), true
}

func (d *Document) cell(n *node) Cell {
	own := n.at("metadata", "laketop")
	c := Cell{ID: d.id(n), Kind: Raw, Name: own.get("name").str(), View: own.get("view").str(), Collapsed: own.get("collapsed").isTrue() || n.at("metadata", "jupyter", "source_hidden").isTrue()}
	if chart := own.get("chart"); chart != nil && chart.kind == '{' {
		if chart.decode(&c.Chart) != nil {
			c.Chart = nil
		}
	}
	text := sourceText(n)
	switch n.get("cell_type").str() {
	case "markdown":
		c.Kind, c.Source = Markdown, text
	case "code":
		lang := d.language(n, text)
		c.Kind, c.Dialect, c.Source = lang.kind, lang.dialect, text[lang.magic:]
		if c.Name == "" {
			c.Name = lang.name
		}
	default:
		c.Source = text
	}
	if c.Name == "" {
		c.Name = databricksTitle(n)
	}
	return c
}

// databricksTitle is the title of a cell exported from there, where shown.
func databricksTitle(n *node) string {
	meta := n.at("metadata", "application/vnd.databricks.v1+cell")
	if !meta.get("showTitle").isTrue() {
		return ""
	}
	return meta.get("title").str()
}

// sourceText is a cell's source, which the file may hold as one string or as
// lines.
func sourceText(n *node) string {
	src := n.get("source")
	if src == nil || src.kind != '[' {
		return src.str()
	}
	var b strings.Builder
	for _, l := range src.items {
		b.WriteString(l.value.str())
	}
	return b.String()
}

// Dialect is the language of SQL cells that do not name one.
func (d *Document) Dialect() string {
	if s := d.root.at("metadata", "laketop", "dialect").str(); isDialect(s) {
		return s
	}
	return "spark"
}

// Title is the first heading of the first markdown cell that has one, else the
// file's name.
func (d *Document) Title() string {
	for _, it := range d.cells.items {
		if it.value.get("cell_type").str() != "markdown" {
			continue
		}
		for l := range strings.Lines(sourceText(it.value)) {
			if t := strings.TrimLeft(l, "#"); t != l && strings.HasPrefix(t, " ") {
				return strings.TrimSpace(t)
			}
		}
	}
	return strings.TrimSuffix(path.Base(d.source), ".ipynb")
}

// Parameters are the declared parameters; Value is the default where none was
// set.
func (d *Document) Parameters() []Parameter {
	list := d.root.at("metadata", "laketop", "parameters")
	if list == nil || list.kind != '[' {
		return nil
	}
	out := make([]Parameter, 0, len(list.items))
	for _, it := range list.items {
		p := Parameter{Name: it.value.get("name").str(), Type: it.value.get("type").str(), Label: it.value.get("label").str(), Default: scalar(it.value.get("default"))}
		if p.Name == "" {
			continue
		}
		if p.Type == "" {
			p.Type = "text"
		}
		p.Value = p.Default
		if v := it.value.get("value"); v != nil {
			p.Value = scalar(v)
		}
		if it.value.get("choices").decode(&p.Choices) != nil {
			p.Choices = nil
		}
		out = append(out, p)
	}
	return out
}

// scalar is a string, number or literal as text.
func scalar(n *node) string {
	switch {
	case n == nil || n.kind == '{' || n.kind == '[' || n.text == "null":
		return ""
	case n.kind == '"':
		return n.str()
	}
	return n.text
}
