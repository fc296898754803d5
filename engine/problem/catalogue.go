package problem

import (
	_ "embed"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed catalogue.yaml
var catalogueYAML []byte

// Entry is one code's text in each language: "en" and "zh".
type Entry struct {
	Message map[string]string `yaml:"message"`
	Hint    map[string]string `yaml:"hint"`
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
	return e.fill(pick(entry.Message, lang))
}

// Hint is what to do next, in lang; "" when the entry has none. Suggestions
// stand in the text as {suggestions}; a hint that needs them is left out when
// there are none.
func (e *Error) Hint(lang string) string {
	t := pick(Catalogue()[e.Code].Hint, lang)
	if strings.Contains(t, "{suggestions}") && len(e.Suggestions) == 0 {
		return ""
	}
	return e.fill(t)
}

func pick(texts map[string]string, lang string) string {
	if strings.HasPrefix(lang, "zh") && texts["zh"] != "" {
		return texts["zh"]
	}
	return texts["en"]
}

func (e *Error) fill(t string) string {
	for k, v := range e.Args {
		t = strings.ReplaceAll(t, "{"+k+"}", v)
	}
	return strings.ReplaceAll(t, "{suggestions}", strings.Join(e.Suggestions, ", "))
}
