package javafn

import (
	"errors"

	"laketop/engine/problem"
)

// fault is what is wrong with a pattern, a format or a text, which can be told
// in English and in Chinese.
type fault struct {
	said  problem.Phrase
	under error // ErrPattern and the like, nil for none
}

func (f *fault) Error() string { return f.said.Text("en") }

func (f *fault) Unwrap() error { return f.under }

// Why is what err says.
func Why(err error) problem.Phrase {
	var f *fault
	if errors.As(err, &f) {
		return f.said
	}
	return problem.Say("sql.construct", "words", err.Error())
}
