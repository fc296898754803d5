package export

import (
	"embed"
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/image/font/sfnt"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// face is one embedded font.
type face struct {
	family string
	weight int
	data   []byte
	font   *sfnt.Font
}

// has says whether the face draws a character.
func (f *face) has(r rune) bool {
	var buf sfnt.Buffer
	g, err := f.font.GlyphIndex(&buf, r)
	return err == nil && g != 0
}

// faces are the fonts of every picture: Inter for Latin and numbers, JetBrains
// Mono for code, Noto Sans SC for Chinese.
type faces struct {
	latin map[int]*face // by weight 400, 500, 600
	mono  *face
	han   map[int]*face // by weight 400, 700
}

func loadFaces() (*faces, error) {
	open := func(file, family string, weight int) (*face, error) {
		data, err := fontFiles.ReadFile("fonts/" + file)
		if err != nil {
			return nil, fmt.Errorf("embedded font: %w", err)
		}
		font, err := sfnt.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("embedded font %s: %w", file, err)
		}
		return &face{family: family, weight: weight, data: data, font: font}, nil
	}
	all := &faces{latin: map[int]*face{}, han: map[int]*face{}}
	for _, f := range []struct {
		file, family string
		weight       int
	}{
		{"Inter-Regular.ttf", "Inter", 400}, {"Inter-Medium.ttf", "Inter", 500}, {"Inter-SemiBold.ttf", "Inter", 600},
		{"JetBrainsMono-Regular.ttf", "JetBrains Mono", 400},
		{"NotoSansSC-Regular.ttf", "Noto Sans SC", 400}, {"NotoSansSC-Bold.ttf", "Noto Sans SC", 700},
	} {
		loaded, err := open(f.file, f.family, f.weight)
		if err != nil {
			return nil, err
		}
		switch f.family {
		case "Inter":
			all.latin[f.weight] = loaded
		case "Noto Sans SC":
			all.han[f.weight] = loaded
		default:
			all.mono = loaded
		}
	}
	return all, nil
}

// list is every face in a fixed order.
func (f *faces) list() []*face {
	return []*face{f.latin[400], f.latin[500], f.latin[600], f.mono, f.han[400], f.han[700]}
}

// all is the fonts' files.
func (f *faces) all() [][]byte {
	var out [][]byte
	for _, face := range f.list() {
		out = append(out, face.data)
	}
	return out
}

var (
	textElement = regexp.MustCompile(`<text([^>]*)>([^<]*)</text>`)
	weightOf    = regexp.MustCompile(`font-weight[:=]"?\s*(\d+|bold)`)
)

// chosen are the faces for a text's attributes: the first for what it has, the
// second for Chinese.
func (f *faces) chosen(attributes string) (first, han *face) {
	weight := 400
	if m := weightOf.FindStringSubmatch(attributes); m != nil {
		switch m[1] {
		case "500":
			weight = 500
		case "600", "700", "bold":
			weight = 600
		}
	}
	first, han = f.latin[weight], f.han[400]
	if weight == 600 {
		han = f.han[700]
	}
	if strings.Contains(attributes, "JetBrains Mono") {
		first = f.mono
	}
	return first, han
}

// forRaster names the Chinese face in the text itself: the rasteriser's own
// fallback does not look at the weight.
func (f *faces) forRaster(svg string) string {
	return textElement.ReplaceAllStringFunc(svg, func(element string) string {
		m := textElement.FindStringSubmatch(element)
		first, han := f.chosen(m[1])
		return "<text" + m[1] + ">" + runs(html.UnescapeString(m[2]), first, han) + "</text>"
	})
}

// runs wraps what the first face lacks and the second has.
func runs(text string, first, han *face) string {
	var b, run strings.Builder
	flush := func() {
		if run.Len() > 0 {
			fmt.Fprintf(&b, `<tspan font-family="%s">%s</tspan>`, han.family, escaped(run.String()))
			run.Reset()
		}
	}
	for _, r := range text {
		if r > 0x7f && !first.has(r) && han.has(r) {
			run.WriteRune(r)
			continue
		}
		flush()
		b.WriteString(escaped(string(r)))
	}
	flush()
	return b.String()
}

// embedded is the style sheet that carries every glyph the texts use. Text
// that no embedded face has falls to the reader's own fonts.
func (f *faces) embedded(svg string) (string, error) {
	used := map[*face]map[rune]bool{}
	use := func(face *face, r rune) {
		if used[face] == nil {
			used[face] = map[rune]bool{' ': true}
		}
		used[face][r] = true
	}
	for _, m := range textElement.FindAllStringSubmatch(svg, -1) {
		first, han := f.chosen(m[1])
		for _, r := range html.UnescapeString(m[2]) {
			switch {
			case first.has(r):
				use(first, r)
			case han.has(r):
				use(han, r)
			}
		}
	}
	var css strings.Builder
	for _, face := range f.list() {
		if used[face] == nil {
			continue
		}
		letters := make([]rune, 0, len(used[face]))
		for r := range used[face] {
			letters = append(letters, r)
		}
		slices.Sort(letters)
		woff, err := face.subset(letters)
		if err != nil {
			return "", fmt.Errorf("cut %s %d: %w", face.family, face.weight, err)
		}
		fmt.Fprintf(&css, `@font-face{font-family:"%s";font-weight:%d;src:url(data:font/woff;base64,%s) format("woff")}`,
			face.family, face.weight, base64.StdEncoding.EncodeToString(woff))
	}
	return css.String(), nil
}
