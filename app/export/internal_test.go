package export

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"laketop/app/dashboard"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

func testEngine(t testing.TB) *engine {
	t.Helper()
	r, err := New(t.Context(), Config{Workers: 1, CacheDir: filepath.Join(os.TempDir(), "laketop-test-cache")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	return r.engine
}

// The page runs the same cases in its own engine (frontend/src/features/chart/
// golden.test.ts) and must come to the same drawings.
func TestDrawingsAreTheSameInBothEngines(t *testing.T) {
	e := testEngine(t)
	files, err := filepath.Glob("testdata/drawings/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			var c map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(b, &c))
			got, err := e.callWithMap(t.Context(), mapOf(c["spec"]), "drawing", string(c["spec"]), string(c["table"]), string(c["env"]))
			require.NoError(t, err)
			if *rewrite {
				c["want"] = json.RawMessage(got)
				out, err := json.MarshalIndent(c, "", " ")
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, append(out, '\n'), 0o644))
				return
			}
			require.JSONEq(t, string(c["want"]), got)
			require.NotContains(t, got, "anonymous", "every function in an option has a name")
			require.NotContains(t, got, "NaN")
		})
	}
}

func TestEveryKindIsCheckedDrawnAndKnownToBoth(t *testing.T) {
	e := testEngine(t)
	var known struct{ Kinds, Formats []string }
	answer, err := e.call(t.Context(), "kinds")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(answer), &known))
	require.ElementsMatch(t, known.Kinds, dashboard.ChartKinds())
	require.ElementsMatch(t, known.Formats, dashboard.Formats())
	drawn := map[string]bool{}
	files, err := filepath.Glob("testdata/drawings/*.json")
	require.NoError(t, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		var c struct{ Spec struct{ Kind string } }
		require.NoError(t, json.Unmarshal(b, &c))
		drawn[c.Spec.Kind] = true
	}
	for _, kind := range known.Kinds {
		require.True(t, drawn[kind], "no golden drawing of kind %s", kind)
	}
}

// The layout counts with a table of widths; it must be that of the fonts.
func TestWidthsAreThoseOfTheEmbeddedFonts(t *testing.T) {
	e := testEngine(t)
	all, err := loadFaces()
	require.NoError(t, err)
	for face, font := range map[string]*face{"400": all.latin[400], "500": all.latin[500], "600": all.latin[600], "mono": all.mono} {
		for _, text := range []string{"0123456789", "Game overview", "¥1.12M −1.9%", "广东 Guangdong", "Aug 24 – Nov 20"} {
			want := 0.0
			for _, r := range text {
				f := font
				if !f.has(r) {
					f = all.han[400]
				}
				g, err := f.font.GlyphIndex(nil, r)
				require.NoError(t, err)
				const em = 1000
				advance, err := f.font.GlyphAdvance(nil, g, fixed.I(em), 0)
				require.NoError(t, err)
				want += float64(advance) / 64 / em * 12
			}
			answer, err := e.call(t.Context(), "width", text, "12", face)
			require.NoError(t, err)
			got, err := strconv.ParseFloat(answer, 64)
			require.NoError(t, err)
			require.InDelta(t, want, got, 0.1, "%q in %s", text, face)
		}
	}
}

func TestDigitsAreTabular(t *testing.T) {
	all, err := loadFaces()
	require.NoError(t, err)
	f := all.latin[400]
	var first fixed.Int26_6
	for r := '0'; r <= '9'; r++ {
		g, err := f.font.GlyphIndex(nil, r)
		require.NoError(t, err)
		advance, err := f.font.GlyphAdvance(nil, g, fixed.I(1000), 0)
		require.NoError(t, err)
		if r == '0' {
			first = advance
		}
		require.Equal(t, first, advance)
	}
}

func TestSubsetKeepsTheOutlinesOfItsLetters(t *testing.T) {
	all, err := loadFaces()
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		face    *face
		letters string
		most    int
	}{
		"Chinese":                 {all.han[400], "游戏总览广东", 24_000},
		"bold Chinese":            {all.han[700], "用户留存", 24_000},
		"Latin with composites":   {all.latin[600], "äÖñ D1 39.8%", 16_000},
		"one letter is one glyph": {all.mono, "x", 16_000},
	} {
		t.Run(name, func(t *testing.T) {
			packed, err := tc.face.subset([]rune(tc.letters))
			require.NoError(t, err)
			require.Less(t, len(packed), tc.most)
			cut, err := sfnt.Parse(unwoff(t, packed))
			require.NoError(t, err)
			for _, r := range tc.letters {
				want, err := tc.face.font.GlyphIndex(nil, r)
				require.NoError(t, err)
				got, err := cut.GlyphIndex(nil, r)
				require.NoError(t, err)
				require.Equal(t, want, got)
				a, err := tc.face.font.LoadGlyph(nil, want, fixed.I(100), nil)
				require.NoError(t, err)
				b, err := cut.LoadGlyph(nil, got, fixed.I(100), nil)
				require.NoError(t, err)
				require.Equal(t, a, b)
			}
			missing, err := cut.GlyphIndex(nil, '漢')
			require.NoError(t, err)
			require.Zero(t, missing)
		})
	}
}

// unwoff unpacks WOFF 1.0 into a TrueType file.
func unwoff(t *testing.T, b []byte) []byte {
	t.Helper()
	n := int(binary.BigEndian.Uint16(b[12:]))
	out := []byte{0, 1, 0, 0, 0, byte(n), 0, 0, 0, 0, 0, 0}
	var data []byte
	for i := range n {
		e := b[44+20*i:]
		at, packed, size := binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		table := b[at : at+packed]
		if packed < size {
			z, err := zlib.NewReader(bytes.NewReader(table))
			require.NoError(t, err)
			table, err = io.ReadAll(z)
			require.NoError(t, err)
		}
		require.Len(t, table, int(size))
		out = append(out, e[:4]...)
		out = append(out, e[16:20]...)
		out = binary.BigEndian.AppendUint32(out, uint32(12+16*n+len(data)))
		out = binary.BigEndian.AppendUint32(out, size)
		data = append(data, table...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
	}
	return append(out, data...)
}

func TestRunsNameTheFaceThatHasTheLetter(t *testing.T) {
	all, err := loadFaces()
	require.NoError(t, err)
	for name, tc := range map[string]struct{ in, want string }{
		"Latin stays":                 {`<text font-weight="600">DAU &amp; GMV</text>`, `<text font-weight="600">DAU &amp; GMV</text>`},
		"Chinese is wrapped":          {`<text>各省 DAU</text>`, `<text><tspan font-family="Noto Sans SC">各省</tspan> DAU</text>`},
		"what nobody has is left be":  {`<text>😀</text>`, `<text>😀</text>`},
		"a sharp bracket stays text":  {`<text>a&lt;b</text>`, `<text>a&lt;b</text>`},
		"text beside tags is as was":  {`<g id="t0-c0"><rect/></g>`, `<g id="t0-c0"><rect/></g>`},
		"a full-width bracket is Han": {`<text>GMV（元）</text>`, `<text>GMV<tspan font-family="Noto Sans SC">（元）</tspan></text>`},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, all.forRaster(tc.in)) })
	}
}

func TestCommand(t *testing.T) {
	var cases []struct {
		Name   string
		Params map[string]string
		Wishes struct {
			Format, Theme, Language string
			Width                   int
			Scale                   float64
		}
		Want string
	}
	b, err := os.ReadFile("testdata/commands.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &cases))
	for _, c := range cases {
		w := c.Wishes
		got := Command(c.Name, c.Params, Options{Format: Format(w.Format), Theme: w.Theme, Language: w.Language, Width: w.Width, Scale: w.Scale})
		require.Equal(t, c.Want, got)
	}
}
