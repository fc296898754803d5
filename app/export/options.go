package export

import (
	"strconv"
	"time"

	"laketop/engine/problem"
)

// Format is a kind of picture file.
type Format string

// The formats that Render writes.
const (
	PNG Format = "png"
	SVG Format = "svg"
	PDF Format = "pdf"
)

// The layout's own width and the width of a picture when none is asked for.
const (
	LayoutWidth  = 1440
	DefaultWidth = 1600
)

// Options says how a picture looks. The zero value is a light English PNG,
// 1600 pixels wide. There is no clock in this package: RenderedAt is printed
// in the footer as it is given, so the same options make the same bytes.
type Options struct {
	Format     Format
	Theme      string    // "light" or "dark"
	Language   string    // "en" or "zh-CN"
	Width      int       // pixels at scale 1; the layout stays 1440 wide
	Scale      float64   // 1 to 4
	RenderedAt time.Time // zero: not printed
	Command    string    // "" = the command that these options and the data's parameters make
}

// filled is o with its defaults, or what is wrong with it.
func (o Options) filled() (Options, error) {
	if o.Format == "" {
		o.Format = PNG
	}
	if o.Theme == "" {
		o.Theme = "light"
	}
	if o.Language == "" {
		o.Language = "en"
	}
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	bad := func(name, value, want string) (Options, error) {
		return o, problem.New("export.bad_option", "name", name, "value", value, "want", want)
	}
	switch {
	case o.Format != PNG && o.Format != SVG && o.Format != PDF:
		return bad("format", string(o.Format), "png, svg, pdf")
	case o.Theme != "light" && o.Theme != "dark":
		return bad("theme", o.Theme, "light, dark")
	case o.Language != "en" && o.Language != "zh-CN":
		return bad("language", o.Language, "en, zh-CN")
	case o.Width < 320 || o.Width > 7680:
		return bad("width", strconv.Itoa(o.Width), "320 … 7680")
	case o.Scale < 0.5 || o.Scale > 4:
		return bad("scale", strconv.FormatFloat(o.Scale, 'g', -1, 64), "0.5 … 4")
	}
	return o, nil
}
