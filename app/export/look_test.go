package export_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/app/export"
)

// TestLook writes pictures to LAKETOP_LOOK for a person to look at.
func TestLook(t *testing.T) {
	dir := os.Getenv("LAKETOP_LOOK")
	if dir == "" {
		t.Skip("set LAKETOP_LOOK to a folder")
	}
	doc, data := game(t, 30)
	docJSON, err := doc.JSON()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "doc.json"), docJSON, 0o644))
	sets := map[string]any{}
	for name, d := range data.Datasets {
		sets[name] = map[string]any{"table": d.Table, "reads": d.Reads, "elapsedMs": d.ElapsedMs}
	}
	dataJSON, err := json.Marshal(map[string]any{"datasets": sets, "params": data.Params, "elapsedMs": 42.0})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data.json"), dataJSON, 0o644))
	start := time.Now()
	r, err := export.New(t.Context(), export.Config{CacheDir: filepath.Join(dir, "cache")})
	require.NoError(t, err)
	t.Log("new", time.Since(start))
	defer r.Close(t.Context())
	for name, o := range map[string]export.Options{
		"light-en.png": {}, "dark-zh.png": {Theme: "dark", Language: "zh-CN"}, "light-zh.svg": {Format: export.SVG, Language: "zh-CN"}, "light-en.pdf": {Format: export.PDF},
	} {
		start := time.Now()
		o.RenderedAt = time.Date(2026, 11, 21, 10, 32, 0, 0, time.FixedZone("", 8*3600))
		b, err := r.Render(t.Context(), doc, data, o)
		require.NoError(t, err)
		t.Log(name, len(b), time.Since(start))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
	}
}
