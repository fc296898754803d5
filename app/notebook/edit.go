package notebook

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"laketop/engine/problem"
)

// Edit is one change of a document; Op says which fields count.
type Edit struct {
	Op        string // setSource setDialect setName setView setChart setCollapsed insert delete move setParameter
	Cell      string // the cell's id; insert: the new cell's
	After     string // insert, move: the cell before; "" is the beginning
	Kind      Kind
	Source    string
	Dialect   string
	Name      string
	View      string
	Chart     map[string]any
	Collapsed bool
	Parameter string
	Value     string
}

// Depths of the containers that edits touch.
const (
	depthCells = 1
	depthCell  = 2
	depthMeta  = 3
	depthOwn   = 4
)

// Edited is the document after edits, in order; d stays as it is. An edit that
// names what is not there fails the whole list.
func (d *Document) Edited(edits []Edit) (*Document, error) {
	next, err := Parse(d.source, d.Bytes())
	if err != nil {
		return nil, err
	}
	next.writeIDs()
	for _, e := range edits {
		if err := next.apply(e); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// writeIDs turns the ids that were made up into the file's own: from here on
// other tools see the same cells. Cells have ids since nbformat 4.5.
func (d *Document) writeIDs() {
	if len(d.made) == 0 {
		return
	}
	for _, it := range d.cells.items {
		if id, ok := d.made[it.value]; ok {
			d.style.set(it.value, depthCell, "id", id)
		}
	}
	clear(d.made)
	if v, ok := d.root.get("nbformat_minor").integer(); !ok || v < 5 {
		d.style.set(d.root, 0, "nbformat_minor", 5)
	}
}

func (d *Document) apply(e Edit) error {
	switch e.Op {
	case "insert":
		return d.insert(e)
	case "setParameter":
		return d.setParameter(e.Parameter, e.Value)
	}
	i := d.index(e.Cell)
	if i < 0 {
		return problem.New("notebook.unknown_cell", "cell", e.Cell)
	}
	cell := d.cells.items[i].value
	switch e.Op {
	case "setSource":
		d.setSource(cell, e.Source)
	case "setDialect":
		return d.setDialect(cell, e.Dialect)
	case "setName":
		d.setOwn(cell, "name", strings.TrimSpace(e.Name), e.Name != "")
	case "setView":
		d.setOwn(cell, "view", e.View, e.View != "")
	case "setChart":
		d.setOwn(cell, "chart", e.Chart, e.Chart != nil)
	case "setCollapsed":
		d.setOwn(cell, "collapsed", true, e.Collapsed)
		if !e.Collapsed {
			d.style.unset(cell.at("metadata", "jupyter"), "source_hidden")
		}
	case "delete":
		d.style.remove(d.cells, i)
	case "move":
		return d.move(i, e.After)
	default:
		return problem.New("notebook.unknown_edit", "op", e.Op)
	}
	return nil
}

// setOwn writes or removes one of Laketop's keys in a cell's metadata.
func (d *Document) setOwn(cell *node, key string, v any, present bool) {
	own := cell.at("metadata", "laketop")
	if present {
		meta := d.style.object(cell, depthCell, "metadata")
		d.style.set(d.style.object(meta, depthMeta, "laketop"), depthOwn, key, v)
		return
	}
	d.style.unset(own, key)
	if own != nil && len(own.items) == 0 {
		d.style.unset(cell.get("metadata"), "laketop")
	}
}

// setSource replaces a cell's text after its magic line.
func (d *Document) setSource(cell *node, source string) {
	text := sourceText(cell)
	if cell.get("cell_type").str() == "code" {
		source = text[:d.language(cell, text).magic] + source
	}
	d.writeSource(cell, source)
}

// writeSource keeps the form the file had, one string or lines, and the bytes
// of every line that stays.
func (d *Document) writeSource(cell *node, text string) {
	old := cell.get("source")
	if old != nil && sourceText(cell) == text {
		return
	}
	if old != nil && old.kind == '"' {
		d.style.set(cell, depthCell, "source", text)
		return
	}
	kept := map[string]*node{}
	if old != nil {
		for _, it := range old.items {
			kept[it.value.str()] = it.value
		}
	}
	lines := []any{}
	for l := range strings.Lines(text) {
		if n := kept[l]; n != nil {
			lines = append(lines, n)
		} else {
			lines = append(lines, l)
		}
	}
	d.style.set(cell, depthCell, "source", lines)
}

func (d *Document) setDialect(cell *node, dialect string) error {
	if !isDialect(dialect) {
		return problem.New("notebook.unknown_dialect", "dialect", dialect).Suggest(dialects...)
	}
	if cell.get("cell_type").str() != "code" {
		return problem.New("notebook.unknown_edit", "op", "setDialect")
	}
	text := sourceText(cell)
	rest := text[d.language(cell, text).magic:]
	if d.language(cell, text).kind == Python {
		if m := magicLine.FindString(text); m != "" {
			rest = text[len(m):]
		}
	}
	d.writeSource(cell, d.magicFor(dialect)+rest)
	d.setOwn(cell, "dialect", dialect, dialect != d.Dialect() || d.isPython())
	meta := d.style.object(cell, depthCell, "metadata")
	d.style.set(d.style.object(meta, depthMeta, "vscode"), depthOwn, "languageId", "sql")
	return nil
}

func (d *Document) insert(e Edit) error {
	if !validID.MatchString(e.Cell) || d.index(e.Cell) >= 0 {
		return problem.New("notebook.cell_id", "cell", e.Cell)
	}
	at, err := d.placeAfter(e.After)
	if err != nil {
		return err
	}
	cell := []pair{{"cell_type", "code"}, {"execution_count", nil}, {"id", e.Cell}, {"metadata", []pair{}}, {"outputs", []any{}}, {"source", []any{}}}
	if e.Kind == Markdown || e.Kind == Raw {
		cell = []pair{{"cell_type", string(e.Kind)}, {"id", e.Cell}, {"metadata", []pair{}}, {"source", []any{}}}
	}
	n := d.style.build(cell, depthCell)
	source := e.Source
	switch e.Kind {
	case Markdown, Raw:
	case Python:
		d.style.set(n.get("metadata"), depthMeta, "vscode", []pair{{"languageId", "python"}})
	case Parameters:
		d.setOwn(n, "kind", string(Parameters), true)
	case SQL, "":
		if e.Dialect != "" && !isDialect(e.Dialect) {
			return problem.New("notebook.unknown_dialect", "dialect", e.Dialect).Suggest(dialects...)
		}
		source = d.magicFor(e.Dialect) + source
		if e.Dialect != "" && e.Dialect != d.Dialect() {
			d.setOwn(n, "dialect", e.Dialect, true)
		}
		d.style.set(n.get("metadata"), depthMeta, "vscode", []pair{{"languageId", "sql"}})
	default:
		return problem.New("notebook.unknown_edit", "op", "insert "+string(e.Kind))
	}
	d.writeSource(n, source)
	d.style.insert(d.cells, depthCells, at, item{value: n})
	return nil
}

func (d *Document) placeAfter(after string) (int, error) {
	if after == "" {
		return 0, nil
	}
	i := d.index(after)
	if i < 0 {
		return 0, problem.New("notebook.unknown_cell", "cell", after)
	}
	return i + 1, nil
}

func (d *Document) move(i int, after string) error {
	if after == d.id(d.cells.items[i].value) {
		return nil
	}
	if _, err := d.placeAfter(after); err != nil {
		return err
	}
	it := d.style.remove(d.cells, i)
	at, err := d.placeAfter(after)
	if err != nil {
		return err
	}
	d.style.insert(d.cells, depthCells, at, it)
	return nil
}

// setParameter keeps a value other than the default in the document.
func (d *Document) setParameter(name, value string) error {
	var names []string
	for i, p := range d.Parameters() {
		names = append(names, p.Name)
		if p.Name != name {
			continue
		}
		if err := p.Check(value); err != nil {
			return err
		}
		return d.writeParameter(name, value, value != d.Parameters()[i].Default)
	}
	return problem.New("notebook.unknown_parameter", "name", name).Suggest(names...)
}

func (d *Document) writeParameter(name, value string, present bool) error {
	for _, it := range d.root.at("metadata", "laketop", "parameters").items {
		if it.value.get("name").str() != name {
			continue
		}
		if !present {
			d.style.unset(it.value, "value")
			return nil
		}
		d.style.set(it.value, depthOwn, "value", value)
	}
	return nil
}

// Check is whether value fits the parameter's type.
func (p Parameter) Check(value string) error {
	wrong := problem.New("notebook.parameter_value", "name", p.Name, "value", value)
	switch p.Type {
	case "number":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return wrong.With("want", problem.Say("app.number"))
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return wrong.With("want", problem.Say("app.date"))
		}
	case "boolean":
		if value != "true" && value != "false" {
			return wrong.With("want", problem.Say("app.boolean"))
		}
	case "choice":
		if !slices.Contains(p.Choices, value) {
			return problem.New("notebook.parameter_value", "name", p.Name, "value", value, "want", strings.Join(p.Choices, ", "))
		}
	}
	return nil
}
