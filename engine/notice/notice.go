// Package notice is what a statement says of itself: "table t created", "3 rows
// written to t". A Notice is a code and its arguments; the sentence is rendered
// where a person reads it, in that person's language, from one catalogue
// (catalogue.yaml: English and Chinese). It is the counterpart of package
// problem, which says what failed.
//
// To add a code: add its entry to catalogue.yaml, then call New with it; a test
// fails when a code in use has no entry, an entry lacks a language, or a text
// has a place that no argument fills.
package notice

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"laketop/engine/problem"
)

//go:embed catalogue.yaml
var catalogueYAML []byte

// Catalogue returns every code's sentence. The embedded file is checked by a
// test, so a failure to read it is a broken build.
var Catalogue = sync.OnceValue(func() map[string]problem.Text {
	texts := map[string]problem.Text{}
	if err := yaml.Unmarshal(catalogueYAML, &texts); err != nil {
		panic("notice catalogue: " + err.Error())
	}
	return texts
})

// Notice is one sentence: its form on disk is the code with its arguments, in no
// language.
type Notice struct {
	Code  string            `json:"code"`            // an entry of the catalogue, or the code of a problem
	Args  map[string]string `json:"args,omitempty"`  // named in the entry's text as {name}
	Inner []Notice          `json:"inner,omitempty"` // sentences within the sentence, as {inner}
}

// New makes a Notice; args are name, value, name, value. A number is given as it
// is: the text says how it is written.
func New(code string, args ...any) Notice {
	n := Notice{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		n.Args[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	return n
}

// Of is n about other sentences.
func (n Notice) Of(inner ...Notice) Notice {
	n.Inner = inner
	return n
}

// Because is n about what went wrong.
func (n Notice) Because(err error) Notice {
	if errors.Is(err, context.Canceled) {
		err = problem.New("job.cancelled")
	}
	if p, ok := problem.As(err); ok {
		return n.Of(Notice{Code: p.Code, Args: p.Args})
	}
	return n.Of(New("plain", "what", err))
}

// Text is the sentence in lang ("zh" or a tag such as "zh-CN", else English).
func (n Notice) Text(lang string) string {
	text, ok := Catalogue()[n.Code]
	if !ok {
		return (&problem.Error{Code: n.Code, Args: n.Args}).Message(lang)
	}
	args := map[string]string{"inner": Text(n.Inner, lang)}
	for name, value := range n.Args {
		args[name] = value
	}
	return text.In(lang, args)
}

// Text is several sentences as one line in lang; "" for none.
func Text(all []Notice, lang string) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = n.Text(lang)
	}
	return strings.Join(texts, between.In(lang, nil))
}

// between stands between two sentences.
var between = problem.Text{"en": "; ", "zh": "；"}
