package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"laketop/app/dashboard"
)

// about is what a picture says of itself, in its footer and in its metadata.
type about struct {
	Title      string
	Filters    string
	Sources    string // table #snapshot, …
	Command    string
	RenderedAt string
}

func (r *Renderer) about(doc *dashboard.Document, data *dashboard.Data, o Options) about {
	var sources []string
	for _, ref := range data.Reads() {
		sources = append(sources, fmt.Sprintf("%s #%d", ref.Table, ref.Snapshot))
	}
	var filters []string
	for _, name := range sortedNames(data.Params) {
		if !slices.Contains(derived, name) && data.Params[name] != "" {
			filters = append(filters, name+"="+data.Params[name])
		}
	}
	return about{
		Title: doc.Title.In(o.Language), Filters: strings.Join(filters, " "), Sources: strings.Join(sources, ", "),
		Command: o.Command, RenderedAt: o.renderedAt(),
	}
}

// pairs are keyword and text, for PNG chunks, in a fixed order.
func (a about) pairs() [][2]string {
	var out [][2]string
	for _, p := range [][2]string{
		{"Title", a.Title}, {"Software", "Laketop"}, {"Source", a.Sources}, {"Description", a.Filters},
		{"Comment", a.Command}, {"Creation Time", a.RenderedAt},
	} {
		if p[1] != "" {
			out = append(out, p)
		}
	}
	return out
}

// derived parameters follow from the others and need not be given again.
var derived = []string{"previous_from", "previous_to", "data_from", "data_to"}

// Command is the command line that makes a picture again.
func Command(name string, params map[string]string, o Options) string {
	o, err := o.filled()
	if err != nil {
		return ""
	}
	words := []string{"laketop", "export", quoted(name), "--out", quoted(name + "." + string(o.Format)), "--theme", o.Theme}
	if o.Language != "en" {
		words = append(words, "--lang", o.Language)
	}
	words = append(words, "--width", strconv.Itoa(o.Width), "--scale", number(o.Scale))
	for _, p := range sortedNames(params) {
		if !slices.Contains(derived, p) && params[p] != "" {
			words = append(words, "-p", quoted(p+"="+params[p]))
		}
	}
	return strings.Join(words, " ")
}

// quoted protects a word from the shell where it needs to be.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func sortedNames(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// renderedAt is the time as it is printed, with its zone.
func (o Options) renderedAt() string {
	if o.RenderedAt.IsZero() {
		return ""
	}
	return o.RenderedAt.Format("2006-01-02 15:04 -07:00")
}
