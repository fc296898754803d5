package problem

import (
	"embed"
	"errors"
	"maps"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Phrase is a part of a problem's sentence that is text itself: why an option
// cannot be what it is, what was expected in a statement. It is a code of the
// phrases (phrases/*.yaml: English and Chinese), or of a problem, with its
// arguments, so that the whole sentence can be told in either language wherever
// it is read.
type Phrase struct {
	Code string
	Args map[string]string
}

//go:embed phrases/*.yaml
var phraseFiles embed.FS

// Phrases returns every phrase's text. The embedded files are checked by a test,
// so a failure to read one is a broken build.
var Phrases = sync.OnceValue(func() map[string]Text {
	texts := map[string]Text{}
	files, err := phraseFiles.ReadDir("phrases")
	if err != nil {
		panic("phrases: " + err.Error())
	}
	for _, f := range files {
		data, err := phraseFiles.ReadFile("phrases/" + f.Name())
		if err == nil {
			err = yaml.Unmarshal(data, &texts)
		}
		if err != nil {
			panic("phrases: " + f.Name() + ": " + err.Error())
		}
	}
	return texts
})

// Say makes a Phrase; args are name, value, name, value.
func Say(code string, args ...string) Phrase {
	p := Phrase{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	return p
}

// With fills a place of p's text with another phrase and returns p.
func (p Phrase) With(place string, said Phrase) Phrase {
	said.into(p.Args, place)
	return p
}

// With fills a place of e's texts with a phrase and returns e.
func (e *Error) With(place string, said Phrase) *Error {
	said.into(e.Args, place)
	return e
}

// WithError fills a place of p's text with what err says and returns p.
func (p Phrase) WithError(place string, err error) Phrase {
	sayError(p.Args, place, err)
	return p
}

// WithError fills a place of e's texts with what err says and returns e.
func (e *Error) WithError(place string, err error) *Error {
	sayError(e.Args, place, err)
	return e
}

// sayError fills a place with the phrase or problem in err's chain, or else with
// err's own text, which stays as it is in every language.
func sayError(args map[string]string, place string, err error) {
	var said PhraseError
	if errors.As(err, &said) {
		said.into(args, place)
	} else if p, ok := As(err); ok {
		Phrase{p.Code, p.Args}.into(args, place)
	} else {
		args[place] = err.Error()
	}
}

// PhraseError is a phrase on its way to where WithError makes it part of a problem.
type PhraseError struct {
	Phrase
	under error // nil for none
}

// Error is the English text.
func (e PhraseError) Error() string { return e.Text("en") }

// Unwrap gives errors.Is what is under it.
func (e PhraseError) Unwrap() error { return e.under }

// Err is p as an error.
func (p Phrase) Err() error { return PhraseError{Phrase: p} }

// ErrOf is p as an error that errors.Is takes for under too.
func (p Phrase) ErrOf(under error) error { return PhraseError{p, under} }

// Text is the phrase in lang ("zh" or a tag such as "zh-CN", else English).
func (p Phrase) Text(lang string) string {
	text, ok := Phrases()[p.Code]
	if !ok {
		return (&Error{Code: p.Code, Args: p.Args}).Message(lang)
	}
	return text.In(lang, told(p.Args, lang))
}

// into makes the phrase an argument. Arguments are flat, for they travel as they
// are: the one named place is the English text, "place:" the phrase's code and
// "place:name" each argument of its own.
func (p Phrase) into(args map[string]string, place string) {
	args[place], args[place+":"] = p.Text("en"), p.Code
	for name, value := range p.Args {
		args[place+":"+name] = value
	}
}

// told are the arguments with every phrase among them in lang.
func told(args map[string]string, lang string) map[string]string {
	all := maps.Clone(args)
	for key, code := range args {
		place, phrase := strings.CutSuffix(key, ":")
		if !phrase || strings.Contains(place, ":") { // a phrase within a phrase is told there
			continue
		}
		p := Phrase{Code: code, Args: map[string]string{}}
		for name, value := range args {
			if own, of := strings.CutPrefix(name, key); of && own != "" {
				p.Args[own] = value
			}
		}
		all[place] = p.Text(lang)
	}
	return all
}
