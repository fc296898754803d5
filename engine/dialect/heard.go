package dialect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"laketop/engine/problem"
)

// sentence is a phrase by its English text, with a group for each place.
type sentence struct {
	code   string
	text   *regexp.Regexp
	places []string
	own    int // bytes of the text outside of places
}

// A query that runs fails with a phrase …raised_…, with what a merge cannot take
// back, or with sql.fault_… of a function of javafn, whose place "what" one of
// sql.within_… fills.
var (
	raised = sync.OnceValue(func() []sentence { return sentences(".raised_", "merge.retract", "merge.delete") })
	faults = sync.OnceValue(func() []sentence { return sentences("sql.fault_") })
	within = sync.OnceValue(func() []sentence { return sentences("sql.within_") })
)

// sentences are the phrases and problems whose code holds one of parts, those
// with more text first.
func sentences(parts ...string) []sentence {
	var all []sentence
	add := func(code string, text problem.Text) {
		if slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(code, p) }) {
			all = append(all, sentenceOf(code, text["en"]))
		}
	}
	for code, text := range problem.Phrases() {
		add(code, text)
	}
	for code, entry := range problem.Catalogue() {
		add(code, entry.Message)
	}
	slices.SortFunc(all, func(a, b sentence) int {
		return cmp.Or(b.own-a.own, strings.Compare(a.code, b.code))
	})
	return all
}

var placeMark = regexp.MustCompile(`\{(\w+)\}`)

func sentenceOf(code, english string) sentence {
	s := sentence{code: code}
	for _, g := range placeMark.FindAllStringSubmatch(english, -1) {
		s.places = append(s.places, g[1])
	}
	own := placeMark.Split(english, -1)
	for i := range own {
		s.own += len(own[i])
		own[i] = regexp.QuoteMeta(own[i])
	}
	s.text = regexp.MustCompile("^(?s:" + strings.Join(own, "(.*)") + ")$")
	return s
}

var ofJava = regexp.MustCompile(`^(?s:(lt_\w+): (.*))$`)

// heard is the phrase whose English text DuckDB gave back, else the text itself:
// DuckDB's own message, or one that the user raised.
func heard(message string) problem.Phrase {
	if p, ok := among(raised(), message); ok {
		return p
	}
	if g := ofJava.FindStringSubmatch(message); g != nil {
		if p, ok := among(faults(), g[2]); ok {
			return problem.Say("sql.failed_in", "function", g[1]).With("what", p)
		}
	}
	for _, d := range ducks {
		if g := d.text.FindStringSubmatch(message); g != nil {
			return d.said(g)
		}
	}
	return problem.Say("sql.construct", "words", message)
}

// duck is a message of DuckDB's that people often meet, and how it is told.
type duck struct {
	text *regexp.Regexp
	said func(g []string) problem.Phrase
}

var ducks = []duck{
	{regexp.MustCompile(`^column "?(.+?)"? must appear in the GROUP BY clause or `), func(g []string) problem.Phrase {
		return problem.Say("sql.not_grouped", "column", g[1])
	}},
	{regexp.MustCompile(`^(\w+) clause cannot contain window functions`), func(g []string) problem.Phrase {
		return problem.Say("sql.window_in", "clause", g[1])
	}},
	{regexp.MustCompile(`^More than one row returned by a subquery`), func([]string) problem.Phrase {
		return problem.Say("sql.several_rows")
	}},
	{regexp.MustCompile(`^Overflow in \w+ of U?(\w+) \((.+)\)!`), func(g []string) problem.Phrase {
		return problem.Say("sql.beyond_type", "expression", g[2], "type", typeOf(g[1]))
	}},
	{regexp.MustCompile(`^Could not convert string ('.*') to (\w+)`), func(g []string) problem.Phrase {
		return problem.Say("sql.not_readable", "value", g[1], "type", typeOf(g[2]))
	}},
	{regexp.MustCompile(`^Map keys must be unique`), func([]string) problem.Phrase {
		return problem.Say("sql.map_key_twice")
	}},
}

// typeOf is the name that SQL has for a type as DuckDB's messages call it.
func typeOf(physical string) string {
	if name, ok := map[string]string{"INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT", "INT128": "DECIMAL(38, 0)"}[physical]; ok {
		return name
	}
	return physical
}

func among(known []sentence, text string) (problem.Phrase, bool) {
	for _, s := range known {
		if values := s.text.FindStringSubmatch(text); values != nil {
			if p, ok := s.with(values[1:]); ok {
				return p, true
			}
		}
	}
	return problem.Phrase{}, false
}

// with is the phrase with its places filled.
func (s sentence) with(values []string) (problem.Phrase, bool) {
	p := problem.Phrase{Code: s.code, Args: map[string]string{}}
	for i, place := range s.places {
		if place != "what" {
			p.Args[place] = values[i]
			continue
		}
		inner, ok := among(within(), values[i])
		if !ok {
			return p, false
		}
		p = p.With(place, inner)
	}
	return p, true
}
