package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/dashboard"
	"laketop/app/export"
	"laketop/engine/problem"
	"laketop/frontend"
)

var at = time.Date(2026, 11, 21, 10, 32, 0, 0, time.FixedZone("", 8*3600))

// requireText is require.Contains without printing a whole picture.
func requireText(t *testing.T, b []byte, want string) {
	t.Helper()
	require.True(t, bytes.Contains(b, []byte(want)), "%q is missing", want)
}

var compiled = filepath.Join(os.TempDir(), "laketop-test-cache")

// shared is the renderer of the tests that ask nothing of its configuration:
// each new one costs a second of compiling. It ends with the process.
var shared = sync.OnceValues(func() (*export.Renderer, error) {
	return export.New(context.Background(), export.Config{CacheDir: compiled})
})

func common(t testing.TB) *export.Renderer {
	t.Helper()
	r, err := shared()
	require.NoError(t, err)
	return r
}

func renderer(t testing.TB, conf export.Config) *export.Renderer {
	t.Helper()
	conf.CacheDir = compiled
	r, err := export.New(t.Context(), conf)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	return r
}

func TestPNGIsAsWideAsAskedAndTellsItsOrigin(t *testing.T) {
	doc, data := game(t, 30)
	start := time.Now()
	r := common(t) // compiled here, this being the first test
	b, err := r.Render(t.Context(), doc, data, export.Options{RenderedAt: at})
	require.NoError(t, err)
	t.Logf("cold: %v, %d bytes", time.Since(start), len(b))
	size, err := png.DecodeConfig(bytes.NewReader(b))
	require.NoError(t, err)
	require.Equal(t, 1600, size.Width)
	for _, want := range []string{
		"Title\x00\x00\x00\x00\x00Game overview",
		"Source\x00\x00\x00\x00\x00game_db.ads_device_preference_daily #7, ",
		"Comment\x00\x00\x00\x00\x00laketop export game --out game.png --theme light --width 1600 --scale 1 -p from=2026-10-22 -p to=2026-11-20",
		"Creation Time\x00\x00\x00\x00\x002026-11-21 10:32 +08:00",
	} {
		requireText(t, b, want)
	}
	double, err := r.Render(t.Context(), doc, data, export.Options{Width: 800, Scale: 2, Theme: "dark"})
	require.NoError(t, err)
	again, err := png.DecodeConfig(bytes.NewReader(double))
	require.NoError(t, err)
	require.Equal(t, size, again)
}

func TestSameInputSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many pictures: left out by make test-short")
	}
	doc, data := game(t, 30)
	for _, f := range []export.Format{export.PNG, export.SVG, export.PDF} {
		o := export.Options{Format: f, Language: "zh-CN", Width: 720, RenderedAt: at}
		one, err := renderer(t, export.Config{Workers: 1}).Render(t.Context(), doc, data, o)
		require.NoError(t, err)
		many := renderer(t, export.Config{Workers: 3})
		_, err = many.Render(t.Context(), doc, data, export.Options{Format: export.SVG})
		require.NoError(t, err)
		two, err := many.Render(t.Context(), doc, data, o)
		require.NoError(t, err)
		require.True(t, bytes.Equal(one, two), "%s differs between renderers", f)
	}
}

func TestSVGIsWholeAndItsIdsAreApart(t *testing.T) {
	doc, data := game(t, 30)
	b, err := common(t).Render(t.Context(), doc, data, export.Options{Format: export.SVG, Language: "zh-CN", RenderedAt: at})
	require.NoError(t, err)
	ids := map[string]bool{}
	var refs, words []string
	d := xml.NewDecoder(bytes.NewReader(b))
	inText := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "text"
			for _, a := range e.Attr {
				require.NotContains(t, a.Value, "NaN", "%s of %s", a.Name.Local, e.Name.Local)
				require.NotContains(t, a.Value, "undefined")
				if a.Name.Local == "id" {
					require.False(t, ids[a.Value], "id %s stands twice", a.Value)
					ids[a.Value] = true
				}
				if m := regexp.MustCompile(`url\(#([^)]+)\)`).FindStringSubmatch(a.Value); m != nil {
					refs = append(refs, m[1])
				}
			}
		case xml.CharData:
			if inText {
				words = append(words, string(e))
			}
		case xml.EndElement:
			inText = false
		}
	}
	require.NotEmpty(t, refs)
	for _, r := range refs {
		require.True(t, ids[r], "reference to %s leads nowhere", r)
	}
	all := strings.Join(words, "\n")
	for _, want := range []string{
		"游戏总览", "2026年10月22日 – 11月20日", "次日留存", "个百分点", "批次留存", "平均", "GMV（元 / 日）", "广东", "其余 25 个，1 个无数据", "3 个地名未匹配，DAU 141",
		"未知", "game_db.ads_retention_daily #7", "laketop export game --out game.svg --theme light --lang zh-CN", "由 Laketop 绘制于 2026-11-21 10:32 +08:00", "22:00",
	} {
		requireText(t, []byte(all), want)
	}
	requireText(t, b, `@font-face{font-family:"Noto Sans SC"`)
	requireText(t, b, `width="1600"`)
	require.False(t, bytes.Contains(b, []byte("ecmeta")))
}

func TestPDF(t *testing.T) {
	doc, data := game(t, 30)
	b, err := common(t).Render(t.Context(), doc, data, export.Options{Format: export.PDF, Width: 720, RenderedAt: at})
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(b, []byte("%PDF-")))
	requireText(t, b, "/MediaBox")
	requireText(t, b, "/Width 1440")
}

func TestIncompleteDaysAreNeverZero(t *testing.T) {
	doc, data := game(t, 5) // no day is complete for D7
	b, err := common(t).Render(t.Context(), doc, data, export.Options{Format: export.SVG})
	require.NoError(t, err)
	requireText(t, b, "no complete day yet")
	require.False(t, bytes.Contains(b, []byte(">0.0<")))
}

func TestAFailedDatasetIsToldOnItsTile(t *testing.T) {
	doc, data := game(t, 30)
	data.Datasets["revenue"] = dashboard.DatasetResult{Err: problem.New("sql.unknown_table", "name", "game_db.gone")}
	data.Datasets["devices"] = dashboard.DatasetResult{Table: columns("wrong", "number", []any{1.0})}
	data.Datasets["provinces"] = dashboard.DatasetResult{Table: columns("province", "text", []any{}, "dau", "number", []any{})}
	b, err := common(t).Render(t.Context(), doc, data, export.Options{Format: export.SVG})
	require.NoError(t, err)
	requireText(t, b, "game_db.gone")
	requireText(t, b, "chart wants column users; the result has wrong")
	requireText(t, b, "No rows for these filters")
}

func TestStrangeTextIsDrawnNotRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many pictures: left out by make test-short")
	}
	r := common(t)
	names := []any{"😀 emoji", "𠀀 rare", "مرحبا", "a<b>&\"c\"", "line\nbreak", "\x00\x01", "{n|rich}", strings.Repeat("长", 300)}
	var values []any
	for i := range names {
		values = append(values, float64(i+1))
	}
	for _, spec := range []string{
		`{"kind":"donut","name":"n","value":"v"}`, `{"kind":"bar","x":"n","y":"v"}`, `{"kind":"list","name":"n","value":"v"}`,
		`{"kind":"table"}`, `{"kind":"map","region":"n","value":"v"}`, `{"kind":"line","x":"n","y":"v","series":"n"}`, `{"kind":"stacked","x":"v","y":"v","series":"n"}`,
	} {
		for _, f := range []export.Format{export.PNG, export.SVG} {
			b, err := r.Chart(t.Context(), json.RawMessage(spec), columns("n", "text", names, "v", "number", values), 480, 300, export.Options{Format: f})
			require.NoError(t, err, spec)
			require.NotEmpty(t, b)
			if f == export.SVG {
				require.NoError(t, xml.Unmarshal(b, new(struct{})), spec)
			}
		}
	}
}

func TestChartSaysWhatIsWrong(t *testing.T) {
	r := common(t)
	_, err := r.Chart(t.Context(), json.RawMessage(`{"kind":"line","x":"dt","y":"d7"}`), columns("dt", "date", []any{"2026-01-01"}), 480, 300, export.Options{})
	var told *problem.Error
	require.ErrorAs(t, err, &told)
	require.Equal(t, "export.chart_failed", told.Code)
	require.Contains(t, told.Error(), "d7")
	b, err := r.Chart(t.Context(), json.RawMessage(`{"kind":"kpi","value":{"column":"v"}}`), columns("v", "number", []any{7.0}), 480, 120, export.Options{Format: export.SVG})
	require.NoError(t, err, "the engine works on after a failure")
	requireText(t, b, ">7<")
}

func TestMapsComeWhenTheyAreNeeded(t *testing.T) {
	asked := 0
	r := renderer(t, export.Config{Workers: 1, Map: func(name string) ([]byte, error) {
		if name != "town" {
			return nil, frontend.ErrNoMap
		}
		asked++
		return []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"North"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}`), nil
	}})
	table := columns("r", "text", []any{"north ", "South"}, "v", "number", []any{3.0, 4.0})
	for range 2 {
		b, err := r.Chart(t.Context(), json.RawMessage(`{"kind":"map","map":"town","region":"r","value":"v"}`), table, 600, 300, export.Options{Format: export.SVG})
		require.NoError(t, err)
		requireText(t, b, "1 unmatched name, 4 v")
	}
	require.Equal(t, 1, asked)
	b, err := r.Chart(t.Context(), json.RawMessage(`{"kind":"map","region":"r","value":"v"}`), table, 600, 300, export.Options{Format: export.SVG})
	require.NoError(t, err)
	requireText(t, b, "There is no map called china")
}

func TestOptionsAreChecked(t *testing.T) {
	doc, data := game(t, 3)
	r := common(t)
	for name, o := range map[string]export.Options{
		"format": {Format: "gif"}, "theme": {Theme: "blue"}, "language": {Language: "fr"}, "width": {Width: 10}, "scale": {Scale: 9},
	} {
		_, err := r.Render(t.Context(), doc, data, o)
		var told *problem.Error
		require.ErrorAs(t, err, &told)
		require.Equal(t, "export.bad_option", told.Code)
		require.Equal(t, name, told.Args["name"])
	}
	_, err := r.Render(t.Context(), doc, data, export.Options{Width: 7680, Scale: 4})
	var told *problem.Error
	require.ErrorAs(t, err, &told)
	require.Equal(t, "export.too_large", told.Code)
}

func TestCancelledRenderStops(t *testing.T) {
	doc, data := game(t, 30)
	r := common(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.Render(ctx, doc, data, export.Options{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = r.Render(t.Context(), doc, data, export.Options{Format: export.SVG})
	require.NoError(t, err)
}

func TestManyAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many pictures: left out by make test-short")
	}
	doc, data := game(t, 8)
	r := common(t)
	done := make(chan error, 3)
	for i := range 3 {
		go func() {
			_, err := r.Render(t.Context(), doc, data, export.Options{Width: 480 + i, Format: []export.Format{export.PNG, export.SVG, export.SVG}[i]})
			done <- err
		}()
	}
	for range 3 {
		require.NoError(t, <-done)
	}
}

func BenchmarkRender(b *testing.B) {
	doc, data := game(b, 30)
	r := renderer(b, export.Config{})
	for _, f := range []export.Format{export.SVG, export.PNG} {
		b.Run(fmt.Sprint(f), func(b *testing.B) {
			for b.Loop() {
				_, err := r.Render(b.Context(), doc, data, export.Options{Format: f})
				require.NoError(b, err)
			}
		})
	}
}
