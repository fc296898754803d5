package problem

import "strings"

// Text is a sentence in each language: "en" and "zh". In it {name} stands for
// an argument and {rows|row|rows} for an argument that is a number, with its
// word: the first form for one, the second for all else. A language without
// plurals gives one form.
type Text map[string]string

// In is the sentence in lang ("zh" or a tag such as "zh-CN", else English) with
// its arguments filled in. A place without an argument stays as it is written.
func (t Text) In(lang string, args map[string]string) string {
	text := t["en"]
	if strings.HasPrefix(lang, "zh") && t["zh"] != "" {
		text = t["zh"]
	}
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(text, "{")
		place, after, closed := strings.Cut(rest, "}")
		if !opened || !closed {
			return b.String() + text
		}
		name, words, counted := strings.Cut(place, "|")
		value, given := args[name]
		switch {
		case !given:
			value = "{" + place + "}"
		case counted:
			value = counting(value, words)
		}
		b.WriteString(before + value)
		text = after
	}
}

// Places are the names of the arguments that the sentence has room for, in any
// language.
func (t Text) Places() map[string]bool {
	places := map[string]bool{}
	for _, text := range t {
		for _, part := range strings.Split(text, "{")[1:] {
			place, _, _ := strings.Cut(part, "}")
			name, _, _ := strings.Cut(place, "|")
			places[name] = true
		}
	}
	return places
}

// counting is a number with commas between its thousands, as the page writes
// numbers in both languages, and its word.
func counting(number, words string) string {
	word, many, plural := strings.Cut(words, "|")
	if plural && number != "1" {
		word = many
	}
	for i := len(number) - 3; i > 0; i -= 3 {
		number = number[:i] + "," + number[i:]
	}
	return number + " " + word
}
