package problem

import (
	_ "embed"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed catalogue.yaml
var catalogueYAML []byte

// Entry is what one code's problem says.
type Entry struct {
	Message Text `yaml:"message"`
	Hint    Text `yaml:"hint"`
}

// Catalogue returns every code's entry. The embedded file is checked by a
// test, so a failure to read it is a broken build.
var Catalogue = sync.OnceValue(func() map[string]Entry {
	entries := map[string]Entry{}
	if err := yaml.Unmarshal(catalogueYAML, &entries); err != nil {
		panic("problem catalogue: " + err.Error())
	}
	return entries
})

// Message is what failed, in lang ("zh" or a tag such as "zh-CN", else English).
func (e *Error) Message(lang string) string {
	entry, ok := Catalogue()[e.Code]
	if !ok {
		if e.Cause != nil {
			return e.Code + ": " + e.Cause.Error()
		}
		return e.Code
	}
	return e.fill(entry.Message, lang)
}

// Hint is what to do next, in lang; "" when the entry has none. Suggestions
// stand in the text as {suggestions}; a hint that needs them is left out when
// there are none.
func (e *Error) Hint(lang string) string {
	t := Catalogue()[e.Code].Hint
	if t.Places()["suggestions"] && len(e.Suggestions) == 0 {
		return ""
	}
	return e.fill(t, lang)
}

func (e *Error) fill(t Text, lang string) string {
	args := told(e.Args, lang)
	if args == nil {
		args = map[string]string{}
	}
	args["suggestions"] = strings.Join(e.Suggestions, ", ")
	return t.In(lang, args)
}
